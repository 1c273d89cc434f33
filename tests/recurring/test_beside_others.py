"""What comes of a schedule while others, or many times of its own, come between."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.live import Live
from bot.run.commands import Fail
from bot.run.events import Task
from tests.core.planner import PLACE, Planner, planner
from tests.core.rig import Noted
from tests.run.director import ANA, NINE, TEAM

DAILY = "report team: Acme when: every day at 12:00 zone: UTC"
OFTEN = "report team: Acme when: every minute zone: UTC"
NOON = NINE + timedelta(hours=3)
DAY = timedelta(days=1)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Planner]:
    async with planner(tmp_path) as made:
        yield made


async def test_a_result_still_waits_after_many_times_were_skipped_for_it(book: Planner) -> None:
    schedule = await book.made(OFTEN)
    for _ in range(60):
        await book.tick(minutes=1)
    outcomes = [one.fire.outcome for one in await book.past(schedule)]
    assert outcomes == ["started", *["skipped"] * 59]
    await book.draft(await book.run_of(schedule, 0), "All was well.")
    await book.approve(await book.run_of(schedule, 0))
    await book.tick(minutes=1)
    run = await book.desk.load(await book.run_of(schedule))
    assert run.brief.last.result == "All was well."
    assert run.brief.since


async def test_the_next_starts_when_the_last_run_has_failed_without_being_ended(
    book: Planner,
) -> None:
    schedule = await book.options(await book.made(DAILY), waiting="wait")
    await book.tick(NOON)
    await book.tick(NOON + DAY)
    await book.fail(await book.run_of(schedule))
    assert await book.became(schedule) == ["Mon 12:00 started", "Tue 12:00 started"]


async def test_its_owner_is_told_once_although_it_changed_as_that_was_told(book: Planner) -> None:
    schedule = await book.options(await book.made(DAILY), waiting="start")
    for day in range(4):
        await book.tick(NOON + day * DAY)
    for n in range(3):
        await book.fail(await book.run_of(schedule, n))
    paused = await book.get(schedule)
    await book.tick(seconds=1)
    # Another process changed it in between, so that the first could not note that it had told.
    await book.fail(await book.run_of(schedule, 3))
    now = await book.get(schedule)
    untold = {"untold": paused.untold, "version": now.version + 1}
    assert await book.database.timetable.change(now.model_copy(update=untold))
    await book.tick(seconds=1)
    assert (await book.get(schedule)).untold == ""
    assert sum(one.place == ANA for one in book.chat.messages.values()) == 1


async def test_who_resumed_it_is_not_told_that_it_is_paused(book: Planner) -> None:
    schedule = await book.made(DAILY)
    for day in range(3):
        await book.tick(NOON + day * DAY)
        await book.fail(await book.run_of(schedule))
    await book.press(f"schedule:resume:{schedule.id}")
    await book.tick(seconds=1)
    assert not any(one.place == ANA for one in book.chat.messages.values())
    assert (await book.get(schedule)).state == "active"


async def test_a_failure_that_two_processes_see_counts_once(book: Planner) -> None:
    schedule = await book.made(DAILY)
    other = Planner(book.folder, book.database, book.chat)
    (book.folder / "report.yaml").rename(book.folder / "report.gone")
    book.now = other.now = NOON
    await book.recurring.tick()
    await other.recurring.recover()
    await book.recurring.quiet()
    await other.recurring.quiet()
    assert [one.fire.outcome for one in await book.past(schedule)] == ["failed"]
    assert (await book.get(schedule)).failures == 1
    assert sum(one.place == PLACE for one in book.chat.messages.values()) == 1


async def test_a_run_that_failed_before_its_start_was_noted_is_counted(book: Planner) -> None:
    schedule = await book.made(DAILY)
    await book.tick(NOON)
    [past] = await book.past(schedule)
    log, live = book.database.log, Live()  # to which nobody listens
    desk = Desk(log=log, workers=Noted(), live=live, team=TEAM, now=lambda: book.now)
    fail = Fail(task=Task(run=past.fire.run, step="draft"), why="It broke.")
    await desk.handle(past.fire.run, fail, by="podium")
    now = await book.get(schedule)
    reopened = past.fire.model_copy(update={"stage": "open"})
    again = now.model_copy(update={"version": now.version + 1})
    assert await book.database.timetable.change(again, [reopened])
    other = Planner(book.folder, book.database, book.chat)
    other.now = NOON
    await other.recurring.recover()
    await other.recurring.quiet()
    assert (await book.get(schedule)).failures == 1
