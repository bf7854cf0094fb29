"""Messages that are no questions: greetings, thanks, "help", an emoji, nothing, a pasted page."""

import re
import unicodedata

from bot.phrases import phrase
from index.tables import table


def small_talk(message: str, max_length: int) -> str | None:
    """Return a short fitting reply if the message is no question, else None.

    >>> small_talk("thanks!!", 100)
    'You are welcome. Ask on whenever you like.'
    >>> small_talk("Who thanked the minister?", 100) is None
    True
    """
    if len(message) > max_length:
        return phrase("too long", length=f"{len(message):,}", most=f"{max_length:,}")
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", unicodedata.normalize("NFKC", message).casefold())
    if not words:
        return phrase("help") if not message.strip() else phrase("words only", help=phrase("help"))
    plain = " ".join(words).replace("’", "'")
    for entry in table("smalltalk")["replies"]:
        if re.fullmatch(entry["pattern"], plain):
            return phrase("help") if entry["reply"] == "HELP" else str(entry["reply"])
    return None
