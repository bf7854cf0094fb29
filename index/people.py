"""The people that an article names, with the roles that it gives them beside their names.

Learnt from titles ("President Karahan"), from nouns before a name ("the biologist Verena Locher") and from
appositions on either side of it ("Irini Dallas, a senior fellow at …"; "the managing director, Tomasz
Bielawski,"). The nouns are WordNet's for persons (`data/english/persons.txt`). English only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from index.analyzer import PAIR, analyzer, stop_words
from index.indexing import bones, romanised
from index.meaning import rows, text_vector
from index.tables import english_words, table

_GAP = "[ \u00a0]"
_CAP = r"(?=[^\W\d_])(?![a-zß-öø-ÿ])[\w][\w’'-]*\w"  # a word with a capital
_PARTICLE = r"(?:de|van|von|der|den|bin|ibn|al|el|da|di|la|le)"
_RUN = re.compile(
    rf"\b(?:(?:Mrs?|Ms|Dr)\.{_GAP})?{_CAP}(?:{_GAP}(?:{_PARTICLE}{_GAP})*(?:{_PARTICLE}-)?{_CAP})*"
)
_COURTESY = frozenset({"mr", "ms", "mrs", "miss", "dr", "sir", "lord", "lady", "dame"})
_WOMEN = frozenset(
    {"ms", "mrs", "miss", "lady", "dame", "actress", "queen", "princess", "duchess", "empress", "heroine"}
    | {"mother", "sister", "daughter", "wife", "widow", "girl", "nun"}
)
_MEN = frozenset(
    {"mr", "sir", "lord", "king", "prince", "duke", "emperor", "father", "brother", "son", "husband"}
    | {"widower", "boy", "monk"}
)
_EITHER = frozenset({"ombudsman", "freshman", "midshipman"})  # in -man, and said of women
_TITLED_OF = re.compile(rf"(?P<noun>[\w-]+){_GAP}(?:to|of|for|in){_GAP}$")
_NOUN_BEFORE = re.compile(rf"(?P<noun>[\w-]+),?{_GAP}$")
_LONG_ROLE = re.compile(
    rf"(?:\b(?:the|an?|its|their)|[’']s?){_GAP}"
    rf"(?P<role>(?:[\w’'-]+{_GAP}){{0,3}}?(?P<noun>[\w-]+){_GAP}(?:of|to|for|at){_GAP}[^,.;:]{{2,60}}),{_GAP}$"
)
_COMMA = re.compile(rf",{_GAP}$")  # no role of many words without it, and it is quickly looked for
_APPOSITION = re.compile(rf",{_GAP}(?:(?:an?|the|its|his|her|their){_GAP})?(?P<role>[^,.;:()“”\"]{{3,90}})")
_LEADS = re.compile(rf"who{_GAP}(?:\w+{_GAP})?(?:heads|leads|runs|chairs){_GAP}(?P<what>[^,.;:]+)")
_COMPLEMENT = re.compile(rf"{_GAP}(?:of|at|in|for|from|to|since|with|and|who|by|on){_GAP}")
_SAYS = re.compile(
    rf"[’”\"]?{_GAP}(?:\w+ly{_GAP})?(?:said|says|told|tells|added|adds|explained|explains|argued|argues|replied"
    r"|responded|warned|insisted|stressed|believes|thinks|expressed|noted|admits|admitted|called|asked)\b"
)
_SAYS_BEFORE = re.compile(rf"\b(?:said|says|told|tells|added|adds|argued|argues|[Aa]ccording to){_GAP}$")
_ANYBODY = frozenset({"man", "woman", "person", "guy", "boss", "head", "chief", "leader"})
_SCHOLARS = frozenset({"research", "scientist", "scholar", "academ", "expert"})
_LEARNED = frozenset({"fellow", "professor", "analyst", "economist", "doctor", "historian"})
_SENT = frozenset({"ambassador", "envoy", "consul", "attach"})
"""Terms: nouns that may be said of anybody with such a role; of who studies something; nouns of these; and
nouns of those who are not from where their role is told of ("ambassador to Greece")."""

_AKIN = 0.45  # the cosine from which on two nouns may be of one person
_CLEARLY = 0.1  # the difference of cosines from which on it is clear which person
_HEADWORDS = 6  # words of an apposition up to its noun
_BEFORE = 3  # words before a noun for a person that tell which one
_MAX_NAME = 4
_BEFORE_NAME = 250  # characters before a name in which the longest role ends
_RIGHT_BEFORE = 40  # characters in which a noun ends, with "of the" behind it


class Office(NamedTuple):
    """What a role tells: the term of its noun ("premier"), and the terms and pairs of the whole.

    `own` are those that tell whose it is; of an ambassador not where he is sent.
    """

    noun: str
    own: frozenset[str]
    whole: frozenset[str]


@dataclass(frozen=True)
class Person:
    """Somebody an article names, under the full name that it prints first.

    `roles` stand beside the name; `spellings` are other spellings of a word of it that stand alone, where
    nobody else can be meant ("Lee" behind "Li Qiang"). `told` are the clauses behind it ("who works at …").
    `courtesies` are the forms of address before it, in lower case, without a point ("mrs").
    """

    name: str
    roles: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    courtesies: tuple[str, ...] = ()

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Return the terms of the words of the name."""
        return _terms(self.name)

    @cached_property
    def spelt(self) -> tuple[str, ...]:
        """Return the terms of its other spellings."""
        return _terms(" ".join(self.spellings))

    @cached_property
    def pronoun(self) -> Literal["he", "she"] | None:
        """Return the pronoun that roles and forms of address tell ("chairwoman"); None where they do not."""
        told = {_pronoun(word) for word in (*self.courtesies, *map(_head_noun, self.roles))} - {None}
        return told.pop() if len(told) == 1 else None

    @cached_property
    def offices(self) -> tuple[Office, ...]:
        """Return what each role tells; a title that is a stop word ("Sir") tells nothing."""
        return tuple(_office(role) for role in self.roles if _terms(_head(role)))

    @cached_property
    def beside(self) -> frozenset[str]:
        """Return the terms and pairs of all that stands beside the name: roles, and what "who" tells."""
        told = (_with_pairs(_terms(clause)) for clause in self.told)
        return frozenset().union(*(office.own for office in self.offices), *told)


