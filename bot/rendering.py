"""A `Reply` to terminal text and to JSON: what is shown. How it looks on a terminal is `terminal`'s."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from bot.models import Answer, Explanation, Footnote, FootnoteExplanation, Quote, Reply
from bot.phrases import note_text, notes_text, phrase, reason_text
from bot.terminal import Display, Run, Style, flow
from index.analyzer import PAIR
from index.models import Article, ArticleEntry, Concept, Passage, Span

JsonObject = dict[str, object]

CHAT_CONFIDENCE = 0.0
"""The confidence written for a chat reply, as in a run file: no article answers it."""

_INDENT = "    "
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")  # JSON lets these through unescaped


def render_reply(reply: Reply, display: Display) -> str:
    """Return a reply as terminal text, without a line break at its end."""
    if reply.answer is None:
        lines = (reply.text or "").splitlines()
        return "\n".join(flow([Run(line)], display) for line in lines)
    answer = reply.answer
    told = notes_text(answer.query.notes)
    notes = [Run(f"({told})", "dim"), Run("  ")] if told else []
    if answer.reason is not None:
        parts = [flow([*notes, Run(reason_text(answer.reason))], display)]
        if answer.nearest is not None:
            parts.append(_render_nearest(answer.nearest, display))
    else:
        parts = [flow([*notes, *_quote_runs(answer)], display)]
        parts.append("\n".join(_render_footnote(footnote, display) for footnote in answer.footnotes))
    return "\n\n".join(parts)


def render_passage(
    article: Article,
    passage: Passage,
    display: Display,
    *,
    before: Passage | None = None,
    after: Passage | None = None,
) -> str:
    """Return a passage with its place, as terminal text, and dimmed what stands before and after it."""
    head = flow([Run(article.title, "bold")], display)
    place = flow([Run(place_of(article, passage), "dim")], display)
    texts = [_render_text(each, display, style="dim") if each else "" for each in (before, after)]
    texts.insert(1, _render_text(passage, display))
    return "\n\n".join([f"{head}\n{place}", *filter(None, texts)])


def render_article(article: ArticleEntry, display: Display, *, note: str = "") -> str:
    """Return a line for the article's id and title and one for its author, date and number of passages."""
    count = f"{article.passages} passage{'s' if article.passages != 1 else ''}"
    about = " · ".join(filter(None, (_byline(article), count, note)))
    title = flow([Run(article.id, "bold"), Run("  "), Run(article.title)], display, rest=_INDENT)
    return title + "\n" + flow([Run(about, "dim")], display, first=_INDENT, rest=_INDENT)


def render_why(answer: Answer, explanation: Explanation | None, display: Display) -> str:
    """Return why an answer is what it is, as terminal text.

    Without an explanation, what the answer knows itself: the expansions, what was not found, the confidence.
    """
    explained = explanation.footnotes if explanation else ()
    printed = explanation.printed if explanation else {}
    parts = []
    for footnote, found in zip_longest(answer.footnotes, explained[: len(answer.footnotes)]):
        head = [Run(f"[{footnote.n}]", "dim"), Run(f" {footnote.passage.id}, score {footnote.score:.2f}")]
        parts.append(flow(head, display, rest=_INDENT))
        parts += [
            flow([Run(line)], display, first=_INDENT, rest=_INDENT * 2) for line in _why_lines(found, printed)
        ]
    query = answer.query
    named = {
        "read as:": notes_text(query.notes),
        "searched too:": "; ".join(filter(None, (expansion(concept, printed) for concept in query.concepts))),
        "carried over:": ", ".join(concept.word for concept in query.carried),
        "not in those words:": ", ".join(answer.missing),
        "confidence:": f"{answer.confidence:.2f}",
    }
    parts += [
        flow([Run(label, "dim"), Run(f" {text}")], display, rest=_INDENT)
        for label, text in named.items()
        if text
    ]
    return "\n".join(parts)


def reply_object(reply: Reply, engine: str) -> JsonObject:
    """Return a reply as what `ask --json` prints, keys in the order of the contract."""
    answer = reply.answer
    shown = reply.text
    if answer is not None:
        sentences = " ".join(answer.text_of(quote) for quote in answer.quotes)
        shown = None if answer.abstained else sentences
    nearest = answer.nearest if answer else None
    return {
        "question": reply.message,
        "answer": shown,
        "abstained": bool(answer and answer.abstained),
        "reason": reason_text(answer.reason) if answer and answer.reason else None,
        "notes": [note_text(note) for note in answer.query.notes] if answer else [],
        "confidence": round(float(answer.confidence), 4) if answer else CHAT_CONFIDENCE,
        "footnotes": [_footnote_object(note, answer.quotes) for note in answer.footnotes] if answer else [],
        "nearest": {**_footnote_object(nearest, ()), "n": None} if nearest else None,
        "engine": engine,
        "took_ms": round(float(reply.took_ms), 3),
    }


def explanation_object(answer: Answer, explanation: Explanation | None) -> JsonObject:
    """Return why an answer is what it is, for `ask --json --why`."""
    footnotes = explanation.footnotes if explanation else ()
    return {
        "footnotes": [
            {
                "n": n,
                "matches": [{"word": m.word, "term": m.term, "score": float(m.score)} for m in found.matches],
                "runner_up": found.runner_up,
                "lacked": list(found.lacked),
            }
            for n, found in enumerate(footnotes, start=1)
        ],
        "searched": [
            {"word": concept.word, "terms": {t.term: float(t.weight) for t in concept.terms}}
            for concept in answer.query.concepts
        ],
        "carried_over": [concept.word for concept in answer.query.carried],
        "not_found": list(answer.missing),
    }


