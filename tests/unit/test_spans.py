"""The words of a sentence that answer."""

import pytest

from bot.spans import answer_spans, typed_spans
from index.analyzer import analyzer
from index.models import Sentence, Span


def typed(text, asks):
    return [text[start:end] for start, end in typed_spans(text, asks)]


def marked(text, asks, question="", before=""):
    """Return what is marked in a sentence that stands behind `before`."""
    whole = before + text + " And so on."
    span = Span(len(before), len(before) + len(text))
    sentence = Sentence(span, (), lambda: analyzer("en").tokens(text, offset=span.start))
    asked = frozenset(term for token in analyzer("en").tokens(question) for term in token.terms)
    spans = answer_spans(sentence, whole, asks, asked)
    assert all(span.start <= start < end <= span.end for start, end in spans)
    return [whole[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The mill was built in 1850 by farmers.", ["1850"]),
        ("The talks begin on May 26-27 in Oslo.", ["May 26-27"]),
        ("The talks began on 14 March 2022 in Oslo.", ["14 March 2022"]),
        ("The talks begin in mid-June at the mill.", ["mid-June"]),
        ("He left around noon on foot.", ["around noon"]),
        ("He left at 5 p.m. on foot.", ["at 5 p.m."]),
        ("They will meet in the second half of 2024 again.", ["second half of 2024"]),
        ("He sold it last week and left two years ago.", ["last week", "two years ago"]),
        ("It is planned for the near future, he said", ["near future"]),
        ("El acuerdo es del 3 de mayo de 2021 en Oslo", ["3 de mayo de 2021"]),
        ("The miller sold flour to the smith.", []),
    ],
)
def test_a_date_or_a_time_answers_when(text, found):
    assert typed(text, "when") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He sold ninety barrels to a smith.", ["ninety"]),
        ("It cost $5 in all.", ["$5"]),
        ("It fell by 12 % in a year.", ["12 %"]),
        ("There were 1,200 barrels there.", ["1,200"]),
        ("Hundreds of barrels fell.", ["Hundreds"]),
        ("Someone stood there alone.", []),
    ],
)
def test_a_number_answers_how_many(text, found):
    assert typed(text, "how many") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They measured it for three days.", ["three days"]),
        ("After a 13-year hiatus they met.", ["13-year"]),
        ("Over the past two decades it grew.", ["past two decades"]),
        ("Over the past few years it grew.", ["past few years"]),
        ("Over the past year they met.", []),
        ("They met in 1850 with ninety barrels.", []),
    ],
)
def test_a_duration_answers_how_long(text, found):
    assert typed(text, "how long") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The two saw 58 metres of ice.", ["58 metres"]),
        ("It fell by 3.5 per cent, or $40.", ["3.5 per cent", "$40"]),
        ("The two of them came in 2022.", []),
    ],
)
def test_a_number_with_its_unit_answers_how_far(text, found):
    assert typed(text, "how far") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada Quill, 54, was there.", ["54"]),
        ("A skipper of 54 was there.", ["54"]),
        ("A boat of 54 metres was there.", []),
        ("A 13-year-old saw it.", ["13-year-old"]),
        ("It was built by Hallgren in 1850.", ["built by Hallgren in 1850"]),
        ("All 54 were there.", []),
    ],
)
def test_an_age_answers_how_old(text, found):
    assert typed(text, "how old") == found


class TestNames:
    @pytest.mark.parametrize("asks", ["who", "where"])
    def test_a_capitalised_name_answers_whole(self, asks):
        assert typed("The mill belongs to Erik Hallgren and others.", asks) == ["Erik Hallgren"]

    def test_a_name_may_have_small_words_inside(self):
        assert typed("He met the Bank of the North there.", "who") == ["Bank of the North"]

    def test_one_capital_at_the_start_tells_nothing(self):
        assert typed("Flour was sold to them.", "who") == []

    @pytest.mark.parametrize(
        "text", ["On May 29 he came.", "“I hope so,” he said.", "He said: “Flour is dear.”"]
    )
    def test_a_month_is_no_name_nor_is_what_only_begins(self, text):
        assert typed(text, "who") == []

    def test_a_small_word_with_a_capital_in_front_is_left_out(self):
        assert typed("In Torunn Vik he found her.", "who") == ["Torunn Vik"]

    def test_two_capitals_at_the_start_are_a_name(self):
        assert typed("Mayor Brown closed it.", "who") == ["Mayor Brown"]


