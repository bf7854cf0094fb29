import json

import pytest

from index.tables import data_file, english_line, english_words, table

NAMES = sorted(
    entry.name.removesuffix(".json") for entry in data_file().iterdir() if entry.name.endswith(".json")
)


def test_a_data_file_is_found_by_its_parts():
    assert data_file("articles", "seoul-summit.txt").read_bytes().startswith(b"EN|FR|RU")


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_an_object_that_tells_its_source(name):
    assert table(name)["source"]


@pytest.mark.parametrize("name", NAMES)
def test_no_key_stands_twice_in_a_table(name):
    def once(pairs):
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    json.loads(data_file(f"{name}.json").read_text(encoding="utf-8"), object_pairs_hook=once)


def test_a_table_is_read_once():
    assert table("languages") is table("languages")


def test_the_words_of_a_list_are_read_once_in_lower_case():
    words = english_words("verbs")
    assert words is english_words("verbs")
    assert {"refuse", "pay"} <= words == {word.lower() for word in words}


def test_a_table_that_is_not_there_is_an_error():
    with pytest.raises(FileNotFoundError):
        table("nothing")


@pytest.mark.parametrize(("name", "mark"), [("synonyms", " "), ("thesaurus", " | ")])
class TestEnglishLine:
    def test_every_line_is_found_by_its_beginning(self, name, mark):
        lines = data_file("english", f"{name}.txt").read_text(encoding="utf-8").splitlines()
        for line in [*lines[::50], lines[-1]]:
            word, _, others = line.partition(mark)
            assert english_line(name, word + mark) == others

    @pytest.mark.parametrize("word", ["", "0", "qwxyz", "zzzzz", "zürich"])
    def test_where_none_begins_so_there_is_nothing(self, name, mark, word):
        assert english_line(name, word + mark) == ""

    def test_the_lines_are_in_order(self, name, mark):
        lines = data_file("english", f"{name}.txt").read_bytes().splitlines(keepends=True)
        assert lines == sorted(lines)
        assert all(line.endswith(b"\n") and mark.encode() in line for line in lines)
