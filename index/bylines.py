"""Authors and dates as a page prints them, and the line that tells who the author is."""

import re
from functools import cache
from typing import NamedTuple

from index.tables import table

_MAX_BYLINE = 140  # characters
_PARTS = re.compile(
    r"\s*[|·•]\s*|(?<=[^\W\d_]{3})\.\s+(?=[^\W\d_a-z])|(?<=\d{4})\.\s+(?=[^\W\d_a-z])"
    r"|(?<=\d[:.]\d\d)\.\s+(?=[^\W\d_a-z])"
)
_TIME = re.compile(
    r"[\s,–—-]*(?:(?:at|à|um|в)\s+)?\d{1,2}[:.h]\d{2}(?:\s*(?:[ap]\.?m\.?|uhr))?(?:\s*[A-Z]{2,4})?\s*$",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s+(?:in|à|en|aus|в)\s+[^\W\d_a-z][\w .-]{1,25}$")
_EDGE = " \t,|·–—-:."


class Byline(NamedTuple):
    """Author and date as printed; None where the line has none."""

    author: str | None
    date: str | None


class Date(NamedTuple):
    """A date as a text has it, and read; year and day are None where it has none."""

    text: str
    year: int | None
    month: int
    day: int | None

    def agrees(self, other: "Date") -> bool:
        """Say whether both may be the same: the month is, and nothing that both tell differs."""
        return self.month == other.month and all(
            mine is None or theirs is None or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.day, other.day))
        )


def read_dates(text: str) -> list[Date]:
    """Return the dates of a text, in order: with a month in English letters, or all in figures.

    In figures it is year, month, day, or day, month, year with dots. 9/27/2021 can be read in one way only;
    9/7/2021 is no date, as it may be of July or of September.

    >>> read_dates("on 2023-05-03 at 06:30"), read_dates("before June 9")
    ([Date(text='2023-05-03', year=2023, month=5, day=3)], [Date(text='June 9', year=None, month=6, day=9)])
    """
    months = [name[:3] for name in table("bylines")["months"][:12]]
    found = []
    for match in _date_pattern().finditer(text):
        numbers = [int(number) for number in re.findall(r"\d+", match.group())]
        names = [word[:3] for word in re.findall(r"[^\W\d_]{3,}", match.group().casefold())]
        month = next((months.index(name) + 1 for name in names if name in months), None)
        if month is not None:
            year = next((number for number in numbers if number > 31), None)
            day = next((number for number in numbers if number <= 31), None)
            found.append(Date(match.group(), year, month, day))
        elif (read := _in_figures(match.group())) is not None:
            found.append(Date(match.group(), *read))
    return found


def _in_figures(text: str) -> tuple[int, int, int] | None:
    """Return year, month and day of a date in figures; None where it is none, or may be two."""
    if re.fullmatch(r"\d{4}\D\d+\D\d{1,2}", text):
        year, month, day = map(int, re.split(r"\D", text))
    elif re.fullmatch(r"\d{1,2}(\D)\d{1,2}\1\d{4}", text):
        day, month, year = map(int, re.split(r"\D", text))
        if "." not in text and day <= 12 and day != month:
            if month <= 12:
                return None
            day, month = month, day
    else:
        return None
    return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def parse_byline(line: str) -> Byline | None:
    """Return author and date if the line is nothing but a byline or a date line, else None.

    >>> parse_byline("Konstantin Asmolov, July 03")
    Byline(author='Konstantin Asmolov', date='July 03')
    >>> parse_byline("By Ada Stone in Oslo | Published 14 March 2022, 06:30 | 5 min read")
    Byline(author='Ada Stone', date='14 March 2022')
    >>> parse_byline("Water, Stone") is None
    True
    """
    line = " ".join(line.split())
    if len(line) > _MAX_BYLINE:
        return None
    author = date = None
    for part in filter(None, _PARTS.split(line)):
        found = _parse_part(part.strip(_EDGE))
        if found is None:
            return None
        author, date = author or found.author, date or found.date
    return Byline(author, date) if author or date else None


def name_alone(line: str) -> bool:
    """Say whether a line is nothing but one or several persons' names."""
    return _is_name(line.strip())


