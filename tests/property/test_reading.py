import html
import json
import re
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.errors import ReadingError
from index.reading import read_bytes, read_text, split_paragraphs
from index.reading.formats import Read, read_any
from index.splitter import split_article
from tests.pdfs import Printed, pdf
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


def check_blocks(article):
    """Fail unless the blocks are in order and overlap only where a run-in heading opens a paragraph."""
    text, blocks = article.text, article.blocks
    for block in blocks:
        assert 0 <= block.start <= block.body_start < block.end <= len(text)
        assert text[block.start : block.end] == text[block.start : block.end].strip()
    for before, block in pairwise(blocks):
        is_run_in = before.kind == "heading" and block.kind == "paragraph" and before.start == block.start
        assert before.end <= (block.body_start if is_run_in else block.start)


def as_markdown(text):
    return text.encode("utf-8", "replace"), "a.md"


def as_html(text):
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
    return f"<!doctype html><html><body><article>{lines}</article></body></html>".encode(
        "utf-8", "replace"
    ), "a.html"


def as_pdf(text):
    printable = text.encode("cp1252", "replace").decode("cp1252")
    lines = [line for line in re.sub(r"[\x00-\x1f]", "\n", printable).splitlines() if line.strip()]
    return pdf([Printed(line[:200], 800 - 12 * n) for n, line in enumerate(lines[:60])]), "a.pdf"


def as_json(text):
    return json.dumps({"title": text[:40], "author": text[-20:], "text": text}).encode(), "a.jsonl"


@given(LONG_PAGES)
def test_blocks_are_in_order_and_overlap_only_where_a_run_in_heading_opens_a_paragraph(text):
    check_blocks(read(text))


@settings(max_examples=60)
@given(PAGES, st.sampled_from([as_markdown, as_html, as_pdf, as_json]))
def test_so_they_are_in_every_format_and_all_of_the_text_is_in_them_but_white_space(text, form):
    for each in read_any(*form(text)):
        if isinstance(each, ReadingError):
            assert len(str(each).splitlines()) == 1
            continue
        check_blocks(each.article)
        end_before = 0
        for block in each.article.blocks:
            assert each.article.text[end_before : block.start].strip() == ""
            end_before = max(end_before, block.end)
        assert end_before == len(each.article.text)
        for passage in split_article(each.article):
            assert each.article.text[passage.start : passage.end] == passage.text
        each.article.text.encode()


@settings(max_examples=60)
@given(
    st.binary(max_size=200)
    | st.sampled_from([b"%PDF-1.7\n", b"<html>", b'{"text": "']).flatmap(
        lambda start: st.binary(max_size=120).map(lambda rest: start + rest)
    ),
    st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.jsonl", "a"]),
)
def test_any_bytes_are_articles_or_refused_in_one_line_whatever_their_name(raw, name):
    for each in read_any(raw, name):
        assert isinstance(each, Read) or len(str(each).splitlines()) == 1


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
