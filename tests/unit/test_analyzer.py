import pytest

from index.analyzer import (
    Analyzer,
    analyzer,
    detect_language,
    index_terms,
    languages,
    link_words,
    normalise,
    pairs,
    stop_words,
)


def terms(text, language="en"):
    """Return the terms of every word of a text."""
    return [token.terms for token in Analyzer(language).tokens(text)]


class TestWords:
    @pytest.mark.parametrize("text", ["Korea’s", "Korea's", "Koreaʼs", "KOREA", "Korea,", "“Korea”"])
    def test_case_quotation_marks_and_the_possessive_make_no_difference(self, text):
        assert terms(text) == [("korea",)]

    @pytest.mark.parametrize("text", ["Suk-yeol", "Suk\u2011yeol", "suk\u2010yeol"])
    def test_a_hyphenated_word_is_found_by_its_parts_and_joined(self, text):
        assert terms(text) == [("suk", "yeol", "sukyeol")]

    def test_a_joined_word_finds_the_hyphenated_one(self):
        assert set(terms("Sukyeol")[0]) < set(terms("Suk-yeol")[0])

    def test_stop_words_inside_a_hyphenated_word_are_kept_only_joined(self):
        assert terms("face-to-face") == [("face", "face", "facetofac")]

    def test_words_parted_by_a_dash_or_a_slash_are_words_of_their_own(self):
        assert terms("trade – talks/tariffs") == [("trade",), ("talk",), ("tariff",)]

    @pytest.mark.parametrize("text", ["U.S.", "U.S", "u.s.", "U.S.’s", "US", "U.S.-led"])
    def test_a_dotted_acronym_is_the_plain_one(self, text):
        assert terms(text)[0] == ("us",)

    def test_the_plural_of_an_acronym_is_the_acronym(self):
        assert terms("SMEs and FMs") == terms("SME and FM")

    @pytest.mark.parametrize("text", ["U.S.A.", "U.S.A", "USA"])
    def test_its_last_letter_is_not_torn_off(self, text):
        assert terms(text) == [("usa",)]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("1,000.5", [("1000.5",)]),
            ("31,000 hectolitres", [("31000",), ("hectolitr",)]),
            ("50/50", [("50",), ("50",)]),
            ("10th", [("10th",)]),
            ("2.4 million", [("2.4",), ("million",)]),
            ("in 2016.", [("2016",)]),
        ],
    )
    def test_numbers_keep_their_digits_and_lose_the_separators_of_thousands(self, text, found):
        assert terms(text) == found

    @pytest.mark.parametrize("text", ["café", "cafe\u0301", "CAFÉ", "cafe"])
    def test_accents_make_no_difference_in_latin_letters(self, text):
        assert terms(text) == [("cafe",)]

    def test_they_do_in_others(self):
        assert terms("мой", "xx") != terms("мои", "xx")

    def test_compatibility_forms_are_folded(self):
        assert terms("ﬁnance") == terms("finance")

    def test_stop_words_are_left_out_unless_wanted(self):
        assert terms("Who is he, and what did they do?") == []
        assert [token.word for token in Analyzer("en").tokens("Who is he", stops=True)] == ["who", "is", "he"]

    @pytest.mark.parametrize("text", ["don't", "I’ve", "s"])
    def test_contractions_of_stop_words_say_nothing(self, text):
        assert terms(text) == []

    def test_an_elided_article_is_cut_off(self):
        assert terms("l’accord d'Osterby", "fr") == [("accord",), ("osterby",)]

    @pytest.mark.parametrize("text", ["", " ", "?!… —", "🎉"])
    def test_no_words_have_no_tokens(self, text):
        assert terms(text) == []

    def test_spans_are_those_of_the_words_in_the_text_and_begin_at_the_offset(self):
        text = "“South Korea’s” two-plus-two"
        found = Analyzer("en").tokens(text, offset=100)
        assert [text[token.start - 100 : token.end - 100] for token in found] == [
            "South",
            "Korea’s",
            "two-plus-two",
        ]


