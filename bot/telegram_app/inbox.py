"""Updates on their way to the handlers."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

from telegram import Bot, Update

from bot.telegram_app.pending import PendingUpdates
from bot.telegram_app.sending import UNREADABLE
from index.errors import LibraryError

MAX_WAITING = 10_000
"""Updates not handled yet at which no more are taken; only their ids are in memory."""

MAX_LANES = 500
"""Chats answered at the same time at which no more updates are taken."""

Json = dict[str, Any]
_log = logging.getLogger(__name__)


class Inbox:
    """Keeps updates on disk until they are handled: one chat's in order, different chats' at the same time.

    A user's presses and inline queries do not wait for answers in the chat; but what a user writes waits for
    what the presses before it do.
    """

    def __init__(
        self,
        pending: PendingUpdates,
        handle: Callable[[Update], Awaitable[None]],
        bot: Bot | None = None,
        *,
        max_waiting: int = MAX_WAITING,
        max_lanes: int = MAX_LANES,
    ) -> None:
        self._pending = pending
        self._handle = handle
        self._bot = bot
        self._max_waiting = max_waiting
        self._max_lanes = max_lanes
        self._waiting = 0
        self._lanes: dict[Hashable, deque[int]] = {}
        self._workers: dict[Hashable, asyncio.Task[None]] = {}
        self._room = asyncio.Event()
        for update in pending.unhandled():
            self._queue(update)

    def put(self, updates: Sequence[Json]) -> None:
        """Keep updates safe, and have the new ones handled.

        Raises:
            LibraryError: they cannot be kept.
        """
        for update in self._pending.add(updates):
            self._queue(update)

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

    def _queue(self, update: Json) -> None:
        lane = _lane_of(update)
        self._waiting += 1
        if lane in self._lanes:
            self._lanes[lane].append(update["update_id"])
            return
        self._lanes[lane] = deque([update["update_id"]])
        self._workers[lane] = asyncio.create_task(self._work(lane))

    async def _work(self, lane: Hashable) -> None:
        waiting = self._lanes[lane]
        while waiting:
            try:
                await self._handle_one(waiting[0])
            except LibraryError as problem:
                _log.error("An update may be handled again: %s", problem)
            waiting.popleft()
            self._waiting -= 1
            self._room.set()
        del self._lanes[lane], self._workers[lane]
        self._room.set()

    async def _handle_one(self, update_id: int) -> None:
        update = self._read(update_id)
        if update is not None:
            await self._wait_for_presses(update)
            await self._handle(update)
        self._pending.handled(update_id)

    async def _wait_for_presses(self, update: Update) -> None:
        if update.effective_message and update.effective_user and not update.callback_query:
            worker = self._workers.get(_lane_of_presses(update.effective_user.id))
            if worker is not None:
                await asyncio.wait({worker})

    def _read(self, update_id: int) -> Update | None:
        """Return an update; None where it is one of a shape that python-telegram-bot does not know."""
        try:
            return Update.de_json(self._pending.body(update_id) or {}, self._bot)
        except UNREADABLE as problem:
            _log.warning("An update could not be read (%s).", type(problem).__name__)
            return None


def _lane_of(update: Json) -> Hashable:
    """Return what an update has to wait for: its chat; for a press and the like, its user and kind."""
    for kind, content in update.items():
        if isinstance(content, dict):
            chat, user = content.get("chat"), content.get("from")
            if isinstance(chat, dict):
                return str(chat.get("id"))
            return kind, str(user.get("id")) if isinstance(user, dict) else ""
    return None


def _lane_of_presses(user_id: int) -> Hashable:
    return _lane_of({"callback_query": {"from": {"id": user_id}}})
