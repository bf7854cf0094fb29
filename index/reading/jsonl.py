"""JSON Lines to articles: one a line, with the particulars that the line gives."""

import codecs
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import ReadingError
from index.models import Article
from index.reading.composing import Particulars, compose
from index.reading.plain import MAX_BYTES, refuse_above, text_pieces


class _Entry(BaseModel):
    """A line; other fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    article_id: str | int | None = None
    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    url: str | None = None
    text: str
    passage_id: Any = None


def read_lines(lines: Iterable[bytes], source: str) -> Iterator[tuple[Article, str] | ReadingError]:
    """Yield the article of each line, with what tells it from the file's others, or why it is refused.

    That is its `article_id`, or the number of its line where it has none. Empty lines are passed over. What
    is wrong with a line is wrong with that line only.
    """
    number = 0
    for number, raw in enumerate(lines, start=1):
        line = raw.removeprefix(codecs.BOM_UTF8).strip()
        name = f"{source}, line {number}"
        if not line:
            continue
        try:
            entry = _parse(line, name)
            said = Particulars(entry.title, entry.author, entry.date, entry.language, entry.url)
            article = compose(text_pieces(entry.text, entry.title), said, name)
        except ReadingError as error:
            yield error
        else:
            yield article, str(number if entry.article_id is None else entry.article_id)
    if not number:
        yield ReadingError(source, "there is no article in it; write one JSON object a line.")


def bounded_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file; of one that is longer than `MAX_BYTES` no more than that and a byte."""
    while line := file.readline(MAX_BYTES + 1):
        rest = line
        while len(rest) > MAX_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MAX_BYTES + 1)
        yield line


def _parse(line: bytes, name: str) -> _Entry:
    refuse_above(MAX_BYTES, len(line), name)
    try:
        entry = _Entry.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = first["loc"][0] if first["loc"] else None
        if field == "text" and first["type"] == "missing":
            problem = 'there is no field "text"; an article a line needs one.'
        elif field is not None:
            problem = f'the field "{field}" cannot be used ({first["msg"]}).'
        else:
            problem = "not a JSON object; write an article a line."
        raise ReadingError(name, problem) from error
    if entry.passage_id is not None:  # each would replace the one before it, of the same article
        raise ReadingError(name, "a passage, not an article; such files are for `footnote run --corpus`.")
    return entry
