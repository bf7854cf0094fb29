"""What a person who asks sees and presses: the real bot over the seed article."""

import os
import sqlite3
import subprocess
import sys
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.evaluation import read_questions
from bot.models import Session, Turn
from bot.phrases import phrase
from bot.state import Exchange, Place, State
from bot.telegram_buttons import MAX_DATA
from bot.telegram_text import TelegramText
from index.library import Library
from index.reading import read_text
from tests.e2e.telegram_bots import running
from tests.e2e.telegram_chats import buttons, mention, seed_dialogue, words
from tests.e2e.telegram_server import ANN, BEN, GROUP

ROOT = Path(__file__).parents[2]
FLAGSHIP = "What did Yoon ask China about North Korea?"
RUSSIAN = {**ANN, "language_code": "ru-RU"}
HOSTILE = (
    "<b>&amp;*_[x](y)` what did Yoon ask",
    "\u202eשלום\u200b Yoon",
    "👨‍👩‍👧‍👦" * 300,
    "x" * 4096,
    "\ud800 Yoon",
    "/" * 50,
    "\u200b\u200d\ufeff",
)


def library():
    return seed_dialogue().library


def passage_of(question):
    """Return the first passage that is cited for a question."""
    return seed_dialogue().reply(Session(), question).answer.footnotes[0].passage


def ask(server, question=FLAGSHIP, **fields):
    """Return the answer to a question in the private chat."""
    count = len(server.shown(0))
    server.say(question, **fields)
    return deepcopy(server.shown(count + 1)[-1])


def edited(server, message, count=1, method="editMessageText"):
    """Return a message as it is once it was edited so often."""
    server.wait_for(method, count)
    return deepcopy(server.messages[message["chat"]["id"], message["message_id"]])


def alert(server, count=1):
    """Return what the last of so many presses was told."""
    return server.wait_for("answerCallbackQuery", count)[count - 1].get("text")


# --- the answer and its buttons ---


def test_an_answer_has_a_button_a_footnote_why_and_thumbs(seeded):
    assert buttons(ask(seeded)) == [["📖 [1]"], ["Why?", "👍", "👎"]]


def test_an_abstention_has_a_button_for_the_nearest_passage(seeded):
    shown = ask(seeded, "What did Yoon say about the weather in Peru?")
    assert shown["text"].startswith("The article does not mention Peru.")
    assert buttons(shown) == [["📖 Nearest passage"], ["Why?", "👍", "👎"]]


def test_small_talk_has_no_buttons(seeded):
    assert buttons(ask(seeded, "thanks")) == []


def test_a_footnote_opens_its_passage_with_its_neighbours_and_a_link_to_share(seeded):
    answer = ask(seeded)
    seeded.press(answer)
    passage = passage_of(FLAGSHIP)
    before, after = library().neighbours(passage)
    shown = edited(seeded, answer)
    assert words(shown, "expandable_blockquote") == [before.text, after.text]
    assert f"\n\n{passage.text}\n\n" in shown["text"]
    assert words(shown, "bold")[0] == library().article(passage.article_id).title
    assert "".join(words(shown, "bold")[1:]).startswith("According to a senior official")
    assert shown["text"].endswith(f"https://t.me/FootnoteTestBot?start=p_{passage.id}")
    assert buttons(shown) == [
        [f"◀ paragraph {before.paragraph}", f"paragraph {after.paragraph} ▶"],
        ["↩ Back to the answer"],
    ]
    assert alert(seeded) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/a?b=1", [["🔗 Source"]]),
        ("https://bücher.example/ä", [["🔗 Source"]]),
        ("http://intranet/a", []),  # Telegram refuses a message with such a button
        ("file:///a.html", []),
    ],
)
def test_an_opened_passage_has_a_link_to_the_source_where_there_is_one(bare_server, tmp_path, address, shown):
    article = replace(read_text("Steps\n\nJonas Lie climbed the ninety steps.", "steps"), url=address)
    with running(bare_server, tmp_path, Dialogue(Library.of([article]))):
        answer = ask(bare_server, "Who climbed the ninety steps?")
        bare_server.press(answer)
        opened = edited(bare_server, answer)
    assert [row for row in buttons(opened) if "Source" in row[0]] == shown
    links = [
        button["url"]
        for row in opened["reply_markup"]["inline_keyboard"]
        for button in row
        if "url" in button
    ]
    assert links == [address] * len(shown)


