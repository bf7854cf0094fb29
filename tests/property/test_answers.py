from functools import cache

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.dialogue import MAX_MESSAGE, MAX_TURNS, Dialogue
from bot.models import Session
from index.errors import ReadingError
from index.library import Library, seed_article
from index.reading import read_text
from tests.property.texts import PAGES

SEED_WORDS = sorted(set(seed_article().text.split()))
ASKING = [
    "who",
    "what",
    "why",
    "when",
    "how many",
    "?",
    "it",
    "he",
    "and",
    "did",
    "NK",
    "capital",
    "of",
    "wich",
    "Yun",
]

QUESTIONS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(SEED_WORDS) | st.sampled_from(ASKING) | st.text(max_size=8), max_size=10).map(
        " ".join
    ),
    st.sampled_from(
        ["x" * (MAX_MESSAGE + 1), "", "👍", "thanks", "\ud800", "a\0b", "北京说了什么？", "'''", "S.S.S."]
    ),
)
CONVERSATIONS = st.lists(QUESTIONS, min_size=1, max_size=3)


@cache
def seed_dialogue():
    return Dialogue(Library.of([seed_article()]))


def check(reply, most=3):
    """Fail unless a reply keeps what is promised of every one."""
    answer = reply.answer
    assert (reply.text is None) == (answer is not None)
    assert len(reply.session.turns) <= MAX_TURNS
    if answer is None:
        return
    assert 0 <= answer.confidence <= 1
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    assert [note.n for note in answer.footnotes] == list(range(1, len(answer.footnotes) + 1))
    assert len(answer.footnotes) <= most
    assert len({note.passage.id for note in answer.footnotes}) == len(answer.footnotes)
    assert {quote.n for quote in answer.quotes} == {note.n for note in answer.footnotes}
    assert bool(answer.reason) != bool(answer.quotes)
    for note in [*answer.footnotes, *([answer.nearest] if answer.nearest else [])]:
        assert note.article.id == note.passage.article_id
        assert note.article.text[note.passage.start : note.passage.end] == note.passage.text
    for quote in answer.quotes:
        passage = answer.footnotes[quote.n - 1].passage
        assert passage.start <= quote.span.start < quote.span.end <= passage.end
        assert answer.text_of(quote) in passage.text
        for start, end in quote.answer_spans:
            assert quote.span.start <= start < end <= quote.span.end


@given(CONVERSATIONS, st.booleans(), st.integers(1, 3))
def test_whatever_is_asked_of_the_seed_article_every_sentence_is_its_own_and_lies_in_its_footnote(
    conversation, always, most
):
    session = Session()
    for message in conversation:
        reply = seed_dialogue().reply(session, message, most=most, always=always)
        check(reply, most)
        session = reply.session


@given(st.lists(PAGES, min_size=1, max_size=3), st.data())
def test_the_same_holds_of_any_articles(texts, data):
    articles = {}
    for text in texts:
        try:
            article = read_text(text, "page.txt")
        except ReadingError:
            continue
        articles[article.id] = article
    assume(articles)
    dialogue = Dialogue(Library.of(articles.values()))
    words = sorted({word for text in texts for word in text.split()})
    own_words = st.lists(st.sampled_from(words) | st.sampled_from(ASKING), max_size=6).map(" ".join)
    session = Session(article_id=data.draw(st.sampled_from([None, *articles])))
    for message in data.draw(st.lists(own_words | QUESTIONS, min_size=1, max_size=3)):
        reply = dialogue.reply(session, message)
        check(reply)
        if session.article_id and reply.answer:
            assert all(note.article.id == session.article_id for note in reply.answer.footnotes)
        session = reply.session


@given(CONVERSATIONS)
def test_the_same_conversation_gets_the_same_answers(conversation):
    def answers():
        session = Session()
        for message in conversation:
            reply = seed_dialogue().reply(session, message)
            session = reply.session
            yield reply.text, reply.answer

    assert list(answers()) == list(answers())
