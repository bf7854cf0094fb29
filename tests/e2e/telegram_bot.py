"""The Telegram bot, run against the test server: in a thread, or in a process of its own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

from bot.dialogue import Dialogue
from bot.models import Reply, Session, Turn
from bot.state import FILE, State
from bot.telegram_app import Access, Desk, Patience, Webhook, serve
from index.errors import FootnoteError
from index.library import Library, seed_article
from tests.e2e.telegram_server import Json, TelegramServer

ROOT = Path(__file__).parents[2]

HASTE = Patience(backoff_s=0.05, max_backoff_s=0.4, conflict_s=0.3, takeover_s=0.5, drain_s=1.0)
"""The waits of a bot under test; those for the server's answers are as in life."""

ECHO = """
import os, sys
from pathlib import Path
from bot.state import State
from bot.telegram_app import Access, Desk, configure_logging, run_bot
from tests.e2e.telegram_bot import EchoDialogue

folder, level = Path(os.environ["FOOTNOTE_LIBRARY"]), sys.argv[1]
token, base_url = os.environ["FOOTNOTE_TELEGRAM_TOKEN"], os.environ["FOOTNOTE_TELEGRAM_BASE_URL"]
configure_logging(level, token)
with State(folder / "telegram.sqlite", 30) as state:
    run_bot(Desk(EchoDialogue(), state), Access(token, base_url), folder)
"""
"""A script that runs `EchoDialogue`, the level of its log as argument."""


class EchoDialogue:
    """Says what was asked; fails at "boom"."""

    def __init__(self) -> None:
        self.library = Library.of([])

    def reply(self, session: Session, message: str, **_: object) -> Reply:
        if "boom" in message:
            raise ValueError(message)
        return Reply(Session((*session.turns, Turn(message))), message, text=f"You asked: {message}")


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
    patience: Patience = HASTE,
    webhook: Webhook | None = None,
) -> Iterator[Future[None]]:
    """Run the bot in a thread, its state in a folder; yield the future of its end; stop it."""
    loops: Future[asyncio.AbstractEventLoop] = Future()
    stopped = asyncio.Event()

    async def live() -> None:
        loops.set_result(asyncio.get_running_loop())
        with State(folder / FILE, 30) as state:
            access = Access(token or server.token, server.base_url, server.file_url, webhook, patience)
            await serve(desk(state), access, folder, stopped)

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(lambda: asyncio.run(live()))
        try:
            yield ended
        finally:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                loops.result().call_soon_threadsafe(stopped.set)
            with contextlib.suppress(FootnoteError):
                ended.result(timeout=6)


def running(
    server: TelegramServer, folder: Path, dialogue: Any = None, **options: Any
) -> AbstractContextManager[Future[None]]:
    """Return `running_bot` with a dialogue, by default one that echoes."""
    return running_bot(server, folder, lambda state: Desk(dialogue or EchoDialogue(), state), **options)


@contextlib.contextmanager
def process(
    server: TelegramServer, folder: Path, *command: str, token: str | None = None, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a command, by default `footnote telegram`, its library in a folder; kill it at the end."""
    settings = {
        "TELEGRAM_TOKEN": token or server.token,
        "TELEGRAM_BASE_URL": server.base_url,
        "LIBRARY": str(folder / "library"),
        **settings,
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment |= {f"FOOTNOTE_{name}": value for name, value in settings.items()}
    line = [sys.executable, "-W", "error", *(command or ("-m", "bot", "telegram"))]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=environment) as started:
        try:
            yield started
        finally:
            started.kill()


def stop(bot: subprocess.Popen[str], number: int = signal.SIGTERM) -> None:
    """Stop a process by a signal: within five seconds, with exit status 0."""
    started = time.monotonic()
    bot.send_signal(number)
    assert bot.wait(timeout=6) == 0
    assert time.monotonic() - started < 5


def private_chat(n: int) -> tuple[Json, Json]:
    """Return a private chat and its user, the n-th."""
    user = {"id": 1000 + n, "first_name": f"User {n}"}
    return {**user, "type": "private"}, {**user, "is_bot": False}


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
