"""The bot as a process: its start, its stop, a sudden death, and what it logs."""

import signal
import sqlite3
import time

import pytest

from bot.state import State
from bot.telegram_app import Access, Desk, Patience, TelegramError, run_bot
from tests.e2e.telegram_bots import (
    ANN,
    ANNS,
    BEN,
    BENS,
    ECHO,
    HASTE,
    EchoDialogue,
    private_chat,
    process,
    running,
    stop,
    texts,
)
from tests.e2e.telegram_server import Fault


def echo(server, folder, level="INFO"):
    """Return the process of a bot that echoes."""
    return process(server, folder, "-c", ECHO, level)


# --- the start ---


def test_questions_from_before_the_start_are_answered(bare_server, tmp_path):
    bare_server.say("one", chat=ANNS, sender=ANN)
    with running(bare_server, tmp_path):
        assert texts(bare_server, 1) == ["You asked: one"]


def test_a_webhook_is_taken_away_for_polling(bare_server, tmp_path):
    bare_server.webhook = {"url": "https://example.org"}
    with running(bare_server, tmp_path):
        bare_server.say("one", chat=ANNS, sender=ANN)
        bare_server.shown(1, ANNS)
    assert "drop_pending_updates" not in bare_server.of("deleteWebhook")[0]


def test_a_menu_that_is_refused_does_not_matter(bare_server, tmp_path):
    bare_server.fail("setMyCommands", Fault(429, "Too Many Requests", retry_after=3600))
    with running(bare_server, tmp_path):
        bare_server.say("one", chat=ANNS, sender=ANN)
        bare_server.shown(1, ANNS)


@pytest.mark.parametrize("token", ["1:wrong", "nonsense", "with space\n"])
def test_a_wrong_token_is_told_and_not_repeated(bare_server, token, tmp_path):
    refused = pytest.raises(TelegramError, match="Telegram refused the token")
    with State(tmp_path / "telegram.sqlite", 30) as state, refused as told:
        run_bot(Desk(EchoDialogue(), state), Access(token, bare_server.base_url), tmp_path)
    assert token not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
@pytest.mark.parametrize("fault", [Fault(0), Fault(502, body=b"<html>"), Fault(429, "Wait", retry_after=0)])
def test_a_start_without_network_goes_on_trying(bare_server, tmp_path, method, fault):
    bare_server.fail(method, *[fault] * 2)
    with running(bare_server, tmp_path):
        bare_server.say("one", chat=ANNS, sender=ANN)
        assert texts(bare_server, 1) == ["You asked: one"]
    assert len(bare_server.of(method)) == 3


def test_the_waits_of_a_start_without_network_grow(bare_server, tmp_path):
    bare_server.fail("getMe", *(Fault(0) for _ in range(5)))
    with running(bare_server, tmp_path):
        bare_server.wait_for("getUpdates")
    at = [call.at for call in bare_server.calls if call.method == "getMe"]
    assert at[1] - at[0] >= HASTE.backoff_s
    assert at[3] - at[2] >= 4 * HASTE.backoff_s
    assert at[5] - at[4] < 2 * HASTE.max_backoff_s


def test_a_start_without_network_is_logged_once_and_can_be_stopped(bare_server, tmp_path):
    bare_server.go_down()
    with echo(bare_server, tmp_path) as bot:
        assert "Telegram is away (NetworkError)" in bot.stderr.readline()
        time.sleep(1.5)  # several attempts
        stop(bot)
        assert bot.stderr.read() == ""


def test_a_wrong_token_is_told_as_soon_as_the_network_is_there(bare_server, tmp_path):
    bare_server.fail("getMe", Fault(0), Fault(0))
    refused = pytest.raises(TelegramError, match="Telegram refused the token")
    with running(bare_server, tmp_path, token="1:wrong") as bot, refused:
        bot.result(timeout=5)


def test_a_start_that_fails_exits_with_one_plain_line(bare_server, tmp_path):
    with process(bare_server, tmp_path, token="1:wrong") as bot:
        log = bot.stderr.read()
        assert bot.wait(timeout=5) == 1
    assert log.count("\n") == 1
    assert "Telegram refused the token" in log


def test_a_folder_that_cannot_be_written_is_told_in_one_plain_line(bare_server, tmp_path):
    (tmp_path / "library").write_text("a file")
    with process(bare_server, tmp_path) as bot:
        log = bot.stderr.read()
        assert bot.wait(timeout=5) == 1
    assert log.count("\n") == 1
    assert "set FOOTNOTE_LIBRARY to a folder that you may write to" in log


# --- the stop ---


def test_sigterm_stops_it_with_the_answers_in_flight_sent(bare_server, tmp_path):
    bare_server.fail("sendMessage", *(Fault(after_s=0.3) for _ in range(4)))
    for text in ("hello", "thanks", "help"):
        bare_server.say(text, chat=ANNS, sender=ANN)
    bare_server.say("hello", chat=BENS, sender=BEN)
    with process(bare_server, tmp_path) as bot:
        bare_server.wait_for("sendMessage")
        stop(bot)
    assert len(bare_server.shown(3, ANNS)) == 3
    assert len(bare_server.shown(1, BENS)) == 1


