"""Follow-ups: whether a question leans on what was said before, and whom or what its words stand for."""

import contextlib
import re
from collections.abc import Iterable, Sequence

from bot.evidence import FIRM
from bot.models import Leaning, Note, Session, Turn
from bot.wording import is_reply, is_substitution
from index.analyzer import analyzer
from index.errors import FootnoteError
from index.library import Library
from index.models import Concept, Passage, WeightedTerm
from index.people import Person, own_terms, people_in, person_nouns

ANTECEDENT_WEIGHT = 0.8
"""What the name counts that "he" stands for; the names of earlier questions count .3 and less."""

_PERSON = re.compile(r"\b(he|him|his|she|her|hers)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:it|its|they|them|theirs?|this|that|these|those|there|then|so|same|ones?"
    r"|else|more|others?|instead|too|also|next|again)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\bthe (?:(?P<first>first|former)|second|latter|last|other)"
    r"(?: (?:one|person|of (?:them|the two))\b|(?<=er)(?= \w+\W*$)"
    r"|(?= (?:do|did|say|is|was|has|had)\b|\W*$))",
    re.IGNORECASE,
)
_OF_TWO = re.compile(r"former$|latter$|person$|of (?:them|the two)$", re.IGNORECASE)
_DOES = re.compile(  # what only a person does, or who else is asked for
    r"\b(?:who|whom|whose|says?|said|think|thinks|thought|wants?|wanted|works?|worked|lives?|lived|asks?|asked"
    r"|calls?|called|repl(?:y|ies|ied)|answers?|answered|respond\w*|argue\w*|warn\w*|hopes?|hoped|believes?"
    r"|believed|refuse\w*|demand\w*|propose\w*|promise\w*|insist\w*|stress\w*|thank\w*|told|tell|tells)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\W*(?:and|but|so|or|what about|how about)\b", re.IGNORECASE)
_MOSTLY = 0.5  # the share of a heading above which a name in it is what it tells of
_NEAR = 0.6  # from this weight on a term is of the same matter
_FEW = 2  # words of its own that a question has at most that leans without saying so


def is_followup(message: str, own: Sequence[Concept]) -> bool:
    """Say whether a question leans on the one before: by a pronoun, "and", or hardly a word of its own.

    >>> is_followup("where does he work?", ()), is_followup("and in Seoul?", ()), is_followup("why?", ())
    (True, True, True)
    """
    if _JOINED.match(message) or any(cue.search(message) for cue in (_PERSON, _OTHER, _ORDINAL)):
        return True
    return len({concept.word for concept in own}) <= _FEW and not any(concept.is_name for concept in own)


def _goes_on(message: str, own: Sequence[Concept]) -> bool:
    """Say whether a question goes on within the article of the last answer.

    It has no name of its own, and begins with "and", or has a pronoun before its other words or at its end,
    or no other words. "Why did the union say that it will strike?" may be put to any article.
    """
    if any(concept.is_name for concept in own):
        return False
    if not own or _JOINED.match(message):
        return True
    cues = [cue for pattern in (_PERSON, _OTHER, _ORDINAL) for cue in pattern.finditer(message)]
    return any(
        not re.search(r"\w", message[cue.end() :]) or not analyzer("en").tokens(message[: cue.start()])
        for cue in cues
    )


def leaning(message: str, session: Session, own: Sequence[Concept], library: Library) -> Leaning | None:
    """Return what a question leans on, None if on nothing."""
    if not session.turns or not is_followup(message, own):
        return None
    last = next((turn for turn in reversed(session.turns) if turn.cited), None)
    if last is None:
        return None
    cited = list(passages_of(last.cited, library))
    parallel, replaced = _parallel(cited, own, library) if is_substitution(message) else ([], frozenset())
    beside = [library.neighbours(passage) for passage in cited]
    return Leaning(
        tuple(passage.id for passage in cited),
        tuple(after.id for _, after in beside if after is not None and after.kind == "body"),
        tuple(before.id for before, _ in beside if before is not None and before.kind == "body"),
        last.shown,
        tuple(passage.id for passage in parallel),
        cited[0].article_id if cited and _goes_on(message, own) else None,
        replaced,
    )


