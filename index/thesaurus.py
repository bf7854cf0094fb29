"""What an article may say where an asker says something else: "stand to gain", benefit.

The table `data/english/thesaurus.txt` has a line for a word or a phrase of everyday speech, in stems, with
the words and phrases that newspapers use for the same thing, the likeliest first. It was written for this
project, by what is said in the news at large.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.analyzer import PAIR, analyzer
from index.models import WeightedTerm
from index.tables import english_line

WORD_WEIGHT = 0.6
PHRASE_WEIGHT = 0.75
"""What counts instead of a word, which may have other senses, and instead of a phrase, which hardly has.

Both below what stands for the asker's own word. On 395 paraphrases, weights not fitted to it, the right
passage is first for 43 instead of 48 %; with .4 for both for 45 %.
"""

LIKELIEST = 4
LESS_LIKELY = 0.75
"""Those behind the first four count a quarter less."""

_MAX_WORDS = 4
_POSSESSIVE = frozenset({"my", "your", "his", "her", "our", "their"})

LIGHT = frozenset({"a", "an", "the", "be", "do", "it", "they", "he", "she", "i", "we", "you"})
"""Stems that are left out of the phrases of the table."""


def said_otherwise(stems: Sequence[str]) -> Iterator[tuple[list[int], tuple[WeightedTerm, ...]]]:
    """Yield the places of what the thesaurus has in a row of stems, stop words among them, with its terms.

    Of two phrases that overlap the longer, then the earlier. Articles, forms of "be" and "do" and most
    pronouns make no difference, nor whose it is: the table has "change one mind".

    >>> [(at, terms[0].term) for at, terms in said_otherwise(["firm", "do", "stand", "to", "gain"])][1:]
    [([2, 3, 4], 'benefit')]
    """
    kept = [
        (at, "one" if stem in _POSSESSIVE else stem) for at, stem in enumerate(stems) if stem not in LIGHT
    ]
    start = 0
    while start < len(kept):
        for length in range(min(_MAX_WORDS, len(kept) - start), 0, -1):
            phrase = kept[start : start + length]
            instead = english_line("thesaurus", " ".join(stem for _, stem in phrase) + " | ")
            if instead:
                yield [at for at, _ in phrase], _terms(instead, PHRASE_WEIGHT if length > 1 else WORD_WEIGHT)
                start += length - 1
                break
        start += 1


@lru_cache(maxsize=10_000)
def _terms(instead: str, weight: float) -> tuple[WeightedTerm, ...]:
    """Return the terms of what may be said instead: a word's, or the pair that the last two words make."""
    terms: dict[str, float] = {}
    for n, phrase in enumerate(instead.split("; ")):
        stems = [token.terms[0] for token in analyzer("en").tokens(phrase)]
        if stems:
            terms.setdefault(PAIR.join(stems[-2:]), weight * (1.0 if n < LIKELIEST else LESS_LIKELY))
    return tuple(WeightedTerm(term, own) for term, own in terms.items())
