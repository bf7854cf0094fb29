"""The gate: the golden questions, put to the seed article, score no worse than `floors.json` says.

A floor is raised with the figures and never lowered silently; the digest in it changes with the questions, so
that floors and questions change together. `python -m tests.relevance.test_golden` prints the figures of now
in the form of that file.
"""

import hashlib
import json
import math
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.evaluation import read_questions, run_questions
from bot.models import Session
from bot.scoring import CHAT, MAX_ANSWER_WORDS, plain, score
from index.library import Library, seed_article

FLOORS = Path(__file__).with_name("floors.json")
FILE = Path(__file__).parents[2] / "data" / "questions" / "golden.jsonl"
QUESTIONS = read_questions(FILE)

ALL = "all but chat"

MEDIAN_WORDS, P95_WORDS = 45, 110
"""What an answer may have: it is not a page."""


@cache
def library():
    return Library.of([seed_article()])


@cache
def run():
    return tuple(run_questions(Dialogue(library()), QUESTIONS))


@cache
def scores():
    return score(QUESTIONS, run())


def figures():
    """Return the figures of now: shares that passed, and how well it abstains; rounded down."""
    overall = scores().overall
    kinds = {kind: of_kind.passed for kind, of_kind in scores().kinds.items()}
    shares = {
        "passed": {**kinds, ALL: overall.passed},
        "abstention": {"precision": overall.abstention_precision, "recall": overall.abstention_recall},
    }
    return {
        "questions": hashlib.sha256(FILE.read_bytes()).hexdigest(),
        **{
            name: {key: math.floor((value or 0.0) * 1000) / 1000 for key, value in group.items()}
            for name, group in shares.items()
        },
    }


def floors():
    return json.loads(FLOORS.read_text(encoding="utf-8"))


class TestQuestions:
    def test_floors_and_questions_change_together(self):
        assert figures()["questions"] == floors()["questions"], (
            "the questions have changed: look at the figures, then write them to floors.json "
            "(python -m tests.relevance.test_golden)"
        )

    def test_there_are_enough_of_all_kinds(self):
        kinds = Counter(question.kind for question in QUESTIONS)
        assert len(QUESTIONS) >= 60
        assert sum(not question.answerable for question in QUESTIONS if question.kind != CHAT) >= 10
        assert kinds["paraphrase"] + kinds["typo"] >= 20
        assert min(kinds[kind] for kind in ("direct", "alias", "followup", "multi", "about", CHAT)) >= 5

    def test_no_question_stands_twice(self):
        asked = [(question.question, question.history) for question in QUESTIONS]
        assert len(set(asked)) == len(asked)

    @pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
    def test_every_quote_is_found_word_for_word_in_one_passage_and_no_other(self, question):
        quotes = [*(question.gold_quotes or ()), *question.also_quotes]
        for quote in quotes:
            assert seed_article().text.count(quote) == 1
            assert sum(quote in passage.text for passage in library().passages()) == 1
        assert bool(quotes) == (question.answerable and question.kind != CHAT)

    @pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
    def test_every_answer_stands_in_a_passage_with_a_gold_quote(self, question):
        gold = [p for p in library().passages() if any(q in p.text for q in question.gold_quotes or ())]
        for answer in question.answers:
            assert any(plain(answer).lower() in plain(passage.text).lower() for passage in gold)


class TestGate:
    @pytest.mark.parametrize("kind", [*dict.fromkeys(question.kind for question in QUESTIONS), ALL])
    def test_as_many_questions_pass_as_before(self, kind):
        assert figures()["passed"][kind] >= floors()["passed"][kind]

    @pytest.mark.parametrize("name", ["precision", "recall"])
    def test_it_abstains_as_well_as_before(self, name):
        assert figures()["abstention"][name] >= floors()["abstention"][name]

    def test_every_kind_has_a_floor(self):
        assert floors().keys() == figures().keys()
        assert floors()["passed"].keys() == figures()["passed"].keys()

    def test_an_answer_is_not_a_page(self):
        overall = scores().overall
        assert overall.answer_words_median <= MEDIAN_WORDS
        assert overall.answer_words_p95 <= P95_WORDS
        assert all(len((line.answer or "").split()) <= MAX_ANSWER_WORDS for line in run())

    def test_no_more_than_three_passages_are_cited(self):
        assert all(len(line.passages) <= 3 for line in run())

    def test_the_same_run_comes_out_again(self):
        again = run_questions(Dialogue(Library.of([seed_article()])), QUESTIONS)
        assert tuple(again) == run()


class TestFurniture:
    """What the page prints around the article: language switch, "Follow us on:", caption, links."""

    FURNITURE = tuple(block for block in seed_article().blocks if block.kind == "furniture")
    TEXTS = tuple(seed_article().text[block.start : block.end] for block in FURNITURE)

    @classmethod
    def assert_none_is_shown(cls, reply):
        answer = reply.answer
        if answer is None:
            return
        shown = [hit.passage for hit in answer.hits] + [note.passage for note in answer.footnotes]
        shown += [answer.nearest.passage] if answer.nearest else []
        spans = [(passage.start, passage.end) for passage in shown] + [quote.span for quote in answer.quotes]
        for block in cls.FURNITURE:
            assert not any(start < block.end and block.start < end for start, end in spans)

    def test_there_are_nine_pieces_of_it(self):
        assert len(self.TEXTS) == 9

    @pytest.mark.parametrize("text", TEXTS)
    def test_it_is_in_no_passage(self, text):
        pieces = [piece for piece in library().passages() if text in piece.text]
        assert pieces == []

    @pytest.mark.parametrize("word", ["africa", "brics", "nato", "petersburg", "europ", "fr"])
    def test_no_word_that_only_it_has_is_indexed(self, word):
        assert word not in library().engine

    @pytest.mark.parametrize("always", [False, True])
    @pytest.mark.parametrize("asked", ["{}", "what does the article say about “{}”?", "{} why?"])
    @pytest.mark.parametrize("text", TEXTS)
    def test_asked_in_its_own_words_it_is_never_found_cited_or_shown(self, text, asked, always):
        dialogue = Dialogue(library())
        reply = dialogue.reply(Session(), asked.format(text), always=always)
        self.assert_none_is_shown(reply)
        self.assert_none_is_shown(dialogue.reply(reply.session, "tell me more about that", always=always))

    def test_no_golden_question_shows_any(self):
        dialogue = Dialogue(library())
        for question in QUESTIONS:
            self.assert_none_is_shown(dialogue.reply(Session(), question.question))


if __name__ == "__main__":
    print(json.dumps(figures(), indent=1))  # noqa: T201
