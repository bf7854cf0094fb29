"""Draws what the README shows, from the messages that the real bot sends and the text that `footnote` prints.

    python -m tests.pictures [FOLDER]        (default: docs)

The bot runs against the test server; its messages are drawn as a chat shows them, in SVG.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from bot.models import Session
from bot.rendering import render_reply
from bot.terminal import Display
from tests.e2e.telegram_bots import running
from tests.e2e.telegram_chats import seed_dialogue
from tests.e2e.telegram_server import BEN, Json, TelegramServer

QUESTION = "What did Yoon ask China about North Korea?"
BENS = {"id": BEN["id"], "type": "private", "first_name": "Ben"}
UNANSWERED = "What did Putin say about the summit?"

WIDTH = 640
SIZE = 15
LEADING = 21
FOLDED = 3
"""Lines that Telegram shows of a folded quote."""

_SANS = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
_MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_WIDTHS = {  # of a character in ems, wide enough for all of these fonts
    **dict.fromkeys(" .,:;'’|!ijlIft()[]‹›·", 0.32),
    **dict.fromkeys("mwMW@%—…", 0.9),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&", 0.7),
}
_ANSI = re.compile("\x1b\\[([0-9;]*)m")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a part of one, with its style; `is_glued` says that no space stands before it."""

    text: str
    style: str = ""
    is_glued: bool = False


@dataclass
class Drawing:
    """An SVG being drawn, from the top down."""

    width: int = WIDTH
    background: str = "#dfe8ee"
    y: float = 14
    parts: list[str] = field(default_factory=list)

    def box(self, x: float, width: float, height: float, fill: str, radius: float = 12) -> None:
        """Draw a box from here down."""
        self.parts.append(
            f'<rect x="{x}" y="{self.y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}"/>'
        )

    def text(
        self, x: float, y: float, words: Iterable[Word], *, size: int = SIZE, anchor: str = "start"
    ) -> None:
        """Draw a line of words."""
        spans = [
            f"<tspan{_look(word.style)}>{'' if word.is_glued or n == 0 else ' '}{escape(word.text)}</tspan>"
            for n, word in enumerate(words)
        ]
        where = f'x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}"'
        self.parts.append(f'<text {where} xml:space="preserve">{"".join(spans)}</text>')

    def save(self, path: Path, *, font: str = _SANS, ink: str = "#1c1c1e") -> None:
        """Write the file."""
        height = round(self.y + 14)
        size = f'viewBox="0 0 {self.width} {height}" width="{self.width}" height="{height}"'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{font}" fill="{ink}">',
            f'<rect width="100%" height="100%" rx="16" fill="{self.background}"/>',
            *self.parts,
            "</svg>\n",
        ]
        path.write_text("\n".join(lines), encoding="utf-8")


def draw_chat(messages: Sequence[Json | str], path: Path) -> None:
    """Draw messages of the bot (records) and of the user (texts), one under the other."""
    drawing = Drawing()
    for message in messages:
        if isinstance(message, str):
            draw_question(drawing, message)
        else:
            draw_message(drawing, message)
    drawing.save(path)


def draw_question(drawing: Drawing, text: str) -> None:
    """Draw what the user wrote, at the right."""
    width = min(420.0, sum(map(_width, text)) * SIZE + 40)
    lines = list(wrap([Word(word) for word in text.split()], width - 28))
    x = drawing.width - width - 16
    height = LEADING * len(lines) + 16
    drawing.box(x, width, height, "#d6f3c9")
    for n, line in enumerate(lines):
        drawing.text(x + 14, drawing.y + 24 + LEADING * n, line)
    drawing.y += height + 10


