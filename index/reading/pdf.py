"""PDF to an `Article`: lines re-joined to paragraphs by where they stand and how large they are set."""

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from index.bylines import name_alone, parse_byline
from index.errors import ReadingError
from index.furniture import ends_sentence, is_prose
from index.headings import is_heading_line
from index.models import Article, BlockKind
from index.reading.composing import Particulars, Piece, compose, single_spaced
from index.reading.plain import mark_headings, refuse_above

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PDF_BYTES = 50_000_000
"""A PDF above this is refused; its pictures count, so it may be larger than a text."""

MAX_PAGE_BYTES = 10_000_000
"""A page whose drawing instructions are longer, unpacked, is refused: pypdf takes some 15 s for so many."""

TIME_LIMIT_S = 60.0
"""A PDF that takes longer is refused; pages of print take some 20 ms each."""

_LARGER = 1.12  # times the size of most of the text: set as a heading
_LEADING = 1.35  # times the usual distance of two lines: a gap between paragraphs
_INDENT = 0.6  # of the size of type: the first line of a paragraph
_FULL = 0.8  # of the longest line, in characters: it goes on to the margin
_MARGIN_LINES = 2  # from the top and the bottom of a page that may be running heads
_REPEATED = 0.4  # of the pages that have a line in their margin: a running head
_HEAD = 6  # pieces from the start among which the byline stands
_BOLD = re.compile("bold|black|heavy", re.IGNORECASE)
_HYPHENATED = re.compile(r"[^\W\d_]+[-\u2010][^\W\d_]+")
_FILE_NAME = re.compile(r"^(?:untitled.*|microsoft \w+ - .*|.*\.\w{2,5}|\W*)$", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\W{1,3})?#\W*(?:(?:of|von|sur|de|из|/)\W*#\W*)?", re.IGNORECASE)
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\0": ""}
)

logging.getLogger("pypdf").addHandler(logging.NullHandler())  # it tells what it mends; no reader asked


@dataclass(slots=True)
class _Line:
    """A printed line: its words, its place on the page in points from the lower left, its size of type."""

    page: int
    x: float
    y: float
    size: float
    is_bold: bool
    text: str


@dataclass(slots=True)
class _Paragraph:
    lines: list[_Line] = field(default_factory=list)

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def is_bold(self) -> bool:
        return all(line.is_bold for line in self.lines)


def read_pdf(raw: bytes, source: str) -> Article:
    """Return the article in a PDF file; running heads and page numbers are left out.

    The title is the one in the file's properties if the first page prints it, else what is set largest there,
    else that of the properties. An author is taken from a printed byline before the properties, a date only
    from there: the properties know when the file was made, not when the article appeared. `source` names it
    in errors, and is its title where it has none.

    Raises:
        ReadingError: no text in it, damaged, encrypted, too large, or the extra is not installed.
    """
    lines, title, author = _read(raw, source)
    lines = _without_running_heads(lines)
    if not lines:
        raise ReadingError(
            source, "there is no text in this PDF; if it is a scan, put it through text recognition first."
        )
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = max(sizes, key=lambda size: (sizes[size], -size))
    paragraphs = list(_paragraphs(lines))
    hyphenated = {word for line in lines for word in _HYPHENATED.findall(line.text)}
    texts = [_joined([line.text for line in paragraph.lines], hyphenated) for paragraph in paragraphs]
    pieces = _pieces(paragraphs, texts, body)
    said = Particulars(title=None if _FILE_NAME.match(title) else title)
    at = _title_at(paragraphs, pieces, said.title, body)
    if at is not None:
        pieces[at] = pieces[at]._replace(kind="title")
        said = said._replace(title=pieces[at].text)
    for n, piece in enumerate(pieces[:_HEAD]):
        byline = parse_byline(piece.text) if piece.kind != "title" else None
        if byline is not None:
            said = said._replace(author=said.author or byline.author, date=said.date or byline.date)
            pieces[n] = piece._replace(kind="byline")
    if said.author is None and name_alone(author.replace(";", ",")):
        said = said._replace(author=author.replace(";", ","))
    return compose(pieces, said, source)


