"""Follow-ups: what a question leans on, and whom its words stand for."""

import pytest

from bot.dialogue import Dialogue
from bot.followup import is_followup
from bot.models import Note, Reason, Session, Turn
from index.library import Library
from index.models import Concept
from index.reading import read_text

HARBOUR = """The harbour

By Ada Wren
4 May 2021

Mayor Ben Oak asked the Danish ambassador, Carl Quill, to pay for the new mole. It had to be ready by 2022.

Carl Quill replied that Denmark would think about it. He works at the embassy in Oslo.

The skipper Dora Fisk sold her boat for 900 crowns, because the mole had cracked its keel.

The chairwoman, Eva Grebe, had a cold. Nobody else came to the meeting in the town hall.

Ada Wren is a former sailor who writes about ports.
"""
DIALOGUE = Dialogue(Library.of([read_text(HARBOUR, "harbour.txt")]))


def chat(*messages, quoted=None):
    session = Session()
    for message in messages[:-1]:
        session = DIALOGUE.reply(session, message).session
    return DIALOGUE.reply(session, messages[-1], quoted).answer


def carried(*messages):
    return [(note.word, note.meant) for note in chat(*messages).query.notes if note.kind == "carried"]


@pytest.mark.parametrize(
    "message",
    ["where does he work?", "and the skipper?", "why?", "who else came?", "what about the second one?"],
)
def test_a_pronoun_a_conjunction_or_hardly_a_word_of_its_own_makes_a_follow_up(message):
    assert is_followup(message, ())


def test_a_question_with_words_and_names_of_its_own_does_not_lean():
    assert not is_followup("What did Dora Fisk sell?", [Concept("fisk", (), is_name=True)] * 3)


class TestPronouns:
    def test_stand_for_the_one_whom_the_question_before_names(self):
        assert carried("Who is Carl Quill?", "where does he work?") == [("he", "Carl Quill")]

    def test_stand_for_the_answer_of_a_who_question(self):
        assert carried("Who sold a boat?", "what did she get?") == [("she", "Dora Fisk")]

    def test_stand_for_whom_a_role_meant(self):
        assert carried("What did the skipper sell?", "what did she get?") == [("she", "Dora Fisk")]

    def test_stand_for_the_same_as_before(self):
        messages = ("Who is Dora Fisk?", "what did she sell?", "what did she get?")
        assert carried(*messages) == [("she", "Dora Fisk")]

    def test_of_two_stand_for_neither(self):
        assert carried("Did Ben Oak meet Carl Quill?", "where does he work?") == []

    def test_behind_a_name_are_its_own(self):
        assert carried("Who is Carl Quill?", "What did Dora Fisk do with her boat?") == []

    def test_with_a_reply_stand_for_the_one_who_replies(self):
        messages = ("What did Ben Oak ask the ambassador?", "and what did he reply?")
        assert carried(*messages) == [("he", "Carl Quill")]
        assert "would think about it" in chat(*messages).footnotes[0].passage.text

    def test_stand_for_the_author_of_whom_was_just_told(self):
        found = chat("Who wrote this article?", "what was her trade?")
        assert found.query.about == "author"
        assert found.footnotes[0].passage.kind == "biography"

    def test_stand_for_nobody_whom_the_article_calls_by_the_other(self):
        assert carried("Who is Eva Grebe?", "what did he want?") == []
        assert carried("Who is Eva Grebe?", "what did she want?") == [("she", "Eva Grebe")]

    def test_of_two_stand_for_the_one_whom_the_article_does_not_call_by_the_other(self):
        assert carried("Did Ben Oak meet Eva Grebe?", "where does he work?") == [("he", "Ben Oak")]

    def test_stand_for_nobody_whom_a_bare_question_brought_up(self):
        first = chat("Who is Dora Fisk?")
        asked = Turn("Who is Dora Fisk?", (first.footnotes[0].passage.id,), (first.text_of(first.quotes[0]),))
        why = Turn("why?", shown=("Mayor Ben Oak asked the Danish ambassador.",))
        found = DIALOGUE.reply(Session((asked, why)), "what did she want?").answer
        assert [note.meant for note in found.query.notes] == ["Dora Fisk"]

    def test_without_a_conversation_stand_for_nobody(self):
        assert carried("where does he work?") == []


