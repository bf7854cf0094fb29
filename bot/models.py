"""What the conversation passes around: questions understood, answers, replies, sessions. All frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from index.models import Article, Concept, Hit, Passage, Span
from index.people import Person

ReasonKind = Literal[
    "not mentioned",
    "not together",
    "says nothing about",
    "does not say that",
    "does not say",
    "only linked",
    "which article",
    "nothing more",
    "no articles",
]
AnswerType = Literal[
    "who", "when", "where", "how many", "how far", "how old", "how long", "why", "how", "yes or no", "what"
]


class Note(NamedTuple):
    """What words of the question were taken for, to be told beside the answer.

    "NK" is `read as` "North Korea"; "he" was `carried` on from the conversation as "Li Qiang".
    """

    kind: Literal["read as", "carried"]
    word: str
    meant: str


class Reason(NamedTuple):
    """Why there is no answer: the kind of no, and the words of the question that it is about, as typed.

    `of` says whether one article or several are meant.
    """

    kind: ReasonKind
    words: tuple[str, ...] = ()
    of: Literal["one", "several"] = "one"


class Leaning(NamedTuple):
    """What a follow-up leans on: the ids of the passages cited last, and the sentences shown.

    And the ids of the passages right behind and right before those cited, in their articles; and of those
    that are `parallel` to them, where something else is put into the last question: under the same heading in
    another section ("and Japan?"), or under that of another matter ("and trade?"). `replaced` are the terms
    of the heading that was left for it. `article_id` is the article within which a question goes on, if so.
    """

    cited: tuple[str, ...]
    behind: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    parallel: tuple[str, ...] = ()
    article_id: str | None = None
    replaced: frozenset[str] = frozenset()

    @property
    def near(self) -> tuple[str, ...]:
        """Return the ids of all these passages, once each."""
        return tuple(dict.fromkeys((*self.cited, *self.behind, *self.before)))


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood.

    `concepts` are what it names itself, `pairs` its neighbouring words, `carried` what an earlier question
    named. `about` says that it asks about the article as such, or about its author. `notes` tell the asker
    what was read as what. `leaning` is what it leans on, None where it stands by itself. `people` are
    those of the articles whom it names, or means by a role or a pronoun; `unheld` is a role, and
    whose, that they give to nobody, though to somebody of another ("the Japanese ambassador").
    `within` are the ids of the articles that it is put to, all if none; `asks_which` says that it asks
    which article it is.
    """

    text: str
    language: str
    asks: AnswerType
    concepts: tuple[Concept, ...]
    pairs: tuple[Concept, ...] = ()
    carried: tuple[Concept, ...] = ()
    about: Literal["article", "author"] | None = None
    notes: tuple[Note, ...] = ()
    leaning: Leaning | None = None
    people: tuple[Person, ...] = ()
    unheld: tuple[str, str] | None = None
    within: tuple[str, ...] = ()
    asks_which: bool = False


class Quote(NamedTuple):
    """A sentence shown as (part of) the answer: `article.text[span.start:span.end]`, under footnote `n`.

    `answer_spans` are the words in it that answer.
    """

    n: int
    span: Span
    answer_spans: tuple[Span, ...] = ()


class Footnote(NamedTuple):
    """Footnote `n`, from 1: the passage that one or more quotes come from, with the engine's score."""

    n: int
    article: Article
    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its footnotes, or a reasoned no.

    An abstention has no quotes and no footnotes, but a `reason` and, where anything came near, the
    `nearest` passage. `hits` are the passages ranked, best first, whatever the outcome; `missing` are the
    words of the question that no passage has. `confidence` is from 0 to 1.
    """

    query: Query
    quotes: tuple[Quote, ...]
    footnotes: tuple[Footnote, ...]
    confidence: float
    hits: tuple[Hit, ...]
    reason: Reason | None = None
    nearest: Footnote | None = None
    missing: tuple[str, ...] = ()

    @property
    def abstained(self) -> bool:
        """Say whether the articles were found silent."""
        return self.reason is not None

    def text_of(self, quote: Quote) -> str:
        """Return the words of a quote, a slice of its article."""
        return self.footnotes[quote.n - 1].article.text[quote.span.start : quote.span.end]


class Match(NamedTuple):
    """A word of the question that a passage has, the term it was found by, and what that counted."""

    word: str
    term: str
    score: float


class FootnoteExplanation(NamedTuple):
    """Why a footnote's passage was chosen: what matched, and what the best passage not cited lacked of it."""

    matches: tuple[Match, ...]
    runner_up: str | None = None
    lacked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer is what it is, one entry a footnote, in their order.

    `printed` has the terms as the passages found print them, those that they have.
    """

    footnotes: tuple[FootnoteExplanation, ...]
    printed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation, the ids of the passages its answer cited, the sentences shown.

    `notes` say what its words were taken for.
    """

    question: str
    cited: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation so far, oldest turn first. `article_id` narrows it to one article."""

    turns: tuple[Turn, ...] = ()
    article_id: str | None = None


def narrowed(session: Session, article_ids: Sequence[str]) -> Session:
    """Return the session, narrowed to the article if a question is put to a single one."""
    return replace(session, article_id=article_ids[0]) if len(article_ids) == 1 else session


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says to one message: a short text (greeting, help), or an answer. Exactly one is given.

    `session` is the conversation with this turn in it, to be passed in with the next message.
    """

    session: Session
    message: str
    text: str | None = None
    answer: Answer | None = None
    took_ms: float = 0.0
