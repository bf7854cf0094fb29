import contextlib

import pytest

from index.errors import ReadingError
from index.reading.html import MAX_TAGS, decode_html, read_html
from tests.blocks import texts

MEETING = "The council met on Monday and agreed to repair the old bridge before the winter comes to Osterby."
MONEY = "The town pays for one half of it and the province for the other half, as it did before the flood."
HEAD = """
<title>The bridge is mended | Osterby News</title>
<meta name="author" content="Ada Quill">
<meta property="og:title" content="The bridge is mended">
<meta property="article:published_time" content="2023-05-04T10:00:00Z">
<link rel="canonical" href="https://news.example/2021/01/01/bridge">
"""
BODY = f"""
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<article>
<h1>The bridge is mended</h1>
<p>{MEETING}</p>
<figure><img src="b.jpg" alt="a bridge"><figcaption>The bridge in May</figcaption></figure>
<h2>Who pays</h2><p>{MONEY}</p>
<h3>The <em>province</em></h3><p>It has not said yet <a href="/x">where</a> the money<br>will come from.</p>
<ul><li>First the deck.</li><li>Then the piers.</li></ul>
<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2021</td><td>14</td></tr></table>
<h2>What next</h2>
<p>Work begins in May and ends in June, if the weather holds and nothing else goes wrong.</p>
<p>Read more</p>
</article>
<aside><h3>More on this topic</h3><a href="/ships">How are ships built?</a></aside>
<footer>Copyright 2023 Osterby News. All rights reserved.</footer>
"""


def whole(head=HEAD, body=BODY, lang=' lang="en"'):
    """Return a page."""
    return f"<!doctype html><html{lang}><head>{head}</head><body>{body}</body></html>"


class TestArticle:
    article = read_html(whole(), "a.html")

    def test_title_author_date_and_address_are_those_the_page_declares(self):
        assert (self.article.title, self.article.author) == ("The bridge is mended", "Ada Quill")
        assert (self.article.date, self.article.language) == ("2023-05-04", "en")
        assert self.article.url == "https://news.example/2021/01/01/bridge"

    def test_paragraphs_list_items_and_rows_are_kept_and_what_is_around_them_is_not(self):
        assert texts(self.article, "paragraph") == [
            MEETING,
            MONEY,
            "It has not said yet where the money will come from.",
            "First the deck.",
            "Then the piers.",
            "Year | Cost",
            "2021 | 14",
            "Work begins in May and ends in June, if the weather holds and nothing else goes wrong.",
        ]
        assert texts(self.article, "furniture") == ["Read more"]

    def test_a_section_is_the_path_of_headings_by_their_levels(self):
        sections = [block.section for block in self.article.blocks if block.kind == "paragraph"]
        assert sections[:3] == [(), ("Who pays",), ("Who pays", "The province")]
        assert sections[-1] == ("What next",)

    def test_title_and_byline_stand_once_in_front(self):
        assert self.article.text.startswith(f"The bridge is mended\n\nAda Quill, 2023-05-04\n\n{MEETING}")
        assert self.article.text.count("The bridge is mended") == 1