def test_one_can_page_back_and_forth_and_back_to_the_answer(seeded):
    answer = ask(seeded)
    seeded.press(answer)
    passage = passage_of(FLAGSHIP)
    for n, column in enumerate((1, 0), start=2):
        seeded.press(edited(seeded, answer, n - 1), 0, column)
        shown = edited(seeded, answer, n)
        at = library().neighbours(passage)[1] if n == 2 else passage
        assert f"?start=p_{at.id}" in shown["text"]
    seeded.press(edited(seeded, answer, 3), 1)
    shown = edited(seeded, answer, 4)
    assert {key: shown[key] for key in ("text", "entities", "reply_markup")} == {
        key: answer[key] for key in ("text", "entities", "reply_markup")
    }
    assert len(seeded.of("sendMessage")) == 1


def test_at_the_ends_of_an_article_one_can_turn_one_way_only(seeded):
    first, *_, last = library().passages()
    for passage, turning in ((first, "▶"), (last, "◀")):
        shown = ask(seeded, f"/start p_{passage.id}")
        assert len(buttons(shown)[0]) == 1
        assert turning in buttons(shown)[0][0]


def test_a_button_pressed_twice_is_answered_twice(seeded):
    answer = ask(seeded)
    seeded.press(answer)
    seeded.press(answer)
    edited(seeded, answer, 2)
    assert len(seeded.wait_for("answerCallbackQuery", 2)) == 2
    seeded.say("thanks")
    assert seeded.shown(2)[1]["text"] == phrase("thanks")


def test_why_tells_what_matched_and_leads_back(seeded):
    answer = ask(seeded, "What did Yoon ask China about NK?")
    seeded.press(answer, 1)
    shown = edited(seeded, answer)
    assert shown["text"].startswith("Why this answer\n\n[1] paragraph 10\n    matched: ")
    assert "Read as: NK read as North Korea" in shown["text"]
    assert "Confidence: " in shown["text"]
    assert buttons(shown) == [["↩ Back to the answer"]]
    seeded.press(shown)
    assert buttons(edited(seeded, answer, 2))[1] == ["Why?", "👍", "👎"]


def test_why_of_an_abstention_tells_what_was_not_found(seeded):
    answer = ask(seeded, "What did Yoon say about the weather in Peru?")
    seeded.press(answer, 1)
    assert "Not in those words: " in edited(seeded, answer)["text"]


def test_the_why_command_explains_the_last_answer(seeded):
    assert ask(seeded, "/why")["text"] == phrase("nothing asked")
    ask(seeded)
    ask(seeded, "thanks")
    assert ask(seeded, "/why")["text"].startswith("Why this answer\n\n[1] paragraph 10")


def test_every_button_sends_at_most_64_bytes(seeded):
    answer = ask(seeded)
    seeded.press(answer)
    edited(seeded, answer)
    ask(seeded, "/articles")
    ask(seeded, "/forget")
    sent = [c.parameters.get("reply_markup", {}) for c in seeded.calls]
    data = [
        button["callback_data"]
        for markup in sent
        for row in markup.get("inline_keyboard", [])
        for button in row
        if "callback_data" in button
    ]
    assert len(data) > 8
    assert all(len(text.encode()) <= MAX_DATA for text in data)


# --- thumbs ---


