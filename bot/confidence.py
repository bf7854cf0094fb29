"""How sure an answer is, from 0 to 1.

Logistic regressions over what the question's concepts find in the best sentence and its passage (never over
the BM25 score, which hardly tells: AUC .57 on one article). As in `ranking` there are two: in a chat about
one article, half of the words of a good question may be missing. Their weights stand in
`data/ranking.json`, fitted by `tests/relevance/fit_ranking.py`.
"""

import math
from collections.abc import Sequence

from bot.evidence import FIRM, Weigher
from bot.models import Query
from bot.ranking import RankedPassage, RankedSentence, is_typed
from bot.wording import is_personal
from index.library import Library
from index.tables import table

FIGURES = (
    "passage_firm", "passage_coverage", "firm", "coverage", "exact", "pairs", "names_missing", "nowhere",
    "unmet", "margin", "typed", "untyped", "concepts", "worst",
    "meaning", "passage_meaning", "kinship", "passage_kinship", "why_unmet", "near",
    "why", "how_many", "named", "personal", "rest", "passage_rest",
    "counted",
)  # fmt: skip

THRESHOLD = {"article": 0.55, "collection": 0.3}
"""Below it, it abstains. Chosen for the most questions passed: .55 on 736 about nine articles (67.8 %; .5
gives 67.4 %, .6 and .65 67.7 % with fewer direct questions answered), .3 where half of the questions have no
answer."""

_HAS_FORM = {"when", "how many", "how far", "how old", "how long", "who", "where"}
_MAX_MARGIN = 3.0
_HARDLY = 0.2  # of a concept, by a word of near meaning


def confidence(figures: Sequence[float], library: Library) -> float:
    """Return the probability that the sentence with these figures answers, 0 to 1."""
    model = table("ranking")[f"confidence_{library.kind}"]
    total = model["constant"] + sum(
        model[name] * figure for name, figure in zip(FIGURES, figures, strict=True)
    )
    return 1 / (1 + math.exp(-total))


def confidence_figures(
    best: RankedSentence, passages: Sequence[RankedPassage], query: Query, weigher: Weigher
) -> list[float]:
    """Return the figures in the order of `FIGURES`; shares are of what the question's concepts weigh."""
    evidence, finding = best.ranked.evidence, best.finding
    weights, concepts = weigher.weights, weigher.concepts
    total = sum(weights) or 1.0
    found = evidence.found
    firm = [share if share >= FIRM else 0.0 for share in found]
    names = [n for n, concept in enumerate(query.concepts) if concept.is_name]
    nowhere = [n for n, concept in enumerate(concepts) if not weigher.is_known(concept)]
    unmet = [n for n in nowhere if not concepts[n].is_name and finding.found[n] < _HARDLY]
    others = [n for n, concept in enumerate(query.concepts) if not concept.is_name]
    has_form = query.asks in _HAS_FORM

    def rest(shares: Sequence[float]) -> float:
        """Return the share of the words that are no names: names alone do not make it an answer."""
        whole = sum(weights[n] for n in others)
        return sum(weights[n] * shares[n] for n in others) / whole if whole else 1.0

    typed = has_form and is_typed(best.sentence, evidence, query)
    return [
        sum(w * f for w, f in zip(weights, firm, strict=True)) / total,
        sum(w * f for w, f in zip(weights, found, strict=True)) / total,
        finding.firm,
        finding.coverage,
        finding.exact,
        finding.pairs,
        sum(weights[n] * (1 - firm[n]) for n in names) / total,
        sum(weights[n] for n in nowhere) / total,
        sum(weights[n] for n in unmet) / total,
        min(_MAX_MARGIN, -passages[1].score) if len(passages) > 1 else _MAX_MARGIN,
        float(typed),
        float(has_form and not typed),
        math.log1p(len(query.concepts)),
        max((w * (1 - f) for w, f in zip(weights, found, strict=True)), default=0.0) / total,
        finding.meaning,
        evidence.passage.meaning,
        finding.kinship,
        evidence.passage.kinship,
        sum(weights[n] * (1 - firm[n]) for n in range(len(firm)) if n not in names) / total
        if query.asks == "why"
        else 0.0,
        float(query.leaning is not None and evidence.hit.passage.id in query.leaning.near),
        float(query.asks == "why"),
        float(query.asks == "how many"),
        float(bool(names)),
        float(is_personal(query.text)),
        rest(finding.found),
        rest(found),
        finding.counted,
    ]