class TestParticulars:
    def test_no_date_is_made_of_the_address_or_of_what_the_text_tells(self):
        head = HEAD.replace("article:published_time", "other")
        body = BODY.replace("on Monday", "on 6 June 2016 (2016-06-06)")
        article = read_html(whole(head, body), "a.html", "https://news.example/2021/01/01/bridge")
        assert article.date is None

    @pytest.mark.parametrize(
        "declared",
        [
            '<meta name="date" content="2023-05-04">',
            '<meta itemprop="datePublished" content="2023-05-04T23:59:00+02:00">',
            '<script type="application/ld+json">{"datePublished": "2023-05-04"}</script>',
        ],
    )
    def test_a_date_is_found_where_pages_declare_theirs(self, declared):
        head = HEAD.replace("article:published_time", "other") + declared
        assert read_html(whole(head), "a.html").date == "2023-05-04"

    def test_so_it_is_in_the_first_time_element_of_the_article(self):
        head = HEAD.replace("article:published_time", "other")
        body = BODY.replace("<h1>", '<time datetime="2023-05-04">yesterday</time><h1>')
        body = '<aside><time datetime="2020-01-01">then</time></aside>' + body
        assert read_html(whole(head, body), "a.html").date == "2023-05-04"

    def test_the_address_it_was_fetched_from_comes_before_its_own(self):
        assert read_html(whole(), "a.html", "https://b.example/").url == "https://b.example/"

    def test_an_address_that_is_not_of_the_web_is_none(self):
        head = HEAD.replace("https://news.example/2021/01/01/bridge", "javascript:alert(1)")
        assert read_html(whole(head), "a.html").url is None

    def test_a_language_that_its_words_cannot_tell_is_taken_from_the_page(self):
        text = "<p>Het bestuur van de stad heeft op maandag besloten de oude brug te herstellen.</p>"
        assert read_html(whole("", text * 2, ' lang="nl-BE"'), "a.html").language == "nl"

    def test_one_that_they_can_tell_is_not(self):
        assert read_html(whole(lang=' lang="de"'), "a.html").language == "en"

    def test_without_a_title_it_has_the_name_of_its_file(self):
        assert read_html(whole("", f"<p>{MEETING}</p><p>{MONEY}</p>"), "a.html").title == "a.html"


class TestBytes:
    text = "<p>Müller läuft über die Brücke – “heute”.</p>"

    @pytest.mark.parametrize(
        ("raw", "charset"),
        [
            (text.encode(), None),
            (text.encode("utf-8-sig"), "windows-1252"),
            (text.encode("utf-16"), None),
            (text.encode("cp1252"), "windows-1252"),
            (text.encode("cp1252"), None),
            (text.encode("cp1252"), "utf-8"),
            (text.encode(), "no-such-thing"),
            (text.encode(), "zlib"),
        ],
    )
    def test_it_is_decoded_as_declared_or_as_browsers_do(self, raw, charset):
        assert decode_html(raw, "a.html", charset) == self.text

    def test_what_the_page_declares_counts_too(self):
        raw = ('<meta charset="koi8-r">' + "Мост").encode("koi8-r")
        assert decode_html(raw, "a.html").endswith("Мост")

    def test_an_xml_declaration_does_no_harm(self):
        article = read_html('<?xml version="1.0" encoding="utf-8"?>\n' + whole(), "a.xhtml")
        assert article.title == "The bridge is mended"


class TestRefusals:
    @pytest.mark.parametrize(
        "text",
        [
            "<html></html>",
            "<html><body><script>alert(1)</script></body></html>",
            "<!doctype html>",
        ],
    )
    def test_a_page_without_an_article_is_refused(self, text):
        with pytest.raises(ReadingError) as caught:
            read_html(text, "a.html")
        assert caught.value.problem == (
            "no article text was found in the page; save the article as plain text and read that."
        )

    def test_a_page_of_too_many_tags_is_refused_before_it_takes_an_age(self):
        with pytest.raises(ReadingError, match="is too large"):
            read_html("<html><body>" + "<p>a</p>" * (MAX_TAGS + 1), "a.html")

    def test_ten_megabytes_of_nested_tags_are_refused(self):
        with pytest.raises(ReadingError, match="is too large"):
            read_html("<html><body>" + "<div>" * 1_999_000, "a.html")

    @pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "blockquote"])
    def test_tags_nested_deep_are_read_or_refused(self, tag):
        with contextlib.suppress(ReadingError):
            read_html(f"<html><body><article><p>{MEETING}</p>" + f"<{tag}>" * 10_000 + MONEY, "a.html")

    def test_control_characters_and_nulls_are_no_trouble(self):
        article = read_html(whole(body=BODY.replace("council", "coun\x0bcil&#0;&#xD800;")), "a.html")
        article.text.encode()


def test_a_byline_that_is_printed_is_no_paragraph_and_fills_in_what_the_page_does_not_declare():
    body = f"<article><h1>The bridge is mended</h1><p>By Bo Lind, 3 May 2023</p><p>{MEETING}</p></article>"
    article = read_html(whole(head="<title>The bridge is mended</title>", body=body), "page")
    assert (article.author, article.date) == ("Bo Lind", "3 May 2023")
    assert texts(article, "paragraph") == [MEETING]
