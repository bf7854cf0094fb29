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
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", unicodedata.normalize("NFKC", message).casefold())
    if not words:
        return help_ if not message.strip() else phrase("words only", language, help=help_)
    plain = " ".join(words).replace("’", "'")
    for entry in table("smalltalk")["replies"]:
        if re.fullmatch(entry["pattern"], plain):
            return phrase(entry["reply"], language)
    return None
