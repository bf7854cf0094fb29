import io
import json
from dataclasses import replace

import pytest

from bot.models import (
    Answer,
    Explanation,
    Footnote,
    FootnoteExplanation,
    Match,
    Note,
    Query,
    Quote,
    Reason,
    Reply,
    Session,
)
from bot.rendering import (
    article_object,
    explanation_object,
    passage_object,
    place_of,
    render_article,
    render_passage,
    render_reply,
    render_why,
    reply_object,
    to_json,
)
from bot.terminal import Display, Run, cells, clean, display_of, flow, likeness, wrap
from index.library import Library
from index.models import Article, Concept, Passage, Span, WeightedTerm
from index.reading import read_text

TEXT = """\
How the harbour was saved

By Ada Quill, 4 May

The storm

The gale took the roof of the customs house on Monday, and the crane fell across the quay an hour later.

Money

The town council voted 2.4 million for a new mole, “whatever the port may say” about it. Nobody objected.
"""

FOOTNOTE_KEYS = ["n", "passage_id", "article_id", "title", "section", "author", "date", "paragraph"]
FOOTNOTE_KEYS += ["start", "end", "text", "quote_spans", "answer_spans", "score"]
REPLY_KEYS = ["question", "answer", "abstained", "reason", "notes", "confidence", "footnotes", "nearest"]
REPLY_KEYS += ["engine", "took_ms"]

WIDE = Display(width=100)
STYLED = Display(width=100, has_style=True)


@pytest.fixture(name="library")
def _library() -> Library:
    return Library.of([read_text(TEXT, "harbour.txt")])


