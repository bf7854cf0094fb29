"""Updates on their way to the handlers."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, NamedTuple

from telegram import Bot, Update

from bot.telegram_app.pending import PendingUpdates
from bot.telegram_app.sending import UNREADABLE
from index.errors import FootnoteError

MAX_WAITING = 10_000
"""Updates not handled yet at which no more are taken; only their ids are in memory."""

MAX_LANES = 500
"""Chats answered at the same time at which no more updates are taken."""

# A press may be about the answer that is being recorded, and a question may follow what a press has asked;
# but neither waits long for what does not get through.
_PRESS_WAIT_S = 0.5
_QUESTION_WAIT_S = 1.0

_OTHERS = ("reply_to_message", "quote")

Json = dict[str, Any]
_log = logging.getLogger(__name__)


class _Entry(NamedTuple):
    """An update that waits; `update` only where it is the first of its lane."""

    id: int
    update: Update | None = None


class Inbox:
    """Keeps updates on disk until they are handled: one chat's in order, different chats' at the same time.

    What does not concern the bot is never written, nor are others' words that a question replies to. A user's
    presses and inline queries hardly wait for answers in the chat; what a user writes waits a moment for what
    the presses before it do.
    """

    def __init__(
        self,
        pending: PendingUpdates,
        handle: Callable[[Update], Awaitable[None]],
        concerns_bot: Callable[[Update], bool],
        bot: Bot | None = None,
        *,
        max_waiting: int = MAX_WAITING,
        max_lanes: int = MAX_LANES,
    ) -> None:
        self._pending = pending
        self._handle = handle
        self._concerns_bot = concerns_bot
        self._bot = bot
        self._max_waiting = max_waiting
        self._max_lanes = max_lanes
        self._waiting = 0
        self._lanes: dict[Hashable, deque[_Entry]] = {}
        self._workers: dict[Hashable, asyncio.Task[None]] = {}
        self._room = asyncio.Event()
        for raw in pending.unhandled():
            self._queue(raw, None)

    def put(self, updates: Sequence[Json]) -> None:
        """Keep updates safe, and have the new ones handled.

        Raises:
            FootnoteError: they cannot be kept.
        """
        own: list[Json] = []
        read: dict[int, Update] = {}
        for raw in updates:
            update = self._read(raw)
            if update is not None and self._is_own(update):
                own.append(_own(raw, self._pending.bot_id))
                read[update.update_id] = update
        for raw in self._pending.add(own) if own else ():
            self._queue(raw, read[raw["update_id"]])

    @property
    def has_room(self) -> bool:
        """Say whether more updates may be taken."""
        return self._waiting < self._max_waiting and len(self._lanes) < self._max_lanes

    async def wait_for_room(self) -> None:
        """Wait until more updates may be taken."""
        while not self.has_room:
            self._room.clear()
            await self._room.wait()

    async def drain(self, timeout_s: float) -> None:
        """Finish what is being handled and waits; leave on disk what takes longer."""
        workers = set(self._workers.values())
        if workers:
            await asyncio.wait(workers, timeout=timeout_s)
        for worker in workers:
            worker.cancel()

    def _queue(self, raw: Json, update: Update | None) -> None:
        lane, number = _lane_of(raw), raw["update_id"]
        self._waiting += 1
        if lane in self._lanes:
            self._lanes[lane].append(_Entry(number))
            return
        self._lanes[lane] = deque([_Entry(number, update)])
        self._workers[lane] = asyncio.create_task(self._work(lane))

    async def _work(self, lane: Hashable) -> None:
        waiting = self._lanes[lane]
        while waiting:
            try:
                await self._handle_one(waiting[0])
            except FootnoteError as problem:
                _log.error("An update may be handled again: %s", problem)
            except Exception as failure:  # noqa: BLE001  # whatever it is, those behind it are not to wait
                _log.error("An update may be handled again (%s).", type(failure).__name__)
                _log.debug("The error in full:", exc_info=failure)
            waiting.popleft()
            self._waiting -= 1
            self._room.set()
        del self._lanes[lane], self._workers[lane]
        self._room.set()

    async def _handle_one(self, entry: _Entry) -> None:
        update = entry.update or self._read(self._pending.body(entry.id) or {})
        if update is not None:
            await self._wait_for_others(update)
            await self._handle(update)
        self._pending.handled(entry.id)

    async def _wait_for_others(self, update: Update) -> None:
        """Let what a user did before in another lane take effect."""
        if update.callback_query and update.effective_chat:
            await self._wait_for(str(update.effective_chat.id), update.update_id, _PRESS_WAIT_S)
        elif update.effective_message and update.effective_user:
            presses = ("callback_query", str(update.effective_user.id))
            await self._wait_for(presses, update.update_id, _QUESTION_WAIT_S)

    async def _wait_for(self, lane: Hashable, before: int, timeout_s: float) -> None:
        if lane in self._lanes and self._lanes[lane][0].id < before:
            await asyncio.wait({self._workers[lane]}, timeout=timeout_s)

    def _is_own(self, update: Update) -> bool:
        """Say whether an update concerns the bot; what cannot be judged holds up no other."""
        try:
            return self._concerns_bot(update)
        except UNREADABLE as problem:
            _log.warning("An update could not be judged (%s).", type(problem).__name__)
            return False

    def _read(self, raw: Json) -> Update | None:
        """Return an update; None where it is one of a shape that python-telegram-bot does not know."""
        try:
            return Update.de_json(raw, self._bot)
        except UNREADABLE as problem:
            _log.warning("An update could not be read (%s).", type(problem).__name__)
            return None


def _own(update: Json, bot_id: int) -> Json:
    """Return an update without the message it replies to, unless that is the bot's."""
    for kind in ("message", "edited_message"):
        replied = update.get(kind, {}).get("reply_to_message", {})
        if replied and replied.get("from", {}).get("id") != bot_id:
            message = {name: value for name, value in update[kind].items() if name not in _OTHERS}
            return {**update, kind: message}
    return update


def _lane_of(update: Json) -> Hashable:
    """Return what an update has to wait for: its chat; for a press and the like, its user and kind."""
    for kind, content in update.items():
        if isinstance(content, dict):
            chat, user = content.get("chat"), content.get("from")
            if isinstance(chat, dict):
                return str(chat.get("id"))
            return kind, str(user.get("id")) if isinstance(user, dict) else ""
    return None
