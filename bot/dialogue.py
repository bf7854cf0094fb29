"""The conversation: a message and a session in, a reply out. All chat policy, no I/O."""

import time
from dataclasses import replace
from textwrap import shorten

from bot.answering import alternatives, answer
from bot.followup import quoted_turn
from bot.foreign import decline, language_asked
from bot.models import Answer, Reply, Session, Turn
from bot.phrases import phrase
from bot.question import understand
from bot.smalltalk import asks_for_list, small_talk
from index.analyzer import analyzer
from index.errors import UnknownArticleError, UnknownPassageError
from index.library import Library

MAX_MESSAGE = 2_000
"""Characters of a question; nobody asks in more, and pasted pages are no questions."""

NAMES_THAT_FIND = 2
"""Names of the articles in a question in another language from which on an answer is tried."""

MAX_TURNS = 6
"""Earlier questions that are remembered; what is carried over fades before."""


MAX_TITLES = 20
MAX_TITLE = 120
"""Titles that are listed in a reply, and the characters of one."""


class Dialogue:
    """The bot's side of every conversation over one library. Holds no state of any of them."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def reply(
        self,
        session: Session,
        message: str,
        quoted: str | None = None,
        *,
        most: int = 3,
        always: bool = False,
        language: str = "en",
    ) -> Reply:
        """Return what to say to `message`, with the session to pass in next time.

        `quoted` are words of an earlier answer that the message is put to: they are what it leans on. At most
        `most` footnotes. With `always` it never abstains. `language` is that of a short text of the bot's
        own. Never raises, whatever the text; a LibraryError only where the folder of the articles cannot be
        read any more.
        """
        started = time.perf_counter()
        self.library.refresh()
        text = small_talk(message, MAX_MESSAGE, language)
        if text is None and asks_for_list(message):
            text = self._list(language)
        if text is not None:
            return Reply(session, message, text=text, took_ms=_since(started))
        foreign = language_asked(message, self.library.language, language)
        asked = message if foreign is None else self._names_in(message)
        context = session
        if quoted is not None and quoted.strip():
            context = replace(session, turns=(*session.turns, quoted_turn(quoted, session, self.library)))
        try:
            found = self._answer(asked, context, most, always=always)
        except (UnknownArticleError, UnknownPassageError):  # another process has just removed it
            self.library.refresh()
            found = self._answer(asked, context, most, always=always)
        if foreign is not None and (found.abstained or len(asked.split()) < NAMES_THAT_FIND):
            return Reply(
                session, message, text=decline(foreign, self.library.language), took_ms=_since(started)
            )
        turn = Turn(
            message,
            tuple(note.passage.id for note in found.footnotes),
            tuple(found.text_of(quote) for quote in found.quotes),
            found.query.notes,
        )
        session = replace(session, turns=(*session.turns, turn)[-MAX_TURNS:])
        return Reply(session, message, answer=found, took_ms=_since(started))

    def offers(self, message: str, most: int, *, language: str = "en") -> list[Reply]:
        """Return up to `most` replies to choose from: the answer, then what other passages say, best first.

        Where there is no answer, that reply alone.
        """
        first = self.reply(Session(), message, language=language)
        if first.answer is None or first.answer.abstained:
            return [first]
        others = alternatives(first.answer, self.library, most - 1)
        return [first, *(replace(first, answer=other) for other in others)]

    def _answer(self, asked: str, context: Session, most: int, *, always: bool) -> Answer:
        query = understand(asked, context, self.library)
        return answer(query, context, self.library, most=most, always=always)

    def _list(self, language: str) -> str:
        """Return the titles of the first articles, a line each, in a text of the bot's own."""
        entries = self.library.entries(limit=MAX_TITLES)
        if not entries:
            return phrase("articles none", language)
        more = ["…"] if self.library.article_count > MAX_TITLES else []
        titles = (f"• {shorten(entry.title, MAX_TITLE, placeholder='…')}" for entry in entries)
        return "\n".join([phrase("there are", language), *titles, *more])

    def _names_in(self, message: str) -> str:
        """Return the names of the articles in a message: alone, they may find a passage in any language."""
        words = analyzer(self.library.language).tokens(message)
        is_name = self.library.vocabulary.is_name
        return " ".join(message[word.start : word.end] for word in words if is_name(word.word))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
