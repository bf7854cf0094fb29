import json
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.models import Answer, Footnote, Note, Query, Quote, Reason, Reply, Session
from bot.rendering import render_reply, reply_object, to_json
from bot.terminal import Display, Run, cells, clean, flow, likeness, wrap
from index.models import Article, Passage, Span

# Words, wide and combining characters, spaces of all kinds, marks like ours, and whatever else there is.
PIECES = st.one_of(
    st.text(max_size=12),
    st.text("abc déf—", max_size=12),
    st.text("北京。「」🎉👩\u200d👩", max_size=8),
    st.sampled_from(
        ["\n", "\r\n", "\t", " ", "\u00a0", "\u3000", "e\u0301", " [1]", "\x1b[31m", "\x9b2J", "\u202e"]
    ),
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)
WIDTHS = st.integers(20, 120)


def unstyled(text: str) -> str:
    return re.sub("\x1b\\[[012]?m", "", text)


def squeezed(text: str) -> str:
    return "".join(text.split())


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    """Return a reply of up to three quotes, or an abstention, over any text."""
    text = draw(TEXTS.filter(bool))

    def span(within: Span) -> Span:
        start = draw(st.integers(within.start, within.end))
        return Span(start, draw(st.integers(start, within.end)))

    author, date = draw(st.none() | TEXTS), draw(st.none() | TEXTS)
    article = Article("a-1", draw(TEXTS), author, date, "en", text, ())
    notes = []
    quotes = []
    for n in range(1, draw(st.integers(1, 3)) + 1):
        start, end = span(Span(0, len(text)))
        kind = draw(st.sampled_from(["body", "metadata", "biography"]))
        section = tuple(draw(st.lists(TEXTS, max_size=2)))
        passage = Passage(f"a-1-{n}", "a-1", kind, n, section, start, end, start, text[start:end])
        notes.append(Footnote(n, article, passage, draw(st.floats(0, 99))))
        quote = span(Span(start, end))
        quotes.append(Quote(n, quote, tuple(span(quote) for _ in range(draw(st.integers(0, 2))))))
    query = Query(
        "q",
        "en",
        "what",
        (),
        notes=tuple(draw(st.lists(st.builds(Note, st.just("carried"), TEXTS, TEXTS), max_size=2))),
    )
    if draw(st.booleans()):
        answer = Answer(query, tuple(quotes), tuple(notes), 0.5, ())
    else:
        answer = Answer(
            query,
            (),
            (),
            0.5,
            (),
            reason=Reason("not mentioned", (draw(TEXTS),)),
            nearest=draw(st.sampled_from([None, *notes])),
        )
    return Reply(Session(), draw(TEXTS), answer=answer)


@given(TEXTS.map(clean), st.integers(2, 60))
def test_wrapped_lines_hold_all_of_the_text_but_spaces_in_order_and_none_is_too_wide(
    text: str, width: int
) -> None:
    lines = wrap(text, width)
    assert squeezed("".join(text[start:end] for start, end in lines)) == squeezed(text)
    assert lines == sorted(lines)
    for start, end in lines:
        assert start < end
        assert cells(text[start:end]) <= width
        assert text[start] != " " != text[end - 1]


@given(TEXTS)
def test_clean_text_is_as_long_as_it_was(text: str) -> None:
    assert len(clean(text)) == len(text)


@given(TEXTS)
def test_a_likeness_is_ascii(text: str) -> None:
    assert likeness(text).isascii()


@given(st.lists(st.tuples(TEXTS, st.sampled_from(["plain", "bold", "dim"]))), WIDTHS)
def test_styles_change_no_character(parts: list[tuple[str, str]], width: int) -> None:
    runs = [Run(text, style) for text, style in parts]  # type: ignore[arg-type]
    styled = flow(runs, Display(width, has_style=True), first="[1] ", rest="    ")
    assert unstyled(styled).splitlines() == [
        line.rstrip(" ") for line in flow(runs, Display(width), first="[1] ", rest="    ").splitlines()
    ]


@given(replies(), WIDTHS)
def test_whatever_the_text_the_terminal_obeys_none_of_it_and_no_line_is_too_wide(
    reply: Reply, width: int
) -> None:
    for has_style in (False, True):
        shown = unstyled(render_reply(reply, Display(width, has_style)))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)
        assert all(cells(line) <= width for line in shown.split("\n"))


@given(replies(), WIDTHS)
def test_every_quote_is_shown_word_for_word(reply: Reply, width: int) -> None:
    assert reply.answer is not None
    shown = squeezed(render_reply(reply, Display(width)))
    for quote in reply.answer.quotes:
        assert squeezed(clean(reply.answer.text_of(quote))) in shown


@given(replies())
def test_json_comes_back_with_every_span_a_slice_of_the_article(reply: Reply) -> None:
    assert reply.answer is not None
    line = to_json(reply_object(reply, "rank_bm25"))
    assert "\n" not in line
    assert not re.search("[\x00-\x1f\x7f-\x9f]", line)
    found = json.loads(line)
    for note, own in zip(found["footnotes"], reply.answer.footnotes, strict=True):
        text = own.article.text
        assert text[note["start"] : note["end"]] == note["text"] == own.passage.text
        assert found["answer"] == " ".join(reply.answer.text_of(quote) for quote in reply.answer.quotes)
        assert [text[start:end] for start, end in note["quote_spans"]] == [
            reply.answer.text_of(quote) for quote in reply.answer.quotes if quote.n == note["n"]
        ]
