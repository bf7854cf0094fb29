"""The bot from start to stop: signals, tasks, errors in our own words."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

from telegram import error
from telegram.ext import ApplicationBuilder, ContextTypes

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

UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
)
"""The kinds of update that are asked for."""

_log = logging.getLogger(__name__)


class TelegramError(FootnoteError):
    """Telegram cannot be used: a wrong token, no network, a second poller."""


def run_bot(
    desk: Desk,
    *,
    token: str,
    folder: Path,
    base_url: str | None = None,
    base_file_url: str | None = None,
    webhook: Webhook | None = None,
) -> None:
    """Answer questions in Telegram until SIGINT or SIGTERM; then finish the answers in flight.

    By long polling, or where there is a `webhook`, by that. `folder`, the library's, keeps what is not
    answered yet; the next run answers it.

    Raises:
        TelegramError: the token is refused, the network is down at the start, another process polls.
        WebhookError: the webhook cannot be listened at, or is refused.
        LibraryError: the folder cannot be written.
    """
    asyncio.run(_serve_until_signal(desk, token, folder, base_url, base_file_url, webhook))


def build_application(
    desk: Desk,
    *,
    token: str,
    base_url: str | None = None,
    base_file_url: str | None = None,
    patience: Patience | None = None,
) -> App:
    """Return the application with its handlers, not yet started."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's opt-in; without it, each 429 warns
    patience = patience or Patience()
    types = ContextTypes(context=Context)
    builder = ApplicationBuilder().token(token).updater(None).job_queue(None).context_types(types)
    builder = builder.read_timeout(patience.reply_s).pool_timeout(patience.reply_s)
    if base_url:
        builder = builder.base_url(base_url)
    if base_file_url:
        builder = builder.base_file_url(base_file_url)
    builder = builder.post_init(lambda application: put_menu(application.bot, desk.admins))
    application: App = builder.rate_limiter(PatientSender(patience)).build()
    register(application, desk)
    return application


async def serve(application: App, stop: asyncio.Event, folder: Path, webhook: Webhook | None = None) -> None:
    """Answer questions until `stop` is set, then finish within five seconds, whatever the network does.

    Raises:
        FootnoteError: as `run_bot`.
    """
    running = asyncio.create_task(_run(application, folder, webhook))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    running.cancel()
    await asyncio.wait({running}, timeout=_sender_of(application).patience.stop_s)
    if running.done() and not running.cancelled():
        running.result()


async def _serve_until_signal(
    desk: Desk,
    token: str,
    folder: Path,
    base_url: str | None,
    base_file_url: str | None,
    webhook: Webhook | None,
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows; there, Ctrl-C cancels all the same
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if token.split() != [token]:  # could not even be asked with
        raise _refused_token()
    application = build_application(desk, token=token, base_url=base_url, base_file_url=base_file_url)
    await serve(application, stop, folder, webhook)


async def _run(application: App, folder: Path, webhook: Webhook | None) -> None:
    """Start, take updates for ever, and on the way out finish what is in flight. Tell errors in our words."""
    bot = application.bot
    try:
        async with bot, application:  # the bot by itself too: it is not closed where the start fails
            with PendingUpdates(folder, bot.id) as pending:
                await _claim(pending, _sender_of(application).patience)
                await _take_updates(application, pending, webhook)
    except error.InvalidToken:
        raise _refused_token() from None  # its text holds the token
    except error.Conflict as conflict:
        raise _second_process() from conflict
    except error.TelegramError as problem:
        raise TelegramError(
            f"Telegram cannot be reached ({type(problem).__name__}); check the network, the proxy, and "
            "FOOTNOTE_TELEGRAM_BASE_URL if it is set."
        ) from problem


async def _take_updates(application: App, pending: PendingUpdates, webhook: Webhook | None) -> None:
    """Take updates for ever by the webhook or by polling; a revoked token ends it."""
    bot, sender = application.bot, _sender_of(application)
    inbox = Inbox(pending, application.process_update, bot)
    taking: Coroutine[Any, Any, None]
    if webhook is None:
        await bot.delete_webhook()  # nothing can be polled while there is one
        taking = poll(bot, inbox, sender, UPDATES)
    else:
        taking = receive(bot, inbox, webhook, UPDATES, sender.patience)
    _log.info("@%s is answering.", bot.username)
    ends = {asyncio.create_task(taking), asyncio.create_task(sender.revoked.wait())}
    put = cast("Callable[[App], Coroutine[Any, Any, None]]", application.post_init)
    menu = asyncio.create_task(put(application))  # many requests, for which no question has to wait
    try:
        ended, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ended:
            end.result()
        raise _refused_token()
    finally:
        for task in (*ends, menu):
            task.cancel()
        await asyncio.wait({*ends, menu})
        await inbox.drain(sender.patience.drain_s)


async def _claim(pending: PendingUpdates, patience: Patience) -> None:
    """Wait until the process before this one has finished, so that nothing is answered twice."""
    deadline = asyncio.get_running_loop().time() + patience.takeover_s
    while not pending.claim():
        if asyncio.get_running_loop().time() > deadline:
            raise _second_process()
        await asyncio.sleep(0.1)


def _sender_of(application: App) -> PatientSender:
    return cast("PatientSender", application.bot.rate_limiter)


def _refused_token() -> TelegramError:
    return TelegramError(
        "Telegram refused the token; copy it again from @BotFather to FOOTNOTE_TELEGRAM_TOKEN."
    )


def _second_process() -> TelegramError:
    return TelegramError(
        "Another process is already running this bot (polling with this token, or by a webhook); stop it, or "
        "use another bot’s token."
    )
