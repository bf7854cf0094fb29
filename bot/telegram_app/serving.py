"""The bot from start to stop: signals, tasks, errors in our own words."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from telegram import Bot, error
from telegram.ext import ApplicationBuilder, ContextTypes

from bot.telegram_app.addressing import concerns_bot
from bot.telegram_app.context import App, Context, Desk
from bot.telegram_app.handlers import register
from bot.telegram_app.inbox import Inbox
from bot.telegram_app.menu import put_menu
from bot.telegram_app.patience import Patience
from bot.telegram_app.pending import PendingUpdates
from bot.telegram_app.polling import poll
from bot.telegram_app.sending import PatientSender
from bot.telegram_app.webhook import Webhook, receive
from index.errors import FootnoteError

UPDATES = ("message", "edited_message", "callback_query", "inline_query")
"""The kinds of update that are asked for."""

_log = logging.getLogger(__name__)


class TelegramError(FootnoteError):
    """Telegram cannot be used: a wrong token, a second poller."""


@dataclass(frozen=True, slots=True)
class Access:
    """How Telegram is reached: by which token, at the address of which Bot API server, and how patiently.

    Updates are fetched by long polling, or where there is a `webhook`, brought to that.
    """

    token: str = field(repr=False)
    base_url: str | None = None
    base_file_url: str | None = None
    webhook: Webhook | None = None
    patience: Patience = field(default_factory=Patience)


def run_bot(desk: Desk, access: Access, folder: Path) -> None:
    """Answer questions in Telegram until SIGINT or SIGTERM; then finish the answers in flight.

    `folder`, the library's, keeps what is not answered yet; the next run answers it.

    Raises:
        TelegramError: the token is refused, or another process runs the bot.
        WebhookError: the webhook cannot be listened at, or is refused.
        StateError: the folder cannot be written.
    """
    asyncio.run(_serve_until_signal(desk, access, folder))


async def serve(desk: Desk, access: Access, folder: Path, stop: asyncio.Event) -> None:
    """Answer questions until `stop` is set, then finish within five seconds, whatever the network does.

    Raises:
        FootnoteError: as `run_bot`.
    """
    running = asyncio.create_task(_run(desk, access, folder))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    running.cancel()
    await asyncio.wait({running}, timeout=access.patience.stop_s)
    if running.done() and not running.cancelled():
        running.result()


async def _serve_until_signal(desk: Desk, access: Access, folder: Path) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows; there, Ctrl-C cancels all the same
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(desk, access, folder, stop)


def _application(desk: Desk, access: Access, sender: PatientSender) -> App:
    """Return the application with its handlers, not yet started."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's opt-in; without it, each 429 warns
    reply_s = access.patience.reply_s
    builder = ApplicationBuilder().token(access.token).updater(None).job_queue(None)
    builder = builder.read_timeout(reply_s).pool_timeout(reply_s)
    if access.base_url:
        builder = builder.base_url(access.base_url)
    if access.base_file_url:
        builder = builder.base_file_url(access.base_file_url)
    application: App = builder.context_types(ContextTypes(context=Context)).rate_limiter(sender).build()
    register(application, desk)
    return application


async def _run(desk: Desk, access: Access, folder: Path) -> None:
    """Start, take updates for ever, and on the way out finish what is in flight. Tell errors in our words."""
    if access.token.split() != [access.token]:  # could not even be asked with
        raise _refused_token()
    sender = PatientSender(access.patience, desk.move)
    application = _application(desk, access, sender)
    bot = application.bot
    try:
        await sender.see_through(bot.initialize)
        async with application:
            with PendingUpdates(folder, bot.id) as pending:
                await _claim(pending, access.patience)
                inbox = Inbox(
                    pending, application.process_update, partial(concerns_bot, bot=bot, state=desk.state), bot
                )
                menu = asyncio.create_task(put_menu(bot, desk.admins))  # many requests; no question waits
                try:
                    await _take_updates(bot, inbox, sender, access.webhook)
                finally:
                    menu.cancel()
    except error.InvalidToken:
        raise _refused_token() from None  # its text holds the token
    except error.Conflict as conflict:
        raise _second_process() from conflict
    except error.TelegramError as problem:
        raise TelegramError(
            f"Telegram refuses the bot ({problem.message}); check FOOTNOTE_TELEGRAM_BASE_URL if it is set."
        ) from problem
    finally:
        await bot.shutdown()  # the application closes it only where it was started


async def _take_updates(bot: Bot, inbox: Inbox, sender: PatientSender, webhook: Webhook | None) -> None:
    """Take updates for ever by the webhook or by polling; a revoked token ends it."""
    taking: Coroutine[Any, Any, None]
    if webhook is None:
        await sender.see_through(bot.delete_webhook)  # nothing can be polled while there is one
        taking = poll(bot, inbox, sender, UPDATES)
    else:
        taking = receive(bot, inbox, sender, webhook, UPDATES)
    _log.info("@%s is answering.", bot.username)
    ends = {asyncio.create_task(taking), asyncio.create_task(sender.revoked.wait())}
    try:
        ended, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ended:
            end.result()
        raise _refused_token()
    finally:
        for end in ends:
            end.cancel()
        await asyncio.wait(ends)
        await inbox.drain(sender.patience.drain_s)


async def _claim(pending: PendingUpdates, patience: Patience) -> None:
    """Wait until the process before this one has finished, so that nothing is answered twice."""
    deadline = asyncio.get_running_loop().time() + patience.takeover_s
    while not pending.claim():
        if asyncio.get_running_loop().time() > deadline:
            raise _second_process()
        await asyncio.sleep(0.1)


def _refused_token() -> TelegramError:
    return TelegramError(
        "Telegram refused the token; copy it again from @BotFather to FOOTNOTE_TELEGRAM_TOKEN."
    )


def _second_process() -> TelegramError:
    return TelegramError(
        "Another process is already running this bot (polling with this token, or by a webhook); stop it, or "
        "use another bot’s token."
    )
