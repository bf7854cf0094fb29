import json
import math

import pytest

from bot.evaluation import HistoryEntry, Question, RunLine
from bot.scoring import (
    auroc,
    calibration_bins,
    calibration_error,
    format_scores,
    has_phrase,
    has_words,
    hit_at,
    judge,
    ndcg,
    reciprocal_rank,
    score,
)


def asking(question_id: str = "q", **fields: object) -> Question:
    return Question.model_validate({"id": question_id, "question": "?", "answerable": True, **fields})


def running(question_id: str = "q", **fields: object) -> RunLine:
    return RunLine.model_validate({"id": question_id, **fields})


class TestRankMetrics:
    def test_hit_at_k_counts_the_kth_rank_in(self):
        assert hit_at([False, False, True], 3)
        assert not hit_at([False, False, True], 2)

    def test_reciprocal_rank_is_that_of_the_first_right_passage(self):
        assert reciprocal_rank([False, True, True]) == 1 / 2

    def test_reciprocal_rank_ends_at_ten(self):
        assert reciprocal_rank([False] * 9 + [True]) == 1 / 10
        assert reciprocal_rank([False] * 10 + [True]) == 0.0

    def test_ndcg_by_hand(self):
        # Right at ranks 1 and 3 of three right ones: found 1/log2(2) + 1/log2(4) = 1.5;
        # best 1 + 1/log2(3) + 1/2 = 2.130930.
        assert ndcg([True, False, True, False], 3) == pytest.approx(1.5 / 2.130930, abs=1e-6)

    def test_ndcg_of_a_perfect_ranking_is_one_however_many_are_right(self):
        assert ndcg([True] * 12, 12) == pytest.approx(1.0)

    def test_ndcg_of_nothing_found_is_zero(self):
        assert ndcg([], 2) == 0.0

    def test_auroc_by_hand(self):
        # Pairs (.9 | .8, .3, .3), (.3 | .8, .3, .3): 3 wins, then 0 and two ties of a half: 4 of 6.
        assert auroc([0.9, 0.3], [0.8, 0.3, 0.3]) == pytest.approx(4 / 6)

    def test_auroc_needs_both_sides(self):
        assert auroc([], [0.1]) is None
        assert auroc([0.1], []) is None

    def test_auroc_compares_minus_infinity(self):
        assert auroc([0.0, -math.inf], [-math.inf]) == pytest.approx(0.75)


class TestPhrases:
    @pytest.mark.parametrize(
        ("text", "phrase"),
        [
            ("the “actively contribute” clause", '"ACTIVELY contribute"'),
            ("Yoon’s\u00a0aide", "yoon's aide"),
            ("(308)", "308"),
            ("co-operation", "operation"),
        ],
    )
    def test_phrase_stands_in_text(self, text, phrase):
        assert has_phrase(text, [phrase])

    @pytest.mark.parametrize(
        ("text", "phrase"),
        [("May 26-27", "May 26"), ("1308 points", "308"), ("the talks", "talk"), ("", "308")],
    )
    def test_phrase_does_not_stand_in_text(self, text, phrase):
        assert not has_phrase(text, [phrase])

    def test_words_leave_out_english_articles_and_punctuation(self):
        assert has_words("He led the monastery, an abbot.", ["monastery abbot"])

    def test_words_are_whole(self):
        assert not has_words("monasteries", ["monastery"])

    def test_chinese_words_may_stand_anywhere(self):
        assert has_words("中国总理访问首尔", ["总理"])

    def test_an_answer_of_articles_alone_is_never_found(self):
        assert not has_words("the end", ["the", ""])


class TestJudgingByPassages:
    def test_hits_are_counted_although_it_abstained(self):
        judged = judge(asking(gold_passages=["p1"]), running(abstained=True, ranked=["p1", "p2"]))
        assert judged.gains == (True, False)
        assert judged.passed is False

    def test_an_id_ranked_twice_takes_one_rank(self):
        judged = judge(asking(gold_passages=["p2"]), running(ranked=["p1", "p1", "p2"]))
        assert judged.gains == (False, True)

    def test_passed_needs_the_first_passage_and_the_answer(self):
        question = asking(gold_passages=["p1"], answers=["308"])
        assert judge(question, running(ranked=["p1"], answer="It was 308.")).passed
        assert not judge(question, running(ranked=["p1"], answer="It was 309.")).passed
        assert not judge(question, running(ranked=["p2", "p1"], answer="It was 308.")).passed

    def test_passed_needs_no_answer_where_the_question_has_none(self):
        assert judge(asking(gold_passages=["p1"]), running(ranked=["p1"])).passed

    def test_a_long_answer_counts(self):
        question = asking(gold_passages=["p1"], answers=["308"])
        assert judge(question, running(ranked=["p1"], answer="word " * 130 + "308")).contained

    def test_a_system_that_only_ranks_has_no_answer_to_judge(self):
        judged = judge(asking(gold_passages=["p1"], answers=["308"]), running(ranked=["p1"]))
        assert judged.contained is None
        assert judged.passed is False

    def test_missing_counts_as_abstained_and_as_failed(self):
        judged = judge(asking(answerable=False, gold_passages=[]), None)
        assert judged.abstained
        assert judged.passed is False


