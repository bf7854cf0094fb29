"""The updates that came and are not handled yet, on disk, so that no question is lost with the process."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from bot.state import FILE
from index.errors import LibraryError

Json = dict[str, Any]

_KNOWN_S = 2 * 86_400  # Telegram delivers an update again for a day
_FORGET_EVERY_S = 3_600
_BUSY_S = 5.0  # as long as another process may hold the file

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
            LibraryError: the folder or the file cannot be used.
        """
        self._folder = folder
        self.bot_id = bot_id
        self._forgot = 0.0
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = sqlite3.connect(folder / f"telegram-{bot_id}.lock", timeout=0, isolation_level=None)
            self._file = sqlite3.connect(folder / FILE, timeout=_BUSY_S, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA secure_delete = ON")  # what is handled is not left in the file
            self._file.execute(_TABLE)

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
            LibraryError: the folder cannot be used.
        """
        try:
            self._lock.execute("BEGIN EXCLUSIVE")  # of a file of its own, which the system frees at any end
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return False
            raise self._refused(error) from error
        return True

    def add(self, updates: Sequence[Json]) -> list[Json]:
        """Keep updates, safe from a power cut too, and return those that are new.

        Raises:
            LibraryError: the file cannot be written; none is kept.
        """
        now = int(time.time())
        with self._told():
            self._file.execute("PRAGMA synchronous = FULL")
            with self._file:
                self._file.execute("BEGIN IMMEDIATE")
                self._forget(now)
                return [update for update in updates if self._insert(update, now)]

    def unhandled(self) -> list[Json]:
        """Return the updates that are not handled, oldest first.

        Raises:
            LibraryError: the file cannot be read.
        """
        with self._told():
            rows = self._file.execute(
                "SELECT body FROM updates WHERE bot = ? AND body IS NOT NULL ORDER BY id", (self.bot_id,)
            )
            return [json.loads(body) for (body,) in rows]

    def body(self, update_id: int) -> Json | None:
        """Return an update that is not handled yet; None where it is.

        Raises:
            LibraryError: the file cannot be read.
        """
        with self._told():
            row = self._file.execute(
                "SELECT body FROM updates WHERE bot = ? AND id = ?", (self.bot_id, update_id)
            ).fetchone()
        return None if row is None or row[0] is None else json.loads(row[0])

    def handled(self, update_id: int) -> None:
        """Drop an update's body. A power cut may undo this, the end of the process cannot.

        Raises:
            LibraryError: the file cannot be written.
        """
        with self._told():
            self._file.execute("PRAGMA synchronous = NORMAL")
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

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Translate errors of the file."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise self._refused(error) from error

    def _refused(self, error: Exception) -> LibraryError:
        problem = getattr(error, "strerror", None) or error
        return LibraryError(
            str(self._folder), f"{problem}; set FOOTNOTE_LIBRARY to a folder that you may write to."
        )
