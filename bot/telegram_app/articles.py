"""The list of the articles, and which of them a chat asks."""

from collections.abc import Sequence

from telegram import Bot, Message, Update, User
from telegram.constants import ChatMemberStatus
from telegram.ext import CommandHandler, filters

from bot.phrases import phrase
from bot.telegram_app.addressing import language_of
from bot.telegram_app.context import Context, Desk, Handler, PressHandler, message_of, press_of
from bot.telegram_app.sending import answer_press, attempt, say, send, show
from bot.telegram_buttons import ARTICLES, CHOOSE, PAGE, Rows, article_buttons, list_buttons
from bot.telegram_text import TelegramText, plain, shorten
from bot.telegram_views import article_view, articles_view
from index.errors import UnknownArticleError
from index.library import Library
from index.models import ArticleEntry

_TITLE = 120  # units of a title in an answer to a press


class Articles:
    """Shows what can be asked, and lets a chat choose."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        """Return the handlers."""
        return [
            CommandHandler("articles", self.list, filters.UpdateType.MESSAGE),
            PressHandler(self.turn, ARTICLES),
            PressHandler(self.choose, CHOOSE),
        ]

    async def list(self, update: Update, _: Context) -> None:
        """Show the first page of the list."""
        message = message_of(update)
        await send(message, *self._page(message.chat_id, 0, language_of(message.from_user)))

    async def turn(self, update: Update, context: Context) -> None:
        """Show another page of the list in its place."""
        query, message, (page,) = press_of(update, context)
        await answer_press(query)
        view = self._page(message.chat_id, int(page), language_of(query.from_user))
        await show(message, *view)

    async def choose(self, update: Update, context: Context) -> None:
        """Have the chat ask one article from now on, or all; in a group, if an administrator wants it."""
        query, message, (page, article_id) = press_of(update, context)
        language = language_of(query.from_user)
        if not await may_choose(message, query.from_user, context.bot):
            await answer_press(query, phrase("group admins only", language), is_alert=True)
            return
        try:
            told = self._choose(message.chat_id, article_id, language)
        except UnknownArticleError:
            told = phrase("article gone", language)
        await answer_press(query, told)
        await show(message, *self._page(message.chat_id, int(page), language))

    async def open(self, message: Message, article_id: str, bot_name: str) -> None:
        """Show the article that a link leads to."""
        language = language_of(message.from_user)
        library = self._desk.library
        try:
            article, passages = library.article(article_id), library.passages(article_id)
        except UnknownArticleError:
            await say(message, phrase("article gone", language))
            return
        link = f"https://t.me/{bot_name}?start=a_{article.id}"
        view = article_view(article, len(passages), language, link=link)
        await send(message, view, article_buttons(article, next(iter(passages), None), language))

    def _choose(self, chat_id: int, article_id: str | None, language: str) -> str:
        """Keep a choice and return the words that tell it, at most 200 characters, as Telegram has it.

        Raises:
            UnknownArticleError: it is no longer there.
        """
        if not article_id:
            self._desk.state.choose(chat_id, None)
            return phrase("asking all", language)
        title = self._desk.library.entry(article_id).title
        self._desk.state.choose(chat_id, article_id)
        return phrase("asking one", language, title=shorten(title, _TITLE))

    def _page(self, chat_id: int, page: int, language: str) -> tuple[TelegramText, Rows]:
        library, chosen = self._desk.library, self._desk.state.choice(chat_id)
        hint = phrase("press a number", language)
        view, entries, page, pages = page_view(library, page, language, chosen=chosen, hint=hint)
        return view, list_buttons(entries, page, pages, language, chosen=chosen is not None)


def page_view(
    library: Library, page: int, language: str, *, chosen: str | None, hint: str
) -> tuple[TelegramText, Sequence[ArticleEntry], int, int]:
    """Return a page of the list, or the last one: its text, its articles, its number, and how many pages."""
    count = library.article_count
    pages = max(1, -(-count // PAGE))
    page = min(page, pages - 1)
    entries = library.entries(page * PAGE, PAGE)
    if not entries:
        return plain(phrase("articles none", language)), (), page, pages
    view = articles_view(entries, page * PAGE + 1, count, language, chosen=chosen, hint=hint)
    return view, entries, page, pages


async def may_choose(message: Message, user: User, bot: Bot) -> bool:
    """Say whether a user may choose for a chat: in a group, its administrators."""
    if message.chat.type == message.chat.PRIVATE:
        return True
    member = await attempt(bot.get_chat_member(message.chat_id, user.id))
    return member is not None and member.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
