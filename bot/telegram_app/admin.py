"""The administrators' part: add an article by a file, a link or a text, remove one, see the counts."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable

from telegram import Bot, Document, Message, Update, User, error
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.dialogue import MAX_MESSAGE
from bot.phrases import phrase, problem_text
from bot.telegram_app.addressing import language_of
from bot.telegram_app.answers import Answers
from bot.telegram_app.articles import page_view
from bot.telegram_app.context import (
    Context,
    Desk,
    Handler,
    Operator,
    PressHandler,
    message_of,
    press_of,
)
from bot.telegram_app.sending import answer_press, edit, edit_buttons, say, send
from bot.telegram_app.uploads import SeriesByChat, Upload, upload_of
from bot.telegram_buttons import ADD, REMOVALS, REMOVE, Button, Rows, confirm_buttons, removal_buttons
from bot.telegram_text import TelegramText, plain, shorten
from index.errors import FootnoteError, ReadingError, UnknownArticleError, told_once
from index.reading import read_text
from index.reading.formats import Read, read_any
from index.reading.sources import read_source
from index.splitter import split_article

MAX_FILE = 20_000_000
"""Bytes of a file that a bot can fetch. https://core.telegram.org/bots/api#getfile"""

MAX_TAKEN = 1_000
"""Presses remembered, by their messages, so that a button pressed twice does once what it does."""

_NAME = 100  # units of a title
_LINES = 10  # told of a file with several articles

_log = logging.getLogger(__name__)


