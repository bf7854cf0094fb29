"""The engine of small libraries: the scores of `rank_bm25.BM25Plus`, behind a guard, all in memory.

The class's `get_scores` walks every passage for every term. Its statistics are laid out here as postings,
which gives the same scores to the last digit (the arithmetic is the class's, in the same order) and lets a
term have a weight. With delta 0 a passage without the term earns nothing, so that only matching passages
have a score.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Plus

from index.engines.protocol import K1, B, TermStore, idf
from index.models import Concept, WeightedTerm

_Posting = tuple[NDArray[np.int64], NDArray[np.float64]]


class RankBM25Engine:
    """Ranks passages, given once: each as the list of its terms, with numbers that rise (else from 0)."""

    name = "rank_bm25"

    def __init__(self, passages: Sequence[Sequence[str]], numbers: Sequence[int] | None = None) -> None:
        self._size = len(passages)
        self._numbers = np.array(range(self._size) if numbers is None else numbers, dtype=np.int64)
        self._places: dict[str, list[int]] = {}
        self._known: dict[str, _Posting] = {}
        if not any(passages):
            return  # the library divides by the mean length
        self._model = BM25Plus(passages, k1=K1, b=B, delta=0)
        for n, frequencies in enumerate(self._model.doc_freqs):
            for term in frequencies:
                self._places.setdefault(term, []).append(n)
        self._norms = K1 * (1 - B + B * np.array(self._model.doc_len) / self._model.avgdl)

    @classmethod
    def over(cls, store: TermStore) -> Self:
        """Return the engine over all passages of a store."""
        numbered = list(store.terms_from(0))
        return cls([terms.split() for _, terms in numbered], [number for number, _ in numbered])

    def __contains__(self, term: str) -> bool:
        return term in self._places

    def frequency(self, term: str) -> int:
        """Return the number of passages that have the term."""
        return len(self._places.get(term, ()))

    def idf(self, term: str) -> float:
        """Return log((N + 1) / df); for a term of no passage as if df were 1, and 0 without passages."""
        return idf(self._size, self.frequency(term))

    def score(self, passage: int, term: WeightedTerm) -> float:
        """Return weight x BM25 of a term in a passage, by its number; 0 if it is not there."""
        if term.term not in self:
            return 0.0
        at, scores = self._posting(term.term)
        numbers = self._numbers[at]
        place = int(np.searchsorted(numbers, passage))
        is_there = place < len(at) and numbers[place] == passage
        return term.weight * float(scores[place]) if is_there else 0.0

    def search(
        self, concepts: Sequence[Concept], k: int, within: range | None = None, least: float = 0.0
    ) -> list[tuple[int, float]]:
        """Return up to `k` passages with their scores, best first; see `Engine`."""
        scores = np.zeros(self._size)
        for concept in concepts:
            known = [(t.weight, self._posting(t.term)) for t in concept.terms if t.term in self]
            if len(known) == 1:
                weight, (at, score) = known[0]
                scores[at] += weight * score
            elif known:
                best = np.zeros(self._size)
                for weight, (at, score) in known:
                    best[at] = np.maximum(best[at], weight * score)
                scores += best
        found = np.flatnonzero(scores > 0)
        if within is not None:
            numbers = self._numbers[found]
            found = found[(numbers >= within.start) & (numbers < within.stop)]
        if least and found.size:
            found = found[scores[found] >= least * scores[found].max()]
        order = found[np.lexsort((found, -scores[found]))][:k]
        return [(int(self._numbers[at]), float(scores[at])) for at in order]

    def _posting(self, term: str) -> _Posting:
        """Return the places of the passages that have a term, and what it counts in each."""
        found = self._known.get(term)
        if found is None:  # most terms are never asked for
            places = self._places[term]
            at = np.array(places)
            frequency = np.array([self._model.doc_freqs[n][term] for n in places])
            score = self._model.idf[term] * ((frequency * (K1 + 1)) / (self._norms[at] + frequency))
            found = self._known[term] = (at, score)
        return found
