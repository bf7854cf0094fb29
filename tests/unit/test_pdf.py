from itertools import count

import pytest

from index.errors import ReadingError
from index.reading.pdf import MAX_PDF_BYTES, read_pdf
from tests.blocks import texts
from tests.pdfs import Printed, column, pdf

MEETING = (
    "The council met on Monday and agreed to repair the old bridge before the winter comes to Osterby, and "
    "nobody in the hall objected to it."
)
MONEY = (
    "The town pays for one half of it and the province for the other half, as it did before in the year of "
    "the flood, which is long ago."
)
TITLE = Printed("The bridge is mended", 760, size=18)
BYLINE = Printed("By Ada Quill, 4 May 2023", 735)


class TestLines:
    def test_wrapped_lines_are_one_paragraph_and_a_gap_parts_two(self):
        article = read_pdf(pdf([TITLE, *column(MEETING, 700), *column(MONEY, 650)]), "a.pdf")
        assert texts(article, "paragraph") == [MEETING, MONEY]

    def test_an_indent_parts_paragraphs_too(self):
        first, *rest = column(MONEY, 700 - 12 * len(column(MEETING, 700)))
        lines = [*column(MEETING, 700), first._replace(x=90), *rest]
        assert texts(read_pdf(pdf(lines), "a.pdf"), "paragraph") == [MEETING, MONEY]

    def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page(self):
        lines = column(MEETING, 700)
        left, right = lines[:2], [line._replace(x=320, y=700) for line in lines[2:]]
        assert texts(read_pdf(pdf(left + right), "a.pdf"), "paragraph") == [MEETING]
        article = read_pdf(pdf(lines[:1], lines[1:]), "a.pdf")
        assert texts(article, "paragraph") == [MEETING]

    @pytest.mark.parametrize(
        ("lines", "text"),
        [
            (["The council met to re-", "pair the old bridge."], "The council met to repair the old bridge."),
            (
                ["A well-known mill stands by the well-", "known bridge."],
                "A well-known mill stands by the well-known bridge.",
            ),
            (["It met Anglo-", "Saxon traders on Monday."], "It met Anglo- Saxon traders on Monday."),
            (["From May \u2013", "or so \u2013 to June."], "From May \u2013 or so \u2013 to June."),
        ],
    )
    def test_a_word_parted_at_the_end_of_a_line_is_joined(self, lines, text):
        printed = [Printed(line, 700 - 12 * n) for n, line in enumerate(lines)]
        assert read_pdf(pdf(printed), "a.pdf").text == text

    def test_running_heads_and_page_numbers_are_left_out(self):
        pages = [
            [
                Printed("The Osterby Lantern, 4 May", 820, size=8),
                *column(f"The {word} said: {MEETING[:-1]}, said the {word}.", 700),
                Printed(f"Page {n} of 3", 30, size=8),
            ]
            for n, word in enumerate(("mayor", "miller", "priest"), start=1)
        ]
        article = read_pdf(pdf(*pages), "a.pdf")
        assert texts(article, "paragraph") == [
            f"The {word} said: {MEETING[:-1]}, said the {word}." for word in ("mayor", "miller", "priest")
        ]


class TestHeadings:
    def test_what_is_set_larger_or_bolder_is_one_by_its_size(self):
        y = count(700, -40)
        lines = [
            TITLE,
            *column(MEETING, next(y)),
            Printed("Who pays", next(y), size=14),
            Printed("The town", next(y), is_bold=True),
            *column(MONEY, next(y)),
            Printed("A quarrel", next(y), size=14),
            *column(MEETING, next(y)),
        ]
        article = read_pdf(pdf(lines), "a.pdf")
        assert texts(article, "heading") == ["Who pays", "The town", "A quarrel"]
        sections = [block.section for block in article.blocks if block.kind == "paragraph"]
        assert sections == [(), ("Who pays", "The town"), ("A quarrel",)]

    def test_in_one_size_a_short_line_above_running_text_is_one(self):
        lines = [*column(MEETING, 700), Printed("Who pays", 640), *column(MONEY, 600)]
        assert texts(read_pdf(pdf(lines), "a.pdf"), "heading") == ["Who pays"]


