"""The benchmarks' pages follow the laws that they claim, and read as articles."""

from collections import Counter
from itertools import islice

import numpy as np
import pytest

from index.analyzer import analyzer
from index.models import Article
from index.reading import read_text
from index.splitter import split_article
from tests.bench.corpora import FUNCTION_WORDS, KINDS, PARAGRAPHS, QUESTION_TERMS, Corpus, word

PASSAGES = 1_200


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [read_text(text, source) for source, text in Corpus(PASSAGES).pages()]


@pytest.fixture(scope="module")
def words(articles: list[Article]) -> list[str]:
    return [token.word for a in articles for token in analyzer("en").tokens(a.text, stops=True)]


def test_pages_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    pages = list(islice(Corpus(PASSAGES, seed=3).pages(), 3))
    assert pages == [Corpus(20, seed=3).page(n) for n in range(3)]
    assert pages != [Corpus(PASSAGES, seed=4).page(n) for n in range(3)]


def test_there_are_as_many_passages_as_asked_for(articles: list[Article]) -> None:
    passages = sum(len(split_article(article)) for article in articles)
    assert 0.98 * PASSAGES < passages <= PASSAGES + PARAGRAPHS[1]  # a short paragraph may pass for a heading


def test_pages_read_as_articles_with_title_author_date_and_sections(articles: list[Article]) -> None:
    for article in articles:
        assert article.text.startswith(article.title)
        assert article.author
        assert article.date
        assert len({passage.section for passage in split_article(article)}) > 3


def test_vocabulary_grows_by_heaps_law(words: list[str]) -> None:
    sizes = np.unique(np.geomspace(5_000, len(words), 30).astype(int))
    types = [len(set(words[:size])) for size in sizes]
    exponent = np.polyfit(np.log(sizes), np.log(types), 1)[0]
    assert 0.6 < exponent < 0.75


def test_frequencies_fall_by_zipfs_law_and_faster_among_rare_words(words: list[str]) -> None:
    counts = np.array(sorted(Counter(words).values(), reverse=True))
    ranks = np.unique(np.geomspace(10, 2_000, 40).astype(int))
    assert -1.2 < np.polyfit(np.log(ranks), np.log(counts[ranks - 1]), 1)[0] < -0.8
    assert 0.04 < counts[0] / len(words) < 0.08
    assert 0.4 < counts[: len(FUNCTION_WORDS)].sum() / len(words) < 0.5


def test_articles_differ_in_their_words(articles: list[Article]) -> None:
    analyse = analyzer("en")

    def overlap(first: str, second: str) -> float:
        a, b = ({token.terms[0] for token in analyse.tokens(text)} for text in (first, second))
        return len(a & b) / min(len(a), len(b))

    halves = [(a.text[: len(a.text) // 2], a.text[len(a.text) // 2 :]) for a in articles[:30]]
    within = np.mean([overlap(first, second) for first, second in halves])
    between = np.mean([overlap(halves[n][0], halves[n - 1][1]) for n in range(len(halves))])
    assert within > 1.5 * between


def test_words_of_different_ranks_differ() -> None:
    ranks = [*range(1, 60_000), *range(10**9, 10**9 + 1_000)]
    assert len({word(rank) for rank in ranks}) > 0.998 * len(ranks)  # some made-up words are English


def test_questions_ask_mostly_in_words_of_one_passage(articles: list[Article]) -> None:
    analyse = analyzer("en")

    def terms(text: str) -> set[str]:
        return {token.terms[0] for token in analyse.tokens(text)}

    passages = [terms(passage.text) for article in articles for passage in split_article(article)]
    asked = [terms(question.text) for question in Corpus(PASSAGES).questions(40) if question.kind == "plain"]
    shares = [max(len(own & passage) for passage in passages) / len(own) for own in asked]
    assert 0.7 < np.mean(shares) < 0.9
    assert QUESTION_TERMS - 1 < np.mean([len(own) for own in asked]) <= QUESTION_TERMS


def test_questions_are_the_same_for_the_same_seed_and_of_every_kind() -> None:
    asked = Corpus(PASSAGES).questions(40)
    assert asked == Corpus(PASSAGES).questions(40)
    assert {question.kind for question in asked} == set(KINDS)
    assert all((question.before is not None) == (question.kind == "followup") for question in asked)
