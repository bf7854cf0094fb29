"""What a run is worth: retrieval, answers and abstention, per kind of question and over all.

The definitions are fixed, so that systems compare. A question missing from the run is a failure. Questions
are judged by one of two rules, by what their file gives:

- `gold_passages`: hits are counted in `ranked`, whatever the abstention; an answer string has to be a run of
  the answer's words (SQuAD's normalisation). A missing question counts as abstained, with an empty ranking.
- `gold_quotes`: hits are counted in the cited `passages`, so that an abstention is a miss; an answer string
  has to stand in the answer as it is written. A cited passage over 200 words or an answer over 120 earns
  nothing: citing the whole page must not pay. A missing question counts as cited wrongly, not as abstained.

Questions of the kind "chat" only pass or fail, and are left out of what is over all.
"""

import math
import re
import statistics
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from bot.evaluation import Question, RunLine

CHAT = "chat"
MAX_PASSAGE_WORDS = 200
MAX_ANSWER_WORDS = 120
DEPTH = 10
CALIBRATION_BINS = 15
"""Bins of equal width, as in Guo et al. 2017."""

_PLAIN = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u202f": " ", "\u200b": None}
)
_ARTICLES = frozenset(("a", "an", "the"))


class KindScores(BaseModel):
    """The scores of one kind of question. None where there is nothing to compute one from.

    Rates are from 0 to 1, ranks from 1. `answer_words` are over the answers shown; their 95th percentile is
    the least number that 95 % do not exceed. An abstention is right where the question is unanswerable.
    `auroc` is the chance that of an answerable and an unanswerable question the former has more confidence;
    `calibration_error` is how far confidence is from the share of answerable questions, see there.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    hit_at_1: float | None
    hit_at_3: float | None
    hit_at_5: float | None
    mrr_at_10: float | None
    ndcg_at_10: float | None
    also_at_3: float | None
    answer_contained: float | None
    passed: float | None
    answer_words_median: float | None
    answer_words_p95: int | None
    abstained: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    false_abstention_rate: float | None
    auroc: float | None
    calibration_error: float | None


class Scores(BaseModel):
    """The scores of a run: per kind, in the order of the question file, and over all but chat.

    `missing` are the questions that the run lacks, `unknown` the ids in the run that are no question's.
    """

    model_config = ConfigDict(frozen=True)

    kinds: dict[str, KindScores]
    overall: KindScores
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one question went. None where there is nothing to judge by.

    `gains` says of each rank whether a right passage stands there, `gold` how many right ones there are.
    `also` is the share of `also_quotes` among the first three cited.
    """

    kind: str
    answerable: bool
    abstained: bool
    confidence: float | None
    gains: tuple[bool, ...] | None
    gold: int
    also: float | None
    contained: bool | None
    passed: bool | None
    words: int | None


def score(questions: Sequence[Question], run: Sequence[RunLine]) -> Scores:
    """Return the scores of a run of the questions."""
    lines = {line.id: line for line in run}
    judgements = [judge(question, lines.get(question.id)) for question in questions]
    known = {question.id for question in questions}
    kinds = dict.fromkeys(judgement.kind for judgement in judgements)
    return Scores(
        kinds={kind: _summarise([each for each in judgements if each.kind == kind]) for kind in kinds},
        overall=_summarise([each for each in judgements if each.kind != CHAT]),
        missing=tuple(question.id for question in questions if question.id not in lines),
        unknown=tuple(line.id for line in run if line.id not in known),
    )


def kind_of(question: Question) -> str:
    """Return the kind of a question: its own, else whether it has a history."""
    return question.kind or ("followup" if question.history else "direct")


