"""What the wording tells: the kind of answer that is asked for, turns of phrase, phone style written out."""

import re
from collections.abc import Mapping

from bot.models import AnswerType
from index.tables import table

_AMOUNTS = "many|much|big|large|often|cheap|expensive|strong"
_MEASURES = "far|deep|high|fast|tall|wide|heavy|thick"

_ASKS: tuple[tuple[str, AnswerType], ...] = (
    (rf"\bhow (?:{_AMOUNTS})\b|\bwhat (?:number|percentage|share|amount)\b", "how many"),
    (rf"\bhow (?:{_MEASURES})\b", "how far"),
    (r"\bhow old\b|\bwhat age\b", "how old"),
    (r"\bhow long\b", "how long"),
    (r"\bwhen\b|\b(?:what|which) (?:years?|dates?|days?|months?|time|week|decade)\b", "when"),
    (r"\bwhere\b|\b(?:what|which) (?:city|cities|country|countries|place|town|region)\b", "where"),
    (r"\bwho(?:m|se)?\b", "who"),
    (r"\bwhy\b|\bwhat (?:is|was) the reason\b|\bhow come\b", "why"),
    (r"\bhow\b", "how"),
)

_KIND_WORD = re.compile(
    r"\b(?:what|which)\s+(?:years?|dates?|days?|months?|time|week|decade|city|cities|country|countries|place|town|"
    r"number|percentage|share|amount|kind|sort|type|part)\b(?:\s+of\b)?|\b(?:what|which)\b|"
    r"\bhow\s+(?:many|much|long|often|old)\b(?:\s+times\b)?|\bwhat\s+age\b",
    re.IGNORECASE,
)
_SUBSTITUTION = re.compile(
    r"\W*(?:and|but|or|(?:and )?(?:what|how) about)\s+"
    r"(?:(?:in|on|with|for|from|to|at|by|about|of|the|a|an|his|her|their|its|that|those)\s+)*"
    r"[^\W_][\w'’.-]*(?:\s+[^\W_][\w'’.-]*){0,3}\W*",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:This|That|These|Those|He|She|They|His|Her|Their|Its|Such"
    r"|It(?! (?:is|was|will be) \w+(?:ed|en|t) (?:to|that)))\b"
)
_SOMEBODY = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their|theirs)\b", re.IGNORECASE)
_OF_ACT = re.compile(
    r"\W*(?:(?:so|and|but|is it true that)\s+)?(?:(?:why|when|where|how)\s+)?"
    r"(?:did|does|do|was|were|is|are|has|have|had|will|would|can|could|should)\b",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"\b(?:to|can|could|would|should|may|might|must)(?:\s+(?:not|also|now|soon|be|have to))*\s*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|who|what|when|where|why|how|which)\b",
    re.IGNORECASE,
)

_CONTRAST = re.compile(
    r"\b(?:compar\w*|contrast\w*|differ\w*|both|each(?! other)|respectively|versus|vs|"
    r"on (?:the )?one (?:side|hand)|and (?:of|with|what|how|in|by|from)|between)\b",
    re.IGNORECASE,
)
_COORDINATION = re.compile(
    r"(?-i:[^\W\d_a-z])[\w’'.-]*,? (?:and|or|&)(?: by| of| for| to| in)?(?: (?:the|its|a|an))?"
    r"(?: [a-z]+){0,3} (?-i:[^\W\d_a-z])",
    re.IGNORECASE,
)
_MUTUAL = re.compile(
    r"\b(?:meet\w*|met|talk\w*|agree\w*|discuss\w*|sign\w*|negotiat\w*|settle\w*|decid\w*|together|share\w*"
    r"|relations?\w*|quarrel\w*|trad\w+|deals?|dialogues?|cooperat\w*|plan\w*|pledge\w*)\b",
    re.IGNORECASE,
)

