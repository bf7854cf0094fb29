"""The Telegram bot, run in a thread against the test server."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

from bot.dialogue import Dialogue
from bot.state import State
from bot.telegram_app import Desk, TelegramError, build_application, serve
from index.library import Library, seed_article
from tests.e2e.telegram_server import Json, TelegramServer


@cache
def seed_dialogue() -> Dialogue:
    """Return the conversation over the seed article."""
    return Dialogue(Library.of([seed_article()]))


def seed_desk(state: State) -> Desk:
    """Return what the handlers work with, over the seed article."""
    return Desk(seed_dialogue(), state)


@contextlib.contextmanager
def running_bot(
    server: TelegramServer,
    folder: Path,
    desk: Callable[[State], Desk] = seed_desk,
    *,
    token: str | None = None,
) -> Iterator[Future[None]]:
    """Run the bot, its state in a folder; yield the future of its end; stop it."""
    loops: Future[asyncio.AbstractEventLoop] = Future()
    stop = asyncio.Event()

    async def live() -> None:
        loops.set_result(asyncio.get_running_loop())
        with State(folder / "telegram.sqlite", 30) as state:
            application = build_application(
                desk(state),
                token=token or server.token,
                base_url=server.base_url,
                base_file_url=server.file_url,
            )
            await serve(application, stop)

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(lambda: asyncio.run(live()))
        try:
            yield ended
        finally:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                loops.result().call_soon_threadsafe(stop.set)
            with contextlib.suppress(TelegramError):
                ended.result(timeout=6)


def words(message: Json, style: str) -> list[str]:
    """Return what has a style in a message."""
    raw = message["text"].encode("utf-16-le")
    found = [entity for entity in message.get("entities", []) if entity["type"] == style]
    spans = [(2 * entity["offset"], 2 * (entity["offset"] + entity["length"])) for entity in found]
    return [raw[start:end].decode("utf-16-le") for start, end in spans]


def mention(text: str, name: str = "@FootnoteTestBot") -> list[Json]:
    """Return the field of a message that marks where a name stands in its text."""
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    return [{"type": "mention", "offset": offset, "length": len(name)}]


def buttons(message: Json) -> list[list[str]]:
    """Return the words on the buttons under a message, a list a row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]
