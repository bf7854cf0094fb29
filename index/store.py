"""The database of a library: its articles, and what is derived from them to be searched.

One SQLite file, in WAL mode, so that nobody who reads waits for one who writes. The articles are the truth;
passages, terms and words follow from them by the rules whose fingerprint is kept, and are made anew when the
rules have changed. A change is one transaction: a process killed at any moment leaves whole articles only.
"""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any, Self
from urllib.parse import quote

from index.errors import LibraryError
from index.indexing import IndexedArticle, Word, bones, fingerprint, index_article, name_stems
from index.models import Article, ArticleEntry, Block, Passage

SCHEMA = 2
"""The form of the tables, kept as SQLite's `user_version`; a higher one is a newer Footnote's.

A library of form 1, which lacks the table `sources`, is read as it is, and gets that when it is written.
"""

BUSY_S = 30.0
"""How long a writer waits for another before it gives up; a batch of articles takes a second or two."""

_TABLES = """
CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE languages (language TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, url TEXT,
    title TEXT NOT NULL, author TEXT, date TEXT, language TEXT NOT NULL, characters INTEGER NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE texts (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, blocks TEXT NOT NULL);
CREATE TABLE replaced (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX replaced_by_new ON replaced (new);
CREATE TABLE removals (
    number INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE passages (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article TEXT NOT NULL, kind TEXT NOT NULL,
    paragraph INTEGER NOT NULL, section TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    body_start INTEGER NOT NULL, text TEXT NOT NULL, terms TEXT NOT NULL);
CREATE TABLE words (
    word TEXT NOT NULL, printed TEXT NOT NULL, term TEXT NOT NULL, articles INTEGER NOT NULL,
    letter TEXT NOT NULL, length INTEGER NOT NULL, bones TEXT,
    PRIMARY KEY (word, printed, term)) WITHOUT ROWID;
CREATE INDEX words_by_letter ON words (letter, length);
CREATE INDEX names_by_bones ON words (bones) WHERE bones IS NOT NULL;
CREATE TABLE acronyms (
    number INTEGER PRIMARY KEY, stems TEXT NOT NULL, expansion TEXT NOT NULL, acronym TEXT NOT NULL,
    article TEXT NOT NULL);
CREATE INDEX acronyms_by_stems ON acronyms (stems);
CREATE INDEX acronyms_by_article ON acronyms (article);
CREATE TABLE initials (
    number INTEGER PRIMARY KEY, initials TEXT NOT NULL, phrase TEXT NOT NULL, article TEXT NOT NULL);
CREATE INDEX initials_by_initials ON initials (initials);
CREATE INDEX initials_by_article ON initials (article);
"""

_SOURCES = """
CREATE TABLE sources (source TEXT PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX sources_by_article ON sources (article)"""

_ENTRY = "id, title, author, date, language, url, source, passages, characters"
_ARTICLE = "id, title, author, date, language, text, blocks, url"
_PASSAGE = "n, id, article, kind, paragraph, section, start, stop, body_start, text"
_WORD = "word = ? AND printed = ? AND term = ?"


