import json
from pathlib import Path

import pytest

from index.errors import ReadingError
from index.library import SEED, SEED_READ, seed_article
from index.reading import MAX_BYTES, read_bytes, read_text, split_paragraphs
from index.tables import data_file
from tests.blocks import texts
from tests.seed import lines, read_seed

PAGES = sorted((Path(__file__).parents[1] / "pages").glob("*.txt"))
MEETING = "The council met on Monday and agreed to repair the old bridge before the winter comes."
MONEY = "The town pays for one half of it and the province for the other half, as it did before."
QUARREL = "Ada Quill and Ben Stone, who own the mill below, fear for their water and want to be asked."

LI = "What Yoon Suk-yeol and Li Qiang agreed on"
KISHIDA = "What Yoon Suk-yeol and Fumio Kishida agreed on"


def page(*lines, gap="\n\n"):
    """Return the article of a page with these lines."""
    return read_text(gap.join(lines), "page.txt")


def section_of(article, words):
    """Return the path of headings above the paragraph that has the words."""
    (found,) = (
        block.section
        for block in article.blocks
        if block.kind == "paragraph" and words in article.text[block.start : block.end]
    )
    return found


class TestSeedArticle:
    article = read_seed()

    def test_what_comes_with_it_is_what_reading_finds(self):
        assert seed_article() == self.article, "make it anew: python -m tests.seed"
        assert data_file("articles", SEED_READ).read_text("utf-8") == lines()

    def test_the_text_is_the_file_as_it_came(self):
        assert self.article.text.encode() == data_file("articles", SEED).read_bytes()

    def test_title_author_and_date_are_as_printed(self):
        assert self.article.title == (
            "The China-Japan-ROK trilateral summit on May 26-27 in Seoul. Part two: the bilateral meetings"
        )
        assert (self.article.author, self.article.date) == ("Konstantin Asmolov", "July 03")
        assert self.article.language == "en"

    def test_furniture_is_exactly_what_the_page_printed_around_the_article(self):
        assert texts(self.article, "furniture") == [
            "EN|FR|RU",
            "Follow us on:",
            "Yoon Suk-yeol and Li Qiang",
            "More on this topic",
            "How are China and Japan competing for influence in Africa?",
            "St Petersburg Cultural Forum and the development of international humanitarian relations",
            "Europe’s Competitiveness Problem: Is There Still Time to Fix It?",
            (
                "The West’s military mistake: Germany and NATO face the undeniable superiority of Russia "
                "and the BRICS alliance"
            ),
            (
                "Meeting with BRICS high-ranking officials responsible for security matters: a serious "
                "effort in the fight against global threats"
            ),
        ]

    def test_headings_are_the_two_halves_and_the_run_ins_without_their_punctuation(self):
        assert texts(self.article, "heading") == [
            LI,
            "Security issues",
            "Economical issues",
            "The North Korean issue",
            "Addressing common threats",
            "Exchanges",
            "Summary",
            "China’s point of view",
            KISHIDA,
            "General overview of the relationship",
            "Security issues",
            "Economy",
            "Addressing common threats",
            "The DPRK",
        ]

    @pytest.mark.parametrize(
        ("words", "section"),
        [
            ("revealed how different", ()),
            ("arrived in Seoul around noon", (LI,)),
            ("two-plus-two", (LI, "Security issues")),
            ("13-year hiatus", (LI, "Economical issues")),
            ("actively contribute to promoting peace", (LI, "The North Korean issue")),
            ("The Korea Times views", (LI, "Summary")),
            ("Chinese Ambassador", (LI, "China’s point of view")),
            ("nine face-to-face meetings", (KISHIDA,)),
            ("shuttle diplomacy", (KISHIDA, "General overview of the relationship")),
            ("pledged to strengthen trilateral", (KISHIDA, "Security issues")),
            ("SoftBank", (KISHIDA, "Economy")),
            ("Sudan and Israel", (KISHIDA, "Addressing common threats")),
            ("reconnaissance satellite", (KISHIDA, "The DPRK")),
            ("no breakthroughs", (KISHIDA,)),
        ],
    )
    def test_a_paragraph_knows_its_half_and_its_topic(self, words, section):
        assert section_of(self.article, words) == section

    def test_the_biography_line_is_told_from_paragraphs(self):
        (biography,) = texts(self.article, "biography")
        assert biography.startswith("Konstantin Asmolov, Candidate of Historical Sciences")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_of_another_site_is_read_as_expected(path):
    article = read_bytes(path.read_bytes(), path.name)
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    biographies = texts(article, "biography")
    found = {
        "title": article.title,
        "author": article.author,
        "date": article.date,
        "headings": texts(article, "heading"),
        "furniture": texts(article, "furniture"),
        "body": [text[:40] for text in texts(article, "paragraph")],
        "biography": biographies[0] if biographies else None,
    }
    assert {key: found[key] for key in expected} == expected


