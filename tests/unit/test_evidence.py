"""What a question's concepts find in a passage, on cases computed by hand.

`log((N + 1) / df)` weighs a word: N are the passages, title included, and df those that have the word or
stand under it.
"""

from dataclasses import replace
from math import log

import pytest

from bot.evidence import FIRM, TYPICAL_WORDS, Finding, Weigher
from bot.models import Query
from index.library import Library
from index.meaning import text_vector
from index.models import Concept, Hit, WeightedTerm
from index.reading import read_text

# N = 4: the title and three paragraphs. "carter" stands in two of them, "wagon" and "red" in one.
FAIR = """The fair

The carter bought a red wagon there.

The miller sold a horse to the smith while the carter slept. The smith paid the miller.

Nobody else spoke about it.
"""
LIBRARY = Library.of([read_text(FAIR, "fair.txt")])
BOUGHT, SOLD, SPOKE = (p for p in LIBRARY.passages() if p.kind == "body")
CARTER, WAGON = log(5 / 2), log(5 / 1)


def concept(word, *others, weight=1.0, name=False):
    """Return a concept found by `word`, and by others at weights of their own."""
    return Concept(word, (WeightedTerm(word, weight), *(WeightedTerm(t, w) for t, w in others)), name)


def query(*concepts, pairs=(), carried=()):
    found = tuple(Concept(term, (WeightedTerm(term, 0.3),)) for term in pairs)
    return Query("", "en", "what", tuple(concepts), found, tuple(carried))


def weigh(passage, *concepts, library=LIBRARY, **more):
    return Weigher(query(*concepts, **more), library).weigh(Hit(passage, 1, 1.0))


def cosine(one, other):
    return float(text_vector([(one, 1.0)]) @ text_vector([(other, 1.0)]))


class TestWeights:
    def test_the_rarer_a_word_the_more_it_weighs(self):
        assert Weigher(query(concept("carter"), concept("wagon")), LIBRARY).weights == pytest.approx(
            [CARTER, WAGON]
        )

    def test_a_word_of_no_passage_weighs_like_one_of_one(self):
        assert Weigher(query(concept("zebra")), LIBRARY).weights == pytest.approx([log(5)])

    def test_its_own_weight_multiplies_it(self):
        assert Weigher(query(concept("wagon", weight=0.5)), LIBRARY).weights == pytest.approx([0.5 * WAGON])

    def test_the_most_frequent_name_of_a_thing_counts_for_it(self):
        assert Weigher(query(concept("wagon", ("carter", 0.8))), LIBRARY).weights == pytest.approx([CARTER])

    def test_a_word_of_near_meaning_does_not(self):
        assert Weigher(query(concept("wagon", ("carter", 0.79))), LIBRARY).weights == pytest.approx([WAGON])

    def test_a_word_of_every_passage_weighs_a_tenth_still(self):
        text = "The fair\n\n" + "\n\n".join(f"The smith of house {n} was there too." for n in range(12))
        many = Library.of([read_text(text, "fair.txt")])
        assert many.engine.idf("fair") < 0.1
        assert Weigher(query(concept("fair")), many).weights == [0.1]


class TestShares:
    def test_coverage_is_the_weighted_share_that_was_found(self):
        found = weigh(SOLD, concept("carter"), concept("wagon")).passage
        assert found.found == (1.0, 0.0)
        assert found.coverage == pytest.approx(CARTER / (CARTER + WAGON))

    def test_all_is_one_and_nothing_is_zero(self):
        asked = concept("carter"), concept("wagon")
        assert weigh(BOUGHT, *asked).passage.coverage == pytest.approx(1)
        assert weigh(SPOKE, *asked).passage.coverage == 0

    def test_carried_words_are_among_them_at_their_weight(self):
        found = weigh(BOUGHT, concept("zebra"), carried=[concept("wagon", weight=0.3)]).passage
        assert found.found == (0.0, 1.0)
        assert found.coverage == pytest.approx(0.3 / 1.3)

    def test_firm_leaves_out_words_of_near_meaning(self):
        near = weigh(BOUGHT, concept("cart", ("wagon", 0.4))).passage
        assert (near.found, near.coverage, near.firm) == ((0.4,), pytest.approx(0.4), 0)
        alias = weigh(BOUGHT, concept("cart", ("wagon", 0.8))).passage
        assert (alias.coverage, alias.firm) == (pytest.approx(0.8), pytest.approx(0.8))

    def test_a_concept_earns_the_best_of_its_terms_never_their_sum(self):
        both = weigh(BOUGHT, concept("carter", ("wagon", 0.8), ("red", 0.5))).passage
        assert both.found == (1.0,)
        assert weigh(BOUGHT, concept("zebra", ("wagon", 0.8), ("red", 0.5))).passage.found == (0.8,)

    def test_exact_counts_only_the_asker_s_very_words(self):
        bought = Concept("bought", (WeightedTerm("buy", 1.0),))
        buys = Concept("buys", (WeightedTerm("buy", 1.0),))
        assert weigh(BOUGHT, bought, concept("zebra")).passage.exact == pytest.approx(0.5)
        assert weigh(BOUGHT, buys).passage.exact == 0
        assert weigh(BOUGHT, buys).passage.firm == 1

    @pytest.mark.parametrize(
        "asked",
        [
            [Concept("red wagon", (WeightedTerm("red_wagon", 1.0),))],
            [
                Concept("red-wagon", (WeightedTerm("red", 1.0),)),
                Concept("red-wagon", (WeightedTerm("wagon", 1.0),)),
            ],
        ],
    )
    def test_exact_counts_a_name_of_several_words(self, asked):
        page = (
            "The fair\n\nThe carter bought a red wagon and a red-wagon there.\n\nNobody else spoke about it."
        )
        library = Library.of([read_text(page, "x.txt")])
        assert weigh(library.passages()[1], *asked, library=library).passage.exact == pytest.approx(1)

    def test_a_pair_that_a_name_is_found_by_counts_for_the_name(self):
        assert weigh(BOUGHT, concept("red_wagon")).passage.found == (1.0,)
        assert weigh(SOLD, concept("smith_miller")).passage.found == (0.0,)

    def test_words_are_counted_without_stop_words(self):
        assert weigh(BOUGHT, concept("carter")).passage.words == 4  # carter, bought, red, wagon