def test_a_thumb_up_is_noted_with_thanks(seeded, tmp_path):
    seeded.press(ask(seeded), 1, 1)
    assert alert(seeded) == phrase("noted")
    (row,) = rows(tmp_path, "SELECT verdict, fault FROM thumbs")
    assert row == ("up", None)


def test_a_thumb_down_asks_in_one_tap_what_was_wrong(seeded, tmp_path):
    answer = ask(seeded)
    seeded.press(answer, 1, 2)
    assert alert(seeded) == phrase("what was wrong")
    asked = edited(seeded, answer, method="editMessageReplyMarkup")
    assert buttons(asked) == [
        ["Wrong passage", "Wrong sentence"],
        ["It is in the article", "Other"],
        ["↩ Take it back"],
    ]
    seeded.press(asked, 1, 0)
    assert buttons(edited(seeded, answer, 2, "editMessageReplyMarkup")) == [
        ["📖 [1]"],
        ["Why?", "👍", "👎"],
    ]
    assert alert(seeded, 2) == phrase("noted")
    (row,) = rows(
        tmp_path, "SELECT verdict, fault, question, version FROM thumbs JOIN exchanges ON id = exchange"
    )
    assert row == ("down", "there", FLAGSHIP, library().version)


def test_a_thumb_down_on_an_abstention_asks_no_more_than_can_be_wrong(seeded):
    answer = ask(seeded, "What did Putin say?")
    row = len(buttons(answer)) - 1
    seeded.press(answer, row, 2)
    asked = edited(seeded, answer, method="editMessageReplyMarkup")
    assert buttons(asked) == [["It is in the article", "Other"], ["↩ Take it back"]]


def test_a_mistaken_thumb_down_is_taken_back_in_one_tap_and_nothing_of_it_is_kept(seeded, tmp_path):
    answer = ask(seeded)
    seeded.press(answer, 1, 2)
    seeded.press(edited(seeded, answer, method="editMessageReplyMarkup"), 2, 0)
    assert buttons(edited(seeded, answer, 2, "editMessageReplyMarkup")) == buttons(answer)
    assert alert(seeded, 2) == phrase("taken back")
    assert rows(tmp_path, "SELECT * FROM thumbs") == []


def test_a_thumb_up_replaces_a_thumb_down_with_what_was_wrong(seeded, tmp_path):
    answer = ask(seeded)
    seeded.press(answer, 1, 2)
    seeded.press(edited(seeded, answer, method="editMessageReplyMarkup"), 0, 1)
    seeded.press(edited(seeded, answer, 2, "editMessageReplyMarkup"), 1, 1)
    assert alert(seeded, 3) == phrase("noted")
    assert rows(tmp_path, "SELECT verdict, fault FROM thumbs") == [("up", None)]


def test_feedback_lists_what_was_wrong_and_exports_it_for_the_harness(seeded, tmp_path):
    answer = ask(seeded)
    seeded.press(answer, 1, 2)
    seeded.press(edited(seeded, answer, method="editMessageReplyMarkup"))
    assert alert(seeded, 2) == phrase("noted")
    drafts = tmp_path / "drafts.jsonl"
    assert f"wrong passage: {FLAGSHIP}" in " ".join(footnote(tmp_path, "feedback").split())
    assert footnote(tmp_path, "feedback", "--export", str(drafts)).startswith("1 drafts are in ")
    (question,) = read_questions(drafts)
    assert (question.question, question.kind, question.answerable) == (FLAGSHIP, "direct", True)
    assert passage_of(FLAGSHIP).id in question.note


def footnote(folder, *arguments):
    """Return what the command prints."""
    environment = {**os.environ, "FOOTNOTE_LIBRARY": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environment, text=True, check=True, capture_output=True).stdout


def recorded(folder, count=1):
    """Wait until so many exchanges are in the state: they are kept as soon as the answer is sent."""
    until = time.monotonic() + 5
    while len(rows(folder, "SELECT id FROM exchanges")) < count:
        assert time.monotonic() < until
        time.sleep(0.01)


