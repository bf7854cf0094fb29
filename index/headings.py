"""Section headings: lines of their own, and run-in headings that open a paragraph.

Authors punctuate run-in headings as they like ("Security:", "The delay.", "Costs —", "Economy The two …").
A colon is evidence by itself; before a small letter, where three paragraphs have one. The weaker forms count
only in company: at least two in the article, and for the weakest (a comma, or nothing) the same words set
more strongly elsewhere or a word behind them that has a capital only at the start of a sentence.

A heading is a phrase, or a question that does not end as one ("What comes next."; with a colon it is among
the weakest). A short sentence is none ("Quill refuses to pay."). Verbs are known of English only.
"""

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from index.analyzer import link_words, stop_words
from index.furniture import is_prose
from index.tables import english_words, table

_MAX_WORDS = 14
_MAX_RUN_IN_WORDS = 7
_MIN_WORDS_BEHIND = 5
_MIN_LABELS = 3
_MARKED = re.compile(
    r"(?P<words>[^\W\d_a-z][^.:!?,;\n]{2,70}?)(?P<mark>:|\.|,|\s[–—-])\s+(?=[“\"'‘(]?[^\W\d_a-z])"
)
_LABEL = re.compile(r"(?P<words>[^\W\d_a-z][^.:!?,;\n]{1,70}):\s+(?=\S)")
_QUOTES = "“\"'‘„«"
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ENDS_OPEN = (".", ",", ";", "!", "…")
_ASKING = frozenset(("who", "whom", "whose", "what", "which", "where", "when", "why", "how"))
_DETERMINERS = frozenset(("a", "an", "the", "its", "their", "his", "her", "our", "other", "own"))
_AUXILIARIES = frozenset(
    (
        "am", "is", "are", "was", "were", "been", "has", "have", "had", "do", "does", "did", "will", "would",
        "can", "could", "may", "might", "must", "shall", "should",
    )
)  # fmt: skip


class RunIn(NamedTuple):
    """A run-in heading: where its words end, and where the paragraph's sentences begin."""

    end: int
    body_start: int


class _Candidate(NamedTuple):
    words: str
    mark: str
    run_in: RunIn
    is_label: bool = False


def is_heading_line(line: str) -> bool:
    """Say whether a line can be a heading: short, and not ending as a sentence or a list does."""
    line = line.strip()
    return (
        not line.endswith(_ENDS_OPEN)
        and not is_prose(line)
        and len(_WORD.findall(line)) in range(1, _MAX_WORDS + 1)
    )


def reads_as_heading(sentence: str, language: str) -> bool:
    """Say whether a sentence is none, but a phrase or a question with a full stop, as run-in headings are."""
    head = sentence.removesuffix(".")
    is_short = head != sentence and len(head.split()) <= _MAX_RUN_IN_WORDS
    return is_short and (_asks(head, language) or _can_head(head, ".", "", language))


def find_run_ins(paragraphs: Sequence[str], language: str) -> dict[int, RunIn]:
    """Return the run-in headings of an article, by the number of the paragraph in `paragraphs`."""
    found = {n: candidate for n, text in enumerate(paragraphs) if (candidate := _candidate(text, language))}
    if sum(candidate.mark == ":" for candidate in found.values()) < _MIN_LABELS:
        found = {n: candidate for n, candidate in found.items() if not candidate.is_label}
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
    opening = marked or _LABEL.match(paragraph)
    if opening and _has_words(paragraph, opening.end()):
        head, mark = opening["words"], marked["mark"].strip() if marked else ":"
        run_in = RunIn(len(head.rstrip()), opening.end())
        if marked and mark != "," and _asks(head, language):
            return _Candidate(head.casefold(), "" if mark == ":" else mark, run_in)
        if _can_head(head, mark, paragraph[opening.end()], language):
            return _Candidate(head.casefold(), mark, run_in, is_label=not marked)
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


def _has_words(paragraph: str, at: int) -> bool:
    """Say whether enough words stand behind a place for it to be the start of the sentences."""
    return len(list(islice(_WORD.finditer(paragraph, at), _MIN_WORDS_BEHIND))) == _MIN_WORDS_BEHIND


def _can_head(head: str, mark: str, behind: str, language: str) -> bool:
    """Say whether words can be a heading, with the mark behind them and the character behind that."""
    if not _is_phrase(head, language) or (mark == "." and _has_verb(head, language)):
        return False
    return not (mark == ":" and behind in _QUOTES and _tells_who_speaks(head, language))


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
    """Say whether an English phrase is a clause ("Prices rose", "Quill relies on him", "Unions want more").

    What may be a noun as well is one if it comes last or before a preposition ("Peace talks", "Security
    issues in the ports"); what has a capital is a name.
    """
    if language != "en":
        return False
    printed = _WORD.findall(head)
    words = [word.casefold() for word in printed]
    for n in (n for n in range(1, len(words)) if printed[n][0].islower() and _is_free(words, n)):
        stems = _present(words[n]) | ({words[n]} & _verbs() if words[n - 1].endswith("s") else set())
        is_before_object = n + 1 < len(words) and words[n + 1] not in _prepositions()
        if _is_past(words[n]) or stems - english_words("verb_nouns") or (stems and is_before_object):
            return True
    return False


def _prepositions() -> frozenset[str]:
    """Return the English words, "to" aside, that may stand behind a noun and no article."""
    return link_words("en", "link") - _DETERMINERS - {"to"}


def _tells_who_speaks(head: str, language: str) -> bool:
    """Say whether the last of several English words is a verb ("Quill replied")."""
    *others, last = [word.casefold() for word in _WORD.findall(head)]
    return language == "en" and bool(others) and (_is_past(last) or bool(_present(last)))


def _asks(head: str, language: str) -> bool:
    """Say whether English words are a question by themselves: "What comes next", not "What is new is little".

    It has no more than one verb, with its auxiliaries; what has two is a sentence that begins with one.
    """
    words = [word.casefold() for word in _WORD.findall(head)]
    if language != "en" or not 2 <= len(words) <= _MAX_RUN_IN_WORDS or words[0] not in _ASKING:
        return False
    if words[1] in {"a", "an"} or (words[0] == "which" and _is_finite(words, 1)):
        return False  # "What a day", "Which is why it failed"
    group: list[int] = []
    for n in (n for n in range(1, len(words)) if _is_finite(words, n)):
        if group and words[n - 1] not in {"and", "or"}:
            is_apart = words[n] in _AUXILIARIES and group[-1] != n - 1
            if is_apart or any(words[m] not in _AUXILIARIES for m in group):
                return False
        group.append(n)
    return True


def _is_finite(words: Sequence[str], n: int) -> bool:
    """Say whether an English word may be a finite verb where it stands, or a participle of one."""
    if words[n] in _AUXILIARIES:
        return True
    return _is_free(words, n) and (words[n] in _verbs() or _is_past(words[n]) or bool(_present(words[n])))


def _is_free(words: Sequence[str], n: int) -> bool:
    """Say whether a finite verb can stand there: not behind an article or a preposition."""
    return words[n - 1] not in link_words("en", "link") - {"and", "or"}


def _is_past(word: str) -> bool:
    return word.endswith("ed") or table("irregular")["en"].get(word) in _verbs()


def _present(word: str) -> frozenset[str]:
    """Return the verbs, mostly one, that a word in -s may be a form of."""
    return _verbs().intersection((word[:-1], word[:-2], word[:-3] + "y") if word.endswith("s") else ())


def _verbs() -> frozenset[str]:
    return english_words("verbs")


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
