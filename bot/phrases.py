"""What the bot says in its own words: the phrases of `data/phrases.json`, in a language.

What `index` says is wrong is English; `data/problems.json` has it in the others.
"""

import re
from collections.abc import Sequence
from functools import cache

from bot.models import Note, Reason
from index.errors import FootnoteError, LibraryError, ReadingError, UnknownArticleError
from index.tables import table

LANGUAGES = ("en", "fr", "de", "es", "ru")
"""The languages that the bot speaks."""

_LINK = {"not together": "and"}  # what is not there is "this or that"


def phrase(name: str, language: str = "en", /, *, count: int = 0, **fields: object) -> str:
    """Return a phrase with its fields filled in; in English where there is none in the language.

    One that counts something has a form for each kind of number; `count` is the number.

    >>> phrase("read as", word="NK", meant="North Korea"), phrase("passages", "ru", count=22)
    ('NK read as North Korea', '22 фрагмента')
    """
    phrases = table("phrases")
    spoken = language if name in phrases.get(language, {}) else "en"
    text = phrases[spoken][name]
    if isinstance(text, dict):
        text = text[_form(count, spoken)]
    return str(text).format(count=count, **fields)


def _form(number: int, language: str) -> str:
    """Return which form goes with a whole number.

    https://cldr.unicode.org/index/cldr-spec/plural-rules
    """
    if language == "ru":
        if number % 10 == 1 and number % 100 != 11:
            return "one"
        return "few" if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else "many"
    return "one" if number == 1 or (number == 0 and language == "fr") else "other"


def problem_text(error: FootnoteError, language: str = "en") -> str:
    """Return what an error says, in one line; in English where it is not known in the language.

    >>> problem_text(ReadingError("a.jsonl, line 2", "not a JSON object; write an article a line."), "de")
    'a.jsonl, Zeile 2: kein JSON-Objekt; schreiben Sie einen Artikel pro Zeile.'
    """
    if isinstance(error, ReadingError):
        return f"{_translated(error.source, language)}: {_translated(error.problem, language)}"
    if isinstance(error, LibraryError):
        return f"{error.path}: {_translated(error.problem, language)}"
    return phrase("article gone", language) if isinstance(error, UnknownArticleError) else str(error)


def _translated(text: str, language: str) -> str:
    """Return a text of `data/problems.json` in a language, and likewise what is filled in."""
    for pattern, translation in _translations(language):
        if match := pattern.fullmatch(text):
            return translation.format(*(_translated(filled, language) for filled in match.groups()))
    return text


@cache
def _translations(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the texts of a language, each behind the English that it is of; the plainest first."""
    known: dict[str, str] = table("problems").get(language, {})
    return [
        (re.compile(re.escape(text).replace(r"\{\}", "(.+)"), re.DOTALL), known[text])
        for text in sorted(known, key=lambda text: text.count("{}"))
    ]


def reason_text(reason: Reason, language: str = "en") -> str:
    """Return in plain words why there is no answer.

    >>> reason_text(Reason("not mentioned", ("Putin", "Paris")))
    'The article does not mention Putin or Paris.'
    """
    words = listed(reason.words, phrase(_LINK.get(reason.kind, "or"), language))
    is_one = reason.of == "one" or reason.kind in {"which article", "nothing more", "no articles"}
    return phrase(reason.kind if is_one else f"{reason.kind}, several", language, words=words)


def note_text(note: Note, language: str = "en") -> str:
    """Return in plain words what a word of the question was taken for.

    >>> note_text(Note("carried", "he", "Li Qiang"))
    'he: Li Qiang'
    """
    return phrase(note.kind, language, word=note.word, meant=note.meant)


def notes_text(notes: Sequence[Note], language: str = "en") -> str:
    """Return the notes in a row; "" if there are none."""
    return "; ".join(note_text(note, language) for note in notes)


def listed(words: Sequence[str], link: str) -> str:
    """Return the words in a row, once each; "" if there are none.

    >>> listed(["a", "b", "c", "a"], "or")
    'a, b or c'
    """
    *first, last = dict.fromkeys(words) or ("",)
    return f"{', '.join(first)} {link} {last}" if first else last
