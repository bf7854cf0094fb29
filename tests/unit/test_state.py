"""What the Telegram bot remembers."""

import sqlite3
import time

import pytest

from bot.database import StateError
from bot.models import Note, Session, Turn
from bot.state import Cited, Exchange, Place, State
from bot.telegram_text import TelegramText, TextEntity
from index.models import Span

PLACE = Place(7, 0, 7)
ASKED = Session((Turn("Who?", ("a-1",), ("Yoon.",), (Note("carried", "he", "Yoon"),)),), "a")
SHOWN = TelegramText("Yoon. [1]", (TextEntity("bold", 0, 4),))
CITED = (Cited("a-1", "a", 2.5, (Span(0, 4), Span(6, 9))),)
DAY_S = 86_400


@pytest.fixture
def file(tmp_path):
    return tmp_path / "library" / "telegram.sqlite"


@pytest.fixture
def state(file):
    with State(file, 30) as state:
        yield state


def record(state, kept, **is_current):
    """Keep an exchange as one that was answered."""
    state.record(kept)
    state.answered(kept, kept.answer_id, **is_current)


def exchange(question_id=1, answer_id=2, place=PLACE, **fields):
    fields = {
        "question": "Who?",
        "before": Session(),
        "after": ASKED,
        "shown": SHOWN,
        "cited": CITED,
        **fields,
    }
    return Exchange(place, question_id, answer_id, **fields)


def test_an_exchange_is_found_by_its_id_its_question_and_its_answer(state):
    kept = exchange(quoted="words", confidence=0.8, took_ms=2.5, version=3, abstained=True)
    record(state, kept)
    assert state.exchange(kept.id) == kept
    assert state.by_question(7, 1) == kept
    assert state.by_answer(7, 2) == kept
    assert state.by_answer(8, 2) is None
    assert state.by_question(7, 2) is None


def test_an_exchange_is_there_before_it_is_answered_and_the_conversation_goes_on_only_then(state):
    kept = exchange(answer_id=None)
    state.record(kept)
    assert state.exchange(kept.id) == kept
    assert state.session(PLACE) == Session()
    state.answered(kept, 2)
    assert state.exchange(kept.id).answer_id == 2
    assert state.session(PLACE) == ASKED


def test_an_exchange_whose_answer_could_not_be_sent_is_dropped(state):
    kept = exchange(answer_id=None)
    state.record(kept)
    state.drop(kept.id)
    assert state.exchange(kept.id) is None


def test_a_restart_loses_nothing(file):
    kept = exchange()
    with State(file, 30) as before:
        record(before, kept)
        before.choose(7, "a")
        before.judge(kept.id, 7, "down", "passage")
    with State(file, 30) as after:
        assert after.exchange(kept.id) == kept
        assert after.session(PLACE) == ASKED
        assert after.choice(7) == "a"
        assert after.thumbs("down")[0].fault == "passage"


def test_what_a_killed_process_recorded_is_there(file):
    first = State(file, 30)
    record(first, exchange())
    with State(file, 30) as other:  # the first is never closed
        assert other.session(PLACE) == ASKED
    first.close()


def test_every_asker_chat_and_topic_has_a_conversation_of_its_own(state):
    record(state, exchange())
    for place in (Place(7, 3, 7), Place(7, 0, 8), Place(-7, 0, 7)):
        assert state.session(place) == Session()


def test_an_exchange_further_back_leaves_the_conversation(state):
    record(state, exchange())
    record(state, exchange(3, 4, after=Session()), is_current=False)
    assert state.session(PLACE) == ASKED


def test_beginning_anew_forgets_the_conversation_and_keeps_its_answers(state):
    kept = exchange()
    record(state, kept)
    state.begin_anew(PLACE)
    assert state.session(PLACE) == Session()
    assert state.latest(PLACE) == kept


