"""What the operator's administrators do in a chat, and what everyone else may not."""

import json
import logging
import threading
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.dialogue import Dialogue
from bot.phrases import phrase
from bot.telegram_app import Operator
from index.fetching import any_address
from index.library import Shelf
from tests.e2e.telegram_bots import process, running
from tests.e2e.telegram_chats import buttons
from tests.e2e.telegram_server import ANN, BEN, GROUP, PRIVATE, Fault

BENS = {"id": 8, "type": "private", "first_name": "Ben"}
TITLE = "The lighthouse of Arkøy is lit again"
TEXT = f"""{TITLE}

By Mette Dahl, May 4, 2021

The lighthouse of Arkøy was lit again on Tuesday after forty years of darkness. The keeper, Jonas Lie,
climbed the ninety steps with a lamp that his grandfather had carried before him.

The council paid two million kroner for the repair. Visitors may climb the tower from June, said the mayor,
and the café at its foot will sell waffles on Sundays all through the summer.

Ships will not need the light, for they find their way by satellite, yet the fishermen of the village had
asked for it at every meeting of the council since the lamp went out.
"""
NEWER = TEXT.replace("two million", "three million")


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "library")


@contextmanager
def administered(server, folder, shelf, **fields):
    """Run a bot whose administrator is Ann."""
    operator = Operator(frozenset({ANN["id"]}), shelf, any_address)
    desk = {"operator": operator, **fields}
    with running(server, folder, Dialogue(shelf.library()), **desk) as ended:
        yield ended


@pytest.fixture
def server(bare_server, tmp_path, shelf):
    """Yield the server with a bot running that Ann administers."""
    with administered(bare_server, tmp_path, shelf):
        yield bare_server


def last(server, count, chat=PRIVATE):
    """Return the last of the messages shown in a chat, once there are so many."""
    return deepcopy(server.shown(count, chat)[-1])


def file(server, raw, name="lighthouse.txt", **fields):
    """Have Ann send a file."""
    server.files["f1"] = raw
    document = {"file_id": "f1", "file_unique_id": "f1", "file_name": name, "file_size": len(raw), **fields}
    return server.post(document=document)


def outcome(server, asked, edits=3):
    """Return what became of an upload, once its message was edited so often."""
    server.wait_for("editMessageText", edits)
    return server.messages[asked["chat"]["id"], asked["message_id"]]["text"]


# --- adding ---


def test_a_file_is_added_in_one_tap_and_can_be_asked_at_once(server):
    file(server, TEXT.encode())
    asked = last(server, 1)
    assert asked["text"] == "Add “lighthouse.txt” to the library?"
    assert buttons(asked) == [["Add", "Cancel"]]
    server.press(asked)
    assert outcome(server, asked) == f"Added: {TITLE} (4 passages)"
    progress = [sent["text"] for sent in server.of("editMessageText")]
    assert progress[:2] == ["Fetching “lighthouse.txt” …", "Adding “lighthouse.txt” …"]
    server.say("Who climbed the ninety steps?")
    assert "Jonas Lie" in last(server, 2)["text"]


def test_examples_are_offered_only_to_the_article_that_they_are_about(server, shelf):
    file(server, TEXT.encode())
    server.press(last(server, 1))
    outcome(server, last(server, 1))
    shelf.remove(shelf.library().entries()[0].id)
    server.say("/start")
    shown = last(server, 2)
    assert shown["text"] == f"{phrase('welcome')}\n\n{phrase('there are')}\n• {TITLE}"
    assert buttons(shown) == []


def test_inline_cards_are_those_of_the_articles_that_there_are(server):
    question = "Who climbed the ninety steps with a lamp?"
    server.ask_inline(question)
    server.wait_for("answerInlineQuery", 1)
    file(server, TEXT.encode())
    server.press(last(server, 1))
    outcome(server, last(server, 1))
    server.ask_inline(question)
    before, after = (offer["results"] for offer in server.wait_for("answerInlineQuery", 2))
    assert "Jonas Lie" not in before[0]["description"]
    assert "Jonas Lie" in after[0]["description"]


def test_nothing_is_added_where_it_is_cancelled(server, shelf):
    file(server, TEXT.encode())
    asked = last(server, 1)
    server.press(asked, 0, 1)
    assert outcome(server, asked, 1) == phrase("cancelled")
    assert shelf.library().article_count == 1


