"""The bot with a webhook: Telegram, or who pretends to be it, brings updates over real HTTP."""

import contextlib
import http.client
import json
import socket
import sqlite3
import time

import pytest

from bot.telegram_app import Patience, TelegramError, Webhook
from bot.telegram_app.webhook import MAX_BODY, WebhookError
from tests.e2e.telegram_bots import ANN, ANNS, process, running, stop, texts
from tests.e2e.telegram_server import Fault

SECRET = "shared-secret"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def webhook(bare_server):
    """Return where updates arrive, known to the server."""
    bare_server.webhook_port = free_port()
    return Webhook("https://example.org/hook", port=bare_server.webhook_port, secret=SECRET)


@pytest.fixture
def server(bare_server, webhook, tmp_path):
    """Yield the server with a bot running that has set its webhook."""
    with running(bare_server, tmp_path, webhook=webhook):
        bare_server.wait_for("setWebhook")
        bare_server.wait_until(lambda: bare_server.webhook)
        yield bare_server


def knock(server, body=b"{}", *, method="POST", path="/hook", secret=SECRET):
    """Return the status and body of the answer to a request of somebody's."""
    connection = http.client.HTTPConnection("127.0.0.1", server.webhook_port, timeout=5)
    try:
        connection.request(method, path, body, {} if secret is None else {HEADER: secret})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def question(number, text):
    message = {"message_id": number, "date": int(time.time()), "chat": ANNS, "from": ANN, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


def test_what_telegram_brings_is_answered(server):
    for n in range(3):
        server.say(f"{n}", chat=ANNS, sender=ANN)
    assert texts(server, 3) == [f"You asked: {n}" for n in range(3)]
    assert [status for _, status in server.deliveries] == [200] * 3
    assert not server.of("getUpdates")


def test_the_webhook_is_set_with_the_secret_and_the_kinds_of_update_and_drops_none(server):
    (told,) = server.of("setWebhook")
    assert told["url"] == "https://example.org/hook"
    assert told["secret_token"] == SECRET
    assert {"message", "edited_message", "callback_query"} <= set(told["allowed_updates"])
    assert "drop_pending_updates" not in told


def test_an_update_that_comes_again_is_answered_once(server):
    server.post(chat=ANNS, sender=ANN, new_chat_title="known")
    for _ in range(2):
        assert knock(server, question(5, "one")) == (200, b"")
    server.shown(1, ANNS)
    assert knock(server, question(5, "one"))[0] == 200
    assert knock(server, question(6, "two"))[0] == 200
    assert texts(server, 2) == ["You asked: one", "You asked: two"]


def test_200_means_that_the_update_is_on_disk(server, tmp_path):
    server.fail("sendMessage", Fault(status=0, after_s=30))
    server.post(chat=ANNS, sender=ANN, new_chat_title="known")
    assert knock(server, question(5, "one"))[0] == 200
    with sqlite3.connect(tmp_path / "telegram.sqlite") as file:
        (body,) = file.execute("SELECT body FROM updates WHERE id = 5").fetchone()
    assert json.loads(body)["message"]["text"] == "one"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"secret": "wrong"}, 403),
        ({"secret": None}, 403),
        ({"secret": "sécret".encode().decode("latin-1")}, 403),
        ({"path": "/"}, 404),
        ({"path": "/hook/more"}, 404),
        ({"method": "GET"}, 405),
        ({"method": "PUT"}, 405),
        ({"body": b"no json"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b'{"update_id": "x"}'}, 400),
        ({"body": b"\xff"}, 400),
    ],
    ids=str,
)
def test_what_is_no_delivery_is_refused_and_says_nothing(server, request_, status):
    assert knock(server, **{"body": question(5, "one"), **request_}) == (status, b"")
    server.say("two", chat=ANNS, sender=ANN)
    assert texts(server, 1) == ["You asked: two"]


def test_a_body_without_end_is_not_read(server):
    with contextlib.suppress(ConnectionError):  # it may hang up while we still send
        assert knock(server, b"x" * (MAX_BODY + 1))[0] == 400
    server.say("one", chat=ANNS, sender=ANN)
    assert texts(server, 1) == ["You asked: one"]


def test_an_update_of_an_unknown_shape_is_taken_and_ignored(server):
    assert knock(server, b'{"update_id": 5, "message": {"chat": 1}}')[0] == 200
    server.say("one", chat=ANNS, sender=ANN)
    assert texts(server, 1) == ["You asked: one"]


def test_a_webhook_that_telegram_refuses_is_told(bare_server, webhook, tmp_path):
    bare_server.fail("setWebhook", Fault(400, "Bad Request: bad webhook: IP address 127.0.0.1 is reserved"))
    with (
        running(bare_server, tmp_path, webhook=webhook) as bot,
        pytest.raises(WebhookError, match=r"refused the webhook .* reserved\); set FOOTNOTE_WEBHOOK_URL"),
    ):
        bot.result(timeout=5)


def test_an_address_that_is_taken_is_told(bare_server, webhook, tmp_path):
    told = pytest.raises(WebhookError, match="set FOOTNOTE_WEBHOOK_LISTEN and FOOTNOTE_WEBHOOK_PORT")
    with (
        socket.create_server(("127.0.0.1", webhook.port)),
        running(bare_server, tmp_path, webhook=webhook) as bot,
        told,
    ):
        bot.result(timeout=5)


def test_a_start_soon_after_another_waits_until_the_webhook_may_be_set(bare_server, webhook, tmp_path):
    bare_server.fail("setWebhook", Fault(429, "Too Many Requests: retry after 1", retry_after=1))
    bare_server.say("one", chat=ANNS, sender=ANN)
    with running(bare_server, tmp_path, webhook=webhook, patience=Patience()):
        assert texts(bare_server, 1) == ["You asked: one"]


def test_a_token_revoked_while_running_is_told(bare_server, webhook, tmp_path):
    with running(bare_server, tmp_path, webhook=webhook) as bot:
        bare_server.wait_until(lambda: bare_server.webhook)
        bare_server.token = "4242:new"
        bare_server.say("one", chat=ANNS, sender=ANN)
        with pytest.raises(TelegramError, match="refused the token"):
            bot.result(timeout=5)


def test_by_its_settings_it_makes_up_a_secret_stops_in_time_and_keeps_the_webhook(bare_server, tmp_path):
    bare_server.webhook_port = free_port()
    settings = {"WEBHOOK_URL": "https://example.org/hook", "WEBHOOK_PORT": str(bare_server.webhook_port)}
    with process(bare_server, tmp_path, **settings) as bot:
        bare_server.say("hello", chat=ANNS, sender=ANN)
        bare_server.shown(1, ANNS, timeout_s=10)
        stop(bot)
    assert len(bare_server.of("setWebhook")[0]["secret_token"]) >= 32
    assert bare_server.webhook
    bare_server.say("hello", chat=ANNS, sender=ANN)
    with process(bare_server, tmp_path, **settings):
        bare_server.shown(2, ANNS, timeout_s=10)
