"""The articles one can ask: kept in a folder, looked up, searched.

The folder holds a database (`store`), which comes into being with the first article that is added or removed;
until then there is the seed article, and nothing is written. A library reads what it is asked for, and holds
little of it in memory.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, Self, TypeVar

from index.analyzer import Analyzer, analyzer, detect_language
from index.engines.protocol import Engine
from index.engines.rank_bm25 import RankBM25Engine
from index.errors import (
    ChangedPassageError,
    LibraryError,
    ReadingError,
    UnknownArticleError,
    UnknownPassageError,
)
from index.indexing import IndexedArticle, index_article
from index.meaning import Vector, WordRows, text_vectors, word_rows
from index.models import (
    Article,
    ArticleEntry,
    Block,
    Concept,
    EngineName,
    Hit,
    Passage,
    PrintedWord,
    Sentence,
    Span,
    WeightedTerm,
)
from index.people import Person, people
from index.splitter import passage_sentences
from index.store import BUSY_S, Store, TellingErrors, lock
from index.tables import data_file
from index.vocabulary import Vocabulary

SEED = "seoul-summit.txt"
"""The article that is there from the first start."""

SEED_READ = "seoul-summit.jsonl"
"""What reading finds in it, so that it is not read at every start: `tests/seed.py` makes it."""

COLLECTION = 200
"""Passages from which a library is a collection; one article has about 40, the longest some 150."""

DATABASE = "library.sqlite"
"""The database's name in the folder."""

BATCH = 3_000_000
"""Characters that are written in one transaction; all are in memory until it ends. As most words come again
in every batch, a passage is written in 50 µs with 2,000,000 and in 41 with 4,000,000 (more memory)."""

_FIRST_PART = 16
"""The first batch is this part of a whole one, and each next twice the one before: the sooner one is read,
the sooner the other process can work on it."""

BATCHES_INDEXED = 5
"""Batches that the index takes in before it is committed, some 4 seconds of reading: as many as make one
segment of it. With a commit for each it cost half as much again, for all the merging."""

RANK_BM25_MOST = 500
"""Passages up to which rank-bm25 is chosen, which is made anew at every start: in some 40 ms for so many, 110
for twice as many, 1,700 for 10,000; tantivy is opened in 1, and imported in 5, whatever the size."""

_REMEMBERED = 2_000  # passages whose analysed sentences are remembered (some 20 kB each)

_WITHOUT_INDEX = "The articles are kept; FOOTNOTE_ENGINE=rank_bm25 asks them without an index."

Outcome = Literal["read", "unchanged", "replaced"]

