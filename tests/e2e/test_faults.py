"""What the network and Telegram do wrong, and what becomes of questions and answers meanwhile."""

import json
import sqlite3
import threading
import time
from itertools import pairwise

import pytest

from bot.telegram_app import Patience, TelegramError
from tests.e2e.telegram_bots import ANN, ANNS, BEN, BENS, HASTE, private_chat, running, texts
from tests.e2e.telegram_server import Fault
from tests.e2e.test_telegram import FLAGSHIP, CannedDialogue

FAULTS = {
    "500": Fault(500, "Internal Server Error"),
    "502 of a proxy": Fault(502, body=b"<html>Bad Gateway</html>"),
    "reset": Fault(0),
    "half a reply": Fault(200, body=b'{"ok": true, "resu'),
    "no result": Fault(200, body=b'{"ok": true}'),
    "another result": Fault(200, body=b'{"ok": true, "result": {"message": 1}}'),
}


@pytest.fixture
def server(bare_server, tmp_path):
    """Yield the server with a bot running."""
    with running(bare_server, tmp_path):
        yield bare_server


def sent(server, chat):
    return [
        call
        for call in server.calls
        if call.method == "sendMessage" and call.parameters["chat_id"] == chat["id"]
    ]


# --- Telegram is away ---


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_answer_is_sent_again_after_a_fault(server, fault):
    server.fail("sendMessage", fault, fault)
    server.say("one", chat=ANNS, sender=ANN)
    assert texts(server, 1) == ["You asked: one"]
    assert len(sent(server, ANNS)) == 3


def test_a_server_that_does_not_answer_is_asked_again(bare_server, tmp_path):
    bare_server.fail("sendMessage", Fault(status=0, after_s=30))
    with running(bare_server, tmp_path, patience=Patience(reply_s=0.2)):
        bare_server.say("one", chat=ANNS, sender=ANN)
        assert texts(bare_server, 1) == ["You asked: one"]


def test_an_answer_whose_acknowledgement_is_lost_is_repeated_and_no_other_is(server):
    server.fail("sendMessage", Fault(is_lost=True))
    for n in range(3):
        server.say(f"{n}", chat=ANNS, sender=ANN)
    assert texts(server, 4) == ["You asked: 0", "You asked: 0", "You asked: 1", "You asked: 2"]


def test_the_waits_between_attempts_grow(server):
    server.fail("sendMessage", *(Fault(500) for _ in range(4)))
    server.say("one", chat=ANNS, sender=ANN)
    server.shown(1, ANNS)
    at = [call.at for call in sent(server, ANNS)]
    waits = [after - before for before, after in pairwise(at)]
    assert waits[0] >= HASTE.backoff_s
    assert waits[2] >= 4 * HASTE.backoff_s
    assert waits[3] < 2 * HASTE.max_backoff_s


def test_an_answer_that_nobody_takes_is_given_up_when_its_life_is_over(bare_server, tmp_path):
    bare_server.weather = lambda method, _: Fault(500) if method == "sendMessage" else None
    with running(bare_server, tmp_path, patience=Patience(backoff_s=0.05, life_s=0.3)):
        bare_server.say("one", chat=ANNS, sender=ANN)
        bare_server.wait_for("sendMessage", 2)
        time.sleep(0.5)
        bare_server.weather = lambda *_: None
        bare_server.say("two", chat=ANNS, sender=ANN)
        assert texts(bare_server, 1) == ["You asked: two"]


def test_when_the_network_is_back_it_goes_on_by_itself_and_answers_what_was_asked_meanwhile(server):
    server.wait_for("getUpdates")
    server.say("before", chat=ANNS, sender=ANN)
    server.shown(1, ANNS)
    server.go_down()
    for n in range(10, 15):
        chat, user = private_chat(n)
        server.say("meanwhile", chat=chat, sender=user)
    time.sleep(1.5)
    server.go_up()
    for n in range(10, 15):
        assert server.shown(1, private_chat(n)[0])[-1]["text"] == "You asked: meanwhile"


