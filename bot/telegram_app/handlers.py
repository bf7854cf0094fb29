"""Handlers of a few lines: what the bot does on each kind of update."""

import logging
import re
import traceback
from collections.abc import Sequence
from typing import TypeVar, cast

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    Update,
)
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.dialogue import Dialogue
from bot.models import Session
from bot.telegram_app.context import App, ChatMemory, Context, Exchange
from bot.telegram_app.sending import edit, persist, send
from bot.telegram_text import TelegramText, render_telegram

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

MAX_REMEMBERED = 200
"""Answers remembered in a chat so that an edited question edits its answer; also its askers, in a group."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


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
        await send(_message_of(update), TelegramText(WELCOME), InlineKeyboardMarkup(buttons))

    async def help(self, update: Update, _: Context) -> None:
        """Say how to ask."""
        await send(_message_of(update), TelegramText(HELP))

    async def decline(self, update: Update, context: Context) -> None:
        """Say that a picture, a voice message and the like is not understood; once an album."""
        message, memory = _message_of(update), _memory_of(context)
        if message.media_group_id is None or message.media_group_id != memory.album:
            await send(message, TelegramText(TEXT_ONLY.format(example=self._examples[0])))
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
            await persist(lambda: query.answer(TOO_OLD))
            return
        await persist(query.answer)
        memory, asker = _memory_of(context), query.from_user.id
        reply = self._dialogue.reply(memory.sessions.get(asker, Session()), example)
        _remember(memory.sessions, asker, reply.session)
        await send(query.message, render_telegram(reply, with_question=True))

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
        await send(update.effective_message, TelegramText(SORRY))


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
    if earlier is not None and await edit(message, earlier.answer_id, text):
        return earlier.answer_id
    sent = await send(message, text)
    return sent.message_id if sent else None
