"""A library in a folder answers as one in memory does, whatever was added and removed before."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import Dialogue
from bot.models import Session
from index.errors import ReadingError
from index.library import Library, Shelf, seed_article
from index.models import Concept, WeightedTerm
from index.reading import read_text
from tests.property.texts import PAGES

WORDS = ["bridge", "counsil", "Osterby", "LY", "coût", "北京", "東京", "Ada Quill", "ABT", "repare", "mondy"]

STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "add", "remove"]), PAGES, st.integers(0, 3)), max_size=6
)


def article(text):
    try:
        return read_text(text, "page.txt")
    except ReadingError:
        return None


@settings(max_examples=15, deadline=None)
@given(
    STEPS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.sampled_from(["rank_bm25", "tantivy"])
)
def test_it_answers_alike_whatever_the_engine(steps, words, engine):
    question = "what about " + " ".join(words) + "?"
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder, "library"), engine)
        there = {"seed": seed_article()}
        opened = shelf.library()
        for step, text, source in steps:
            read = article(text)
            if step == "remove" and there:
                shelf.remove(there.pop(sorted(there)[source % len(there)]).id)
            elif read is not None and read.id not in {one.id for one in there.values()}:
                there.pop(str(source), None)
                there[str(source)] = read
                shelf.add(read, str(source))
        memory = Library.of(there.values())
        opened.refresh()
        for stored in (opened, shelf.library()):
            assert [entry.id for entry in stored.entries()] == [one.id for one in there.values()]
            assert stored.passages() == memory.passages()
            for concept in words:
                asked = [Concept(concept, (WeightedTerm(concept.casefold(), 1.0),))]
                assert stored.engine.name in {engine, "rank_bm25"}
                hits, expected = (each.search(asked, 9) for each in (stored, memory))
                assert hits == expected
            reply, same = (Dialogue(each).reply(Session(), question) for each in (stored, memory))
            assert (reply.text, reply.answer) == (same.text, same.answer)
