"""What an article tells of its people, put into a question: who has a role, and how else a name is spelt."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.about import article_meant
from bot.models import Note, Session
from index.analyzer import analyzer, normalise
from index.library import Library
from index.models import Concept, WeightedTerm
from index.people import Person, bearer, own_terms
from index.vocabulary import Vocabulary

VARIANT_WEIGHT = 0.9
"""Another spelling of a name, and the name of who has a role; below 1, so that what was asked goes first."""

_SAME = 0.95  # from this share of its weight on a term of a role names the same role
_WHO_IS = re.compile(r"\bwho(?:[’']s| is| was| are| were)\b", re.IGNORECASE)


def people_meant(session: Session, library: Library) -> list[Person]:
    """Return the people of the article that is asked about; of all, if there is hardly more than one."""
    article = article_meant(session, library)
    if article is not None:
        return list(library.people(article.id))
    if library.kind == "collection":
        return []
    return [person for article in library.entries() for person in library.people(article.id)]


def with_people(
    concepts: Sequence[Concept], message: str, known: Sequence[Person], vocabulary: Vocabulary
) -> tuple[tuple[Concept, ...], tuple[Note, ...]]:
    """Return the concepts, names with their other spellings and roles with who has them, and notes of these.

    On questions about single articles it changes little (passed ± 0: a role mostly stands beside its name, or
    the passage has both), but what the role was read as is shown.
    """
    asked = {term for concept in concepts for term in _terms(concept)}
    named = [person for person in known if asked & own_terms(person, known)]
    others = [person for person in known if asked.isdisjoint(person.terms)]
    notes, found = [], []
    for concept in concepts:
        more = [term for person in named for term in _spelt(concept, person)]
        note, person = _bearer(concept, concepts, message, others)
        if note is not None and person is not None:
            notes.append(note)
            more += [term for term in sorted(own_terms(person, known)) if vocabulary.has(term)]
        weight = VARIANT_WEIGHT * concept.terms[0].weight
        found.append(replace(concept, terms=(*concept.terms, *(WeightedTerm(term, weight) for term in more))))
    return tuple(found), tuple(notes)


def _terms(concept: Concept) -> frozenset[str]:
    return frozenset(t.term for t in concept.terms)


def _spelt(concept: Concept, person: Person) -> list[str]:
    """Return the other spellings of a word of a person's name."""
    if concept.terms[0].term not in person.terms:
        return []
    words = (word.casefold() for word in person.spellings)
    return [analyzer("en").stem(word) for word in words if word[0] == concept.word[0]]


def _bearer(
    concept: Concept, concepts: Sequence[Concept], message: str, known: Sequence[Person]
) -> tuple[Note | None, Person | None]:
    """Return the one person who has the role that a concept is.

    Which one is told by the name before it ("the Greek ambassador") and by what it is of. None where the
    person is asked for, and where a name follows ("President Brown").
    """
    noun = frozenset(t.term for t in concept.terms if t.weight >= _SAME * concept.terms[0].weight)
    if concept.is_name or all(head not in noun for person in known for head, _ in person.offices):
        return None, None
    role = re.escape(concept.word).replace("\\ ", r"\s(?:of\s)?")
    typed = re.search(
        rf"(?:(\S+)\s)?\b({role})\b(?:\sof\s(?:the\s)?(\w+)|\s([\w-]+))?", message, re.IGNORECASE
    )
    is_asked_for = _WHO_IS.search(message) or re.search(
        rf"\b(?:which|what)\s(?:\S+\s)?{role}\b", message, re.IGNORECASE
    )
    if is_asked_for or concept.word.endswith("s"):
        return None, None
    if typed is None or (typed[4] or "").lower() != (typed[4] or ""):
        return None, None
    telling = [c for c in concepts if typed[1] and c.is_name and c.word.split()[-1] == normalise(typed[1])]
    telling += [c for c in concepts if typed[3] and c.word.split()[0] == normalise(typed[3])]
    if concept.word == "head" and not telling:
        return None, None
    person = bearer(noun, [_terms(other) for other in telling], known)
    if person is None:
        return None, None
    before = typed[1] if telling or typed[1] == "the" else None
    return Note("read as", " ".join(filter(None, (before, typed[2]))), person.name), person