def rows(folder, query):
    """Return what a query finds in the state."""
    with sqlite3.connect(folder / "telegram.sqlite") as database:
        found = database.execute(query).fetchall()
    database.close()
    return found


# --- after a restart, a change, a deletion ---


def test_after_a_restart_every_button_of_an_earlier_answer_works(bare_server, tmp_path):
    with running(bare_server, tmp_path, seed_dialogue()):
        answer = ask(bare_server)
    with running(bare_server, tmp_path, seed_dialogue()):
        bare_server.press(answer)
        assert "?start=p_" in edited(bare_server, answer)["text"]
        bare_server.press(edited(bare_server, answer), 1)
        assert edited(bare_server, answer, 2)["text"].startswith("According to")
        bare_server.press(edited(bare_server, answer, 2), 1)
        assert edited(bare_server, answer, 3)["text"].startswith("Why this answer")
        bare_server.press(answer, 1, 1)
        assert alert(bare_server, 4) == phrase("noted")


def test_a_restart_in_the_middle_of_a_conversation_loses_nothing(bare_server, tmp_path):
    with running(bare_server, tmp_path, seed_dialogue()):
        ask(bare_server)
    with running(bare_server, tmp_path, seed_dialogue()):
        shown = ask(bare_server, "and Kishida?")
    with running(bare_server, tmp_path / "other", seed_dialogue()):
        alone = ask(bare_server, "and Kishida?")
    assert shown["text"] != alone["text"]


def test_a_question_whose_answer_a_kill_cut_off_is_answered_and_the_conversation_goes_on(
    bare_server, tmp_path
):
    question = bare_server.say(FLAGSHIP)
    begun = Exchange(
        Place(7, 0, 7), question, None, FLAGSHIP, Session(), Session((Turn("x"),)), TelegramText("x")
    )
    with State(tmp_path / "telegram.sqlite", 30) as state:
        state.record(begun)
    with running(bare_server, tmp_path, seed_dialogue()):
        assert bare_server.shown(1)[0]["text"].startswith("According to a senior official")
        shown = ask(bare_server, "and Kishida?")
        ask(bare_server, "/new")
        assert ask(bare_server, "and Kishida?")["text"] != shown["text"]


def test_an_edit_after_a_restart_edits_its_answer(bare_server, tmp_path):
    with running(bare_server, tmp_path, seed_dialogue()):
        question = bare_server.say("Who is Kim Tae-hyo?")
        (answer,) = bare_server.shown(1)
    with running(bare_server, tmp_path, seed_dialogue()):
        bare_server.edit(question, FLAGSHIP)
        assert edited(bare_server, answer)["text"].startswith("According to a senior official")
    assert len(bare_server.of("sendMessage")) == 1


def test_a_question_that_was_answered_is_not_answered_again_where_it_comes_again(seeded):
    question = seeded.say(FLAGSHIP)
    seeded.shown(1)
    seeded.update(message=seeded.messages[7, question])
    seeded.say("thanks")
    assert seeded.shown(2)[1]["text"] == phrase("thanks")


def test_a_button_whose_answer_is_no_longer_kept_says_so_and_its_passages_still_open(seeded, tmp_path):
    answer = ask(seeded)
    recorded(tmp_path)
    with State(tmp_path / "telegram.sqlite", 30) as state:
        state.forget(7)
    for n, column in enumerate((0, 1, 2), start=1):
        seeded.press(answer, 1, column)
        assert alert(seeded, n) == phrase("not kept")
    seeded.press(answer)
    assert buttons(edited(seeded, answer))[1:] == []


