"""Fit the weights of `data/ranking.json`.

    python -m tests.relevance.fit_ranking SETS

SETS is a folder with the public question sets named in `COLLECTIONS`, in the harness's forms
(`NAME.corpus.jsonl`, `NAME.queries.jsonl`). The questions about single articles are the project's own: the
golden questions and those in `tests/relevance/articles/`. Every other question of a collection is fitted on;
the printed figures are of the rest. The fit is deterministic.

Passages and sentences: maximum likelihood of the right candidates of a question under a softmax (ListNet's
loss, Cao et al. 2007) with L2, by Adam. Confidence: logistic regression with L2, by Newton's method.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.confidence import FIGURES, confidence_figures
from bot.dialogue import Dialogue
from bot.evaluation import Question, read_corpus, read_questions, told
from bot.evidence import Evidence, Weigher
from bot.hits import weigh_hits
from bot.models import Query, Session
from bot.question import understand
from bot.ranking import (
    CHOICE,
    PASSAGE_FIGURES,
    SENTENCE_FIGURES,
    passage_figures,
    rank_passages,
    rank_sentences,
    sentence_figures,
)
from bot.scoring import has_phrase, has_words, plain
from index.library import Library, seed_article
from index.models import Passage
from index.reading import read_bytes
from index.tables import data_file, table
from tests.relevance.adam import Adam

COLLECTIONS = ("xquad_en", "xquad_ru", "fairytale_test", "newwiki_holes", "conv_mtrag")
WITH_ANSWERS = (
    "xquad_en",
    "xquad_ru",
    "fairytale_test",
    "newwiki_holes",
)  # extractive, so sentences can be judged
KINDS = ("article", "collection")
ARTICLES = Path(__file__).parent / "articles"
STRIDE = 2
ARTICLE_SHARE = 4  # a question about a single article counts as often: there are few

Figures = NDArray[np.float64]


class Asked(NamedTuple):
    """A question as the bot sees it, with its hits weighed."""

    question: Question
    query: Query
    weigher: Weigher
    evidence: list[Evidence]
    library: Library


class Candidates(NamedTuple):
    """The figures of a question's candidates, a row each, and which of them are right."""

    rows: Figures
    right: NDArray[np.bool_]


