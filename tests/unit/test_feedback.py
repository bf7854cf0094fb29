"""Thumbs down, told and as drafts of golden questions."""

import time

from bot.evaluation import read_questions
from bot.feedback import golden_draft, render_thumb
from bot.models import Session, Turn
from bot.rendering import to_json
from bot.state import Cited, Exchange, Place, Thumb
from bot.telegram_text import TelegramText
from bot.terminal import Display

BEFORE = Session((Turn("Who met Li?", ("a-1",)),), "a")


def thumb(fault=None, **fields):
    fields = {"cited": (Cited("a-10", "a", 2.345),), "confidence": 0.8, "version": 3, **fields}
    exchange = Exchange(
        Place(7, 0, 7),
        1,
        2,
        "and when?",
        fields.pop("before", BEFORE),
        Session(),
        TelegramText("x"),
        **fields,
    )
    return Thumb(exchange, "down", fault, int(time.time()))


def test_a_thumb_tells_what_was_asked_after_what_and_what_was_cited():
    shown = render_thumb(thumb("there", quoted="in Seoul"), Display(width=100))
    assert "it is in the article: and when?" in shown
    assert "to the words “in Seoul”" in shown
    assert "after Who met Li?" in shown
    assert "cited a-10 (2.35); confidence 0.80; library version 3" in shown


def test_an_abstention_tells_the_nearest_passage():
    assert "abstained, nearest a-10 (2.35)" in render_thumb(thumb(abstained=True), Display(width=100))


def test_a_draft_can_be_read_by_the_harness(tmp_path):
    file = tmp_path / "drafts.jsonl"
    drafts = [golden_draft(thumb(fault)) for fault in ("passage", "sentence", None)]
    file.write_text(
        "".join(to_json(d.model_dump(mode="json", exclude_none=True)) + "\n" for d in drafts),
        encoding="utf-8",
    )
    read = read_questions(file)
    assert [question.kind for question in read] == ["followup"] * 3
    assert [entry.text for entry in read[0].history] == ["Who met Li?", ""]
    assert read[0].history[1].passages == ("a-1",)
    assert read[0].article_id == "a"
    assert read[0].note.startswith("draft: wrong passage; cited a-10 (2.35)")


def test_where_only_the_sentence_was_wrong_the_passage_is_right():
    assert golden_draft(thumb("sentence")).gold_passages == ("a-10",)
    assert golden_draft(thumb("passage")).gold_passages is None


def test_a_first_question_is_no_follow_up():
    draft = golden_draft(thumb(before=Session()))
    assert (draft.kind, draft.history) == ("direct", ())