def test_why_says_so_where_the_answer_would_be_another_by_now(bare_server, tmp_path):
    with running(bare_server, tmp_path, seed_dialogue()):
        answer = ask(bare_server)
    other = Dialogue(Library.of([read_text("A town\n\nThe harbour was built by masons.", "town")]))
    with running(bare_server, tmp_path, other):
        bare_server.press(answer, 1)
        assert alert(bare_server) == phrase("changed")
        assert ask(bare_server, "/why")["text"] == phrase("changed")
        bare_server.press(answer)
        assert alert(bare_server, 2) == phrase("gone")


def test_a_passage_that_is_gone_is_told_so(seeded):
    answer = ask(seeded)
    data = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    seeded.press(answer, data=data[:-2] + "-99")
    assert alert(seeded) == phrase("gone")
    assert ask(seeded, "/start p_nothing-1")["text"] == phrase("gone")


def test_a_button_of_another_chat_opens_nothing_of_that_chat(seeded):
    answer = ask(seeded)
    data = answer["reply_markup"]["inline_keyboard"][1][0]["callback_data"]
    text = "@FootnoteTestBot thanks"
    seeded.say(text, chat=GROUP, entities=mention(text))
    (other,) = seeded.shown(1, GROUP)
    other["reply_markup"] = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    seeded.press(other)
    assert alert(seeded) == phrase("not kept")


FORGED_PRESSES = (
    "p:0:",
    "p:zz:a-1",
    "b:",
    "w:ffffffffffffff",
    "d:1:nothing",
    "c:1:" + "x" * 50,
    "f:",
    "x" * 64,
    "\u202e",
)


def test_forged_presses_are_told_that_the_button_is_too_old(seeded):
    answer = ask(seeded)
    for n, data in enumerate(FORGED_PRESSES, start=1):
        seeded.press(answer, data=data)
        assert alert(seeded, n) == phrase("old button")


# --- follow-ups ---


def test_a_follow_up_goes_on_from_the_last_answer_and_new_begins_afresh(seeded):
    ask(seeded, "What did Yoon ask China about North Korea?")
    carried = ask(seeded, "and Kishida?")
    assert ask(seeded, "/new")["text"] == phrase("begun anew")
    alone = ask(seeded, "and Kishida?")
    assert "North Korea" in carried["text"].partition("[1]")[0]
    assert carried["text"] != alone["text"]


def test_what_was_carried_over_is_shown_beside_the_answer(seeded):
    ask(seeded)
    shown = ask(seeded, "and what did he reply?")
    assert words(shown, "italic") == ["(he: Li Qiang)"]
    ask(seeded, "/new")
    assert words(ask(seeded, "and what did he reply?"), "italic") == []


def test_a_reply_to_an_earlier_answer_goes_on_from_it(seeded):
    first = ask(seeded, "What did Yoon ask China about North Korea?")
    expected = ask(seeded, "and Kishida?")
    ask(seeded, "Who is Kim Tae-hyo?")
    shown = ask(seeded, "and Kishida?", reply_to_message=first)
    assert shown["text"] == expected["text"]


def test_the_words_that_a_reply_quotes_are_what_it_is_about(seeded, tmp_path):
    first = ask(seeded)
    quote = {"text": "Investment Cooperation Committee", "position": 0, "is_manual": True}
    shown = ask(seeded, "what about it?", reply_to_message=first, quote=quote)
    alone = ask(seeded, "what about it?", reply_to_message=first)
    assert "Investment Cooperation Committee" in shown["text"].partition(" [1]")[0]
    assert "Investment Cooperation Committee" not in alone["text"]
    recorded(tmp_path, 3)
    assert ("Investment Cooperation Committee",) in rows(tmp_path, "SELECT quoted FROM exchanges")


def test_a_quote_of_somebody_elses_message_is_none_of_the_bots_business(seeded, tmp_path):
    other = seeded.say("squeamish talk", chat=GROUP, sender=BEN)
    text = f"@FootnoteTestBot {FLAGSHIP}"
    quote = {"text": "squeamish", "position": 0, "is_manual": True}
    replied = seeded.messages[-100, other]
    seeded.say(text, chat=GROUP, entities=mention(text), reply_to_message=replied, quote=quote)
    assert seeded.shown(1, GROUP)[0]["text"].startswith("According to a senior official")
    recorded(tmp_path)
    assert rows(tmp_path, "SELECT quoted FROM exchanges") == [(None,)]