def test_an_exchange_recorded_again_takes_its_own_place_without_its_thumbs(state):
    kept = exchange()
    record(state, kept)
    state.judge(kept.id, 7, "up")
    record(state, exchange(id=kept.id, question="What?"))
    assert state.by_question(7, 1).question == "What?"
    assert state.stats().questions == 1
    assert state.thumbs("up") == []


def test_the_latest_answer_is_no_small_talk(state):
    now = int(time.time())  # all within a second
    for n, is_answer in enumerate((True, True, False)):
        record(state, exchange(n, 10 + n, question=str(n), is_answer=is_answer, at=now))
    assert state.latest(PLACE).question == "1"
    assert state.latest(Place(7, 0, 9)) is None


def test_a_second_thumb_of_a_user_replaces_his_first(state):
    kept = exchange()
    record(state, kept)
    assert state.judge(kept.id, 7, "up")
    assert state.judge(kept.id, 7, "down")
    assert state.judge(kept.id, 7, "down", "there")
    assert state.judge(kept.id, 8, "up")
    assert [(thumb.exchange, thumb.fault) for thumb in state.thumbs("down")] == [(kept, "there")]
    assert not state.judge(12345, 7, "up")


def test_a_thumb_that_is_taken_back_is_gone_and_those_of_others_stay(state):
    kept = exchange()
    record(state, kept)
    state.judge(kept.id, 7, "down", "passage")
    state.judge(kept.id, 8, "down", "other")
    state.take_back(kept.id, 7)
    assert [thumb.fault for thumb in state.thumbs("down")] == ["other"]


def test_a_chat_that_asks_all_articles_again_has_no_choice(state):
    state.choose(7, "a")
    state.choose(7, "b")
    assert state.choice(7) == "b"
    state.choose(7, None)
    assert state.choice(7) is None


def test_what_is_older_than_the_retention_is_dropped(file):
    long_ago = int(time.time()) - 3 * DAY_S
    old, new = exchange(at=long_ago), exchange(3, 4, place=Place(8, 0, 8))
    with State(file, 30) as state:
        record(state, old)
        record(state, new)
        state.judge(old.id, 7, "down")
    with State(file, 2) as state:
        assert state.exchange(old.id) is None
        assert state.session(PLACE) == Session()
        assert state.thumbs("down") == []
        assert state.exchange(new.id) == new


def test_forgetting_a_user_leaves_no_word_of_his_in_the_file_and_spares_the_others(file, state):
    his, hers = exchange(question="squeamish"), exchange(place=Place(-5, 0, 8), question="ossifrage")
    record(state, his)
    record(state, hers)
    state.choose(7, "a")
    state.judge(hers.id, 7, "up")
    assert state.forget(7) == 1
    assert state.exchange(his.id) is None
    assert state.session(PLACE) == Session()
    assert state.choice(7) is None
    assert state.thumbs("up") == []
    assert state.exchange(hers.id) == hers
    raw = b"".join(part.read_bytes() for part in file.parent.iterdir())
    assert b"squeamish" not in raw
    assert b"ossifrage" in raw


def test_the_counts_are_those_of_questions_and_not_of_small_talk(state):
    for n in range(1, 21):
        record(state, exchange(n, 100 + n, place=Place(7, 0, n % 4), took_ms=float(n), abstained=n % 5 == 0))
    record(state, exchange(90, 190, is_answer=False, took_ms=99.0))
    state.judge(state.by_question(7, 3).id, 7, "up")
    state.judge(state.by_question(7, 4).id, 7, "down")
    stats = state.stats()
    assert (stats.users, stats.questions, stats.abstentions) == (4, 20, 4)
    assert (stats.thumbs_up, stats.thumbs_down) == (1, 1)
    assert (stats.p50_ms, stats.p95_ms) == (10.0, 19.0)


def test_an_empty_file_has_counts_of_nothing(state):
    assert (state.stats().questions, state.stats().p95_ms) == (0, 0.0)


def test_a_conversation_of_another_form_is_begun_anew(file, state):
    record(state, exchange())
    with sqlite3.connect(file) as other:
        other.execute("""UPDATE conversations SET session = '{"turns": 3}'""")
    other.close()
    assert state.session(PLACE) == Session()


