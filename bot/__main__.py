"""The command `footnote`; `python -m bot` is the same."""

import sys
from collections.abc import Sequence

from bot.cli import run


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit status."""
    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
