from dataclasses import replace

import pytest

from index.analyzer import analyzer
from index.errors import LibraryError, UnknownArticleError, UnknownPassageError
from index.library import SEED, Library, Shelf, seed_article
from index.models import Concept, WeightedTerm
from index.reading import read_text

BRIDGE = (
    "The bridge\n\n"
    "The council met on Monday and agreed to repair the old bridge before the winter comes.\n\n"
    "Costs: The town pays for one half of it and the province of Osterby for the other half, as before.\n\n"
    "In conclusion, the stones of the bridge will stay where they are, whatever the province may say.\n"
)
MILL = (
    "The mill\n\n"
    "Ada Quill, who owns the mill below the bridge, fears for her water and wants to be asked.\n\n"
    "The miller of Osterby has two wheels and no water in summer, when the province shuts the sluice.\n"
)


def library(*texts):
    return Library.of(read_text(text, "page.txt") for text in texts)


def concept(*terms):
    return Concept(terms[0], tuple(WeightedTerm(term, 1.0) for term in terms))


@pytest.fixture(name="both")
def _both():
    return library(BRIDGE, MILL)


class TestLookingUp:
    def test_articles_come_in_the_order_given(self, both):
        assert [article.title for article in both.articles] == ["The bridge", "The mill"]

    def test_an_article_is_found_by_its_id(self, both):
        for article in both.articles:
            assert both.article(article.id) is article

    def test_passages_are_those_of_one_article_or_of_all(self, both):
        bridge, mill = both.articles
        assert [passage.paragraph for passage in both.passages(bridge.id)] == [0, 1, 2, 3]
        assert [*both.passages(bridge.id), *both.passages(mill.id)] == list(both.passages())

    def test_a_passage_is_found_by_its_id(self, both):
        for passage in both.passages():
            assert both.passage(passage.id) is passage

    def test_an_unknown_article_is_an_error_that_names_it(self, both):
        for look_up in (both.article, both.passages, lambda name: both.search([], 1, article_id=name)):
            with pytest.raises(UnknownArticleError) as caught:
                look_up("nope")
            assert caught.value.article_id == "nope"
            assert str(caught.value) == (
                "There is no article 'nope'. `footnote articles` lists those there are."
            )

    def test_an_unknown_passage_is_an_error_that_says_where_ids_stand(self, both):
        with pytest.raises(UnknownPassageError) as caught:
            both.passage("nope-1")
        assert caught.value.passage_id == "nope-1"
        assert str(caught.value).startswith("There is no passage 'nope-1'. A passage id stands in")

    def test_neighbours_are_of_the_same_article(self, both):
        bridge, mill = both.articles
        first, second, *_, last = both.passages(bridge.id)
        assert both.neighbours(first) == (None, second)
        assert both.neighbours(second)[0] == first
        assert both.neighbours(last)[1] is None
        assert both.neighbours(both.passages(mill.id)[0])[0] is None

    def test_the_language_is_that_of_most_articles(self):
        french = (
            "Le pont\n\nLe conseil a décidé lundi de réparer le pont de la ville avant que ne vienne l’hiver."
        )
        assert library(BRIDGE, MILL, french).language == "en"
        assert library(french).language == "fr"
        assert library().language == "en"

    def test_an_empty_library_has_nothing_and_finds_nothing(self):
        empty = library()
        assert empty.articles == ()
        assert list(empty.passages()) == []
        assert empty.search([concept("bridg")], 5) == []


class TestSentences:
    def test_they_are_spans_of_the_article_with_their_words_in_it(self, both):
        article = both.articles[0]
        (sentence,) = both.sentences(both.passages(article.id)[2])
        assert article.text[sentence.span.start : sentence.span.end].startswith("The town pays")
        assert [article.text[token.start : token.end] for token in sentence.tokens][:3] == [
            "town",
            "pays",
            "one",
        ]

    def test_words_above_a_passage_are_of_the_title_and_the_headings(self, both):
        passages = both.passages(both.articles[0].id)
        assert [token.word for token in both.tokens_above(passages[1])] == ["bridge"]
        assert [token.word for token in both.tokens_above(passages[2])] == ["bridge", "costs"]


class TestSearching:
    def test_hits_are_ranked_from_1_and_sorted_by_score(self, both):
        hits = both.search([concept("bridg"), concept("provinc")], 5)
        assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

    def test_a_passage_is_found_by_the_heading_above_it(self, both):
        (hit,) = both.search([concept("cost")], 5)
        assert hit.passage.text.startswith("Costs: The town pays")

    def test_the_score_counts_a_run_in_heading_once(self, both):
        (hit,) = both.search([concept("cost")], 5)
        assert both.score(hit.passage, WeightedTerm("cost", 1.0)) == hit.score

    def test_one_article_alone_can_be_searched(self, both):
        _, mill = both.articles
        hits = both.search([concept("provinc")], 5, article_id=mill.id)
        assert [hit.passage.article_id for hit in hits] == [mill.id]

    def test_the_vocabulary_has_the_parts_of_hyphenated_words_in_their_own_language(self):
        text = "Le pont\n\nLes hauts-fourneaux de la ville sont restés fermés pendant tout l’hiver, dit-on."
        found = library(text).vocabulary.respelt("fournaux")
        assert found is not None
        assert found.term == analyzer("fr").stem("fourneaux")


