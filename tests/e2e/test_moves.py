"""A group that becomes a supergroup: another id, messages numbered anew, and all goes on."""

import logging
from copy import deepcopy

import pytest

from bot.phrases import phrase
from tests.e2e.telegram_bots import running
from tests.e2e.telegram_chats import buttons, mention, seed_dialogue, words
from tests.e2e.telegram_server import ANN, BEN

GROUP = {"id": -5, "type": "group", "title": "Readers"}


def ask(server, text, chat, count=1):
    """Ask the bot in a group, and return its last message there, once there are so many."""
    asked = f"@FootnoteTestBot {text}"
    server.say(asked, chat=chat, entities=mention(asked))
    return deepcopy(server.shown(count, chat)[-1])


def test_the_conversation_and_the_chosen_article_go_along(seeded):
    seeded.chat_admins = {ANN["id"]}
    ask(seeded, "What did Yoon ask China about North Korea?", GROUP)
    seeded.say("/articles", chat=GROUP)
    seeded.press(deepcopy(seeded.shown(2, GROUP)[-1]))
    seeded.wait_for("editMessageText")
    there = seeded.upgrade(GROUP)
    answer = ask(seeded, "and what did he reply?", there)
    assert "he: Li Qiang" in words(answer, "italic")[0]
    seeded.say("/articles", chat=there)
    assert "✓" in seeded.shown(2, there)[-1]["text"]


def test_a_button_from_before_still_works_and_touches_no_message_of_the_same_number(seeded):
    before = ask(seeded, "What did Yoon ask China about North Korea?", GROUP)
    there = seeded.upgrade(GROUP)
    after = ask(seeded, "What did Yoon and Kishida agree on?", there)
    assert after["message_id"] == before["message_id"]
    seeded.press(before)
    opened = seeded.shown(2, there)[-1]
    assert "contribute to promoting peace" in opened["text"]
    assert "reply_to_message" not in opened
    assert buttons(opened)[-1] == ["↩ Back to the answer"]
    assert seeded.messages[there["id"], after["message_id"]] == after
    seeded.press(deepcopy(opened))
    seeded.wait_for("editMessageText", 2)


def test_a_thumb_under_an_answer_from_before_is_noted(seeded):
    before = ask(seeded, "What did Yoon ask China about North Korea?", GROUP)
    seeded.upgrade(GROUP)
    seeded.press(before, 1, 1)
    assert seeded.wait_for("answerCallbackQuery")[-1]["text"] == phrase("noted")


def test_an_answer_under_way_goes_to_the_new_id_and_the_conversation_goes_on_there(seeded):
    seeded.post(chat=GROUP, new_chat_members=[BEN])
    there = seeded.upgrade(GROUP, is_told=False)
    asked = "@FootnoteTestBot What did Yoon ask China about North Korea?"
    seeded.say(asked, chat=GROUP, entities=mention(asked))
    assert seeded.shown(1, there)[-1]["text"].startswith("According to a senior official")
    assert "he: Li Qiang" in ask(seeded, "and what did he reply?", there, 2)["text"]


def test_a_question_edited_as_its_group_moves_is_answered_anew(seeded):
    asked = "@FootnoteTestBot What did Yoon ask China about North Korea?"
    number = seeded.say(asked, chat=GROUP, entities=mention(asked))
    seeded.shown(1, GROUP)
    there = seeded.upgrade(GROUP, is_told=False)
    seeded.edit(number, "@FootnoteTestBot thanks", chat=GROUP)
    assert seeded.shown(1, there)[-1]["text"] == phrase("thanks")


def test_an_allowed_group_stays_allowed_and_the_operator_is_told_its_new_id(bare_server, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    with running(bare_server, tmp_path, seed_dialogue(), allowed_chats=frozenset({GROUP["id"]})):
        there = bare_server.upgrade(GROUP)
        assert ask(bare_server, "thanks", there)["text"] == phrase("thanks")
    told = [record.getMessage() for record in caplog.records]
    assert told == [f"Chat -5 has become {there['id']}; change it in FOOTNOTE_ALLOWED_CHATS."]


@pytest.mark.parametrize("field", ["migrate_to_chat_id", "migrate_from_chat_id"])
def test_a_move_is_known_from_either_message(seeded, field):
    ask(seeded, "What did Yoon ask China about North Korea?", GROUP)
    there = seeded.upgrade(GROUP, is_told=False)
    at, other = (GROUP, there) if field == "migrate_to_chat_id" else (there, GROUP)
    seeded.post(chat=at, **{field: other["id"]})
    assert "he: Li Qiang" in ask(seeded, "and what did he reply?", there)["text"]
