"""Whatever the playbook is and whatever happens, a run keeps its promises."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.playbook.model import Playbook
from tests.core.plays import plays
from tests.core.promises import hold_at_the_end
from tests.core.story import Story
from tests.core.world import ANA, RUN, World, start

told = settings(report_multiple_bugs=False, suppress_health_check=[HealthCheck.too_slow])


@settings(told, max_examples=200)
@given(play=plays(), slots=st.sampled_from([1, 2, 8]), data=st.data())
def test_a_run_keeps_its_promises_whatever_happens(
    play: Playbook, slots: int, data: st.DataObject
) -> None:
    asyncio.run(_story(play, data, slots=slots, processes=1))


@settings(told, max_examples=80)
@given(play=plays(), data=st.data())
def test_two_processes_on_one_log_may_pay_twice_and_keep_all_else(
    play: Playbook, data: st.DataObject
) -> None:
    asyncio.run(_story(play, data, slots=8, processes=2))


async def _story(play: Playbook, data: st.DataObject, *, slots: int, processes: int) -> None:
    world = World(slots=slots)
    for _ in range(processes):
        world.join()
    await world.processes[0].desk.handle(RUN, start(play), by=ANA, delivery="start")
    await world.rest()
    story = Story(world, data)
    try:
        await story.go_on(data.draw(st.integers(0, 30), "happenings"))
        await story.finish()
        await hold_at_the_end(world)
    finally:
        await world.close()