_PERSONAL = re.compile(r"\b(?:i|me|my|mine|we|us|our|you|your|yours)\b")
_POLITE = re.compile(
    r"\b(?:tell|show|give|remind|explain to|let) (?:me|us)\b"
    r"|\b(?:can|could|would|will|do) you (?:please )?"
    r"(?:tell|say|explain|show|give|know|remind)(?: (?:me|us))?\b"
    r"|\b(?:i|we) (?:want|would like|need|wonder)\b|\bthank you\b"
)
_HEADLINE_WORDS = 5
_MENU = re.compile(r"\s[|·•»]\s")
_WORDS = re.compile(
    r"\W*(?:(?:and|but|so)\W+)?(?:what|how) (?:do|does|did|has|have) (?:\S+ ){1,4}"
    r"(?:say|said|think|thought|answer|answered|reply|replied|respond|responded|react|reacted|explain|add|argue)"
    r"(?: (?:about|to|on|of) (?:it|this|that|them))?\W*",
    re.IGNORECASE,
)
_WHO_IS = re.compile(r"\bwho(?:[’']s| is| was| are| were)\b", re.IGNORECASE)
_OCCASION = re.compile(
    r"\b(?:when|after|because|since|over|amid|due to|owing to|as part of|as a (?:result|reaction)"
    r"|in (?:response|reaction|reply|protest|return)|in (?:the )?light of)\b",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"\b(?:repl(?:y|ied|ies)|respon(?:d|ds|ded|se)|answer(?:s|ed)?|react(?:s|ed|ion)?|retort(?:s|ed)?"
    r"|counter(?:s|ed)?|(?:say|said|says) (?:back|to that|in return))\b",
    re.IGNORECASE,
)


def is_reply(text: str) -> bool:
    """Say whether a question asks for a reply, or a sentence tells one.

    >>> is_reply("and what did he say back?"), is_reply("what did he say?")
    (True, False)
    """
    return bool(_REPLY.search(text))


def asks_words(message: str) -> bool:
    """Say whether a question asks what somebody says or thinks, of whatever matter.

    >>> asks_words("and what did Ada say?"), asks_words("what did Ada say about the mole?")
    (True, False)
    """
    return bool(_WORDS.fullmatch(message))


def asks_who_is(message: str) -> bool:
    """Say whether a question asks who somebody is.

    >>> asks_who_is("and who's the mayor?"), asks_who_is("who saw the mayor?")
    (True, False)
    """
    return bool(_WHO_IS.search(message))


def asks_itself(sentence: str, before: str) -> bool:
    """Say whether a sentence of an article is a question, and not in a quotation.

    `before` is the paragraph up to it, where a quotation may have begun.

    >>> asks_itself("Who pays?", ""), asks_itself("“Who pays?”", ""), asks_itself("Who pays?", "“So it is. ")
    (True, False, False)
    """
    text = before + sentence
    is_quoted = text.count("“") > text.count("”") or text.count("«") > text.count("»") or text.count('"') % 2
    return sentence.endswith("?") and not is_quoted


def tells_occasion(text: str) -> bool:
    """Say whether a sentence tells upon what something happened, which may be why.

    >>> tells_occasion("It was halted in 2016 when they disagreed."), tells_occasion("It was halted in 2016.")
    (True, False)
    """
    return bool(_OCCASION.search(text))


def is_headline(line: str) -> bool:
    """Say whether a line of a page may be the headline of another article, and is no menu.

    >>> is_headline("Why the windmills are turning again"), is_headline("News | Sport | Weather | About us")
    (True, False)
    """
    return len(line.split()) >= _HEADLINE_WORDS and not _MENU.search(line)


def is_personal(message: str) -> bool:
    """Say whether a question is about the asker or the one asked, of whom articles say nothing.

    >>> is_personal("can you convert 50 euros for me"), is_personal("can you tell me who came?")
    (True, False)
    """
    folded = _POLITE.sub(" ", re.sub(r"\bU\.?S\b\.?", " ", message).casefold())
    return bool(_PERSONAL.search(folded))


def asked_type(message: str) -> AnswerType:
    """Return the kind of answer that is asked for.

    >>> asked_type("In which year did the talks begin?"), asked_type("what did he say")
    ('when', 'what')
    """
    folded = plain_style(message, "en").casefold()
    return next((kind for pattern, kind in _ASKS if re.search(pattern, folded)), "what")


