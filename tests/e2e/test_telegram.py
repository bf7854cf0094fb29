"""The real Application and handlers, over real HTTP to a strict Bot API server on loopback."""

import time
from pathlib import Path

import pytest

from bot.models import Answer, Footnote, Note, Query, Quote, Reason, Reply, Session, Turn
from bot.phrases import phrase
from bot.state import State
from index.library import Library, seed_article
from index.models import Span
from index.splitter import split_article
from index.tables import table
from tests.e2e.telegram_bots import running
from tests.e2e.telegram_chats import mention, words
from tests.e2e.telegram_server import ANN, BEN, BOT, GROUP, PRIVATE

ROOT = Path(__file__).parents[2]
BENS = {"id": 8, "type": "private", "first_name": "Ben"}
HOSTILE = ("<b>&amp;*_[x](y)`", "\u202eשלום\u200b", "👨‍👩‍👧‍👦" * 300, "x" * 4096, "\ud800")
FLAGSHIP = "What did Yoon ask China about North Korea?"


class CannedDialogue:
    """Answers the flagship question from the seed article, knows nothing of Putin, and echoes the rest."""

    def __init__(self):
        self.article = seed_article()
        self.library = Library.of([self.article])
        self.passages = split_article(self.article)

    def reply(self, session, message, *_, **__):
        turned = Session((*session.turns, Turn(message)))
        if "boom" in message:
            raise ValueError(message)
        if message == "recall":
            return Reply(
                session, message, text="|".join(turn.question for turn in session.turns) or "nothing"
            )
        if "North Korea" in message:
            return Reply(turned, message, answer=self.flagship())
        if "Putin" in message:
            return Reply(turned, message, answer=self.silence())
        return Reply(turned, message, text=f"You asked: {message}")

    def footnote(self, words):
        passage = next(passage for passage in self.passages if words in passage.text)
        return Footnote(1, self.article, passage, 9.0)

    def span(self, words):
        start = self.article.text.index(words)
        return Span(start, start + len(words))

    def flagship(self):
        note = self.footnote("Yoon requested China")
        sentence = Span(note.passage.body_start, self.span("with Russia. South").end - len(" South"))
        bold = self.span("“actively contribute to promoting peace”")
        query = Query(FLAGSHIP, "en", "what", (), notes=(Note("read as", "NK", "North Korea"),))
        return Answer(query, (Quote(1, sentence, (bold,)),), (note,), 0.9, ())

    def silence(self):
        query = Query("?", "en", "what", ())
        nearest = self.footnote("Konstantin Asmolov, July 03")
        return Answer(query, (), (), 0.1, (), reason=Reason("not mentioned", ("Putin",)), nearest=nearest)


@pytest.fixture
def bot(bare_server, tmp_path):
    """Yield the future of the end of a bot that runs."""
    with running(bare_server, tmp_path, CannedDialogue()) as ended:
        yield ended


@pytest.fixture
def state(tmp_path):
    with State(tmp_path / "telegram.sqlite", 30) as state:
        yield state


@pytest.fixture
def server(bare_server, bot):  # noqa: ARG001
    """Yield the server with a bot running."""
    return bare_server


# --- commands and buttons ---


def test_start_says_what_can_be_asked_and_offers_three_examples(server):
    server.say("/start")
    (shown,) = server.shown(1)
    rows = shown["reply_markup"]["inline_keyboard"]
    assert shown["text"].startswith("Ask me about the articles")
    assert [row[0]["text"] for row in rows] == table("examples")["questions"]
    assert len(rows) == 3
    assert FLAGSHIP in [row[0]["text"] for row in rows]


def test_pressing_an_example_asks_it_and_shows_the_question(server):
    server.say("/start")
    (start,) = server.shown(1)
    server.press(start)
    _, shown = server.shown(2)
    assert len(server.of("answerCallbackQuery")) == 1
    assert words(shown, "italic") == [FLAGSHIP, "(NK read as North Korea)"]
    assert words(shown, "bold") == ["“actively contribute to promoting peace”"]


