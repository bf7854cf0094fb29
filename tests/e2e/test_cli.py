"""The command in a process of its own, as a user starts it; some of it under a pseudo-terminal."""

import json
import os
import re
import select
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event

import pytest

import bot
from tests.pdfs import Printed, pdf
from tests.web_server import WebSite, page

CHECKOUT = Path(bot.__file__).parents[1]
FLAGSHIP = "what did Yoon ask China about North Korea?"
FOOTNOTE_KEYS = ["n", "passage_id", "article_id", "title", "section", "author", "date", "paragraph"]
FOOTNOTE_KEYS += ["start", "end", "text", "quote_spans", "answer_spans", "score"]
REPLY_KEYS = ["question", "answer", "abstained", "reason", "notes", "confidence", "footnotes", "nearest"]
REPLY_KEYS += ["engine", "took_ms"]

ARTICLE = """\
How the harbour was saved

By Ada Quill, 4 May

The gale took the roof of the customs house on Monday, and the crane fell across the quay an hour later.

The town council voted 2.4 million for a new mole, “whatever the port may say” about it. Nobody objected.
"""

Footnote = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(name="environ")
def _environ(tmp_path: Path) -> dict[str, str]:
    """Return an environment with nothing of the user's in it."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    return {
        **kept,
        **home,
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONWARNINGS": "error",
        "FOOTNOTE_LIBRARY": str(tmp_path / "library"),
    }


@pytest.fixture(name="elsewhere")
def _elsewhere(tmp_path: Path) -> Path:
    """Return the folder that the command is started in."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.fixture(name="footnote")
def _footnote(environ: dict[str, str], elsewhere: Path) -> Footnote:
    """Return the command: its arguments to what it wrote and its exit status."""

    def run(
        *args: str, env: Mapping[str, str] | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *args],
            env={**environ, **(env or {})},
            cwd=elsewhere,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )

    return run


COMMANDS = ["ask", "chat", "read", "articles", "show", "remove", "run", "score", "telegram", "settings"]


def one_line_of(problem: str) -> str:
    """Return the only line on stderr, or fail."""
    (line,) = problem.splitlines()
    assert line.startswith("footnote: ")
    return line


class TestStart:
    def test_help_lists_every_command(self, footnote: Footnote) -> None:
        done = footnote("--help")
        assert (done.returncode, done.stderr) == (0, "")
        for command in COMMANDS:
            assert re.search(rf"^    {command} ", done.stdout, re.MULTILINE)

    def test_version_is_that_of_the_package(self, footnote: Footnote) -> None:
        done = footnote("--version")
        assert (done.returncode, done.stdout) == (0, f"footnote {bot.__version__}\n")

    @pytest.mark.parametrize(
        "args",
        [
            (),
            ("fly",),
            ("ask",),
            ("ask", "-k", "0", "who"),
            ("ask", "-k", "x", "who"),
            ("show",),
            ("run", "q"),
        ],
    )
    def test_wrong_usage_is_told_on_stderr_with_status_2(
        self, footnote: Footnote, args: tuple[str, ...]
    ) -> None:
        done = footnote(*args)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("usage: footnote")
        assert "Traceback" not in done.stderr

    def test_an_unknown_engine_is_wrong_usage_and_those_there_are_are_named(self, footnote: Footnote) -> None:
        done = footnote("run", "questions", "-o", "run", "--engine", "warp")
        assert done.returncode == 2
        assert done.stderr.endswith("there is no engine 'warp'; there are: auto, rank_bm25, tantivy\n")

    @pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
    def test_completion_knows_the_commands_and_files(self, footnote: Footnote, shell: str) -> None:
        done = footnote("--print-completion", shell)
        assert (done.returncode, done.stderr) == (0, "")
        assert "articles" in done.stdout
        assert "--within-article" in done.stdout or shell == "tcsh"

    @pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
    def test_the_completion_script_of_bash_is_valid(self, footnote: Footnote) -> None:
        script = footnote("--print-completion", "bash").stdout
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)

    def test_help_imports_nothing_heavy_and_ask_nothing_it_does_not_use(
        self, environ: dict[str, str], elsewhere: Path
    ) -> None:
        code = (
            "import sys; from bot.__main__ import main; main([{!r}, *sys.argv[1:]]); "
            "print(*(name for name in sys.modules if '.' not in name), file=sys.stderr)"
        )
        loaded = {}
        for command, *args in (["--help"], ["ask", FLAGSHIP]):
            done = subprocess.run(
                [sys.executable, "-c", code.format(command), *args],
                env=environ,
                cwd=elsewhere,
                capture_output=True,
                encoding="utf-8",
                timeout=60,
                check=True,
            )
            loaded[command] = set(done.stderr.split())
        assert not loaded["--help"] & {
            "numpy",
            "pydantic",
            "rank_bm25",
            "platformdirs",
            "dataclasses",
            "json",
        }
        assert "rank_bm25" in loaded["ask"]
        assert not loaded["ask"] & {
            "telegram",
            "httpx",
            "tqdm",
            "shtab",
            "readline",
            "argcomplete",
            "markdown_it",
            "pypdf",
            "trafilatura",
            "yaml",
        }


