"""How far confidence can be trusted: the expected calibration error, against the limit of .05.

    python tests/bench/bench_reliability.py [QUESTIONS [CORPUS]] [-o PLOT.svg]

Of the golden questions, or of a question file in the harness's form over its corpus. It asks as `footnote run
--always-answer` does. With `-o` it draws the reliability diagram (Guo et al. 2017), which needs matplotlib.
"""

import argparse
from pathlib import Path

from bot.dialogue import Dialogue
from bot.evaluation import read_corpus, read_questions, run_questions
from bot.scoring import CHAT, calibration_bins, calibration_error
from index.library import Library, seed_article

GOLDEN = Path(__file__).parents[2] / "data" / "questions" / "golden.jsonl"

LIMIT = 0.05


def confident(questions: Path, corpus: Path | None) -> list[tuple[float, bool]]:
    """Return of each question the confidence of its answer, and whether it is answerable."""
    library = read_corpus(corpus) if corpus else Library.of([seed_article()])
    asked = [question for question in read_questions(questions) if question.kind != CHAT]
    run = run_questions(Dialogue(library), asked, always_answer=True)
    return [(line.confidence or 0.0, question.answerable) for question, line in zip(asked, run, strict=True)]


def draw(found: list[tuple[float, bool]], name: str, file: Path) -> None:
    """Write the reliability diagram: the share of questions that are answerable, by confidence."""
    from matplotlib import use
    from matplotlib.figure import Figure

    use("svg")
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", label="perfectly calibrated")
    bins = calibration_bins(found)
    axes.plot([mean for _, mean, _ in bins], [share for _, _, share in bins], color="C0")
    sizes = [10 + 400 * n / len(found) for n, _, _ in bins]
    axes.scatter([m for _, m, _ in bins], [s for _, _, s in bins], s=sizes, color="C0", label="questions")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share of questions with an answer")
    axes.set_title(f"{name}: {len(found):,} questions, calibration error {calibration_error(found):.3f}")
    axes.legend(loc="upper left")
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    """Print the bins and the error; draw them if wanted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", nargs="?", type=Path, default=GOLDEN)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="file for the reliability diagram (SVG)")
    given = parser.parse_args()
    found = confident(given.questions, given.corpus)
    print("confidence  answerable  questions")
    for n, mean, share in calibration_bins(found):
        print(f"{mean:10.3f}  {share:10.3f}  {n:9d}")
    error = calibration_error(found) or 0.0
    print(f"expected calibration error {error:.3f}, {error / LIMIT:.2f} of the limit of {LIMIT}")
    if given.output:
        draw(found, given.questions.name.split(".")[0], given.output)


if __name__ == "__main__":
    main()
