"""Long polling: our own loop, not the library's `Updater`.

That one passes over a second poller and a revoked token, takes more than five seconds to stop while the
network is down, and would confirm questions that a hurried stop left unanswered.
"""

import asyncio
import contextlib
import logging

from telegram import Bot, error

from bot.telegram_app.context import App
from bot.telegram_app.inbox import Inbox
from bot.telegram_app.sending import wait_s

MAX_IN_FLIGHT = 500
"""Updates being handled at which no more are fetched; Telegram keeps them for a day."""

_POLL_S = 10  # a connection that died in silence is noticed after this and five seconds
_MAX_BACKOFF_S = 30.0
_DRAIN_S = 3.0  # for the answers in flight at a stop
_CONFIRM_S = 1.0  # for confirming, at a stop, what was handled
_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)  # raised by a malformed reply

_log = logging.getLogger(__name__)


async def poll_and_finish(application: App, stop: asyncio.Event) -> None:
    """Poll until cancelled; then finish what is in flight and, where `stop` is set, confirm it."""
    inbox = Inbox(application.process_update)
    try:
        await _poll(application.bot, inbox)
    finally:
        next_id = await inbox.drain(_DRAIN_S)
        if stop.is_set() and next_id is not None:  # else another poller has them
            with contextlib.suppress(error.TelegramError, TimeoutError):
                async with asyncio.timeout(_CONFIRM_S):
                    await application.bot.get_updates(offset=next_id, limit=1, timeout=0)


async def _poll(bot: Bot, inbox: Inbox) -> None:
    """Fetch updates for ever. Only a second poller and a revoked token end it, by their exceptions."""
    backoff_s = 0.0
    while True:
        try:
            updates = await bot.get_updates(offset=inbox.next_id, timeout=_POLL_S, allowed_updates=_UPDATES)
        except (error.Conflict, error.InvalidToken):
            raise
        except (error.TelegramError, *_UNREADABLE) as problem:
            backoff_s = wait_s(problem, min(_MAX_BACKOFF_S, max(0.5, 1.5 * backoff_s)))
            _log.info("Polling failed (%s); again in %.1f s.", type(problem).__name__, backoff_s)
            await asyncio.sleep(backoff_s)
            continue
        backoff_s = 0.0
        for update in updates:
            inbox.put(update)
        await inbox.wait_for_room(MAX_IN_FLIGHT)
