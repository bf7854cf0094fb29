"""The Telegram front end: long polling, handlers of a few lines, patient sending.

The only module that imports `telegram`. Updates go from `_poll` to the `Inbox`, from there to
python-telegram-bot's `Application` and its handlers. Polling is our own loop, not the library's `Updater`,
because that one passes over a second poller and a revoked token, takes more than five seconds to stop while
the network is down, and would confirm questions that a hurried stop left unanswered.
"""

import asyncio
import contextlib
import logging
import os
import re
import signal
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar, cast

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    Update,
    error,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from bot.dialogue import Dialogue
from bot.models import Session
from bot.telegram_text import TelegramText, render_telegram
from index.errors import FootnoteError
from index.tables import table

WELCOME = (
    "Ask me about the article, in your own words. I answer in its own sentences, each with a footnote to the "
    "passage it comes from; where the article does not say, I tell you so. For example:"
)
HELP = (
    "Write a question about the article; a follow-up (“and what did he reply?”) keeps its subject. "
    "Every sentence of an answer is the article’s own: tap a quote to unfold the passage around it. "
    "Edit your question and I edit my answer. In a group, mention me or reply to me.\n\n"
    "/start shows examples."
)
TEXT_ONLY = "I read text only. Write your question in words, for example: “{example}”"
TOO_OLD = "This button is too old. Please type the question."
SORRY = "Sorry, something went wrong here. Please ask again, perhaps in other words."
COMMANDS = (("start", "What you can ask, with examples"), ("help", "How to ask"))

MAX_REMEMBERED = 200
"""Answers remembered in a chat so that an edited question edits its answer; also its askers, in a group."""

MAX_IN_FLIGHT = 500
"""Updates being handled at which no more are fetched; Telegram keeps them for a day."""

_POLL_S = 10  # a connection that died in silence is noticed after this and five seconds
_MAX_BACKOFF_S = 30.0
_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # before sending again
_DRAIN_S = 3.0  # for the answers in flight at a stop
_CONFIRM_S = 1.0  # for confirming, at a stop, what was handled
_STOP_S = 4.5  # for the whole stop
_UPDATES = ("message", "edited_message", "callback_query")
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)  # raised by a malformed reply
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
_log = logging.getLogger(__name__)


class TelegramError(FootnoteError):
    """Telegram cannot be used: a wrong token, no network, a second poller."""


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


def run_bot(
    dialogue: Dialogue, *, token: str, base_url: str | None = None, base_file_url: str | None = None
) -> None:
    """Answer questions in Telegram until SIGINT or SIGTERM; then finish the answers in flight.

    Raises:
        TelegramError: the token is refused, the network is down at the start, another process polls.
    """
    asyncio.run(_serve_until_signal(dialogue, token, base_url, base_file_url))


def configure_logging(level: str, secret: str) -> None:
    """Log to stderr from `level` on, with `secret` (the token) blotted out.

    Above DEBUG, httpx is kept from logging every poll, and python-telegram-bot from logging at all: what it
    says there is either an error that is handled here, or a whole update with its texts.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_DiscreetFormatter(secret))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if logging.getLogger().level > logging.DEBUG:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)


class _DiscreetFormatter(logging.Formatter):
    """Formats a record whole (message, arguments, traceback), then blots the secret out.

    The part behind a token's colon is the secret one, and is looked for alone too: URLs may escape the colon.
    """

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = re.compile("|".join(map(re.escape, (secret, secret.rpartition(":")[2]))))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to log."""
        return self._secret.sub("<token>", super().format(record))


