"""Questions about two things side by side: a sentence of a passage of each."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.confidence import confidence, confidence_figures
from bot.evidence import FIRM, Weigher
from bot.hits import weigh_hits
from bot.models import Query
from bot.ranking import CHOICE, RankedPassage, RankedSentence, rank_passages, rank_sentences
from bot.wording import is_coordination, is_joined
from index.library import Library
from index.models import Concept

JOINTLY = 0.3
"""What a sentence has of every word of a question about two names, by near meaning, from which on they act as
one."""

APART = 0.35
"""How sure it is of the less certain of two sides of a contrast from which on both answer, whatever the
threshold: two passages, each with the name of its own side and not the other's, seldom come by chance."""

SIDES = 8
"""Passages among which the other side of a contrast is looked for."""

NEW_SIDE = 6.0
"""What the concepts that only the other passage has count against the score of its sentence."""


def acts_jointly(best: RankedSentence, query: Query) -> bool:
    """Say whether one sentence has all that is asked about two names joined by "and": they act as one."""
    found = best.finding.found[: len(query.concepts)]
    return is_coordination(query.text) and all(
        share >= (FIRM if concept.is_name else JOINTLY)
        for concept, share in zip(query.concepts, found, strict=True)
        if concept.terms[0].weight >= FIRM
    )


def other_side(
    best: RankedSentence, passages: Sequence[RankedPassage], query: Query, weigher: Weigher, library: Library
) -> list[RankedSentence]:
    """Return the sentence of another passage that answers for what the first passage does not have."""
    ours = best.ranked.evidence.found
    others = [p for p in passages[:SIDES] if p is not best.ranked]
    total = sum(weigher.weights) or 1.0

    def worth(sentence: RankedSentence) -> float:
        theirs = sentence.ranked.evidence.found
        new = sum(w * max(0.0, t - o) for w, t, o in zip(weigher.weights, theirs, ours, strict=True)) / total
        return sentence.score + NEW_SIDE * new

    return sorted(rank_sentences(others, query, library), key=worth, reverse=True)[:1]


def sides(query: Query, library: Library) -> list[tuple[RankedSentence, float]]:
    """Return a sentence for each of two things held side by side, with how sure it is; likeliest first.

    Each is asked for without the other, and comes from a passage that has it alone. None where the question
    does not name two, or one of them never stands alone.
    """
    pair = _held_apart(query)
    if pair is None:
        return []
    one, two = pair
    whole = Weigher(query, library)
    chosen = []
    for mine, other in ((one, two), (two, one)):
        part = _without(query, [query.concepts[n] for n in other])
        weigher = Weigher(part, library)
        passages = rank_passages(weigh_hits(part, library, weigher), part, library)
        found = [whole.weigh(p.evidence.hit).found for p in passages]
        own = [
            p
            for p, f in zip(passages, found, strict=True)
            if min(f[n] for n in mine) >= FIRM > min(f[n] for n in other)
        ]
        sentences = rank_sentences(own[:CHOICE], part, library)
        if not sentences:
            return []
        figures = confidence_figures(sentences[0], own, part, weigher)
        chosen.append((sentences[0], confidence(figures, library)))
    return sorted(chosen, key=lambda side: -side[1])


def _held_apart(query: Query) -> tuple[list[int], list[int]] | None:
    """Return the places of two names that a question holds apart: the first two joined, else the last two.

    "How do Ada and Ben differ on Seoul?" does not ask about Ben and Seoul.
    """
    text = " ".join(query.text.casefold().split())
    names = whole_names(query, text)
    for one, two in pairwise(names):
        ends = query.concepts[one[-1]].word, query.concepts[two[0]].word
        if is_joined(text, *ends):
            return one, two
    return (names[-2], names[-1]) if len(names) > 1 else None


def _without(query: Query, concepts: Sequence[Concept]) -> Query:
    """Return a query without some of its concepts."""
    words = {word for concept in concepts for word in concept.word.split()}
    pairs = tuple(pair for pair in query.pairs if words.isdisjoint(pair.word.split()))
    return replace(query, concepts=tuple(c for c in query.concepts if c not in concepts), pairs=pairs)


def whole_names(query: Query, text: str) -> list[list[int]]:
    """Return the places of the names of a question, those of one name ("Li", "Qiang") together.

    `text` is the question in lower case, a space between its words.
    """
    names: list[list[int]] = []
    for n, concept in enumerate(query.concepts):
        if not concept.is_name:
            continue
        before = query.concepts[n - 1]
        is_next = before.word == concept.word or f"{before.word} {concept.word}" in text
        if names and names[-1][-1] == n - 1 and is_next:
            names[-1].append(n)
        else:
            names.append([n])
    return names
