"""What a library costs as it grows, against the bare tantivy over the same terms, in the same run.

Run as a script; without arguments the smallest size only, 40 passages in a temporary folder. The whole:

    python tests/bench/bench_scale.py --sizes 20000 200000 1000000 --folder FOLDER --plot docs/growth.svg

The corpora are those of `corpora`. What FOLDER has already been built is not built again. For each size:

- reading: raw text to searchable against tantivy indexing the same terms, analysed beforehand, with its own
  settings: passages a second (at least 0.4 of its rate), and the most memory (at a million passages at most
  1.5 times that at 200,000);
- answer: a question to its answer against tantivy's search for the ten best of the terms that our search
  looks for (at most 3), and of the question's own terms alone. Both sides in turn, each question once;
- start: `footnote ask` in a new process against one that has only the article that comes with it (at most
  1.5);
- adding: one article until it is found against tantivy adding its passages, committing and finding one of
  them (at most 3);
- memory: what a process has resident after it has answered the questions.

Medians, but for reading, which is measured once a side. What takes memory has a process of its own.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot.dialogue import Dialogue
from bot.models import Session
from bot.question import understand
from index.analyzer import analyzer, index_terms
from index.indexing import index_article
from index.library import Shelf
from index.models import Concept, WeightedTerm
from index.reading import read_text
from tests.bench.corpora import Asked, Corpus, word

CHECKOUT = Path(__file__).parents[2]

FLAGSHIP = "what did Yoon ask China about North Korea?"

BEST = 10
QUESTIONS = 220
WARM_UP = 20  # questions that are not counted
STARTS = 9
ADDED = 9


class Bare:
    """tantivy with nothing of ours around it: terms parted by spaces, the writer's own settings."""

    def __init__(self, folder: Path) -> None:
        from tantivy import Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

        builder = SchemaBuilder()
        builder.add_text_field("terms", tokenizer_name="words", index_option="freq")
        builder.add_unsigned_field("number", indexed=True, fast=True)
        self._schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self._index = Index(self._schema, path=str(folder))
        self._index.register_tokenizer("words", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        self._searcher = self._index.searcher()
        self._writer: Any = None

    def add(self, passages: Iterable[str]) -> None:
        """Add passages, commit, and see them."""
        from tantivy import Document

        self._writer = self._writer or self._index.writer()
        for number, terms in enumerate(passages):
            document = Document()
            document.add_text("terms", terms)
            document.add_unsigned("number", number)
            self._writer.add_document(document)
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, terms: Iterable[str]) -> list[Any]:
        """Return the ten best passages for any of the terms."""
        from tantivy import Occur, Query

        either = [
            (Occur.Should, Query.term_query(self._schema, "terms", term, index_option="freq"))
            for term in terms
        ]
        return list(self._searcher.search(Query.boolean_query(either), BEST, count=False).hits)