def _head_noun(role: str) -> str:
    return (_head(role).split() or [""])[-1].casefold()


def _pronoun(noun: str) -> Literal["he", "she"] | None:
    """Return the pronoun of a noun for a person, in lower case, where it tells it."""
    if noun in _WOMEN or noun.endswith("woman"):
        return "she"
    return "he" if noun in _MEN or (noun.endswith("man") and noun not in _EITHER) else None


def person_nouns() -> frozenset[str]:
    """Return the English nouns that are first of all persons ("minister", "skipper"), in lower case."""
    return english_words("persons")


def people(texts: Iterable[str]) -> tuple[Person, ...]:
    """Return who is named with a role or a title in the texts of one article, in the order of the text.

    Spellings of one name are one person, under the first. A surname alone, with a title, is taken for the one
    person that has it as printed, failing that in another spelling, else it names nobody.
    """
    runs = [run for text in texts for run in _RUN.finditer(text)]
    roles: dict[str, list[str]] = {}
    told: dict[str, list[str]] = {}
    courtesies: dict[str, list[str]] = {}
    for run in runs:
        for name, role in _named(run):
            known = _same(name, roles) or name
            roles.setdefault(known, []).extend([role] if role else [])
            courtesies.setdefault(known, []).extend(_courtesies(run))
            told.setdefault(known, []).extend(_told(run))
    for name in _speakers(runs):
        roles.setdefault(_same(name, roles) or name, [])
    full = [name for name in roles if len(name.split()) > 1]
    for name in [name for name in roles if name not in full]:
        bearers = [other for other in full if name in other.split()]
        bearers = bearers or [other for other in full if _bones(name) in map(_bones, other.split())]
        if len(bearers) == 1:
            roles[bearers[0]] += roles[name]
            courtesies.setdefault(bearers[0], []).extend(courtesies[name])
        del roles[name]
    also = _spellings(runs, roles)
    beside = (roles, also, told, courtesies)
    return tuple(Person(name, *(tuple(dict.fromkeys(of.get(name, ()))) for of in beside)) for name in roles)


