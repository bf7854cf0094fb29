"""Sending that is patient: again while Telegram is busy or away, not where it refuses."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    error,
)

from bot.telegram_buttons import Rows
from bot.telegram_text import TelegramText

_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # before sending again
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
_log = logging.getLogger(__name__)


async def send(
    message: Message, text: TelegramText, rows: Rows = (), *, as_reply: bool | None = None
) -> Message | None:
    """Send a text to the chat and topic of a message; None where it was refused.

    In a group, or with `as_reply`, as a reply to it.
    """
    return await persist(
        lambda: message.reply_text(
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
    await send(message, TelegramText(words), rows, as_reply=as_reply)


async def edit_buttons(message: Message, rows: Rows) -> None:
    """Put buttons under a message of ours in the place of those that are there."""
    await persist(lambda: message.edit_reply_markup(markup(rows)))


async def answer_press(query: CallbackQuery, words: str = "", *, is_alert: bool = False) -> None:
    """Tell the press of a button that it arrived, with a word about it; as an alert, to be closed."""
    await persist(lambda: query.answer(words or None, show_alert=is_alert or None))


async def edit(message: Message, answer_id: int, text: TelegramText, rows: Rows = ()) -> bool:
    """Put a text in the place of an earlier one of ours; False where that can no longer be edited."""

    async def edit() -> bool:
        try:
            await message.get_bot().edit_message_text(
                text.text,
                chat_id=message.chat_id,
                message_id=answer_id,
                entities=entities_of(text),
                link_preview_options=NO_PREVIEW,
                reply_markup=markup(rows),
            )
        except error.BadRequest as refusal:
            return "not modified" in refusal.message.lower()  # the answer is the same
        return True

    return await persist(edit) is not False


async def persist(send: Callable[[], Awaitable[T]]) -> T | None:
    """Return what `send` returns, trying again while Telegram is busy or away; None where it is of no use."""
    for otherwise_s in _WAITS_S:
        try:
            return await send()
        except (error.BadRequest, error.Forbidden, error.ChatMigrated, error.InvalidToken) as refusal:
            _log.info("Telegram refused a message: %s", refusal.message)
            return None
        except error.TelegramError as problem:
            _log.info("Sending failed (%s); trying again.", type(problem).__name__)
            await asyncio.sleep(wait_s(problem, otherwise_s))
    _log.warning("An answer was given up after %d attempts.", len(_WAITS_S))
    return None


def wait_s(problem: Exception, otherwise_s: float) -> float:
    """Return the seconds to wait before trying again: what Telegram asks for, if it does."""
    if isinstance(problem, error.RetryAfter):
        wait = problem.retry_after
        return wait.total_seconds() if isinstance(wait, timedelta) else wait
    return 0.0 if isinstance(problem, error.TimedOut) else otherwise_s


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram's library has them; None if there are none."""
    made = [[InlineKeyboardButton(b.text, callback_data=b.data, url=b.url) for b in row] for row in rows]
    return InlineKeyboardMarkup(made) if made else None


def entities_of(text: TelegramText) -> list[MessageEntity]:
    """Return the entities of a text as Telegram's library has them."""
    return [MessageEntity(style, offset, length) for style, offset, length in text.entities]