def _parallel(
    cited: Sequence[Passage], own: Sequence[Concept], library: Library
) -> tuple[list[Passage], frozenset[str]]:
    """Return the passages where the last question is answered with something else put into it.

    A matter that has a heading of its own is told of under that, in the section of the passage cited if there
    is one. Of another party, the same matter is told of under the same heading, in another section. Behind
    them the terms that were replaced: those of the heading left for another.
    """
    firm, near = (
        [{t.term for t in concept.terms if t.weight >= least} for concept in own] for least in (FIRM, _NEAR)
    )
    is_name = any(concept.is_name for concept in own)
    for one in cited:
        heading, parent = _heading(one), one.section[:-1]
        others = [p for p in library.passages(one.article_id) if p.section != one.section]
        others = [p for p in others if p.section and len(p.section) == len(one.section)]
        here = [p for p in others if p.section[:-1] == parent]
        for passages, terms in ((here, firm), (here, near), (others, firm)):
            under = [p for p in passages if _is_matter(_heading(p), terms, heading, is_name=is_name)]
            if under:
                return under, heading
        same = [p for p in others if _heading(p) == heading and p.section[:-1] != parent]
        if heading and same:
            return same, frozenset()
    return [], frozenset()


def _is_matter(
    heading: frozenset[str], terms: Sequence[set[str]], left: frozenset[str], *, is_name: bool
) -> bool:
    """Say whether a heading has all that is put in, which the one left has not.

    By a name it tells of that only if it has little else: "North Korea", not "Korea's point of view".
    """
    is_told = bool(terms) and all(heading & each for each in terms)
    if not is_told or all(left & each for each in terms):
        return False
    return not is_name or len(heading & set().union(*terms)) > _MOSTLY * len(heading)


def _heading(passage: Passage) -> frozenset[str]:
    """Return the terms of the heading that a passage stands under."""
    return _terms_of(passage.section[-1:])


def _terms_of(headings: Iterable[str]) -> frozenset[str]:
    words = (word for heading in headings for word in analyzer("en").words(heading))
    return frozenset(term for word in words for term in word.terms)


def antecedents(
    message: str, session: Session, known: Sequence[Person], library: Library
) -> tuple[Note, ...]:
    """Return whom the pronouns of a question stand for; nothing where that cannot be decided.

    "He" is the one person whom the question before names, or by a pronoun or a role meant, unless it asked
    who; else the first whom its answer names. Failing that, the question before is looked at. Nobody is whom
    the article calls by the other pronoun, nor whom a "why?" by itself brought up. "The first one" is of two
    people in the question right before, if it does what people do.
    """
    pronoun, ordinal = _PERSON.search(message), _ORDINAL.search(message)
    if ordinal is not None and (_OF_TWO.search(ordinal.group()) or _DOES.search(message)):
        for turn in session.turns[-1:]:
            asked = _asked(turn, known)
            pair = asked if len(asked) > 1 else _answered(turn, known, library)
            if len(pair) > 1:
                return (Note("carried", ordinal.group(), pair[0] if ordinal["first"] else pair[1]),)
    others = _of_other_pronoun(pronoun.group(), known) if pronoun is not None else set()
    for turn in reversed(session.turns):
        asked = [name for name in _asked(turn, known) if name not in others]
        answered = [name for name in _answered(turn, known, library) if name not in others]
        if pronoun is not None and is_reply(message):
            return tuple(
                Note("carried", pronoun.group(), name)
                for name in _replying(turn, asked, known, library)
                if name not in others
            )
        if pronoun is not None and not _has_subject(message[: pronoun.start()], known):
            new = [name for name in answered if name not in asked and not _is_bare(turn.question)]
            likely = new[:1] if new and (_asks_who(turn.question) or not asked) else asked
            if likely:
                return (Note("carried", pronoun.group(), likely[0]),) if len(likely) == 1 else ()
    return ()


def _of_other_pronoun(pronoun: str, known: Sequence[Person]) -> set[str]:
    """Return the names of those whom the article calls otherwise: a chairwoman is no "he"."""
    meant = "he" if pronoun.casefold().startswith("hi") or pronoun.casefold() == "he" else "she"
    return {person.name for person in known if person.pronoun not in {None, meant}}


def _is_bare(question: str) -> bool:
    """Say whether a question has no word of its own ("why?"), and does not ask who."""
    return not analyzer("en").tokens(question) and not _asks_who(question)


