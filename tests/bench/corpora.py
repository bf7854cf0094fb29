"""Pages and questions for the benchmarks at scale, made from a seed: the same seed gives the same pages.

No article is needed from outside. What makes retrieval cheap or dear is how often words occur, so the pages
follow what is known of English text:

- Frequencies: the double power law of Gerlach & Altmann 2013 ("Stochastic model for the vocabulary growth in
  natural languages", Physical Review X 3): the r-th word occurs as 1/r up to rank 7,873, as 1/r^1.77 beyond,
  fitted by them on Google's n-grams; with a Mandelbrot shift of .3, so that "the" is 6 % of all words. New
  words never end: the vocabulary grows by Heaps' law with an exponent of 1/1.77 = .56 in the limit, and more
  before: 113,000 words have 14,900 (encyclopaedia passages: 15,200), with an exponent of .69 (.66).
- Burstiness: a content word is, with a chance each, one of its article's own, one of its topic's, a name of
  the article, or any word. What an article's own words and names and a topic's words are is drawn by the same
  law, so that the law holds for the whole, while articles differ.
- Lengths: sentences are log-normal (Williams 1940) around 19 words with sigma .45; a paragraph has 1 and a
  Poisson number of 2.8 more sentences, 71 words on average, between news (45) and an encyclopaedia (120); an
  article has 25 to 40 paragraphs.
- Questions have 7 content words. As in 3,600 real ones, 78 % of them stand in the passage that is asked
  about, the others are any, and 40 % of the pairs of neighbours are neighbours there.

The commonest words are English function words; the next are the 17,222 stems of `data/english`, each followed
by an inflected form, so that synonyms and word vectors find work; the rest, and all names, are made of
syllables. The order of the words is chance: there is no grammar, and nothing to read. Of the pairs of
neighbouring content words, which are indexed too, .94 of the first 65,000 are new (.87 in encyclopaedia
passages), so that our index is rather larger here than it would be.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index.meaning import rows

BREAK = 7_873
TAIL_EXPONENT = 1.77
SHIFT = 0.3

SENTENCE_MEDIAN = 19
SENTENCE_SIGMA = 0.45
MORE_SENTENCES = 2.8
PARAGRAPHS = (25, 40)
MOST_SENTENCES = 6  # so that a paragraph stays one passage

OWN, TOPIC, NAME = 0.25, 0.2, 0.12
"""The chances of a content word to be of its article, of its topic, a name; otherwise it is any."""

TOPICS = 1_000

NUMBER = 0.012
COMMA = 0.06
CAPITALISED = 0.6
"""The share of made-up words that are names: most rare words of real articles are."""

QUESTION_TERMS = 7
FROM_PASSAGE = 0.78
NEIGHBOUR = 0.65
"""The chance that the next word of a question is the next of the passage, and not one of the three behind."""

Kind = Literal["plain", "followup", "typo", "unknown"]
KINDS: tuple[Kind, ...] = ("plain", "followup", "typo", "unknown")
KIND_SHARES = (0.7, 0.1, 0.1, 0.1)

FUNCTION_WORDS = """
the of and to a in that is was for it with as his on be at by he had not are but from or have an they which
were all her she there would their been has when who will no more if out so said what its about than into
them can only other some may then any these over such our most now me many before must through much where
your should because each those between under both never same while since against during without however
whether within toward until although upon""".split()  # noqa: SIM905

_KNOWN = frozenset(FUNCTION_WORDS)
_SUFFIXES = ("s", "s", "s", "ed", "ing")
_ONSETS = "b d f g h j k l m n p r s t v w z br dr gr kr pr tr bl fl gl kl pl st sk sl sp th sh ch".split()  # noqa: SIM905
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "oo"]
_CODAS = ["", "n", "r", "l", "t", "m", "nd", "k", "rt", "x", "nt", "ck"]
_MIX = 2_654_435_761  # Knuth's multiplicative hash: neighbours in rank are no neighbours in spelling
_PERSONS, _GIVEN = 10**9, 2 * 10**9  # where the ranks that name people begin
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905

Ranks = NDArray[np.int64]


class Page(NamedTuple):
    """An article as raw text, and where it is from."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the one asked before it, if it is a follow-up."""

    kind: Kind
    text: str
    before: str | None = None


