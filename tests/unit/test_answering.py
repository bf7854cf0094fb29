"""Hits to an answer, or a reasoned no.

Where a test is not about the confidence it asks with `always`, so that no fitted weight decides it.
"""

import pytest

from bot.answering import alternatives, answer
from bot.choosing import MAX_ANSWER, MAX_WORDS
from bot.confidence import THRESHOLD
from bot.evidence import Weigher
from bot.hits import weigh_hits
from bot.models import Reason, Session, Turn
from bot.question import understand
from index.library import Library
from index.reading import read_text

MILL = """The mill of Osterby

By Ada Wren, 14 March 2022

The mill of Osterby was built of granite in 1850 by the farmers of Lindholm.

Mayor Brown closed the bridge at noon because the ice had cracked it.

Erik Hallgren, the miller, sold ninety barrels of flour to Norway in the summer.

Two engineers came to the river by boat. They measured its depth for three days.

Ada Wren is a fellow of the Institute of Old Mills in Uppsala.
"""


def library(text, *more):
    return Library.of([read_text(page, "page.txt") for page in (text, *more)])


LIBRARY = library(MILL)


def ask(question, *, of=LIBRARY, most=3, always=False, session=Session()):  # noqa: B008 -- frozen
    return answer(understand(question, session, of), session, of, most=most, always=always)


def quoted(question, **more):
    found = ask(question, always=True, **more)
    return [found.text_of(quote) for quote in found.quotes]


def test_an_answer_is_a_sentence_of_the_article_with_its_footnote():
    found = ask("Who closed the bridge?", always=True)
    assert not found.abstained
    assert [found.text_of(q) for q in found.quotes] == [
        "Mayor Brown closed the bridge at noon because the ice had cracked it."
    ]
    (note,) = found.footnotes
    assert (note.n, note.passage.paragraph, note.article.title) == (1, 2, "The mill of Osterby")
    assert [MILL[start:end] for start, end in found.quotes[0].answer_spans] == ["Mayor Brown"]


LINKS = (
    MILL
    + """
More on this topic
Why the windmills of Gotland are turning again
The last ferryman of the Dala river
"""
)


def test_what_only_a_link_of_the_page_has_is_not_answered():
    found = ask("Why are the windmills of Gotland turning again?", of=library(LINKS))
    assert found.reason == Reason("only linked")
    assert ask("Who closed the bridge?", of=library(LINKS)).reason != Reason("only linked")


def test_a_line_that_has_only_the_word_article_and_a_small_number_is_no_link_to_it():
    page = MILL + "\nListen to this article (7 min) with our app\n"
    weigher = Weigher(understand("Is it in article 7?", Session(), library(page)), library(page))
    assert weigher.firm_share("Listen to this article (7 min) with our app") == (0.0, 0)
    assert ask("Is it in article 7?", of=library(page)).reason != Reason("only linked")


def test_a_date_on_which_an_article_was_printed_is_mentioned():
    dated = MILL.replace("\n\n", "\n\nBy Ada Wren, 27.09.2021\n\n", 1)
    two = library(dated, "The diary\n\nOn Monday they went out in a boat.")
    assert ask("Did Brown close the bridge on 27 September 2021?", of=two).missing == ()
    assert ask("Did Brown close the bridge on 27 September 2020?", of=two).reason == Reason(
        "not mentioned", ("September", "2020"), "several"
    )


def test_its_hits_are_ranked_from_1_and_the_best_of_them_is_the_first():
    found = ask("Who closed the bridge of Osterby?", always=True)
    assert [hit.rank for hit in found.hits] == list(range(1, len(found.hits) + 1))
    assert found.hits[0].score == 0
    assert found.hits[0].passage == found.footnotes[0].passage


def test_the_footnote_has_the_score_of_the_engine():
    found = ask("Who closed the bridge?", always=True)
    best = LIBRARY.search((*found.query.concepts, *found.query.pairs), 1)[0]
    assert (found.footnotes[0].passage, found.footnotes[0].score) == (best.passage, best.score)


def test_the_words_that_no_passage_has_are_missing():
    assert ask("Who closed the zebra bridge?", always=True).missing == ("zebra",)