def test_a_reply_in_a_group_goes_on_from_the_answer_that_another_user_got(seeded):
    text = f"@FootnoteTestBot {FLAGSHIP}"
    seeded.say(text, chat=GROUP, entities=mention(text))
    (first,) = seeded.shown(1, GROUP)
    seeded.say("and Kishida?", chat=GROUP, sender=BEN, reply_to_message=first)
    shown = seeded.shown(2, GROUP)[1]
    assert "North Korea" in shown["text"].partition("[1]")[0]


# --- articles, links, privacy ---


def test_the_list_of_articles_lets_one_choose_one_or_all(seeded):
    shown = ask(seeded, "/articles")
    article = library().article(library().entries()[0].id)
    assert shown["text"].startswith(f"1 article\n\n1. {article.title}\n    Konstantin Asmolov, July 03 · ")
    assert buttons(shown) == [["1"]]
    seeded.press(shown)
    chosen = edited(seeded, shown)
    assert f"1. {article.title} ✓" in chosen["text"]
    assert alert(seeded) == phrase("asking one", title=article.title)
    assert buttons(chosen) == [["1"], ["All articles"]]
    seeded.press(chosen, 1)
    assert buttons(edited(seeded, shown, 2)) == [["1"]]
    assert alert(seeded, 2) == phrase("asking all")


TOWNS = ("Arkby", "Bresk", "Calden", "Dorm", "Elst", "Farn", "Gorth", "Hamel", "Ipsel", "Jarrow")


@pytest.fixture
def many(bare_server, tmp_path):
    """Yield the server with a bot running that has ten articles."""
    texts = [
        f"The harbour of {t}\n\nThe harbour of {t} was built by {t} masons in 19{n}0."
        for n, t in enumerate(TOWNS)
    ]
    dialogue = Dialogue(Library.of([read_text(text, "town") for text in texts]))
    with running(bare_server, tmp_path, dialogue):
        yield bare_server


def test_a_long_list_has_pages(many):
    shown = ask(many, "/articles")
    assert shown["text"].startswith("10 articles\n\n1. The harbour of Arkby\n")
    assert buttons(shown) == [[str(n) for n in range(1, 9)], ["▶"]]
    many.press(shown, 1)
    second = edited(many, shown)
    assert [line[:24] for line in second["text"].splitlines()[2::2]][:2] == [
        "9. The harbour of Ipsel",
        "10. The harbour of Jarro",
    ]
    assert buttons(second) == [["9", "10"], ["◀"]]
    many.press(second, 0, 1)
    assert "10. The harbour of Jarrow ✓" in edited(many, shown, 2)["text"]
    assert buttons(edited(many, shown, 2)) == [["9", "10"], ["◀"], ["All articles"]]
    many.press(edited(many, shown, 2), 1)
    assert "✓" not in edited(many, shown, 3)["text"]


def test_a_chat_that_has_chosen_an_article_is_answered_from_it_alone(many):
    everywhere = ask(many, "Who built the harbour?")
    shown = ask(many, "/articles")
    many.press(shown, 0, 3)
    edited(many, shown)
    chosen = ask(many, "Who built the harbour?")
    assert "Dorm masons" in chosen["text"]
    assert "Dorm masons" not in everywhere["text"]
    other = {"id": 8, "type": "private", "first_name": "Ben"}
    many.say("Who built the harbour?", chat=other, sender=BEN)
    assert "Dorm masons" not in many.shown(1, other)[0]["text"]


def test_an_article_that_is_gone_cannot_be_chosen(many):
    many.press(ask(many, "/articles"), data="c:0:gone-000000")
    assert alert(many) == phrase("article gone")


