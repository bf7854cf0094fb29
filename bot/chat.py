"""The conversation in a terminal, or over a pipe."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.dialogue import Dialogue
from bot.explaining import explain
from bot.models import Answer, Session
from bot.rendering import render_reply, render_why
from bot.terminal import Display, Run, clean, flow, say

PROMPT = "> "

MAX_HISTORY = 1_000
"""Lines of the history that are kept from one conversation to the next."""

HELP = """\
Ask a question, and then more about the answer ("and what did he reply?"), or about some words of it,
with these in front: “establish a dialogue” when?
/why    why the last answer was chosen
/new    start afresh, with nothing carried over
/help   this text
/quit   leave; so does Ctrl-D"""


def converse(dialogue: Dialogue, display: Display) -> None:
    """Answer questions, one a line, until the input ends; each carries on from those before."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        say(flow([Run("Ask a question. /help shows what else there is; Ctrl-D leaves.", "dim")], display))
        lines = _typed_lines()
    else:
        lines = _piped_lines()
    session = Session()
    last: Answer | None = None
    for line in lines:
        if line in {"/quit", "/exit"}:
            return
        if line == "/new":
            session, last = Session(), None
            say("A new conversation.")
        elif line == "/help":
            say(HELP)
        elif line == "/why":
            say(
                render_why(last, explain(last, dialogue.library), display)
                if last
                else "There is no answer yet."
            )
        elif line.startswith("/"):
            say(flow([Run(f"There is no command {line.split()[0]}; /help shows those there are.")], display))
        else:
            quoted, message = quotation(line)
            reply = dialogue.reply(session, message, quoted)
            session, last = reply.session, reply.answer or last
            say(render_reply(reply, display))
        sys.stdout.flush()


def quotation(line: str) -> tuple[str | None, str]:
    """Return the words in quotation marks that a line begins with, None if with none, and the rest.

    A line that is nothing else is a question as it stands.

    >>> quotation("“the first phase” when was that?"), quotation("when was that?")
    (('the first phase', 'when was that?'), (None, 'when was that?'))
    """
    match = re.fullmatch(r"[“\"«„](?P<quoted>[^“”\"«»„]{3,})[”\"»“]\s*(?P<rest>.*\w.*)", line)
    return (match["quoted"], match["rest"]) if match else (None, line)


def _piped_lines() -> Iterator[str]:
    """Yield the lines of stdin that are not blank, each echoed as if it had been typed."""
    is_first = True
    for line in sys.stdin:
        if line.strip():
            say(("" if is_first else "\n") + PROMPT + clean(line.strip()))
            is_first = False
            yield line.strip()


def _typed_lines() -> Iterator[str]:
    """Yield what is typed, with line editing. Ctrl-C clears the line, a second one leaves."""
    was_interrupted = False
    with _history():
        while True:
            try:
                line = input(PROMPT).strip()
            except EOFError:
                say("")
                return
            except KeyboardInterrupt:
                say("")
                if was_interrupted:
                    return
                say("Ctrl-C again, or Ctrl-D, leaves.")
                was_interrupted = True
                continue
            was_interrupted = False
            if line:
                yield line
                say("")


@contextmanager
def _history() -> Iterator[None]:
    """Give `input` its line editing, and keep its history; failing that, go without."""
    try:
        import readline
    except ImportError:  # Windows
        yield
        return
    file = _history_file()
    with suppress(OSError):
        readline.read_history_file(file)
    readline.set_history_length(MAX_HISTORY)
    try:
        yield
    finally:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)


def _history_file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("footnote", appauthor=False) / "history"
