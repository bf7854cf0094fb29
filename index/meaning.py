"""What English words mean, as far as a table of word vectors tells.

The vectors of 17,222 stems, in bytes, are distilled from a sentence encoder, all-MiniLM-L6-v2, by
`tests/relevance/distil_vectors.py`; the encoder itself is not needed. A text's vector is the sum of its
words', the commoner the less, in the manner of Arora, Liang and Ma 2017.
"""

from collections.abc import Iterable
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


def unit_vectors(at: NDArray[np.int64]) -> Vector:
    """Return the unit vectors of the rows `at`, a row each."""
    found = _table()[at].astype(np.float32)
    units: Vector = found / np.linalg.norm(found, axis=1, keepdims=True)
    return units


@cache
def rows() -> dict[str, int]:
    """Return the row of every term in the table, the commonest first."""
    text = data_file("english", "vector_terms.txt").read_text(encoding="ascii")
    return {term: row for row, term in enumerate(text.split())}


@cache
def _table() -> NDArray[np.int8]:
    with data_file("english", "vectors.npy").open("rb") as file:
        loaded: NDArray[np.int8] = np.load(file)
    return loaded
