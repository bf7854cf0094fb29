"""What administrators send to be added: a file, the address of a page, a text, also in several messages."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from telegram import Document, Message, MessageEntity

from bot.telegram_app.addressing import clean
from bot.telegram_text import MAX_UNITS, count_units, shorten

MIN_TEXT = 600
"""Characters from which a text of an administrator's is taken for an article; few questions have as many."""

MIN_FORWARDED = 200
"""As `MIN_TEXT`, of a text that he forwards: nobody forwards questions."""

MIN_PART = 2048
"""Units above which a message may be a part of a longer text: Telegram's clients cut what does not fit in one
in the second half of what does, behind a paragraph if one ends there."""

AT_ONCE = timedelta(seconds=2)
"""Between two parts at the most: they are sent one right after the other, and dated to the second."""

MAX_SERIES = 100
"""Texts in several messages that are remembered; one that is not has to be sent again."""

_NAME = 100  # units of the name of what is added
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*\Z")


@dataclass(frozen=True, slots=True)
class Upload:
    """What an administrator sent: a file, the address of a page, or a text. Exactly one is given."""

    name: str
    document: Document | None = None
    address: str | None = None
    text: str | None = None

    @property
    def label(self) -> str:
        """Return the name as it is shown."""
        return shorten(self.name, _NAME)


@dataclass(slots=True)
class Series:
    """A text that came in one message or in several; `offer_id` is of the message that offers to add it."""

    messages: list[Message]
    offer_id: int

    @property
    def upload(self) -> Upload:
        """Return the whole text."""
        parts = [clean(message.text or "").strip() for message in self.messages]
        whole = parts[0] + "".join(_gap(before) + part for before, part in pairwise(parts))
        return Upload(whole.partition("\n")[0], text=whole)


class SeriesByChat:
    """The texts that were offered last, each found by its first message."""

    def __init__(self) -> None:
        self._series: OrderedDict[tuple[int, int], Series] = OrderedDict()
        self._latest: dict[int, Series] = {}

    def begin(self, message: Message, offer_id: int) -> None:
        """Remember a text that may go on in the next message."""
        series = Series([message], offer_id)
        self._series[message.chat_id, message.message_id] = series
        self._latest[message.chat_id] = series
        if len(self._series) > MAX_SERIES:
            self._series.popitem(last=False)

    def of(self, first: Message) -> Series | None:
        """Return the text that a message begins; None where it is not remembered."""
        return self._series.get((first.chat_id, first.message_id))

    def continued_by(self, message: Message) -> Series | None:
        """Return the text that a message goes on with; None where it begins another, or is none."""
        latest = self._latest.get(message.chat_id)
        return latest if latest and _goes_on(latest.messages[-1], message) else None

    def end(self, first: Message) -> None:
        """Let the text that a message begins not go on: it is taken."""
        if self._latest.get(first.chat_id) is self.of(first):
            self._latest.pop(first.chat_id, None)


def upload_of(message: Message) -> Upload | None:
    """Return what a message has that can be an article; None if it has nothing of the kind."""
    if message.document is not None:
        return Upload(clean(message.document.file_name or "file"), document=message.document)
    text = clean(message.text or message.caption or "").strip()
    if _WEB.fullmatch(text):
        return Upload(text, address=text)
    if len(text) >= (MIN_FORWARDED if message.forward_origin else MIN_TEXT):
        return Upload(text.splitlines()[0], text=text)
    return None


def _goes_on(before: Message, message: Message) -> bool:
    """Say whether a message is the next part of a text, of which another is the part before."""
    if not message.text or count_units(before.text or "") <= MIN_PART:
        return False
    if any(entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0 for entity in message.entities):
        return False
    is_at_once = message.date - before.date <= AT_ONCE
    return is_at_once and message.from_user == before.from_user and _is_of_one_origin(before, message)


def _is_of_one_origin(before: Message, message: Message) -> bool:
    """Say whether two messages were forwarded from one author who wrote them at once, or neither was."""
    first, second = before.forward_origin, message.forward_origin
    if first is None or second is None:
        return first is second
    apart = {"date", "message_id"}
    one, other = (
        {name: value for name, value in origin.to_dict().items() if name not in apart}
        for origin in (first, second)
    )
    return one == other and second.date - first.date <= AT_ONCE


def _gap(before: str) -> str:
    """Return what a client has left out behind a part: an empty line, a space, or nothing within a word."""
    if count_units(before) == MAX_UNITS:
        return ""
    return "\n\n" if _SENTENCE_END.search(before) else " "
