"""How a question is worded."""

import pytest

from bot.wording import (
    as_typed,
    asked_type,
    is_contrast,
    is_substitution,
    leans,
    plain_style,
    without_kind_words,
)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who closed the bridge?", "who"),
        ("To whom did he sell it?", "who"),
        ("Whose mill is it?", "who"),
        ("When was it built?", "when"),
        ("In which year did the talks begin?", "when"),
        ("Where is the mill?", "where"),
        ("which city is the mill in?", "where"),
        ("How many barrels did he sell?", "how many"),
        ("How far is it?", "how far"),
        ("What share of the flour was sold?", "how many"),
        ("How long did they measure?", "how long"),
        ("how old is the mill", "how old"),
        ("Why was it closed?", "why"),
        ("What was the reason for it?", "why"),
        ("How come it fell?", "why"),
        ("How was it built?", "how"),
        ("What did he sell?", "what"),
        ("the bridge", "what"),
        ("", "what"),
        ("wen was it built", "when"),
        ("WHY?", "why"),
    ],
)
def test_the_question_word_tells_the_kind_of_answer(question, asks):
    assert asked_type(question) == asks


@pytest.mark.parametrize("question", ["Did the whole mill burn?", "Is it somehow known?", "the whyte mill"])
def test_a_question_word_inside_another_word_tells_nothing(question):
    assert asked_type(question) == "what"


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("In which city do they meet?", "In do they meet?"),
        ("What kind of flour is it?", "flour is it?"),
        ("How many times did he come?", "did he come?"),
        ("What year was it?", "was it?"),
        ("Which mill?", "mill?"),
        ("Is the city far?", "Is the city far?"),
    ],
)
def test_words_for_the_kind_of_answer_are_blanked(question, rest):
    assert without_kind_words(question).split() == rest.split()
    assert len(without_kind_words(question)) == len(question)


class TestPhoneStyle:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("wat abt the govt", "what about the government"),
            ("Wen did the PRES come", "when did the president come"),
            ("pls tell me", " tell me"),
            ("who sold the flour", "who sold the flour"),
        ],
    )
    def test_is_written_out(self, typed, meant):
        assert plain_style(typed, "en") == meant

    def test_is_left_alone_in_dotted_names_and_inside_words(self):
        assert plain_style("the U.S. runway", "en") == "the U.S. runway"

    def test_is_known_in_english_only(self):
        assert plain_style("wat abt", "de") == "wat abt"


@pytest.mark.parametrize(
    "message",
    [
        "and Japan?",
        "what about Japan?",
        "And in the summer?",
        "but with his mother?",
        "how about New York",
        "or Oslo",
    ],
)
def test_putting_one_thing_in_the_place_of_another_is_a_substitution(message):
    assert is_substitution(message)


@pytest.mark.parametrize(
    "message",
    [
        "and what did he reply?",
        "Japan?",
        "why?",
        "and is it far?",
        "and",
        "and a b c d e f g h i j k?",
        "Andorra?",
    ],
)
def test_a_clause_of_its_own_is_none(message):
    assert not is_substitution(message)


@pytest.mark.parametrize(
    ("word", "typed"),
    [("napoleon", "Napoleon"), ("north korea", "North Korea"), ("nk", "NK"), ("elsewhere", "elsewhere")],
)
def test_a_word_is_shown_as_it_was_typed(word, typed):
    assert as_typed("Did Napoleon see North Korea, or NK?", word) == typed


def test_a_word_is_not_found_inside_another():
    assert as_typed("Did Hannah meet Ann?", "ann") == "Ann"


@pytest.mark.parametrize(
    "question",
    [
        "How do the talks with China and with Japan differ?",
        "Compare the mill and the bridge",
        "flour versus bread",
        "What did each of them say?",
        "What is the difference between the two?",
    ],
)
def test_two_things_side_by_side_are_a_contrast(question):
    assert is_contrast(question)


@pytest.mark.parametrize(
    "question", ["Who met Li?", "What did Yoon and Li agree on?", "Is indifference bad?"]
)
def test_two_things_together_are_none(question):
    assert not is_contrast(question)


@pytest.mark.parametrize(
    "sentence",
    ["This is important.", "They measured it.", "His mill burnt.", "It failed.", "Such mills burn."],
)
def test_a_sentence_that_begins_with_a_word_for_another_thing_leans(sentence):
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["It was decided to go on.", "The mill burnt.", "Thisbe slept.", "Italy won.", "In this it failed."],
)
def test_another_sentence_stands_by_itself(sentence):
    assert not leans(sentence)


def test_one_long_word_behind_and_is_looked_at_once():
    assert not is_substitution(
        "and " + "a" * 1_900 + "!a"
    )  # seconds to hours, were it looked at again and again
