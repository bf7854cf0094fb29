"""The engine of large libraries: tantivy, on disk, memory-mapped, growing by what is added.

It indexes our own terms, and finds candidates, which are then scored by the formula of all engines
(`protocol`). Its index is derived: a note beside it says how much of the store it holds, and whoever opens it
brings it up to the store, or makes it anew where it is missing or damaged.

Its own BM25 has k1 1.2 and b .75. Two things bring its order close to ours: a boost for each term turns its
idf into ours, and a constant number of fillers in each passage flattens the differences in length to our b
(with m of them, b is .75 x mean / (mean + m)). Of 100 questions to 200,000 passages, the best 20 of 100 were
then the best 20 of 3,000 candidates for all; without the fillers for 69.
"""

import json
import math
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import tantivy

from index.engines.protocol import B, TermStore, idf, length_norm, term_score
from index.errors import LibraryError
from index.models import Concept, WeightedTerm

OVER_FETCH = 10
LEAST_FETCH = 100
"""Candidates for each passage that is asked for, and at least."""

MARGIN = 1.05
"""How much higher than tantivy's our score of a passage may be: .93 to 1.05 for a word that stands in it once
to three times, in passages of .3 to 2 times the mean length. Where candidates beyond the last could still be
among the best, more are fetched."""

_FORM = 1  # of the index; another is made anew
_HEAP = 128_000_000
"""Bytes of new postings before they are written to disk, as a segment of some 37,000 passages.

Every eight are merged into one, which costs about as much as indexing them: with half of it, 200,000 passages
are indexed for half as much again, and no less memory."""

_TANTIVY_B = 0.75
_TYPICAL_LENGTH = 80  # terms of a passage, where there is none yet
_FILLER = " ."
_NOTE = "note.json"
_MAX_REMEMBERED = 100_000
_ERRORS = (ValueError, OSError, RuntimeError)  # what tantivy's errors arrive as


@dataclass(frozen=True, slots=True)
class _Note:
    """How much of a store an index holds: the passages below a number, without those removed."""

    form: int
    edition: str
    fillers: int
    next_number: int = 0
    removal: int = 0
    passages: int = 0


class _Asked(NamedTuple):
    """A term that is asked for: its idf, the places of its concepts, and its weight in each."""

    idf: float
    places: list[tuple[int, float]]


FoundT = TypeVar("FoundT")