class TestCharactersWithoutSpaces:
    def test_pairs_of_characters_overlap(self):
        assert terms("北京大学", "zh") == [("北京",), ("京大",), ("大学",)]

    def test_a_single_one_stands_alone(self):
        assert terms("北", "zh") == [("北",)]

    def test_their_spans_are_of_two_characters(self):
        found = Analyzer("zh").tokens("在北京。")
        assert [(token.start, token.end) for token in found] == [(0, 2), (1, 3)]


class TestStems:
    @pytest.mark.parametrize(
        ("language", "forms"),
        [
            ("en", "negotiations negotiated negotiating"),
            ("fr", "négociations négocier négociation"),
            ("de", "Verhandlungen Verhandlung"),
            ("es", "negociaciones negociación negociar"),
            ("ru", "переговоры переговоров переговорами"),
        ],
    )
    def test_the_forms_of_a_word_have_one_term(self, language, forms):
        assert len(set(terms(forms, language))) == 1

    @pytest.mark.parametrize(
        ("irregular", "regular"), [("met", "meeting"), ("sought", "seek"), ("children", "child")]
    )
    def test_an_irregular_form_finds_the_regular_one(self, irregular, regular):
        assert terms(irregular) == terms(regular)

    def test_a_language_without_a_stemmer_keeps_its_words_whole(self):
        assert terms("Verhandlungen met", "xx") == [("verhandlungen",), ("met",)]

    def test_an_analyzer_is_made_once_a_language(self):
        assert analyzer("fr") is analyzer("fr")


class TestMisspeltStopWords:
    @pytest.mark.parametrize("word", ["wich", "whta", "abuot", "becuase"])
    def test_one_slip_is_forgiven(self, word):
        assert Analyzer("en").is_misspelt_stop_word(word)

    @pytest.mark.parametrize("word", ["teh", "bridge", "wihc", "korea"])
    def test_a_short_word_and_two_slips_are_not(self, word):
        assert not Analyzer("en").is_misspelt_stop_word(word)


class TestIndexTerms:
    def test_all_terms_come_first_then_the_pairs_of_neighbours(self):
        tokens = Analyzer("en").tokens("South Korea’s two-plus-two talks")
        assert index_terms(tokens) == [
            *["south", "korea", "two", "plus", "two", "twoplustwo", "talk"],
            *["south_korea", "korea_two", "two_talk"],
        ]

    def test_neighbours_may_have_stop_words_between_them(self):
        tokens = Analyzer("en").tokens("the dialogue of the ministers")
        assert [(term, first.word, second.word) for term, first, second in pairs(tokens)] == [
            ("dialogu_minist", "dialogue", "ministers")
        ]

    def test_no_tokens_have_none(self):
        assert index_terms([]) == []


class TestLanguage:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("The mayor did not want to pay.", "en"),
            ("Le maire ne voulait pas payer.", "fr"),
            ("Der Bürgermeister wollte nicht zahlen.", "de"),
            ("El alcalde no quería pagar la obra.", "es"),
            ("Мэр не хотел платить.", "ru"),
            ("Мэр платит", "ru"),
            ("市长不想付钱。", "zh"),
            ("市長は払いたくなかった。", "ja"),
            ("시장은 돈을 내고 싶지 않았다.", "ko"),
        ],
    )
    def test_a_sentence_tells_its_language(self, text, language):
        assert detect_language(text) == language

    @pytest.mark.parametrize("text", ["", "12345", "Osterby"])
    def test_without_evidence_it_is_the_default(self, text):
        assert detect_language(text) == "en"
        assert detect_language(text, default="de") == "de"


class TestTables:
    def test_five_languages_have_a_stemmer_and_stop_words(self):
        assert languages() == ("en", "fr", "de", "es", "ru")
        assert all(stop_words(language) for language in languages())

    def test_another_language_has_no_stop_words_and_no_link_words(self):
        assert stop_words("xx") == link_words("xx", "link") == frozenset()

    def test_words_that_may_begin_a_heading_may_stand_inside_one(self):
        for language in languages():
            assert link_words(language, "article") <= link_words(language, "link")


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Korea’s", "korea"), ("U.S.", "us"), ("1,000", "1000"), ("3.5", "3.5"), ("Ⅷ", "viii"), ("ẞ", "ss")],
)
def test_normalising_folds_what_makes_no_difference(word, folded):
    assert normalise(word) == folded
