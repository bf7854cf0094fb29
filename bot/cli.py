"""The command line: its arguments, its exit status, and what becomes of errors.

Imports argparse and no more, so that `--help`, `--version` and a mistyped command are instant; what a
command does is in `commands`.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

from bot import __version__
from index.errors import FootnoteError

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130  # 128 + SIGINT, as shells have it
STDOUT, STDERR = 1, 2

MAX_FOOTNOTES = 10

_FILES = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}  # shtab.FILE, without its import

_EXAMPLES = """\
examples:
  footnote ask "what did Yoon ask China about North Korea?"
  footnote read my-article.txt articles/ https://example.org/story
  footnote chat
"""


def run(argv: Sequence[str]) -> int:
    """Run a command; return its exit status: 0, 1 (an error, told on stderr), 2 (usage) or 130 (Ctrl-C)."""
    try:
        status = _run(argv)
        sys.stdout and sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough (`footnote articles | head -1`)
        _let_go_of(STDOUT, STDERR)
        return OK
    except OSError as error:
        _let_go_of(STDOUT)
        return _tell(f"{error.filename or 'the output cannot be written'}: {error.strerror or error}")
    return status


def _run(argv: Sequence[str]) -> int:
    parser = build_parser()
    try:
        args = parser.parse_args(argv)
    except SystemExit as end:  # after --help, --version, --print-completion or a wrong argument
        return int(end.code or OK)
    if args.command is None:
        parser.print_help(sys.stderr)
        return USAGE
    gc.disable()
    from bot.commands import COMMANDS
    from bot.terminal import prepare_streams

    # What imports make lives as long as the process, and so do the tables that a command reads: looking for
    # garbage in them, now and when it ends, would take an eighth of the time of a question.
    gc.freeze()
    gc.enable()
    prepare_streams()
    try:
        return COMMANDS[args.command](args)
    except FootnoteError as error:
        return _tell(error)
    finally:
        gc.freeze()


def _tell(problem: object) -> int:
    from bot.terminal import complain

    try:
        complain(problem)
    except OSError:  # nobody is left to be told
        _let_go_of(STDOUT, STDERR)
    return FAILED


def _let_go_of(*descriptors: int) -> None:
    """Turn streams away from where they cannot be written, or Python complains when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="footnote",
        description="Ask an article a question; get the article's own words back, with footnotes.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"footnote {__version__}")
    parser.add_argument(
        "--print-completion",
        choices=("bash", "zsh", "tcsh"),
        action=_PrintCompletion,
        help="print the completion script of a shell",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def add(name: str, purpose: str) -> argparse.ArgumentParser:
        description = purpose[0].upper() + purpose[1:] + "."
        return commands.add_parser(name, help=purpose, description=description, allow_abbrev=False)

    ask = add("ask", "answer a question in the article's own words")
    ask.add_argument("question", nargs="+", metavar="QUESTION", help="the question, quoted or not")
    _add_json(ask)
    ask.add_argument("--why", action="store_true", help="show what matched and what was not found")
    ask.add_argument("--article", metavar="ID", help="ask this article alone")
    ask.add_argument(
        "-k",
        dest="most",
        type=_footnote_count,
        default=3,
        metavar="N",
        help=f"footnotes at most, 1 to {MAX_FOOTNOTES} (default 3)",
    )

    add("chat", "hold a conversation with follow-up questions; Ctrl-D leaves; reads a pipe too")

    read = add("read", "add articles from files, folders and web pages")
    _add_file(read, "sources", "PATH_OR_URL", nargs="+")
    _add_json(add("articles", "list the articles that can be asked"))
    show = add("show", "show a passage that a footnote cites")
    show.add_argument("passage", metavar="PASSAGE", help="its passage_id in --json, or as --why shows it")
    _add_json(show)
    add("remove", "drop an article").add_argument(
        "article", metavar="ID", help="as `footnote articles` shows it"
    )

    run_parser = add("run", "put a file of questions and write down the answers")
    _add_file(run_parser, "questions", "QUESTIONS")
    _add_file(run_parser, "--corpus", "CORPUS", help="ask these passages, not the library's articles")
    run_parser.add_argument(
        "--within-article", action="store_true", help="search only the question's article"
    )
    run_parser.add_argument("--always-answer", action="store_true", help="never abstain")
    run_parser.add_argument("--engine", type=_engine, metavar="NAME", help="search with this engine")
    _add_file(run_parser, "-o", "RUN", dest="run", required=True, help="the file to write")

    score = add("score", "measure a run against its questions, per kind and overall")
    _add_file(score, "questions", "QUESTIONS")
    _add_file(score, "run", "RUN")
    _add_json(score)

    add("telegram", "answer in Telegram until stopped")
    feedback = add("feedback", "list what was wrong with answers in Telegram, by thumbs down")
    _add_file(
        feedback,
        "--export",
        "FILE",
        dest="drafts",
        help="write them as drafts of golden questions, to complete",
    )
    add("settings", "show the settings in force, secrets hidden")
    return parser


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _add_file(parser: argparse.ArgumentParser, name: str, metavar: str, **options: Any) -> None:
    action = parser.add_argument(name, metavar=metavar, **options)
    action.complete = _FILES  # type: ignore[attr-defined]  # where shtab looks


def _footnote_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_FOOTNOTES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MAX_FOOTNOTES}")
    return int(text)


def _engine(text: str) -> str:
    from typing import get_args

    from bot.settings import Settings

    engines = get_args(Settings.model_fields["engine"].annotation)
    if text not in engines:
        raise argparse.ArgumentTypeError(f"there is no engine {text!r}; there are: {', '.join(engines)}")
    return text


class _PrintCompletion(argparse.Action):
    """Prints the completion script and ends."""

    def __call__(self, parser: argparse.ArgumentParser, _: object, shell: object, __: object = None) -> None:
        import shtab

        sys.stdout.write(shtab.complete(parser, shell=str(shell)) + "\n")
        parser.exit()
