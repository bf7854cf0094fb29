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
from index.reading.plain import refuse_above

MAX_CHARACTERS = 2_000_000
"""A text above this is refused: made to be slow, it takes the parser 10 seconds a million characters."""

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\r?\n(\w[\w-]*:.{0,20000}?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_MAX_PARSED = 5_000  # characters of a paragraph: the parser may take time that grows with their square
_HEAD = 3  # pieces from the start among which the byline stands


def read_markdown(text: str, source: str) -> Article:
    """Return the article in a Markdown text: links as their words; pictures and HTML left out.

    Its title is the front matter's, or else that of the first heading of level 1 above the first paragraph.
    `source` names it in errors, and is its title where it has none.

    Raises:
        ReadingError: there is no paragraph in it, it is too large, or its front matter is no YAML.
    """
    refuse_above(MAX_CHARACTERS, len(text), source)
    said = Particulars()
    front = _FRONT_MATTER.match(text)
    if front:
        said = _particulars(front[1], source)
        text = text[front.end() :]
    pieces = list(_pieces(text))
    for n, piece in enumerate(pieces):
        if piece.kind != "heading":
            break
        if piece.text == said.title or (said.title is None and piece.level == 1):
            said = said._replace(title=piece.text)
            pieces[n] = piece._replace(kind="title")
            break
    for n, piece in enumerate(pieces[:_HEAD]):
        if piece.kind == "paragraph" and parse_byline(piece.text) is not None:
            pieces[n] = piece._replace(kind="byline")
    return compose(pieces, said, source)


def _pieces(text: str) -> Iterator[Piece]:
    """Yield headings, paragraphs and table rows, in order."""
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    inside = MarkdownIt("commonmark")
    environment: dict[str, Any] = {}  # the addresses that links refer to
    level = 0  # of the heading that is open
    cells: list[str] | None = None  # of the row that is open
    for token in parser.parse(text, environment):
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
            words = single_spaced(_seen(token.content, inside, environment))
            if cells is not None:
                cells.append(words)
            elif words:
                yield Piece("heading" if level else "paragraph", words, level or 1)


def _seen(content: str, parser: MarkdownIt, environment: dict[str, Any]) -> str:
    """Return what a reader sees of a paragraph; one that is too long for the parser is left as it is."""
    if len(content) > _MAX_PARSED:
        return content
    return "".join(
        _words(part) for token in parser.parseInline(content, environment) for part in token.children or ()
    )


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
