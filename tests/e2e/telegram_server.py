"""A Bot API server for tests: real HTTP on loopback, strict as Telegram, with faults on order.

It knows what the tests need of https://core.telegram.org/bots/api, and no more; what it refuses is told in
`telegram_rules`. Updates are delivered whatever `allowed_updates` says, as Telegram does with those from
before the call.
"""

# ruff: noqa: N802 (methods have Telegram's names)

import contextlib
import http.client
import json
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.e2e.telegram_rules import (
    RefusedError,
    check_action,
    check_buttons,
    check_commands,
    check_inline_results,
    check_quote,
    check_text,
    parameters_of,
    refuse,
)

BOT = {"id": 4242, "is_bot": True, "first_name": "Footnote", "username": "FootnoteTestBot"}
ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
BEN = {"id": 8, "is_bot": False, "first_name": "Ben"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100, "type": "supergroup", "title": "Readers", "is_forum": True}

Json = dict[str, Any]

_MAX_FILE = 20_000_000  # bytes that a bot can fetch


@dataclass
class Fault:
    """What to do to a call: refuse it, cut the connection (status 0), garble, be late, lose the answer.

    Where `is_lost`, the call is done, and the connection cut before the answer.
    """

    status: int = 200
    description: str = "Fault"
    retry_after: int | None = None
    after_s: float = 0.0
    body: bytes | None = None
    is_lost: bool = False
    until: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Call:
    """A request as it came, whatever became of it."""

    method: str
    parameters: Json
    at: float


