"""A message and the conversation before it to a `Query`: what is asked, in which words, about what."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from bot.about import asked_about
from bot.followup import antecedent_concepts, antecedents, is_about_author, leaning
from bot.models import AnswerType, Leaning, Note, Query, Session, narrowed
from bot.naming import Naming, read_naming, without_frame
from bot.roles import VARIANT_WEIGHT, Read, people_meant, with_people
from bot.wording import (
    as_typed,
    asked_type,
    asks_who_is,
    is_substitution,
    plain_style,
    without_kind_words,
)
from index.analyzer import analyzer, frame_terms, pairs
from index.indexing import name_stems
from index.library import Library
from index.models import Concept, Token, WeightedTerm
from index.people import Person
from index.tables import table
from index.thesaurus import said_otherwise
from index.vocabulary import Alias, famous_names, is_english, meant_in_english

PAIR_WEIGHT = 0.3
"""What two neighbouring words count together: hit@1 rises by one to three points on five question sets."""

CARRIED_WEIGHT = 0.3
CARRIED_DECAY = 0.7
"""A word of the i-th question back counts .3 x .7^i, as a maximum with what it has already, never added."""

SUBSTITUTED_WEIGHT = 0.8
SUBSTITUTED_NAME = 0.2
"""What a word and a name of the last question count in "and Japan?": which name is replaced is not known.

In "and trade?" names count as words do, and the words of the heading that was left as little as a name."""

FRAME_WEIGHT = 0.2
"""What a word counts that questions are framed in ("think", "happen", "bring"), in a single article.

There it may stand in one passage by chance (unseen questions about an article: passed .73 -> .76). In a
collection its idf is low by itself, and the same weight costs fairy tales .014 hit@1."""

MAX_OTHERS = 12
"""Terms of near meaning of a word that are looked for, the likeliest.

