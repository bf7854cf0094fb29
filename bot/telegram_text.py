"""A `Reply` to the text of one Telegram message, styled by entities, never by markup.

Pure: Telegram's library is not imported. Lengths and offsets of what goes out are in UTF-16 code units, as
Telegram counts them; "units" below means these.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.models import Answer, Footnote, Quote, Reason, Reply
from bot.phrases import notes_text, phrase, reason_text
from bot.rendering import paragraph_of
from index.models import Span
from index.splitter import split_sentences

MAX_UNITS = 4096
"""Telegram refuses a longer message. https://core.telegram.org/bots/api#sendmessage"""

MAX_ENTITIES = 100
"""Telegram passes over the entities beyond. https://core.telegram.org/api/entities"""

Style = Literal["bold", "italic", "expandable_blockquote"]

_MAX_BOLD = 80  # leaves entities for the notes and the block quotes
MAX_LINE = 300
"""Units of a line that is neither answer nor passage; the seed's longest has 170."""

CUT = " …"
"""What stands behind a text that was cut; never part of what is quoted."""

_MAX_LINES = 1500  # units of all footnote lines together
_SURROGATE = re.compile("[\ud800-\udfff]")


class TextEntity(NamedTuple):
    """A style and the units it covers."""

    style: Style
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class TelegramText:
    """The text of a message and its entities, in the order of their offsets; they do not overlap."""

    text: str
    entities: tuple[TextEntity, ...] = ()


def render_telegram(reply: Reply, *, above: str = "", language: str = "en") -> TelegramText:
    """Return the message that shows a reply, within Telegram's limits whatever the texts.

    Where it would be too long, the passages are cut first, then the answer; " …" behind what was cut is
    never part of what is quoted. `above` stands first: the question, where the chat does not show it.
    `language` is that of the bot's own words.
    """
    page = Page()
    if above.strip():
        page.write(shorten(above, MAX_LINE), "italic")
        page.write("\n\n")
    if reply.answer is None:
        page.write(shorten(reply.text or "", page.room))
    else:
        _write_answer(page, reply.answer, language)
    return page.finished()


def plain(words: str) -> TelegramText:
    """Return a message of words without style, cut where Telegram would refuse it."""
    return TelegramText(_clean(shorten(words, MAX_UNITS)))


