"""The server of these tests refuses what Telegram refuses."""

import json
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from tests.e2e.telegram_server import PRIVATE, Fault, TelegramServer


@pytest.fixture
def server():
    with TelegramServer() as server:
        server.say("hello")
        yield server


def call(server, method, token=None, **parameters):
    """Return the status of a call and what it says."""
    fields = {k: v if isinstance(v, str) else json.dumps(v) for k, v in parameters.items()}
    address = urlsplit(server.base_url)
    connection = HTTPConnection(address.netloc, timeout=5)
    try:
        connection.request("POST", f"{address.path}{token or server.token}/{method}", urlencode(fields))
        answer = connection.getresponse()
        body = json.loads(answer.read())
        return answer.status, body.get("description") or body["result"]
    finally:
        connection.close()


def send(server, text="text", **more):
    return call(server, "sendMessage", chat_id=PRIVATE["id"], text=text, **more)


def entity(kind, offset, length, **more):
    return {"type": kind, "offset": offset, "length": length, **more}


def button(**fields):
    return {"inline_keyboard": [[{"text": "a", **fields}]]}


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"colour": "red"}, "no parameter colour"),
        ({"entities": "bold"}, "can't parse"),
        ({"entities": [{"type": "bold"}]}, "is no"),
        ({"entities": [entity("bold", 0, 1, weight=1)]}, "is no"),
        ({"disable_notification": 1}, "is no Boolean"),
        ({"reply_markup": {"inline_keyboard": "x"}}, "is no"),
        ({"text": "x" * 4097}, "too long"),
        ({"text": "😀" * 2049}, "too long"),
        ({"text": " \n"}, "empty"),
        ({"entities": [entity("bold", 0, 1)] * 101}, "too many entities"),
        ({"entities": [entity("bold", 2, 3)]}, "BOUNDS"),
        ({"entities": [entity("bold", 0, 0)]}, "BOUNDS"),
        ({"entities": [entity("shiny", 0, 1)]}, "BOUNDS"),
        ({"text": "😀", "entities": [entity("bold", 1, 1)]}, "surrogate"),
        ({"entities": [entity("blockquote", 0, 4), entity("expandable_blockquote", 1, 2)]}, "nested"),
        ({"entities": [entity("bold", 0, 2), entity("italic", 1, 3)]}, "overlap"),
        ({"entities": [entity("text_link", 0, 1, url="javascript:x")]}, "URL"),
        ({"reply_markup": button(callback_data="ö" * 33)}, "BUTTON_DATA"),
        ({"reply_markup": button(callback_data="")}, "BUTTON_DATA"),
        ({"reply_markup": button()}, "BUTTON_TYPE"),
        ({"reply_markup": button(callback_data="a", url="https://example.org")}, "BUTTON_TYPE"),
        ({"reply_markup": button(callback_data="a", text=" ")}, "BUTTON_TYPE"),
        ({"reply_markup": button(url="example")}, "BUTTON_URL"),
        ({"reply_parameters": {"message_id": 101, "quote": "yellow"}}, "QUOTE"),
        ({"reply_parameters": {"message_id": 5}}, "replied not found"),
        ({"chat_id": 5}, "chat not found"),
        ({"parse_mode": "HTML"}, "can't parse entities"),
    ],
    ids=str,
)
def test_a_message_that_telegram_would_refuse_is_refused(server, parameters, says):
    status, description = call(
        server, "sendMessage", **{"chat_id": PRIVATE["id"], "text": "text", **parameters}
    )
    assert status == 400
    assert says in description


@pytest.mark.parametrize(
    "parameters",
    [
        {"text": "😀" * 2048},
        {"text": "a😀", "entities": [entity("bold", 1, 2), entity("blockquote", 0, 3)]},
        {"reply_markup": button(callback_data="ö" * 32)},
        {"reply_parameters": {"message_id": 101, "quote": "ell"}},
        {"reply_parameters": {"message_id": 5, "allow_sending_without_reply": True}},
    ],
    ids=str,
)
def test_a_message_at_the_limit_is_taken(server, parameters):
    assert send(server, **parameters)[0] == 200


def test_an_edit_has_a_message_of_the_bots_and_changes_it(server):
    _, message = send(server)
    where = {"chat_id": PRIVATE["id"], "message_id": message["message_id"]}
    assert "not modified" in call(server, "editMessageText", text="text", **where)[1]
    assert call(server, "editMessageText", text="other", **where)[0] == 200
    assert "not modified" in call(server, "editMessageReplyMarkup", **where)[1]
    assert "can't be edited" in call(server, "editMessageText", text="x", **{**where, "message_id": 101})[1]
    assert "not found" in call(server, "editMessageText", text="x", **{**where, "message_id": 9})[1]


def test_a_press_is_answered_in_time_or_not_at_all(server):
    _, message = send(server, reply_markup=button(callback_data="a"))
    query = server.press(message)
    assert call(server, "answerCallbackQuery", callback_query_id=query)[0] == 200
    assert "TOO_LONG" in call(server, "answerCallbackQuery", callback_query_id=query, text="x" * 201)[1]
    server.query_life_s = 0.0
    for late in (query, "unknown"):
        assert "too old" in call(server, "answerCallbackQuery", callback_query_id=late)[1]


def test_inline_results_are_few_distinct_and_whole(server):
    query = server.ask_inline("x")

    def result(number, text="text", title="title"):
        content = {"message_text": text}
        return {"type": "article", "id": f"{number}", "title": title, "input_message_content": content}

    def answer(*results):
        return call(server, "answerInlineQuery", inline_query_id=query, results=list(results))[1]

    assert answer(*map(result, range(50))) is True
    assert "TOO_MUCH" in answer(*map(result, range(51)))
    assert "ID_INVALID" in answer(result(1), result(1))
    assert "ID_INVALID" in answer(result("x" * 65))
    assert "TITLE" in answer(result(1, title=" "))
    assert "too long" in answer(result(1, text="x" * 4097))
    assert "is no" in answer({**result(1), "colour": "red"})


def test_a_blocked_bot_an_unknown_method_and_a_wrong_token_are_refused(server):
    server.blocked.add(PRIVATE["id"])
    assert send(server) == (403, "Forbidden: bot was blocked by the user")
    assert call(server, "sendNothing")[0] == 404
    assert call(server, "getMe", "4242:other") == (401, "Unauthorized")


def test_a_lost_answer_leaves_the_message(server):
    server.fail("sendMessage", Fault(is_lost=True))
    with pytest.raises(OSError, match=r"closed|reset"):
        send(server)
    assert len(server.shown(1)) == 1