def passage_object(article: Article, passage: Passage) -> JsonObject:
    """Return a passage with its place: a footnote without what belongs to one answer."""
    return {
        "passage_id": passage.id,
        "article_id": article.id,
        "title": article.title,
        "section": list(passage.section),
        "author": article.author,
        "date": article.date,
        "paragraph": passage.paragraph,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }


def article_object(article: ArticleEntry) -> JsonObject:
    """Return what `articles --json` says of an article."""
    return {
        "article_id": article.id,
        "title": article.title,
        "author": article.author,
        "date": article.date,
        "language": article.language,
        "url": article.url,
        "source": article.source,
        "passages": article.passages,
        "characters": article.characters,
    }


def to_json(value: object, encoding: str = "utf-8") -> str:
    r"""Return `value` as one line of JSON that `encoding` can write and no terminal obeys.

    >>> to_json({"text": "é\x9b"})
    '{"text": "é\\u009b"}'
    """
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = json.dumps(value)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def place_of(article: Article, passage: Passage, language: str = "en") -> str:
    """Return where a passage stands: sections, paragraph, author and date; what is absent is left out."""
    sections = " › ".join(" ".join(heading.split()) for heading in passage.section)
    return " · ".join(filter(None, (sections, paragraph_of(passage, language), _byline(article))))


def paragraph_of(passage: Passage, language: str = "en") -> str:
    """Return what a passage is in its article, in words of a language."""
    kind = "paragraph" if passage.kind == "body" else passage.kind
    return phrase(kind, language, number=passage.paragraph)


def _byline(article: Article | ArticleEntry) -> str:
    return ", ".join(filter(None, (article.author, article.date)))


def _quote_runs(answer: Answer) -> Iterable[Run]:
    """Yield the answer's sentences with the words that answer in bold and a mark behind each."""
    for number, quote in enumerate(answer.quotes):
        if number:
            yield Run(" ")
        text = answer.text_of(quote)
        at = 0
        for start, end in _within(quote):
            yield Run(text[at:start])
            yield Run(text[start:end], "bold")
            at = end
        yield Run(text[at:])
        yield Run(f" [{quote.n}]")


def _within(quote: Quote) -> Iterable[Span]:
    """Yield the answering spans of a quote, counted from its start, in order and without overlap."""
    at, length = 0, quote.span.end - quote.span.start
    for span in sorted(quote.answer_spans):
        start, end = max(span.start - quote.span.start, at), min(span.end - quote.span.start, length)
        if start < end:
            yield Span(start, end)
            at = end


def _render_footnote(footnote: Footnote, display: Display) -> str:
    mark = f"[{footnote.n}] "
    indent = " " * len(mark)
    title = flow([Run(footnote.article.title)], display, first=mark, rest=indent)
    place = [Run(place_of(footnote.article, footnote.passage), "dim")]
    return title + "\n" + flow(place, display, first=indent, rest=indent)


def _render_nearest(nearest: Footnote, display: Display) -> str:
    label = flow([Run(phrase("nearest passage", where=paragraph_of(nearest.passage)), "dim")], display)
    text = _render_text(nearest.passage, display, indent=_INDENT)
    source = " · ".join((nearest.article.title, place_of(nearest.article, nearest.passage)))
    return f"{label}\n{text}\n" + flow([Run(source, "dim")], display, first=_INDENT, rest=_INDENT)


def _render_text(passage: Passage, display: Display, *, indent: str = "", style: Style = "plain") -> str:
    """Return a passage's text; the lines of title and byline stay apart, others are wrapped anew."""
    lines = passage.text.splitlines() if passage.kind == "metadata" else [passage.text]
    return "\n".join(
        flow([Run(line, style)], display, first=indent, rest=indent) for line in lines if line.strip()
    )


def _why_lines(explanation: FootnoteExplanation | None, printed: Mapping[str, str]) -> Iterable[str]:
    if explanation is None:
        return
    if explanation.matches:
        found = (f"{named(m.word, m.term, printed)} {m.score:.2f}" for m in explanation.matches)
        yield "matched: " + ", ".join(found)
    if explanation.runner_up is not None:
        lacked = ", ".join(explanation.lacked) or "nothing; it ranks lower by what stands together"
        yield f"the runner-up {explanation.runner_up} lacked: {lacked}"


def named(word: str, term: str, printed: Mapping[str, str]) -> str:
    """Return the asker's word, with what found it where that is no form of it ("China → Beijing")."""
    is_form = word.casefold()[:3] == term.casefold()[:3]
    return word if is_form else f"{word} → {_as_printed(term, printed)}"


def expansion(concept: Concept, printed: Mapping[str, str]) -> str | None:
    """Return what else a word of the question was searched as, with the weights; None if nothing else."""
    others = [t for t in concept.terms if t.weight < 1]  # 1: the word itself
    told = ", ".join(f"{_as_printed(t.term, printed)} {t.weight:.2f}" for t in others)
    return f"{concept.word}: {told}" if others else None


def _as_printed(term: str, printed: Mapping[str, str]) -> str:
    """Return a term as a text prints it; with "…" where only its stem is known."""
    return " ".join(printed.get(part, f"{part}…") for part in term.split(PAIR))


def _footnote_object(footnote: Footnote, quotes: Sequence[Quote]) -> JsonObject:
    own = [quote for quote in quotes if quote.n == footnote.n]
    return {
        "n": footnote.n,
        **passage_object(footnote.article, footnote.passage),
        "quote_spans": [list(quote.span) for quote in own],
        "answer_spans": [list(span) for quote in own for span in quote.answer_spans],
        "score": float(footnote.score),
    }