class Admin:
    """Does what administrators ask for, and refuses everyone else."""

    def __init__(self, desk: Desk, operator: Operator, answers: Answers) -> None:
        self._desk = desk
        self._operator = operator
        self._answers = answers
        self._series = SeriesByChat()
        self._taken: deque[tuple[int, int, str]] = deque(maxlen=MAX_TAKEN)

    def handlers(self) -> list[Handler]:
        """Return the handlers; to be tried before those of questions, as a text may be an article."""
        is_new, is_private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
        is_admin = filters.User(self._operator.admins)
        return [
            CommandHandler(["stats", "remove"], self.refuse, is_new & ~is_admin),
            CommandHandler("stats", self.stats, is_new),
            CommandHandler("remove", self.list_removals, is_new),
            MessageHandler(is_new & is_private & is_admin & _IsUpload(self._series), self.propose),
            MessageHandler(is_new & is_private & filters.Document.ALL, self.refuse),
            PressHandler(self.add, ADD),
            PressHandler(self.turn_removals, REMOVALS),
            PressHandler(self.remove, REMOVE),
        ]

    async def refuse(self, update: Update, _: Context) -> None:
        """Say no to somebody who is no administrator."""
        message = message_of(update)
        self._log_attempt(message.from_user)
        await say(message, phrase("admins only", language_of(message.from_user)))

    async def stats(self, update: Update, _: Context) -> None:
        """Show the counts."""
        message, library = message_of(update), self._desk.library
        counts = self._desk.state.stats()
        language = language_of(message.from_user)
        text = phrase(
            "stats",
            language,
            users=counts.users,
            questions=counts.questions,
            abstentions=counts.abstentions,
            up=counts.thumbs_up,
            down=counts.thumbs_down,
            p50=f"{counts.p50_ms:.1f}",
            p95=f"{counts.p95_ms:.1f}",
            articles=phrase("articles", language, count=library.article_count),
            passages=phrase("passages", language, count=library.passage_count),
            version=library.version,
        )
        await say(message, text)

    # --- adding ---

    async def propose(self, update: Update, _: Context) -> None:
        """Ask whether what was sent is to be added; once only for a text in several messages."""
        message = message_of(update)
        language, series = language_of(message.from_user), self._series.continued_by(message)
        if series is not None:
            series.messages.append(message)
            await edit(
                message, series.offer_id, *_offer(series.upload, message, language, len(series.messages))
            )
            return
        upload = upload_of(message)
        if upload is None:
            return
        if upload.document and (upload.document.file_size or 0) > MAX_FILE:
            words = phrase("upload too large", language, name=upload.label, limit=MAX_FILE // 1_000_000)
            await say(message, words, as_reply=True)
            return
        offer = await send(message, *_offer(upload, message, language), as_reply=True)
        if offer is not None and upload.text and message.text:
            self._series.begin(message, offer.message_id)

    async def add(self, update: Update, context: Context) -> None:
        """Add what was sent, or take it for a question after all; once, however often it is pressed."""
        query, message, (what, parts) = press_of(update, context)
        language, chosen = language_of(query.from_user), (message.chat_id, message.message_id, what)
        sent = message.reply_to_message
        upload = self._upload(sent, int(parts or 1)) if sent else None
        if query.from_user.id not in self._operator.admins:
            self._log_attempt(query.from_user)
            await answer_press(query, phrase("admins only", language), is_alert=True)
        elif chosen in self._taken:
            await answer_press(query)
        elif sent is None or upload is None:
            await answer_press(query, phrase("upload gone", language), is_alert=True)
        else:
            self._taken.append(chosen)
            self._series.end(sent)
            await answer_press(query)
            if what == "add":
                await self._add(upload, sent, message, language)
            else:
                await edit_buttons(message, ())
                await self._answers.ask(sent, context)

    def _upload(self, sent: Message, parts: int) -> Upload | None:
        """Return what a message began that came in so many parts; None where not all are remembered."""
        series = self._series.of(sent)
        if series is not None and len(series.messages) >= parts:
            return series.upload
        return upload_of(sent) if parts == 1 else None

    async def _add(self, upload: Upload, sent: Message, shown: Message, language: str) -> None:
        """Add what was sent; how far that is, is shown in one message."""
        await _show(shown, phrase("fetching", language, name=upload.label))
        try:
            reads = await self._read(upload, sent)
            await _show(shown, phrase("adding", language, name=upload.label))
            lines = await asyncio.to_thread(self._keep, reads, language)
        except error.TelegramError as problem:
            _log.info("A file could not be fetched (%s).", type(problem).__name__)
            again = ((Button(phrase("add", language), "n:add"),),)
            self._taken.remove((shown.chat_id, shown.message_id, "add"))
            await _show(shown, phrase("download failed", language, name=upload.label), again)
        except FootnoteError as problem:
            await _show(shown, problem_text(problem, language))
        else:
            more = [phrase("and more", language, count=len(lines) - _LINES)] if len(lines) > _LINES else []
            await _show(shown, "\n".join(lines[:_LINES] + more))

    async def _read(self, upload: Upload, sent: Message) -> list[Read | ReadingError]:
        """Return the articles of an upload, and what could not be made one and why.

        Raises:
            telegram.error.TelegramError: the file could not be fetched.
            ReadingError: the text is no article.
        """
        if upload.document is not None:
            raw = await _fetch(upload.document, sent.get_bot())
            kind = upload.document.mime_type
            return await asyncio.to_thread(lambda: list(read_any(raw, upload.name, content_type=kind)))
        if upload.address is not None:
            address, may_reach = upload.address, self._operator.may_reach
            return await asyncio.to_thread(lambda: list(read_source(address, may_reach=may_reach)))
        article = read_text(upload.text or "", upload.name)
        return [Read(article, f"telegram:{sent.chat_id}/{sent.message_id}")]

    def _keep(self, reads: Iterable[Read | ReadingError], language: str) -> list[str]:
        """Add articles, and return what became of each, and what was refused and why."""
        reads = list(reads)
        items = [read for read in reads if isinstance(read, Read)]
        outcomes = self._operator.shelf.add_all((item.article, item.source) for item in items)
        told = []
        for item, outcome in zip(items, outcomes, strict=True):
            article = item.article
            details = phrase("passages", language, count=len(split_article(article)))
            title = shorten(article.title, _NAME)
            told.append(phrase(f"outcome {outcome}", language, title=title, details=details))
        refused = told_once(read for read in reads if isinstance(read, ReadingError))
        return [*told, *(problem_text(error, language) for error in refused)]

    # --- removing ---

    async def list_removals(self, update: Update, _: Context) -> None:
        """Show the articles with a button each to remove it."""
        message = message_of(update)
        await send(message, *self._removals(0, language_of(message.from_user)))

    async def turn_removals(self, update: Update, context: Context) -> None:
        """Show another page of the articles to remove."""
        query, message, (page,) = press_of(update, context)
        if await self._is_allowed(update):
            await answer_press(query)
            view = self._removals(int(page), language_of(query.from_user))
            await edit(message, message.message_id, *view)

    async def remove(self, update: Update, context: Context) -> None:
        """Ask whether an article is to be removed, and remove it."""
        query, message, (article_id, step) = press_of(update, context)
        if not await self._is_allowed(update):
            return
        language = language_of(query.from_user)
        try:
            title = shorten(self._desk.library.entry(article_id).title, _NAME)
        except UnknownArticleError:  # pressed twice, or in an old list
            await answer_press(query, phrase("article gone", language), is_alert=True)
            return
        await answer_press(query)
        if step == "ask":
            remove = Button(phrase("remove", language), f"r:{article_id}:yes")
            rows = confirm_buttons(remove, query.from_user.id, language)
            await _show(message, phrase("remove?", language, title=title), rows)
            return
        try:
            await asyncio.to_thread(self._operator.shelf.remove, article_id)
        except FootnoteError as problem:
            await _show(message, problem_text(problem, language))
        else:
            await _show(message, phrase("removed", language, title=title))

    def _removals(self, page: int, language: str) -> tuple[TelegramText, Rows]:
        hint = phrase("remove which", language)
        view, entries, page, pages = page_view(self._desk.library, page, language, chosen=None, hint=hint)
        return view, removal_buttons(entries, page, pages)

    async def _is_allowed(self, update: Update) -> bool:
        """Say whether an administrator pressed; refuse if not."""
        query = update.callback_query
        if query is None or query.from_user.id in self._operator.admins:
            return query is not None
        self._log_attempt(query.from_user)
        await answer_press(query, phrase("admins only", language_of(query.from_user)), is_alert=True)
        return False

    def _log_attempt(self, user: User | None) -> None:
        _log.warning("User %s, who is no administrator, was refused.", user.id if user else "(unknown)")


class _IsUpload(filters.MessageFilter):
    """Lets messages pass that can be an article, or that one goes on with."""

    def __init__(self, series: SeriesByChat) -> None:
        super().__init__()
        self._series = series

    def filter(self, message: Message) -> bool:
        """Say whether a message can be one."""
        return self._series.continued_by(message) is not None or upload_of(message) is not None


def _offer(upload: Upload, sent: Message, language: str, parts: int = 1) -> tuple[TelegramText, Rows]:
    """Return what offers to add an upload, which came in so many messages."""
    words = phrase("add?", language, name=upload.label)
    if parts > 1:
        told = phrase("messages", language, count=parts)
        words = phrase("add parts?", language, name=upload.label, parts=told)
    add = Button(phrase("add", language), f"n:add:{parts}" if parts > 1 else "n:add")
    if sent.text and upload.text and len(upload.text) <= MAX_MESSAGE:
        return plain(words), ((add, Button(phrase("ask it", language), "n:ask")),)
    user_id = sent.from_user.id if sent.from_user else sent.chat_id
    return plain(words), confirm_buttons(add, user_id, language)


async def _fetch(document: Document, bot: Bot) -> bytes:
    file = await bot.get_file(document.file_id)
    return bytes(await file.download_as_bytearray())


async def _show(message: Message, words: str, rows: Rows = ()) -> None:
    await edit(message, message.message_id, plain(words), rows)
