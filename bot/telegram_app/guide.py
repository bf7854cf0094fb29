"""What the bot says of itself: the welcome, the help, what it keeps and how to have it deleted."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.phrases import phrase
from bot.telegram_app.addressing import language_of
from bot.telegram_app.articles import Articles
from bot.telegram_app.context import Context, Desk, Handler, PressHandler, message_of, press_of
from bot.telegram_app.passages import Passages
from bot.telegram_app.sending import answer_press, edit, say, send
from bot.telegram_buttons import CANCEL, FORGET, Button, Rows, confirm_buttons
from bot.telegram_text import TelegramText, plain, shorten

MAX_ALBUMS = 1_000
"""Albums remembered, so that each gets one reply."""

_TITLES = 3  # articles named in the welcome
_TITLE = 200  # units of a title there


class Guide:
    """Says what can be asked, and what is kept."""

    def __init__(
        self, desk: Desk, examples: Mapping[str, Any], passages: Passages, articles: Articles
    ) -> None:
        self._desk = desk
        self._examples = examples
        self._passages = passages
        self._articles = articles
        self._albums: deque[tuple[int, str]] = deque(maxlen=MAX_ALBUMS)

    def handlers(self) -> list[Handler]:
        """Return the handlers; the last ones take what no other handler has taken."""
        is_new, is_private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
        is_media = ~filters.SUCCESSFUL_PAYMENT & ~filters.POLL & filters.ATTACHMENT
        return [
            CommandHandler("start", self.start, is_new),
            CommandHandler("help", self.help, is_new),
            CommandHandler("privacy", self.privacy, is_new),
            CommandHandler("forget", self.ask_to_forget, is_new),
            PressHandler(self.forget, FORGET),
            PressHandler(self.cancel, CANCEL),
            MessageHandler(is_new & is_private & filters.COMMAND, self.help),
            MessageHandler(is_new & is_private & is_media, self.decline),
            CallbackQueryHandler(self.press_unknown),
        ]

    async def start(self, update: Update, context: Context) -> None:
        """Say what can be asked, with examples to press; or open what a link leads to."""
        message = message_of(update)
        kind, _, id_ = next(iter(context.args or ()), "").partition("_")
        if kind == "p" and id_:
            await self._passages.open(message, id_, context.bot.username)
        elif kind == "a" and id_:
            await self._articles.open(message, id_, context.bot.username)
        else:
            await send(message, *self._welcome(language_of(message.from_user)))

    async def help(self, update: Update, _: Context) -> None:
        """Say how to ask."""
        await self._say(message_of(update), "telegram help")

    async def privacy(self, update: Update, _: Context) -> None:
        """Say what is kept."""
        message = message_of(update)
        language = language_of(message.from_user)
        days = phrase("days", language, count=self._desk.retention_days)
        await say(message, phrase("privacy", language, days=days))

    async def ask_to_forget(self, update: Update, _: Context) -> None:
        """Ask whether all of a user's data is to be deleted."""
        message = message_of(update)
        language = language_of(message.from_user)
        if message.from_user is not None:
            user_id = message.from_user.id
            rows = confirm_buttons(Button(phrase("delete", language), f"f:{user_id}"), user_id, language)
            await say(message, phrase("forget?", language), rows)

    async def forget(self, update: Update, context: Context) -> None:
        """Delete all data of the user who asked for it."""
        query, message, (user_id,) = press_of(update, context)
        language = language_of(query.from_user)
        if await _is_own(query, user_id):
            count = self._desk.state.forget(query.from_user.id)
            await edit(message, message.message_id, plain(phrase("forgotten", language, count=count)))

    async def cancel(self, update: Update, context: Context) -> None:
        """Leave everything as it is."""
        query, message, (user_id,) = press_of(update, context)
        if await _is_own(query, user_id):
            words = phrase("cancelled", language_of(query.from_user))
            await edit(message, message.message_id, plain(words))

    async def decline(self, update: Update, _: Context) -> None:
        """Say that a picture, a voice message and the like is not understood; once an album."""
        message = message_of(update)
        album = message.media_group_id
        if album is None or (message.chat_id, album) not in self._albums:
            await self._say(message, "text only")
        if album is not None:
            self._albums.append((message.chat_id, album))

    async def press_unknown(self, update: Update, _: Context) -> None:
        """Say that a button is of no use any more."""
        query = update.callback_query
        if query is not None:
            await answer_press(query, phrase("old button", language_of(query.from_user)))

    async def _say(self, message: Message, name: str) -> None:
        await say(message, phrase(name, language_of(message.from_user)))

    def _welcome(self, language: str) -> tuple[TelegramText, Rows]:
        """Return the welcome: with examples where there are some to the articles, else with their titles."""
        library = self._desk.library
        welcome = phrase("welcome", language)
        entries = library.entries(0, _TITLES)
        if any(entry.id == self._examples["article_id"] for entry in entries):
            questions: Sequence[str] = self._examples["questions"]
            rows = tuple((Button(text, f"ask:{n}"),) for n, text in enumerate(questions))
            return plain(f"{welcome} {phrase('for example', language)}"), rows
        titles = "".join(f"\n• {shorten(entry.title, _TITLE)}" for entry in entries)
        about = phrase("there are", language) + titles if titles else phrase("articles none", language)
        more = "\n… /articles" if library.article_count > _TITLES else ""
        return plain(f"{welcome}\n\n{about}{more}"), ()


async def _is_own(query: CallbackQuery, user_id: str) -> bool:
    """Answer a press, and say whether it is by the user whom the button was for."""
    is_own = int(user_id) == query.from_user.id
    await answer_press(query, "" if is_own else phrase("not yours", language_of(query.from_user)))
    return is_own
