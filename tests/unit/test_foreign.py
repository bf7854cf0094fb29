"""Whether a question is in another language than the articles."""

from pathlib import Path

import pytest

from bot.evaluation import read_questions
from bot.foreign import decline, language_asked
from bot.phrases import LANGUAGES
from index.tables import data_file, table

ARTICLES = Path(__file__).parents[1] / "relevance" / "articles"
OURS = [data_file("questions", "golden.jsonl"), *sorted(ARTICLES.glob("*.jsonl"))]


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("es", "¿Qué dijo Yoon?"),
        ("es", "¿Cuántos países participaron?"),
        ("es", "quien escribio esto"),
        ("fr", "Où est Séoul ?"),
        ("fr", "Pourquoi protesta Pékin ?"),
        ("fr", "Qu’a dit Yoon ?"),
        ("de", "Wo liegt Seoul?"),
        ("de", "Warum protestierte Peking?"),
        ("de", "Wie viele Länder?"),
        ("ru", "Что сказал Юн?"),
        ("zh", "尹锡悦说了什么？"),
    ],
)
def test_a_question_of_three_words_is_known_by_how_it_begins(code, question):
    assert language_asked(question, "en") == code
    assert language_asked(question, code) is None


def test_a_word_of_several_languages_is_that_of_the_asker():
    assert language_asked("que piensa kishida", "en", "es") == "es"
    assert language_asked("Que pense Kishida ?", "en", "fr") == "fr"
    assert language_asked("que pense kishida", "en") is None
    assert language_asked("que dijo de esto", "en", "fr") == "es"


@pytest.mark.parametrize(
    "question",
    [
        "Wo Weiping and the port?",
        "Wo Weiping visit",
        "Wen Jiabao?",
        "what happened",
        "Yoon Kishida",
        "",
        "?!",
        "Comment: was Yoon there?",
    ],
)
def test_what_is_not_plainly_in_another_language_is_in_that_of_the_articles(question):
    assert language_asked(question, "en") is None


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_no_question_of_ours_is_taken_for_one_in_another_language(path):
    asked = [question.question for question in read_questions(path)]
    assert len(asked) > 50
    assert [text for text in asked for spoken in LANGUAGES if language_asked(text, "en", spoken)] == []


@pytest.mark.parametrize("code", [code for code in table("foreign") if code != "source"])
def test_what_is_said_names_the_language_of_the_articles_in_that_of_the_question(code):
    entry = table("foreign")[code]
    assert entry["names"]["en"] in decline(code, "en")
    assert "it" in decline(code, "it")
