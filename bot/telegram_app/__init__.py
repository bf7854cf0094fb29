"""The Telegram front end, the only package that imports `telegram`.

Updates go from `polling` to the `inbox`, from there to python-telegram-bot's `Application` and the
`handlers`, whose answers go out by `sending`; `serving` starts and stops it all.
"""

from bot.telegram_app.context import Desk
from bot.telegram_app.logs import configure_logging
from bot.telegram_app.serving import TelegramError, build_application, run_bot, serve

__all__ = ["Desk", "TelegramError", "build_application", "configure_logging", "run_bot", "serve"]