class Store:
    """A database of articles, opened to read, or to write as well.

    One connection serves all threads: SQLite takes its turns itself. Whatever is wrong with the file is a
    LibraryError.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self._db = connection
        self._path = path
        self._seen = 0

    @classmethod
    def in_memory(cls) -> Self:
        """Return an empty store that goes with the process."""
        store = cls(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False), None)
        store._make()
        return store

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Return the store at `path` to be read, or None where nothing has been written yet."""
        with TellingErrors(path):
            if not path.exists():
                return None
        store = cls(_connect(path, "mode=rw"), path)
        try:
            return store if store.is_made() else None
        except LibraryError as error:
            if not _is_only_readable(path, error.__cause__):
                raise
        # In a folder that cannot be written, SQLite finds no place for what processes share of a WAL.
        store = cls(_connect(path, "mode=ro&immutable=1"), path)
        return store if store.is_made() else None

    @classmethod
    def open_to_write(cls, path: Path, wait_s: float = BUSY_S) -> Self:
        """Return the store at `path` to be written, made if there is none."""
        with TellingErrors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        store = cls(_connect(path, "mode=rwc", wait_s), path)
        store.is_made()  # or a newer Footnote's, which is not to be touched
        with TellingErrors(path):
            write_ahead(store._db, wait_s)
        store._rows("PRAGMA synchronous = NORMAL")  # as safe as FULL, but for a machine that loses power
        store._rows("PRAGMA cache_size = -64000")  # kB
        return store

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make what is written inside one change of the articles, or none at all if it fails."""
        with TellingErrors(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            before = self._db.total_changes
            try:
                if not self.is_made():
                    self._make()
                elif self._one("PRAGMA user_version") < SCHEMA:
                    self._make_sources()
                yield
                if self._db.total_changes > before:
                    self._set("version", self.version + 1)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has ended it already
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Show one state of the articles inside, whatever others write meanwhile."""
        with TellingErrors(self._path):
            self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    @property
    def is_still(self) -> bool:
        """Say whether it shows one state, as in a snapshot."""
        return self._db.in_transaction

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # The whole.

    def is_made(self) -> bool:
        """Say whether anything was ever written to it."""
        version = int(self._one("PRAGMA user_version"))
        if version > SCHEMA:
            problem = "was written by a newer Footnote; update this one (`pip install -U footnote`)."
            raise LibraryError(str(self._path), problem)
        return version > 0

    def has_changed(self) -> bool:
        """Say whether another connection has written since this was asked last; takes microseconds."""
        before, self._seen = self._seen, int(self._one("PRAGMA data_version"))
        return self._seen != before

    @property
    def is_file(self) -> bool:
        """Say whether it outlives the process."""
        return self._path is not None

    @property
    def version(self) -> int:
        """Return a number that rises with every change of the articles."""
        return int(self._state("version"))

    @property
    def is_stale(self) -> bool:
        """Say whether what is derived was derived by other rules than this program's."""
        return bool(self._state("analysis") != fingerprint())

    @property
    def edition(self) -> str:
        """Return a name that changes where numbers get other passages than before."""
        return str(self._state("edition"))

    @property
    def passage_count(self) -> int:
        """Return the number of passages."""
        return int(self._state("passages"))

    @property
    def term_count(self) -> int:
        """Return how many terms the passages have together."""
        return int(self._state("terms"))

    @property
    def next_number(self) -> int:
        """Return the number that the next passage gets; none is given twice."""
        return int(self._state("next"))

    def languages(self) -> dict[str, int]:
        """Return the number of articles in each language."""
        return dict(self._rows("SELECT language, articles FROM languages WHERE articles > 0"))

    # Articles.

    def entries(self, offset: int = 0, limit: int | None = None) -> tuple[ArticleEntry, ...]:
        """Return articles without their texts, in the order added."""
        count = -1 if limit is None else limit
        rows = self._rows(f"SELECT {_ENTRY} FROM articles ORDER BY seq LIMIT ? OFFSET ?", count, offset)
        return tuple(map(_entry, rows))

    def entry(self, article_id: str) -> ArticleEntry | None:
        """Return an article without its text; None if it is not there."""
        row = self._row(f"SELECT {_ENTRY} FROM articles WHERE id = ?", article_id)
        return None if row is None else _entry(row)

    def article(self, article_id: str) -> Article | None:
        """Return an article; None if it is not there."""
        row = self._row(f"SELECT {_ARTICLE} FROM articles JOIN texts USING (seq) WHERE id = ?", article_id)
        return None if row is None else _article(row)

    def id_of_source(self, source: str) -> str | None:
        """Return the id of the article that was last read from a source; None if none was."""
        row = self._row("SELECT article FROM sources WHERE source = ?", _safe(source))
        return None if row is None else row[0]

    def replacement(self, article_id: str) -> str | None:
        """Return the id of the article that replaced one; None if none did."""
        row = self._row("SELECT new FROM replaced WHERE old = ?", article_id)
        return None if row is None else row[0]

    def numbers(self, article_id: str) -> range | None:
        """Return the numbers of the passages of an article; None if it is not there."""
        row = self._row("SELECT first, passages FROM articles WHERE id = ?", article_id)
        return None if row is None else range(row[0], row[0] + row[1])

    # Passages.

    def passages(self, numbers: Sequence[int]) -> list[tuple[int, Passage]]:
        """Return those passages of the numbers that are there, each with its number, in their order."""
        where, values = _among(numbers)
        rows = self._rows(f"SELECT {_PASSAGE} FROM passages WHERE {where} ORDER BY n", *values)
        return [(row[0], _passage(row)) for row in rows]

    def number(self, passage_id: str) -> int | None:
        """Return the number of a passage; None if it is not there."""
        row = self._row("SELECT n FROM passages WHERE id = ?", passage_id)
        return None if row is None else row[0]

    def terms(self, numbers: Sequence[int]) -> list[tuple[int, str]]:
        """Return the terms, parted by spaces, of those passages of the numbers that are there."""
        where, values = _among(numbers)
        return self._rows(f"SELECT n, terms FROM passages WHERE {where}", *values)

    def terms_from(self, first: int) -> Iterator[tuple[int, str]]:
        """Yield the numbers of the passages from one on, in order, with their terms."""
        with TellingErrors(self._path):
            yield from self._db.execute("SELECT n, terms FROM passages WHERE n >= ? ORDER BY n", (first,))

    def removals(self, after: int) -> list[tuple[int, range]]:
        """Return the removals of articles after one: their numbers, and those of the passages."""
        sql = "SELECT number, first, passages FROM removals WHERE number > ? ORDER BY number"
        return [(number, range(first, first + count)) for number, first, count in self._rows(sql, after)]

    # Words.

    def word(self, word: str) -> Word | None:
        """Return a word as most articles first print it, small rather than capital; None if none has it."""
        order = "ORDER BY articles DESC, printed DESC, term LIMIT 1"
        row = self._row(f"SELECT term, printed FROM words WHERE word = ? {order}", word)
        return None if row is None else Word(*row)

    def words_of(self, letter: str, length: int) -> str:
        """Return the words that begin with a letter and are that long, parted by spaces."""
        words = "SELECT DISTINCT word FROM words WHERE letter = ? AND length = ?"
        return self._one(f"SELECT group_concat(word, ' ') FROM ({words})", letter, length) or ""

    def names_with_bones(self, consonants: str) -> list[str]:
        """Return the words of these consonants that some article prints with a capital."""
        return [word for (word,) in self._rows("SELECT DISTINCT word FROM words WHERE bones = ?", consonants)]

    def acronym(self, stems: Sequence[str]) -> tuple[str, str] | None:
        """Return the expansion and the acronym that the stems are either of, as printed last."""
        sql = "SELECT expansion, acronym FROM acronyms WHERE stems = ? ORDER BY number DESC LIMIT 1"
        row = self._row(sql, " ".join(stems))
        return None if row is None else (_text(row[0]), row[1])

    def spelt_out(self, initials: str) -> str | None:
        """Return the capitalised words in a row that have these initials, as printed first.

        An underscore among them stands for any letter.
        """
        compared = "GLOB" if "_" in initials else "="
        sql = f"SELECT phrase FROM initials WHERE initials {compared} ? ORDER BY number LIMIT 1"
        row = self._row(sql, initials.replace("_", "?"))
        return None if row is None else row[0]

    # Changes, inside `writing`.

    def add(self, articles: Sequence[tuple[Article, IndexedArticle, str]]) -> None:
        """Put in articles that are not there, each with what is kept of it to be searched, and its source."""
        if not articles:
            return
        for article, _, source in articles:
            texts = map(_safe, (source, article.url, article.title, article.author, article.date))
            added = self._db.execute(
                "INSERT INTO articles "
                "(id, source, url, title, author, date, language, characters, first, passages) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
                (article.id, *texts, article.language, len(article.text)),
            )
            self._db.execute(
                "INSERT INTO texts VALUES (?, ?, ?)",
                (
                    added.lastrowid,
                    _safe(article.text),
                    json.dumps([(b.kind, b.start, b.end, b.body_start, b.section) for b in article.blocks]),
                ),
            )
            self._db.execute(
                "INSERT INTO languages VALUES (?, 1) ON CONFLICT DO UPDATE SET articles = articles + 1",
                (article.language,),
            )
            self._db.execute("DELETE FROM replaced WHERE old = ?", (article.id,))
            self.put_source(source, article.id)
        self._derive([indexed for _, indexed, _ in articles])

    def put_source(self, source: str, article_id: str) -> None:
        """Remember an article as what was last read from a source."""
        before = self.id_of_source(source)
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (_safe(source), article_id))
        if before not in {None, article_id}:  # it is shown with another of its sources, if it has one
            other = "SELECT min(source) FROM sources WHERE article = id"
            self._db.execute(
                f"UPDATE articles SET source = coalesce(({other}), source) WHERE id = ? AND source = ?",
                (before, _safe(source)),
            )

    def remove(self, article_id: str, replaced_by: str | None = None) -> None:
        """Take out an article that is there: for good, or because another replaces it."""
        article, numbers = self.article(article_id), self.numbers(article_id)
        if article is None or numbers is None:
            return
        own = index_article(article, [passage for _, passage in self.passages(numbers)])
        self._set("passages", self.passage_count - len(numbers))
        self._set("terms", self.term_count - own.term_count)
        words = [each.split(" ") for each in own.words]
        self._db.executemany(f"UPDATE words SET articles = articles - 1 WHERE {_WORD}", words)
        self._db.executemany(f"DELETE FROM words WHERE {_WORD} AND articles = 0", words)
        for sql in (
            "DELETE FROM sources WHERE article = ?",
            "DELETE FROM acronyms WHERE article = ?",
            "DELETE FROM initials WHERE article = ?",
            "DELETE FROM texts WHERE seq = (SELECT seq FROM articles WHERE id = ?)",
            "DELETE FROM articles WHERE id = ?",
        ):
            self._db.execute(sql, (article_id,))
        self._db.execute("DELETE FROM passages WHERE n BETWEEN ? AND ?", (numbers.start, numbers.stop - 1))
        self._db.execute(
            "INSERT INTO removals (first, passages) VALUES (?, ?)", (numbers.start, len(numbers))
        )
        self._db.execute(
            "UPDATE languages SET articles = articles - 1 WHERE language = ?", (article.language,)
        )
        if replaced_by is None:
            self._db.execute("DELETE FROM replaced WHERE new = ?", (article_id,))
        else:
            self._db.execute("UPDATE replaced SET new = ? WHERE new = ?", (replaced_by, article_id))
            self._db.execute("INSERT OR REPLACE INTO replaced VALUES (?, ?)", (article_id, replaced_by))

    def derive_anew(self) -> None:
        """Make all that is derived from the articles once more, by the rules of this program."""
        for table in ("passages", "words", "acronyms", "initials", "removals"):
            self._db.execute(f"DELETE FROM {table}")
        for name in ("passages", "terms"):
            self._set(name, 0)
        for (article_id,) in self._rows("SELECT id FROM articles ORDER BY seq"):
            article = self.article(article_id)
            if article is not None:
                self._derive([index_article(article)])
        self._set("analysis", fingerprint())
        self._set("edition", token_hex(8))

    def _derive(self, indexed: Sequence[IndexedArticle]) -> None:
        """Put in what is derived from articles that are there."""
        number = self.next_number
        words: Counter[str] = Counter()
        for one in indexed:
            rows = [
                _passage_row(n, passage, terms)
                for n, (passage, terms) in enumerate(zip(one.passages, one.terms, strict=True), start=number)
            ]
            self._db.executemany(f"INSERT INTO passages VALUES ({', '.join('?' * 11)})", rows)
            self._db.execute(
                "UPDATE articles SET first = ?, passages = ? WHERE id = ?", (number, len(rows), one.id)
            )
            number += len(rows)
            words.update(one.words)
            self._db.executemany(
                "INSERT INTO acronyms (stems, expansion, acronym, article) VALUES (?, ?, ?, ?)",
                [
                    (stems, _safe(expansion), acronym, one.id)
                    for expansion, acronym in one.acronyms
                    for name in (expansion, acronym)
                    if (stems := " ".join(name_stems(name)))
                ],
            )
            self._db.executemany(
                "INSERT INTO initials (initials, phrase, article) VALUES (?, ?, ?)",
                [(initials, phrase, one.id) for initials, phrase in one.initials.items()],
            )
        self._db.executemany(
            "INSERT INTO words VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET articles = articles + excluded.articles",
            [
                (word, printed, term, count, word[:1], len(word), _bones_of_name(word, printed))
                for each in sorted(words)
                for (word, printed, term), count in [(each.split(" "), words[each])]
            ],
        )
        self._set("next", number)
        self._set("passages", self.passage_count + sum(len(one.passages) for one in indexed))
        self._set("terms", self.term_count + sum(one.term_count for one in indexed))

    def _make(self) -> None:
        for statement in _TABLES.split(";"):
            self._db.execute(statement)
        state = {
            "version": 0,
            "analysis": fingerprint(),
            "edition": token_hex(8),
            "passages": 0,
            "terms": 0,
            "next": 0,
        }
        self._db.executemany("INSERT INTO state VALUES (?, ?)", list(state.items()))
        self._make_sources()

    def _make_sources(self) -> None:
        for statement in _SOURCES.split(";"):
            self._db.execute(statement)
        self._db.execute("INSERT OR IGNORE INTO sources SELECT source, id FROM articles")
        self._db.execute(f"PRAGMA user_version = {SCHEMA}")

    def _state(self, name: str) -> Any:
        return self._one("SELECT value FROM state WHERE name = ?", name)

    def _set(self, name: str, value: int | str) -> None:
        self._db.execute("UPDATE state SET value = ? WHERE name = ?", (value, name))

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with TellingErrors(self._path):
            return self._db.execute(sql, values).fetchall()

    def _row(self, sql: str, *values: object) -> Any:
        return next(iter(self._rows(sql, *values)), None)

    def _one(self, sql: str, *values: object) -> Any:
        return self._rows(sql, *values)[0][0]


