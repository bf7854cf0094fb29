"""Who says what to the bot: whether a message is for it, what it asks, in which conversation and language."""

from telegram import Bot, Message, MessageEntity, Update, User

from bot.phrases import LANGUAGES
from bot.state import Place, State


def concerns_bot(update: Update, bot: Bot, state: State) -> bool:
    """Say whether an update may be something to the handlers; what is not is not even kept until they see it.

    That is a press, an inline query, a message for the bot, a command, an edit of what was answered, and that
    a group gets another id.
    """
    message = update.message or update.edited_message
    if message is None:
        return update.callback_query is not None or update.inline_query is not None
    if is_for_bot(message, bot):
        return True
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return True
    is_edit = update.edited_message is not None
    return is_edit and state.by_question(message.chat_id, message.message_id) is not None


def is_for_bot(message: Message, bot: Bot) -> bool:
    """Say whether a message is for the bot, or a command."""
    return is_addressed(message, bot) or is_command(message, bot)


def is_addressed(message: Message, bot: Bot) -> bool:
    """Say whether a message is for the bot: in a group, only one that mentions it or replies to it."""
    if message.from_user and message.from_user.is_bot and message.sender_chat is None:
        return False  # another bot; an anonymous administrator has a `sender_chat`
    if message.via_bot and message.via_bot.id == bot.id:
        return False  # an answer of ours, chosen in inline mode
    if message.chat.type == message.chat.PRIVATE or _mentions(message, bot):
        return True
    return is_reply_to(message, bot)


def is_command(message: Message, bot: Bot) -> bool:
    """Say whether a message begins with a command that is not another bot's."""
    for entity in message.entities[:1]:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            name = (message.text or "")[: entity.length].partition("@")[2]
            return not name or name.casefold() == bot.username.casefold()
    return False


def is_reply_to(message: Message, bot: Bot) -> bool:
    """Say whether a message replies to one of the bot's."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created:
        return False  # every message of a topic replies to the message that created it
    return replied.from_user.id == bot.id


def question_of(message: Message, bot: Bot) -> str:
    """Return the text of a message without the mentions of the bot, U+FFFD for each lone surrogate."""
    raw = _encoded(message)
    for mention in sorted(_mentions(message, bot), key=lambda entity: entity.offset, reverse=True):
        raw = raw[: 2 * mention.offset] + raw[2 * (mention.offset + mention.length) :]
    return clean(raw.decode("utf-16-le", "surrogatepass")).strip().lstrip(",:").lstrip()


def quoted_of(message: Message, bot: Bot) -> str | None:
    """Return the words of the bot's own message that a reply quotes; others' words are none of ours."""
    if message.quote is None or not message.quote.is_manual or not is_reply_to(message, bot):
        return None
    return clean(message.quote.text)


def clean(text: str) -> str:
    """Return the text with U+FFFD for each lone surrogate, which can neither be kept nor sent."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def place_of(message: Message, user: User | None = None) -> Place:
    """Return the conversation that a message belongs to; with `user`, his in the chat of the message."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    asker = user or message.from_user
    asker_id = asker.id if asker else message.chat_id
    if user is None and message.sender_chat is not None:  # anonymous: all share one user
        asker_id = message.sender_chat.id
    return Place(message.chat_id, thread_id or 0, asker_id)


def language_of(user: User | None) -> str:
    """Return the language to speak with a user."""
    code = (user.language_code or "").partition("-")[0].casefold() if user else ""
    return code if code in LANGUAGES else "en"


def _mentions(message: Message, bot: Bot) -> list[MessageEntity]:
    """Return the entities of a message that name the bot."""
    name, raw = f"@{bot.username}".casefold(), _encoded(message)
    return [
        entity
        for entity in message.entities
        if (entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == bot.id)
        or (entity.type == MessageEntity.MENTION and _covered(raw, entity).casefold() == name)
    ]


def _encoded(message: Message) -> bytes:
    """Return the text of a message in two bytes a unit, lone surrogates among them."""
    return (message.text or "").encode("utf-16-le", "surrogatepass")


def _covered(raw: bytes, entity: MessageEntity) -> str:
    """Return the part of an encoded text that an entity covers."""
    return raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")
