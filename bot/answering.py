"""Hits to an answer: the sentences that answer, their footnotes, how sure that is, or a reasoned no."""

from collections.abc import Sequence
from dataclasses import replace

from bot.about import answer_about, article_meant
from bot.choosing import choose, introducing, of_asked_kind, of_whom, shorten
from bot.confidence import THRESHOLD, confidence, confidence_figures
from bot.continuing import asks_for_more, read_on
from bot.contrast import APART, acts_jointly, other_side, sides
from bot.evidence import FIRM, Weigher
from bot.hits import weigh_hits
from bot.models import Answer, Footnote, Query, Quote, Reason, Session, narrowed
from bot.ranking import CHOICE, RankedPassage, RankedSentence, rank_passages, rank_sentences
from bot.roles import people_meant
from bot.silence import reason_of, why_not
from bot.spans import answer_spans, name_spans, role_spans, typed_spans
from bot.wording import asks_who_is, is_contrast
from index.library import Library
from index.models import Hit, Span


def answer(query: Query, session: Session, library: Library, *, most: int, always: bool) -> Answer:
    """Return the answer to a query, or an abstention with its reason.

    At most `most` footnotes. With `always` it answers wherever anything was found, whatever the confidence.
    """
    session = narrowed(session, query.within)
    further = read_on(query, session, library) if asks_for_more(query.text) else None
    if further is not None:
        return further
    if query.about:
        article = article_meant(session, library, [concept.terms[0].term for concept in query.concepts])
        if article is not None:
            return answer_about(query, article, library)
        if not always:
            return Answer(query, (), (), 0.0, (), reason=Reason("which article", of="several"))
    weigher = Weigher(query, library)
    known = people_meant(session, library) if query.people else []
    passages = rank_passages(weigh_hits(query, library, weigher), query, library)
    hits = tuple(Hit(p.evidence.hit.passage, n, p.score) for n, p in enumerate(passages, start=1))
    missing = tuple(c.word for c in query.concepts if not weigher.is_known(c))
    sentences = rank_sentences(passages[:CHOICE], query, library)
    if not sentences:
        return Answer(
            query, (), (), 0.0, hits, reason=reason_of(query, (), weigher, library), missing=missing
        )
    sentences = of_whom(of_asked_kind(sentences, passages, query), passages, query, session, library)
    sentences = introducing(sentences, passages, query, library)
    best = sentences[0]
    sure = confidence(confidence_figures(best, passages, query, weigher), library)
    holds_apart = is_contrast(query.text) and not acts_jointly(best, query)
    two = sides(query, library) if holds_apart else []
    of_both = min((certain for _, certain in two), default=0.0)
    is_sure = sure >= THRESHOLD[library.kind] or of_both >= APART
    sure = max(sure, of_both)
    chosen = choose(sentences)
    reason = None
    if not (always or (query.asks_which and not missing)):
        reason = why_not(chosen, passages, query, weigher, is_sure, library, known)
    if reason is not None:
        is_near = any(best.ranked.evidence.passage.found[: len(query.concepts)])
        nearest = _footnote(1, best.ranked, library) if is_near else None
        return Answer(query, (), (), sure, hits, reason=reason, nearest=nearest, missing=missing)
    if holds_apart:
        both = [s for s, _ in two] or [best, *other_side(best, passages, query, weigher, library)]
        spans = {s.sentence.span for s in both}
        chosen = shorten([*both, *(s for s in chosen if s.sentence.span not in spans)])
    return replace(_quote(chosen, query, library, most), confidence=sure, hits=hits, missing=missing)


def _footnote(n: int, passage: RankedPassage, library: Library) -> Footnote:
    hit = passage.evidence.hit
    return Footnote(n, library.article(hit.passage.article_id), hit.passage, hit.score)


def _quote(chosen: Sequence[RankedSentence], query: Query, library: Library, most: int) -> Answer:
    """Return the answer made of the chosen sentences, a footnote a passage, at most `most`."""
    asked = frozenset(t.term for c in query.concepts for t in c.terms if t.weight >= FIRM)
    notes: list[Footnote] = []
    quotes = []
    typed = [s for s in chosen if typed_spans(s.text, query.asks)]
    for sentence in chosen:
        passage = sentence.ranked.evidence.hit.passage
        note = next((note for note in notes if note.passage == passage), None)
        if note is None and len(notes) == most:
            continue
        if note is None:
            note = _footnote(len(notes) + 1, sentence.ranked, library)
            notes.append(note)
        text = note.article.text
        spans = _who_somebody_is(sentence, query)
        if not spans and (not typed or sentence in typed):  # else the other sentence has what is asked for
            spans = answer_spans(sentence.sentence, text, query.asks, asked)
        quotes.append(Quote(note.n, sentence.sentence.span, spans))
    return Answer(query, tuple(quotes), tuple(notes), 0.0, ())


def _who_somebody_is(sentence: RankedSentence, query: Query) -> tuple[Span, ...]:
    """Return the words that tell who somebody is: the role, or the name where the role is in the question."""
    if not query.people or not asks_who_is(query.text):
        return ()
    offset, person = sentence.sentence.span.start, query.people[0]
    found = role_spans(sentence.text, person)
    if found and query.asks == "who":
        found = name_spans(sentence.text, person)
    return tuple(Span(start + offset, end + offset) for start, end in found[:1])


def alternatives(found: Answer, library: Library, most: int) -> list[Answer]:
    """Return what else could answer: the best sentence of each of the next passages, best first."""
    query, cited = found.query, {note.passage.id for note in found.footnotes}
    weigher = Weigher(query, library)
    passages = rank_passages(weigh_hits(query, library, weigher, faint=0.0), query, library)
    others = [passage for passage in passages if passage.evidence.hit.passage.id not in cited]
    best = [next(iter(rank_sentences([passage], query, library)), None) for passage in others[:most]]
    return [_quote([sentence], query, library, 1) for sentence in best if sentence is not None]