@contextmanager
def lock(path: Path, wait_s: float = BUSY_S) -> Iterator[None]:
    """Keep out other processes that want the lock at `path`, waiting for them `wait_s` at most.

    SQLite locks on every platform, and lets go when the process is killed.
    """
    with closing(_connect(path, "mode=rwc", wait_s)) as held:
        with TellingErrors(path):
            held.execute("BEGIN IMMEDIATE")
        yield


def _connect(path: Path, how: str, wait_s: float | None = None) -> sqlite3.Connection:
    with TellingErrors(path):
        return sqlite3.connect(
            f"file:{quote(str(path))}?{how}",
            uri=True,
            timeout=BUSY_S if wait_s is None else wait_s,
            isolation_level=None,  # transactions begin and end where we say
            check_same_thread=False,
        )


class TellingErrors:
    """Turns what SQLite and the system say of the file at a path into a LibraryError of one plain line."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise LibraryError(str(self._path), _problem(error)) from error
        if isinstance(error, OSError):
            raise LibraryError(str(self._path), f"{error.strerror or error}; {_ELSEWHERE}") from error


_ELSEWHERE = "set FOOTNOTE_LIBRARY to a folder that you may write to."


def _problem(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "another process is writing to it; try again when that has ended."
    if name.startswith("SQLITE_FULL"):
        return "the disk is full, and what was kept before is unchanged; make room and try again."
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"it cannot be written; {_ELSEWHERE}"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return "it is damaged; move it out of the library folder, and read the articles again."
    return f"it cannot be used ({error}); nothing was changed."


def _is_only_readable(path: Path, error: BaseException | None) -> bool:
    """Say whether a file cannot be opened because its folder cannot be written; its WAL must be empty."""
    name = getattr(error, "sqlite_errorname", "")
    wal = path.with_name(path.name + "-wal")
    is_shut = name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
    return is_shut and not (wal.exists() and wal.stat().st_size)


def write_ahead(database: sqlite3.Connection, wait_s: float) -> None:
    """Have a file written through a log; two that make it at the same moment do so in turn."""
    until = time.monotonic() + wait_s
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Where both want to write after reading, SQLite refuses at once, whatever the timeout.
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _among(numbers: Sequence[int]) -> tuple[str, list[int]]:
    """Return a condition that the number of a passage is among some, with its values."""
    if isinstance(numbers, range):
        return "n BETWEEN ? AND ?", [numbers.start, numbers.stop - 1]
    return f"n IN ({', '.join('?' * len(numbers))})", list(numbers)


def _bones_of_name(word: str, printed: str) -> str | None:
    return (bones(word) or None) if printed[:1].isupper() else None


def _safe(text: str | None) -> str | bytes | None:
    """Return a text as SQLite takes it: as bytes where it has half a surrogate pair, unknown to UTF-8."""
    if text is None or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def _text(kept: str | bytes) -> str:
    return kept.decode("utf-8", "surrogatepass") if isinstance(kept, bytes) else kept


def _text_or_none(kept: str | bytes | None) -> str | None:
    return None if kept is None else _text(kept)


def _entry(row: tuple[Any, ...]) -> ArticleEntry:
    article_id, title, author, date, language, url, source, passages, characters = row
    return ArticleEntry(
        article_id, _text(title), _text_or_none(author), _text_or_none(date), language, _text_or_none(url),
        _text(source), passages, characters,
    )  # fmt: skip


def _block(kept: list[Any]) -> Block:
    kind, start, end, body_start, section = kept
    return Block(kind, start, end, body_start, tuple(section))


def _article(row: tuple[Any, ...]) -> Article:
    article_id, title, author, date, language, text, blocks, url = row
    return Article(
        article_id, _text(title), _text_or_none(author), _text_or_none(date), language, _text(text),
        tuple(map(_block, json.loads(blocks))),
        _text_or_none(url),
    )  # fmt: skip


def _passage(row: tuple[Any, ...]) -> Passage:
    _, passage_id, article, kind, paragraph, section, start, stop, body_start, text = row
    path = tuple(json.loads(section)) if section else ()
    return Passage(passage_id, article, kind, paragraph, path, start, stop, body_start, _text(text))


@lru_cache(maxsize=100)  # the passages of a section follow each other
def _path(section: tuple[str, ...]) -> str:
    return json.dumps(section) if section else ""


def _passage_row(n: int, passage: Passage, terms: str) -> tuple[object, ...]:
    p = passage
    section = _path(p.section)
    return (
        n,
        p.id,
        p.article_id,
        p.kind,
        p.paragraph,
        section,
        p.start,
        p.end,
        p.body_start,
        _safe(p.text),
        terms,
    )