class TestAsk:
    def test_the_flagship_question_is_answered_and_cited(self, footnote: Footnote) -> None:
        done = footnote("ask", FLAGSHIP)
        assert (done.returncode, done.stderr) == (0, "")
        answer, notes = done.stdout.split("\n\n")
        assert "“actively contribute to promoting peace”" in " ".join(answer.split())
        assert answer.endswith(" [1]")
        assert notes.startswith("[1] The China-Japan-ROK trilateral summit on May 26-27 in Seoul.")
        assert "› The North Korean issue · paragraph 10 · Konstantin Asmolov, July 03" in " ".join(
            notes.split()
        )

    def test_the_question_may_be_several_words(self, footnote: Footnote) -> None:
        assert footnote("ask", *FLAGSHIP.split()).stdout == footnote("ask", FLAGSHIP).stdout

    def test_piped_output_has_no_colour_and_at_most_a_hundred_columns(self, footnote: Footnote) -> None:
        done = footnote("ask", "--why", FLAGSHIP, env={"TERM": "xterm-256color", "COLUMNS": "40"})
        assert "\x1b" not in done.stdout
        assert 80 < max(map(len, done.stdout.splitlines())) <= 100

    def test_json_is_one_object_in_the_form_of_the_contract(self, footnote: Footnote) -> None:
        done = footnote("ask", "--json", FLAGSHIP)
        assert done.stdout.endswith("}\n")
        found = json.loads(done.stdout)
        assert list(found) == REPLY_KEYS
        assert (found["question"], found["abstained"], found["engine"]) == (FLAGSHIP, False, "rank_bm25")
        assert list(found["footnotes"][0]) == FOOTNOTE_KEYS
        assert found["footnotes"][0]["n"] == 1

    def test_every_span_in_json_is_a_slice_of_the_stored_article(self, footnote: Footnote) -> None:
        text = (CHECKOUT / "data" / "articles" / "seoul-summit.txt").read_bytes().decode()
        found = json.loads(footnote("ask", "--json", FLAGSHIP).stdout)
        quotes = []
        for note in found["footnotes"]:
            assert text[note["start"] : note["end"]] == note["text"]
            quotes += [text[start:end] for start, end in note["quote_spans"]]
        assert " ".join(quotes) == found["answer"]

    def test_an_abstention_is_no_error_and_offers_the_nearest_passage(self, footnote: Footnote) -> None:
        done = footnote("ask", "--json", "what is the capital of Uruguay?")
        assert (done.returncode, done.stderr) == (0, "")
        found = json.loads(done.stdout)
        assert (found["abstained"], found["answer"], found["footnotes"]) == (True, None, [])
        assert found["reason"]

    def test_a_greeting_gets_a_reply_and_no_footnotes(self, footnote: Footnote) -> None:
        found = json.loads(footnote("ask", "--json", "hi").stdout)
        assert (found["abstained"], found["footnotes"]) == (False, [])
        assert found["answer"] + "\n" == footnote("ask", "hi").stdout.replace("\n", " ").rstrip() + "\n"

    def test_k_limits_the_footnotes(self, footnote: Footnote) -> None:
        contrast = "What was agreed about supply chains with China and with Japan?"
        cited = [json.loads(footnote("ask", "--json", "-k", k, contrast).stdout)["footnotes"] for k in "31"]
        assert [len(footnotes) for footnotes in cited] == [2, 1]

    def test_why_shows_passage_and_confidence(self, footnote: Footnote) -> None:
        done = footnote("ask", "--why", FLAGSHIP)
        assert re.search(r"^\[1\] [\w-]{1,40}-10, score \d+\.\d\d$", done.stdout, re.MULTILINE)
        assert re.search(r"^confidence: [01]\.\d\d$", done.stdout, re.MULTILINE)
        assert list(json.loads(footnote("ask", "--why", "--json", FLAGSHIP).stdout))[-1] == "why"

    def test_an_unknown_article_is_an_error(self, footnote: Footnote) -> None:
        done = footnote("ask", "--article", "nope", FLAGSHIP)
        assert (done.returncode, done.stdout) == (1, "")
        assert "'nope'" in one_line_of(done.stderr)

    def test_a_question_that_is_not_utf8_does_no_harm(self, footnote: Footnote) -> None:
        done = footnote("ask", "--json", "Yoon \udcff")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["question"] == "Yoon \udcff"

    def test_a_terminal_that_is_not_utf8_gets_a_likeness(self, footnote: Footnote) -> None:
        done = footnote("ask", FLAGSHIP, env={"PYTHONIOENCODING": "ascii"})
        assert (done.returncode, done.stderr) == (0, "")
        assert '"actively contribute to promoting peace"' in " ".join(done.stdout.split())
        posix = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        assert footnote("ask", FLAGSHIP, env=posix).stdout == done.stdout


