from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from index.errors import ReadingError
from index.reading import read_bytes, read_text, split_paragraphs
from index.splitter import split_article
from tests.property.texts import LONG_PAGES, PAGES


def read(text):
    try:
        return read_text(text, "page.txt")
    except ReadingError:
        assume(False)
        raise


@given(PAGES)
def test_paragraphs_are_in_order_and_hold_all_of_the_text_but_white_space(text):
    end_before = 0
    for start, end in split_paragraphs(text):
        assert text[end_before:start].strip() == ""
        assert text[start:end] == text[start:end].strip() != ""
        end_before = end
    assert text[end_before:].strip() == ""


@given(LONG_PAGES)
def test_blocks_are_in_order_and_overlap_only_where_a_run_in_heading_opens_a_paragraph(text):
    blocks = read(text).blocks
    for block in blocks:
        assert 0 <= block.start <= block.body_start < block.end <= len(text)
        assert text[block.start : block.end] == text[block.start : block.end].strip()
    for before, block in pairwise(blocks):
        is_run_in = before.kind == "heading" and block.kind == "paragraph" and before.start == block.start
        assert before.end <= (block.body_start if is_run_in else block.start)


@given(LONG_PAGES)
def test_passages_headings_and_furniture_hold_every_character_but_white_space(text):
    article = read(text)
    spans = [(passage.start, passage.end) for passage in split_article(article)]
    spans += [(block.start, block.end) for block in article.blocks if block.kind in {"heading", "furniture"}]
    held = [False] * len(text)
    for start, end in spans:
        held[start:end] = [True] * (end - start)
    assert [
        character
        for character, is_held in zip(text, held, strict=True)
        if not (is_held or character.isspace())
    ] == []


@given(PAGES)
def test_a_text_is_read_the_same_twice_and_from_bytes(text):
    article = read(text)
    assert read_text(text, "page.txt") == article
    if not text.startswith("\ufeff") and "\0" not in text:
        assert read_bytes(text.encode(), "page.txt") == article


@given(st.binary(max_size=80) | PAGES.map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_an_article_or_refused_in_one_line(raw):
    refused = ""
    try:
        article = read_bytes(raw, "page.txt")
    except ReadingError as error:
        refused = str(error)
    assert len(refused.splitlines()) == 1 or any(block.kind == "paragraph" for block in article.blocks)
