"""Thumbs down from Telegram: told in the terminal, and as drafts of golden questions."""

from datetime import UTC, datetime

from bot.evaluation import HistoryEntry, Question
from bot.phrases import phrase
from bot.state import Exchange, Thumb
from bot.terminal import Display, Run, flow

_INDENT = "    "


def render_thumb(thumb: Thumb, display: Display) -> str:
    """Return a thumb as terminal text: when, what was wrong, the question, what had been cited."""
    when = datetime.fromtimestamp(thumb.at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    exchange = thumb.exchange
    lines = [
        flow([Run(f"{when}  ", "dim"), Run(_fault(thumb)), Run(f": {exchange.question}", "bold")], display)
    ]
    if exchange.quoted:
        lines.append(f"to the words “{exchange.quoted}”")
    if exchange.before.turns:
        lines.append("after " + "; ".join(turn.question for turn in exchange.before.turns))
    lines.append(_given(exchange))
    return "\n".join(
        [lines[0], *(flow([Run(line, "dim")], display, first=_INDENT, rest=_INDENT) for line in lines[1:])]
    )


def golden_draft(thumb: Thumb) -> Question:
    """Return a question to complete: what it was asked after, and what is known of its right answer.

    Where only the sentence was wrong, the passage that was cited first is right.
    """
    exchange = thumb.exchange
    history = [
        entry
        for turn in exchange.before.turns
        for entry in (
            HistoryEntry(role="user", text=turn.question),
            HistoryEntry(role="bot", text="", passages=turn.cited),
        )
    ]
    is_passage_right = thumb.fault == "sentence" and exchange.cited
    quoted = f"; to the words “{exchange.quoted}”" if exchange.quoted else ""
    return Question(
        id=f"f{exchange.id:012x}",
        kind="followup" if history or exchange.quoted else "direct",
        question=exchange.question,
        history=tuple(history),
        article_id=exchange.before.article_id,
        answerable=True,
        gold_quotes=None if is_passage_right else (),
        gold_passages=(exchange.cited[0].passage_id,) if is_passage_right else None,
        note=f"draft: {_fault(thumb)}; {_given(exchange)}{quoted}",
    )


def _fault(thumb: Thumb) -> str:
    return phrase(f"fault {thumb.fault or 'other'}").lower()


def _given(exchange: Exchange) -> str:
    """Return in words what was answered."""
    cited = ", ".join(f"{cited.passage_id} ({cited.score:.2f})" for cited in exchange.cited) or "nothing"
    verb = "abstained, nearest" if exchange.abstained else "cited"
    return f"{verb} {cited}; confidence {exchange.confidence:.2f}; library version {exchange.version}"
