"""The order of passages and of their sentences. What figure weighs what is fitted, and not told here."""

from dataclasses import replace
from math import log1p

import pytest

from bot.evidence import Weigher
from bot.models import Leaning, Query, Session
from bot.question import understand
from bot.ranking import (
    PARALLEL,
    PASSAGE_FIGURES,
    SENTENCE_FIGURES,
    is_typed,
    passage_figures,
    rank_passages,
    rank_sentences,
    sentence_figures,
)
from index.library import Library
from index.models import Concept, Hit, WeightedTerm
from index.reading import read_text
from index.tables import table

FAIR = """The fair

Nobody there had ever spoken about a horse.

The smith came in May. The carter bought a red wagon from the smith. He paid nine coins.

The carter slept.
"""
LIBRARY = Library.of([read_text(FAIR, "fair.txt")])
QUERY = Query(
    "",
    "en",
    "when",
    tuple(Concept(word, (WeightedTerm(word, 1.0),)) for word in ("carter", "wagon", "smith")),
    (Concept("red wagon", (WeightedTerm("red_wagon", 0.3),)),),
)


def weigh_all(query=QUERY, library=LIBRARY):
    weigher = Weigher(query, library)
    return [weigher.weigh(hit) for hit in library.search((*query.concepts, *query.pairs), 20)]


EVIDENCE = weigh_all()
RANKED = rank_passages(EVIDENCE, QUERY, LIBRARY)


def test_the_best_passage_has_score_0_and_the_others_less():
    scores = [ranked.score for ranked in RANKED]
    assert scores[0] == 0
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 2


def test_the_passage_with_all_words_goes_before_one_with_some():
    assert RANKED[0].evidence.hit.passage.paragraph == 2


def test_no_hits_rank_to_none():
    assert rank_passages([], QUERY, LIBRARY) == []
    assert rank_sentences([], QUERY, LIBRARY) == []


def test_the_same_hits_rank_the_same():
    assert rank_passages(weigh_all(), QUERY, LIBRARY) == RANKED


def test_ties_keep_the_order_of_the_engine():
    same = "The carter bought a red wagon from the smith there."
    texts = [f"The fair\n\n{same}\n\nThere were {n} cows as well." for n in ("no", "two", "three")]
    library = Library.of([read_text(text, "fair.txt") for text in texts])
    evidence = weigh_all(library=library)
    ranked = rank_passages(evidence, QUERY, library)
    assert [r.score for r in ranked] == [0, 0, 0]
    assert [r.evidence.hit.rank for r in ranked] == [1, 2, 3]
    again = rank_passages([evidence[0], *evidence[:0:-1]], QUERY, library)
    assert [r.evidence.hit.rank for r in again] == [1, 2, 3]


def test_every_sentence_of_the_passages_is_ranked_with_its_number_and_finding():
    ranked = rank_sentences(RANKED, QUERY, LIBRARY)
    assert sorted((s.ranked.evidence.hit.passage.paragraph, s.number) for s in ranked) == [
        (2, 0),
        (2, 1),
        (2, 2),
        (3, 0),
    ]
    assert [s.score for s in ranked] == sorted((s.score for s in ranked), reverse=True)
    for s in ranked:
        assert s.sentence == LIBRARY.sentences(s.ranked.evidence.hit.passage)[s.number]
        assert s.finding == s.ranked.evidence.sentences[s.number]


def test_the_sentence_with_most_words_of_the_question_goes_first():
    query = Query(QUERY.text, "en", "what", QUERY.concepts, QUERY.pairs)
    assert rank_sentences(rank_passages(weigh_all(query), query, LIBRARY), query, LIBRARY)[0].number == 1


@pytest.mark.parametrize(
    ("paragraph", "first"),
    [
        ("Why did the wagon sink? On this they differ. The smith blames a wheel.", [1, 2, 0]),
        ("Why did the wagon sink? And how? The smith blames a wheel.", [2, 0, 1]),
        ("The smith blames a wheel. But why did the wagon sink?", [0, 1]),
        ("“Why did the wagon sink?” he asked. The smith blames a wheel.", [0, 1]),
        ("Why the wagon sank. The smith blames a wheel.", [1, 0]),
        ("The wagon sank. The smith blames a wheel.", [0, 1]),
    ],
)
def test_what_only_asks_or_heads_comes_last_and_what_stands_behind_it_first(paragraph, first):
    library = Library.of([read_text(f"The fair\n\n{paragraph} He was not there at all.", "fair.txt")])
    query = understand("Why did the wagon sink?", Session(), library)
    ranked = rank_sentences(rank_passages(weigh_all(query, library), query, library), query, library)
    assert [s.number for s in ranked if s.number < len(first)] == first