def _spellings(runs: Iterable[re.Match[str]], names: Iterable[str]) -> dict[str, list[str]]:
    """Return for names the words alone that are another spelling of a word of them.

    A name alone takes up one that stands in full before it. So a word is taken for the one person before it
    with its consonants, unless somebody before it bears it as it is printed.
    """
    found: dict[str, list[str]] = {}
    introduced: set[str] = set()
    for run in runs:
        word = _plain(run.group())
        if " " in word:
            introduced.update(name for name in names if name in word or _same(word, [name]))
            continue
        if word.casefold() in stop_words("en") or any(word in name.split() for name in introduced):
            continue
        likely = {name for name in introduced if _sound(word) in map(_sound, name.split())}
        if len(likely) == 1:
            found.setdefault(likely.pop(), []).append(word)
    return found


def _office(role: str) -> Office:
    noun, whole = _terms(_head(role))[-1], _with_pairs(_terms(role))
    return Office(noun, _with_pairs(_terms(_head(role))) if noun in _SENT else whole, whole)


def own_terms(person: Person, known: Iterable[Person]) -> set[str]:
    """Return the terms of a name that are nobody else's, nor another spelling of somebody else's."""
    others = [other for other in known if other is not person]
    taken = {term for other in others for term in other.terms}
    return set(person.terms) - taken - {term for other in others for term in other.spelt}


def is_speaking(person: Person, text: str, known: Iterable[Person]) -> bool:
    """Say whether a text has a person's name beside a verb of saying: "Quill said", "says Ada Quill"."""
    own = own_terms(person, known).union(person.spelt)
    return any(
        not own.isdisjoint(_terms(_plain(run.group())))
        and (_SAYS.match(text, run.end()) or _SAYS_BEFORE.search(text, 0, run.start()))
        for run in _RUN.finditer(text)
    )


def people_in(text: str, known: Iterable[Person]) -> list[Person]:
    """Return the people whom an English text names by a word that is theirs alone, in its order."""
    known = list(known)
    at = {token.terms[0]: token.start for token in reversed(analyzer("en").tokens(text))}
    found = []
    for person in known:
        if at.keys().isdisjoint(person.terms):
            continue  # most are not in it, which is quickly seen
        places = [at[term] for term in own_terms(person, known) if term in at]
        if places:
            found.append((min(places), person))
    return [person for _, person in sorted(found, key=lambda item: item[0])]


def bearer(
    noun: frozenset[str],
    before: Sequence[frozenset[str]],
    known: Sequence[Person],
    behind: Sequence[frozenset[str]] = (),
) -> Person | None:
    """Return the one person who has a role: the terms of its noun, and of each word that tells which.

    That stands before it ("the Greek ambassador") or behind ("the ambassador to Greece"). None where nobody
    has the role, or two have: what cannot be decided is not merged.
    """

    def is_it(office: Office) -> bool:
        is_told = all(office.own & word for word in before) and all(office.whole & word for word in behind)
        return office.noun in noun and is_told

    found = [person for person in known if any(map(is_it, person.offices))]
    return found[0] if len(found) == 1 else None