class TestHead:
    def test_a_text_of_one_paragraph_has_the_name_of_its_file_for_a_title(self):
        article = page(MEETING)
        assert (article.title, article.author, article.date) == ("page.txt", None, None)
        assert [block.kind for block in article.blocks] == ["paragraph"]

    def test_an_article_without_furniture_has_none(self):
        article = page("A bridge is mended", MEETING, MONEY, QUARREL)
        assert [block.kind for block in article.blocks] == ["title", "paragraph", "paragraph", "paragraph"]

    def test_a_date_above_the_title_is_found(self):
        article = page("4 May 2023", "The bridge is mended", "By Ada Quill", MEETING, MONEY)
        assert (article.title, article.author, article.date) == (
            "The bridge is mended",
            "Ada Quill",
            "4 May 2023",
        )

    @pytest.mark.parametrize("name", ["THE NORTH SEA COURIER", "Cold Places: the magazine"])
    def test_a_title_in_capitals_is_told_from_the_name_of_the_paper(self, name):
        article = page(name, "Share", "THE BRIDGE THAT RAN AWAY", "By Ada Quill", MEETING, MONEY, QUARREL)
        assert article.title == "THE BRIDGE THAT RAN AWAY"

    def test_nothing_but_names_of_the_prose_is_a_caption(self):
        article = page("The bridge", "By Cy Dunn", "Ada Quill and Ben Stone", MEETING, QUARREL)
        assert texts(article, "furniture") == ["Ada Quill and Ben Stone"]

    def test_a_heading_in_title_case_is_no_caption(self):
        article = page("The bridge", "By Cy Dunn", "Bridge and Council", MEETING, QUARREL)
        assert texts(article, "furniture") == []
        assert texts(article, "heading") == ["Bridge and Council"]


class TestHeadings:
    def test_a_colon_makes_a_run_in_heading_even_if_it_is_the_only_one(self):
        article = page("The bridge", MEETING, f"Costs: {MONEY}")
        assert texts(article, "heading") == ["Costs"]
        assert section_of(article, MONEY) == ("Costs",)

    def test_a_single_full_stop_makes_none(self):
        article = page("The bridge", MEETING, f"Costs. {MONEY}")
        assert texts(article, "heading") == []

    def test_a_run_in_heading_stays_in_its_paragraph_but_its_sentences_begin_behind_it(self):
        article = page("The bridge", MEETING, f"Costs: {MONEY}")
        block = article.blocks[-1]
        assert article.text[block.start : block.end] == f"Costs: {MONEY}"
        assert article.text[block.body_start : block.end] == MONEY

    def test_a_heading_on_its_own_line_ends_the_run_in_heading_before_it(self):
        article = page("The bridge", f"Costs: {MONEY}", "A quarrel", QUARREL)
        assert section_of(article, QUARREL) == ("A quarrel",)

    def test_a_concluding_paragraph_stands_under_no_run_in_heading(self):
        article = page(
            "The bridge", f"{QUARREL} {MEETING}", "The plan", f"Costs: {MONEY}", f"In conclusion, {MEETING}"
        )
        assert section_of(article, "In conclusion") == ("The plan",)

    def test_a_line_with_no_prose_below_is_no_heading(self):
        article = page("The bridge", MEETING, MONEY, "Who will have the last word?")
        assert texts(article, "heading") == []


class TestLines:
    def test_hard_wrapped_lines_are_one_paragraph(self):
        article = page(
            "The bridge",
            "The council met on Monday and agreed to repair the",
            "old bridge before the winter comes. Nobody objected",
            "to the plan, and the work will begin in May.",
            "Who pays",
            "The town pays for one half of it and the province for",
            "the other half, as it did in the year of the flood.",
            gap="\n",
        )
        assert [block.kind for block in article.blocks] == ["title", "paragraph", "heading", "paragraph"]

    @pytest.mark.parametrize("longest", [MEETING, MONEY, QUARREL])
    def test_a_paragraph_a_line_stays_so_whichever_is_the_longest(self, longest):
        longest = longest.replace("the", "the very same")
        lines = ["A bridge", *(longest if line[:5] == longest[:5] else line for line in (MEETING, MONEY))]
        article = page(*lines, "A quarrel", QUARREL, gap="\n")
        assert texts(article, "paragraph") == [*lines[1:], QUARREL]
        assert texts(article, "heading") == ["A quarrel"]

    def test_a_title_longer_than_every_paragraph_is_not_joined_with_the_first(self):
        text = (
            "A title that is much longer than any of the lines that stand below it\nIt rained.\nIt stopped."
        )
        assert len(split_paragraphs(text)) == 3

    def test_lines_without_spaces_are_not_taken_for_wrapped_ones(self):
        text = (
            "桥梁修复\n市议会星期一开会，同意在冬天之前修复旧桥。\n没有人反对这个计划。\n工程将于五月开始。"
        )
        assert [text[start:end] for start, end in split_paragraphs(text)] == text.split("\n")

    @pytest.mark.parametrize("newline", ["\r\n", "\r", "\n", "\u2028"])
    def test_any_kind_of_line_break_parts_lines(self, newline):
        article = page("The bridge", "By Ada Quill, 4 May", MEETING, MONEY, gap=newline * 2)
        assert [block.kind for block in article.blocks] == ["title", "byline", "paragraph", "paragraph"]

    def test_white_space_around_a_paragraph_is_in_no_block(self):
        article = page("  The bridge\t", f"\u00a0 {MEETING} ", MONEY)
        assert texts(article, "paragraph") == [MEETING, MONEY]