def draw_message(drawing: Drawing, message: Json) -> None:
    """Draw a message of the bot's: its text with its entities, its buttons."""
    width = drawing.width - 90
    blocks = list(_blocks(message["text"], message.get("entities", [])))
    laid = [(kind, list(wrap(words, width - (52 if kind == "quote" else 28)))) for kind, words in blocks]
    height = 18 + sum(_height(kind, lines) for kind, lines in laid)
    drawing.box(16, width, height, "#ffffff")
    y = drawing.y + 10
    for kind, lines in laid:
        if kind == "quote":
            shown = lines[:FOLDED]
            tall = f'y="{y + 2}" height="{LEADING * len(shown) + 8}"'
            drawing.parts.append(f'<rect x="28" {tall} width="{width - 24}" rx="6" fill="#eef4fa"/>')
            drawing.parts.append(f'<rect x="28" {tall} width="3" fill="#3d8fd6"/>')
            if len(lines) > FOLDED:
                drawing.text(width - 14, y + LEADING * len(shown), [Word("⌄", "fold")])
        else:
            shown = lines
        for n, line in enumerate(shown):
            drawing.text(
                40 if kind == "quote" else 30, y + 18 + LEADING * n, line, size=SIZE - (kind == "quote")
            )
        y += _height(kind, lines)
    drawing.y += height + 6
    draw_buttons(drawing, message, width)
    drawing.y += 8


def draw_buttons(drawing: Drawing, message: Json, width: float) -> None:
    """Draw the buttons under a message."""
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        each = (width - 6 * (len(row) - 1)) / len(row)
        for n, button in enumerate(row):
            x = 16 + n * (each + 6)
            drawing.box(x, each, 34, "#b9c9d6", 9)
            drawing.text(
                x + each / 2, drawing.y + 22, [Word(button["text"], "button")], size=14, anchor="middle"
            )
        drawing.y += 40


def draw_cards(query: str, cards: Sequence[Json], path: Path) -> None:
    """Draw the cards that inline mode offers above the line where the question is typed."""
    drawing = Drawing(background="#f4f6f8")
    for card in cards[:4]:
        preview = list(
            wrap([Word(word, "dim") for word in card["description"].split()], drawing.width - 120)
        )[:2]
        drawing.box(14, drawing.width - 28, 34 + LEADING * len(preview), "#ffffff", 8)
        drawing.parts.append(
            f'<rect x="24" y="{drawing.y + 10}" width="44" height="44" rx="6" fill="#5aa7e0"/>'
            f'<text x="46" y="{drawing.y + 40}" font-size="22" fill="#ffffff" text-anchor="middle">“</text>'
        )
        drawing.text(80, drawing.y + 23, [Word(_short(card["title"], 60), "bold")])
        for n, line in enumerate(preview):
            drawing.text(80, drawing.y + 23 + LEADING * (n + 1), line, size=14)
        drawing.y += 42 + LEADING * len(preview)
    drawing.box(14, drawing.width - 28, 38, "#ffffff", 19)
    drawing.text(32, drawing.y + 25, [Word("@FootnoteBot", "link"), Word(query)])
    drawing.y += 38
    drawing.save(path)


def draw_terminal(lines: Sequence[str], path: Path) -> None:
    """Draw terminal text with its escape sequences."""
    drawing = Drawing(width=860, background="#16181d", y=22)
    for line in lines:
        drawing.y += 20
        style, words = "", []
        for n, part in enumerate(_ANSI.split(line)):
            if n % 2:
                style = {"1": "bold", "2": "dim-dark"}.get(part, "")
            elif part:
                words.append(f"<tspan{_look(style)}>{escape(part)}</tspan>")
        drawing.parts.append(
            f'<text x="24" y="{drawing.y}" font-size="14" xml:space="preserve">{"".join(words)}</text>'
        )
    drawing.y += 10
    drawing.save(path, font=_MONO, ink="#d7dae0")


