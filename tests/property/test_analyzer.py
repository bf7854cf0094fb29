"""Words are the same in whichever way they are asked for."""

from hypothesis import given
from hypothesis import strategies as st

from index.analyzer import analyzer
from tests.property.texts import PAGES

TEXTS = PAGES | st.text("aBé\u0301日本한x1.,-'’ʼ‐“” \n\u00a0\x1c", max_size=40)


@given(TEXTS)
def test_the_words_are_those_of_the_tokens_and_printed_as_these_stand_in_the_text(text) -> None:
    analyse = analyzer("en")
    tokens = analyse.tokens(text)
    assert [(w.word, w.terms) for w in analyse.words(text)] == [(t.word, t.terms) for t in tokens]
    assert [w.printed for w in analyse.words(text)] == [text[t.start : t.end] for t in tokens]
