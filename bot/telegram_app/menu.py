"""The menu of commands, by kind of chat and by language."""

import logging
from collections.abc import Iterable, Sequence

from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    error,
)

from bot.phrases import LANGUAGES, phrase

PRIVATE = ("start", "articles", "new", "why", "help", "privacy", "forget")
GROUP = ("articles", "new", "why", "help", "privacy", "forget")
ADMIN = (*PRIVATE, "stats", "remove")

_log = logging.getLogger(__name__)


async def put_menu(bot: Bot, admins: Iterable[int]) -> None:
    """Put the commands in the menus. Telegram keeps them: another start may do it if this one cannot."""
    scopes: list[tuple[BotCommandScope, Sequence[str]]] = [
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), GROUP),
        *((BotCommandScopeChat(admin), ADMIN) for admin in admins),
    ]
    for scope, names in scopes:
        for language in LANGUAGES:
            commands = [(name, phrase(f"menu {name}", language)) for name in names]
            code = None if language == "en" else language  # English is what all others see
            try:
                await bot.set_my_commands(commands, scope, code)
            except (
                error.TelegramError
            ) as problem:  # an administrator who has not started the bot, among others
                _log.info("A menu of commands was not renewed (%s).", type(problem).__name__)
                break
