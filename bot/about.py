"""Questions about the article itself: who wrote it, when it was published, what it is called.

Only these, and questions about where or when what the title names took place, are answered from title,
byline and biography; no other question is.
"""

import contextlib
from collections.abc import Collection, Sequence
from functools import cache
from typing import Literal

from bot.models import Answer, Footnote, Query, Quote, Session
from bot.spans import answer_spans
from bot.wording import asked_type
from index.analyzer import analyzer
from index.errors import UnknownPassageError
from index.library import Library
from index.models import Article, Hit, Passage, Sentence, Token
from index.tables import table
from index.vocabulary import is_english

CONFIDENCE = 0.95
"""Title and byline are where they are: only the question can have been misread."""

About = Literal["article", "author"]


def asked_about(tokens: Sequence[Token], message: str, session: Session, library: Library) -> About | None:
    """Return whether a question is about the article itself or about its author; None if about neither.

    Of several articles it may be about any: `article_meant` says which, if that is known. A cue ("wrote",
    "published", "title") counts only if nothing else is asked: every other word must be a word for an article
    ("text", "piece"), the author's name, or a word of the title. "Author" counts beside other words too,
    where the article is known.
    """
    stems = {_cue_meant(token, library) for token in tokens}
    cues = _cues()
    article = article_meant(session, library, stems)
    if article is None and library.article_count < 2:
        return None
    if article is not None and all(passage.kind == "body" for passage in library.passages(article.id)):
        return None
    if cues["author"] & stems and (article is not None or not stems - cues["author"] - cues["article"]):
        return "author"
    title = _stems(article.title) if article is not None else frozenset()
    rest = stems - cues["article"] - title
    if rest & cues["wrote"] and not rest - cues["wrote"]:
        return "author"
    plain = stems - cues["article"]  # words of the title may be asked about, and tell nothing here
    rest = plain - cues["published"] - cues["title"] - cues["beside"]
    is_about = bool(stems & (cues["article"] | cues["published"] | cues["title"]))
    if (
        is_about
        and not (rest - title if stems & cues["published"] else rest)
        and asked_type(message) != "how many"
    ):
        return "article"
    rest = stems - title
    if asked_type(message) in {"when", "where"} and stems & title and not rest - cues["took place"]:
        return "article"
    return None


def article_meant(session: Session, library: Library, stems: Collection[str] = ()) -> Article | None:
    """Return the article that "this article" means: the one chosen, the one cited last, or the only one.

    Before these goes the one whose title the stems of a question tell.
    """
    named = _article_named(stems, library)
    if named is not None:
        return named
    if session.article_id is not None:
        return library.article(session.article_id)
    for turn in reversed(session.turns):
        for passage_id in turn.cited:
            with contextlib.suppress(UnknownPassageError):  # it may have been removed since
                return library.article(library.passage(passage_id).article_id)
    return library.article(library.entries(limit=1)[0].id) if library.article_count == 1 else None


def _article_named(stems: Collection[str], library: Library) -> Article | None:
    """Return the one of several articles whose title has all of the stems that are no cues.

    Not in a collection, where titles are too many to be told apart by a word.
    """
    told = frozenset(stems).difference(*_cues().values())
    if not told or library.kind != "article" or library.article_count < 2:
        return None
    named = [entry.id for entry in library.entries() if told <= _stems(entry.title)]
    return library.article(named[0]) if len(named) == 1 else None


def _cue_meant(token: Token, library: Library) -> str:
    """Return the stem of a token, or of the cue that it is one slip away from."""
    is_strange = not library.vocabulary.has(token.terms[0]) and not is_english(token.word)
    if len(token.word) > 4 and is_strange:
        from rapidfuzz.distance import OSA

        for word in (word for words in table("about")["en"].values() for word in words):
            if OSA.distance(token.word, word, score_cutoff=1) <= 1:
                return analyzer("en").stem(word)
    return token.terms[0]


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(token.terms[0] for token in analyzer("en").tokens(text))


@cache
def _cues() -> dict[str, frozenset[str]]:
    entries = table("about")
    return {kind: frozenset(map(analyzer("en").stem, words)) for kind, words in entries["en"].items()}


def answer_about(query: Query, article: Article, library: Library) -> Answer:
    """Return the line of the title, the byline or the biography that answers a question about an article."""
    own = [passage for passage in library.passages(article.id) if passage.kind != "body"]
    hits = tuple(Hit(passage, rank, 0.0) for rank, passage in enumerate(own, start=1))
    asked = frozenset(concept.terms[0].term for concept in query.concepts)
    lines = [(passage, sentence) for passage in own for sentence in library.sentences(passage)]
    passage, line = max(lines, key=lambda item: _fitness(item[0], item[1], query, asked, article))
    told = asked | _stems(article.author or "") if query.asks != "who" else asked
    spans = answer_spans(line, article.text, query.asks, told)
    footnote = Footnote(1, article, passage, 0.0)
    return Answer(query, (Quote(1, line.span, spans),), (footnote,), CONFIDENCE, hits)


def _fitness(
    passage: Passage, line: Sentence, query: Query, asked: frozenset[str], article: Article
) -> tuple[int, int]:
    """Return how well a line fits, in two steps: the kind of line that is asked for, then words in common."""
    text = passage.text_of(line.span)
    is_byline = passage.kind == "metadata" and text != article.title
    has_author = bool(article.author and article.author in text)
    has_date = bool(article.date and article.date in text)
    words = len(asked & {term for token in line.tokens for term in token.terms})
    cues = _cues()
    if passage.kind == "biography":
        wants = (
            query.about == "author"
            and query.asks != "when"
            and not asked & cues["wrote"]
            and asked - cues["author"]
        )
        wants = wants or asked & (cues["outlet"] | {"work"})
        wants = wants or (query.asks == "where" and asked & cues["published"])
        return (3 if wants else 1, words)
    if query.asks != "when" and (query.about == "author" or query.asks == "who"):
        return (2 * (has_author and is_byline), words)
    if asked & cues["published"] or asked & cues["wrote"]:
        return (
            2 * (has_date and is_byline and query.asks in {"when", "what"}) + (text == article.title),
            words,
        )
    return (2 * (text == article.title), words)
