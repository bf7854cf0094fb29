"""Section headings: lines of their own, and run-in headings that open a paragraph.

Authors punctuate run-in headings as they like ("Security:", "The delay.", "Costs —", "Economy The two …").
A colon is evidence by itself. The weaker forms count only in company: at least two in the article, and for
the weakest (a comma, or nothing) the same words set more strongly elsewhere or a word behind them that has
a capital only at the start of a sentence.
"""

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from index.analyzer import link_words, stop_words
from index.furniture import is_prose
from index.tables import table

_MAX_WORDS = 14
_MAX_RUN_IN_WORDS = 7
_MIN_WORDS_BEHIND = 5
_MARKED = re.compile(
    r"(?P<words>[^\W\d_a-z][^.:!?,;\n]{2,70}?)(?P<mark>:|\.|,|\s[–—-])\s+(?=[“\"'‘(]?[^\W\d_a-z])"
)
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ENDS_OPEN = (".", ",", ";", "!", "…")


class RunIn(NamedTuple):
    """A run-in heading: where its words end, and where the paragraph's sentences begin."""

    end: int
    body_start: int


class _Candidate(NamedTuple):
    words: str
    mark: str
    run_in: RunIn


def is_heading_line(line: str) -> bool:
    """Say whether a line can be a heading: short, and not ending as a sentence or a list does."""
    line = line.strip()
    return (
        not line.endswith(_ENDS_OPEN)
        and not is_prose(line)
        and len(_WORD.findall(line)) in range(1, _MAX_WORDS + 1)
    )


def find_run_ins(paragraphs: Sequence[str], language: str) -> dict[int, RunIn]:
    """Return the run-in headings of an article, by the number of the paragraph in `paragraphs`."""
    found = {n: candidate for n, text in enumerate(paragraphs) if (candidate := _candidate(text, language))}
    strong = {n for n, c in found.items() if c.mark not in {"", ","}}
    if len(found) < 2:
        strong = {n for n in strong if found[n].mark == ":"}
    said = {found[n].words for n in strong}
    kept = strong | {
        n
        for n in found.keys() - strong
        if found[n].words in said
        or (
            len(strong) > 1
            and _restarts(paragraphs[n][found[n].run_in.body_start :], language, found[n].mark)
        )
    }
    return {n: found[n].run_in for n in sorted(kept)}


def _candidate(paragraph: str, language: str) -> _Candidate | None:
    marked = _MARKED.match(paragraph)
    if (
        marked
        and _is_phrase(marked["words"], language)
        and not (marked["mark"] == "." and _has_verb(marked["words"], language))
        and len(list(islice(_WORD.finditer(paragraph, marked.end()), _MIN_WORDS_BEHIND))) == _MIN_WORDS_BEHIND
    ):
        run_in = RunIn(len(marked["words"].rstrip()), marked.end())
        return _Candidate(marked["words"].casefold(), marked["mark"].strip(), run_in)
    fields = paragraph.split(maxsplit=_MAX_RUN_IN_WORDS + 1)[1 : _MAX_RUN_IN_WORDS + 1]
    if not any(_is_stop_word(field, language) for field in fields if field[0].isupper()):
        return None  # most have none, and the rest is dear
    words = list(islice(_WORD.finditer(paragraph), _MAX_RUN_IN_WORDS + _MIN_WORDS_BEHIND))
    for last, following in pairwise(words[: 1 - _MIN_WORDS_BEHIND]):
        if not paragraph[last.end() : following.start()].isspace():
            return None
        if not following.group().istitle():
            continue
        head = paragraph[: last.end()]
        if _restarts(paragraph[following.start() :], language, "") and _is_phrase(head, language):
            return _Candidate(head.casefold(), "", RunIn(last.end(), following.start()))
    return None


def _restarts(rest: str, language: str, mark: str) -> bool:
    """Say whether a sentence begins here: a function word with a capital, which it has nowhere else.

    Without a mark before it, an article must be followed by a small letter: "The two", not "The Hague".
    """
    words = _WORD.findall(rest[:60])
    if len(words) < 2 or not words[0].istitle() or words[0].casefold() not in stop_words(language):
        return False
    return mark == "," or words[1][0].islower() or words[0].casefold() not in link_words(language, "article")


def _is_stop_word(field: str, language: str) -> bool:
    """Say whether what stands between two spaces begins with a stop word."""
    word = _WORD.match(field)
    return word is not None and word.group().casefold() in stop_words(language)


def _has_verb(head: str, language: str) -> bool:
    """Say whether an English phrase is a clause ("Prices rose"), as far as past forms tell."""
    words = [word.casefold() for word in _WORD.findall(head)]
    return language == "en" and any(word in table("irregular")["en"] or word.endswith("ed") for word in words)


def _is_phrase(head: str, language: str) -> bool:
    """Say whether `head` can be a heading: a few words, none of a clause, none left hanging."""
    words = [re.sub(r"['’]s?$", "", word.casefold()) for word in _WORD.findall(head)]
    articles = link_words(language, "article")
    links = link_words(language, "link")
    if (
        not 1 <= len(words) <= _MAX_RUN_IN_WORDS
        or words[-1] in links
        or (words[0] in links and words[0] not in articles)
    ):
        return False
    return not any(word in stop_words(language) and word not in links for word in words)
