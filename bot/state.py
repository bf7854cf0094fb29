"""What the Telegram bot remembers: conversations, answers given, articles chosen, thumbs; in one SQLite file.

Stored are only the askers' own questions and what was answered to them, for a limited time. Telegram's
library is not imported. Ids of messages, chats and users are Telegram's.
"""

import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import TypeAdapter, ValidationError

from bot.models import Session
from bot.telegram_text import TelegramText
from index.errors import FootnoteError
from index.models import Span

FILE = "telegram.sqlite"
"""The file's name in the folder of the library."""

Verdict = Literal["up", "down"]
Fault = Literal["passage", "sentence", "there", "other"]
"""What was wrong: the passage, the sentence; the articles do say it ("there"); something else."""

_SCHEMA = 1
_DAY_S = 86_400
_HOUR_S = 3_600
_BUSY_S = 5.0  # as long as another process may hold the file
_ID_BITS = 48  # random: an id whose answer was sent and not recorded must never come again

_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    chat INTEGER, thread INTEGER, asker INTEGER, session TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (chat, thread, asker)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS exchanges (
    id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, thread INTEGER NOT NULL, asker INTEGER NOT NULL,
    question_message INTEGER, answer_message INTEGER, question TEXT NOT NULL, quoted TEXT,
    before TEXT NOT NULL, after TEXT NOT NULL, shown TEXT NOT NULL, cited TEXT NOT NULL,
    is_answer INTEGER NOT NULL, abstained INTEGER NOT NULL, confidence REAL NOT NULL, took_ms REAL NOT NULL,
    version INTEGER NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS exchanges_by_question ON exchanges (chat, question_message);
CREATE INDEX IF NOT EXISTS exchanges_by_answer ON exchanges (chat, answer_message);
CREATE INDEX IF NOT EXISTS exchanges_by_asker ON exchanges (asker, at);
CREATE INDEX IF NOT EXISTS exchanges_by_time ON exchanges (at);
CREATE TABLE IF NOT EXISTS choices (chat INTEGER PRIMARY KEY, article TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS thumbs (
    exchange INTEGER REFERENCES exchanges ON DELETE CASCADE, user INTEGER, verdict TEXT NOT NULL, fault TEXT,
    at INTEGER NOT NULL, PRIMARY KEY (exchange, user)
) WITHOUT ROWID;
"""

_SESSIONS = (("exchanges", "before"), ("exchanges", "after"), ("conversations", "session"))

# What others asked in reply to an answer of a user's goes on from his questions.
_LEAVE_OUT = """
UPDATE {table} SET {column} = (
    SELECT json_set({column}, '$.turns', json_group_array(json(value)))
    FROM json_each({column}, '$.turns')
    WHERE json_extract(value, '$.question') NOT IN (
        SELECT question FROM exchanges AS his WHERE his.asker = :user AND his.chat = {table}.chat
    )
) WHERE asker != :user AND chat IN (SELECT chat FROM exchanges WHERE asker = :user)
"""

_INSERT = "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class StateError(FootnoteError):
    """The file cannot be used; `path` is the file."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


class Place(NamedTuple):
    """Where a conversation is held: the chat, its topic (0: none), and with whom."""

    chat_id: int
    thread_id: int
    asker_id: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A footnote of an answer that was given; `quotes` are its sentences in the article's text."""

    passage_id: str
    article_id: str
    score: float
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what is answered to it, by the ids of both messages.

    `question_id` is None where an example was pressed, `answer_id` until the answer is sent. `quoted` are the
    words that the question was put to, `before` and `after` the conversation around it. `cited` are the
    footnotes, best first; of an abstention, the nearest passage. `is_answer` is false for small talk.
    `version` is the library's.
    """

    place: Place
    question_id: int | None
    answer_id: int | None
    question: str
    before: Session
    after: Session
    shown: TelegramText
    cited: tuple[Cited, ...] = ()
    quoted: str | None = None
    is_answer: bool = True
    abstained: bool = False
    confidence: float = 0.0
    took_ms: float = 0.0
    version: int = 0
    id: int = field(default_factory=lambda: secrets.randbits(_ID_BITS))
    at: int = field(default_factory=lambda: int(time.time()))


@dataclass(frozen=True, slots=True)
class Thumb:
    """What a user thought of an answer."""

    exchange: Exchange
    verdict: Verdict
    fault: Fault | None
    at: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over what is kept; the latencies are those of answering, in milliseconds."""

    users: int
    questions: int
    abstentions: int
    thumbs_up: int
    thumbs_down: int
    p50_ms: float
    p95_ms: float


_sessions = TypeAdapter(Session)
_texts = TypeAdapter(TelegramText)
_citations = TypeAdapter(tuple[Cited, ...])


class State:
    """The file, opened. Not for several threads at once."""

    def __init__(self, path: Path, retention_days: int) -> None:
        """Open the file, made where there is none; drop what is older than `retention_days`.

        Raises:
            StateError: it cannot be written, is damaged, or is of a newer version.
        """
        self._path = path
        self._retention_s = retention_days * _DAY_S
        self._pruned_at = 0.0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            self._prepare()
        except sqlite3.DatabaseError as error:
            problem = f"{error}; set FOOTNOTE_LIBRARY to a folder that you may write to"
            raise StateError(path, f"{problem}, or move this file away if it is damaged.") from error
        except OSError as error:
            problem = f"{error.strerror or error}; set FOOTNOTE_LIBRARY to a folder that you may write to."
            raise StateError(path, problem) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        # What is written outlives a killed process, without an fsync an answer.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA secure_delete = ON")  # what a user has deleted is not left in the file
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > _SCHEMA:
            raise StateError(self._path, "it was written by a newer version of Footnote; update this one.")
        self._db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_SCHEMA}; COMMIT")
        self._prune()

    # --- conversations ---

    def session(self, place: Place) -> Session:
        """Return the conversation held at a place; an empty one where there is none."""
        row = self._row("SELECT session FROM conversations WHERE (chat, thread, asker) = (?, ?, ?)", *place)
        return _session(row["session"]) if row else Session()

    def begin_anew(self, place: Place) -> None:
        """Forget the conversation held at a place; the answers given stay."""
        self._db.execute("DELETE FROM conversations WHERE (chat, thread, asker) = (?, ?, ?)", place)

    # --- answers given ---

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange, in the place of an earlier one of the same id, whose thumbs are dropped."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.execute("DELETE FROM exchanges WHERE id = ?", (exchange.id,))
            self._db.execute(_INSERT, _columns(exchange))
        if time.time() - self._pruned_at > _HOUR_S:
            self._prune()

    def answered(self, exchange: Exchange, answer_id: int, *, is_current: bool = True) -> None:
        """Note by which message a recorded exchange was answered.

        With `is_current` the conversation goes on from it.
        """
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            values: tuple[object, ...] = (answer_id, exchange.id)
            self._db.execute("UPDATE exchanges SET answer_message = ? WHERE id = ?", values)
            if is_current:
                values = (*exchange.place, _sessions.dump_json(exchange.after).decode(), exchange.at)
                self._db.execute("INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?)", values)

    def drop(self, exchange_id: int) -> None:
        """Forget an exchange: its answer could not be sent."""
        self._db.execute("DELETE FROM exchanges WHERE id = ?", (exchange_id,))

    def exchange(self, exchange_id: int) -> Exchange | None:
        """Return an exchange; None where it is not kept, or no longer."""
        return self._exchange("WHERE id = ?", exchange_id)

    def by_question(self, chat_id: int, message_id: int) -> Exchange | None:
        """Return the exchange whose question a message is."""
        return self._exchange("WHERE chat = ? AND question_message = ?", chat_id, message_id)

    def by_answer(self, chat_id: int, message_id: int) -> Exchange | None:
        """Return the exchange whose answer a message shows."""
        return self._exchange("WHERE chat = ? AND answer_message = ?", chat_id, message_id)

    def latest(self, place: Place) -> Exchange | None:
        """Return the last answer given at a place, small talk passed over."""
        last = "ORDER BY at DESC, answer_message DESC LIMIT 1"
        return self._exchange(f"WHERE is_answer AND (chat, thread, asker) = (?, ?, ?) {last}", *place)

    # --- the article that a chat has chosen ---

    def choice(self, chat_id: int) -> str | None:
        """Return the id of the article that a chat asks; None where it asks all."""
        row = self._row("SELECT article FROM choices WHERE chat = ?", chat_id)
        return str(row["article"]) if row else None

    def choose(self, chat_id: int, article_id: str | None) -> None:
        """Have a chat ask one article, or all."""
        if article_id is None:
            self._db.execute("DELETE FROM choices WHERE chat = ?", (chat_id,))
        else:
            self._db.execute("INSERT OR REPLACE INTO choices VALUES (?, ?)", (chat_id, article_id))

    # --- thumbs ---

    def judge(self, exchange_id: int, user_id: int, verdict: Verdict, fault: Fault | None = None) -> bool:
        """Keep what a user thinks of an answer, in the place of what he thought; False if it is not kept."""
        if self.exchange(exchange_id) is None:
            return False
        values = (exchange_id, user_id, verdict, fault, int(time.time()))
        self._db.execute("INSERT OR REPLACE INTO thumbs VALUES (?, ?, ?, ?, ?)", values)
        return True

    def thumbs(self, verdict: Verdict) -> list[Thumb]:
        """Return the thumbs up or down, oldest first."""
        rows = self._rows(
            "SELECT e.*, t.verdict, t.fault, t.at AS judged_at FROM thumbs t "
            "JOIN exchanges e ON e.id = t.exchange WHERE t.verdict = ? ORDER BY t.at, e.at",
            verdict,
        )
        return [Thumb(_from_row(row), row["verdict"], row["fault"], row["judged_at"]) for row in rows]

    # --- the whole ---

    def stats(self) -> Stats:
        """Return the counts over what is kept."""
        (counted,) = self._rows(
            "SELECT COUNT(DISTINCT asker) AS users, COUNT(*) AS questions, SUM(abstained) AS abstentions "
            "FROM exchanges WHERE is_answer"
        )
        verdicts = {
            row["verdict"]: int(row["n"])
            for row in self._rows("SELECT verdict, COUNT(*) AS n FROM thumbs GROUP BY verdict")
        }
        return Stats(
            users=counted["users"],
            questions=counted["questions"],
            abstentions=counted["abstentions"] or 0,
            thumbs_up=verdicts.get("up", 0),
            thumbs_down=verdicts.get("down", 0),
            p50_ms=self._latency(0.5, counted["questions"]),
            p95_ms=self._latency(0.95, counted["questions"]),
        )

    def forget(self, user_id: int) -> int:
        """Delete all of a user's data, from the file too; return how many questions that were."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            for table, column in _SESSIONS:
                self._db.execute(_LEAVE_OUT.format(table=table, column=column), {"user": user_id})
            deleted = self._db.execute("DELETE FROM exchanges WHERE asker = ?", (user_id,)).rowcount
            self._db.execute("DELETE FROM conversations WHERE asker = ?", (user_id,))
            self._db.execute("DELETE FROM thumbs WHERE user = ?", (user_id,))
            # The private chat has the id of its user.
            self._db.execute("DELETE FROM choices WHERE chat = ?", (user_id,))
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def _prune(self) -> None:
        """Delete what is older than the retention."""
        now = time.time()
        oldest = int(now) - self._retention_s
        self._db.execute("DELETE FROM exchanges WHERE at < ?", (oldest,))
        self._db.execute("DELETE FROM conversations WHERE at < ?", (oldest,))
        self._pruned_at = now

    def _latency(self, share: float, count: int) -> float:
        """Return the latency that `share` of the answers keep within (nearest rank)."""
        nth = max(0, -int(-share * count // 1) - 1)
        row = self._row(
            "SELECT took_ms FROM exchanges WHERE is_answer ORDER BY took_ms LIMIT 1 OFFSET ?", nth
        )
        return float(row["took_ms"]) if row else 0.0

    def _exchange(self, where: str, *values: object) -> Exchange | None:
        row = self._row(f"SELECT * FROM exchanges {where}", *values)  # noqa: S608  # `where` is ours
        return _from_row(row) if row else None

    def _row(self, query: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: object) -> Sequence[sqlite3.Row]:
        try:
            with closing(self._db.cursor()) as cursor:
                cursor.row_factory = sqlite3.Row
                return cursor.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StateError(self._path, f"it cannot be read ({error}).") from error


def _columns(exchange: Exchange) -> tuple[object, ...]:
    return (
        exchange.id,
        *exchange.place,
        exchange.question_id,
        exchange.answer_id,
        exchange.question,
        exchange.quoted,
        _sessions.dump_json(exchange.before).decode(),
        _sessions.dump_json(exchange.after).decode(),
        _texts.dump_json(exchange.shown).decode(),
        _citations.dump_json(exchange.cited).decode(),
        exchange.is_answer,
        exchange.abstained,
        exchange.confidence,
        exchange.took_ms,
        exchange.version,
        exchange.at,
    )


def _from_row(row: sqlite3.Row) -> Exchange:
    return Exchange(
        id=row["id"],
        place=Place(row["chat"], row["thread"], row["asker"]),
        question_id=row["question_message"],
        answer_id=row["answer_message"],
        question=row["question"],
        quoted=row["quoted"],
        before=_session(row["before"]),
        after=_session(row["after"]),
        shown=_texts.validate_json(row["shown"]),
        cited=_citations.validate_json(row["cited"]),
        is_answer=bool(row["is_answer"]),
        abstained=bool(row["abstained"]),
        confidence=row["confidence"],
        took_ms=row["took_ms"],
        version=row["version"],
        at=row["at"],
    )


def _session(json: str) -> Session:
    """Return a stored conversation; an empty one where it was stored in another form, by another version."""
    try:
        return _sessions.validate_json(json)
    except ValidationError:
        return Session()
