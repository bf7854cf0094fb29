"""How much one person, and one chat, may ask: a little too much has to wait, much too much is declined.

Counted is by when a message was written, so that nobody pays for a time in which the bot was away.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Literal

from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.phrases import phrase
from bot.telegram_app.addressing import is_for_bot, language_of
from bot.telegram_app.context import Context, Handler
from bot.telegram_app.sending import say

PER_MINUTE = 20
"""Messages of one user, or in one chat: faster than anybody reads the answers, and as many as Telegram lets a
bot send to a group. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""

MAX_DELAY_S = 60.0
"""How late a message may be taken up; one that would be later is declined."""

_SPACING_S = 60.0 / PER_MINUTE
_BURST_S = 60.0 - _SPACING_S
_MAX_KEPT = 10_000  # users and chats; of others only those who have asked within a minute count


@dataclass(frozen=True, slots=True)
class Turn:
    """When a message is taken up: `wait_s` after now, or never (None); `news` is what to tell about it."""

    wait_s: float | None = 0.0
    news: Literal["slower", "too many"] | None = None


class Limits:
    """Gives turns. Each key (a user, a chat) has `PER_MINUTE` at once, and one more every few seconds.

    The generic cell rate algorithm (ITU-T I.371): a key's next turn is due a spacing after its last.
    """

    def __init__(self) -> None:
        self._due: dict[int, float] = {}
        self._told: dict[int, set[str]] = {}

    def turn(self, keys: tuple[int, ...], written_at: float, now: float) -> Turn:
        """Return the turn of a message that counts for some keys; times are in seconds, of one clock.

        What is unusual about it is told once, to the first key, until it has a turn without a wait again.
        """
        due = {key: max(self._due.get(key, written_at), written_at) for key in keys}
        delay_s = max(0.0, max(due.values()) - _BURST_S - written_at)
        told = self._told.setdefault(keys[0], set())
        if delay_s == 0:
            del self._told[keys[0]]
        if delay_s > MAX_DELAY_S:
            return Turn(None, _once("too many", told))
        for key in keys:
            self._due[key] = due[key] + _SPACING_S
        self._forget(written_at)
        wait_s = min(delay_s, max(0.0, written_at + delay_s - now))
        return Turn(wait_s, _once("slower", told) if wait_s else None)

    def _forget(self, now: float) -> None:
        if len(self._due) > _MAX_KEPT:
            self._due = {key: due for key, due in self._due.items() if due > now}
            self._told = {key: told for key, told in self._told.items() if key in self._due}


class Turns:
    """Lets messages for the bot pass to the handlers in their turn."""

    def __init__(self) -> None:
        self._limits = Limits()

    def handlers(self) -> list[Handler]:
        """Return the handlers, which go before those that answer."""
        return [TypeHandler(Update, self.wait)]

    async def wait(self, update: Update, context: Context) -> None:
        """Wait for the turn of a message; say once that it has to wait, or that it is declined.

        Raises:
            ApplicationHandlerStop: it is declined.
        """
        message = update.message or update.edited_message
        if message is None or not is_for_bot(message, context.bot):
            return
        user_id = message.from_user.id if message.from_user else message.chat_id
        written_at = (message.edit_date or message.date).timestamp()
        turn = self._limits.turn((message.chat_id, user_id), written_at, time.time())
        if turn.news is not None:
            await say(message, phrase(turn.news, language_of(message.from_user), number=PER_MINUTE))
        if turn.wait_s is None:
            raise ApplicationHandlerStop
        await asyncio.sleep(turn.wait_s)


def _once(news: Literal["slower", "too many"], told: set[str]) -> Literal["slower", "too many"] | None:
    if news in told:
        return None
    told.add(news)
    return news
