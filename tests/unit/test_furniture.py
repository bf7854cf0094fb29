import pytest

from index.furniture import ends_sentence, is_prose, mark_furniture

PROSE = "It rained on Monday, and the bridge was closed to carts again."


@pytest.mark.parametrize(
    "line",
    [
        "EN|FR|RU",
        "Home | World | Business",
        "Home » World » Bridges",
        "Follow us on:",
        "Follow us on X",
        "Share",
        "Partager",
        "Advertisement",
        "Comments (14)",
        "14 comments",
        "Photo: Ben Stone",
        "The mole from the quay. Photo: Ben Stone",
        "The mole from the quay Photo: Ben Stone",
        "Read more: Why the mill is looking for an owner",
        "Lire aussi : Le pont restera fermé",
        "Читайте также: Мост закрыт",
        "© 2022 The Lantern. All rights reserved",
        "Terms of use | Privacy policy",
        "We use cookies to make this site better. By continuing you accept our policy.",
        "Diese Website verwendet Cookies, um Ihnen den besten Service zu bieten.",
    ],
)
def test_what_a_page_prints_around_an_article_is_furniture(line):
    assert mark_furniture([line]) == [True]


@pytest.mark.parametrize(
    "line",
    [
        PROSE,
        "Who pays",
        "Share the costs",
        "The court ruled that a site has to ask before it sets cookies that are not needed.",
        "Read more books, she said",
        "Whoever wants to read more on this topic of gates will find a whole corner of the sheet.",
        "Subscribe to the idea that a bridge is never finished, and you will be happy.",
        "She put it in one image: a bridge.",
        "They agreed to share this. Nobody wanted to follow us.",
        "« Oui » dit-il.",
        "»Ja« und »Nein«",
    ],
)
def test_the_same_words_in_the_article_are_not(line):
    assert mark_furniture([line]) == [False]


def test_links_behind_a_list_header_are_furniture_up_to_the_next_running_text():
    page = ["Related articles", "A bridge too far", "Who owns the mill?", PROSE, "A bridge too far"]
    assert mark_furniture(page) == [True, True, True, False, False]


def test_one_link_stands_behind_a_header_of_one():
    assert mark_furniture(["Read more", "A bridge too far", "Who pays"]) == [True, True, False]


def test_running_text_behind_a_header_is_no_link():
    assert mark_furniture(["More on this topic", PROSE]) == [True, False]


def test_an_empty_page_has_no_furniture():
    assert mark_furniture([]) == []


@pytest.mark.parametrize(
    ("line", "is_running"),
    [
        (PROSE, True),
        ("“I would not pay for it.”", True),
        ("He left.", False),
        ("Who owns the mill below the bridge?", False),
        ("word " * 26, True),
        ("word " * 25, False),
    ],
)
def test_running_text_ends_as_a_sentence_or_is_too_long_for_a_title(line, is_running):
    assert is_prose(line) == is_running


@pytest.mark.parametrize(
    "line", ["He left.", "“He left.” ", "He left …", "(He left!)", "他走了。", "Il part ?"]
)
def test_a_sentence_ends_with_its_mark_inside_quotation_marks_or_brackets_or_not(line):
    assert ends_sentence(line)


@pytest.mark.parametrize("line", ["He left", "He left:", "He left,", ""])
def test_no_other_mark_ends_one(line):
    assert not ends_sentence(line)
