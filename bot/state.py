"""What the Telegram bot remembers: conversations, answers given, articles chosen, thumbs; in one SQLite file.

Stored are only the askers' own questions and what was answered to them, for a limited time. Telegram's
library is not imported. Ids of messages, chats and users are Telegram's.
"""

import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import TypeAdapter, ValidationError

from bot.database import StateError, open_database, telling_errors
from bot.models import Session
from bot.telegram_text import TelegramText
from index.models import Span

Verdict = Literal["up", "down"]
Fault = Literal["passage", "sentence", "there", "other"]
"""What was wrong: the passage, the sentence; the articles do say it ("there"); something else."""

_SCHEMA = 1
_DAY_S = 86_400
_HOUR_S = 3_600
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
CREATE TABLE IF NOT EXISTS moves (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
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

_RECORD = "INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


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
        self._db = open_database(path)
        self._db.row_factory = sqlite3.Row
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise
        self._moved: dict[int, int] = {
            row["old"]: row["new"] for row in self._rows("SELECT old, new FROM moves")
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _prepare(self) -> None:
        # What is written outlives a killed process, without an fsync an answer.
        self._rows("PRAGMA synchronous = NORMAL")
        self._rows("PRAGMA foreign_keys = ON")
        (version,) = self._rows("PRAGMA user_version")[0]
        if version > _SCHEMA:
            raise StateError(self._path, "it was written by a newer version of Footnote; update this one.")
        with telling_errors(self._path):
            self._db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_SCHEMA}; COMMIT")
        self._prune()

    # --- conversations ---

    def session(self, place: Place) -> Session:
        """Return the conversation held at a place; an empty one where there is none."""
        where = "WHERE (chat, thread, asker) = (?, ?, ?)"
        row = self._row(f"SELECT session FROM conversations {where}", *self._place_now(place))
        return _session(row["session"]) if row else Session()

    def begin_anew(self, place: Place) -> None:
        """Forget the conversation held at a place; the answers given stay."""
        where = "WHERE (chat, thread, asker) = (?, ?, ?)"
        self._rows(f"DELETE FROM conversations {where}", *self._place_now(place))

    # --- answers given ---

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange, in the place of an earlier one of the same id, whose thumbs are dropped."""
        if exchange.place.chat_id in self._moved:
            exchange = replace(exchange, place=self._place_now(exchange.place), question_id=None)
        self._rows(_RECORD, *_columns(exchange))
        if time.time() - self._pruned_at > _HOUR_S:
            self._prune()

    def answered(self, exchange: Exchange, answer_id: int, *, is_current: bool = True) -> None:
        """Note by which message a recorded exchange was answered.

        With `is_current` the conversation goes on from it.
        """
        with self._change():
            self._db.execute("UPDATE exchanges SET answer_message = ? WHERE id = ?", (answer_id, exchange.id))
            if is_current:
                session = _sessions.dump_json(exchange.after).decode()
                values = (*self._place_now(exchange.place), session, exchange.at)
                self._db.execute("INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?)", values)

    def drop(self, exchange_id: int) -> None:
        """Forget an exchange: its answer could not be sent."""
        self._rows("DELETE FROM exchanges WHERE id = ?", exchange_id)

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
        where = "WHERE is_answer AND (chat, thread, asker) = (?, ?, ?)"
        return self._exchange(f"{where} {last}", *self._place_now(place))

    # --- the article that a chat has chosen ---

    def choice(self, chat_id: int) -> str | None:
        """Return the id of the article that a chat asks; None where it asks all."""
        row = self._row("SELECT article FROM choices WHERE chat = ?", self.chat_now(chat_id))
        return str(row["article"]) if row else None

    def choose(self, chat_id: int, article_id: str | None) -> None:
        """Have a chat ask one article, or all."""
        if article_id is None:
            self._rows("DELETE FROM choices WHERE chat = ?", self.chat_now(chat_id))
        else:
            self._rows("INSERT OR REPLACE INTO choices VALUES (?, ?)", self.chat_now(chat_id), article_id)

    # --- groups that get another id ---

    def chat_now(self, chat_id: int) -> int:
        """Return the id that a chat has now: a group that became a supergroup has another."""
        return self._moved.get(chat_id, chat_id)

    def chat_before(self, chat_id: int) -> int:
        """Return the id that a chat had as a group; its own where it was none."""
        return next((old for old, new in self._moved.items() if new == chat_id), chat_id)

    def move(self, old: int, new: int) -> None:
        """Keep what is kept of a chat under its new id from now on.

        Messages are numbered anew there: which of them were questions and answers is forgotten.
        """
        if old in self._moved or old == new:
            return
        with self._change():
            self._db.execute("INSERT INTO moves VALUES (?, ?)", (old, new))
            unnumbered = "chat = ?, question_message = NULL, answer_message = NULL"
            self._db.execute(f"UPDATE exchanges SET {unnumbered} WHERE chat = ?", (new, old))
            for table in ("conversations", "choices"):  # what is newer has been begun under the new id
                self._db.execute(f"UPDATE OR IGNORE {table} SET chat = ? WHERE chat = ?", (new, old))
                self._db.execute(f"DELETE FROM {table} WHERE chat = ?", (old,))
        self._moved[old] = new

    def _place_now(self, place: Place) -> Place:
        return place._replace(chat_id=self.chat_now(place.chat_id))

    # --- thumbs ---

    def judge(self, exchange_id: int, user_id: int, verdict: Verdict, fault: Fault | None = None) -> bool:
        """Keep what a user thinks of an answer, in the place of what he thought; False if it is not kept."""
        if self.exchange(exchange_id) is None:
            return False
        values = (exchange_id, user_id, verdict, fault, int(time.time()))
        self._rows("INSERT OR REPLACE INTO thumbs VALUES (?, ?, ?, ?, ?)", *values)
        return True

    def take_back(self, exchange_id: int, user_id: int) -> None:
        """Forget what a user thought of an answer."""
        self._rows("DELETE FROM thumbs WHERE (exchange, user) = (?, ?)", exchange_id, user_id)

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
        with self._change():
            for table, column in _SESSIONS:
                self._db.execute(_LEAVE_OUT.format(table=table, column=column), {"user": user_id})
            deleted = self._db.execute("DELETE FROM exchanges WHERE asker = ?", (user_id,)).rowcount
            self._db.execute("DELETE FROM conversations WHERE asker = ?", (user_id,))
            self._db.execute("DELETE FROM thumbs WHERE user = ?", (user_id,))
            # The private chat has the id of its user.
            self._db.execute("DELETE FROM choices WHERE chat = ?", (user_id,))
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def _prune(self) -> None:
        """Delete what is older than the retention."""
        now = time.time()
        oldest = int(now) - self._retention_s
        self._rows("DELETE FROM exchanges WHERE at < ?", oldest)
        self._rows("DELETE FROM conversations WHERE at < ?", oldest)
        self._pruned_at = now

    def _latency(self, share: float, count: int) -> float:
        """Return the latency that `share` of the answers keep within (nearest rank)."""
        nth = max(0, -int(-share * count // 1) - 1)
        row = self._row(
            "SELECT took_ms FROM exchanges WHERE is_answer ORDER BY took_ms LIMIT 1 OFFSET ?", nth
        )
        return float(row["took_ms"]) if row else 0.0

    def _exchange(self, where: str, *values: object) -> Exchange | None:
        row = self._row(f"SELECT * FROM exchanges {where}", *values)
        return _from_row(row) if row else None

    def _row(self, query: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: object) -> Sequence[sqlite3.Row]:
        with telling_errors(self._path):
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Make what is written inside one change, or none at all if it fails."""
        with telling_errors(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                yield


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
