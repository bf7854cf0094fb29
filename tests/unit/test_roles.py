"""What an article tells of its people, put into a question."""

from bot.models import Note, Session
from bot.question import understand
from index.library import Library
from index.reading import read_text

TALKS = """The talks

The Greek ambassador Stavros Lemos came to the harbour at nine. Mayor Ben Oak met him there.

Premier Li Qiang of the islands sent a letter. Lee and Lemos have known each other for years.

The Danish ambassador Ada Quill stayed at home, and said nothing.
"""
LIBRARY = Library.of([read_text(TALKS, "talks.txt")])


def ask(message):
    return understand(message, Session(), LIBRARY)


def terms(query, word):
    return {t.term for concept in query.concepts if concept.word == word for t in concept.terms}


def test_a_role_finds_the_name_of_the_one_who_has_it():
    query = ask("What did the mayor do?")
    assert {"ben", "oak"} <= terms(query, "mayor")
    assert query.notes == (Note("read as", "the mayor", "Ben Oak"),)


def test_the_word_before_tells_which_one():
    query = ask("Where was the Danish ambassador?")
    assert {"ada", "quill"} <= terms(query, "ambassador")
    assert query.notes == (Note("read as", "Danish ambassador", "Ada Quill"),)


def test_a_role_of_two_is_not_merged():
    query = ask("What did the ambassador do?")
    assert terms(query, "ambassador").isdisjoint({"quill", "lemo"})
    assert query.notes == ()


def test_a_role_of_another_country_is_not_merged():
    assert ask("What did the French mayor do?").notes == ()


def test_a_role_with_another_name_behind_it_is_not_merged():
    assert ask("What did Mayor Brown do?").notes == ()


def test_a_role_beside_the_name_of_its_bearer_needs_no_note():
    assert ask("What did Mayor Oak do?").notes == ()


def test_who_has_a_role_is_not_told_before_it_is_asked():
    assert ask("Who is the mayor?").notes == ()


def test_a_name_finds_its_other_spelling():
    assert "lee" in terms(ask("What did Li Qiang send?"), "li")
