"""Other words for a word: aliases, spellings, and related words that the articles have.

The world's aliases come from `data/aliases.json`; acronyms beside their expansions are learnt from the
articles. Related words come from two tables about the English language in `data/english/`: WordNet's
synonyms and derivations, and the nearness of word vectors.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from index.analyzer import PAIR, analyzer
from index.indexing import MAX_INITIALS, MIN_INITIALS, Word, bones, name_stems
from index.meaning import nearest, rows
from index.models import WeightedTerm
from index.store import Store
from index.tables import data_file, table

METONYM_WEIGHT = 0.8
"""A capital for its government: nearly, but not quite, the same."""

NEAR_WEIGHT = 0.4
"""The most that a word of near meaning counts; .6 does a little more for paraphrases, less for others."""

NEAR_COSINE = 0.35
NEAR_WORDS = 8

_MIN_VARIANT = 5
_MAX_REMEMBERED = 10_000
_FORMAL = frozenset({"republic", "kingdom", "federation", "commonwealth", "sultanate", "emirate", "region"})


class Alias(NamedTuple):
    """The terms of every name of what was named, the asked one first.

    `read_as` is the name that the articles use where they do not use the asked one; `is_name` says that it
    names one thing ("Japan"), not a kind ("prime minister").
    """

    terms: tuple[WeightedTerm, ...]
    read_as: str | None
    is_name: bool


class _Group(NamedTuple):
    terms: tuple[WeightedTerm, ...]
    names: tuple[str, ...]


_NO_GROUP = _Group((), ())


class Vocabulary:
    """What words the articles of a store have, and which could stand for a word that they do not have.

    `frequency` gives the number of passages that have a term. What is looked up is remembered.
    """

    def __init__(self, store: Store, frequency: Callable[[str], int]) -> None:
        self._store = store
        self._frequency = frequency
        self._word = lru_cache(_MAX_REMEMBERED)(store.word)
        self._words_of = lru_cache(_MAX_REMEMBERED)(store.words_of)  # a text each: 2 MB of 200,000 passages
        self._related = lru_cache(_MAX_REMEMBERED)(self._look_up_related)
        self._learnt = lru_cache(_MAX_REMEMBERED)(self._look_up_learnt)

    def alias(self, stems: tuple[str, ...]) -> Alias | None:
        """Return the alias that the stems are; None if they are none."""
        group = self._learnt(stems) or _world_aliases().get(stems)
        if group is None:
            return None
        own = _term(stems)
        others = tuple(t for t in group.terms if t.term != own and self.has(t.term))
        used = (name for name, t in zip(group.names, group.terms, strict=True) if self.has(t.term))
        read_as = None if self.has(own) else next(used, None)
        return Alias((WeightedTerm(own, 1.0), *others), read_as, group.names[0][0].isupper())

    def is_name(self, word: str) -> bool:
        """Say whether most articles print a word with a capital where they first have it."""
        found = self._word(word)
        return found is not None and found.is_name

    def variants(self, word: str) -> list[str]:
        """Return the terms of other names with the consonants of one that the articles have ("Seok", "Suk").

        Only for names of five letters or more: short ones have too few consonants to tell.
        """
        if len(word) < _MIN_VARIANT or not self.is_name(word):
            return []
        others = (self._word(other) for other in self._names_like(word) if other != word)
        return [other.term for other in others if other is not None]

    def spelt_out(self, letters: str) -> str | None:
        """Return capitalised words of the articles, in a row, whose initials are these letters, if any."""
        if not MIN_INITIALS <= len(letters) <= MAX_INITIALS or not letters.isalpha():
            return None
        return self._store.spelt_out(letters.upper())

    def has(self, term: str) -> bool:
        """Say whether any passage has a term."""
        return self._frequency(term) > 0

    def respelt(self, word: str) -> Word | None:
        """Return the word of the articles that a word which they do not have may be meant for, if any.

        The nearest by edits and swaps, within what its length allows; failing that, a name with the same
        consonants ("Yun", "Yoon"). Among equals one of which letters were left out, then the most frequent.
        """
        candidates: list[str] = []
        most = _most_edits(word)
        if most:
            from rapidfuzz.distance import OSA
            from rapidfuzz.process import extract

            lengths = range(len(word) - most, len(word) + most + 1)
            words = (self._words_of(letter, length) for letter in set(word[:2]) for length in lengths)
            spellings = [other for some in words for other in some.split()]
            found = extract(word, spellings, scorer=OSA.distance, score_cutoff=most, limit=None)
            least = min((distance for _, distance, _ in found), default=0)
            candidates = [candidate for candidate, distance, _ in found if distance == least]
        if not candidates and len(word) > 2 and not is_english(word):
            candidates = self._names_like(word)
        read = {candidate: meant for candidate in candidates if (meant := self._word(candidate))}
        best = max(
            read, key=lambda c: (_drops_letters(word, c), self._frequency(read[c].term), c), default=None
        )
        return None if best is None else read[best]

    def related(self, term: str) -> list[WeightedTerm]:
        """Return terms of the articles of near meaning to one, with weights below .7; best first."""
        return self._related(term)

    def _look_up_related(self, term: str) -> list[WeightedTerm]:
        weights = {other: weight for other, weight in _synonyms(term) if self.has(other)}
        found = 0
        for other, cosine in nearest(term, NEAR_COSINE):
            if found > NEAR_WORDS:
                break
            if self.has(other):
                found += 1
                share = (cosine - NEAR_COSINE) / (1 - NEAR_COSINE)
                if other != term:
                    weights[other] = max(weights.get(other, 0.0), NEAR_WEIGHT * min(1.0, 0.3 + share))
        ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        return [WeightedTerm(other, weight) for other, weight in ordered]

    def _names_like(self, word: str) -> list[str]:
        """Return the names with the first letter and the consonants of a word, in the alphabet's order."""
        consonants = bones(word)
        if not consonants:
            return []
        names = self._store.names_with_bones(consonants)
        return sorted(name for name in names if name[0] == word[0] and self.is_name(name))

    def _look_up_learnt(self, stems: tuple[str, ...]) -> _Group | None:
        """Return the group of an acronym that stands beside its expansion, "free trade agreement (FTA)"."""
        names = self._store.acronym(stems)
        return None if names is None else _group(names).get(stems)


