"""Sending that is patient: again while Telegram is busy or away, plainer or not at all where it refuses.

`PatientSender` stands behind every method of python-telegram-bot's `Bot` (as its "rate limiter"), so that
handlers call these as they are. `send`, `edit` and `attempt` make of a refusal a result.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
    error,
)
from telegram.ext import BaseRateLimiter

from bot.telegram_app.patience import Patience
from bot.telegram_app.slots import Slots
from bot.telegram_buttons import Rows
from bot.telegram_text import TelegramText, plain

UNREADABLE = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
"""What python-telegram-bot raises where JSON is of another shape than it knows, or a number no date."""

_SLOTS = 16  # requests at a time: httpx looks through all its connections at every one
_SLOW_S = 1.0
_EXPIRING = frozenset({"answerCallbackQuery", "answerInlineQuery", "sendChatAction"})
_ADDRESSES = ("chat_id", "inline_message_id")
_EXPIRED = re.compile(r"query is too old|query_id_invalid|query id is invalid", re.IGNORECASE)
_STYLE_REFUSED = re.compile("entit|quote", re.IGNORECASE)
_AWAY = (
    "Telegram is away (%s); trying again until it is back. If that lasts, check the network, the proxy, and "
    "FOOTNOTE_TELEGRAM_BASE_URL if it is set."
)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
Json = dict[str, Any]
Result = bool | Json | list[Json]
_log = logging.getLogger(__name__)


class PatientSender(BaseRateLimiter[None]):
    """Sees requests through: what answers somebody is tried again until Telegram has taken or refused it.

    - A flood wait (429) is kept, by its chat alone.
    - Where Telegram is away (no network, 5xx, an unreadable reply) the waits grow; as soon as one request
      gets through, those that wait for the network try again.
    - Where it refuses an entity or a quote, the text goes out plain; where a group has moved, to its new id,
      and `on_move` is told the old id and the new one.
    - "Not modified" and an expired press are success: there is nothing left to do.
    - Other refusals (400, 403) are raised. What answers nobody is tried once, unless by `see_through`.

    `revoked` is set where the token is no longer valid.
    """

    def __init__(self, patience: Patience, on_move: Callable[[int, int], None]) -> None:
        self.patience = patience
        self._on_move = on_move
        self.revoked = asyncio.Event()
        self._back = asyncio.Event()
        self._is_away = False
        self._pauses: dict[object, float] = {}
        self._slots = Slots(_SLOTS, _SLOW_S)

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002
    ) -> Result:
        """Return what Telegram answers to a request.

        Raises:
            telegram.error.TelegramError: it refuses, or `Patience.life_s` is over.
        """
        life_s = self._life_s(endpoint, data)
        if life_s is None:
            return await callback(*args, **kwargs)
        deadline, backoff_s = asyncio.get_running_loop().time() + life_s, self.patience.backoff_s
        while True:
            await self._keep_pause(data.get("chat_id"))
            try:
                async with self._slots.taken():
                    result = _readable(endpoint, await callback(endpoint, data, **kwargs))
            except (error.TelegramError, *UNREADABLE) as problem:
                if _is_settled(endpoint, problem):
                    return True
                data = await self._mend(problem, data, deadline, backoff_s)
                backoff_s = min(self.patience.max_backoff_s, 2 * backoff_s)
            else:
                self.network_is_back()
                return result

    async def see_through(self, request: Callable[[], Awaitable[T]]) -> T:
        """Return what a request returns that the start needs, tried again as long as Telegram is away.

        Raises:
            telegram.error.TelegramError: Telegram refuses.
        """
        backoff_s = self.patience.backoff_s
        while True:
            try:
                result = await request()
            except (error.BadRequest, error.Conflict, error.Forbidden, error.InvalidToken):
                raise
            except error.RetryAfter as flood:
                await asyncio.sleep(seconds_of(flood))
            except (error.TelegramError, *UNREADABLE) as problem:
                await self.wait_for_network(problem, backoff_s)
                backoff_s = min(self.patience.max_backoff_s, 2 * backoff_s)
            else:
                self.network_is_back()
                return result

    def network_is_back(self) -> None:
        """Let all that wait for the network try again at once."""
        if self._is_away:
            _log.info("Telegram is back.")
        self._is_away = False
        self._back.set()
        self._back = asyncio.Event()

    async def wait_for_network(self, problem: Exception, timeout_s: float) -> None:
        """Wait until a request gets through, at most so long."""
        if not self._is_away:  # told once, not for each that waits
            _log.info(_AWAY, type(problem).__name__)
        self._is_away = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._back.wait(), timeout_s)

    async def _mend(self, problem: Exception, data: Json, deadline: float, backoff_s: float) -> Json:
        """Return the parameters to try again with, after the wait that is due; raise what has no remedy."""
        if isinstance(problem, error.ChatMigrated):
            self._on_move(int(data["chat_id"]), problem.new_chat_id)
            if "message_id" in data:  # has become the number of another message
                raise problem
            kept = {name: value for name, value in data.items() if name != "reply_parameters"}
            return {**kept, "chat_id": problem.new_chat_id}
        if isinstance(problem, error.BadRequest):
            return _plainer(data, problem)
        if isinstance(problem, error.Forbidden) or isinstance(problem.__cause__, UnicodeEncodeError):
            raise problem  # it could not even be put into a request
        if isinstance(problem, error.InvalidToken):
            self.revoked.set()
            await asyncio.Future()  # the bot is about to stop; what is not answered stays for the next run
        now = asyncio.get_running_loop().time()
        wait_s = seconds_of(problem) if isinstance(problem, error.RetryAfter) else backoff_s
        if now + wait_s > deadline:
            raise problem
        if isinstance(problem, error.RetryAfter):
            self._pause(data.get("chat_id"), now + wait_s)
        else:
            await self.wait_for_network(problem, wait_s)
        return data

    def _life_s(self, endpoint: str, data: Json) -> float | None:
        if endpoint in _EXPIRING:
            return self.patience.press_s
        return self.patience.life_s if any(name in data for name in _ADDRESSES) else None

    def _pause(self, chat_id: object, until: float) -> None:
        now = asyncio.get_running_loop().time()
        self._pauses = {chat: end for chat, end in self._pauses.items() if end > now}
        self._pauses[chat_id] = max(until, self._pauses.get(chat_id, 0.0))

    async def _keep_pause(self, chat_id: object) -> None:
        now = asyncio.get_running_loop().time
        while (wait_s := self._pauses.get(chat_id, 0.0) - now()) > 0:
            await asyncio.sleep(wait_s)


async def send(
    message: Message, text: TelegramText, rows: Rows = (), *, as_reply: bool | None = None
) -> Message | None:
    """Send a text to the chat and topic of a message; None where it was refused.

    In a group, or with `as_reply`, as a reply to it.
    """
    return await attempt(
        message.reply_text(
            text.text,
            entities=entities_of(text),
            link_preview_options=NO_PREVIEW,
            allow_sending_without_reply=True,
            reply_markup=markup(rows),
            do_quote=as_reply,
        )
    )


async def say(message: Message, words: str, rows: Rows = (), *, as_reply: bool | None = None) -> None:
    """Send words of the bot's own, as `send` does."""
    await send(message, plain(words), rows, as_reply=as_reply)