class TestNo:
    def test_a_name_that_is_nowhere_is_told_as_it_was_typed(self):
        found = ask("Did Napoleon close the bridge?")
        assert found.reason == Reason("not mentioned", ("Napoleon",))
        assert (found.quotes, found.footnotes) == ((), ())
        assert found.missing == ("napoleon",)

    def test_so_are_two(self):
        assert ask("Did Napoleon and McKraken close it?").reason == Reason(
            "not mentioned", ("Napoleon", "McKraken")
        )

    def test_names_that_are_nowhere_together_are_told(self):
        reason = ask("What did Brown sell to Norway?").reason
        assert (reason.kind, set(reason.words)) == ("not together", {"Brown", "Norway"})

    def test_names_that_are_together_are_no_reason(self):
        assert ask("What did Hallgren sell to Norway?").reason is None

    def test_hardly_anything_found_is_not_enough(self):
        found = ask("How many zebras play the piano under the bridge?")
        assert found.abstained
        assert found.confidence < THRESHOLD["article"]
        assert found.hits

    def test_what_a_question_takes_for_granted_is_told_where_its_verb_alone_is_missing(self):
        found = ask("Why did Mayor Brown paint the bridge at noon?")
        assert found.reason == Reason("does not say that", ("Mayor Brown painted the bridge at noon",))
        assert found.nearest is not None

    def test_what_it_takes_for_granted_is_no_reason_where_the_verb_is_there(self):
        assert ask("Why did Mayor Brown close the bridge at noon?").reason is None

    def test_nothing_found_is_told_with_what_was_not(self):
        found = ask("qqqq zzzz?")
        assert found.reason == Reason("says nothing about", ("qqqq", "zzzz"))
        assert (found.confidence, found.hits, found.nearest) == (0, (), None)

    def test_a_question_without_words_finds_nothing(self):
        assert ask("Is it?").reason == Reason("does not say")

    def test_of_several_articles_the_articles_are_spoken_of(self):
        two = library(
            MILL, "The fair\n\nThe carter bought a red wagon from the smith.\n\nNobody else came there."
        )
        assert ask("Did Napoleon close it?", of=two).reason == Reason(
            "not mentioned", ("Napoleon",), "several"
        )
        assert ask("qqqq?", of=two).reason == Reason("says nothing about", ("qqqq",), "several")

    def test_the_nearest_passage_is_shown_with_its_footnote(self):
        nearest = ask("Did Napoleon close the bridge?").nearest
        assert (nearest.n, nearest.passage.paragraph) == (1, 2)

    def test_no_passage_is_near_that_has_none_of_the_words(self):
        session = Session((Turn("Who closed the bridge?"),))
        assert ask("Is Napoleon zzzz?", session=session).nearest is None

    def test_what_stands_only_above_the_passages_is_not_near(self):
        assert (
            ask(
                "Is Napoleon from Osterby?", of=library(MILL.replace("mill of Osterby was", "mill was"))
            ).nearest
            is None
        )


class TestAlways:
    @pytest.mark.parametrize(
        "question",
        ["Did Napoleon close the bridge?", "What did Brown sell to Norway?", "zebra flour zebra", "Osterby?"],
    )
    def test_it_answers_wherever_anything_was_found(self, question):
        found = ask(question, always=True)
        assert not found.abstained
        assert found.quotes
        assert found.footnotes

    @pytest.mark.parametrize("question", ["qqqq", "Is it?"])
    def test_not_where_nothing_was(self, question):
        assert ask(question, always=True).abstained