class TestPairs:
    def test_are_the_share_of_neighbours_that_are_neighbours_there(self):
        asked = concept("carter"), concept("red"), concept("wagon")
        # A pair weighs as the lighter of its words: carter + red log 5/2, red + wagon log 5.
        found = weigh(BOUGHT, *asked, pairs=["carter_red", "red_wagon"]).passage.pairs
        assert found == pytest.approx(WAGON / (CARTER + WAGON))

    def test_do_not_reach_over_the_end_of_a_sentence(self):
        text = "The fair\n\nThe carter bought a wagon. Horses were sold there.\n\nNobody else spoke about it."
        library = Library.of([read_text(text, "x.txt")])
        asked = concept("wagon"), concept("hors")
        found = weigh(library.passages()[1], *asked, pairs=["wagon_hors"], library=library)
        assert found.passage.coverage == 1
        assert found.passage.pairs == 0

    def test_are_none_where_none_is_asked_for(self):
        assert weigh(BOUGHT, concept("wagon")).passage.pairs == 0


class TestNearness:
    def test_neighbours_are_nearer_than_words_far_apart(self):
        # carter, bought, red, wagon: of two words of equal weight w, w / gap of 2 w.
        assert weigh(BOUGHT, concept("red"), concept("wagon")).passage.nearness == pytest.approx(1 / 2)
        assert weigh(BOUGHT, concept("buy"), concept("wagon")).passage.nearness == pytest.approx(1 / 4)

    def test_the_lighter_of_two_words_counts(self):
        found = weigh(BOUGHT, concept("carter"), concept("wagon")).passage.nearness
        assert found == pytest.approx(CARTER / 3 / (CARTER + WAGON))

    def test_a_word_is_not_near_to_itself(self):
        assert weigh(SOLD, concept("smith")).passage.nearness == 0

    def test_is_never_more_than_one(self):
        text = "The fair\n\nCarter wagon carter wagon carter wagon rode.\n\nNobody else spoke."
        library = Library.of([read_text(text, "x.txt")])
        asked = concept("carter"), concept("wagon")
        assert weigh(library.passages()[1], *asked, library=library).passage.nearness <= 1


def test_each_sentence_has_its_own_figures_and_the_passage_the_best_of_them():
    found = weigh(SOLD, concept("carter"), concept("smith"), concept("wagon"))
    assert [s.found for s in found.sentences] == [(1.0, 1.0, 0.0), (0.0, 1.0, 0.0)]
    assert found.passage.found == (1.0, 1.0, 0.0)
    assert found.passage.words == sum(s.words for s in found.sentences)


class TestHeadings:
    def test_what_only_they_have_is_above(self):
        found = weigh(BOUGHT, concept("fair"), concept("wagon"))
        fair = log(5 / 4)
        assert found.passage.found == (0.0, 1.0)
        assert found.found_above == (1.0, 0.0)
        assert found.above == pytest.approx(fair / (fair + WAGON))

    def test_what_the_passage_has_too_is_not(self):
        text = "The fair\n\nThe fair was full of smiths.\n\nNobody else spoke about it."
        library = Library.of([read_text(text, "x.txt")])
        found = weigh(library.passages()[1], concept("fair"), library=library)
        assert (found.passage.found, found.found_above, found.above) == ((1.0,), (0.0,), 0)


