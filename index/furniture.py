"""Page furniture: what a news page prints around an article.

The rules look at form (short pieces between bars, lines without a full stop after "Read more") and at
phrases from `data/furniture.json`. None knows a site.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from index.tables import table

_SENTENCE_ENDS = tuple(".!?…。！？")
_CLOSERS = "\"'”’»)]"
_BARS = re.compile(r"\s*[|·•\[\]]\s*|\s+[›»>]\s+|\s{2,}")
_GUILLEMETS = re.compile("[«‹]|[»›]\\w")  # in a line that has these, » and › close and open quotations
_CREDIT = re.compile(
    r"\((?i:photo|image|picture|foto|bild|imagen|фото)\b[^)]*\)$"
    r"|\((?:[^\W\d_]\.? ?)?[^\W\d_a-z][\w-]+(?: [^\W\d_a-z][\w-]+)?(?:/[\w .]+)?\)$"
    r"|/ ?(?:AFP|AP|Reuters|Getty Images)$"
)
_LINK = Literal["one", "many", "none"]
_LONGEST = 80  # words of a line of furniture: a cookie notice
_LONGEST_CAPTION = 40  # with its credit
_LONGEST_MENU = 25  # what is longer is prose


def ends_sentence(line: str) -> bool:
    """Say whether a line ends with a full stop or its like, inside quotation marks or brackets or not."""
    return line.rstrip().rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


@lru_cache(maxsize=1_000)  # each line of a page is asked about several times
def is_prose(line: str) -> bool:
    """Say whether a line reads as running text: it ends as a sentence does, or is too long for a title."""
    words = len(line.split(maxsplit=_LONGEST_MENU))
    if ends_sentence(line):
        return words > 12 or (words > 4 and not line.rstrip().endswith("?"))
    return words > _LONGEST_MENU or len(line) > 300


def mark_furniture(lines: Sequence[str]) -> list[bool]:
    """Return for each line of a page whether it is furniture."""
    marks = []
    links: _LINK = "none"  # what the lines behind a header such as "Read more" are
    for line in lines:
        if links != "none" and not is_prose(line):
            marks.append(True)
            links = "many" if links == "many" else "none"
            continue
        plain = _plain(line)
        links = _opens_links(plain)
        marks.append(links != "none" or _is_furniture(line, plain))
    return marks


def _opens_links(plain: str) -> _LINK:
    """Say whether link titles follow: a list of them, a single one, or none."""
    phrases = _phrases()
    if plain in phrases["link_lists"] or _names_list(plain):
        return "many"
    return "one" if plain in phrases["one_link"] else "none"


def _names_list(plain: str) -> bool:
    """Say whether a short line begins as the header of a list of links does ("More from Sport")."""
    return plain.startswith(("more from ", "most read ", "read more from ")) and len(plain.split()) <= 6


def _is_furniture(line: str, plain: str) -> bool:
    phrases = _phrases()
    if plain in phrases["lines"] or _told_by_form().search(plain):
        return len(line.split()) <= _LONGEST
    words = len(line.split(maxsplit=_LONGEST_CAPTION))
    return (
        (words <= _LONGEST_CAPTION and _is_credited(line))
        or (words <= 12 and plain.startswith(phrases["starts"]) and not is_prose(line))
        or (words <= 30 and any(_labels(line, p) for p in phrases["one_link"] if plain.startswith(p)))
        or (words <= _LONGEST_MENU and _is_menu(line))
    )


def _is_credited(line: str) -> bool:
    """Say whether a line is a picture's: it begins with a credit, or ends with one ("… Photo: A Name").

    A sentence that goes on to its full stop has no credit in it ("It left one image: a bridge.").
    """
    folded = line.strip().casefold()
    openings = _phrases()["credits"]
    if folded.startswith(openings) or (len(line.split()) <= 20 and _CREDIT.search(line.strip())):
        return True
    for credit in (opening for opening in openings if ":" in folded and opening.endswith(":")):
        caption, found, whose = folded.rpartition(" " + credit)
        is_apart = not ends_sentence(folded) or ends_sentence(caption)
        if found and is_apart and len(whose.split()) <= 6:
            return True
    return False


def _labels(line: str, phrase: str) -> bool:
    """Say whether `phrase` labels the rest of the line: "Read also: A title", not "Read more books"."""
    return line.strip()[len(phrase) :].lstrip().startswith((":", "–", "—", "|", ">", "»"))


def _is_menu(line: str) -> bool:
    """Say whether a line is a row of short pieces between bars ("EN|FR", "Home | World | Business")."""
    if _GUILLEMETS.search(line):
        return False
    pieces = [piece for piece in _BARS.split(line.strip()) if piece]
    if len(pieces) < 2:
        return False
    has_bar = "|" in line and len(line.split()) <= 16
    return has_bar or (all(len(piece.split()) <= 4 for piece in pieces) and not is_prose(line))


def _plain(line: str) -> str:
    return line.replace("’", "'").casefold().strip().strip("\"'“”:.…>»→|-–— \t")


@cache
def _told_by_form() -> re.Pattern[str]:
    phrases = _phrases()
    return re.compile("|".join(f"(?:{pattern})" for pattern in (*phrases["counters"], *phrases["notices"])))


@cache
def _phrases() -> dict[str, Any]:
    whole = {"lines", "link_lists"}
    loaded = table("furniture")
    return {key: frozenset(value) if key in whole else tuple(value) for key, value in loaded.items()}
