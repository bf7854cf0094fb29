"""The SQLite file of the Telegram bot."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.database import StateError, open_database, telling_errors


def test_those_who_make_the_file_at_the_same_moment_wait_for_each_other(tmp_path):
    at_once = threading.Barrier(8)

    def make(path):
        at_once.wait()
        open_database(path).close()

    with ThreadPoolExecutor(8) as makers:
        for n in range(20):
            list(makers.map(make, [tmp_path / str(n) / "telegram.sqlite"] * 8))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT colour", "it cannot be used (no such column: colour); nothing was changed."),
        ("INSERT INTO one VALUES (1)", "another process is writing to it; try again when that has ended."),
    ],
)
def test_what_is_wrong_is_told_in_a_line(tmp_path, statement, told):
    path = tmp_path / "telegram.sqlite"
    database, other = open_database(path), sqlite3.connect(path, isolation_level=None)
    database.execute("CREATE TABLE one (number)")
    database.execute("PRAGMA busy_timeout = 0")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateError) as error, telling_errors(path):
        database.execute(statement)
    assert str(error.value) == f"{path}: {told}"
    other.close()
    database.close()
