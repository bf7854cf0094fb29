"""The real bot, run against the server of `telegram_server`: in a thread, or in a process of its own."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bot.database import FILE
from bot.models import Reply, Session, Turn
from bot.state import State
from bot.telegram_app import Access, Desk, Patience, serve
from index.errors import FootnoteError
from index.library import Library

ROOT = Path(__file__).parents[2]
HASTE = Patience(backoff_s=0.05, max_backoff_s=0.4, conflict_s=0.3, takeover_s=0.5, drain_s=1.0)
"""The waits of a bot under test; those for the server's answers are as in life."""


class EchoDialogue:
    """Says what was asked; fails at "boom"."""

    def __init__(self):
        self.library = Library.of([])

    def reply(self, session, message, *_, **__):
        if "boom" in message:
            raise ValueError(message)
        return Reply(Session((*session.turns, Turn(message))), message, text=f"You asked: {message}")


@contextlib.contextmanager
def running(server, folder, dialogue=None, *, token=None, patience=HASTE, webhook=None, **desk):
    """Run a bot in a thread, its state in a folder; yield the future of its end; stop it."""
    loops, stopped = Future(), asyncio.Event()

    async def live():
        loops.set_result(asyncio.get_running_loop())
        with State(folder / FILE, 30) as state:
            access = Access(token or server.token, server.base_url, server.base_file_url, webhook, patience)
            await serve(Desk(dialogue or EchoDialogue(), state, **desk), access, folder, stopped)

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(lambda: asyncio.run(live()))
        try:
            yield ended
        finally:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                loops.result().call_soon_threadsafe(stopped.set)
            with contextlib.suppress(FootnoteError):
                ended.result(timeout=6)


@contextlib.contextmanager
def process(server, folder, *command, token=None, **settings):
    """Run a command, by default `footnote telegram`, its library in a folder; kill it at the end."""
    settings = {
        "TELEGRAM_TOKEN": token or server.token,
        "TELEGRAM_BASE_URL": server.base_url,
        "LIBRARY": str(folder / "library"),
        **settings,
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment |= {f"FOOTNOTE_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-W", "error", *(command or ("-m", "bot", "telegram"))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as started:
        try:
            yield started
        finally:
            started.kill()


def stop(bot, number=signal.SIGTERM):
    """Stop a process by a signal: within five seconds, with exit status 0."""
    started = time.monotonic()
    bot.send_signal(number)
    assert bot.wait(timeout=6) == 0
    assert time.monotonic() - started < 5


def private_chat(n):
    """Return a private chat and its user, the n-th."""
    user = {"id": 1000 + n, "first_name": f"User {n}"}
    return {**user, "type": "private"}, {**user, "is_bot": False}


ANNS, ANN = private_chat(1)
BENS, BEN = private_chat(2)


def texts(server, count, chat=ANNS, timeout_s=5.0):
    """Return the texts of the messages in a chat, once there are so many."""
    return [message["text"] for message in server.shown(count, chat, timeout_s)]


def wait_until_handled(folder, timeout_s=20.0):
    """Wait until no update waits any more: all that came of those before is recorded."""
    until = time.monotonic() + timeout_s
    with contextlib.closing(sqlite3.connect(folder / FILE)) as file:
        while file.execute("SELECT COUNT(*) FROM updates WHERE body IS NOT NULL").fetchone() != (0,):
            assert time.monotonic() < until
            time.sleep(0.02)


ECHO = """
import os, sys
from pathlib import Path
from bot.state import State
from bot.telegram_app import Access, Desk, configure_logging, run_bot
from tests.e2e.telegram_bots import EchoDialogue

folder, level = Path(os.environ["FOOTNOTE_LIBRARY"]), sys.argv[1]
token, base_url = os.environ["FOOTNOTE_TELEGRAM_TOKEN"], os.environ["FOOTNOTE_TELEGRAM_BASE_URL"]
configure_logging(level, token)
with State(folder / "telegram.sqlite", 30) as state:
    run_bot(Desk(EchoDialogue(), state), Access(token, base_url), folder)
"""
"""A script that runs `EchoDialogue`, the level of its log as argument."""