def test_a_network_that_goes_in_silence_is_noticed_and_so_is_its_return(bare_server, tmp_path):
    silence = Fault(status=0, after_s=30)
    with running(bare_server, tmp_path, patience=Patience(poll_s=1, reply_s=0.2, backoff_s=0.05)):
        bare_server.wait_for("getUpdates")
        bare_server.weather = lambda *_: silence
        bare_server.say("one", chat=ANNS, sender=ANN)
        count = len(bare_server.calls)
        bare_server.wait_until(lambda: len(bare_server.calls) >= count + 2)
        bare_server.weather = lambda *_: None
        assert texts(bare_server, 1) == ["You asked: one"]


def test_a_network_that_is_away_is_logged_once_and_so_is_its_return(server, caplog):
    caplog.set_level("INFO", logger="bot")
    server.wait_for("getUpdates")
    server.go_down()
    time.sleep(1)
    server.go_up()
    server.say("one", chat=ANNS, sender=ANN)
    server.shown(1, ANNS)
    told = [record.getMessage() for record in caplog.records if "Telegram is" in record.getMessage()]
    assert [line.split(" (")[0] for line in told] == ["Telegram is away", "Telegram is back."]


def test_answers_under_way_when_the_network_goes_are_sent_as_soon_as_it_is_back(bare_server, tmp_path):
    is_away = threading.Event()
    is_away.set()
    bare_server.weather = lambda method, _: Fault(0) if method == "sendMessage" and is_away.is_set() else None
    with running(bare_server, tmp_path, patience=Patience(backoff_s=0.1, max_backoff_s=60)):
        bare_server.say("one", chat=ANNS, sender=ANN)
        bare_server.wait_for("sendMessage", 5)  # waits 3.2 s from here
        is_away.clear()
        at = time.monotonic()
        bare_server.say("two", chat=BENS, sender=BEN)
        bare_server.shown(1, BENS)
        bare_server.shown(1, ANNS)
        assert time.monotonic() - at < 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_polling_goes_on_after_a_fault(bare_server, fault, tmp_path):
    bare_server.fail("getUpdates", fault, fault)
    with running(bare_server, tmp_path):
        bare_server.say("one", chat=ANNS, sender=ANN)
        assert texts(bare_server, 1) == ["You asked: one"]


def test_an_update_of_an_unknown_shape_holds_up_no_other(bare_server, tmp_path):
    bare_server.update(message={"message_id": "?", "chat": 5})
    bare_server.update(callback_query=[])
    group = {"id": -5, "type": "group", "title": "G"}
    halves = {
        "chat": group,
        "from": ANN,
        "text": "\ud83d",
        "entities": [{"type": "mention", "offset": 0, "length": 1}],
    }
    bare_server.update(message={"message_id": 5, "date": 1, **halves})
    bare_server.update(message={"message_id": 6, "date": 10**30, "chat": ANNS, "from": ANN, "text": "x"})
    with running(bare_server, tmp_path):
        bare_server.say("one", chat=ANNS, sender=ANN)
        assert texts(bare_server, 1) == ["You asked: one"]


def test_a_disk_that_is_full_stops_the_fetching_and_loses_nothing(bare_server, tmp_path):
    with running(bare_server, tmp_path):
        bare_server.wait_for("getUpdates")
        with sqlite3.connect(tmp_path / "telegram.sqlite", isolation_level=None) as file:
            file.execute("CREATE TRIGGER full BEFORE INSERT ON updates BEGIN SELECT RAISE(FAIL, 'full'); END")
            bare_server.say("one", chat=ANNS, sender=ANN)
            bare_server.wait_for("getUpdates", 4)
            assert {poll["offset"] for poll in bare_server.of("getUpdates")} == {0}
            file.execute("DROP TRIGGER full")
        file.close()
        assert texts(bare_server, 1) == ["You asked: one"]


