"""The conversation: a message and a session in, a reply out. All chat policy, no I/O."""

import time
from dataclasses import replace

from bot.answering import answer
from bot.models import Reply, Session, Turn
from bot.question import understand
from bot.smalltalk import small_talk
from index.library import Library

MAX_MESSAGE = 2_000
"""Characters of a question; nobody asks in more, and pasted pages are no questions."""

MAX_TURNS = 6
"""Earlier questions that are remembered; what is carried over fades before."""


class Dialogue:
    """The bot's side of every conversation over one library. Holds no state of any of them."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def reply(self, session: Session, message: str, *, most: int = 3, always: bool = False) -> Reply:
        """Return what to say to `message`, with the session to pass in next time.

        At most `most` footnotes. With `always` it never abstains. Never raises, whatever the text.
        """
        started = time.perf_counter()
        text = small_talk(message, MAX_MESSAGE)
        if text is not None:
            return Reply(session, message, text=text, took_ms=_since(started))
        query = understand(message, session, self.library)
        found = answer(query, session, self.library, most=most, always=always)
        turn = Turn(message, tuple(note.passage.id for note in found.footnotes))
        session = replace(session, turns=(*session.turns, turn)[-MAX_TURNS:])
        return Reply(session, message, answer=found, took_ms=_since(started))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
