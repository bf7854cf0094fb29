"""What the bot says in its own words."""

import ast
from itertools import product
from pathlib import Path
from string import Formatter

import pytest

import index
from bot.models import Note, Reason
from bot.phrases import LANGUAGES, note_text, notes_text, phrase, problem_text, reason_text
from index.errors import LibraryError, ReadingError, UnknownArticleError, UnknownPassageError
from index.tables import table


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("not mentioned", ("Putin",)), "The article does not mention Putin."),
        (Reason("not mentioned", ("a", "b", "c"), "several"), "The articles do not mention a, b or c."),
        (Reason("not together", ("Li", "Xi")), "The article does not speak of Li and Xi in that connection."),
        (Reason("says nothing about", ("fish",), "several"), "The articles say nothing about fish."),
        (Reason("does not say that", ("he left",)), "The article does not say that he left."),
        (Reason("nothing more"), "The article ends there."),
        (Reason("does not say"), "The article does not say."),
        (Reason("only linked"), "The page only links to that; the article does not say."),
        (Reason("does not say", (), "several"), "The articles do not say."),
        (Reason("no articles"), "There are no articles; `footnote read PATH` adds one."),
    ],
)
def test_a_reason_is_one_plain_sentence(reason, text):
    assert reason_text(reason) == text


def test_words_that_stand_twice_are_told_once():
    assert reason_text(Reason("not mentioned", ("Putin", "Putin"))) == "The article does not mention Putin."


def test_notes_are_told_in_a_row():
    notes = (Note("read as", "NK", "North Korea"), Note("carried", "he", "Li Qiang"))
    assert notes_text(notes) == "NK read as North Korea; he: Li Qiang"
    assert notes_text(()) == ""


def test_a_language_without_a_phrase_has_the_english_one():
    assert phrase("does not say", "xx") == phrase("does not say")
    assert note_text(Note("read as", "NK", "North Korea"), "xx") == "NK read as North Korea"


def test_no_language_has_a_phrase_that_english_lacks():
    languages = {code: set(entry) for code, entry in table("phrases").items() if code != "source"}
    assert all(names <= languages["en"] for names in languages.values())


def fields(text):
    texts = text.values() if isinstance(text, dict) else [text]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("code", "counted"),
    [
        ("en", {0: "0 articles", 1: "1 article", 2: "2 articles"}),
        ("fr", {0: "0 article", 1: "1 article", 2: "2 articles"}),
        ("de", {1: "1 Artikel", 2: "2 Artikel"}),
        ("es", {0: "0 artículos", 1: "1 artículo", 21: "21 artículos"}),
        ("ru", {0: "0 статей", 1: "1 статья", 2: "2 статьи", 5: "5 статей", 11: "11 статей"}),
        ("ru", {12: "12 статей", 14: "14 статей", 21: "21 статья", 104: "104 статьи", 111: "111 статей"}),
        ("tlh", {1: "1 article", 2: "2 articles"}),
    ],
)
def test_what_is_counted_has_the_form_of_its_number(code, counted):
    assert {count: phrase("articles", code, count=count) for count in counted} == counted


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_phrase_with_its_fields(code):
    phrases = table("phrases")
    assert phrases[code].keys() == phrases["en"].keys()
    assert [name for name, text in phrases["en"].items() if fields(text) != fields(phrases[code][name])] == []
    counted = [text for text in phrases[code].values() if isinstance(text, dict)]
    forms = {"one", "few", "many"} if code == "ru" else {"one", "other"}
    assert [text for text in counted if set(text) != forms] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_answers_a_press_and_what_describes_a_command_is_short_enough(code):
    phrases = table("phrases")[code]
    for name in ("noted", "what was wrong", "changed", "gone", "not kept", "old button", "asking all"):
        assert len(phrases[name]) <= 200
    assert len(phrases["asking one"]) + 120 <= 200
    assert all(3 <= len(text) <= 256 for name, text in phrases.items() if name.startswith("menu "))


# --- what is wrong ---


def problems_told():
    """Return what the sources of `index` say is wrong, {} for what is filled in."""
    found = set()
    for path in Path(index.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        }
        for node in ast.walk(tree):
            for told in said_in(node):
                found.update(texts(told, constants))
    return found


def said_in(node):
    """Return the expressions of a node that tell a problem."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"ReadingError", "LibraryError"}:
        return node.args[1:2]
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"problem", "too_large"}:
        return [node.value]
    if isinstance(node, ast.FunctionDef) and node.name == "_problem":
        return [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
    return []


def texts(node, constants):
    """Return the texts that an expression can have."""
    if isinstance(node, ast.IfExp):
        return [*texts(node.body, constants), *texts(node.orelse, constants)]
    if isinstance(node, ast.JoinedStr):
        parts = [texts(part, constants) or ["{}"] for part in node.values]
        return ["".join(chosen) for chosen in product(*parts)]
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        return [constants[node.value.id]] if node.value.id in constants else []
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_problem_is_told_in_every_language(code):
    known = table("problems")[code]
    told = problems_told()
    assert len(told) > 40
    assert told - known.keys() == set()
    assert [text for text, translation in known.items() if text.count("{}") != translation.count("{}")] == []


UNWRITABLE = "it cannot be written; set FOOTNOTE_LIBRARY to a folder that you may write to."
KEPT = "The articles are kept; FOOTNOTE_ENGINE=rank_bm25 asks them without an index."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ReadingError("a.jsonl, line 3", "cannot be read (no)."),
            "a.jsonl, Zeile 3: ist nicht zu lesen (no).",
        ),
        (
            ReadingError("a.jsonl, line 3", "cannot be read (no). And 4 more like it."),
            "a.jsonl, Zeile 3: ist nicht zu lesen (no). (Weitere Zeilen dieser Art: 4.)",
        ),
        (LibraryError("lib", f"{UNWRITABLE} {KEPT}"), "lib: {0} {1}"),
        (ReadingError("a.txt", "something new."), "a.txt: something new."),
        (UnknownArticleError("a"), "Dieser Artikel ist nicht mehr in der Bibliothek."),
        (UnknownPassageError("a-1", "gone"), "gone"),
    ],
    ids=["with its line", "with more like it", "with another in it", "unknown", "no article", "no passage"],
)
def test_a_problem_is_told_in_the_language_with_what_is_filled_in(error, told):
    german = table("problems")["de"]
    kept = german["{} " + KEPT].removeprefix("{} ")
    assert problem_text(error, "de") == told.format(german[UNWRITABLE], kept)
