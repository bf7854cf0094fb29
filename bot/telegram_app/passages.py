"""Passages opened from an answer or by a link, the way back to the answer, and why it is what it is."""

from collections.abc import Sequence

from telegram import Message, Update
from telegram.ext import CommandHandler, filters

from bot.explaining import explain
from bot.models import Explanation
from bot.phrases import phrase
from bot.rendering import paragraph_of
from bot.state import Exchange
from bot.telegram_app.addressing import language_of, place_of
from bot.telegram_app.answers import buttons_of
from bot.telegram_app.context import Context, Desk, Handler, PressHandler, message_of, press_of
from bot.telegram_app.sending import answer_press, say, send, show
from bot.telegram_buttons import BACK, PASSAGE, WHY, Rows, back_button, passage_buttons
from bot.telegram_text import TelegramText, plain
from bot.telegram_views import passage_view, why_view
from index.errors import ChangedPassageError, UnknownArticleError, UnknownPassageError
from index.models import Span


class Passages:
    """Shows where an answer comes from."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        """Return the handlers."""
        return [
            CommandHandler("why", self.why, filters.UpdateType.MESSAGE),
            PressHandler(self.press_passage, PASSAGE),
            PressHandler(self.press_back, BACK),
            PressHandler(self.press_why, WHY),
        ]

    async def open(self, message: Message, passage_id: str, bot_name: str) -> None:
        """Show the passage that a link leads to."""
        language = language_of(message.from_user)
        try:
            view, rows = self._view(passage_id, None, language, bot_name)
        except UnknownPassageError as problem:
            await say(message, _gone(problem, language))
        else:
            await send(message, view, rows)

    async def press_passage(self, update: Update, context: Context) -> None:
        """Open a passage in the place of the answer, or of another passage."""
        query, message, (exchange_id, passage_id) = press_of(update, context)
        language = language_of(query.from_user)
        exchange = self._desk.exchange(exchange_id, message)
        try:
            view, rows = self._view(passage_id, exchange, language, context.bot.username)
        except UnknownPassageError as problem:
            await answer_press(query, _gone(problem, language), is_alert=True)
        else:
            await answer_press(query)
            await show(message, view, rows)

    async def press_back(self, update: Update, context: Context) -> None:
        """Show the answer again."""
        query, message, (exchange_id,) = press_of(update, context)
        language = language_of(query.from_user)
        exchange = self._desk.exchange(exchange_id, message)
        if exchange is None:
            await answer_press(query, phrase("not kept", language), is_alert=True)
        else:
            await answer_press(query)
            await show(message, exchange.shown, buttons_of(exchange, language))

    async def press_why(self, update: Update, context: Context) -> None:
        """Show why an answer is what it is, in its place."""
        query, message, (exchange_id,) = press_of(update, context)
        language = language_of(query.from_user)
        exchange = self._desk.exchange(exchange_id, message)
        if exchange is None:
            await answer_press(query, phrase("not kept", language), is_alert=True)
            return
        view = await self._why(exchange, language)
        if view is None:
            await answer_press(query, phrase("changed", language), is_alert=True)
        else:
            await answer_press(query)
            await show(message, view, ((back_button(exchange.id, language),),))

    async def why(self, update: Update, _: Context) -> None:
        """Say why the last answer is what it is."""
        message = message_of(update)
        language = language_of(message.from_user)
        exchange = self._desk.state.latest(place_of(message))
        if exchange is None:
            await say(message, phrase("nothing asked", language))
            return
        view = await self._why(exchange, language)
        await send(message, view or plain(phrase("changed", language)))

    def _view(
        self, passage_id: str, exchange: Exchange | None, language: str, bot_name: str
    ) -> tuple[TelegramText, Rows]:
        """Return a passage with its buttons.

        Raises:
            UnknownPassageError: it is gone, or its article has changed.
        """
        library = self._desk.library
        passage = library.passage(passage_id)
        article, neighbours = library.article(passage.article_id), library.neighbours(passage)
        quoted: Sequence[Span] = [
            span
            for cited in (exchange.cited if exchange else ())
            if cited.passage_id == passage_id
            for span in cited.quotes
        ]
        link = f"https://t.me/{bot_name}?start=p_{passage.id}"
        view = passage_view(article, passage, neighbours, language, quoted=quoted, link=link)
        return view, passage_buttons(exchange.id if exchange else 0, neighbours, article, language)

    async def _why(self, exchange: Exchange, language: str) -> TelegramText | None:
        """Return why an answer is what it was; None where it would be another by now."""
        try:
            reply = await self._desk.reply(exchange.before, exchange.question, language, exchange.quoted)
        except UnknownArticleError:
            return None
        answer = reply.answer
        if answer is None or [note.passage.id for note in answer.footnotes] != _footnotes_of(exchange):
            return None
        explanation = explain(answer, self._desk.library)
        return why_view(answer, explanation, self._runners_up(explanation, language), language)

    def _runners_up(self, explanation: Explanation, language: str) -> list[str]:
        library = self._desk.library
        ids = [footnote.runner_up for footnote in explanation.footnotes]
        return [paragraph_of(library.passage(id_), language) if id_ else "" for id_ in ids]


def _footnotes_of(exchange: Exchange) -> list[str]:
    return [] if exchange.abstained else [cited.passage_id for cited in exchange.cited]


def _gone(problem: UnknownPassageError, language: str) -> str:
    return phrase("changed" if isinstance(problem, ChangedPassageError) else "gone", language)
