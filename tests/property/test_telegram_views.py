"""Whatever the articles, what the bot shows beside answers is within Telegram's limits, and verbatim."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Explanation, FootnoteExplanation, Match, Reply, Session
from bot.phrases import LANGUAGES
from bot.telegram_buttons import (
    MAX_DATA,
    answer_buttons,
    article_buttons,
    fault_buttons,
    list_buttons,
    passage_buttons,
    removal_buttons,
)
from bot.telegram_text import MAX_ENTITIES, MAX_UNITS
from bot.telegram_views import article_view, articles_view, card_of, passage_view, why_view
from index.models import Article, ArticleEntry, Passage
from tests.property.test_telegram_text import answers, lines, sent, spans, styled, texts

languages = st.sampled_from(LANGUAGES)
urls = (
    st.none()
    | st.sampled_from(["https://example.org/a?b#c", "http://10.0.0.1/", "https://x", "ftp://a.b"])
    | lines
)
ids = st.text("abcXYZ019_-", min_size=1, max_size=40)
exchange_ids = st.integers(0, 2**48 - 1)


@st.composite
def neighbourhoods(draw):
    """Draw an article with a passage and those beside it."""
    parts = [draw(st.none() | texts), draw(texts), draw(st.none() | texts)]
    text = "".join(part or "" for part in parts)
    article = Article(
        draw(ids), draw(lines), draw(st.none() | lines), draw(st.none() | lines), "en", text, (), draw(urls)
    )
    passages, start = [], 0
    for part in parts:
        end = start + len(part or "")
        section = tuple(draw(st.lists(lines, max_size=3)))
        passage = Passage(draw(ids), article.id, "body", 7, section, start, end, start, text[start:end])
        passages.append(None if part is None else passage)
        start = end
    return article, passages[1], (passages[0], passages[2])


def can_be_sent(shown):
    units = len(shown.text.encode("utf-16-le")) // 2
    at = 0
    for _, offset, length in shown.entities:
        assert at <= offset
        assert length > 0
        at = offset + length
    assert at <= units <= MAX_UNITS
    assert len(shown.entities) <= MAX_ENTITIES
    assert shown.text.strip()


def can_be_pressed(rows):
    for row in rows:
        assert 1 <= len(row) <= 8
        for button in row:
            assert button.text.strip()
            assert (button.data is None) != (button.url is None)
            assert button.data is None or 1 <= len(button.data.encode()) <= MAX_DATA
            assert button.url is None or re.match(r"https?://[^\s/]+\.[^\s/]", button.url)


@settings(deadline=None, max_examples=30)
@given(neighbourhoods(), st.lists(spans(0, 200), max_size=120), languages)
def test_an_opened_passage_can_be_sent_and_quotes_verbatim(neighbourhood, quoted, language):
    article, passage, neighbours = neighbourhood
    link = "https://t.me/FootnoteTestBot?start=p_" + passage.id
    shown = passage_view(article, passage, neighbours, language, quoted=quoted, link=link)
    can_be_sent(shown)
    assert shown.text.endswith(link)
    beside = [sent(other.text) for other in neighbours if other is not None]
    for folded in styled(shown, "expandable_blockquote"):
        assert any(text.startswith(folded) for text in beside)
    if len(sent(passage.text).encode("utf-16-le")) // 2 < 2500:
        assert sent(passage.text) in shown.text


@settings(deadline=None, max_examples=30)
@given(neighbourhoods(), exchange_ids, languages)
def test_the_buttons_of_passages_and_articles_can_be_sent(neighbourhood, exchange_id, language):
    article, passage, neighbours = neighbourhood
    can_be_pressed(passage_buttons(exchange_id, neighbours, article, language))
    can_be_pressed(article_buttons(article, passage, language))


@given(exchange_ids, st.lists(ids, max_size=3), languages, st.booleans())
def test_the_buttons_of_answers_can_be_sent(exchange_id, cited, language, abstained):
    can_be_pressed(answer_buttons(exchange_id, cited, language, abstained=abstained))
    can_be_pressed(fault_buttons(exchange_id, language, abstained=abstained))


@settings(deadline=None, max_examples=30)
@given(answers(), languages, lines, st.lists(lines, max_size=40))
def test_why_can_be_sent(answer, language, place, words):
    found = FootnoteExplanation(tuple(Match(word, word, 1.0) for word in words), "a-1", tuple(words))
    explanation = Explanation((found,) * len(answer.footnotes))
    can_be_sent(why_view(answer, explanation, [place] * len(answer.footnotes), language))


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.builds(
            ArticleEntry,
            ids,
            lines,
            st.none() | lines,
            st.none() | lines,
            st.just("en"),
            urls,
            lines,
            st.integers(0, 10**6),
            st.just(1),
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 10**5),
    languages,
    st.booleans(),
)
def test_a_page_of_the_list_can_be_sent(entries, page, language, chosen):
    chosen_id = entries[0].id if chosen else None
    shown = articles_view(entries, page * 8 + 1, 10**6, language, chosen=chosen_id, hint="Press a number.")
    can_be_sent(shown)
    assert shown.text.endswith("Press a number.")
    can_be_pressed(list_buttons(entries, page, page + 2, language, chosen=chosen))
    can_be_pressed(removal_buttons(entries, page, page + 2))


@settings(deadline=None, max_examples=30)
@given(neighbourhoods(), languages)
def test_an_article_can_be_sent(neighbourhood, language):
    can_be_sent(article_view(neighbourhood[0], 12, language, link="https://t.me/FootnoteTestBot?start=a_b"))


@settings(deadline=None, max_examples=30)
@given(answers(), lines, languages)
def test_a_card_can_be_sent(answer, question, language):
    card = card_of(Reply(Session(), question, answer=answer), language)
    assert len(card.title.encode("utf-16-le")) // 2 <= 120
    assert len(card.preview.encode("utf-16-le", "replace")) // 2 <= 300
    assert len(card.message.text.encode("utf-16-le")) // 2 <= MAX_UNITS
