"""Other words for a word: aliases, spellings, and related words that the articles have.

The world's aliases come from `data/aliases.json`; acronyms beside their expansions are learnt from the
articles. Related words come from two tables about the English language in `data/english/`: WordNet's
synonyms and derivations, and the nearness of word vectors.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from index.analyzer import PAIR, analyzer
from index.indexing import MAX_INITIALS, MIN_INITIALS, Word, bones, name_stems, romanised
from index.meaning import nearest, rows
from index.models import WeightedTerm
from index.store import Store
from index.tables import english_line, english_words, table

METONYM_WEIGHT = 0.8
"""A capital for its government, a country for its continent: nearly, but not quite, the same."""

NEAR_WEIGHT = 0.4
"""The most that a word of near meaning counts; .6 does a little more for paraphrases, less for others."""

NEAR_COSINE = 0.35
NEAR_WORDS = 8

_MIN_VARIANT = 5
_MIN_MISSPELT, _LONG_STEM = 4, 7
_MAX_WITHIN = 3  # names that a region is said to be read as
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
        own = _term(stems)
        group = self._learnt(stems) or _world_alias(stems)
        used = self._used(group, own)
        names = [name for _, name in used[:1]]
        if not used and not self.has(own):
            within = _world_within(stems)
            group, used = group or within, self._used(within, own)
            names = list(dict.fromkeys(name for _, name in used))[:_MAX_WITHIN]
        if group is None:
            return None
        read_as = None if self.has(own) else ", ".join(names) or None
        # Seoul for South Korea is as near as South Korea for Seoul.
        most = next((t.weight for t in group.terms if t.term == own), 1.0)
        terms = (WeightedTerm(own, 1.0), *(WeightedTerm(t.term, min(t.weight, most)) for t, _ in used))
        return Alias(terms, read_as, group.names[0][0].isupper())

    def _used(self, group: _Group | None, own: str) -> list[tuple[WeightedTerm, str]]:
        """Return the terms of a group that the articles have, but for the asked one, with their names."""
        named = zip(*group, strict=True) if group else ()
        return [(t, name) for t, name in named if t.term != own and self.has(t.term)]

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
        """Return capitalised words of the articles, in a row, whose initials are these letters, if any.

        Letters in capitals may leave out one of them, as many acronyms do ("KIEP", Korea Institute for
        International Economic Policy).
        """
        if not MIN_INITIALS <= len(letters) <= MAX_INITIALS or not letters.isalpha():
            return None
        found = self._store.spelt_out(letters.upper())
        if found is None and letters.isupper():
            longer = [f"{letters[:n]}_{letters[n:]}" for n in range(1, len(letters))]
            found = next((phrase for like in longer if (phrase := self._store.spelt_out(like))), None)
        return found

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
        """Return the names with the first sound and the consonants of a word, in the alphabet's order."""
        consonants = bones(word)
        if not consonants:
            return []
        names = self._store.names_with_bones(consonants)
        if len(consonants) == 1:  # it tells little: "Yun" may be Yoon, but "Lula" is not Li
            names = [name for name in names if abs(len(name) - len(word)) <= 1]
        first = romanised(word)[0]
        return sorted(name for name in names if romanised(name)[0] == first and self.is_name(name))

    def _look_up_learnt(self, stems: tuple[str, ...]) -> _Group | None:
        """Return the group of an acronym that stands beside its expansion, "free trade agreement (FTA)"."""
        names = self._store.acronym(stems)
        if names is None:
            return None
        keys, group = _group(names)
        return group if stems in keys else None


def is_english(word: str) -> bool:
    """Say whether a word in lower case is in the tables of the English language."""
    stem = analyzer("en").stem(word)
    return stem in rows() or bool(_synonyms(stem))