def test_a_press_is_remembered_in_the_conversation(server):
    server.say("/start")
    server.press(server.shown(1)[0])
    server.say("recall")
    assert server.shown(3)[2]["text"] == FLAGSHIP


def test_a_button_of_another_version_says_so(server):
    server.say("/start")
    (start,) = server.shown(1)
    for data in ("ask:7", "open:1", "", "ask:٣"):
        server.press(start, data=data)
    assert all("too old" in answer["text"] for answer in server.wait_for("answerCallbackQuery", 4))
    assert server.shown(1) == [start]


def test_a_button_on_a_message_too_old_for_telegram_to_show_still_asks(server):
    server.say("/start")
    (start,) = server.shown(1)
    server.press({**start, "date": 0})
    assert words(server.shown(2)[1], "italic")[0] == FLAGSHIP


def test_help_and_unknown_commands_say_how_to_ask(server):
    for command in ("/help", "/help@FootnoteTestBot", "/nonsense"):
        server.say(command)
    assert [message["text"] for message in server.shown(3)] == [phrase("telegram help")] * 3


def test_commands_are_registered_for_the_menu(server):
    menus = server.wait_for("setMyCommands", 10)
    private = ["start", "articles", "new", "why", "help", "privacy", "forget"]
    seen = {(menu["scope"]["type"], menu.get("language_code", "")): menu["commands"] for menu in menus}
    languages = ("", "fr", "de", "es", "ru")
    for scope, names in (("all_private_chats", private), ("all_group_chats", private[1:])):
        assert all([c["command"] for c in seen[scope, code]] == names for code in languages)
    assert seen["all_private_chats", "ru"][1]["description"] == phrase("menu articles", "ru")


# --- answers ---


def test_an_answer_has_its_words_in_bold_and_its_passage_in_an_expandable_block_quote(server):
    server.say(FLAGSHIP)
    (shown,) = server.shown(1)
    dialogue = CannedDialogue()
    passage = dialogue.footnote("Yoon requested China").passage
    sentence = passage.text[len("The North Korean issue. ") : passage.text.index(" South Korea also")]
    assert shown["text"] == (
        "(NK read as North Korea)\n"
        f"{sentence} [1]\n\n"
        "[1] The China-Japan-ROK trilateral summit on May 26-27 in Seoul. Part two: the bilateral meetings › "
        f"{' › '.join(passage.section)} · paragraph {passage.paragraph} · Konstantin Asmolov, July 03\n"
        f"{passage.text}"
    )
    assert words(shown, "italic") == ["(NK read as North Korea)"]
    assert words(shown, "bold") == ["“actively contribute to promoting peace”"]
    assert words(shown, "expandable_blockquote") == [passage.text]


def test_an_abstention_gives_its_reason_and_the_nearest_passage(server):
    server.say("What did Putin say?")
    (shown,) = server.shown(1)
    title = CannedDialogue().article.title
    place = f"{title} · title and byline · Konstantin Asmolov, July 03"
    start = f"The article does not mention Putin.\n\nNearest passage: {place}\n"
    assert shown["text"].startswith(start)
    assert words(shown, "expandable_blockquote") == [f"{title}\n\nKonstantin Asmolov, July 03"]


def test_messages_have_no_link_preview_no_markup_and_in_private_quote_nothing(server):
    server.say("hello")
    (sent,) = server.wait_for("sendMessage")
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert not sent.keys() & {"parse_mode", "reply_parameters", "message_thread_id"}


def test_hostile_text_is_answered(server):
    for text in HOSTILE:
        server.say(text)
    for text, message in zip(HOSTILE, server.shown(len(HOSTILE)), strict=True):
        assert message["text"].startswith(f"You asked: {text[:1000]}".replace("\ud800", "\ufffd"))


def test_a_conversation_keeps_its_turns(server):
    server.say("one")
    server.say("two")
    server.say("recall")
    assert server.shown(3)[2]["text"] == "one|two"


# --- edited questions ---


def test_an_edited_question_edits_its_answer(server):
    question = server.say("one")
    server.shown(1)
    server.edit(question, FLAGSHIP)
    (edited,) = server.wait_for("editMessageText")
    assert len(server.of("sendMessage")) == 1
    assert edited["message_id"] == server.shown(1)[0]["message_id"]
    assert [entity["type"] for entity in edited["entities"]] == ["italic", "bold", "expandable_blockquote"]


