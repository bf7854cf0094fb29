"""Our ranking metrics against an independent implementation, which only development installs."""

import random

import pytest

from bot.evaluation import Question, RunLine
from bot.scoring import score

ir_measures = pytest.importorskip("ir_measures")

PASSAGES = [f"p{n}" for n in range(30)]


def random_case(seed: int) -> tuple[list[Question], list[RunLine]]:
    """Some questions with one to twelve right passages, and rankings of none to thirty passages."""
    dice = random.Random(seed)
    questions, run = [], []
    for n in range(40):
        gold = tuple(dice.sample(PASSAGES, dice.randint(1, 12)))
        questions.append(Question(id=str(n), question="?", answerable=True, gold_passages=gold))
        run.append(RunLine(id=str(n), ranked=tuple(dice.sample(PASSAGES, dice.randint(0, 30)))))
    return questions, run


@pytest.mark.parametrize("seed", range(5))
def test_ranking_metrics_equal_those_of_ir_measures(seed):
    questions, run = random_case(seed)
    qrels = [
        ir_measures.Qrel(question.id, passage, 1)
        for question in questions
        for passage in question.gold_passages or ()
    ]
    ranking = [
        ir_measures.ScoredDoc(line.id, passage, -float(rank))
        for line in run
        for rank, passage in enumerate(line.ranked)
    ]
    measures = [
        *(ir_measures.Success @ k for k in (1, 3, 5)),
        ir_measures.RR @ 10,
        ir_measures.nDCG @ 10,
    ]
    theirs = ir_measures.calc_aggregate(measures, qrels, ranking)
    ours = score(questions, run).overall
    assert [theirs[measure] for measure in measures] == pytest.approx(
        [ours.hit_at_1, ours.hit_at_3, ours.hit_at_5, ours.mrr_at_10, ours.ndcg_at_10]
    )
