"""What an article may say instead of what is asked."""

from index.analyzer import analyzer
from index.tables import data_file
from index.thesaurus import PHRASE_WEIGHT, WORD_WEIGHT, said_otherwise


def stems(text):
    return [token.terms[0] for token in analyzer("en").tokens(text, stops=True)]


def instead(text):
    """Return what may be said instead of a text, with weights, by the words that it stands for."""
    words = [token.word for token in analyzer("en").tokens(text, stops=True)]
    return {
        " ".join(words[at] for at in places): {t.term: t.weight for t in terms}
        for places, terms in said_otherwise(stems(text))
    }


def test_a_phrase_is_found_in_any_form_and_counts_more_than_a_word():
    found = instead("Who stood to gain from the warmer boss?")
    assert found["stood to gain"]["benefit"] == PHRASE_WEIGHT
    assert found["boss"]["chief_execut"] == WORD_WEIGHT


def test_the_longer_phrase_goes_before_a_word_of_it():
    assert "gain" not in instead("Who stood to gain?")


def test_what_is_likelier_counts_more():
    weights = list(instead("boss")["boss"].values())
    assert weights[0] > weights[-1]
    assert weights == sorted(weights, reverse=True)


def test_whose_it_is_makes_no_difference():
    assert instead("Why did she change her mind?")["change her mind"]


def test_nothing_is_said_instead_of_nothing():
    assert not instead("")
    assert not instead("qwxyz")


def test_the_table_is_in_order_and_its_lines_have_one_form():
    lines = data_file("english", "thesaurus.txt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)
    for line in lines:
        phrase, bar, others = line.partition(" | ")
        assert bar
        assert 1 <= len(phrase.split()) <= 4
        assert all(1 <= len(other.split()) <= 4 for other in others.split("; "))