def test_a_page_behind_the_last_shows_the_last(many):
    shown = ask(many, "/articles")
    many.press(shown, data="a:999999")
    assert buttons(edited(many, shown)) == [["9", "10"], ["◀"]]


def test_a_chosen_article_that_is_gone_is_told_and_all_are_asked(seeded, tmp_path):
    seeded.wait_for("getUpdates")  # it has opened its own: two cannot make the file at once
    with State(tmp_path / "telegram.sqlite", 30) as state:
        state.choose(7, "gone-000000")
    shown = ask(seeded)
    assert words(shown, "italic")[0] == phrase("choice gone")
    assert "According to a senior official" in shown["text"]
    assert phrase("choice gone") not in ask(seeded)["text"]


def test_a_link_opens_a_passage_and_another_an_article(seeded):
    passage = passage_of(FLAGSHIP)
    opened = ask(seeded, f"/start p_{passage.id}")
    assert passage.text in opened["text"]
    assert buttons(opened) == [["◀ paragraph 9", "paragraph 11 ▶"]]
    article = ask(seeded, f"/start a_{passage.article_id}")
    assert article["text"].endswith(f"https://t.me/FootnoteTestBot?start=a_{passage.article_id}")
    assert buttons(article) == [["📖 Read", "Ask this article"]]
    seeded.press(article)
    assert "title and byline" in edited(seeded, article)["text"]
    assert ask(seeded, "/start a_nothing")["text"] == phrase("article gone")
    assert ask(seeded, "/start inline")["text"].startswith(phrase("welcome"))


def test_privacy_says_what_is_kept_and_how_long(seeded):
    assert "for 30 days" in ask(seeded, "/privacy")["text"]


def test_forget_deletes_all_of_a_users_data_once_it_is_confirmed(seeded, tmp_path):
    ask(seeded)
    confirm = ask(seeded, "/forget")
    assert buttons(confirm) == [["Delete", "Cancel"]]
    seeded.press(confirm, sender=BEN)
    assert alert(seeded) == phrase("not yours")
    assert len(rows(tmp_path, "SELECT * FROM exchanges")) == 1
    seeded.press(confirm)
    assert edited(seeded, confirm)["text"] == phrase("forgotten", count=1)
    assert buttons(edited(seeded, confirm)) == []
    assert rows(tmp_path, "SELECT * FROM exchanges") == []


def test_forget_can_be_cancelled(seeded, tmp_path):
    ask(seeded)
    confirm = ask(seeded, "/forget")
    seeded.press(confirm, 0, 1, sender=BEN)
    assert alert(seeded) == phrase("not yours")
    seeded.press(confirm, 0, 1)
    assert edited(seeded, confirm)["text"] == phrase("cancelled")
    assert len(rows(tmp_path, "SELECT * FROM exchanges")) == 1


# --- languages ---


def test_the_bots_own_words_are_in_the_users_language_and_the_articles_are_not_translated(seeded):
    answer = ask(seeded, sender=RUSSIAN)
    assert answer["text"].startswith("According to a senior official")
    assert "абзац 10" in answer["text"]
    assert buttons(answer)[1] == ["Почему?", "👍", "👎"]
    seeded.press(answer, sender=RUSSIAN)
    assert buttons(edited(seeded, answer))[1] == ["↩ Назад к ответу"]
    abstention = ask(seeded, "What did Putin say?", sender=RUSSIAN)
    assert abstention["text"].startswith("В статье не упоминается: Putin.")
    assert ask(seeded, "thanks", sender=RUSSIAN)["text"] == phrase("thanks", "ru")
    assert ask(seeded, "/help", sender=RUSSIAN)["text"] == phrase("telegram help", "ru")


def test_an_unknown_language_gets_english(seeded):
    assert ask(seeded, "thanks", sender={**ANN, "language_code": "tlh"})["text"] == phrase("thanks")


