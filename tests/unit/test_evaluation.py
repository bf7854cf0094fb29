import json
from pathlib import Path

import pytest

from bot.dialogue import MAX_TURNS, Dialogue
from bot.evaluation import (
    HistoryEntry,
    Question,
    QuestionError,
    QuestionFileError,
    RunLine,
    read_corpus,
    read_questions,
    read_run,
    run_question,
    run_questions,
)
from bot.models import Session, Turn

CORPUS = [
    ("harbour", "h1", "The harbour of Osterby was dredged in 1902 by the engineer Anna Lindqvist."),
    ("tower", "t1", "The tower of Osterby was built in 1711. Its bell weighs four tonnes."),
    ("harbour", "h2", "Lindqvist brought two steam dredgers from Rotterdam. The work took eleven months."),
    ("harbour", "h3", "Fishing boats pay no fee in the harbour; ferries pay thirty crowns a day."),
    ("tower", "t2", "Lightning struck the tower in 1833, and the roof burnt for two days."),
]


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def passage(article_id: str, passage_id: str, text: str, **fields: object) -> dict[str, object]:
    return {
        "article_id": article_id,
        "title": article_id.title(),
        "passage_id": passage_id,
        "text": text,
        **fields,
    }


def asking(question: str, *history: HistoryEntry, article_id: str | None = None) -> Question:
    return Question(id="q", question=question, history=history, article_id=article_id, answerable=True)


def user(text: str) -> HistoryEntry:
    return HistoryEntry(role="user", text=text)


@pytest.fixture
def corpus(tmp_path):
    return write(tmp_path / "corpus.jsonl", *(passage(*row) for row in CORPUS))


@pytest.fixture
def dialogue(corpus):
    return Dialogue(read_corpus(corpus))


class TestQuestionFiles:
    def test_a_line_is_read_with_all_its_fields_and_others_are_ignored(self, tmp_path):
        history = [{"role": "user", "text": "Who?"}, {"role": "bot", "text": "He.", "passages": ["p1"]}]
        row = {"id": "q1", "question": "Why?", "history": history, "answerable": True, "article_id": None}
        row |= {
            "gold_quotes": ["“so”"],
            "also_quotes": [],
            "answers": ["so"],
            "kind": "direct",
            "mood": "good",
        }
        (question,) = read_questions(write(tmp_path / "q.jsonl", row))
        assert question.history[1] == HistoryEntry(role="bot", text="He.", passages=("p1",))
        assert question.gold_quotes == ("“so”",)
        assert question.gold_passages is None

    def test_fields_that_may_be_missing_may_be_null(self, tmp_path):
        row = {"id": "q1", "question": "Why?", "history": None, "answerable": True, "answers": None}
        (question,) = read_questions(write(tmp_path / "q.jsonl", row))
        assert (question.history, question.answers) == ((), ())

    def test_blank_lines_a_byte_order_mark_and_line_separators_in_texts_are_no_matter(self, tmp_path):
        path = tmp_path / "q.jsonl"
        row = '{"id": "q1", "question": "one\u2028two", "answerable": true}'
        path.write_bytes(f"\ufeff\r\n{row}\r\n\n".encode())
        assert [question.question for question in read_questions(path)] == ["one\u2028two"]

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            (b'{"id": "q2", "answerable": true}', "'question' is missing; add it."),
            (
                b'{"id": "q2", "question": "?", "answerable": true, "history": [{"role": "me", "text": ""}]}',
                "'history.0.role': input should be 'user' or 'bot'.",
            ),
            (b'{"id": 2, "question": "?", "answerable": true}', "'id': input should be a valid string."),
            (b"[1]", "input should be an object; write one JSON object a line."),
            (b'{"id": "\xff"}', "this is not UTF-8; save the file as UTF-8."),
            (
                b'{"id": "q1", "question": "?", "answerable": true}',
                "the id 'q1' stands in line 1 already; give each an id of its own.",
            ),
        ],
    )
    def test_a_wrong_line_is_told_in_one_line(self, tmp_path, line, problem):
        path = tmp_path / "q.jsonl"
        path.write_bytes(b'{"id": "q1", "question": "?", "answerable": true}\n\n' + line + b"\n")
        with pytest.raises(QuestionFileError) as caught:
            read_questions(path)
        assert str(caught.value) == f"{path}, line 3: {problem}"
        assert caught.value.line == 3

    def test_a_line_that_is_not_json_is_told_with_the_column(self, tmp_path):
        (tmp_path / "q.jsonl").write_text('\n{"id": \n')
        wanted = r"line 2: this is not JSON \(.* at column 6\); write one JSON object a line\.$"
        with pytest.raises(QuestionFileError, match=wanted):
            read_questions(tmp_path / "q.jsonl")

    @pytest.mark.parametrize("read", [read_questions, read_corpus, read_run])
    def test_a_file_that_is_not_there_or_is_a_folder_is_told_in_one_line(self, tmp_path, read):
        with pytest.raises(QuestionFileError, match=r"nowhere: cannot be read \(No such file or directory\)"):
            read(tmp_path / "nowhere")
        with pytest.raises(QuestionFileError, match="cannot be read"):
            read(tmp_path)

    @pytest.mark.parametrize(("read", "what"), [(read_questions, "question"), (read_corpus, "passage")])
    def test_an_empty_file_is_told_in_one_line(self, tmp_path, read, what):
        with pytest.raises(QuestionFileError, match=f"there is no {what} in it"):
            read(write(tmp_path / "empty.jsonl"))


