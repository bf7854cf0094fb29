"""What the bot says in its own words: the phrases of `data/phrases.json`, in a language."""

from collections.abc import Sequence

from bot.models import Note, Reason
from index.tables import table

LANGUAGES = ("en", "fr", "de", "es", "ru")
"""The languages that the bot speaks."""

_LINK = {"not together": "and"}  # what is not there is "this or that"


def phrase(name: str, language: str = "en", /, **fields: object) -> str:
    """Return a phrase with its fields filled in; in English where there is none in the language.

    >>> phrase("read as", word="NK", meant="North Korea")
    'NK read as North Korea'
    """
    phrases = table("phrases")
    text = phrases.get(language, {}).get(name) or phrases["en"][name]
    return str(text).format(**fields)


def reason_text(reason: Reason, language: str = "en") -> str:
    """Return in plain words why there is no answer.

    >>> reason_text(Reason("not mentioned", ("Putin", "Paris")))
    'The article does not mention Putin or Paris.'
    """
    words = listed(reason.words, phrase(_LINK.get(reason.kind, "or"), language))
    is_one = reason.of == "one" or reason.kind in {"nothing more", "no articles"}
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