def test_a_state_that_cannot_be_read_stops_the_fetching_and_loses_nothing(bare_server, tmp_path):
    with running(bare_server, tmp_path):
        bare_server.wait_for("getUpdates")
        with sqlite3.connect(tmp_path / "telegram.sqlite", isolation_level=None) as file:
            file.execute("ALTER TABLE exchanges RENAME TO away")
            group = {"id": -5, "type": "group", "title": "G"}
            bare_server.edit(bare_server.say("talk", chat=group, sender=ANN), "other talk", chat=group)
            bare_server.wait_for("getUpdates", 5)
            bare_server.say("one", chat=ANNS, sender=ANN)
            file.execute("ALTER TABLE away RENAME TO exchanges")
        file.close()
        assert texts(bare_server, 1) == ["You asked: one"]


# --- Telegram wants to be left alone ---


def test_a_flood_wait_is_kept_and_holds_up_no_other_chat(server):
    server.fail("sendMessage", Fault(429, "Too Many Requests: retry after 1", retry_after=1))
    server.say("one", chat=ANNS, sender=ANN)
    server.wait_for("sendMessage")
    server.say("two", chat=BENS, sender=BEN)
    server.shown(1, BENS)
    server.shown(1, ANNS)
    first, again = sent(server, ANNS)
    assert sent(server, BENS)[0].at < again.at
    assert again.at - first.at >= 1


def test_a_chat_that_has_to_wait_is_asked_once_when_the_wait_is_over(server):
    until = time.monotonic() + 1

    def weather(method, parameters):
        is_early = time.monotonic() < until and parameters.get("chat_id") == ANNS["id"]
        return (
            Fault(429, "Too Many Requests", retry_after=1) if method == "sendMessage" and is_early else None
        )

    server.weather = weather
    for n in range(5):
        server.say(f"{n}", chat=ANNS, sender=ANN)
    assert texts(server, 5) == [f"You asked: {n}" for n in range(5)]
    assert len(sent(server, ANNS)) == 6


def test_a_flood_wait_of_the_poll_is_kept(bare_server, tmp_path):
    bare_server.fail("getUpdates", Fault(429, "Too Many Requests", retry_after=1))
    with running(bare_server, tmp_path):
        bare_server.say("one", chat=ANNS, sender=ANN)
        bare_server.shown(1, ANNS)
    first, again = [call.at for call in bare_server.calls if call.method == "getUpdates"][:2]
    assert again - first >= 1


# --- Telegram refuses ---


@pytest.mark.parametrize(
    "fault",
    [
        Fault(400, "Bad Request: chat not found"),
        Fault(400, "Bad Request: not enough rights to send text messages to the chat"),
        Fault(403, "Forbidden: bot was blocked by the user"),
        Fault(403, "Forbidden: bot was kicked from the supergroup chat"),
    ],
    ids=lambda fault: fault.description,
)
def test_a_refused_answer_is_let_be_without_noise(server, fault, caplog):
    server.fail("sendMessage", fault)
    server.say("one", chat=ANNS, sender=ANN)
    server.say("two", chat=ANNS, sender=ANN)
    assert texts(server, 1) == ["You asked: two"]
    assert len(sent(server, ANNS)) == 2
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


@pytest.mark.parametrize(
    "refusal",
    ["can't parse entities: unsupported", "ENTITY_BOUNDS_INVALID", "ENTITIES_TOO_LONG", "QUOTE_TEXT_INVALID"],
)
def test_a_style_that_is_refused_is_left_out(bare_server, tmp_path, refusal):
    bare_server.fail("sendMessage", Fault(400, f"Bad Request: {refusal}"))
    with running(bare_server, tmp_path, CannedDialogue()):
        bare_server.say(FLAGSHIP, chat=ANNS, sender=ANN)
        (message,) = bare_server.shown(1, ANNS)
    assert "contribute to promoting peace" in message["text"]
    assert "entities" not in message
    assert message["reply_markup"]["inline_keyboard"]


