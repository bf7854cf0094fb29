"""Who an article names, with their roles."""

import pytest

from index.people import Person, bearer, is_speaking, likeliest_bearer, people, person_nouns


@pytest.mark.parametrize(
    ("text", "name", "roles"),
    [
        ("Then President Ada Quill spoke.", "Ada Quill", ("President",)),
        ("Later the Danish president Ada Quill spoke.", "Ada Quill", ("Danish president",)),
        (
            "Then Danish Ambassador to South Korea Ada Quill spoke.",
            "Ada Quill",
            ("Danish Ambassador of South Korea",),
        ),
        ("It was Ada Quill, a skipper from Esbjerg, who knew.", "Ada Quill", ("skipper from Esbjerg",)),
        ("It was Ada Quill, who heads the harbour board.", "Ada Quill", ("head of the harbour board",)),
        ("The managing director, Ada Quill, was glad.", "Ada Quill", ("managing director",)),
        (
            "So said the head of the owners’ association, Ada Quill.",
            "Ada Quill",
            ("head of the owners’ association",),
        ),
        ("She was Harbour Board Chairwoman Ada Quill.", "Ada Quill", ("Harbour Board Chairwoman",)),
        ("They met Sanne de Vries, their coach, there.", "Sanne de Vries", ("coach",)),
        ("“No,” said Fumio Tanak. Tanak told us so.", "Fumio Tanak", ()),
    ],
)
def test_a_person_is_told_by_a_role_beside_the_name_or_by_speaking(text, name, roles):
    assert [(person.name, person.roles) for person in people([text])] == [(name, roles)]


@pytest.mark.parametrize(
    "text",
    [
        "The Harbour Board said no.",
        "They went to South Korea, a republic.",
        "Two firms, North Line and Pentland Seaways, have shown interest.",
        "THE NEW PRESIDENT ADA QUILL",
        "Mr Quill was there.",
    ],
)
def test_a_body_a_place_or_a_surname_alone_is_no_person(text):
    assert people([text]) == ()


def test_two_spellings_of_a_name_are_one_person_under_the_first():
    found = people(["President Yoon Suk-yeol came.", "South Korean president Yoon Seok-yeol left."])
    assert found == (Person("Yoon Suk-yeol", ("President", "South Korean president")),)


def test_a_surname_with_a_title_is_the_one_person_who_has_it():
    assert people(["We met Ada Quill, a skipper.", "Then Mayor Quill came."])[0].roles == ("skipper", "Mayor")


def test_a_surname_of_two_is_neither():
    texts = ["We met Ada Quill, a skipper.", "We met Ben Quill, a pilot.", "Then Mayor Quill came."]
    assert [person.roles for person in people(texts)] == [("skipper",), ("pilot",)]


def test_another_spelling_alone_is_taken_for_the_one_person_before_it():
    (person,) = people(["Then Premier Li Qiang came.", "Lee and his host agreed."])
    assert person.spellings == ("Lee",)


def test_but_not_where_somebody_before_it_bears_it_as_printed():
    found = people(["Then Premier Li Qiang came, and Chairman Lee Jae-yong.", "Lee agreed."])
    assert [person.spellings for person in found] == [(), ()]


def test_a_title_that_is_a_stop_word_is_no_office():
    (person,) = people(["It was Ada Quill, Sir Ben Stone, who knew."])
    assert (person.roles, person.offices, person.beside) == (("Sir Ben Stone",), (), frozenset())


class TestBearer:
    KNOWN = people(
        [
            "The Greek ambassador Stavros Lemos came.",
            "The Danish ambassador Ada Quill came.",
            "Mayor Ben Oak came.",
        ]
    )

    def test_is_the_one_with_the_role(self):
        assert bearer(frozenset({"mayor"}), [], self.KNOWN).name == "Ben Oak"

    def test_is_nobody_where_two_have_it(self):
        assert bearer(frozenset({"ambassador"}), [], self.KNOWN) is None

    def test_is_told_by_what_stands_beside_the_role(self):
        assert bearer(frozenset({"ambassador"}), [frozenset({"greek"})], self.KNOWN).name == "Stavros Lemos"

    def test_is_nobody_where_that_contradicts(self):
        assert bearer(frozenset({"mayor"}), [frozenset({"greek"})], self.KNOWN) is None


class TestLikeliestBearer:
    KNOWN = people(
        [
            "The Greek ambassador Stavros Lemos came.",
            "The Greek premier Ada Quill came.",
            "Hanna Oda, who works at the Institute of Tides, came.",
        ]
    )
    GREEK = (frozenset({"greek"}),)

    def test_is_the_one_whose_own_noun_is_nearest(self):
        assert likeliest_bearer("diplomat", self.GREEK, self.KNOWN).name == "Stavros Lemos"

    def test_is_the_one_of_whom_it_is_told(self):
        assert likeliest_bearer("scientist", [frozenset({"tide"})], self.KNOWN).name == "Hanna Oda"

    def test_is_nobody_where_it_is_told_of_nobody(self):
        assert likeliest_bearer("diplomat", [frozenset({"dutch"})], self.KNOWN) is None

    def test_is_nobody_where_nothing_tells_which_one(self):
        assert likeliest_bearer("diplomat", [], self.KNOWN) is None

    def test_is_nobody_where_two_are_as_likely(self):
        assert likeliest_bearer("waiter", self.GREEK, self.KNOWN) is None


def test_a_word_with_a_capital_that_only_begins_a_sentence_is_no_spelling():
    (person,) = people(["Then Chairman Tae Ho came.", "The sea was calm.", "They left."])
    assert person.spellings == ()


def test_nouns_for_persons_are_no_adjectives():
    assert {"minister", "skipper", "head", "premier"} <= person_nouns()
    assert not {"national", "private", "have"} & person_nouns()


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [
        ("The chairwoman, Ada Quill, was glad.", "she"),
        ("The skipper Ada Tanak spoke. Mrs. Tanak was glad.", "she"),
        ("The spokesman Ada Quill spoke.", "he"),
        ("The skipper Ada Tanak spoke. Mr Tanak was glad.", "he"),
        ("The skipper Ada Quill spoke.", None),
        ("The ombudsman Ada Quill spoke.", None),
        ("The chairwoman Ada Tanak spoke. Mr Tanak was glad.", None),
    ],
)
def test_a_pronoun_is_told_by_a_role_or_a_form_of_address(text, pronoun):
    assert [person.pronoun for person in people([text])] == [pronoun]


def test_a_surname_with_a_form_of_address_is_whose_it_is_as_printed():
    found = people(["The skipper Ada Halvorsen met the baker Ben Halvarsson. Mr Halvarsson was glad."])
    assert [(person.name, person.courtesies) for person in found] == [
        ("Ada Halvorsen", ()),
        ("Ben Halvarsson", ("mr",)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quill said that it rains.", True),
        ("“It rains,” said Ada Quill.", True),
        ("According to Quill it rains.", True),
        ("“It rains,” Ben Oak said to Quill.", False),
        ("Quill left.", False),
    ],
)
def test_who_speaks_stands_beside_a_verb_of_saying(text, expected):
    known = (Person("Ada Quill"), Person("Ben Oak"))
    assert is_speaking(known[0], text, known) is expected