class TelegramServer:
    """The server, started and stopped by `with`. `calls` are all requests, `messages` what the chats show.

    `weather` may return a fault for any call: it is asked before the faults that `fail` ordered. `files` are
    the bytes behind file ids, `chat_admins` the users who administrate every chat, `blocked` the chats that
    do not want the bot. A webhook's deliveries go to `webhook_port` on loopback; `deliveries` are their
    update ids and statuses.
    """

    def __init__(self, token: str = "4242:SeCrEt-part-of-the-token_35chars") -> None:
        self.token = token
        self.calls: list[Call] = []
        self.messages: dict[tuple[int, int], Json] = {}
        self.inline_messages: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self.chat_admins: set[int] = set()
        self.blocked: set[int] = set()
        self.weather: Callable[[str, Json], Fault | None] = lambda *_: None
        self.webhook: Json = {}
        self.webhook_port = 0
        self.deliveries: list[tuple[int, int]] = []
        self.query_life_s = 10.0
        self._chats: dict[int, Json] = {}
        self._upgraded: dict[int, int] = {}
        self._queries: dict[str, float] = {}
        self._updates: deque[Json] = deque()
        self._faults: dict[str, deque[Fault]] = {}
        self._ordered: list[Fault] = []
        self._news = threading.Condition()
        self._poller = 0
        self._ids: Counter[str] = Counter(message=100, update=9000)
        self._connections: set[socket.socket] = set()
        self._is_down = self._closing = False

    def __enter__(self) -> Self:
        server = self

        class Handler(_Handler):
            telegram = server

        self._http = _Listener(("127.0.0.1", 0), Handler)
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.01,)),
            threading.Thread(target=self._deliver),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/bot"

    @property
    def base_file_url(self) -> str:
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
        self.cut()
        self._http.shutdown()
        self._http.server_close()
        for thread in self._threads:
            thread.join()

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
            message = {"message_id": number, "date": _now(), "chat": chat, "from": sender, **fields}
            self.messages[chat["id"], number] = message
            self._chats[chat["id"]] = chat
            self.update(message=message)
        return number

    def edit(self, message_id: int, text: str, *, chat: Json = PRIVATE) -> None:
        """Have a user edit a message."""
        message = {**self.messages[chat["id"], message_id], "text": text, "edit_date": _now()}
        self.update(edited_message=message)

    def upgrade(self, group: Json, *, is_told: bool = True) -> Json:
        """Make a group a supergroup, told in both; return the supergroup. Its messages are numbered anew."""
        supergroup = {**group, "id": -1_000_000 + group["id"], "type": "supergroup"}
        with self._news:
            self._chats[supergroup["id"]] = supergroup
            self._upgraded[group["id"]] = supergroup["id"]
            if is_told:
                self.post(chat=group, migrate_to_chat_id=supergroup["id"])
            self._ids["message"] = 99  # the first is that of the move
            if is_told:
                self.post(chat=supergroup, migrate_from_chat_id=group["id"])
        return supergroup

    def press(
        self, message: Json, row: int = 0, column: int = 0, *, sender: Json = ANN, **fields: object
    ) -> str:
        """Have a user press a button of a message; return the id of the query."""
        button = message["reply_markup"]["inline_keyboard"][row][column]
        query = {"id": self._query(), "from": sender, "chat_instance": "1", "message": message}
        self.update(callback_query={**query, "data": button["callback_data"], **fields})
        return query["id"]

    def ask_inline(self, text: str, *, sender: Json = ANN, **fields: object) -> str:
        """Have a user write `@bot text` somewhere; return the id of the query."""
        query = {"id": self._query(), "from": sender, "query": text, "offset": "", **fields}
        self.update(inline_query=query)
        return query["id"]

    def update(self, **kind: object) -> int:
        """Queue an update of any kind; return its id."""
        with self._news:
            number = self._next("update")
            self._updates.append({"update_id": number, **kind})
            self._news.notify_all()
        return number

    # --- what the network does ---

    def fail(self, method: str, *faults: Fault) -> None:
        """Put faults before the next calls of a method."""
        with self._news:
            self._faults.setdefault(method, deque()).extend(faults)
            self._ordered += faults

    def go_down(self) -> None:
        """Cut every connection, at once when it is made, until `go_up`."""
        self._is_down = True
        self.cut()

    def go_up(self) -> None:
        """End `go_down`."""
        self._is_down = False

    def cut(self) -> None:
        """Cut the connections that there are."""
        for connection in list(self._connections):
            _shut(connection)

    # --- what the tests see ---

    def of(self, method: str) -> list[Json]:
        """Return the parameters of the calls of a method."""
        return [call.parameters for call in self.calls if call.method == method]

    def wait_for(self, method: str, count: int = 1, timeout_s: float = 20.0) -> list[Json]:
        """Return the parameters of the calls of a method as soon as there are `count`."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.of(method)) >= count, timeout_s):
                raise AssertionError(
                    f"{len(self.of(method))} calls of {method}, not {count}: … {self.calls[-20:]}"
                )
        return self.of(method)

    def shown(self, count: int, chat: Json = PRIVATE, timeout_s: float = 20.0) -> list[Json]:
        """Return the bot's messages in a chat as soon as there are `count`."""
        with self._news:
            if not self._news.wait_for(lambda: len(self._shown(chat)) >= count, timeout_s):
                raise AssertionError(f"{self._shown(chat)} instead of {count} messages")
            return self._shown(chat)

    def forget(self) -> None:
        """Forget calls and messages, for a long run."""
        with self._news:
            self.calls.clear()
            self.messages.clear()
            self._ordered.clear()

    def wait_until(self, is_so: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Wait for something that calls and deliveries bring about."""
        with self._news:
            if not self._news.wait_for(is_so, timeout_s):
                raise AssertionError(f"not so after {timeout_s} s")

    def _shown(self, chat: Json) -> list[Json]:
        of_chat = [message for (chat_id, _), message in self.messages.items() if chat_id == chat["id"]]
        return [message for message in of_chat if message["from"] is BOT]

    # --- requests ---

    def call(self, token: str, method: str, fields: dict[str, str]) -> tuple[int, bytes] | None:
        """Return status and body of the answer; None to cut the connection."""
        if self._is_down:
            return None
        try:
            parameters, refusal = parameters_of(method, fields), None
        except RefusedError as error:
            parameters, refusal = dict(fields), error
        with self._news:
            self.calls.append(Call(method, parameters, time.monotonic()))
            fault = self._fault(method, parameters)
            self._news.notify_all()
        fault.until.wait(fault.after_s)
        if fault.status == 0 or self._closing:
            return None
        if fault.body is not None:
            return fault.status, fault.body
        try:
            if refusal is not None:
                raise refusal
            result = self._result(token, method, parameters, fault)
        except RefusedError as error:
            body: Json = {"ok": False, "error_code": error.status, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return error.status, json.dumps(body).encode()
        return None if fault.is_lost else (200, json.dumps({"ok": True, "result": result}).encode())

    def file(self, token: str, path: str) -> bytes | None:
        """Return the bytes of a file; None where there is none."""
        return self.files.get(path.rpartition("/")[2]) if token == self.token else None

    def _fault(self, method: str, parameters: Json) -> Fault:
        faults = self._faults.get(method)
        fault = self.weather(method, parameters) or (faults.popleft() if faults else Fault())
        self._ordered.append(fault)
        return fault

    def _result(self, token: str, method: str, parameters: Json, fault: Fault) -> object:
        if fault.status != 200:
            wait = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
            raise RefusedError(fault.status, fault.description, **wait)
        if token != self.token:
            raise RefusedError(401, "Unauthorized")
        with self._news:
            result = getattr(self, f"_{method}")(**parameters)
            self._news.notify_all()
        return result

    # --- the methods ---

    def _getMe(self) -> Json:
        switches = {"can_join_groups": True, "can_read_all_group_messages": False}
        return {**BOT, **switches, "supports_inline_queries": True}

    def _getUpdates(self, offset: int = 0, limit: int = 100, timeout: float = 0, **_: object) -> list[Json]:
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

    def _setWebhook(self, url: str, **options: Any) -> bool:
        if urlsplit(url).scheme != "https":
            raise refuse("bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = {"url": url, **options}
        return True

    def _deleteWebhook(self, **_: object) -> bool:
        self.webhook = {}
        return True

    def _getWebhookInfo(self) -> Json:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }

    def _setMyCommands(
        self, commands: list[Json], scope: Json | None = None, language_code: str = ""
    ) -> bool:
        check_commands(commands)
        self._check_scope(scope, language_code)
        return True

    def _deleteMyCommands(self, scope: Json | None = None, language_code: str = "") -> bool:
        self._check_scope(scope, language_code)
        return True

    def _check_scope(self, scope: Json | None, language_code: str) -> None:
        if scope is not None and "chat_id" in scope:
            self._chat(scope["chat_id"])
        if language_code and len(language_code) != 2:
            raise refuse("LANGUAGE_CODE_INVALID")

    def _setMyDescription(self, description: str = "", **_: object) -> bool:
        if len(description) > 512:
            raise refuse("DESCRIPTION_TOO_LONG")
        return True

    def _setMyShortDescription(self, short_description: str = "", **_: object) -> bool:
        if len(short_description) > 120:
            raise refuse("SHORT_DESCRIPTION_TOO_LONG")
        return True

    def _sendMessage(self, chat_id: int, text: str, **options: Any) -> Json:
        chat = self._chat(chat_id)
        _check_style(options)
        check_text(text, options.get("entities", []))
        check_buttons(options.get("reply_markup"))
        self._check_reply(chat_id, options.get("reply_parameters"))
        message = {"message_id": self._next("message"), "date": _now(), "chat": chat, "from": BOT}
        if "message_thread_id" in options:
            message |= {"message_thread_id": options["message_thread_id"], "is_topic_message": True}
        kept = {key: options[key] for key in ("entities", "reply_markup") if key in options}
        replied = self.messages.get((chat_id, options.get("reply_parameters", {}).get("message_id", 0)))
        if replied is not None:
            kept["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
        self.messages[chat_id, message["message_id"]] = {**message, "text": text, **kept}
        return self.messages[chat_id, message["message_id"]]

    def _editMessageText(self, text: str, **options: Any) -> Json | bool:
        message = self._editable(options)
        _check_style(options)
        check_text(text, options.get("entities", []))
        check_buttons(options.get("reply_markup"))
        kept = {key: options[key] for key in ("entities", "reply_markup") if key in options}
        return self._change(message, {"text": text, **kept}, ("text", "entities", "reply_markup"), options)

    def _editMessageReplyMarkup(self, **options: Any) -> Json | bool:
        message = self._editable(options)
        check_buttons(options.get("reply_markup"))
        kept = {key: options[key] for key in ("reply_markup",) if key in options}
        return self._change(message, kept, ("reply_markup",), options)

    def _deleteMessage(self, chat_id: int, message_id: int) -> bool:
        if self.messages.pop((chat_id, message_id), None) is None:
            raise refuse("message to delete not found")
        return True

    def _sendChatAction(self, chat_id: int, action: str, **_: object) -> bool:
        self._chat(chat_id)
        check_action(action)
        return True

    def _answerCallbackQuery(
        self, callback_query_id: str, text: str = "", url: str = "", **_: object
    ) -> bool:
        self._check_query(callback_query_id)
        if len(text) > 200:
            raise refuse("MESSAGE_TOO_LONG")
        if url and not url.startswith(f"https://t.me/{BOT['username']}?start="):
            raise refuse("URL_INVALID")
        return True

    def _answerInlineQuery(self, inline_query_id: str, results: list[Json], **options: Any) -> bool:
        self._check_query(inline_query_id)
        check_inline_results(results, options.get("button"))
        if len(options.get("next_offset", "").encode()) > 64:
            raise refuse("NEXT_OFFSET_INVALID")
        return True

    def _getFile(self, file_id: str) -> Json:
        if file_id not in self.files:
            raise refuse("wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > _MAX_FILE:
            raise refuse("file is too big")
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"d/{file_id}"}

    def _getChat(self, chat_id: int) -> Json:
        kinds = dict.fromkeys(("can_send_gift", "unlimited_gifts", "limited_gifts", "unique_gifts"), False)
        kinds |= {"premium_subscription": False, "gifts_from_channels": False}
        return {
            **self._chat(chat_id),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": kinds,
        }

    def _getChatMember(self, chat_id: int, user_id: int) -> Json:
        self._chat(chat_id)
        user = {"id": user_id, "is_bot": False, "first_name": "User"}
        if user_id in self.chat_admins:
            return {"status": "creator", "user": user, "is_anonymous": False}
        return {"status": "member", "user": user}

    def _getChatAdministrators(self, chat_id: int, **_: object) -> list[Json]:
        return [self._getChatMember(chat_id, user) for user in sorted(self.chat_admins)]

    # --- what the methods share ---

    def _chat(self, chat_id: int) -> Json:
        if chat_id in self.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat_id in self._upgraded:
            told = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, told, migrate_to_chat_id=self._upgraded[chat_id])
        if chat_id not in self._chats:
            raise refuse("chat not found")
        return self._chats[chat_id]

    def _check_reply(self, chat_id: int, reply: Json | None) -> None:
        if reply is None:
            return
        replied = self.messages.get((chat_id, reply["message_id"]))
        if replied is None and not reply.get("allow_sending_without_reply"):
            raise refuse("message to be replied not found")
        if replied is not None and "quote" in reply:
            check_quote(reply["quote"], replied.get("text", ""))

    def _editable(self, options: Json) -> Json:
        if "inline_message_id" in options:
            return self.inline_messages.setdefault(options["inline_message_id"], {})
        self._chat(options.get("chat_id", 0))
        message = self.messages.get((options["chat_id"], options.get("message_id", 0)))
        if message is None:
            raise refuse("message to edit not found")
        if message["from"] is not BOT:
            raise refuse("message can't be edited")
        return message

    def _change(self, message: Json, new: Json, keys: tuple[str, ...], options: Json) -> Json | bool:
        if message and all(new.get(key) == message.get(key) for key in keys):
            raise refuse(
                "message is not modified: specified new message content and reply markup are the same"
            )
        for key in keys:
            message.pop(key, None)
        message |= new
        if "inline_message_id" in options:
            return True
        message["edit_date"] = _now()
        return message

    def _query(self) -> str:
        number = str(self._next("query"))
        self._queries[number] = time.monotonic()
        return number

    def _check_query(self, number: str) -> None:
        if time.monotonic() - self._queries.get(number, -1e9) > self.query_life_s:
            raise refuse("query is too old and response timeout expired or query ID is invalid")

    def _next(self, kind: str) -> int:
        self._ids[kind] += 1
        return self._ids[kind]

    # --- the webhook ---

    def _deliver(self) -> None:
        """Bring updates to the webhook, one after the other, each until it is answered 200."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._closing or (self.webhook and self._updates))
                if self._closing:
                    return
                update, webhook = self._updates[0], self.webhook
            status = self._bring(update, webhook)
            with self._news:
                self.deliveries.append((update["update_id"], status))
                if status == 200 and self._updates and self._updates[0] is update:
                    self._updates.popleft()
                self._news.notify_all()
            if status != 200:
                time.sleep(0.05)

    def _bring(self, update: Json, webhook: Json) -> int:
        headers = {"Content-Type": "application/json"}
        if "secret_token" in webhook:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook["secret_token"]
        connection = http.client.HTTPConnection("127.0.0.1", self.webhook_port, timeout=5)
        try:
            connection.request("POST", urlsplit(webhook["url"]).path or "/", json.dumps(update), headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


def _check_style(options: Json) -> None:
    if "parse_mode" in options:
        raise refuse("can't parse entities: markup in a text that may be anything")


def _now() -> int:
    return int(time.time())


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_RDWR)


class _Listener(ThreadingHTTPServer):
    daemon_threads = False  # joined at the end, so that none outlives its test
    request_queue_size = 256  # all chats of a load test at once


class _Handler(BaseHTTPRequestHandler):
    """One connection: `POST /bot<token>/<method>` with form fields, values in JSON; `GET` of files."""

    telegram: TelegramServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: no waiting for its acknowledgement

    def setup(self) -> None:
        super().setup()
        self.telegram._connections.add(self.request)
        if self.telegram._is_down:
            _shut(self.request)

    def finish(self) -> None:
        self.telegram._connections.discard(self.request)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # the client has gone, as in a stop
            super().handle()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        address = urlsplit(self.path)
        token, method = address.path.removeprefix("/bot").rsplit("/", 1)
        parts = [part for part in (address.query, body) if part]
        fields = dict(parse_qsl("&".join(parts), keep_blank_values=True, strict_parsing=bool(parts)))
        answer = self.telegram.call(token, method, fields)
        if answer is None:
            self.close_connection = True
            _shut(self.connection)
            return
        self._answer(*answer)

    def do_GET(self) -> None:
        token, _, path = unquote(self.path).removeprefix("/file/bot").partition("/")
        found = self.telegram.file(token, path)
        self._answer(404 if found is None else 200, found or b"")

    def _answer(self, status: int, payload: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""
