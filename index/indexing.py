"""An article to all that is kept of it to be searched: passages with their terms, words, names spelt out.

All of it is derived from the article alone, so that an article can be added to a library, or leave it,
without a look at the others.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from index import analyzer as analyzer_module
from index import splitter
from index.analyzer import PAIR, Analyzer, Known, analyzer, stop_words
from index.models import Article, Passage, PrintedWord
from index.splitter import split_article
from index.tables import data_file

MIN_INITIALS = 3
MAX_INITIALS = 6
"""Capitalised words in a row that may be asked for by their initials."""

_MAX_EXPANSION = 200  # characters
_ACRONYM = re.compile(r"\(([A-Z]{2,8})s?\)")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = dict.fromkeys(map(ord, "aeiouyw-"))
_PINYIN_Q = re.compile("^q(?=i[aeou])")
_ARABIC_Q = re.compile("q(?![uw])")
_PINYIN_X = re.compile("^(?:hs|x)(?=[iu])")
_FIELD = re.compile(r"\S+")
_NAME = re.compile(r"[^\W\d_][\w’'-]+")
_LINKS = frozenset({"of", "and", "for", "the", "on"})
_LINK_WORDS = rf"(?:(?:{'|'.join(sorted(_LINKS))})\s+)*+"
# The first letter of a word with a capital, as far as an expression can tell, and two more such words behind.
_RUN_START = re.compile(
    r"[^\x00-@\[-\x7f](?<=[^\W\d_])(?<!\w.)"
    rf"(?=([\w’'-]++)\s+{_LINK_WORDS}[^\W\d_a-z][\w’'-]++\s+{_LINK_WORDS}[^\W\d_a-z][\w’'-])"
)


class Word(NamedTuple):
    """A word of the articles: its term, and how it is printed."""

    term: str
    printed: str

    @property
    def is_name(self) -> bool:
        """Say whether it is printed with a capital."""
        return self.printed[:1].isupper()


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What is kept of the article of an id to be searched.

    `terms` are those of each passage, parted by spaces, `term_count` how many together. `words` are the
    article's, each as how it reads in lower case, as first printed, and its term, parted by spaces.
    `acronyms` are those beside their expansions, (expansion, acronym); `initials` lead to the capitalised
    words in a row where they first stand.
    """

    id: str
    passages: tuple[Passage, ...]
    terms: tuple[str, ...]
    term_count: int
    words: tuple[str, ...]
    acronyms: tuple[tuple[str, str], ...]
    initials: dict[str, str]


@dataclass(slots=True, eq=False)  # compared by identity, which is quick
class _Field:
    """What stands between two spaces: its terms, parted by spaces, and the first of each of its words twice.

    With "_" between the fields, "north north_korea korea" is what stands twice: the pairs, but for its ends.
    `row` is its word with how it is printed and its term, if it has a single one; else `words` are all.
    """

    terms: str
    twice: str
    word: str
    row: str
    words: tuple[PrintedWord, ...] = ()


_TERMS, _TWICE = attrgetter("terms"), attrgetter("twice")


@cache
def _fields(language: str) -> Known[_Field | None]:
    """Return what is made of the fields of a language, None of those without words."""
    in_field = analyzer(language).in_field

    def make(field: str) -> _Field | None:
        words = in_field(field)
        if not words:
            return None
        printed, word, terms = words[0]
        if len(words) == len(terms) == 1:  # most are
            return _Field(terms[0], f"{terms[0]} {terms[0]}", word, f"{word} {printed} {terms[0]}")
        all_terms = " ".join(chain.from_iterable(word.terms for word in words))
        return _Field(all_terms, PAIR.join(f"{w.terms[0]} {w.terms[0]}" for w in words), "", "", words)

    return Known(make)


def index_article(article: Article, passages: Sequence[Passage] | None = None) -> IndexedArticle:
    """Return what is kept of an article; it is split unless its passages are given."""
    passages = tuple(split_article(article) if passages is None else passages)
    fields = _fields(article.language)
    every: list[_Field] = []

    def terms_of(text: str) -> str:
        found = list(filter(None, map(fields.__getitem__, text.split())))
        every.extend(found)
        twice = PAIR.join(map(_TWICE, found))
        pairs = twice[twice.find(" ") + 1 : twice.rfind(" ")]
        return " ".join([*map(_TERMS, found), pairs] if pairs else map(_TERMS, found))

    terms_above: dict[str, str] = {}
    terms = []
    for passage in passages:
        # With the title and the path of headings in front, a party that a heading names finds the passages
        # under it (news hit@1 .568 -> .615). The metadata passage is its own title.
        above = () if passage.kind == "metadata" else (article.title, *passage.section)
        for text in above:
            if text not in terms_above:
                terms_above[text] = terms_of(text)
        body = terms_of(passage.text[passage.body_start - passage.start :])
        terms.append(" ".join(filter(None, [*(terms_above[text] for text in above), body])))
    texts = [passage.text for passage in passages]
    return IndexedArticle(
        article.id,
        passages,
        tuple(terms),
        sum(own.count(" ") + 1 for own in terms if own),
        tuple(_as_printed(dict.fromkeys(every), analyzer(article.language))),
        tuple(_acronyms(texts)),
        _spelt_out_names(texts),
    )