class Corpus:
    """Pages of about so many passages, title and byline counting as one.

    Page n is made when it is asked for, from seed and n, so that memory does not grow with the corpus.
    """

    def __init__(self, passages: int, *, seed: int = 0) -> None:
        self.passages = passages
        self._seed = seed

    def pages(self, *, show: bool = False) -> Iterator[Page]:
        """Yield the pages until there are so many passages, with a progress bar on a terminal if `show`."""
        number = made = 0
        with tqdm(total=self.passages, unit=" passages", disable=None if show else True) as bar:
            while made < self.passages:
                yield self.page(number)
                size = self._paragraphs(self._chance(number)) + 1
                bar.update(size)
                made += size
                number += 1

    def page(self, number: int) -> Page:
        """Return page `number`."""
        chance = self._chance(number)
        return Page(f"page-{number}.txt", _Writer(self._seed, chance).page(self._paragraphs(chance)))

    def questions(self, count: int) -> list[Asked]:
        """Return questions, each made of words that stand together in a passage of a page drawn by chance."""
        chance = np.random.default_rng([self._seed, 2])
        pages = max(1, self.passages // (PARAGRAPHS[1] + 2))
        return [self._question(chance, int(chance.integers(pages))) for _ in range(count)]

    def _chance(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, 1, number])

    def _paragraphs(self, chance: np.random.Generator) -> int:
        return int(chance.integers(PARAGRAPHS[0], PARAGRAPHS[1] + 1))

    def _question(self, chance: np.random.Generator, number: int) -> Asked:
        paragraphs = [line for line in self.page(number).text.split("\n\n") if line.endswith(".")]
        paragraph = paragraphs[int(chance.integers(len(paragraphs)))]
        kind = KINDS[int(np.searchsorted(np.cumsum(KIND_SHARES), chance.random()))]
        words = _content_words(chance, paragraph, QUESTION_TERMS)
        if kind == "typo":
            at = max(range(len(words)), key=lambda n: len(words[n]))
            words[at] = _slip(chance, words[at])
        if kind == "unknown":
            stranger = _GIVEN + int(chance.integers(10**6, 10**8))
            words[int(chance.integers(len(words)))] = word(stranger).capitalize()
        text = _ask(chance, words)
        if kind == "followup":
            then = " ".join(_content_words(chance, paragraph, 3))
            return Asked(kind, f"And why did they {then}?", text)
        return Asked(kind, text)


class _Writer:
    """Writes one page."""

    def __init__(self, seed: int, chance: np.random.Generator) -> None:
        self._chance = chance
        topic = int(draw_ranks(chance, 1)[0]) % TOPICS
        self._topic = _topic_words(seed, topic)
        self._own = draw_content(chance, 40)
        self._names = [self._name(int(rank)) for rank in draw_ranks(chance, 8)]

    def page(self, paragraphs: int) -> str:
        """Return the text: title, byline, paragraphs of sentences, a heading above every eighth."""
        chance = self._chance
        blocks = [self._heading(6), f"By {self._names[0][0]}, {self._date()}"]
        sentences = np.minimum(1 + chance.poisson(MORE_SENTENCES, paragraphs), MOST_SENTENCES)
        lengths = chance.lognormal(math.log(SENTENCE_MEDIAN), SENTENCE_SIGMA, int(sentences.sum()))
        ends = np.cumsum(np.clip(lengths.astype(np.int64), 5, 28))
        words = self._words(int(ends[-1]))
        starts = [0, *ends[:-1].tolist()]
        made = [
            words[start][:1].upper() + " ".join(words[start:end])[1:].rstrip(",") + "."
            for start, end in zip(starts, ends.tolist(), strict=True)
        ]
        at = 0
        for number, count in enumerate(sentences.tolist()):
            if number % 8 == 4:
                blocks.append(self._heading(3))
            blocks.append(" ".join(made[at : at + count]))
            at += count
        return "\n\n".join(blocks) + "\n"

    def _words(self, count: int) -> list[str]:
        chance = self._chance
        ranks = draw_ranks(chance, count)
        content = np.flatnonzero(ranks > len(FUNCTION_WORDS))
        what = chance.random(len(content))
        is_own, is_topic = what < OWN, (what >= OWN) & (what < OWN + TOPIC)
        ranks[content[is_own]] = _favourites(chance, self._own, int(is_own.sum()))
        ranks[content[is_topic]] = _favourites(chance, self._topic, int(is_topic.sum()))
        words = list(map(_printed, ranks.tolist()))
        for at in content[(what >= OWN + TOPIC) & (what < OWN + TOPIC + NAME)].tolist():
            full, last = self._names[int(len(self._names) * chance.random() ** 2)]
            words[at] = full if chance.random() < 0.4 else last
        for at in np.flatnonzero(chance.random(count) < NUMBER).tolist():
            words[at] = str(int(chance.choice((chance.integers(1950, 2025), chance.integers(2, 1000)))))
        for at in np.flatnonzero(chance.random(count) < COMMA).tolist():
            words[at] += ","
        return words

    def _heading(self, count: int) -> str:
        words = [_printed(rank) for rank in _favourites(self._chance, self._own, count).tolist()]
        return " ".join([words[0].capitalize(), *words[1:-1], "and", words[-1]])

    def _date(self) -> str:
        month = _MONTHS[int(self._chance.integers(12))]
        return f"{month} {self._chance.integers(1, 29)}, {self._chance.integers(1995, 2025)}"

    def _name(self, rank: int) -> tuple[str, str]:
        last = word(_PERSONS + rank).capitalize()
        return f"{word(_GIVEN + rank * 7 % 300).capitalize()} {last}", last


