"""What a question takes for granted."""

import pytest

from bot.presupposing import past, supposed, verbs


@pytest.mark.parametrize(
    ("question", "unfound", "claim"),
    [
        ("Why did China refuse the meeting?", "refuse", "China refused the meeting"),
        ("why did the mayor quit", "quit", "the mayor quit"),
        ("When was the talk with Ada cancelled?", "cancelled", None),
        ("Why was the talk with Ada cancelled?", "cancelled", "the talk with Ada was cancelled"),
        ("How did Ada ask for the bridge to be closed?", "ask", "Ada asked for the bridge to be closed"),
    ],
)
def test_is_its_clause_in_the_past(question, unfound, claim):
    assert supposed(question, {unfound}) == claim


@pytest.mark.parametrize(
    ("question", "unfound"),
    [
        ("Why did China refuse the meeting?", "meeting"),  # not the verb
        ("What did China refuse?", "refuse"),
        ("Did China refuse the meeting?", "refuse"),  # it supposes nothing, it asks
        ("Where was Ada born?", "born"),
        ("why?", "why"),
        ("", ""),
    ],
)
def test_is_nothing_where_its_verb_was_found_or_it_asks_otherwise(question, unfound):
    assert supposed(question, {unfound}) is None


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("play", "played"),
        ("try", "tried"),
        ("plan", "planned"),
        ("visit", "visited"),
        ("meet", "met"),
        ("go", "went"),
    ],
)
def test_the_past_of_a_verb(verb, told):
    assert past(verb) == told


def test_nouns_that_are_verbs_too_are_no_verbs():
    assert {"refuse", "go", "quit"} <= verbs()
    assert not {"company", "court", "firm"} & verbs()
