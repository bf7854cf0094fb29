"""Every kind of update and of message that the published description knows: no crash, no noise."""

from itertools import count

import pytest

from tests.e2e.telegram_bots import ANN, ANNS, HASTE, EchoDialogue, running
from tests.e2e.telegram_rules import API
from tests.e2e.telegram_server import BOT, GROUP, TelegramServer

CHANNEL = {"id": -1005, "type": "channel", "title": "News"}
KNOWN = API["incoming"]
MINE = {"message", "edited_message", "callback_query", "inline_query"}
KINDS = sorted(KNOWN["Update"]["optional"].keys() - MINE)
DATES = count(1_700_000_000, 60)  # nobody asks too much
CONTENTS = sorted(KNOWN["Message"]["optional"].keys() - {"from", "text", "entities", "edit_date"})


def made(kind, depth=0):
    """Return a value of a type of the description, with its required fields only."""
    if kind.startswith("[]"):
        return [made(kind[2:], depth + 1)] if depth < 5 else []
    if kind.startswith("="):
        return kind[1:]
    plain = {"Integer": 1, "Float": 1.5, "String": "text", "Boolean": False, "True": True}
    if kind in plain:
        return plain[kind]
    if kind == "Chat":
        return CHANNEL
    if kind == "User":
        return ANN
    described = KNOWN[kind]
    if "one_of" in described:
        return made(described["one_of"][0], depth + 1)
    return {name: made(one.split("|")[0], depth + 1) for name, one in described["required"].items()}


def message(chat, **fields):
    return {**made("Message"), "chat": chat, "from": ANN, **fields}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Yield the server with a bot running, for all of these tests."""
    folder = tmp_path_factory.mktemp("library")
    with pytest.MonkeyPatch.context() as patch, TelegramServer() as server:
        patch.setenv("SSL_CERT_DIR", str(folder))
        with running(server, folder, EchoDialogue(), patience=HASTE):
            yield server


@pytest.fixture
def silent(server, caplog):
    """Yield the server; afterwards, ask something, and check that this was answered and nothing else."""
    before = len(server.of("sendMessage"))
    yield server
    server.say("one", chat=ANNS, sender=ANN, date=next(DATES))
    sent = server.wait_for("sendMessage", before + 1)[before:]
    assert [call["text"] for call in sent] == ["You asked: one"]
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_of_another_kind_is_passed_over(silent, kind):
    silent.update(**{kind: made(KNOWN["Update"]["optional"][kind])})


@pytest.mark.parametrize("kind", ["channel_post", "edited_channel_post", "business_message", "guest_message"])
def test_a_question_that_is_not_for_the_bot_is_not_answered(silent, kind):
    more = {"business_message": {"business_connection_id": "b"}, "guest_message": {"guest_query_id": "g"}}
    chat = ANNS if kind == "business_message" else CHANNEL
    silent.update(**{kind: message(chat, text="What?", **more.get(kind, {}))})


@pytest.mark.parametrize("content", CONTENTS)
def test_a_message_in_a_group_without_words_for_the_bot_is_not_answered(silent, content):
    value = made(KNOWN["Message"]["optional"][content].split("|")[0])
    silent.update(message=message(GROUP, **{content: value}))
    silent.update(edited_message=message(GROUP, edit_date=2, **{content: value}))


@pytest.mark.parametrize("content", CONTENTS)
def test_a_message_in_private_of_any_content_is_answered_at_most_once(server, content, caplog):
    before = len(server.of("sendMessage"))
    value = made(KNOWN["Message"]["optional"][content].split("|")[0])
    date = next(DATES)
    server.post(chat=ANNS, sender=ANN, **{"date": date, content: value})
    server.say("one", chat=ANNS, sender=ANN, date=date)
    server.wait_until(
        lambda: "You asked: one" in [call["text"] for call in server.of("sendMessage")[before:]]
    )
    assert len(server.of("sendMessage")) <= before + 2
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


@pytest.mark.parametrize("sender", [BOT, None], ids=["the bot itself", "nobody"])
def test_a_message_of_nobody_in_a_group_is_not_answered(silent, sender):
    fields = {**made("Message"), "chat": GROUP, "text": "What?"}
    silent.update(message=fields if sender is None else {**fields, "from": sender})


def test_a_press_without_message_or_data_is_no_crash(silent):
    query = {"id": "1", "from": ANN, "chat_instance": "1"}
    silent.update(callback_query=query)
    silent.update(callback_query={**query, "data": "w:1"})
    silent.update(callback_query={**query, "inline_message_id": "i", "data": "x" * 64})
    silent.update(
        callback_query={**query, "message": {"message_id": 1, "date": 0, "chat": ANNS}, "data": "\0"}
    )
    silent.update(callback_query={**query, "game_short_name": "g"})