def likeliest_bearer(noun: str, beside: Sequence[frozenset[str]], known: Sequence[Person]) -> Person | None:
    """Return the one person of whom all words are told that tell which one, whatever the noun for a person.

    "The Leeds researcher" is the one who studies something at Leeds. Of several, the one whose own noun is
    nearest in meaning: the Chinese diplomat is the ambassador, not the premier. None where it is not clear.
    """
    found = [person for person in known if all(person.beside & word for word in beside)]
    if not beside or not found:
        return None
    near = {
        person: max((_nearness(noun, office.noun) for office in person.offices), default=0.0)
        for person in found
    }
    best, *others = sorted(found, key=lambda person: -near[person])
    if others and near[best] - near[others[0]] < _CLEARLY:
        return None
    if noun in _SCHOLARS:
        is_such = not best.offices or any(_is_learned(office.noun) for office in best.offices)
    else:
        is_such = noun in _ANYBODY or near[best] >= _AKIN
    return best if is_such else None


def _is_learned(head: str) -> bool:
    return head in _LEARNED | _SCHOLARS or head.endswith("ist")


def _nearness(noun: str, head: str) -> float:
    """Return the cosine of two terms, 1 for the same."""
    first, second = text_vector([(noun, 1.0)]), text_vector([(head, 1.0)])
    return 1.0 if noun == head else float(first @ second)


