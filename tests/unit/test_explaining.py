"""Why an answer is what it is."""

import pytest

from bot.answering import answer
from bot.explaining import explain
from bot.models import Answer, Reason, Session, Turn
from bot.question import understand
from index.library import Library
from index.reading import read_text

MILL = """The mill of Osterby

The mill was built of granite in 1850 by the farmers of Lindholm.

Mayor Brown closed the stone bridge at noon because the ice had cracked it.

Erik Hallgren sold ninety barrels of flour to Norway while the bridge was closed.
"""
LIBRARY = Library.of([read_text(MILL, "mill.txt")])


def asked(question, *before, most=1):
    session = Session(tuple(Turn(text) for text in before))
    return answer(understand(question, session, LIBRARY), session, LIBRARY, most=most, always=True)


def explained(question, *before):
    """Return an answer with one footnote, and why it was chosen."""
    found = asked(question, *before)
    (why,) = explain(found, LIBRARY).footnotes
    return found, why


def test_the_scores_of_the_matches_are_the_engine_s():
    found, why = explained("Who closed the stone bridge?")
    engine = LIBRARY.engine
    at = LIBRARY.passages().index(found.footnotes[0].passage)
    assert {(m.word, m.term) for m in why.matches} == {
        ("closed", "close"),
        ("stone", "stone"),
        ("bridge", "bridg"),
        ("closed stone", "close_stone"),
        ("stone bridge", "stone_bridg"),
    }
    for match in why.matches:
        concept = next(c for c in (*found.query.concepts, *found.query.pairs) if c.word == match.word)
        assert match.score == max(engine.score(at, term) for term in concept.terms)


@pytest.mark.parametrize("question", ["Who closed the stone bridge?", "Did Hallgren sell grain to Norway?"])
def test_they_add_up_to_what_the_engine_found(question):
    found, why = explained(question)
    assert sum(m.score for m in why.matches) == pytest.approx(found.footnotes[0].score)


def test_the_weightiest_match_comes_first_and_none_is_empty():
    _, why = explained("Who closed the stone bridge?")
    scores = [m.score for m in why.matches]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_a_word_that_the_passage_does_not_have_is_no_match():
    _, why = explained("Who closed the stone bridge with zebras?")
    assert "zebras" not in {m.word for m in why.matches}


def test_what_was_carried_over_matches_too():
    _, why = explained("why?", "Who closed the stone bridge?")
    assert {"closed", "stone", "bridge"} <= {m.word for m in why.matches}


def test_the_runner_up_is_the_best_passage_not_cited_with_what_it_lacked():
    found, why = explained("Who closed the stone bridge?")
    assert found.footnotes[0].passage.paragraph == 2
    assert why.runner_up == found.hits[1].passage.id
    assert LIBRARY.passage(why.runner_up).paragraph == 3
    assert why.lacked == ("stone",)


def test_a_word_of_the_headings_is_lacked_by_none():
    _, why = explained("Who closed the stone bridge of Osterby?")
    assert why.lacked == ("stone",)


def test_a_word_of_the_passage_that_the_runner_up_has_above_it_is_not_lacked():
    page = "The fair\n\nThe fair was full of smiths of Lindholm.\n\nNobody else spoke about the smiths."
    library = Library.of([read_text(page, "fair.txt")])
    query = understand("Were the smiths at the fair of Lindholm?", Session(), library)
    found = answer(query, Session(), library, most=1, always=True)
    (why,) = explain(found, library).footnotes
    assert (found.footnotes[0].passage.paragraph, why.runner_up) == (1, library.passages()[2].id)
    assert why.lacked == ("lindholm",)


def test_without_a_second_passage_there_is_no_runner_up():
    _, why = explained("Lindholm")
    assert (why.runner_up, why.lacked) == (None, ())


def test_every_footnote_is_explained_in_order():
    found = asked("How do Brown and Hallgren differ?", most=3)
    assert len(found.footnotes) == 2
    first, second = explain(found, LIBRARY).footnotes
    names = [next(m.word for m in why.matches if m.word in {"brown", "hallgren"}) for why in (first, second)]
    paragraphs = {"brown": 2, "hallgren": 3}
    assert [paragraphs[name] for name in names] == [note.passage.paragraph for note in found.footnotes]


def test_an_abstention_has_nothing_to_explain():
    query = understand("zebra", Session(), LIBRARY)
    nothing = Answer(query, (), (), 0.0, (), reason=Reason("does not say"))
    assert explain(nothing, LIBRARY).footnotes == ()


def test_terms_are_told_as_the_passages_print_them():
    printed = explain(asked("Who closed the stone bridge?"), LIBRARY).printed
    assert (printed["bridg"], printed["close"], printed["brown"]) == ("bridge", "closed", "Brown")
    assert (printed["mill"], "flour" in printed) == ("mill", True)