def test_a_file_once_more_is_unchanged_and_a_newer_one_replaces_it(server):
    for n, (text, told) in enumerate(
        ((TEXT, "Added"), (TEXT, "Already there"), (NEWER, "Replaced")), start=1
    ):
        file(server, text.encode())
        asked = last(server, n)
        server.press(asked)
        assert outcome(server, asked, 3 * n).startswith(f"{told}: {TITLE}")


def test_a_button_to_a_passage_that_has_changed_since_says_so(server, shelf):
    for text in (TEXT, NEWER):
        file(server, text.encode())
        count = len(server.shown(0)) + 1
        asked = last(server, count)
        server.press(asked)
        outcome(server, asked, 3 if text is TEXT else 6)
        if text is TEXT:
            server.say("How much did the council pay for the repair of the lighthouse?")
            answer = last(server, 2)
            assert "two million kroner" in answer["text"]
    server.press(answer)
    assert server.wait_for("answerCallbackQuery", 3)[-1]["text"] == phrase("changed")
    old = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"].rpartition(":")[2]
    server.say(f"/start p_{old}")
    assert last(server, 4)["text"] == phrase("changed")
    assert shelf.library().article_count == 2


def test_a_long_text_is_taken_for_an_article_and_can_be_a_question_all_the_same(server):
    server.say(TEXT)
    asked = last(server, 1)
    assert asked["text"] == f"Add “{TITLE}” to the library?"
    assert buttons(asked) == [["Add", "No, it is a question"]]
    server.press(asked, 0, 1)
    assert last(server, 2)["text"] != asked["text"]
    server.press(asked)
    assert outcome(server, asked).startswith(f"Added: {TITLE}")


def test_a_question_is_answered_though_an_administrator_asks_it(server):
    server.say("What did Yoon ask China about North Korea?")
    assert last(server, 1)["text"].startswith("According to a senior official")


def test_a_forwarded_text_need_not_be_long(server):
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    server.say(TEXT[:300], forward_origin=origin)
    assert last(server, 1)["text"].startswith("Add “")


