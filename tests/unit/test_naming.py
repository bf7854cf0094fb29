"""Articles that a question names."""

import time

import pytest

from bot.answering import answer
from bot.models import Session, Turn
from bot.naming import MOST, SEVERAL, Naming, read_naming, without_frame
from bot.question import understand
from index.library import Library
from index.reading import read_text

MILL = """The mill of Osterby

By Ada Wren, 14 March 2022

The mill was built of granite in 1850 by the farmers of Lindholm and by nobody else.

Mayor Brown closed the bridge at noon because the ice had cracked it, and the carter paid for the repair.

The bridge was opened again in May, as the carter had promised, and the miller read about it in Visby.
"""
FAIR = """A fair without horses

By Ben Stone and Cleo Marsh, 27.09.2021

The fair drew nine hundred people, and the town council paid for the music on both of the days.

The dancers came from Tegirmen by boat, which took them eleven hours.

The dancers went home by train. The dancers of the town had stayed away.

Nobody danced longer than the dancers from the marsh, said the mayor.
"""
FERRY = """Why the ferry is late

By Ben Stone, 3 March 2021

The ferry was late because the harbour was full of ice, and the harbour master paid a fine of ten crowns.
"""
ARTICLES = [read_text(text, f"{n}.txt") for n, text in enumerate((MILL, FAIR, FERRY))]
MILL_ID, FAIR_ID, FERRY_ID = (article.id for article in ARTICLES)
LIBRARY = Library.of(ARTICLES)


def named(question, session=Session(), library=LIBRARY):  # noqa: B008 -- frozen
    return read_naming(question, session, library)


def ask(question, session=Session()):  # noqa: B008 -- frozen
    query = understand(question, session, LIBRARY)
    return answer(query, session, LIBRARY, most=3, always=True)


def cited(question):
    """Return the title of the first article cited in the answer to a question."""
    return ask(question).footnotes[0].article.title


@pytest.mark.parametrize(
    ("question", "rest", "article_id"),
    [
        ("according to the mill article, who paid?", "according to the article, who paid?", MILL_ID),
        ("In the Osterby article, who paid?", "In the article, who paid?", MILL_ID),
        ("What does the ferry story say about ice?", "What does the article say about ice?", FERRY_ID),
        ("did ferry article say who paid", "did the article say who paid", FERRY_ID),
        ("Who paid, in the article about the mill?", "Who paid, in the article?", MILL_ID),
        ("in the piece on horses who paid?", "in the article who paid?", FAIR_ID),
        ("in the article about the mill in May", "in the article in May", MILL_ID),
        ("who wrote the mill article?", "who wrote the article?", MILL_ID),
        ("what does Wren's article say of ice", "what does the article say of ice", MILL_ID),
        ("Who paid in the article by Cleo Marsh?", "Who paid in the article?", FAIR_ID),
        ("When was the article by Ada Wren published?", "When was the article published?", MILL_ID),
        ("What does the article of 27 September 2021 say?", "What does the article say?", FAIR_ID),
        ("in the article published on March 14, 2022, who paid", "in the article, who paid", MILL_ID),
        ("who paid in the 2022 article?", "who paid in the article?", MILL_ID),
        ("who paid in the article from March 2021?", "who paid in the article?", FERRY_ID),
    ],
)
def test_an_article_is_named_by_words_of_its_title_by_its_author_or_its_date(question, rest, article_id):
    assert named(question) == Naming(rest, (article_id,))


@pytest.mark.parametrize(
    ("question", "rest", "article_id"),
    [
        ("What does Ada Wren write about ice?", "What does the article say about ice?", MILL_ID),
        ("what did wren say about ice", "what did the article say about ice", MILL_ID),
        ("According to Cleo Marsh, who paid?", "According to the article, who paid?", FAIR_ID),
    ],
)
def test_what_an_author_writes_is_asked_of_the_article(question, rest, article_id):
    assert named(question) == Naming(rest, (article_id,))


def test_an_author_of_several_articles_is_asked_for_in_all_of_them():
    assert named("What does Ben Stone write about ice?").article_ids == (FAIR_ID, FERRY_ID)
    assert {hit.passage.article_id for hit in ask("What does Ben Stone say, who paid?").hits} == {
        FAIR_ID,
        FERRY_ID,
    }
    assert named("who paid in the article from 2021?").article_ids == (FAIR_ID, FERRY_ID)