class TestOrdinals:
    def test_the_second_is_the_second_named(self):
        assert carried("Did Ben Oak meet Carl Quill?", "where does the second one work?") == [
            ("the second one", "Carl Quill")
        ]

    def test_the_first_is_the_first(self):
        assert carried("Did Ben Oak meet Carl Quill?", "what did the former ask?") == [
            ("the former", "Ben Oak")
        ]

    @pytest.mark.parametrize("message", ["when was the first one?", "how long was the second one?"])
    def test_of_what_no_person_does_are_of_nobody(self, message):
        assert carried("How often did Ben Oak meet Carl Quill?", message) == []

    def test_are_of_the_question_right_before(self):
        assert carried("Did Ben Oak meet Carl Quill?", "What did Dora Fisk sell?", "and the former?") == []


class TestNearness:
    def test_a_bare_question_is_answered_beside_the_last_answer(self):
        found = chat("What did Dora Fisk sell?", "why?")
        assert "cracked its keel" in found.text_of(found.quotes[0])

    def test_what_a_question_leans_on_is_the_passage_cited_and_its_neighbours(self):
        leaning = chat("What did Carl Quill reply?", "why?").query.leaning
        paragraph = {p.id: p.paragraph for p in DIALOGUE.library.passages()}
        assert [paragraph[n] for n in (*leaning.before, *leaning.cited, *leaning.behind)] == [1, 2, 3]

    def test_a_question_by_itself_leans_on_nothing(self):
        assert chat("Who is Carl Quill?", "What did Dora Fisk sell for 900 crowns?").query.leaning is None


class TestQuoting:
    def test_the_words_quoted_are_what_a_question_leans_on(self):
        found = chat(
            "What did Ben Oak ask?", "What did Dora Fisk sell?", "when?", quoted="to pay for the new mole"
        )
        assert "2022" in " ".join(map(found.text_of, found.quotes))

    def test_a_pronoun_stands_for_who_is_quoted(self):
        found = chat("Who is Dora Fisk?", "where does he work?", quoted="Carl Quill replied that Denmark")
        assert found.query.notes == (Note("carried", "he", "Carl Quill"),)

    def test_words_that_no_passage_has_do_no_harm(self):
        assert chat("Who is Dora Fisk?", quoted="qqqq zzzz").quotes


class TestMore:
    def test_is_what_follows_in_the_passage_and_then_the_next(self):
        found = chat("What did Carl Quill reply?", "tell me more")
        assert [found.text_of(quote) for quote in found.quotes][:1] != []
        assert found.footnotes[0].passage.paragraph in {2, 3}

    def test_at_the_end_of_the_article_is_nothing(self):
        found = chat("Who else came to the meeting in the town hall?", "go on")
        assert found.reason == Reason("nothing more")

    def test_without_a_conversation_is_a_question_like_any(self):
        assert chat("tell me more").reason != Reason("nothing more")


PARTS = """The talks

What they agreed on with the islands

Common threats. The police of both will share what they know of the smugglers of the northern coast.

Fishing. The boats of both may fish for cod off the reef until the end of the year, and no longer.

The joint patrols were halted in 2016 when a boat of the islands was rammed.

They had cost both sides a lot, because fuel is dear and the coast of the islands is long and empty.

What they agreed on with the mainland

Common threats. Smoke from the burning moors will be watched for by both, from four new towers.

Fishing. Nothing was agreed on, and the boats of the mainland stay away from the reef.
"""


