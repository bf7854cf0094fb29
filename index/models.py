"""The records that travel between the parts.

All are frozen; what is made and sent by the million is a tuple. Offsets count characters of `Article.text`
from 0; spans are half-open; ranks count from 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

BlockKind = Literal["title", "byline", "heading", "paragraph", "biography", "furniture"]
PassageKind = Literal["body", "metadata", "biography"]
EngineName = Literal["auto", "rank_bm25", "tantivy"]


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


class Block(NamedTuple):
    """A stretch of an article's text and what it is.

    `body_start` is where the sentences begin: behind the run-in heading where a paragraph opens with one,
    else `start`. `section` is the path of headings above it, outermost first.
    """

    kind: BlockKind
    start: int
    end: int
    body_start: int
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """A text with what reading found in it.

    `author` and `date` are as printed, None where the text has none. `language` is an ISO 639-1 code.
    `blocks` are in the order of the text; only a run-in heading lies within another, the paragraph it opens.
    `url` is the http or https address that it came from, or gives as its own; None where there is none.
    """

    id: str
    title: str
    author: str | None
    date: str | None
    language: str
    text: str
    blocks: tuple[Block, ...]
    url: str | None = None


class ArticleEntry(NamedTuple):
    """An article in a list, without its text: how many passages and characters it has.

    `source` is where it was read: an address, or the path of a file.
    """

    id: str
    title: str
    author: str | None
    date: str | None
    language: str
    url: str | None
    source: str
    passages: int
    characters: int


class Passage(NamedTuple):
    """The unit that is indexed and cited: `article.text[start:end] == text`.

    `paragraph` counts body paragraphs from 1; 0 is the metadata (title, author, date).
    """

    id: str
    article_id: str
    kind: PassageKind
    paragraph: int
    section: tuple[str, ...]
    start: int
    end: int
    body_start: int
    text: str

    def text_of(self, span: Span) -> str:
        """Return the words of a span of the article's text that lies within the passage."""
        return self.text[span.start - self.start : span.end - self.start]


class Token(NamedTuple):
    """A word: its span, how it reads in lower case, and its terms (its stem first)."""

    start: int
    end: int
    word: str
    terms: tuple[str, ...]


class PrintedWord(NamedTuple):
    """A word as printed, as compared, and its terms."""

    printed: str
    word: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage: its span in `Article.text` and its words, stop words left out.

    Most sentences are only weighed, which takes their words; `tokens`, the words with their spans, are looked
    for when they are first asked for.
    """

    span: Span
    words: tuple[PrintedWord, ...]
    find_tokens: Callable[[], Sequence[Token]] = field(compare=False, repr=False)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Return the words with their spans in `Article.text`."""
        return tuple(self.find_tokens())


class WeightedTerm(NamedTuple):
    """A term and how much a match of it counts (1.0: the asker's own word)."""

    term: str
    weight: float


class Concept(NamedTuple):
    """One thing the question names, with the terms that express it.

    A passage earns the best of the terms, never their sum: a passage that says both "China" and "Beijing"
    speaks of China once. `word` is what the asker typed, for showing; `is_name` says that it names somebody
    or something, so that a text without it speaks of something else. The asker's own term comes first.
    """

    word: str
    terms: tuple[WeightedTerm, ...]
    is_name: bool = False


class Hit(NamedTuple):
    """A passage that was found, its rank from 1 and its score (higher is better)."""

    passage: Passage
    rank: int
    score: float