def main(folder: Path) -> None:
    """Fit all weights and write the table."""
    weights = table("ranking")
    figures = {"passage": PASSAGE_FIGURES, "sentence": SENTENCE_FIGURES, "confidence": (*FIGURES, "constant")}
    for model, kind in product(figures, KINDS):  # a new figure starts at 0
        old = weights.get(f"{model}_{kind}", {})
        weights[f"{model}_{kind}"] = {name: old.get(name, 0.0) for name in figures[model]}
    sets = {name: list(_ask(*_collection(folder, name))) for name in COLLECTIONS}
    articles = [list(_ask(library, questions)) for library, questions in _articles()]
    own = [asked for group in articles for asked in group]

    for kind in KINDS:
        more = own * ARTICLE_SHARE if kind == "article" else []
        fitted = [asked for name in COLLECTIONS for asked in sets[name][::STRIDE]] + more
        found = [candidates for asked in fitted if (candidates := _passages(asked))]
        weights[f"passage_{kind}"] = _named(PASSAGE_FIGURES, _fit_softmax(found))
        fitted = [asked for name in WITH_ANSWERS for asked in sets[name][::STRIDE]] + more
        found = [candidates for asked in fitted if (candidates := _sentences(asked))]
        weights[f"sentence_{kind}"] = _named(SENTENCE_FIGURES, _fit_softmax(found))
    weights["confidence_article"] = _fit_confidence(own, l2=0.01)
    weights["confidence_collection"] = _fit_confidence(sets["newwiki_holes"][::2], l2=0.001)
    data_file("ranking.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    unseen = {name: asked[1::STRIDE] for name, asked in sets.items()}
    for name, asked in {**unseen, "single articles (seen)": own}.items():
        print(f"{name:22} hit@1 {np.mean([_is_hit(a) for a in asked if _has_gold(a)]):.4f}")


def _collection(folder: Path, name: str) -> tuple[Library, list[Question]]:
    return read_corpus(folder / f"{name}.corpus.jsonl"), read_questions(folder / f"{name}.queries.jsonl")


def _articles() -> Iterator[tuple[Library, list[Question]]]:
    yield Library.of([seed_article()]), read_questions(data_file("questions", "golden.jsonl"))
    for page in sorted(ARTICLES.glob("*.txt")):
        yield (
            Library.of([read_bytes(page.read_bytes(), page.name)]),
            read_questions(page.with_suffix(".jsonl")),
        )


def _ask(library: Library, questions: Sequence[Question]) -> Iterator[Asked]:
    dialogue = Dialogue(library)
    for question in questions:
        session = told(dialogue, Session(), question.history, always_answer=True)
        query = understand(question.question, session, library)
        weigher = Weigher(query, library)
        evidence = [] if query.about or question.kind == "chat" else weigh_hits(query, library, weigher)
        if evidence:
            yield Asked(question, query, weigher, evidence, library)


def _is_right(asked: Asked, passage: Passage) -> bool:
    gold = asked.question.gold_passages
    if gold is not None:
        return passage.id in gold
    text = plain(passage.text)
    return any(plain(quote) in text for quote in asked.question.gold_quotes or ())


def _has_gold(asked: Asked) -> bool:
    return bool(asked.question.answerable and (asked.question.gold_passages or asked.question.gold_quotes))


def _is_hit(asked: Asked) -> bool:
    ranked = rank_passages(asked.evidence, asked.query, asked.library)
    return _is_right(asked, ranked[0].evidence.hit.passage)


def _passages(asked: Asked) -> Candidates | None:
    if not _has_gold(asked):
        return None
    top = asked.evidence[0].hit.score
    rows = [passage_figures(e, top, asked.query, asked.library) for e in asked.evidence]
    return _candidates(rows, [_is_right(asked, e.hit.passage) for e in asked.evidence])


def _sentences(asked: Asked) -> Candidates | None:
    """Return the candidates for the answer; right is one that holds an answer string, in a right passage."""
    if not (_has_gold(asked) and asked.question.answers):
        return None
    holds = has_words if asked.question.gold_passages is not None else has_phrase
    rows, right = [], []
    for ranked in rank_passages(asked.evidence, asked.query, asked.library)[:CHOICE]:
        passage = ranked.evidence.hit.passage
        text = asked.library.article(passage.article_id).text
        for number, sentence in enumerate(asked.library.sentences(passage)):
            rows.append(sentence_figures(ranked, number, sentence, asked.query))
            shown = text[sentence.span.start : sentence.span.end]
            right.append(holds(shown, asked.question.answers) and _is_right(asked, passage))
    return _candidates(rows, right)


def _candidates(rows: Sequence[Sequence[float]], right: Sequence[bool]) -> Candidates | None:
    if not any(right) or all(right):
        return None
    return Candidates(np.array(rows, dtype=float), np.array(right))


def _fit_softmax(
    data: Sequence[Candidates], *, l2: float = 1e-3, steps: int = 400, rate: float = 0.3
) -> Figures:
    weights = np.zeros(data[0].rows.shape[1])
    adam = Adam(rate, steps, least=1e-8)
    for _ in range(steps):
        gradient = -l2 * weights
        for rows, right in data:
            odds = np.exp(rows @ weights - np.max(rows @ weights))
            share = odds / odds.sum()
            wanted = np.where(right, share, 0.0)
            gradient += rows.T @ (wanted / wanted.sum() - share) / len(data)
        weights += adam.step(gradient)
    return weights


def _fit_confidence(asked: Sequence[Asked], *, l2: float) -> dict[str, float]:
    rows = []
    for a in asked:
        passages = rank_passages(a.evidence, a.query, a.library)
        best = rank_sentences(passages[:CHOICE], a.query, a.library)[0]
        rows.append(confidence_figures(best, passages, a.query, a.weigher))
    weights, constant = fit_logistic(
        np.array(rows), np.array([a.question.answerable for a in asked], dtype=float), l2=l2
    )
    return {**_named(FIGURES, weights), "constant": round(float(constant), 3)}


def fit_logistic(rows: Figures, labels: Figures, *, l2: float) -> tuple[Figures, float]:
    """Return weights and constant; the penalty is on the weights of the standardised figures."""
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.column_stack([(rows - mean) / deviation, np.ones(len(rows))])
    penalty = l2 * len(rows) * np.eye(design.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (labels - chance) - penalty @ weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        weights += np.linalg.solve(curvature, gradient)
    scaled = weights[:-1] / deviation
    return scaled, float(weights[-1] - scaled @ mean)


def _named(names: Sequence[str], weights: Figures) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
