"""The SQLite file of the Telegram bot: opened, and what is wrong with it told in plain lines."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import FootnoteError, LibraryError
from index.store import TellingErrors, write_ahead

FILE = "telegram.sqlite"
"""The file's name in the folder of the library."""

BUSY_S = 5.0
"""How long one who opens or writes it waits for another process."""


class StateError(FootnoteError):
    """The file cannot be used; `path` is the file."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


@contextmanager
def telling_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say of the file inside into a StateError of one plain line."""
    try:
        with TellingErrors(path):
            yield
    except LibraryError as error:
        name = getattr(error.__cause__, "sqlite_errorname", "")
        is_damaged = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
        problem = "it is damaged; move it away, and a new one is made." if is_damaged else error.problem
        raise StateError(path, problem) from error.__cause__


def open_database(path: Path) -> sqlite3.Connection:
    """Return a connection to the file at `path`, made with its folder where there is none.

    Each statement is a transaction of its own, unless one is begun.

    Raises:
        StateError: it cannot be used.
    """
    with telling_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            write_ahead(database, BUSY_S)
            database.execute("PRAGMA secure_delete = ON")  # what is deleted is not left in the file
        except BaseException:
            database.close()
            raise
    return database