def draw_ranks(chance: np.random.Generator, count: int) -> Ranks:
    """Return ranks of words, from 1, by the double power law: by inverting its integral, without a table."""
    return _ranks(chance.random(count))


def draw_content(chance: np.random.Generator, count: int) -> Ranks:
    """Return ranks of words that are no function words."""
    least = math.log((len(FUNCTION_WORDS) + 1 + SHIFT) / (1 + SHIFT)) / _mass()
    return _ranks(least + (1 - least) * chance.random(count))


@lru_cache(maxsize=200_000)
def word(rank: int) -> str:
    """Return the word of a rank, in lower case: a function word, a form of a stem, or made of syllables."""
    if rank <= len(FUNCTION_WORDS):
        return FUNCTION_WORDS[rank - 1]
    if rank <= _last_stem():
        stem, is_inflected = divmod(rank - len(FUNCTION_WORDS) - 1, 2)
        return _stems()[stem] + (_SUFFIXES[stem % len(_SUFFIXES)] if is_inflected else "")
    syllables = 2 if rank < 300_000 else 3
    kinds = (len(_ONSETS) * len(_VOWELS)) ** syllables * len(_CODAS)
    rest, coda = divmod(rank * _MIX % kinds, len(_CODAS))
    made = []
    for _ in range(syllables):
        rest, onset = divmod(rest, len(_ONSETS))
        rest, vowel = divmod(rest, len(_VOWELS))
        made.append(_ONSETS[onset] + _VOWELS[vowel])
    return "".join(made) + _CODAS[coda]


def _ranks(uniform: NDArray[np.float64]) -> Ranks:
    head = math.log((BREAK + SHIFT) / (1 + SHIFT))
    mass = uniform * _mass()
    tail = np.maximum((_mass() - mass) * (TAIL_EXPONENT - 1), 1e-12)
    found = np.where(
        mass < head,
        (1 + SHIFT) * np.exp(np.minimum(mass, head)),
        (BREAK + SHIFT) * tail ** (-1 / (TAIL_EXPONENT - 1)),
    )
    return (found - SHIFT).astype(np.int64)


def _mass() -> float:
    return math.log((BREAK + SHIFT) / (1 + SHIFT)) + 1 / (TAIL_EXPONENT - 1)


def _favourites(chance: np.random.Generator, ranks: Ranks, count: int) -> Ranks:
    """Return `count` of the ranks, the first of them the likelier."""
    return ranks[(len(ranks) * chance.random(count) ** 2).astype(np.int64)]


def _printed(rank: int) -> str:
    """Return a word as it is printed: with a capital if it is a name."""
    is_name = rank > _last_stem() and rank * _MIX % 1000 < CAPITALISED * 1000
    return word(rank).capitalize() if is_name else word(rank)


@cache
def _last_stem() -> int:
    return len(FUNCTION_WORDS) + 2 * len(_stems())


@cache
def _stems() -> tuple[str, ...]:
    return tuple(stem for stem in rows() if stem not in _KNOWN)


@lru_cache(maxsize=TOPICS)
def _topic_words(seed: int, topic: int) -> Ranks:
    return draw_content(np.random.default_rng([seed, 3, topic]), 300)


def _content_words(chance: np.random.Generator, paragraph: str, count: int) -> list[str]:
    """Return words to ask with: most of them of a paragraph, in its order."""
    words = [w for w in (w.strip(".,") for w in paragraph.split()) if w.lower() not in _KNOWN]
    steps = np.where(chance.random(count) < NEIGHBOUR, 1, chance.integers(2, 5, count))
    at = np.cumsum(steps) + chance.integers(len(words))
    others = map(_printed, draw_content(chance, count).tolist())
    is_own = chance.random(count) < FROM_PASSAGE
    return [words[n % len(words)] if own else o for n, o, own in zip(at, others, is_own, strict=True)]


def _ask(chance: np.random.Generator, words: list[str]) -> str:
    links = chance.choice(("of ", "the ", "with ", "in the ", "", "", "", ""), len(words)).tolist()
    return f"What did {''.join(f'{link}{w} ' for link, w in zip(links, words, strict=True)).strip()}?"


def _slip(chance: np.random.Generator, typed: str) -> str:
    """Return a word with two neighbouring letters exchanged, or one left out."""
    at = int(chance.integers(1, max(2, len(typed) - 1)))
    if chance.random() < 0.5:
        return typed[:at] + typed[at + 1 :]
    return typed[:at] + typed[at + 1 : at + 2] + typed[at] + typed[at + 2 :]
