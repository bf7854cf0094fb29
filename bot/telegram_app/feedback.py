"""Thumbs: whether an answer was of use, and what was wrong."""

from typing import cast

from telegram import Update

from bot.phrases import phrase
from bot.state import Exchange, Fault, Verdict
from bot.telegram_app.addressing import language_of
from bot.telegram_app.answers import buttons_of
from bot.telegram_app.context import Context, Desk, Handler, PressHandler, press_of
from bot.telegram_app.sending import answer_press, edit_buttons
from bot.telegram_buttons import FAULT, TAKE_BACK, THUMB_DOWN, THUMB_UP, fault_buttons


class Feedback:
    """Takes thumbs and keeps them with the exchange that they are about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        """Return the handlers."""
        return [
            PressHandler(self.up, THUMB_UP),
            PressHandler(self.down, THUMB_DOWN),
            PressHandler(self.fault, FAULT),
            PressHandler(self.take_back, TAKE_BACK),
        ]

    async def up(self, update: Update, context: Context) -> None:
        """Note that an answer was of use."""
        await self._judge(update, context, "up", "noted")

    async def down(self, update: Update, context: Context) -> None:
        """Note that an answer was of no use, and ask what was wrong."""
        exchange = await self._judge(update, context, "down", "what was wrong")
        if exchange is not None:
            query, message, _ = press_of(update, context)
            rows = fault_buttons(exchange.id, language_of(query.from_user), abstained=exchange.abstained)
            await edit_buttons(message, rows)

    async def fault(self, update: Update, context: Context) -> None:
        """Note what was wrong, and show the buttons of the answer again."""
        exchange = await self._judge(update, context, "down", "noted")
        if exchange is not None:
            query, message, _ = press_of(update, context)
            await edit_buttons(message, buttons_of(exchange, language_of(query.from_user)))

    async def take_back(self, update: Update, context: Context) -> None:
        """Forget what was noted, and show the buttons of the answer again."""
        exchange = await self._exchange(update, context)
        if exchange is not None:
            query, message, _ = press_of(update, context)
            language = language_of(query.from_user)
            self._desk.state.take_back(exchange.id, query.from_user.id)
            await answer_press(query, phrase("taken back", language))
            await edit_buttons(message, buttons_of(exchange, language))

    async def _judge(self, update: Update, context: Context, verdict: Verdict, told: str) -> Exchange | None:
        """Keep what a press says of an answer, say so, return the exchange; None where that is not kept."""
        exchange = await self._exchange(update, context)
        if exchange is not None:
            query, _, (_, *fault) = press_of(update, context)
            why = cast("Fault | None", next(iter(fault), None))
            self._desk.state.judge(exchange.id, query.from_user.id, verdict, why)
            await answer_press(query, phrase(told, language_of(query.from_user)))
        return exchange

    async def _exchange(self, update: Update, context: Context) -> Exchange | None:
        """Return the exchange that a press is about; None where it is not kept, which is told."""
        query, message, (exchange_id, *_) = press_of(update, context)
        exchange = self._desk.exchange(exchange_id, message)
        if exchange is None:
            await answer_press(query, phrase("not kept", language_of(query.from_user)), is_alert=True)
        return exchange
