import io
import json

import pytest

from index.errors import ReadingError, told_once
from index.reading.jsonl import bounded_lines, read_lines
from index.reading.plain import MAX_BYTES

MEETING = "The council met on Monday and agreed to repair the old bridge before the winter comes."
MONEY = "The town pays for one half of it and the province for the other half, as it did before."


def read(*lines):
    """Return what reading these lines gives; a dictionary is written as JSON."""
    raw = [(line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines]
    return list(read_lines(raw, "a.jsonl"))


def only(line):
    """Return the article of a line."""
    [(article, _)] = read(line)
    return article


def problem(line):
    """Return what is wrong with a line."""
    [error] = read(line)
    assert isinstance(error, ReadingError)
    assert error.source == "a.jsonl, line 1"
    assert "\n" not in str(error)
    return error.problem


class TestArticle:
    def test_its_particulars_are_those_of_the_line(self):
        article = only(
            {
                "article_id": "x1",
                "title": "The bridge",
                "author": "Ada Quill",
                "date": "2023-05-04",
                "language": "en-GB",
                "url": "https://a.example/bridge",
                "text": MEETING,
                "other": [1],
            }
        )
        assert (article.title, article.author, article.date) == ("The bridge", "Ada Quill", "2023-05-04")
        assert (article.language, article.url) == ("en", "https://a.example/bridge")
        assert article.text == f"The bridge\n\nAda Quill, 2023-05-04\n\n{MEETING}"
        assert article.id.startswith("the-bridge-")

    def test_a_text_is_enough(self):
        article = only({"text": MEETING})
        assert (article.title, article.author, article.url) == ("a.jsonl, line 1", None, None)
        assert [block.kind for block in article.blocks] == ["paragraph"]

    def test_paragraphs_and_headings_are_found_in_the_text_but_no_furniture(self):
        text = f"The bridge\n\nBy Ada Quill\n\n{MEETING}\n\nWho pays\n\n{MONEY}\n\nShare\n\nRead more"
        article = only({"title": "The bridge", "text": text})
        assert [block.kind for block in article.blocks] == [
            *["title", "byline", "paragraph", "heading", "paragraph", "paragraph", "paragraph"]
        ]
        assert article.blocks[4].section == ("Who pays",)

    def test_a_byline_in_the_text_tells_what_the_line_does_not(self):
        text = f"By Ada Quill, 4 May\n\n{MEETING}"
        article = only({"title": "The bridge", "text": text})
        assert (article.author, article.date) == ("Ada Quill", "4 May")
        assert article.text == f"The bridge\n\n{text}"
        assert only({"title": "The bridge", "author": "Ben Stone", "text": text}).author == "Ben Stone"

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "file:///etc/passwd", "/a", "http://", "http://a b"]
    )
    def test_an_address_that_is_not_of_the_web_is_none(self, url):
        assert only({"text": MEETING, "url": url}).url is None

    def test_a_title_that_is_a_novel_is_cut_at_a_word(self):
        article = only({"title": "word " * 200, "text": MEETING})
        assert len(article.title) <= 300
        assert article.title.endswith("word")

    @pytest.mark.parametrize("text", ["\\ud800 It rained.", "a\\u0000b c."])
    def test_what_no_file_can_hold_is_replaced_or_refused(self, text):
        for read_line in read(f'{{"text": "{text}"}}'.encode()):
            if not isinstance(read_line, ReadingError):
                read_line[0].text.encode()


class TestKeys:
    def test_lines_are_told_apart_by_their_article_id_or_else_their_number(self):
        lines = read(
            {"article_id": "x", "text": "One."}, {"text": "Two."}, {"article_id": 7, "text": "Three."}
        )
        assert [key for _, key in lines] == ["x", "2", "7"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("line", "wrong"),
        [
            (b"{", "not a JSON object; write an article a line."),
            (b"hello", "not a JSON object; write an article a line."),
            (b"[1]", "not a JSON object; write an article a line."),
            (b"\xff\xfe{}", "not a JSON object; write an article a line."),
            ({"title": "x"}, 'there is no field "text"; an article a line needs one.'),
            ({"text": 5}, 'the field "text" cannot be used (Input should be a valid string).'),
            (
                {"text": "x", "date": 2023},
                'the field "date" cannot be used (Input should be a valid string).',
            ),
            (
                {"article_id": "x", "passage_id": "x-1", "text": "x"},
                "a passage, not an article; such files are for `footnote run --corpus`.",
            ),
            ({"text": " \n"}, "there is no article text in it."),
        ],
    )
    def test_a_bad_line_is_told_with_its_number_and_what_is_wrong(self, line, wrong):
        assert problem(line) == wrong

    def test_the_others_go_on(self):
        found = read({"text": MEETING}, b"{", b"", {"text": MONEY})
        assert [isinstance(each, ReadingError) for each in found] == [False, True, False]
        assert found[1].source == "a.jsonl, line 2"
        assert found[2][1] == "4"

    def test_a_line_that_is_too_long_is_refused_and_never_whole_in_memory(self):
        raw = b'{"text": "' + b"x" * (3 * MAX_BYTES) + b'"}\n{"text": "It rained."}'
        lines = list(bounded_lines(io.BytesIO(raw)))
        assert [len(line) for line in lines] == [MAX_BYTES + 1, 22]
        error, (article, _) = read_lines(lines, "a.jsonl")
        assert "too large" in error.problem
        assert article.text == "It rained."

    def test_a_file_without_a_line_has_no_article(self):
        [error] = read_lines([], "a.jsonl")
        assert str(error) == "a.jsonl: there is no article in it; write one JSON object a line."

    def test_lines_of_a_file_that_are_refused_alike_are_told_as_one(self):
        refused = read({"title": "x"}, b"{", {"title": "y"}, {"title": "z"})
        others = [
            ReadingError("b.jsonl, line 7", refused[0].problem),
            ReadingError("c.txt", "cannot be read."),
        ]
        assert [str(error) for error in told_once([*refused, *others])] == [
            'a.jsonl, line 1: there is no field "text"; an article a line needs one. And 2 more like it.',
            "a.jsonl, line 2: not a JSON object; write an article a line.",
            'b.jsonl, line 7: there is no field "text"; an article a line needs one.',
            "c.txt: cannot be read.",
        ]