class TestShelf:
    @pytest.fixture(name="shelf")
    def _shelf(self, tmp_path):
        return Shelf(tmp_path / "new" / "library")

    def test_without_a_folder_there_is_the_seed_article_and_nothing_is_written(self, shelf):
        assert shelf.library().articles == (seed_article(),)
        assert not shelf.folder.parent.exists()

    def test_an_added_article_is_kept_beside_the_seed(self, shelf):
        article = read_text(BRIDGE, "bridge.txt")
        assert shelf.add(article, "bridge.txt") == "read"
        assert set(shelf.library().articles) == {seed_article(), article}
        assert sorted(file.name for file in shelf.folder.iterdir()) == sorted(
            [f"{article.id}.json", f"{seed_article().id}.json"]
        )

    def test_an_article_is_kept_as_it_was_read(self, shelf):
        article = replace(
            read_text(f"{BRIDGE}\r\n“Schön”, sagte er.\n", "bridge.txt"), url="https://a.example/"
        )
        shelf.add(article, "bridge.txt")
        assert shelf.library().article(article.id) == article

    def test_another_text_from_the_same_source_replaces_the_first(self, shelf):
        first, second = read_text(BRIDGE, "a.txt"), read_text(MILL, "a.txt")
        assert list(shelf.add_all([(first, "a.txt"), (second, "a.txt")])) == ["read", "replaced"]
        assert set(shelf.library().articles) == {seed_article(), second}

    def test_adding_it_again_changes_nothing(self, shelf):
        shelf.add(read_text(BRIDGE, "bridge.txt"), "bridge.txt")
        before = {file: file.stat().st_mtime_ns for file in shelf.folder.iterdir()}
        assert shelf.add(read_text(BRIDGE, "bridge.txt"), "bridge.txt") == "unchanged"
        assert {file: file.stat().st_mtime_ns for file in shelf.folder.iterdir()} == before

    def test_a_removed_article_is_gone_and_the_others_stay(self, shelf):
        article = read_text(BRIDGE, "bridge.txt")
        shelf.add(article, "bridge.txt")
        shelf.remove(article.id)
        assert shelf.library().articles == (seed_article(),)

    def test_the_seed_article_can_be_removed_and_stays_so(self, shelf):
        shelf.remove(seed_article().id)
        assert shelf.library().articles == ()
        article = read_text(BRIDGE, "bridge.txt")
        shelf.add(article, "bridge.txt")
        assert shelf.library().articles == (article,)

    def test_removing_what_is_not_there_is_an_error_and_writes_nothing(self, shelf):
        with pytest.raises(UnknownArticleError):
            shelf.remove("nope")
        assert not shelf.folder.exists()

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{",
            "[]",
            "5",
            "{}",
            '{"text": "x"}',
            '{"text": 5, "source": "a"}',
            '{"text": "", "source": ""}',
        ],
    )
    def test_a_damaged_file_is_named_with_the_way_out(self, shelf, content):
        shelf.add(read_text(BRIDGE, "bridge.txt"), "bridge.txt")
        damaged = shelf.folder / "a.json"
        damaged.write_text(content)
        with pytest.raises(LibraryError) as caught:
            shelf.library()
        assert str(caught.value) == (
            f"{damaged}: not an article of Footnote's, or damaged; move this file out of the library folder."
        )

    def test_other_files_in_the_folder_are_let_be(self, shelf):
        shelf.add(read_text(BRIDGE, "bridge.txt"), "bridge.txt")
        (shelf.folder / "tmp1234.part").write_text("{")
        assert len(shelf.library().articles) == 2

    def test_a_path_that_is_a_file_is_refused(self, tmp_path):
        path = tmp_path / "library"
        path.write_text("x")
        shelf = Shelf(path)
        bridge = read_text(BRIDGE, "b")
        for use in (shelf.library, lambda: shelf.add(bridge, "b"), lambda: shelf.remove("b")):
            with pytest.raises(LibraryError, match=r"Not a directory; set FOOTNOTE_LIBRARY to a folder"):
                use()

    def test_a_folder_that_cannot_be_made_is_refused_when_it_is_to_be_written(self, tmp_path):
        (tmp_path / "file").write_text("x")
        shelf = Shelf(tmp_path / "file" / "library")
        assert shelf.library().articles == (seed_article(),)
        with pytest.raises(LibraryError) as caught:
            shelf.add(read_text(BRIDGE, "bridge.txt"), "bridge.txt")
        assert caught.value.path == str(shelf.folder)
        assert str(caught.value).endswith("; set FOOTNOTE_LIBRARY to a folder that you may write to.")
        assert "\n" not in str(caught.value)


def test_the_seed_article_has_the_name_of_its_file_as_source():
    assert SEED.endswith(".txt")
    assert seed_article() == seed_article()
