"""How much may be asked, and when."""

from bot.telegram_app.limits import MAX_DELAY_S, PER_MINUTE, Limits, Turn

SPACING_S = 60 / PER_MINUTE


def turns(limits, count, at=0.0, now=None, keys=(1,)):
    return [limits.turn(keys, at, at if now is None else now) for _ in range(count)]


def test_as_many_as_anybody_asks_pass_at_once():
    assert turns(Limits(), PER_MINUTE) == [Turn()] * PER_MINUTE


def test_the_next_wait_their_turn_and_are_told_once():
    limits = Limits()
    turns(limits, PER_MINUTE)
    assert turns(limits, 3) == [Turn(SPACING_S, "slower"), Turn(2 * SPACING_S), Turn(3 * SPACING_S)]


def test_those_that_would_wait_too_long_are_declined_and_told_once():
    limits = Limits()
    waiting = int(MAX_DELAY_S / SPACING_S)
    given = turns(limits, PER_MINUTE + waiting + 3)
    assert given[PER_MINUTE + waiting - 1].wait_s == MAX_DELAY_S
    assert given[PER_MINUTE + waiting :] == [Turn(None, "too many"), Turn(None), Turn(None)]


def test_what_is_declined_takes_nobodys_turn():
    limits = Limits()
    turns(limits, 1000)
    assert turns(limits, 1, at=SPACING_S)[0].wait_s == MAX_DELAY_S


def test_after_a_minute_of_silence_all_is_as_before_and_is_told_again():
    limits = Limits()
    turns(limits, PER_MINUTE + 1)
    assert turns(limits, PER_MINUTE + 1, at=100.0) == [*[Turn()] * PER_MINUTE, Turn(SPACING_S, "slower")]


def test_who_asks_steadily_within_the_limit_never_waits():
    limits = Limits()
    assert {limits.turn((1,), n * SPACING_S, n * SPACING_S).wait_s for n in range(100)} == {0.0}


def test_messages_from_while_the_bot_was_away_do_not_wait():
    limits = Limits()
    late = [limits.turn((1,), minute * 60.0, 3600.0) for minute in range(30)]
    assert late == [Turn()] * 30
    limits = Limits()
    assert turns(limits, PER_MINUTE + 5, at=0.0, now=3600.0) == [Turn()] * (PER_MINUTE + 5)


def test_a_clock_that_is_slow_makes_nobody_wait_longer():
    limits = Limits()
    turns(limits, PER_MINUTE, at=600.0, now=0.0)
    assert limits.turn((1,), 600.0, 0.0).wait_s == SPACING_S


def test_one_user_is_held_to_the_limit_over_all_chats_and_others_are_not():
    limits = Limits()
    for chat in range(PER_MINUTE):
        limits.turn((-chat, 7), 0.0, 0.0)
    assert limits.turn((-99, 7), 0.0, 0.0).wait_s == SPACING_S
    assert limits.turn((-99, 8), 0.0, 0.0) == Turn()


def test_one_chat_is_held_to_the_limit_over_all_its_users():
    limits = Limits()
    for user in range(PER_MINUTE):
        limits.turn((-1, user), 0.0, 0.0)
    assert limits.turn((-1, 99), 0.0, 0.0).wait_s == SPACING_S


def test_a_private_chat_and_its_user_are_one():
    limits = Limits()
    assert turns(limits, PER_MINUTE, keys=(7, 7)) == [Turn()] * PER_MINUTE
    assert turns(limits, 1, keys=(7, 7))[0].wait_s == SPACING_S


def test_memory_does_not_grow_with_the_users():
    limits = Limits()
    for user in range(30_000):
        limits.turn((user,), user * 1.0, user * 1.0)
    assert len(limits._due) < 10_100
    assert len(limits._told) < 10_100