class TestJudgingByQuotes:
    question = asking(gold_quotes=["“give peace a chance”", "on Monday"], answers=["peace"])

    def test_any_one_quote_serves_and_the_first_alone_gains(self):
        passages = ["Nothing.", 'They "give peace\u00a0a chance".', "He came on Monday."]
        judged = judge(self.question, running(passages=passages, answer="peace"))
        assert judged.gains == (False, True, False)
        assert judged.gold == 1

    def test_an_abstention_is_a_miss(self):
        judged = judge(self.question, running(passages=["on Monday"], answer="peace", abstained=True))
        assert judged.gains == ()
        assert judged.contained is False

    def test_ranked_does_not_count(self):
        assert judge(self.question, running(ranked=["on Monday"])).gains == ()

    def test_a_passage_of_200_words_counts_one_of_201_does_not(self):
        assert judge(self.question, running(passages=["on Monday" + " x" * 198])).gains == (True,)
        assert judge(self.question, running(passages=["on Monday" + " x" * 199])).gains == (False,)

    def test_an_answer_of_120_words_counts_one_of_121_does_not(self):
        assert judge(self.question, running(answer="peace" + " x" * 119)).contained
        assert not judge(self.question, running(answer="peace" + " x" * 120)).contained

    def test_also_is_the_share_of_further_quotes_among_the_first_three(self):
        question = asking(gold_quotes=["a"], also_quotes=["bee", "cee"])
        assert judge(question, running(passages=["a", "x", "bee", "cee"])).also == 0.5

    def test_missing_is_no_abstention(self):
        judged = judge(asking(answerable=False, gold_quotes=[]), None)
        assert not judged.abstained
        assert judged.passed is False


class TestChat:
    greeting = asking(kind="chat", answerable=False, gold_quotes=[])

    @pytest.mark.parametrize("line", [running(answer="Hello."), running(abstained=True)])
    def test_passes_where_nothing_is_cited(self, line):
        assert judge(self.greeting, line).passed

    def test_fails_where_passages_are_cited_or_nothing_is_said(self):
        assert judge(self.greeting, running(answer="So.", passages=["So."])).passed is False
        assert judge(self.greeting, None).passed is False

    def test_a_rant_with_a_question_in_it_passes_with_the_right_passage(self):
        rant = asking(kind="chat", answerable=True, gold_quotes=["on Monday"])
        assert judge(rant, running(answer="So.", passages=["He came on Monday."])).passed
        assert judge(rant, running(answer="So.", passages=["He left."])).passed is False

    def test_is_left_out_of_the_whole(self):
        scores = score(
            [self.greeting, asking("q2", gold_quotes=["a"])], [running(), running("q2", passages=["a"])]
        )
        assert scores.kinds["chat"].passed == 1.0
        assert scores.kinds["chat"].abstention_recall is None
        assert (scores.overall.n, scores.overall.hit_at_1) == (1, 1.0)


