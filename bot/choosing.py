"""Which of the ranked sentences answer: those of the kind, and of the person, that the question asks for."""

from collections.abc import Collection, Sequence

from bot.evidence import FIRM
from bot.followup import passages_of
from bot.models import Query, Session, Turn
from bot.ranking import (
    RankedPassage,
    RankedSentence,
    is_typed,
    rank_sentences,
)
from bot.spans import name_spans, role_spans
from bot.wording import (
    asks_who_is,
    asks_words,
    is_reply,
    is_substitution,
    leans,
    tells_occasion,
)
from index.library import Library
from index.people import is_speaking, own_terms

CLOSE = 2.0
"""Log-odds between two sentences of a passage below which both are shown."""

FEW = 8
"""Passages among which the words of somebody are looked for that were not shown yet."""

MAX_WORDS = 70
"""Words of two sentences of a passage that are shown together."""

MAX_ANSWER = 100
"""Words of an answer of several passages; more is a page."""


def of_asked_kind(
    sentences: list[RankedSentence], passages: Sequence[RankedPassage], query: Query
) -> list[RankedSentence]:
    """Return the sentences with those first that have what a follow-up asks for, near the last answer.

    That is a date for a bare "when?" and its like, and a reply for "what did he reply?"; for "and Japan?" and
    "and trade?" what stands in parallel with the last answer, if such a passage is the first.
    """
    asks_reply = is_reply(query.text)
    if query.leaning is None:
        return sentences
    parallel = query.leaning.parallel
    if passages[0].evidence.hit.passage.id in parallel:  # what was shown has more of the words carried on
        return sorted(sentences, key=lambda s: s.ranked.evidence.hit.passage.id not in parallel)
    if query.concepts and not asks_reply:
        return sentences
    near, shown = query.leaning.near, query.leaning.shown

    def fits(sentence: RankedSentence) -> int:
        evidence = sentence.ranked.evidence
        if evidence.hit.passage.id not in near:
            return 0
        if asks_reply:
            return int(is_reply(sentence.text))
        if query.asks == "why" and sentence.text in shown and tells_occasion(sentence.text):
            return 2  # what was asked for stands with its reason in one sentence
        return int(is_typed(sentence.sentence, evidence, query))

    return sorted(sentences, key=lambda sentence: -fits(sentence))


def of_whom(
    sentences: list[RankedSentence],
    passages: Sequence[RankedPassage],
    query: Query,
    session: Session,
    library: Library,
) -> list[RankedSentence]:
    """Return the sentences with those first that are of the person whom a follow-up names.

    "What did Ada say?" behind another answer asks for her words beside it that were not shown yet; "and Ada?"
    does not ask for what was cited, where that does not have her.
    """
    if not session.turns:
        return sentences
    last = session.turns[-1]
    is_put_in = query.leaning is not None and is_substitution(query.text)
    if asks_words(query.text) or (is_put_in and asks_words(last.question)):
        shown = {text for turn in session.turns for text in turn.shown}
        said = _said(passages, query, last, shown, library)
        if said is not None:
            return [said, *(s for s in sentences if s.text not in {*shown, said.text})]
    if not is_put_in:
        return sentences
    names = [n for n, concept in enumerate(query.concepts) if concept.is_name]

    def is_of_another(sentence: RankedSentence) -> bool:
        evidence = sentence.ranked.evidence
        return evidence.hit.passage.id in last.cited and any(evidence.found[n] < FIRM for n in names)

    return sorted(sentences, key=is_of_another)


def _said(
    passages: Sequence[RankedPassage], query: Query, last: Turn, shown: Collection[str], library: Library
) -> RankedSentence | None:
    """Return the best sentence, not shown yet, in which somebody says something whom a question means.

    One in a passage cited last, or beside it, goes before the others.
    """
    cited = passages_of(last.cited, library)
    near = {p.id for one in cited for p in (one, *library.neighbours(one)) if p is not None}
    asked = {concept.terms[0].term for concept in query.concepts}
    meant = {note.meant for note in query.notes}
    close = [p for p in passages if p.evidence.hit.passage.id in near]
    for some in (close, passages[:FEW]):
        for sentence in rank_sentences(some, query, library):
            known = library.people(sentence.ranked.evidence.hit.passage.article_id)
            people = [p for p in known if p.name in meant or asked & own_terms(p, known)]
            if sentence.text not in shown and any(is_speaking(p, sentence.text, known) for p in people):
                return sentence
    return None


def introducing(
    sentences: list[RankedSentence], passages: Sequence[RankedPassage], query: Query, library: Library
) -> list[RankedSentence]:
    """Return the sentences, first the one that tells who somebody is, if that is asked."""
    if not query.people or not asks_who_is(query.text):
        return sentences
    person = query.people[0]
    for sentence in rank_sentences(passages, query, library):
        if role_spans(sentence.text, person) and name_spans(sentence.text, person):
            return [sentence, *(s for s in sentences if s.sentence.span != sentence.sentence.span)]
    return sentences


def choose(sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Return the sentence that answers best, with another of its passage where one does not do.

    That is the sentence before one that leans on it ("This is important because"), else the runner-up where
    it comes close. In the order of the text. Where the right passage is found, one sentence holds the answer
    in 87 of 100 cases, two in 96; the median answer grows from 25 to 33 words.
    """
    best = sentences[0]
    others = [s for s in sentences[1:] if s.ranked is best.ranked]
    second = next((s for s in others if s.number == best.number - 1 and leans(best.text)), None)
    if second is None and others and best.score - others[0].score <= CLOSE:
        second = others[0]
    if second is None or _words(best) + _words(second) > MAX_WORDS:
        return [best]
    return sorted([best, second], key=lambda s: s.number)


def shorten(chosen: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Return the sentences that make an answer of at most `MAX_ANSWER` words, from the first; at least it."""
    kept = list(chosen[:1])
    for sentence in chosen[1:]:
        if sum(_words(s) for s in (*kept, sentence)) <= MAX_ANSWER:
            kept.append(sentence)
    return kept


def _words(sentence: RankedSentence) -> int:
    return len(sentence.text.split())
