"""Which format some bytes are in, and the articles in them."""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import BinaryIO, Literal

from index.errors import ReadingError
from index.models import Article
from index.reading.html import decode_html, read_html
from index.reading.pdf import MAX_PDF_BYTES, read_pdf
from index.reading.plain import MAX_BYTES, decode, read_text

Format = Literal["text", "markdown", "html", "pdf", "jsonl"]

FORMATS: Mapping[str, Format] = {
    **dict.fromkeys((".txt", ".text"), "text"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    ".pdf": "pdf",
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
}
"""The formats by the ends of file names."""

SNIFFED = 1024
"""Bytes from the start of a file in which its format shows itself."""

_MEDIA_TYPES: Mapping[str, Format] = {
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/x-jsonlines": "jsonl",
}
_HTML = re.compile(
    rb"(?:\s|<\?xml[^>]*>|<!--.{0,500}?-->)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_ARTICLE_LINE = re.compile(rb"\s*\{[^\n]*\"text\"\s*:")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """An article that was read, and the key of its source: the same key again is a newer version of it.

    The key is an address or the absolute path of a file, with `#` and what tells the articles of one file
    apart where there are several.
    """

    article: Article
    source: str


def read_any(
    raw: bytes,
    name: str,
    *,
    url: str | None = None,
    content_type: str | None = None,
    source: str | None = None,
) -> Iterator[Read | ReadingError]:
    """Yield the articles in the bytes of one file or page, and what could not be made one and why.

    `name` is the file's as its reader knows it: it is shown in errors, and is the title of an article that
    has none. `content_type` is what a server says of the bytes. `source` is the key of the source, `url` or
    `name` where it is not given. Only a file of JSON Lines has several articles.
    """
    key = source or url or name
    form = format_of(raw[:SNIFFED], name, content_type)
    if form == "jsonl":
        yield from read_jsonl(io.BytesIO(raw), name, key)
        return
    said = _CHARSET.search(content_type or "")
    try:
        article = _read_one(raw, form, name, url, said[1] if said else None)
    except ReadingError as error:
        yield error
    else:
        yield Read(replace(article, url=url or article.url), key)


def read_jsonl(file: BinaryIO, name: str, source: str) -> Iterator[Read | ReadingError]:
    """Yield the articles of a file of JSON Lines as they are read, and the lines that are none and why."""
    from index.reading.jsonl import bounded_lines, read_lines

    for entry in read_lines(bounded_lines(file), name):
        yield entry if isinstance(entry, ReadingError) else Read(entry[0], f"{source}#{entry[1]}")


def format_of(start: bytes, name: str, content_type: str | None = None) -> Format:
    """Return the format of a file or page that begins with `start`, at least `SNIFFED` bytes of it.

    What the bytes plainly are comes before what a server says, and that before the end of the name; servers
    call many a thing plain text. Plain text where nothing tells.
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "ignore").encode()
    start = start.removeprefix(codecs.BOM_UTF8)
    if start.lstrip().startswith(b"%PDF-"):
        return "pdf"
    media_type = (content_type or "").partition(";")[0].strip().lower()
    said = _MEDIA_TYPES.get(media_type) or FORMATS.get(PurePath(name).suffix.lower())
    if said not in {"markdown", "jsonl"} and _HTML.match(start):
        return "html"
    if said is None and _ARTICLE_LINE.match(start):
        return "jsonl"
    return said or "text"


def limit_of(form: Format) -> int:
    """Return the bytes that a file of one article may have."""
    return MAX_PDF_BYTES if form == "pdf" else MAX_BYTES


def _read_one(raw: bytes, form: Format, name: str, url: str | None, charset: str | None) -> Article:
    if form == "pdf":
        return read_pdf(raw, name)
    if form == "html":
        return read_html(decode_html(raw, name, charset), name, url)
    text = decode(raw, name, charset)
    if form == "markdown":
        from index.reading.markdown import read_markdown

        return read_markdown(text, name)
    return read_text(text, name)
