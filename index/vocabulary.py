"""Other words for a word: aliases, spellings, and related words that the articles have.

The world's aliases come from `data/aliases.json`; acronyms beside their expansions are learnt from the
articles. Related words come from two tables about the English language in `data/english/`: WordNet's
synonyms and derivations, and the nearness of word vectors.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from index.analyzer import PAIR, analyzer, stop_words
from index.meaning import Vector, rows, unit_vectors
from index.models import WeightedTerm
from index.tables import data_file, table

METONYM_WEIGHT = 0.8
"""A capital for its government: nearly, but not quite, the same."""

NEAR_WEIGHT = 0.4
"""The most that a word of near meaning counts; .6 does a little more for paraphrases, less for others."""

NEAR_COSINE = 0.25
NEAR_WORDS = 8

_MIN_VARIANT = 5
_MAX_ACRONYM = 6
_MAX_EXPANSION = 200  # characters
_ACRONYM = re.compile(r"\(([A-Z]{2,8})s?\)")
_DOUBLED = re.compile(r"(.)\1+")
_FORMAL = frozenset({"republic", "kingdom", "federation", "commonwealth", "sultanate", "emirate", "region"})
_VOWELS = re.compile("[aeiouyw]+")


class Word(NamedTuple):
    """A word of the articles: its term, how it is printed where it first stands, and whether it is a name."""

    term: str
    printed: str

    @property
    def is_name(self) -> bool:
        """Say whether it is printed with a capital."""
        return self.printed[:1].isupper()


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
    """What words the articles have, and which of them could stand for a word that they do not have.

    `words` are theirs, by how they read in lower case; `frequency` gives the number of passages that have a
    term; `texts` are searched for acronyms.
    """

    def __init__(
        self, words: Mapping[str, Word], frequency: Callable[[str], int], texts: Iterable[str]
    ) -> None:
        self._words = words
        self._frequency = frequency
        self._texts = texts
        self._related: dict[str, list[WeightedTerm]] = {}

    def alias(self, stems: tuple[str, ...]) -> Alias | None:
        """Return the alias that the stems are; None if they are none."""
        group = self._learnt.get(stems) or _world_aliases().get(stems)
        if group is None:
            return None
        own = _term(stems)
        others = tuple(t for t in group.terms if t.term != own and self.has(t.term))
        used = (name for name, t in zip(group.names, group.terms, strict=True) if self.has(t.term))
        read_as = None if self.has(own) else next(used, None)
        return Alias((WeightedTerm(own, 1.0), *others), read_as, group.names[0][0].isupper())

    def is_name(self, word: str) -> bool:
        """Say whether the articles print a word with a capital where they first have it."""
        return word in self._words and self._words[word].is_name

    def variants(self, word: str) -> list[str]:
        """Return the terms of other names with the consonants of one that the articles have ("Seok", "Suk").

        Only for names of five letters or more: short ones have too few consonants to tell.
        """
        own = self._words.get(word)
        if own is None or not own.is_name or len(word) < _MIN_VARIANT:
            return []
        bones = _bones(word)
        return [
            w.term
            for c, w in self._words.items()
            if c != word and w.is_name and c[0] == word[0] and _bones(c) == bones
        ]

    def spelt_out(self, letters: str) -> str | None:
        """Return capitalised words of the articles, in a row, whose initials are these letters, if any."""
        if not 2 < len(letters) <= _MAX_ACRONYM or not letters.isalpha():
            return None
        words = [rf"{letter.upper()}[\w’'-]+" for letter in letters]
        pattern = re.compile(r"\b" + r"\s+(?:(?:of|and|for|the|on)\s+)*".join(words))
        return next((match.group() for text in self._texts if (match := pattern.search(text))), None)

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

            found = extract(word, self._spellings, scorer=OSA.distance, score_cutoff=most, limit=None)
            near = [(distance, candidate) for candidate, distance, _ in found if candidate[0] in word[:2]]
            least = min(near, default=(0, ""))[0]
            candidates = [candidate for distance, candidate in near if distance == least]
        bones = _bones(word)
        if not candidates and len(word) > 2 and bones and not is_english(word):
            candidates = [
                c for c, w in self._words.items() if w.is_name and c[0] == word[0] and _bones(c) == bones
            ]
        if not candidates:
            return None
        return self._words[
            max(candidates, key=lambda c: (_drops_letters(word, c), self._frequency(self._words[c].term), c))
        ]

    def related(self, term: str) -> list[WeightedTerm]:
        """Return terms of the articles of near meaning to one, with weights below .7; best first."""
        found = self._related.get(term)
        if found is None:
            found = self._related[term] = self._look_up_related(term)
        return found

    def _look_up_related(self, term: str) -> list[WeightedTerm]:
        weights = {other: weight for other, weight in _synonyms(term) if self.has(other)}
        row = rows().get(term)
        if row is not None and self._near_terms:
            cosines = self._near_vectors @ unit_vectors(np.array([row]))[0]
            near = np.flatnonzero(cosines > NEAR_COSINE)
            for at in near[np.argsort(-cosines[near], kind="stable")][: NEAR_WORDS + 1]:
                other, cosine = self._near_terms[at], float(cosines[at])
                if other != term:
                    share = (cosine - NEAR_COSINE) / (1 - NEAR_COSINE)
                    weights[other] = max(weights.get(other, 0.0), NEAR_WEIGHT * min(1.0, 0.3 + share))
        ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        return [WeightedTerm(other, weight) for other, weight in ordered]

    @cached_property
    def _learnt(self) -> dict[tuple[str, ...], _Group]:
        """Return acronyms beside their expansion, "free trade agreement (FTA)"."""
        found: dict[tuple[str, ...], _Group] = {}
        for text in self._texts:
            for match in _ACRONYM.finditer(text):
                before = text[max(0, match.start() - _MAX_EXPANSION) : match.start()]
                expansion = _expansion(before.split()[-10:], match[1])
                if expansion:
                    found.update(_group([expansion, match[1]]))
        return found

    @cached_property
    def _spellings(self) -> list[str]:
        return list(self._words)

    @cached_property
    def _near_terms(self) -> list[str]:
        return [term for term in rows() if self.has(term)]

    @cached_property
    def _near_vectors(self) -> Vector:
        return unit_vectors(np.array([rows()[term] for term in self._near_terms]))


def is_english(word: str) -> bool:
    """Say whether a word in lower case is in the tables of the English language."""
    stem = analyzer("en").stem(word)
    return stem in rows() or bool(_synonyms(stem))


def _drops_letters(typed: str, word: str) -> bool:
    """Say whether what was typed is the word with letters left out, the commonest slip on a phone."""
    rest = iter(word)
    return all(letter in rest for letter in typed)


def _bones(word: str) -> str:
    """Return the consonants of a word, its joints and doubled letters left out."""
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", word.replace("-", "")))


def _most_edits(word: str) -> int:
    """Return how many edits may part a word from the one that is meant: more for longer, less for real words.

    Distances mislead on short names (Yoon and Noon are one apart), so none below four letters.
    """
    allowed = 0 if len(word) < 4 else 1 if len(word) < 7 else 2 if len(word) < 10 else 3
    return min(allowed, 1 if len(word) > 4 else 0) if is_english(word) else allowed


def _expansion(words: Sequence[str], acronym: str) -> str | None:
    """Return the shortest run of last words whose initials hold the acronym's letters in order."""
    for count in range(len(acronym), len(words) + 1):
        initials = "".join(part[0] for word in words[-count:] for part in word.split("-") if part).upper()
        rest = iter(initials)
        if initials[:1] == acronym[0] and all(letter in rest for letter in acronym):
            return " ".join(words[-count:])
    return None


def _stems(name: str) -> tuple[str, ...]:
    analyse = analyzer("en")
    plain = name.rstrip("*").lower()
    if plain.replace(" ", "").isalpha():  # most are, and at every start there are hundreds
        return tuple(analyse.stem(word) for word in plain.split() if word not in stop_words("en"))
    return tuple(token.terms[0] for token in analyse.tokens(plain))


def _term(stems: tuple[str, ...]) -> str:
    """Return the term that finds a name: its word, or the pair that its first two words make.

    The first two tell more than the last: half of all states are a Republic of something.
    """
    return PAIR.join(stems[:2])


def _group(names: Sequence[str]) -> dict[tuple[str, ...], _Group]:
    """Return a group of names under the stems of each."""
    keys = {name.rstrip("*"): stems for name in names if (stems := _stems(name))}
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
    text = _synonym_lines()
    at = text.find(f"\n{term} ")
    if at < 0:
        return []
    _, *others = text[at + 1 : text.index("\n", at + 1)].split()
    return [(other, int(weight) / 100) for other, _, weight in (o.partition(":") for o in others)]


@cache
def _synonym_lines() -> str:
    return "\n" + data_file("english", "synonyms.txt").read_text(encoding="ascii")
