"""Bytes or text to an `Article`: page furniture set apart, title, author, date and headings found.

Nothing is deleted: every block of the text keeps its offsets and gets a kind, and only paragraphs, title,
byline and biography become passages. The rules for each kind live in `furniture`, `bylines` and `headings`;
this module knows where on a page each may stand.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.analyzer import detect_language, stop_words
from index.bylines import introduces_author, name_alone, parse_byline
from index.errors import ReadingError
from index.furniture import ends_sentence, is_prose, mark_furniture
from index.headings import is_heading_line
from index.models import Article, Block, BlockKind, Span
from index.reading.composing import MAX_TAIL, Line, Piece, article_id, lay_out, single_spaced

MAX_BYTES = 10_000_000
"""A text above this is refused: a long novel has a tenth of it."""

_CHARSETS = re.compile(  # of pages; Python's codecs know odd ones, some of them slow
    r"utf-?8|us-ascii|iso[-_]?8859-\d+|latin-?1|(?:windows|cp)-?125\d|koi8-[ru]|gb2312|gbk|gb18030|big5"
    r"|shift[-_]jis|euc-(?:jp|kr)",
    re.IGNORECASE,
)
_MAX_WRAP = 120  # nobody wraps wider
_FIRST_WORD = re.compile(r"^(?:[\u3040-\u30ff\u3400-\u9fff]|\S+)")  # scripts without spaces break anywhere
_AFTER_STANDFIRST = 4  # lines behind a standfirst among which the byline stands
_HEAD = 3  # lines from the start of a text without furniture among which the byline stands
_LONG = 20  # words of a paragraph that can only be the article's
_STANDFIRST = 5  # words of a standfirst, at least
_END = 12  # lines from the end in which the biography is looked for
_CAPITALISED = re.compile(r"[A-Za-z]++(?=[ ,.])|[^\W_]+(?:[-'’][^\W_]+)*")


def read_bytes(raw: bytes, source: str) -> Article:
    """Return the article in the bytes of a text file; `source` is the file as the user named it.

    Raises:
        ReadingError: empty, too large, not text, or nothing but page furniture.
    """
    return read_text(decode(raw, source), source)


def decode(raw: bytes, source: str, charset: str | None = None) -> str:
    """Return the bytes as text: by their byte order mark, else in `charset`, else in UTF-8.

    `charset` is what a server says; one that is not among the usual is passed over.

    Raises:
        ReadingError: too large, or not text.
    """
    refuse_above(MAX_BYTES, len(raw), source)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding, name = "utf-16", "UTF-16"
    elif b"\0" in raw:
        raise ReadingError(source, "this is a binary file, not text; save the article as plain text.")
    elif charset and _CHARSETS.fullmatch(charset) and not raw.startswith(codecs.BOM_UTF8):
        encoding = name = charset
    else:
        encoding, name = "utf-8-sig", "UTF-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadingError(
            source, f"byte {error.start} is not valid {name}; save the file as UTF-8."
        ) from error


def refuse_above(limit: int, size: int, source: str) -> None:
    """Refuse a file of more than `limit` bytes.

    Raises:
        ReadingError: it has more.
    """
    if size > limit:
        problem = (
            f"{size / 1e6:.0f} MB is too large for one article (limit {limit // 1_000_000} MB); split it."
        )
        raise ReadingError(source, problem)


def read_text(text: str, source: str) -> Article:
    """Return the article in `text`. `source` names it in errors, and is its title where it has none.

    Raises:
        ReadingError: nothing in it can be asked about.
    """
    if not text.strip():
        raise ReadingError(source, "the file is empty; there is nothing to ask about.")
    page = _Page(text)
    if "paragraph" not in page.kinds:
        raise ReadingError(
            source, "only page furniture (menus, links, captions) and no article text was found."
        )
    title = page.title or source
    return Article(
        id=article_id(title, text),
        title=title,
        author=page.author,
        date=page.date,
        language=page.language,
        text=text,
        blocks=tuple(page.blocks()),
    )


def text_pieces(text: str, title: str | None) -> list[Piece]:
    """Return the pieces of a text that has no page around it: title, byline, headings and paragraphs.

    `title` is known from elsewhere; where the first line prints it, it is a piece.
    """
    lines = [text[start:end] for start, end in split_paragraphs(text)]
    kinds: list[BlockKind] = ["paragraph"] * len(lines)
    if lines and title is not None and single_spaced(lines[0]) == single_spaced(title):
        kinds[0] = "title"
    for n in range(kinds.count("title"), min(len(lines), _HEAD)):
        if parse_byline(lines[n]) is None:
            break
        kinds[n] = "byline"
    mark_headings(kinds, lines)
    return [Piece(kind, line, level) for kind, line, level in zip(kinds, lines, _levels(kinds), strict=True)]


def mark_headings(kinds: list[BlockKind], lines: Sequence[str]) -> None:
    """Mark among the paragraphs what is a heading: a short line above running text or another heading."""
    below: BlockKind = "furniture"  # what the next line that is not furniture is
    below_is_prose = False
    for n in reversed(range(len(kinds))):
        if kinds[n] == "furniture":
            continue
        is_above = below == "heading" or (below == "paragraph" and below_is_prose)
        if is_above and kinds[n] == "paragraph" and is_heading_line(lines[n]):
            kinds[n] = "heading"
        below, below_is_prose = kinds[n], is_prose(lines[n])


def _levels(kinds: Sequence[BlockKind]) -> list[int]:
    """Return a level for each line: a heading right below another stands under it."""
    return [2 if above == "heading" else 1 for above in ("furniture", *kinds[:-1])][: len(kinds)]


def split_paragraphs(text: str) -> list[Span]:
    """Return the spans of the paragraphs of `text`, without the white space around them.

    Blank lines part paragraphs, and so does every line break but a hard wrap: one before which the line had
    no room for the next line's first word.
    """
    lines: list[Span] = []
    after_blank: list[bool] = []
    at, blank = 0, True
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            start = at + line.index(stripped)
            lines.append(Span(start, start + len(stripped)))
            after_blank.append(blank)
        blank = not stripped
        at += len(line)
    wraps = _wraps([text[start:end] for start, end in lines], after_blank)
    paragraphs: list[Span] = []
    for n, span in enumerate(lines):
        if n in wraps:
            paragraphs[-1] = Span(paragraphs[-1].start, span.end)
        else:
            paragraphs.append(span)
    return paragraphs


def _wraps(lines: Sequence[str], after_blank: Sequence[bool]) -> set[int]:
    """Return the numbers of the lines that go on with the paragraph of the line before.

    None where most of them would begin anew: then it is by chance that the line before had no room.
    """
    width = max(map(len, lines), default=0)
    if width > _MAX_WRAP:
        return set()
    joints = [
        (n, before, line)
        for n, (before, line) in enumerate(pairwise(lines), start=1)
        if not after_blank[n] and len(before) + 1 + len(_FIRST_WORD.findall(line)[0]) > width
    ]
    going_on = [n for n, before, line in joints if not ends_sentence(before) and not line[0].isupper()]
    return {n for n, _, _ in joints} if 2 * len(going_on) >= len(joints) else set()


class _Page:
    """One text on its way to blocks: furniture first, then head, biography and headings."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.language = detect_language(text)
        self.title: str | None = None
        self.author: str | None = None
        self.date: str | None = None
        self._spans = split_paragraphs(text)
        self._lines = [text[start:end] for start, end in self._spans]
        prose = " ".join(line for line in self._lines if is_prose(line))
        self._prose, self._folded_prose = prose.split(" "), prose.casefold()
        marks = mark_furniture(self._lines)
        self.kinds: list[BlockKind] = ["furniture" if mark else "paragraph" for mark in marks]
        first, last = self._body()
        self._mark_head(first)
        self._mark_biography()
        self._mark_tail(last)
        mark_headings(self.kinds, self._lines)

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in the order of the text."""
        return lay_out(
            self.text, list(map(Line, self.kinds, self._spans, _levels(self.kinds))), self.language
        )

    def _paragraphs(self) -> list[int]:
        """Return the numbers of the lines not yet told from paragraphs."""
        return [n for n, kind in enumerate(self.kinds) if kind == "paragraph"]

    def _body(self) -> tuple[int, int]:
        """Return the numbers of the first and the last long paragraph; furniture stands before and behind."""
        prose = [n for n in self._paragraphs() if is_prose(self._lines[n])]
        long = [n for n in prose if len(self._lines[n].split(maxsplit=_LONG)) >= _LONG] or prose
        return (long[0], long[-1]) if long else (0, len(self._lines))

    def _mark_head(self, first: int) -> None:
        """Mark what stands before the first long paragraph: title, byline, standfirst, or furniture."""
        head = list(range(first))
        for n, line in enumerate(self._lines[: first + _AFTER_STANDFIRST]):
            byline = parse_byline(line)
            if byline is not None:
                self.author = self.author or byline.author
                self.date = self.date or byline.date
                self.kinds[n] = "byline"
        open_lines = [n for n in head if self.kinds[n] == "paragraph"]
        is_plain = "byline" not in self.kinds and "furniture" not in self.kinds[:first]
        short = [n for n in open_lines if not is_prose(self._lines[n])]
        title = next(iter(short), None) if is_plain else self._title_among(short)
        if title is None:
            return
        self.kinds[title] = "title"
        self.title = single_spaced(self._lines[title])
        for n in short:
            if n == title:
                continue
            if not is_plain:
                self._mark_in_head(n, is_last=n == first - 1, is_before=n < title)
            elif self._is_caption(n):  # without a sign of a page around it, the rest is the text's
                self.kinds[n] = "furniture"

    def _title_among(self, lines: Sequence[int]) -> int | None:
        """Return the first line that is likely enough the title: the standfirst may be likelier by itself."""
        titles = [n for n in lines if not self._is_name(self._lines[n])] or lines
        last = max((n for n, kind in enumerate(self.kinds) if kind == "byline"), default=-1)
        before = [n for n in titles if n < last] or titles
        most = max(map(self._likeness, before), default=0.0)
        return next((n for n in before if 2 * self._likeness(n) >= most), None)

    def _is_name(self, line: str) -> bool:
        """Say whether a line is a person's name; in capitals throughout, a title looks like one."""
        rest = {
            word.casefold() for word in _CAPITALISED.findall(line)[1:]
        }  # a paper's name begins with "The"
        return name_alone(line) and not (line.isupper() and rest & stop_words(self.language))

    def _likeness(self, n: int) -> float:
        """Return the share of a line's words that the prose has, times their number: a name has few."""
        words = {word.casefold() for word in _CAPITALISED.findall(self._lines[n])} - stop_words(self.language)
        return self._overlap(n) ** 2 / len(words) if words else 0.0

    def _mark_in_head(self, n: int, *, is_last: bool, is_before: bool) -> None:
        """Tell a caption, an author's name, a first heading and a standfirst from furniture."""
        line = self._lines[n]
        if self._is_caption(n):
            self.kinds[n] = "furniture"
        elif self.author is None and not is_before and name_alone(line):
            self.author = line
            self.kinds[n] = "byline"
        elif is_before or not (self._is_first_heading(n) if is_last else self._is_standfirst(n)):
            self.kinds[n] = "furniture"

    def _is_standfirst(self, n: int) -> bool:
        return len(self._lines[n].split()) >= _STANDFIRST and self._overlap(n) > 0

    def _is_first_heading(self, n: int) -> bool:
        """Say whether the line above the first paragraph is its heading: of its words, or one of several."""
        others = zip(self._lines[n + 1 :], self._lines[n + 2 :], strict=False)
        is_one_of_several = any(is_heading_line(line) and is_prose(below) for line, below in others)
        return is_heading_line(self._lines[n]) and (self._overlap(n) > 0 or is_one_of_several)

    def _overlap(self, n: int) -> int:
        """Return how many different words of a line, stop words aside, stand in the prose."""
        words = {word.casefold() for word in _CAPITALISED.findall(self._lines[n])} - stop_words(self.language)
        return sum(any(self._printed_in_prose(word)) for word in words)

    def _printed_in_prose(self, word: str) -> Iterator[str]:
        """Yield how the prose prints a word that is given in lower case, at each place, without a "’s"."""
        at = field = 0
        while (found := self._folded_prose.find(word, at)) >= 0:
            field += self._folded_prose.count(" ", at, found)
            at = found + len(word)
            for printed in _CAPITALISED.findall(self._prose[field]):
                yield from (
                    form for form in {printed, re.split("['’]", printed)[0]} if form.casefold() == word
                )

    def _is_caption(self, n: int) -> bool:
        """Say whether a line is nothing but names that the prose uses ("A Person and B Person").

        A name always has its capital there; a word of a heading in title case has none, or is not there.
        """
        words = _CAPITALISED.findall(self._lines[n])
        names = [word for word in words if word[0].isupper()]
        if len(names) < 2 or any(w not in names and w not in stop_words(self.language) for w in words):
            return False
        if any(introduces_author(line, self._lines[n]) for line in self._lines[-_END:]):
            return False  # the authors, then
        printed = {name: set(self._printed_in_prose(name.casefold())) for name in names}
        return all(name in forms and name.casefold() not in forms for name, forms in printed.items())

    def _mark_biography(self) -> None:
        for n in self._paragraphs()[1:][-MAX_TAIL:]:
            if introduces_author(self._lines[n], self.author):
                self.kinds[n] = "biography"

    def _mark_tail(self, last: int) -> None:
        """Mark what stands behind the last long paragraph as furniture, once any furniture has begun."""
        has_ended = False
        for n in range(last + 1, len(self._lines)):
            has_ended = has_ended or self.kinds[n] != "paragraph"
            is_before_end = not is_prose(self._lines[n]) and "furniture" in self.kinds[n:]
            if self.kinds[n] == "paragraph" and (has_ended or is_before_end):
                self.kinds[n] = "furniture"
