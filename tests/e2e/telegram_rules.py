"""What Telegram refuses, by the published description of the Bot API and by its limits.

`bot_api.json` holds what the tests need of that description. Lengths and offsets are in UTF-16 code units.
"""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

API = json.loads((Path(__file__).parent / "bot_api.json").read_text(encoding="utf-8"))

_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link",
           "text_mention", "custom_emoji", "blockquote", "expandable_blockquote"}  # fmt: skip
_QUOTES = {"blockquote", "expandable_blockquote"}
_ACTIONS = {"typing", "upload_document", "upload_photo"}
_BUTTON_KINDS = {"url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat",
                 "switch_inline_query_chosen_chat", "web_app", "login_url", "copy_text"}  # fmt: skip
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RefusedError(Exception):
    """What Telegram answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        self.status = status
        self.description = description
        self.parameters = parameters
        super().__init__(description)


def refuse(problem: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {problem}")


def parameters_of(method: str, fields: dict[str, str]) -> Json:
    """Return the parameters of a call, typed; refuse unknown ones, missing ones, and other types."""
    described = API["methods"].get(method)
    if described is None:
        raise RefusedError(404, "Not Found")
    types = {**described["required"], **described["optional"]}
    for name in fields:
        if name not in types:
            raise refuse(f"{method} has no parameter {name}")
    for name in described["required"]:
        if name not in fields:
            raise refuse(f"parameter {name} of {method} is missing")
    return {name: _typed(text, types[name]) for name, text in fields.items()}


def _typed(text: str, kind: str) -> Any:
    if kind == "String" or (kind == "Integer|String" and not re.fullmatch(r"-?\d+", text)):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        raise refuse(f"can't parse {text!r} as {kind}") from None
    _check_type(value, kind)
    return value


def _check_type(value: object, kind: str) -> None:
    if not any(_is_of(value, one) for one in kind.split("|")):
        raise refuse(f"{value!r} is no {kind}")


def _is_of(value: object, kind: str) -> bool:
    """Say whether a value is of a type; refuse an object with fields that its type does not have."""
    if kind.startswith("[]"):
        return isinstance(value, list) and all(_is_of(one, kind[2:]) for one in value)
    if kind.startswith("="):
        return value == kind[1:]
    if kind in {"Integer", "Float"}:
        return isinstance(value, int if kind == "Integer" else (int, float)) and not isinstance(value, bool)
    if kind in {"String", "Boolean", "True"}:
        return isinstance(value, str if kind == "String" else bool)
    return isinstance(value, dict) and _is_object(value, API["types"][kind])


def _is_object(value: Json, described: Json) -> bool:
    if "one_of" in described:
        return any(_is_object(value, API["types"][one]) for one in described["one_of"])
    types = {**described["required"], **described["optional"]}
    if not described["required"].keys() <= value.keys() <= types.keys():
        return False
    return all(any(_is_of(value[name], one) for one in types[name].split("|")) for name in value)


def check_text(text: str, entities: list[Json]) -> None:
    """Refuse a text and its entities, also what Telegram would silently drop."""
    raw = text.encode("utf-16-le")
    if not text.strip():
        raise refuse("message text is empty")
    if len(raw) // 2 > 4096:
        raise refuse("message is too long")
    if len(entities) > 100:
        raise refuse("too many entities")
    spans = [_span_of(entity, raw) for entity in entities]
    for n, (start, end, is_quote) in enumerate(spans):
        for other_start, other_end, is_other_quote in spans[:n]:
            if start >= other_end or other_start >= end:
                continue
            is_nested = (start >= other_start and end <= other_end) or (
                start <= other_start and end >= other_end
            )
            if not is_nested or (is_quote and is_other_quote):
                raise refuse("can't parse entities: they overlap, or block quotes are nested")


def _span_of(entity: Json, raw: bytes) -> tuple[int, int, bool]:
    start, end = entity["offset"], entity["offset"] + entity["length"]
    if entity["type"] not in _STYLES or not 0 <= start < end <= len(raw) // 2:
        raise refuse("ENTITY_BOUNDS_INVALID")
    if entity["type"] == "text_link" and not _is_address(entity.get("url", "")):
        raise refuse("ENTITY_URL_INVALID")
    try:
        raw[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        raise refuse("entity parts a surrogate pair") from None
    return start, end, entity["type"] in _QUOTES


def check_buttons(markup: Json | None) -> None:
    """Refuse buttons: too many, without a text, or not of exactly one kind."""
    rows = (markup or {}).get("inline_keyboard", [])
    if sum(map(len, rows)) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
        raise refuse("BUTTONS_TOO_MANY")
    for button in [button for row in rows for button in row]:
        kinds = _BUTTON_KINDS & button.keys()
        if not button["text"].strip() or len(kinds) != 1:
            raise refuse("BUTTON_TYPE_INVALID: text and exactly one kind")
        if "callback_data" in kinds and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise refuse("BUTTON_DATA_INVALID")
        if "url" in kinds and not _is_address(button["url"]):
            raise refuse("BUTTON_URL_INVALID")


def check_quote(quote: str, of: str) -> None:
    """Refuse a reply's quote that is too long or not a part of the message replied to."""
    if not quote or len(quote.encode("utf-16-le")) // 2 > 1024 or quote not in of:
        raise refuse("QUOTE_TEXT_INVALID")


def check_commands(commands: list[Json]) -> None:
    """Refuse a menu."""
    if len(commands) > 100:
        raise refuse("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise refuse("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise refuse("BOT_COMMAND_DESCRIPTION_INVALID")


def check_action(action: str) -> None:
    """Refuse a chat action that there is not."""
    if action not in _ACTIONS:
        raise refuse("wrong parameter action in request")


def check_inline_results(results: list[Json], button: Json | None) -> None:
    """Refuse the answer to an inline query."""
    ids = [result["id"] for result in results]
    if len(results) > 50:
        raise refuse("RESULTS_TOO_MUCH")
    if len(set(ids)) < len(ids) or not all(1 <= len(one.encode()) <= 64 for one in ids):
        raise refuse("RESULT_ID_INVALID")
    for result in results:
        if not result["title"].strip():
            raise refuse("ARTICLE_TITLE_EMPTY")
        content = result["input_message_content"]
        check_text(content["message_text"], content.get("entities", []))
        check_buttons(result.get("reply_markup"))
    if button is not None and not _PAYLOAD.fullmatch(button.get("start_parameter", "x")):
        raise refuse("START_PARAM_INVALID")


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "tg"} and bool(parts.netloc) and len(url) <= 2048
