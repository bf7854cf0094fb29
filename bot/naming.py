"""Articles that a question names: by words of their titles, by author, by date, or by what they are about.

"According to the glacier article, who paid?" is "According to the article, who paid?", put to that article.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from bot.models import Session
from index.analyzer import analyzer
from index.bylines import names_in, read_dates
from index.library import Library
from index.models import ArticleEntry, Concept, WeightedTerm
from index.tables import table

MOST = 300
"""Articles among which one is named; of more, a word or two tell none apart."""

LOOKED_AT = 60
"""Passages looked at for what an article is about."""

MAINLY = 2 / 3
SEVERAL = 3
"""The share of the passages with some words from which on their article is about them, and the fewest of them
where the words are no names: an article that speaks of a stadium once is not "the stadium article"."""

_THE = r"(?:the|this|that|your|an?)"
_NOUN = r"(?:articles?|op-eds?|essays?)"
_OTHER_NOUN = r"(?:pieces?|story|stories|reports?|papers?|texts?|pages?|posts?|documents?)"
_FRAME = r"\b(?:in|from|per|by|according to|do|does|did)\s+"
_VERB = (
    r"(?:says?|said|tells?|told|mentions?|mentioned|reports?|reported|claims?|claimed|states?|stated"
    r"|writes?|wrote|written|describes?|described|explains?|explained|argues?|argued|thinks?|concludes?"
    r"|concluded|believes?|calls?|gives?)"
)
_STARTS = (
    r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|who|whom|whose|what|when|where"
    r"|why|how|which)"
)
_NO_PART = rf"(?!(?:{_THE}|{_VERB}|{_STARTS}|in|from|per|by|to|about)\b)"
_NO_END = rf"(?!(?:{_VERB}|{_STARTS}|published|printed|posted)\b)"
_WORD = r"[^\W_](?:[^\s,;:?!()“”\"]*[^\W_])?"
_BEFORE = rf"(?P<before>{_NO_PART}{_WORD}(?:\s+{_NO_PART}{_WORD}){{0,4}})\s+"
_BEHIND = (
    r"\s+(?:(?:that|which)\s+(?:is|was)\s+)?(?:(?:published|written|printed|dated|posted)\s+)?"
    r"(?P<link>about|on|of|from|by|in|regarding|concerning|called|titled|entitled|dated)\s+"
    rf"(?P<behind>{_NO_END}{_WORD}(?:\s+{_NO_END}{_WORD}){{0,9}}(?:,\s*\d{{4}}\b)?)"
)

_BARE = (
    r"\b(?:in|from|per|by|of|according to|(?:what|how) about|do|does|did)\s+"
    r"(?P<article>(?:the|this|that|your|these|those)\s+(?:articles?|piece|essay|op-ed))\b"
    r"(?!\s+\d)"
)
_ANY_NOUN = (
    "articl", "op-ed", "essay", "piece", "story", "stories", "report", "paper", "text", "page", "post",
    "document",
)  # fmt: skip
"""Without one of these none of the other forms is there, and none is compiled: that takes 8 ms at a start."""

_SAID = re.compile(rf"(?:\s+\w+ly)?\s+{_VERB}\b", re.IGNORECASE)
_ACCORDING = re.compile(r"\baccording\s+to\s+$", re.IGNORECASE)
_WHICH = (
    r"\W*(?:and\s+|so\s+)?(?:(?:which|what)\s+(?:of\s+(?:the|your)\s+)?(?:articles?|piece|essay|text|story)"
    r"|(?:is|are)\s+there\s+(?:an?|any)\s+(?:articles?|pieces?|story|stories)"
    r"|(?:do|have)\s+you\s+(?:have\s+|got\s+)?(?:an?|any)\s+(?:articles?|pieces?|story|stories))\s+"
    r"(?:(?:that|which)\s+)?(?:"
    r"(?P<mentions>mentions?|mentioned|mentioning|names?|quotes?|cites?|speaks?\s+of|talks?\s+of)"
    r"|(?:(?:is|are|was|were)\s+)?(?:(?:written|published|printed|posted|dated)\s+)?"
    r"(?:(?P<made>by|from|of|in)|about|on|covers?|covering|discuss(?:es)?"
    r"|(?:deals?|dealing)\s+with|(?:speaks?|talks?|tells?|reports?)\s+(?:about|on)))\s+"
    r"(?P<what>[^\W_].*?)\W*"
)
_IN_WHICH = (
    r"\W*in\s+(?:which|what)\s+articles?\s+(?:is|are|was|were|does|do)\s+(?P<what>[^\W_].*?)\s+"
    r"(?:mentioned|named|quoted|cited|discussed|described|appear)\W*"
)
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d]|[.,]\d)")


class Naming(NamedTuple):
    """A question without the names of articles in it, and the ids of those that it names; none means all.

    `asks_which` says that it asks for the article itself; of `is_about` that article's title tells enough.
    """

    text: str
    article_ids: tuple[str, ...] = ()
    asks_which: bool = False
    is_about: bool = False


def read_naming(message: str, session: Session, library: Library) -> Naming:
    """Return the question that remains of a message, and the articles that it is put to.

    "The glacier article" becomes "the article", and so do "what Ada Stone writes" and "the article of 7 May".
    What names no article stays as it is. Where an article is chosen, another is named by its title, author or
    date only, not by what it is about.
    """
    if not library.article_count or library.article_count > MOST:
        return Naming(message)
    may_tell_subject = session.article_id is None and library.article_count > 1
    found = None
    if _has_noun(message):
        found = _which(message, library, may_tell_subject) or _by_phrase(message, library, may_tell_subject)
    return found or _by_author(message, library)


def without_frame(message: str) -> str:
    """Return a question with "the article" blanked where it only says where to look.

    >>> without_frame("What does the article say?"), without_frame("Who read the article?")
    ('What does             say?', 'Who read the article?')
    """

    def blank(match: re.Match[str]) -> str:
        whole, cut = match.group(), match["article"]
        return whole[: -len(cut)] + " " * len(cut)

    return re.sub(_BARE, blank, message, flags=re.IGNORECASE) if _has_noun(message) else message


def _has_noun(message: str) -> bool:
    folded = message.casefold()
    return any(noun in folded for noun in _ANY_NOUN)


def _which(message: str, library: Library, may_tell_subject: bool) -> Naming | None:
    """Return what a question for the article itself asks, "which article is about trams?"; else None."""
    inner = re.fullmatch(_IN_WHICH, message, re.IGNORECASE)
    if inner is not None:
        return Naming(f"Does the article mention {inner['what']}?", asks_which=True)
    match = re.fullmatch(_WHICH, message, re.IGNORECASE)
    if match is None:
        return None
    text = f"Does the article mention {match['what']}?"
    is_made = match["made"] is not None
    found = () if match["mentions"] else _fitting(match["what"], library, may_tell_subject and not is_made)
    if is_made and not found:
        return None
    return Naming(text, found, asks_which=True, is_about=len(found) == 1)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Return the forms of a phrase that names an article, and whether its noun surely means one."""
    return tuple(
        (re.compile(pattern, re.IGNORECASE), is_sure)
        for pattern, is_sure in (
            (rf"\b(?P<phrase>(?:{_THE}\s+)?{_BEFORE}{_NOUN})\b", True),
            (rf"\b(?P<phrase>(?:{_THE}\s+)?{_NOUN}\b{_BEHIND})", True),
            (rf"{_FRAME}(?P<phrase>(?:{_THE}\s+)?{_BEFORE}{_OTHER_NOUN})\b", False),
            (rf"{_FRAME}(?P<phrase>(?:{_THE}\s+)?{_OTHER_NOUN}\b{_BEHIND})", False),
        )
    )


