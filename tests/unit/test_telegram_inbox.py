"""Updates on their way to the handlers."""

import asyncio

import pytest

from bot.telegram_app.inbox import Inbox
from bot.telegram_app.pending import PendingUpdates


@pytest.fixture
def pending(tmp_path):
    with PendingUpdates(tmp_path, 42) as pending:
        yield pending


def text(number, chat=1, user=1, **fields):
    sender = {"id": user, "is_bot": False, "first_name": "U"}
    place = {"id": chat, "type": "private"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 0, "chat": place, "from": sender, "text": "x", **fields},
    }


def press(number, user=1, **fields):
    sender = {"id": user, "is_bot": False, "first_name": "U"}
    query = {"id": "1", "from": sender, "chat_instance": "1", "data": "x", **fields}
    return {"update_id": number, "callback_query": query}


class Handling:
    """Handles updates when it is let; tells which."""

    def __init__(self):
        self.started, self.done = [], []
        self.gates = {}

    async def __call__(self, update):
        self.started.append(update.update_id)
        gate = self.gates.get(update.update_id)
        if gate is not None:
            await gate.wait()
        self.done.append(update.update_id)

    def hold(self, number):
        self.gates[number] = asyncio.Event()


def any_update(_):
    return True


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def test_one_chat_is_served_in_order_and_others_meanwhile(pending):
    async def run():
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update)
        inbox.put([text(1), text(2), text(3, chat=2, user=2)])
        await settle()
        assert handling.started == [1, 3]
        handling.gates[1].set()
        await inbox.drain(1.0)
        assert handling.done == [3, 1, 2]

    asyncio.run(run())
    assert pending.unhandled() == []


def test_a_press_does_not_wait_for_answers_in_its_chat(pending):
    async def run():
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update)
        inbox.put([text(1), press(2)])
        await settle()
        assert handling.done == [2]
        handling.gates[1].set()
        await inbox.drain(1.0)

    asyncio.run(run())


def test_a_press_waits_a_moment_for_the_answer_that_is_being_recorded(pending):
    async def run():
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update)
        shown = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
        inbox.put([text(1), press(2, message=shown)])
        await settle()
        assert handling.started == [1]
        await inbox.drain(1.0)
        assert handling.started == [1, 2]

    asyncio.run(run())


def test_what_a_user_writes_waits_for_what_the_press_before_does(pending):
    async def run():
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update)
        inbox.put([press(1), text(2), text(3, chat=2, user=2)])
        await settle()
        assert handling.started == [1, 3]
        handling.gates[1].set()
        await inbox.drain(1.0)
        assert handling.done == [3, 1, 2]

    asyncio.run(run())


def test_a_press_that_does_not_get_through_holds_up_what_its_user_writes_only_for_a_moment(pending):
    async def run():
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update)
        inbox.put([press(1), text(2, chat=2)])
        async with asyncio.timeout(2):
            while handling.done != [2]:
                await asyncio.sleep(0.05)
        handling.gates[1].set()
        await inbox.drain(1.0)

    asyncio.run(run())


@pytest.mark.parametrize(("bounds", "same_chat"), [({"max_waiting": 3}, True), ({"max_lanes": 3}, False)])
def test_no_more_is_taken_while_too_much_waits(pending, bounds, same_chat):
    async def run():
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update, **bounds)
        inbox.put([text(n, chat=1 if same_chat else n, user=n) for n in (1, 2)])
        await settle()
        assert inbox.has_room
        for n in (3, 4, 5):
            handling.hold(n)
        inbox.put([text(n, chat=1 if same_chat else n, user=n) for n in (3, 4, 5)])
        waiting = asyncio.create_task(inbox.wait_for_room())
        await settle()
        assert not waiting.done()
        for gate in handling.gates.values():
            gate.set()
        await waiting
        await inbox.drain(1.0)
        assert len(handling.done) == 5

    asyncio.run(run())


def test_what_takes_longer_than_the_stop_is_kept_for_the_next_run(pending):
    async def run():
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update)
        inbox.put([text(1), text(2), text(3, chat=2, user=2)])
        await inbox.drain(0.05)

    async def run_again():
        handling = Handling()
        await Inbox(pending, handling, any_update).drain(1.0)
        assert handling.done == [1, 2]

    asyncio.run(run())
    assert [update["update_id"] for update in pending.unhandled()] == [1, 2]
    asyncio.run(run_again())
    assert pending.unhandled() == []


@pytest.mark.parametrize(
    "odd",
    [{}, {"message": 1}, {"message": {"chat": {"id": []}}}, {"callback_query": {"from": 1}}, {"poll": None}],
)
def test_an_update_of_an_odd_shape_holds_up_nothing(pending, odd):
    async def run():
        handling = Handling()
        inbox = Inbox(pending, handling, any_update)
        inbox.put([{"update_id": 1, **odd}, text(2)])
        await inbox.drain(1.0)
        assert 2 in handling.done

    asyncio.run(run())
    assert pending.unhandled() == []


def test_an_update_that_cannot_be_judged_holds_up_nothing(pending):
    def judge(update):
        return update.update_id == 2 or {}["nothing"]

    async def run():
        handling = Handling()
        inbox = Inbox(pending, handling, judge)
        inbox.put([text(1), text(2)])
        await inbox.drain(1.0)
        assert handling.done == [2]

    asyncio.run(run())


def test_what_does_not_concern_the_bot_is_never_written(pending):
    async def run():
        handling = Handling()
        inbox = Inbox(pending, handling, lambda update: update.update_id != 1)
        handling.hold(2)
        inbox.put([text(1, text="squeamish"), text(2, reply_to_message=text(0, text="ossifrage")["message"])])
        await settle()
        assert handling.started == [2]
        await inbox.drain(0.01)

    asyncio.run(run())
    (kept,) = pending.unhandled()
    assert "reply_to_message" not in kept["message"]


def test_a_reply_to_the_bot_keeps_what_it_replies_to(pending):
    async def run():
        answer = text(0, user=42)["message"]
        handling = Handling()
        handling.hold(1)
        inbox = Inbox(pending, handling, any_update)
        inbox.put([text(1, reply_to_message=answer)])
        await inbox.drain(0.01)

    asyncio.run(run())
    assert "reply_to_message" in pending.unhandled()[0]["message"]


def test_an_update_that_fails_is_logged_without_its_text_and_holds_up_no_other(pending, caplog):
    async def run():
        done = []

        async def handle(update):
            if update.update_id == 1:
                raise RuntimeError(update.message.text)
            done.append(update.update_id)

        inbox = Inbox(pending, handle, any_update)
        inbox.put([text(1, text="secret"), text(2), text(3, chat=2)])
        await inbox.drain(1.0)
        assert sorted(done) == [2, 3]
        assert [update["update_id"] for update in pending.unhandled()] == [1]
        inbox.put([text(4)])
        await inbox.drain(1.0)
        assert done[-1] == 4

    asyncio.run(run())
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "An update may be handled again (RuntimeError)."
    ]