def _as_printed(fields: Iterable[_Field], analyse: Analyzer) -> Iterable[str]:
    """Return each word once, as first printed, with its term; and so the parts of hyphenated ones."""
    found: dict[str, str] = {}
    for field in fields:
        if field.row:
            found.setdefault(field.word, field.row)
        for printed, word, terms in field.words:
            if word in found:
                continue
            found[word] = f"{word} {printed} {terms[-1]}"
            if len(terms) > 1:
                for part in printed.split("-"):
                    folded = part.casefold()
                    found.setdefault(folded, f"{folded} {part} {analyse.stem(folded)}")
    return found.values()


def bones(word: str) -> str:
    """Return the consonants of a name in lower case, its joints and doubled letters left out."""
    kept = romanised(word).translate(_VOWELS)
    return _DOUBLED.sub(r"\1", kept) if _DOUBLED.search(kept) else kept


def romanised(name: str) -> str:
    """Return a name in lower case, letters of several romanisations in one.

    Pinyin's q and x as Wade and Giles write them, Arabic's q as k.

    >>> romanised("qiang"), romanised("xing"), romanised("hsing"), romanised("tariq")
    ('chiang', 'shing', 'shing', 'tarik')
    """
    if name.startswith(("x", "hs")):
        name = _PINYIN_X.sub("sh", name)
    return _ARABIC_Q.sub("k", _PINYIN_Q.sub("ch", name)) if "q" in name else name


def name_stems(name: str) -> tuple[str, ...]:
    """Return the stems of an English name, without stop words."""
    analyse = analyzer("en")
    plain = name.rstrip("*").lower()
    if plain.replace(" ", "").isalpha():  # most are, and at every start there are hundreds
        return tuple(analyse.stem(word) for word in plain.split() if word not in stop_words("en"))
    return tuple(token.terms[0] for token in analyse.tokens(plain))


def _acronyms(texts: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield acronyms beside their expansion, "free trade agreement (FTA)"."""
    for text in texts:
        for match in _ACRONYM.finditer(text):
            before = text[max(0, match.start() - _MAX_EXPANSION) : match.start()]
            expansion = _expansion(before.split()[-10:], match[1])
            if expansion:
                yield expansion, match[1]


def _expansion(words: Sequence[str], acronym: str) -> str | None:
    """Return the shortest run of last words whose initials hold the acronym's letters in order."""
    for count in range(len(acronym), len(words) + 1):
        initials = "".join(part[0] for word in words[-count:] for part in word.split("-") if part).upper()
        rest = iter(initials)
        if initials[:1] == acronym[0] and all(letter in rest for letter in acronym):
            return " ".join(words[-count:])
    return None


def _spelt_out_names(texts: Iterable[str]) -> dict[str, str]:
    """Return the runs of capitalised words by their initials, each where it first stands.

    Links ("of", "and") may stand between the words, and the first may be the end of a hyphenated one.

    >>> _spelt_out_names(["He joined the Bureau of Stone-Bridges Society."])
    {'BSS': 'Bureau of Stone-Bridges Society'}
    """
    found: dict[str, str] = {}
    for text in texts:
        for start in _RUN_START.finditer(text):
            if start.group().isupper():
                for initials, end in _runs_on(start.group(), text, start.end(1)):
                    found.setdefault(initials, text[start.start() : end])
    return found


def _runs_on(initials: str, text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield the initials of ever longer runs of capitalised words behind `at`, with where they end."""
    for field in _FIELD.finditer(text, at):
        if field.group() in _LINKS:
            continue
        name = _NAME.match(text, field.start())
        if name is None or not field.group()[0].isupper():
            return
        initials += field.group()[0]
        if len(initials) >= MIN_INITIALS:
            yield initials, name.end()
        if len(initials) == MAX_INITIALS or name.end() < field.end():
            return


@cache
def fingerprint() -> str:
    """Return a digest of the rules of analysis; where it differs, what was derived is stale."""
    digest = hashlib.sha256()
    for module in (analyzer_module.__file__, splitter.__file__, __file__):
        digest.update(Path(module).read_bytes())
    for name in ("languages.json", "irregular.json"):
        digest.update(data_file(name).read_bytes())
    return digest.hexdigest()[:16]