def test_a_server_that_hangs_does_not_delay_the_stop_and_the_next_run_answers(bare_server, tmp_path):
    hang = Fault(status=0, after_s=30)
    bare_server.weather = lambda method, _: hang if method == "sendMessage" else None
    chats = [private_chat(n) for n in range(80)]
    for chat, user in chats:
        bare_server.say("one", chat=chat, sender=user)
    with echo(bare_server, tmp_path) as bot:
        bare_server.wait_for("sendMessage")
        bare_server.fail("getUpdates", Fault(after_s=30))
        stop(bot)
        assert "Warning" not in bot.stderr.read()
    bare_server.weather = lambda *_: None
    with running(bare_server, tmp_path / "library"):
        for chat, _ in chats:
            assert texts(bare_server, 1, chat) == ["You asked: one"]


def test_sigint_stops_it_while_the_network_is_away(bare_server, tmp_path):
    with echo(bare_server, tmp_path) as bot:
        bare_server.wait_for("getUpdates")
        bare_server.close()
        time.sleep(0.3)  # it is waiting to poll again
        stop(bot, signal.SIGINT)


def test_it_stops_while_it_is_still_starting(bare_server, tmp_path):
    bare_server.fail("getMe", Fault(after_s=30))
    with echo(bare_server, tmp_path) as bot:
        bare_server.wait_for("getMe")
        stop(bot)


# --- sudden death ---


def test_after_a_kill_every_question_is_answered_and_none_twice_without_need(bare_server, tmp_path):
    chats = [private_chat(n) for n in range(10)]
    asked = 0
    for kill in range(3):
        with echo(bare_server, tmp_path) as bot:
            for chat, user in chats:
                bare_server.say(f"{kill}", chat=chat, sender=user)
                asked += 1
            count = sum(len(bare_server._shown(chat)) for chat, _ in chats)
            bare_server.wait_for("sendMessage", count + 5, timeout_s=10)
            bot.kill()
            bot.wait()
    with running(bare_server, tmp_path / "library", patience=Patience()):
        for chat, _ in chats:
            bare_server.wait_until(
                lambda chat=chat: {"0", "1", "2"} <= {text[-1] for text in _texts(bare_server, chat)}, 10
            )
    repeated = sum(len(_texts(bare_server, chat)) for chat, _ in chats) - asked
    assert 0 <= repeated <= 3 * 10  # at most one a chat and kill: the one whose acknowledgement died


def test_a_question_that_was_confirmed_and_not_answered_outlives_a_kill(bare_server, tmp_path):
    bare_server.fail("sendMessage", Fault(status=0, after_s=30))
    bare_server.say("one", chat=ANNS, sender=ANN)
    with echo(bare_server, tmp_path) as bot:
        bare_server.wait_for("sendMessage")
        bare_server.wait_until(
            lambda: not bare_server._updates or bare_server.of("getUpdates")[-1]["offset"] == 9002
        )
        bot.kill()
    with running(bare_server, tmp_path / "library", patience=Patience()):
        assert texts(bare_server, 1) == ["You asked: one"]


def test_an_answered_question_that_telegram_brings_again_is_not_answered_again(bare_server, tmp_path):
    bare_server.say("one", chat=ANNS, sender=ANN)
    with running(bare_server, tmp_path):
        bare_server.shown(1, ANNS)
    update = {"update_id": 9001, "message": bare_server.messages[ANNS["id"], 101]}
    bare_server._updates.appendleft(update)
    with running(bare_server, tmp_path):
        bare_server.say("two", chat=ANNS, sender=ANN)
        assert texts(bare_server, 2) == ["You asked: one", "You asked: two"]


def test_what_is_answered_is_not_kept(bare_server, tmp_path):
    bare_server.say("squeamish", chat=ANNS, sender=ANN)
    with running(bare_server, tmp_path):
        bare_server.shown(1, ANNS)
    with sqlite3.connect(tmp_path / "telegram.sqlite") as file:
        assert file.execute("SELECT body FROM updates").fetchall() == [(None,)]


# --- the log ---


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_no_log_has_the_token_and_none_above_debug_has_a_message(bare_server, level, tmp_path):
    bare_server.fail("sendMessage", Fault(500), Fault(403, "Forbidden"))
    bare_server.fail("getUpdates", Fault(200, body=b'{"ok": true, "result": [{"message": "squeamish'))
    for text in ("squeamish boom", "squeamish", "ossifrage"):
        bare_server.say(text, chat=ANNS, sender=ANN)
    with echo(bare_server, tmp_path, level) as bot:
        bare_server.shown(1, ANNS, timeout_s=10)
        bot.send_signal(signal.SIGTERM)
        log = bot.stderr.read()
    assert bare_server.token not in log
    assert bare_server.token.partition(":")[2] not in log
    assert "ValueError" in log
    assert ("squeamish" in log) == (level == "DEBUG")
    assert ("<token>" in log) == (level == "DEBUG")


def _texts(server, chat):
    return [message["text"] for message in server._shown(chat)]
