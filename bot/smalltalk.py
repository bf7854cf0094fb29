"""Messages that are no questions: greetings, thanks, "help", an emoji, nothing, a pasted page."""

import re
import unicodedata

from bot.phrases import phrase
from index.tables import table


def small_talk(message: str, max_length: int, language: str = "en") -> str | None:
    """Return a short fitting reply in a language if the message is no question, else None.

    >>> small_talk("thanks!!", 100)
    'You are welcome. Ask on whenever you like.'
    >>> small_talk("Who thanked the minister?", 100) is None
    True
    """
    if len(message) > max_length:
        return phrase("too long", language, length=f"{len(message):,}", most=f"{max_length:,}")
    help_ = phrase("help", language)
    plain = _plain(message)
    if not plain:
        return help_ if not message.strip() else phrase("words only", language, help=help_)
    for entry in table("smalltalk")["replies"]:
        if re.fullmatch(entry["pattern"], plain):
            return phrase(entry["reply"], language)
    return None


def asks_for_list(message: str) -> bool:
    """Say whether a message asks which articles there are, and nothing about them.

    >>> asks_for_list("Which articles do you have?"), asks_for_list("Which articles are about trams?")
    (True, False)
    """
    plain = _plain(message)
    return ("articles" in plain or "texts" in plain) and bool(
        re.fullmatch(table("smalltalk")["articles"], plain)
    )


def _plain(message: str) -> str:
    """Return the words of a message in lower case, a space between them."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", unicodedata.normalize("NFKC", message).casefold())
    return " ".join(words).replace("’", "'")
