"""The buttons under messages, and what a press of each sends back.

What a button sends carries all that it needs, in at most 64 bytes, so that every button ever shown works for
good. Telegram's library is not imported. A row is a tuple of buttons.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.phrases import phrase

MAX_DATA = 64
"""Bytes that a button can send back. https://core.telegram.org/bots/api#inlinekeyboardbutton"""

FAULTS = ("passage", "sentence", "there", "other")
"""What can be wrong with an answer, in the order of the buttons."""

_ID = r"([0-9a-f]{1,12})"  # of an exchange
_KEPT = r"([A-Za-z0-9_-]{1,40})"  # id of a passage or an article
_NUMBER = r"(\d{1,4})"

EXAMPLE = re.compile(r"ask:(\d)", re.ASCII)
PASSAGE = re.compile(f"p:{_ID}:{_KEPT}")
BACK = re.compile(f"b:{_ID}")
WHY = re.compile(f"w:{_ID}")
THUMB_UP = re.compile(f"u:{_ID}")
THUMB_DOWN = re.compile(f"d:{_ID}")
FAULT = re.compile(f"d:{_ID}:({'|'.join(FAULTS)})")
ARTICLES = re.compile(f"a:{_NUMBER}", re.ASCII)
CHOOSE = re.compile(f"c:{_NUMBER}:{_KEPT}?", re.ASCII)
FORGET = re.compile(r"f:(\d{1,20})", re.ASCII)
ADD = re.compile(r"n:add")
ASK = re.compile(r"n:ask")
REMOVALS = re.compile(f"r:{_NUMBER}", re.ASCII)
REMOVE = re.compile(f"r:{_KEPT}:(ask|yes)")
CANCEL = re.compile(r"x")


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its words, and what it sends back or the address that it opens, exactly one of them."""

    text: str
    data: str | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]


def answer_buttons(exchange_id: int, cited: Sequence[str], language: str, *, abstained: bool) -> Rows:
    """Return the buttons of an answer: a passage each, why, thumbs. `cited` are the passages' ids."""
    names = [f"[{n}]" for n in range(1, len(cited) + 1)]
    if abstained:
        names = [phrase("open nearest", language)] * len(cited)
    opening = tuple(
        Button(f"📖 {name}", passage_data(exchange_id, id_)) for name, id_ in zip(names, cited, strict=True)
    )
    judging = (
        Button(phrase("why", language), f"w:{exchange_id:x}"),
        Button("👍", f"u:{exchange_id:x}"),
        Button("👎", f"d:{exchange_id:x}"),
    )
    return (opening, judging) if opening else (judging,)


def fault_buttons(exchange_id: int, language: str, *, abstained: bool) -> Rows:
    """Return the buttons that ask what was wrong; of an abstention neither passage nor sentence was."""
    asked = FAULTS[2:] if abstained else FAULTS
    buttons = [Button(phrase(f"fault {fault}", language), f"d:{exchange_id:x}:{fault}") for fault in asked]
    return tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))


def back_button(exchange_id: int, language: str) -> Button:
    """Return the button that leads from a page back to its answer."""
    return Button("↩ " + phrase("back", language), f"b:{exchange_id:x}")


def passage_data(exchange_id: int, passage_id: str) -> str:
    """Return what opens a passage from an answer (0: from none)."""
    return f"p:{exchange_id:x}:{passage_id}"


def list_buttons(page: int, pages: int, numbered: Sequence[tuple[int, str]], turn: str, press: str) -> Rows:
    """Return a row of numbers and one to turn the page; `press` and `turn` are filled with `id`, `page`."""
    numbers = tuple(Button(str(n), press.format(id=id_, page=page)) for n, id_ in numbered)
    turning = tuple(
        Button(text, turn.format(page=to))
        for text, to in (("◀", page - 1), ("▶", page + 1))
        if 0 <= to < pages
    )
    return tuple(row for row in (numbers, turning) if row)
