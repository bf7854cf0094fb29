"""The engine against the library whose scores it gives, and what the library gets wrong."""

import math
import random

import numpy as np
import pytest
from rank_bm25 import BM25Plus

from index.engines.rank_bm25 import K1, B, RankBM25Engine
from index.models import Concept, WeightedTerm


def concept(*terms, weight=1.0):
    return Concept(terms[0], tuple(WeightedTerm(term, weight) for term in terms))


def concepts(query):
    """Return a concept for every word of a query."""
    return [concept(term) for term in query.split()]


def engine(*passages):
    return RankBM25Engine([passage.split() for passage in passages])


def scores(found, size):
    """Return the scores of all passages, 0 for one that was not found."""
    dense = np.zeros(size)
    for n, score in found:
        dense[n] = score
    return dense


def random_passages(dice):
    words = [f"w{n}" for n in range(30)]
    return [dice.choices(words, range(1, 31), k=dice.randint(0, 40)) for _ in range(dice.randint(1, 60))]


class TestScores:
    @pytest.mark.parametrize("seed", range(20))
    def test_they_equal_those_of_rank_bm25_to_the_last_digit(self, seed):
        dice = random.Random(seed)
        passages = [["w0"], *random_passages(dice)]
        theirs = BM25Plus(passages, k1=K1, b=B, delta=0)
        ours = RankBM25Engine(passages)
        for _ in range(20):
            query = dice.choices([f"w{n}" for n in range(33)], k=dice.randint(1, 6))
            found = ours.search([concept(term) for term in query], len(passages))
            assert np.array_equal(scores(found, len(passages)), theirs.get_scores(query))

    @pytest.mark.parametrize("seed", range(5))
    def test_a_weighted_term_counts_weight_times_as_much(self, seed):
        dice = random.Random(seed)
        passages = [["w0", "w1"], *random_passages(dice)]
        theirs = BM25Plus(passages, k1=K1, b=B, delta=0)
        found = RankBM25Engine(passages).search(
            [concept("w0", weight=0.3), concept("w1", weight=0.8)], len(passages)
        )
        expected = 0.3 * theirs.get_scores(["w0"]) + 0.8 * theirs.get_scores(["w1"])
        assert np.array_equal(scores(found, len(passages)), expected)

    def test_a_hand_computed_case(self):
        # Three passages of mean length 2; "a" is in two of them: idf = log(4 / 2). In the first it stands
        # twice among 3 words: 2 x 1.9 / (2 + .9 x (.6 + .4 x 3 / 2)) = 3.8 / 3.08.
        found = engine("a a b", "a c", "d").search(concepts("a"), 3)
        assert [n for n, _ in found] == [0, 1]
        assert found[0][1] == pytest.approx(math.log(2) * 3.8 / 3.08)
        assert found[1][1] == pytest.approx(math.log(2) * 1.9 / 1.9)

    def test_a_concept_earns_the_best_of_its_terms_never_their_sum(self):
        index = engine("china beijing", "china tokyo", "beijing tokyo", "seoul busan")
        single = scores(index.search(concepts("china"), 4), 4)
        both = scores(index.search([concept("china", "beijing")], 4), 4)
        assert both[0] == single[0]
        assert both[2] > 0 == single[2]

    def test_the_score_of_one_passage_is_that_of_the_search(self):
        index = engine("a a b", "a c", "d")
        for n, score in index.search([concept("a", weight=0.5)], 3):
            assert index.score(n, WeightedTerm("a", 0.5)) == score
        assert index.score(2, WeightedTerm("a", 1.0)) == index.score(0, WeightedTerm("z", 1.0)) == 0

    def test_a_term_of_every_passage_scores_above_0(self):
        found = engine("korea a", "korea b", "korea c").search(concepts("korea"), 3)
        assert len(found) == 3
        assert all(score > 0 for _, score in found)


class TestOrder:
    def test_ties_keep_the_order_of_the_passages(self):
        assert [n for n, _ in engine("a b", "a c", "x y", "a d").search(concepts("a"), 9)] == [0, 1, 3]

    def test_no_more_than_k_come_the_best_first(self):
        index = engine("a b c d", "a", "a b", "z")
        assert [n for n, _ in index.search(concepts("a"), 2)] == [1, 2]
        assert index.search(concepts("a"), 0) == []

    def test_within_leaves_scores_as_they_are(self):
        index = engine("a", "a b", "a c")
        all_scores = dict(index.search(concepts("a"), 3))
        assert dict(index.search(concepts("a"), 3, range(1, 3))) == {1: all_scores[1], 2: all_scores[2]}
        assert index.search(concepts("a"), 3, range(0)) == []

    def test_a_repeated_word_of_the_query_counts_twice_as_in_rank_bm25(self):
        index = engine("a b", "c d")
        assert index.search(concepts("a a"), 1)[0][1] == 2 * index.search(concepts("a"), 1)[0][1]

    def test_a_repeated_term_of_a_concept_counts_once(self):
        index = engine("a b", "c d")
        assert index.search([concept("a", "a")], 1) == index.search([concept("a")], 1)


class TestTraps:
    @pytest.mark.parametrize("passages", [(), ("",), ("", "", "")])
    def test_an_empty_corpus_and_one_of_empty_passages_find_nothing(self, passages):
        index = engine(*passages)
        assert len(index) == len(passages)
        assert index.search(concepts("a b"), 5) == []
        assert "a" not in index
        assert index.frequency("a") == 0

    def test_empty_passages_among_others_are_never_found(self):
        assert [n for n, _ in engine("", "a", "").search(concepts("a"), 5)] == [1]

    def test_terms_that_no_passage_has_change_nothing(self):
        index = engine("a b", "a c")
        assert index.search(concepts("z a z"), 5) == index.search(concepts("a"), 5)
        assert index.search(concepts("z"), 5) == index.search([], 5) == []

    def test_a_concept_without_terms_is_skipped(self):
        assert engine("a").search([Concept("?", ())], 5) == []


class TestTerms:
    def test_idf_and_frequency_count_passages(self):
        index = engine("a a b", "a c", "d")
        assert (index.frequency("a"), index.frequency("d"), index.frequency("z")) == (2, 1, 0)
        assert "a" in index
        assert index.idf("a") == pytest.approx(math.log(4 / 2))

    def test_an_unknown_term_is_as_rare_as_can_be(self):
        assert engine("a", "b", "c").idf("z") == pytest.approx(math.log(4))
        assert engine().idf("z") == 0
