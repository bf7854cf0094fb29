"""The one loader of what lies in `data/`, installed or in a checkout."""

import json
from bisect import bisect_left
from functools import cache, lru_cache
from pathlib import Path
from typing import Any


def data_file(*parts: str) -> Path:
    """Return the file or folder at `parts` below `data/`.

    In a wheel the folder travels inside this package; in a checkout it stands beside it.
    """
    return _folder().joinpath(*parts)


@cache
def _folder() -> Path:
    inside = Path(__file__).with_name("data")
    return inside if inside.is_dir() else inside.parents[1] / "data"


@cache
def table(name: str) -> dict[str, Any]:
    """Return the table `data/NAME.json`, read once. Its key "source" says where it comes from."""
    loaded: dict[str, Any] = json.loads(data_file(f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def english_words(name: str) -> frozenset[str]:
    """Return the words of `data/english/NAME.txt`, which are in lower case, read once."""
    return frozenset(data_file("english", f"{name}.txt").read_text(encoding="ascii").split())


@lru_cache(maxsize=10_000)
def english_line(name: str, beginning: str) -> str:
    """Return the rest of the line of `data/english/NAME.txt` that begins so; "" if none does.

    The lines are in the order of their bytes. They are not parted first: it takes longer than all that is
    looked up in them for a question.

    >>> english_line("thesaurus", "zoom in on | ")
    'focus; camera; close-up'
    """
    text, own = _english(name), beginning.encode()

    def line_at(at: int) -> bytes:
        start = text.rfind(b"\n", 0, at) + 1
        return text[start : start + len(own)]

    at = bisect_left(range(len(text)), own, key=line_at)
    return text[at + len(own) : text.index(b"\n", at)].decode() if text.startswith(own, at) else ""


@cache
def _english(name: str) -> bytes:
    return data_file("english", f"{name}.txt").read_bytes()
