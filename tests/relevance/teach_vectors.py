"""Make `data/english/vectors.npy`: the distilled word vectors, taught what is said otherwise.

    python -m tests.relevance.teach_vectors DISTILLED

DISTILLED is what `distil_vectors` writes. The thesaurus of the project says which words and phrases stand for
each other in a question and in the news ("stand to gain", benefit); here the vectors of its left sides are
drawn to those of what stands on the right, and away from those of other lines: the two-way InfoNCE loss (van
den Oord et al. 2018; Radford et al. 2021) over batches of its pairs, by Adam, held near where they started.
So the vectors know also of words like those in the table. No question of any set is read. Deterministic but
for the last digits of the linear algebra; some three minutes. Needs scipy, which only `distil_vectors` does
beside it.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from index.analyzer import analyzer
from index.meaning import rows
from index.tables import data_file
from tests.relevance.adam import Adam

EPOCHS = 8
BATCH = 1024
TEMPERATURE = 0.15
HOLD = 0.05  # how strongly a vector is held where it started
RATE = 0.003

Matrix = NDArray[np.float32]
Pair = tuple[list[int], list[int]]


def main(distilled: Path) -> None:
    """Write the table."""
    taught = teach(unit(np.load(distilled).astype(np.float32)), list(pairs()))
    write_table(taught, data_file("english", "vectors.npy"))


def pairs() -> Iterator[Pair]:
    """Yield the rows of the words of each left side with those of each thing on its right."""
    for line in data_file("english", "thesaurus.txt").read_text(encoding="utf-8").splitlines():
        left, _, right = line.partition(" | ")
        asked = [rows()[stem] for stem in left.split() if stem in rows()]
        for phrase in right.split("; "):
            told = [rows()[t.terms[0]] for t in analyzer("en").tokens(phrase) if t.terms[0] in rows()]
            if asked and told and told != asked:
                yield asked, told


def teach(start: Matrix, known: Sequence[Pair]) -> Matrix:
    """Return the vectors at unit length, the two sides of known pairs nearer than those of others."""
    dice = np.random.default_rng(0)
    vectors = start.copy()
    steps = EPOCHS * len(known) // BATCH
    adam = Adam(RATE, steps, least=1e-7)
    for _ in range(steps):
        batch = [known[n] for n in dice.integers(0, len(known), BATCH)]
        left, right = (_counts([pair[side] for pair in batch], len(start)) for side in (0, 1))
        gradient = _gradient(left, right, vectors) + HOLD / BATCH * (vectors - start)
        vectors = unit(vectors - adam.step(gradient))
    return vectors


def _gradient(left: csr_matrix, right: csr_matrix, vectors: Matrix) -> Matrix:
    """Return the gradient of the loss of a batch; the n-th left and the n-th right side are a pair."""
    (asked, asked_length), (told, told_length) = (_texts(side, vectors) for side in (left, right))
    odds = asked @ told.T / TEMPERATURE
    of_left, of_right = (np.exp(odds - odds.max(axis=axis, keepdims=True)) for axis in (1, 0))
    error = of_left / of_left.sum(axis=1, keepdims=True) + of_right / of_right.sum(axis=0, keepdims=True)
    error[np.diag_indices(len(error))] -= 2
    error /= 2 * len(error) * TEMPERATURE
    gradient: Matrix = left.T @ _through_unit(error @ told, asked, asked_length)
    gradient += right.T @ _through_unit(error.T @ asked, told, told_length)
    return gradient


def _texts(counts: csr_matrix, vectors: Matrix) -> tuple[Matrix, Matrix]:
    """Return the unit vectors of texts, and the lengths that they had."""
    sums = counts @ vectors
    lengths = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9
    return sums / lengths, lengths


def _through_unit(gradient: Matrix, units: Matrix, lengths: Matrix) -> Matrix:
    """Return a gradient of unit vectors as one of the vectors that were brought to unit length."""
    return (gradient - (gradient * units).sum(axis=1, keepdims=True) * units) / lengths


def _counts(texts: Sequence[list[int]], size: int) -> csr_matrix:
    """Return the words of texts, a row a text, with the weights of `index.meaning.text_vector`."""
    starts = np.cumsum([0, *map(len, texts)])
    at = np.concatenate([np.array(text) for text in texts])
    return csr_matrix((np.log1p(at + 1.0).astype(np.float32), at, starts), (len(texts), size))


def write_table(vectors: Matrix, path: Path) -> None:
    """Write vectors at unit length in bytes."""
    scaled = unit(vectors)
    scaled /= np.abs(scaled).max(axis=1, keepdims=True)
    np.save(path, np.round(scaled * 127).astype(np.int8))


def unit(vectors: Matrix) -> Matrix:
    """Return the rows at unit length."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