class TestScore:
    # Three answerable: right at rank 1, right at rank 4, abstained though right at rank 2. Two unanswerable:
    # abstained, answered.
    questions = (
        asking("a1", gold_passages=["p1"], answers=["one"]),
        asking("a2", gold_passages=["p2"], answers=["two"]),
        asking("a3", gold_passages=["p3"], answers=["three"]),
        asking("u1", answerable=False, gold_passages=[]),
        asking("u2", answerable=False, gold_passages=[]),
    )
    run = (
        running("a1", ranked=["p1", "x"], answer="It is one.", confidence=0.9),
        running("a2", ranked=["x", "y", "z", "p2"], answer="one two", confidence=0.4),
        running("a3", ranked=["x", "p3"], answer=None, abstained=True, confidence=0.2),
        running("u1", ranked=["x"], answer=None, abstained=True, confidence=0.1),
        running("u2", ranked=["x"], answer="a b c d e", confidence=0.5),
    )

    def test_every_figure_by_hand(self):
        scores = score(self.questions, self.run).overall
        assert scores.n == 5
        assert scores.hit_at_1 == pytest.approx(1 / 3)
        assert scores.hit_at_3 == pytest.approx(2 / 3)
        assert scores.hit_at_5 == 1.0
        assert scores.mrr_at_10 == pytest.approx((1 + 1 / 4 + 1 / 2) / 3)
        assert scores.ndcg_at_10 == pytest.approx((1 + 1 / math.log2(5) + 1 / math.log2(3)) / 3)
        assert scores.also_at_3 is None
        assert scores.answer_contained == pytest.approx(2 / 3)
        assert scores.passed == pytest.approx(2 / 5)  # a1 and u1
        assert scores.answer_words_median == 3  # of 2, 3, 5
        assert scores.answer_words_p95 == 5
        assert scores.abstained == pytest.approx(2 / 5)
        assert scores.abstention_precision == pytest.approx(1 / 2)
        assert scores.abstention_recall == pytest.approx(1 / 2)
        assert scores.false_abstention_rate == pytest.approx(1 / 3)
        assert scores.auroc == pytest.approx(4 / 6)  # .9 beats both, .4 and .2 beat .1 only

    def test_95th_percentile_is_a_number_that_95_percent_do_not_exceed(self):
        questions = [asking(str(n), gold_passages=["p"]) for n in range(1, 21)]
        run = [running(str(n), answer="w " * n) for n in range(1, 21)]
        assert score(questions, run).overall.answer_words_p95 == 19

    def test_a_line_without_confidence_is_the_least_confident(self):
        run = (running("a1"), *self.run[1:])
        assert score(self.questions, run).overall.auroc == pytest.approx(2 / 6)

    def test_without_any_confidence_there_is_no_auroc(self):
        assert (
            score(self.questions, [running(question.id) for question in self.questions]).overall.auroc is None
        )

    def test_with_nothing_to_judge_by_there_are_no_figures(self):
        assert score([asking()], [running(answer="So.")]).overall.passed is None

    def test_an_empty_run_is_all_missing_and_all_failed(self):
        scores = score(self.questions, [])
        assert scores.missing == ("a1", "a2", "a3", "u1", "u2")
        assert scores.overall.passed == 0.0
        assert scores.overall.hit_at_5 == 0.0
        assert scores.overall.answer_words_median is None

    def test_ids_that_are_no_question_s_are_told(self):
        assert score(self.questions, [*self.run, running("else")]).unknown == ("else",)

    def test_kinds_are_the_question_s_own_else_by_history(self):
        history = [HistoryEntry(role="user", text="Who?")]
        questions = [asking("1"), asking("2", history=history), asking("3", history=history, kind="typo")]
        assert list(score(questions, []).kinds) == ["direct", "followup", "typo"]

    def test_json_says_the_same(self):
        told = json.loads(score(self.questions, self.run).model_dump_json())
        assert told["overall"]["hit_at_5"] == 1.0
        assert told["kinds"]["direct"]["n"] == 5


class TestFormat:
    def test_is_an_aligned_table_within_100_columns(self):
        questions = [asking(kind="a kind with a name that is far too long"), asking("c", kind="chat")]
        lines = format_scores(score(questions, [running(), running("c")])).splitlines()
        assert max(map(len, lines)) <= 100
        assert len({len(line) for line in lines[:4]}) == 1

    def test_shows_percentages_and_a_dash_for_what_there_is_not(self):
        table = format_scores(score(TestScore.questions, TestScore.run))
        header, direct, overall, abstention, confidence = table.splitlines()
        assert " ".join(direct.split()) == ("direct 5 33.3% 66.7% 100.0% 0.583 0.687 - 66.7% 40.0% 40.0% 3 5")
        assert overall.removeprefix("all   ") == direct.removeprefix("direct")
        assert " ".join(header.split()) == (
            "kind n hit@1 hit@3 hit@5 MRR@10 nDCG@10 also@3 answer passed abst. words p95"
        )
        assert abstention == "abstention: precision 50.0%, recall 50.0%, false abstentions 33.3%"
        assert confidence.startswith("confidence: AUROC 0.667, calibration error 0.")

    def test_names_missing_and_unknown_ids_in_a_line_each(self):
        questions = [asking(str(n)) for n in range(7)]
        lines = format_scores(score(questions, [running("x")])).splitlines()
        assert lines[-2] == "missing from the run, counted as failed: 0, 1, 2, 3, 4 and 2 more"
        assert lines[-1] == "in the run, but no question's id: x"


class TestCalibration:
    def test_bins_have_the_mean_confidence_and_the_share_answerable(self):
        assert calibration_bins([(0.99, True), (1.0, True), (0.41, False), (0.43, True)]) == [
            (2, pytest.approx(0.42), 0.5),
            (2, pytest.approx(0.995), 1.0),
        ]

    def test_the_error_is_the_mean_distance_by_questions(self):
        confident = [(0.9, True), (0.9, False), (0.9, True), (0.9, True), (0.1, False), (0.1, False)]
        assert calibration_error(confident) == pytest.approx((4 * 0.15 + 2 * 0.1) / 6)

    def test_certainty_that_is_right_has_none(self):
        assert calibration_error([(1.0, True), (0.0, False)]) == 0

    def test_nothing_has_no_error(self):
        assert calibration_error([]) is None
