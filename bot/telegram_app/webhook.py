"""The webhook: Telegram brings the updates; the answer 200 says that they are safe."""

import asyncio
import hmac
import json
import logging
import re
import secrets
import socket
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from telegram import Bot, error
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from bot.telegram_app.inbox import Inbox
from bot.telegram_app.sending import PatientSender
from index.errors import FootnoteError

MAX_BODY = 1_000_000
"""Bytes of one update; the largest message is far below."""

_ROOM_S = 20.0  # for room in the inbox; Telegram keeps at most 40 requests waiting, and comes again
_BODY_S = 10.0
_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings the updates: the public address, where it arrives here, and the shared secret."""

    url: str
    listen: str = "127.0.0.1"
    port: int = 8443
    secret: str = field(default_factory=secrets.token_urlsafe, repr=False)


class WebhookError(FootnoteError):
    """The webhook cannot be listened at, or Telegram refuses it."""


async def receive(
    bot: Bot, inbox: Inbox, sender: PatientSender, webhook: Webhook, kinds: tuple[str, ...]
) -> None:
    """Take updates of some kinds until cancelled; the webhook stays set, so that Telegram keeps what comes.

    Raises:
        WebhookError: the address is taken, or Telegram refuses the webhook.
    """
    path = urlsplit(webhook.url).path or "/"
    handler = (re.escape(path), _Handler, {"inbox": inbox, "secret": webhook.secret})
    deliveries = Application([handler], default_handler_class=_Elsewhere, log_function=_log_refusal)
    server = HTTPServer(deliveries, max_body_size=MAX_BODY, body_timeout=_BODY_S)
    try:
        server.add_socket(_listen(webhook))
    except OSError as problem:
        raise WebhookError(
            f"{webhook.listen}:{webhook.port} cannot be listened at ({problem.strerror or problem}); set "
            "FOOTNOTE_WEBHOOK_LISTEN and FOOTNOTE_WEBHOOK_PORT to a free address of this machine."
        ) from problem
    try:
        await _set(bot, sender, webhook, kinds)
        await asyncio.Future()
    finally:
        server.stop()
        await server.close_all_connections()


async def _set(bot: Bot, sender: PatientSender, webhook: Webhook, kinds: tuple[str, ...]) -> None:
    """Tell Telegram the webhook."""
    tell = partial(bot.set_webhook, webhook.url, allowed_updates=kinds, secret_token=webhook.secret)
    try:
        await sender.see_through(tell)
    except error.BadRequest as refusal:
        raise WebhookError(
            f"Telegram refused the webhook ({refusal.message}); set FOOTNOTE_WEBHOOK_URL to an https "
            "address that Telegram can reach, at port 443, 80, 88 or 8443."
        ) from refusal


def _listen(webhook: Webhook) -> socket.socket:
    family = socket.AF_INET6 if ":" in webhook.listen else socket.AF_INET
    listening = socket.create_server((webhook.listen, webhook.port), family=family, backlog=128)
    listening.setblocking(False)
    return listening


class _Quiet(RequestHandler):
    """Says nothing to what it refuses but the status."""

    def write_error(self, status_code: int, **_: object) -> None:
        """End the answer."""
        self.set_status(status_code)
        self.finish()


class _Elsewhere(_Quiet):
    """Any other path."""

    def prepare(self) -> None:
        """Refuse."""
        raise HTTPError(404)


class _Handler(_Quiet):
    """One delivery: `POST` of an update in JSON, with the secret in a header. The answer has no body."""

    SUPPORTED_METHODS = ("POST",)

    def initialize(self, inbox: Inbox, secret: str) -> None:
        """Take what a delivery needs."""
        self._inbox = inbox
        self._secret = secret.encode()

    async def post(self) -> None:
        """Keep the update, and say so."""
        if not hmac.compare_digest(self.request.headers.get(_HEADER, "").encode(), self._secret):
            raise HTTPError(403)
        try:
            update = json.loads(self.request.body)
            is_update = isinstance(update["update_id"], int)
        except (ValueError, LookupError, TypeError):
            is_update = False
        if not is_update:
            raise HTTPError(400)
        try:
            async with asyncio.timeout(_ROOM_S):
                await self._inbox.wait_for_room()
            self._inbox.put([update])
        except (TimeoutError, FootnoteError) as problem:
            _log.warning("An update was not taken and will come again: %s", problem or "too many wait")
            raise HTTPError(503) from problem


def _log_refusal(handler: RequestHandler) -> None:
    """Log what was not answered 200, by status, method and the sender's address."""
    if handler.get_status() != 200:
        request = handler.request
        _log.info("A delivery got %d: %s from %s", handler.get_status(), request.method, request.remote_ip)
