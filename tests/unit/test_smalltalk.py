"""Messages that are no questions."""

import pytest

from bot.phrases import phrase
from bot.smalltalk import asks_for_list, small_talk


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("hi", "Hello."),
        ("Hello there!!", "Hello."),
        ("ＨＥＬＬＯ", "Hello."),
        ("Привет!", "Hello."),
        ("good morning", "Hello."),
        ("what’s up?", "Fine"),
        ("How are you today?", "Fine"),
        ("thanks", "You are welcome."),
        ("Thank you for the answer!", "You are welcome."),
        ("merci", "You are welcome."),
        ("ok", "All right."),
        ("haha", "All right."),
        ("got it 👍", "All right."),
        ("bye bye", "Goodbye."),
        ("good night", "Goodbye."),
        ("who are you?", "I am Footnote"),
        ("what's your name", "I am Footnote"),
        ("ping", "I am here."),
    ],
)
def test_a_message_that_is_no_question_gets_a_fitting_reply(message, says):
    assert small_talk(message, 100).startswith(says)


@pytest.mark.parametrize(
    "message", ["", "  \n", "help", "Help me please", "what can you do?", "how does this work"]
)
def test_nothing_and_a_call_for_help_get_the_help(message):
    assert small_talk(message, 100) == phrase("help")


@pytest.mark.parametrize("message", ["👍", "?!", "…", "___"])
def test_a_message_without_a_word_is_told_so(message):
    assert small_talk(message, 100) == "I read words only. " + phrase("help")


@pytest.mark.parametrize(
    "message",
    [
        "Hi, who closed the bridge?",
        "yes, but why?",
        "Who thanked the minister?",
        "why?",
        "who is he",
        "bridge",
        "What does the test show?",
        "no deal",
        "1850",
    ],
)
def test_a_question_is_none_of_these(message):
    assert small_talk(message, 100) is None


def test_a_message_that_is_too_long_is_told_both_lengths():
    assert small_talk("x" * 1001, 1000) == "That is 1,001 characters long; please ask in at most 1,000."


def test_a_message_of_the_greatest_length_is_a_question():
    assert small_talk("x" * 1000, 1000) is None


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("Which articles do you have?", True),
        ("what articles can I ask about", True),
        ("which articles are there?", True),
        ("please list all articles!", True),
        ("How many articles are in your library?", True),
        ("which article is about trams?", False),
        ("Which articles are about trams?", False),
        ("What are the articles of the treaty?", False),
        ("which articles did the court strike down?", False),
        ("", False),
    ],
)
def test_a_list_of_the_articles_is_asked_for_by_nothing_else(message, asks):
    assert asks_for_list(message) == asks
