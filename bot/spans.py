"""The words of a sentence that answer: a date for when, a number for how many, a name for who.

Where the kind of answer has no form of its own, the clause that says most that is new.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from bot.models import AnswerType
from index.analyzer import stop_words
from index.models import Sentence, Span, Token
from index.people import Person
from index.tables import table

_NUMBER_WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|dozens?|half|twice|"
    r"several"
)
_NUMBER = (
    rf"(?:(?:[$€£¥]\s?)?\d+(?:[.,/]\d+)*(?:\s?%|(?:st|nd|rd|th)\b)?|\b(?:{_NUMBER_WORDS})\b)"
    rf"(?:[ -](?:{_NUMBER_WORDS})\b)*"
)
_NO_COUNT = re.compile(r"(?:1[89]|20)\d\d|\d+(?:st|nd|rd|th)")
_UNIT = r"(?:second|minute|hour|day|night|week|month|quarter|year|decade|centur(?:y|ie))s?\b"
_SEASON = r"(?:spring|summer|autumn|winter)\b"
_WHEN = (
    rf"(?:next|last|this|past|coming|following|previous) (?:\w+ )?(?:{_UNIT}|{_SEASON})"
    r"|(?:around |about |at )?(?:noon|midnight|dawn|dusk|\d{1,2}(?::\d{2})? ?(?:[ap]\.?m\b\.?|o[’']clock))"
    rf"|(?:{_NUMBER}) {_UNIT} (?:ago|later|earlier)|(?:{_NUMBER}) in the (?:morning|afternoon|evening)"
    r"|(?:near|foreseeable) future|yesterday|today(?![’']s)|tomorrow"
)
_HOW_LONG = rf"(?:(?:past|last|next) )?(?:{_NUMBER})[ -]{_UNIT}|(?:past|last|next) (?:few|couple of) {_UNIT}"
_MEASURE = (
    rf"[$€£¥]\s?\d+(?:[.,]\d+)*|(?:{_NUMBER})[ -]?(?:%|°|(?:per ?cent"
    r"|(?:kilo|centi|milli)?met(?:re|er)s?|[kcm]?m|miles?|yards?|foot|feet|inch(?:es)?|hectares?|acres?"
    r"|(?:kilo)?gram(?:me)?s?|kg|tonnes?|tons?|pounds?|lit(?:re|er)s?|degrees?"
    r"|km/h|kph|mph|knots?|storeys?|stories|floors?|times|fold|euros?|dollars?|francs?|yen|yuan|won"
    r"|hours?|minutes?)\b)"
)
_HOW_OLD = (
    rf"(?:{_NUMBER})[ -]years?[ -]old\b|\baged? (?:of )?(?:{_NUMBER})|(?<=, )\d{{1,3}}(?=[,.])"
    r"|(?<=\bof )\d{1,3}\b(?! (?:per|(?!was|has|is)\w+s)\b)"
    r"|\b(?:born|founded|built|dat(?:es|ed|ing))(?: [\w’'.]+){0,4}? \d{4}\b"
    r"|\b(?:born|birthdays?|founded|built|centur(?:y|ies))\b"
)
_ALSO_WORDS = frozenset({"may", "march", "mar", "mars", "dec", "sep", "jan", "mai"})
"""Months only with a capital."""

_CAPITAL = r"[^\W\d_a-zß-ÿа-яё]"  # an upper-case letter, or one of a script without cases
_NAME = rf"{_CAPITAL}[\w’'.&-]*(?:\s+(?:(?:of|the|for|and|de|van|von|bin|al)\s+){{0,2}}{_CAPITAL}[\w’'&-]*)*"
_WHY = (
    r"\b(?:because|due to|since|so that|in order to|as part of|as a (?:result|reaction)|thanks to|owing to"
    r"|amid|out of|in (?:response|reaction|reply|protest|return)|in (?:the )?light of|over (?:fears|concerns)"
    r"|parce que|afin|weil|denn|damit|porque|debido|para que|потому что|из-за|чтобы|поскольку)\b"
)
_FORMS = {
    "how long": _HOW_LONG, "how many": _NUMBER, "how far": _MEASURE, "how old": _HOW_OLD, "why": _WHY
}  # fmt: skip
_QUOTED = re.compile(r"[“«„\"][^“”«»„\"]{8,}?[”»\"]")
_BREAK = re.compile(r"[,;:()]\s|\s[–—-]\s|[.!?…]+[”»\"]?$")


@lru_cache(maxsize=10_000)  # the sentences of a library of one article are asked about again and again
def typed_spans(text: str, asks: AnswerType) -> tuple[Span, ...]:
    """Return the spans of `text` that have the form of what is asked for; none for what has no form.

    >>> [text[a:b] for text in ["He came on May 26."] for a, b in typed_spans(text, "when")]
    ['May 26']
    """
    pattern = _pattern(asks)
    if asks == "how many":  # the numbers of a date count nothing
        text = _date().sub(lambda match: " " * len(match.group()), text)
    matches = pattern.finditer(text) if pattern else ()
    spans = [_trimmed(match) for match in matches]
    if asks in {"who", "where"}:
        spans = [named for span in spans if (named := _named(span, text)) is not None]
    return tuple(spans)


def _named(span: Span, text: str) -> Span | None:
    """Return the name in a run of words with capitals; None of a month, of "I", and of what only begins.

    A capital at the start of a sentence, or of words that are quoted, tells nothing unless more follow.
    """
    start, words = span.start, text[span.start : span.end].split()
    begins = not text[:start].strip('“«„"‘ ') or text[:start].rstrip().endswith(("“", "«", "„", "‘", ' "'))
    if begins and words[0].casefold() in stop_words("en"):
        start += len(words[0])
        start += len(text[start : span.end]) - len(text[start : span.end].lstrip())
        begins, words = False, words[1:]
    is_name = words and words[0].casefold() not in _calendar() and words != ["I"]
    return Span(start, span.end) if is_name and not (begins and len(words) == 1) else None


@lru_cache(maxsize=10_000)
def is_count(word: str) -> bool:
    """Say whether a word counts what follows it, in digits or in English words: no year, and no ordinal.

    >>> is_count("2.5"), is_count("nine"), is_count("2016"), is_count("10th")
    (True, True, False, False)
    """
    return re.fullmatch(_NUMBER, word, re.IGNORECASE) is not None and not _NO_COUNT.fullmatch(word)


def _trimmed(match: re.Match[str]) -> Span:
    """Return the span of a match without the full stop of the sentence; that of "5 p.m." is its own."""
    text = match.group()
    kept = text if re.search(r"[ap]\.m\.$", text) else text.rstrip(".,")
    return Span(match.start(), match.start() + len(kept))


def answer_spans(sentence: Sentence, text: str, asks: AnswerType, asked: frozenset[str]) -> tuple[Span, ...]:
    """Return what to mark in a sentence; `text` is its article's, `asked` are the terms of the question.

    The span of the form that is asked for which is nearest to the question's words and none of them; for
    why, the clause from the word that gives the reason; else the quotation or clause with most new words.
    """
    offset = sentence.span.start
    own = text[offset : sentence.span.end]
    matched = [token for token in sentence.tokens if not asked.isdisjoint(token.terms)]
    typed = [Span(start + offset, end + offset) for start, end in typed_spans(own, asks)]
    fresh = [span for span in typed if not any(span.start <= token.start < span.end for token in matched)]
    if fresh and asks == "why":
        start = fresh[0].start
        end = next((match.start() for match in _BREAK.finditer(own, start - offset + 1)), len(own))
        return (Span(start, end + offset),)
    if fresh:
        return (min(fresh, key=lambda span: (_distance(span, matched), span.start)),)
    best = max(
        _clauses(own, offset), key=lambda span: (_news(span, sentence, matched), -span.start), default=None
    )
    return (best,) if best is not None and _news(best, sentence, matched) > 0 else ()


def role_spans(text: str, person: Person) -> tuple[Span, ...]:
    """Return where a text has a role of a person, as the article prints it beside the name."""
    return tuple(Span(at, at + len(role)) for role in person.roles if (at := text.find(role)) >= 0)


def name_spans(text: str, person: Person) -> tuple[Span, ...]:
    """Return where a text has a person's name, in full or, failing that, a word of it."""
    for name in (person.name, *reversed(person.name.split())):
        found = tuple(Span(*match.span()) for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text))
        if found:
            return found
    return ()


