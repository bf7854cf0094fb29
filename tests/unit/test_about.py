"""Questions about the article itself and its author."""

import pytest

from bot.about import CONFIDENCE, answer_about, article_meant
from bot.models import Session, Turn
from bot.question import understand
from index.errors import UnknownArticleError
from index.library import Library
from index.reading import read_text

MILL = """The mill of Osterby

By Ada Wren, 14 March 2022

The mill of Osterby was built of granite in 1850 by the farmers of Lindholm and by nobody else.

Mayor Brown closed the bridge at noon because the ice had cracked it, and the miller read about it.

Ada Wren is a fellow of the Institute of Old Mills in Uppsala.
"""

BARE = "The carter bought a red wagon. He sold it to the smith on Monday.\n\nNobody wrote about it."

MILL_ARTICLE = read_text(MILL, "mill.txt")
LIBRARY = Library.of([MILL_ARTICLE])
TWO = Library.of([MILL_ARTICLE, read_text(MILL.replace("mill", "fair"), "fair.txt")])


def about(question, library=LIBRARY, session=Session()):  # noqa: B008 -- frozen
    return understand(question, session, library).about


def said(question):
    """Return what is quoted for a question about the article, and what is marked in it."""
    query = understand(question, Session(), LIBRARY)
    assert query.about is not None
    found = answer_about(query, MILL_ARTICLE, LIBRARY)
    (quote,) = found.quotes
    return found.text_of(quote), [MILL[start:end] for start, end in quote.answer_spans]


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote this?",
        "Who is the author?",
        "who wrote the article",
        "Who is the writer of the text?",
        "who wrote the piece about the mill of Osterby",
        "who is the athor?",
        "What is the author's name?",
    ],
)
def test_who_wrote_it_is_about_the_author(question):
    assert about(question) == "author"


@pytest.mark.parametrize(
    "question",
    [
        "When was this published?",
        "What is the title?",
        "What is this article about?",
        "what is the headline of the piece",
        "when was it publishd",
    ],
)
def test_what_it_is_called_and_when_it_appeared_is_about_the_article(question):
    assert about(question) == "article"


@pytest.mark.parametrize(
    "question",
    [
        "Who closed the bridge?",
        "What does the article say about Mayor Brown?",
        "Who wrote to the mayor about the bridge?",
        "When was the report on the bridge published?",
        "Where did the farmers go?",
        "What did the miller read?",
    ],
)
def test_what_asks_for_anything_else_is_about_neither(question):
    assert about(question) is None


@pytest.mark.parametrize(
    ("question", "kind"), [("Where is the mill?", "article"), ("Where is the bridge?", None)]
)
def test_where_asks_about_the_article_if_the_title_names_it(question, kind):
    assert about(question) == kind


def test_a_text_without_title_and_byline_is_not_asked_about():
    library = Library.of([read_text(BARE, "bare.txt")])
    assert all(passage.kind == "body" for passage in library.passages())
    assert about("Who wrote this?", library) is None


@pytest.mark.parametrize(
    ("question", "line", "marks"),
    [
        ("When was this published?", "By Ada Wren, 14 March 2022", "14 March 2022"),
        ("When was the article written?", "By Ada Wren, 14 March 2022", "14 March 2022"),
        ("Who wrote this?", "By Ada Wren, 14 March 2022", "Ada Wren"),
        ("What is this article about?", "The mill of Osterby", "The mill of Osterby"),
        ("What is the article called?", "The mill of Osterby", "The mill of Osterby"),
        (
            "Where does the author work?",
            "Ada Wren is a fellow of the Institute of Old Mills in Uppsala.",
            "",
        ),
    ],
)
def test_it_is_answered_by_the_line_that_says_it(question, line, marks):
    quoted, marked = said(question)
    assert quoted == line
    assert len(marked) == 1
    assert marks in marked[0]


@pytest.mark.parametrize("question", ["What is the title?", "What is the headline of the article?"])
def test_the_title_is_answered_by_the_title(question):
    assert said(question)[0] == "The mill of Osterby"


def test_where_the_author_works_is_not_answered_by_the_author_s_name():
    assert said("Where does the author work?")[1] != ["Ada Wren"]


def test_when_it_was_written_is_answered_by_the_date_on_a_line_of_its_own():
    page = MILL.replace("By Ada Wren, 14 March 2022", "By Ada Wren\n\n14 March 2022")
    article = read_text(page, "mill.txt")
    library = Library.of([article])
    found = answer_about(understand("When was the article written?", Session(), library), article, library)
    assert found.text_of(found.quotes[0]) == "14 March 2022"


def test_it_is_answered_with_one_footnote_surely():
    query = understand("Who wrote this?", Session(), LIBRARY)
    found = answer_about(query, MILL_ARTICLE, LIBRARY)
    assert [note.passage.kind for note in found.footnotes] == ["metadata"]
    assert found.confidence == CONFIDENCE
    assert not found.abstained
    assert [hit.rank for hit in found.hits] == [1, 2]
    assert {hit.passage.kind for hit in found.hits} == {"metadata", "biography"}


class TestWhichArticle:
    def test_the_only_one(self):
        assert article_meant(Session(), LIBRARY) == MILL_ARTICLE

    def test_none_of_two(self):
        assert article_meant(Session(), TWO) is None
        assert about("Who wrote this?", TWO) == "author"  # of which, it has to ask

    @pytest.mark.parametrize("n", [0, 1])
    def test_the_one_that_is_chosen(self, n):
        chosen = TWO.article(TWO.entries()[n].id)
        cited = TWO.passages(TWO.entries()[1 - n].id)[1].id
        assert article_meant(Session((Turn("?", (cited,)),), chosen.id), TWO) == chosen

    def test_the_one_cited_last(self):
        first, second = (TWO.passages(article.id)[1].id for article in TWO.entries())
        turns = (Turn("?", (first,)), Turn("?", (second,)), Turn("?"))
        assert article_meant(Session(turns), TWO) == TWO.article(TWO.entries()[1].id)
        assert about("Who wrote this?", TWO, Session(turns)) == "author"

    def test_not_one_that_is_gone(self):
        assert article_meant(Session((Turn("?", ("gone-1",)),)), TWO) is None

    def test_a_chosen_one_that_is_gone_is_an_error(self):
        with pytest.raises(UnknownArticleError):
            article_meant(Session(article_id="gone"), TWO)
