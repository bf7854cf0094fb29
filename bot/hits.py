"""What is looked at for an answer: the passages that the engine finds, and what the query finds in them."""

from collections.abc import Iterable, Sequence

from bot.evidence import Evidence, Weigher
from bot.models import Query
from index.library import Library
from index.models import Hit

DEPTH = 20
"""Hits looked at: of 2,429 questions over 949 passages, the passage that answers is among 20 for 98 %."""

FAINT = 0.45
"""The share of the best hit's score below which a hit in a collection is not looked at for an answer.

That is about half of the hits. It costs one of 3,900 public questions its passage among the first five."""


def weigh_hits(query: Query, library: Library, weigher: Weigher, faint: float = FAINT) -> list[Evidence]:
    """Return what the query finds in the passages that the engine finds, in the engine's order.

    In a collection only in those that score at least `faint` of what the best does, a share.
    Those of an article whose date the question has come behind them, where its title and date were found,
    and those of the article within which a follow-up goes on.
    A biography is among them only if the question has a name that no body passage has: the author's.
    """
    concepts = (*query.concepts, *query.pairs, *query.carried)
    least = faint if library.kind == "collection" and not query.within else 0.0
    searched = [library.search(concepts, DEPTH, article_id=n, least=least) for n in query.within or (None,)]
    hits = searched[0] if len(searched) == 1 else _merge(searched)
    leant_on = (*query.leaning.near, *query.leaning.parallel) if query.leaning else ()
    heads = {hit.passage.article_id: None for hit in hits if hit.passage.kind == "metadata"}
    is_open = not query.within and library.article_count > 1
    stays = query.leaning.article_id if query.leaning and is_open else None
    for article_id in dict.fromkeys((*filter(weigher.is_of_date, heads), *filter(None, [stays]))):
        known = {hit.passage.id for hit in hits}
        more = library.search(concepts, DEPTH, article_id=article_id)
        new = [hit for hit in more if hit.passage.id not in known]
        hits += [hit._replace(rank=len(hits) + n) for n, hit in enumerate(new, start=1)]
    found = {hit.passage.id for hit in hits}
    leaning = (library.passage(n) for n in dict.fromkeys(leant_on) if n not in found)
    hits += [
        Hit(passage, len(hits) + 1, 0.0)
        for passage in leaning
        if not query.within or passage.article_id in query.within
    ]
    evidence = [weigher.weigh(hit) for hit in hits if hit.passage.kind != "metadata"]
    with_own = [e for e in evidence if any(e.found[: len(query.concepts)]) or e.hit.passage.id in leant_on]
    if query.carried and with_own:
        evidence = with_own  # what was said before is not enough
    body = [e for e in evidence if e.hit.passage.kind == "body"]
    if len(body) < len(evidence):
        names = [n for n, concept in enumerate(query.concepts) if concept.is_name]
        if any(not any(e.passage.found[n] for e in body) for n in names):
            return evidence
    return body


def _merge(searched: Iterable[Sequence[Hit]]) -> list[Hit]:
    """Return the hits of several articles as those of one search."""
    ordered = sorted((hit for hits in searched for hit in hits), key=lambda hit: -hit.score)
    return [hit._replace(rank=rank) for rank, hit in enumerate(ordered[:DEPTH], start=1)]