def _by_phrase(message: str, library: Library, may_tell_subject: bool) -> Naming | None:
    """Return the question put to the articles that a phrase of it names, "the mill article"; else None.

    A "story" or a "report" may be something else: it counts only among several articles, behind "in", "does"
    or the like, and by title, author or date.
    """
    for pattern, is_sure in _phrases():
        if not is_sure and library.article_count < 2:
            continue
        for match in pattern.finditer(message):
            for told, end in _told(match):
                is_subject = may_tell_subject and is_sure and end == match.end()
                found = _fitting(told, library, is_subject)
                if found:
                    return Naming(f"{message[: match.start('phrase')]}the article{message[end:]}", found)
    return None


def _told(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield what a phrase may tell of an article, and where in the message it then ends; likeliest first."""
    groups = match.groupdict()
    if "before" in groups:
        yield groups["before"], match.end()
        return
    for end in _ends(groups["behind"]):
        told = groups["behind"][:end]
        if groups["link"].casefold() not in {"of", "in"} or _tells_date(told):
            yield told, match.start("behind") + end


def _ends(text: str) -> Iterator[int]:
    """Yield where a phrase may end, the longest first: at its end, and before each word that only joins."""
    yield len(text)
    words = list(re.finditer(r"\S+", text))
    for word in reversed(words[1:]):
        if not analyzer("en").tokens(word.group()):
            yield word.start() - 1


def _by_author(message: str, library: Library) -> Naming:
    """Return the question put to the articles of the author whom it asks for what he or she writes."""
    if not (_SAID.search(message) or re.search(r"\baccording\s+to\b", message, re.IGNORECASE)):
        return Naming(message)
    tokens = analyzer("en").tokens(message)
    entries = library.entries(limit=MOST)
    for name in dict.fromkeys(name for entry in entries for name in names_in(entry.author or "")):
        terms = _terms(name)
        for at, token in enumerate(tokens):
            if not terms or token.terms[0] != terms[-1]:
                continue
            first = at
            while first and tokens[first - 1].terms[0] in terms[:-1]:
                first -= 1
            if first == at and _is_in_body(terms[-1], library):
                continue
            start, end = tokens[first].start, token.end
            said = _SAID.match(message, end)
            if said is None and not _ACCORDING.search(message[:start]):
                continue
            end = said.end() if said else end
            if not set(_terms(message[:start] + message[end:])) - _vague():
                continue
            ids = tuple(entry.id for entry in entries if name in names_in(entry.author or ""))
            verb = " say" if said else ""
            return Naming(f"{message[:start]}the article{verb}{message[end:]}", ids)
    return Naming(message)


def _is_in_body(term: str, library: Library) -> bool:
    hits = library.search([Concept(term, (WeightedTerm(term, 1.0),))], LOOKED_AT)
    return any(hit.passage.kind == "body" for hit in hits)


def _fitting(text: str, library: Library, is_subject: bool) -> tuple[str, ...]:
    """Return the ids of the articles that a phrase names: every word is of title or author, or the date.

    Where there is none, and `is_subject`, the one that has most of the passages with all of these words.
    """
    dates = read_dates(text)
    for date in dates:
        text = text.replace(date.text, " ")
    years = [int(year) for year in _YEAR.findall(text)]
    terms = frozenset(_terms(_YEAR.sub(" ", text))) - _vague()
    if not (terms or dates or years):
        return ()

    def fits(entry: ArticleEntry) -> bool:
        printed = read_dates(entry.date or "")[:1]
        return (
            all(any(date.agrees(own) for own in printed) for date in dates)
            and all(any(own.year == year for own in printed) for year in years)
            and terms <= {*_terms(entry.title), *_terms(entry.author or "")}
        )

    found = tuple(entry.id for entry in library.entries(limit=MOST) if fits(entry))
    if found or dates or years or not is_subject:
        return found
    words = [token.word for token in analyzer("en").tokens(text)]
    return _about(sorted(terms), all(map(library.vocabulary.is_name, words)), library)


def _about(terms: Sequence[str], are_names: bool, library: Library) -> tuple[str, ...]:
    """Return the id of the article that most passages with all of the terms are of."""
    weighted = [WeightedTerm(term, 1.0) for term in terms]
    hits = library.search([Concept(term.term, (term,)) for term in weighted], LOOKED_AT)
    counts = Counter(
        hit.passage.article_id
        for hit in hits
        if all(library.score(hit.passage, term) > 0 for term in weighted)
    )
    fewest = max(1 if are_names else SEVERAL, MAINLY * counts.total())
    return tuple(article_id for article_id, count in counts.most_common(1) if count >= fewest)


def _tells_date(text: str) -> bool:
    return bool(read_dates(text) or _YEAR.search(text))


@cache
def _vague() -> frozenset[str]:
    """Return the stems of words that tell no article from another ("the last article")."""
    return frozenset(map(analyzer("en").stem, table("about")["vague"]))


@lru_cache(maxsize=2_000)
def _terms(text: str) -> tuple[str, ...]:
    return tuple(token.terms[0] for token in analyzer("en").tokens(text))
