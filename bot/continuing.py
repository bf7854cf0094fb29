"""The wish to hear more: the sentences behind those shown, in their passage, then in the next."""

import contextlib
import re
from itertools import islice

from bot.models import Answer, Footnote, Query, Quote, Reason, Session, Turn
from index.errors import FootnoteError
from index.library import Library
from index.models import Passage

CONFIDENCE = 0.95
"""What follows is there: only the wish can have been misread."""

SENTENCES = 2
MAX_WORDS = 70
"""Words of them; the first is shown whatever its length."""

_MORE = re.compile(
    r"\W*(?:(?:please|ok(?:ay)?|and|can you|could you)\W+)*"
    r"(?:(?:tell|show|give) me (?:some )?more|(?:any )?more(?: details?| info)?"
    r"|go on|continue|read on|carry on|keep going"
    r"|what else(?: does (?:it|the article) say)?|what (?:comes|happens) next)"
    r"(?: (?:about|on) (?:it|that|this))?(?: please)?\W*",
    re.IGNORECASE,
)


def asks_for_more(message: str) -> bool:
    """Say whether a message asks to read on.

    >>> asks_for_more("tell me more about it"), asks_for_more("Tell me more about Li Qiang")
    (True, False)
    """
    return bool(_MORE.fullmatch(message))


def read_on(query: Query, session: Session, library: Library) -> Answer | None:
    """Return the sentences behind those shown last; None where nothing was shown that is still there."""
    for turn in reversed(session.turns):
        for passage_id in reversed(turn.cited):
            with contextlib.suppress(FootnoteError):  # it may have been removed since
                return _behind(query, turn, library.passage(passage_id), library)
    return None


def _behind(query: Query, turn: Turn, passage: Passage, library: Library) -> Answer:
    article = library.article(passage.article_id)
    shown = max(
        (
            found + len(text)
            for text in turn.shown
            if (found := article.text.find(text, passage.start, passage.end)) >= 0
        ),
        default=passage.start,
    )
    _, after = library.neighbours(passage)
    following = [
        (each, sentence.span)
        for each in (passage, after)
        if each is not None and each.kind == passage.kind
        for sentence in library.sentences(each)
        if sentence.span.start >= shown
    ]
    quotes: list[Quote] = []
    notes: list[Footnote] = []
    words = 0
    for each, span in islice(following, SENTENCES):
        words += len(each.text_of(span).split())
        if quotes and words > MAX_WORDS:
            break
        if not notes or notes[-1].passage != each:
            notes.append(Footnote(len(notes) + 1, article, each, 0.0))
        quotes.append(Quote(len(notes), span))
    reason = None if quotes else Reason("nothing more")
    return Answer(query, tuple(quotes), tuple(notes), CONFIDENCE, (), reason=reason)
