"""Few at a time, but none held up by one that is slow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """Room for `count` at a time; one that takes longer than `slow_s` counts no more."""

    def __init__(self, count: int, slow_s: float) -> None:
        self._free = asyncio.Semaphore(count)
        self._slow_s = slow_s

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for room, and take it while inside."""
        loop = asyncio.get_running_loop()
        await self._free.acquire()
        release = loop.call_later(self._slow_s, self._free.release)
        try:
            yield
        finally:
            if release.when() > loop.time():
                release.cancel()
                self._free.release()