class TantivyEngine:
    """Ranks the passages of a store by an index of their terms."""

    name = "tantivy"

    def __init__(
        self, store: TermStore, folder: Path | None = None, mend: Callable[[], None] | None = None
    ) -> None:
        """Open the index in a folder as far as it was brought up, or make one in memory.

        `mend` makes the index anew; it is called once, where searching finds it damaged.

        Raises:
            LibraryError: there is none in the folder, or it is damaged.
        """
        self._store = store
        self._folder = folder
        self._mend = mend
        self._lock = threading.Lock()
        self._size = store.passage_count
        self._mean_length = store.term_count / self._size if self._size else 0.0
        self._frequencies: dict[str, int] = {}
        self._open()

    def _open(self) -> None:
        with _telling(self._folder):
            if self._folder is None:
                index = _registered(tantivy.Index(_schema()))
                _write(index, self._store, _new_note(self._store))
            else:
                index = _registered(tantivy.Index.open(str(self._folder)))
            self._schema = index.schema
            self._searcher = _searcher(index)
        self._has_deletions = self._folder is not None and _has_deletions(self._folder)

    def _found(self, find: Callable[[tantivy.Searcher], FoundT]) -> FoundT:
        """Return what is found, in an index made anew where the one there is turns out to be damaged."""
        searcher = self._searcher
        try:
            with _telling(self._folder):
                return find(searcher)
        except LibraryError:
            with self._lock:
                if searcher is self._searcher:  # no other thread has had it mended
                    if self._mend is None:
                        raise
                    mend, self._mend = self._mend, None
                    mend()
                    self._open()
        with _telling(self._folder):
            return find(self._searcher)

    def __contains__(self, term: str) -> bool:
        return self.frequency(term) > 0

    def frequency(self, term: str) -> int:
        """Return the number of passages that have the term."""
        found = self._frequencies.get(term)
        if found is None:
            found = self._found(lambda searcher: self._count(searcher, term))
            if len(self._frequencies) >= _MAX_REMEMBERED:
                self._frequencies.clear()
            self._frequencies[term] = found
        return found

    def _count(self, searcher: tantivy.Searcher, term: str) -> int:
        count = int(searcher.doc_freq("terms", term))
        if count and self._has_deletions:  # tantivy counts what is deleted until segments are merged
            count = len(searcher.search(self._term(term), count, count=False).hits)
        return count

    def idf(self, term: str) -> float:
        """Return log((N + 1) / df); for a term of no passage as if df were 1, and 0 without passages."""
        return idf(self._size, self.frequency(term))

    def score(self, passage: int, term: WeightedTerm) -> float:
        """Return weight x BM25 of a term in a passage, by its number; 0 if it is not there."""
        found = self._rescored(self._asked([Concept("", (term,))]), [passage])
        return found[0][1] if found else 0.0

    def search(
        self, concepts: Sequence[Concept], k: int, within: range | None = None, least: float = 0.0
    ) -> list[tuple[int, float]]:
        """Return up to `k` passages with their scores, best first; see `Engine`."""
        query = self._query(concepts, within)
        if query is None or k <= 0:
            return []
        asked = self._asked(concepts)
        limit, done = max(LEAST_FETCH, OVER_FETCH * k), 0
        best: list[tuple[int, float]] = []
        lowest = 0.0
        while True:
            scores, numbers = self._found(partial(_candidates, query=query, limit=limit))
            for at in range(done, len(scores), k):
                if MARGIN * scores[at] < (best[-1][1] if len(best) == k else lowest):
                    return best
                there = [int(n) for n in numbers[at : at + k] if n is not None]
                known = dict([*best, *self._rescored(asked, there)])
                best = sorted(known.items(), key=_order)[:k]
                lowest = least * best[0][1] if best else 0.0
                best = [found for found in best if found[1] >= lowest]
            if len(scores) < limit:
                return best
            done, limit = limit, 4 * limit

    def _query(self, concepts: Sequence[Concept], within: range | None) -> tantivy.Query | None:
        """Return the query that finds candidates; None if there are none."""
        weights: dict[str, float] = {}
        for concept in concepts:
            own: dict[str, float] = {}
            for t in concept.terms:
                own[t.term] = max(t.weight, own.get(t.term, 0.0))
            for term, weight in own.items():
                weights[term] = weights.get(term, 0.0) + weight
        # The sum over all terms, not the best of each concept's: it is never lower, so that no passage is
        # missed, and only where scores are added does tantivy skip what cannot be among the best (200,000
        # passages, questions of 65 terms: 2.7 ms against 12.7).
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(term), weight * self._boost(term)))
            for term, weight in weights.items()
            if weight > 0 and term in self
        ]
        if not parts or within == range(0):
            return None
        query = tantivy.Query.boolean_query(parts)
        if within is None:
            return query
        inside = tantivy.Query.const_score_query(_numbered(self._schema, within), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, inside)])

    def _boost(self, term: str) -> float:
        """Return what turns tantivy's idf of a term, Lucene's, into ours."""
        frequency = self.frequency(term)
        return self.idf(term) / math.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "terms", term, index_option="freq")

    def _asked(self, concepts: Sequence[Concept]) -> dict[str, _Asked]:
        """Return the terms of concepts with what is known of each."""
        asked: dict[str, _Asked] = {}
        for place, concept in enumerate(concepts):
            for t in concept.terms:
                if t.term not in asked:
                    asked[t.term] = _Asked(self.idf(t.term), [])
                asked[t.term].places.append((place, t.weight))
        return asked

    def _rescored(self, asked: dict[str, _Asked], numbers: Sequence[int]) -> list[tuple[int, float]]:
        """Return those of the passages that score above 0, by the formula of all engines."""
        found = []
        for number, terms in self._store.terms(numbers):
            all_terms = terms.split()
            best: dict[int, float] = {}
            counts: dict[str, int] = {}
            for term in filter(asked.__contains__, all_terms):
                counts[term] = counts.get(term, 0) + 1
            norm = length_norm(len(all_terms), self._mean_length)
            for term, count in counts.items():
                rarity, places = asked[term]
                score = term_score(rarity, count, norm)
                for place, weight in places:
                    best[place] = max(best.get(place, 0.0), weight * score)
            total = 0.0
            # In the order in which every engine adds, which decides the last digit.
            for place in sorted(best):
                total += best[place]
            if total > 0:
                found.append((number, total))
        return found


def _candidates(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int
) -> tuple[list[float], Sequence[float | None]]:
    """Return the scores and the numbers of the best passages by tantivy's own count."""
    hits = searcher.search(query, limit, count=False).hits
    numbers = searcher.fast_field_values("n", [address for _, address in hits])
    return [float(score) for score, _ in hits], numbers


def _order(found: tuple[int, float]) -> tuple[float, int]:
    """Return what passages are ordered by: the best first, then by their numbers."""
    return -found[1], found[0]


def is_up(folder: Path, store: TermStore) -> bool:
    """Say whether the index in a folder holds just what a store does."""
    note = _read_note(folder)
    return note is not None and note == _full_note(note, store)


def is_usable(folder: Path, store: TermStore) -> bool:
    """Say whether the index in a folder is of the store, though it may not hold all that was added since."""
    note = _read_note(folder)
    return note is not None and (note.form, note.edition) == (_FORM, store.edition)


