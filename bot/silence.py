"""Why the articles do not answer: what is not in them, not said of whom it is asked, or supposed wrongly."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from bot.contrast import whole_names
from bot.evidence import FIRM, MIN_NUMBER, Weigher
from bot.models import Query, Reason, ReasonKind
from bot.presupposing import supposed
from bot.ranking import RankedPassage, RankedSentence
from bot.spans import typed_spans
from bot.wording import as_typed, asks_of_act, has_pronoun, is_contrast, is_headline, may_be_unreal
from index.analyzer import PAIR, analyzer
from index.indexing import name_stems
from index.library import Library
from index.models import Concept
from index.people import Person, people_in
from index.vocabulary import is_of_the_world

UNSAID = 0.61
"""What a verb finds below which a passage does not say it: more than any word of near meaning counts."""

OTHERWISE = 0.4
"""The share of the rest of a question that a passage has from which on it speaks of the matter."""

LINKED = 0.55
LINKED_MORE = 0.3
"""The share of a question that a link of the page has, and how much more than the passage, from which on the
other article is asked about. It is right in 26 of 26 questions about single articles, 8 of them answered
before."""

WITH_UNIT = frozenset({"how far", "how old"})
"""What is told by a number with a unit, or by an age: a sentence without any does not answer."""


def why_not(
    chosen: Sequence[RankedSentence],
    passages: Sequence[RankedPassage],
    query: Query,
    weigher: Weigher,
    is_sure: bool,
    library: Library,
    known: Sequence[Person],
) -> Reason | None:
    """Return why the articles do not answer; None where they do. The chosen sentences are of one passage."""
    best = chosen[0]
    if _is_linked(best, weigher, library):
        return Reason("only linked", of=_one_or_several(query, library))
    if query.asks in WITH_UNIT and not any(typed_spans(s.text, query.asks) for s in chosen):
        return reason_of(query, best.ranked.evidence.found, weigher, library)
    wrong = _supposed_wrongly(best, query, weigher, library)
    is_of_another = _is_of_another(chosen, query, known) or _is_of_another_country(chosen, query, weigher)
    if wrong or not is_sure or is_of_another or query.unheld or _lacks_names(query, passages, weigher):
        return reason_of(query, best.ranked.evidence.found, weigher, library, wrong)
    return None


def _lacks_names(query: Query, passages: Sequence[RankedPassage], weigher: Weigher) -> bool:
    """Say whether the articles do not have the names of a question.

    Whoever asks what A did to B asks for nothing else: a name that is nowhere, or names that are nowhere
    together, are a no by themselves, but for questions that hold two things side by side.
    """
    if _unknown(query, weigher):
        return True
    names = [n for n, concept in enumerate(query.concepts) if concept.is_name]
    found = [passage.evidence.found for passage in passages]
    return not is_contrast(query.text) and not any(all(f[n] >= FIRM for n in names) for f in found)


def _is_of_another(chosen: Sequence[RankedSentence], query: Query, known: Sequence[Person]) -> bool:
    """Say whether sentences tell of others than the people of the question, and not of all of these.

    A pronoun in them may stand for who is named before them in the passage. What a follow-up means, and what
    is said of two, is not told so easily.
    """
    carried = {note.meant for note in query.notes if note.kind == "carried"}
    asked = {person for person in query.people if person.name not in carried}
    if not asked or query.leaning or is_contrast(query.text) or " and " in query.text:
        return False
    text = " ".join(sentence.text for sentence in chosen)
    told = people_in(text, known)
    asked -= set(told)
    if not asked or not set(told) - set(query.people):
        return False
    passage = chosen[0].ranked.evidence.hit.passage
    before = passage.text.partition(chosen[0].text)[0]
    return not (has_pronoun(text) and asked.issubset(people_in(before, known)))


def _is_of_another_country(chosen: Sequence[RankedSentence], query: Query, weigher: Weigher) -> bool:
    """Say whether it is asked what a country did, and sentences tell of another instead.

    That is where their passage has the country at most in the title of its article, as every passage has.
    It mends four false suppositions and loses one question that has an answer.
    """
    if not asks_of_act(query.text) or is_contrast(query.text):
        return False
    evidence = chosen[0].ranked.evidence
    under = weigher.found_in(" ".join(evidence.hit.passage.section))
    named = [(n, c) for n, c in enumerate(query.concepts) if is_of_the_world(name_stems(c.word))]
    asked = {term.term for _, concept in named for term in concept.terms}
    told = {t for s in chosen for stems in _world_names(s.text) if (t := PAIR.join(stems)) not in asked}
    return bool(told) and any(max(evidence.passage.found[n], under[n]) < FIRM for n, _ in named)


def _world_names(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the stems of the countries that an English text names."""
    stems = [token.terms[0] for token in analyzer("en").tokens(text)]
    for at in range(len(stems)):
        name = next((n for n in (tuple(stems[at : at + 2]), (stems[at],)) if is_of_the_world(n)), None)
        if name:
            yield name