def test_an_edited_question_takes_the_place_of_the_first_in_the_conversation(server):
    question = server.say("one")
    server.shown(1)
    server.edit(question, "two")
    server.say("recall")
    assert server.shown(2)[1]["text"] == "two"


def test_an_edit_further_back_leaves_the_subject(server):
    question = server.say("one")
    server.say("two")
    server.shown(2)
    server.edit(question, "uno")
    server.say("recall")
    assert server.shown(3)[2]["text"] == "one|two"


def test_an_edit_that_changes_nothing_is_passed_over(server):
    question = server.say("one")
    server.shown(1)
    server.edit(question, "one")
    server.wait_for("editMessageText")
    server.say("two")
    assert [message["text"] for message in server.shown(2)] == ["You asked: one", "You asked: two"]


def test_an_edited_message_that_is_unknown_is_answered_anew(server):
    question = server.post(photo=[{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}])
    server.shown(1)
    server.edit(question, "one")
    assert server.shown(2)[1]["text"] == "You asked: one"


def test_an_edited_question_whose_answer_was_deleted_is_answered_anew(server):
    question = server.say("one")
    (answer,) = server.shown(1)
    del server.messages[7, answer["message_id"]]
    server.edit(question, "two")
    assert server.shown(1)[0]["text"] == "You asked: two"


# --- groups ---


def test_in_a_group_only_mentions_and_replies_are_answered_in_reply(server):
    server.say("Who asks?", chat=GROUP)
    other = "@FootnoteTestBotX what?"
    server.say(other, chat=GROUP, entities=mention(other, "@FootnoteTestBotX"))
    text = "😀 please @footnotetestBOT what was asked?"
    mentioned = server.say(text, chat=GROUP, entities=mention(text, "@footnotetestBOT"))
    (first,) = server.shown(1, GROUP)
    replied = server.say("And then?", chat=GROUP, reply_to_message=first)
    assert [message["text"] for message in server.shown(2, GROUP)] == [
        "You asked: 😀 please  what was asked?",
        "You asked: And then?",
    ]
    parameters = [sent["reply_parameters"] for sent in server.of("sendMessage")]
    assert [quoted["message_id"] for quoted in parameters] == [mentioned, replied]
    assert all(quoted["allow_sending_without_reply"] for quoted in parameters)


def test_a_mention_at_the_beginning_leaves_no_comma(server):
    text = "@FootnoteTestBot, what was asked?"
    server.say(text, chat=GROUP, entities=mention(text))
    assert server.shown(1, GROUP)[0]["text"] == "You asked: what was asked?"


def test_in_a_group_commands_are_answered(server):
    server.say("/help@FootnoteTestBot", chat=GROUP)
    assert server.shown(1, GROUP)[0]["text"] == phrase("telegram help")


def test_a_topic_is_kept_and_its_creation_by_the_bot_is_no_message_of_it(server):
    created = {"message_id": 3, "date": 0, "chat": GROUP, "from": BOT}
    created["forum_topic_created"] = {"name": "Topic", "icon_color": 1}
    topic = {"message_thread_id": 3, "is_topic_message": True, "reply_to_message": created}
    server.say("Not for the bot", chat=GROUP, **topic)
    text = "@FootnoteTestBot one"
    server.say(text, chat=GROUP, entities=mention(text), **topic)
    (shown,) = server.shown(1, GROUP)
    assert (shown["text"], shown["message_thread_id"]) == ("You asked: one", 3)


def test_in_a_group_everyone_has_a_conversation_of_their_own(server):
    for sender, text in [(ANN, "@FootnoteTestBot one"), (BEN, "@FootnoteTestBot recall")]:
        server.say(text, chat=GROUP, sender=sender, entities=mention(text))
    assert server.shown(2, GROUP)[1]["text"] == "nothing"


