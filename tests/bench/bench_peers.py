"""What a search costs here and in other retrievers, over the same analysed words, in the same run.

Run as a script: `bench_peers.py [--passages 20000]`; without arguments 40 passages. Prints for each the
seconds to build, the median milliseconds of a search for the ten best, its ratio to our engine's, and the
share of its ten best that are those of exact BM25 (which differs where a peer rounds lengths or fixes the
parameters; its ties may be broken otherwise). The others come with `pip install -e ".[bench]"`; one that is
missing is left out. All are asked in turn, question by question, so that a busy machine slows all.

The others are left as they come, but for what makes them comparable: tokens parted at white space, k1 and b
as ours where they can be set, no stop words and no stemming, which the tokens have behind them.
"""

import argparse
import importlib.util
import sqlite3
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from tqdm import tqdm

from index.analyzer import analyzer
from index.engines.protocol import K1, B, Engine
from index.engines.rank_bm25 import RankBM25Engine
from index.models import Concept, WeightedTerm
from index.reading import read_text
from index.splitter import split_article
from tests.bench.corpora import Corpus

BEST = 10

Terms = list[str]
Search = Callable[[Terms], Sequence[int]]
"""The terms of a question to the numbers of the best passages, best first."""


class Peer(NamedTuple):
    """A retriever: the package it needs, and what makes a search of passages."""

    package: str
    build: Callable[[list[Terms]], Search]


class Passages:
    """The terms of passages, as an engine asks a store for them."""

    next_number = 0
    edition = "bench"

    def __init__(self, passages: list[Terms]) -> None:
        self._passages = [" ".join(terms) for terms in passages]
        self.passage_count = len(passages)
        self.term_count = sum(map(len, passages))

    def terms(self, numbers: Sequence[int]) -> list[tuple[int, str]]:
        return [(number, self._passages[number]) for number in numbers]

    def terms_from(self, first: int) -> Iterator[tuple[int, str]]:
        return islice(enumerate(self._passages), first, None)

    def removals(self, after: int) -> list[tuple[int, range]]:  # noqa: ARG002
        return []


def rank_bm25_engine(passages: list[Terms]) -> Search:
    """Return the search of our engine for small libraries."""
    return by_concepts(RankBM25Engine.over(Passages(passages)))


def tantivy_engine(passages: list[Terms]) -> Search:
    """Return the search of our engine for large libraries, in memory."""
    from index.engines.tantivy import TantivyEngine

    return by_concepts(TantivyEngine(Passages(passages)))


def by_concepts(engine: Engine) -> Search:
    """Return a search of one of our engines, a concept a term."""

    def search(terms: Terms) -> list[int]:
        concepts = [Concept(term, (WeightedTerm(term, 1.0),)) for term in terms]
        return [number for number, _ in engine.search(concepts, BEST)]

    return search


def rank_bm25(passages: list[Terms]) -> Search:
    """Return a search by the class itself."""
    import numpy as np
    from rank_bm25 import BM25Plus

    model = BM25Plus(passages, k1=K1, b=B, delta=0)
    return lambda terms: np.argsort(-model.get_scores(terms), kind="stable")[:BEST].tolist()


def tantivy(passages: list[Terms]) -> Search:
    """Return a search by tantivy in memory, with nothing of ours around it."""
    from tantivy import Document, Filter, Index, Occur, Query, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

    builder = SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="words", index_option="freq")
    builder.add_unsigned_field("number", fast=True)
    schema = builder.build()
    index = Index(schema)
    index.register_tokenizer(
        "words", TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.remove_long(255)).build()
    )
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for number, terms in enumerate(passages):
        document = Document()
        document.add_text("terms", " ".join(terms))
        document.add_unsigned("number", number)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(terms: Terms) -> list[int]:
        query = Query.boolean_query(
            [(Occur.Should, Query.term_query(schema, "terms", term, index_option="freq")) for term in terms]
        )
        addresses = [address for _, address in searcher.search(query, BEST, count=False).hits]
        return searcher.fast_field_values("number", addresses)

    return search


def fts5(passages: list[Terms]) -> Search:
    """Return a search by SQLite's FTS5, in memory."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE passages USING fts5(terms, content='')")
    rows = ((number, " ".join(terms)) for number, terms in enumerate(passages))
    database.executemany("INSERT INTO passages (rowid, terms) VALUES (?, ?)", rows)
    select = f"SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT {BEST}"

    def search(terms: Terms) -> list[int]:
        either = " OR ".join(f'"{term}"' for term in terms)
        return [number for (number,) in database.execute(select, [either])]

    return search


def bm25s(passages: list[Terms]) -> Search:
    """Return a search by bm25s with its numpy backend."""
    from bm25s import BM25

    model = BM25(k1=K1, b=B, backend="numpy")
    model.index(passages, show_progress=False)
    most = min(BEST, len(passages))

    def search(terms: Terms) -> list[int]:
        found = model.retrieve([terms], k=most, show_progress=False, backend_selection="numpy")
        return found.documents[0].tolist()

    return search


def langchain(passages: list[Terms]) -> Search:
    """Return a search by LangChain's BM25Retriever."""
    from langchain_community.retrievers import BM25Retriever

    retriever = BM25Retriever.from_texts(
        [" ".join(terms) for terms in passages],
        [{"number": number} for number in range(len(passages))],
        bm25_params={"k1": K1, "b": B},
        preprocess_func=str.split,
        k=BEST,
    )
    return lambda terms: [found.metadata["number"] for found in retriever.invoke(" ".join(terms))]


