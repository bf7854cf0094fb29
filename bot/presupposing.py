"""What a question takes for granted: "why did China refuse the meeting?" supposes that China refused it."""

import re
from collections.abc import Collection
from functools import cache

from index.tables import english_words, table

_ASKS = re.compile(
    r"\W*(?:so |and |but )?(?:why|when|how|where|since when|(?:in|on|at) (?:which|what) \w+)\s+"
    r"(?P<auxiliary>did|was|were)\s+(?P<rest>.+?)[\s?!.]*",
    re.IGNORECASE,
)
_VOWELS = "aeiou"
_UNCHANGED = frozenset(
    (
        "bet",
        "burst",
        "cast",
        "cost",
        "cut",
        "hit",
        "hurt",
        "let",
        "put",
        "quit",
        "read",
        "rid",
        "set",
        "shed",
        "shut",
        "split",
        "spread",
        "thrust",
        "upset",
    )
)


def supposed(message: str, unfound: Collection[str]) -> str | None:
    """Return what an English question supposes to have happened; None unless its verb is `unfound`.

    `unfound` are words of the question, in lower case, that the nearest passage does not have. The verb is
    the first word behind the subject that is mostly a verb ("did") or a participle ("was").

    >>> supposed("Why did China refuse the meeting?", {"refuse"})
    'China refused the meeting'
    >>> supposed("When was the harbour closed by the mayor?", {"closed"})
    'the harbour was closed by the mayor'
    """
    asks = _ASKS.fullmatch(message)
    if asks is None:
        return None
    words = asks["rest"].split()
    is_verb = verbs().__contains__ if asks["auxiliary"].casefold() == "did" else _is_participle
    at = next((n for n, word in enumerate(words) if n and is_verb(word)), None)
    if at is None or words[at] not in unfound:
        return None
    subject, verb, rest = words[:at], words[at], words[at + 1 :]
    if not rest and asks["auxiliary"].casefold() != "did" and not message.casefold().startswith("why"):
        return None  # "where was she born?" takes nothing for granted
    if asks["auxiliary"].casefold() == "did":
        return " ".join((*subject, past(verb.casefold()), *rest))
    return " ".join((*subject, asks["auxiliary"].casefold(), verb, *rest))


def past(verb: str) -> str:
    """Return the past tense of an English verb.

    >>> past("refuse"), past("deny"), past("stop"), past("visit"), past("write")
    ('refused', 'denied', 'stopped', 'visited', 'wrote')
    """
    forms = _irregular().get(verb)
    if forms:
        return forms
    if verb in _UNCHANGED:
        return verb
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ied"
    is_short = len(re.findall(f"[{_VOWELS}]+", verb)) == 1 and verb[-2:-1] in _VOWELS
    if is_short and verb[-1] not in _VOWELS + "wxy" and verb[-3:-2] not in _VOWELS:
        return verb + verb[-1] + "ed"
    return verb + "ed"


def verbs() -> frozenset[str]:
    """Return the English words, in lower case, that are more often verbs than anything else."""
    return english_words("verbs")


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or table("irregular")["en"].get(word) in verbs()


@cache
def _irregular() -> dict[str, str]:
    """Return the past tense of irregular verbs: of the forms in the table the first that is no participle."""
    found: dict[str, list[str]] = {}
    for form, verb in table("irregular")["en"].items():
        if not form.endswith(("ing", "s", "n", "ne")):
            found.setdefault(verb, []).append(form)
    return {verb: min(forms) for verb, forms in found.items()}
