"""What people, platforms and clocks do to schedules, in malice or by mishap, changes nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.schedule.model import Schedule
from tests.core.planner import PLACE, Planner, planner
from tests.run.director import ANA, NINE

DAILY = "report team: Acme when: every day at 12:00 zone: UTC"
NOON = NINE + timedelta(hours=3)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Planner]:
    async with planner(tmp_path) as made:
        yield made


async def outcomes(book: Planner, schedule: Schedule) -> list[str]:
    return [one.fire.outcome for one in await book.past(schedule)]


async def test_a_press_that_is_delivered_again_runs_once(book: Planner) -> None:
    schedule = await book.made(DAILY)
    for _ in range(2):
        action = f"schedule:run:{schedule.id}"
        reply = await book.reception.pressed(action, who=ANA, place=PLACE, delivery="press 1")
        assert reply.notice == '"Report: Acme" starts now.'
        await book.tick(seconds=1)
    assert await outcomes(book, schedule) == ["started"]
    await book.press(f"schedule:run:{schedule.id}")
    assert await outcomes(book, schedule) == ["started", "started"]
