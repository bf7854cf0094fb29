"""What a message asks, in the light of the conversation before it."""

import pytest

from bot.models import Note, Session, Turn
from bot.question import (
    FRAME_WEIGHT,
    PAIR_WEIGHT,
    SUBSTITUTED_NAME,
    SUBSTITUTED_WEIGHT,
    VARIANT_WEIGHT,
    understand,
)
from index.library import COLLECTION, Library
from index.reading import read_text

MILL = """The mill of Osterby

By Ada Wren, 14 March 2022

The mill of Osterby was built of granite in 1850 by the farmers of Lindholm.

Mayor Brown closed the bridge at noon because the ice had cracked it.

Erik Hallgren, the miller, sold ninety barrels of flour to Norway in the summer.

The Bureau of Stone Bridges sent two engineers to Osterby. They measured the river for three days.
"""

NAMES = """A title

Kim Seung met the carters of Osterby on Monday and told Beijing about the Japanese horse.

Kim Soung sold the horse to Tokyo and to China, as he said later on.
"""

GERMAN = """Die Mühle von Osterby

Die Mühle von Osterby wurde von den Bauern aus Granit gebaut und ist nicht sehr groß.

Der Müller verkaufte das Mehl nach Norwegen, und der Bäcker kaufte es nicht mehr.
"""


def library(text):
    return Library.of([read_text(text, "page.txt")])


MILL_LIBRARY, NAMES_LIBRARY, GERMAN_LIBRARY = map(library, (MILL, NAMES, GERMAN))


def ask(message, *before, of=MILL_LIBRARY):
    """Return a message understood; `before` are the questions before it, the last one last."""
    return understand(message, Session(tuple(Turn(question) for question in before)), of)


def words(query):
    return [concept.word for concept in query.concepts]


def names(query):
    return [concept.word for concept in query.concepts if concept.is_name]


def weights(concepts):
    """Return the weight of the asker's own term of each, rounded, by its word."""
    return {concept.word: round(concept.terms[0].weight, 6) for concept in concepts}


def terms(message, word, of=MILL_LIBRARY):
    """Return the terms of one concept with their weights, its own first."""
    concept = next(c for c in ask(message, of=of).concepts if c.word == word)
    return {term.term: term.weight for term in concept.terms}


def test_a_question_keeps_its_text_and_the_language_of_the_articles():
    query = ask("Who closed the bridge?")
    assert (query.text, query.language, query.asks) == ("Who closed the bridge?", "en", "who")
    assert ask("Was verkaufte er?", of=GERMAN_LIBRARY).language == "de"


def test_its_words_are_concepts_without_stop_words_once_each_in_order():
    assert words(ask("Who closed the bridge, or closed and bridged the river?")) == [
        "closed",
        "bridge",
        "river",
    ]


def test_nothing_is_in_a_question_of_nothing_but_stop_words():
    query = ask("Who is it that was?")
    assert (query.concepts, query.pairs, query.carried) == ((), (), ())


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("Which city is it?", []),
        ("In what year was the bridge closed?", ["bridge", "closed"]),
        ("How many barrels did he sell?", ["barrels", "sell"]),
    ],
)
def test_words_that_only_say_what_kind_of_answer_is_asked_for_are_dropped(message, left):
    assert words(ask(message)) == left


class TestAliases:
    def test_all_names_of_a_thing_are_one_concept_the_asked_one_first(self):
        concepts = ask("What did Japan buy?", of=NAMES_LIBRARY).concepts
        assert [c.word for c in concepts] == ["japan", "buy"]
        assert concepts[0].terms[0].term == "japan"
        assert concepts[0].terms[0].weight == 1.0
        assert {t.term for t in concepts[0].terms} == {"japan", "japanes", "tokyo"}
        assert concepts[0].is_name

    def test_a_name_of_two_words_is_one_concept(self):
        assert words(ask("Did north korea or China buy it?", of=NAMES_LIBRARY)) == [
            "north korea",
            "china",
            "buy",
        ]

    def test_what_stands_for_the_thing_without_being_it_counts_less(self):
        assert terms("japan", "japan", of=NAMES_LIBRARY)["tokyo"] < 1.0

    def test_a_name_that_the_articles_do_not_use_is_told_as_typed(self):
        assert ask("What did PRC say?", of=NAMES_LIBRARY).notes == (Note("read as", "PRC", "China"),)

    def test_the_parts_of_a_hyphenated_word_are_names_too(self):
        sino, korean = ask("What is the Sino-Korean deal?", of=NAMES_LIBRARY).concepts[:2]
        assert "china" in {t.term for t in sino.terms}
        assert "korean" in {t.term for t in korean.terms}

    def test_somebody_famous_is_a_name_without_a_capital_too(self):
        (putin,) = (c for c in ask("did putin sell it", of=NAMES_LIBRARY).concepts if c.word == "putin")
        assert putin.is_name

    def test_a_name_that_they_use_is_not(self):
        assert ask("What did China say?", of=NAMES_LIBRARY).notes == ()

    def test_english_aliases_are_for_english_articles(self):
        query = ask("prc", of=GERMAN_LIBRARY)
        assert [t.term for c in query.concepts for t in c.terms] == ["prc"]