def judge(question: Question, line: RunLine | None) -> Judgement:
    """Return how a question went; `line` is None where the run lacks it."""
    by_quotes = not question.gold_passages and (bool(question.gold_quotes) or question.gold_passages is None)
    kind = kind_of(question)
    is_missing = line is None
    if line is None:
        line = RunLine(id=question.id, answer=None, abstained=not by_quotes)
    gains, gold = _quote_gains(question, line) if by_quotes else _passage_gains(question, line)
    hit = None if gains is None else hit_at(gains, 1)
    if kind == CHAT:
        passed = not is_missing and (line.abstained or not line.passages or bool(hit))
        return Judgement(kind, question.answerable, line.abstained, None, None, 0, None, None, passed, None)
    contained = _contained(question, line, by_quotes=by_quotes)
    return Judgement(
        kind=kind,
        answerable=question.answerable,
        abstained=line.abstained,
        confidence=line.confidence,
        gains=gains,
        gold=gold,
        also=_also(question, line) if question.answerable and question.also_quotes else None,
        contained=contained,
        passed=False if is_missing else _passed(question, line, hit, contained),
        words=len(line.answer.split()) if line.answer and not line.abstained else None,
    )


def _passed(question: Question, line: RunLine, hit: bool | None, contained: bool | None) -> bool | None:
    if not question.answerable:
        return line.abstained
    if hit is None and not question.answers:
        return None
    return not line.abstained and hit is not False and (bool(contained) or not question.answers)


def _passage_gains(question: Question, line: RunLine) -> tuple[tuple[bool, ...] | None, int]:
    """Return whether each of the ranked passages is a right one, and how many those are."""
    gold = set(question.gold_passages or ())
    if not question.answerable or not gold:
        return None, 0
    return tuple(passage in gold for passage in dict.fromkeys(line.ranked)), len(gold)


def _quote_gains(question: Question, line: RunLine) -> tuple[tuple[bool, ...] | None, int]:
    """Return whether each of the cited passages is the first that has a gold quote.

    The quotes are alternatives, any one of which serves: there is one thing to find, and no gain in finding
    it twice.
    """
    quotes = [plain(quote) for quote in question.gold_quotes or ()]
    if not quotes or not (question.answerable or question.kind == CHAT):
        return None, 0
    hits = [any(quote in passage for quote in quotes) for passage in _citable(line)]
    first = hits.index(True) if True in hits else len(hits)
    return tuple(rank == first for rank in range(len(hits))), 1


def _also(question: Question, line: RunLine) -> float:
    """Return the share of the question's further quotes that the first three cited passages have."""
    passages = _citable(line)[:3]
    quotes = [plain(quote) for quote in question.also_quotes]
    return sum(any(quote in passage for passage in passages) for quote in quotes) / len(quotes)


def _citable(line: RunLine) -> list[str]:
    """Return the cited passages in plain form, "" for one that is too long to count."""
    passages = [] if line.abstained else [plain(passage) for passage in line.passages]
    return [passage if len(passage.split()) <= MAX_PASSAGE_WORDS else "" for passage in passages]


def _contained(question: Question, line: RunLine, *, by_quotes: bool) -> bool | None:
    """Say whether the answer has one of the answer strings; an abstention has none."""
    if not question.answerable or not question.answers:
        return None
    answer = "" if line.abstained else line.answer or ""
    if by_quotes:
        return len(answer.split()) <= MAX_ANSWER_WORDS and has_phrase(answer, question.answers)
    if "answer" not in line.model_fields_set:  # a system that only ranks
        return None
    return has_words(answer, question.answers)


