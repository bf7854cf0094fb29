"""What an answer costs against one bare call of rank_bm25 over the same passages.

Run as a script; prints ratios of medians over the answerable golden questions. Both sides of a ratio are run
in turn, so that a busy machine slows both.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from rank_bm25 import BM25Plus

from bot.dialogue import Dialogue
from bot.evaluation import read_questions
from bot.models import Session
from index.analyzer import analyzer, index_terms
from index.library import Library, seed_article

QUESTIONS = Path(__file__).parents[2] / "data" / "questions" / "golden.jsonl"

FLAGSHIP = "what did Yoon ask China about North Korea?"


def timed_ms(call: Callable[[], object]) -> float:
    """Return the milliseconds that a call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def measure(asked: list[str], *, rounds: int = 20) -> tuple[float, float]:
    """Return the median milliseconds of an answer and of a bare `get_scores`, warmed up."""
    library = Library.of([seed_article()])
    dialogue = Dialogue(library)
    analyse = analyzer(library.language)
    bare = BM25Plus([index_terms(analyse.tokens(passage.text)) for passage in library.passages()])
    took: dict[str, list[float]] = {"answer": [], "scores": []}
    for number in range(rounds + 1):
        for question in asked:
            terms = index_terms(analyse.tokens(question))
            answer_ms = timed_ms(lambda question=question: dialogue.reply(Session(), question))
            scores_ms = timed_ms(lambda terms=terms: bare.get_scores(terms))
            if number:
                took["answer"].append(answer_ms)
                took["scores"].append(scores_ms)
    return statistics.median(took["answer"]), statistics.median(took["scores"])


def main() -> None:
    """Print the ratio for the flagship question and for all golden ones."""
    golden = [question.question for question in read_questions(QUESTIONS) if question.answerable]
    for name, asked in {
        "the flagship question": [FLAGSHIP],
        f"{len(golden)} golden questions": golden,
    }.items():
        answer_ms, scores_ms = measure(asked)
        print(
            f"{answer_ms / scores_ms:5.1f}  question to answer / one get_scores of rank_bm25, {name}: "
            f"{answer_ms:.2f} ms / {scores_ms:.3f} ms"
        )


if __name__ == "__main__":
    main()
