"""What holds of every engine: the same hits and scores, to the last digit, as `rank_bm25` gives."""

import math
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from rank_bm25 import BM25Plus

from index.engines.protocol import K1, B
from index.engines.rank_bm25 import RankBM25Engine
from index.engines.tantivy import TantivyEngine, bring_up, is_up, is_usable
from index.errors import LibraryError
from index.models import Concept, WeightedTerm


def concept(*terms, weight=1.0):
    return Concept(terms[0], tuple(WeightedTerm(term, weight) for term in terms))


def concepts(query):
    """Return a concept for every word of a query."""
    return [concept(term) for term in query.split()]


class Terms:
    """The terms of passages as a store gives them."""

    edition = "first"

    def __init__(self, *passages):
        self.kept = {}
        self.removed = []
        self.next_number = 0
        self.add(*passages)

    def add(self, *passages):
        for passage in passages:
            self.kept[self.next_number] = passage
            self.next_number += 1

    def remove(self, numbers):
        for number in numbers:
            self.kept.pop(number, None)
        self.removed.append(numbers)

    @property
    def passage_count(self):
        return len(self.kept)

    @property
    def term_count(self):
        return sum(len(terms.split()) for terms in self.kept.values())

    def terms(self, numbers):
        return [(number, self.kept[number]) for number in numbers if number in self.kept]

    def terms_from(self, first):
        return iter([(number, terms) for number, terms in self.kept.items() if number >= first])

    def removals(self, after):
        return [(n, numbers) for n, numbers in enumerate(self.removed, start=1) if n > after]


def on_disk(folder):
    def open_engine(store):
        bring_up(folder, store)
        return TantivyEngine(store, folder)

    return open_engine


@pytest.fixture(name="over", params=["rank_bm25", "tantivy", "tantivy on disk"])
def _over(request, tmp_path):
    """Return what makes an engine over a store, as it is then."""
    return {
        "rank_bm25": RankBM25Engine.over,
        "tantivy": TantivyEngine,
        "tantivy on disk": on_disk(tmp_path / "index"),
    }[request.param]


@pytest.fixture(name="engine")
def _engine(over):
    return lambda *passages: over(Terms(*passages))


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
    @pytest.mark.parametrize("seed", range(8))
    def test_they_equal_those_of_rank_bm25_to_the_last_digit(self, engine, seed):
        dice = random.Random(seed)
        passages = [["w0"], *random_passages(dice)]
        theirs = BM25Plus(passages, k1=K1, b=B, delta=0)
        ours = engine(*map(" ".join, passages))
        for _ in range(20):
            query = dice.choices([f"w{n}" for n in range(33)], k=dice.randint(1, 6))
            found = ours.search([concept(term) for term in query], len(passages))
            assert np.array_equal(scores(found, len(passages)), theirs.get_scores(query))

    @pytest.mark.parametrize("seed", range(5))
    def test_a_weighted_term_counts_weight_times_as_much(self, engine, seed):
        dice = random.Random(seed)
        passages = [["w0", "w1"], *random_passages(dice)]
        theirs = BM25Plus(passages, k1=K1, b=B, delta=0)
        found = engine(*map(" ".join, passages)).search(
            [concept("w0", weight=0.3), concept("w1", weight=0.8)], len(passages)
        )
        expected = 0.3 * theirs.get_scores(["w0"]) + 0.8 * theirs.get_scores(["w1"])
        assert np.array_equal(scores(found, len(passages)), expected)

    def test_a_hand_computed_case(self, engine):
        # Three passages of mean length 2; "a" is in two of them: idf = log(4 / 2). In the first it stands
        # twice among 3 words: 2 x 1.9 / (2 + .9 x (.6 + .4 x 3 / 2)) = 3.8 / 3.08.
        found = engine("a a b", "a c", "d").search(concepts("a"), 3)
        assert [n for n, _ in found] == [0, 1]
        assert found[0][1] == pytest.approx(math.log(2) * 3.8 / 3.08)
        assert found[1][1] == pytest.approx(math.log(2) * 1.9 / 1.9)

    def test_a_concept_earns_the_best_of_its_terms_never_their_sum(self, engine):
        index = engine("china beijing", "china tokyo", "beijing tokyo", "seoul busan")
        single = scores(index.search(concepts("china"), 4), 4)
        both = scores(index.search([concept("china", "beijing")], 4), 4)
        assert both[0] == single[0]
        assert both[2] > 0 == single[2]

    def test_the_score_of_one_passage_is_that_of_the_search(self, engine):
        index = engine("a a b", "a c", "d")
        for n, score in index.search([concept("a", weight=0.5)], 3):
            assert index.score(n, WeightedTerm("a", 0.5)) == score
        assert index.score(2, WeightedTerm("a", 1.0)) == index.score(0, WeightedTerm("z", 1.0)) == 0

    def test_a_term_of_every_passage_scores_above_0(self, engine):
        found = engine("korea a", "korea b", "korea c").search(concepts("korea"), 3)
        assert len(found) == 3
        assert all(score > 0 for _, score in found)


