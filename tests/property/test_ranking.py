import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from index.engines.protocol import K1, B
from index.engines.rank_bm25 import RankBM25Engine
from index.models import Concept, WeightedTerm

TERMS = st.sampled_from("abcdef")
PASSAGES = st.lists(st.lists(TERMS, max_size=8), max_size=12)
CONCEPTS = st.lists(
    st.lists(st.tuples(st.sampled_from("abcdefz"), st.floats(0, 1)), max_size=3).map(
        lambda terms: Concept("?", tuple(WeightedTerm(*term) for term in terms))
    ),
    max_size=5,
)


@given(PASSAGES, CONCEPTS, st.integers(0, 15))
def test_a_ranking_is_sorted_by_score_then_position_and_has_no_passage_twice(passages, concepts, k):
    found = RankBM25Engine(passages).search(concepts, k)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert len({n for n, _ in found}) == len(found) <= k
    assert all(score > 0 and 0 <= n < len(passages) for n, score in found)


@given(PASSAGES, CONCEPTS)
def test_the_same_input_gives_the_same_ranking(passages, concepts):
    first = RankBM25Engine(passages).search(concepts, 12)
    assert RankBM25Engine(passages).search(concepts, 12) == first


@given(PASSAGES, CONCEPTS, st.integers(0, 12))
def test_a_shorter_ranking_is_the_beginning_of_a_longer_one(passages, concepts, k):
    engine = RankBM25Engine(passages)
    assert engine.search(concepts, k) == engine.search(concepts, 12)[:k]


@given(PASSAGES, CONCEPTS, st.randoms())
def test_where_passages_stand_decides_only_between_equal_scores(passages, concepts, dice):
    order = list(range(len(passages)))
    dice.shuffle(order)
    straight = RankBM25Engine(passages).search(concepts, 12)
    shuffled = RankBM25Engine([passages[n] for n in order]).search(concepts, 12)
    assert [score for _, score in shuffled] == [score for _, score in straight]
    assert sorted((-score, order[n]) for n, score in shuffled) == [(-score, n) for n, score in straight]
    places = [n for n, score in shuffled if score == shuffled[0][1]]
    assert places == sorted(places)


@given(PASSAGES, CONCEPTS, st.integers(0, 11), st.integers(0, 12))
def test_searching_within_some_passages_leaves_out_the_others_and_nothing_else(
    passages, concepts, first, behind
):
    within = range(first, behind)
    engine = RankBM25Engine(passages)
    kept = [(n, score) for n, score in engine.search(concepts, 12) if n in within]
    assert engine.search(concepts, 12, within) == kept


@given(
    st.lists(st.lists(TERMS, min_size=1, max_size=8), min_size=1, max_size=12), st.lists(TERMS, max_size=6)
)
def test_scores_equal_those_of_rank_bm25_to_the_last_digit(passages, query):
    concepts = [Concept(term, (WeightedTerm(term, 1.0),)) for term in query]
    scores = np.zeros(len(passages))
    for n, score in RankBM25Engine(passages).search(concepts, 12):
        scores[n] = score
    assert np.array_equal(scores, BM25Plus(passages, k1=K1, b=B, delta=0).get_scores(query))
