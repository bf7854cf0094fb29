from collections import Counter

import pytest

from index.analyzer import analyzer, index_terms
from index.indexing import index_article
from index.library import seed_article
from index.reading import read_text

MIXED = (
    "Tokyo and 東京都庁\n\nThe two-plus-two talks of the U.S. and l'accord were about 東京都庁, "
    "the city hall of the capital, and about nothing else that anybody could think of."
)


@pytest.mark.parametrize("article", [seed_article(), read_text(MIXED, "mixed")], ids=["seed", "mixed"])
def test_the_terms_of_a_passage_are_those_of_its_tokens_and_of_the_title_and_headings_above(article) -> None:
    tokens = analyzer(article.language).tokens
    indexed = index_article(article)
    for passage, terms in zip(indexed.passages, indexed.terms, strict=True):
        above = () if passage.kind == "metadata" else (article.title, *passage.section)
        texts = (*above, passage.text[passage.body_start - passage.start :])
        assert Counter(terms.split()) == Counter(term for text in texts for term in index_terms(tokens(text)))


def test_a_word_is_kept_as_first_printed_and_the_parts_of_a_hyphenated_one_by_themselves() -> None:
    text = "The Old-Town gate\n\nThe gate of the Old-Town was shut, and the old gate was as shut as ever."
    words = index_article(read_text(text, "gate")).words
    assert {"old-town Old-Town oldtown", "old Old old", "gate gate gate"} <= set(words)
    assert len({each.partition(" ")[0] for each in words}) == len(words)


def test_names_of_three_words_or_more_are_found_by_their_initials_links_aside() -> None:
    text = (
        "A visit\n\nShe joined the Bureau of Stone-Bridges Society (for a year) and saw the Old, Green Gate. "
        "Then the North Atlantic Treaty Organisation met, and Harbour Board members of the Ports Union spoke."
    )
    initials = index_article(read_text(text, "visit")).initials
    assert initials["NATO"] == "North Atlantic Treaty Organisation"
    assert initials["BSS"] == "Bureau of Stone-Bridges Society"
    assert "OGG" not in initials
    assert "HBP" not in initials