def _clauses(own: str, offset: int) -> list[Span]:
    """Return the quotations of a sentence, and its parts between commas and the like."""
    quoted = [match.span() for match in _QUOTED.finditer(own)]
    breaks = [
        b for b in _BREAK.finditer(own) if not any(start < b.start() < end - 1 for start, end in quoted)
    ]
    starts = [0, *(match.end() for match in breaks)]
    ends = [*(match.start() for match in breaks), len(own)]
    parts = [(start, end) for start, end in zip(starts, ends, strict=True) if end > start]
    return [Span(start + offset, end + offset) for start, end in (*quoted, *parts)]


def _news(span: Span, sentence: Sentence, matched: Sequence[Token]) -> int:
    """Return how many more words of a span are new than are the question's."""
    inside = sum(span.start <= token.start < span.end for token in sentence.tokens)
    return inside - 2 * sum(span.start <= token.start < span.end for token in matched)


def _distance(span: Span, matched: Sequence[Token]) -> int:
    gaps = [max(token.start - span.end, span.start - token.end, 0) for token in matched]
    return min(gaps, default=0)


@cache
def _calendar() -> frozenset[str]:
    """Return the names of months and of the days of the week, in lower case."""
    return frozenset((*table("bylines")["months"], *table("bylines")["weekdays"]))


@cache
def _date() -> re.Pattern[str]:
    names = sorted(table("bylines")["months"], key=len, reverse=True)
    months = "|".join(name for name in names if name not in _ALSO_WORDS)
    words = "|".join(name.capitalize() for name in names if name in _ALSO_WORDS)
    month = rf"(?:(?:mid|early|late)[- ])?(?:\b(?:{months})|(?-i:\b(?:{words})))\b\.?"
    date = (
        rf"{month}(?: \d{{1,2}}(?:-\d{{1,2}})?\b)?(?:,? \d{{4}})?"
        rf"|\d{{1,2}}\.? (?:de )?{month}(?:,? (?:de )?\d{{4}})?"
        r"|(?:\w+ half of |\w+ quarter of |early |late |mid-)?\b(?:1\d{3}|20\d\d)s?\b"
    )
    return re.compile(date, re.IGNORECASE)


@cache
def _pattern(asks: AnswerType) -> re.Pattern[str] | None:
    if asks in {"who", "where"}:
        return re.compile(_NAME)  # case is all that tells a name
    form = f"{_date().pattern}|{_WHEN}" if asks == "when" else _FORMS.get(asks)
    return None if form is None else re.compile(form, re.IGNORECASE)
