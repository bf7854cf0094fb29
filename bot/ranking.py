"""Order: of the hits among themselves, and of the sentences within the best of them.

Linear models over the figures of `evidence`, with the weights of `data/ranking.json`, which
`tests/relevance/fit_ranking.py` fits (softmax over the candidates of a question). There are two of each, for
two kinds of asking: people put an encyclopaedia's words into a search of many articles, and their own words
into a chat about one.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from bot.evidence import FIRM, Evidence, Finding
from bot.models import Leaning, Query
from bot.spans import typed_spans
from bot.wording import asks_itself, is_substitution
from index.headings import reads_as_heading
from index.library import Library
from index.models import Sentence
from index.tables import table

PASSAGE_FIGURES = (
    "score", "coverage", "firm", "above", "named", "pairs", "nearness", "meaning", "length",
    "best_coverage", "best_firm", "best_exact", "best_pairs", "best_nearness", "best_saturated",
    "best_meaning", "kinship", "best_kinship", "typed", "cited", "behind", "preceding",
    "cited_typed", "cited_other", "counted",
)  # fmt: skip
SENTENCE_FIGURES = (
    "passage", "coverage", "firm", "exact", "pairs", "nearness", "saturated", "meaning", "kinship",
    "before", "first", "typed", "length", "shown", "above", "counted",
)  # fmt: skip
"""What is weighed, by `passage_figures` and `sentence_figures`: as in `evidence`, of the passage, of its best
sentence (`best_…`), and of a sentence. Of a passage that was cited, `cited_typed` says that it has a date, a
number or a name, as asked for, and `cited_other` that another name is put in ("and Japan?")."""

CHOICE = 3
"""Passages whose sentences compete for the answer."""

DATED = 6.0
"""What a passage gains, in log-odds, whose article has the date of the question.

It decides between passages that say as much; not against one that says what is asked."""


PARALLEL = 6.0
"""What a passage gains, in log-odds, that stands in parallel with the one cited last.

"And with Japan?" asks for the same matter in another section, "and trade?" for another under its heading.
Of 131 follow-ups 73 % pass instead of 70. A passage and its headings without a word of the question gain
nothing."""

SAME_ARTICLE = 3.0
"""What a passage gains, in log-odds, of the article cited last, where a question goes on within it.

Over seven articles 125 of 168 follow-ups pass instead of 123; of 779 questions that change the article 462
instead of 466, each of the four with a "they" or "there" that is said of nothing before it."""


class RankedPassage(NamedTuple):
    """A hit with what was found in it; `score` orders the hits of one question, the best has 0."""

    evidence: Evidence
    score: float


class RankedSentence(NamedTuple):
    """A sentence of a ranked passage, with what was found in it."""

    ranked: RankedPassage
    number: int
    sentence: Sentence
    finding: Finding
    score: float

    @property
    def text(self) -> str:
        """Return the words of the sentence."""
        return _text(self.ranked.evidence, self.sentence)


def rank_passages(evidence: Sequence[Evidence], query: Query, library: Library) -> list[RankedPassage]:
    """Return the hits in their final order, best first; ties keep the engine's order."""
    parallel = query.leaning.parallel if query.leaning else ()
    leant_on = query.leaning.article_id if query.leaning else None
    is_matter = query.leaning is not None and bool(query.leaning.replaced)
    scores = [
        _dot(library, "passage", PASSAGE_FIGURES, passage_figures(e, evidence[0].hit.score, query, library))
        + DATED * e.is_of_date
        + PARALLEL * (e.hit.passage.id in parallel and (is_matter or _is_met(e, query)))
        + SAME_ARTICLE * (e.hit.passage.article_id == leant_on)
        for e in evidence
    ]
    top = max(scores, default=0.0)
    ranked = [RankedPassage(e, score - top) for e, score in zip(evidence, scores, strict=True)]
    return sorted(ranked, key=lambda r: (-r.score, r.evidence.hit.rank))


def _is_met(evidence: Evidence, query: Query) -> bool:
    """Say whether a passage or its headings have a word of the question; so they do if it has none."""
    return max(evidence.found[: len(query.concepts)], default=1.0) >= FIRM