class TestSentences:
    def test_the_one_that_the_best_leans_on_is_shown_before_it(self):
        assert quoted("How long was the depth measured?") == [
            "Two engineers came to the river by boat.",
            "They measured its depth for three days.",
        ]

    def test_both_stand_under_one_footnote(self):
        found = ask("How long was the depth measured?", always=True)
        assert [quote.n for quote in found.quotes] == [1, 1]
        assert len(found.footnotes) == 1

    def test_one_that_is_as_good_is_shown_too_in_the_order_of_the_text(self):
        first, second = "The carter bought a wagon in May.", "The carter bought a horse in June."
        page = library(f"The fair\n\n{first} {second}\n\nNobody else came.")
        assert quoted("What did the carter buy?", of=page) == [first, second]

    def test_two_that_are_too_long_together_are_not_shown_together(self):
        long = "Two engineers came to the river by boat" + " and slept there" * (MAX_WORDS // 3) + "."
        page = library(MILL.replace("Two engineers came to the river by boat.", long))
        assert quoted("How long was the depth measured?", of=page) == [
            "They measured its depth for three days."
        ]

    def test_one_far_behind_the_best_is_left_out(self):
        page = library(
            "The fair\n\nThe carter bought a red wagon. Horses neighed all around.\n\nNobody else came."
        )
        assert quoted("Who bought the red wagon?", of=page) == ["The carter bought a red wagon."]


class TestContrasts:
    QUESTION = "How do Brown and Hallgren differ?"

    def test_cite_a_passage_of_each_side(self):
        found = ask(self.QUESTION, always=True)
        assert {note.passage.paragraph for note in found.footnotes} == {2, 3}
        assert [note.n for note in found.footnotes] == [1, 2]
        assert len(found.quotes) == 2

    def test_are_of_the_two_names_that_are_joined(self):
        page = library(
            "The fair\n\nBrown praised the weather in Lindholm.\n\n"
            "Hallgren cursed the weather in Lindholm.\n\nThe weather in Lindholm was fine."
        )
        found = ask("How did Brown and Hallgren differ on Lindholm?", of=page, always=True)
        assert sorted(note.passage.paragraph for note in found.footnotes) == [1, 2]

    def test_things_that_are_no_names_are_told_apart_too(self):
        paragraphs = [
            n.passage.paragraph for n in ask("Compare the flour and the granite", always=True).footnotes
        ]
        assert sorted(paragraphs) == [1, 3]

    def test_cite_at_most_as_many_passages_as_are_wanted(self):
        found = ask(self.QUESTION, always=True, most=1)
        assert len(found.footnotes) == len(found.quotes) == 1

    @pytest.mark.parametrize(("times", "sides"), [(15, 2), (20, 1), (35, 1)])
    def test_are_no_longer_than_an_answer_may_be_unless_one_side_is(self, times, sides):
        page = library(
            "The fair\n\n"
            f"Brown bought a wagon{' and a horse' * times}.\n\n"
            f"Hallgren bought a boat{' and a cow' * times}.\n\n"
            "Nobody else came."
        )
        assert (2 * (4 + 3 * times) <= MAX_ANSWER) == (sides == 2)
        assert len(quoted(self.QUESTION, of=page)) == sides


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize(
    "question", ["How do Brown and Hallgren differ?", "Who sold flour?", "Osterby river bridge"]
)
def test_there_are_at_most_as_many_footnotes_as_wanted(question, most):
    found = ask(question, most=most, always=True)
    assert 1 <= len(found.footnotes) <= most
    assert {quote.n for quote in found.quotes} == {note.n for note in found.footnotes}


class TestBiography:
    @staticmethod
    def kinds(question):
        query = understand(question, Session(), LIBRARY)
        return {e.hit.passage.kind for e in weigh_hits(query, LIBRARY, Weigher(query, LIBRARY))}

    @pytest.mark.parametrize("question", ["Is Ada Wren from Lindholm?", "What is in Uppsala?"])
    def test_is_found_by_a_name_that_only_it_has(self, question):
        assert "biography" in self.kinds(question)

    @pytest.mark.parametrize(
        "question", ["Who is a fellow of the mills?", "Is Osterby an institute?", "old mills"]
    )
    def test_is_not_found_by_other_words(self, question):
        assert "biography" not in self.kinds(question)

    def test_title_and_byline_are_never_found_by_words(self):
        question = "What of the mill of Osterby?"
        found = LIBRARY.search(understand(question, Session(), LIBRARY).concepts, 20)
        assert "metadata" in {hit.passage.kind for hit in found}
        assert self.kinds(question) == {"body"}

    def test_answers_what_the_author_is(self):
        assert quoted("Who is Ada Wren?") == [
            "Ada Wren is a fellow of the Institute of Old Mills in Uppsala."
        ]


class TestOneArticle:
    FAIR = (
        "The fair\n\nBrown closed the fair at noon, because the bridge had burnt.\n\nNobody else came there."
    )

    def test_a_session_about_one_article_is_answered_from_it_alone(self):
        two = library(MILL, self.FAIR)
        for article in two.entries():
            found = ask(
                "Who closed it at the bridge?", of=two, session=Session(article_id=article.id), always=True
            )
            assert {hit.passage.article_id for hit in found.hits} == {article.id}

    def test_a_question_about_the_article_is_answered_from_its_head(self):
        found = ask("Who wrote this?")
        assert [note.passage.kind for note in found.footnotes] == ["metadata"]
        assert found.text_of(found.quotes[0]) == "By Ada Wren, 14 March 2022"


COUNCIL = """The council of {town}

By Ada Wren, {date}

The council of the town met in the hall and agreed to spend {crowns} crowns on the old bridge.

Mayor {mayor} closed the meeting at noon, because of the storm that had come over the river.
"""
MEETINGS = [
    COUNCIL.format(town="Osterby", date="3 May 2023", crowns=100, mayor="Brown"),
    COUNCIL.format(town="Lindal", date="2023-06-09", crowns=200, mayor="Green"),
    COUNCIL.format(town="Torsby", date="May 21", crowns=300, mayor="Black"),
]


class TestOfSeveralArticles:
    @pytest.mark.parametrize(
        ("question", "mayor"),
        [
            ("Who closed the meeting in The council of Lindal?", "Green"),
            ("Who closed the meeting on 3 May 2023?", "Brown"),
            ("who closed the meeting on may 3", "Brown"),
            ("In the article of 2023-05-03, who closed the meeting?", "Brown"),
            ("Who closed the meeting on June 9, 2023?", "Green"),
            ("Who closed the meeting in June 2023?", "Green"),
            ("Who closed the meeting on 21 May?", "Black"),
        ],
    )
    def test_one_is_preferred_whose_title_or_date_the_question_has(self, question, mayor):
        (first, *_) = quoted(question, of=library(*MEETINGS))
        assert first.startswith(f"Mayor {mayor} closed the meeting")

    def test_one_is_found_by_its_date_among_more_than_are_looked_at(self):
        days = [(month, day) for month in (1, 3) for day in range(1, 29)]
        many = [
            COUNCIL.format(town=f"T{m}x{d}", date=f"2021-{m:02}-{d:02}", crowns=f"{m}{d}", mayor="Moss")
            for m, d in days
        ]
        (first, *_) = quoted("How much did the council spend on 2021-03-17?", of=library(*many))
        assert "317 crowns" in first

    def test_the_date_of_one_does_not_outweigh_what_another_says(self):
        mill = MILL.replace("14 March 2022", "3 May 2023").replace("the river by boat", "the harbour")
        other = (
            "The sea\n\nBy Ada Wren, 4 May 2023\n\nA whale was seen at the harbour on 3 May 2023 by boys.\n"
        )
        (first, *_) = quoted("Who saw a whale at the harbour on 3 May 2023?", of=library(mill, other))
        assert first.startswith("A whale was seen")


def test_a_single_article_is_asked_as_if_it_had_no_date():
    question = "Who closed the bridge on 14 March 2022?"
    query = understand(question, Session(), LIBRARY)
    evidence = weigh_hits(query, LIBRARY, Weigher(query, LIBRARY))
    assert evidence
    assert not any(e.is_of_date for e in evidence)


def test_a_follow_up_without_words_is_answered_by_the_question_before():
    session = Session((Turn("Who closed the bridge?"),))
    found = ask("why?", session=session, always=True)
    assert found.footnotes[0].passage.paragraph == 2
    assert [MILL[start:end] for start, end in found.quotes[0].answer_spans] == [
        "because the ice had cracked it"
    ]


@pytest.mark.parametrize(
    "question", ["Who closed the bridge?", "Did Napoleon come?", "How do Brown and Erik differ?"]
)
def test_the_same_question_has_the_same_answer(question):
    assert ask(question) == ask(question)


def test_what_two_did_together_is_not_held_apart():
    pair = MILL.replace(
        "Two engineers came", "Mayor Brown and Erik Hallgren painted the ferry. Two engineers came"
    )
    found = ask("What did Brown and Hallgren paint?", of=library(pair), always=True)
    assert [note.passage.paragraph for note in found.footnotes] == [4]


def test_how_old_somebody_is_is_answered_by_what_tells_an_age():
    question = "How old is Erik Hallgren the miller?"
    old = MILL.replace("Erik Hallgren, the miller, sold", "Erik Hallgren, 61, the miller, sold")
    assert ask(question).abstained
    assert not ask(question, of=library(old)).abstained


SEVERAL = library(
    MILL, MILL.replace("The mill of Osterby", "The bell of Westerby").replace("Ada Wren", "Ben Moor")
)


@pytest.mark.parametrize("question", ["who wrote this?", "who is the author", "When was it published?"])
def test_of_several_articles_it_asks_back_which_one_is_meant(question):
    assert ask(question, of=SEVERAL).reason == Reason("which article", of="several")
    assert not ask(question).abstained
    chosen = Session(article_id=SEVERAL.entries()[0].id)
    assert not ask(question, of=SEVERAL, session=chosen).abstained


def test_but_not_where_the_question_has_words_of_its_title():
    found = ask("Who wrote the article about the bell?", of=SEVERAL)
    assert [found.text_of(quote) for quote in found.quotes] == ["By Ben Moor, 14 March 2022"]


def test_nor_where_it_asks_for_the_author_by_words_of_the_title():
    found = ask("Who is the author of the bell article?", of=SEVERAL)
    assert [note.article.author for note in found.footnotes] == ["Ben Moor"]


def test_nor_where_it_may_be_about_something_in_them():
    assert ask("Who wrote the letter?", of=SEVERAL).reason != Reason("which article", of="several")


def test_one_word_of_a_link_is_not_what_is_asked_for():
    assert ask("Which windmills did he paint?", of=library(LINKS)).reason != Reason("only linked")


class TestACollection:
    DAYS = "\n\n".join(f"On day {n} they went out in a boat." for n in range(220))
    MANY = library(MILL, f"The diary\n\n{DAYS}")

    def found(self, **more):
        query = understand("Who closed the bridge, and who has a boat?", Session(), self.MANY)
        return len(weigh_hits(query, self.MANY, Weigher(query, self.MANY), **more))

    def test_hits_that_score_too_little_beside_the_best_are_not_looked_at_for_an_answer(self):
        assert self.MANY.kind == "collection"
        assert 0 < self.found() < self.found(faint=0.0)

    def test_they_are_among_what_else_could_answer(self):
        best = ask("Who closed the bridge, and who has a boat?", of=self.MANY, always=True)
        assert len(alternatives(best, self.MANY, 9)) == 9


STRIKE = library(
    """The strike

Mayor Henryk Brask met the pickets on Monday. He had never met one before.

Ada Halvorsen, the managing director, refused to pay for the tea that everybody had drunk there.

Erik Halvarsson, the foreman, told the pickets of a mayor who buys peace, and poured more tea.
"""
)


class TestPeople:
    def test_what_another_did_is_no_answer(self):
        found = ask("Did Halvorsen pour tea for the pickets?", of=STRIKE)
        assert found.reason == Reason("does not say")

    def test_who_only_speaks_of_a_role_is_not_who_has_it(self):
        assert quoted("What did the mayor do?", of=STRIKE) == [
            "Mayor Henryk Brask met the pickets on Monday."
        ]

    @pytest.mark.parametrize(
        ("question", "marked"),
        [("Who is the mayor?", "Henryk Brask"), ("Who is Erik Halvarsson?", "the foreman")],
    )
    def test_who_somebody_is_is_told_by_the_name_or_by_the_role(self, question, marked):
        found = ask(question, of=STRIKE, always=True)
        ((start, end),) = found.quotes[0].answer_spans
        assert marked.endswith(found.footnotes[0].article.text[start:end])


def test_only_the_sentence_that_has_what_is_asked_for_is_marked():
    text = "The dam\n\nThe dam broke on 19 July 2023. This dam broke after two weeks of rain on the lake.\n"
    found = ask("When did the dam break?", of=library(text), always=True)
    assert len(found.quotes) == 2
    assert [len(quote.answer_spans) for quote in found.quotes] == [1, 0]


def test_what_another_country_did_is_no_answer():
    talks = library(
        "Norway and Denmark at the table\n\nSweden closed its mills in May.\n\nDenmark paid for flour.\n"
    )
    assert ask("Why did Norway close its mills?", of=talks).abstained
    assert ask("Did Norway close its mills?", of=talks).abstained
    assert not ask("Did Sweden close its mills?", of=talks).abstained
