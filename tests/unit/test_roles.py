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


SUMMIT = """The summit

## What President Ada Quill and Bor Stam agreed on

On Monday Danish President Ada Quill had a guest in the old harbour house of the town.

Stam thanked Denmark, and spoke for an hour about what Norway and its fishermen had lost since then.

Norway will pay half of it, the guests said, and Denmark the other half, as soon as all have signed.

## What comes next

“It is a start,” Bor Stam said. Norway votes on it in May, and Sweden in June, if it votes at all.

The skipper Kai Lund, who has fished off Bergen for years, was not asked. Sweden is content.
"""
GUESTS = Library.of([read_text(SUMMIT, "summit.md")])


def read_as(message, library=GUESTS):
    return [(note.word, note.meant) for note in understand(message, Session(), library).notes]


def test_a_leader_without_a_role_is_told_by_the_country_he_is_named_with():
    assert read_as("What did the Norwegian leader say?") == [("Norwegian leader", "Bor Stam")]


def test_other_articles_do_not_tell_whom_a_country_is_named_with():
    elsewhere = "The coast\n\n" + "\n\n".join(f"Norway built lighthouse {n} on a rock." for n in range(9))
    both = Library.of([read_text(SUMMIT, "summit.md"), read_text(elsewhere, "coast.txt")])
    (chosen,) = (entry.id for entry in both.entries() if entry.title == "The summit")
    query = understand("What did the Norwegian leader say?", Session(article_id=chosen), both)
    assert [note.meant for note in query.notes] == ["Bor Stam"]


def test_an_office_may_be_an_abbreviation():
    assert read_as("what did the norwegian pm say") == [("norwegian pm", "Bor Stam")]


def test_but_not_the_leader_of_a_country_he_is_seldom_named_with():
    assert read_as("What did the Swedish leader say?") == [("Swedish", "Sweden")]


def test_the_name_of_the_bearer_stands_for_what_tells_which_one_too():
    query = understand("What did the Norwegian leader say?", Session(), GUESTS)
    assert "stam" in terms(query, "norwegian") & terms(query, "leader")


def test_somebody_is_told_by_where_he_is_from():
    assert read_as("What was the man from Bergen not?") == [("the man", "Kai Lund")]
    assert read_as("What was the Bergen man not?") == [("Bergen man", "Kai Lund")]


def test_but_not_by_a_noun_of_somebody_else():
    assert read_as("What was the Bergen actress not?") == []
    assert read_as("What was the Bergen expert not?") == []


def test_an_ambassador_is_not_from_where_he_is_sent():
    page = TALKS + "\nThe Greek ambassador to Norway Stavros Lemos is no stranger to the coast.\n"
    there = Library.of([read_text(page, "talks.txt")])
    assert read_as("What did the Norwegian ambassador say?", there) == [("Norwegian", "Norway")]
    assert read_as("What did the Norwegian diplomat say?", there) == [("Norwegian", "Norway")]
    assert read_as("What did the ambassador to Norway say?", there) == [("the ambassador", "Stavros Lemos")]


def test_the_whole_name_that_tells_which_one_is_shown():
    page = TALKS.replace("Danish", "South Korean")
    there = Library.of([read_text(page, "talks.txt")])
    assert read_as("Where was the South Korean envoy?", there) == [("South Korean envoy", "Ada Quill")]


STRIKE = """The strike

Mayor Henryk Brask met the pickets on Monday. Ada Halvorsen, the managing director, refused them.

Mr Erik Halvarsson, the foreman, told them of a mayor who buys peace. He wants
the managing director to resign.

The Danish ambassador Torunn Vik came to look. Vik said nothing on Tuesday.
"""
AT_WORK = Library.of([read_text(STRIKE, "strike.txt")])


def read(message):
    return understand(message, Session(), AT_WORK)


def test_a_word_of_a_name_finds_the_other_words_of_it():
    assert "vik" in terms(read("What did Torunn Vik say?"), "torunn")


def test_a_name_is_not_read_as_somebody_else_whom_the_article_knows():
    assert "halvarsson" not in terms(read("What did Halvorsen refuse?"), "halvorsen")


def test_the_name_of_who_has_a_role_counts_more_than_the_role():
    (mayor,) = (c for c in read("What did the mayor do?").concepts if c.word == "mayor")
    assert {t.term: t.weight for t in mayor.terms}["mayor"] < mayor.terms[0].weight
    assert mayor.terms[0].term in {"brask", "henryk"}


def test_the_people_of_a_question_are_those_that_it_names_and_those_whose_roles_it_has():
    assert [p.name for p in read("Did Vik meet Halvorsen?").people] == ["Ada Halvorsen", "Torunn Vik"]
    assert [p.name for p in read("Did the mayor refuse?").people] == ["Henryk Brask"]
    assert read("Did anybody refuse?").people == ()


def test_what_somebody_is_wanted_to_do_is_not_where_he_is_from():
    (note,) = read("Who wants the director to resign?").notes
    assert note == Note("read as", "the director", "Ada Halvorsen")


def test_a_role_of_somebody_who_is_not_told_is_not_merged():
    assert read("What did their mayor do?").notes == ()


def test_a_role_that_only_somebody_of_another_country_has_is_held_by_nobody():
    assert read("What did the French ambassador say?").unheld == ("ambassador", "french")
    assert read("What did the Danish ambassador say?").unheld is None
    assert read("What did the French cook say?").unheld is None


def test_who_somebody_is_asks_for_what_is_told_of_him():
    assert read("Who is Torunn Vik?").asks == "what"
    assert read("Who is the mayor?").asks == "who"
    assert read("Who met Torunn Vik?").asks == "who"


def test_a_namesake_is_somebody_else():
    assert read("What did Ada Stam refuse?").people == ()
    assert [p.name for p in read("What did Ada Halvorsen refuse?").people] == ["Ada Halvorsen"]
