"""What each command does. A command takes the parsed arguments, writes to stdout, returns the exit status."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot.bootstrap import may_reach, open_dialogue, open_shelf
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
from bot.terminal import Run, display_of, flow, say, say_at_length
from index.errors import FootnoteError


def ask(args: Namespace) -> int:
    """Answer one question."""
    settings = load_settings()
    dialogue = open_dialogue(settings)
    if args.article is not None:
        dialogue.library.entry(args.article)  # unknown: an error, not an abstention
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
    from bot.adding import add_sources

    settings = load_settings()
    added = add_sources(
        open_shelf(settings), args.sources, display_of(sys.stdout), may_reach=may_reach(settings)
    )
    if added.is_stopped:
        raise KeyboardInterrupt
    return 1 if added.refused else 0


def articles(args: Namespace) -> int:
    """List the articles."""
    library = open_shelf(load_settings()).library()
    found = library.entries()
    if args.json:
        _say_json([article_object(article) for article in found])
        return 0
    display = display_of(sys.stdout)
    if found:
        say_at_length("\n".join(render_article(each, display, note=each.source) for each in found))
    else:
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
    bar = tqdm(lines, total=len(questions), unit=" questions", leave=False, disable=None)
    _write(args.run, (to_json(line.model_dump(mode="json")) + "\n" for line in bar))
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
    from bot.database import FILE
    from bot.state import State
    from bot.telegram_app import Access, Desk, Operator, Webhook, configure_logging, run_bot

    token = settings.telegram_token.get_secret_value()
    configure_logging(settings.log_level, token)
    webhook = None
    if settings.webhook_url is not None:
        webhook = Webhook(settings.webhook_url, settings.webhook_listen, settings.webhook_port)
        if settings.webhook_secret is not None:
            webhook = replace(webhook, secret=settings.webhook_secret.get_secret_value())
    access = Access(token, settings.telegram_base_url, settings.telegram_base_file_url, webhook)
    dialogue = open_dialogue(settings)
    with State(settings.library / FILE, settings.retention_days) as state:
        shelf, reach = open_shelf(settings), may_reach(settings)
        operator = Operator(settings.admins, shelf, reach) if settings.admins else None
        desk = Desk(dialogue, state, settings.retention_days, operator, settings.allowed_chats)
        run_bot(desk, access, settings.library)
    return 0


def feedback(args: Namespace) -> int:
    """List the thumbs down, or write them as drafts of golden questions."""
    from bot.database import FILE
    from bot.feedback import golden_draft, render_thumb
    from bot.state import State

    settings, display = load_settings(), display_of(sys.stdout)
    path, thumbs = settings.library / FILE, []
    if path.exists():
        with State(path, settings.retention_days) as state:
            thumbs = state.thumbs("down")
    if args.drafts is not None:
        lines = [to_json(golden_draft(t).model_dump(mode="json", exclude_none=True)) + "\n" for t in thumbs]
        _write(args.drafts, lines)
        say(f"{len(lines)} drafts are in {args.drafts}; complete gold_quotes, answers and answerable.")
    elif not thumbs:
        say("There is no feedback yet: nobody has pressed a thumb down.")
    else:
        for thumb in thumbs:
            say(render_thumb(thumb, display))
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
    for command in (ask, chat, read, articles, show, remove, run, score, telegram, feedback, settings)
}


def _write(path: str, lines: Iterable[str]) -> None:
    """Write lines to a file.

    Raises:
        FootnoteError: it cannot be written.
    """
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            file.writelines(lines)
    except OSError as error:
        raise FootnoteError(f"{path}: cannot be written ({error.strerror or error}).") from error


def _say_json(value: object) -> None:
    say(to_json(value, sys.stdout.encoding or "utf-8"))


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        value = ", ".join(map(str, sorted(value))) or None
    if value is None:
        return "(not set)"
    return "(set, hidden)" if isinstance(value, SecretStr) else str(value)