def _read(raw: bytes, source: str) -> tuple[list[_Line], str, str]:
    """Return the lines of a PDF, and title and author as its properties have them, empty where they do not.

    Raises:
        ReadingError: damaged, encrypted, too large, or the extra is not installed.
    """
    refuse_above(MAX_PDF_BYTES, len(raw), source)
    try:
        from pypdf import PdfReader
        from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError
    except ImportError as error:
        raise ReadingError(source, 'PDF needs an extra; install it: pip install "footnote[pdf]"') from error
    if b"%PDF-" not in raw[:1024]:
        raise ReadingError(
            source, "this is not a PDF, although it is said to be one; look at it in a viewer."
        )
    try:
        reader = PdfReader(io.BytesIO(raw))
        lines = list(_lines(reader, source))
        properties: Mapping[str, Any] = reader.metadata or {}
        said = [single_spaced(str(properties.get(key) or "")) for key in ("/Title", "/Author")]
        return lines, said[0], said[1]
    except ReadingError:
        raise
    except (DependencyError, FileNotDecryptedError) as error:
        raise ReadingError(source, "this PDF is encrypted; save a copy of it without a password.") from error
    except LimitReachedError as error:
        raise ReadingError(source, "this PDF unpacks to too much; print its pages of text anew.") from error
    except Exception as error:  # whatever a damaged file provokes in a parser not ours
        raise ReadingError(
            source,
            f"this PDF is damaged ({type(error).__name__}); open it in a viewer and save or print it anew.",
        ) from error


def _lines(reader: "PdfReader", source: str) -> Iterator[_Line]:
    """Yield the lines of all pages, in the order in which they are drawn.

    Raises:
        ReadingError: a page is too large, or the time is up.
    """
    deadline = time.monotonic() + TIME_LIMIT_S
    for number, page in enumerate(reader.pages):
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > MAX_PAGE_BYTES:
            raise ReadingError(source, f"page {number + 1} of this PDF is too large; leave it out.")
        yield from _page_lines(page, number)
        if time.monotonic() > deadline:
            raise ReadingError(
                source, f"this PDF takes too long to read (limit {TIME_LIMIT_S:.0f} s); split it."
            )


def _page_lines(page: "PageObject", number: int) -> list[_Line]:
    lines: list[_Line] = []
    is_open = False  # the last line goes on

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        nonlocal is_open
        is_bold = bool(font and _BOLD.search(str(font.get("/BaseFont", ""))))
        for n, part in enumerate(text.translate(_LIGATURES).split("\n")):
            is_open = is_open and not n
            if is_open:
                lines[-1].text += part
                lines[-1].is_bold &= is_bold or not part.strip()
            elif part.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                printed = round(2 * abs(size * tm[3] * cm[3])) / 2
                lines.append(_Line(number, x, y, printed, is_bold, part))
                is_open = True

    page.extract_text(visitor_text=visit)
    for line in lines:
        line.text = single_spaced(line.text)
    return lines


