"""What the Telegram bot makes of many who ask at once, against a plain echo bot of python-telegram-bot.

Run as a script: fifty chats put twenty questions each, all at once, to `footnote telegram` and to the echo
bot, in turn, each a process over a Bot API server of its own on loopback. Prints the ratio of answers a
second, how long the chat that waits longest waits against the mean, and how memory grows.

The speed is measured twice: with a server that takes 25 ms for a message, as Telegram does over the internet,
and with one that takes none. In the second, the echo bot, which does nothing but pass texts on, shows what
the library costs, and the difference what the answering does.
"""

import argparse
import contextlib
import itertools
import os
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.evaluation import read_questions
from tests.e2e.telegram_bots import private_chat, process
from tests.e2e.telegram_server import Call, Fault, TelegramServer

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "data" / "questions" / "golden.jsonl"
CHATS = 50
EACH = 20  # as many as nobody has to wait for

ECHO = """
import os
from telegram.ext import ApplicationBuilder, MessageHandler, filters

async def echo(update, _):
    await update.message.reply_text(update.message.text)

token, base_url = os.environ["FOOTNOTE_TELEGRAM_TOKEN"], os.environ["FOOTNOTE_TELEGRAM_BASE_URL"]
application = ApplicationBuilder().token(token).base_url(base_url).build()
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
"""


class Asked(NamedTuple):
    """What is asked, without end, and the numbers of those who ask, none twice."""

    texts: Iterator[str]
    users: Iterator[int]


class Burst(NamedTuple):
    """Answers a second, and the mean wait of the chat that waits longest over that of all."""

    per_s: float
    unfairness: float


def burst(server: TelegramServer, asked: Asked, *, each: int = EACH) -> Burst:
    """Return what becomes of questions of all chats at once."""
    chats = [private_chat(next(asked.users)) for _ in range(CHATS)]
    before = len(server.calls)
    started = time.monotonic()
    for _ in range(each):
        for chat, user in chats:
            server.say(next(asked.texts), chat=chat, sender=user)
    answers = _sent(server, before, CHATS * each)
    waits = defaultdict(list)
    for call in answers:
        waits[call.parameters["chat_id"]].append(call.at - started)
    means = [statistics.mean(of_chat) for of_chat in waits.values()]
    return Burst(len(answers) / (answers[-1].at - started), max(means) / statistics.mean(means))


def _sent(server: TelegramServer, before: int, count: int) -> list[Call]:
    """Return the next answers that are sent; `wait_for` would look through all calls at each."""
    while True:
        sent = [call for call in server.calls[before:] if call.method == "sendMessage"]
        if len(sent) >= count:
            return sent
        time.sleep(0.05)


def resident_mb(pid: int) -> float:
    """Return the memory that a process holds."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1000


@contextlib.contextmanager
def polling(server: TelegramServer, folder: Path, *command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a bot until it polls, and on."""
    with process(server, folder, *command, LOG_LEVEL="ERROR") as bot:
        server.wait_for("getUpdates", timeout_s=30)
        yield bot


@contextlib.contextmanager
def servers(count: int, delay_s: float) -> Iterator[tuple[Path, list[TelegramServer]]]:
    """Yield a folder and servers that take so long for a message."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        os.environ["SSL_CERT_DIR"] = name  # none; loading the world's takes half of a bot's start
        started = [stack.enter_context(TelegramServer()) for _ in range(count)]
        for server in started:
            server.weather = lambda method, _: Fault(after_s=delay_s) if method == "sendMessage" else None
        yield Path(name), started


def compare(delay_s: float, asked: Asked) -> None:
    """Print the ratio of answers a second, after a burst to warm up."""
    with (
        servers(2, delay_s) as (folder, (server, peer)),
        polling(server, folder),
        polling(peer, folder, "-c", ECHO),
    ):
        for one in (server, peer):
            burst(one, asked, each=2)
        ours, echo = burst(server, asked).per_s, burst(peer, asked).per_s
    speeds = f"{ours:.0f} / {echo:.0f}"
    print(
        f"{ours / echo:5.2f}  answers a second / an echo bot's, {1000 * delay_s:.0f} ms a message: {speeds}"
    )


def endure(questions: int, asked: Asked) -> None:
    """Print how long the chat that waits longest waits, and how memory grows after a first thousand."""
    unfairness, memory = [], []
    with servers(1, 0.025) as (folder, (server,)), polling(server, folder) as bot:
        for _ in range(1 + max(1, questions // (CHATS * EACH))):
            unfairness.append(burst(server, asked).unfairness)
            server.forget()
            memory.append(resident_mb(bot.pid))
    print(f"{max(unfairness):5.2f}  wait of the chat that waits longest / mean wait of all")
    sizes = f"{memory[-1]:.0f} MB / {memory[0]:.0f} MB"
    count = (len(memory) - 1) * CHATS * EACH
    print(f"{memory[-1] / memory[0]:5.2f}  memory after {count:,} questions more / before: {sizes}")


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description="Measure the Telegram bot against a plain echo bot.")
    parser.add_argument("--questions", type=int, default=1_000, metavar="N", help="to watch the memory over")
    questions = parser.parse_args().questions
    golden = [question.question for question in read_questions(QUESTIONS) if not question.history]
    asked = Asked(itertools.cycle(golden), itertools.count())
    compare(0.025, asked)
    compare(0.0, asked)
    endure(questions, asked)


if __name__ == "__main__":
    main()