async def edit(message: Message, answer_id: int, text: TelegramText, rows: Rows = ()) -> bool:
    """Put a text in the place of an earlier one of ours; False where that can no longer be edited."""
    edited = await attempt(
        message.get_bot().edit_message_text(
            text.text,
            chat_id=message.chat_id,
            message_id=answer_id,
            entities=entities_of(text),
            link_preview_options=NO_PREVIEW,
            reply_markup=markup(rows),
        )
    )
    return edited is not None


async def show(message: Message, text: TelegramText, rows: Rows) -> None:
    """Put a text in the place of a message of ours; send it where that can no longer be edited."""
    if not await edit(message, message.message_id, text, rows):
        await send(message, text, rows)


async def edit_buttons(message: Message, rows: Rows) -> None:
    """Put buttons under a message of ours in the place of those that are there."""
    await attempt(message.edit_reply_markup(markup(rows)))


async def answer_press(query: CallbackQuery, words: str = "", *, is_alert: bool = False) -> None:
    """Tell the press of a button that it arrived, with a word about it; as an alert, to be closed."""
    await attempt(query.answer(plain(words).text or None, show_alert=is_alert or None))


async def attempt(request: Awaitable[T]) -> T | None:
    """Return what a request returns; None where Telegram refused it for good."""
    try:
        return await request
    except error.TelegramError as refusal:
        _log.info("Telegram refused a request: %s", refusal.message)
        return None


def seconds_of(flood: error.RetryAfter) -> float:
    """Return the seconds that Telegram wants to be left alone."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram's library has them; None if there are none."""
    made = [[InlineKeyboardButton(b.text, callback_data=b.data, url=b.url) for b in row] for row in rows]
    return InlineKeyboardMarkup(made) if made else None


def entities_of(text: TelegramText) -> list[MessageEntity]:
    """Return the entities of a text as Telegram's library has them."""
    return [MessageEntity(style, offset, length) for style, offset, length in text.entities]


def _readable(endpoint: str, result: Result) -> Result:
    """Return a result; raise ValueError where it is not even roughly what the method returns."""
    is_message = isinstance(result, dict) and isinstance(result.get("message_id"), int)
    if endpoint.startswith(("edit", "send")) and not is_message and result is not True:
        raise ValueError(endpoint)
    return result


def _is_settled(endpoint: str, problem: Exception) -> bool:
    """Say whether a refusal means that there is nothing left to do."""
    if not isinstance(problem, error.BadRequest):
        return False
    if endpoint in _EXPIRING:
        return _EXPIRED.search(problem.message) is not None
    return endpoint.startswith("edit") and "not modified" in problem.message.lower()


def _plainer(data: Json, refusal: error.BadRequest) -> Json:
    """Return the parameters without the style that was refused; raise the refusal where it is not that."""
    if _STYLE_REFUSED.search(refusal.message) is None:
        raise refusal
    plain = {
        name: value for name, value in data.items() if name not in {"entities", "parse_mode"} or not value
    }
    reply = data.get("reply_parameters")
    if isinstance(reply, ReplyParameters) and reply.quote is not None:
        plain["reply_parameters"] = ReplyParameters(
            reply.message_id, allow_sending_without_reply=reply.allow_sending_without_reply
        )
    elif plain == data:
        raise refusal
    return plain
