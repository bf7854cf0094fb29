"""The default engine: scores of `rank_bm25.BM25Plus`, behind a guard.

The variant is BM25Plus with delta 0: its idf, log((N + 1) / df), is positive for every term, where Okapi's
turns negative for a term in more than half of the passages, as most names are in a single article. With
delta 0 a passage without the term earns nothing, so that only matching passages have a score.

The class's `get_scores` walks every passage for every term. Its statistics are laid out here as postings,
which gives the same scores to the last digit (the arithmetic is the class's, in the same order) and lets a
term have a weight.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Plus

from index.models import Concept, WeightedTerm

# Chosen on five public question sets (hit@1): k1 .9, b .4 was as good as or better than 1.2, .75 on each
# (news .568 : .542, long papers .528 : .509). Short passages differ little in length, hence the low b.
K1 = 0.9
B = 0.4


class RankBM25Engine:
    """Ranks passages, given once: each as the list of its terms, with numbers that rise (else from 0)."""

    name = "rank_bm25"

    def __init__(self, passages: Sequence[Sequence[str]], numbers: Sequence[int] | None = None) -> None:
        self._size = len(passages)
        self._numbers = np.array(range(self._size) if numbers is None else numbers, dtype=np.int64)
        self._postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        self._idf: dict[str, float] = {}
        if not any(passages):
            return  # the library divides by the mean length
        model = BM25Plus(passages, k1=K1, b=B, delta=0)
        self._idf = model.idf
        places: dict[str, list[int]] = {}
        for n, frequencies in enumerate(model.doc_freqs):
            for term in frequencies:
                places.setdefault(term, []).append(n)
        lengths = np.array(model.doc_len)
        norms = K1 * (1 - B + B * lengths / model.avgdl)
        for term, where in places.items():
            at = np.array(where)
            frequency = np.array([model.doc_freqs[n][term] for n in where])
            score = self._idf[term] * ((frequency * (K1 + 1)) / (norms[at] + frequency))
            self._postings[term] = (at, score)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, term: str) -> bool:
        """Say whether any passage has the term."""
        return term in self._postings

    def idf(self, term: str) -> float:
        """Return log((N + 1) / df); for a term of no passage what df = 1 would give, and 0 without passages.

        Source: the BM25+ of Lv & Zhai 2011 as `rank_bm25` computes it.
        """
        if term in self._idf:
            return self._idf[term]
        return float(np.log(self._size + 1)) if self._size else 0.0

    def frequency(self, term: str) -> int:
        """Return the number of passages that have the term."""
        return len(self._postings[term][0]) if term in self._postings else 0

    def score(self, passage: int, term: WeightedTerm) -> float:
        """Return weight x BM25 of a term in a passage, by its number; 0 if it is not there."""
        if term.term not in self._postings:
            return 0.0
        at, scores = self._postings[term.term]
        place = int(np.searchsorted(self._numbers[at], passage))
        return (
            term.weight * float(scores[place])
            if place < len(at) and self._numbers[at[place]] == passage
            else 0.0
        )

    def search(
        self, concepts: Sequence[Concept], k: int, within: range | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` passages with their scores, best first, ties in the passages' order.

        The score is the sum over the concepts of the best of weight x BM25 over the concept's terms. Only
        passages that score above 0 are returned, and only those whose numbers are `within`, if given.
        """
        scores = np.zeros(self._size)
        for concept in concepts:
            known = [(t.weight, self._postings[t.term]) for t in concept.terms if t.term in self._postings]
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
        order = found[np.lexsort((found, -scores[found]))][:k]
        return [(int(self._numbers[at]), float(scores[at])) for at in order]
