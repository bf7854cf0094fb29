"""The handlers, in the order in which they are tried; what none takes is ignored.

That is: channel posts, service messages, guest and business messages, other people's talk in groups.
"""

import logging
import traceback
from typing import cast

from telegram import Update, error

from bot.phrases import phrase
from bot.telegram_app.addressing import is_for_bot, language_of
from bot.telegram_app.admin import Admin
from bot.telegram_app.answers import Answers
from bot.telegram_app.articles import Articles
from bot.telegram_app.context import App, Context, Desk
from bot.telegram_app.feedback import Feedback
from bot.telegram_app.gate import Gate
from bot.telegram_app.guide import Guide
from bot.telegram_app.inline import Inline
from bot.telegram_app.limits import Turns
from bot.telegram_app.moving import Moves
from bot.telegram_app.passages import Passages
from bot.telegram_app.sending import say
from index.errors import FootnoteError
from index.tables import table

_log = logging.getLogger(__name__)


def register(application: App, desk: Desk) -> None:
    """Add the handlers to an application."""
    examples = table("examples")
    passages, articles = Passages(desk), Articles(desk)
    guide = Guide(desk, examples, passages, articles)
    answers = Answers(desk, examples["questions"])
    application.add_handlers(Moves(desk).handlers(), group=-3)
    if desk.allowed_chats:
        application.add_handlers(Gate(desk).handlers(), group=-2)
    application.add_handlers(Turns().handlers(), group=-1)
    if desk.operator:
        application.add_handlers(Admin(desk, desk.operator, answers).handlers())
    for topic in (answers, passages, articles, Feedback(desk), Inline(desk), guide):
        application.add_handlers(topic.handlers())
    application.add_error_handler(report_failure)


async def report_failure(update: object, context: Context) -> None:
    """Log an error of a handler, without its text, which may hold a message's; say sorry to whoever asked.

    What Telegram refuses a user who has blocked the bot, and the like, is no error of ours.
    """
    failure = cast("Exception", context.error)
    if isinstance(failure, (error.BadRequest, error.Forbidden)):
        _log.info("Telegram refused a request: %s", failure.message)
        return
    if isinstance(failure, FootnoteError):
        _log.error("An update could not be handled: %s", failure)
    else:
        frames = "".join(traceback.format_tb(failure.__traceback__))
        _log.error("An update could not be handled: %s\n%s", type(failure).__name__, frames)
        _log.debug("The error in full:", exc_info=failure)
    if not isinstance(update, Update) or (message := update.effective_message) is None:
        return
    if update.callback_query or is_for_bot(message, context.bot):
        await say(message, phrase("sorry", language_of(update.effective_user)))