def wrap(words: Iterable[Word], width: float) -> Iterable[list[Word]]:
    """Yield words line by line; a word that is a line break ends one."""
    line: list[Word] = []
    used = 0.0
    for word in words:
        length = (sum(map(_width, word.text)) + 0.32) * SIZE * (1.14 if word.style == "bold" else 1)
        if word.text == "\n" or (line and used + length > width and not word.is_glued):
            yield line
            line, used = [], 0.0
        if word.text != "\n":
            line.append(word)
            used += length
    if line:
        yield line


def _blocks(text: str, entities: Sequence[Json]) -> Iterable[tuple[str, list[Word]]]:
    """Yield the parts of a message, plain ones and quotes, as words with their style."""
    raw, at = text.encode("utf-16-le"), 0
    plain: list[Word] = []

    def words(start: int, end: int, style: str = "") -> list[Word]:
        part = raw[2 * start : 2 * end].decode("utf-16-le")
        before = raw[2 * start - 2 : 2 * start].decode("utf-16-le", "replace")
        found = [Word(word, style) for word in re.findall(r"\n|[^\s]+", part)]
        if found and before.strip() and not part[0].isspace():
            found[0] = replace(found[0], is_glued=True)
        return found

    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        plain += words(at, start)
        at = end
        if entity["type"] != "expandable_blockquote":
            plain += words(start, end, entity["type"])
            continue
        yield "plain", _without_outer_breaks(plain)
        yield "quote", words(start, end)
        plain = []
    plain += words(at, len(raw) // 2)
    if any(word.text != "\n" for word in plain):
        yield "plain", _without_outer_breaks(plain)


def _without_outer_breaks(words: list[Word]) -> list[Word]:
    found = [n for n, word in enumerate(words) if word.text != "\n"]
    return words[found[0] : found[-1] + 1] if found else []


def _height(kind: str, lines: Sequence[Sequence[Word]]) -> float:
    return LEADING * min(len(lines), FOLDED) + 18 if kind == "quote" else LEADING * len(lines) + 2


def _width(character: str) -> float:
    return _WIDTHS.get(character, 0.57)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _look(style: str) -> str:
    return {
        "bold": ' font-weight="700"',
        "italic": ' font-style="italic" fill="#5b6670"',
        "dim": ' fill="#6b7680"',
        "dim-dark": ' fill="#8b929e"',
        "link": ' fill="#3d8fd6"',
        "button": ' fill="#ffffff" font-weight="600"',
        "fold": ' fill="#3d8fd6" font-weight="700"',
    }.get(style, "")


def record_chat(folder: Path) -> tuple[Json, Json, Json, Json]:
    """Return an answer, the passage opened from it, an abstention and an inline offer, as the bot sends."""
    with TelegramServer() as server, running(server, folder, seed_dialogue()):
        server.say(QUESTION)
        answer = dict(server.shown(1)[0])
        server.press(answer)
        server.wait_for("editMessageText")
        passage = dict(server.shown(1)[0])
        server.say(UNANSWERED, chat=BENS, sender=BEN)
        abstention = dict(server.shown(1, BENS)[0])
        server.ask_inline(QUESTION)
        (offer,) = server.wait_for("answerInlineQuery")
    return answer, passage, abstention, offer


def main(folder: Path) -> None:
    """Draw all pictures into a folder."""
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as state:
        answer, passage, abstention, offer = record_chat(Path(state))
    draw_chat([QUESTION, answer], folder / "answer.svg")
    draw_chat([QUESTION, passage], folder / "passage.svg")
    draw_chat([UNANSWERED, abstention], folder / "abstention.svg")
    draw_cards(QUESTION, offer["results"], folder / "inline.svg")
    lines = []
    for question in (QUESTION, UNANSWERED):
        reply = seed_dialogue().reply(Session(), question)
        lines += [
            f'$ footnote ask "{question}"',
            *render_reply(reply, Display(96, has_style=True)).splitlines(),
            "",
        ]
    draw_terminal(lines[:-1], folder / "terminal.svg")


if __name__ == "__main__":
    os.environ["SSL_CERT_DIR"] = os.devnull
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