def build_application(
    dialogue: Dialogue, *, token: str, base_url: str | None = None, base_file_url: str | None = None
) -> App:
    """Return the application with its handlers, not yet started."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's opt-in; without it, each 429 warns
    types = ContextTypes(context=Context, chat_data=ChatMemory)
    builder = ApplicationBuilder().token(token).updater(None).job_queue(None).context_types(types)
    if base_url:
        builder = builder.base_url(base_url)
    if base_file_url:
        builder = builder.base_file_url(base_file_url)
    application: App = builder.build()
    Handlers(dialogue, table("examples")["questions"]).register(application)
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
    dialogue: Dialogue, token: str, base_url: str | None, base_file_url: str | None
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows; there, Ctrl-C cancels all the same
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if token.split() != [token]:  # could not even be asked with
        raise _refused_token()
    await serve(
        build_application(dialogue, token=token, base_url=base_url, base_file_url=base_file_url), stop
    )


async def _run(application: App, stop: asyncio.Event) -> None:
    """Start, poll for ever, and on the way out finish what is in flight. Tell errors in our own words."""
    bot = application.bot
    try:
        async with bot, application:  # the bot by itself too: it is not closed where the start fails
            await bot.delete_webhook()  # nothing can be polled while there is one
            await _register_commands(bot)
            _log.info("@%s is answering.", bot.username)
            await _poll_and_finish(application, stop)
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


async def _register_commands(bot: Bot) -> None:
    """Put the commands in the menu, where Telegram keeps them: another start may do it if this one cannot."""
    try:
        await bot.set_my_commands(COMMANDS)
    except error.TelegramError as problem:
        _log.info("The menu of commands was not renewed (%s).", type(problem).__name__)


async def _poll_and_finish(application: App, stop: asyncio.Event) -> None:
    inbox = Inbox(application.process_update)
    try:
        await _poll(application.bot, inbox)
    finally:
        next_id = await inbox.drain(_DRAIN_S)
        if stop.is_set() and next_id is not None:  # else another poller has them
            with contextlib.suppress(error.TelegramError, TimeoutError):
                async with asyncio.timeout(_CONFIRM_S):
                    await application.bot.get_updates(offset=next_id, limit=1, timeout=0)


async def _poll(bot: Bot, inbox: "Inbox") -> None:
    """Fetch updates for ever. Only a second poller and a revoked token end it, by their exceptions."""
    backoff_s = 0.0
    while True:
        try:
            updates = await bot.get_updates(offset=inbox.next_id, timeout=_POLL_S, allowed_updates=_UPDATES)
        except (error.Conflict, error.InvalidToken):
            raise
        except (error.TelegramError, *_UNREADABLE) as problem:
            backoff_s = _wait_s(problem, min(_MAX_BACKOFF_S, max(0.5, 1.5 * backoff_s)))
            _log.info("Polling failed (%s); again in %.1f s.", type(problem).__name__, backoff_s)
            await asyncio.sleep(backoff_s)
            continue
        backoff_s = 0.0
        for update in updates:
            inbox.put(update)
        await inbox.wait_for_room(MAX_IN_FLIGHT)


class Inbox:
    """Updates on their way to the handlers: one chat's in order, different chats' at the same time."""

    def __init__(self, handle: Callable[[Update], Awaitable[None]]) -> None:
        self.next_id: int | None = None
        self._handle = handle
        self._in_flight: dict[asyncio.Task[None], int] = {}
        self._last: dict[int, asyncio.Task[None]] = {}

    def put(self, update: Update) -> None:
        """Have an update handled after those that its chat already has here."""
        self.next_id = update.update_id + 1
        chat_id = update.effective_chat.id if update.effective_chat else 0
        task = asyncio.create_task(self._handle_after(self._last.get(chat_id), update))
        self._in_flight[task] = update.update_id
        self._last[chat_id] = task
        task.add_done_callback(lambda done: self._forget(done, chat_id))

    async def wait_for_room(self, limit: int) -> None:
        """Wait until fewer than `limit` updates are in flight."""
        while len(self._in_flight) >= limit:
            await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self, timeout_s: float) -> int | None:
        """Finish what is in flight, drop what takes longer; return the id up to which all was handled."""
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=timeout_s)
        unfinished = dict(self._in_flight)
        for task in unfinished:
            task.cancel()
        return min(unfinished.values(), default=self.next_id)

    async def _handle_after(self, previous: asyncio.Task[None] | None, update: Update) -> None:
        if previous is not None:
            await asyncio.wait({previous})
        await self._handle(update)

    def _forget(self, task: asyncio.Task[None], chat_id: int) -> None:
        del self._in_flight[task]
        if self._last.get(chat_id) is task:
            del self._last[chat_id]


class Handlers:
    """What the bot does on each kind of update."""

    def __init__(self, dialogue: Dialogue, examples: Sequence[str]) -> None:
        self._dialogue = dialogue
        self._examples = examples

    def register(self, application: App) -> None:
        """Add the handlers. What none takes is ignored: channel posts, service messages, guest messages."""
        is_new, is_private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
        is_media = ~filters.SUCCESSFUL_PAYMENT & ~filters.POLL & filters.ATTACHMENT
        is_question = filters.UpdateType.MESSAGES & filters.TEXT & ~filters.COMMAND
        application.add_handlers(
            [
                CommandHandler("start", self.start, filters=is_new),
                CommandHandler("help", self.help, filters=is_new),
                MessageHandler(is_new & is_private & filters.COMMAND, self.help),
                MessageHandler(is_question, self.answer),
                MessageHandler(is_new & is_private & is_media, self.decline),
                CallbackQueryHandler(self.press),
            ]
        )
        application.add_error_handler(report_failure)

    async def start(self, update: Update, _: Context) -> None:
        """Say what can be asked, with examples to press."""
        buttons = [
            [InlineKeyboardButton(text, callback_data=f"ask:{n}")] for n, text in enumerate(self._examples)
        ]
        await _send(_message_of(update), TelegramText(WELCOME), InlineKeyboardMarkup(buttons))

    async def help(self, update: Update, _: Context) -> None:
        """Say how to ask."""
        await _send(_message_of(update), TelegramText(HELP))

    async def decline(self, update: Update, context: Context) -> None:
        """Say that a picture, a voice message and the like is not understood; once an album."""
        message, memory = _message_of(update), _memory_of(context)
        if message.media_group_id is None or message.media_group_id != memory.album:
            await _send(message, TelegramText(TEXT_ONLY.format(example=self._examples[0])))
        memory.album = message.media_group_id

    async def answer(self, update: Update, context: Context) -> None:
        """Answer a question; if it is an edited one, in the place of its answer."""
        message, memory = _message_of(update), _memory_of(context)
        earlier = memory.exchanges.get(message.message_id)
        if earlier is None and not is_addressed(message, context.bot):
            return
        asker = message.from_user.id if message.from_user else message.chat_id
        now = memory.sessions.get(asker, Session())
        before = earlier.before if earlier else now
        reply = self._dialogue.reply(before, question_of(message, context.bot))
        answer_id = await _send_or_edit(message, earlier, render_telegram(reply))
        if answer_id is not None:
            _remember(memory.exchanges, message.message_id, Exchange(answer_id, before, reply.session))
        if earlier is None or earlier.after is now:  # an edit further back does not change the subject
            _remember(memory.sessions, asker, reply.session)

    async def press(self, update: Update, context: Context) -> None:
        """Ask the example on a button that was pressed."""
        query = cast("CallbackQuery", update.callback_query)
        example = self._example(query.data)
        if example is None or not isinstance(query.message, Message):  # or a button without a chat
            await _persist(lambda: query.answer(TOO_OLD))
            return
        await _persist(query.answer)
        memory, asker = _memory_of(context), query.from_user.id
        reply = self._dialogue.reply(memory.sessions.get(asker, Session()), example)
        _remember(memory.sessions, asker, reply.session)
        await _send(query.message, render_telegram(reply, with_question=True))

    def _example(self, callback_data: str | None) -> str | None:
        found = re.fullmatch(r"ask:(\d)", callback_data or "", re.ASCII)
        return next(iter(self._examples[int(found[1]) :]), None) if found else None


def is_addressed(message: Message, bot: Bot) -> bool:
    """Say whether a message is for the bot: in a group, only one that mentions it or replies to it."""
    if message.from_user and message.from_user.is_bot and message.sender_chat is None:
        return False  # another bot; an anonymous administrator has a `sender_chat`
    if message.chat.type == message.chat.PRIVATE or _mentions(message, bot):
        return True
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created:
        return False  # every message of a topic replies to the message that created it
    return replied.from_user.id == bot.id


def question_of(message: Message, bot: Bot) -> str:
    """Return the text of a message without the mentions of the bot."""
    raw = (message.text or "").encode("utf-16-le", "surrogatepass")
    for mention in sorted(_mentions(message, bot), key=lambda entity: entity.offset, reverse=True):
        raw = raw[: 2 * mention.offset] + raw[2 * (mention.offset + mention.length) :]
    return raw.decode("utf-16-le", "surrogatepass").strip().lstrip(",:").lstrip()


def _mentions(message: Message, bot: Bot) -> list[MessageEntity]:
    """Return the entities of a message that name the bot."""
    found = message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION])
    name = f"@{bot.username}".casefold()
    return [
        entity
        for entity, text in found.items()
        if (entity.user.id == bot.id if entity.user else text.casefold() == name)
    ]


async def report_failure(update: object, context: Context) -> None:
    """Log an error of a handler, without its text, which may hold a message's; say sorry to who asked."""
    failure = cast("Exception", context.error)
    frames = "".join(traceback.format_tb(failure.__traceback__))
    _log.error("An update could not be handled: %s\n%s", type(failure).__name__, frames)
    _log.debug("The error in full:", exc_info=failure)
    if isinstance(update, Update) and update.effective_message:
        await _send(update.effective_message, TelegramText(SORRY))


