"""What a question's concepts find in a passage and in each of its sentences.

Ranking, sentence choice, confidence and `--why` all read these figures, so that they cannot disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.models import Query
from bot.spans import is_count
from index.analyzer import PAIR, analyzer
from index.bylines import Date, read_dates
from index.engines.protocol import K1, B
from index.library import Library
from index.meaning import rows, text_vector, unit_vectors
from index.models import Concept, Hit, Passage, PrintedWord, Token
from index.tables import table

FIRM = 0.8
"""From this weight on a term stands for the asker's word itself: its form, alias or spelling."""

MIN_NUMBER = 3
"""Digits of a number that names something: a year, an amount."""

COUNTED = 3
"""Content words behind a number among which stands what it counts ("nine face-to-face meetings")."""

TYPICAL_WORDS = 12
"""Content words of a news sentence, for the normalisation of its length."""


class Finding(NamedTuple):
    """What was found in a stretch of text. All but `found` are shares of what the question weighs, 0 to 1.

    `found` is how much of each concept is there, by the concept's place in the query; `coverage` their
    weighted share, `firm` the same without words of near meaning, `exact` the same for the asker's very
    words; `pairs` the share of neighbouring words that are neighbours here too; `nearness` how close the
    concepts stand (1 for all in a row). `meaning` is the cosine of its vector and the question's; `kinship`
    the coverage where a concept that is not firm counts as much as the nearest word is near, by the cosine.
    Unlike `meaning` it is not thinned by the other words, and unlike `coverage` it has no threshold.
    `counted` is how much of a concept stands right behind a number, where it is asked how many.
    """

    found: tuple[float, ...]
    coverage: float
    firm: float
    exact: float
    pairs: float
    nearness: float
    meaning: float
    kinship: float
    counted: float
    words: int

    @property
    def saturated(self) -> float:
        """Return the coverage normalised by length as BM25 does for one occurrence of each concept."""
        length = 1 - B + B * self.words / TYPICAL_WORDS
        return self.coverage * (K1 + 1) / (1 + K1 * length)


class Evidence(NamedTuple):
    """What was found in one hit: in the whole passage, and in each of its sentences.

    `above` is what only the title and the headings above have, as a share; `found_above` is that by concept.
    `named` is the share of the names of the question that passage and headings have, 1 if it names nothing.
    `is_of_date` says that its article was printed on a date of the question, whose words count as above it.
    """

    hit: Hit
    passage: Finding
    sentences: tuple[Finding, ...]
    above: float
    found_above: tuple[float, ...]
    named: float
    is_of_date: bool = False

    @property
    def found(self) -> list[float]:
        """Return how much of each concept the passage has, or the headings above it."""
        return [max(a, b) for a, b in zip(self.passage.found, self.found_above, strict=True)]


@dataclass(slots=True)
class _Scan:
    """A running tally of one stretch of text."""

    found: list[float]
    exact: set[tuple[int, str]]
    pairs: set[str]
    matched: list[tuple[int, int]]
    words: int = 0
    counted: float = 0.0


