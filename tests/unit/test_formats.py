import sys

import pytest

from index.errors import ReadingError
from index.reading.formats import Read, format_of, read_any
from tests.pdfs import column, pdf

MEETING = "The council met on Monday and agreed to repair the old bridge before the winter comes to Osterby."
PAGE = f"<!doctype html><html><title>The bridge</title><body><article><p>{MEETING}</p><p>Nobody objected.</p>"


class TestFormat:
    @pytest.mark.parametrize(
        ("start", "name", "content_type", "form"),
        [
            (b"It rained.", "a.txt", None, "text"),
            (b"It rained.", "a", None, "text"),
            (b"", "a.unknown", "application/octet-stream", "text"),
            (b"# A", "a.md", None, "markdown"),
            (b"# A", "A.MARKDOWN", "text/plain; charset=utf-8", "markdown"),
            (b"# A", "a", "text/markdown", "markdown"),
            (b"<p>A", "a.html", None, "html"),
            (b"<p>A", "https://a.example/a.txt", "text/html; charset=utf-8", "html"),
            (b"%PDF-1.4", "a.pdf", None, "pdf"),
            (b"{", "a.jsonl", None, "jsonl"),
            (b"{", "a", "application/x-ndjson", "jsonl"),
        ],
    )
    def test_it_is_what_the_type_or_the_name_says(self, start, name, content_type, form):
        assert format_of(start, name, content_type) == form

    @pytest.mark.parametrize(
        ("start", "name", "form"),
        [
            (b"%PDF-1.7\n", "a.txt", "pdf"),
            (b"\xef\xbb\xbf\n<!DOCTYPE html>", "a.pdf", "html"),
            (b"<!-- x -->\n<html lang='en'>", "a", "html"),
            (b"<?xml version='1.0'?><html>", "a.txt", "html"),
            ("<html>".encode("utf-16"), "a.txt", "html"),
            (b'{"article_id": "a", "text": "b"}\n', "a.json", "jsonl"),
        ],
    )
    def test_what_the_bytes_plainly_are_comes_first(self, start, name, form):
        assert format_of(start, name) == form

    @pytest.mark.parametrize("name", ["a.md", "a.jsonl"])
    def test_markup_in_markdown_or_json_is_none_of_it(self, name):
        assert format_of(b"<html>", name) != "html"


class TestReadAny:
    def only(self, *args, **options):
        """Return the only thing that was read."""
        [read] = read_any(*args, **options)
        return read

    def test_each_format_gives_an_article(self):
        raws = {
            "a.txt": MEETING.encode(),
            "a.md": f"# The bridge\n\n{MEETING}".encode(),
            "a.html": PAGE.encode(),
            "a.pdf": pdf(column(MEETING, 700)),
            "a.jsonl": f'{{"text": "{MEETING}"}}'.encode(),
        }
        for name, raw in raws.items():
            read = self.only(raw, name)
            assert isinstance(read, Read), read
            assert MEETING in read.article.text

    def test_the_source_is_the_address_or_the_name_or_what_it_is_told(self):
        raw = MEETING.encode()
        assert self.only(raw, "a.txt").source == "a.txt"
        assert self.only(raw, "a.txt", url="https://a.example/").source == "https://a.example/"
        assert self.only(raw, "a.txt", url="https://a.example/", source="k").source == "k"
        assert self.only(b'{"article_id": "x", "text": "It rained."}', "a.jsonl", source="k").source == "k#x"

    def test_an_article_knows_the_address_it_came_from(self):
        assert self.only(MEETING.encode(), "a", url="https://a.example/").article.url == "https://a.example/"

    def test_the_charset_of_the_server_counts(self):
        raw = "Müller läuft über die alte Brücke.".encode("latin-1")
        read = self.only(raw, "a", content_type='text/plain; charset="ISO-8859-1"')
        assert "Müller" in read.article.text

    @pytest.mark.parametrize(
        ("raw", "name", "problem"),
        [
            (b"PK\3\4\0\0", "a.docx", "this is a binary file, not text; save the article as plain text."),
            (b"PK\3\4\0\0", "a.md", "this is a binary file, not text; save the article as plain text."),
            (b"PK\3\4\0\0", "a.html", "this is a binary file, not text; save the article as plain text."),
            (
                MEETING.encode(),
                "a.pdf",
                "this is not a PDF, although it is said to be one; look at it in a viewer.",
            ),
            (b"", "a.md", "there is no article text in it."),
            (b"", "a.txt", "the file is empty; there is nothing to ask about."),
        ],
    )
    def test_what_cannot_be_read_is_given_back_as_the_reason(self, raw, name, problem):
        read = self.only(raw, name)
        assert isinstance(read, ReadingError)
        assert (read.source, read.problem) == (name, problem)

    def test_a_page_in_utf_16_is_read(self):
        assert self.only(PAGE.encode("utf-16"), "a.html").article.title == "The bridge"


@pytest.mark.parametrize(
    ("module", "raw", "name", "extra"),
    [("trafilatura", PAGE.encode(), "a.html", "html"), ("pypdf", pdf(column(MEETING, 700)), "a.pdf", "pdf")],
)
def test_without_the_extra_one_line_says_what_to_install(monkeypatch, module, raw, name, extra):
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    [read] = read_any(raw, name)
    assert isinstance(read, ReadingError)
    assert str(read).endswith(f'needs an extra; install it: pip install "footnote[{extra}]"')