class Place:
    """Where the files of one size are."""

    def __init__(self, folder: Path, passages: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.passages = passages
        self.pages = folder / f"pages-{passages}.jsonl"
        self.terms = folder / f"terms-{passages}.txt"
        self.questions = folder / f"questions-{passages}.json"
        self.library = folder / f"library-{passages}"
        self.bare = folder / f"tantivy-{passages}"
        self.figures = folder / f"figures-{passages}.json"

    def prepare(self) -> None:
        """Write the pages, their terms as tantivy is to index them, and the questions."""
        if self.questions.exists():
            return
        corpus = Corpus(self.passages)
        with self.pages.open("w") as pages, self.terms.open("w") as terms:
            for page in corpus.pages(show=True):
                pages.write(json.dumps(page._asdict()) + "\n")
                terms.writelines(
                    f"{line}\n" for line in index_article(read_text(page.text, page.source)).terms
                )
        self.questions.write_text(json.dumps([asdict(asked) for asked in corpus.questions(QUESTIONS)]))

    def asked(self) -> list[Asked]:
        """Return the questions."""
        return [Asked(**asked) for asked in json.loads(self.questions.read_text())]

    def shelf(self) -> Shelf:
        """Return the shelf of the library, which uses tantivy at every size."""
        return Shelf(self.library, engine="tantivy")


# What is measured, each in a process of its own.


def read_pages(place: Place) -> dict[str, float]:
    """Read the raw pages into a library and ask it a question."""
    started = time.perf_counter()
    shelf = place.shelf()
    pages = map(json.loads, lines(place.pages))
    for _ in shelf.add_all((read_text(page["text"], page["source"]), page["source"]) for page in pages):
        pass
    library = shelf.library()
    Dialogue(library).reply(Session(), FLAGSHIP)
    took = time.perf_counter() - started
    return {"seconds": took, "passages": library.passage_count, "peak_mb": peak_mb()}


def index_bare(place: Place) -> dict[str, float]:
    """Index the same terms, analysed before, with tantivy alone, and search once."""
    started = time.perf_counter()
    bare = Bare(place.bare)
    bare.add(lines(place.terms))
    bare.search(["north", "korea"])
    return {"seconds": time.perf_counter() - started, "peak_mb": peak_mb()}


def ask(place: Place) -> dict[str, list[float]]:
    """Ask the questions, and search for their terms with tantivy alone; milliseconds each."""
    dialogue, bare, analyse = Dialogue(place.shelf().library()), Bare(place.bare), analyzer("en")
    took: dict[str, list[float]] = {"answer": [], "same": [], "own": []}
    for asked in place.asked():
        session = session_before(dialogue, asked)
        query = understand(asked.text, session, dialogue.library)
        concepts = (*query.concepts, *query.pairs, *query.carried)
        same = list(dict.fromkeys(t.term for concept in concepts for t in concept.terms))
        own = list(dict.fromkeys(index_terms(analyse.tokens(asked.text))))
        took["own"].append(timed_ms(lambda own=own: bare.search(own)))
        took["same"].append(timed_ms(lambda same=same: bare.search(same)))
        took["answer"].append(timed_ms(lambda s=session, asked=asked: dialogue.reply(s, asked.text)))
    return {side: figures[min(WARM_UP, len(figures) // 2) :] for side, figures in took.items()}


def remember(place: Place) -> dict[str, float]:
    """Answer the questions, and say what is resident: all, and what is not of mapped files (Linux)."""
    dialogue = Dialogue(place.shelf().library())
    for asked in place.asked():
        dialogue.reply(session_before(dialogue, asked), asked.text)
    status = dict(line.split(":", 1) for line in lines(Path("/proc/self/status")))
    fields = {"resident_mb": "VmRSS", "own_mb": "RssAnon"}
    return {name: int(status[field].split()[0]) / 1024 for name, field in fields.items()}


def add_articles(place: Place) -> dict[str, list[float]]:
    """Add articles, one at a time, until each is found by a word that only it has; milliseconds each."""
    shelf, bare = place.shelf(), Bare(place.bare)
    library = shelf.library()
    seed = time.time_ns()
    took: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(ADDED + 1):
        own = word(seed + number)
        page = Corpus(0, seed=seed).page(number)
        text = f"{page.text}\nAll of them remembered {own}, of whom nobody had ever heard before that day.\n"
        [term] = {token.terms[0] for token in analyzer("en").tokens(own)}
        concept = Concept(own, (WeightedTerm(term, 1.0),))

        def ours(text: str = text, source: str = f"added-{seed}-{number}", own: Concept = concept) -> None:
            shelf.add(read_text(text, source), source)
            library.refresh()
            assert library.search([own], 1)

        terms = index_article(read_text(text, "added")).terms

        def theirs(terms: Iterable[str] = terms, term: str = term) -> None:
            bare.add(terms)
            assert bare.search([term])

        took["bare"].append(timed_ms(theirs))
        took["ours"].append(timed_ms(ours))
    return {side: figures[1:] for side, figures in took.items()}


MEASURES: dict[str, Callable[[Place], Any]] = {
    measure.__name__: measure for measure in (read_pages, index_bare, ask, remember, add_articles)
}


def in_process(name: str, place: Place) -> Any:
    """Return what a measure returns, taken in a new process."""
    arguments = ["--measure", name, "--folder", str(place.library.parent), "--sizes", str(place.passages)]
    done = subprocess.run(
        [sys.executable, __file__, *arguments], env=environ(), stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


def start_ms(place: Place) -> dict[str, list[float]]:
    """Return the milliseconds of `footnote ask`, with the library and with nothing but the seed article."""
    question = next(asked.text for asked in place.asked() if asked.kind == "plain")
    sides = {"large": (place.library, question), "seed": (place.library.with_name("none"), FLAGSHIP)}
    took: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(STARTS + 1):
        for side, (library, asked) in sides.items():
            command = [sys.executable, "-m", "bot", "ask", asked]
            env = environ() | {"FOOTNOTE_LIBRARY": str(library)}
            took_ms = timed_ms(
                lambda command=command, env=env: subprocess.run(
                    command, env=env, stdout=subprocess.DEVNULL, check=True
                )
            )
            if number:
                took[side].append(took_ms)
    return took


def measure_size(place: Place) -> dict[str, Any]:
    """Return all figures of a size; those of reading from before if it is built already."""
    place.prepare()
    figures = json.loads(place.figures.read_text()) if place.figures.exists() else {}
    for name, built in (("read_pages", place.library), ("index_bare", place.bare)):
        if name not in figures:
            shutil.rmtree(built, ignore_errors=True)
            figures[name] = in_process(name, place)
            place.figures.write_text(json.dumps(figures))
    figures["start"] = start_ms(place)
    for name in ("ask", "remember", "add_articles"):
        figures[name] = in_process(name, place)
    place.figures.write_text(json.dumps(figures))
    return dict(figures)


def report(passages: int, figures: dict[str, Any]) -> None:
    """Print the ratios of a size."""
    ours, bare = figures["read_pages"], figures["index_bare"]
    rate, bare_rate = (ours["passages"] / side["seconds"] for side in (ours, bare))
    print(f"\n{passages} passages ({ours['passages']} with those of the seed article)")
    print(
        f"{rate / bare_rate:6.2f}  raw text to searchable / tantivy with the terms (at least 0.4): "
        f"{rate:.0f} / {bare_rate:.0f} passages a second; "
        f"most memory {ours['peak_mb']:.0f} / {bare['peak_mb']:.0f} MB"
    )
    ratio("answer / tantivy's search, the same terms (at most 3)", figures["ask"], "answer", "same")
    ratio("answer / tantivy's search, the question's own terms", figures["ask"], "answer", "own")
    ratio("start of `footnote ask` / with the seed article (at most 1.5)", figures["start"], "large", "seed")
    ratio("one article added until found / tantivy (at most 3)", figures["add_articles"], "ours", "bare")
    resident = figures["remember"]
    print(
        f"{resident['resident_mb']:6.0f}  MB resident after {QUESTIONS} answers, "
        f"{resident['own_mb']:.0f} of them not pages of the index's files"
    )


def ratio(name: str, figures: dict[str, list[float]], ours: str, theirs: str) -> None:
    """Print the ratio of two medians."""
    our_ms, their_ms = statistics.median(figures[ours]), statistics.median(figures[theirs])
    print(f"{our_ms / their_ms:6.2f}  {name}: {our_ms:.2f} / {their_ms:.2f} ms")


def draw(figures: dict[int, dict[str, Any]], path: Path) -> None:
    """Draw how answer time and resident memory grow with the passages."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "footnote"  # the same figures make the same file
    from matplotlib import pyplot as plt

    sizes = sorted(figures)
    sides = {
        "Footnote, question to answer": ("answer", "o-"),
        "bare tantivy, search for the same terms": ("same", "s--"),
    }
    picture, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
    for label, (side, style) in sides.items():
        medians = [statistics.median(figures[size]["ask"][side]) for size in sizes]
        left.plot(sizes, medians, style, label=label)
        for size, value in zip(sizes, medians, strict=True):
            left.annotate(
                f"{value:.1f}", (size, value), xytext=(0, 6), textcoords="offset points", ha="center"
            )
    left.set(
        title="Answer time, median of 200 questions", xlabel="passages (logarithmic)", ylabel="milliseconds"
    )
    left.legend(frameon=False, loc="upper left")
    memory = {"all": ("resident_mb", "o-"), "without pages of the index's files": ("own_mb", "s--")}
    for label, (name, style) in memory.items():
        resident = [figures[size]["remember"][name] for size in sizes]
        right.plot(sizes, resident, style, label=label)
        for size, value in zip(sizes, resident, strict=True):
            right.annotate(
                f"{value:.0f}", (size, value), xytext=(0, 6), textcoords="offset points", ha="center"
            )
    right.legend(frameon=False, loc="upper left")
    right.set(title="Resident memory after the questions", xlabel="passages (logarithmic)", ylabel="MB")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size // 1000}k" if size < 10**6 else "1M" for size in sizes])
        axes.minorticks_off()
        axes.set_ylim(bottom=0, top=axes.get_ylim()[1] * 1.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
    picture.savefig(path, metadata={"Date": None})


def session_before(dialogue: Dialogue, asked: Asked) -> Session:
    """Return the session in which a question is asked: one with the earlier question, if there is one."""
    return Session() if asked.before is None else dialogue.reply(Session(), asked.before).session


def timed_ms(call: Callable[[], object]) -> float:
    """Return the milliseconds that a call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file without their ends."""
    with path.open() as file:
        for line in file:
            yield line.rstrip("\n")


def peak_mb() -> float:
    """Return the most memory that this process had, and the largest of its children beside it."""
    return (
        sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )


def environ() -> dict[str, str]:
    """Return the environment of a process that runs this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FOOTNOTE"))}
    return kept | {"PYTHONPATH": str(CHECKOUT)}


def main() -> None:
    """Measure every size, print the ratios, draw the growth."""
    parser = argparse.ArgumentParser(description="a library's costs as it grows")
    parser.add_argument("--sizes", type=int, nargs="+", default=[40])
    parser.add_argument("--folder", type=Path, help="keeps what is built (some 4 GB at a million passages)")
    parser.add_argument("--plot", type=Path, help="the picture of the growth, .svg")
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(MEASURES[arguments.measure](Place(arguments.folder, arguments.sizes[0]))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        places = [Place(arguments.folder or Path(temporary), size) for size in arguments.sizes]
        figures = {place.passages: measure_size(place) for place in tqdm(places, disable=None)}
    for size, measured in figures.items():
        report(size, measured)
    if arguments.plot:
        draw(figures, arguments.plot)


if __name__ == "__main__":
    main()