class Weigher:
    """Weighs the concepts of one query in the passages of one library."""

    def __init__(self, query: Query, library: Library) -> None:
        self._library = library
        self.concepts = query.concepts + query.carried
        self.weights = [_weight(concept, library) for concept in self.concepts]
        self._total = sum(self.weights) or 1.0
        self._by_term: dict[str, list[tuple[int, float]]] = {}
        for n, concept in enumerate(self.concepts):
            best = max(t.weight for t in concept.terms)
            for t in concept.terms:
                self._by_term.setdefault(t.term, []).append((n, t.weight / best))
        self._by_word: dict[str, list[int]] = {}
        for n, concept in enumerate(self.concepts):
            for word in concept.word.split():
                self._by_word.setdefault(word, []).append(n)
        self._vector = text_vector(
            (c.terms[0].term, c.terms[0].weight) for c in self.concepts if query.language == "en"
        )
        asked = [
            (n, row) for n, c in enumerate(self.concepts) if (row := rows().get(c.terms[0].term)) is not None
        ]
        self._asked = [n for n, _ in asked] if query.language == "en" else []
        self._asked_vectors = unit_vectors([row for _, row in asked])
        self._shares = np.array(self.weights) / self._total
        of_term = {c.terms[0].term: w for c, w in zip(self.concepts, self.weights, strict=True)}
        self._pairs = {}
        for pair in query.pairs:
            first, _, second = pair.terms[0].term.partition(PAIR)
            self._pairs[pair.terms[0].term] = min(of_term.get(first, 0.1), of_term.get(second, 0.1))
        self._pair_total = sum(self._pairs.values()) or 1.0
        self._dates = read_dates(query.text) if library.article_count > 1 else []
        self._analyse = analyzer(query.language)
        self._asks_how_many = query.asks == "how many"
        self._seconds = {pair.partition(PAIR)[2] for pair in (*self._pairs, *self._by_term) if PAIR in pair}

    def weigh(self, hit: Hit) -> Evidence:
        """Return what the query finds in a hit."""
        scans = [self._scan(sentence.words) for sentence in self._library.sentences(hit.passage)]
        dates = self._dates_of(hit.passage.article_id)
        told = [token for date in dates for token in self._analyse.tokens(date.text)]
        above = self._scan([*self._library.words_above(hit.passage), *told]).found
        whole = self._join(scans)
        only_above = tuple(max(0.0, a - f) for a, f in zip(above, whole.found, strict=True))
        meanings = (self._library.vectors(hit.passage) @ self._vector).tolist()
        passage, *sentences = self._findings([whole, *scans], meanings, self._kin(hit.passage, above))
        return Evidence(
            hit=hit,
            passage=passage,
            sentences=tuple(sentences),
            above=self._share(only_above),
            found_above=only_above,
            named=self._named([max(a, f) for a, f in zip(above, whole.found, strict=True)]),
            is_of_date=bool(dates),
        )

    def _dates_of(self, article_id: str) -> list[Date]:
        """Return the dates of the question on which an article was printed, where there are several."""
        printed = read_dates(self._library.entry(article_id).date or "")[:1] if self._dates else []
        return [date for date in self._dates if any(date.agrees(own) for own in printed)]

    def is_of_date(self, article_id: str) -> bool:
        """Say whether an article, one of several, was printed on a date of the question."""
        return bool(self._dates_of(article_id))

    def _named(self, found: Sequence[float]) -> float:
        named = [(w, f) for w, f, c in zip(self.weights, found, self.concepts, strict=True) if c.is_name]
        total = sum(weight for weight, _ in named)
        return sum(weight for weight, share in named if share >= FIRM) / total if total else 1.0

    def is_known(self, concept: Concept) -> bool:
        """Say whether any passage has the concept, not counting words of near meaning; or a printed date."""
        best = max(t.weight for t in concept.terms)
        firm = (t.term for t in concept.terms if t.weight >= FIRM * best)
        return any(term in self._library.engine for term in firm) or self._is_dated(concept.word)

    def found_in(self, text: str) -> list[float]:
        """Return how much of each concept a text has."""
        return self._scan(self._analyse.words(text)).found

    def firm_share(self, text: str) -> tuple[float, int]:
        """Return the share of what the question weighs that a text has, and how many of its concepts.

        Without words of near meaning, numbers of one or two digits ("7 min"), and words for an article.
        """
        firm = [
            share if share >= FIRM and is_telling(concept) else 0.0
            for concept, share in zip(self.concepts, self.found_in(text), strict=True)
        ]
        return self._share(firm), sum(share > 0 for share in firm)

    def _is_dated(self, word: str) -> bool:
        """Say whether a word is of a date in the question on which one of a few articles was printed."""
        if self._library.kind != "article":
            return False
        dates = [d for d in self._dates if any(word == told.word for told in self._analyse.tokens(d.text))]
        printed = (read_dates(entry.date or "")[:1] for entry in self._library.entries()) if dates else ()
        return any(date.agrees(own) for own_dates in printed for own in own_dates for date in dates)

    def _scan(self, tokens: Sequence[Token | PrintedWord]) -> _Scan:
        scan = _Scan([0.0] * len(self.concepts), set(), set(), [], len(tokens))
        by_term, by_word, seconds = self._by_term, self._by_word, self._seconds
        for at, token in enumerate(tokens):
            if token.word in by_word:
                scan.exact.update((n, token.word) for n in by_word[token.word])
            stem = token.terms[0]
            matches: list[tuple[int, float]] = []
            if stem in by_term or len(token.terms) > 1:  # most are neither
                matches = [match for term in token.terms if term in by_term for match in by_term[term]]
            pair = ""
            if at and stem in seconds:
                pair = tokens[at - 1].terms[0] + PAIR + stem
                matches += by_term.get(pair, ())
            if matches:
                for n, weight in matches:
                    if weight > scan.found[n]:
                        scan.found[n] = weight
                scan.matched.append((at, matches[0][0]))
                if pair in self._pairs:
                    scan.pairs.add(pair)
        if self._asks_how_many:
            scan.counted = self._counted(tokens)
        return scan

    def _counted(self, tokens: Sequence[Token | PrintedWord]) -> float:
        """Return the most that a word right behind a number is of a concept that is no name, 0 to 1."""
        behind = {
            at + step
            for at, token in enumerate(tokens)
            if is_count(token.word)
            for step in range(1, COUNTED + 1)
        }
        counted = [tokens[at] for at in behind if at < len(tokens)]
        matches = (
            match for token in counted for term in token.terms for match in self._by_term.get(term, ())
        )
        return max((share for n, share in matches if not self.concepts[n].is_name), default=0.0)

    def _join(self, scans: Sequence[_Scan]) -> _Scan:
        """Return the tally of several stretches that follow each other."""
        whole = _Scan([0.0] * len(self.concepts), set(), set(), [])
        for scan in scans:
            whole.found = [max(a, b) for a, b in zip(whole.found, scan.found, strict=True)]
            whole.exact |= scan.exact
            whole.pairs |= scan.pairs
            whole.counted = max(whole.counted, scan.counted)
            whole.matched += [(at + whole.words, n) for at, n in scan.matched]
            whole.words += scan.words
        return whole

    def _kin(self, passage: Passage, above: Sequence[float]) -> NDArray[np.float64]:
        """Return how near the nearest word is to each concept: a cosine, at least 0.

        The first row is of the passage with its headings (what these have counts for certain), the others of
        its sentences.
        """
        words = self._library.word_rows(passage)
        kin = np.zeros((words.texts, len(self.concepts)))
        if self._asked and words.filled:
            cosines = unit_vectors(words.at) @ self._asked_vectors.T
            nearest = np.zeros((words.texts, len(self._asked)))
            nearest[words.filled] = np.maximum.reduceat(cosines, words.starts)
            kin[:, self._asked] = np.maximum(nearest, 0.0)
        whole = np.maximum(kin.max(axis=0), above)
        kin[1:] = kin[:-1].copy()
        kin[0] = whole
        return kin

    def _findings(
        self, scans: Sequence[_Scan], meanings: Sequence[float], kin: NDArray[np.float64]
    ) -> list[Finding]:
        """Return a finding for every stretch."""
        found = np.array([scan.found for scan in scans])
        is_firm = found >= FIRM
        shares = np.array([found, np.where(is_firm, found, 0.0), np.where(is_firm, 1.0, kin)]) @ self._shares
        return [
            Finding(
                found=tuple(scan.found),
                coverage=coverage,
                firm=firm,
                exact=sum(self.weights[n] / len(self.concepts[n].word.split()) for n, _ in scan.exact)
                / self._total,
                pairs=sum(self._pairs[pair] for pair in scan.pairs) / self._pair_total,
                nearness=self._nearness(scan.matched),
                meaning=meaning,
                kinship=kinship,
                counted=scan.counted,
                words=scan.words,
            )
            for scan, meaning, (coverage, firm, kinship) in zip(
                scans, meanings, shares.T.tolist(), strict=True
            )
        ]

    def _share(self, found: Iterable[float]) -> float:
        return sum(f * w for f, w in zip(found, self.weights, strict=True)) / self._total

    def _nearness(self, matched: Sequence[tuple[int, int]]) -> float:
        total = 0.0
        for (at, n), (next_at, m) in pairwise(matched):
            if n != m:
                total += min(self.weights[n], self.weights[m]) / (next_at - at)
        return min(1.0, total / self._total)


def is_telling(concept: Concept) -> bool:
    """Say whether a concept tells anything by itself: no number of one or two digits, no "article"."""
    is_short = concept.word.isdigit() and len(concept.word) < MIN_NUMBER
    return not is_short and concept.word not in table("about")["en"]["article"]


def _weight(concept: Concept, library: Library) -> float:
    """Return what a concept weighs: its own weight times the idf of the most frequent term that is it.

    At least a tenth of it: a word of every passage is still a word of the question.
    """
    best = max(t.weight for t in concept.terms)
    engine = library.engine
    known = [engine.idf(t.term) for t in concept.terms if t.term in engine and t.weight >= FIRM * best]
    rarity = min(known) if known else engine.idf("")
    return best * max(rarity, 0.1)