@pytest.mark.parametrize("asks", ["what", "how", "yes or no"])
def test_what_has_no_form_of_its_own_is_not_looked_for_by_form(asks):
    assert typed_spans("Mayor Brown came on May 26 because of 90 barrels.", asks) == ()


@pytest.mark.parametrize(("text", "found"), [("Of 850, he slept", ["850"]), ("He sold 90.", ["90"])])
def test_a_number_ends_with_its_last_digit(text, found):
    assert typed(text, "how many") == found


@pytest.mark.parametrize(
    ("text", "asks", "found"),
    [
        ("He was born in June.", "when", ["June"]),
        ("He met Erik.", "who", ["Erik"]),
    ],
)
def test_a_span_ends_with_its_last_word(text, asks, found):
    assert typed(text, asks) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("He sold ninety-five barrels", ["ninety-five"]), ("It cost $5 million in all", ["$5 million"])],
)
def test_a_number_of_several_words_is_one(text, found):
    assert typed(text, "how many") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("By 2015 both had gone.", []), ("On May 26-27 nine came.", ["nine"])],
)
def test_a_date_and_both_are_no_count(text, found):
    assert typed(text, "how many") == found


@pytest.mark.parametrize(
    ("text", "asks"),
    [("He drove a car to the mill", "why"), ("It may rain there", "when"), ("They march on", "when")],
)
def test_a_word_that_only_looks_like_the_form_is_none(text, asks):
    assert typed(text, asks) == []


class TestWhatIsMarked:
    def test_the_reason_from_the_word_that_gives_it_to_the_end_of_its_clause(self):
        text = "The mayor closed the bridge because the ice had cracked it, and he left."
        assert marked(text, "why", "Why was the bridge closed?") == ["because the ice had cracked it"]

    def test_the_reason_leaves_out_the_full_stop(self):
        assert marked("He left due to rain.", "why") == ["due to rain"]

    def test_never_what_the_question_says_itself(self):
        text = "Erik Hallgren sold flour to Olaf Lund and went home."
        assert marked(text, "who", "To whom did Hallgren sell flour?") == ["Olaf Lund"]
        assert marked(text, "who", "Who sold flour to Lund?") == ["Erik Hallgren"]

    def test_the_one_that_is_nearest_to_the_words_of_the_question(self):
        text = "In 1850 a farmer came with all that he had and at last built the mill in 1870 there."
        assert marked(text, "when", "When was the mill built?") == ["1870"]
        assert marked(text, "when", "When did the farmer come?") == ["1850"]

    def test_the_first_where_no_word_of_the_question_is_near(self):
        assert marked("He came in 1850 and left in 1870 again.", "when") == ["1850"]

    def test_the_quotation_with_most_new_words_where_nothing_has_the_form(self):
        text = "The miller, who was old, said: “Nobody ever bought more flour or bread than Hallgren here.”"
        assert marked(text, "what", "What did the miller say?") == [
            "“Nobody ever bought more flour or bread than Hallgren here.”"
        ]

    def test_the_clause_with_most_new_words_else(self):
        text = "The miller sold flour, bought horses and wagons, and slept."
        assert marked(text, "what", "What did the miller do with flour?") == ["bought horses and wagons"]

    def test_nothing_where_all_was_in_the_question(self):
        assert marked("The miller sold flour.", "what", "Has the miller sold flour?") == []

    def test_nothing_in_a_sentence_of_stop_words(self):
        assert marked("It was not.", "what") == []

    @pytest.mark.parametrize(
        ("asks", "span"), [("when", "1850"), ("who", "Olaf Lund"), ("why", "because of the rain")]
    )
    def test_it_is_counted_from_the_start_of_the_article(self, asks, span):
        text = "The mill was sold in 1850 to Olaf Lund and others because of the rain."
        assert marked(text, asks, before="In 1790, Anna Berg came because of 12 wars. ") == [span]

    def test_a_quotation_is_not_cut(self):
        text = "He said that all “agree with it, and not with her”, on Monday."
        assert marked(text, "what", "What did he say?") == [
            "He said that all “agree with it, and not with her”"
        ]
