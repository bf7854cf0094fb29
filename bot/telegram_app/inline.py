"""Inline mode: `@bot question` in any chat offers cited answers to choose from. None is remembered."""

from collections import OrderedDict
from collections.abc import Sequence

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.ext import InlineQueryHandler

from bot.phrases import phrase
from bot.telegram_app.addressing import clean, language_of
from bot.telegram_app.context import Context, Desk, Handler
from bot.telegram_app.sending import NO_PREVIEW, attempt, entities_of, markup
from bot.telegram_buttons import Button
from bot.telegram_views import Card, card_of

MAX_CARDS = 10

MAX_CACHED = 500
"""Questions whose cards are remembered: people ask what others ask, and every letter typed is a question."""

CACHE_S = 10
"""Seconds that Telegram may show a user the same cards again: an article that is added is found soon."""


class Inline:
    """Offers answers while a question is typed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._cached: OrderedDict[tuple[int, str, str], Sequence[Card]] = OrderedDict()

    def handlers(self) -> list[Handler]:
        """Return the handlers."""
        return [InlineQueryHandler(self.offer)]

    async def offer(self, update: Update, context: Context) -> None:
        """Answer an inline query; one that is empty, or no question, by a hint."""
        query = update.inline_query
        if query is None:
            return
        language, question = language_of(query.from_user), clean(query.query).strip()
        cards = await self._cards(question, language) if question else ()
        results = [_result(n, card, language, context.bot.username) for n, card in enumerate(cards, start=1)]
        await _answer(query, results, phrase("inline hint", language))

    async def _cards(self, question: str, language: str) -> Sequence[Card]:
        key = (self._desk.library.version, language, question)
        cards = self._cached.get(key)
        if cards is None:
            replies = await self._desk.offers(question, MAX_CARDS, language)
            cards = [card_of(reply, language) for reply in replies if reply.answer is not None]
            self._cached[key] = cards
            if len(self._cached) > MAX_CACHED:
                self._cached.popitem(last=False)
        return cards


def _result(n: int, card: Card, language: str, bot_name: str) -> InlineQueryResultArticle:
    link = f"https://t.me/{bot_name}?start=p_{card.passage_id}"
    rows = ((Button("📖 " + phrase("open", language), url=link),),) if card.passage_id else ()
    return InlineQueryResultArticle(
        id=str(n),
        title=card.title,
        description=card.preview,
        input_message_content=InputTextMessageContent(
            card.message.text, entities=entities_of(card.message), link_preview_options=NO_PREVIEW
        ),
        reply_markup=markup(rows),
    )


async def _answer(query: InlineQuery, results: Sequence[InlineQueryResultArticle], hint: str) -> None:
    button = None if results else InlineQueryResultsButton(hint, start_parameter="inline")
    await attempt(query.answer(results, cache_time=CACHE_S, is_personal=True, button=button))