class TestSpelling:
    def test_a_typo_is_read_as_the_word_of_the_article_with_a_note(self):
        query = ask("who clozed the brige?")
        assert words(query) == ["closed", "bridge"]
        assert query.notes == (Note("read as", "clozed", "closed"), Note("read as", "brige", "bridge"))

    def test_a_typo_that_is_made_twice_is_noted_once(self):
        assert ask("brige or brige?").notes == (Note("read as", "brige", "bridge"),)

    def test_a_misspelt_stop_word_is_dropped(self):
        assert words(ask("wich bridge did thier engineers close")) == ["bridge", "engineers", "close"]

    def test_phone_style_is_written_out(self):
        assert words(ask("wat abt the mtg pls")) == words(ask("what about the meeting"))

    def test_an_english_word_is_not_bent_to_one_of_the_article(self):
        query = ask("Is there bread?")
        assert words(query) == ["bread"]
        assert query.notes == ()

    @pytest.mark.parametrize("acronym", ["BSB", "bsb"])
    def test_an_acronym_is_spelt_out_by_the_initials_of_the_article_s_names(self, acronym):
        query = ask(f"What did the {acronym} do?")
        assert words(query) == ["bureau", "stone", "bridges"]
        assert query.notes == (Note("read as", "BSB", "Bureau of Stone Bridges"),)

    def test_a_name_is_found_by_another_spelling_of_it_which_counts_less(self):
        found = terms("What did Seung sell?", "seung", of=NAMES_LIBRARY)
        assert found == {"seung": 1.0, "soung": VARIANT_WEIGHT}
        assert VARIANT_WEIGHT < 1

    def test_a_misspelt_name_is_a_name_still(self):
        assert names(ask("What did Hallgrin sell?")) == ["hallgren"]


class TestNames:
    @pytest.mark.parametrize(
        ("message", "named"),
        [
            ("What did Erik do in Osterby?", ["erik", "osterby"]),
            ("Did Napoleon see the mill?", ["napoleon"]),
            ("Kraken or not?", ["kraken"]),
            ("Does Mayor Brown own it?", ["brown"]),
            ("Did the Butcher come?", ["butcher"]),
            ("Butcher or not?", []),
            ("Did the Mill sell flour?", []),
            ("what did erik do in osterby?", []),
            ("WHAT DID ERIK DO?", []),
            ("What Did Erik Do?", []),
        ],
    )
    def test_a_capital_that_nothing_else_explains_makes_one(self, message, named):
        assert names(ask(message)) == named

    def test_a_title_before_a_name_is_none(self):
        assert names(ask("Did the Butcher Brown come?")) == ["brown"]

    def test_an_alias_is_one_in_small_letters_too(self):
        assert names(ask("does norway buy flour")) == ["norway"]

    def test_a_german_noun_is_none(self):
        assert names(ask("Hat die Mühle frisches Brot?", of=GERMAN_LIBRARY)) == []

    def test_related_words_are_not_looked_for_behind_a_name(self):
        assert set(terms("What did Brown do?", "brown")) == {"brown"}


def test_a_word_is_found_by_related_words_of_the_article_which_count_less():
    found = terms("What did the mill do?", "mill")
    assert next(iter(found.items())) == ("mill", 1.0)
    assert "miller" in found
    assert all(0 < weight < 1 for term, weight in found.items() if term != "mill")


