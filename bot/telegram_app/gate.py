"""The allow-list of chats: elsewhere the bot says once that it does not answer there."""

import logging
from collections import deque

from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.phrases import phrase
from bot.telegram_app.addressing import language_of
from bot.telegram_app.context import Context, Desk, Handler
from bot.telegram_app.sending import answer_press, attempt, say

MAX_TOLD = 1_000
"""Users remembered as told."""

_log = logging.getLogger(__name__)


class Gate:
    """Stops the updates of other chats; administrators may use the bot in private and inline all the same."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told: deque[int] = deque(maxlen=MAX_TOLD)

    def handlers(self) -> list[Handler]:
        """Return the handlers; to be put in a group before all others."""
        return [TypeHandler(Update, self.check)]

    async def check(self, update: Update, _: Context) -> None:
        """Stop an update of a chat that is not on the list."""
        if self._is_allowed(update):
            return
        user, chat = update.effective_user, update.effective_chat
        words = phrase("private bot", language_of(user))
        if update.callback_query:
            await answer_press(update.callback_query, words)
        elif update.inline_query:
            query = update.inline_query
            await attempt(query.answer([], cache_time=60, is_personal=True))
        elif update.message and user and chat and chat.type == chat.PRIVATE and user.id not in self._told:
            self._told.append(user.id)
            _log.warning("User %s, whose chat is not among FOOTNOTE_ALLOWED_CHATS, was refused.", user.id)
            await say(update.message, words)
        raise ApplicationHandlerStop

    def _is_allowed(self, update: Update) -> bool:
        """Say whether an update is of a chat on the list, or by a user whose private chat is."""
        user, chat = update.effective_user, update.effective_chat
        by = chat or user
        return by is not None and (by.id in self._desk.admins or self._desk.allows(by.id))
