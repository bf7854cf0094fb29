"""The same twenty questions in every front end: the same passages are cited, in the same order."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from bot.cli import build_parser
from bot.commands import COMMANDS
from bot.dialogue import Dialogue
from bot.evaluation import read_questions, run_questions
from index.library import Library, seed_article
from tests.e2e.telegram_bots import private_chat, running
from tests.e2e.telegram_server import TelegramServer

CHECKOUT = Path(bot.__file__).parents[1]
GOLDEN = read_questions(CHECKOUT / "data" / "questions" / "golden.jsonl")
ANSWERABLE = [question for question in GOLDEN if question.answerable and not question.history]
UNANSWERABLE = [question for question in GOLDEN if not question.answerable and question.kind != "chat"]
SINGLE = [*ANSWERABLE[::6][:12], *UNANSWERABLE[::7][:4]]
FOLLOW_UPS = [question for question in GOLDEN if question.kind == "followup"][::4][:4]
QUESTIONS = [*SINGLE, *FOLLOW_UPS]


def by_id(question):
    return question.id


@pytest.fixture(scope="module", name="dialogue")
def _dialogue():
    return Dialogue(Library.of([seed_article()]))


@pytest.fixture(scope="module", name="cited")
def _cited(dialogue):
    """Return the texts of the passages that the harness finds cited, by the id of the question."""
    return {line.id: list(line.passages) for line in run_questions(dialogue, QUESTIONS)}


@pytest.fixture(scope="module", name="environ")
def _environ(tmp_path_factory):
    """Yield an environment without settings, in a folder of its own, and set it in this process too."""
    folder = tmp_path_factory.mktemp("elsewhere")
    names = [name for name in os.environ if name.upper().startswith("FOOTNOTE_")]
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.delenv(name)
        patch.setenv("FOOTNOTE_LIBRARY", str(folder / "library"))
        patch.setenv("SSL_CERT_DIR", str(folder))  # none; loading the world's takes half of a bot's start
        patch.chdir(folder)
        yield {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1", "PYTHONWARNINGS": "error"}


def run_footnote(environ, *args, stdin=""):
    done = subprocess.run(
        [sys.executable, "-m", "bot", *args],
        env=environ,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module", name="telegram")
def _telegram(dialogue, environ, tmp_path_factory):  # noqa: ARG001
    """Return the last message of the bot in a chat of its own for each question, by the question's id."""
    shown = {}
    with TelegramServer() as server, running(server, tmp_path_factory.mktemp("state"), dialogue):
        for n, question in enumerate(QUESTIONS):
            chat, user = private_chat(n)
            said = [*(entry.text for entry in question.history), question.question]
            for count, text in enumerate(said, start=1):
                server.say(text, chat=chat, sender=user)
                shown[question.id] = server.shown(count, chat)[-1]
    return shown


def test_there_are_twenty_questions_some_of_them_answered_and_some_not(cited):
    assert len(QUESTIONS) == len(cited) == 20
    assert 10 <= sum(map(bool, cited.values())) < 20
    assert any(question.history for question in QUESTIONS)


@pytest.mark.parametrize("question", SINGLE, ids=by_id)
def test_the_command_line_cites_what_the_harness_cites(question, cited, environ, capsys):  # noqa: ARG001
    args = build_parser().parse_args(["ask", "--json", question.question])
    assert COMMANDS["ask"](args) == 0
    footnotes = json.loads(capsys.readouterr().out)["footnotes"]
    assert [footnote["text"] for footnote in footnotes] == cited[question.id]


@pytest.mark.parametrize("question", [SINGLE[0], SINGLE[-1]], ids=by_id)
def test_so_does_the_command_in_a_process_of_its_own(question, cited, environ):
    footnotes = json.loads(run_footnote(environ, "ask", "--json", question.question))["footnotes"]
    assert [footnote["text"] for footnote in footnotes] == cited[question.id]


def test_so_does_a_conversation_in_the_terminal(cited, dialogue, environ):
    lines, places = [], []
    for question in FOLLOW_UPS:
        lines += ["/new", *(entry.text for entry in question.history), question.question]
        places.append(len(lines) - 1)
    shown = run_footnote(environ, "chat", stdin="\n".join(lines))
    answers = [part.partition("\n")[2] for part in re.split(r"^> ", shown, flags=re.MULTILINE)[1:]]
    number_of = {passage.text: passage.paragraph for passage in dialogue.library.passages()}
    for question, place in zip(FOLLOW_UPS, places, strict=True):
        notes = " ".join(answers[place].partition("\n[1] ")[2].split())
        paragraphs = [int(number) for number in re.findall(r"paragraph (\d+)", notes)]
        assert paragraphs == [number_of[text] for text in cited[question.id]]


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_so_does_telegram(question, cited, telegram):
    message = telegram[question.id]
    raw = message["text"].encode("utf-16-le")
    folded = [
        raw[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
        for entity in message.get("entities", [])
        if entity["type"] == "expandable_blockquote"
    ]
    is_answer = re.search(r"^\[1\] ", message["text"], re.MULTILINE)
    assert (folded if is_answer else []) == cited[question.id]