def test_a_forwarded_picture_has_its_article_below(server):
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    picture = {"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}
    server.post(photo=[picture], caption=TEXT, forward_origin=origin)
    asked = last(server, 1)
    assert buttons(asked) == [["Add", "Cancel"]]
    server.press(asked)
    assert outcome(server, asked) == f"Added: {TITLE} (4 passages)"


# --- a text in several messages ---


LONG = TEXT + "\n" + "\n\n".join(
    f"On day {n} the keeper wrote into his log that the lamp had burnt from dusk to dawn, that {n} ships had "
    "passed, and that the wind had come from the west; of the café he wrote nothing at all."
    for n in range(1, 60)
)  # fmt: skip


def in_parts(text, most=4096):
    """Return a text as a client cuts it: behind a paragraph in the second half of what fits, trimmed."""
    parts = []
    while len(text) > most:
        end = text.rfind("\n\n", most // 2, most)
        end = most if end < 0 else end
        parts.append(text[:end].strip())
        text = text[end:].strip()
    return [*parts, text]


def test_a_text_that_telegram_sends_in_parts_is_offered_once_and_is_one_article(server, shelf):
    assert len(in_parts(LONG)) == 3
    for part in in_parts(LONG):
        server.say(part, date=1_700_000_000)
    server.wait_for("editMessageText", 2)
    asked = last(server, 1)
    assert asked["text"] == f"Add “{TITLE}” to the library? It came in 3 messages."
    assert buttons(asked) == [["Add", "Cancel"]]
    server.press(asked)
    assert outcome(server, asked, 5).startswith(f"Added: {TITLE}")
    library = shelf.library()
    assert library.article(library.entries()[1].id).text == LONG.strip()
    assert len(server.shown(1)) == 1


def test_forwarded_parts_are_one_article_and_the_last_may_be_short(server):
    origin = {"type": "hidden_user", "date": 1_600_000_000, "sender_user_name": "x"}
    server.say("x" * 3000 + ".", date=1, forward_origin=origin)
    server.say("The end.", date=2, forward_origin={**origin, "date": 1_600_000_001})
    server.wait_for("editMessageText")
    assert "It came in 2 messages." in last(server, 1)["text"]


@pytest.mark.parametrize(
    ("first", "second", "fields"),
    [
        (TEXT, TEXT, {}),  # the first is not nearly full
        (LONG[:4000], TEXT, {"date": 1_700_000_003}),
        (LONG[:4000], TEXT, {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}}),
    ],
    ids=["short", "late", "of another origin"],
)
def test_what_does_not_go_on_with_a_text_is_offered_by_itself(server, first, second, fields):
    server.say(first, date=1_700_000_000)
    server.say(second, **{"date": 1_700_000_000, **fields})
    assert last(server, 2)["text"] == f"Add “{TITLE}” to the library?"


def test_a_command_right_after_a_long_text_is_no_part_of_it(server):
    server.say(LONG[:4000], date=1_700_000_000)
    server.say("/help", date=1_700_000_000)
    assert last(server, 2)["text"] == phrase("telegram help")


def test_posts_that_were_written_apart_are_articles_of_their_own(server):
    for n, post in enumerate((LONG[:3000], NEWER), start=1):
        origin = {"type": "hidden_user", "date": 1_600_000_000 + 900 * n, "sender_user_name": "x"}
        server.say(post, date=1_700_000_000, forward_origin=origin)
    assert last(server, 2)["text"] == f"Add “{TITLE}” to the library?"


def test_a_word_or_a_sentence_that_the_cut_has_parted_is_whole_again(server, shelf):
    whole = (
        TEXT + "\nThe " + "very " * 700 + "long end of it, said the mayor. " + "word" * 1100 + " and so on."
    )
    cut = whole.index("long end")
    for part in (whole[:cut], whole[cut : cut + 4096], whole[cut + 4096 :]):
        server.say(part.strip(), date=1_700_000_000)
    server.wait_for("editMessageText", 2)
    server.press(last(server, 1))
    outcome(server, last(server, 1), 5)
    library = shelf.library()
    assert library.article(library.entries()[1].id).text == whole


def test_parts_that_a_restart_has_forgotten_have_to_be_sent_again(bare_server, tmp_path, shelf):
    with administered(bare_server, tmp_path, shelf):
        for part in in_parts(LONG):
            bare_server.say(part, date=1_700_000_000)
        bare_server.wait_for("editMessageText", 2)
    with administered(bare_server, tmp_path, shelf):
        bare_server.press(last(bare_server, 1))
        assert bare_server.wait_for("answerCallbackQuery")[0]["text"] == phrase("upload gone")
    assert shelf.library().article_count == 1


@pytest.mark.parametrize("column", [0, 1], ids=["add", "ask"])
def test_a_button_pressed_twice_does_once_what_it_does_and_says_nothing_the_second_time(server, column):
    server.say(TEXT)
    asked = last(server, 1)
    server.press(asked, 0, column)
    server.press(asked, 0, column)
    told = server.wait_for("answerCallbackQuery", 2)
    assert [press.get("text") for press in told] == [None, None]
    server.say("thanks")
    shown = [message["text"] for message in server.shown(2 + column)]
    assert shown[-1] == phrase("thanks")
    assert len(shown) == 2 + column
    assert column or shown[0].startswith("Added: ")


def test_a_link_is_read(server):
    page = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>" + "".join(
        f"<p>{paragraph}</p>" for paragraph in TEXT.split("\n\n")[2:]
    )
    with site(page.encode()) as address:
        server.say(address)
        asked = last(server, 1)
        assert buttons(asked) == [["Add", "Cancel"]]
        server.press(asked)
        assert outcome(server, asked).startswith(f"Added: {TITLE}")
    server.say("Who climbed the ninety steps?")
    answer = last(server, 2)
    server.press(answer)
    server.wait_for("editMessageText", 4)
    assert buttons(server.messages[7, answer["message_id"]])[-1] == [
        "↩ Back to the answer"
    ]  # no public address


