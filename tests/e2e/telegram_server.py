"""A Bot API server for tests: real HTTP on loopback, strict as Telegram, with faults on order.

It knows what the tests need of https://core.telegram.org/bots/api, and no more. Lengths and offsets are
counted in UTF-16 code units. Updates are delivered whatever `allowed_updates` says, as Telegram does with
those from before the call.
"""

import contextlib
import json
import re
import socket
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

BOT = {"id": 4242, "is_bot": True, "first_name": "Footnote", "username": "FootnoteTestBot"}
ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
BEN = {"id": 8, "is_bot": False, "first_name": "Ben"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100, "type": "supergroup", "title": "Readers", "is_forum": True}

Json = dict[str, Any]

_BARE = {"text", "callback_query_id", "inline_query_id", "language_code"}
_STYLES = {"bold", "italic", "blockquote", "expandable_blockquote", "code", "pre"}

_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


class RefusedError(Exception):
    """What Telegram answers instead of a result."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        self.status = status
        self.description = description
        self.retry_after = retry_after
        super().__init__(description)


@dataclass
class Fault:
    """What to do to the next call of a method: refuse it, cut the connection (status 0), garble, be late."""

    status: int = 200
    description: str = "Fault"
    retry_after: int | None = None
    after_s: float = 0.0
    body: bytes | None = None
    until: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Call:
    """A request as it came, whatever became of it."""

    method: str
    parameters: Json
    at: float


class TelegramServer:
    """The server, started and stopped by `with`. `calls` are all requests, `messages` what the chats show."""

    def __init__(self, token: str = "4242:SeCrEt-part-of-the-token_35chars") -> None:
        self.token = token
        self.calls: list[Call] = []
        self.messages: dict[tuple[int, int], Json] = {}
        self.webhook = ""
        self.chat_admins: set[int] = set()
        self._updates: deque[Json] = deque()
        self._faults: dict[str, deque[Fault]] = {}
        self._ordered: list[Fault] = []
        self._news = threading.Condition()
        self._poller = 0
        self._ids: Counter[str] = Counter(message=100, update=9000)
        self._connections: set[socket.socket] = set()
        self._closing = False

    def __enter__(self) -> Self:
        server = self

        class Handler(_Handler):
            telegram = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = False  # joined at the end, so that none outlives its test
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/bot"

    @property
    def file_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/file/bot"

    def close(self) -> None:
        """Go off the network; connections break."""
        with self._news:
            if self._closing:
                return
            self._closing = True
            for fault in self._ordered:
                fault.until.set()
            self._news.notify_all()
            for connection in list(self._connections):
                _shut(connection)
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    # --- what users do ---

    def say(self, text: str, *, chat: Json = PRIVATE, sender: Json = ANN, **fields: object) -> int:
        """Have a user write a text; return the id of the message. Commands get their entity."""
        if text.startswith("/") and "entities" not in fields:
            length = len(text.split(maxsplit=1)[0])
            fields["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.post(chat=chat, sender=sender, text=text, **fields)

    def post(self, *, chat: Json = PRIVATE, sender: Json = ANN, **fields: object) -> int:
        """Have a user send a message of any kind; return its id."""
        with self._news:
            number = self._next("message")
            message = {"message_id": number, "date": 1720000000, "chat": chat, "from": sender, **fields}
            self.messages[chat["id"], number] = message
            self.update(message=message)
        return number

    def edit(self, message_id: int, text: str, *, chat: Json = PRIVATE) -> None:
        """Have a user edit a message."""
        message = {**self.messages[chat["id"], message_id], "text": text, "edit_date": 1720000100}
        self.update(edited_message=message)

    def press(
        self, message: Json, row: int = 0, column: int = 0, *, sender: Json = ANN, **fields: object
    ) -> None:
        """Have a user press a button, by default the first of a row."""
        button = message["reply_markup"]["inline_keyboard"][row][column]
        query = {"id": str(self._next("query")), "from": sender, "chat_instance": "1", "message": message}
        self.update(callback_query={**query, "data": button["callback_data"], **fields})

    def type_inline(self, query: str, *, sender: Json = ANN) -> None:
        """Have a user type `@bot query` in some chat."""
        number = str(self._next("query"))
        self.update(inline_query={"id": number, "from": sender, "query": query, "offset": ""})

    def update(self, **kind: object) -> None:
        """Queue an update of any kind."""
        with self._news:
            self._updates.append({"update_id": self._next("update"), **kind})
            self._news.notify_all()

    # --- what the network does ---

    def fail(self, method: str, *faults: Fault) -> None:
        """Put faults before the next calls of a method."""
        with self._news:
            self._faults.setdefault(method, deque()).extend(faults)
            self._ordered += faults

    # --- what the tests see ---

    def of(self, method: str) -> list[Json]:
        """Return the parameters of the calls of a method."""
        return [call.parameters for call in self.calls if call.method == method]

    def wait_for(self, method: str, count: int = 1, timeout_s: float = 5.0) -> list[Json]:
        """Return the parameters of the calls of a method as soon as there are `count`."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.of(method)) >= count, timeout_s):
                raise AssertionError(f"{len(self.of(method))} calls of {method}, not {count}: {self.calls}")
        return self.of(method)

    def shown(self, count: int, chat: Json = PRIVATE, timeout_s: float = 5.0) -> list[Json]:
        """Return the bot's messages in a chat as soon as there are `count`."""
        with self._news:
            if not self._news.wait_for(lambda: len(self._shown(chat)) >= count, timeout_s):
                raise AssertionError(f"{self._shown(chat)} instead of {count} messages")
            return self._shown(chat)

    def _shown(self, chat: Json) -> list[Json]:
        of_chat = [message for (chat_id, _), message in self.messages.items() if chat_id == chat["id"]]
        return [message for message in of_chat if message["from"] is BOT]

    # --- the methods ---

    def call(self, token: str, method: str, parameters: Json) -> tuple[int, bytes] | None:
        """Return status and body of the answer; None to cut the connection."""
        with self._news:
            self.calls.append(Call(method, parameters, time.monotonic()))
            faults = self._faults.get(method)
            fault = faults.popleft() if faults else Fault()
            self._news.notify_all()
        fault.until.wait(fault.after_s)
        if fault.status == 0 or self._closing:
            return None
        if fault.body is not None:
            return fault.status, fault.body
        try:
            result = self._result(token, method, parameters, fault)
        except RefusedError as refusal:
            body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            if refusal.retry_after is not None:
                body["parameters"] = {"retry_after": refusal.retry_after}
            return refusal.status, json.dumps(body).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _result(self, token: str, method: str, parameters: Json, fault: Fault) -> object:
        if fault.status != 200:
            raise RefusedError(fault.status, fault.description, fault.retry_after)
        if token != self.token:
            raise RefusedError(401, "Unauthorized")
        with self._news:
            result = getattr(self, f"_{method}")(**parameters)
            self._news.notify_all()
        return result

    def _getMe(self) -> Json:  # noqa: N802
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False}

    def _deleteWebhook(self) -> bool:  # noqa: N802
        self.webhook = ""
        return True

    def _setMyCommands(self, commands: list[Json], scope: Json, language_code: str = "") -> bool:  # noqa: N802, ARG002
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        return True

    def _getUpdates(self, offset: int = 0, limit: int = 100, timeout: float = 0, **_: object) -> list[Json]:  # noqa: N802
        if self.webhook:
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poller += 1
        mine = self._poller
        self._news.notify_all()
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        self._news.wait_for(lambda: self._updates or self._closing or self._poller != mine, timeout)
        if self._poller != mine:
            raise RefusedError(409, "Conflict: terminated by other getUpdates request")
        return list(self._updates)[:limit]

    def _answerCallbackQuery(self, callback_query_id: str, text: str = "", show_alert: bool = False) -> bool:  # noqa: N802, ARG002
        if len(text) > 200:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        return True

    def _sendMessage(self, chat_id: int, text: str, **options: Any) -> Json:  # noqa: N802
        chats = {chat: message["chat"] for (chat, _), message in self.messages.items()}
        if chat_id not in chats:
            raise RefusedError(400, "Bad Request: chat not found")
        _check_text(text, options.get("entities", []))
        _check_buttons(options.get("reply_markup", {}))
        replied = options.get("reply_parameters")
        is_lost = replied and (chat_id, replied["message_id"]) not in self.messages
        if is_lost and not replied.get("allow_sending_without_reply"):
            raise RefusedError(400, "Bad Request: message to be replied not found")
        message = {
            "message_id": self._next("message"),
            "date": 1720000001,
            "chat": chats[chat_id],
            "from": BOT,
        }
        if "message_thread_id" in options:
            message |= {"message_thread_id": options["message_thread_id"], "is_topic_message": True}
        kept = {key: options[key] for key in ("entities", "reply_markup") if key in options}
        if replied and not is_lost:
            quoted = self.messages[chat_id, replied["message_id"]]
            kept["reply_to_message"] = {k: v for k, v in quoted.items() if k != "reply_to_message"}
        self.messages[chat_id, message["message_id"]] = {**message, "text": text, **kept}
        return self.messages[chat_id, message["message_id"]]

    def _editMessageText(self, chat_id: int, message_id: int, text: str, **options: Any) -> Json:  # noqa: N802
        message = self.messages.get((chat_id, message_id))
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if message["from"] is not BOT:
            raise RefusedError(400, "Bad Request: message can't be edited")
        _check_text(text, options.get("entities", []))
        same = ("text", "entities", "reply_markup")
        was = [message.get(key, []) for key in same]
        if was == [text, options.get("entities", []), options.get("reply_markup", [])]:
            raise RefusedError(400, "Bad Request: message is not modified: new content is exactly the same")
        _check_buttons(options.get("reply_markup", {}))
        message |= {"text": text, "entities": options.get("entities", []), "edit_date": 1720000101}
        message["reply_markup"] = options.get("reply_markup", {"inline_keyboard": []})
        return message

    def _editMessageReplyMarkup(self, chat_id: int, message_id: int, reply_markup: Json) -> Json:  # noqa: N802
        message = self.messages.get((chat_id, message_id))
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if reply_markup == message.get("reply_markup"):
            raise RefusedError(400, "Bad Request: message is not modified: new content is exactly the same")
        _check_buttons(reply_markup)
        message["reply_markup"] = reply_markup
        return message

    def _getChatMember(self, chat_id: int, user_id: int) -> Json:  # noqa: N802, ARG002
        status = "administrator" if user_id in self.chat_admins else "member"
        rights = dict.fromkeys(_RIGHTS, False) if status == "administrator" else {}
        return {"user": {"id": user_id, "is_bot": False, "first_name": "U"}, "status": status, **rights}

    def _answerInlineQuery(  # noqa: N802
        self,
        inline_query_id: str,  # noqa: ARG002
        results: list[Json],
        cache_time: int,
        is_personal: bool = False,
        button: Json | None = None,
    ) -> bool:
        if len(results) > 50 or len({result["id"] for result in results}) < len(results):
            raise RefusedError(400, "Bad Request: RESULT_ID_DUPLICATE")
        for result in results:
            content = result["input_message_content"]
            if not result["title"] or len(result["id"].encode()) > 64:
                raise RefusedError(400, "Bad Request: RESULT_ID_INVALID")
            _check_text(content["message_text"], content.get("entities", []))
            _check_buttons(result.get("reply_markup", {}))
        assert cache_time >= 0
        assert is_personal
        assert button is None or button["text"]
        return True

    def _next(self, kind: str) -> int:
        self._ids[kind] += 1
        return self._ids[kind]