def without_kind_words(message: str) -> str:
    """Return a question with the words blanked that only say what kind of answer is asked for.

    >>> without_kind_words("In which city do they meet?")
    'In            do they meet?'
    """
    return _KIND_WORD.sub(lambda match: " " * len(match.group()), message)


def plain_style(message: str, language: str) -> str:
    """Return the message with the words of phone style written out.

    >>> plain_style("wat abt the govt", "en")
    'what about the government'
    >>> plain_style("the U.S. alliance", "en")
    'the U.S. alliance'
    """
    known = table("phone_style").get(language, {})
    return re.sub(r"(?<![.\w])[^\W_]+(?!\.\w)", lambda m: _written_out(m.group(), known), message)


def _written_out(word: str, known: Mapping[str, str]) -> str:
    is_initial = len(word) == 1 and word.isupper()  # "N Korea", "U Thant"
    return word if is_initial else known.get(word.lower(), word)


def is_substitution(message: str) -> bool:
    """Say whether a question puts another thing in the place of one in the question before.

    >>> is_substitution("what about Japan?"), is_substitution("and what did he reply?")
    (True, False)
    """
    rest = re.sub(r"\b(?:what|how) about\b", "", message, count=1, flags=re.IGNORECASE)
    return bool(_SUBSTITUTION.fullmatch(message)) and not _CLAUSE.search(rest)


def as_typed(message: str, word: str) -> str:
    """Return a word as it stands in the message."""
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message, re.IGNORECASE)
    return found.group() if found else word


def is_contrast(message: str) -> bool:
    """Say whether a question asks about two things side by side.

    Two names joined by "and" are, but for what takes two.

    >>> is_contrast("How do the talks with China and with Japan differ?"), is_contrast("Who met Li?")
    (True, False)
    >>> is_contrast("How do Yang and the Korea Times see it?"), is_contrast("Did Yang and Xing meet?")
    (True, False)
    """
    message = re.sub(r"^\W*(?:and|but|so)\b", "", message, flags=re.IGNORECASE)
    if _CONTRAST.search(message):
        return True
    return is_coordination(message) and not _MUTUAL.search(message)


def is_coordination(message: str) -> bool:
    """Say whether a question joins two names by "and", without a word that holds them apart.

    >>> is_coordination("What did Ada and Ben call for?"), is_coordination("What did both Ada and Ben say?")
    (True, False)
    """
    return bool(_COORDINATION.search(message)) and not _CONTRAST.search(message)


def is_joined(text: str, one: str, other: str) -> bool:
    """Say whether a text in lower case joins two of its words, "one and with the other".

    >>> is_joined("how do ada and ben differ on seoul", "ada", "ben"), is_joined("ada and ben", "ben", "ada")
    (True, False)
    """
    joined = rf"\b{re.escape(one)}(?:['’]s)?,? (?:and|or|&|vs\.?|versus) (?:\w+ ){{0,3}}?{re.escape(other)}\b"
    return re.search(joined, text) is not None


def has_pronoun(text: str) -> bool:
    """Say whether a text has a pronoun that stands for a person.

    >>> has_pronoun("Then she left."), has_pronoun("Then it left.")
    (True, False)
    """
    return bool(_SOMEBODY.search(text))


def asks_of_act(message: str) -> bool:
    """Say whether a question asks if something was done, or why, when, where or how.

    >>> asks_of_act("so did Ada leave?"), asks_of_act("why did Ada leave?"), asks_of_act("what did Ada say?")
    (True, True, False)
    """
    return bool(_OF_ACT.match(message))


def may_be_unreal(before: str) -> bool:
    """Say whether a verb behind these words tells of what may happen, or is wanted, and not of what did.

    >>> may_be_unreal("He wants her to"), may_be_unreal("It could not be"), may_be_unreal("Then he")
    (True, True, False)
    """
    return bool(_UNREAL.search(before))


def leans(sentence: str) -> bool:
    """Say whether a sentence begins with a word that stands for something in the one before.

    >>> leans("This is important because …"), leans("It was decided to go on."), leans("It failed.")
    (True, False, True)
    """
    return bool(_LEANS.match(sentence))