def plain(text: str) -> str:
    r"""Return text as quotes are compared: composed, with straight quotation marks and single spaces.

    >>> plain("“Yoon’s  aide” ")
    '"Yoon\'s aide"'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())


def has_phrase(text: str, phrases: Iterable[str]) -> bool:
    """Say whether a phrase stands in the text, in any case, between word boundaries.

    >>> has_phrase("on May 26-27", ["May 26"]), has_phrase("On may 26, in Seoul", ["May 26"])
    (False, True)
    """
    text = plain(text).lower()
    patterns = (rf"(?<!\w){re.escape(plain(phrase).lower())}(?!\w|-\d)" for phrase in phrases)
    return any(re.search(pattern, text) for pattern in patterns)


def has_words(text: str, phrases: Iterable[str]) -> bool:
    """Say whether the words of a phrase follow each other in the text, English articles left out.

    A phrase in Chinese characters may stand anywhere, for want of spaces.

    >>> has_words("The Panthers, of the NFL", ["panthers of nfl"])
    True
    """
    words = f" {' '.join(_words(text))} "
    for phrase in phrases:
        wanted = " ".join(_words(phrase))
        if wanted and f" {wanted} " in words:
            return True
        if wanted and re.search("[\u4e00-\u9fff]", phrase) and phrase.lower() in text.lower():
            return True
    return False


def _words(text: str) -> list[str]:
    lowered = unicodedata.normalize("NFKC", text).lower()
    return [word for word in re.findall(r"\w+", lowered) if word not in _ARTICLES]


def hit_at(gains: Sequence[bool], k: int) -> bool:
    """Say whether a right passage is among the first `k`."""
    return any(gains[:k])


def reciprocal_rank(gains: Sequence[bool]) -> float:
    """Return 1 / the rank of the first right passage; 0 where none is among the first ten."""
    return next((1 / rank for rank, gain in enumerate(gains[:DEPTH], start=1) if gain), 0.0)


def ndcg(gains: Sequence[bool], gold: int) -> float:
    """Return nDCG@10 (Järvelin and Kekäläinen 2002) with gains of 0 and 1; `gold` passages are right."""
    found = sum(1 / math.log2(rank + 1) for rank, gain in enumerate(gains[:DEPTH], start=1) if gain)
    return found / sum(1 / math.log2(rank + 1) for rank in range(1, min(gold, DEPTH) + 1))


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """Return the chance that one of `higher` exceeds one of `lower`; ties count half. None for no pair."""
    if not higher or not lower:
        return None
    ordered = sorted(lower)
    wins = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in higher)
    return wins / 2 / (len(higher) * len(lower))


def calibration_bins(confident: Sequence[tuple[float, bool]]) -> list[tuple[int, float, float]]:
    """Return of each bin with questions: how many, their mean confidence, the share that is answerable.

    The bins are of equal width. `confident` has of each question the confidence and whether it is answerable.

    >>> calibration_bins([(0.9, True), (0.9, False), (0.1, False)])
    [(1, 0.1, 0.0), (2, 0.9, 0.5)]
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for each in confident:
        bins.setdefault(min(CALIBRATION_BINS - 1, max(0, int(each[0] * CALIBRATION_BINS))), []).append(each)
    return [
        (len(own), sum(c for c, _ in own) / len(own), sum(answerable for _, answerable in own) / len(own))
        for _, own in sorted(bins.items())
    ]


def calibration_error(confident: Sequence[tuple[float, bool]]) -> float | None:
    """Return the expected calibration error (Naeini et al. 2015; Guo et al. 2017, eq. 3); None for nothing.

    The mean distance of confidence and share answerable over the bins, weighted by their questions.
    """
    if not confident:
        return None
    return sum(n * abs(mean - share) for n, mean, share in calibration_bins(confident)) / len(confident)