def bring_up(folder: Path, store: TermStore, goes_on: Callable[[], bool] = lambda: False) -> None:
    """Bring the index in a folder to what a store holds; make it anew where it is missing or damaged.

    One process at a time. `goes_on` may wait until the store holds more, and say that still more is to come;
    when it says no, the store is not to change any more.

    Raises:
        LibraryError: the folder cannot be written.
    """
    with _telling(folder):
        note = _read_note(folder) if is_usable(folder, store) else None
        if note is not None:
            try:
                with _panic_as_error():
                    _bring_up(folder, _registered(tantivy.Index.open(str(folder))), store, note, goes_on)
            except _ERRORS:  # damaged; a folder that cannot be written tells again below
                note = None
        if note is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)  # whoever has the index open may put a lock file back
            index = _registered(tantivy.Index(_schema(), str(folder)))
            _bring_up(folder, index, store, _new_note(store), goes_on)


def _bring_up(
    folder: Path, index: tantivy.Index, store: TermStore, note: _Note, goes_on: Callable[[], bool]
) -> None:
    _write(index, store, note, goes_on)
    kept = json.dumps(asdict(_full_note(note, store)))
    part = folder / f"{_NOTE}.part"
    part.write_text(kept, encoding="ascii")
    part.replace(folder / _NOTE)
    if _searcher(index).num_docs != store.passage_count:
        raise ValueError(note)


def _searcher(index: tantivy.Index) -> tantivy.Searcher:
    """Return a searcher of an index as it is now; one that is damaged is refused as early as can be."""
    index.reload()
    searcher = index.searcher()
    searcher.doc_freq("terms", _FILLER.strip())
    return searcher


def _write(
    index: tantivy.Index, store: TermStore, note: _Note, goes_on: Callable[[], bool] = lambda: False
) -> None:
    """Write to an index what a store has beyond its note, as long as that goes on."""
    writer = index.writer(_HEAP, 1)
    try:
        # A process that was killed may have written passages that the note does not tell of.
        beyond = range(note.next_number, 2**63)
        writer.delete_documents_by_query(_numbered(index.schema, beyond))
        fillers = _FILLER * note.fillers
        first, removal, is_last = note.next_number, note.removal, False
        while not is_last:
            is_last = not goes_on()
            for known, numbers in store.removals(removal):
                removal = known
                if numbers:
                    writer.delete_documents_by_query(_numbered(index.schema, numbers))
            for number, terms in store.terms_from(first):
                passage = tantivy.Document()
                passage.add_unsigned("n", number)
                passage.add_text("terms", terms + fillers)
                writer.add_document(passage)
                first = number + 1
        writer.commit()
    finally:
        writer.wait_merging_threads()  # of a damaged index, which would write on while it is made anew


def _new_note(store: TermStore) -> _Note:
    """Return the note of an index that holds nothing yet of a store."""
    count = store.passage_count
    mean = store.term_count / count if count else _TYPICAL_LENGTH
    return _Note(_FORM, store.edition, round(mean * (_TANTIVY_B / B - 1)))


def _full_note(note: _Note, store: TermStore) -> _Note:
    """Return the note of an index that holds all of a store."""
    removal = max((number for number, _ in store.removals(note.removal)), default=note.removal)
    return _Note(_FORM, store.edition, note.fillers, store.next_number, removal, store.passage_count)


def _read_note(folder: Path) -> _Note | None:
    try:
        return _Note(**json.loads((folder / _NOTE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _has_deletions(folder: Path) -> bool:
    """Say whether passages were deleted from segments that still hold them."""
    meta = json.loads((folder / "meta.json").read_bytes())
    return any(segment["deletes"] for segment in meta["segments"])


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("n", fast=True)
    builder.add_text_field("terms", tokenizer_name="spaces", index_option="freq")
    return builder.build()


def _registered(index: tantivy.Index) -> tantivy.Index:
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("spaces", spaces)
    return index


def _numbered(schema: tantivy.Schema, numbers: range) -> tantivy.Query:
    """Return the query for passages by their numbers."""
    kind = tantivy.FieldType.Unsigned
    return tantivy.Query.range_query(schema, "n", kind, numbers.start, numbers.stop - 1)


@contextmanager
def _telling(folder: Path | None) -> Iterator[None]:
    """Turn tantivy's errors into one plain line."""
    try:
        with _panic_as_error():
            yield
    except OSError as error:
        problem = f"the index cannot be written ({error.strerror or error})."
        raise LibraryError(str(folder), problem) from error
    except _ERRORS as error:
        told = " ".join(str(error).split())
        problem = f"the index cannot be used ({told}); remove this folder, and it is made anew."
        raise LibraryError(str(folder), problem) from error


@contextmanager
def _panic_as_error() -> Iterator[None]:
    """Turn what a panic of tantivy's arrives as, which can be imported from nowhere, into an error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise RuntimeError(str(error)) from error


def distrust(folder: Path) -> None:
    """Have the index in a folder made anew when it is brought up next."""
    with _telling(folder):
        (folder / _NOTE).unlink(missing_ok=True)
