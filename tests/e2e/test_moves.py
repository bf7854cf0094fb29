"""A group that becomes a supergroup: another id, messages numbered anew, and all goes on."""

import logging
from copy import deepcopy

import pytest

from bot.phrases import phrase
from tests.e2e.telegram_bots import running, wait_until_handled
from tests.e2e.telegram_chats import buttons, mention, seed_dialogue, words
from tests.e2e.telegram_server import ANN, BEN

GROUP = {"id": -5, "type": "group", "title": "Readers"}


@pytest.fixture
def ask(seeded, tmp_path):
    """Return what asks the bot in a group, and returns its last message there, once there are so many."""

    def ask(text, chat, count=1):
        put(seeded, text, chat)
        shown = deepcopy(seeded.shown(count, chat)[-1])
        wait_until_handled(tmp_path)
        return shown

    return ask


def put(server, text, chat):
    asked = f"@FootnoteTestBot {text}"
    return server.say(asked, chat=chat, entities=mention(asked))


def test_the_conversation_and_the_chosen_article_go_along(seeded, ask):
    seeded.chat_admins = {ANN["id"]}
    ask("What did Yoon ask China about North Korea?", GROUP)
    seeded.say("/articles", chat=GROUP)
    seeded.press(deepcopy(seeded.shown(2, GROUP)[-1]))
    seeded.wait_for("editMessageText")
    there = seeded.upgrade(GROUP)
    answer = ask("and what did he reply?", there)
    assert "he: Li Qiang" in words(answer, "italic")[0]
    seeded.say("/articles", chat=there)
    assert "✓" in seeded.shown(2, there)[-1]["text"]


def test_a_button_from_before_still_works_and_touches_no_message_of_the_same_number(seeded, ask):
    before = ask("What did Yoon ask China about North Korea?", GROUP)
    there = seeded.upgrade(GROUP)
    after = ask("What did Yoon and Kishida agree on?", there)
    assert after["message_id"] == before["message_id"]
    seeded.press(before)
    opened = seeded.shown(2, there)[-1]
    assert "contribute to promoting peace" in opened["text"]
    assert "reply_to_message" not in opened
    assert buttons(opened)[-1] == ["↩ Back to the answer"]
    assert seeded.messages[there["id"], after["message_id"]] == after
    seeded.press(deepcopy(opened))
    seeded.wait_for("editMessageText", 2)


def test_a_thumb_under_an_answer_from_before_is_noted(seeded, ask):
    before = ask("What did Yoon ask China about North Korea?", GROUP)
    seeded.upgrade(GROUP)
    seeded.press(before, 1, 1)
    assert seeded.wait_for("answerCallbackQuery")[-1]["text"] == phrase("noted")


def test_an_answer_under_way_goes_to_the_new_id_and_the_conversation_goes_on_there(seeded, ask, tmp_path):
    seeded.post(chat=GROUP, new_chat_members=[BEN])
    there = seeded.upgrade(GROUP, is_told=False)
    put(seeded, "What did Yoon ask China about North Korea?", GROUP)
    assert seeded.shown(1, there)[-1]["text"].startswith("According to a senior official")
    wait_until_handled(tmp_path)
    assert "he: Li Qiang" in ask("and what did he reply?", there, 2)["text"]


def test_a_question_edited_as_its_group_moves_is_answered_anew(seeded, tmp_path):
    number = put(seeded, "What did Yoon ask China about North Korea?", GROUP)
    seeded.shown(1, GROUP)
    wait_until_handled(tmp_path)
    there = seeded.upgrade(GROUP, is_told=False)
    seeded.edit(number, "@FootnoteTestBot thanks", chat=GROUP)
    assert seeded.shown(1, there)[-1]["text"] == phrase("thanks")


def test_an_allowed_group_stays_allowed_and_the_operator_is_told_its_new_id(bare_server, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    with running(bare_server, tmp_path, seed_dialogue(), allowed_chats=frozenset({GROUP["id"]})):
        there = bare_server.upgrade(GROUP)
        put(bare_server, "thanks", there)
        assert bare_server.shown(1, there)[-1]["text"] == phrase("thanks")
    told = [record.getMessage() for record in caplog.records]
    assert told == [f"Chat -5 has become {there['id']}; change it in FOOTNOTE_ALLOWED_CHATS."]


@pytest.mark.parametrize("field", ["migrate_to_chat_id", "migrate_from_chat_id"])
def test_a_move_is_known_from_either_message(seeded, ask, field):
    ask("What did Yoon ask China about North Korea?", GROUP)
    there = seeded.upgrade(GROUP, is_told=False)
    at, other = (GROUP, there) if field == "migrate_to_chat_id" else (there, GROUP)
    seeded.post(chat=at, **{field: other["id"]})
    assert "he: Li Qiang" in ask("and what did he reply?", there)["text"]
