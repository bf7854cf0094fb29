import pytest

from index.headings import find_run_ins, is_heading_line, reads_as_heading

REST = "The two towns pay for one half of it and the province for the other half."


def run_ins(*paragraphs, language="en"):
    """Return the run-in heading of each paragraph and how its sentences begin; None where it has none."""
    found = find_run_ins(paragraphs, language)
    return [
        (text[: found[n].end], text[found[n].body_start :][:8]) if n in found else None
        for n, text in enumerate(paragraphs)
    ]


class TestLines:
    @pytest.mark.parametrize(
        "line", ["Who pays", "Who pays?", "Costs:", "Fans, fires and patience", " Next steps "]
    )
    def test_a_short_line_that_does_not_end_as_a_sentence_can_be_a_heading(self, line):
        assert is_heading_line(line)

    @pytest.mark.parametrize("line", ["", "«»", "He left.", "One, two,", "He paused …", "word " * 15, REST])
    def test_no_other_line_can(self, line):
        assert not is_heading_line(line)


class TestRunIns:
    def test_a_colon_is_evidence_by_itself(self):
        assert run_ins(REST, f"Costs: {REST}") == [None, ("Costs", "The two ")]

    @pytest.mark.parametrize("mark", [".", " —", " –", ":"])
    def test_every_mark_counts_in_company_and_is_no_part_of_the_heading(self, mark):
        found = run_ins(f"Security{mark} {REST}", f"The economy{mark} {REST}")
        assert found == [("Security", "The two "), ("The economy", "The two ")]

    @pytest.mark.parametrize("mark", [".", " —", ",", ""])
    def test_a_weaker_mark_than_a_colon_does_not_count_alone(self, mark):
        assert run_ins(REST, f"Security{mark} {REST}") == [None, None]

    def test_the_weakest_count_where_the_words_are_set_more_strongly_elsewhere(self):
        found = run_ins(
            f"Security: {REST}", f"Costs: {REST}", "Security, Yoon and Kishida pledged to do more."
        )
        assert found[2] == ("Security", "Yoon and")

    def test_without_a_mark_a_word_must_follow_that_has_a_capital_only_where_a_sentence_begins(self):
        found = run_ins(
            f"Security: {REST}", f"Costs: {REST}", f"Economy {REST}", "Economy Minister Quill left us."
        )
        assert found[2:] == [("Economy", "The two "), None]

    def test_a_name_with_an_article_is_not_such_a_word(self):
        hague = "The Hague has a court that will hear both of the towns."
        found = run_ins(f"Security: {REST}", f"Costs: {REST}", hague, f"Peace {hague}", f"Peace {REST}")
        assert found[2:] == [None, None, ("Peace", "The two ")]

    @pytest.mark.parametrize(
        "opening",
        [
            "He said:",
            "What they did:",
            "The end of the:",
            "Of the bridge:",
            "One two three four five six seven eight:",
        ],
    )
    def test_a_clause_a_torn_phrase_or_a_long_one_is_no_heading(self, opening):
        assert run_ins(f"{opening} {REST}") == [None]

    @pytest.mark.parametrize(
        "words",
        [
            "A quarrel over water",
            "The other side",
            "Security issues in the ports",
            "Working hours",
            "Peace talks",
            "Life after Brooks and Adams",
            "The broken promise",
            "Unanswered questions",
        ],
    )
    def test_a_phrase_is_a_heading_whatever_stands_between_its_nouns(self, words):
        assert run_ins(f"{words}. {REST}", f"Costs. {REST}")[0] == (words, "The two ")

    @pytest.mark.parametrize(
        "sentence",
        [
            "Prices rose.",
            "Quill refuses to take sides.",
            "The plan includes an arch.",
            "Unions want more money.",
            "Trains no longer stop.",
            "The money comes from a fund.",
            "The valley belongs to nobody.",
            "Agencies respond.",
        ],
    )
    def test_a_short_sentence_is_none(self, sentence):
        assert run_ins(f"{sentence} {REST}", f"Costs. {REST}", f"Pay. {REST}")[0] is None

    @pytest.mark.parametrize(
        "words",
        [
            "Who pays",
            "What comes next",
            "What it did to the valley",
            "How was it read",
            "What has been done",
            "How it began and ended",
            "Where the money will go",
        ],
    )
    def test_a_question_that_ends_as_a_sentence_is_one(self, words):
        assert run_ins(f"{words}. {REST}", f"Costs. {REST}")[0] == (words, "The two ")

    @pytest.mark.parametrize(
        "opening",
        [
            "Who pays?",
            "Who pays is unclear.",
            "What is new is the price.",
            "When the ferry sank forty people died.",
            "Which is why it failed.",
            "What a day.",
            "How one two three four five six seven.",
        ],
    )
    def test_one_that_asks_or_begins_a_sentence_or_is_long_is_none(self, opening):
        assert run_ins(f"{opening} {REST}", f"Costs. {REST}", f"Pay. {REST}")[0] is None

    def test_a_question_before_a_colon_counts_where_it_is_set_more_strongly_elsewhere(self):
        found = run_ins(f"How it was read: Quill {REST}", f"How it was read. Quill {REST}", f"Costs: {REST}")
        assert found[0] == ("How it was read", "Quill Th")

    def test_before_a_small_letter_three_colons_are_labels_of_paragraphs(self):
        small = REST.replace("The", "the")
        labelled = [f"Pay: {small}", f"Working hours: {small}", f"Safety: {REST}"]
        assert run_ins(*labelled) == [
            ("Pay", "the two "),
            ("Working hours", "the two "),
            ("Safety", "The two "),
        ]
        assert run_ins(*labelled[:2]) == [None, None]

    @pytest.mark.parametrize("opening", ["Quill replied:", "Quill argues:"])
    def test_who_speaks_is_none(self, opening):
        assert run_ins(f"{opening} “{REST}”") == [None]
        assert run_ins(f"The bridge: “{REST}”") == [("The bridge", "“The two")]

    def test_hardly_anything_behind_it_makes_no_heading(self):
        assert run_ins("Costs: Two million crowns.") == [None]

    def test_another_language_has_its_own_words(self):
        rest = "Le conseil a voté la somme dans la nuit de mardi à mercredi."
        assert run_ins(f"Le coût : {rest}", language="fr") == [("Le coût", rest[:8])]
        found = run_ins(f"Le coût. {rest}", f"La suite. {rest}", language="fr")
        assert found == [("Le coût", rest[:8]), ("La suite", rest[:8])]

    def test_no_paragraphs_have_no_headings(self):
        assert find_run_ins([], "en") == {}


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [
        ("What comes next.", True),
        ("A quarrel over water.", True),
        ("What comes next?", False),
        ("A quarrel over water", False),
        ("The quarrel was over water.", False),
        ("A long quarrel over the water of the other valley.", False),
    ],
)
def test_a_sentence_reads_as_a_heading_if_it_is_none_but_has_a_full_stop(sentence, is_one):
    assert reads_as_heading(sentence, "en") is is_one
