"""Messages that are no questions: greetings, thanks, "help", an emoji, nothing, a pasted page."""

import re
import unicodedata

from index.tables import table

HELP = (
    "Ask a question about the articles, in plain words: I answer with the article's own sentences and a "
    "footnote to each. Follow-up questions work (“and what did he reply?”). Where the articles do not say, "
    "I say so."
)
"""What this is and how to use it; every front end shows it."""


def small_talk(message: str, max_length: int) -> str | None:
    """Return a short fitting reply if the message is no question, else None.

    >>> small_talk("thanks!!", 100)
    'You are welcome. Ask on whenever you like.'
    >>> small_talk("Who thanked the minister?", 100) is None
    True
    """
    if len(message) > max_length:
        return f"That is {len(message):,} characters long; please ask in at most {max_length:,}."
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", unicodedata.normalize("NFKC", message).casefold())
    if not words:
        return HELP if not message.strip() else "I read words only. " + HELP
    plain = " ".join(words).replace("’", "'")
    for entry in table("smalltalk")["replies"]:
        if re.fullmatch(entry["pattern"], plain):
            return HELP if entry["reply"] == "HELP" else str(entry["reply"])
    return None
