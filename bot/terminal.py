"""Text for a terminal: what it can show, how wide, in which styles.

Nothing here knows of articles; `rendering` says what is shown.
"""

import codecs
import io
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

from index.models import Span

MAX_WIDTH = 110
"""Columns of text on a wide terminal; longer lines are hard to read."""

PIPE_WIDTH = 100
"""Columns of text that goes to a file or a pipe."""

MIN_TEXT = 8
"""Columns that are left for the text, however narrow the terminal and deep the indent."""

ENCODING_ERRORS = "footnote"
"""Name of the error handler that writes an ASCII likeness where the terminal's encoding lacks a character."""

Style = Literal["plain", "bold", "dim"]

_CODES: Mapping[Style, str] = {"plain": "", "bold": "\x1b[1m", "dim": "\x1b[2m"}
_RESET = "\x1b[0m"

_SPACES = " \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000"  # those at which a line may break
_WORD = re.compile(rf"[^{_SPACES}]+(?: \[\d+\])*")  # a footnote mark stays with the word before it
_NOT_FIRST = frozenset("、。，．！？：；）」』】〉》”’·ー々")  # no line begins with one of these
_NOT_LAST = frozenset("（「『【〈《“‘")  # and none ends with one of these

# One character for one, so that spans go on to hold. White space of any kind is a space; what moves the
# cursor, changes colours or turns the direction of writing for the rest of the line is not let through.
_SAFE = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)], "\ufffd")
_SAFE |= dict.fromkeys([*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029], " ")
_SAFE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\u200b")

_LIKENESS = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "‹": "<", "›": ">"}
    | {"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "·": "-", "•": "*", "→": "->", "×": "x", "€": "EUR"}
    | {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "æ": "ae", "œ": "oe", "\u200b": ""}
)


@dataclass(frozen=True, slots=True)
class Display:
    """Where text is going: its width in columns, and whether it can be bold."""

    width: int = PIPE_WIDTH
    has_style: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    style: Style = "plain"


def display_of(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Display:
    """Return what a stream can show.

    Styles only on a terminal that is not dumb, unless `NO_COLOR` is set (https://no-color.org).
    """
    if not stream.isatty():
        return Display()
    has_style = not environ.get("NO_COLOR") and environ.get("TERM", "dumb") != "dumb"
    return Display(min(shutil.get_terminal_size().columns, MAX_WIDTH), has_style)


def prepare_streams() -> None:
    """Let the standard streams take any text: a closed one swallows it, a poor encoding writes a likeness."""
    codecs.register_error(ENCODING_ERRORS, _write_likeness)
    sys.stdin, sys.stdout, sys.stderr = (s or io.StringIO() for s in (sys.stdin, sys.stdout, sys.stderr))
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace" if stream is sys.stdin else ENCODING_ERRORS)


def say(text: str) -> None:
    """Write text and a line break to stdout."""
    sys.stdout.write(text + "\n")


def say_at_length(text: str) -> None:
    """Write text and a line break to stdout; through the user's pager where it is longer than the terminal.

    That is `PAGER`, else `less` or `more`.
    """
    if sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines:
        from pydoc import pager

        os.environ.setdefault("LESS", "FRX")  # as git does: styles are shown, and stay when it ends
        pager(text)
    else:
        say(text)


def complain(problem: object) -> None:
    """Write one plain line to stderr, behind what stdout has so far."""
    sys.stdout.flush()
    line = " ".join(clean(str(problem)).split())
    sys.stderr.write(f"footnote: {line}\n")


def likeness(text: str) -> str:
    """Return `text` in ASCII, as like as it goes; "?" for what has no likeness.

    >>> likeness("“Müller” › 北…")
    '"Muller" > ?...'
    """
    folded = unicodedata.normalize("NFKD", text.translate(_LIKENESS))
    return "".join(c if c.isascii() else "" if unicodedata.combining(c) else "?" for c in folded)


def clean(text: str) -> str:
    r"""Return `text`, as long as it was, with nothing in it that a terminal would obey.

    >>> clean("a\tb\x1b[31m")
    'a b�[31m'
    """
    return text.translate(_SAFE)


def cells(text: str) -> int:
    """Return the columns that `text` takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def flow(runs: Sequence[Run], display: Display, *, first: str = "", rest: str = "") -> str:
    """Return the runs as one wrapped paragraph, without a line break at its end.

    The first line begins with `first`, the others with `rest`.
    """
    text = clean("".join(run.text for run in runs))
    indent = max(cells(first), cells(rest))
    lines = wrap(text, max(display.width - indent, MIN_TEXT))
    shown = [_paint(text, line, runs if display.has_style else ()) for line in lines]
    return "\n".join(f"{rest if n else first}{line}" for n, line in enumerate(shown or [""])).rstrip(" ")


def wrap(text: str, width: int) -> list[Span]:
    """Return the spans of the lines of `text`, none wider than `width` columns (at least 2).

    Lines break at spaces, which are in none of them, between wide characters, and anywhere in a word that
    is wider than a line.

    >>> [text[start:end] for text in ["He said so. [1]"] for start, end in wrap(text, 8)]
    ['He said', 'so. [1]']
    """
    lines: list[Span] = []
    start = end = 0
    for piece in _pieces(text, width):
        if end and cells(text[start : piece.end]) <= width:
            end = piece.end
            continue
        if end:
            lines.append(Span(start, end))
        start, end = piece
    return [*lines, Span(start, end)] if end else lines


def _pieces(text: str, width: int) -> Iterator[Span]:
    """Yield what may not be broken, in order: words, or parts of them."""
    for match in _WORD.finditer(text):
        start, end = match.span()
        if cells(match.group()) == len(match.group()) <= width:  # an ordinary word
            yield Span(start, end)
            continue
        used = _cells(text[start])
        for at in range(start + 1, end):
            here = _cells(text[at])
            if here and (used + here > width or _may_break(text[at - 1], text[at])):
                yield Span(start, at - (text[at - 1] == " "))
                start, used = at + (text[at] == " "), -(text[at] == " ")
            used += here
        yield Span(start, end)


def _may_break(before: str, after: str) -> bool:
    """Say whether a line may end between two characters of one word: beside a wide one it may."""
    is_wide = _cells(before) == 2 or _cells(after) == 2
    return is_wide and before not in _NOT_LAST and after not in _NOT_FIRST and before != " " != after


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _paint(text: str, line: Span, runs: Sequence[Run]) -> str:
    """Return a line of `text` in the styles of its runs, plain if there are none; it ends unstyled."""
    if not runs:
        return text[line.start : line.end]
    painted = []
    at = 0
    for run in runs:
        start, end = max(line.start, at), min(line.end, at + len(run.text))
        at += len(run.text)
        if start < end:
            code = _CODES[run.style]
            painted.append(f"{code}{text[start:end]}{_RESET}" if code else text[start:end])
    return "".join(painted)


def _write_likeness(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return likeness(error.object[error.start : error.end]), error.end
