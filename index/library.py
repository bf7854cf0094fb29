"""The articles one can ask: kept in a folder, split, indexed, looked up, searched.

The folder holds one JSON file an article, `ID.json`: the text as it was read and the name of its source.
It comes into being with the first article that is added or removed; until then there is the seed article,
and nothing is written.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal, Self

import numpy as np

from index.analyzer import Analyzer, analyzer, detect_language, index_terms
from index.engines.rank_bm25 import RankBM25Engine
from index.errors import LibraryError, ReadingError, UnknownArticleError, UnknownPassageError
from index.meaning import Vector, text_vector
from index.models import Article, Concept, Hit, Passage, Sentence, Token, WeightedTerm
from index.people import Person, people
from index.reading import read_bytes, read_text
from index.splitter import passage_sentences, split_article
from index.tables import data_file
from index.vocabulary import Vocabulary, Word

SEED = "seoul-summit.txt"
"""The article that is there from the first start."""

COLLECTION = 200
"""Passages from which a library is a collection; one article has about 40, the longest some 150."""

_MAX_ANALYSED = 10_000  # passages whose analysed sentences are remembered (some 20 kB each)


class Library:
    """Articles with their passages, in a fixed order, and an engine over them."""

    def __init__(self, articles: Sequence[Article], passages: Sequence[Passage]) -> None:
        """Take articles and all of their passages; those of one article follow each other."""
        self._articles = {article.id: article for article in articles}
        self._passages = tuple(passages)
        self._numbers = {passage.id: n for n, passage in enumerate(passages)}
        self._of_article = {
            article_id: range(numbers[0], numbers[-1] + 1)
            for article_id, group in groupby(range(len(passages)), key=lambda n: passages[n].article_id)
            if (numbers := list(group))
        }
        self._vectors: dict[str, Vector] = {}
        self._above: dict[tuple[str, ...], tuple[Token, ...]] = {}
        self._people: dict[str, tuple[Person, ...]] = {}
        self._words: dict[str, Word] = {}
        self._sentences: dict[str, tuple[Sentence, ...]] = {}
        self.engine = RankBM25Engine([self._terms(passage) for passage in passages])
        self.vocabulary = Vocabulary(
            self._words, self.engine.frequency, [passage.text for passage in passages]
        )

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Self:
        """Return a library of the articles, split."""
        articles = list(articles)
        return cls(articles, [passage for article in articles for passage in split_article(article)])

    @property
    def articles(self) -> tuple[Article, ...]:
        """Return the articles in the order of the library."""
        return tuple(self._articles.values())

    @property
    def kind(self) -> Literal["article", "collection"]:
        """Return whether there is hardly more than one article, or a collection."""
        return "collection" if len(self._passages) >= COLLECTION else "article"

    @property
    def language(self) -> str:
        """Return the language of most articles; English if there are none."""
        counts = Counter(article.language for article in self._articles.values())
        return max(counts, key=lambda code: (counts[code], code == "en", code), default="en")

    def language_of(self, message: str, article_id: str | None = None) -> str:
        """Return the language to read a message in: the chosen article's, or its own if an article has it."""
        if article_id in self._articles:
            return self._articles[article_id].language
        own = detect_language(message, self.language)
        return own if any(article.language == own for article in self.articles) else self.language

    def article(self, article_id: str) -> Article:
        """Return an article.

        Raises:
            UnknownArticleError: there is none of that id.
        """
        try:
            return self._articles[article_id]
        except KeyError:
            raise UnknownArticleError(article_id) from None

    def passages(self, article_id: str | None = None) -> Sequence[Passage]:
        """Return the passages of an article, or all, in the order of the text.

        Raises:
            UnknownArticleError: there is no article of that id.
        """
        if article_id is None:
            return self._passages
        self.article(article_id)
        numbers = self._of_article.get(article_id, range(0))
        return self._passages[numbers.start : numbers.stop]

    def passage(self, passage_id: str) -> Passage:
        """Return a passage.

        Raises:
            UnknownPassageError: there is none of that id.
        """
        try:
            return self._passages[self._numbers[passage_id]]
        except KeyError:
            raise UnknownPassageError(passage_id) from None

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """Return the passages before and after one in its article; None at an end."""
        numbers = self._of_article[passage.article_id]
        n = self._numbers[passage.id]
        return (
            self._passages[n - 1] if n > numbers.start else None,
            self._passages[n + 1] if n + 1 < numbers.stop else None,
        )

    def sentences(self, passage: Passage) -> tuple[Sentence, ...]:
        """Return a passage's sentences, analysed; a run-in heading is in none."""
        found = self._sentences.get(passage.id)
        if found is None:
            article = self._articles[passage.article_id]
            analyse = analyzer(article.language)
            found = tuple(
                Sentence(span, tuple(analyse.tokens(article.text[span.start : span.end], offset=span.start)))
                for span in passage_sentences(passage, article.language)
            )
            if len(self._sentences) >= _MAX_ANALYSED:
                self._sentences.clear()
            self._sentences[passage.id] = found
        return found

    def vectors(self, passage: Passage) -> Vector:
        """Return the vectors of a passage, with the headings above it, and of its sentences, a row each.

        All zero in another language than English.
        """
        found = self._vectors.get(passage.id)
        if found is None:
            sentences = [sentence.tokens for sentence in self.sentences(passage)]
            if self._articles[passage.article_id].language != "en":
                sentences = [() for _ in sentences]
            whole = [token for tokens in sentences for token in tokens]
            above = self.tokens_above(passage) if whole else ()
            found = np.array(
                [text_vector((t.terms[0], 1.0) for t in ts) for ts in ([*whole, *above], *sentences)]
            )
            if len(self._vectors) >= _MAX_ANALYSED:
                self._vectors.clear()
            self._vectors[passage.id] = found
        return found

    def tokens_above(self, passage: Passage) -> tuple[Token, ...]:
        """Return the words of the title and the headings above a passage."""
        article = self._articles[passage.article_id]
        key = (article.id, *passage.section)
        found = self._above.get(key)
        if found is None:
            texts = (article.title, *passage.section)
            found = tuple(token for text in texts for token in analyzer(article.language).tokens(text))
            self._above[key] = found
        return found

    def _terms(self, passage: Passage) -> list[str]:
        """Return what is indexed for a passage: title and headings above it, then its own text.

        With the title and the path in front, a party that a heading names finds the passages under it (news
        hit@1 .568 -> .615). The metadata passage is its own title.
        """
        article = self._articles[passage.article_id]
        above = () if passage.kind == "metadata" else (article.title, *passage.section)
        body = passage.text[passage.body_start - passage.start :]
        terms = []
        for text in (*above, body):
            tokens = analyzer(article.language).tokens(text)
            terms += index_terms(tokens)
            for token in tokens:
                self._note_word(token, text, analyzer(article.language))
        return terms

    def people(self, article_id: str) -> tuple[Person, ...]:
        """Return the people that an article names, with their roles; none in another language than English.

        Raises:
            UnknownArticleError: there is no article of that id.
        """
        found = self._people.get(article_id)
        if found is None:
            body = [p.text for p in self.passages(article_id) if p.kind == "body"]
            found = people(body) if self.article(article_id).language == "en" else ()
            self._people[article_id] = found
        return found

    def score(self, passage: Passage, term: WeightedTerm) -> float:
        """Return what a weighted term counts for a passage: weight x BM25, 0 if it is not there."""
        return self.engine.score(self._numbers[passage.id], term)

    def _note_word(self, token: Token, text: str, analyse: Analyzer) -> None:
        """Put a word, and the parts of a hyphenated one, into the vocabulary as first printed."""
        if token.word in self._words:
            return
        printed = text[token.start : token.end]
        self._words[token.word] = Word(token.terms[-1], printed)
        if len(token.terms) > 1:
            for part in printed.split("-"):
                self._words.setdefault(part.casefold(), Word(analyse.stem(part.casefold()), part))

    def search(self, concepts: Sequence[Concept], k: int, *, article_id: str | None = None) -> list[Hit]:
        """Return up to `k` passages, best first; ties keep the order of the library.

        Raises:
            UnknownArticleError: there is no article of that id.
        """
        within = None
        if article_id is not None:
            self.article(article_id)
            within = self._of_article.get(article_id, range(0))
        found = self.engine.search(concepts, k, within)
        return [Hit(self._passages[n], rank, score) for rank, (n, score) in enumerate(found, start=1)]