@lru_cache(_MAX_REMEMBERED)
def meant_in_english(word: str) -> str | None:
    """Return the term of the English word that a misspelt one may be meant for: of the nearest the commonest.

    Their stems have the same consonants and the same last letter, and one edit parts them, two if they are
    long. None for words of three letters, where all are near.
    """
    if len(word) < _MIN_MISSPELT:
        return None
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    stem = analyzer("en").stem(word)
    most = 1 if len(stem) < _LONG_STEM else 2
    found = extract(stem, rows().keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
    alike = (
        (distance, row, other)
        for other, distance, row in found
        if bones(other) == bones(stem) and other[-1] == stem[-1]
    )
    return min(alike, default=(0, 0, None))[2]


def famous_names() -> frozenset[str]:
    """Return surnames in lower case that the news of any country may have, and that are hardly other words.

    Who asks in lower case whether "putin" came asks for somebody, not for a misspelt word.
    """
    return english_words("names")


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


def _stems(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the stems of those of several names that have any."""
    return {name.rstrip("*"): stems for name in names if (stems := name_stems(name))}


def _group(names: Sequence[str]) -> tuple[set[tuple[str, ...]], _Group]:
    """Return the stems of each of several names of one thing, and their group."""
    keys = _stems(names)
    weights: dict[str, tuple[float, str]] = {}
    for name in names:
        plain = name.rstrip("*")
        if plain in keys and not _is_formal(plain):
            weights.setdefault(_term(keys[plain]), (1.0 if name == plain else METONYM_WEIGHT, plain))
    group = _Group(
        tuple(WeightedTerm(term, weight) for term, (weight, _) in weights.items()),
        tuple(name for _, name in weights.values()),
    )
    return set(keys.values()), group


def _is_formal(name: str) -> bool:
    """Say whether a name is a state's full one: it is understood, but two words of it find others too."""
    return len(name.split()) > 2 and not _FORMAL.isdisjoint(name.casefold().split())


class _World(NamedTuple):
    """The world's names in stems: those of one thing by each of them, and how many things a term finds."""

    names: dict[tuple[str, ...], Sequence[str]]
    finds: Counter[str]


@cache
def _world() -> _World:
    """Return the world's names; groups are made of those that are asked for."""
    names: dict[tuple[str, ...], Sequence[str]] = {}
    finds: Counter[str] = Counter()
    for group in table("aliases")["groups"]:
        stems = _stems(group)
        finds.update({_term(own) for name, own in stems.items() if not _is_formal(name)})
        for own in stems.values():
            names.setdefault(own, group)
    return _World(names, finds)


@lru_cache(_MAX_REMEMBERED)
def _world_alias(stems: tuple[str, ...]) -> _Group | None:
    """Return the group of a name of the world; a term that would find two things finds none."""
    names = _world().names.get(stems)
    if names is None:
        return None
    _, group = _group(names)
    own = [(t, name) for t, name in zip(*group, strict=True) if _world().finds[t.term] == 1]
    return _Group(tuple(t for t, _ in own), tuple(name for _, name in own)) if own else None


def is_of_the_world(stems: tuple[str, ...]) -> bool:
    """Say whether stems are a name of a country or of a body of many, of its people or its capital."""
    names = _world().names.get(stems)
    return names is not None and names[0][0].isupper()


@cache
def _regions() -> dict[tuple[str, ...], Sequence[str]]:
    """Return the names of what lies within the world's regions, by the stems of each name of a region."""
    return {name_stems(name): within for names, within in table("aliases")["within"] for name in names}


@lru_cache(_MAX_REMEMBERED)
def _world_within(stems: tuple[str, ...]) -> _Group | None:
    """Return what lies within a region of the world."""
    within = _regions().get(stems)
    if within is None:
        return None
    places = [(name, _world_alias(own), own) for name in within if (own := name_stems(name))]
    terms = {
        t.term: name
        for name, group, own in places
        for t in (group.terms if group else [WeightedTerm(_term(own), 1.0)])
    }
    return _Group(tuple(WeightedTerm(term, METONYM_WEIGHT) for term in terms), tuple(terms.values()))


def _synonyms(term: str) -> list[tuple[str, float]]:
    """Return the synonyms of a term with their weights, from lines such as "ask enquir:31 request:30"."""
    others = english_line("synonyms", f"{term} ").split()
    return [(other, int(weight) / 100) for other, _, weight in (o.partition(":") for o in others)]
