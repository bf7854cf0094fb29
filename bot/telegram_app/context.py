"""What a handler gets beside the update, and what is remembered of a chat."""

from dataclasses import dataclass, field
from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

from bot.models import Session


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was answered: by which message, and the conversation before and after it."""

    answer_id: int
    before: Session
    after: Session


@dataclass(slots=True)
class ChatMemory:
    """What is remembered of a chat: the conversation with each asker, the answer to each question."""

    sessions: dict[int, Session] = field(default_factory=dict)
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    album: str | None = None


class Context(CallbackContext[ExtBot[None], dict[Any, Any], ChatMemory, dict[Any, Any]]):
    """What a handler gets beside the update; `chat_data` is a `ChatMemory`."""


App = Application[ExtBot[None], Context, dict[Any, Any], ChatMemory, dict[Any, Any], None]