def _message_of(update: Update) -> Message:
    """Return the new or edited message; the filters let no update pass that has none."""
    return cast("Message", update.effective_message)


def _memory_of(context: Context) -> ChatMemory:
    """Return the memory of the chat; every message and button is in one."""
    return cast("ChatMemory", context.chat_data)


def _remember(memory: dict[int, T], key: int, value: T) -> None:
    """Put a value in as the newest and drop the oldest beyond `MAX_REMEMBERED`."""
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > MAX_REMEMBERED:
        del memory[next(iter(memory))]


async def _send_or_edit(message: Message, earlier: Exchange | None, text: TelegramText) -> int | None:
    """Show the answer to a question and return its message's id, or None where it could not be sent."""
    if earlier is not None and await _edit(message, earlier.answer_id, text):
        return earlier.answer_id
    sent = await _send(message, text)
    return sent.message_id if sent else None


async def _send(
    message: Message, text: TelegramText, buttons: InlineKeyboardMarkup | None = None
) -> Message | None:
    """Send a text to the chat and topic of a message, in a group as a reply; None where it was refused."""
    return await _persist(
        lambda: message.reply_text(
            text.text,
            entities=_entities(text),
            link_preview_options=_NO_PREVIEW,
            allow_sending_without_reply=True,
            reply_markup=buttons,
        )
    )