class TestLibrary:
    def test_an_article_of_ones_own_is_read_asked_shown_and_removed(
        self, footnote: Footnote, tmp_path: Path
    ) -> None:
        path = tmp_path / "harbour.txt"
        path.write_text(ARTICLE, encoding="utf-8")
        done = footnote("read", str(path))
        assert (done.returncode, done.stderr) == (0, "")
        found = re.fullmatch(
            r"(\S+)  How the harbour was saved\n    Ada Quill, 4 May · 3 passages\n", done.stdout
        )
        assert found
        article_id = found[1]

        assert footnote("read", str(path)).stdout == done.stdout.replace("passages", "passages · unchanged")

        listed = json.loads(footnote("articles", "--json").stdout)
        assert {"article_id": article_id, "title": "How the harbour was saved"}.items() <= next(
            entry for entry in listed if entry["article_id"] == article_id
        ).items()

        asked = footnote("ask", "--json", "--article", article_id, "what did the council vote?")
        note = json.loads(asked.stdout)["footnotes"][0]
        assert note["article_id"] == article_id

        shown = json.loads(footnote("show", "--json", note["passage_id"]).stdout)
        assert shown == {key: note[key] for key in shown}
        assert "2.4 million" in footnote("show", note["passage_id"]).stdout

        assert footnote("remove", article_id).returncode == 0
        again = footnote("remove", article_id)
        assert (again.returncode, again.stdout) == (1, "")
        assert article_id in one_line_of(again.stderr)
        assert article_id not in footnote("articles").stdout

    def test_good_files_are_read_and_each_bad_one_is_told_in_a_line(
        self, footnote: Footnote, tmp_path: Path
    ) -> None:
        good = tmp_path / "good.txt"
        good.write_text(ARTICLE, encoding="utf-8")
        bad = {
            "missing.txt": None,
            "folder": None,
            "empty.txt": b"",
            "blank.txt": b" \n\n\t\n",
            "binary.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
            "furniture.txt": b"EN|FR|RU\n\nFollow us on:\n\nMore on this topic\n",
            "latin.txt": "Müller läuft über die Brücke und trägt einen Hut.\n".encode("latin-1"),
            "line.txt": b"word " * 10_000_000,
        }
        for name, content in bad.items():
            if content is not None:
                (tmp_path / name).write_bytes(content)
        (tmp_path / "folder").mkdir()
        address = "http://127.0.0.1:9/article.html"
        done = footnote("read", *(str(tmp_path / name) for name in bad), address, str(good))
        assert done.returncode == 1
        assert "How the harbour was saved" in done.stdout
        lines = done.stderr.splitlines()
        told = [f"footnote: {tmp_path / name}: " for name in bad] + [f"footnote: {address}: "]
        assert [line[: len(start)] for line, start in zip(lines, told, strict=True)] == told
        assert "no such file" in lines[0]
        assert "50 MB" in lines[-2]

    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
    def test_a_file_one_may_not_read_is_told_in_a_line(self, footnote: Footnote, tmp_path: Path) -> None:
        path = tmp_path / "secret.txt"
        path.write_text(ARTICLE, encoding="utf-8")
        path.chmod(0)
        done = footnote("read", str(path))
        assert done.returncode == 1
        assert "Permission denied" in one_line_of(done.stderr)

    @pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that nobody can read whole")
    def test_a_file_that_cannot_be_read_is_told_in_a_line(self, footnote: Footnote) -> None:
        done = footnote("read", "/proc/self/mem")
        assert done.returncode == 1
        assert one_line_of(done.stderr).startswith("footnote: /proc/self/mem: cannot be read (")

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without end")
    def test_a_file_without_end_is_refused_at_the_limit(self, footnote: Footnote) -> None:
        assert "too large" in one_line_of(footnote("read", "/dev/zero").stderr)

    def test_a_name_with_control_characters_reaches_the_terminal_harmless(self, footnote: Footnote) -> None:
        line = one_line_of(footnote("read", "a\x1b[31m\nb").stderr)
        assert line.isprintable()

    def test_a_library_that_cannot_be_made_is_told_in_a_line(
        self, footnote: Footnote, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        (tmp_path / "good.txt").write_text(ARTICLE, encoding="utf-8")
        inside_a_file = {"FOOTNOTE_LIBRARY": str(tmp_path / "file" / "library")}
        done = footnote("read", str(tmp_path / "good.txt"), env=inside_a_file)
        assert (done.returncode, done.stdout) == (1, "")
        assert "FOOTNOTE_LIBRARY" in one_line_of(done.stderr)

    def test_an_unknown_passage_is_an_error(self, footnote: Footnote) -> None:
        done = footnote("show", "nope-1")
        assert (done.returncode, done.stdout) == (1, "")
        assert "'nope-1'" in one_line_of(done.stderr)

    def test_the_articles_are_listed_on_two_lines_each_or_more(self, footnote: Footnote) -> None:
        done = footnote("articles")
        assert done.returncode == 0
        assert "Konstantin Asmolov, July 03 · 35 passages" in done.stdout


class TestRead:
    page = f"<!doctype html><title>A page</title><article><p>{ARTICLE.splitlines()[4]}</p></article>"

    def test_a_folder_of_all_formats_is_read_and_the_sum_of_it_told(
        self, footnote: Footnote, tmp_path: Path
    ) -> None:
        folder = tmp_path / "articles"
        (folder / "below").mkdir(parents=True)
        (folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
        (folder / "b.md").write_text("# A note\n\nIt rained in Osterby all day long.\n", encoding="utf-8")
        (folder / "c.html").write_text(self.page, encoding="utf-8")
        (folder / "below" / "d.pdf").write_bytes(pdf([Printed("The crane was lifted in June.", 700)]))
        lines = [{"article_id": "1", "title": "One", "text": "The mole was built."}, *[{"title": "Two"}] * 9]
        (folder / "e.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

        done = footnote("read", str(folder))
        assert done.returncode == 1
        assert one_line_of(done.stderr) == (
            f'footnote: {folder}/e.jsonl, line 2: there is no field "text"; an article a line needs one. '
            "And 8 more like it."
        )
        assert [line for line in done.stdout.splitlines() if line.startswith("    ")] == [
            *["    Ada Quill, 4 May · 3 passages", "    2 passages", "    2 passages", "    2 passages"],
            "    1 passage",
        ]
        assert done.stdout.endswith("\n5 read, 9 refused\n")

        (folder / "b.md").write_text("# A note\n\nIt rained in Osterby all week long.\n", encoding="utf-8")
        done = footnote("read", str(folder))
        assert done.stdout.endswith("\n4 unchanged, 1 replaced, 9 refused\n")
        assert "It rained in Osterby all week long." in footnote("ask", "Did it rain in Osterby?").stdout
        assert len(json.loads(footnote("articles", "--json").stdout)) == 6

    def test_a_page_is_read_from_this_machine_only_where_that_is_allowed(self, footnote: Footnote) -> None:
        with WebSite({"/a": page(self.page)}) as site:
            done = footnote("read", site.url("/a"))
            assert (done.returncode, done.stdout) == (1, "")
            assert "FOOTNOTE_ALLOW_PRIVATE_ADDRESSES" in one_line_of(done.stderr)
            assert site.asked == []
            done = footnote("read", site.url("/a"), env={"FOOTNOTE_ALLOW_PRIVATE_ADDRESSES": "1"})
            assert (done.returncode, done.stderr) == (0, "")
            assert "A page" in done.stdout


class TestHarness:
    def test_a_run_is_written_and_scored(self, footnote: Footnote, elsewhere: Path) -> None:
        questions = [
            {"id": "1", "question": FLAGSHIP, "answerable": True, "answers": ["actively contribute"]},
            {"id": "2", "question": "what is the capital of Uruguay?", "answerable": False},
        ]
        lines = "".join(json.dumps(question) + "\n" for question in questions)
        (elsewhere / "questions.jsonl").write_text(lines, encoding="utf-8")
        done = footnote("run", "questions.jsonl", "-o", "run.jsonl")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        run = [
            json.loads(line) for line in (elsewhere / "run.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        assert [list(line) for line in run] == [
            ["id", "answer", "abstained", "confidence", "passages", "ranked"]
        ] * 2
        assert "actively contribute" in run[0]["answer"]

        table = footnote("score", "questions.jsonl", "run.jsonl")
        assert (table.returncode, table.stderr) == (0, "")
        assert "hit@1" in table.stdout
        scores = footnote("score", "--json", "questions.jsonl", "run.jsonl")
        assert isinstance(json.loads(scores.stdout), dict)

    def test_a_corpus_is_asked_instead_of_the_library(self, footnote: Footnote, elsewhere: Path) -> None:
        passages = ["The mole cost two million.", "Nobody objected to the crane.", "The gale took the roof."]
        corpus = [
            {"article_id": "a", "title": "Harbour", "passage_id": f"a-{n}", "text": text}
            for n, text in enumerate(passages)
        ]
        question = {"id": "1", "question": "what did the gale take?", "answerable": True, "article_id": "a"}
        (elsewhere / "corpus.jsonl").write_text("".join(json.dumps(line) + "\n" for line in corpus))
        (elsewhere / "questions.jsonl").write_text(json.dumps(question) + "\n")
        options = ("--corpus", "corpus.jsonl", "--within-article", "--always-answer", "--engine", "rank_bm25")
        done = footnote("run", "questions.jsonl", *options, "-o", "run.jsonl")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads((elsewhere / "run.jsonl").read_text())["ranked"][0] == "a-2"

    def test_files_that_cannot_be_used_are_told_in_a_line(self, footnote: Footnote, elsewhere: Path) -> None:
        (elsewhere / "bad.jsonl").write_text("{}\n")
        (elsewhere / "good.jsonl").write_text('{"id": "1", "question": "who?", "answerable": true}\n')
        for args in (
            ("run", "missing.jsonl", "-o", "run.jsonl"),
            ("run", "bad.jsonl", "-o", "run.jsonl"),
            ("run", "good.jsonl", "-o", "no/such/folder/run.jsonl"),
            ("score", "good.jsonl", "missing.jsonl"),
        ):
            done = footnote(*args)
            assert (done.returncode, done.stdout) == (1, "")
            assert one_line_of(done.stderr)
        assert not (elsewhere / "run.jsonl").exists()


class TestSettings:
    def test_every_setting_is_shown_with_its_value_and_secrets_are_hidden(
        self, footnote: Footnote, environ: dict[str, str]
    ) -> None:
        done = footnote(
            "settings", env={"FOOTNOTE_TELEGRAM_TOKEN": "123:sesame", "FOOTNOTE_LOG_LEVEL": "DEBUG"}
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "sesame" not in done.stdout
        assert "FOOTNOTE_TELEGRAM_TOKEN = (set, hidden)\n" in done.stdout
        assert "FOOTNOTE_LOG_LEVEL = DEBUG\n" in done.stdout
        assert "FOOTNOTE_TELEGRAM_BASE_URL = (not set)\n" in done.stdout
        assert environ["FOOTNOTE_LIBRARY"] in done.stdout.replace("\n    ", "")

    def test_a_misspelt_setting_is_told_in_a_line_and_the_settings_are_listed(
        self, footnote: Footnote
    ) -> None:
        done = footnote("settings", env={"FOOTNOTE_LIBARY": "x"})
        assert done.returncode == 1
        assert "FOOTNOTE_LIBARY" in one_line_of(done.stderr)
        assert "FOOTNOTE_LIBRARY\n" in done.stdout
        assert footnote("ask", "hi", env={"FOOTNOTE_LIBARY": "x"}).returncode == 1

    def test_telegram_without_a_token_says_where_to_get_one(self, footnote: Footnote) -> None:
        done = footnote("telegram")
        assert (done.returncode, done.stdout) == (1, "")
        line = one_line_of(done.stderr)
        assert "@BotFather" in line
        assert "FOOTNOTE_TELEGRAM_TOKEN" in line


class TestPipes:
    def test_chat_answers_a_pipe_line_by_line_and_follows_up(self, footnote: Footnote) -> None:
        done = footnote("chat", stdin=f"{FLAGSHIP}\n\n/why\n/new\n/fly\n/help\nthanks\n/quit\nhi\n")
        assert (done.returncode, done.stderr) == (0, "")
        questions = re.findall("(?:^|\n\n)> (.*)\n", done.stdout)
        assert questions == [FLAGSHIP, "/why", "/new", "/fly", "/help", "thanks", "/quit"]
        assert "actively contribute" in done.stdout
        assert "confidence: " in done.stdout
        assert "There is no command /fly" in done.stdout

    @pytest.mark.parametrize(
        "question", ["“the elimination of tariffs” when?", "> the elimination of tariffs\nwhen?"]
    )
    def test_chat_takes_a_question_about_words_of_an_answer(self, footnote: Footnote, question: str) -> None:
        done = footnote("chat", stdin=f"What did Xing Haiming insist on?\n{question}\n")
        assert "December 2015" in done.stdout.rpartition("when?")[2]

    def test_chat_survives_input_that_is_not_utf8(self, environ: dict[str, str], elsewhere: Path) -> None:
        command = [sys.executable, "-m", "bot", "chat"]
        done = subprocess.run(
            command, env=environ, cwd=elsewhere, input=b"Yoon \xff\n", capture_output=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
    @pytest.mark.parametrize(
        ("line", "status"),
        [
            ("{} articles | head -0", "0"),
            ("{} chat < /dev/null | head -0", "0"),
            ("{} --help | head -0", "0"),
            ("{} articles >&-", "0"),
            ("{} chat <&-", "0"),
            ("{} remove nope 2>&-", "1"),
        ],
    )
    def test_a_closed_pipe_does_no_harm(
        self, environ: dict[str, str], elsewhere: Path, line: str, status: str
    ) -> None:
        shell = line.format(f"'{sys.executable}' -m bot") + '; echo "${PIPESTATUS[0]}"'
        done = subprocess.run(
            ["bash", "-c", shell],
            env=environ,
            cwd=elsewhere,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.stderr == ""
        assert done.stdout.splitlines()[-1] == status

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_full_disk_is_told_in_a_line(self, environ: dict[str, str], elsewhere: Path) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "bot", "articles"],
                env=environ,
                cwd=elsewhere,
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                timeout=60,
            )
        assert done.returncode == 1
        assert "No space left" in one_line_of(done.stderr)


# Makes its terminal the controlling one, so that Ctrl-C typed there is a SIGINT, and becomes the command.
_BECOME_COMMAND = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "bot", *sys.argv[1:]])
"""


class Screen:
    """The command under a pseudo-terminal: type, and wait for what it shows."""

    def __init__(self, args: tuple[str, ...], environ: Mapping[str, str], cwd: Path, columns: int) -> None:
        import fcntl
        import pty
        import termios

        self.shown = ""
        self._seen = 0
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BECOME_COMMAND, *args],
            env={"TERM": "xterm-256color", "INPUTRC": os.devnull, **environ},
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def type(self, text: str) -> None:
        time.sleep(0.2)  # CPython's readline sees a Ctrl-C late if it comes while it echoes a key
        os.write(self._master, text.encode())

    def wait_for(self, text: str, timeout_s: float = 30) -> None:
        """Read until `text` is shown behind all that was waited for before."""
        end = time.monotonic() + timeout_s
        while (at := self.shown.find(text, self._seen)) < 0:
            assert time.monotonic() < end, f"{text!r} is not in {self.shown[self._seen :]!r}"
            assert self._read(), f"ended without {text!r}: {self.shown[self._seen :]!r}"
        self._seen = at + len(text)

    def finish(self) -> int:
        """Read to the end and return the exit status."""
        end = time.monotonic() + 30
        while self._read():
            assert time.monotonic() < end, f"does not end: {self.shown!r}"
        return self._process.wait(timeout=30)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _read(self) -> bool:
        if select.select([self._master], [], [], 1)[0]:
            try:
                piece = os.read(self._master, 65_536)
            except OSError:  # Linux says so at the end
                return False
            self.shown += piece.decode(errors="replace").replace("\r\n", "\n")
            return bool(piece)
        return True


@pytest.fixture(name="screen")
def _screen(environ: dict[str, str], elsewhere: Path) -> Iterator[Callable[..., Screen]]:
    """Return the command under a pseudo-terminal."""
    opened = []

    def open_screen(*args: str, env: Mapping[str, str] | None = None, columns: int = 80) -> Screen:
        opened.append(Screen(args, {**environ, **(env or {})}, elsewhere, columns))
        return opened[-1]

    yield open_screen
    for screen in opened:
        screen.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
class TestTerminal:
    def test_the_words_that_answer_are_bold_and_lines_fit(self, screen: Callable[..., Screen]) -> None:
        seen = screen("ask", FLAGSHIP, columns=60)
        assert seen.finish() == 0
        assert "\x1b[1m" in seen.shown
        plain = re.sub("\x1b\\[[0-9]*m", "", seen.shown)
        assert 50 < max(map(len, plain.splitlines())) <= 60

    def test_a_wide_terminal_gets_at_most_110_columns(self, screen: Callable[..., Screen]) -> None:
        seen = screen("show", "the-china-japan-rok-30607f-10", columns=200)
        assert seen.finish() == 0
        plain = re.sub("\x1b\\[[0-9]*m", "", seen.shown)
        assert 100 < max(map(len, plain.splitlines())) <= 110

    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_no_colour_where_it_is_not_wanted_or_cannot_be(
        self, screen: Callable[..., Screen], env: dict[str, str]
    ) -> None:
        seen = screen("ask", FLAGSHIP, env=env)
        assert seen.finish() == 0
        assert "\x1b" not in seen.shown

    def test_json_has_no_colour_on_a_terminal_either(self, screen: Callable[..., Screen]) -> None:
        seen = screen("articles", "--json")
        assert seen.finish() == 0
        assert "\x1b" not in seen.shown

    def test_a_list_longer_than_the_terminal_goes_through_the_pager(
        self, screen: Callable[..., Screen], footnote: Footnote, tmp_path: Path
    ) -> None:
        pager = {"PAGER": "sed s/^/paged:/"}
        short = screen("articles", env=pager)
        assert short.finish() == 0
        assert "paged:" not in short.shown
        lines = [json.dumps({"title": f"Report {n}", "text": f"{ARTICLE}\n{n}"}) for n in range(30)]
        (tmp_path / "many.jsonl").write_text("\n".join(lines))
        assert footnote("read", str(tmp_path / "many.jsonl")).returncode == 0
        long = screen("articles", env=pager)
        assert long.finish() == 0
        assert long.shown.count("Report") == 30
        assert all(line.startswith("paged:") for line in long.shown.splitlines())
        assert "paged:" not in footnote("articles", env=pager).stdout

    def test_a_run_shows_its_progress_and_nothing_remains_of_it(
        self, screen: Callable[..., Screen], elsewhere: Path
    ) -> None:
        (elsewhere / "questions.jsonl").write_text('{"id": "1", "question": "who?", "answerable": true}\n')
        seen = screen("run", "questions.jsonl", "-o", "run.jsonl")
        assert seen.finish() == 0
        assert "1/1" in seen.shown or "0/1" in seen.shown

    def test_chat_prompts_answers_and_leaves_on_ctrl_d(
        self, screen: Callable[..., Screen], environ: dict[str, str]
    ) -> None:
        seen = screen("chat")
        seen.wait_for("> ")
        seen.type(FLAGSHIP + "\n")
        seen.wait_for("contribute")
        seen.wait_for("[1] ")
        seen.wait_for("> ")
        seen.type("\x04")
        assert seen.finish() == 0
        assert "Traceback" not in seen.shown
        (history,) = Path(environ["HOME"]).rglob("history")
        assert FLAGSHIP in history.read_text()

        again = screen("chat")
        again.wait_for("> ")
        again.type("\x1b[A")  # arrow up
        again.wait_for(FLAGSHIP)

    def test_ctrl_c_clears_the_line_in_chat_and_a_second_one_leaves(
        self, screen: Callable[..., Screen]
    ) -> None:
        seen = screen("chat")
        seen.wait_for("> ")
        seen.type("hello half a li")
        seen.wait_for("half a li")
        seen.type("\x03")
        seen.wait_for("leaves.\n")
        seen.wait_for("> ")
        seen.type("thanks\n")
        seen.wait_for("welcome")
        seen.wait_for("> ")
        seen.type("\x03")
        seen.wait_for("leaves.\n")
        seen.wait_for("> ")
        seen.type("\x03")
        assert seen.finish() == 0
        assert "Traceback" not in seen.shown

    def test_a_bar_shows_how_far_reading_is_and_ctrl_c_keeps_what_was_read(
        self, screen: Callable[..., Screen], elsewhere: Path, footnote: Footnote
    ) -> None:
        (elsewhere / "good.txt").write_text(ARTICLE, encoding="utf-8")
        is_asked = Event()

        def hang(_: object) -> None:
            is_asked.set()
            time.sleep(20)

        with WebSite({"/slow": hang}) as site:
            env = {"FOOTNOTE_ALLOW_PRIVATE_ADDRESSES": "1"}
            seen = screen("read", "good.txt", site.url("/slow"), "good.txt", env=env)
            assert is_asked.wait(30)
            seen.type("\x03")
            assert seen.finish() == 130
        assert "0/3 [" in seen.shown
        assert "How the harbour was saved" in seen.shown
        assert "Traceback" not in seen.shown
        assert "How the harbour was saved" in footnote("articles").stdout

    def test_ctrl_c_ends_any_other_command_with_130_and_no_traceback(
        self, screen: Callable[..., Screen], elsewhere: Path
    ) -> None:
        os.mkfifo(elsewhere / "pipe")
        seen = screen("read", "pipe")
        with (elsewhere / "pipe").open("w"):  # opens when the command has opened its end, and waits for text
            seen.type("\x03")
            assert seen.finish() == 130
        assert "Traceback" not in seen.shown
