"""The harness: question, corpus and run files in, questions put to the same dialogue as in a chat, a run out.

All three files are JSON Lines, one object a line; fields that are not named here are ignored.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, ValidationError

from bot.dialogue import MAX_TURNS, Dialogue
from bot.models import Session, Turn
from index.analyzer import detect_language
from index.errors import FootnoteError, UnknownArticleError
from index.library import Library
from index.models import Article, EngineName, Passage

_NULL_IS_EMPTY = BeforeValidator(lambda value: () if value is None else value)
Texts = Annotated[tuple[str, ...], _NULL_IS_EMPTY]

_BOM = b"\xef\xbb\xbf"


class QuestionFileError(FootnoteError):
    """A question, corpus or run file that cannot be used; `line` is the one to blame, from 1, if one is."""

    def __init__(self, path: Path, problem: str, line: int | None = None) -> None:
        self.path = path
        self.line = line
        super().__init__(f"{path}: {problem}" if line is None else f"{path}, line {line}: {problem}")


class QuestionError(FootnoteError):
    """A question that cannot be put to these articles."""

    def __init__(self, question_id: str, problem: str) -> None:
        self.question_id = question_id
        super().__init__(f"question {question_id!r}: {problem}")


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class HistoryEntry(_Line):
    """What was said before: by the user, or by the bot with the ids of the passages it cited."""

    role: Literal["user", "bot"]
    text: str
    passages: Texts = ()


class Question(_Line):
    """A line of a question file.

    Right is a passage that holds one of `gold_quotes`, any one of which serves, or else one of
    `gold_passages`; right is an answer that holds any one of `answers`. `also_quotes` should be cited too.
    """

    id: str
    question: str
    history: Annotated[
        tuple[HistoryEntry, ...], BeforeValidator(lambda value: () if value is None else value)
    ] = ()
    article_id: str | None = None
    answerable: bool
    gold_quotes: tuple[str, ...] | None = None
    gold_passages: tuple[str, ...] | None = None
    also_quotes: Texts = ()
    answers: Texts = ()
    kind: str | None = None
    note: str | None = None


class CorpusLine(_Line):
    """A line of a corpus file: a passage. `language` is an ISO 639-1 code."""

    article_id: str
    title: str
    passage_id: str
    text: str
    language: str | None = Field(None, pattern="^[a-z]{2,3}$")


class RunLine(_Line):
    """A line of a run file: what was answered to the question of the same id.

    `passages` are the texts of the cited passages, none where it abstained; `ranked` the ids of the passages
    found, also where it abstained. Both best first. Systems that only rank may leave out the rest.
    """

    id: str
    answer: str | None = None
    abstained: bool = False
    confidence: FiniteFloat | None = None
    passages: Texts = ()
    ranked: Texts = ()


LineT = TypeVar("LineT", bound=_Line)


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a file, in its order.

    Raises:
        QuestionFileError: it cannot be read, has no question, a wrong line, or one id twice.
    """
    questions = list(_read_unique(path, Question, lambda question: question.id))
    if not questions:
        raise QuestionFileError(path, "there is no question in it; write one JSON object a line.")
    return questions


def read_run(path: Path) -> list[RunLine]:
    """Return the lines of a run file, in its order.

    Raises:
        QuestionFileError: it cannot be read, has a wrong line, or one id twice.
    """
    return list(_read_unique(path, RunLine, lambda line: line.id))


def read_corpus(path: Path, *, engine: EngineName = "auto") -> Library:
    """Return a library of the passages in a file, taken as they are.

    The text of an article is its passages, in the order of the file, with blank lines between; its title
    and language are the first that are given, and without a language it is detected over the whole text.

    Raises:
        QuestionFileError: it cannot be read, has no passage, a wrong line, or one passage id twice.
    """
    lines_of: dict[str, list[CorpusLine]] = {}
    for line in _read_unique(path, CorpusLine, lambda line: line.passage_id):
        lines_of.setdefault(line.article_id, []).append(line)
    if not lines_of:
        raise QuestionFileError(path, "there is no passage in it; write one JSON object a line.")
    articles: list[Article] = []
    passages: list[Passage] = []
    for lines in lines_of.values():
        articles.append(_join(lines))
        passages.extend(_place(lines))
    return Library.of(articles, passages, engine=engine)


def run_questions(
    dialogue: Dialogue,
    questions: Iterable[Question],
    *,
    within_article: bool = False,
    always_answer: bool = False,
) -> Iterator[RunLine]:
    """Yield the run of every question as soon as it is there; see `run_question`."""
    for question in questions:
        yield run_question(dialogue, question, within_article=within_article, always_answer=always_answer)


