"""Every error that this project raises on purpose derives from `FootnoteError`.

Each prints as one line that says what is wrong and how to mend it.
"""

from collections.abc import Iterable


class FootnoteError(Exception):
    """The root. The front ends show `str(error)` and go on or exit with status 1."""


class ReadingError(FootnoteError):
    """A text that cannot be made an article; `source` is the file as the user named it."""

    def __init__(self, source: str, problem: str) -> None:
        self.source = source
        self.problem = problem
        super().__init__(f"{source}: {problem}")


def told_once(errors: Iterable[ReadingError]) -> list[ReadingError]:
    """Return the errors in order, of those that lines of one file have alike the first, with their number."""
    alike: dict[tuple[str, str], list[ReadingError]] = {}
    for error in errors:
        file = error.source.rpartition(", line ")[0] or error.source
        alike.setdefault((file, error.problem), []).append(error)
    return [
        ReadingError(error.source, f"{error.problem} And {len(more)} more like it.") if more else error
        for error, *more in alike.values()
    ]


class UnknownArticleError(FootnoteError):
    """There is no article of that id."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        super().__init__(f"There is no article {article_id!r}. `footnote articles` lists those there are.")


class UnknownPassageError(FootnoteError):
    """There is no passage of that id."""

    def __init__(self, passage_id: str, message: str | None = None) -> None:
        self.passage_id = passage_id
        super().__init__(
            message
            or f"There is no passage {passage_id!r}. A passage id stands in the answer's --json, "
            "for example in footnotes[0].passage_id."
        )


class ChangedPassageError(UnknownPassageError):
    """A passage of an article that was replaced; `article_id` is the version that is there now."""

    def __init__(self, passage_id: str, article_id: str) -> None:
        self.article_id = article_id
        super().__init__(
            passage_id,
            f"The text of passage {passage_id!r} has changed: its article was read again, and is now "
            f"{article_id!r}.",
        )


class LibraryError(FootnoteError):
    """The library folder cannot be used; `path` is where it was looked for."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}")
