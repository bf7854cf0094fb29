"""What an article tells of its people, put into a question: who has a role, and how else a name is spelt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.about import article_meant
from bot.models import Note, Session
from bot.wording import as_typed
from index.analyzer import analyzer, normalise
from index.library import Library
from index.models import Concept, WeightedTerm
from index.people import Person, bearer, is_person, likeliest_bearer, own_terms

VARIANT_WEIGHT = 0.9
"""Another spelling of a name, and the name of who has a role; below 1, so that what was asked goes first."""

_SAME = 0.95  # from this share of its weight on a term of a role names the same role
_LEADERS = frozenset({"leader", "presid", "premier", "prime_minist", "pm", "chancellor"})  # terms
_SOMEBODY = frozenset({"man", "woman", "person"})  # no roles, but "the man from Leeds" is one
_OFTEN, _MOSTLY = 3, 0.6  # passages, and their share, in which a leader is named with the country
_WHO_IS = re.compile(r"\bwho(?:[’']s| is| was| are| were)\b", re.IGNORECASE)


def people_meant(session: Session, library: Library) -> list[Person]:
    """Return the people of the article that is asked about; of all, if there is hardly more than one."""
    return [
        person for article_id in _articles_meant(session, library) for person in library.people(article_id)
    ]


def _articles_meant(session: Session, library: Library) -> list[str]:
    """Return the id of the article that is asked about; those of all, but none of a collection's."""
    article = article_meant(session, library)
    if article is not None:
        return [article.id]
    return [] if library.kind == "collection" else [entry.id for entry in library.entries()]


def with_people(
    concepts: Sequence[Concept], message: str, known: Sequence[Person], session: Session, library: Library
) -> tuple[tuple[Concept, ...], tuple[Note, ...]]:
    """Return the concepts, names with their other spellings and roles with who has them, and notes of these.

    `known` are the people meant.

    On questions about single articles it changes little (passed ± 0: a role mostly stands beside its name, or
    the passage has both), but what the role was read as is shown.
    """
    asked = {term for concept in concepts for term in _terms(concept)}
    others = [person for person in known if asked.isdisjoint(person.terms)]
    named = [person for person in known if person not in others and asked & own_terms(person, known)]
    meant: dict[Concept, list[str]] = {
        concept: [term for person in named for term in _spelt(concept, person)] for concept in concepts
    }
    notes = []
    for concept in concepts:
        role = _role(concept, concepts, message, others)
        person = None if role is None else _bearer(role, others, session, library)
        if role is None or person is None:
            continue
        notes.append(Note("read as", role.printed, person.name))
        own = [term for term in sorted(own_terms(person, known)) if library.vocabulary.has(term)]
        for one in (concept, *role.telling):
            meant[one] += own
    found = []
    for concept in concepts:
        weight = VARIANT_WEIGHT * concept.terms[0].weight
        more = (WeightedTerm(term, weight) for term in dict.fromkeys(meant[concept]))
        found.append(replace(concept, terms=(*concept.terms, *more)))
    return tuple(found), tuple(notes)


def _terms(concept: Concept) -> frozenset[str]:
    return frozenset(t.term for t in concept.terms)


def _spelt(concept: Concept, person: Person) -> list[str]:
    """Return the other spellings of a word of a person's name."""
    if concept.terms[0].term not in person.terms:
        return []
    words = (word.casefold() for word in person.spellings)
    return [analyzer("en").stem(word) for word in words if word[0] == concept.word[0]]


@dataclass(frozen=True)
class _Role:
    """A noun for a person in a question: its terms, and the concepts before and behind that tell which."""

    noun: frozenset[str]
    before: tuple[Concept, ...]
    behind: tuple[Concept, ...]
    printed: str

    @property
    def telling(self) -> tuple[Concept, ...]:
        """Return the concepts that tell which one."""
        return self.before + self.behind


def _role(
    concept: Concept, concepts: Sequence[Concept], message: str, known: Sequence[Person]
) -> _Role | None:
    """Return the role that a concept is, with what is told of it before and behind ("the man from Leeds").

    None where the person is asked for ("who is the mayor?"), and where a name follows ("President Brown").
    """
    word = concept.word.split()[-1]
    if concept.is_name or word.endswith("s"):
        return None
    noun = frozenset(t.term for t in concept.terms if t.weight >= _SAME * concept.terms[0].weight)
    offices = _LEADERS.union(office.noun for person in known for office in person.offices)
    if not is_person(word) and word not in _SOMEBODY and offices.isdisjoint(noun):  # "the PM" is one
        return None
    printed = re.escape(concept.word).replace("\\ ", r"\s(?:of\s)?")
    typed = re.search(
        rf"(?:([\w-]+)(?:[’']s)?\s)?\b({printed})\b"
        r"(?:[’']s|\s(?:of|from|at|for|in|to)\s(?:the\s)?([\w-]+)|\s([\w-]+))?",
        message,
        re.IGNORECASE,
    )
    if typed is None or (typed[4] or "").lower() != (typed[4] or ""):
        return None
    if _WHO_IS.search(message) or re.search(
        rf"\b(?:which|what)\s(?:\S+\s)?{printed}\b", message, re.IGNORECASE
    ):
        return None
    before = [c for c in concepts if typed[1] and c.is_name and c.word.split()[-1] == normalise(typed[1])]
    behind = [c for c in concepts if typed[3] and c.word.split()[0] == normalise(typed[3])]
    if concept.word == "head" and not (before or behind):
        return None
    told = [as_typed(message, c.word) for c in before[:1]] or [typed[1] or ""]
    is_told = before or behind or told == ["the"] or told == ["The"]
    return _Role(noun, tuple(before), tuple(behind), " ".join((*(told if is_told else ()), typed[2])))


def _bearer(role: _Role, known: Sequence[Person], session: Session, library: Library) -> Person | None:
    """Return the one person who has a role; failing that, of whom the same is told; else the likeliest."""
    before, behind = ([_terms(concept) for concept in of] for of in (role.before, role.behind))
    beside = before + behind
    found = bearer(role.noun, before, known, behind)
    if found is None:
        likely = (likeliest_bearer(noun, beside, known) for noun in sorted(role.noun))
        found = next(filter(None, likely), None)
    if found is None and len(beside) == 1 and not _LEADERS.isdisjoint(role.noun):
        found = _leader(beside[0], known, session, library)
    return found


def _leader(
    country: frozenset[str], known: Sequence[Person], session: Session, library: Library
) -> Person | None:
    """Return the one person without a role who is in most passages, headings counted, that have a country.

    Articles do not say of everybody what he is: two leaders meet, and only one is called a president.
    """
    of_country = []
    articles = map(library.passages, _articles_meant(session, library))
    for passage in (p for passages in articles for p in passages if p.kind == "body"):
        own = {term for s in library.sentences(passage) for word in s.words for term in word.terms}
        if not country.isdisjoint(own):
            of_country.append(own.union(*(word.terms for word in library.words_above(passage))))
    enough = max(_OFTEN, _MOSTLY * len(of_country))
    likely = ((person, own_terms(person, known)) for person in known if not person.roles)
    found = [person for person, own in likely if sum(not own.isdisjoint(t) for t in of_country) >= enough]
    return found[0] if len(found) == 1 else None