def count_units(text: str) -> int:
    """Return the length of a text in units.

    >>> count_units("a😀")
    3
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Page:
    """A message being written."""

    def __init__(self) -> None:
        self.text = ""
        self.entities: list[TextEntity] = []
        self._units = 0

    @property
    def room(self) -> int:
        """The units left."""
        return MAX_UNITS - self._units

    def write(self, text: str, style: Style | None = None) -> None:
        """Append a text, styled."""
        text = _clean(text)
        length = count_units(text)
        limit = _MAX_BOLD if style == "bold" else MAX_ENTITIES
        if style and length and len(self.entities) < limit:
            self.entities.append(TextEntity(style, self._units, length))
        self.text += text
        self._units += length

    def finished(self) -> TelegramText:
        """Return the message."""
        return TelegramText(self.text, tuple(self.entities))


def _write_answer(page: Page, answer: Answer, language: str) -> None:
    if answer.query.notes:
        notes = shorten(notes_text(answer.query.notes, language), MAX_LINE)
        page.write(f"({notes})", "italic")
        page.write("\n")
    cited = list(answer.footnotes)
    if answer.reason is not None:
        cited = [answer.nearest] if answer.nearest else []
    heads = _heads(cited, language, is_abstention=answer.abstained)
    reserved = sum(count_units(head) for head in heads) + len(CUT) * len(heads)
    if answer.reason is not None:
        page.write(shorten(_why_not(answer.reason, language), page.room - reserved))
    else:
        _write_quotes(page, answer, page.room - reserved)
    texts = [note.article.text[note.passage.start : note.passage.end] for note in cited]
    shares = share_out([count_units(text) for text in texts], page.room - reserved)
    for note, head, text, share in zip(cited, heads, texts, shares, strict=True):
        page.write(head)
        kept = cut(text, share, note.article.language)
        page.write(text[:kept], "expandable_blockquote")
        page.write(CUT if 0 < kept < len(text) else "")


def _why_not(reason: Reason, language: str) -> str:
    """Return why there is no answer; how to add articles on a command line is no help in a chat."""
    return (
        phrase("articles none", language) if reason.kind == "no articles" else reason_text(reason, language)
    )


def _heads(cited: Sequence[Footnote], language: str, *, is_abstention: bool) -> list[str]:
    """Return what is written before each block quote: a footnote's mark and place."""
    limit = min(MAX_LINE, _MAX_LINES // max(1, len(cited)))
    marks = [phrase("nearest", language) if is_abstention else f"[{note.n}]" for note in cited]
    lines = [f"{mark} {_place(note, limit, language)}\n" for mark, note in zip(marks, cited, strict=True)]
    return [("\n" if n else "\n\n") + line for n, line in enumerate(lines)]


def _place(note: Footnote, limit: int, language: str) -> str:
    """Return where a passage stands: "Title › Section · paragraph 12 · Author, July 03"."""
    path = " › ".join((note.article.title, *note.passage.section))
    byline = ", ".join(part for part in (note.article.author, note.article.date) if part)
    parts = filter(None, (paragraph_of(note.passage, language), byline))
    tail = shorten(" · ".join(parts), limit // 2)
    return f"{shorten(path, limit - len(' · ') - count_units(tail))} · {tail}"


def _write_quotes(page: Page, answer: Answer, room: int) -> None:
    """Write the sentences of the answer, each with its mark, parted by spaces."""
    marks = [f" [{quote.n}]" for quote in answer.quotes]
    texts = [answer.text_of(quote) for quote in answer.quotes]
    reserved = sum(len(mark) + len(CUT) + 1 for mark in marks)
    shares = share_out([count_units(text) for text in texts], room - reserved)
    for n, (quote, text, mark, share) in enumerate(zip(answer.quotes, texts, marks, shares, strict=True)):
        article = answer.footnotes[quote.n - 1].article
        kept = cut(text, share, article.language)
        page.write(" " if n else "")
        write_quote(page, article.text, quote, quote.span.start + kept)
        page.write((CUT if kept < len(text) else "") + mark)


def write_quote(page: Page, text: str, quote: Quote, end: int) -> None:
    """Write a sentence up to `end`, the words that answer in bold."""
    at = quote.span.start
    for span in sorted(quote.answer_spans):
        bold = Span(min(max(at, span.start), end), min(span.end, end))
        if bold.start < bold.end:
            page.write(text[at : bold.start])
            page.write(text[bold.start : bold.end], "bold")
            at = bold.end
    page.write(text[at:end])


def share_out(needs: Sequence[int], room: int) -> list[int]:
    """Return how much of `room` each gets: what it needs, or an equal part of what the modest leave.

    >>> share_out([90, 10, 50], 100)
    [45, 10, 45]
    """
    shares = [0] * len(needs)
    waiting = len(needs)
    for n in sorted(range(waiting), key=needs.__getitem__):
        shares[n] = min(needs[n], max(0, room) // waiting)
        room -= shares[n]
        waiting -= 1
    return shares


def shorten(text: str, limit: int) -> str:
    """Return the text, or as many of its words as fit in `limit` units with the cut mark."""
    if count_units(text) <= limit:
        return text
    return text[: _cut_at_word(text, limit - len(CUT))] + CUT


def cut(text: str, limit: int, language: str) -> int:
    """Return how many characters to keep within `limit` units: whole sentences, else whole words."""
    if count_units(text) <= limit:
        return len(text)
    fitting = _fitting(text, limit)
    ends = [span.end for span in split_sentences(_clean(text), language) if span.end <= fitting]
    return ends[-1] if ends else _cut_at_word(text, limit)


def _cut_at_word(text: str, limit: int) -> int:
    """Return how many characters to keep within `limit` units; a word is cut only if it is most of them."""
    fitting = _fitting(text, limit)
    words = len(text[: fitting + 1].rstrip().rpartition(" ")[0].rstrip())
    return words if words > fitting // 2 else fitting


def _fitting(text: str, limit: int) -> int:
    """Return how many characters fit in `limit` units."""
    head = _clean(text).encode("utf-16-le")[: 2 * max(0, limit)]
    return len(head.decode("utf-16-le", "ignore"))


def _clean(text: str) -> str:
    """Return the text with U+FFFD for each lone surrogate, which cannot be sent; all lengths stay."""
    return _SURROGATE.sub("\ufffd", text)
