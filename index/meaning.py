"""What English words mean, as far as two tables of word vectors tell, both of 17,222 stems, in bytes.

The one that texts are compared by is distilled from a sentence encoder, all-MiniLM-L6-v2, by
`tests/relevance/distil_vectors.py`; the encoder itself is not needed. A text's vector is the sum of its
words', the commoner the less, in the manner of Arora, Liang and Ma 2017.

The one that gives a word its nearest is GloVe's (Pennington, Socher, Manning 2014), without its mean and its
first two principal components ("All-but-the-Top", Mu and Viswanath 2018). Taking the first for both finds
fewer: FairytaleQA hit@1 .650 -> .644, needing two passages 58 -> 55 %.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.tables import data_file

Vector = NDArray[np.float32]

DIMENSIONS = 160


def text_vector(weighted: Iterable[tuple[str, float]]) -> Vector:
    """Return the unit vector of weighted terms; zero where none of them is in the table."""
    known = [(rows()[term], weight) for term, weight in weighted if term in rows()]
    if not known:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    at = np.array([row for row, _ in known])
    weights = np.array([weight for _, weight in known], dtype=np.float32) * np.log1p(at + 1.0)
    total: Vector = (weights @ unit_vectors(at)).astype(np.float32)
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if length else total


def text_vectors(texts: Sequence[Sequence[str]]) -> Vector:
    """Return the unit vectors of texts of terms, a row each, as `text_vector` does for one."""
    row_of = rows()
    known = [[row_of[term] for term in terms if term in row_of] for terms in texts]
    totals = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    full = [n for n, found in enumerate(known) if found]
    if full:
        at = np.array([row for found in known for row in found])
        weighted = _units()[at] * np.log1p(at + 1.0, dtype=np.float32)[:, np.newaxis]
        starts = np.cumsum([0, *(len(known[n]) for n in full[:-1])])
        sums = np.add.reduceat(weighted, starts, axis=0)
        totals[full] = sums / np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, np.newaxis]
    return totals


def unit_vectors(at: NDArray[np.int64]) -> Vector:
    """Return the unit vectors of the rows `at`, a row each."""
    found = _table("vectors")[at].astype(np.float32)
    units: Vector = found / np.linalg.norm(found, axis=1, keepdims=True)
    return units


def nearest(term: str, least: float) -> list[tuple[str, float]]:
    """Return the terms whose cosine with a term is above `least`, itself among them, the nearest first."""
    row = rows().get(term)
    if row is None:
        return []
    # Not `@`: for a product this small, the threads of a linear algebra library cost more than they save.
    cosines = np.einsum("ij,j->i", _units("near"), _units("near")[row])
    near = np.flatnonzero(cosines > least)
    terms = _terms()
    return [(terms[at], float(cosines[at])) for at in near[np.argsort(-cosines[near], kind="stable")]]


@cache
def _terms() -> list[str]:
    return list(rows())


@cache
def _units(name: str = "vectors") -> Vector:
    vectors = _table(name).astype(np.float32)
    vectors /= np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, np.newaxis]
    return vectors


@cache
def rows() -> dict[str, int]:
    """Return the row of every term in the table, the commonest first."""
    text = data_file("english", "vector_terms.txt").read_text(encoding="ascii")
    return {term: row for row, term in enumerate(text.split())}


@cache
def _table(name: str) -> NDArray[np.int8]:
    with data_file("english", f"{name}.npy").open("rb") as file:
        loaded: NDArray[np.int8] = np.load(file)
    return loaded