def _asked(turn: Turn, known: Sequence[Person]) -> list[str]:
    """Return whom a question named, or meant by a pronoun or a role."""
    names = {person.name for person in known}
    meant = [note.meant for note in turn.notes if note.meant in names]
    return list(dict.fromkeys([*(person.name for person in people_in(turn.question, known)), *meant]))


def _answered(turn: Turn, known: Sequence[Person], library: Library) -> list[str]:
    """Return whom an answer names; if nobody, who was named last before it in its passage ("…", he said)."""
    found = [person.name for text in turn.shown for person in people_in(text, known)]
    if not found:
        for passage in passages_of(turn.cited[:1], library):
            before = passage.text.partition(turn.shown[0])[0] if turn.shown else ""
            found = [person.name for person in people_in(before, known)][-1:]
    return list(dict.fromkeys(found))


def _replying(turn: Turn, asked: Sequence[str], known: Sequence[Person], library: Library) -> list[str]:
    """Return who replies in the cited passage, or in the one behind it; not who was asked about."""
    for cited in passages_of(turn.cited[:1], library):
        for passage in filter(None, (cited, library.neighbours(cited)[1])):
            for sentence in library.sentences(passage):
                text = passage.text_of(sentence.span)
                names = [person.name for person in people_in(text, known) if person.name not in asked[:1]]
                if names and text not in turn.shown and is_reply(text):
                    return names[:1]
    return []


def _has_subject(before: str, known: Sequence[Person]) -> bool:
    """Say whether a question names somebody, or a role, before its pronoun, which then is that one's."""
    words = (word.casefold() for word in re.findall(r"[^\W\d_]+", before))
    return bool(people_in(before, known)) or not person_nouns().isdisjoint(words)


def _asks_who(question: str) -> bool:
    """Say whether a question asks for a person whom it does not name: "which chairman", not "who is Yang"."""
    asked = re.search(r"\b(?:which|what) (\w+)(?: (\w+))?", question, re.IGNORECASE)
    if asked and not person_nouns().isdisjoint(word.casefold() for word in asked.groups() if word):
        return True
    return bool(re.search(r"\bwho(?:m)?\b(?! (?:is|was|are|were)\b)", question, re.IGNORECASE))


def is_about_author(message: str, session: Session, library: Library) -> bool:
    """Say whether "he" or "she" is the author, of whom the last answer told from byline or biography."""
    if not session.turns or _PERSON.search(message) is None:
        return False
    cited = list(passages_of(session.turns[-1].cited, library))
    return bool(cited) and all(passage.kind != "body" for passage in cited)


def antecedent_concepts(notes: Iterable[Note], known: Sequence[Person]) -> tuple[Concept, ...]:
    """Return a concept for each name that was carried on, found by any word of it that is its own."""
    found = []
    for note in notes:
        for person in known:
            if note.kind == "carried" and person.name == note.meant:
                own = sorted(own_terms(person, known)) or person.terms
                terms = tuple(WeightedTerm(term, ANTECEDENT_WEIGHT) for term in (*own, *person.spelt))
                found.append(Concept(person.name.casefold(), terms, is_name=True))
    return tuple(found)


def passages_of(ids: Iterable[str], library: Library) -> Iterable[Passage]:
    """Yield the passages of the ids that are still in the library."""
    for passage_id in ids:
        with contextlib.suppress(FootnoteError):  # it may have been removed since
            yield library.passage(passage_id)


def quoted_turn(quoted: str, session: Session, library: Library) -> Turn:
    """Return a turn that stands for words of an earlier answer which a question is put to."""
    plain = " ".join(quoted.split())
    earlier = [p for turn in reversed(session.turns) for p in passages_of(turn.cited, library)]
    cited = [p.id for p in earlier if plain in " ".join(p.text.split()) or " ".join(p.text.split()) in plain]
    if not cited:
        terms = {term for token in analyzer(library.language).tokens(plain) for term in token.terms[:1]}
        hits = library.search(
            [Concept(t, (WeightedTerm(t, 1.0),)) for t in terms], 1, article_id=session.article_id
        )
        cited = [hit.passage.id for hit in hits]
    return Turn(quoted, tuple(cited[:1]), (quoted,))