def _summarise(judgements: Sequence[Judgement]) -> KindScores:
    """Return the scores over some questions."""
    ranked = [(each.gains, each.gold) for each in judgements if each.gains is not None]
    words = sorted(each.words for each in judgements if each.words is not None)
    judged = [each for each in judgements if each.kind != CHAT]
    abstained = [each for each in judged if each.abstained]
    answerable = [each for each in judged if each.answerable]
    unanswerable = [each for each in judged if not each.answerable]
    return KindScores(
        n=len(judgements),
        hit_at_1=_mean(hit_at(gains, 1) for gains, _ in ranked),
        hit_at_3=_mean(hit_at(gains, 3) for gains, _ in ranked),
        hit_at_5=_mean(hit_at(gains, 5) for gains, _ in ranked),
        mrr_at_10=_mean(reciprocal_rank(gains) for gains, _ in ranked),
        ndcg_at_10=_mean(ndcg(gains, gold) for gains, gold in ranked),
        also_at_3=_mean(each.also for each in judgements),
        answer_contained=_mean(each.contained for each in judgements),
        passed=_mean(each.passed for each in judgements),
        answer_words_median=statistics.median(words) if words else None,
        answer_words_p95=words[math.ceil(0.95 * len(words)) - 1] if words else None,
        abstained=_mean(each.abstained for each in judged),
        abstention_precision=_mean(not each.answerable for each in abstained),
        abstention_recall=_mean(each.abstained for each in unanswerable),
        false_abstention_rate=_mean(each.abstained for each in answerable),
        auroc=_auroc_of_confidence(answerable, unanswerable),
        calibration_error=calibration_error(
            [(each.confidence, each.answerable) for each in judged if each.confidence is not None]
        ),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that there are; None if there is none."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _auroc_of_confidence(answerable: Sequence[Judgement], unanswerable: Sequence[Judgement]) -> float | None:
    """Return how well confidence tells them apart; a line without one is last, a run without any has none."""
    if all(each.confidence is None for each in (*answerable, *unanswerable)):
        return None
    higher, lower = (
        [-math.inf if each.confidence is None else each.confidence for each in group]
        for group in (answerable, unanswerable)
    )
    return auroc(higher, lower)


_COLUMNS = (
    # heading, field, width, form
    ("hit@1", "hit_at_1", 7, ".1%"),
    ("hit@3", "hit_at_3", 7, ".1%"),
    ("hit@5", "hit_at_5", 7, ".1%"),
    ("MRR@10", "mrr_at_10", 7, ".3f"),
    ("nDCG@10", "ndcg_at_10", 8, ".3f"),
    ("also@3", "also_at_3", 7, ".1%"),
    ("answer", "answer_contained", 7, ".1%"),
    ("passed", "passed", 7, ".1%"),
    ("abst.", "abstained", 7, ".1%"),
    ("words", "answer_words_median", 6, ".0f"),
    ("p95", "answer_words_p95", 5, ".0f"),
)
_KIND_WIDTH = 18
_SHOWN_IDS = 5


def format_scores(scores: Scores) -> str:
    """Return the scores as a table of at most 100 columns, and lines on abstention and confidence."""
    rows = [*scores.kinds.items(), ("all but chat" if CHAT in scores.kinds else "all", scores.overall)]
    header = f"{'kind':{_KIND_WIDTH}}{'n':>6}" + "".join(f"{head:>{width}}" for head, _, width, _ in _COLUMNS)
    lines = [header, *(_row(kind, of_kind) for kind, of_kind in rows)]
    overall = scores.overall
    lines.append(
        f"abstention: precision {_show(overall.abstention_precision, '.1%')}, "
        f"recall {_show(overall.abstention_recall, '.1%')}, "
        f"false abstentions {_show(overall.false_abstention_rate, '.1%')}"
    )
    lines.append(
        f"confidence: AUROC {_show(overall.auroc, '.3f')}, "
        f"calibration error {_show(overall.calibration_error, '.3f')}"
    )
    if scores.missing:
        lines.append(f"missing from the run, counted as failed: {_some(scores.missing)}")
    if scores.unknown:
        lines.append(f"in the run, but no question's id: {_some(scores.unknown)}")
    return "\n".join(lines)


def _row(kind: str, scores: KindScores) -> str:
    name = kind if len(kind) <= _KIND_WIDTH else kind[: _KIND_WIDTH - 1] + "…"
    cells = (f"{_show(getattr(scores, field), form):>{width}}" for _, field, width, form in _COLUMNS)
    return f"{name:{_KIND_WIDTH}}{scores.n:>6}" + "".join(cells)


def _show(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _some(ids: Sequence[str]) -> str:
    rest = len(ids) - _SHOWN_IDS
    return ", ".join(ids[:_SHOWN_IDS]) + (f" and {rest} more" if rest > 0 else "")
