"""What English words mean, as far as the table of vectors tells."""

import numpy as np
import pytest

from index.meaning import (
    DIMENSIONS,
    nearest,
    rows,
    text_vector,
    text_vectors,
    unit_vectors,
    word_rows,
)
from index.tables import data_file


def vector(*terms):
    return text_vector((term, 1.0) for term in terms)


def cosine(one, other):
    return float(vector(one) @ vector(other))


@pytest.mark.parametrize("terms", [("river",), ("river", "bridg"), ("river", "zzzz"), ("river", "river")])
def test_a_text_has_a_vector_of_unit_length(terms):
    assert float(np.linalg.norm(vector(*terms))) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("terms", [(), ("zzzz",), ("zzzz", "north_korea"), ("Rivers",)])
def test_without_a_word_of_the_table_it_is_zero(terms):
    assert vector(*terms).shape == (DIMENSIONS,)
    assert not vector(*terms).any()


def test_unknown_words_add_nothing():
    assert vector("river", "zzzz") == pytest.approx(vector("river"))


def test_the_order_of_the_words_does_not_matter():
    assert vector("river", "bridg") == pytest.approx(vector("bridg", "river"), abs=1e-6)


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("river", "bridg", "parliament"),
        ("flour", "bread", "parliament"),
        ("minist", "govern", "bread"),
        ("war", "armi", "flour"),
    ],
)
def test_near_words_are_nearer_than_far_ones(word, near, far):
    assert cosine(word, near) > cosine(word, far) + 0.1


def test_the_heavier_word_draws_the_text_to_it():
    def nearness(weight):
        return float(text_vector([("river", weight), ("parliament", 1.0)]) @ vector("river"))

    assert nearness(0.1) < nearness(1.0) < nearness(10.0)


def test_at_the_same_weight_the_rarer_word_counts_more():
    common, rare = "say", "granit"
    assert rows()[common] < rows()[rare]
    both = vector(common, rare)
    assert float(both @ vector(rare)) > float(both @ vector(common)) + 0.1


def test_a_word_s_own_vector_is_its_row():
    row = np.array([rows()["river"]])
    assert unit_vectors(row)[0] == pytest.approx(vector("river"), abs=1e-6)


@pytest.mark.parametrize("word", ["river", "minist", "granit", "flour"])
def test_the_nearest_words_are_those_of_the_highest_cosines_in_order(word):
    with data_file("english", "near.npy").open("rb") as file:
        units = np.load(file).astype(float)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    cosines = dict(zip(rows(), (units @ units[rows()[word]]).tolist(), strict=True))
    found = list(nearest(word, 0.35))
    assert found[0] == (word, pytest.approx(1))
    assert dict(found) == pytest.approx({other: c for other, c in cosines.items() if c > 0.35}, abs=1e-6)
    assert [c for _, c in found] == sorted((c for _, c in found), reverse=True)


def test_a_word_of_no_vector_has_none_near():
    assert not list(nearest("zzzz", 0.35))


def test_texts_have_the_vectors_that_each_has_alone_behind_that_of_all_together():
    texts = [("river", "bridg"), ("zzzz",), ("parliament", "river", "war"), ()]
    whole, *each = text_vectors(word_rows(texts))
    assert whole == pytest.approx(vector(*(term for terms in texts for term in terms)), abs=1e-6)
    for found, terms in zip(each, texts, strict=True):
        assert found == pytest.approx(vector(*terms), abs=1e-6)


def test_texts_without_a_known_word_have_no_vectors():
    assert not text_vectors(word_rows([("zzzz",), ()])).any()
