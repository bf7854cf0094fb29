"""The conversation: a message and a session in, a reply out. All chat policy, no I/O."""

import time
from dataclasses import replace

from bot.answering import answer
from bot.followup import quoted_turn
from bot.models import Reply, Session, Turn
from bot.question import understand
from bot.smalltalk import small_talk
from index.analyzer import analyzer, foreign_language
from index.library import Library
from index.tables import table

MAX_MESSAGE = 2_000
"""Characters of a question; nobody asks in more, and pasted pages are no questions."""

NAMES_THAT_FIND = 2
"""Names of the articles in a question in another language from which on an answer is tried."""

MAX_TURNS = 6
"""Earlier questions that are remembered; what is carried over fades before."""


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
    ) -> Reply:
        """Return what to say to `message`, with the session to pass in next time.

        `quoted` are words of an earlier answer that the message is put to: they are what it leans on. At most
        `most` footnotes. With `always` it never abstains. Never raises, whatever the text.
        """
        started = time.perf_counter()
        text = small_talk(message, MAX_MESSAGE)
        if text is not None:
            return Reply(session, message, text=text, took_ms=_since(started))
        language = foreign_language(message, self.library.language)
        asked = message if language is None else self._names_in(message)
        context = session
        if quoted is not None and quoted.strip():
            context = replace(session, turns=(*session.turns, quoted_turn(quoted, session, self.library)))
        query = understand(asked, context, self.library)
        found = answer(query, context, self.library, most=most, always=always)
        if language is not None and (found.abstained or len(asked.split()) < NAMES_THAT_FIND):
            return Reply(session, message, text=self._decline(language), took_ms=_since(started))
        turn = Turn(
            message,
            tuple(note.passage.id for note in found.footnotes),
            tuple(found.text_of(quote) for quote in found.quotes),
            query.notes,
        )
        session = replace(session, turns=(*session.turns, turn)[-MAX_TURNS:])
        return Reply(session, message, answer=found, took_ms=_since(started))

    def _names_in(self, message: str) -> str:
        """Return the names of the articles in a message: alone, they may find a passage in any language."""
        words = analyzer(self.library.language).tokens(message)
        is_name = self.library.vocabulary.is_name
        return " ".join(message[word.start : word.end] for word in words if is_name(word.word))

    def _decline(self, language: str) -> str:
        """Return, in the language of the question, which language the articles are in."""
        entry, home = table("foreign")[language], self.library.language
        return str(entry["reply"]).format(language=entry["names"].get(home, home))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