def test_a_damaged_file_is_told_in_a_line(file):
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match=r"telegram.sqlite: it is damaged; move it away"):
        State(file, 30)


def test_a_file_of_a_newer_version_is_told_in_a_line(file):
    State(file, 30).close()
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(StateError, match="newer version"):
        State(file, 30)


def test_a_folder_that_cannot_be_made_is_told_in_a_line(tmp_path):
    (tmp_path / "library").write_text("a file")
    with pytest.raises(StateError, match="set FOOTNOTE_LIBRARY"):
        State(tmp_path / "library" / "telegram.sqlite", 30)


def test_a_process_that_runs_for_long_drops_what_gets_too_old(state):
    old = exchange(at=int(time.time()) - 31 * DAY_S)
    record(state, old)
    assert state.exchange(old.id) is not None
    state._pruned_at -= 3_601  # as if it had been an hour ago
    record(state, exchange(3, 4))
    assert state.exchange(old.id) is None


def test_forgetting_a_user_leaves_his_questions_out_of_what_others_asked_in_reply(file, state):
    group, his, hers = -1, Place(-1, 0, 7), Place(-1, 0, 8)
    asked = Turn("A secret of his?", ("a-1",), ("Yoon.",))
    replied = Turn("And then?", ("a-2",), ("Li.",), (Note("carried", "he", "Yoon"),))
    record(state, exchange(1, 2, his, question=asked.question, after=Session((asked,))))
    both = Session((asked, replied), "a")
    answer = exchange(3, 4, hers, question=replied.question, before=Session((asked,), "a"), after=both)
    record(state, answer)
    assert state.forget(7) == 1
    kept = state.by_answer(group, 4)
    assert (kept.before, kept.after) == (Session((), "a"), Session((replied,), "a"))
    assert state.session(hers) == kept.after
    state.close()
    assert b"secret" not in file.read_bytes()


# --- groups that get another id ---

GROUP, SUPERGROUP = Place(-5, 0, 7), Place(-1005, 0, 7)


def test_what_is_kept_of_a_group_is_found_under_its_new_id_and_its_old_one(file, state):
    kept = exchange(place=GROUP)
    record(state, kept)
    state.choose(-5, "a")
    state.move(-5, -1005)
    with State(file, 30) as again:
        for here in (state, again):
            for place in (GROUP, SUPERGROUP):
                assert here.session(place) == ASKED
                assert here.latest(place).id == kept.id
                assert here.choice(place.chat_id) == "a"
                assert here.chat_now(place.chat_id) == -1005
            assert here.exchange(kept.id).place == SUPERGROUP
            assert (here.chat_before(-1005), here.chat_before(-9)) == (-5, -9)


def test_messages_of_a_supergroup_are_not_taken_for_those_of_the_group_it_was(state):
    record(state, exchange(place=GROUP))
    state.move(-5, -1005)
    assert state.by_question(-1005, 1) is None
    assert state.by_answer(-1005, 2) is None


def test_a_question_under_way_when_its_group_moves_is_kept_under_the_new_id(state):
    before, after = exchange(1, None, GROUP), exchange(3, None, GROUP)
    state.record(before)
    state.move(-5, -1005)
    state.record(after)
    for kept, answer_id in ((before, 2), (after, 4)):
        state.answered(kept, answer_id)
        assert state.by_answer(-1005, answer_id).place == SUPERGROUP
    assert state.by_question(-1005, 3) is None
    assert state.session(SUPERGROUP) == ASKED


def test_what_was_begun_under_the_new_id_is_not_overwritten_by_what_is_older(state):
    record(state, exchange(place=GROUP, after=Session()))
    state.choose(-5, "old")
    record(state, exchange(3, 4, SUPERGROUP))
    state.choose(-1005, "new")
    state.move(-5, -1005)
    state.move(-5, -1005)
    assert state.session(SUPERGROUP) == ASKED
    assert state.choice(-1005) == "new"
