"""What the Telegram bot shows beside answers: a passage among its neighbours, why, the list of articles.

Pure: Telegram's library is not imported. Every message is within Telegram's limits, whatever the texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.models import Answer, Explanation, FootnoteExplanation, Quote, Reply
from bot.phrases import notes_text, phrase, reason_text
from bot.rendering import expansion, named, paragraph_of, place_of
from bot.telegram_text import (
    CUT,
    MAX_LINE,
    Page,
    TelegramText,
    count_units,
    cut,
    plain,
    render_telegram,
    share_out,
    shorten,
    write_quote,
)
from index.models import Article, ArticleEntry, Passage, Span

_MAX_CARD = 120  # units of a card's title; Telegram shows one line of it
_MAX_ROOM = 3500  # units of a list; leaves room for what stands around it


def passage_view(
    article: Article,
    passage: Passage,
    neighbours: tuple[Passage | None, Passage | None],
    language: str,
    *,
    quoted: Sequence[Span] = (),
    link: str = "",
) -> TelegramText:
    """Return a passage with the one before and the one after it folded; the sentences `quoted` are bold.

    At the end stands `link`, by which it can be shared.
    """
    page = Page()
    page.write(shorten(article.title, MAX_LINE), "bold")
    page.write("\n")
    page.write(shorten(place_of(article, passage, language), MAX_LINE), "italic")
    page.write("\n\n")
    tail = f"\n\n{link}" if link else ""
    shown = [part for part in (neighbours[0], passage, neighbours[1]) if part is not None]
    reserved = count_units(tail) + sum(len(CUT) + 2 for _ in shown)
    shares = _shares(shown, passage, page.room - reserved)
    for n, (part, share) in enumerate(zip(shown, shares, strict=True)):
        page.write("\n\n" if n else "")
        kept = cut(part.text, share, article.language)
        if part is passage:
            write_quote(
                page, article.text, Quote(1, Span(part.start, part.end), tuple(quoted)), part.start + kept
            )
        else:
            page.write(part.text[:kept], "expandable_blockquote")
        page.write(CUT if kept < len(part.text) else "")
    page.write(tail)
    return page.finished()


def _shares(shown: Sequence[Passage], passage: Passage, room: int) -> list[int]:
    """Return the units that each gets: the passage first, its neighbours what is left."""
    own = min(count_units(passage.text), room)
    others = iter(share_out([count_units(part.text) for part in shown if part is not passage], room - own))
    return [own if part is passage else next(others) for part in shown]


def why_view(
    answer: Answer, explanation: Explanation, runners_up: Sequence[str], language: str
) -> TelegramText:
    """Return why an answer is what it is; `runners_up` are the places of the passages that came next."""
    page = Page()
    page.write(phrase("why this", language), "bold")
    printed = explanation.printed
    lines = []
    for footnote, found, place in zip_longest(answer.footnotes, explanation.footnotes, runners_up):
        if footnote is not None:
            lines.append(f"[{footnote.n}] {paragraph_of(footnote.passage, language)}")
            lines += _why_lines(found, printed, place, language)
    query = answer.query
    told = {
        "why read as": notes_text(query.notes, language),
        "why searched too": "; ".join(
            filter(None, (expansion(concept, printed) for concept in query.concepts))
        ),
        "why carried": ", ".join(concept.word for concept in query.carried),
        "why missing": ", ".join(answer.missing),
    }
    lines += [phrase(name, language, words=words) for name, words in told.items() if words]
    lines.append(phrase("why confidence", language, percent=round(100 * answer.confidence)))
    page.write("\n\n" + shorten("\n".join(lines), _MAX_ROOM))
    return page.finished()


def _why_lines(
    found: FootnoteExplanation, printed: Mapping[str, str], place: str, language: str
) -> list[str]:
    matches = ", ".join(f"{named(m.word, m.term, printed)} {m.score:.2f}" for m in found.matches)
    lines = [phrase("matched", language, words=matches)] if matches else []
    if place:
        lacked = ", ".join(found.lacked)
        lines.append(phrase("lacked" if lacked else "lacked nothing", language, where=place, words=lacked))
    return ["    " + line for line in lines]


def article_view(article: Article, passages: int, language: str, *, link: str = "") -> TelegramText:
    """Return what there is to say of an article, with a `link` to share it."""
    page = Page()
    page.write(shorten(article.title, MAX_LINE), "bold")
    page.write("\n" + _details(article.author, article.date, passages, language))
    page.write(f"\n\n{link}" if link else "")
    return page.finished()


def articles_view(
    entries: Sequence[ArticleEntry], first: int, count: int, language: str, *, chosen: str | None, hint: str
) -> TelegramText:
    """Return a page of the list of `count` articles, numbered from `first`; a tick marks the one chosen."""
    page = Page()
    page.write(phrase("articles", language, count=count), "bold")
    page.write("\n\n")
    room = (page.room - count_units(hint) - 2) // max(1, len(entries))
    for n, entry in enumerate(entries, start=first):
        details = _details(entry.author, entry.date, entry.passages, language)
        tick = " ✓" if entry.id == chosen else ""
        title = shorten(entry.title, max(0, min(MAX_LINE, room - count_units(details)) - 20))
        page.write(f"{n}. {title}{tick}\n    {details}\n")
    page.write("\n" + hint)
    return page.finished()


def _details(author: str | None, date: str | None, passages: int, language: str) -> str:
    byline = shorten(", ".join(filter(None, (author, date))), MAX_LINE // 2)
    return " · ".join(filter(None, (byline, phrase("passages", language, count=passages))))


@dataclass(frozen=True, slots=True)
class Card:
    """What inline mode offers: a title and a preview, and the message that is sent where it is chosen.

    `passage_id` is of the passage that it shows, None where it shows none.
    """

    title: str
    preview: str
    message: TelegramText
    passage_id: str | None


def card_of(reply: Reply, language: str) -> Card:
    """Return the card that offers a reply; its message shows the question first."""
    message = render_telegram(reply, above=reply.message, language=language)
    answer = reply.answer
    if answer is None:
        return Card(_line(reply.text or "", _MAX_CARD), "", message, None)
    note = answer.nearest if answer.abstained else answer.footnotes[0]
    if answer.reason is not None:
        title = reason_text(answer.reason, language)
        preview = note.passage.text if note else ""
    else:
        passage = answer.footnotes[0].passage
        title = " · ".join((*passage.section[-1:], paragraph_of(passage, language)))
        preview = " ".join(answer.text_of(quote) for quote in answer.quotes)
    passage_id = note.passage.id if note else None
    return Card(_line(title, _MAX_CARD), _line(preview, MAX_LINE), message, passage_id)


def _line(text: str, limit: int) -> str:
    return plain(shorten(" ".join(text.split()), limit)).text
