"""HTML to an `Article`: trafilatura tells the article from the page around it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from index.analyzer import languages
from index.errors import ReadingError
from index.furniture import mark_furniture
from index.models import Article
from index.reading.composing import Particulars, Piece, compose, single_spaced
from index.reading.plain import decode

if TYPE_CHECKING:
    from lxml.etree import _Element
    from trafilatura.settings import Document

MAX_TAGS = 30_000
"""A page with more is refused: trafilatura's time grows with their square (measured: 50,000 paragraphs take
5 s, as many spans in one paragraph 20 s); pages of news have a tenth of it."""

_CELLS = " | "
_BLOCKS = frozenset({"head", "p", "list", "item", "quote", "table", "row"})
_ARTICLE = "self::article or self::main or self::header"
_AROUND = "self::aside or self::nav or self::footer"
_PUBLISHED = re.compile("date|publi|issued|created|time", re.IGNORECASE)
_LATER = re.compile("modif|updat|revis|expir|valid|event", re.IGNORECASE)
_TAG = re.compile("<[A-Za-z]")
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_WITHIN = 4096  # bytes; the standard asks for the first 1024
_LANGUAGE = re.compile(r"<html[^>]{0,500}?\slang\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_UNKNOWN_BYTES = "windows-1252"  # what browsers take where nothing is declared and it is not UTF-8


def decode_html(raw: bytes, source: str, charset: str | None = None) -> str:
    """Return the bytes of a page as text, in the encoding that the server or the page itself declares.

    A declaration that does not hold is passed over, as browsers do: there is always some text.

    Raises:
        ReadingError: too large, or not text.
    """
    declared = _META_CHARSET.search(raw[:_META_WITHIN])
    own = declared[1].decode("ascii", "replace") if declared else None
    for candidate in (charset, own, None):
        try:
            return decode(raw, source, candidate)
        except ReadingError as error:
            if not isinstance(error.__cause__, UnicodeDecodeError):
                raise
    return raw.decode(_UNKNOWN_BYTES, "replace")


def read_html(text: str, source: str, url: str | None = None) -> Article:
    """Return the article in a page: title, author, date and language as the page declares them.

    `url` is where the page came from; without it the address that the page gives as its own is taken. No
    date is inferred from it. `source` names the page in errors, and is its title where it has none.

    Raises:
        ReadingError: no article is found, it is too large, or the extra is not installed.
    """
    tags = sum(1 for _ in _TAG.finditer(text))
    if tags > MAX_TAGS:
        raise ReadingError(
            source,
            f"a page of {tags:,} tags is too large (limit {MAX_TAGS:,}); save its article as plain text.",
        )
    text = _DECLARATION.sub("", text)
    found = _extract(text, source)
    declared = _LANGUAGE.search(text[:_META_WITHIN])
    language = declared[1] if declared else None
    if language and language[:2].lower() in languages():
        language = None  # templates often say "en" of any text; where the words can tell, they do
    said = Particulars(found.title, found.author, _declared_date(text), language, url or found.url)
    title = single_spaced(found.title or "")
    pieces = [piece for piece in _pieces(found.body) if piece.text != title]
    marks = mark_furniture(["" if _CELLS in piece.text else piece.text for piece in pieces])
    return compose(
        [
            piece._replace(kind="furniture") if mark else piece
            for piece, mark in zip(pieces, marks, strict=True)
        ],
        said,
        source,
    )


def _extract(text: str, source: str) -> "Document":
    """Return what trafilatura finds in a page.

    Raises:
        ReadingError: nothing, or it is not installed.
    """
    try:
        from trafilatura import bare_extraction
        from trafilatura.settings import Document
    except ImportError as error:
        raise ReadingError(source, 'HTML needs an extra; install it: pip install "footnote[html]"') from error
    cause: Exception | None = None
    for fast in (True, False):  # the slower way guesses paragraphs where the page marks none
        try:
            found = bare_extraction(
                text,
                fast=fast,
                favor_recall=not fast,
                include_comments=False,
                with_metadata=True,
            )
        except Exception as error:  # noqa: BLE001  # whatever a damaged page provokes in a parser not ours
            cause = error
        else:
            if isinstance(found, Document) and found.body is not None and len(found.body):
                return found
    problem = "no article text was found in the page; save the article as plain text and read that."
    raise ReadingError(source, problem) from cause


def _declared_date(text: str) -> str | None:
    """Return the day of publication as the page declares it, None if it does not.

    htmldate sees only what declares dates; in a whole page it would take one from the address, or any other.
    """
    from htmldate import find_date
    from lxml.html import Element, HtmlElement
    from trafilatura import load_html

    tree: HtmlElement | None = load_html(text)
    if tree is None:
        return None
    declared = Element("html")
    head = Element("head")
    body = Element("body")
    declared.extend((head, body))
    named = [
        (" ".join(map(str, (meta.get("name"), meta.get("property"), meta.get("itemprop")))), meta)
        for meta in tree.xpath("//meta[@content]")
    ]
    head.extend([meta for name, meta in named if _PUBLISHED.search(name) and not _LATER.search(name)])
    head.extend(tree.xpath('//script[@type="application/ld+json"]'))
    body.extend(tree.xpath(f"(//*[{_ARTICLE}]//time[not(ancestor::*[{_AROUND}])])[1]"))
    try:
        return find_date(declared, original_date=True, extensive_search=False)
    except Exception:  # noqa: BLE001  # as above
        return None


def _pieces(body: "_Element") -> Iterator[Piece]:
    """Yield headings, paragraphs, list items and table rows of trafilatura's tree, in order."""
    from lxml.etree import iterwalk

    words: list[str] = []
    for event, element in iterwalk(body, events=("start", "end")):
        if event == "start":
            if element.tag in _BLOCKS:
                yield from _piece(words, "paragraph")
            words.append(element.text or "")
            continue
        if element.tag == "head":
            level = re.search(r"\d", element.get("rend", ""))
            yield from _piece(words, "heading", int(level[0]) if level else 2)
        elif element.tag in _BLOCKS:
            yield from _piece(words, "paragraph")
        elif element.tag == "cell" and element.getnext() is not None:
            words.append(_CELLS)
        elif element.tag == "lb":
            words.append(" ")
        words.append(element.tail or "")


def _piece(words: list[str], kind: Literal["heading", "paragraph"], level: int = 1) -> Iterator[Piece]:
    """Yield the words as a piece, if there are any, and forget them."""
    text = single_spaced("".join(words))
    words.clear()
    if text.strip("| "):
        yield Piece(kind, text, level)