class TestNamed:
    def test_is_the_share_of_the_names_that_are_there(self):
        asked = concept("carter", name=True), concept("wagon", name=True), concept("zebra")
        assert weigh(BOUGHT, *asked).named == pytest.approx(1)
        assert weigh(SOLD, *asked).named == pytest.approx(CARTER / (CARTER + WAGON))
        assert weigh(SPOKE, *asked).named == 0

    def test_counts_names_of_the_headings(self):
        assert weigh(SPOKE, concept("fair", name=True)).named == 1

    def test_does_not_count_words_of_near_meaning(self):
        assert weigh(BOUGHT, concept("zebra", ("wagon", 0.7), name=True)).named == 0

    def test_is_one_where_nothing_is_named(self):
        assert weigh(SPOKE, concept("wagon")).named == 1


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (concept("wagon"), True),
        (concept("zebra"), False),
        (concept("zebra", ("wagon", 0.8)), True),
        (concept("zebra", ("wagon", 0.79)), False),
        (concept("zebra", ("wagon", 0.4), weight=0.5), True),
    ],
)
def test_a_concept_is_known_if_a_passage_has_it_and_not_only_a_word_of_near_meaning(asked, known):
    assert Weigher(query(), LIBRARY).is_known(asked) == known


def test_meaning_is_one_for_a_sentence_of_the_same_words_and_zero_for_unknown_words():
    text = "The fair\n\nThe wagon. The miller sold a horse to the smith.\n\nNobody else spoke about it."
    library = Library.of([read_text(text, "x.txt")])
    passage = library.passages()[1]
    same, other = weigh(passage, concept("wagon"), library=library).sentences
    assert same.meaning == pytest.approx(1, abs=1e-6)
    assert -1 <= other.meaning < same.meaning
    assert [s.meaning for s in weigh(passage, concept("zzzz"), library=library).sentences] == [0, 0]


class TestKinship:
    def test_is_one_where_every_concept_is_firm(self):
        assert weigh(BOUGHT, concept("carter"), concept("wagon")).passage.kinship == pytest.approx(1)

    def test_is_else_the_cosine_of_the_nearest_word(self):
        found = weigh(BOUGHT, concept("vehicl"))
        nearest = max(cosine("vehicl", word) for word in ("carter", "bought", "red", "wagon"))
        assert 0.2 < nearest < 0.9
        assert found.sentences[0].kinship == pytest.approx(nearest, abs=1e-5)

    def test_is_weighed_by_the_concepts(self):
        found = weigh(SOLD, concept("carter"), concept("zzzz"))
        assert found.passage.kinship == pytest.approx(CARTER / (CARTER + log(5)))

    def test_of_a_passage_counts_the_headings_and_of_a_sentence_does_not(self):
        found = weigh(SPOKE, concept("fair"))
        assert found.passage.kinship == pytest.approx(1)
        assert found.sentences[0].kinship < FIRM

    def test_is_never_below_zero(self):
        assert all(weigh(p, concept("molecul")).passage.kinship >= 0 for p in (BOUGHT, SOLD, SPOKE))

    def test_takes_no_word_of_another_language_for_an_english_one(self):
        asked = Query("", "fr", "what", (concept("vehicl"),))
        assert Weigher(asked, LIBRARY).weigh(Hit(BOUGHT, 1, 1.0)).passage.kinship == 0


def test_a_question_without_words_finds_nothing():
    found = weigh(BOUGHT)
    assert (found.passage.coverage, found.passage.exact, found.passage.nearness, found.above) == (0, 0, 0, 0)
    assert found.named == 1


@pytest.mark.parametrize(
    ("words", "saturated"),
    [
        (TYPICAL_WORDS, 0.5),
        (0, 0.5 * 1.9 / (1 + 0.9 * 0.6)),
        (2 * TYPICAL_WORDS, 0.5 * 1.9 / (1 + 0.9 * 1.4)),
    ],
)
def test_saturated_coverage_falls_with_the_length_of_the_text(words, saturated):
    finding = Finding((), 0.5, 0, 0, 0, 0, 0, 0, 0, words)
    assert finding.saturated == pytest.approx(saturated)


class TestCounted:
    NINE = Library.of([read_text("The year\n\nThe two held nine long meetings in 40 days.\n", "page.txt")])

    def counted(self, word, asks="how many", name=False):
        asked = replace(query(concept(word, name=name)), asks=asks)
        (passage,) = (p for p in self.NINE.passages() if p.kind == "body")
        return Weigher(asked, self.NINE).weigh(Hit(passage, 1, 1.0)).passage.counted

    def test_what_stands_within_three_words_behind_a_number_is_counted(self):
        assert self.counted("meet") == self.counted("day") == 1.0
        assert self.counted("held") == 0.0

    def test_it_is_looked_at_where_it_is_asked_how_many_and_not_for_names(self):
        assert self.counted("meet", asks="what") == self.counted("meet", name=True) == 0.0
