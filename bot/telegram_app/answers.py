"""Questions and their answers: in a message, in an edited one, by a button."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.models import Answer, Reply, Session
from bot.phrases import phrase
from bot.state import Cited, Exchange, Place
from bot.telegram_app.addressing import (
    is_addressed,
    is_reply_to,
    language_of,
    place_of,
    question_of,
    quoted_of,
)
from bot.telegram_app.context import Context, Desk, Handler, PressHandler, message_of, press_of
from bot.telegram_app.sending import answer_press, edit, say, send
from bot.telegram_buttons import EXAMPLE, Rows, answer_buttons
from bot.telegram_text import TelegramText, render_telegram
from index.errors import UnknownArticleError

IS_QUESTION = filters.UpdateType.MESSAGES & filters.TEXT & ~filters.COMMAND


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that its answer depends on.

    `question_id` is None where an example was pressed; `earlier` is what was answered before an edit, or
    begun before a restart.
    """

    question: str
    place: Place
    language: str
    before: Session
    question_id: int | None = None
    quoted: str | None = None
    earlier: Exchange | None = None


class Answers:
    """Answers questions, each in the light of its conversation, and remembers what was said."""

    def __init__(self, desk: Desk, examples: Sequence[str]) -> None:
        self._desk = desk
        self._examples = examples

    def handlers(self) -> list[Handler]:
        """Return the handlers."""
        return [
            MessageHandler(IS_QUESTION, self.answer),
            CommandHandler("new", self.begin_anew, filters.UpdateType.MESSAGE),
            PressHandler(self.press, EXAMPLE),
        ]

    async def answer(self, update: Update, context: Context) -> None:
        """Answer a question; if it is an edited one, in the place of its answer."""
        message = message_of(update)
        earlier = self._desk.state.by_question(message.chat_id, message.message_id)
        if update.message and earlier and earlier.answer_id:
            return  # it was answered, and only the record that it was handled got lost
        if earlier is not None or is_addressed(message, context.bot):
            await self._answer(self._asked(message, context, earlier), message)

    async def ask(self, message: Message, context: Context) -> None:
        """Answer a message, whatever it may look like."""
        await self._answer(self._asked(message, context, None), message)

    async def begin_anew(self, update: Update, _: Context) -> None:
        """Forget what the conversation was about."""
        message = message_of(update)
        self._desk.state.begin_anew(place_of(message))
        await say(message, phrase("begun anew", language_of(message.from_user)))

    async def press(self, update: Update, context: Context) -> None:
        """Ask the example on a button that was pressed."""
        query, message, (number,) = press_of(update, context)
        language = language_of(query.from_user)
        question = next(iter(self._examples[int(number) :]), None)
        await answer_press(query, "" if question else phrase("old button", language))
        if question is not None:
            place = place_of(message, query.from_user)
            await self._answer(Asked(question, place, language, self._desk.state.session(place)), message)

    def _asked(self, message: Message, context: Context, earlier: Exchange | None) -> Asked:
        return Asked(
            question=question_of(message, context.bot),
            place=earlier.place if earlier else place_of(message),
            language=language_of(message.from_user),
            before=earlier.before if earlier else self._before(message, context),
            question_id=message.message_id,
            quoted=earlier.quoted if earlier else quoted_of(message, context.bot),
            earlier=earlier,
        )

    def _before(self, message: Message, context: Context) -> Session:
        """Return the conversation that a question goes on from: of an answer it replies to, or its own."""
        if message.reply_to_message and is_reply_to(message, context.bot):
            replied = self._desk.state.by_answer(message.chat_id, message.reply_to_message.message_id)
            if replied is not None:
                return replied.after
        return self._desk.state.session(place_of(message))

    async def _answer(self, asked: Asked, message: Message) -> None:
        """Show the answer under a message, or in the place of the earlier one, and remember it."""
        state, library = self._desk.state, self._desk.library
        earlier = asked.earlier
        is_current = earlier is None or not earlier.answer_id or earlier.after == state.session(asked.place)
        before, notice = self._narrowed(asked)
        reply = await self._desk.reply(before, asked.question, asked.language, asked.quoted)
        above = notice or ("" if asked.question_id else asked.question)
        shown = render_telegram(reply, above=above, language=asked.language)
        exchange = _exchange(replace(asked, before=before), reply, shown, library.version)
        state.record(exchange)  # before it is shown: its buttons work from the first moment
        answer_id = await self._show(exchange, asked, message)
        if answer_id is None:
            state.drop(exchange.id)
        else:
            state.answered(exchange, answer_id, is_current=is_current)

    async def _show(self, exchange: Exchange, asked: Asked, message: Message) -> int | None:
        """Return the id of the message that shows the answer; None where it was refused."""
        rows = buttons_of(exchange, asked.language)
        answer_id = asked.earlier.answer_id if asked.earlier else None
        if answer_id and await edit(message, answer_id, exchange.shown, rows):
            return answer_id
        sent = await send(message, exchange.shown, rows)
        return sent.message_id if sent else None

    def _narrowed(self, asked: Asked) -> tuple[Session, str]:
        """Return the conversation with the article that the chat has chosen; a notice where that is gone."""
        article_id = self._desk.state.choice(asked.place.chat_id)
        try:
            if article_id is not None:
                self._desk.library.entry(article_id)
        except UnknownArticleError:
            self._desk.state.choose(asked.place.chat_id, None)
            return replace(asked.before, article_id=None), phrase("choice gone", asked.language)
        return replace(asked.before, article_id=article_id), ""


def buttons_of(exchange: Exchange, language: str) -> Rows:
    """Return the buttons under an answer; small talk has none."""
    if not exchange.is_answer:
        return ()
    cited = [cited.passage_id for cited in exchange.cited]
    return answer_buttons(exchange.id, cited, language, abstained=exchange.abstained)


def _exchange(asked: Asked, reply: Reply, shown: TelegramText, version: int) -> Exchange:
    """Return the exchange as it is remembered, its answer not sent yet."""
    exchange = Exchange(
        place=asked.place,
        question_id=asked.question_id,
        answer_id=asked.earlier.answer_id if asked.earlier else None,
        question=asked.question,
        quoted=asked.quoted,
        before=asked.before,
        after=reply.session,
        shown=shown,
        cited=_cited(reply.answer) if reply.answer else (),
        is_answer=reply.answer is not None,
        abstained=reply.answer is not None and reply.answer.abstained,
        confidence=reply.answer.confidence if reply.answer else 0.0,
        took_ms=reply.took_ms,
        version=version,
    )
    return replace(exchange, id=asked.earlier.id) if asked.earlier else exchange


def _cited(answer: Answer) -> tuple[Cited, ...]:
    """Return what is remembered of the footnotes; of an abstention, of the nearest passage."""
    notes = answer.footnotes or ((answer.nearest,) if answer.nearest else ())
    return tuple(
        Cited(
            passage_id=note.passage.id,
            article_id=note.article.id,
            score=float(note.score),
            quotes=tuple(quote.span for quote in answer.quotes if quote.n == note.n),
        )
        for note in notes
    )
