"""The updates that came and are not handled yet, on disk, so that no question is lost with the process."""

import json
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from bot.database import FILE, open_database, telling_errors

Json = dict[str, Any]

_KNOWN_S = 2 * 86_400  # Telegram delivers an update again for a day
_FORGET_EVERY_S = 3_600

# The body is NULL once an update is handled: its id stays known for a while.
_TABLE = """
CREATE TABLE IF NOT EXISTS updates (
    bot INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, at INTEGER NOT NULL, PRIMARY KEY (bot, id)
) WITHOUT ROWID
"""


class PendingUpdates:
    """A bot's updates, in the file of the bot's state. Updates are dicts, as Telegram sends them."""

    def __init__(self, folder: Path, bot_id: int) -> None:
        """Open the file; make it, and the folder, if they are not there.

        Raises:
            StateError: the folder or the file cannot be used.
        """
        self._path = folder / FILE
        self._lock_path = folder / f"telegram-{bot_id}.lock"
        self.bot_id = bot_id
        self._forgot = 0.0
        self._file = open_database(self._path)
        try:
            with telling_errors(self._path):
                self._file.execute("PRAGMA synchronous = NORMAL")
                self._file.execute(_TABLE)
            with telling_errors(self._lock_path):
                self._lock = sqlite3.connect(self._lock_path, timeout=0, isolation_level=None)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, and let another process claim the updates."""
        self._file.close()
        self._lock.close()

    def claim(self) -> bool:
        """Say whether the updates are this process's alone; if so, they are until it closes them or ends.

        Raises:
            StateError: the folder cannot be used.
        """
        with telling_errors(self._lock_path):
            try:
                # Of a file of its own, which the system frees at any end.
                self._lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                return False
        return True

    def add(self, updates: Sequence[Json]) -> list[Json]:
        """Keep updates, safe from a power cut too, and return those that are new.

        Raises:
            StateError: the file cannot be written; none is kept.
        """
        now = int(time.time())
        with telling_errors(self._path):
            self._file.execute("PRAGMA synchronous = FULL")
            try:
                with self._file:
                    self._file.execute("BEGIN IMMEDIATE")
                    self._forget(now)
                    return [update for update in updates if self._insert(update, now)]
            finally:
                self._file.execute("PRAGMA synchronous = NORMAL")

    def unhandled(self) -> list[Json]:
        """Return the updates that are not handled, oldest first.

        Raises:
            StateError: the file cannot be read.
        """
        with telling_errors(self._path):
            rows = self._file.execute(
                "SELECT body FROM updates WHERE bot = ? AND body IS NOT NULL ORDER BY id", (self.bot_id,)
            )
            return [json.loads(body) for (body,) in rows]

    def body(self, update_id: int) -> Json | None:
        """Return an update that is not handled yet; None where it is.

        Raises:
            StateError: the file cannot be read.
        """
        with telling_errors(self._path):
            row = self._file.execute(
                "SELECT body FROM updates WHERE bot = ? AND id = ?", (self.bot_id, update_id)
            ).fetchone()
        return None if row is None or row[0] is None else json.loads(row[0])

    def handled(self, update_id: int) -> None:
        """Drop an update's body. A power cut may undo this, the end of the process cannot.

        Raises:
            StateError: the file cannot be written.
        """
        with telling_errors(self._path):
            self._file.execute(
                "UPDATE updates SET body = NULL WHERE bot = ? AND id = ?", (self.bot_id, update_id)
            )

    def _insert(self, update: Json, now: int) -> bool:
        row = (self.bot_id, int(update["update_id"]), json.dumps(update), now)
        return self._file.execute("INSERT OR IGNORE INTO updates VALUES (?, ?, ?, ?)", row).rowcount > 0

    def _forget(self, now: float) -> None:
        if now - self._forgot > _FORGET_EVERY_S:
            self._file.execute("DELETE FROM updates WHERE body IS NULL AND at < ?", (now - _KNOWN_S,))
            self._forgot = now
