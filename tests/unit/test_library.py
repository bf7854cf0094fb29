import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index.analyzer import analyzer
from index.errors import ChangedPassageError, LibraryError, UnknownArticleError, UnknownPassageError
from index.library import DATABASE, SEED, Library, Shelf, seed_article
from index.models import Concept, WeightedTerm
from index.reading import read_text
from index.splitter import split_article
from index.store import SCHEMA, lock

CHECKOUT = Path(__file__).parents[2]

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


def garble(file):
    """Put a file of tantivy's with garbage in its middle in the place of one; its end says what is in it."""
    kept = file.read_bytes()
    other = file.with_suffix(".other")  # not in place: what is open goes on to be what it was
    other.write_bytes(b"\x13\xfa\x07\xff" * (len(kept) // 4 - 50) + kept[len(kept) // 4 * 4 - 200 :])
    other.replace(file)


@pytest.fixture(name="both")
def _both():
    return library(BRIDGE, MILL)


class TestLookingUp:
    def test_articles_come_in_the_order_given(self, both):
        assert [entry.title for entry in both.entries()] == ["The bridge", "The mill"]
        assert [entry.title for entry in both.entries(1)] == ["The mill"]
        assert [entry.title for entry in both.entries(limit=1)] == ["The bridge"]

    def test_an_article_is_found_by_its_id(self, both):
        for text in (BRIDGE, MILL):
            article = read_text(text, "page.txt")
            assert both.article(article.id) == article

    def test_an_entry_tells_of_an_article_without_its_text(self, both):
        entry = both.entries()[0]
        assert entry == both.entry(entry.id)
        assert (entry.title, entry.author, entry.language) == ("The bridge", None, "en")
        assert (entry.passages, entry.characters) == (4, len(BRIDGE))

    def test_passages_are_those_of_one_article_or_of_all(self, both):
        bridge, mill = both.entries()
        assert [passage.paragraph for passage in both.passages(bridge.id)] == [0, 1, 2, 3]
        assert [*both.passages(bridge.id), *both.passages(mill.id)] == both.passages()

    def test_a_passage_is_found_by_its_id(self, both):
        for passage in both.passages():
            assert both.passage(passage.id) == passage

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
        bridge, mill = both.entries()
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
        assert empty.entries() == ()
        assert (empty.article_count, empty.passage_count, empty.passages()) == (0, 0, [])
        assert empty.search([concept("bridg")], 5) == []


class TestSentences:
    def test_they_are_spans_of_the_article_with_their_words_in_it(self, both):
        article = both.article(both.entries()[0].id)
        (sentence,) = both.sentences(both.passages(article.id)[2])
        assert article.text[sentence.span.start : sentence.span.end].startswith("The town pays")
        assert [article.text[token.start : token.end] for token in sentence.tokens][:3] == [
            "town",
            "pays",
            "one",
        ]

    def test_words_above_a_passage_are_of_the_title_and_the_headings(self, both):
        passages = both.passages(both.entries()[0].id)
        assert [word.word for word in both.words_above(passages[1])] == ["bridge"]
        assert [word.word for word in both.words_above(passages[2])] == ["bridge", "costs"]


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
        _, mill = both.entries()
        hits = both.search([concept("provinc")], 5, article_id=mill.id)
        assert [hit.passage.article_id for hit in hits] == [mill.id]

    def test_the_vocabulary_has_the_parts_of_hyphenated_words_in_their_own_language(self):
        text = "Le pont\n\nLes hauts-fourneaux de la ville sont restés fermés pendant tout l’hiver, dit-on."
        found = library(text).vocabulary.respelt("fournaux")
        assert found is not None
        assert found.term == analyzer("fr").stem("fourneaux")


def titles(shelf):
    return [entry.title for entry in shelf.library().entries()]


def article(text, source="page.txt"):
    return read_text(text, source)


SEED_TITLE = seed_article().title


@pytest.fixture(name="shelf")
def _shelf(tmp_path):
    return Shelf(tmp_path / "new" / "library")


class TestShelf:
    def test_without_a_folder_there_is_the_seed_article_and_nothing_is_written(self, shelf):
        library = shelf.library()
        assert [library.article(entry.id) for entry in library.entries()] == [seed_article()]
        assert library.search([concept("yoon")], 5)
        assert not shelf.folder.parent.exists()

    def test_a_folder_with_other_files_alone_is_as_good_as_none(self, shelf):
        shelf.folder.mkdir(parents=True)
        (shelf.folder / "telegram.sqlite").touch()
        assert titles(shelf) == [SEED_TITLE]

    def test_an_added_article_is_kept_behind_the_seed(self, shelf):
        assert shelf.add(article(BRIDGE), "bridge.txt") == "read"
        library = shelf.library()
        assert titles(shelf) == [SEED_TITLE, "The bridge"]
        assert library.article(article(BRIDGE).id) == article(BRIDGE)
        assert [entry.source for entry in library.entries()] == [SEED, "bridge.txt"]

    @pytest.mark.parametrize("text", ["“Schön”\r\n\x00\x0c", "half a pair: \ud800", "🎉\u2028"])
    def test_the_text_is_kept_as_it_came(self, shelf, text):
        kept = replace(article(BRIDGE + text), title=text, author=text, url="https://example.org/ä")
        shelf.add(kept, text)
        library = shelf.library()
        assert library.article(kept.id) == kept
        assert library.entries()[1].source == text
        assert [p.text for p in library.passages(kept.id)] == [
            kept.text[p.start : p.end] for p in split_article(kept)
        ]

    def test_adding_it_again_changes_nothing(self, shelf):
        shelf.add(article(BRIDGE), "bridge.txt")
        version = shelf.library().version
        assert shelf.add(article(BRIDGE), "bridge.txt") == "unchanged"
        assert shelf.library().version == version
        entries = shelf.library().entries()
        assert shelf.add(article(BRIDGE), "copy of bridge.txt") == "unchanged"
        assert shelf.library().entries() == entries
        assert titles(shelf) == [SEED_TITLE, "The bridge"]

    def test_many_are_added_in_order_with_what_became_of_each(self, shelf):
        longer = BRIDGE + "\nIt was said on Tuesday that the winter would come early to Osterby this year.\n"
        items = [
            (article(BRIDGE), "a"),
            (article(MILL), "b"),
            (article(BRIDGE), "a"),
            (article(longer), "a"),
            (article(MILL), "c"),
        ]
        assert list(shelf.add_all(items)) == ["read", "read", "unchanged", "replaced", "unchanged"]
        assert [entry.id for entry in shelf.library().entries()] == [
            seed_article().id,
            article(MILL).id,
            article(longer).id,
        ]

    def test_a_removed_article_is_gone_and_the_others_stay(self, shelf):
        shelf.add(article(BRIDGE), "bridge.txt")
        shelf.remove(article(BRIDGE).id)
        assert titles(shelf) == [SEED_TITLE]
        assert shelf.library().search([concept("osterbi")], 5) == []

    def test_the_seed_article_can_be_removed_and_stays_so(self, shelf):
        shelf.remove(seed_article().id)
        assert titles(shelf) == []
        shelf.add(article(BRIDGE), "bridge.txt")
        assert titles(shelf) == ["The bridge"]

    def test_removing_what_is_not_there_is_an_error_and_writes_nothing(self, shelf):
        with pytest.raises(UnknownArticleError):
            shelf.remove("nope")
        assert not shelf.folder.exists()

    def test_added_and_removed_again_leaves_the_library_as_it_was(self, shelf):
        shelf.add(article(BRIDGE), "bridge.txt")
        before = dump(shelf)
        shelf.add(article(MILL), "mill.txt")
        shelf.remove(article(MILL).id)
        assert dump(shelf) == before


class TestReplacing:
    NEWER = BRIDGE.replace("Monday", "Tuesday")
    NEWEST = BRIDGE.replace("Monday", "Friday")

    def test_another_text_of_the_same_source_replaces_the_older(self, shelf):
        shelf.add(article(BRIDGE), "bridge.txt")
        assert shelf.add(article(self.NEWER), "bridge.txt") == "replaced"
        assert titles(shelf) == [SEED_TITLE, "The bridge"]
        assert "Tuesday" in shelf.library().article(article(self.NEWER).id).text

    def test_so_does_another_text_of_another_source_of_it(self, shelf):
        for source in ("bridge.txt", "bridge.html"):
            shelf.add(article(BRIDGE), source)
        assert shelf.add(article(self.NEWER), "bridge.html") == "replaced"
        assert [entry.source for entry in shelf.library().entries()] == [SEED, "bridge.html"]
        assert shelf.add(article(self.NEWER), "bridge.txt") == "unchanged"
        assert shelf.add(article(self.NEWEST), "bridge.txt") == "replaced"
        assert [entry.source for entry in shelf.library().entries()] == [SEED, "bridge.txt"]

    def test_sources_that_part_have_an_article_each(self, shelf):
        def read():
            texts = {"a": BRIDGE, "b": self.NEWER}
            return list(shelf.add_all((article(text), source) for source, text in texts.items()))

        list(shelf.add_all([(article(BRIDGE), "b"), (article(BRIDGE), "a")]))
        assert read() == ["unchanged", "read"]
        assert read() == ["unchanged", "unchanged"]
        assert [entry.source for entry in shelf.library().entries()] == [SEED, "a", "b"]

    def test_the_text_of_a_source_that_was_replaced_through_another_is_read_again(self, shelf):
        for text, source in ((BRIDGE, "a"), (BRIDGE, "b"), (self.NEWER, "b")):
            shelf.add(article(text), source)
        assert shelf.add(article(BRIDGE), "a") == "read"
        assert shelf.add(article(self.NEWER), "b") == "unchanged"
        assert titles(shelf) == [SEED_TITLE, "The bridge", "The bridge"]

    def test_a_removed_article_takes_its_sources_with_it(self, shelf):
        for source in ("a", "b"):
            shelf.add(article(BRIDGE), source)
        shelf.remove(article(BRIDGE).id)
        assert shelf.add(article(self.NEWER), "b") == "read"

    def test_a_library_of_the_form_with_one_source_each_is_taken_over(self, shelf):
        shelf.add(article(BRIDGE), "bridge.txt")
        with closing(sqlite3.connect(shelf.folder / DATABASE)) as database:
            database.execute("DROP TABLE sources")
            database.execute("PRAGMA user_version = 1")
        assert titles(shelf) == [SEED_TITLE, "The bridge"]
        assert shelf.add(article(self.NEWER), "bridge.txt") == "replaced"
        assert shelf.add(article(seed_article().text), SEED) == "unchanged"

    def test_links_to_the_older_passages_say_that_the_text_has_changed(self, shelf):
        shelf.add(article(BRIDGE), "bridge.txt")
        old = shelf.library().passages(article(BRIDGE).id)[1].id
        for text in (self.NEWER, self.NEWEST):
            shelf.add(article(text), "bridge.txt")
            with pytest.raises(ChangedPassageError) as caught:
                shelf.library().passage(old)
            assert (caught.value.passage_id, caught.value.article_id) == (old, article(text).id)
            assert "has changed" in str(caught.value)

    def test_the_older_text_may_come_back(self, shelf):
        for text in (BRIDGE, self.NEWER, BRIDGE):
            shelf.add(article(text), "bridge.txt")
        library = shelf.library()
        assert library.passages(article(BRIDGE).id)
        with pytest.raises(ChangedPassageError):
            library.passage(article(self.NEWER).id + "-1")

    def test_links_to_a_text_whose_newer_version_was_removed_lead_nowhere(self, shelf):
        for text in (BRIDGE, self.NEWER):
            shelf.add(article(text), "bridge.txt")
        shelf.remove(article(self.NEWER).id)
        with pytest.raises(UnknownPassageError) as caught:
            shelf.library().passage(article(BRIDGE).id + "-1")
        assert not isinstance(caught.value, ChangedPassageError)


class TestRefreshing:
    def test_an_open_library_sees_what_was_added_and_removed_since(self, shelf):
        library = shelf.library()
        for text in (BRIDGE, MILL):
            version = library.version
            shelf.add(article(text), text[:10])
            assert library.version == version
            library.refresh()
            assert library.version > version
            assert library.search([concept("osterbi")], 5)[0].passage.article_id == article(BRIDGE).id
        assert library.article_count == 3
        shelf.remove(article(BRIDGE).id)
        library.refresh()
        assert library.search([concept("osterbi")], 5)[0].passage.article_id == article(MILL).id

    def test_nothing_new_leaves_it_as_it_is(self, shelf):
        shelf.add(article(BRIDGE), "bridge.txt")
        library = shelf.library()
        engine = library.engine
        library.refresh()
        assert library.engine is engine

    def test_a_library_in_memory_stays_as_it_is(self, both):
        version = both.version
        both.refresh()
        assert both.version == version


class TestEngines:
    def test_a_small_library_is_searched_by_rank_bm25_a_large_one_by_tantivy(self, shelf):
        assert shelf.library().engine.name == "rank_bm25"
        opened = shelf.library()
        paragraphs = (f"The council of the town {n} met on Monday and agreed to it.\n" for n in range(501))
        shelf.add(article("A long page\n\n" + "\n".join(paragraphs)), "long")
        opened.refresh()
        for library in (opened, shelf.library()):
            assert library.engine.name == "tantivy"
            assert library.search([concept("499")], 5)[0].passage.paragraph == 500

    @pytest.fixture(name="indexed")
    def _indexed(self, tmp_path):
        shelf = Shelf(tmp_path / "library", "tantivy")
        shelf.add(article(BRIDGE), "bridge.txt")
        return shelf

    def found(self, library):
        return [hit.passage.paragraph for hit in library.search([concept("osterbi")], 5)]

    def test_the_engine_can_be_chosen(self, indexed):
        assert indexed.library().engine.name == "tantivy"
        assert Shelf(indexed.folder, "rank_bm25").library().engine.name == "rank_bm25"
        assert Library.of([article(BRIDGE)], engine="tantivy").engine.name == "tantivy"
        assert Library.of([article(BRIDGE)]).engine.name == "rank_bm25"

    def test_an_index_that_is_missing_or_damaged_is_made_anew(self, indexed):
        found = self.found(indexed.library())
        assert found
        for damage in (
            shutil.rmtree,
            lambda folder: (folder / "note.json").unlink(),
            lambda folder: (folder / "meta.json").write_text("{"),
            lambda folder: next(folder.glob("*.term")).unlink(),
        ):
            damage(indexed.folder / "tantivy")
            assert self.found(indexed.library()) == found

    @pytest.mark.parametrize("kind", ["idx", "term"])
    def test_an_index_with_garbage_in_it_is_made_anew_when_a_search_finds_that_out(
        self, indexed, kind, capfd
    ):
        library = indexed.library()
        found = self.found(library)
        garble(next((indexed.folder / "tantivy").glob(f"*.{kind}")))
        again = indexed.library()
        assert again.engine.name == "tantivy"
        assert self.found(again) == found
        assert self.found(indexed.library()) == found
        capfd.readouterr()  # tantivy tells of its panics by itself

    def test_an_index_that_is_garbage_and_cannot_be_made_anew_is_told_in_a_line(self, indexed, capfd):
        garble(next((indexed.folder / "tantivy").glob("*.idx")))
        library = Shelf(indexed.folder, "tantivy", wait_s=0.1).library()
        writing = pytest.raises(LibraryError, match="another process is writing")
        with lock(indexed.folder / "tantivy.lock"), writing:
            self.found(library)
        capfd.readouterr()

    def test_an_index_that_cannot_be_written_is_told_with_the_way_round_it(self, indexed):
        shutil.rmtree(indexed.folder / "tantivy")
        (indexed.folder / "tantivy").write_text("in the way")
        for use in (lambda: indexed.library().engine, lambda: indexed.add(article(MILL), "mill.txt")):
            with pytest.raises(LibraryError, match=r"cannot be written .* kept; FOOTNOTE_ENGINE=rank_bm25"):
                use()
        assert self.found(Shelf(indexed.folder, "rank_bm25").library())
        assert titles(indexed)[-1] == "The mill"

    def test_of_two_failures_the_first_is_told(self, indexed):
        shutil.rmtree(indexed.folder / "tantivy")
        (indexed.folder / "tantivy").write_text("in the way")

        def stopped():
            yield article(MILL), "mill.txt"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            list(indexed.add_all(stopped()))

    def test_an_index_that_lags_behind_is_brought_up(self, indexed):
        Shelf(indexed.folder, "rank_bm25").add(article(MILL), "mill.txt")
        library = indexed.library()
        assert library.search([concept("miller")], 5)
        Shelf(indexed.folder, "rank_bm25").remove(article(MILL).id)
        assert not indexed.library().search([concept("miller")], 5)
        library.refresh()
        assert not library.search([concept("miller")], 5)

    def test_while_another_process_writes_the_older_index_answers(self, indexed):
        Shelf(indexed.folder, "rank_bm25").add(article(MILL), "mill.txt")
        library = indexed.library()
        with lock(indexed.folder / "tantivy.lock"):
            assert self.found(library)
            assert not library.search([concept("miller")], 5)
        library.refresh()
        assert library.search([concept("miller")], 5)

    def test_a_database_made_anew_does_not_get_the_older_one_s_index(self, indexed):
        for file in indexed.folder.glob(f"{DATABASE}*"):
            file.unlink()
        indexed.add(article(MILL), "mill.txt")
        assert self.found(indexed.library()) == [2]


class TestOlderFolders:
    def kept_before(self, folder, *texts):
        folder.mkdir(parents=True)
        for text in texts:
            kept = {"source": "page.txt", "text": text}
            (folder / f"{article(text).id}.json").write_text(json.dumps(kept), encoding="utf-8")

    def test_a_folder_of_files_is_taken_over_once_and_whole(self, shelf):
        self.kept_before(shelf.folder, BRIDGE, MILL)
        library = shelf.library()
        assert {library.article(entry.id) for entry in library.entries()} == {article(BRIDGE), article(MILL)}
        assert not list(shelf.folder.glob("*.json"))
        shelf.remove(article(MILL).id)
        assert titles(shelf) == ["The bridge"]

    def test_what_is_added_to_one_comes_behind(self, shelf):
        self.kept_before(shelf.folder, MILL)
        shelf.add(article(BRIDGE), "bridge.txt")
        assert titles(shelf) == ["The mill", "The bridge"]

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
        self.kept_before(shelf.folder, BRIDGE)
        damaged = shelf.folder / "a.json"
        damaged.write_text(content)
        with pytest.raises(LibraryError) as caught:
            shelf.library()
        assert str(caught.value) == (
            f"{damaged}: not an article of Footnote's, or damaged; move this file out of the library folder."
        )
        damaged.unlink()
        assert titles(shelf) == ["The bridge"]


class TestFailures:
    """One plain line each, and nothing lost."""

    def told(self, call):
        with pytest.raises(LibraryError) as caught:
            call()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def test_a_path_that_is_a_file_is_refused(self, tmp_path):
        path = tmp_path / "library"
        path.write_text("x")
        shelf = Shelf(path)
        for use in (
            shelf.library,
            lambda: shelf.add(article(BRIDGE), "b"),
            lambda: shelf.remove("b"),
        ):
            assert "set FOOTNOTE_LIBRARY to a folder" in self.told(use)

    def test_a_folder_that_cannot_be_made_is_refused_when_it_is_to_be_written(self, tmp_path):
        (tmp_path / "file").write_text("x")
        shelf = Shelf(tmp_path / "file" / "library")
        assert titles(shelf) == [SEED_TITLE]
        line = self.told(lambda: shelf.add(article(BRIDGE), "b"))
        assert line.startswith(str(shelf.folder))
        assert line.endswith("; set FOOTNOTE_LIBRARY to a folder that you may write to.")

    @pytest.mark.parametrize("kept", [0, 100, 5_000])
    def test_a_damaged_database_is_named_with_the_way_out(self, shelf, kept):
        shelf.add(article(BRIDGE), "b")
        path = shelf.folder / DATABASE
        path.write_bytes(path.read_bytes()[:kept] + b"damaged " * 2_000)
        line = self.told(shelf.library)
        assert line.startswith(str(path))
        assert "damaged; move it out of the library folder" in line

    def test_a_newer_footnote_s_database_is_let_be(self, shelf):
        shelf.add(article(BRIDGE), "b")
        with closing(sqlite3.connect(shelf.folder / DATABASE)) as database:
            database.execute(f"PRAGMA user_version = {SCHEMA + 1}")
        for use in (shelf.library, lambda: shelf.add(article(MILL), "m")):
            assert "newer Footnote" in self.told(use)

    def test_a_writer_waits_for_another_and_then_says_so(self, shelf):
        shelf.add(article(BRIDGE), "b")
        shelf = Shelf(shelf.folder, wait_s=0.05)
        with closing(sqlite3.connect(shelf.folder / DATABASE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert "another process is writing" in self.told(lambda: shelf.add(article(MILL), "m"))
            assert titles(shelf) == [SEED_TITLE, "The bridge"]  # readers do not wait
        assert shelf.add(article(MILL), "m") == "read"

    def test_a_full_disk_changes_nothing(self, shelf):
        shelf.add(article(BRIDGE), "b")
        before = dump(shelf)
        long = "\n\n".join(f"{BRIDGE} {n}" for n in range(2_000))
        script = (
            "import resource, signal, sys; from pathlib import Path\n"
            "from index.errors import LibraryError; from index.library import Shelf\n"
            "from index.reading import read_text\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
            "try: Shelf(Path(sys.argv[1])).add(read_text(sys.stdin.read(), 'long'), 'long')\n"
            "except LibraryError as error: sys.exit(f'told: {error}')\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(shelf.folder)],
            input=long,
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
        )
        assert done.stderr.startswith("told: ")
        assert done.stderr.count("\n") == 1
        assert dump(shelf) == before

    def test_other_rules_of_analysis_make_what_was_derived_anew(self, shelf):
        shelf.add(article(BRIDGE), "b")
        before = dump(shelf)
        with closing(sqlite3.connect(shelf.folder / DATABASE, isolation_level=None)) as database:
            database.execute("UPDATE state SET value = 'older' WHERE name = 'analysis'")
            database.execute("UPDATE passages SET terms = 'older'")
            database.execute("DELETE FROM words")
        shelf.library()
        assert dump(shelf) == before


def dump(shelf):
    """Return what a library's tables hold, but for numbers that only ever rise."""
    with closing(sqlite3.connect(shelf.folder / DATABASE)) as database:
        return {
            table: database.execute(f"SELECT {columns} FROM {table}").fetchall()
            for table, columns in {
                "articles JOIN texts USING (seq)": "id, source, url, title, author, date, text, blocks",
                "passages": "id, article, kind, paragraph, section, start, stop, body_start, text, terms",
                "sources": "*",
                "words": "*",
                "acronyms": "stems, expansion, acronym, article",
                "initials": "initials, phrase, article",
                "languages WHERE articles > 0": "*",
                "state WHERE name IN ('passages', 'terms', 'analysis')": "name, value",
            }.items()
        }


def test_the_seed_article_has_the_name_of_its_file_as_source():
    assert SEED.endswith(".txt")
    assert seed_article() == seed_article()