def _check_text(text: str, entities: list[Json]) -> None:
    """Refuse what Telegram refuses, and what it would silently drop."""
    raw = text.encode("utf-16-le")  # raises on a lone surrogate
    if not text.strip():
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(raw) // 2 > 4096:
        raise RefusedError(400, "Bad Request: message is too long")
    if len(entities) > 100:
        raise RefusedError(400, "Bad Request: too many entities")
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in _STYLES or not 0 <= start < end <= len(raw) // 2:
            raise RefusedError(400, "Bad Request: ENTITY_BOUNDS_INVALID")
        try:
            raw[2 * start : 2 * end].decode("utf-16-le")
        except UnicodeDecodeError:
            raise RefusedError(400, "Bad Request: entity parts a surrogate pair") from None


def _check_buttons(markup: Json) -> None:
    for button in [button for row in markup.get("inline_keyboard", []) for button in row]:
        if not button["text"] or ("url" in button) == ("callback_data" in button):
            raise RefusedError(400, "Bad Request: BUTTON_TYPE_INVALID")
        if "url" in button and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", button["url"]):
            raise RefusedError(400, "Bad Request: BUTTON_URL_INVALID")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection: `POST /bot<token>/<method>` with form fields, values in JSON."""

    telegram: TelegramServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: no waiting for its acknowledgement

    def setup(self) -> None:
        super().setup()
        self.telegram._connections.add(self.request)

    def finish(self) -> None:
        self.telegram._connections.discard(self.request)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the client has gone, as in a stop
            super().handle()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        token, method = self.path.removeprefix("/bot").rsplit("/", 1)
        fields = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body)))
        answer = self.telegram.call(
            token, method, {name: _value(name, text) for name, text in fields.items()}
        )
        if answer is None:
            self.close_connection = True
            _shut(self.connection)
            return
        status, payload = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


def _value(name: str, text: str) -> Any:
    """Return a form field's value: texts are bare, everything else is JSON."""
    return text if name in _BARE else json.loads(text)
