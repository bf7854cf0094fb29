"""Many who ask at once, one who asks too much, one whose answers do not get through."""

import threading
import time

import pytest

from bot.phrases import phrase
from bot.telegram_app.limits import PER_MINUTE
from tests.e2e.telegram_bots import ANN, ANNS, BEN, BENS, EchoDialogue, private_chat, running, texts
from tests.e2e.telegram_chats import mention
from tests.e2e.telegram_server import GROUP, Fault

SLOWER = phrase("slower", number=PER_MINUTE)
TOO_MANY = phrase("too many", number=PER_MINUTE)


@pytest.fixture
def server(bare_server, tmp_path):
    """Yield the server with a bot running."""
    with running(bare_server, tmp_path):
        yield bare_server


def test_many_chats_at_once_are_all_answered_in_order(server):
    for n in range(3):
        for chat in range(20):
            place, user = private_chat(chat)
            server.say(f"{n}", chat=place, sender=user)
    for chat in range(20):
        assert texts(server, 3, private_chat(chat)[0], 20) == ["You asked: 0", "You asked: 1", "You asked: 2"]


def test_one_chat_is_answered_in_order_while_others_are_not_kept_waiting(server):
    slow = Fault(after_s=30)
    server.fail("sendMessage", slow)
    server.say("one", chat=ANNS, sender=ANN)
    server.wait_for("sendMessage")
    server.say("two", chat=ANNS, sender=ANN)
    server.say("other", chat=BENS, sender=BEN)
    server.shown(1, BENS)
    assert server.shown(0, ANNS) == []
    slow.until.set()
    assert texts(server, 2) == ["You asked: one", "You asked: two"]


class SlowDialogue(EchoDialogue):
    """Needs two seconds for one of its answers."""

    def reply(self, session, message, *more, **options):
        if message == "slow":
            time.sleep(2)
        return super().reply(session, message, *more, **options)


def test_an_answer_that_takes_long_to_find_holds_up_no_other(bare_server, tmp_path):
    with running(bare_server, tmp_path, SlowDialogue()):
        bare_server.say("slow", chat=ANNS, sender=ANN)
        bare_server.say("other", chat=BENS, sender=BEN)
        assert texts(bare_server, 1, BENS, timeout_s=1.5) == ["You asked: other"]
        assert texts(bare_server, 1) == ["You asked: slow"]


def test_one_chat_that_telegram_keeps_waiting_holds_up_no_other_however_much_it_asks(server):
    is_kept = threading.Event()

    def weather(method, parameters):
        is_hers = method == "sendMessage" and parameters["chat_id"] == ANNS["id"] and not is_kept.is_set()
        return Fault(429, "Too Many Requests", retry_after=3600) if is_hers else None

    server.weather = weather
    for n in range(300):
        server.say(f"{n}", chat=ANNS, sender=ANN)
    server.say("other", chat=BENS, sender=BEN)
    server.shown(1, BENS)


def test_who_asks_a_little_too_much_is_told_once_and_gets_every_answer(server):
    at = int(time.time()) - 5  # written a little ago, so that the test need not wait as long as the asker
    for n in range(PER_MINUTE + 3):
        server.say(f"{n}", chat=ANNS, sender=ANN, date=at)
    shown = texts(server, PER_MINUTE + 4, timeout_s=15)
    assert shown.count(SLOWER) == 1
    assert [text for text in shown if text != SLOWER] == [f"You asked: {n}" for n in range(PER_MINUTE + 3)]


def test_who_asks_far_too_much_is_told_so_once_and_the_rest_is_declined(server):
    at = int(time.time()) - 3600  # all that waits has waited already
    for n in range(PER_MINUTE * 3):
        server.say(f"{n}", chat=ANNS, sender=ANN, date=at)
    server.say("later", chat=ANNS, sender=ANN)
    shown = texts(server, 2 * PER_MINUTE + 2, timeout_s=15)
    assert shown[-1] == "You asked: later"
    assert shown.count(TOO_MANY) == 1
    assert len(shown) == 2 * PER_MINUTE + 2


def test_who_asks_too_much_holds_up_nobody_else(server):
    for n in range(PER_MINUTE + 5):
        server.say(f"{n}", chat=ANNS, sender=ANN)
    server.say("other", chat=BENS, sender=BEN)
    assert texts(server, 1, BENS) == ["You asked: other"]


def test_talk_in_a_group_that_is_not_for_the_bot_counts_for_nobody(server):
    for n in range(3 * PER_MINUTE):
        server.say(f"{n}", chat=GROUP, sender=ANN)
    text = "@FootnoteTestBot one"
    server.say(text, chat=GROUP, sender=ANN, entities=mention(text))
    assert texts(server, 1, GROUP) == ["You asked: one"]


def test_commands_in_a_group_count_too(server):
    at = int(time.time()) - 3600
    for _ in range(PER_MINUTE * 3):
        server.say("/help", chat=GROUP, sender=ANN, date=at)
    assert texts(server, 2 * PER_MINUTE + 1, GROUP, timeout_s=15).count(TOO_MANY) == 1