class Shelf:
    """The folder in which a library's articles are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def library(self) -> Library:
        """Return the library of the folder's articles; of the seed article where there is no folder.

        Raises:
            LibraryError: the folder cannot be read, or holds a damaged file.
        """
        return Library.of(self._load())

    def add(self, raw: bytes, source: str) -> tuple[Article, bool]:
        """Keep the article in `raw` and return it, with whether it is new.

        Raises:
            ReadingError: it cannot be made an article.
            LibraryError: the folder cannot be written.
        """
        article = read_bytes(raw, source)
        is_new = article.id not in {kept.id for kept in self._load()}
        if is_new:
            self._begin()
            self._write(article, source)
        return article, is_new

    def remove(self, article_id: str) -> None:
        """Drop an article.

        Raises:
            UnknownArticleError: there is none of that id.
            LibraryError: the folder cannot be written.
        """
        if article_id not in {kept.id for kept in self._load()}:
            raise UnknownArticleError(article_id)
        self._begin()
        try:
            (self.folder / f"{article_id}.json").unlink()
        except OSError as error:
            raise self._refused(error) from error

    def _load(self) -> list[Article]:
        if not self.folder.exists():
            return [seed_article()]
        try:
            # Not `glob`, which finds nothing where it should complain: in a file, in a folder shut to us.
            files = sorted(file for file in self.folder.iterdir() if file.suffix == ".json")
            return [self._read(file) for file in files]
        except OSError as error:
            raise self._refused(error) from error

    def _read(self, file: Path) -> Article:
        try:
            kept = json.loads(file.read_bytes())
            return read_text(kept["text"], kept["source"])
        except (ValueError, KeyError, TypeError, AttributeError, ReadingError) as error:
            problem = "not an article of Footnote's, or damaged; move this file out of the library folder."
            raise LibraryError(str(file), problem) from error

    def _begin(self) -> None:
        """Make the folder, with the seed article in it, if there is none."""
        if self.folder.exists():
            return
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise self._refused(error) from error
        self._write(seed_article(), SEED)

    def _write(self, article: Article, source: str) -> None:
        """Write an article's file whole or not at all."""
        kept = json.dumps({"source": source, "text": article.text}, ensure_ascii=False)
        try:
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as file:
                file.write(kept.encode("utf-8", "surrogatepass"))
            Path(file.name).replace(self.folder / f"{article.id}.json")
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> LibraryError:
        problem = f"{error.strerror or error}; set FOOTNOTE_LIBRARY to a folder that you may write to."
        return LibraryError(str(self.folder), problem)


def seed_article() -> Article:
    """Return the article that comes with the package."""
    return read_bytes(data_file("articles", SEED).read_bytes(), SEED)
