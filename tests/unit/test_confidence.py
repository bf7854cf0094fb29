"""How sure an answer is."""

from itertools import pairwise
from math import log, log1p

import pytest

from bot.confidence import FIGURES, THRESHOLD, confidence, confidence_figures
from bot.evidence import Weigher
from bot.models import Query
from bot.ranking import rank_passages, rank_sentences
from index.library import Library
from index.models import Concept, WeightedTerm
from index.reading import read_text
from index.tables import table

FAIR = """The fair

The carter bought a red wagon from the smith.

The carter came in May.

Nobody there had ever spoken about a horse.
"""
LIBRARY = Library.of([read_text(FAIR, "fair.txt")])
# N = 4: "carter" stands in two passages, "wagon" in one, "zebra" in none; "fair" is above all of them.
CARTER, WAGON, ZEBRA, FAIR_WEIGHT = log(5 / 2), log(5), log(5), log(5 / 4)


def concept(word, *others, name=False):
    return Concept(word, (WeightedTerm(word, 1.0), *(WeightedTerm(t, w) for t, w in others)), name)


def figures(*concepts, asks="what", only_best=False):
    """Return the figures by name for the sentence ranked first."""
    query = Query("", "en", asks, concepts)
    weigher = Weigher(query, LIBRARY)
    passages = rank_passages([weigher.weigh(h) for h in LIBRARY.search(concepts, 20)], query, LIBRARY)
    passages = [p for p in passages if p.evidence.hit.passage.kind == "body"]
    if only_best:
        passages = passages[:1]
    best = rank_sentences(passages[:1], query, LIBRARY)[0]
    found = confidence_figures(best, passages, query, weigher)
    return dict(zip(FIGURES, found, strict=True))


@pytest.mark.parametrize("kind", ["article", "collection"])
def test_every_figure_has_a_weight_and_every_weight_a_figure(kind):
    assert set(table("ranking")[f"confidence_{kind}"]) == {*FIGURES, "constant"}


@pytest.mark.parametrize("value", [-20.0, 0.0, 1.0, 20.0])
def test_it_is_between_0_and_1(value):
    assert 0 <= confidence([value] * len(FIGURES), LIBRARY) <= 1


def test_it_is_the_logistic_of_the_weighted_figures():
    model = table("ranking")["confidence_article"]
    sure = confidence([0.0] * len(FIGURES), LIBRARY)
    assert log(sure / (1 - sure)) == pytest.approx(model["constant"])
    for n, name in enumerate(FIGURES):
        sure = confidence([float(m == n) for m in range(len(FIGURES))], LIBRARY)
        assert log(sure / (1 - sure)) == pytest.approx(model["constant"] + model[name])


def test_a_missing_name_makes_it_less_sure():
    with_name = [figures(concept("wagon"), concept("zebra", name=name)) for name in (False, True)]
    less = [confidence(list(found.values()), LIBRARY) for found in with_name]
    assert less[1] < less[0]


def test_more_of_the_question_makes_it_surer():
    sure = [
        confidence(list(figures(*asked, concept("zebra")).values()), LIBRARY)
        for asked in ([concept("carter")], [concept("carter"), concept("wagon"), concept("smith")])
    ]
    assert all(a < b for a, b in pairwise(sure))


@pytest.mark.parametrize("kind", ["article", "collection"])
def test_the_threshold_is_a_probability(kind):
    assert 0 < THRESHOLD[kind] < 1


class TestFigures:
    def test_are_shares_of_what_the_question_weighs(self):
        found = figures(concept("carter"), concept("wagon"), concept("zebra"))
        total = CARTER + WAGON + ZEBRA
        for name in ("passage_firm", "passage_coverage", "firm", "coverage", "exact"):
            assert found[name] == pytest.approx((CARTER + WAGON) / total), name
        assert found["nowhere"] == found["unmet"] == found["worst"] == pytest.approx(ZEBRA / total)
        assert found["names_missing"] == 0
        assert found["concepts"] == pytest.approx(log1p(3))

    def test_of_the_passage_count_its_headings(self):
        found = figures(concept("fair"), concept("wagon"))
        assert found["passage_coverage"] == found["passage_firm"] == pytest.approx(1)
        assert found["coverage"] == pytest.approx(WAGON / (WAGON + FAIR_WEIGHT))

    def test_words_of_near_meaning_are_not_firm_but_met(self):
        found = figures(concept("zebra", ("wagon", 0.4)))
        assert (found["passage_coverage"], found["passage_firm"]) == (pytest.approx(0.4), 0)
        assert (found["nowhere"], found["unmet"]) == (1, 0)
        assert found["worst"] == pytest.approx(0.6)

    def test_a_word_of_hardly_near_meaning_is_not_met(self):
        assert figures(concept("zebra", ("wagon", 0.19)))["unmet"] == 1

    def test_names_that_are_not_there_are_missing_not_unmet(self):
        found = figures(concept("wagon", name=True), concept("zebra", name=True))
        assert found["names_missing"] == pytest.approx(ZEBRA / (WAGON + ZEBRA))
        assert found["nowhere"] == pytest.approx(ZEBRA / (WAGON + ZEBRA))
        assert found["unmet"] == 0

    @pytest.mark.parametrize(
        ("asks", "word", "typed", "untyped"),
        [
            ("when", "may", 1, 0),
            ("when", "wagon", 0, 1),
            ("what", "may", 0, 0),
            ("why", "may", 0, 0),
        ],
    )
    def test_typed_tells_whether_the_sentence_has_the_form_asked_for(self, asks, word, typed, untyped):
        found = figures(concept(word), asks=asks)
        assert (found["typed"], found["untyped"]) == (typed, untyped)

    def test_the_margin_is_that_over_the_second_passage_at_most_3(self):
        with_second = figures(concept("carter"))["margin"]
        assert 0 <= with_second < 3
        assert figures(concept("carter"), only_best=True)["margin"] == 3


def test_found_takes_the_more_of_passage_and_headings():
    query = Query("", "en", "what", (concept("fair"), concept("wagon"), concept("zebra")))
    hit = next(h for h in LIBRARY.search(query.concepts, 20) if h.passage.paragraph == 1)
    assert Weigher(query, LIBRARY).weigh(hit).found == [1, 1, 0]