BRIDGES = """The bridges

The north

Costs: The smith pays for the whole of the bridge in the north himself.

The south

Costs: The carter pays for the whole of the bridge in the south himself.

Others: The ferryman pays for hardly any of it.
"""


@pytest.mark.parametrize(("message", "gain"), [("and the carter?", PARALLEL), ("and the ferryman?", 0)])
def test_under_the_same_heading_of_another_section_a_passage_with_a_word_of_the_question_gains(message, gain):
    library = Library.of([read_text(BRIDGES, "bridges.txt")])
    one, other, third = (p for p in library.passages() if p.kind == "body")
    query = understand(message, Session(), library)

    def lead(leaning):
        """Return how far the passage of the other section is before the one behind it."""
        weigher = Weigher(query, library)
        evidence = [weigher.weigh(Hit(passage, 1, 1.0)) for passage in (other, third)]
        ranked = rank_passages(evidence, replace(query, leaning=leaning), library)
        scores = {each.evidence.hit.passage.id: each.score for each in ranked}
        return scores[other.id] - scores[third.id]

    with_it, without = lead(Leaning((one.id,), parallel=(other.id,))), lead(Leaning((one.id,)))
    assert with_it - without == pytest.approx(gain)


def test_a_passage_s_figures_are_its_own_and_those_of_its_best_sentence():
    best = RANKED[0].evidence
    found = dict(zip(PASSAGE_FIGURES, passage_figures(best, 2 * best.hit.score, QUERY, LIBRARY), strict=True))
    sentence = best.sentences[1]
    assert found["score"] == pytest.approx(0.5)
    assert found["coverage"] == best.passage.coverage == pytest.approx(1)
    assert found["best_coverage"] == sentence.coverage
    assert found["best_exact"] == sentence.exact
    assert found["best_saturated"] == sentence.saturated
    assert found["best_pairs"] == found["pairs"] == 1
    assert found["best_meaning"] == max(s.meaning for s in best.sentences)
    assert found["kinship"] == best.passage.kinship
    assert found["best_kinship"] == max(s.kinship for s in best.sentences)
    assert found["length"] == log1p(
        11
    )  # smith, came, May; carter, bought, red, wagon, smith; paid, nine, coins
    assert found["typed"] == 0  # the date is in another sentence than the best


def test_a_sentence_s_figures_are_its_own_and_what_stands_before_it():
    found = [
        dict(
            zip(
                SENTENCE_FIGURES,
                sentence_figures(RANKED[0], n, sentence, QUERY),
                strict=True,
            )
        )
        for n, sentence in enumerate(LIBRARY.sentences(RANKED[0].evidence.hit.passage))
    ]
    parts = RANKED[0].evidence.sentences
    assert [f["first"] for f in found] == [1, 0, 0]
    assert [f["typed"] for f in found] == [1, 0, 0]
    assert [f["before"] for f in found] == [0, parts[0].coverage, parts[1].coverage]
    assert [f["coverage"] for f in found] == [part.coverage for part in parts]
    assert [f["length"] for f in found] == [log1p(part.words) for part in parts]
    assert {f["passage"] for f in found} == {0}


def test_a_passage_without_sentences_has_its_score_and_nothing_else():
    bare = EVIDENCE[0]._replace(sentences=())
    assert passage_figures(bare, 2 * bare.hit.score, QUERY, LIBRARY) == [0.5] + [0] * (
        len(PASSAGE_FIGURES) - 1
    )


@pytest.mark.parametrize(
    ("asks", "typed"), [("when", [1, 0, 0]), ("how many", [0, 0, 1]), ("what", [0, 0, 0])]
)
def test_a_sentence_is_typed_if_it_has_what_is_asked_for(asks, typed):
    query = Query("", "en", asks, QUERY.concepts)
    passage = LIBRARY.passages()[2]
    evidence = Weigher(query, LIBRARY).weigh(Hit(passage, 1, 1.0))
    assert [is_typed(s, evidence, query) for s in LIBRARY.sentences(passage)] == typed


@pytest.mark.parametrize("kind", ["article", "collection"])
@pytest.mark.parametrize(("model", "figures"), [("passage", PASSAGE_FIGURES), ("sentence", SENTENCE_FIGURES)])
def test_every_figure_has_a_weight_and_every_weight_a_figure(model, figures, kind):
    assert set(table("ranking")[f"{model}_{kind}"]) == set(figures)