def is_english(word: str) -> bool:
    """Say whether a word in lower case is in the tables of the English language."""
    stem = analyzer("en").stem(word)
    return stem in rows() or bool(_synonyms(stem))


def _drops_letters(typed: str, word: str) -> bool:
    """Say whether what was typed is the word with letters left out, the commonest slip on a phone."""
    rest = iter(word)
    return all(letter in rest for letter in typed)


def _most_edits(word: str) -> int:
    """Return how many edits may part a word from the one that is meant: more for longer, less for real words.

    Distances mislead on short names (Yoon and Noon are one apart), so none below four letters.
    """
    allowed = 0 if len(word) < 4 else 1 if len(word) < 7 else 2 if len(word) < 10 else 3
    return min(allowed, 1 if len(word) > 4 else 0) if is_english(word) else allowed


def _term(stems: tuple[str, ...]) -> str:
    """Return the term that finds a name: its word, or the pair that its first two words make.

    The first two tell more than the last: half of all states are a Republic of something.
    """
    return PAIR.join(stems[:2])


def _group(names: Sequence[str]) -> dict[tuple[str, ...], _Group]:
    """Return a group of names under the stems of each."""
    keys = {name.rstrip("*"): stems for name in names if (stems := name_stems(name))}
    weights: dict[str, tuple[float, str]] = {}
    for name in names:
        plain = name.rstrip("*")
        if plain in keys and not _is_formal(plain):
            weights.setdefault(_term(keys[plain]), (1.0 if name == plain else METONYM_WEIGHT, plain))
    group = _Group(
        tuple(WeightedTerm(term, weight) for term, (weight, _) in weights.items()),
        tuple(name for _, name in weights.values()),
    )
    return dict.fromkeys(keys.values(), group)


def _is_formal(name: str) -> bool:
    """Say whether a name is a state's full one: it is understood, but two words of it find others too."""
    return len(name.split()) > 2 and not _FORMAL.isdisjoint(name.casefold().split())


@cache
def _world_aliases() -> dict[tuple[str, ...], _Group]:
    """Return the groups of the world's names; a term that would find two of them finds none."""
    groups = [_group(names) for names in table("aliases")["groups"]]
    uses = Counter(t.term for group in groups for t in next(iter(group.values()), _NO_GROUP).terms)
    found: dict[tuple[str, ...], _Group] = {}
    for keys in groups:
        for key, group in keys.items():
            own = [(t, name) for t, name in zip(*group, strict=True) if uses[t.term] == 1]
            found.setdefault(key, _Group(tuple(t for t, _ in own), tuple(name for _, name in own)))
    return {key: group for key, group in found.items() if group.terms}


def _synonyms(term: str) -> list[tuple[str, float]]:
    """Return the synonyms of a term with their weights, from lines such as "ask enquir:31 request:30"."""
    lines = _synonym_lines()
    at = bisect_left(lines, f"{term} ")
    if at == len(lines) or not lines[at].startswith(f"{term} "):
        return []
    _, *others = lines[at].split()
    return [(other, int(weight) / 100) for other, _, weight in (o.partition(":") for o in others)]


@cache
def _synonym_lines() -> list[str]:
    return sorted(data_file("english", "synonyms.txt").read_text(encoding="ascii").splitlines())
