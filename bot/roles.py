"""What an article tells of its people, put into a question: who has a role, and how else a name is spelt."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.about import article_meant
from bot.models import Note, Session
from bot.presupposing import verbs
from bot.wording import as_typed, asks_who_is
from index.analyzer import PAIR, analyzer, normalise
from index.indexing import bones, name_stems
from index.library import Library
from index.models import Concept, WeightedTerm
from index.people import Person, bearer, is_person, likeliest_bearer, own_terms
from index.vocabulary import is_of_the_world

VARIANT_WEIGHT = 0.9
"""Another spelling of a name, or another word of it; below 1, so that what was asked goes first."""

ROLE_WEIGHT = 0.6
"""What a role counts beside the name of who has it: who only speaks of "the mayor" is not meant by it."""

ASKED_WEIGHT = 0.75
"""What both count where the question asks who has the role: less than its words, since the name answers."""

_SAME = 0.95  # from this share of its weight on a term of a role names the same role
_LEADERS = frozenset({"leader", "presid", "premier", "prime_minist", "pm", "chancellor"})  # terms
_WHOSE = frozenset({"its", "their", "his", "her", "our", "your"})  # it is not known whose
_SOMEBODY = frozenset({"man", "woman", "person"})  # no roles, but "the man from Leeds" is one
_OFTEN, _MOSTLY = 3, 0.6  # passages, and their share, in which a leader is named with the country
_ASKED = r"\bwho(?:[’']s| is| was)\s(?:(?:the|a|an|now|currently)\s)*(?:[\w’'-]+\s){0,3}"


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


class Read(NamedTuple):
    """The concepts of a question, read with what is known of people; the notes of what was read as what.

    `people` are those that the question names, or whose role it has. `unheld` is a role, and whose, that
    the articles give to nobody, though they give it to somebody of another.
    """

    concepts: tuple[Concept, ...]
    notes: tuple[Note, ...] = ()
    people: tuple[Person, ...] = ()
    unheld: tuple[str, str] | None = None


def with_people(
    concepts: Sequence[Concept], message: str, known: Sequence[Person], session: Session, library: Library
) -> Read:
    """Return the concepts, names with their other spellings and words, roles with the names of who has them.

    `known` are the people of the articles that are asked about.
    """
    asked = {concept.terms[0].term for concept in concepts}
    others = [person for person in known if asked.isdisjoint(person.terms)]
    meant_in_full = [p for p in known if p not in others and not _is_namesake(p, concepts, message)]
    named = [person for person in meant_in_full if asked & own_terms(person, known)]
    concepts = [_own(concept, named, known) for concept in concepts]
    meant = {
        concept: [term for person in named for term in _spelt(concept, person, known)] for concept in concepts
    }
    led: dict[Concept, float] = {}
    notes: list[Note] = []
    bearers: list[Person] = []
    unheld = None
    for concept in concepts:
        role = _role(concept, concepts, message, others)
        if role is None:
            continue
        person, is_likely = _bearer(role, others, session, library)
        if person is None:
            unheld = unheld or _unheld(role, known, library)
            continue
        bearers += [] if is_likely else [person]
        if not role.is_asked:  # or the note would be the answer
            notes.append(Note("read as", role.printed, person.name))
        if not named and not is_likely:
            led[concept] = ASKED_WEIGHT if role.is_asked else 1.0
        own = [term for term in sorted(own_terms(person, known)) if library.vocabulary.has(term)]
        for one in (concept, *role.telling):
            meant[one] += own
    read = tuple(
        _with_names(concept, dict.fromkeys(meant[concept]), led.get(concept)) for concept in concepts
    )
    return Read(read, tuple(notes), (*named, *bearers), unheld)


def _with_names(concept: Concept, terms: Iterable[str], lead: float | None) -> Concept:
    """Return a concept with terms of names: behind its own, or leading them with a weight."""
    first = concept.terms[0].weight
    if lead is None:
        behind = (WeightedTerm(term, VARIANT_WEIGHT * first) for term in terms)
        return concept._replace(terms=(*concept.terms, *behind))
    names = (WeightedTerm(term, lead * first) for term in terms)
    own = (WeightedTerm(t.term, ROLE_WEIGHT * lead * t.weight) for t in concept.terms)
    return concept._replace(terms=(*names, *own))


def _unheld(role: "_Role", known: Sequence[Person], library: Library) -> tuple[str, str] | None:
    """Return a role, and of which country, if somebody has it of another, and no article joins the two."""
    countries = [c for c in role.telling if is_of_the_world(name_stems(c.word))]
    held = [office for person in known for office in person.offices if office.noun in role.noun]
    others = (tuple(term.split(PAIR)) for office in held for term in office.whole)
    if not countries or not any(map(is_of_the_world, others)):
        return None
    before = (t.term + PAIR + noun for c in role.before for t in c.terms for noun in role.noun)
    behind = (noun + PAIR + t.term for c in role.behind for t in c.terms for noun in role.noun)
    is_joined = any(pair in library.engine for pair in (*before, *behind))
    return None if is_joined else (role.printed.split()[-1], countries[0].word)


def _is_namesake(person: Person, concepts: Sequence[Concept], message: str) -> bool:
    """Say whether a question names somebody else by a word of the name: Ada Quill is not Ada Stam."""
    folded, sounds = message.casefold(), {bones(word.casefold()) for word in person.name.split()}
    for first, second in pairwise(concepts):
        has = [c.terms[0].term in person.terms or bones(c.word) in sounds for c in (first, second)]
        are_names = first.is_name and second.is_name and f"{first.word} {second.word}" in folded
        if are_names and has == [True, False] and first.terms[0].term == person.terms[0]:
            return True
    return False


def _own(concept: Concept, named: Sequence[Person], known: Sequence[Person]) -> Concept:
    """Return a concept without the words that are somebody else's, where it is a word of a name.

    Halvorsen is not Halvarsson where the article knows both, though their consonants are the same.
    """
    if not any(concept.terms[0].term in person.terms for person in named):
        return concept
    theirs = {t for person in known if person not in named for t in own_terms(person, known)}
    return concept._replace(terms=tuple(t for t in concept.terms if t.term not in theirs))


def _terms(concept: Concept) -> frozenset[str]:
    return frozenset(t.term for t in concept.terms)


def _spelt(concept: Concept, person: Person, known: Sequence[Person]) -> list[str]:
    """Return the other spellings of a word of a person's name, and the words of it that are nobody else's.

    An article prints a full name once, and then the surname.
    """
    term = concept.terms[0].term
    if term not in person.terms:
        return []
    words = (word.casefold() for word in person.spellings)
    spelt = [analyzer("en").stem(word) for word in words if word[0] == concept.word[0]]
    own = own_terms(person, known)
    return [*spelt, *sorted(own - {term})] if term in own else spelt


class _Role(NamedTuple):
    """A noun for a person in a question: its terms, and the concepts before and behind that tell which.

    `is_asked` says that it is asked who has the role.
    """

    noun: frozenset[str]
    before: tuple[Concept, ...]
    behind: tuple[Concept, ...]
    printed: str
    is_asked: bool

    @property
    def telling(self) -> tuple[Concept, ...]:
        """Return the concepts that tell which one."""
        return self.before + self.behind


def _role(
    concept: Concept, concepts: Sequence[Concept], message: str, known: Sequence[Person]
) -> _Role | None:
    """Return the role that a concept is, with what is told of it before and behind ("the man from Leeds").

    None where who does something is asked ("who is the mayor's doctor?", "which mayor"), and where a name
    follows ("President Brown").
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
    if typed is None or (typed[4] or "").lower() != (typed[4] or "") or (typed[1] or "").lower() in _WHOSE:
        return None
    is_asked = re.search(rf"{_ASKED}{printed}(?:\s(?:of|at|for|in|to)\s.*)?\W*$", message, re.IGNORECASE)
    if (asks_who_is(message) and not is_asked) or re.search(
        rf"\b(?:which|what)\s(?:\S+\s)?{printed}\b", message, re.IGNORECASE
    ):
        return None
    before = [c for c in concepts if typed[1] and c.is_name and c.word.split()[-1] == normalise(typed[1])]
    is_to_do = re.search(rf"{printed}\sto\s", message, re.IGNORECASE) and (typed[3] or "").lower() in verbs()
    behind = [c for c in concepts if typed[3] and not is_to_do and c.word.split()[0] == normalise(typed[3])]
    if concept.word == "head" and not (before or behind):
        return None
    told = [as_typed(message, c.word) for c in before[:1]] or [typed[1] or ""]
    is_told = before or behind or told == ["the"] or told == ["The"]
    printed = " ".join((*(told if is_told else ()), typed[2]))
    return _Role(noun, tuple(before), tuple(behind), printed, bool(is_asked))


def _bearer(
    role: _Role, known: Sequence[Person], session: Session, library: Library
) -> tuple[Person | None, bool]:
    """Return the one person who has a role, else of whom most is told; and whether that is only likely."""
    before, behind = ([_terms(concept) for concept in of] for of in (role.before, role.behind))
    beside = before + behind
    found = bearer(role.noun, before, known, behind)
    if found is not None:
        return found, False
    likely = (likeliest_bearer(noun, beside, known) for noun in sorted(role.noun))
    found = next(filter(None, likely), None)
    if found is not None:
        return found, True
    if len(beside) == 1 and not _LEADERS.isdisjoint(role.noun):
        found = _leader(beside[0], known, session, library)
    return found, False


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
