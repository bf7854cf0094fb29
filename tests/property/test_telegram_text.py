"""Whatever the article, a rendered message is one that Telegram takes, and quotes verbatim."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Answer, Footnote, Note, Query, Quote, Reason, Reply, Session
from bot.telegram_text import MAX_ENTITIES, MAX_UNITS, TelegramText, render_telegram
from index.models import Article, Passage, Span

anything = st.text(st.characters(exclude_categories=()), max_size=80)
telling = st.sampled_from(
    [
        "Yoon met Li. ",
        "😀",
        "👨‍👩‍👧‍👦 family. ",
        "שלום עולם. ",
        "\ud800",
        "\udc00x",
        "\u202eabc",
        "\r\n",
        "x" * 50,
    ]
)
texts = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(anything | telling, min_size=1, max_size=6),
    st.integers(1, 60),
)
lines = texts.map(lambda text: text[:500])


def spans(start, end):
    return st.tuples(st.integers(start, end), st.integers(start, end)).map(
        lambda pair: Span(min(pair), max(pair))
    )


@st.composite
def footnotes(draw, n):
    text = draw(texts)
    article = Article(
        id="a-1",
        title=draw(lines),
        author=draw(st.none() | lines),
        date=draw(st.none() | lines),
        language=draw(st.sampled_from(["en", "ru"])),
        text=text,
        blocks=(),
    )
    span = draw(spans(0, len(text)))
    passage = Passage(
        id=f"a-1-{n}",
        article_id="a-1",
        kind="body",
        paragraph=draw(st.integers(0, 500)),
        section=tuple(draw(st.lists(lines, max_size=2))),
        start=span.start,
        end=span.end,
        body_start=span.start,
        text=text[span.start : span.end],
    )
    return Footnote(n=n, article=article, passage=passage, score=1.0)


@st.composite
def answers(draw):
    query = Query(
        text="?",
        language="en",
        asks="what",
        concepts=(),
        notes=tuple(
            draw(st.lists(st.builds(Note, st.sampled_from(["read as", "carried"]), lines, lines), max_size=3))
        ),
    )
    if draw(st.booleans()):
        nearest = draw(st.none() | footnotes(1))
        return Answer(query, (), (), 0.0, (), reason=Reason("not mentioned", (draw(lines),)), nearest=nearest)
    notes = [draw(footnotes(n)) for n in range(1, draw(st.integers(1, 5)) + 1)]
    quotes = []
    for note in notes:
        span = draw(spans(note.passage.start, note.passage.end))
        length = len(note.article.text)
        bold = draw(
            st.lists(spans(0, length), max_size=4) | st.just([Span(i, i + 1) for i in range(0, length, 2)])
        )
        quotes.append(Quote(note.n, span, tuple(bold)))
    return Answer(query, tuple(quotes), tuple(notes), 1.0, ())


@st.composite
def replies(draw):
    message = draw(lines)
    if draw(st.integers(0, 9)) == 0:
        return Reply(Session(), message, text=draw(texts))
    return Reply(Session(), message, answer=draw(answers()))


def sent(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def styled(shown: TelegramText, style):
    raw = shown.text.encode("utf-16-le")
    return [
        raw[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le")
        for e in shown.entities
        if e.style == style
    ]


@settings(deadline=None)
@given(replies(), lines)
def test_is_within_the_limits_and_can_be_sent(reply, above):
    shown = render_telegram(reply, above=above)
    assert len(shown.text.encode("utf-16-le")) // 2 <= MAX_UNITS
    shown.text.encode("utf-8")
    assert len(shown.entities) <= MAX_ENTITIES


@settings(deadline=None)
@given(replies(), lines)
def test_entities_lie_in_the_text_in_order_and_part_no_surrogate_pair(reply, above):
    shown = render_telegram(reply, above=above)
    at = 0
    for _, offset, length in shown.entities:
        assert at <= offset
        assert length > 0
        at = offset + length
    assert at <= len(shown.text.encode("utf-16-le")) // 2
    for style in ("bold", "italic", "expandable_blockquote"):
        styled(shown, style)  # a parted pair would not decode


@settings(deadline=None)
@given(answers())
def test_block_quotes_are_passages_or_the_beginning_of_them(answer):
    cited = answer.footnotes or ((answer.nearest,) if answer.nearest else ())
    passages = [sent(note.passage.text) for note in cited]
    for quoted in styled(render_telegram(Reply(Session(), "?", answer=answer)), "expandable_blockquote"):
        while not passages[0].startswith(quoted):
            passages.pop(0)  # one for which no room was left
        passages.pop(0)


@settings(deadline=None)
@given(answers())
def test_sentences_stand_verbatim_unless_they_alone_are_too_long(answer):
    shown = render_telegram(Reply(Session(), "?", answer=answer))
    sentences = [sent(answer.text_of(quote)) for quote in answer.quotes]
    at = 0
    if sum(len(sentence.encode("utf-16-le")) // 2 for sentence in sentences) < 2000:
        for quote, sentence in zip(answer.quotes, sentences, strict=True):
            at = shown.text.index(f"{sentence} [{quote.n}]", at)


@settings(deadline=None)
@given(answers())
def test_bold_words_are_answering_words(answer):
    allowed = [
        sent(answer.footnotes[quote.n - 1].article.text[span.start : span.end])
        for quote in answer.quotes
        for span in quote.answer_spans
    ]
    for bold in styled(render_telegram(Reply(Session(), "?", answer=answer)), "bold"):
        assert any(bold in words for words in allowed)


def test_a_message_that_is_too_long_keeps_its_answer_and_cuts_passages_at_sentence_ends():
    sentences = [f"Sentence {n} of the passage says 😀 what it says." for n in range(60)]
    text = " ".join(sentences)
    article = Article("a-1", "Title", None, None, "en", text, ())
    passage = Passage("a-1-1", "a-1", "body", 1, ("Section",), 0, len(text), 0, text)
    quotes = tuple(Quote(n, Span(0, len(sentences[0]))) for n in (1, 2, 3))
    cited = tuple(Footnote(n, article, passage, 1.0) for n in (1, 2, 3))
    query = Query(text="?", language="en", asks="what", concepts=())
    shown = render_telegram(Reply(Session(), "?", answer=Answer(query, quotes, cited, 1.0, ())))
    quoted = styled(shown, "expandable_blockquote")
    assert shown.text.startswith(
        " ".join(f"{sentences[0]} [{n}]" for n in (1, 2, 3)) + "\n\n[1] Title › Section"
    )
    assert len(quoted) == 3
    assert all(words.endswith("what it says.") and f"{words} …" in shown.text for words in quoted)
    assert 3900 < len(shown.text.encode("utf-16-le")) // 2 <= MAX_UNITS
