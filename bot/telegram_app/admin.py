"""The administrators' part: add an article by a file, a link or a text, remove one, see the counts."""

import asyncio
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

from telegram import Bot, Document, Message, Update, User, error
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.phrases import phrase
from bot.telegram_app.addressing import clean, language_of
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
from bot.telegram_buttons import ADD, REMOVALS, REMOVE, Button, Rows, confirm_buttons, removal_buttons
from bot.telegram_text import TelegramText, plain, shorten
from index.errors import FootnoteError, ReadingError, UnknownArticleError
from index.reading import read_text
from index.reading.formats import Read, read_any
from index.reading.sources import read_source
from index.splitter import split_article

MAX_FILE = 20_000_000
"""Bytes of a file that a bot can fetch. https://core.telegram.org/bots/api#getfile"""

MIN_TEXT = 600
"""Characters from which a text of an administrator's is taken for an article; questions have 300 at most."""

MIN_FORWARDED = 200
"""As `MIN_TEXT`, of a text that he forwards: nobody forwards questions."""

_NAME = 100  # units of the name of what is added
_LINES = 10  # told of a file with several articles
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """What an administrator sent: a file, the address of a page, or a text. Exactly one is given."""

    name: str
    document: Document | None = None
    address: str | None = None
    text: str | None = None

    @property
    def label(self) -> str:
        """Return the name as it is shown."""
        return shorten(self.name, _NAME)


class Admin:
    """Does what administrators ask for, and refuses everyone else."""

    def __init__(self, desk: Desk, operator: Operator, answers: Answers) -> None:
        self._desk = desk
        self._operator = operator
        self._answers = answers

    def handlers(self) -> list[Handler]:
        """Return the handlers; to be tried before those of questions, as a text may be an article."""
        is_new, is_private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
        is_admin = filters.User(self._operator.admins)
        return [
            CommandHandler(["stats", "remove"], self.refuse, is_new & ~is_admin),
            CommandHandler("stats", self.stats, is_new),
            CommandHandler("remove", self.list_removals, is_new),
            MessageHandler(is_new & is_private & is_admin & _IsUpload(), self.propose),
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
        text = phrase(
            "stats",
            language_of(message.from_user),
            users=counts.users,
            questions=counts.questions,
            abstentions=counts.abstentions,
            up=counts.thumbs_up,
            down=counts.thumbs_down,
            p50=f"{counts.p50_ms:.1f}",
            p95=f"{counts.p95_ms:.1f}",
            articles=library.article_count,
            passages=library.passage_count,
            version=library.version,
        )
        await say(message, text)

    # --- adding ---

    async def propose(self, update: Update, _: Context) -> None:
        """Ask whether what was sent is to be added."""
        message = message_of(update)
        language, upload = language_of(message.from_user), upload_of(message)
        if upload is None or message.from_user is None:
            return
        if upload.document and (upload.document.file_size or 0) > MAX_FILE:
            words = phrase("upload too large", language, name=upload.label, limit=MAX_FILE // 1_000_000)
            await say(message, words, as_reply=True)
            return
        add = Button(phrase("add", language), "n:add")
        rows = confirm_buttons(add, message.from_user.id, language)
        if upload.text and message.text:
            rows = ((add, Button(phrase("ask it", language), "n:ask")),)
        await say(message, phrase("add?", language, name=upload.label), rows, as_reply=True)

    async def add(self, update: Update, context: Context) -> None:
        """Add what was sent, or take it for a question after all."""
        query, message, (what,) = press_of(update, context)
        language = language_of(query.from_user)
        sent = message.reply_to_message
        upload = upload_of(sent) if sent else None
        if query.from_user.id not in self._operator.admins:
            self._log_attempt(query.from_user)
            await answer_press(query, phrase("admins only", language), is_alert=True)
        elif sent is None or upload is None:
            await answer_press(query, phrase("upload gone", language), is_alert=True)
        elif what == "ask":
            await answer_press(query)
            await edit_buttons(message, ())
            await self._answers.ask(sent, context)
        else:
            await answer_press(query)
            await self._add(upload, sent, message, language)

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
            await _show(shown, phrase("download failed", language, name=upload.label), again)
        except FootnoteError as problem:
            await _show(shown, str(problem))
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
        return [*told, *(str(read) for read in reads if isinstance(read, ReadingError))]

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
            await _show(message, str(problem))
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


def upload_of(message: Message) -> Upload | None:
    """Return what a message has that can be an article; None if it has nothing of the kind."""
    if message.document is not None:
        return Upload(clean(message.document.file_name or "file"), document=message.document)
    text = clean(message.text or message.caption or "").strip()
    if _WEB.fullmatch(text):
        return Upload(text, address=text)
    if len(text) >= (MIN_FORWARDED if message.forward_origin else MIN_TEXT):
        return Upload(text.splitlines()[0], text=text)
    return None


class _IsUpload(filters.MessageFilter):
    """Lets messages pass that can be an article."""

    def filter(self, message: Message) -> bool:
        """Say whether a message can be one."""
        return upload_of(message) is not None


async def _fetch(document: Document, bot: Bot) -> bytes:
    file = await bot.get_file(document.file_id)
    return bytes(await file.download_as_bytearray())


async def _show(message: Message, words: str, rows: Rows = ()) -> None:
    await edit(message, message.message_id, plain(words), rows)