class TestParticulars:
    body = (*column(MEETING, 700), *column(MONEY, 640))

    def test_the_title_is_what_is_set_largest(self):
        article = read_pdf(pdf([TITLE, BYLINE, *self.body]), "a.pdf")
        assert (article.title, texts(article, "title")) == (TITLE.text, [TITLE.text])

    def test_that_of_the_properties_comes_first_if_it_is_printed(self):
        shouted = Printed("EXTRA", 800, size=30)
        article = read_pdf(
            pdf([shouted, TITLE, *self.body], properties="/Title (The Bridge Is Mended)"), "a.pdf"
        )
        assert article.title == TITLE.text

    @pytest.mark.parametrize("title", ["x.docx", "Microsoft Word - bridge", "untitled", ""])
    def test_that_of_a_file_is_none(self, title):
        assert read_pdf(pdf([*self.body], properties=f"/Title ({title})"), "a.pdf").title == "a.pdf"

    def test_without_a_printed_one_that_of_the_properties_is_put_in_front(self):
        article = read_pdf(pdf([*self.body], properties="/Title (The bridge)"), "a.pdf")
        assert (article.title, texts(article, "title")) == ("The bridge", ["The bridge"])

    def test_a_printed_byline_comes_before_the_properties(self):
        article = read_pdf(pdf([TITLE, BYLINE, *self.body], properties="/Author (Cy Dunn)"), "a.pdf")
        assert (article.author, article.date) == ("Ada Quill", "4 May 2023")

    @pytest.mark.parametrize(("author", "found"), [("Cy Dunn", "Cy Dunn"), ("cdunn", None), ("", None)])
    def test_an_author_of_the_properties_has_to_look_like_one(self, author, found):
        article = read_pdf(pdf([TITLE, *self.body], properties=f"/Author ({author})"), "a.pdf")
        assert article.author == found

    def test_the_day_on_which_the_file_was_made_is_not_the_date(self):
        made = "/CreationDate (D:20230504100000Z)"
        assert read_pdf(pdf([TITLE, *self.body], properties=made), "a.pdf").date is None


class TestRefusals:
    whole = pdf([TITLE, *column(MEETING, 700)])

    def refusal(self, raw):
        """Return why a file is refused."""
        with pytest.raises(ReadingError) as caught:
            read_pdf(raw, "a.pdf")
        assert "\n" not in str(caught.value)
        return caught.value.problem

    @pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.9, 0.99])
    def test_a_truncated_file_is_damaged(self, share):
        assert self.refusal(self.whole[: int(share * len(self.whole))]).startswith("this PDF is damaged (")

    @pytest.mark.parametrize("content", [b"\xff\xfe ( [ << BT Tj", b"[" * 100_000])
    def test_so_is_one_with_nonsense_in_it(self, content):
        assert self.refusal(pdf([], content=content)).startswith("this PDF is damaged (")

    def test_so_is_one_whose_pages_go_in_circles(self):
        assert self.refusal(self.whole.replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")).startswith(
            "this PDF is dam"
        )

    def test_one_that_unpacks_to_too_much_is_refused(self):
        assert "unpacks to too much" in self.refusal(pdf([], content=bytes(80_000_000)))

    def test_a_page_that_is_too_large_is_refused(self):
        assert self.refusal(pdf([], [], content=b" " * 10_000_001)).startswith(
            "page 1 of this PDF is too large"
        )

    def test_one_without_text_may_be_a_scan(self):
        assert (
            self.refusal(pdf([]))
            == self.refusal(pdf())
            == ("there is no text in this PDF; if it is a scan, put it through text recognition first.")
        )

    def test_something_else_is_told_so(self):
        assert self.refusal(b"PK\3\4").startswith("this is not a PDF")

    def test_one_above_the_limit_is_refused(self):
        assert "too large" in self.refusal(self.whole + bytes(MAX_PDF_BYTES))

    def test_an_encrypted_one_is_told_so(self):
        import io

        from pypdf import PdfReader, PdfWriter

        writer = PdfWriter(PdfReader(io.BytesIO(self.whole)))
        writer.encrypt("secret", algorithm="RC4-128")
        writer.write(locked := io.BytesIO())
        assert self.refusal(locked.getvalue()) == (
            "this PDF is encrypted; save a copy of it without a password."
        )
