import contextlib

import pytest

from index.errors import ReadingError
from index.reading.markdown import read_markdown
from tests.blocks import texts

MEETING = "The council met on Monday and agreed to repair the old bridge before the winter comes."
MONEY = "The town pays for one half of it and the province for the other half, as it did before."


class TestText:
    def test_it_is_what_a_reader_sees(self):
        article = read_markdown(
            "The [council](https://a.example) met on *Monday* and\nagreed **at once**:  \nthe `deck` "
            "![a picture](b.png)is <b>mended</b> &amp; stays.",
            "a.md",
        )
        assert article.text == "The council met on Monday and agreed at once: the deck is mended & stays."

    def test_lists_quotations_tables_and_code_are_paragraphs_of_their_own(self):
        article = read_markdown(
            "- First the deck.\n- Then the piers.\n\n> We pay.\n\n| Year | Cost |\n|--|--|\n| 2021 | 14 |\n\n"
            "```\nx = 1\n```\n",
            "a.md",
        )
        assert texts(article, "paragraph") == [
            *["First the deck.", "Then the piers.", "We pay.", "Year | Cost", "2021 | 14", "x = 1"]
        ]

    def test_links_may_be_given_further_below(self):
        article = read_markdown(
            "The [council][1] met at [noon] on Monday.\n\n[1]: https://a.example\n", "a.md"
        )
        assert article.text == "The council met at [noon] on Monday."

    def test_html_and_comments_are_left_out(self):
        article = read_markdown(f"<!-- a note -->\n\n{MEETING}\n\n<div>advertisement</div>\n", "a.md")
        assert article.text == MEETING

    @pytest.mark.parametrize("text", ["# Only a title\n", "![a picture](b.png)\n", "<p>no</p>"])
    def test_without_a_paragraph_there_is_nothing_to_ask(self, text):
        with pytest.raises(ReadingError, match=r"^a\.md: there is no article text in it\.$"):
            read_markdown(text, "a.md")


class TestHeadings:
    def test_a_section_is_the_path_of_headings_by_their_levels(self):
        article = read_markdown(
            f"# The bridge\n\n{MEETING}\n\n## Who pays\n\n### The town\n\n{MONEY}\n\n"
            "A quarrel\n---\n\nNobody.\n",
            "a.md",
        )
        sections = [block.section for block in article.blocks if block.kind == "paragraph"]
        assert sections == [(), ("Who pays", "The town"), ("A quarrel",)]

    def test_the_first_heading_of_level_1_is_the_title(self):
        article = read_markdown(f"# The *bridge*\n\n{MEETING}", "a.md")
        assert (article.title, texts(article, "title"), texts(article, "heading")) == (
            "The bridge",
            ["The bridge"],
            [],
        )

    def test_one_below_a_paragraph_is_not(self):
        article = read_markdown(f"{MEETING}\n\n# Who pays\n\n{MONEY}", "a.md")
        assert (article.title, texts(article, "heading")) == ("a.md", ["Who pays"])

    def test_a_run_in_heading_opens_a_section_as_in_plain_text(self):
        article = read_markdown(f"# The bridge\n\n**Costs:** {MONEY}", "a.md")
        assert article.blocks[-1].section == ("Costs",)


class TestParticulars:
    def test_front_matter_is_taken_as_it_is_written(self):
        article = read_markdown(
            "---\ntitle: 'The bridge'\nauthor: Ada Quill\ndate: 2023-05-04\nlang: en-GB\n"
            f"url: https://a.example/bridge\ntags: {{a: [b]}}\n---\n# The bridge\n\n{MEETING}",
            "a.md",
        )
        assert (article.title, article.author, article.date) == ("The bridge", "Ada Quill", "2023-05-04")
        assert (article.language, article.url) == ("en", "https://a.example/bridge")
        assert article.text == f"The bridge\n\nAda Quill, 2023-05-04\n\n{MEETING}"

    def test_several_authors_are_joined(self):
        article = read_markdown(f"---\r\nauthors:\r\n- Ada Quill\r\n- Ben Stone\r\n---\r\n{MEETING}", "a.md")
        assert article.author == "Ada Quill, Ben Stone"

    def test_a_byline_below_the_title_is_taken_as_printed(self):
        article = read_markdown(f"# The bridge\n\n*By Ada Quill, 4 May*\n\n{MEETING}", "a.md")
        assert (article.author, article.date) == ("Ada Quill", "4 May")
        assert texts(article, "byline") == ["By Ada Quill, 4 May"]

    def test_a_rule_across_the_page_is_no_front_matter(self):
        article = read_markdown(f"---\n\n{MEETING}\n\n---\n\n{MONEY}", "a.md")
        assert texts(article, "paragraph") == [MEETING, MONEY]

    def test_front_matter_that_is_not_yaml_is_refused_with_the_way_out(self):
        with pytest.raises(ReadingError) as caught:
            read_markdown(f"---\ntitle: The bridge: a story\n---\n{MEETING}", "a.md")
        assert caught.value.problem == (
            "its front matter is not YAML; mend the lines between --- and ---, or take them out."
        )

    def test_a_biography_at_the_end_is_told_from_paragraphs(self):
        article = read_markdown(
            f"# The bridge\n\nBy Ada Quill\n\n{MEETING}\n\nAda Quill is a writer in Osterby.", "a.md"
        )
        assert texts(article, "biography") == ["Ada Quill is a writer in Osterby."]


@pytest.mark.parametrize(
    "text",
    [
        "> " * 20_000 + "a",
        "[" * 1_900_000,
        ("[" * 4_999 + "\n\n") * 9,
        "*a " * 500_000,
        "x" * 2_000_001,
        "- " * 5_000 + "a",
    ],
)
def test_what_is_made_to_be_slow_is_read_or_refused_all_the_same(text):
    with contextlib.suppress(ReadingError):
        read_markdown(text, "a.md")
