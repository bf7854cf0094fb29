from contextlib import closing

from index.beside import IndexerBeside
from index.indexing import index_article
from index.library import Shelf
from index.reading import read_text


def article(n: int):
    return read_text(
        f"Report {n}\n\nCouncillor Quill rose and said that bridge {n} of Osterby is old.", "page"
    )


def test_articles_come_back_in_order_indexed_as_they_would_be_here() -> None:
    articles = [article(n) for n in range(3)]
    with closing(IndexerBeside()) as indexer:
        for batch in (articles[:2], [], articles[2:]):
            indexer.send(batch)
            assert indexer.receive() == [index_article(each) for each in batch]


def test_from_a_process_that_has_died_nothing_comes_back() -> None:
    with closing(IndexerBeside()) as indexer:
        indexer._process.kill()
        indexer._process.join()
        indexer.send([article(1)])
        assert indexer.receive() == []


def test_many_batches_make_the_library_that_one_makes(tmp_path) -> None:
    items = [(article(n % 8), f"{n % 3}") for n in range(24)]
    outcomes = []
    for batch in (1, 200, 100_000):
        shelf = Shelf(tmp_path / str(batch), "tantivy", batch=batch)
        outcomes.append(list(shelf.add_all(items)))
        library = shelf.library()
        found = [(entry.id, entry.source, library.passages(entry.id)) for entry in library.entries()]
        outcomes.append([*found, library.engine.frequency("osterbi")])
    assert outcomes[:2] == outcomes[2:4] == outcomes[4:]
