"""Updates made by chance, of every kind in the published description: no error, no reply where none is due.

The seed is fixed; `python -m tests.e2e.test_chance COUNT [SEED]` makes more of them.
"""

import sys
import tempfile
import time
from pathlib import Path
from random import Random

import pytest

from bot.dialogue import Dialogue
from bot.telegram_app import Operator
from index.library import Shelf
from tests.e2e.telegram_bots import ANN, ANNS, running, wait_until_handled
from tests.e2e.telegram_rules import API
from tests.e2e.telegram_server import BOT, TelegramServer

KNOWN = API["incoming"]
COUNT = 300
NUMBERS = (0, 1, 2, 7, 60, 200, 86_400, -1, 1_700_000_000, 2**31)
ENORMOUS = (2**52 - 1, -(2**52), 10**30)
DATES = (0, 1, 1_700_000_000, 2**31, -1, *ENORMOUS)
TEXTS = (
    "", " ", "text", "What did Yoon ask China about North Korea?", "@FootnoteTestBot What did he reply?",
    "/start", "/start p_x", "/help", "/articles@FootnoteTestBot", "/stats", "/remove", "/why", "/new",
    "/forget", "/nonsense", "/help@OtherBot", "<b>&amp;</b> *_[x](y)`", "שלום \u202e מה \u200b\u200d",
    "\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308", "x" * 4096, "the talks " * 200,
    "https://example.org/a", "\0", "ŉn" * 50,
)  # fmt: skip
HALVES = "\ud83d halves of \ude00 pairs @FootnoteTestBot"
PRESSES = (
    "", "\0", "x" * 64, "ask:0", "ask:9", "p:0:x", "p:ffffffffffff:the-x-1", "b:1", "w:1", "u:1", "d:1",
    "d:1:passage", "t:1", "a:0", "a:999999", "c:0:", "c:0:nothing", "f:7", "x:7", "n:add", "n:add:999",
    "n:ask", "r:0", "r:x:ask", "r:x:yes",
)  # fmt: skip
ENTITIES = ("mention", "text_mention", "bot_command", "custom_emoji", "url", "a_kind_of_tomorrow", "")
CHATS = ("private", "private", "private", "group", "supergroup", "channel", "a_kind_of_tomorrow")
MORE = {
    "CallbackQuery": {"message": "MaybeInaccessibleMessage", "inline_message_id": "String"},
    "User": {"language_code": "String", "last_name": "String", "username": "String"},
    "Chat": {"title": "String", "is_forum": "True"},
    "MessageEntity": {"user": "User", "url": "String"},
    "InlineQuery": {"chat_type": "String"},
}
"""Optional fields that the description of the tests leaves out."""