def test_what_cannot_be_put_into_a_request_is_let_be(server):
    server.say("one", chat=ANNS, sender=ANN, business_connection_id="\ud83d")
    server.say("two", chat=ANNS, sender=ANN)
    assert texts(server, 1) == ["You asked: two"]


def test_a_refusal_of_what_has_no_style_is_final(server):
    server.fail("sendMessage", Fault(400, "Bad Request: can't parse entities"))
    server.say("one", chat=ANNS, sender=ANN)
    server.say("two", chat=ANNS, sender=ANN)
    assert texts(server, 1) == ["You asked: two"]
    assert len(sent(server, ANNS)) == 2


def test_an_answer_follows_its_group_to_the_new_id(server):
    old = {"id": -5, "type": "group", "title": "Readers"}
    new = {"id": -1005, "type": "supergroup", "title": "Readers"}
    moved = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded"}
    moved["parameters"] = {"migrate_to_chat_id": new["id"]}
    server.post(chat=new, new_chat_members=[ANN])
    server.fail("sendMessage", Fault(400, body=json.dumps(moved).encode()))
    server.say("/help", chat=old, sender=ANN)
    assert len(server.shown(1, new)) == 1


# --- who else polls ---


def test_a_second_poller_is_told(bare_server, tmp_path):
    with running(bare_server, tmp_path) as first:
        bare_server.wait_for("getUpdates")
        time.sleep(HASTE.conflict_s)
        with running(bare_server, tmp_path / "second") as second:
            with pytest.raises(TelegramError, match="Another process is already running this bot"):
                first.result(timeout=5)
            bare_server.say("one", chat=ANNS, sender=ANN)
            bare_server.shown(1, ANNS)
            assert not second.done()


def test_the_last_poll_of_the_process_before_is_waited_for(bare_server, tmp_path):
    conflict = Fault(409, "Conflict: terminated by other getUpdates request")
    bare_server.fail("getUpdates", conflict, conflict)
    with running(bare_server, tmp_path, patience=Patience(backoff_s=0.05)):
        bare_server.say("one", chat=ANNS, sender=ANN)
        assert texts(bare_server, 1) == ["You asked: one"]


def test_a_second_poller_that_stays_is_told(bare_server, tmp_path):
    bare_server.weather = lambda method, _: Fault(409, "Conflict") if method == "getUpdates" else None
    with running(bare_server, tmp_path) as bot, pytest.raises(TelegramError, match="Another process"):
        bot.result(timeout=5)


def test_a_process_that_runs_the_same_bot_here_is_told(bare_server, tmp_path):
    with running(bare_server, tmp_path) as first:
        bare_server.wait_for("getUpdates")
        told = pytest.raises(TelegramError, match="Another process is already running this bot")
        with running(bare_server, tmp_path) as second, told:
            second.result(timeout=5)
        assert not first.done()


# --- the token ---


def test_a_token_revoked_while_running_is_told(bare_server, tmp_path):
    with running(bare_server, tmp_path) as bot:
        bare_server.wait_for("getUpdates")
        bare_server.token = "4242:new"
        bare_server.update(something=1)
        with pytest.raises(TelegramError, match="refused the token"):
            bot.result(timeout=5)


def test_a_question_that_a_revoked_token_left_is_answered_with_the_new_one(bare_server, tmp_path):
    old = bare_server.token
    bare_server.fail("sendMessage", Fault(401, "Unauthorized"))
    with running(bare_server, tmp_path) as bot:
        bare_server.say("one", chat=ANNS, sender=ANN)
        with pytest.raises(TelegramError, match="refused the token"):
            bot.result(timeout=5)
    bare_server.token = f"{old}new"
    with running(bare_server, tmp_path):
        assert texts(bare_server, 1) == ["You asked: one"]