def names_in(author: str) -> list[str]:
    """Return the names of the persons that a byline names as the author.

    >>> names_in("Ada Stone, Ben Wood and Cleo Marsh")
    ['Ada Stone', 'Ben Wood', 'Cleo Marsh']
    """
    parts = (name.strip() for name in re.split(r",|\s(?:and|et|und|y|и|&)\s", author))
    return [name for name in parts if name]


def introduces_author(line: str, author: str | None) -> bool:
    """Say whether the line tells who the author is ("Name, a fellow of …", "About the author …")."""
    if line.casefold().startswith(tuple(table("bylines")["about_author"])):
        return True
    words = "|".join(table("bylines")["tells"])
    for name in names_in(author or ""):
        at = line.find(name)
        if 0 <= at <= 20:
            rest = line[at + len(name) :].lstrip()
            if re.match(rf"(?:{words})\b", rest) or (at == 0 and re.match(r"[,(–—:-]", rest)):
                return True
    return False


def _parse_part(part: str) -> Byline | None:
    """Return author and date of a part of a byline, both None for "5 min read" and the like."""
    entries = table("bylines")
    if _ignored().fullmatch(part):
        return Byline(None, None)
    date, before, after = _find_date(_TIME.sub("", part))
    if after.strip(_EDGE):
        return None
    who = before
    for prefix in _date_prefixes() if date else ():
        who = prefix.sub("", who)
    who = who.strip(_EDGE)
    signed = _signature().match(who)
    if signed:
        who = _PLACE.sub("", who[signed.end() :])
    else:
        name, _, role = who.partition(",")
        if role.split()[-1:] and role.split()[-1].casefold() in entries["roles"]:
            who = name
        elif who and not date:
            return None
    if who and not _is_name(who):
        return None
    return Byline(who or None, date) if who or date else None


def _find_date(part: str) -> tuple[str | None, str, str]:
    """Return the last date of a text with what stands before and behind it, a weekday left out."""
    matches = list(_date_pattern().finditer(part))
    if not matches:
        return None, part, ""
    before = part[: matches[-1].start()]
    head, _, last = before.rstrip(" ,").rpartition(" ")
    if last.casefold() in table("bylines")["weekdays"]:
        before = head
    return matches[-1].group(), before, part[matches[-1].end() :]


def _is_name(text: str) -> bool:
    words = re.split(r"[\s,]+", text)
    particles = table("bylines")["particles"]
    capital = [word for word in words if word[:1].isupper()]
    is_plain = not any(character.isdigit() or character in ":;?!()" for character in text)
    return (
        is_plain
        and len(words) <= 8
        and len(capital) >= 2
        and all(w in capital or w in particles or w == "&" for w in words)
    )


@cache
def _ignored() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in table("bylines")["ignored"]), re.IGNORECASE)


@cache
def _date_prefixes() -> tuple[re.Pattern[str], ...]:
    prefixes = map(re.escape, sorted(table("bylines")["date_prefix"], key=len, reverse=True))
    return tuple(re.compile(rf"(?:^|[\s,–—-]+){prefix}\s*:?\s*$", re.IGNORECASE) for prefix in prefixes)


@cache
def _signature() -> re.Pattern[str]:
    """Return the pattern of what stands before the author's name, the longest first ("By")."""
    prefixes = "|".join(map(re.escape, sorted(table("bylines")["byline"], key=len, reverse=True)))
    return re.compile(rf"(?:{prefixes})\b\s*:?\s+(?=\S)", re.IGNORECASE)


@cache
def _date_pattern() -> re.Pattern[str]:
    month = rf"(?:{'|'.join(sorted(table('bylines')['months'], key=len, reverse=True))})\b\.?"
    ordinal = r"(?:st|nd|rd|th|er|\.)?"
    return re.compile(
        r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
        rf"|\b{month}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?"
        rf"|\d{{1,2}}{ordinal}\s+(?:de\s+)?{month}(?:,?\s+(?:de\s+)?\d{{4}})?(?:\s+г\.?)?"
        rf"|\b{month}\s+\d{{4}}",
        re.IGNORECASE,
    )
