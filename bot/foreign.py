"""Whether a question is in another language than the articles, and what is said to it."""

import re

from index.analyzer import foreign_language, stop_words
from index.tables import table

_WORD = re.compile(r"[^\W\d_]+")


def language_asked(question: str, home: str, spoken: str = "en") -> str | None:
    """Return the language of a question if it is plainly another than `home`, else None.

    A short one is where it begins with a question word of the other and has no stop word of `home`. Where
    several languages have that word, its stop words decide, then the language that the asker has `spoken`.

    >>> language_asked("Wo liegt Seoul?", "en"), language_asked("Que pense Kishida ?", "en", "fr")
    ('de', 'fr')
    """
    found = foreign_language(question, home)
    printed = _WORD.findall(question)
    words = [word.casefold() for word in printed]
    if found is not None or not words or not stop_words(home).isdisjoint(words):
        return found
    begun = {
        code: sum(word in stop_words(code) for word in words)
        for code, entry in table("foreign").items()
        if code != "source" and words[0] in entry.get("ask", ())
    }
    if len(printed) > 1 and printed[1][0].isupper():
        begun.pop("de", None)  # a verb would follow: Wen Jiabao is nobody's "wen"
    if not begun:
        return None
    likely = [code for code, count in begun.items() if count == max(begun.values())]
    if home in begun:
        return None
    return next((code for code in likely if code == spoken or len(likely) == 1), None)


def decline(language: str, home: str) -> str:
    """Return, in the language of a question, which language the articles are in."""
    entry = table("foreign")[language]
    return str(entry["reply"]).format(language=entry["names"].get(home, home))
