"""What the package and its documents promise, held against what is there."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bot
from bot.settings import PREFIX, Settings

CHECKOUT = Path(bot.__file__).parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
LOCK = (CHECKOUT / "dev.lock").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
COMMAND = Path(sys.executable).with_name("footnote")


def blocks(language: str) -> list[str]:
    """The README's code blocks of a language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block for its_language, block in found if its_language == language]


def run(*command: str | Path, folder: Path, stdin: str = "", **environ: str) -> str:
    """What a command writes, started in a folder of its own with no settings of the user's."""
    home = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    finished = subprocess.run(
        command,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **home, **environ},
        cwd=folder,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout


def test_the_readme_has_one_line_that_asks_and_one_that_tests():
    lines = [block.strip() for block in blocks("sh") if block.startswith("python3 ")]
    assert [line.partition(" && ")[0] for line in lines] == ["python3 -m venv .venv"] * 2
    ask, test = lines
    assert "\n" not in ask + test
    assert ask.endswith('footnote ask "What did Yoon ask China about North Korea?"')
    assert test.endswith("-m pytest -n auto")


def test_extras_that_documents_install_exist():
    documents = README + (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    extras = {extra for group in re.findall(r"\.\[([\w,]+)\]", documents) for extra in group.split(",")}
    assert extras <= set(PYPROJECT["project"]["optional-dependencies"])


def test_the_readme_lists_every_setting_and_no_other():
    listed = re.findall(rf"^\| `({PREFIX}\w+)` \|", README, re.MULTILINE)
    assert listed == [PREFIX + name.upper() for name in Settings.model_fields]


def test_the_readme_gives_every_setting_its_meaning_and_default():
    rows = [row for row in README.splitlines() if row.startswith(f"| `{PREFIX}")]
    for row, field in zip(rows, Settings.model_fields.values(), strict=True):
        _, default, meaning = row.strip("| ").split(" | ")
        assert meaning.startswith(field.description or "?")
        assert field.default_factory or default == _shown(field.default)


def _shown(default):
    return "–" if default in (None, frozenset()) else f"`{default}`"


@pytest.mark.parametrize("start", ["$ footnote ask ", "$ footnote chat\n"])
def test_the_readme_shows_what_footnote_really_says(start, tmp_path):
    [shown] = [block for block in blocks("") if block.startswith(start)]
    command, _, output = shown.partition("\n")
    arguments = [one or other for one, other in re.findall(r'"(.*?)"|(\S+)', command)][2:]
    typed = "\n".join(re.findall(r"^> (.*)", output, re.MULTILINE))
    said = run(
        sys.executable, "-m", "bot", *arguments, folder=tmp_path, stdin=typed, PYTHONPATH=str(CHECKOUT)
    )
    assert said.split() == output.split()


def test_files_that_documents_link_to_exist():
    for document in ("README.md", "CONTRIBUTING.md", "data/SOURCES.md"):
        text = (CHECKOUT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https://)([^)#]+)", text):
            assert (CHECKOUT / document).parent.joinpath(target).exists(), f"{document}: {target}"


def test_all_data_names_its_source():
    sources = (CHECKOUT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    for path in (CHECKOUT / "data").rglob("*.*"):
        name = path.relative_to(CHECKOUT / "data")
        if name.suffix == ".json":
            assert json.loads(path.read_text(encoding="utf-8"))["source"], name
        elif name.name != "SOURCES.md":
            assert f"`{name.as_posix()}`" in sources, name


def test_the_lock_names_no_index_and_no_path():
    assert not re.search(r"https?:|--(?!hash=sha256:)|/|@", LOCK)


def test_the_lock_pins_every_dependency_within_its_bounds():
    project = PYPROJECT["project"]
    extras = dict(project["optional-dependencies"])
    del extras["bench"]  # the peers of the benchmarks are for whoever runs those, and many
    wanted = [*project["dependencies"], *chain.from_iterable(extras.values())]
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE):
        pins.setdefault(name, []).append(version)
    for requirement in map(Requirement, wanted):
        if requirement.name != project["name"]:
            versions = pins[canonicalize_name(requirement.name)]
            assert all(map(requirement.specifier.contains, versions)), requirement


@pytest.mark.skipif(not COMMAND.exists(), reason="footnote is not installed beside this Python")
def test_the_installed_command_tells_its_version(tmp_path):
    assert run(COMMAND, "--version", folder=tmp_path) == f"footnote {bot.__version__}\n"
    assert importlib.metadata.version("footnote") == bot.__version__


def test_the_changelog_tells_of_this_version():
    changelog = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(.*?)\]", changelog, re.MULTILINE)[:2] == ["Unreleased", bot.__version__]
