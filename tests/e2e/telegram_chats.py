"""What the tests of chats share: the conversation over the seed article, and how a message reads."""

from functools import cache

from bot.dialogue import Dialogue
from index.library import Library, seed_article
from tests.e2e.telegram_server import Json


@cache
def seed_dialogue() -> Dialogue:
    """Return the conversation over the seed article."""
    return Dialogue(Library.of([seed_article()]))


def words(message: Json, style: str) -> list[str]:
    """Return what has a style in a message."""
    raw = message["text"].encode("utf-16-le")
    found = [entity for entity in message.get("entities", []) if entity["type"] == style]
    spans = [(2 * entity["offset"], 2 * (entity["offset"] + entity["length"])) for entity in found]
    return [raw[start:end].decode("utf-16-le") for start, end in spans]


def mention(text: str, name: str = "@FootnoteTestBot") -> list[Json]:
    """Return the field of a message that marks where a name stands in its text."""
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    return [{"type": "mention", "offset": offset, "length": len(name)}]


def buttons(message: Json) -> list[list[str]]:
    """Return the words on the buttons under a message, a list a row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]