def haystack(passages: list[Terms]) -> Search:
    """Return a search by Haystack's InMemoryBM25Retriever, with the variant that ours is (BM25Plus)."""
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore(
        bm25_tokenization_regex=r"\S+",
        bm25_algorithm="BM25Plus",
        bm25_parameters={"k1": K1, "b": B, "delta": 0},
    )
    store.write_documents(
        [Document(id=str(number), content=" ".join(terms)) for number, terms in enumerate(passages)]
    )
    retriever = InMemoryBM25Retriever(store, top_k=BEST)
    return lambda terms: [int(found.id) for found in retriever.run(" ".join(terms))["documents"]]


def llama_index(passages: list[Terms]) -> Search:
    """Return a search by LlamaIndex's BM25Retriever."""
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    retriever = BM25Retriever(
        nodes=[TextNode(id_=str(number), text=" ".join(terms)) for number, terms in enumerate(passages)],
        similarity_top_k=min(BEST, len(passages)),
        token_pattern=r"\S+",
        skip_stemming=True,
    )
    return lambda terms: [int(found.node.id_) for found in retriever.retrieve(" ".join(terms))]


OURS = "Footnote, tantivy engine"

PEERS = {
    OURS: Peer("tantivy", tantivy_engine),
    "Footnote, rank-bm25 engine": Peer("rank_bm25", rank_bm25_engine),
    "tantivy, bare": Peer("tantivy", tantivy),
    "rank_bm25.BM25Plus": Peer("rank_bm25", rank_bm25),
    "SQLite FTS5": Peer("sqlite3", fts5),
    "bm25s (numpy)": Peer("bm25s", bm25s),
    "LlamaIndex BM25Retriever": Peer("llama_index", llama_index),
    "LangChain BM25Retriever": Peer("langchain_community", langchain),
    "Haystack InMemory BM25": Peer("haystack", haystack),
}


def analysed(corpus: Corpus) -> list[Terms]:
    """Return the terms of every passage of a corpus, without pairs, which none of the others knows."""
    return [
        [term for token in analyzer("en").tokens(passage.text) for term in token.terms]
        for page in corpus.pages(show=True)
        for passage in split_article(read_text(page.text, page.source))
    ]


def measure(searches: dict[str, Search], asked: list[Terms]) -> dict[str, tuple[float, float]]:
    """Return the median milliseconds of each search, and the share of its hits that are also `OURS`."""
    took: dict[str, list[float]] = {name: [] for name in searches}
    shared: dict[str, list[float]] = {name: [] for name in searches}
    for search in searches.values():
        search(asked[0])
    for terms in tqdm(asked, unit=" questions", disable=None):
        found = {}
        for name, search in searches.items():
            started = time.perf_counter()
            found[name] = list(search(terms))
            took[name].append((time.perf_counter() - started) * 1000)
        exact = set(found[OURS])
        for name, hits in found.items():
            shared[name].append(len(exact.intersection(hits[: len(exact)])) / max(1, len(exact)))
    return {name: (statistics.median(took[name]), statistics.mean(shared[name])) for name in searches}


def main() -> None:
    """Build every retriever that is there, ask them all, print the table."""
    parser = argparse.ArgumentParser(description="search here against other retrievers")
    parser.add_argument("--passages", type=int, default=40)
    parser.add_argument("--questions", type=int, default=50)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # the others' deprecations
    corpus = Corpus(arguments.passages)
    passages = analysed(corpus)
    analyse = analyzer("en")
    asked = [
        list(dict.fromkeys(term for token in analyse.tokens(question.text) for term in token.terms))
        for question in corpus.questions(arguments.questions)
    ]
    searches, build_s = {}, {}
    for name, peer in PEERS.items():
        if importlib.util.find_spec(peer.package) is None:
            print(f"{name}: not installed")
            continue
        started = time.perf_counter()
        searches[name] = peer.build(passages)
        build_s[name] = time.perf_counter() - started
    figures = measure(searches, asked)
    our_ms = figures[OURS][0]
    print(f"{len(passages)} passages, {len(asked)} questions\n")
    print("| retriever | build, s | search, ms | × ours | same hits |\n|---|---|---|---|---|")
    for name, (ms, share) in figures.items():
        print(f"| {name} | {build_s[name]:.1f} | {ms:.2f} | {ms / our_ms:.1f} | {share:.0%} |")


if __name__ == "__main__":
    main()
