"""The bot from start to stop: signals, the menu of commands, errors in our own words."""

import asyncio
import contextlib
import logging
import os
import signal

from telegram import error
from telegram.ext import ApplicationBuilder, ContextTypes

from bot.telegram_app.context import App, Context, Desk
from bot.telegram_app.handlers import register
from bot.telegram_app.menu import put_menu
from bot.telegram_app.polling import poll_and_finish
from index.errors import FootnoteError

_STOP_S = 4.5  # for the whole stop

_log = logging.getLogger(__name__)


class TelegramError(FootnoteError):
    """Telegram cannot be used: a wrong token, no network, a second poller."""


def run_bot(desk: Desk, *, token: str, base_url: str | None = None, base_file_url: str | None = None) -> None:
    """Answer questions in Telegram until SIGINT or SIGTERM; then finish the answers in flight.

    Raises:
        TelegramError: the token is refused, the network is down at the start, another process polls.
    """
    asyncio.run(_serve_until_signal(desk, token, base_url, base_file_url))


def build_application(
    desk: Desk, *, token: str, base_url: str | None = None, base_file_url: str | None = None
) -> App:
    """Return the application with its handlers, not yet started."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's opt-in; without it, each 429 warns
    types = ContextTypes(context=Context)
    builder = ApplicationBuilder().token(token).updater(None).job_queue(None).context_types(types)
    if base_url:
        builder = builder.base_url(base_url)
    if base_file_url:
        builder = builder.base_file_url(base_file_url)
    application: App = builder.build()
    register(application, desk)
    return application


async def serve(application: App, stop: asyncio.Event) -> None:
    """Answer questions until `stop` is set, then finish within five seconds, whatever the network does.

    Raises:
        TelegramError: as `run_bot`.
    """
    running = asyncio.create_task(_run(application, stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    running.cancel()
    await asyncio.wait({running}, timeout=_STOP_S)
    if running.done() and not running.cancelled():
        running.result()


async def _serve_until_signal(
    desk: Desk, token: str, base_url: str | None, base_file_url: str | None
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows; there, Ctrl-C cancels all the same
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if token.split() != [token]:  # could not even be asked with
        raise _refused_token()
    await serve(build_application(desk, token=token, base_url=base_url, base_file_url=base_file_url), stop)


async def _run(application: App, stop: asyncio.Event) -> None:
    """Start, poll for ever, and on the way out finish what is in flight. Tell errors in our own words."""
    bot = application.bot
    try:
        async with bot, application:  # the bot by itself too: it is not closed where the start fails
            await bot.delete_webhook()  # nothing can be polled while there is one
            await put_menu(bot, ())
            _log.info("@%s is answering.", bot.username)
            await poll_and_finish(application, stop)
    except error.InvalidToken:
        raise _refused_token() from None  # its text holds the token
    except error.Conflict as conflict:
        raise TelegramError(
            "Another process is already polling with this token; stop it, or use another bot’s token."
        ) from conflict
    except error.TelegramError as problem:
        raise TelegramError(
            f"Telegram cannot be reached ({type(problem).__name__}); check the network, the proxy, and "
            "FOOTNOTE_TELEGRAM_BASE_URL if it is set."
        ) from problem


def _refused_token() -> TelegramError:
    return TelegramError(
        "Telegram refused the token; copy it again from @BotFather to FOOTNOTE_TELEGRAM_TOKEN."
    )
