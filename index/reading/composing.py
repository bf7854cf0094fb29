"""Lines of an article, known for what they are, to blocks with their sections; its pieces to an `Article`."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.analyzer import detect_language
from index.bylines import introduces_author, parse_byline
from index.errors import ReadingError
from index.furniture import is_prose
from index.headings import find_run_ins
from index.models import Article, Block, BlockKind, Span
from index.tables import table

MAX_TAIL = 4
"""Paragraphs from the end among which the biography stands."""

_MAX_TITLE = 300  # characters of the longest headline
_MAX_AUTHOR = 200  # of a byline with many names
_MAX_DATE = 60
_MAX_URL = 2_000  # what browsers and proxies take
_HALF = re.compile("[\ud800-\udfff]")
_URL = re.compile(r"https?://[^\s/]\S*")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")


class Line(NamedTuple):
    """A line of a text: what it is, its span, and for a heading its level (1: outermost)."""

    kind: BlockKind
    span: Span
    level: int = 1


class Piece(NamedTuple):
    """What a format gives of an article, in order: the words, what they are, and a heading's level."""

    kind: BlockKind
    text: str
    level: int = 1


class Particulars(NamedTuple):
    """What a format says about an article; None where it is silent. `language` is a code such as "en-GB"."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    url: str | None = None


def compose(pieces: Sequence[Piece], particulars: Particulars, source: str) -> Article:
    """Return the article of these pieces, one a line with an empty line between, white space made single.

    Title, author and date are put in front where no piece prints them. `source` names the article in
    errors, and is its title where it has none.

    Raises:
        ReadingError: there is no paragraph among the pieces.
    """
    said = _tidied(particulars)
    pieces, said = _with_byline(pieces, said)
    printed = "\n".join(single_spaced(piece.text) for piece in pieces if piece.kind in {"title", "byline"})
    byline = ", ".join(name for name in (said.author, said.date) if name and name not in printed)
    whole = list(pieces)
    at = next((n for n, piece in enumerate(whole) if piece.kind == "title"), None)
    if at is None:
        at = 0
        whole.insert(at, Piece("title", said.title or ""))
    whole.insert(at + 1, Piece("byline", byline))
    kept = [piece._replace(text=plain) for piece in whole if (plain := single_spaced(_written(piece.text)))]
    if not any(piece.kind == "paragraph" for piece in kept):
        raise ReadingError(source, "there is no article text in it.")
    kept = _with_biography(kept, said.author)
    lines, at = [], 0
    for piece in kept:
        lines.append(Line(piece.kind, Span(at, at + len(piece.text)), piece.level))
        at += len(piece.text) + 2
    text = "\n\n".join(piece.text for piece in kept)
    given = _LANGUAGE.fullmatch(said.language or "")
    language = given[1].lower() if given else detect_language(text)
    title = said.title or source
    return Article(
        id=article_id(title, text),
        title=title,
        author=said.author,
        date=said.date,
        language=language,
        text=text,
        blocks=tuple(lay_out(text, lines, language)),
        url=said.url,
    )


def lay_out(text: str, lines: Sequence[Line], language: str) -> Iterator[Block]:
    """Yield the blocks of the lines; a run-in heading comes before the paragraph it opens."""
    conclusions = tuple(table("bylines")["conclusion"])
    longest = max(map(len, conclusions))
    body = [n for n, line in enumerate(lines) if line.kind == "paragraph"]
    found = find_run_ins([text[slice(*lines[n].span)] for n in body], language)
    run_ins = {body[n]: run_in for n, run_in in found.items()}
    above: list[tuple[int, str]] = []
    run_in: tuple[str, ...] = ()
    for n, (kind, (start, end), level) in enumerate(lines):
        body_start = start
        if kind == "heading":
            above = [heading for heading in above if heading[0] < level]
            above.append((level, single_spaced(text[start:end]).rstrip(":")))
            run_in = ()
        elif n in run_ins:
            heading_end, body_start = (start + offset for offset in run_ins[n])
            run_in = (single_spaced(text[start:heading_end]),)
            yield Block("heading", start, heading_end, start, tuple(words for _, words in above))
        elif text[start : min(end, start + longest)].casefold().startswith(conclusions):
            run_in = ()  # a closing paragraph sums up more than the topic before it
        section = (*(words for _, words in above), *run_in) if kind == "paragraph" else ()
        yield Block(kind, start, end, body_start, section)


def article_id(title: str, text: str) -> str:
    """Return an id of a-z, 0-9 and hyphens: of the title's words, and of the text by its hash."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_slug(title)}-{digest[:6]}"


def single_spaced(text: str) -> str:
    """Return `text` with every stretch of white space made one space, none at its ends."""
    return " ".join(text.split())


def _slug(title: str) -> str:
    """Return up to 24 characters of a-z, 0-9 and hyphens: whole words of the title where one fits."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(slug) > 24:
        slug = slug[:25].rpartition("-")[0] or slug[:24]
    return slug or "article"


def _tidied(said: Particulars) -> Particulars:
    """Return the particulars single-spaced, None for empty ones; a title too long is cut at a word."""
    title = single_spaced(_written(said.title))
    if len(title) > _MAX_TITLE:
        title = title[:_MAX_TITLE].rpartition(" ")[0] or title[:_MAX_TITLE]
    author = single_spaced(_written(said.author))
    date = single_spaced(_written(said.date))
    url = _written(said.url).strip()
    return Particulars(
        title or None,
        author if 0 < len(author) <= _MAX_AUTHOR else None,
        date if 0 < len(date) <= _MAX_DATE else None,
        said.language,
        url if len(url) <= _MAX_URL and _URL.fullmatch(url) else None,
    )


def _written(text: str | None) -> str:
    """Return `text` without half characters, which JSON can hold and no file."""
    return _HALF.sub("\ufffd", text or "")


def _with_byline(pieces: Sequence[Piece], said: Particulars) -> tuple[list[Piece], Particulars]:
    """Return the pieces, bylines before the first paragraph of prose marked as such, and what all tell.

    What the format itself says of author and date holds; the byline fills in what it leaves out.
    """
    marked = list(pieces)
    is_head = True
    for n, piece in enumerate(pieces):
        is_head = is_head and not (piece.kind == "paragraph" and is_prose(piece.text))
        if piece.kind == "byline" or (piece.kind == "paragraph" and is_head):
            byline = parse_byline(piece.text)
            if byline:
                marked[n] = piece._replace(kind="byline")
                said = said._replace(author=said.author or byline.author, date=said.date or byline.date)
    return marked, said


def _with_biography(pieces: Sequence[Piece], author: str | None) -> list[Piece]:
    """Return the pieces, those of the last paragraphs that tell who the author is marked as biography."""
    paragraphs = [n for n, piece in enumerate(pieces) if piece.kind == "paragraph"]
    about = {n for n in paragraphs[1:][-MAX_TAIL:] if introduces_author(pieces[n].text, author)}
    return [piece._replace(kind="biography") if n in about else piece for n, piece in enumerate(pieces)]
