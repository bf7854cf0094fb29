"""Updates on disk."""

import sqlite3

import pytest

from bot.database import FILE, StateError
from bot.telegram_app.pending import PendingUpdates


@pytest.fixture
def pending(tmp_path):
    with PendingUpdates(tmp_path / "new" / "library", 42) as pending:
        yield pending


def update(number, text="one"):
    return {"update_id": number, "message": {"text": text}}


def test_what_is_added_is_there_until_it_is_handled(pending):
    assert pending.add([update(1), update(2)]) == [update(1), update(2)]
    pending.handled(1)
    assert pending.unhandled() == [update(2)]
    assert pending.body(1) is None
    assert pending.body(2) == update(2)
    assert pending.body(3) is None


def test_what_is_known_is_not_new_handled_or_not(pending):
    pending.add([update(1), update(2)])
    pending.handled(1)
    assert pending.add([update(1), update(2), update(3)]) == [update(3)]


def test_what_is_not_handled_outlives_its_process(pending, tmp_path):
    pending.add([update(2), update(1, "\ud800 📎")])
    with PendingUpdates(tmp_path / "new" / "library", 42) as again:
        assert again.unhandled() == [update(1, "\ud800 📎"), update(2)]


def test_every_bot_has_its_own(pending, tmp_path):
    pending.add([update(1)])
    with PendingUpdates(tmp_path / "new" / "library", 43) as other:
        assert other.unhandled() == []
        assert other.add([update(1)]) == [update(1)]


def test_nothing_of_a_handled_update_is_left_in_the_file(pending, tmp_path):
    pending.add([update(n, "squeamish ossifrage") for n in range(100)])
    for n in range(100):
        pending.handled(n)
    pending.close()
    assert b"squeamish" not in (tmp_path / "new" / "library" / FILE).read_bytes()


def test_ids_are_forgotten_after_two_days(pending, tmp_path):
    pending.add([update(1), update(2)])
    pending.handled(1)
    pending.close()
    with sqlite3.connect(tmp_path / "new" / "library" / FILE) as file:
        file.execute("UPDATE updates SET at = at - 2 * 86400 - 1")
    file.close()
    with PendingUpdates(tmp_path / "new" / "library", 42) as again:
        again.add([])
        assert again.unhandled() == [update(2)]
        assert again.add([update(1)]) == [update(1)]


def test_one_process_at_a_time_handles_them(pending, tmp_path):
    assert pending.claim()
    second = PendingUpdates(tmp_path / "new" / "library", 42)
    assert not second.claim()
    with PendingUpdates(tmp_path / "new" / "library", 43) as other_bot:
        assert other_bot.claim()
    pending.close()
    assert second.claim()
    second.close()


@pytest.mark.parametrize(
    ("obstacle", "way_out"),
    [
        ("file", "set FOOTNOTE_LIBRARY to a folder that you may write to"),
        ("folder", "set FOOTNOTE_LIBRARY to a folder that you may write to"),
        ("garbage", "it is damaged; move it away"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_with_the_way_out(tmp_path, obstacle, way_out):
    folder = tmp_path / "library"
    if obstacle == "file":
        folder.write_text("")
    else:
        folder.mkdir()
        (folder / FILE).mkdir() if obstacle == "folder" else (folder / FILE).write_bytes(b"x" * 5000)
    with pytest.raises(StateError, match=way_out):
        PendingUpdates(folder, 42)


def test_a_disk_that_is_full_keeps_none_of_a_batch(pending):
    pending._file.execute("PRAGMA max_page_count = 8")
    with pytest.raises(StateError, match="full"):
        pending.add([update(n, "x" * 5000) for n in range(20)])
    assert pending.unhandled() == []
    assert pending.add([update(1)]) == [update(1)]
