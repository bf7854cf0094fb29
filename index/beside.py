"""Articles indexed in a process beside this one, so that what is done here meanwhile costs no time."""

import gc
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from index.indexing import IndexedArticle, index_article
from index.models import Article


class IndexerBeside:
    """A process that indexes articles, a batch at a time. It ends with this one, however that ends."""

    def __init__(self) -> None:
        # Spawned: a fork would take over connections and threads of which it knows nothing.
        context = get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def send(self, articles: Sequence[Article]) -> None:
        """Have articles indexed; the next are sent when these have been received."""
        with suppress(OSError):  # it has died, which `receive` tells
            self._pipe.send(articles)

    def receive(self) -> list[IndexedArticle]:
        """Return the articles sent last, indexed; none if the process has died, as for want of memory."""
        try:
            indexed: list[IndexedArticle] = self._pipe.recv()
        except (EOFError, OSError):
            return []
        return indexed

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.terminate()
        self._process.join()


def _serve(pipe: Connection) -> None:
    gc.disable()  # nothing here is part of a cycle, and looking for some is a tenth of the work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    with suppress(EOFError, OSError):
        while True:
            pipe.send([index_article(article) for article in pipe.recv()])