class TestOrder:
    def test_ties_keep_the_order_of_the_passages(self, engine):
        assert [n for n, _ in engine("a b", "a c", "x y", "a d").search(concepts("a"), 9)] == [0, 1, 3]

    def test_no_more_than_k_come_the_best_first(self, engine):
        index = engine("a b c d", "a", "a b", "z")
        assert [n for n, _ in index.search(concepts("a"), 2)] == [1, 2]
        assert index.search(concepts("a"), 0) == []

    def test_what_scores_too_little_of_the_best_is_left_out(self, engine):
        index = engine("a b", "a b b", "a", "z")
        all_scores = index.search(concepts("a b"), 3)
        assert len(all_scores) == 3
        share = all_scores[1][1] / all_scores[0][1]
        assert index.search(concepts("a b"), 3, None, share - 0.001) == all_scores[:2]
        assert index.search(concepts("a b"), 3, None, share + 0.001) == all_scores[:1]

    def test_within_leaves_scores_as_they_are(self, engine):
        index = engine("a", "a b", "a c")
        all_scores = dict(index.search(concepts("a"), 3))
        assert dict(index.search(concepts("a"), 3, range(1, 3))) == {1: all_scores[1], 2: all_scores[2]}
        assert index.search(concepts("a"), 3, range(0)) == []

    def test_a_repeated_word_of_the_query_counts_twice_as_in_rank_bm25(self, engine):
        index = engine("a b", "c d")
        assert index.search(concepts("a a"), 1)[0][1] == 2 * index.search(concepts("a"), 1)[0][1]

    def test_a_repeated_term_of_a_concept_counts_once(self, engine):
        index = engine("a b", "c d")
        assert index.search([concept("a", "a")], 1) == index.search([concept("a")], 1)


class TestTraps:
    @pytest.mark.parametrize("passages", [(), ("",), ("", "", "")])
    def test_an_empty_corpus_and_one_of_empty_passages_find_nothing(self, engine, passages):
        index = engine(*passages)
        assert index.search(concepts("a b"), 5) == []
        assert "a" not in index
        assert index.frequency("a") == 0

    def test_empty_passages_among_others_are_never_found(self, engine):
        assert [n for n, _ in engine("", "a", "").search(concepts("a"), 5)] == [1]

    def test_terms_that_no_passage_has_change_nothing(self, engine):
        index = engine("a b", "a c")
        assert index.search(concepts("z a z"), 5) == index.search(concepts("a"), 5)
        assert index.search(concepts("z"), 5) == index.search([], 5) == []

    def test_a_concept_without_terms_is_skipped(self, engine):
        assert engine("a").search([Concept("?", ())], 5) == []


class TestTerms:
    def test_idf_and_frequency_count_passages(self, engine):
        index = engine("a a b", "a c", "d")
        assert (index.frequency("a"), index.frequency("d"), index.frequency("z")) == (2, 1, 0)
        assert "a" in index
        assert index.idf("a") == pytest.approx(math.log(4 / 2))

    def test_an_unknown_term_is_as_rare_as_can_be(self, engine):
        assert engine("a", "b", "c").idf("z") == pytest.approx(math.log(4))
        assert engine().idf("z") == 0


def questions(dice, words):
    for _ in range(60):
        asked = [
            Concept(
                "?", tuple(WeightedTerm(dice.choice(words), dice.random()) for _ in range(dice.randint(1, 4)))
            )
            for _ in range(dice.randint(1, 5))
        ]
        within = dice.choice([None, None, range(5, 40), range(30, 31), range(0)])
        yield asked, dice.choice([1, 3, 20]), within, dice.choice([0.0, 0.0, 0.4, 0.9])


class TestGrowing:
    @pytest.mark.parametrize("seed", range(3))
    def test_whatever_was_added_and_removed_it_finds_what_rank_bm25_finds(self, over, seed):
        dice = random.Random(seed)
        words = [f"w{n}" for n in range(40)]
        store = Terms()
        for _ in range(5):
            store.add(*(" ".join(p) for p in random_passages(dice)))
            if dice.random() < 0.7:
                first = dice.choice(sorted(store.kept))
                store.remove(range(first, first + 9))
            ours, theirs = over(store), RankBM25Engine.over(store)
            for asked, k, within, least in questions(dice, words):
                assert ours.search(asked, k, within, least) == theirs.search(asked, k, within, least)
            for word in words:
                assert ours.frequency(word) == theirs.frequency(word)
                assert ours.idf(word) == theirs.idf(word)
                number = dice.randrange(store.next_number)
                term = WeightedTerm(word, 0.5)
                assert ours.score(number, term) == theirs.score(number, term)

    def test_an_engine_that_is_open_stays_as_it_was(self, over):
        store = Terms("a b", "a")
        before = over(store)
        found = before.search(concepts("a"), 5)
        store.add("a a")
        over(store)
        assert before.search(concepts("a"), 5) == found


