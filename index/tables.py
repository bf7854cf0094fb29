"""The one loader of what lies in `data/`, installed or in a checkout."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any


def data_file(*parts: str) -> Traversable:
    """Return the file or folder at `parts` below `data/`.

    In a wheel the folder travels inside this package; in a checkout it stands beside it.
    """
    package = files(__package__)
    folder = package / "data"
    if not folder.is_dir():
        folder = package.joinpath("..", "data")
    return folder.joinpath(*parts)


@cache
def table(name: str) -> dict[str, Any]:
    """Return the table `data/NAME.json`, read once. Its key "source" says where it comes from."""
    loaded: dict[str, Any] = json.loads(data_file(f"{name}.json").read_text(encoding="utf-8"))
    return loaded
