"""Files, folders and addresses to articles."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import ReadingError
from index.fetching import Address, fetch, is_public, is_web_address
from index.reading.formats import FORMATS, SNIFFED, Read, format_of, limit_of, read_any, read_jsonl
from index.reading.plain import refuse_above


def find_sources(names: Iterable[str]) -> Iterator[str | ReadingError]:
    """Yield what there is to read under these names: addresses and files as they are, for a folder its files.

    Of a folder, and the folders in it, those files are taken whose names end as a format's do, in the order
    of their names. Hidden files and folders are left, and links to folders are not followed, so that none is
    visited twice.
    """
    for name in names:
        if is_web_address(name) or not os.path.isdir(name):  # noqa: PTH112  # `Path` raises if it may not look
            yield name
        else:
            yield from _in_folder(name)


def read_source(
    name: str, *, may_reach: Callable[[Address], bool] = is_public
) -> Iterator[Read | ReadingError]:
    """Yield the articles of a file or a page, and what could not be made one and why, as they are read.

    `may_reach` decides about the addresses that an http or https address leads to.
    """
    try:
        if is_web_address(name):
            page = fetch(name, may_reach=may_reach)
            key = name.partition("#")[0]
            title = page.url.partition("?")[0]
            for read in read_any(page.raw, title, url=page.url, content_type=page.content_type, source=key):
                yield _named(read, title, name)
        else:
            yield from _read_file(name)
    except ReadingError as error:
        yield error


def _in_folder(name: str) -> Iterator[str | ReadingError]:
    shut: list[OSError] = []
    is_empty = True
    for folder, below, files in os.walk(name, onerror=shut.append):
        below[:] = sorted(each for each in below if not each.startswith("."))
        for file in sorted(files):
            path = Path(folder, file)
            if not file.startswith(".") and path.suffix.lower() in FORMATS and path.is_file():
                is_empty = False
                yield str(path)
    for error in shut:
        yield ReadingError(str(error.filename), f"cannot be read ({error.strerror or error}).")
    if is_empty and not shut:
        yield ReadingError(name, f"no file in this folder ends in {', '.join(FORMATS)}.")


def _read_file(name: str) -> Iterator[Read | ReadingError]:
    """Yield the articles of a file, one of JSON Lines as it is read.

    Raises:
        ReadingError: it cannot be read, or is too large.
    """
    path = Path(name)
    key = os.path.abspath(name)  # noqa: PTH100  # `resolve` would follow links: two names, two sources
    try:
        with path.open("rb") as file:
            start = file.read(SNIFFED)
            form = format_of(start, path.name)
            if form == "jsonl" and file.seekable():
                file.seek(0)
                for read in read_jsonl(file, path.name, key):
                    yield _named(read, path.name, name)
                return
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode):
                refuse_above(limit_of(form), status.st_size, name)
            raw = start + file.read(limit_of(form) + 1 - len(start))
    except FileNotFoundError as error:
        scheme, has_scheme, _ = name.partition("://")
        problem = (
            f"{scheme} addresses are not read, only http and https."
            if has_scheme
            else "there is no such file."
        )
        raise ReadingError(name, problem) from error
    except (OSError, ValueError) as error:
        raise ReadingError(name, f"cannot be read ({getattr(error, 'strerror', None) or error}).") from error
    for read in read_any(raw, path.name, source=key):
        yield _named(read, path.name, name)


def _named(read: Read | ReadingError, name: str, path: str) -> Read | ReadingError:
    """Return what was read; an error names the file as its reader did."""
    if isinstance(read, ReadingError):
        return ReadingError(path + read.source.removeprefix(name), read.problem)
    return read
