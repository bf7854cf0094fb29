"""What the Telegram bot makes of many who ask at once, against a plain echo bot of python-telegram-bot.

Run as a script: fifty chats put twenty questions each, all at once, to `footnote telegram` and to the echo
bot, in turn, each a process over a Bot API server of its own on loopback. Prints the ratio of answers a
second, how long the chat that waits longest waits against the mean, and how memory grew. `--rounds 20` asks
20,000 questions.

Twice: with a server that takes 25 ms for a message, as Telegram does over the internet, and with one that
takes none. In the second, the echo bot, which does nothing but pass texts on, shows what the library costs,
and the difference what the answering does.
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


def burst(server: TelegramServer, texts: Iterator[str], numbers: Iterator[int]) -> tuple[float, float]:
    """Return the answers a second, and the mean wait of the chat that waits longest over that of all."""
    chats = [private_chat(next(numbers)) for _ in range(CHATS)]
    before = len(server.calls)
    started = time.monotonic()
    for _ in range(EACH):
        for chat, user in chats:
            server.say(next(texts), chat=chat, sender=user)
    answers = _sent(server, before, CHATS * EACH)
    waits = defaultdict(list)
    for call in answers:
        waits[call.parameters["chat_id"]].append(call.at - started)
    means = [statistics.mean(of_chat) for of_chat in waits.values()]
    return len(answers) / (answers[-1].at - started), max(means) / statistics.mean(means)


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


def compare(delay_s: float, rounds: int) -> tuple[float, float, float]:
    """Print the ratio of speed; return the longest wait over the mean, and the memory before and after."""
    golden = [question.question for question in read_questions(QUESTIONS) if not question.history]
    texts, numbers = itertools.cycle(golden), itertools.count()
    ours, echo, fairness, memory = [], [], [], []
    with tempfile.TemporaryDirectory() as name, TelegramServer() as server, TelegramServer() as peer:
        os.environ["SSL_CERT_DIR"] = name  # none; loading the world's takes half of a bot's start
        for one in (server, peer):
            one.weather = lambda method, _: Fault(after_s=delay_s) if method == "sendMessage" else None
        with polling(server, Path(name)) as bot, polling(peer, Path(name), "-c", ECHO):
            for number in range(rounds + 1):
                speed, unfairness = burst(server, texts, numbers)
                peer_speed, _ = burst(peer, texts, numbers)
                for one in (server, peer):
                    one.forget()
                memory.append(resident_mb(bot.pid))
                if number:  # the first warms up
                    ours.append(speed)
                    echo.append(peer_speed)
                    fairness.append(unfairness)
    ratio = statistics.median(a / b for a, b in zip(ours, echo, strict=True))
    print(
        f"{ratio:5.2f}  answers a second / those of a plain echo bot, {1000 * delay_s:.0f} ms a message: "
        f"{statistics.median(ours):.0f} / {statistics.median(echo):.0f}",
        flush=True,
    )
    return max(fairness), memory[1], memory[-1]


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description="Measure the Telegram bot against a plain echo bot.")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="bursts of 1,000 questions each")
    rounds = parser.parse_args().rounds
    compare(0.0, 1)
    fairness, before, after = compare(0.025, rounds)
    print(f"{fairness:5.2f}  wait of the chat that waits longest / mean wait of all")
    asked = (rounds - 1) * CHATS * EACH
    memory = f"{after:.0f} MB / {before:.0f} MB"
    print(f"{after / before:5.2f}  memory after {asked:,} questions more / before: {memory}")


if __name__ == "__main__":
    main()