class TestRunFiles:
    def test_what_is_written_is_read_again(self, tmp_path):
        path = tmp_path / "run.jsonl"
        lines = [
            RunLine(
                id="q1", answer="“So.”", confidence=0.5, passages=("“So.” And on.",), ranked=("p1", "p2")
            ),
            RunLine(id="q2", answer=None, abstained=True, confidence=0.1, ranked=("p3",)),
        ]
        path.write_text("".join(line.model_dump_json() + "\n" for line in lines), encoding="utf-8")
        assert read_run(path) == lines

    def test_a_ranking_alone_is_a_run(self, tmp_path):
        (line,) = read_run(write(tmp_path / "run.jsonl", {"id": "q1", "ranked": ["p1"]}))
        assert not line.abstained

    def test_an_empty_run_has_no_lines(self, tmp_path):
        assert read_run(write(tmp_path / "run.jsonl")) == []

    def test_an_id_twice_and_a_confidence_that_is_no_number_are_refused(self, tmp_path):
        with pytest.raises(QuestionFileError, match=r"line 2: the id 'q1' stands in line 1 already"):
            read_run(write(tmp_path / "run.jsonl", {"id": "q1"}, {"id": "q1"}))
        with pytest.raises(QuestionFileError, match=r"'confidence': input should be a finite number"):
            read_run(write(tmp_path / "run.jsonl", {"id": "q1", "confidence": float("nan")}))


class TestCorpusFiles:
    def test_passages_are_taken_as_they_are_grouped_by_article(self, corpus):
        library = read_corpus(corpus)
        assert [passage.id for passage in library.passages()] == ["h1", "h2", "h3", "t1", "t2"]
        assert [passage.id for passage in library.passages("tower")] == ["t1", "t2"]
        assert [passage.paragraph for passage in library.passages("harbour")] == [1, 2, 3]

    def test_the_article_is_its_passages_with_blank_lines_between(self, corpus):
        library = read_corpus(corpus)
        assert library.article("tower").text == f"{CORPUS[1][2]}\n\n{CORPUS[4][2]}"
        for each in library.passages():
            assert library.article(each.article_id).text[each.start : each.end] == each.text

    def test_furniture_headings_and_blank_edges_are_left_alone(self, tmp_path):
        texts = ["  EN|FR|RU ", "Follow us on:", ""]
        path = write(tmp_path / "c.jsonl", *(passage("a", f"p{n}", text) for n, text in enumerate(texts)))
        assert [each.text for each in read_corpus(path).passages()] == texts

    def test_language_is_the_one_given_else_that_of_the_whole_article(self, tmp_path):
        path = write(
            tmp_path / "c.jsonl",
            passage("ru", "1", "Башня была построена в 1711 году, и её видно с моря."),
            passage("de", "2", "Der Turm ist alt und steht nicht mehr."),
            passage("xx", "3", "The tower is old and it is not there.", language="sv"),
        )
        assert [article.language for article in read_corpus(path).entries()] == ["ru", "de", "sv"]

    def test_the_first_title_that_is_given_holds(self, tmp_path):
        path = write(
            tmp_path / "c.jsonl",
            passage("a", "1", "One.", title=""),
            passage("a", "2", "Two.", title="A tower"),
            passage("a", "3", "Three.", title="Another"),
        )
        assert read_corpus(path).article("a").title == "A tower"

    def test_a_passage_id_twice_is_refused(self, tmp_path):
        with pytest.raises(QuestionFileError, match=r"line 2: the id 'p' stands in line 1 already"):
            read_corpus(write(tmp_path / "c.jsonl", passage("a", "p", "One."), passage("b", "p", "Two.")))

    def test_a_language_is_told_by_its_code(self, tmp_path):
        with pytest.raises(QuestionFileError, match="line 1: 'language'"):
            read_corpus(write(tmp_path / "c.jsonl", passage("a", "p", "One.", language="English")))


