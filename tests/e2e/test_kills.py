"""Killed at any moment while articles are added, the library holds whole articles only, and can be searched.

As a script, `python -m tests.e2e.test_kills 200`, it kills so many times; the suite is content with a few.
"""

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from index.engines.rank_bm25 import RankBM25Engine
from index.library import DATABASE, Shelf
from index.models import Concept, WeightedTerm
from index.reading import read_text
from index.splitter import split_article
from index.store import Store

CHECKOUT = Path(__file__).parents[2]
ARTICLES = 1_000

WRITER = """
import sys
from pathlib import Path
from index.library import Shelf
from tests.e2e.test_kills import articles
shelf = Shelf(Path(sys.argv[1]), "tantivy", batch=3_000)  # characters: many transactions to be killed in
print("ready", flush=True)
for outcome in shelf.add_all((each, each.title) for each in articles()):
    pass
"""


def articles():
    """Yield the thousand articles, of a few paragraphs each; the n-th says so in each of them."""
    for n in range(ARTICLES):
        paragraphs = (
            f"Councillor {n} rose and said that bridge {n} of {n % 7} towns is old." for _ in range(n % 5 + 1)
        )
        yield read_text(f"Report {n}\n\n" + "\n\n".join(paragraphs), f"report {n}")


def kill_once(folder, dice):
    """Let a process add articles for a moment, and kill it."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(dice.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)


def check(folder):
    """Assert that the library is whole, and return how many articles it has."""
    library = Shelf(folder, "tantivy").library()
    entries = library.entries()
    known = {entry.title: n for n, entry in enumerate(entries)}
    assert len(known) == len(entries) == library.article_count
    expected = [each for each in articles() if each.title in known]
    assert len(expected) == len(entries) - 1  # and the seed article
    for each in expected[:: max(1, len(expected) // 20)]:
        assert library.article(each.id) == each
        assert list(library.passages(each.id)) == split_article(each)
    store = Store.open(folder / DATABASE)
    if store is None:
        return 0
    assert sum(entry.passages for entry in entries) == store.passage_count == len(list(store.terms_from(0)))
    exact = RankBM25Engine.over(store)
    for n in (0, 3, 50, len(expected) - 1):
        for word in (f"{n}", "councillor", "seoul"):
            asked = [Concept(word, (WeightedTerm(word, 1.0),))]
            assert library.engine.search(asked, 20) == exact.search(asked, 20)
    store.close()
    return len(expected)


def kill_often(folder, kills):
    """Kill a writer so many times, checking the library each time; return how many articles there were."""
    dice = random.Random(1)
    counts = []
    for n in range(kills):
        kill_once(folder, dice)
        counts.append(check(folder))
        assert n == 0 or counts[-1] >= counts[-2] or counts[-2] == ARTICLES
        if counts[-1] == ARTICLES:  # all are there: once more from the beginning
            shutil.rmtree(folder)
    return counts


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_library_whose_writer_is_killed_holds_whole_articles_and_can_be_searched(tmp_path):
    counts = kill_often(tmp_path / "library", 5)
    assert max(counts) > 0
    list(Shelf(tmp_path / "library", "tantivy").add_all((each, each.title) for each in articles()))
    assert check(tmp_path / "library") == ARTICLES


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(f"{kill_often(Path(folder, 'library'), int(sys.argv[1]))}\n")
