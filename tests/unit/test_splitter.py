import pytest

from index.library import seed_article
from index.models import Article, Block
from index.reading import read_text
from index.splitter import MAX_CHARACTERS, MAX_WORDS, passage_sentences, split_article, split_sentences

SENTENCE = "The council met on Monday and agreed to repair the old bridge. "  # 12 words


def sentences(text, language="en"):
    return [text[start:end] for start, end in split_sentences(text, language)]


def body(text):
    """Return the body passages of an article of one paragraph."""
    article = Article("a", "T", None, None, "en", text, (Block("paragraph", 0, len(text), 0),))
    return split_article(article)


class TestSeedArticle:
    article = seed_article()
    passages = split_article(article)

    def test_every_passage_is_a_slice_of_the_text(self):
        for passage in self.passages:
            assert self.article.text[passage.start : passage.end] == passage.text

    def test_title_and_byline_are_one_metadata_passage_of_paragraph_0(self):
        first = self.passages[0]
        assert (first.kind, first.paragraph) == ("metadata", 0)
        assert first.text == f"{self.article.title}\n\nKonstantin Asmolov, July 03"

    def test_the_biography_is_the_last(self):
        kinds = [passage.kind for passage in self.passages]
        assert kinds == ["metadata", *["body"] * 33, "biography"]
        assert self.passages[-1].text.startswith("Konstantin Asmolov, Candidate of Historical Sciences")

    def test_body_paragraphs_count_from_1(self):
        numbers = [passage.paragraph for passage in self.passages if passage.kind == "body"]
        assert numbers == list(range(1, 34))

    def test_none_has_any_furniture_in_it(self):
        for block in self.article.blocks:
            if block.kind == "furniture":
                assert not any(p.start < block.end and block.start < p.end for p in self.passages)

    def test_none_is_a_heading_and_none_has_one_but_the_run_in_heading_it_opens_with(self):
        for block in self.article.blocks:
            if block.kind == "heading":
                assert not any(p.body_start < block.end and block.start < p.end for p in self.passages)

    def test_ids_are_the_article_s_with_the_paragraph(self):
        assert [passage.id for passage in self.passages] == [f"{self.article.id}-{n}" for n in range(35)]

    def test_the_sentences_of_the_metadata_are_its_lines(self):
        spans = passage_sentences(self.passages[0], "en")
        assert [self.article.text[start:end] for start, end in spans] == [
            self.article.title,
            "Konstantin Asmolov, July 03",
        ]

    def test_a_run_in_heading_is_in_no_sentence(self):
        found = next(passage for passage in self.passages if passage.text.startswith("Security issues:"))
        start, _ = passage_sentences(found, "en")[0]
        assert self.article.text[start:].startswith("Yoon and Lee agreed")


class TestSentences:
    @pytest.mark.parametrize(
        "expected",
        [
            ["Japan’s LY Corp. the operator of Line.", "It grew."],
            ["It belongs to Japan’s SoftBank Corp.", "Kishida explained that it does."],
            ["Apple Inc. Chief Executive Tim Cook spoke."],
            ["“I go.”", "She left.", "“Why?” he asked.", "“No!” they cried."],
            ["“South Korea’s efforts do not go against one another,” he said.", "He left."],
            ["“Yoon said that … the South Korean government perceives it,” said an official.", "He left."],
            ["Wait … what?", "Yes… No."],
            ["Dr. Smith met Mr. Lee at 5 p.m. on Monday.", "He left."],
            ["It cost $3.5 million.", "The U.S. agreed.", "Prices rose 2.5 per cent."],
            ["He came (see p. 5).", "It ended."],
            ["Standards, norms etc. will be developed.", "And so on."],
        ],
    )
    def test_they_end_where_a_reader_says(self, expected):
        assert sentences(" ".join(expected)) == expected

    def test_those_of_chinese_end_without_a_space(self):
        assert sentences("北京。上海！你好", "zh") == ["北京。", "上海！", "你好"]

    def test_white_space_around_them_is_left_out(self):
        assert sentences("  He left. \n\t She stayed.\u00a0 ") == ["He left.", "She stayed."]

    @pytest.mark.parametrize("text", ["", " ", "\n\u3000"])
    def test_no_text_has_none(self, text):
        assert sentences(text) == []

    def test_an_unknown_language_is_split_all_the_same(self):
        assert sentences("He left. She stayed.", "xx") == ["He left.", "She stayed."]


class TestLongParagraphs:
    def test_one_of_the_largest_size_stays_whole(self):
        text = (SENTENCE * 15).strip()  # 180 words
        assert [passage.text for passage in body(text)] == [text]

    def test_a_longer_one_is_cut_at_sentences_into_parts_of_like_length(self):
        text = (SENTENCE * 16).strip()  # 192 words
        first, second = body(text)
        assert first.text == second.text == (SENTENCE * 8).strip()
        assert (first.paragraph, second.paragraph) == (1, 1)
        assert (first.id, second.id) == ("a-1", "a-1-2")

    def test_a_sentence_without_end_is_cut_between_words(self):
        parts = body("word " * 400)
        assert [len(part.text.split()) for part in parts] == [180, 180, 40]

    def test_a_word_without_end_is_cut_anywhere(self):
        assert [len(part.text) for part in body("x" * 4_500)] == [2_000, 2_000, 500]

    def test_a_script_without_spaces_is_cut_at_sentences(self):
        sentence = "市议会星期一开会，同意在冬天之前修复旧桥。"
        article = read_text(sentence * 150, "page.txt")
        parts = split_article(article)
        assert article.language == "zh"
        assert len(parts) == 2
        assert all(len(part.text) <= MAX_CHARACTERS and part.text.endswith("桥。") for part in parts)

    def test_only_the_first_part_has_the_run_in_heading(self):
        article = read_text(f"Costs: {SENTENCE * 16}", "page.txt")
        first, second = split_article(article)
        assert first.text.startswith("Costs: The council")
        assert first.body_start == first.start + len("Costs: ")
        assert second.body_start == second.start
        assert first.section == second.section == ("Costs",)
        assert max(len(part.text.split()) for part in (first, second)) <= MAX_WORDS


def test_titles_and_bylines_with_furniture_between_are_metadata_passages_of_their_own():
    paragraphs = [SENTENCE * 2, SENTENCE * 3]
    article = read_text("\n\n".join(["The bridge", "Share", "By Ada Quill", *paragraphs]), "page.txt")
    metadata = [passage for passage in split_article(article) if passage.kind == "metadata"]
    assert [passage.text for passage in metadata] == ["The bridge", "By Ada Quill"]
    assert [passage.id[len(article.id) :] for passage in metadata] == ["-0", "-0-2"]
    assert all(passage.paragraph == 0 for passage in metadata)
