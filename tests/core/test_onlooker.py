"""What one person may see of the runs: what they can read where it is, and what they began."""

from dataclasses import replace

import pytest

from bot.onlooker import Onlooker
from bot.ports import Query
from bot.run.decide import Refused
from tests.core.rig import Rig, starting
from tests.fakes_chat import FakeChat
from tests.run.director import ANA, BO

RUN = "r1"


@pytest.fixture
async def rig() -> Rig:
    """A run of Ana's, somewhere."""
    rig = Rig()
    await rig.start(run=RUN)
    return rig


async def seen(onlooker: Onlooker) -> list[str]:
    """What of the run is given, one way or another."""
    found = [run.run for run in await onlooker.find(Query())]
    for look in (onlooker.load, onlooker.history):
        try:
            await look(RUN)
        except Refused as refused:
            assert str(refused) == "There is no run r1."  # noqa: PT017
        else:
            found.append(RUN)
    return found


async def test_who_can_read_in_a_place_sees_its_runs(rig: Rig):
    assert await seen(Onlooker(rig.desk, {"web": FakeChat()}, BO)) == [RUN, RUN, RUN]


async def test_who_cannot_is_told_the_same_as_if_there_were_none(rig: Rig):
    chat = FakeChat()
    chat.closed.add((await rig.desk.load(RUN)).started.place)
    assert await seen(Onlooker(rig.desk, {"web": chat}, BO)) == []


async def test_where_nobody_can_be_asked_a_run_is_for_its_requester_alone(rig: Rig):
    assert await seen(Onlooker(rig.desk, {}, BO)) == []
    assert await seen(Onlooker(rig.desk, {}, ANA)) == [RUN, RUN, RUN]


async def test_a_list_is_filled_up_from_behind_what_is_hidden():
    rig, chat = Rig(), FakeChat()
    chat.closed.add("web:w:board")
    for number in range(40):
        rig.later(seconds=1)
        place = "web:w:board" if number > 2 else "web:w:general"
        await rig.desk.handle(f"r{number}", replace(starting(), place=place), by=ANA)
    found = await Onlooker(rig.desk, {"web": chat}, BO).find(Query(limit=2))
    assert [run.run for run in found] == ["r2", "r1"]