_Batch = list[tuple[Article, str]]

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Library:
    """Articles with their passages, in the order in which they were added, and an engine over them.

    It shows the articles as they were at the last `refresh`. Threads may share it.
    """

    def __init__(self, store: Store, shelf: "Shelf | None" = None, engine: EngineName = "auto") -> None:
        self._shelf = shelf
        self._choice: EngineName = engine
        self._lock = threading.Lock()
        self._take(store)

    @classmethod
    def of(
        cls,
        articles: Iterable[Article],
        passages: Sequence[Passage] | None = None,
        *,
        engine: EngineName = "auto",
    ) -> Self:
        """Return a library in memory of the articles, split, or with all of their passages given.

        The passages of one article follow each other. By itself it chooses rank-bm25, whatever its size: an
        engine in memory is made once in any case, and this one finds faster.
        """
        store = Store.in_memory()
        given = groupby(passages or (), key=lambda passage: passage.article_id)
        of_article = {article_id: list(group) for article_id, group in given}
        with store.writing():
            store.add(
                [
                    (
                        article,
                        index_article(article, None if passages is None else of_article.get(article.id, [])),
                        article.id,
                    )
                    for article in articles
                ]
            )
        return cls(store, engine=engine)

    def _take(self, store: Store) -> None:
        """Show what is in the store now."""
        store.has_changed()
        self._store = store
        self.version = store.version
        self.passage_count = store.passage_count
        self._languages = store.languages()
        self._engine: Engine | None = None
        self._is_behind = False
        self.vocabulary = Vocabulary(store, self._frequency)
        self._articles: dict[str, Article] = {}
        self._entries: dict[str, ArticleEntry] = {}
        self._passages: dict[int, Passage] = {}
        self._numbers: dict[str, int] = {}
        self._sentences: dict[str, tuple[Sentence, ...]] = {}
        self._vectors: dict[str, Vector] = {}
        self._word_rows: dict[str, WordRows] = {}
        self._above: dict[tuple[str, ...], tuple[PrintedWord, ...]] = {}
        self._people: dict[str, tuple[Person, ...]] = {}

    def refresh(self) -> None:
        """Look for changes that were written since; where there are none, it takes microseconds.

        Raises:
            LibraryError: the folder cannot be read any more.
        """
        if self._shelf is None:
            return
        with self._lock:
            store = self._shelf.newer_store(self._store)
            if store is not None or self._is_behind:
                self._take(store or self._store)

    @property
    def engine(self) -> Engine:
        """Return the engine over the passages, opened when it is first needed.

        Raises:
            LibraryError: its index cannot be opened, nor made anew.
        """
        if self._engine is None:
            with self._lock:
                self._engine = self._engine or self._open_engine()
        return self._engine

    def _open_engine(self) -> Engine:
        if self._shelf is not None and self._store.is_file:
            engine, self._is_behind = self._shelf.open_engine(self._store)
            return engine
        if self._choice == "tantivy":
            from index.engines.tantivy import TantivyEngine

            return TantivyEngine(self._store)
        return RankBM25Engine.over(self._store)

    def _frequency(self, term: str) -> int:
        return self.engine.frequency(term)

    @property
    def article_count(self) -> int:
        """Return the number of articles."""
        return sum(self._languages.values())

    @property
    def kind(self) -> Literal["article", "collection"]:
        """Return whether there is hardly more than one article, or a collection."""
        return "collection" if self.passage_count >= COLLECTION else "article"

    @property
    def language(self) -> str:
        """Return the language of most articles; English if there are none."""
        counts = self._languages
        return max(counts, key=lambda code: (counts[code], code == "en", code), default="en")

    def language_of(self, message: str, article_id: str | None = None) -> str:
        """Return the language to read a message in: the chosen article's, or its own if an article has it."""
        if article_id is not None:
            with suppress(UnknownArticleError):
                return self.entry(article_id).language
        own = detect_language(message, self.language)
        return own if own in self._languages else self.language

    def entries(self, offset: int = 0, limit: int | None = None) -> tuple[ArticleEntry, ...]:
        """Return what a list shows of the articles, in the order added: all, or so many from one on."""
        return self._store.entries(offset, limit)

    def entry(self, article_id: str) -> ArticleEntry:
        """Return what a list shows of an article.

        Raises:
            UnknownArticleError: there is none of that id.
        """
        found = self._entries.get(article_id) or self._store.entry(article_id)
        if found is None:
            raise UnknownArticleError(article_id)
        return _remember(self._entries, article_id, found)

    def article(self, article_id: str) -> Article:
        """Return an article.

        Raises:
            UnknownArticleError: there is none of that id.
        """
        found = self._articles.get(article_id) or self._store.article(article_id)
        if found is None:
            raise UnknownArticleError(article_id)
        return _remember(self._articles, article_id, found, most=100)

    def passages(self, article_id: str | None = None) -> Sequence[Passage]:
        """Return the passages of an article, or all, in the order of the text.

        Raises:
            UnknownArticleError: there is no article of that id.
        """
        if article_id is None:
            return [passage for entry in self.entries() for passage in self.passages(entry.id)]
        return list(self._numbered(self._range(article_id)).values())

    def passage(self, passage_id: str) -> Passage:
        """Return a passage.

        Raises:
            ChangedPassageError: it is one of an article that was replaced by a newer version.
            UnknownPassageError: there is none of that id.
        """
        number = self._number(passage_id)
        found = {} if number is None else self._numbered([number])
        if number is None or number not in found:
            raise self._missing(passage_id)
        return found[number]

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """Return the passages before and after one in its article; None at an end."""
        number = self._number(passage.id)
        if number is None:
            raise self._missing(passage.id)
        around = self._numbered(range(number - 1, number + 2))
        before, after = (around.get(at) for at in (number - 1, number + 1))
        return (
            before if before and before.article_id == passage.article_id else None,
            after if after and after.article_id == passage.article_id else None,
        )

    def sentences(self, passage: Passage) -> tuple[Sentence, ...]:
        """Return a passage's sentences, analysed; a run-in heading is in none."""
        found = self._sentences.get(passage.id)
        if found is None:
            language = self.entry(passage.article_id).language
            analyse = analyzer(language)
            found = tuple(
                _sentence(passage.text_of(span), span, analyse)
                for span in passage_sentences(passage, language)
            )
            _remember(self._sentences, passage.id, found)
        return found

    def word_rows(self, passage: Passage) -> WordRows:
        """Return the rows of the words of a passage's sentences, and last of the headings above it."""
        found = self._word_rows.get(passage.id)
        if found is None:
            texts = [[word.terms[0] for word in sentence.words] for sentence in self.sentences(passage)]
            found = word_rows([*texts, [word.terms[0] for word in self.words_above(passage)]])
            _remember(self._word_rows, passage.id, found)
        return found

    def vectors(self, passage: Passage) -> Vector:
        """Return the vectors of a passage, with the headings above it, and of its sentences, a row each.

        All zero in another language than English.
        """
        found = self._vectors.get(passage.id)
        if found is None:
            sentences = self.sentences(passage)
            has_any = self.entry(passage.article_id).language == "en" and any(s.words for s in sentences)
            texts = self.word_rows(passage) if has_any else word_rows([()] * (len(sentences) + 1))
            found = text_vectors(texts)[:-1]
            _remember(self._vectors, passage.id, found)
        return found

    def words_above(self, passage: Passage) -> tuple[PrintedWord, ...]:
        """Return the words of the title and the headings above a passage."""
        key = (passage.article_id, *passage.section)
        found = self._above.get(key)
        if found is None:
            entry = self.entry(passage.article_id)
            texts = (entry.title, *passage.section)
            found = tuple(word for text in texts for word in analyzer(entry.language).words(text))
            _remember(self._above, key, found)
        return found

    def people(self, article_id: str) -> tuple[Person, ...]:
        """Return the people that an article names, with their roles; none in another language than English.

        Raises:
            UnknownArticleError: there is no article of that id.
        """
        found = self._people.get(article_id)
        if found is None:
            body = [p.text for p in self.passages(article_id) if p.kind == "body"]
            found = people(body) if self.entry(article_id).language == "en" else ()
            _remember(self._people, article_id, found)
        return found

    def score(self, passage: Passage, term: WeightedTerm) -> float:
        """Return what a weighted term counts for a passage: weight x BM25, 0 if it is not there."""
        number = self._number(passage.id)
        return 0.0 if number is None else self.engine.score(number, term)

    def search(
        self, concepts: Sequence[Concept], k: int, *, article_id: str | None = None, least: float = 0.0
    ) -> list[Hit]:
        """Return up to `k` passages, best first; ties keep the order of the library.

        Only those that score at least `least` of what the best does, a share.

        Raises:
            UnknownArticleError: there is no article of that id.
        """
        within = None if article_id is None else self._range(article_id)
        found = self.engine.search(concepts, k, within, least)
        passages = self._numbered([number for number, _ in found])
        there = [(passages[number], score) for number, score in found if number in passages]
        return [Hit(passage, rank, score) for rank, (passage, score) in enumerate(there, start=1)]

    def _range(self, article_id: str) -> range:
        numbers = self._store.numbers(article_id)
        if numbers is None:
            raise UnknownArticleError(article_id)
        return numbers

    def _number(self, passage_id: str) -> int | None:
        number = self._numbers.get(passage_id)
        return self._store.number(passage_id) if number is None else number

    def _numbered(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """Return those passages of the numbers that are there, by number."""
        # Not looked up twice: another thread may forget them meanwhile.
        found = {n: passage for n in numbers if (passage := self._passages.get(n)) is not None}
        if len(found) < len(numbers):
            found = dict(self._store.passages(numbers))
            for number, passage in found.items():
                _remember(self._passages, number, passage)
                _remember(self._numbers, passage.id, number)
        return {number: found[number] for number in numbers if number in found}

    def _missing(self, passage_id: str) -> UnknownPassageError:
        """Return the error for a passage that is not there: its id begins with that of its article."""
        article_id, _, part = passage_id.rpartition("-")
        while part.isdigit():
            newer = self._store.replacement(article_id)
            if newer is not None:
                return ChangedPassageError(passage_id, newer)
            article_id, _, part = article_id.rpartition("-")
        return UnknownPassageError(passage_id)


def _sentence(text: str, span: Span, analyse: Analyzer) -> Sentence:
    return Sentence(span, tuple(analyse.words(text)), lambda: analyse.tokens(text, offset=span.start))


def _remember(known: dict[KeyT, ValueT], key: KeyT, value: ValueT, most: int = _REMEMBERED) -> ValueT:
    """Return the value, remembered for the key; when there are too many, the others are forgotten."""
    if len(known) >= most and key not in known:
        known.clear()
    known[key] = value
    return value


class Shelf:
    """The folder in which a library's articles are kept.

    Whoever writes waits `wait_s` for another writer, and writes `batch` characters in a transaction.
    """

    def __init__(
        self, folder: Path, engine: EngineName = "auto", wait_s: float = BUSY_S, batch: int = BATCH
    ) -> None:
        self.folder = folder
        self._wait_s = wait_s
        self._batch = batch
        self._path = folder / DATABASE
        self._index = folder / "tantivy"
        self._choice: EngineName = engine

    def library(self) -> Library:
        """Return the library of the folder's articles; of the seed article where nothing was written yet.

        Raises:
            LibraryError: the folder cannot be read, or what is in it is damaged or a newer Footnote's.
        """
        store = Store.open(self._path)
        if store is None and not self._old_files():
            return Library(_seed_store(), self, self._choice)
        if store is None or store.is_stale:
            with self._changing():
                pass  # what the folder has of an older Footnote is taken over, by the rules of this one
            store = Store.open(self._path)
        return Library(store or _seed_store(), self, self._choice)

    def newer_store(self, store: Store) -> Store | None:
        """Return where the articles are now, if they have changed since this was asked last for a store."""
        if not store.is_file:
            return Store.open(self._path)
        return store if store.has_changed() else None

    def open_engine(self, store: Store) -> tuple[Engine, bool]:
        """Return the engine over a store, and whether it lags behind because another process is writing.

        An index that is missing, stale or damaged is made anew.

        Raises:
            LibraryError: it cannot be.
        """
        if not self._is_indexed(store):
            return RankBM25Engine.over(store), False
        from index.engines.tantivy import TantivyEngine, distrust, is_up, is_usable

        if not is_up(self._index, store):
            # Whoever asks does not wait, if an answer can be had from what was there before.
            can_answer = is_usable(self._index, store)
            try:
                self._bring_up(0.0 if can_answer else self._wait_s)
            except LibraryError:
                if not can_answer:
                    raise

        def make_anew() -> None:
            distrust(self._index)
            self._bring_up(self._wait_s)

        try:
            return TantivyEngine(store, self._index, make_anew), not is_up(self._index, store)
        except LibraryError:
            self._bring_up(self._wait_s)
            return TantivyEngine(store, self._index), False

    def add(self, article: Article, source: str) -> Outcome:
        """Keep an article, and return what became of it; see `add_all`.

        Raises:
            LibraryError: the folder cannot be written.
        """
        (outcome,) = self.add_all([(article, source)])
        return outcome

    def add_all(self, items: Iterable[tuple[Article, str]]) -> Iterator[Outcome]:
        """Keep articles, each with its source, and yield what became of each, in order.

        The same text once more is "unchanged", also from another source. Another text from any source of an
        older article has "replaced" that, in one step; but not if the older text is read from another of its
        sources as well. Many are kept in one transaction: what was yielded is kept.

        Raises:
            LibraryError: the folder cannot be written.
        """
        with ThreadPoolExecutor(1) as beside:  # the index grows while the next articles are read
            growing = None
            read: dict[str, str] = {}
            try:
                for batch, indexed in self._indexed(_batches(items, self._batch)):
                    yield from self._add(batch, indexed, read)
                    if growing is None or growing.is_done:
                        growing = _Growing(lambda goes_on: self._bring_up(self._wait_s, goes_on), beside)
                    growing.go_on()
            except BaseException:
                with suppress(LibraryError):  # what went wrong first is told
                    self._catch_up(growing)
                raise
            self._catch_up(growing)

    def remove(self, article_id: str) -> None:
        """Drop an article.

        Raises:
            UnknownArticleError: there is none of that id.
            LibraryError: the folder cannot be written.
        """
        self.library().entry(article_id)
        with self._changing() as store:
            if store.entry(article_id) is None:
                raise UnknownArticleError(article_id)
            store.remove(article_id)
        self._bring_up(self._wait_s)

    def _indexed(self, batches: Iterator[_Batch]) -> Iterator[tuple[_Batch, dict[str, IndexedArticle]]]:
        """Yield the batches, each with its new articles indexed, as far as that could be done beforehand.

        From the second on they are indexed by another process, while here the batch before is kept, and the
        next one read.
        """
        before = next(batches, None)
        batch = next(batches, None)
        if before is None or batch is None:
            yield from [] if before is None else [(before, {})]
            return
        from index.beside import IndexerBeside

        indexed: dict[str, IndexedArticle] = {}
        with closing(IndexerBeside()) as indexer:
            while batch is not None:
                indexer.send(self._new(batch))
                yield before, indexed
                indexed.clear()  # the store has it now, and the next takes as much memory
                before, batch = batch, next(batches, None)
                indexed = {one.id: one for one in indexer.receive()}
            yield before, indexed

    def _new(self, batch: _Batch) -> list[Article]:
        """Return the articles of a batch that are not there."""
        articles = {article.id: article for article, _ in batch}
        store = Store.open(self._path)
        if store is None:
            return list(articles.values())
        with closing(store):
            return [article for article in articles.values() if store.entry(article.id) is None]

    def _add(
        self, batch: _Batch, indexed: Mapping[str, IndexedArticle], read: dict[str, str]
    ) -> list[Outcome]:
        """Keep articles, of which some may be indexed already, in one transaction.

        `read` has the sources from which texts were read before, by the article; these are put in.
        """
        outcomes: list[Outcome] = []
        with self._changing() as store:
            new: dict[str, tuple[Article, IndexedArticle, str]] = {}
            sources: set[str] = set()
            for article, source in batch:
                if source in sources:  # once more in the same batch
                    store.add(list(new.values()))
                    new.clear()
                sources.add(source)
                older = store.id_of_source(source)
                is_there = article.id in new or store.entry(article.id) is not None
                if older not in {None, article.id} and read.get(older, source) == source:
                    store.remove(older, replaced_by=article.id)
                    outcomes.append("replaced")
                else:
                    outcomes.append("unchanged" if is_there else "read")
                read[article.id] = source
                if is_there and older != article.id:
                    store.put_source(source, article.id)
                if not is_there:
                    new[article.id] = (article, indexed.get(article.id) or index_article(article), source)
            store.add(list(new.values()))
        return outcomes

    def _is_indexed(self, store: Store) -> bool:
        """Say whether tantivy is to search a store."""
        if self._choice == "auto":
            return store.passage_count > RANK_BM25_MOST
        return self._choice == "tantivy"

    def _catch_up(self, growing: "_Growing | None") -> None:
        """Bring the index up when it has taken in what it is growing by."""
        if growing is not None:
            growing.end()
        self._bring_up(self._wait_s)

    def _bring_up(self, wait_s: float, goes_on: Callable[[], bool] = lambda: False) -> None:
        """Bring the index, if one is needed, to what the database holds; once more whenever that `goes_on`.

        Raises:
            LibraryError: it cannot be written.
        """
        store = Store.open(self._path)
        if store is None:
            return
        with closing(store):
            if self._is_indexed(store):
                from index.engines.tantivy import bring_up

                try:
                    with lock(self.folder / "tantivy.lock", wait_s), ExitStack() as still:

                        def goes_on_or_stays() -> bool:
                            if not store.is_still and goes_on():
                                return True
                            if not store.is_still:
                                still.enter_context(store.snapshot())
                            return False

                        bring_up(self._index, store, goes_on_or_stays)
                except LibraryError as error:
                    problem = f"{error.problem} {_WITHOUT_INDEX}"
                    raise LibraryError(error.path, problem) from error

    @contextmanager
    def _changing(self) -> Iterator[Store]:
        """Give the store to be changed in one transaction; the first puts in what there was before."""
        old_files: list[Path] = []
        with closing(Store.open_to_write(self._path, self._wait_s)) as store, store.writing():
            if store.version == 0:
                old_files = self._old_files()
                kept = [_read_old(file) for file in old_files] or [(seed_article(), SEED)]
                store.add([(article, index_article(article), source) for article, source in kept])
            elif store.is_stale:
                store.derive_anew()
            yield store
        for file in old_files:
            with suppress(OSError):  # it is not looked at again
                file.unlink()

    def _old_files(self) -> list[Path]:
        """Return the files of articles as Footnote 0.1 kept them, `ID.json`."""
        if not self.folder.exists():
            return []
        with TellingErrors(self.folder):
            # Not `glob`, which finds nothing where it should complain: in a file, in a folder shut to us.
            return sorted(file for file in self.folder.iterdir() if file.suffix == ".json")


class _Growing:
    """An index that takes in, in a thread, one batch after the other until there have been enough."""

    def __init__(self, bring_up: Callable[[Callable[[], bool]], None], thread: ThreadPoolExecutor) -> None:
        self._batches = 0
        self._told: SimpleQueue[bool] = SimpleQueue()
        self._done = thread.submit(bring_up, self._told.get)

    @property
    def is_done(self) -> bool:
        """Say whether it has taken in all that it is to take in."""
        return self._done.done()

    def go_on(self) -> None:
        """Tell of another batch."""
        self._batches += 1
        self._told.put(self._batches < BATCHES_INDEXED)

    def end(self) -> None:
        """Wait until all that it was told of is in the index.

        Raises:
            LibraryError: the index cannot be written.
        """
        self._told.put(False)
        self._done.result()


def _batches(items: Iterable[tuple[Article, str]], size: int) -> Iterator[_Batch]:
    """Yield the items in batches of so many characters, the first of fewer."""
    batch: _Batch = []
    characters, enough = 0, size / _FIRST_PART
    for article, source in items:
        batch.append((article, source))
        characters += len(article.text)
        if characters >= enough:
            yield batch
            batch, characters, enough = [], 0, min(size, 2 * enough)
    if batch:
        yield batch


def _read_old(file: Path) -> tuple[Article, str]:
    from index.reading import read_text  # seldom needed, and asking starts sooner without it

    try:
        kept = json.loads(file.read_bytes())
        return read_text(kept["text"], kept["source"]), kept["source"]
    except (ValueError, KeyError, TypeError, AttributeError, ReadingError) as error:
        problem = "not an article of Footnote's, or damaged; move this file out of the library folder."
        raise LibraryError(str(file), problem) from error


def seed_article() -> Article:
    """Return the article that comes with the package."""
    text = data_file("articles", SEED).read_bytes().decode()
    found, *blocks = map(json.loads, data_file("articles", SEED_READ).read_text("utf-8").splitlines())
    return Article(
        **found,
        text=text,
        blocks=tuple(
            Block(kind, start, end, body_start, tuple(section))
            for kind, start, end, body_start, section in blocks
        ),
    )


def _seed_store() -> Store:
    store = Store.in_memory()
    article = seed_article()
    store.add([(article, index_article(article), SEED)])  # its version stays 0, before all that is written
    return store