class Chance:
    """Makes updates; each has a chat and users of its own, by its number."""

    def __init__(self, seed):
        self._random = Random(seed)
        self.chat = {}

    def update(self, number):
        """Return what an update has beside its id."""
        self._number = number
        self.chat = {"id": -5000 - number, "type": self._random.choice(CHATS), "title": "Chat"}
        if self.chat["type"] == "private":
            self.chat["id"] = 5000 + number
        kinds = KNOWN["Update"]["optional"]
        often = ("message", "edited_message", "callback_query", "inline_query")
        kind = self._random.choice([*kinds, *often * 10])
        return kind, self._made(kinds[kind], 0)

    def _made(self, kind, depth):
        chance, kind = self._random, kind.replace("Array of ", "[]")
        if "|" in kind:
            return self._made(chance.choice(kind.split("|")), depth)
        if kind.startswith("[]"):
            return (
                [self._made(kind[2:], depth + 1) for _ in range(chance.choice((0, 1, 2)))]
                if depth < 4
                else []
            )
        if kind.startswith("="):
            return kind[1:]
        if kind in {"Boolean", "True"}:
            return chance.random() < 0.5
        plain = {
            "Integer": NUMBERS if chance.random() < 0.98 else ENORMOUS,
            "Float": (0.0, -1.5, 1e300),
            "String": TEXTS,
        }
        if kind in plain:
            return chance.choice(plain[kind])
        if kind == "Chat":
            return self.chat
        described = KNOWN[kind]
        if "one_of" in described:
            one_of = described["one_of"]
            return self._made(chance.choice(one_of) if depth < 6 else one_of[0], depth + 1)
        return self._object(kind, described, depth)

    def _object(self, kind, described, depth):
        chance = self._random
        made = {name: self._made(one, depth + 1) for name, one in described["required"].items()}
        optional = {**described.get("optional", {}), **MORE.get(kind, {})} if depth < 4 else {}
        for name, one in optional.items():
            if chance.random() < {"from": 0.9, "text": 0.8, "message": 0.9}.get(name, 0.03):
                made[name] = self._made(one, depth + 1)
        if kind == "Message":
            self._complete_message(made)
        elif kind == "User":
            made["is_bot"] = chance.random() < 0.1
            own = (7000 + self._number, 7000 + self._number, 2**52 - self._number)
            made["id"] = chance.choice(own if depth < 2 else (*own, BOT["id"]))  # nobody asks too much
        elif kind in {"CallbackQuery", "InlineQuery"}:
            made["id"] = str(self._number)
            made["data"] = chance.choice(PRESSES)
        elif kind == "MessageEntity":
            made["type"] = chance.choice(ENTITIES)
        return made

    def _complete_message(self, made):
        chance = self._random
        made["date"] = chance.choice(DATES) if chance.random() < 0.1 else int(time.time())
        made["message_id"] = 1 + self._number
        for name in made.keys() & {"migrate_to_chat_id", "migrate_from_chat_id"}:
            made[name] = -(2**51) - self._number  # ids have 52 bits at most
        if "text" in made and chance.random() < 0.05:
            made["text"] = HALVES
        if "text" in made and chance.random() < 0.8:
            made["entities"] = self._entities(made["text"])

    def _entities(self, text):
        if text.startswith("/"):
            return [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        if text.startswith("@"):
            return [{"type": "mention", "offset": 0, "length": len(text.split()[0])}]
        return [self._made("MessageEntity", 3) for _ in range(self._random.choice((0, 1, 2)))]


def most_replies(kind, content):
    """Return how many messages an update may have for an answer, at the most."""
    if kind == "callback_query":
        return 1
    if kind not in {"message", "edited_message"}:
        return 0
    if content["chat"]["type"] == "private":
        return 1
    replied = content.get("reply_to_message", {}).get("from", {}).get("id") == BOT["id"]
    marks = [*content.get("entities", []), *content.get("caption_entities", [])]
    named = any(
        one["type"] in {"mention", "bot_command"} or one.get("user", {}).get("id") == BOT["id"]
        for one in marks
    )
    return 1 if replied or named else 0


def throw(server, folder, count, seed):
    """Put so many updates to a bot; return those that got more replies than are due, and how often."""
    shelf, chance = Shelf(folder / "library"), Chance(seed)
    operator = Operator(frozenset(range(7000, 7000 + count, 3)), shelf, lambda _: False)
    due = {}
    with running(server, folder, Dialogue(shelf.library()), operator=operator):
        for number in range(count):
            kind, content = chance.update(number)
            server._chats[chance.chat["id"]] = chance.chat
            due[chance.chat["id"]] = most_replies(kind, content), kind, content
            server.update(**{kind: content})
        server.say("thanks", chat=ANNS, sender=ANN)
        server.shown(1, ANNS, 30 + count / 20)
        wait_until_handled(folder)
    sent = [call["chat_id"] for call in server.of("sendMessage")]
    return [(sent.count(chat), told) for chat, told in due.items() if sent.count(chat) > told[0]], len(sent)


@pytest.mark.parametrize("seed", [1])
def test_no_update_made_by_chance_is_an_error_or_gets_a_reply_that_is_not_due(
    bare_server, tmp_path, caplog, seed
):
    undue, replies = throw(bare_server, tmp_path, COUNT, seed)
    assert undue == []
    assert replies > COUNT / 10
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, TelegramServer() as server:
        print(throw(server, Path(name), int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 1))  # noqa: T201
