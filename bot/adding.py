"""Adding articles from many sources: a progress bar on a terminal, a line for each, the sum of it all."""

import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Self, TypeVar

from tqdm import tqdm

from bot.rendering import render_article
from bot.terminal import Display, complain, say
from index.errors import ReadingError, told_once
from index.fetching import Address
from index.library import Outcome, Shelf
from index.models import Article, ArticleEntry
from index.reading.formats import FORMATS, Read
from index.reading.sources import find_sources, read_source
from index.splitter import split_article

ReadT = TypeVar("ReadT")


@dataclass
class Added:
    """What came of adding: how many articles were read, unchanged or replaced, what was refused, and why."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refused: list[ReadingError] = field(default_factory=list)
    is_stopped: bool = False


def add_sources(
    shelf: Shelf, names: Sequence[str], display: Display, *, may_reach: Callable[[Address], bool]
) -> Added:
    """Add the articles in files, folders and pages, and return what came of it; tell it too.

    Each article is told on stdout as it is kept; then each refusal on stderr, those of lines of a file with
    the same wrong as one, and how many there were of all if more than one. After a Ctrl-C nothing more is
    read, and what was read is kept.

    Raises:
        LibraryError: the library cannot be written; what was told is kept.
    """
    added = Added()
    sources = list(find_sources(names))
    is_countable = not any(isinstance(s, str) and FORMATS.get(s[s.rfind(".") :]) == "jsonl" for s in sources)
    total = len(sources) if is_countable else None
    with (
        _Stopping() as stopping,
        tqdm(total=total, unit=" articles", leave=False, disable=None, dynamic_ncols=True) as bar,
    ):
        waiting: deque[Read] = deque()

        def items() -> Iterator[tuple[Article, str]]:
            for read in stopping.until_asked(_read_all(sources, may_reach)):
                if isinstance(read, Read):
                    waiting.append(read)
                    yield read.article, read.source
                else:
                    added.refused.append(read)
                    bar.update()
            added.is_stopped = stopping.is_asked

        try:
            for outcome in shelf.add_all(items()):
                added.outcomes[outcome] += 1
                with tqdm.external_write_mode(file=sys.stdout):
                    say(_told(waiting.popleft(), outcome, display))
                bar.update()
        finally:
            bar.close()
            _tell(added)
    return added


def _read_all(
    sources: Sequence[str | ReadingError], may_reach: Callable[[Address], bool]
) -> Iterator[Read | ReadingError]:
    for source in sources:
        if isinstance(source, ReadingError):
            yield source
        else:
            yield from read_source(source, may_reach=may_reach)


def _told(read: Read, outcome: Outcome, display: Display) -> str:
    article = read.article
    entry = ArticleEntry(
        id=article.id,
        title=article.title,
        author=article.author,
        date=article.date,
        language=article.language,
        url=article.url,
        source=read.source,
        passages=len(split_article(article)),
        characters=len(article.text),
    )
    return render_article(entry, display, note="" if outcome == "read" else outcome)


def _tell(added: Added) -> None:
    """Tell what was refused, and how many there were of all."""
    for error in told_once(added.refused):
        complain(error)
    counts = [(added.outcomes[outcome], outcome) for outcome in ("read", "unchanged", "replaced")]
    counts.append((len(added.refused), "refused"))
    if sum(count for count, _ in counts) > 1:
        say(", ".join(f"{count} {outcome}" for count, outcome in counts if count))


class _Stopping:
    """While it is entered, a first Ctrl-C stops the reading at once, but lets what was read be kept.

    A second one stops as ever.
    """

    def __init__(self) -> None:
        self.is_asked = False
        self._is_reading = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def until_asked(self, reads: Iterator[ReadT]) -> Iterator[ReadT]:
        """Yield what is read, until it is asked to stop."""
        while not self.is_asked:
            try:
                self._is_reading = True
                read = next(reads, None)
                self._is_reading = False
            except KeyboardInterrupt:
                return
            if read is None:
                return
            yield read

    def _ask(self, _: int, __: FrameType | None) -> None:
        self.is_asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._is_reading:
            raise KeyboardInterrupt
