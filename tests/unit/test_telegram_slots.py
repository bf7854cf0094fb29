"""Few at a time, but none held up by one that is slow."""

import asyncio

import pytest

from bot.telegram_app.slots import Slots


def started(slots, count, wait_s):
    """Return which of so many, none of which ends, have begun after a wait."""
    begun = []

    async def take(number):
        async with slots.taken():
            begun.append(number)
            await asyncio.sleep(60)

    async def live():
        tasks = [asyncio.create_task(take(number)) for number in range(count)]
        await asyncio.sleep(wait_s)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    asyncio.run(live())
    return begun


def test_no_more_begin_than_there_is_room_for():
    assert started(Slots(2, slow_s=60), 5, 0.01) == [0, 1]


def test_one_that_is_slow_makes_room_for_the_next():
    assert started(Slots(2, slow_s=0.05), 9, 0.08) == [0, 1, 2, 3]


@pytest.mark.parametrize("lasts_s", [0, 0.01, 0.05])
def test_room_is_given_back_once(lasts_s):
    slots, within, most = Slots(1, slow_s=0.02), 0, 0

    async def take(duration_s):
        nonlocal within, most
        async with slots.taken():
            within += 1
            most = max(most, within)
            await asyncio.sleep(duration_s)
            within -= 1

    async def live():
        nonlocal most
        await take(lasts_s)
        most = 0
        await asyncio.gather(*(take(0.001) for _ in range(5)))

    asyncio.run(live())
    assert most == 1
