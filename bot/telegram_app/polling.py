"""Long polling: our own loop, not the library's `Updater`.

That one passes over a second poller and a revoked token, takes more than five seconds to stop while the
network is down, and confirms updates before they are safe. Here the next poll confirms what is on disk.
"""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, error

from bot.telegram_app.inbox import Inbox
from bot.telegram_app.sending import UNREADABLE, PatientSender, seconds_of
from index.errors import FootnoteError

_log = logging.getLogger(__name__)


async def poll(bot: Bot, inbox: Inbox, sender: PatientSender, kinds: tuple[str, ...]) -> None:
    """Fetch updates of some kinds for ever. Only a second poller and a revoked token end it.

    Raises:
        telegram.error.Conflict: another process polls, or has set a webhook.
        telegram.error.InvalidToken: the token is revoked.
    """
    patience = sender.patience
    now = asyncio.get_running_loop().time
    may_be_ours_until = now() + patience.conflict_s
    offset, backoff_s = 0, 0.0
    while True:
        await inbox.wait_for_room()
        try:
            updates = await _fetch(bot, offset, kinds, patience.poll_s, patience.reply_s)
            inbox.put(updates)
            offset = max([offset, *(update["update_id"] + 1 for update in updates)])
        except error.InvalidToken:
            raise
        except (error.TelegramError, FootnoteError, *UNREADABLE) as problem:
            if isinstance(problem, error.Conflict) and now() > may_be_ours_until:
                raise
            backoff_s = min(patience.max_backoff_s, 2 * backoff_s or patience.backoff_s)
            if isinstance(problem, error.RetryAfter):
                await asyncio.sleep(seconds_of(problem))
            elif isinstance(problem, FootnoteError):
                _log.error("Updates are not fetched: %s", problem)
                await asyncio.sleep(backoff_s)
            else:
                await sender.wait_for_network(problem, backoff_s)
        else:
            backoff_s = 0.0
            sender.network_is_back()


async def _fetch(
    bot: Bot, offset: int, kinds: tuple[str, ...], poll_s: float, reply_s: float
) -> list[dict[str, Any]]:
    """Return the updates from `offset` on as they came.

    By the request below `Bot.get_updates`, which makes objects of them: one update of a shape that the
    library does not know would hold up all others for ever.
    """
    asked = {"offset": offset, "timeout": int(poll_s), "allowed_updates": json.dumps(kinds)}
    updates = await bot.request.post(
        f"{bot.base_url}/getUpdates?{urlencode(asked)}", read_timeout=poll_s + reply_s
    )
    if not isinstance(updates, list):
        raise TypeError(type(updates))
    return updates
