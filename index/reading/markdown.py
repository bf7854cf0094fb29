"""Markdown to an `Article`: CommonMark's headings and paragraphs, the particulars of the front matter."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.bylines import parse_byline
from index.errors import ReadingError
from index.models import Article
from index.reading.composing import Particulars, Piece, compose, single_spaced

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\r?\n(\w[\w-]*:.{0,20000}?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_HEAD = 3  # pieces from the start among which the byline stands


def read_markdown(text: str, source: str) -> Article:
    """Return the article in a Markdown text: links as their words; pictures and HTML left out.

    Its title is the front matter's, or else that of the first heading of level 1 above the first paragraph.
    `source` names it in errors, and is its title where it has none.

    Raises:
        ReadingError: there is no paragraph in it, or front matter that is no YAML.
    """
    said = Particulars()
    front = _FRONT_MATTER.match(text)
    if front:
        said = _particulars(front[1], source)
        text = text[front.end() :]
    pieces = list(_pieces(MarkdownIt("commonmark").enable("table").parse(text)))
    for n, piece in enumerate(pieces):
        if piece.kind != "heading":
            break
        if piece.text == said.title or (said.title is None and piece.level == 1):
            said = said._replace(title=piece.text)
            pieces[n] = piece._replace(kind="title")
            break
    for n, piece in enumerate(pieces[:_HEAD]):
        byline = parse_byline(piece.text) if piece.kind == "paragraph" else None
        if byline is not None:
            said = said._replace(author=said.author or byline.author, date=said.date or byline.date)
            pieces[n] = piece._replace(kind="byline")
    return compose(pieces, said, source)


def _pieces(tokens: list[Token]) -> Iterator[Piece]:
    """Yield headings, paragraphs and table rows, in order."""
    level = 0  # of the heading that is open
    cells: list[str] | None = None  # of the row that is open
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = int(token.tag[1:]) if token.nesting == 1 else 0
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield Piece("paragraph", " | ".join(filter(None, cells)))
            cells = None
        elif token.type in {"fence", "code_block"}:
            yield Piece("paragraph", single_spaced(token.content))
        elif token.type == "inline":
            words = single_spaced("".join(map(_words, token.children or ())))
            if cells is not None:
                cells.append(words)
            elif words:
                yield Piece("heading" if level else "paragraph", words, level or 1)


def _words(token: Token) -> str:
    """Return what a reader sees of a part of a line."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline"} else ""


def _particulars(front: str, source: str) -> Particulars:
    """Return what front matter says, every value as it is written."""
    try:
        said: Mapping[str, Any] = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506  # makes nothing but strings, lists, dicts
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = "its front matter is not YAML; mend the lines between --- and ---, or take them out."
        raise ReadingError(source, problem) from error
    return Particulars(
        title=_value(said, "title"),
        author=_value(said, "author") or _value(said, "authors"),
        date=_value(said, "date"),
        language=_value(said, "language") or _value(said, "lang"),
        url=_value(said, "url"),
    )


def _value(said: Mapping[str, Any], key: str) -> str | None:
    """Return a value of the front matter as text, several joined by commas; None for anything deeper."""
    value = said.get(key)
    values = value if isinstance(value, list) else [value]
    return ", ".join(filter(None, (each for each in values if isinstance(each, str)))) or None