class TestBytes:
    text = f"The bridge\n\n{MEETING} “Yes.”"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_the_text_is_the_same_in_every_encoding_and_has_no_byte_order_mark(self, encoding):
        article = read_bytes(self.text.encode(encoding), "page.txt")
        assert article == read_text(self.text, "page.txt")
        assert article.text == self.text

    @pytest.mark.parametrize(
        ("raw", "problem"),
        [
            (b"", "the file is empty; there is nothing to ask about."),
            (b" \r\n\t\n", "the file is empty; there is nothing to ask about."),
            (b"\xef\xbb\xbf", "the file is empty; there is nothing to ask about."),
            (b"%PDF\0\x01", "this is a binary file, not text; save the article as plain text."),
            (b"caf\xe9 au lait", "byte 3 is not valid UTF-8; save the file as UTF-8."),
            (b"\xff\xfeA\0B", "byte 4 is not valid UTF-16; save the file as UTF-8."),
            (b"x" * (MAX_BYTES + 1), "10 MB is too large for one article (limit 10 MB); split it."),
            (b"x" * 50_000_000, "50 MB is too large for one article (limit 10 MB); split it."),
            (
                b"EN|FR\nFollow us on:\nMore on this topic\nA bridge too far\n",
                "only page furniture (menus, links, captions) and no article text was found.",
            ),
        ],
    )
    def test_what_cannot_be_an_article_is_refused_in_one_line_that_says_how_to_mend_it(self, raw, problem):
        with pytest.raises(ReadingError) as caught:
            read_bytes(raw, "page.txt")
        assert str(caught.value) == f"page.txt: {problem}"
        assert (caught.value.source, caught.value.problem) == ("page.txt", problem)

    def test_a_very_long_line_is_read(self):
        article = read_bytes(b"word " * 200_000, "page.txt")
        assert [block.kind for block in article.blocks] == ["paragraph"]


class TestId:
    def test_it_is_made_of_whole_words_of_the_title_and_of_the_text(self):
        assert seed_article().id == "the-china-japan-rok-30607f"

    def test_another_text_under_the_same_title_has_another_id(self):
        first, second = page("The bridge", MEETING), page("The bridge", MONEY)
        assert first.id[:11] == second.id[:11] == "the-bridge-"
        assert first.id != second.id

    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Élan vital", "elan-vital"),
            ("桥梁修复", "article"),
            ("Donaudampfschifffahrtsgesellschaft", "donaudampfschifffahrtsge"),
        ],
    )
    def test_a_title_gives_ascii_or_nothing(self, title, slug):
        assert page(title, MEETING, MONEY).id[:-7] == slug


def test_a_list_without_a_page_around_it_is_the_text_s_own():
    recipe = (
        "Lentil soup\n\nIngredients\n\n2 carrots\n\n1 onion\n\n200 g red lentils\n\n"
        "Chop the carrots and the onion, and fry them slowly in a little oil until they are soft and brown "
        "at the edges.\n\nAdd the lentils and a litre of stock, and let it all simmer for twenty minutes."
    )
    article = read_text(recipe, "soup.txt")
    assert article.title == "Lentil soup"
    assert not [block for block in article.blocks if block.kind == "furniture"]


def test_a_short_clause_at_the_start_of_a_paragraph_is_no_heading():
    news = (
        "A hard week\n\n"
        "Prices rose. The central bank had expected as much, and left its rate as it was.\n\n"
        "Wages fell. Unions in three of the five largest towns called for a strike in June."
    )
    assert not [block for block in read_text(news, "week.txt").blocks if block.kind == "heading"]