class TestFrameWords:
    def test_count_little_in_an_article(self):
        found = weights(ask("What did they think happened to the bridge?").concepts)
        assert found == {"think": FRAME_WEIGHT, "happened": FRAME_WEIGHT, "bridge": 1.0}

    def test_take_the_words_of_near_meaning_down_with_them(self):
        assert max(terms("Did the farmers talk?", "talk").values()) == FRAME_WEIGHT

    @pytest.mark.parametrize(("passages", "counts"), [(COLLECTION - 1, FRAME_WEIGHT), (COLLECTION, 1.0)])
    def test_count_fully_in_a_collection(self, passages, counts):
        lines = [
            f"The farmer of house {n} kept horses and wagons, and then he went home."
            for n in range(passages - 1)
        ]
        many = library("The horses\n\n" + "\n\n".join(lines))
        assert len(many.passages()) == passages
        assert weights(ask("What happened to the horses?", of=many).concepts)["happened"] == counts


def test_neighbouring_words_make_pairs_that_count_little():
    pairs = ask("Who closed the stone bridge?").pairs
    assert [(p.word, p.terms[0].term) for p in pairs] == [
        ("closed stone", "close_stone"),
        ("stone bridge", "stone_bridg"),
    ]
    assert {p.terms[0].weight for p in pairs} == {PAIR_WEIGHT}


class TestFollowUps:
    def test_carry_what_was_asked_before_weaker_the_longer_ago(self):
        query = ask("Is the river far?", "Who closed the bridge?", "What did Hallgren sell?")
        assert weights(query.carried) == {"hallgren": 0.3, "sell": 0.3, "closed": 0.21, "bridge": 0.21}

    def test_carry_a_word_once_as_the_last_question_had_it(self):
        query = ask("Is the river far?", "Who closed the bridge?", "Is the bridge old?")
        assert weights(query.carried)["bridge"] == 0.3

    def test_do_not_carry_what_they_say_themselves(self):
        query = ask("Is the bridge old?", "Who closed the bridge?")
        assert set(weights(query.carried)) == {"closed"}

    def test_fade_what_stands_for_the_word_with_it(self):
        carried = ask("the river", "Does Japan know?", of=NAMES_LIBRARY).carried
        japan = next(c for c in carried if c.word == "japan")
        assert {t.term: round(t.weight, 6) for t in japan.terms} == {
            "japan": 0.3,
            "japanes": 0.3,
            "tokyo": 0.24,
        }

    @pytest.mark.parametrize("message", ["why?", "and why was that?", "but how did he do it?"])
    def test_without_a_word_of_their_own_take_the_last_question_whole(self, message):
        query = ask(message, "What did Hallgren sell?", "Who closed the bridge?")
        assert query.concepts == ()
        assert weights(query.carried) == {"closed": 1.0, "bridge": 1.0, "hallgren": 0.21, "sell": 0.21}

    @pytest.mark.parametrize("message", ["and Norway?", "what about Norway?", "and in Norway?"])
    def test_with_another_name_keep_the_words_of_the_last_question_but_hardly_its_names(self, message):
        query = ask(message, "What did Hallgren sell to Lindholm?")
        assert words(query) == ["norway"]
        assert weights(query.carried) == {
            "hallgren": SUBSTITUTED_NAME,
            "sell": SUBSTITUTED_WEIGHT,
            "lindholm": SUBSTITUTED_NAME,
        }
        assert (SUBSTITUTED_WEIGHT, SUBSTITUTED_NAME) == (0.8, 0.2)

    def test_with_another_name_ask_for_the_same_kind_of_answer(self):
        assert ask("and Norway?", "When did Hallgren sell?").asks == "when"
        assert ask("and who sold it?", "When did Hallgren sell?").asks == "who"

    def test_give_no_notes_on_questions_before(self):
        assert ask("the river", "who clozed the brige?").notes == ()

    def test_what_is_wholly_unknown_goes_on_from_nothing(self):
        query = ask("asdfgh qwer", "Who closed the bridge?")
        assert (query.carried, query.leaning) == ((), None)
        assert ask("cracked?", "Who closed the bridge?").carried

    def test_the_first_question_carries_nothing(self):
        assert ask("why?").carried == ()
