import pytest

from index.bylines import introduces_author, name_alone, parse_byline, read_dates


@pytest.mark.parametrize(
    ("line", "author", "date"),
    [
        ("Konstantin Asmolov, July 03", "Konstantin Asmolov", "July 03"),
        ("By Ada Quill", "Ada Quill", None),
        ("By  Ada\tQuill, 4 May", "Ada Quill", "4 May"),
        ("Ada Quill — 3 February", "Ada Quill", "3 February"),
        ("ADA QUILL, Published 3 May", "ADA QUILL", "3 May"),
        ("Written by Ludwig van Beethoven", "Ludwig van Beethoven", None),
        ("By Ada Quill | 4 May 2020 | 5 min read", "Ada Quill", "4 May 2020"),
        ("Published 14 March 2022", None, "14 March 2022"),
        ("Published 27.09.2021, 06:12. Updated 11:40", None, "27.09.2021"),
        ("Monday, 4 May 2020", None, "4 May 2020"),
        ("4 May 2020, 10:30", None, "4 May 2020"),
        ("2023-05-04", None, "2023-05-04"),
        ("04.05.2023", None, "04.05.2023"),
        ("May 2023", None, "May 2023"),
        ("Par Maëlle Cordavin, le 12 mai", "Maëlle Cordavin", "12 mai"),
        ("Von Ada Quill, 3. März 2021", "Ada Quill", "3. März 2021"),
        ("Por Ada Quill, 4 de mayo de 2020", "Ada Quill", "4 de mayo de 2020"),
        ("Автор: Ада Квилл, 4 мая", "Ада Квилл", "4 мая"),
    ],
)
def test_author_and_date_are_taken_as_printed(line, author, date):
    assert parse_byline(line) == (author, date)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Water, Stone",
        "By the river, nobody knew",
        "By 2030",
        "May Day",
        "In May the bridge fell.",
        "On 4 May 2020 the bridge fell",
        "A line that has a name, Ada Quill, and a date, 4 May, but far too many other words for a byline",
        f"By Ada {'Q' * 150}",
    ],
)
def test_a_line_with_anything_else_in_it_is_no_byline(line):
    assert parse_byline(line) is None


@pytest.mark.parametrize("line", ["10:30", "5 min read"])
def test_a_time_alone_is_no_byline(line):
    assert parse_byline(line) is None


@pytest.mark.parametrize(
    ("line", "is_name"),
    [
        ("Ada Quill", True),
        ("Ada Quill and Ben Stone", True),
        ("Ludwig van Beethoven", True),
        ("Ada", False),
        ("The bridge", False),
        ("Why Ada Left?", False),
        ("Apollo 13 Landed", False),
    ],
)
def test_a_name_is_of_two_words_with_capitals_and_nothing_else(line, is_name):
    assert name_alone(line) == is_name


@pytest.mark.parametrize(
    ("line", "author", "is_about"),
    [
        ("Ada Quill is a writer who lives in Osterby.", "Ada Quill", True),
        ("Ada Quill, a fellow of the Institute of Bridges", "Ada Quill", True),
        ("Ben Stone teaches at the school of Osterby.", "Ada Quill and Ben Stone", True),
        ("About the author: she has written two books.", None, True),
        ("Ada Quill said no.", "Ada Quill", False),
        ("Ada Quill is a writer who lives in Osterby.", None, False),
        ("The old stone bridge of which Ada Quill is the owner was closed.", "Ada Quill", False),
    ],
)
def test_a_line_that_begins_with_the_author_and_says_who_that_is_is_told(line, author, is_about):
    assert introduces_author(line, author) == is_about


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 3 May 2023, or in July 2024", [(2023, 5, 3), (2024, 7, None)]),
        ("May 3", [(None, 5, 3)]),
        ("3rd sept. 2023", [(2023, 9, 3)]),
        ("2023-05-03T06:30:00Z", [(2023, 5, 3)]),
        ("03.05.2023, 2023-05-03", [(2023, 5, 3), (2023, 5, 3)]),  # with dots the day comes first
        ("27.09.2021.", [(2021, 9, 27)]),
        ("03/05/2023", []),  # the third of May, or the fifth of March
        ("27/09/2021 or 9/27/2021", [(2021, 9, 27), (2021, 9, 27)]),
        ("31.13.2021, 2023-45-12, 1.2.21", []),
        ("in May, or in 2023, as they may", []),
        ("", []),
    ],
)
def test_dates_of_a_text_are_read(text, dates):
    assert [(date.year, date.month, date.day) for date in read_dates(text)] == dates


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("May 3", "3 May 2023", True),
        ("May 2023", "2023-05-03", True),
        ("3 May 2022", "3 May 2023", False),
        ("3 June 2023", "3 May 2023", False),
        ("4 May", "3 May 2023", False),
    ],
)
def test_dates_agree_where_nothing_that_both_tell_differs(one, other, agree):
    (mine,), (theirs,) = read_dates(one), read_dates(other)
    assert mine.agrees(theirs) == theirs.agrees(mine) == agree
