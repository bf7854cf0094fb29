"""What an engine does, what it needs of the passages, and the one formula by which every engine scores.

An engine ranks passages by weighted terms; passages go by their numbers, which rise in the order of the
library. Another engine is another speed, not another answer: it may find its candidates as it likes, but
their scores are those of the formula, to the last digit, and ties keep the order of the numbers.

The formula is that of `rank_bm25.BM25Plus` with delta 0, in its own order of arithmetic: its idf,
log((N + 1) / df), is positive for every term, where Okapi's turns negative for a term in more than half of
the passages, as most names are in a single article.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Protocol

from index.models import Concept, WeightedTerm

# Chosen on five public question sets (hit@1): k1 .9, b .4 was as good as or better than 1.2, .75 on each
# (news .568 : .542, long papers .528 : .509). Short passages differ little in length, hence the low b.
K1 = 0.9
B = 0.4


class Engine(Protocol):
    """Ranks passages by weighted terms. Threads may share it."""

    @property
    def name(self) -> str:
        """Return the name by which it is chosen."""

    def __contains__(self, term: str) -> bool:
        """Say whether any passage has the term."""

    def frequency(self, term: str) -> int:
        """Return the number of passages that have the term."""

    def idf(self, term: str) -> float:
        """Return log((N + 1) / df); for a term of no passage as if df were 1, and 0 without passages."""

    def score(self, passage: int, term: WeightedTerm) -> float:
        """Return weight x BM25 of a term in a passage, by its number; 0 if it is not there."""

    def search(
        self, concepts: Sequence[Concept], k: int, within: range | None = None, least: float = 0.0
    ) -> list[tuple[int, float]]:
        """Return up to `k` passages with their scores, best first, ties in the passages' order.

        The score is the sum over the concepts of the best of weight x BM25 over the concept's terms. Only
        passages are returned whose numbers are `within`, if given, and that score above 0 and at least
        `least` times what the best of them does.
        """


class TermStore(Protocol):
    """The terms of the passages, from which an engine is made."""

    @property
    def passage_count(self) -> int:
        """Return the number of passages."""

    @property
    def term_count(self) -> int:
        """Return how many terms the passages have together."""

    @property
    def next_number(self) -> int:
        """Return the number that the next passage gets; none is given twice."""

    @property
    def edition(self) -> str:
        """Return a name that changes where numbers get other passages than before."""

    def terms(self, numbers: Sequence[int]) -> list[tuple[int, str]]:
        """Return the terms, parted by spaces, of those passages of the numbers that are there."""

    def terms_from(self, first: int) -> Iterator[tuple[int, str]]:
        """Yield the numbers of the passages from one on, in order, with their terms."""

    def removals(self, after: int) -> list[tuple[int, range]]:
        """Return the removals of articles after one: their numbers, and those of the passages."""


def idf(passages: int, frequency: int) -> float:
    """Return the idf of a term that so many of the passages have; of one that none has, as if one had it.

    Source: the BM25+ of Lv and Zhai 2011 as `rank_bm25` computes it.
    """
    return math.log((passages + 1) / (frequency or 1)) if passages else 0.0


def length_norm(length: int, mean_length: float) -> float:
    """Return what the length of a passage, in terms, counts against those of its terms."""
    return K1 * (1 - B + B * length / mean_length)


def term_score(rarity: float, count: int, norm: float) -> float:
    """Return what a term of this idf counts that stands so often in a passage of this `length_norm`."""
    return rarity * ((count * (K1 + 1)) / (norm + count))