def _named(run: re.Match[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the name in a run of capitalised words with every role beside it; nothing if it is no person."""
    words = re.split(_GAP, run.group())
    while words and words[0].casefold() in stop_words("en") and not _is_courtesy(words[0]):
        words.pop(0)  # "Then President"
    name, found = _titled(words, run.string[max(0, run.start() - _BEFORE_NAME) : run.start()])
    if len(name) > 1 or found:
        found += _appositions(run)
    plain = _plain(" ".join(name))
    is_name = 0 < len(name) <= _MAX_NAME and not plain.isupper() and tuple(plain.split()) not in _places()
    if not is_name or (not any(found) and all(map(_is_word, plain.split()))):
        return  # "the Rail Regulator, who"
    for role in found:
        yield plain, role


def _titled(words: Sequence[str], before: str) -> tuple[Sequence[str], list[str | None]]:
    """Return the words of a run that are the name, and the roles in the run or right before it."""
    at = max((n for n, word in enumerate(words[:-1]) if is_person(word) or _is_courtesy(word)), default=-1)
    if at >= 0:
        is_role = not _is_courtesy(words[at])
        return words[at + 1 :], [" ".join([*_modifiers(before), *words[: at + 1]]) if is_role else None]
    right_before = max(0, len(before) - _RIGHT_BEFORE)
    of = _TITLED_OF.search(before, right_before)
    if of and is_person(of["noun"]):
        place = next((n for n in (2, 1) if tuple(words[:n]) in _places() and len(words) > n + 1), 0)
        role = " ".join([*_modifiers(before[: of.start()]), of["noun"], "of", *words[:place]])
        return (words[place:], [role]) if place else ((), [])
    long = _LONG_ROLE.search(before) if _COMMA.search(before) else None
    if long and is_person(long["noun"]) and len(words) > 1:
        return words, [long["role"]]
    noun = _NOUN_BEFORE.search(before, right_before)
    if noun and is_person(noun["noun"]) and ("," not in noun.group() or len(words) > 1):
        return words, [" ".join([*_modifiers(before[: noun.start()]), noun["noun"]])]
    return words, []


def _speakers(runs: Sequence[re.Match[str]]) -> Iterator[str]:
    """Yield the full names without an English word in them of which a word stands before a verb of saying."""
    speaking = {run.group().split()[-1] for run in runs if _SAYS.match(run.string, run.end())}
    for run in runs:
        name = _plain(run.group())
        words = name.split()
        is_name = 1 < len(words) <= _MAX_NAME and not any(map(_is_word, words)) and not name.isupper()
        is_name = is_name and not _is_courtesy(words[0])
        if is_name and not speaking.isdisjoint((words[0], words[-1])) and tuple(words) not in _places():
            yield name


def _is_word(word: str) -> bool:
    """Say whether a word is one of the English language, printed with a capital by chance."""
    return analyzer("en").stem(word.casefold()) in rows()


def _appositions(name: re.Match[str]) -> Iterator[str | None]:
    """Yield the role behind a name, ", a skipper from Karmøy"; None for what only a person has, ", who"."""
    match = _APPOSITION.match(name.string, name.end())
    if match is None:
        return
    role = match["role"].strip()
    if role.startswith("who "):
        leads = _LEADS.match(role)
        yield f"head of {leads['what']}" if leads else None
    elif role and role.split()[0] not in stop_words("en"):
        head = _head(role).split()
        if len(head) <= _HEADWORDS and is_person(head[-1]):
            yield role


def _told(name: re.Match[str]) -> Iterator[str]:
    """Yield what a clause behind a name tells, ", who studies the Earth from satellites at …"."""
    match = _APPOSITION.match(name.string, name.end())
    if match is not None and match["role"].startswith("who "):
        yield match["role"]


def _modifiers(before: str) -> list[str]:
    """Return the words right before a noun for a person that tell which one it is: "the Greek prime"."""
    kept: list[str] = []
    for word in reversed(re.findall(rf"[\w’'&-]+(?={_GAP})|[^\w\s’'-]", before[-80:])):
        plain = _plain(word)
        if not word[0].isalpha() or plain.casefold() in stop_words("en") or len(kept) == _BEFORE:
            break
        kept.insert(0, plain)
    return kept


def _head(role: str) -> str:
    """Return a role up to its noun: "Premier of the State Council" is a Premier."""
    words = _COMPLEMENT.split(role)[0].split()
    at = max((n for n, word in enumerate(words) if is_person(word)), default=len(words) - 1)
    return " ".join(words[: at + 1])


def _with_pairs(terms: Sequence[str]) -> frozenset[str]:
    return frozenset((*terms, *(first + PAIR + second for first, second in pairwise(terms))))


def _terms(text: str) -> tuple[str, ...]:
    return tuple(token.terms[0] for token in analyzer("en").tokens(text))


def _plain(word: str) -> str:
    return re.sub("[’']s?$", "", word)


def is_person(noun: str) -> bool:
    """Say whether an English noun is one for a person, in the singular or the plural."""
    folded = noun.casefold()
    singular = folded.removesuffix("s")
    return not person_nouns().isdisjoint((folded, singular)) or singular.endswith("ologist")


def _courtesies(run: re.Match[str]) -> list[str]:
    """Return the forms of address in a run of capitalised words, in lower case."""
    return [word.casefold().rstrip(".") for word in re.split(_GAP, run.group()) if _is_courtesy(word)]


def _is_courtesy(word: str) -> bool:
    return word.casefold().rstrip(".") in _COURTESY


def _same(name: str, known: Iterable[str]) -> str | None:
    """Return a known name of which this is another spelling: as many words, with the same consonants."""
    own = _bones_of(name)
    return next((other for other in known if len(own) > 1 and _bones_of(other) == own), None)


@lru_cache(maxsize=10_000)
def _sound(word: str) -> tuple[str, str]:
    """Return what the spellings of a name have in common: the first sound and the consonants."""
    return romanised(word.casefold())[0], _bones(word)


@lru_cache(maxsize=10_000)
def _bones(word: str) -> str:
    return bones(re.sub("[’']", "", analyzer("en").stem(word.casefold())))


@lru_cache(maxsize=10_000)
def _bones_of(name: str) -> tuple[str, ...]:
    return tuple(map(_bones, name.split()))


@cache
def _places() -> frozenset[tuple[str, ...]]:
    """Return the names of countries and their capitals, in words."""
    groups = table("aliases")["groups"]
    return frozenset(tuple(n.rstrip("*").split()) for names in groups for n in names if n[0].isupper())
