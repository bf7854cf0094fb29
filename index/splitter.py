"""An article to passages, a passage to sentences."""

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from index.models import Article, Block, Passage, PassageKind, Span

MAX_WORDS = 180
"""A passage is a paragraph, cut at sentences above this (the longest of a news article has about 160)."""

MAX_CHARACTERS = 2_000
"""The same limit for scripts without spaces and for a "word" without end."""

# sentencex does not end a sentence at a company's "Corp."; if a lone name and a verb follow, one ends there
# ("SoftBank Corp. Kishida explained"), but not before a title ("Apple Inc. Chief Executive").
_COMPANY = re.compile(r"\b(?:Corp|Inc|Ltd|Co|Bros|plc|GmbH|AG|SA)\.\s+(?=[A-ZÀ-Ý][\w’'-]+\s+[a-zà-ÿ])")


def split_article(article: Article) -> list[Passage]:
    """Return the passages of an article: metadata (paragraph 0), body paragraphs from 1, biography last.

    Each is a slice of `article.text`. Headings and furniture are in none, but a run-in heading stays in the
    paragraph it opens, whose sentences begin behind it.
    """
    passages = [
        _passage(article, "metadata", 0, part, block) for part, block in enumerate(_metadata(article))
    ]
    body = [block for block in article.blocks if block.kind == "paragraph"]
    biography = [block for block in article.blocks if block.kind == "biography"]
    for paragraph, block in enumerate(body + biography, start=1):
        kind: PassageKind = "biography" if block.kind == "biography" else "body"
        for part, piece in enumerate(_pieces(article, block)):
            passages.append(_passage(article, kind, paragraph, part, piece))
    return passages


def split_sentences(text: str, language: str) -> list[Span]:
    """Return the spans of the sentences of `text`, in order, without the white space around them.

    >>> text = "LY Corp. the operator met SoftBank Corp. Kishida explained … it. “Yes.” He left."
    >>> [text[start:end] for start, end in split_sentences(text, "en")]
    ['LY Corp. the operator met SoftBank Corp.', 'Kishida explained … it.', '“Yes.”', 'He left.']
    """
    cuts = [found["start_index"] for found in sentencex.get_sentence_boundaries(language, text)]
    cuts = [cut for cut in cuts if not _continues(text, cut)]
    cuts += [match.end() for match in _COMPANY.finditer(text)]
    spans = []
    for cut, end in pairwise(sorted({0, len(text), *cuts})):
        stripped = text[cut:end].strip()
        if stripped:
            start = text.index(stripped, cut)
            spans.append(Span(start, start + len(stripped)))
    return spans


def passage_sentences(passage: Passage, language: str) -> list[Span]:
    """Return the spans of a passage's sentences in its article's text; a heading is in none of them."""
    if passage.kind == "metadata":  # its lines are not sentences: title, byline
        lines = [(m.start(), m.end()) for m in re.finditer(r"\S(?:[^\n\r]*\S)?", passage.text)]
        return [Span(passage.start + start, passage.start + end) for start, end in lines]
    offset = passage.body_start
    body = passage.text[offset - passage.start :]
    return [Span(offset + start, offset + end) for start, end in split_sentences(body, language)]


def _continues(text: str, cut: int) -> bool:
    """Say whether a proposed sentence goes on the one before: it begins with a small letter."""
    return text[cut : cut + 1].islower()


def _metadata(article: Article) -> list[Block]:
    """Return title and bylines, joined where nothing stands between them."""
    joined: list[Block] = []
    before = None
    for block in article.blocks:
        if block.kind in {"title", "byline"}:
            if before in {"title", "byline"}:
                joined[-1] = joined[-1]._replace(end=block.end)
            else:
                joined.append(block)
        before = block.kind
    return joined


def _pieces(article: Article, block: Block) -> list[Block]:
    """Return the block, cut into parts of similar length at sentence ends where it is too long."""
    text = article.text[block.start : block.end]
    size = _size(text)
    if size <= 1:
        return [block]
    sentences = [
        piece
        for span in split_sentences(article.text[block.body_start : block.end], article.language)
        for piece in _hard_cut(article.text, Span(block.body_start + span.start, block.body_start + span.end))
    ]
    aim = size / -(-size // 1)
    starts = [block.start]
    before = _size(article.text[block.start : sentences[0].end])
    for sentence in sentences[1:]:
        own = _size(article.text[sentence.start : sentence.end])
        is_beyond = before + own / 2 > aim * len(starts)
        if is_beyond or _size(article.text[starts[-1] : sentence.end]) > 1:
            starts.append(sentence.start)
        before += own
    ends = [len(article.text[:start].rstrip()) for start in starts[1:]] + [block.end]
    return [
        block._replace(start=start, end=end, body_start=max(start, block.body_start))
        for start, end in zip(starts, ends, strict=True)
    ]


def _size(text: str) -> float:
    """Return the length of a text in units of the largest passage."""
    return max(len(text.split()) / MAX_WORDS, len(text) / MAX_CHARACTERS)


def _hard_cut(text: str, span: Span) -> Iterator[Span]:
    """Yield the sentence, in parts at white space (or anywhere, failing that) where it is too long itself."""
    start, end = span
    while end - start > MAX_CHARACTERS or _size(text[start:end]) > 1:
        window = text[start : min(end, start + MAX_CHARACTERS)]
        words = list(re.finditer(r"\s+", window))
        spaces = words[:MAX_WORDS]
        cut = start + (spaces[-1].end() if spaces else len(window))
        yield Span(start, cut)
        start = cut
    yield Span(start, end)


def _passage(article: Article, kind: PassageKind, paragraph: int, part: int, block: Block) -> Passage:
    return Passage(
        id=f"{article.id}-{paragraph}" + (f"-{part + 1}" if part else ""),
        article_id=article.id,
        kind=kind,
        paragraph=paragraph,
        section=block.section,
        start=block.start,
        end=block.end,
        body_start=block.body_start,
        text=article.text[block.start : block.end],
    )
