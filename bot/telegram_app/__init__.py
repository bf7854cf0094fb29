"""The Telegram front end, the only package that imports `telegram`.

Updates go from `polling` or the `webhook` to the `inbox`, which keeps them safe in `pending`, from there to
python-telegram-bot's `Application` and the `handlers`, whose answers go out by `sending`; `serving` starts
and stops it all.
"""

from bot.telegram_app.context import Desk, Operator
from bot.telegram_app.logs import configure_logging
from bot.telegram_app.patience import Patience
from bot.telegram_app.serving import Access, TelegramError, run_bot, serve
from bot.telegram_app.webhook import Webhook

__all__ = [
    "Access",
    "Desk",
    "Operator",
    "Patience",
    "TelegramError",
    "Webhook",
    "configure_logging",
    "run_bot",
    "serve",
]