# --- groups ---


def test_in_a_group_only_administrators_choose_the_article(seeded):
    seeded.chat_admins = {ANN["id"]}
    seeded.say("/articles@FootnoteTestBot", chat=GROUP)
    (shown,) = seeded.shown(1, GROUP)
    seeded.press(shown, sender=BEN)
    assert alert(seeded) == phrase("group admins only")
    seeded.press(shown, sender=ANN)
    assert "✓" in edited(seeded, shown)["text"]


def test_of_a_group_only_what_is_asked_of_the_bot_is_kept(seeded, tmp_path):
    other = seeded.say("squeamish talk", chat=GROUP, sender=BEN)
    text = "@FootnoteTestBot thanks"
    seeded.say(text, chat=GROUP, entities=mention(text), reply_to_message=seeded.messages[-100, other])
    seeded.shown(1, GROUP)
    recorded(tmp_path)
    raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"thanks" in raw
    assert b"squeamish" not in raw


# --- inline ---


def test_inline_offers_cited_answers_as_cards(seeded):
    seeded.ask_inline(FLAGSHIP)
    (offer,) = seeded.wait_for("answerInlineQuery")
    first, *others = offer["results"]
    assert 5 <= len(others) <= 9
    content = first["input_message_content"]
    assert first["title"] == "The North Korean issue · paragraph 10"
    assert first["description"].startswith("According to a senior official")
    assert content["message_text"].startswith(f"{FLAGSHIP}\n\nAccording to a senior official")
    assert "paragraph 10 · Konstantin Asmolov, July 03" in content["message_text"]
    assert {entity["type"] for entity in content["entities"]} == {"italic", "bold", "expandable_blockquote"}
    ((button,),) = first["reply_markup"]["inline_keyboard"]
    assert button["url"] == f"https://t.me/FootnoteTestBot?start=p_{passage_of(FLAGSHIP).id}"
    assert (
        len({card["input_message_content"]["message_text"] for card in offer["results"]}) == len(others) + 1
    )


def test_an_empty_inline_query_gets_a_hint_and_small_talk_too(seeded):
    for n, text in enumerate(("", "   ", "hi"), start=1):
        seeded.ask_inline(text)
        offer = seeded.wait_for("answerInlineQuery", n)[-1]
        assert offer["results"] == []
        assert offer["button"] == {"text": phrase("inline hint"), "start_parameter": "inline"}


def test_an_inline_query_that_the_article_does_not_answer_gets_one_card_that_says_so(seeded):
    seeded.ask_inline("What did Putin say?")
    ((card,),) = [offer["results"] for offer in seeded.wait_for("answerInlineQuery")]
    assert card["title"] == "The article does not mention Putin."


def test_inline_queries_as_long_as_telegram_lets_them_be_are_answered(seeded):
    for n, text in enumerate(("why " * 64, "x" * 256, *(text[:256] for text in HOSTILE)), start=1):
        seeded.ask_inline(text)
        seeded.wait_for("answerInlineQuery", n)
    assert seeded.of("sendMessage") == []


# --- hostile ---


FORGED_LINKS = (
    "p_",
    "a_",
    "p_<script>",
    "p_../../etc",
    "a_" + "x" * 62,
    "x" * 64,
    "p_\u202e",
    "_",
    "p_a-1 p_b-2",
)


def test_forged_links_are_answered_plainly(seeded):
    for payload in FORGED_LINKS:
        shown = ask(seeded, f"/start {payload}")
        assert shown["text"].startswith((phrase("gone"), phrase("article gone"), phrase("welcome")))


def test_hostile_questions_are_answered_and_kept(seeded, tmp_path):
    for text in HOSTILE:
        seeded.post(text=text)
    seeded.shown(len(HOSTILE))
    recorded(tmp_path, len(HOSTILE))
    assert all(phrase("sorry") not in message["text"] for message in seeded.shown(len(HOSTILE)))