class TestSize:
    def test_among_thousands_of_equals_the_first_are_found(self, engine):
        index = engine(*["b c d"] * 50, *["a b c"] * 3000, "a b")
        assert [n for n, _ in index.search(concepts("a"), 4)] == [3050, 50, 51, 52]

    def test_among_thousands_the_best_are_found_whatever_their_lengths(self, engine):
        dice = random.Random(1)
        texts = [
            ["w0"] * dice.randint(1, 3) + dice.choices(["x", "y", "z"], k=int(dice.expovariate(0.02)))
            for _ in range(4000)
        ]
        found = engine(*map(" ".join, texts)).search(concepts("w0 x"), 20)
        assert found == RankBM25Engine(texts).search(concepts("w0 x"), 20)

    def test_a_question_of_ten_thousand_terms_is_answered(self, engine):
        words = [f"w{n}" for n in range(10_000)]
        passages = [" ".join(words[n : n + 50]) for n in range(0, 10_000, 50)]
        index = engine(*passages)
        found = index.search([concept(word) for word in words], 3)
        assert len(found) == 3
        assert found == RankBM25Engine([p.split() for p in passages]).search(
            [concept(word) for word in words], 3
        )

    def test_threads_may_share_it(self, engine):
        dice = random.Random(2)
        index = engine(*(" ".join(dice.choices("abcdefgh", k=20)) for _ in range(300)))
        asked = [concepts(" ".join(dice.choices("abcdefgh", k=3))) for _ in range(80)]
        alone = [index.search(each, 10) for each in asked]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda each: index.search(each, 10), asked)) == alone


class TestIndex:
    """The index of tantivy is derived: it is made anew where it is not what it should be."""

    @pytest.fixture(name="folder")
    def _folder(self, tmp_path):
        bring_up(tmp_path / "index", self.STORE)
        return tmp_path / "index"

    STORE = Terms("a b", "a c", "d")
    FOUND = RankBM25Engine.over(STORE).search(concepts("a c"), 3)

    def test_it_is_as_good_as_the_store_until_that_changes(self, folder):
        store = Terms(*self.STORE.kept.values())
        assert is_up(folder, store)
        store.add("e")
        assert not is_up(folder, store)
        assert is_usable(folder, store)
        bring_up(folder, store)
        assert is_up(folder, store)
        store.remove(range(1))
        assert not is_up(folder, store)

    def test_of_another_edition_it_is_not_used(self, folder):
        store = Terms("x y")
        store.edition = "second"
        assert not is_usable(folder, store)
        bring_up(folder, store)
        assert TantivyEngine(store, folder).search(concepts("a"), 3) == []

    def test_passages_that_it_holds_beyond_its_note_are_written_anew(self, folder):
        note = (folder / "note.json").read_bytes()
        store = Terms(*self.STORE.kept.values(), "a e")
        bring_up(folder, store)
        (folder / "note.json").write_bytes(note)  # killed before it was told
        bring_up(folder, store)
        index = TantivyEngine(store, folder)
        assert index.frequency("a") == 3
        assert index.search(concepts("e a"), 9) == RankBM25Engine.over(store).search(concepts("e a"), 9)

    def test_it_takes_in_what_comes_and_goes_while_it_is_brought_up(self, folder):
        store = Terms(*self.STORE.kept.values())
        changes = iter([lambda: store.add("a e", "b"), lambda: store.remove(range(2, 4)), None])

        def goes_on():
            change = next(changes)
            if change is not None:
                change()
            return change is not None

        bring_up(folder, store, goes_on)
        assert is_up(folder, store)
        index, exact = TantivyEngine(store, folder), RankBM25Engine.over(store)
        assert index.search(concepts("a b d"), 9) == exact.search(concepts("a b d"), 9)
        assert [number for number, _ in index.search(concepts("a b d e"), 9)] == [0, 4, 1]

    @pytest.mark.parametrize("damage", ["missing", "empty", "cut", "other"])
    def test_whatever_file_of_it_is_damaged_it_is_made_anew(self, folder, tmp_path, damage):
        names = [file.name for file in sorted(folder.iterdir()) if not file.name.endswith(".lock")]
        for name in names:
            copy = tmp_path / f"copy-{name}"
            shutil.copytree(folder, copy)
            file = copy / name
            if damage == "missing":
                file.unlink()
            else:
                kept = file.read_bytes()
                file.write_bytes({"empty": b"", "cut": kept[:-7], "other": b"damaged " * 50}[damage])
            with suppress(LibraryError):  # tells, or answers from what it has in memory
                assert TantivyEngine(self.STORE, copy).search(concepts("a c"), 3) == self.FOUND
            bring_up(copy, self.STORE)
            assert TantivyEngine(self.STORE, copy).search(concepts("a c"), 3) == self.FOUND
