"""The buttons under messages, and what a press of each sends back.

What a button sends carries all that it needs, in at most 64 bytes, so that every button ever shown works for
good. Telegram's library is not imported. A row is a tuple of buttons.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.phrases import phrase
from bot.rendering import paragraph_of
from index.models import Article, ArticleEntry, Passage

MAX_DATA = 64
"""Bytes that a button can send back. https://core.telegram.org/bots/api#inlinekeyboardbutton"""

FAULTS = ("passage", "sentence", "there", "other")
"""What can be wrong with an answer, in the order of the buttons."""

PAGE = 8
"""Articles on a page of the list: as many numbers as fit in a row."""

_ADDRESS = re.compile(r"https?://[\w.-]+\.[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_ID = r"([0-9a-f]{1,12})"  # of an exchange
_KEPT = r"([A-Za-z0-9_-]{1,40})"  # id of a passage or an article
_PAGE = r"(\d{1,6})"
_USER = r"(\d{1,20})"


def _data(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}\Z", re.ASCII)


EXAMPLE = _data(r"ask:(\d)")
PASSAGE = _data(rf"p:{_ID}:{_KEPT}")
BACK = _data(rf"b:{_ID}")
WHY = _data(rf"w:{_ID}")
THUMB_UP = _data(rf"u:{_ID}")
THUMB_DOWN = _data(rf"d:{_ID}")
TAKE_BACK = _data(rf"t:{_ID}")
FAULT = _data(rf"d:{_ID}:({'|'.join(FAULTS)})")
ARTICLES = _data(rf"a:{_PAGE}")
CHOOSE = _data(rf"c:{_PAGE}:{_KEPT}?")
FORGET = _data(rf"f:{_USER}")
CANCEL = _data(rf"x:{_USER}")
ADD = _data(r"n:(add|ask)(?::(\d{1,3}))?")
REMOVALS = _data(rf"r:{_PAGE}")
REMOVE = _data(rf"r:{_KEPT}:(ask|yes)")


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
    return _filled(opening, judging)


def fault_buttons(exchange_id: int, language: str, *, abstained: bool) -> Rows:
    """Return the buttons that ask what was wrong; of an abstention neither passage nor sentence was.

    The last takes the thumb back.
    """
    asked = FAULTS[2:] if abstained else FAULTS
    buttons = [Button(phrase(f"fault {fault}", language), f"d:{exchange_id:x}:{fault}") for fault in asked]
    back = Button("↩ " + phrase("take back", language), f"t:{exchange_id:x}")
    return (*(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2)), (back,))


def back_button(exchange_id: int, language: str) -> Button:
    """Return the button that leads from a page back to its answer."""
    return Button("↩ " + phrase("back", language), f"b:{exchange_id:x}")


def passage_data(exchange_id: int, passage_id: str) -> str:
    """Return what opens a passage from an answer (0: from none)."""
    return f"p:{exchange_id:x}:{passage_id}"


def passage_buttons(
    exchange_id: int,
    neighbours: tuple[Passage | None, Passage | None],
    article: Article,
    language: str,
) -> Rows:
    """Return the buttons of an opened passage: its neighbours, the way back, the source's address."""
    turning = tuple(
        Button(form.format(paragraph_of(to, language)), passage_data(exchange_id, to.id))
        for form, to in zip(("◀ {}", "{} ▶"), neighbours, strict=True)
        if to is not None
    )
    back = (back_button(exchange_id, language),) if exchange_id else ()
    return _filled(turning, back, _source(article, language))


def article_buttons(article: Article, first: Passage | None, language: str) -> Rows:
    """Return the buttons of an article: to read it from its first passage, to ask it alone, its address."""
    reading = (Button("📖 " + phrase("read it", language), passage_data(0, first.id)),) if first else ()
    asking = Button(phrase("ask this", language), f"c:0:{article.id}")
    return _filled((*reading, asking), _source(article, language))


def list_buttons(
    entries: Sequence[ArticleEntry], page: int, pages: int, language: str, *, chosen: bool
) -> Rows:
    """Return the buttons of a page of the list that choose an article: numbers, to turn, all where one is."""
    numbers = tuple(Button(str(n), f"c:{page}:{entry.id}") for n, entry in _numbered(entries, page))
    all_ = (Button(phrase("all articles", language), f"c:{page}:"),) if chosen else ()
    return _filled(numbers, _turning("a", page, pages), all_)


def removal_buttons(entries: Sequence[ArticleEntry], page: int, pages: int) -> Rows:
    """Return the buttons of a page of the list that remove an article."""
    numbers = tuple(Button(str(n), f"r:{entry.id}:ask") for n, entry in _numbered(entries, page))
    return _filled(numbers, _turning("r", page, pages))


def confirm_buttons(do: Button, user_id: int, language: str) -> Rows:
    """Return the button that does something, and one to cancel for the user who is asked."""
    return ((do, Button(phrase("cancel", language), f"x:{user_id}")),)


def _numbered(entries: Sequence[ArticleEntry], page: int) -> Iterable[tuple[int, ArticleEntry]]:
    return enumerate(entries, start=page * PAGE + 1)


def _turning(kind: str, page: int, pages: int) -> tuple[Button, ...]:
    ways = (("◀", page - 1), ("▶", page + 1))
    return tuple(Button(text, f"{kind}:{to}") for text, to in ways if 0 <= to < pages)


def _source(article: Article, language: str) -> tuple[Button, ...]:
    """Return the button to the article's address; none where Telegram would take it for no address."""
    is_address = article.url is not None and _ADDRESS.fullmatch(article.url)
    return (Button("🔗 " + phrase("source", language), url=article.url),) if is_address else ()


def _filled(*rows: tuple[Button, ...]) -> Rows:
    return tuple(row for row in rows if row)
