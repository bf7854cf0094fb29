"""What a handler gets beside the update, and what all of them share."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, cast

from telegram import CallbackQuery, Message, Update
from telegram.ext import Application, BaseHandler, CallbackContext, CallbackQueryHandler, ExtBot

from bot.dialogue import Dialogue
from bot.models import Reply, Session
from bot.state import Exchange, State
from bot.telegram_app.slots import Slots
from index.fetching import Address, is_public
from index.library import Library, Shelf

# One answer at a time: two took the interpreter's lock from each other and from the event loop. Each took
# twice as long (19 ms, not 9), and there were a tenth fewer a second. A slow one lets others begin.
_SLOW_S = 0.1
_ANSWERING = ThreadPoolExecutor(4, "answering")

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who may change the library in a chat, by Telegram's user ids, and what they change.

    `may_reach` decides about the addresses that a link leads to.
    """

    admins: frozenset[int]
    shelf: Shelf
    may_reach: Callable[[Address], bool] = is_public


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers work with: the conversation, and what is remembered of it.

    `retention_days` is what the users are told. Without an `operator` nobody changes the library in a chat;
    with `allowed_chats` the bot answers in no others.
    """

    dialogue: Dialogue
    state: State
    retention_days: int = 30
    operator: Operator | None = None
    allowed_chats: frozenset[int] = frozenset()
    _slots: Slots = field(default_factory=lambda: Slots(1, _SLOW_S), init=False, repr=False)

    @property
    def library(self) -> Library:
        """Return the articles as they are now."""
        self.dialogue.library.refresh()
        return self.dialogue.library

    @property
    def admins(self) -> frozenset[int]:
        """Return the administrators."""
        return self.operator.admins if self.operator else frozenset()

    def exchange(self, exchange_id: str, message: Message) -> Exchange | None:
        """Return the exchange of a button under a message; None where it is not kept, or another chat's."""
        exchange = self.state.exchange(int(exchange_id, 16))
        is_here = exchange and exchange.place.chat_id == self.state.chat_now(message.chat_id)
        return exchange if is_here else None

    def allows(self, chat_id: int) -> bool:
        """Say whether the bot answers in a chat; a group that has moved is still the one it was."""
        return not self.allowed_chats.isdisjoint({chat_id, self.state.chat_before(chat_id)})

    def move(self, old: int, new: int) -> None:
        """Keep what is kept of a group under the id that it has got as a supergroup."""
        if self.state.chat_now(old) == old and old in self.allowed_chats:
            _log.warning("Chat %s has become %s; change it in FOOTNOTE_ALLOWED_CHATS.", old, new)
        self.state.move(old, new)

    async def reply(self, session: Session, question: str, language: str, quoted: str | None = None) -> Reply:
        """Return what to say to a question, put to the words `quoted` if there are some."""
        return await self._aside(lambda: self.dialogue.reply(session, question, quoted, language=language))

    async def offers(self, question: str, most: int, language: str) -> list[Reply]:
        """Return up to `most` replies to choose from."""
        return await self._aside(lambda: self.dialogue.offers(question, most, language=language))

    async def _aside(self, call: Callable[[], T]) -> T:
        """Return what a call returns; the event loop is free meanwhile for presses and the network."""
        async with self._slots.taken():
            return await asyncio.get_running_loop().run_in_executor(_ANSWERING, call)


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """What a handler gets beside the update. Nothing is kept in it: memory would grow with the chats."""


App = Application[ExtBot[None], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]
Handler: TypeAlias = BaseHandler[Update, Context, None]


class PressHandler(CallbackQueryHandler[Context, None]):
    """Takes the presses of buttons under messages that send back a pattern.

    python-telegram-bot's own also takes those that send back nothing, whatever the pattern.
    """

    def check_update(self, update: object) -> bool | object | None:
        """Return what the pattern matched; None if this press is another's."""
        query = update.callback_query if isinstance(update, Update) else None
        return super().check_update(update) if query and query.data and query.message else None


def message_of(update: Update) -> Message:
    """Return the new or edited message; the filters let no update pass that has none."""
    return cast("Message", update.effective_message)


def press_of(update: Update, context: Context) -> tuple[CallbackQuery, Message, tuple[str, ...]]:
    """Return the press that a `PressHandler` took, its message, and the parts of what it sent back."""
    query = cast("CallbackQuery", update.callback_query)
    parts = cast("list[Any]", context.matches)[0].groups()
    return query, cast("Message", query.message), parts