def last_shown(*messages):
    dialogue = Dialogue(Library.of([read_text(PARTS, "parts.md")]))
    session = Session()
    for message in messages:
        reply = dialogue.reply(session, message, always=True)
        session = reply.session
    return reply.answer.text_of(reply.answer.quotes[0])


def test_and_another_asks_for_the_same_matter_under_the_same_heading():
    first = "What do they do about common threats with the islands?"
    assert "smugglers" in last_shown(first)
    assert "Smoke" in last_shown(first, "and the mainland?")


def test_and_another_matter_asks_for_what_stands_under_its_heading_in_the_same_section():
    first = "What do they do about common threats with the islands?"
    assert "cod" in last_shown(first, "and fishing?")


def test_and_another_is_not_looked_for_under_the_heading_of_its_section():
    first = "What do they do about common threats with the islands?"
    assert "Smoke" in last_shown(first, "and the mainland?")


STRIKE = """The tram strike

The drivers of Oldport called the strike because their wages had not risen for three years.

The company has offered them a single payment, which they refused.

Pupils walk to school, and the shops of the centre are empty.

They agreed to speak of the pay again when a mediator has been found.
"""
ARENA = """The arena

The council of Newport has bought the plot for the arena, which opens in May 2030.

They agreed on the pay of the builders in April.
"""


def cited_title(*messages):
    dialogue = Dialogue(Library.of([read_text(STRIKE, "strike.txt"), read_text(ARENA, "arena.txt")]))
    session = Session()
    for message in messages:
        reply = dialogue.reply(session, message, always=True)
        session = reply.session
    return reply.answer.footnotes[0].article.title


@pytest.mark.parametrize("message", ["and what did they agree on pay?", "what did they agree on pay?"])
def test_a_follow_up_without_a_name_stays_within_the_article(message):
    assert cited_title("Who called the strike?", message) == "The tram strike"


@pytest.mark.parametrize(
    "message", ["When does Newport open it?", "When was the builders’ pay agreed on by them in full?"]
)
def test_a_question_with_words_of_its_own_before_its_pronoun_may_leave_the_article(message):
    assert cited_title("Who called the strike?", message) == "The arena"


def test_why_is_answered_by_the_sentence_shown_where_that_tells_upon_what_it_happened():
    assert "rammed" in last_shown("When were the joint patrols halted?", "why?")


SPEECHES = """The mole

The quarrel about the mole of Oldport is about who pays for it, and it is ten years old.

The skipper Dora Fisk, whose boat was hit by the mole, sold it. The sea, Dora Fisk said, is patient.
The mayor, Ben Oak, had it photographed.

Ben Oak arrived at the harbour of Oldport by the early train on Monday. The mole was wet.

Carl Quill, an engineer, explained that stone is cheaper than steel, and Ben Oak thanked him.
"""


def spoken(*messages):
    dialogue = Dialogue(Library.of([read_text(SPEECHES, "mole.txt")]))
    session = Session()
    for message in messages:
        reply = dialogue.reply(session, message, always=True)
        session = reply.session
    return " ".join(reply.answer.text_of(quote) for quote in reply.answer.quotes)


class TestWhomAFollowUpNames:
    @pytest.mark.parametrize("message", ["what did Dora Fisk say?", "what did Fisk say about it?"])
    def test_is_answered_by_what_that_one_says(self, message):
        assert "patient" in spoken("What is the quarrel about the mole about?", message)

    def test_is_answered_by_what_was_not_shown_yet(self):
        assert "hit by the mole" not in spoken("Who sold the boat that was hit?", "what did Fisk say?")

    def test_is_asked_for_words_where_the_one_before_was(self):
        assert "cheaper" in spoken("Who sold the boat that was hit?", "what did Fisk say?", "and Carl Quill?")

    def test_is_not_answered_by_the_passage_shown_that_does_not_have_that_one(self):
        first = "When did Oak arrive at the harbour of Oldport by the early train?"
        assert "Monday" in spoken(first)
        assert "Monday" not in spoken(first, "and Quill?")
