"""Why an answer is what it is: what matched, what it counted, and what the runner-up lacked."""

from bot.evidence import Weigher
from bot.models import Answer, Explanation, FootnoteExplanation, Match
from index.library import Library
from index.models import Concept, Hit, Passage


def explain(answer: Answer, library: Library) -> Explanation:
    """Return why the passages of an answer's footnotes were chosen.

    The scores are the engine's: weight x BM25 of the best term of each concept, neighbouring words too.
    """
    concepts = (*answer.query.concepts, *answer.query.pairs, *answer.query.carried)
    cited = {footnote.passage.id for footnote in answer.footnotes}
    runner_up = next((hit.passage for hit in answer.hits if hit.passage.id not in cited), None)
    weigher = Weigher(answer.query, library)
    explained = []
    for footnote in answer.footnotes:
        matches = [m for c in concepts if (m := _match(c, footnote.passage, library)) is not None]
        matches.sort(key=lambda m: -m.score)
        lacked = _lacked(footnote.passage, runner_up, weigher) if runner_up else ()
        explained.append(FootnoteExplanation(tuple(matches), runner_up.id if runner_up else None, lacked))
    return Explanation(tuple(explained), _printed(answer, library))


def _printed(answer: Answer, library: Library) -> dict[str, str]:
    """Return the terms of the passages found as these print them, small rather than capital."""
    cited = [footnote.passage for footnote in answer.footnotes]
    printed: dict[str, str] = {}
    for passage in (*cited, *(hit.passage for hit in answer.hits)):
        for sentence in library.sentences(passage):
            for word in sentence.words:
                text = word.printed.removesuffix("’s").removesuffix("'s")
                seen = printed.setdefault(word.terms[0], text)
                if seen[0].isupper() and text[0].islower():
                    printed[word.terms[0]] = text
    return printed


def _match(concept: Concept, passage: Passage, library: Library) -> Match | None:
    """Return the term by which a passage has a concept, with what it counts; None if it has none."""
    found = [(library.score(passage, t), t.term) for t in concept.terms]
    score, term = max(found, key=lambda item: item[0], default=(0.0, ""))
    return Match(concept.word, term, score) if score > 0 else None


def _lacked(cited: Passage, other: Passage, weigher: Weigher) -> tuple[str, ...]:
    """Return the words of the question that the one passage has, or its headings, and the other has not."""
    ours, theirs = (weigher.weigh(Hit(passage, 1, 0.0)) for passage in (cited, other))
    return tuple(
        concept.word
        for concept, mine, its in zip(weigher.concepts, ours.found, theirs.found, strict=True)
        if mine > 0 and its == 0
    )