def span_of(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def article_of(library: Library) -> Article:
    return library.article(library.entries()[0].id)


def footnote_of(library: Library, n: int, part: str) -> Footnote:
    passage = next(p for p in library.passages() if part in p.text)
    return Footnote(n, library.article(passage.article_id), passage, score=7.25)


def answer_of(library: Library, *quotes: tuple[str, str], **changes: object) -> Answer:
    """Return an answer of sentences, each with its words in bold, a footnote for every passage."""
    text = article_of(library).text
    notes: list[Footnote] = []
    made = []
    for sentence, bold in quotes:
        note = footnote_of(library, len(notes) + 1, sentence)
        known = next((n for n in notes if n.passage == note.passage), None)
        if known is None:
            notes.append(note)
        made.append(Quote((known or note).n, span_of(text, sentence), (span_of(text, bold),) if bold else ()))
    answer = Answer(
        query=Query("a question", "en", "what", ()),
        quotes=tuple(made),
        footnotes=tuple(notes),
        confidence=0.87654,
        hits=(),
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def reply_of(answer: Answer) -> Reply:
    return Reply(Session(), answer.query.text, answer=answer, took_ms=1.23456)


GALE = (
    "The gale took the roof of the customs house on Monday, and the crane fell across the quay an hour later."
)
VOTE = "The town council voted 2.4 million for a new mole, “whatever the port may say” about it."
NONE = "Nobody objected."


class TestTerminalText:
    def test_an_answer_is_its_sentences_with_marks_then_the_footnotes(self, library: Library) -> None:
        reply = reply_of(answer_of(library, (GALE, ""), (VOTE, "")))
        assert render_reply(reply, Display(width=60)) == (
            "The gale took the roof of the customs house on Monday, and\n"
            "the crane fell across the quay an hour later. [1] The town\n"
            "council voted 2.4 million for a new mole, “whatever the port\n"
            "may say” about it. [2]\n"
            "\n"
            "[1] How the harbour was saved\n"
            "    The storm · paragraph 1 · Ada Quill, 4 May\n"
            "[2] How the harbour was saved\n"
            "    Money · paragraph 2 · Ada Quill, 4 May"
        )

    def test_two_sentences_of_one_passage_share_a_footnote(self, library: Library) -> None:
        shown = render_reply(reply_of(answer_of(library, (VOTE, ""), (NONE, ""))), WIDE)
        assert shown.count("\n[1] ") == 1
        assert "about it. [1] Nobody objected. [1]" in " ".join(shown.split())

    def test_the_words_that_answer_are_bold_on_a_terminal_with_styles(self, library: Library) -> None:
        shown = render_reply(reply_of(answer_of(library, (VOTE, "2.4 million"))), STYLED)
        assert shown.startswith("The town council voted \x1b[1m2.4 million\x1b[0m for a new mole,")

    def test_bold_words_that_wrap_are_bold_on_both_lines(self, library: Library) -> None:
        answer = answer_of(library, (VOTE, "2.4 million for a new mole"))
        shown = render_reply(reply_of(answer), Display(width=30, has_style=True))
        first, second = shown.splitlines()[:2]
        assert first.endswith("\x1b[1m2.4\x1b[0m")
        assert second.startswith("\x1b[1mmillion for a new mole\x1b[0m")

    def test_overlapping_answer_spans_show_every_word_once(self, library: Library) -> None:
        answer = answer_of(library, (VOTE, "2.4 million"))
        quote = answer.quotes[0]
        start = quote.span.start
        spans = (Span(start + 4, start + 20), Span(start + 10, start + 30), Span(start - 9, start + 3))
        shown = render_reply(reply_of(replace(answer, quotes=(quote._replace(answer_spans=spans),))), STYLED)
        assert shown.replace("\x1b[1m", "").replace("\x1b[0m", "").startswith(VOTE)

    def test_a_text_without_styles_has_no_escape(self, library: Library) -> None:
        assert "\x1b" not in render_reply(reply_of(answer_of(library, (VOTE, "2.4 million"))), WIDE)

    def test_notes_come_first_in_parentheses(self, library: Library) -> None:
        answer = answer_of(library, (NONE, ""))
        query = replace(
            answer.query, notes=(Note("read as", "NK", "North Korea"), Note("carried", "he", "Ada Quill"))
        )
        shown = render_reply(reply_of(replace(answer, query=query)), WIDE)
        assert shown.startswith("(NK read as North Korea; he: Ada Quill)  Nobody objected. [1]")

    def test_an_abstention_gives_its_reason_and_the_nearest_passage_labelled(self, library: Library) -> None:
        nearest = footnote_of(library, 1, VOTE)
        answer = answer_of(library, reason=Reason("not mentioned", ("Putin",)), nearest=nearest)
        assert render_reply(reply_of(answer), WIDE) == (
            "The article does not mention Putin.\n"
            "\n"
            "The nearest passage (paragraph 2):\n"
            "    The town council voted 2.4 million for a new mole, “whatever the port may say” about it. "
            "Nobody\n    objected.\n"
            "    How the harbour was saved · Money · paragraph 2 · Ada Quill, 4 May"
        )

    def test_an_abstention_with_nothing_near_is_its_reason(self, library: Library) -> None:
        answer = answer_of(library, reason=Reason("does not say"))
        assert render_reply(reply_of(answer), WIDE) == "The article does not say."

    def test_a_chat_reply_is_its_text_wrapped_line_by_line(self) -> None:
        reply = Reply(Session(), "hi", text="Hello there, friend.\nAsk me.")
        assert render_reply(reply, Display(width=12)) == "Hello there,\nfriend.\nAsk me."

    def test_an_escape_sequence_of_an_article_does_not_reach_the_terminal(self) -> None:
        evil = "The gale \x1b]0;owned\x07took \x9b31mthe roof\x08\x7f of the house on Monday, and it fell."
        library = Library.of([read_text(f"{evil}\n", "evil\x1b[2J.txt")])
        sentence = library.passages()[0].text
        for display in (WIDE, STYLED):
            shown = render_reply(reply_of(answer_of(library, (sentence, ""))), display)
            shown = shown.replace("\x1b[2m", "").replace("\x1b[0m", "")
            assert not [c for c in shown if c != "\n" and (c < " " or "\x7f" <= c <= "\x9f")]

    def test_a_hard_wrapped_passage_is_wrapped_anew(self) -> None:
        passage = Passage("p", "a", "body", 1, (), 0, 11, 0, "one\ntwo\nsix")
        article = Article("a", "T", None, None, "en", "one\ntwo\nsix", ())
        assert render_passage(article, passage, WIDE) == "T\nparagraph 1\n\none two six"

    def test_title_and_byline_keep_their_lines(self, library: Library) -> None:
        shown = render_passage(article_of(library), library.passages()[0], WIDE)
        assert shown.endswith("\n\nHow the harbour was saved\nBy Ada Quill, 4 May")

    def test_the_neighbours_of_a_passage_stand_around_it_dimmed(self, library: Library) -> None:
        before, passage, after = library.passages()
        styled = replace(WIDE, has_style=True)
        shown = render_passage(article_of(library), passage, styled, before=before, after=after)
        _, *texts = shown.split("\n\n")
        assert [text.startswith("\x1b[2m") for text in texts] == [True, False, True]
        assert shown.index(passage.text[:20]) < shown.index(after.text[:20])

    def test_an_article_shows_its_id_title_author_date_and_passages(self, library: Library) -> None:
        (entry,) = library.entries()
        assert render_article(entry, WIDE, note="unchanged") == (
            f"{entry.id}  How the harbour was saved\n    Ada Quill, 4 May · 3 passages · unchanged"
        )

    def test_one_passage_is_not_plural(self, library: Library) -> None:
        assert render_article(library.entries()[0]._replace(passages=1), WIDE).endswith("1 passage")


class TestPlace:
    def passage(self, **changes: object) -> Passage:
        return Passage("p", "a", "body", 12, ("A", "B"), 0, 1, 0, "x")._replace(**changes)

    def article(self, author: str | None, date: str | None) -> Article:
        return Article("a", "T", author, date, "en", "x", ())

    def test_sections_paragraph_author_and_date_in_this_order(self) -> None:
        article = self.article("Ann Lee", "July 03")
        assert place_of(article, self.passage()) == "A › B · paragraph 12 · Ann Lee, July 03"

    @pytest.mark.parametrize(
        ("author", "date", "place"),
        [
            (None, None, "paragraph 12"),
            ("Ann", None, "paragraph 12 · Ann"),
            (None, "May", "paragraph 12 · May"),
        ],
    )
    def test_what_is_absent_is_left_out(self, author: str | None, date: str | None, place: str) -> None:
        assert place_of(self.article(author, date), self.passage(section=())) == place

    @pytest.mark.parametrize(
        ("kind", "place"), [("metadata", "title and byline"), ("biography", "about the author")]
    )
    def test_metadata_and_biography_are_named(self, kind: str, place: str) -> None:
        assert place_of(self.article(None, None), self.passage(kind=kind, section=())) == place


class TestWhy:
    def explained(self, library: Library, explanation: Explanation | None) -> str:
        concepts = (
            Concept("china", (WeightedTerm("china", 1.0), WeightedTerm("beij", 0.8))),
            Concept("ask", (WeightedTerm("ask", 1.0),)),
        )
        query = Query(
            "q",
            "en",
            "what",
            concepts,
            carried=(Concept("kim", ()),),
            notes=(Note("read as", "NK", "North Korea"),),
        )
        answer = replace(answer_of(library, (VOTE, "")), query=query, missing=("putin", "xi"))
        return render_why(answer, explanation, WIDE)

    def test_each_footnote_shows_its_matches_and_what_the_runner_up_lacked(self, library: Library) -> None:
        matches = (Match("China", "china", 1.5), Match("NK", "north_korea", 0.756))
        printed = {"north": "North", "korea": "Korea", "china": "China"}
        explanation = Explanation((FootnoteExplanation(matches, "other-3", ("NK",)),), printed)
        passage = footnote_of(library, 1, VOTE).passage
        assert self.explained(library, explanation).startswith(
            f"[1] {passage.id}, score 7.25\n"
            "    matched: China 1.50, NK → North Korea 0.76\n"
            "    the runner-up other-3 lacked: NK\n"
        )

    def test_a_runner_up_that_lacked_nothing_counted_less(self, library: Library) -> None:
        explanation = Explanation((FootnoteExplanation((), "other-3"),))
        assert "lacked: nothing; it ranks lower by what stands together" in self.explained(
            library, explanation
        )

    def test_expansions_what_was_not_found_and_the_confidence_follow(self, library: Library) -> None:
        assert self.explained(library, None).splitlines()[1:] == [
            "read as: NK read as North Korea",
            "searched too: china: beij… 0.80",
            "carried over: kim",
            "not in those words: putin, xi",
            "confidence: 0.88",
        ]

    def test_json_has_the_same(self, library: Library) -> None:
        explanation = Explanation((FootnoteExplanation((Match("NK", "dprk", 1.0),), "other-3", ("NK",)),))
        found = explanation_object(answer_of(library, (VOTE, ""), missing=("xi",)), explanation)
        assert found == {
            "footnotes": [
                {
                    "n": 1,
                    "matches": [{"word": "NK", "term": "dprk", "score": 1.0}],
                    "runner_up": "other-3",
                    "lacked": ["NK"],
                }
            ],
            "searched": [],
            "carried_over": [],
            "not_found": ["xi"],
        }


class TestJson:
    def test_an_answer_has_the_keys_of_the_contract_in_their_order(self, library: Library) -> None:
        found = reply_object(reply_of(answer_of(library, (VOTE, "2.4 million"), (GALE, ""))), "rank_bm25")
        assert list(found) == REPLY_KEYS
        footnotes = json.loads(to_json(found))["footnotes"]
        assert [list(note) for note in footnotes] == [FOOTNOTE_KEYS] * 2

    def test_all_offsets_are_those_of_the_article(self, library: Library) -> None:
        text = article_of(library).text
        answer = answer_of(library, (VOTE, "2.4 million"), (NONE, "Nobody"))
        (note,) = json.loads(to_json(reply_object(reply_of(answer), "rank_bm25")))["footnotes"]
        assert text[note["start"] : note["end"]] == note["text"]
        assert [text[start:end] for start, end in note["quote_spans"]] == [VOTE, NONE]
        assert [text[start:end] for start, end in note["answer_spans"]] == ["2.4 million", "Nobody"]

    def test_a_footnote_has_the_spans_of_its_own_quotes(self, library: Library) -> None:
        answer = answer_of(library, (GALE, "Monday"), (VOTE, ""))
        first, second = json.loads(to_json(reply_object(reply_of(answer), "e")))["footnotes"]
        assert [first["quote_spans"], second["quote_spans"]] == [[list(q.span)] for q in answer.quotes]
        assert second["answer_spans"] == []

    def test_the_answer_has_neither_marks_nor_notes(self, library: Library) -> None:
        answer = answer_of(library, (VOTE, ""), (NONE, ""))
        answer = replace(answer, query=replace(answer.query, notes=(Note("carried", "he", "Ada Quill"),)))
        found = reply_object(reply_of(answer), "rank_bm25")
        assert found["answer"] == f"{VOTE} {NONE}"
        assert found["notes"] == ["he: Ada Quill"]

    def test_figures_are_rounded(self, library: Library) -> None:
        found = reply_object(reply_of(answer_of(library, (VOTE, ""))), "rank_bm25")
        assert (found["confidence"], found["took_ms"]) == (0.8765, 1.235)

    def test_an_abstention_has_a_null_answer_and_the_nearest_passage_without_a_number(
        self, library: Library
    ) -> None:
        nearest = footnote_of(library, 1, VOTE)
        found = reply_object(
            reply_of(answer_of(library, reason=Reason("does not say"), nearest=nearest)), "rank_bm25"
        )
        assert (found["answer"], found["abstained"], found["reason"]) == (
            None,
            True,
            "The article does not say.",
        )
        assert found["footnotes"] == []
        near = json.loads(to_json(found))["nearest"]
        assert list(near) == FOOTNOTE_KEYS
        assert (near["n"], near["passage_id"], near["quote_spans"]) == (None, nearest.passage.id, [])

    def test_a_chat_reply_is_no_abstention_and_has_no_footnotes(self) -> None:
        found = reply_object(Reply(Session(), "hi", text="Hello."), "rank_bm25")
        assert list(found) == REPLY_KEYS
        assert (found["answer"], found["abstained"], found["footnotes"]) == ("Hello.", False, [])

    def test_letters_stay_letters(self) -> None:
        assert to_json({"title": "Köln “北”"}) == '{"title": "Köln “北”"}'

    def test_an_encoding_that_lacks_a_letter_gets_its_escape(self) -> None:
        assert to_json(["“é”"], "latin-1") == r'["\u201c\u00e9\u201d"]'

    def test_a_lone_surrogate_is_escaped(self) -> None:
        assert to_json(["\udc80"]) == r'["\udc80"]'

    def test_a_control_character_is_escaped_and_comes_back(self) -> None:
        shown = to_json(["\x1b\x7f\x9b\u2028\u202e"])
        assert shown.isprintable()
        assert json.loads(shown) == ["\x1b\x7f\x9b\u2028\u202e"]

    def test_a_passage_object_is_a_footnote_without_what_one_answer_gave_it(self, library: Library) -> None:
        found = passage_object(article_of(library), library.passages()[1])
        assert list(found) == FOOTNOTE_KEYS[1:11]

    def test_an_article_object_counts_its_passages(self, library: Library) -> None:
        found = article_object(library.entries()[0])
        assert (found["title"], found["author"], found["date"], found["language"], found["passages"]) == (
            "How the harbour was saved",
            "Ada Quill",
            "4 May",
            "en",
            3,
        )


class TestWrapping:
    @pytest.mark.parametrize(
        ("text", "width", "lines"),
        [
            ("", 10, []),
            ("   ", 10, []),
            ("one two three", 7, ["one two", "three"]),
            ("one  two", 20, ["one  two"]),
            ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
            ("a abcdefgh", 4, ["a", "abcd", "efgh"]),
            ("say it. [1]", 8, ["say", "it. [1]"]),
            ("say it. [1] [2]", 12, ["say", "it. [1] [2]"]),
            ("北京東京首爾", 5, ["北京", "東京", "首爾"]),
            ("北京。東京", 4, ["北", "京。", "東京"]),
            ("he said「北京」", 10, ["he said", "「北京」"]),
            ("🎉🎉🎉", 4, ["🎉🎉", "🎉"]),
            ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
            ("no\u00a0break here", 8, ["no\u00a0break", "here"]),
        ],
    )
    def test_lines_break_where_they_may(self, text: str, width: int, lines: list[str]) -> None:
        assert [text[start:end] for start, end in wrap(text, width)] == lines

    def test_wide_characters_take_two_columns_and_combining_ones_none(self) -> None:
        assert [cells("ab"), cells("北京"), cells("e\u0301"), cells("\u200b"), cells("🎉")] == [2, 4, 1, 0, 2]

    def test_an_indent_as_wide_as_the_terminal_leaves_room_for_text(self) -> None:
        assert flow([Run("one two three")], Display(width=4), first="    ", rest="    ") == (
            "    one two\n    three"
        )

    def test_an_empty_paragraph_is_its_indent_without_white_space_at_the_end(self) -> None:
        assert flow([], WIDE, first="[1] ") == "[1]"

    def test_clean_keeps_the_length(self) -> None:
        text = "a\x00b\tc\r\nd\x1b[0m\u202ee\ud800\u2028"
        assert len(clean(text)) == len(text)
        assert clean(text).isprintable() or "\u200b" in clean(text)


class _Stream(io.StringIO):
    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


class TestDisplay:
    def test_a_pipe_is_a_hundred_columns_wide_and_has_no_styles(self) -> None:
        assert display_of(_Stream(is_terminal=False), {"TERM": "xterm"}) == Display(100, has_style=False)

    @pytest.mark.parametrize(
        ("environ", "has_style"),
        [
            ({"TERM": "xterm"}, True),
            ({"TERM": "xterm", "NO_COLOR": "1"}, False),
            ({"TERM": "xterm", "NO_COLOR": ""}, True),
            ({"TERM": "dumb"}, False),
            ({}, False),
        ],
    )
    def test_styles_need_a_terminal_that_has_them_and_no_no_color(
        self, environ: dict[str, str], has_style: bool
    ) -> None:
        assert display_of(_Stream(is_terminal=True), environ).has_style is has_style


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("“actively” ‘so’ – a — b…", "\"actively\" 'so' - a - b..."),
        ("A › B · paragraph 1", "A > B - paragraph 1"),
        ("Müller, Łódź, Åse, fiancée", "Muller, Lodz, Ase, fiancee"),
        ("北京", "??"),
    ],
)
def test_what_a_terminal_cannot_write_is_written_alike(text: str, ascii_text: str) -> None:
    assert likeness(text) == ascii_text