class TestRunningQuestions:
    def test_a_line_says_what_the_dialogue_says(self, dialogue):
        line = run_question(dialogue, asking("When was the harbour of Osterby dredged?"))
        answer = dialogue.reply(Session(), "When was the harbour of Osterby dredged?").answer
        assert line == RunLine(
            id="q",
            answer=CORPUS[0][2],
            abstained=False,
            confidence=answer.confidence,
            passages=tuple(footnote.passage.text for footnote in answer.footnotes),
            ranked=tuple(hit.passage.id for hit in answer.hits),
        )
        assert line.passages[0] == CORPUS[0][2]
        assert line.ranked[0] == "h1"

    def test_an_abstention_has_a_ranking_and_a_confidence_but_nothing_shown(self, dialogue):
        line = run_question(dialogue, asking("When did Napoleon visit the harbour of Osterby?"))
        assert (line.answer, line.abstained, line.passages) == (None, True, ())
        assert line.ranked
        assert line.confidence is not None

    def test_always_answer_answers_with_the_same_confidence(self, dialogue):
        question = asking("When did Napoleon visit the harbour of Osterby?")
        line = run_question(dialogue, question, always_answer=True)
        assert line.answer
        assert line.passages
        assert not line.abstained
        assert line.confidence == run_question(dialogue, question).confidence

    def test_a_greeting_is_answered_without_passages(self, dialogue):
        line = run_question(dialogue, asking("hello"))
        assert line.answer == dialogue.reply(Session(), "hello").text
        assert (line.abstained, line.passages, line.ranked, line.confidence) == (False, (), (), 0.0)

    def test_within_article_searches_that_article_alone(self, dialogue):
        question = asking("What was built in Osterby?", article_id="harbour")
        assert "t1" in run_question(dialogue, question).ranked
        assert set(run_question(dialogue, question, within_article=True).ranked) <= {"h1", "h2", "h3"}

    def test_within_article_searches_all_where_no_article_is_named(self, dialogue):
        question = asking("What was built in Osterby?")
        assert run_question(dialogue, question, within_article=True) == run_question(dialogue, question)

    def test_an_article_that_is_not_there_is_told_only_where_it_matters(self, dialogue):
        question = asking("What was built in Osterby?", article_id="castle")
        assert run_question(dialogue, question).ranked
        with pytest.raises(QuestionError, match="question 'q': its article 'castle' is not here"):
            run_question(dialogue, question, within_article=True)

    def test_lines_come_one_by_one_in_the_order_of_the_questions(self, dialogue):
        questions = (Question(id=str(n), question="Who dredged it?", answerable=True) for n in range(10**9))
        lines = run_questions(dialogue, questions)
        assert [next(lines).id, next(lines).id] == ["0", "1"]
        assert list(run_questions(dialogue, [])) == []


class TestHistory:
    """The session a history makes is compared by what the dialogue then says to a follow-up."""

    followup = "and how long did it take?"

    def line(self, dialogue: Dialogue, *history: HistoryEntry) -> RunLine:
        return run_question(dialogue, asking(self.followup, *history))

    def expect(self, dialogue: Dialogue, session: Session) -> RunLine:
        answer = dialogue.reply(session, self.followup).answer
        assert answer is not None
        return RunLine(
            id="q",
            answer=None if answer.abstained else " ".join(map(answer.text_of, answer.quotes)),
            abstained=answer.abstained,
            confidence=answer.confidence,
            passages=tuple(footnote.passage.text for footnote in answer.footnotes),
            ranked=tuple(hit.passage.id for hit in answer.hits),
        )

    def test_a_question_without_its_answer_is_asked_as_in_a_chat(self, dialogue):
        first = "Who brought steam dredgers from Rotterdam?"
        session = dialogue.reply(Session(), first).session
        assert session.turns[0].cited
        assert self.line(dialogue, user(first)) == self.expect(dialogue, session)

    def test_a_greeting_leaves_no_turn(self, dialogue):
        assert self.line(dialogue, user("hello")) == self.expect(dialogue, Session())

    def test_an_answer_in_the_file_says_what_was_cited(self, dialogue):
        first = "Who brought steam dredgers from Rotterdam?"
        bot = HistoryEntry(role="bot", text="Lindqvist.", passages=("h3", "t2"))
        expected = self.expect(dialogue, Session((Turn(first, ("h3", "t2")),)))
        assert self.line(dialogue, user(first), bot) == expected

    def test_an_answer_without_passages_cited_none(self, dialogue):
        first = "Who brought steam dredgers from Rotterdam?"
        expected = self.expect(dialogue, Session((Turn(first),)))
        assert self.line(dialogue, user(first), HistoryEntry(role="bot", text="She.")) == expected

    def test_only_the_last_turns_are_remembered(self, dialogue):
        said = [f"What about Rotterdam in {year}?" for year in range(1900, 1900 + MAX_TURNS + 3)]
        history = [entry for text in said for entry in (user(text), HistoryEntry(role="bot", text="No."))]
        expected = self.expect(dialogue, Session(tuple(Turn(text) for text in said[-MAX_TURNS:])))
        assert self.line(dialogue, *history) == expected

    def test_what_the_bot_says_unasked_is_passed_over(self, dialogue):
        assert self.line(dialogue, HistoryEntry(role="bot", text="Welcome.")) == self.expect(
            dialogue, Session()
        )
