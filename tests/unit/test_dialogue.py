"""The chat policy: small talk, questions in other languages, the session that is passed on."""

import pytest

from bot.dialogue import MAX_MESSAGE, MAX_TITLE, MAX_TITLES, MAX_TURNS, Dialogue
from bot.models import Reason, Session
from index.library import Library, seed_article
from index.reading import read_text


@pytest.fixture(name="dialogue", scope="module")
def _dialogue():
    return Dialogue(Library.of([seed_article()]))


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   ",
        "👍",
        "hello there",
        "thanks!",
        "help",
        "who are you?",
        "?!",
        "x" * (MAX_MESSAGE + 1),
        "hi " * 2000,
    ],
)
def test_what_is_no_question_gets_a_short_reply_without_footnotes(dialogue, message):
    reply = dialogue.reply(Session(), message)
    assert reply.answer is None
    assert 0 < len(reply.text) < 400
    assert reply.session == Session()


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("О чём Юн попросил Китай по поводу Северной Кореи?", "на английском языке"),
        ("Que demande le président à la Chine ?", "en anglais"),
        ("Was hat der Präsident von China verlangt?", "auf Englisch"),
        ("¿Qué pidió el presidente a China sobre este tema?", "en inglés"),
        ("总统向中国要求了什么？", "英语"),
    ],
)
def test_a_question_in_another_language_is_told_in_it_which_language_the_articles_are_in(
    dialogue, question, says
):
    reply = dialogue.reply(Session(), question)
    assert reply.answer is None
    assert says in reply.text


def test_names_alone_find_the_passage_in_any_language(dialogue):
    answer = dialogue.reply(Session(), "Qui est le Xing Haiming de cet article ?").answer
    assert "Ambassador" in answer.text_of(answer.quotes[0])


def test_the_same_session_and_message_give_the_same_reply(dialogue):
    first, second = (dialogue.reply(Session(), "What did Yoon ask China?").answer for _ in range(2))
    assert first == second


def test_a_session_keeps_the_last_turns_with_what_they_cited(dialogue):
    session = Session()
    for n in range(MAX_TURNS + 2):
        session = dialogue.reply(session, f"What is Line, {n}?").session
    assert len(session.turns) == MAX_TURNS
    assert session.turns[-1].question == f"What is Line, {MAX_TURNS + 1}?"


def test_a_complete_new_question_is_not_answered_by_the_topic_before(dialogue):
    session = dialogue.reply(Session(), "Who is Lee Jae-yong?").session
    answer = dialogue.reply(session, "What is THAAD?").answer
    assert "THAAD" in answer.text_of(answer.quotes[0])


@pytest.mark.parametrize("question", ["What did Bangladesh say?", "What did Taiwan say?"])
def test_a_state_is_not_read_as_another_whose_full_name_begins_alike(dialogue, question):
    assert dialogue.reply(Session(), question).answer.abstained


def test_us_in_small_letters_is_no_state(dialogue):
    answer = dialogue.reply(Session(), "tell us about the youth exchange").answer
    assert "youth exchange" in answer.text_of(answer.quotes[0])


def test_a_number_is_not_respelt(dialogue):
    assert dialogue.reply(Session(), "Who won the football world cup in 2022?").answer.reason == Reason(
        "not mentioned", ("2022",)
    )


def test_one_article_in_another_language_leaves_the_first_as_it_is():
    russian = "Мост в Твери\n\nВ Твери в пятницу открыли новый мост через Волгу, его строили пять лет."
    both = Dialogue(Library.of([seed_article(), read_text(russian, "bridge.txt")]))
    answer = both.reply(Session(), "What did Yoon ask China about North Korea?").answer
    assert "actively contribute" in answer.text_of(answer.quotes[0])


def test_a_library_without_articles_says_so():
    assert Dialogue(Library.of([])).reply(Session(), "What is THAAD?").answer.reason == Reason("no articles")


def test_a_passage_cited_before_that_is_gone_does_no_harm(dialogue):
    from bot.models import Turn

    session = Session((Turn("What is Line?", ("gone-1",)),))
    assert dialogue.reply(session, "who wrote it?").answer is not None


class TestList:
    def test_which_articles_there_are_is_answered_by_their_titles(self, dialogue):
        reply = dialogue.reply(Session(), "Which articles do you have?")
        (title,) = (entry.title for entry in dialogue.library.entries())
        assert reply.answer is None
        assert reply.text == f"You can ask about:\n• {title}"
        assert reply.session == Session()

    def test_of_many_the_first_titles_are_told_and_long_ones_cut(self):
        many = [read_text(f"{n} {'mill ' * 30}\n\nIt was built.", f"{n}.txt") for n in range(MAX_TITLES + 1)]
        lines = Dialogue(Library.of(many)).reply(Session(), "list the articles").text.splitlines()
        assert len(lines) == MAX_TITLES + 2
        assert lines[-1] == "…"
        assert all(len(line) <= MAX_TITLE + 2 for line in lines)

    def test_where_there_are_none_that_is_told(self):
        none = Dialogue(Library.of([]))
        assert none.reply(Session(), "which articles are there?").text == "There are no articles yet."

    def test_it_is_in_the_language_of_the_reader(self, dialogue):
        assert dialogue.reply(Session(), "list articles", language="fr").text.startswith("Vous pouvez")