def rank_sentences(passages: Sequence[RankedPassage], query: Query, library: Library) -> list[RankedSentence]:
    """Return the sentences of the passages, likeliest to answer first; ties keep the order of the text.

    What only asks or heads comes last, and the two sentences behind it answer at least as likely as it would.
    """
    ranked = []
    for passage in passages:
        own = []
        for number, sentence in enumerate(library.sentences(passage.evidence.hit.passage)):
            figures = sentence_figures(passage, number, sentence, query)
            finding = passage.evidence.sentences[number]
            own.append(
                RankedSentence(
                    passage, number, sentence, finding, _dot(library, "sentence", SENTENCE_FIGURES, figures)
                )
            )
        for n in range(len(own)):
            if _says_nothing(own[n], query, library):
                score, finding = own[n].score, own[n].finding
                own[n + 1 : n + 3] = [
                    s if s.score > score else s._replace(score=score, finding=finding)
                    for s in own[n + 1 : n + 3]
                ]
                own[n] = own[n]._replace(score=-math.inf)
        ranked += own
    return sorted(ranked, key=lambda s: -s.score)


def _says_nothing(sentence: RankedSentence, query: Query, library: Library) -> bool:
    """Say whether a sentence is a question, or a heading with nothing but words of the question."""
    passage = sentence.ranked.evidence.hit.passage
    start = sentence.sentence.span.start
    if asks_itself(sentence.text, passage.text[: start - passage.start]):
        return True
    asked = {concept.terms[0].term for concept in (*query.concepts, *query.carried)}
    return (
        sentence.number == 0
        and all(not asked.isdisjoint(word.terms) for word in sentence.sentence.words)
        and reads_as_heading(sentence.text, library.entry(passage.article_id).language)
    )


def passage_figures(evidence: Evidence, top: float, query: Query, library: Library) -> list[float]:
    """Return the figures of a hit in the order of `PASSAGE_FIGURES`; `top` is the engine's best score."""
    whole, parts = evidence.passage, evidence.sentences
    number = max(range(len(parts)), key=lambda n: parts[n].coverage + 0.3 * parts[n].pairs, default=None)
    if number is None:
        return [evidence.hit.score / (top or 1.0)] + [0.0] * (len(PASSAGE_FIGURES) - 1)
    best = parts[number]
    leaning = query.leaning or Leaning(())
    passage_id = evidence.hit.passage.id
    is_cited = passage_id in leaning.cited
    sentences = library.sentences(evidence.hit.passage)
    return [
        evidence.hit.score / (top or 1.0),
        whole.coverage,
        whole.firm,
        evidence.above,
        evidence.named,
        whole.pairs,
        whole.nearness,
        whole.meaning,
        math.log1p(whole.words),
        best.coverage,
        best.firm,
        best.exact,
        best.pairs,
        best.nearness,
        best.saturated,
        max(part.meaning for part in parts),
        whole.kinship,
        max(part.kinship for part in parts),
        float(is_typed(sentences[number], evidence, query)),
        float(is_cited),
        float(passage_id in leaning.behind),
        float(passage_id in leaning.before),
        float(is_cited and any(is_typed(sentence, evidence, query) for sentence in sentences)),
        float(is_cited and is_substitution(query.text)),
        whole.counted,
    ]


def sentence_figures(passage: RankedPassage, number: int, sentence: Sentence, query: Query) -> list[float]:
    """Return the figures of a sentence in the order of `SENTENCE_FIGURES`."""
    finding = passage.evidence.sentences[number]
    return [
        passage.score,
        finding.coverage,
        finding.firm,
        finding.exact,
        finding.pairs,
        finding.nearness,
        finding.saturated,
        finding.meaning,
        finding.kinship,
        passage.evidence.sentences[number - 1].coverage if number else 0.0,
        float(number == 0),
        float(is_typed(sentence, passage.evidence, query)),
        math.log1p(finding.words),
        float(query.leaning is not None and _text(passage.evidence, sentence) in query.leaning.shown),
        passage.evidence.above,
        finding.counted,
    ]


def is_typed(sentence: Sentence, evidence: Evidence, query: Query) -> bool:
    """Say whether the sentence has an expression of the kind that is asked for."""
    return bool(typed_spans(_text(evidence, sentence), query.asks))


def _text(evidence: Evidence, sentence: Sentence) -> str:
    return evidence.hit.passage.text_of(sentence.span)


def _dot(library: Library, model: str, names: Sequence[str], figures: Sequence[float]) -> float:
    weights = table("ranking")[f"{model}_{library.kind}"]
    return float(sum(weights[name] * figure for name, figure in zip(names, figures, strict=True)))