async def _edit(message: Message, answer_id: int, text: TelegramText) -> bool:
    """Put a text in the place of an earlier answer; False where that can no longer be edited."""

    async def edit() -> bool:
        try:
            await message.get_bot().edit_message_text(
                text.text,
                chat_id=message.chat_id,
                message_id=answer_id,
                entities=_entities(text),
                link_preview_options=_NO_PREVIEW,
            )
        except error.BadRequest as refusal:
            return "not modified" in refusal.message.lower()  # the answer is the same
        return True

    return await _persist(edit) is not False


def _entities(text: TelegramText) -> list[MessageEntity]:
    return [MessageEntity(style, offset, length) for style, offset, length in text.entities]


async def _persist(send: Callable[[], Awaitable[T]]) -> T | None:
    """Return what `send` returns, trying again while Telegram is busy or away; None where it is of no use."""
    for wait_s in _WAITS_S:
        try:
            return await send()
        except (error.BadRequest, error.Forbidden, error.ChatMigrated, error.InvalidToken) as refusal:
            _log.info("Telegram refused a message: %s", refusal.message)
            return None
        except error.TelegramError as problem:
            _log.info("Sending failed (%s); trying again.", type(problem).__name__)
            await asyncio.sleep(_wait_s(problem, wait_s))
    _log.warning("An answer was given up after %d attempts.", len(_WAITS_S))
    return None


def _wait_s(problem: Exception, otherwise: float) -> float:
    """Return the seconds to wait before trying again: what Telegram asks for, if it does."""
    if isinstance(problem, error.RetryAfter):
        wait = problem.retry_after
        return wait.total_seconds() if isinstance(wait, timedelta) else wait
    return 0.0 if isinstance(problem, error.TimedOut) else otherwise