def _is_linked(best: RankedSentence, weigher: Weigher, library: Library) -> bool:
    """Say whether a headline in the page's furniture, a link to another article, has what is asked for.

    And more of it than the passage that answers best, and not by one word alone. Of a collection, the
    furniture around that passage is looked at; else that of all articles.
    """
    beyond = best.ranked.evidence.passage.firm + LINKED_MORE
    if beyond >= 1:
        return False
    entries = library.entries() if library.kind == "article" else ()
    ids = dict.fromkeys((best.ranked.evidence.hit.passage.article_id, *(entry.id for entry in entries)))
    for article in map(library.article, ids):
        for block in article.blocks:
            line = article.text[block.start : block.end]
            if block.kind == "furniture" and is_headline(line):
                share, words = weigher.firm_share(line)
                if words > 1 and share >= LINKED and share > beyond:
                    return True
    return False


def _supposed_wrongly(best: RankedSentence, query: Query, weigher: Weigher, library: Library) -> str | None:
    """Return what a question takes for granted, where the passage has much of the rest but not its verb.

    Or has that only as what may happen, or is wanted. "Why did China refuse the meeting?" of a passage where
    they meet. Of 51 false suppositions about single articles 80 % get a no, and no question more that has an
    answer; without this, 61 %.
    """
    if query.language != "en" or library.kind != "article":
        return None
    found = best.ranked.evidence.found
    own = range(len(query.concepts))
    for n, concept in enumerate(query.concepts):
        rest = sum(weigher.weights[m] for m in own if m != n)
        firm = sum(weigher.weights[m] for m in own if m != n and found[m] >= FIRM)
        is_framing = concept.terms[0].weight < FIRM
        if (
            len(own) > 2
            and not concept.is_name
            and not is_framing
            and found[n] < UNSAID
            and firm >= OTHERWISE * rest
        ):
            claim = supposed(query.text, {concept.word})
            if claim is not None:
                return claim
    passage = best.ranked.evidence.hit.passage
    for n, concept in enumerate(query.concepts):
        if found[n] >= FIRM and not concept.is_name and (claim := supposed(query.text, {concept.word})):
            terms = {t.term for t in concept.terms if t.weight >= FIRM * concept.terms[0].weight}
            words = (token for s in library.sentences(passage) for token in s.tokens)
            said = [w.start - passage.start for w in words if not terms.isdisjoint(w.terms)]
            if said and all(may_be_unreal(passage.text[:at]) for at in said):
                return claim
    return None


def _unknown(query: Query, weigher: Weigher) -> list[Concept]:
    """Return the names of the question that the articles do not have, and its years and long numbers."""
    named = [c for c in query.concepts if c.is_name or (c.word.isdigit() and len(c.word) >= MIN_NUMBER)]
    return [concept for concept in named if not weigher.is_known(concept)]


def reason_of(
    query: Query, found: Sequence[float], weigher: Weigher, library: Library, wrong: str | None = None
) -> Reason:
    """Return why there is no answer: what is not mentioned, or not together, or supposed wrongly."""
    if not library.article_count:
        return Reason("no articles")

    of = _one_or_several(query, library)

    def no(kind: ReasonKind, words: Iterable[str] = ()) -> Reason:
        return Reason(kind, tuple(as_typed(query.text, word) for word in words), of)

    unknown = _unknown(query, weigher)
    if query.unheld and not unknown:
        return no("not together", query.unheld)
    if unknown:
        return no("not mentioned", (c.word for c in unknown))
    names = whole_names(query, " ".join(query.text.casefold().split()))
    absent = [n for n in names if found and any(found[at] < FIRM for at in n)]
    present = [n for n in names if n not in absent]
    if absent and present and not is_contrast(query.text):  # nobody says that the two are together
        whole = (" ".join(query.concepts[at].word for at in n) for n in (present[0], absent[0]))
        return no("not together", whole)
    if wrong is not None:
        return Reason("does not say that", (wrong,), of)
    nothing = [
        c
        for c in query.concepts
        if not weigher.is_known(c) and not any(t.term in library.engine for t in c.terms)
    ]
    return no("says nothing about", (c.word for c in nothing)) if nothing else no("does not say")


def _one_or_several(query: Query, library: Library) -> Literal["one", "several"]:
    return "one" if library.article_count == 1 or len(query.within) == 1 else "several"
