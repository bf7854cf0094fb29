import pytest

from index.library import Library, seed_article
from index.reading import read_text
from index.vocabulary import METONYM_WEIGHT, NEAR_WEIGHT, is_english, meant_in_english

SEED = Library.of([seed_article()]).vocabulary


def alias(*stems, vocabulary=SEED):
    """Return the weights of the terms by which what the stems name is found."""
    found = vocabulary.alias(stems)
    assert found is not None
    return {term.term: term.weight for term in found.terms}


def vocabulary(*sentences):
    text = "A title\n\n" + "\n\n".join(sentences)
    return Library.of([read_text(text, "page.txt")]).vocabulary


class TestAliases:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            (["prc"], "china"),
            (["nk"], "north_korea"),
            (["dprk"], "north_korea"),
            (["north", "korea"], "dprk"),
            (["rok"], "south_korea"),
            (["usa"], "us"),
            (["unit", "state"], "us"),
            (["japanes"], "japan"),
        ],
    )
    def test_one_name_of_a_country_finds_the_others(self, asked, found):
        assert alias(*asked)[found] == 1.0

    def test_a_capital_counts_nearly_as_much_as_its_country(self):
        assert alias("japan")["tokyo"] == METONYM_WEIGHT

    def test_a_country_counts_nearly_as_much_as_its_capital_that_was_asked_for(self):
        assert alias("tokyo")["japan"] == METONYM_WEIGHT

    def test_the_name_that_was_asked_comes_first_and_counts_fully(self):
        found = SEED.alias(("tokyo",))
        assert found is not None
        assert (found.terms[0].term, found.terms[0].weight) == ("tokyo", 1.0)

    def test_a_name_that_the_articles_do_not_use_is_read_as_one_they_do(self):
        assert SEED.alias(("nk",)).read_as == "North Korea"
        assert SEED.alias(("dprk",)).read_as is None

    @pytest.mark.parametrize("stems", [("yoon",), ("lee",), ("kim",), ("kim", "jong", "un"), ()])
    def test_a_person_s_name_is_no_alias(self, stems):
        assert SEED.alias(stems) is None

    def test_north_and_south_korea_are_two_countries(self):
        assert "south_korea" not in alias("north", "korea")
        assert "dprk" not in alias("south", "korea")

    def test_an_acronym_beside_its_expansion_is_learnt(self):
        found = vocabulary(
            "The Bureau of Stone Bridges (BSB) was asked on Monday what it knows about the mill of Osterby."
        )
        assert alias("bsb", vocabulary=found)["bureau_stone"] == 1.0
        assert alias("bureau", "stone", "bridg", vocabulary=found)["bsb"] == 1.0

    def test_brackets_that_do_not_abbreviate_what_stands_before_them_teach_nothing(self):
        found = vocabulary(
            "The mill of Osterby (XQZ) was closed on Monday by the council of the town, it said."
        )
        assert found.alias(("xqz",)) is None

    def test_a_region_that_the_articles_do_not_have_is_read_as_what_lies_within_it(self):
        found = SEED.alias(("african", "countri"))
        assert found is not None
        assert (found.read_as, found.is_name) == ("Sudan", True)
        assert alias("african", "countri")["sudan"] == METONYM_WEIGHT

    def test_but_not_a_region_that_they_have(self):
        found = vocabulary("Guests of an African country, Sudan, came to the old mill of Osterby on Monday.")
        assert found.alias(("african", "countri")) is None

    def test_what_is_typed_in_capitals_may_leave_out_a_capitalised_word(self):
        assert SEED.spelt_out("KIEP").startswith("Korea Institute for International Economic Policy")
        assert SEED.spelt_out("kiep") is None

    def test_but_not_two(self):
        assert SEED.spelt_out("KEP") is None


class TestSpelling:
    @pytest.mark.parametrize(
        ("typed", "printed"),
        [
            ("kishda", "Kishida"),
            ("kisida", "Kishida"),
            ("samsng", "Samsung"),
            ("beijng", "Beijing"),
            ("hydrgen", "Hydrogen"),
            ("pyongsob", "Pyong-seob"),
        ],
    )
    def test_a_misspelt_word_is_read_as_the_nearest(self, typed, printed):
        assert SEED.respelt(typed).printed == printed

    def test_a_name_with_other_vowels_is_recognised_by_its_consonants(self):
        assert SEED.respelt("yun").printed == "Yoon"

    @pytest.mark.parametrize("typed", ["noon", "king", "cat", "zzzz", "bridge", "x", "aeiou"])
    def test_another_word_is_not_bent_to_fit(self, typed):
        assert SEED.respelt(typed) is None

    def test_among_equals_the_most_frequent_is_meant(self):
        found = vocabulary(
            "The carter went to market on Monday, and the carter came back from there on Tuesday.",
            "The carter of Osterby had no horse, and so he walked all the way to the mill and back.",
            "Only the cartel of the millers of Osterby had horses enough for all the carts of the town.",
        )
        assert found.respelt("cartez").printed == "carter"


class TestRelatedWords:
    def test_they_are_words_of_the_articles(self):
        mill = vocabulary("The mill of Osterby is made of stone, wood, iron and of nothing else.")
        for words in (SEED, mill):
            assert all(words.has(other.term) for word in ("ask", "war") for other in words.related(word))
        assert "request" not in {other.term for other in mill.related("ask")}

    def test_ask_is_related_to_request_and_urge(self):
        assert {"request", "urg"} <= {other.term for other in SEED.related("ask")}

    def test_they_count_less_than_the_word_itself_the_nearest_most(self):
        weights = [other.weight for other in SEED.related("ask")]
        assert weights == sorted(weights, reverse=True)
        assert min(weights) > 0
        assert max(weights) <= max(NEAR_WEIGHT, 0.7)

    def test_a_word_is_not_related_to_itself(self):
        assert all(other.term != "war" for other in SEED.related("war"))

    @pytest.mark.parametrize("term", ["zzz", "", "north_korea"])
    def test_what_is_no_english_word_has_none(self, term):
        assert SEED.related(term) == []


@pytest.mark.parametrize(
    ("word", "is_known"), [("bridge", True), ("requested", True), ("kishida", False), ("", False)]
)
def test_the_tables_know_words_in_any_form_but_no_names(word, is_known):
    assert is_english(word) == is_known


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("arived", "arriv"),
        ("statment", "statement"),
        ("romeo", None),
        ("crimea", None),
        ("hav", None),
        ("qwxyz", None),
    ],
)
def test_a_misspelt_english_word_is_the_commonest_with_its_consonants(typed, meant):
    assert meant_in_english(typed) == meant