@pytest.mark.parametrize(
    "question",
    [
        "What did Ada Wren write?",
        "Who is Ada Wren?",
        "When did Ada Wren write the article?",
        "Who told Ada Wren about the ice?",
        "What did Mayor Brown say about the ice?",
        "What did Marsh say about the ice?",  # a word of the articles, and no name by itself
    ],
)
def test_a_question_about_the_author_stays_one(question):
    assert named(question) == Naming(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who paid?",
        "What does the article say about the mill?",
        "who wrote the article",
        "What does the last article say?",
        "in the Napoleon article, who paid?",
        "Why did the miller keep the ferry piece?",
        "who paid in the article of the mayor",
        "who paid in the article from 1999?",
        "Which article was published in 1999?",
    ],
)
def test_a_question_that_names_no_article_stays_as_it_is(question):
    assert named(question) == Naming(question)


class TestByWhatItIsAbout:
    def test_a_name_that_one_article_alone_has_names_it(self):
        assert named("In the Tegirmen article, who paid?").article_ids == (FAIR_ID,)

    def test_so_does_a_word_of_several_of_its_passages(self):
        assert SEVERAL == 3
        assert named("in the dancers article, who paid?").article_ids == (FAIR_ID,)
        assert named("in the bridge article, who paid?").article_ids == ()

    def test_not_where_another_is_chosen(self):
        chosen = Session(article_id=MILL_ID)
        assert named("in the Tegirmen article, who paid?", chosen).article_ids == ()
        assert named("in the fair article, who paid?", chosen).article_ids == (FAIR_ID,)

    def test_nor_of_a_single_one(self):
        one = Library.of(ARTICLES[:1])
        assert named("in the bridge article, who paid?", library=one).article_ids == ()
        assert named("in the mill article, who paid?", library=one).article_ids == (MILL_ID,)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("according to the mill article, who paid?", "The mill of Osterby"),
        ("according to the fair article, who paid?", "A fair without horses"),
        ("What does the article of 3 March 2021 say about who paid?", "Why the ferry is late"),
        ("which article is about the ferry?", "Why the ferry is late"),
        ("is there an article about horses?", "A fair without horses"),
        ("which article is by Ada Wren", "The mill of Osterby"),
        ("Which article mentions Tegirmen?", "A fair without horses"),
        ("in which article is Visby mentioned?", "The mill of Osterby"),
    ],
)
def test_it_is_answered_from_the_article_that_is_named_or_asked_for(question, title):
    assert cited(question) == title


def test_which_article_is_about_it_is_answered_by_a_title():
    found = ask("which article is about the ferry?")
    assert [found.text_of(quote) for quote in found.quotes] == ["Why the ferry is late"]


def test_which_article_mentions_it_is_answered_by_the_sentence():
    found = ask("Which article mentions Tegirmen?")
    assert found.text_of(found.quotes[0]).startswith("The dancers came from Tegirmen")
    assert ask("Which article mentions Napoleon?").abstained


def test_a_no_is_that_of_the_article_named():
    reason = ask("In the mill article, what did Napoleon say?").reason
    assert reason is not None
    assert (reason.kind, reason.of) == ("not mentioned", "one")


def test_the_name_is_not_carried_on_to_the_next_question():
    query = understand("and who paid?", Session(), LIBRARY)
    assert {c.word for c in understand("In the mill article, who paid?", Session(), LIBRARY).concepts} == {
        c.word for c in query.concepts
    }


@pytest.mark.parametrize("question", ["and in the ferry article?", "what about the ferry article?"])
def test_the_last_question_is_asked_of_another_article(question):
    asked = Session((Turn("In the mill article, who paid?", (LIBRARY.passages(MILL_ID)[2].id,)),))
    found = ask(question, asked)
    assert "fine of ten crowns" in found.text_of(found.quotes[0])
    assert {hit.passage.article_id for hit in found.hits} == {FERRY_ID}


def test_so_is_who_wrote_it():
    found = ask("and what about the ferry article?", Session((Turn("who wrote it?"),)))
    assert found.text_of(found.quotes[0]) == "By Ben Stone, 3 March 2021"


def test_of_many_articles_none_is_named():
    many = Library.of(
        [read_text(f"The mill of Lund {n}\n\nIt was built.", f"{n}.txt") for n in range(MOST + 1)]
    )
    assert named("in the Lund 7 article, who paid?", library=many).article_ids == ()


@pytest.mark.parametrize("question", ["What does the article say?", "Who paid, according to this article?"])
def test_the_article_is_no_word_to_look_for_where_it_tells_where_to_look(question):
    assert "article" not in without_frame(question)
    assert len(without_frame(question)) == len(question)


def test_an_article_that_is_asked_about_stays():
    assert without_frame("Who read the article?") == "Who read the article?"


@pytest.mark.parametrize(
    "text", ["a-" * 1_000, "x" * 2_000, "in the " * 280, "article about " * 140, "1.1.2021 " * 220]
)
def test_no_text_takes_long(text):
    started = time.perf_counter()
    named(text)
    assert time.perf_counter() - started < 1
