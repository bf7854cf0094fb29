"""Updates on their way to the handlers."""

import asyncio
from collections.abc import Awaitable, Callable

from telegram import Update


class Inbox:
    """Updates on their way to the handlers: one chat's in order, different chats' at the same time."""

    def __init__(self, handle: Callable[[Update], Awaitable[None]]) -> None:
        self.next_id: int | None = None
        self._handle = handle
        self._in_flight: dict[asyncio.Task[None], int] = {}
        self._last: dict[int, asyncio.Task[None]] = {}

    def put(self, update: Update) -> None:
        """Have an update handled after those that its chat already has here."""
        self.next_id = update.update_id + 1
        chat_id = update.effective_chat.id if update.effective_chat else 0
        task = asyncio.create_task(self._handle_after(self._last.get(chat_id), update))
        self._in_flight[task] = update.update_id
        self._last[chat_id] = task
        task.add_done_callback(lambda done: self._forget(done, chat_id))

    async def wait_for_room(self, limit: int) -> None:
        """Wait until fewer than `limit` updates are in flight."""
        while len(self._in_flight) >= limit:
            await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self, timeout_s: float) -> int | None:
        """Finish what is in flight, drop what takes longer; return the id up to which all was handled."""
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=timeout_s)
        unfinished = dict(self._in_flight)
        for task in unfinished:
            task.cancel()
        return min(unfinished.values(), default=self.next_id)

    async def _handle_after(self, previous: asyncio.Task[None] | None, update: Update) -> None:
        if previous is not None:
            await asyncio.wait({previous})
        await self._handle(update)

    def _forget(self, task: asyncio.Task[None], chat_id: int) -> None:
        del self._in_flight[task]
        if self._last.get(chat_id) is task:
            del self._last[chat_id]