def _without_running_heads(lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines without those that the margins of many pages have at one height, numbers aside."""
    margins: list[tuple[_Line, tuple[str, int]]] = []
    pages = [list(group) for _, group in groupby(lines, key=lambda line: line.page)]
    for page in pages:
        by_height = sorted(page, key=lambda line: -line.y)
        edge = by_height[:_MARGIN_LINES] + by_height[_MARGIN_LINES:][-_MARGIN_LINES:]
        margins += [(line, (re.sub(r"\d+", "#", line.text), round(line.y))) for line in edge]
    counts = Counter(look for _, look in margins)
    often = max(2.0, _REPEATED * len(pages))
    dropped = {
        id(line)
        for line, look in margins
        if (len(pages) > 1 and _PAGE_NUMBER.fullmatch(look[0])) or counts[look] >= often
    }
    return [line for line in lines if id(line) not in dropped]


def _paragraphs(lines: Sequence[_Line]) -> Iterator[_Paragraph]:
    """Yield the paragraphs, each of the lines that go on one another."""
    gaps = Counter(
        round(before.y - line.y)
        for before, line in pairwise(lines)
        if before.page == line.page and before.size == line.size and line.y < before.y
    )
    leading = max(gaps, key=lambda gap: (gaps[gap], -gap), default=0)
    longest = max(len(line.text) for line in lines)
    paragraph = _Paragraph()
    for line in lines:
        if paragraph.lines and not _goes_on(paragraph.lines, line, leading, longest):
            yield paragraph
            paragraph = _Paragraph()
        paragraph.lines.append(line)
    yield paragraph


def _goes_on(paragraph: Sequence[_Line], line: _Line, leading: float, longest: int) -> bool:
    """Say whether a line goes on with the paragraph before it."""
    before = paragraph[-1]
    has_ended = ends_sentence(before.text)
    was_bold = all(above.is_bold for above in paragraph)
    if abs(line.size - before.size) > 0.5 or (was_bold and not line.is_bold):
        return False
    if line.is_bold and not before.is_bold and (has_ended or is_heading_line(line.text)):
        return False
    gap = before.y - line.y
    if line.page != before.page or gap <= 0:  # a new page or column
        return not has_ended and (line.text[0].islower() or len(before.text) >= _FULL * longest)
    if gap > _LEADING * max(leading, line.size):
        return False
    is_indented = line.x > before.x + _INDENT * line.size
    return not (has_ended and (is_indented or len(before.text) < _FULL * longest))


def _joined(lines: Sequence[str], hyphenated: Container[str]) -> str:
    """Return lines as one text. A word parted at the end of a line is joined.

    It keeps its hyphen if it is among the `hyphenated`, words that lines have in their middle. A soft hyphen
    is none.
    """
    text = lines[0]
    for line in lines[1:]:
        parted = re.search(r"([^\W\d_]+)([-\u2010\u00ad])$", text)
        rest = re.match(r"[^\W\d_]+", line)
        if parted is None or rest is None or not line[0].islower():
            text = f"{text} {line}"
        elif parted[1] + parted[2] + rest[0] in hyphenated:
            text += line
        else:
            text = text[:-1] + line
    return text.replace("\u00ad", "")


def _pieces(paragraphs: Sequence[_Paragraph], texts: Sequence[str], body: float) -> list[Piece]:
    """Return the paragraphs as pieces; a heading is set larger or bolder than most of the text is.

    Where nothing is, a short line above running text is one.
    """
    is_body_bold = 2 * sum(paragraph.is_bold for paragraph in paragraphs) > len(paragraphs)
    looks = [
        (paragraph.size, paragraph.is_bold and not is_body_bold)
        if is_heading_line(text)
        and (paragraph.size > _LARGER * body or (paragraph.is_bold and not is_body_bold))
        and paragraph.size >= body
        else None
        for paragraph, text in zip(paragraphs, texts, strict=True)
    ]
    if not any(looks):
        kinds: list[BlockKind] = ["paragraph"] * len(texts)
        mark_headings(kinds, texts)
        return list(map(Piece, kinds, texts))
    levels = {
        look: level for level, look in enumerate(sorted({x for x in looks if x}, reverse=True), start=1)
    }
    return [
        Piece("heading", text, levels[look]) if look else Piece("paragraph", text)
        for look, text in zip(looks, texts, strict=True)
    ]


def _title_at(
    paragraphs: Sequence[_Paragraph], pieces: Sequence[Piece], said: str | None, body: float
) -> int | None:
    """Return the number of the piece on the first page that is the title; None if none is."""
    first = [
        n for n, paragraph in enumerate(paragraphs) if paragraph.lines[0].page == paragraphs[0].lines[0].page
    ]
    for n in first:
        if said and pieces[n].text.casefold() == said.casefold():
            return n
    largest = max(first, key=lambda n: (paragraphs[n].size, paragraphs[n].is_bold, -n))
    if paragraphs[largest].size > _LARGER * body and not is_prose(pieces[largest].text):
        return largest
    opening = pieces[0]
    return 0 if opening.kind == "heading" or (is_heading_line(opening.text) and said is None) else None
