import re
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from index.errors import ReadingError
from index.reading import read_text
from index.splitter import MAX_CHARACTERS, MAX_WORDS, passage_sentences, split_article, split_sentences
from tests.property.texts import LONG_PAGES, PAGES


def split(text):
    try:
        article = read_text(text, "page.txt")
    except ReadingError:
        assume(False)
        raise
    return article, split_article(article)


@given(LONG_PAGES)
def test_a_passage_is_a_slice_of_its_article_within_the_limits(text):
    for passage in split(text)[1]:
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert passage.start <= passage.body_start < passage.end
        assert len(passage.text) <= MAX_CHARACTERS
        assert len(passage.text.split()) <= MAX_WORDS


@given(LONG_PAGES)
def test_no_passage_has_furniture_in_it(text):
    article, passages = split(text)
    furniture = [block for block in article.blocks if block.kind == "furniture"]
    assert not any(p.start < f.end and f.start < p.end for p in passages for f in furniture)


@given(LONG_PAGES)
def test_passages_do_not_overlap_and_those_of_a_kind_are_in_order(text):
    _, passages = split(text)
    ordered = sorted(passages, key=lambda passage: passage.start)
    assert all(before.end <= passage.start for before, passage in pairwise(ordered))
    for kind in ("metadata", "body", "biography"):
        assert [p for p in passages if p.kind == kind] == [p for p in ordered if p.kind == kind]


@given(LONG_PAGES)
def test_body_paragraphs_count_from_1_without_a_gap(text):
    numbers = [passage.paragraph for passage in split(text)[1] if passage.kind == "body"]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, len(set(numbers)) + 1))


@given(LONG_PAGES)
def test_ids_are_unique_and_fit_into_a_telegram_link(text):
    ids = [passage.id for passage in split(text)[1]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9_-]{1,40}", name) for name in ids)


@given(LONG_PAGES)
def test_sentences_lie_within_their_passage_and_hold_all_of_its_body_but_white_space(text):
    article, passages = split(text)
    for passage in passages:
        end_before = passage.body_start
        for start, end in passage_sentences(passage, article.language):
            assert text[end_before:start].strip() == ""
            assert text[start:end].strip() != ""
            end_before = end
        assert text[end_before : passage.end].strip() == ""
        assert end_before <= passage.end


@given(PAGES | st.text(), st.sampled_from(["en", "fr", "de", "es", "ru", "zh", "ja", "ko", "xx"]))
def test_any_text_in_any_language_is_split_into_sentences(text, language):
    spans = split_sentences(text, language)
    assert spans == sorted(spans)
    assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())