def test_an_edit_that_adds_the_mention_is_answered_and_one_that_drops_it_edits(server):
    question = server.say("one", chat=GROUP)
    text = "@FootnoteTestBot one"
    server.messages[-100, question]["entities"] = mention(text)
    server.edit(question, text, chat=GROUP)
    server.shown(1, GROUP)
    del server.messages[-100, question]["entities"]
    server.edit(question, "two", chat=GROUP)
    assert server.wait_for("editMessageText")[0]["text"] == "You asked: two"


def test_an_answer_chosen_in_inline_mode_is_no_question(server):
    server.say("one, answered", via_bot=BOT)
    server.say("two")
    assert server.shown(1)[0]["text"] == "You asked: two"


def test_other_bots_in_a_group_are_not_answered(server):
    text = "@FootnoteTestBot one"
    server.say(text, chat=GROUP, sender={**BEN, "is_bot": True}, entities=mention(text))
    server.say(text, chat=GROUP, entities=mention(text))
    server.shown(1, GROUP)
    assert len(server.of("sendMessage")) == 1


# --- what is no question ---

FILE = {"file_id": "f", "file_unique_id": "u"}
MEDIA = [
    {"photo": [{**FILE, "width": 1, "height": 1}], "caption": FLAGSHIP},
    {
        "sticker": {
            **FILE,
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        }
    },
    {"voice": {**FILE, "duration": 1}},
    {"document": FILE},
    {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    {"location": {"latitude": 1.0, "longitude": 1.0}},
    {"contact": {"phone_number": "1", "first_name": "A"}},
    {"dice": {"emoji": "🎲", "value": 1}},
]


def test_media_in_private_gets_a_short_plain_reply_and_in_a_group_none(server):
    for content in MEDIA:
        server.post(chat=GROUP, **content)
        server.post(**content)
    shown = server.shown(len(MEDIA))
    assert all(message["text"].startswith("I read text only.") for message in shown)
    assert len(server.of("sendMessage")) == len(MEDIA)


def test_an_album_gets_one_reply(server):
    for _ in range(3):
        server.post(media_group_id="a1", photo=[{**FILE, "width": 1, "height": 1}])
    server.say("one")
    assert len(server.shown(2)) == 2
    assert len(server.of("sendMessage")) == 2


def test_everything_else_is_ignored(server):
    message = {"message_id": 9, "date": 0, "chat": PRIVATE, "from": ANN, "text": FLAGSHIP}
    channel = {**message, "chat": {"id": -5, "type": "channel", "title": "C"}}
    no = ("is_closed", "is_anonymous", "allows_multiple_answers", "allows_revoting", "members_only")
    poll = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "type": "regular"}
    poll |= dict.fromkeys(no, False)
    member = {"user": BOT, "status": "member"}
    server.update(channel_post=channel)
    server.update(edited_channel_post=channel)
    server.update(business_message={**message, "business_connection_id": "b"})
    server.update(edited_business_message={**message, "business_connection_id": "b"})
    server.update(guest_message={**message, "guest_query_id": "g"})
    server.update(poll=poll)
    change = {"old_chat_member": member, "new_chat_member": member}
    server.update(my_chat_member={"chat": GROUP, "from": ANN, "date": 0, **change})
    server.update(something_new={"id": 1})
    server.post(chat=GROUP, new_chat_members=[BOT])
    server.post(chat=GROUP, pinned_message=message)
    server.post(poll=poll)
    server.post(something_new={"id": 1})
    server.post(text="edited caption", chat=GROUP)
    now = int(time.time())
    server.update(edited_message={**message, "text": None, "caption": "one", "edit_date": now})
    server.say("one")
    assert [shown["text"] for shown in server.shown(1)] == ["You asked: one"]
    assert len(server.of("sendMessage")) == 1


def test_only_what_is_handled_is_asked_for(server):
    (poll, *_) = server.wait_for("getUpdates")
    assert poll["allowed_updates"] == ["message", "edited_message", "callback_query", "inline_query"]


# --- failures ---


def test_a_failing_handler_says_sorry_and_does_not_end_the_bot(server):
    server.say("boom")
    server.say("one")
    assert [message["text"] for message in server.shown(2)] == [phrase("sorry"), "You asked: one"]
