"""What a start of the command costs against the bare interpreter and against bare imports.

Run as a script; prints ratios of medians. Both sides of a ratio are run in turn, so that a busy machine slows
both.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]

QUESTION = "what did Yoon ask China about North Korea?"

COMPARISONS = {
    "footnote --help / python -c pass (at most 4)": (["-m", "bot", "--help"], ["-c", "pass"]),
    "footnote --version / python -c pass (at most 4)": (["-m", "bot", "--version"], ["-c", "pass"]),
    "footnote ask / importing rank_bm25 and pydantic_settings (at most 1.3)": (
        ["-m", "bot", "ask", QUESTION],
        ["-c", "import rank_bm25, pydantic_settings"],
    ),
}


def measure(ours: Sequence[str], bare: Sequence[str], *, rounds: int = 15) -> tuple[float, float]:
    """Return the median milliseconds of two Python processes, run in turn after one round of warming up."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONPYCACHEPREFIX": str(Path(folder, "compiled")),  # compiled once, as where it is installed
            "FOOTNOTE_LIBRARY": str(Path(folder, "library")),
        }
        took: dict[int, list[float]] = {0: [], 1: []}
        for _ in range(rounds + 1):
            for side, arguments in enumerate((ours, bare)):
                started = time.perf_counter()
                subprocess.run(
                    [sys.executable, *arguments],
                    env=environ,
                    cwd=folder,
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
                took[side].append((time.perf_counter() - started) * 1000)
    return statistics.median(took[0][1:]), statistics.median(took[1][1:])


def main() -> None:
    """Print every comparison."""
    for name, (ours, bare) in COMPARISONS.items():
        our_ms, bare_ms = measure(ours, bare)
        print(f"{our_ms / bare_ms:5.2f}  {name}: {our_ms:.0f} ms / {bare_ms:.0f} ms")


if __name__ == "__main__":
    main()
