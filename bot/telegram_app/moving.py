"""Groups that become supergroups: Telegram gives them another id, and numbers their messages anew."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.telegram_app.context import Context, Desk, Handler, message_of


class Moves:
    """Follows a group to its new id."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        """Return the handlers; to be put in a group before all others."""
        return [MessageHandler(filters.StatusUpdate.MIGRATE, self.move)]

    async def move(self, update: Update, _: Context) -> None:
        """Note the new id of a group; Telegram tells it in the group and in the supergroup."""
        message = message_of(update)
        if message.migrate_to_chat_id:
            self._desk.move(message.chat_id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            self._desk.move(message.migrate_from_chat_id, message.chat_id)