def run_question(
    dialogue: Dialogue, question: Question, *, within_article: bool = False, always_answer: bool = False
) -> RunLine:
    """Return what the bot says to a question after its history.

    `within_article` searches only the question's article, where it names one; `always_answer` never abstains.
    A chat reply ("hi") has its text as the answer, confidence 0 and no passages.

    Raises:
        QuestionError: its article, which alone is to be searched, is not there.
    """
    session = Session(article_id=question.article_id if within_article else None)
    if session.article_id is not None:
        try:
            dialogue.library.article(session.article_id)
        except UnknownArticleError as error:
            problem = (
                f"its article {session.article_id!r} is not here; give its corpus, or search all articles."
            )
            raise QuestionError(question.id, problem) from error
    session = told(dialogue, session, question.history, always_answer=always_answer)
    reply = dialogue.reply(session, question.question, always=always_answer)
    answer = reply.answer
    if answer is None:
        return RunLine(id=question.id, answer=reply.text, confidence=0.0)
    sentences = " ".join(answer.text_of(quote) for quote in answer.quotes)
    return RunLine(
        id=question.id,
        answer=None if answer.abstained else sentences,
        abstained=answer.abstained,
        confidence=answer.confidence,
        passages=tuple(footnote.passage.text for footnote in answer.footnotes),
        ranked=tuple(hit.passage.id for hit in answer.hits),
    )


def told(
    dialogue: Dialogue, session: Session, history: Sequence[HistoryEntry], *, always_answer: bool
) -> Session:
    """Return the session as it is after the history.

    What the bot is said to have answered is taken from the file; where the file has only the user's words,
    the dialogue is asked, as happened in the chat.
    """
    for entry, following in zip_longest(history, history[1:]):
        if entry.role == "bot":
            continue
        if following is None or following.role == "user":
            session = dialogue.reply(session, entry.text, always=always_answer).session
        else:
            turns = (*session.turns, Turn(entry.text, following.passages, (following.text,)))
            session = replace(session, turns=turns[-MAX_TURNS:])
    return session


_GAP = "\n\n"


def _join(lines: Sequence[CorpusLine]) -> Article:
    """Return the article of its lines."""
    text = _GAP.join(line.text for line in lines)
    language = next((line.language for line in lines if line.language), None) or detect_language(text)
    title = next((line.title for line in lines if line.title), "")
    return Article(lines[0].article_id, title, None, None, language, text, ())


def _place(lines: Sequence[CorpusLine]) -> Iterator[Passage]:
    """Yield the passages of an article's lines, at their places in its text."""
    start = 0
    for number, line in enumerate(lines, start=1):
        end = start + len(line.text)
        yield Passage(line.passage_id, line.article_id, "body", number, (), start, end, start, line.text)
        start = end + len(_GAP)


def _read_unique(path: Path, form: type[LineT], key: Callable[[LineT], str]) -> Iterator[LineT]:
    """Yield the lines of a file, refusing a key that was there before."""
    seen: dict[str, int] = {}
    for number, line in _read_lines(path, form):
        first = seen.setdefault(key(line), number)
        if first != number:
            problem = f"the id {key(line)!r} stands in line {first} already; give each an id of its own."
            raise QuestionFileError(path, problem, number)
        yield line


def _read_lines(path: Path, form: type[LineT]) -> Iterator[tuple[int, LineT]]:
    """Yield the lines of a file that are not blank, each with its number."""
    try:
        # Bytes, because text would also be split where a passage has a U+2028 or a form feed.
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = (raw.removeprefix(_BOM) if number == 1 else raw).strip()
                if line:
                    yield number, _parse(path, number, line, form)
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error}); give the path of a JSON Lines file."
        raise QuestionFileError(path, problem) from error


def _parse(path: Path, number: int, raw: bytes, form: type[LineT]) -> LineT:
    try:
        return form.model_validate_json(raw.decode())
    except UnicodeDecodeError as error:
        raise QuestionFileError(path, "this is not UTF-8; save the file as UTF-8.", number) from error
    except ValidationError as error:
        raise QuestionFileError(path, _explain(error), number) from error


def _explain(error: ValidationError) -> str:
    """Return the first thing that is wrong with a line, in one sentence."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        problem = first["ctx"]["error"].replace("line 1 column", "column")
        return f"this is not JSON ({problem}); write one JSON object a line."
    if first["type"] == "missing":
        return f"{field!r} is missing; add it."
    message = first["msg"][0].lower() + first["msg"][1:]
    return f"{field!r}: {message}." if field else f"{message}; write one JSON object a line."
