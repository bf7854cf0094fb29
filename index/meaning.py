"""What English words mean, as far as two tables of word vectors tell, both of 17,222 stems, in bytes.

The one that texts are compared by is distilled from a sentence encoder, all-MiniLM-L6-v2, by
`tests/relevance/distil_vectors.py`, and taught the thesaurus by `tests/relevance/teach_vectors.py`; the
encoder itself is not needed. A text's vector is the sum of its
words', the commoner the less, in the manner of Arora, Liang and Ma 2017.

The one that gives a word its nearest is GloVe's (Pennington, Socher, Manning 2014), without its mean and its
first two principal components ("All-but-the-Top", Mu and Viswanath 2018). Taking the first for both finds
fewer: FairytaleQA hit@1 .650 -> .644, needing two passages 58 -> 55 %.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.tables import data_file

Vector = NDArray[np.float32]

DIMENSIONS = 160


class WordRows(NamedTuple):
    """The rows of the words of several texts that are in the table, one text behind the other.

    `texts` is their number, `filled` are those with any such word, and `starts` the places in `at` where
    these begin.
    """

    texts: int
    filled: list[int]
    starts: list[int]
    at: NDArray[np.int64]


def word_rows(texts: Sequence[Sequence[str]]) -> WordRows:
    """Return the rows of the terms of texts."""
    row_of = rows()
    filled: list[int] = []
    starts: list[int] = []
    at: list[int] = []
    for n, terms in enumerate(texts):
        known = [row_of[term] for term in terms if term in row_of]
        if known:
            filled.append(n)
            starts.append(len(at))
            at += known
    return WordRows(len(texts), filled, starts, np.array(at, dtype=np.int64))


def text_vector(weighted: Iterable[tuple[str, float]]) -> Vector:
    """Return the unit vector of weighted terms; zero where none of them is in the table."""
    known = [(rows()[term], weight) for term, weight in weighted if term in rows()]
    if not known:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    at = np.array([row for row, _ in known])
    weights = np.array([weight for _, weight in known], dtype=np.float32) * np.log1p(at + 1.0)
    total: Vector = (weights @ _units()[at]).astype(np.float32)
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if length else total


def text_vectors(words: WordRows) -> Vector:
    """Return the unit vector of all the texts together, then those of each, a row each.

    As `text_vector` does for one; zero for a text without a word in the table.
    """
    totals = np.zeros((words.texts + 1, DIMENSIONS), dtype=np.float32)
    if words.filled:
        counts = np.zeros((len(words.filled) + 1, len(words.at)), dtype=np.float32)
        counts[0] = _weights()[words.at]
        for n, (start, end) in enumerate(pairwise([*words.starts, len(words.at)]), start=1):
            counts[n, start:end] = counts[0, start:end]
        sums = counts @ unit_vectors(words.at)
        sums /= np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, np.newaxis]
        totals[[0, *(n + 1 for n in words.filled)]] = sums
    return totals


@cache
def _weights() -> Vector:
    """Return what each word counts in a text: the commoner, the less."""
    weights: Vector = np.log1p(np.arange(1.0, len(_units()) + 1), dtype=np.float32)
    return weights


def unit_vectors(at: Sequence[int] | NDArray[np.int64]) -> Vector:
    """Return the unit vectors of the rows `at`, a row each."""
    return _units().take(np.asarray(at, dtype=np.int64), axis=0)


def nearest(term: str, least: float) -> Iterator[tuple[str, float]]:
    """Yield the terms whose cosine with a term is above `least`, itself among them, the nearest first.

    The first come from a table, in a hundredth of the time that it takes to look at all; few ask for more.
    """
    row = rows().get(term)
    if row is None:
        return
    first = _nearest()[row]
    near = _unit(_near()[first])
    cosines = _cosines(near, near[first == row][0])
    terms = _terms()
    for at, cosine in zip(first.tolist(), cosines.tolist(), strict=True):
        if cosine <= least:
            return
        yield terms[at], cosine
    cosines = _cosines(_units("near"), _units("near")[row])
    for at in _by_cosine(cosines, least)[len(first) :]:
        yield terms[at], float(cosines[at])


def _cosines(units: Vector, unit: Vector) -> Vector:
    # Not `@`: for a product this small, the threads of a linear algebra library cost more than they save.
    cosines: Vector = np.einsum("ij,j->i", units, unit)
    return cosines


def _by_cosine(cosines: Vector, least: float) -> NDArray[np.int64]:
    """Return the rows of cosines above `least`, the highest first, ties in the order of the rows."""
    near = np.flatnonzero(cosines > least)
    return near[np.argsort(-cosines[near], kind="stable")]


@cache
def _terms() -> list[str]:
    return list(rows())


@cache
def _units(name: str = "vectors") -> Vector:
    return _unit(_read(name))


def _unit(vectors: NDArray[np.int8]) -> Vector:
    """Return vectors of bytes at unit length."""
    unit: Vector = vectors.astype(np.float32)
    unit /= np.sqrt(np.einsum("ij,ij->i", unit, unit))[:, np.newaxis]
    return unit


def _read(name: str) -> NDArray[Any]:
    with data_file("english", f"{name}.npy").open("rb") as file:
        table: NDArray[Any] = np.load(file)
    return table


@cache
def _near() -> NDArray[np.int8]:
    """Return GloVe's vectors in bytes."""
    return _read("near")


@cache
def _nearest() -> NDArray[np.uint16]:
    """Return for every row those of its nearest words, itself among them, the nearest first."""
    return _read("nearest")


@cache
def rows() -> dict[str, int]:
    """Return the row of every term in the table, the commonest first."""
    text = data_file("english", "vector_terms.txt").read_text(encoding="ascii")
    return {term: row for row, term in enumerate(text.split())}
