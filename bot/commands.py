"""What each command does. A command takes the parsed arguments, writes to stdout, returns the exit status."""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import SecretStr

from bot.bootstrap import open_dialogue, open_shelf
from bot.explaining import explain
from bot.models import Session
from bot.rendering import (
    article_object,
    explanation_object,
    passage_object,
    render_article,
    render_passage,
    render_reply,
    render_why,
    reply_object,
    to_json,
)
from bot.settings import PREFIX, Settings, SettingsError, load_settings
from bot.terminal import Run, complain, display_of, flow, say
from index.errors import FootnoteError, ReadingError
from index.reading import MAX_BYTES, read_bytes


def ask(args: Namespace) -> int:
    """Answer one question."""
    settings = load_settings()
    dialogue = open_dialogue(settings)
    if args.article is not None:
        dialogue.library.article(args.article)  # unknown: an error, not an abstention
    reply = dialogue.reply(Session(article_id=args.article), " ".join(args.question), most=args.most)
    explained = explain(reply.answer, dialogue.library) if args.why and reply.answer else None
    if args.json:
        shown = reply_object(reply, dialogue.library.engine.name)
        if args.why and reply.answer:
            shown["why"] = explanation_object(reply.answer, explained)
        _say_json(shown)
        return 0
    display = display_of(sys.stdout)
    say(render_reply(reply, display))
    if args.why and reply.answer:
        say("\n" + render_why(reply.answer, explained, display))
    return 0


def chat(_: Namespace) -> int:
    """Hold a conversation."""
    from bot.chat import converse

    converse(open_dialogue(load_settings()), display_of(sys.stdout))
    return 0


def read(args: Namespace) -> int:
    """Add articles; those that cannot be read are told, and the others added."""
    shelf = open_shelf(load_settings())
    display = display_of(sys.stdout)
    status = 0
    for path in args.paths:
        try:
            article = read_bytes(_read_file(path), Path(path).name)
            outcome = shelf.add(article, str(Path(path).resolve()))
        except ReadingError as error:
            complain(ReadingError(path, error.problem))
            status = 1
        else:
            note = "" if outcome == "read" else outcome
            say(render_article(shelf.library().entry(article.id), display, note=note))
    return status


def articles(args: Namespace) -> int:
    """List the articles."""
    library = open_shelf(load_settings()).library()
    found = library.entries()
    if args.json:
        _say_json([article_object(article) for article in found])
        return 0
    display = display_of(sys.stdout)
    for article in found:
        say(render_article(article, display, note=article.source))
    if not found:
        say("There are no articles. `footnote read PATH` adds one.")
    return 0


def show(args: Namespace) -> int:
    """Show a passage between its neighbours."""
    library = open_shelf(load_settings()).library()
    passage = library.passage(args.passage)
    article = library.article(passage.article_id)
    if args.json:
        _say_json(passage_object(article, passage))
    else:
        before, after = library.neighbours(passage)
        say(render_passage(article, passage, display_of(sys.stdout), before=before, after=after))
    return 0


def remove(args: Namespace) -> int:
    """Drop an article."""
    open_shelf(load_settings()).remove(args.article)
    say(f"{args.article} is removed.")
    return 0


def run(args: Namespace) -> int:
    """Put a file of questions; a progress bar shows on a terminal."""
    from tqdm import tqdm

    from bot.dialogue import Dialogue
    from bot.evaluation import read_corpus, read_questions, run_questions

    settings = load_settings()
    if args.engine is not None:
        settings = settings.model_copy(update={"engine": args.engine})
    questions = read_questions(Path(args.questions))
    if args.corpus:
        dialogue = Dialogue(read_corpus(Path(args.corpus), engine=settings.engine))
    else:
        dialogue = open_dialogue(settings)
    lines = run_questions(
        dialogue, questions, within_article=args.within_article, always_answer=args.always_answer
    )
    try:
        with Path(args.run).open("w", encoding="utf-8") as file:
            bar = tqdm(lines, total=len(questions), unit=" questions", leave=False, disable=None)
            file.writelines(to_json(line.model_dump(mode="json")) + "\n" for line in bar)
    except OSError as error:
        raise FootnoteError(f"{args.run}: cannot be written ({error.strerror or error}).") from error
    return 0


def score(args: Namespace) -> int:
    """Measure a run."""
    from bot.evaluation import read_questions, read_run
    from bot.scoring import format_scores
    from bot.scoring import score as score_run

    scores = score_run(read_questions(Path(args.questions)), read_run(Path(args.run)))
    if args.json:
        _say_json(scores.model_dump(mode="json"))
    else:
        say(format_scores(scores))
    return 0


def telegram(_: Namespace) -> int:
    """Run the Telegram bot."""
    settings = load_settings()
    if settings.telegram_token is None:
        raise SettingsError(
            f"there is no Telegram token; get one from @BotFather in Telegram (/newbot) and set "
            f"{PREFIX}TELEGRAM_TOKEN to it."
        )
    from bot.telegram_app import configure_logging, run_bot

    token = settings.telegram_token.get_secret_value()
    configure_logging(settings.log_level, token)
    run_bot(
        open_dialogue(settings),
        token=token,
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
    )
    return 0


def settings(_: Namespace) -> int:
    """Show every setting; what they are is shown even where one of them is wrong."""
    display = display_of(sys.stdout)
    try:
        in_force, problem = load_settings(), None
    except SettingsError as error:
        in_force, problem = None, error
    for name, field in Settings.model_fields.items():
        value = "" if in_force is None else f" = {_shown(getattr(in_force, name))}"
        say(flow([Run(PREFIX + name.upper(), "bold"), Run(value)], display, rest="    "))
        say(flow([Run(field.description or "", "dim")], display, first="    ", rest="    "))
    if problem is not None:
        raise problem
    return 0


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    command.__name__: command
    for command in (ask, chat, read, articles, show, remove, run, score, telegram, settings)
}


def _read_file(path: str) -> bytes:
    """Return the bytes of a file that is not too large.

    Raises:
        ReadingError: it cannot be read, or is too large.
    """
    if path.lower().startswith(("http://", "https://")):
        raise ReadingError(
            path, "addresses are not read yet; save the article as plain text and read that file."
        )
    file = Path(path)
    try:
        if file.is_dir():
            raise ReadingError(path, "this is a folder; name the files in it.")
        size = file.stat().st_size
        if size > MAX_BYTES:  # before any of it is in memory
            limit = MAX_BYTES // 1_000_000
            raise ReadingError(
                path, f"{size / 1e6:.0f} MB is too large for one article (limit {limit} MB); split it."
            )
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)  # a pipe has no size, and may have no end
    except FileNotFoundError as error:
        raise ReadingError(path, "there is no such file.") from error
    except OSError as error:
        raise ReadingError(path, f"cannot be read ({error.strerror or error}).") from error


def _say_json(value: object) -> None:
    say(to_json(value, sys.stdout.encoding or "utf-8"))


def _shown(value: object) -> str:
    if value is None:
        return "(not set)"
    return "(set, hidden)" if isinstance(value, SecretStr) else str(value)