@contextmanager
def site(raw):
    """Serve a page on loopback; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/lighthouse.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_address_of_this_machine_is_refused_by_default(bare_server, tmp_path, shelf):
    operator = Operator(frozenset({ANN["id"]}), shelf)
    with running(bare_server, tmp_path, Dialogue(shelf.library()), operator=operator):
        bare_server.say("http://127.0.0.1:9/secret")
        asked = last(bare_server, 1)
        bare_server.press(asked)
        assert outcome(bare_server, asked).startswith("http://127.0.0.1:9/secret: ")
    assert shelf.library().article_count == 1


def test_what_cannot_be_read_is_told_in_a_line_and_the_rest_is_added(server):
    lines = [
        json.dumps({"article_id": "a", "title": "A tower", "text": TEXT.partition("\n\n")[2]}),
        "no json",
        json.dumps({"article_id": "b", "title": "B tower", "text": NEWER.partition("\n\n")[2]}),
    ]
    file(server, "\n".join(lines).encode(), "articles.jsonl")
    asked = last(server, 1)
    server.press(asked)
    told = outcome(server, asked).splitlines()
    assert [line.partition(" (")[0] for line in told[:2]] == ["Added: A tower", "Added: B tower"]
    assert told[2].startswith("articles.jsonl, line 2: ")
    file(server, b"%PDF-1.7 nonsense", "broken.pdf")
    asked = last(server, 2)
    server.press(asked)
    assert outcome(server, asked, 6).startswith("broken.pdf: ")


def test_what_is_wrong_is_told_in_the_administrators_language(server):
    file(server, b"")
    server.press(last(server, 1), sender={**ANN, "language_code": "ru"})
    told = outcome(server, last(server, 1), 3)
    assert told == "lighthouse.txt: файл пуст; спрашивать не о чем."


def test_a_file_with_a_very_long_name_is_shown_short_and_read_by_its_end(server):
    file(server, b"# Tower\n\n" + TEXT.encode(), "x" * 150 + ".md")
    asked = last(server, 1)
    assert len(asked["text"]) < 150
    server.press(asked)
    assert outcome(server, asked).startswith("Added: Tower (")


def test_a_file_that_is_too_large_is_told_before_it_is_fetched(server):
    file(server, b"", file_size=21_000_000)
    assert last(server, 1)["text"] == phrase("upload too large", name="lighthouse.txt", limit=20)
    assert server.of("getFile") == []


def test_a_file_that_cannot_be_fetched_can_be_tried_again(server):
    server.fail("getFile", Fault(500, "Internal Server Error"))
    file(server, TEXT.encode())
    asked = last(server, 1)
    server.press(asked)
    assert outcome(server, asked, 2) == phrase("download failed", name="lighthouse.txt")
    server.press(last(server, 1))
    assert outcome(server, asked, 5).startswith("Added: ")


def test_an_upload_whose_message_is_gone_is_told_so(server):
    file(server, TEXT.encode())
    asked = last(server, 1)
    del asked["reply_to_message"]
    server.press(asked)
    assert server.wait_for("answerCallbackQuery")[0]["text"] == phrase("upload gone")


def test_the_command_takes_its_administrators_from_the_settings(bare_server, tmp_path, shelf):
    bare_server.files["f1"] = TEXT.encode()
    base_file_url = bare_server.base_file_url
    with process(bare_server, tmp_path, ADMINS="7, 9", TELEGRAM_BASE_FILE_URL=base_file_url):
        file(bare_server, TEXT.encode())
        bare_server.press(deepcopy(bare_server.shown(1, timeout_s=15)[0]))
        assert outcome(bare_server, bare_server.shown(1)[0]).startswith("Added: ")
    assert [entry.title for entry in shelf.library().entries()][1:] == [TITLE]


def test_a_damaged_state_is_told_in_one_plain_line(bare_server, tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "telegram.sqlite").write_bytes(b"no database" * 1000)
    with process(bare_server, tmp_path) as bot:
        log = bot.stderr.read()
        assert bot.wait(timeout=10) == 1
    assert log.count("\n") == 1
    assert "telegram.sqlite: it is damaged" in log


# --- removing and counting ---


def test_an_article_is_removed_once_it_is_confirmed(server, shelf):
    server.say("/remove")
    shown = last(server, 1)
    assert shown["text"].startswith("1 article\n\n1. The China-Japan-ROK")
    server.press(shown)
    server.wait_for("editMessageText")
    confirm = last(server, 1)
    assert confirm["text"].startswith("Remove “The China-Japan-ROK")
    server.press(confirm)
    assert outcome(server, shown, 2).startswith("Removed: The China-Japan-ROK")
    assert shelf.library().article_count == 0
    server.say("/remove")
    assert last(server, 2)["text"] == phrase("articles none")
    server.say("What did Yoon ask China?")
    assert last(server, 3)["text"] == phrase("articles none")
    server.say("/start")
    assert last(server, 4)["text"] == f"{phrase('welcome')}\n\n{phrase('articles none')}"


def test_a_removal_pressed_twice_says_that_the_article_is_gone_and_still_shows_that_it_was_removed(server):
    server.say("/remove")
    shown = last(server, 1)
    server.press(shown)
    server.wait_for("editMessageText")
    confirm = last(server, 1)
    server.press(confirm)
    server.press(confirm)
    alert = server.wait_for("answerCallbackQuery", 3)[-1]
    assert (alert["text"], alert["show_alert"]) == (phrase("article gone"), True)
    assert outcome(server, shown, 2).startswith("Removed: ")


def test_a_removal_can_be_cancelled(server, shelf):
    server.say("/remove")
    shown = last(server, 1)
    server.press(shown)
    server.wait_for("editMessageText")
    server.press(last(server, 1), 0, 1)
    assert outcome(server, shown, 2) == phrase("cancelled")
    assert shelf.library().article_count == 1


def test_stats_count_users_questions_abstentions_thumbs_and_the_library(server):
    server.say("What did Yoon ask China about North Korea?")
    server.say("What did Putin say?", chat=BENS, sender=BEN)
    server.shown(1, BENS)
    server.press(last(server, 1), 1, 1)
    server.wait_for("answerCallbackQuery")
    server.say("/stats")
    lines = last(server, 2)["text"].splitlines()
    assert lines[:4] == ["Users: 2", "Questions: 2", "Abstentions: 1", "Thumbs: 👍 1  👎 0"]
    assert lines[4].startswith("Latency: p50 ")
    assert lines[5].startswith("Library: 1 article, ")


def test_administrators_have_their_commands_in_their_menu(bare_server, tmp_path, shelf):
    bare_server.say("/start")
    with administered(bare_server, tmp_path, shelf):
        menus = bare_server.wait_for("setMyCommands", 15)
    own = [menu for menu in menus if menu["scope"] == {"type": "chat", "chat_id": ANN["id"]}]
    assert len(own) == 5
    assert {"stats", "remove"} <= {command["command"] for command in own[0]["commands"]}


# --- everyone else ---


def test_everyone_else_gets_a_polite_no_and_the_attempt_is_logged(server, caplog):
    caplog.set_level(logging.WARNING)
    for n, command in enumerate(("/stats", "/remove"), start=1):
        server.say(command, chat=BENS, sender=BEN)
        assert last(server, n, BENS)["text"] == phrase("admins only")
    document = {"file_id": "f1", "file_unique_id": "f1", "file_name": "x.txt", "file_size": 3}
    server.post(document=document, chat=BENS, sender=BEN)
    assert last(server, 3, BENS)["text"] == phrase("admins only")
    assert caplog.text.count("User 8, who is no administrator, was refused.") == 3


def test_forged_presses_change_nothing(server, shelf):
    article_id = shelf.library().entries()[0].id
    server.say("thanks", chat=BENS, sender=BEN)
    shown = last(server, 1, BENS)
    shown["reply_to_message"] = {**shown, "text": TEXT}
    for n, data in enumerate(
        ("n:add", "n:ask", "r:0", f"r:{article_id}:ask", f"r:{article_id}:yes"), start=1
    ):
        shown["reply_markup"] = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
        server.press(shown, sender=BEN)
        assert server.wait_for("answerCallbackQuery", n)[-1]["text"] == phrase("admins only")
    assert shelf.library().article_count == 1


def test_without_administrators_nobody_adds_anything(bare_server, tmp_path, shelf):
    with running(bare_server, tmp_path, Dialogue(shelf.library())):
        bare_server.say("/stats")
        assert last(bare_server, 1)["text"] == phrase("telegram help")
        file(bare_server, TEXT.encode())
        assert last(bare_server, 2)["text"] == phrase("text only")


# --- the allow-list of chats ---


@pytest.fixture
def private(bare_server, tmp_path, shelf):
    """Yield the server with a bot that answers in one group only."""
    with administered(bare_server, tmp_path, shelf, allowed_chats=frozenset({GROUP["id"]})):
        yield bare_server


def test_in_other_chats_it_says_once_that_it_does_not_answer_there(private):
    other = {**GROUP, "id": -101}
    for _ in range(3):
        private.say("thanks", chat=BENS, sender=BEN)
        private.say("/help", chat=other, sender=BEN)
    private.ask_inline("What did Yoon ask China?", sender=BEN)
    assert private.wait_for("answerInlineQuery")[0]["results"] == []
    private.say("/help", chat=GROUP)
    assert last(private, 1, GROUP)["text"] == phrase("telegram help")
    assert [message["text"] for message in private.shown(1, BENS)] == [phrase("private bot")]
    assert private.shown(0, other) == []


def test_administrators_are_answered_in_private_all_the_same(private):
    private.say("thanks")
    assert last(private, 1)["text"] == phrase("thanks")
    private.ask_inline("What did Yoon ask China about North Korea?")
    assert private.wait_for("answerInlineQuery")[0]["results"] != []