Of 200,000 passages a question is answered in 19 instead of 23 ms; no question passes less."""

_MAX_ALIAS_WORDS = 4


def understand(message: str, session: Session, library: Library) -> Query:
    """Return what a message asks, in the light of the conversation before it."""
    naming = read_naming(message, session, library)
    message, session = naming.text, narrowed(session, naming.article_ids)
    language = library.language_of(message, session.article_id)
    reader = _Reader(library, language)
    tokens = reader.tokens(message)
    asked = without_frame(message)
    named = tokens if asked == message else reader.tokens(asked)
    concepts = reader.concepts(named, asked)
    before = message
    if naming.article_ids and session.turns and not concepts and is_substitution(message):
        before = session.turns[-1].question  # "and in the mill article?" asks it of another article
    known = people_meant(session, library) if language == "en" else []
    meant = antecedents(message, session, known, library)
    if concepts and not meant and not any(_is_word(concept, library) for concept in concepts):
        session = replace(session, turns=())  # "asdfgh" goes on from nothing
    read = with_people(concepts, message, known, session, library) if known else Read(concepts)
    told = [n for n in reader.notes if all(n.word not in note.word for note in read.notes)]
    leant_on = leaning(message, session, read.concepts, library)
    return Query(
        text=message,
        language=language,
        asks=_asks(message, session, concepts, read.people),
        concepts=read.concepts,
        pairs=_pairs(named, read.people),
        carried=(
            *antecedent_concepts(meant, known),
            *_carried(read.concepts, message, session, library, language, leant_on),
        ),
        about=_about(
            tokens if before == message else reader.tokens(before), before, naming, session, library
        ),
        notes=(*dict.fromkeys((*told, *read.notes)), *meant),
        leaning=leant_on,
        people=(*read.people, *(p for p in known if p.name in {note.meant for note in meant})),
        unheld=read.unheld,
        within=naming.article_ids or ((session.article_id,) if session.article_id is not None else ()),
        asks_which=naming.asks_which,
    )


def _asks(
    message: str, session: Session, concepts: Sequence[Concept], people: Sequence[Person]
) -> AnswerType:
    """Return the kind of answer that is asked for: "who is Ada?", who is named, asks what she is."""
    if session.turns and is_substitution(message):
        message = session.turns[-1].question
    asked = {concept.terms[0].term for concept in concepts}
    if asks_who_is(message) and any(asked.issubset(person.terms) for person in people):
        return "what"
    return asked_type(message)


def _about(
    tokens: Sequence[Token], message: str, naming: Naming, session: Session, library: Library
) -> Literal["article", "author"] | None:
    if naming.asks_which:
        return "article" if naming.is_about else None
    if is_about_author(message, session, library):
        return "author"
    return asked_about(tokens, message, session, library)


def _is_word(concept: Concept, library: Library) -> bool:
    """Say whether the articles have what a concept is, or the English language."""
    return is_english(concept.word) or any(term.term in library.engine for term in concept.terms)


class _Reader:
    """Reads words as concepts, and notes what was read as something else."""

    def __init__(self, library: Library, language: str) -> None:
        self._vocabulary = library.vocabulary
        self._analyse = analyzer(language)
        self._frame = frame_terms(language) if library.kind == "article" else frozenset()
        self.notes: list[Note] = []

    def tokens(self, message: str) -> list[Token]:
        """Return the words of a message, misspelt ones as the words of the articles they are meant for."""
        tokens = [t for t in self._analyse.tokens(self._plain(message)) if not self._is_pronoun(t, message)]
        return [meant for token in tokens for meant in self._respelt(token, message)]

    def concepts(self, tokens: Sequence[Token], message: str) -> tuple[Concept, ...]:
        """Return a concept for every name or word, once each, in the order of the question."""
        found: dict[str, Concept] = {}
        at = 0
        while at < len(tokens):
            for length in range(min(_MAX_ALIAS_WORDS, len(tokens) - at), 0, -1):
                named = tokens[at : at + length]
                alias = self._alias(named)
                if alias:
                    word = " ".join(token.word for token in named)
                    if alias.read_as:
                        self.notes.append(Note("read as", as_typed(message, word), alias.read_as))
                    found.setdefault(alias.terms[0].term, Concept(word, alias.terms, alias.is_name))
                    at += length
                    break
            else:
                for concept in self._word(tokens[at], message):
                    found.setdefault(concept.terms[0].term, concept)
                at += 1
        instead = self._said_otherwise(message)
        return tuple(_with_terms(concept, instead.get(concept.word, ())) for concept in found.values())

    def _said_otherwise(self, message: str) -> dict[str, list[WeightedTerm]]:
        """Return for words of a message what the articles have that may be said instead of them."""
        if self._analyse.language != "en":
            return {}
        tokens = self._analyse.tokens(self._plain(message), stops=True)
        found: dict[str, list[WeightedTerm]] = {}
        for places, terms in said_otherwise([token.terms[0] for token in tokens]):
            used = [t for t in terms if self._vocabulary.has(t.term)]
            found.update((tokens[at].word, used) for at in places)
        return found

    def _plain(self, message: str) -> str:
        return without_kind_words(plain_style(message, self._analyse.language))

    def _respelt(self, token: Token, message: str) -> list[Token]:
        """Return the token, or what it was meant for: nothing for a misspelt stop word."""
        vocabulary = self._vocabulary
        if any(map(vocabulary.has, token.terms)) or self._alias([token]):
            return [token]
        if any(character.isdigit() for character in token.word) or token.word in famous_names():
            return [token]  # another number is another thing, and another person somebody else
        is_known = is_english(token.word)
        if is_known and vocabulary.related(token.terms[0]):
            return [token]
        if not is_known and self._analyse.is_misspelt_stop_word(token.word):
            return []
        typed = as_typed(message, token.word)
        spelt_out = None if is_known else vocabulary.spelt_out(typed)
        if spelt_out is not None:
            self.notes.append(Note("read as", token.word.upper(), spelt_out))
            return [t._replace(start=token.start, end=token.end) for t in self._analyse.tokens(spelt_out)]
        meant = vocabulary.respelt(token.word)
        if meant is None and not is_known and self._analyse.language == "en" and typed.islower():
            english = meant_in_english(token.word)
            return [token if english is None else token._replace(terms=(english,))]
        if meant is None or meant.printed.casefold() == token.word:
            return [token]
        self.notes.append(Note("read as", token.word, meant.printed))
        return [token._replace(word=meant.printed.casefold(), terms=(meant.term,))]

    def _is_pronoun(self, token: Token, message: str) -> bool:
        """Say whether a word is an abbreviation only in capitals ("US"), and has none here ("tell us")."""
        if token.word not in table("aliases")["upper"]:
            return False
        return as_typed(message, token.word) != token.word.upper()

    def _alias(self, tokens: Sequence[Token]) -> Alias | None:
        if self._analyse.language != "en":
            return None
        return self._vocabulary.alias(tuple(token.terms[0] for token in tokens))

    def _word(self, token: Token, message: str) -> list[Concept]:
        *parts, joined = token.terms
        is_name = self._is_name(token, message)
        concepts = []
        for part in parts or [joined]:
            own = list(dict.fromkeys([part, joined]))
            terms = [WeightedTerm(term, 1.0) for term in own]
            if parts:
                terms += [t for t in self._named_by_part(part) if t.term not in own]
            terms += [WeightedTerm(term, VARIANT_WEIGHT) for term in self._vocabulary.variants(token.word)]
            if self._analyse.language == "en" and not is_name:
                terms += [t for t in self._vocabulary.related(part) if t.term not in own]
            if part in self._frame and not is_name:
                terms = [WeightedTerm(t.term, t.weight * FRAME_WEIGHT) for t in terms]
            concepts.append(Concept(token.word, tuple(terms), is_name))
        return concepts

    def _named_by_part(self, part: str) -> Sequence[WeightedTerm]:
        """Return the names of what a part of a hyphenated word names: China for that of "Sino-Korean"."""
        if self._analyse.language != "en":
            return ()
        whole = table("aliases")["combining"].get(part)
        alias = self._vocabulary.alias(name_stems(whole) if whole else (part,))
        return alias.terms if alias else ()

    def _is_name(self, token: Token, message: str) -> bool:
        """Say whether a word names somebody or something: it has a capital, and is no word of the language.

        Or is one that the articles print with a capital, or do not have ("Napoleon"), and no title ("Mayor
        Brown"). A capital tells nothing at the start of a question, where everything has one, or in German.
        """
        is_known = any(map(self._vocabulary.has, token.terms))
        if token.word in famous_names() and not is_known:
            return True
        plain = plain_style(message, self._analyse.language)
        before, own, behind = plain[: token.start], plain[token.start : token.end], plain[token.end :]
        if not own[:1].isupper() or message.isupper() or message.istitle() or self._analyse.language == "de":
            return False
        if self._vocabulary.is_name(token.word):
            return True
        if self._analyse.language == "en" and not is_english(token.word):
            return True
        return bool(before.strip()) and not is_known and not behind.lstrip()[:1].isupper()


def _with_terms(concept: Concept, more: Sequence[WeightedTerm]) -> Concept:
    """Return a concept that terms of near meaning find too, by the larger weight; a name stays what it is."""
    if not more or concept.is_name:
        return concept
    own, *others = concept.terms
    weights = {t.term: t.weight for t in others}
    for t in more:
        if t.term != own.term:
            weights[t.term] = max(weights.get(t.term, 0.0), t.weight * own.weight)
    ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MAX_OTHERS]
    return concept._replace(terms=(own, *(WeightedTerm(term, weight) for term, weight in ordered)))


def _pairs(tokens: Sequence[Token], people: Sequence[Person]) -> tuple[Concept, ...]:
    """Return the neighbouring words; no two people are, who may be named in either order."""
    found: dict[str, Concept] = {}
    for term, first, second in pairs(tokens):
        whose = [{person for person in people if t.terms[0] in person.terms} for t in (first, second)]
        if all(whose) and whose[0].isdisjoint(whose[1]):
            continue
        found.setdefault(term, Concept(f"{first.word} {second.word}", (WeightedTerm(term, PAIR_WEIGHT),)))
    return tuple(found.values())


@lru_cache(maxsize=1_000)  # each question is looked back at six times
def _named_in(question: str, language: str, library: Library, _: int) -> tuple[Concept, ...]:
    """Return what an earlier question named, in the library's version of the last argument."""
    reader = _Reader(library, language)
    asked = without_frame(read_naming(question, Session(), library).text)
    return reader.concepts(reader.tokens(asked), asked)


def _carried(
    own: Sequence[Concept],
    message: str,
    session: Session,
    library: Library,
    language: str,
    leaning: Leaning | None,
) -> tuple[Concept, ...]:
    """Return what earlier questions named, weaker the longer ago, a word once.

    A question without a word of its own ("why?") is the last one over again, and "and Japan?" is the last
    one with another name in it: these take its words whole. (Carrying words of the answers was tried too: it
    costs follow-ups up to 20 points.)
    """
    is_replacing = is_substitution(message)
    replaced = leaning.replaced if leaning is not None else frozenset()
    known = {concept.terms[0].term for concept in own}
    carried = []
    for back, turn in enumerate(reversed(session.turns)):
        for concept in _named_in(turn.question, language, library, library.version):
            weight = CARRIED_WEIGHT * CARRIED_DECAY**back
            if back == 0 and not own:
                weight = 1.0
            elif back == 0 and is_replacing:
                is_replaced = concept.terms[0].term in replaced if replaced else concept.is_name
                weight = SUBSTITUTED_NAME if is_replaced else SUBSTITUTED_WEIGHT
            if weight and known.isdisjoint((concept.word, concept.terms[0].term)):
                known |= {concept.word, concept.terms[0].term}  # the parts of a hyphenated name count once
                faded = tuple(WeightedTerm(t.term, t.weight * weight) for t in concept.terms)
                carried.append(concept._replace(terms=faded))
    return tuple(carried)
