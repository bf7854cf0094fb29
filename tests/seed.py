"""Make `data/articles/seoul-summit.jsonl`: what reading finds in the article that comes with the package.

    python -m tests.seed

Once more whenever reading finds something else in it, which a test tells.
"""

import json
from dataclasses import asdict

from index.library import SEED, SEED_READ
from index.models import Article
from index.reading import read_bytes
from index.tables import data_file


def read_seed() -> Article:
    """Return the article that comes with the package, read."""
    return read_bytes(data_file("articles", SEED).read_bytes(), SEED)


def lines() -> str:
    """Return what was found: of the article but for its text, then of each block, a line each."""
    found = asdict(read_seed())
    del found["text"]
    blocks = [list(block) for block in found.pop("blocks")]
    return "".join(json.dumps(each) + "\n" for each in (found, *blocks))


def main() -> None:
    """Write the lines."""
    data_file("articles", SEED_READ).write_text(lines(), encoding="utf-8")


if __name__ == "__main__":
    main()
