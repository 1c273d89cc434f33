"""What people, platforms and clocks do to schedules, in malice or by mishap, changes nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.calendar import Calendar
from bot.ports import LogUnavailable, Timetable
from bot.run.events import Document
from bot.schedule.model import Fire, Schedule
from tests.core.planner import PLACE, REPORT, Planner, planner
from tests.run.director import ANA, BO, NINE

DAILY = "report team: Acme when: every day at 12:00 zone: UTC"
OFTEN = "report team: Acme when: every minute zone: UTC"
NOON = NINE + timedelta(hours=3)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Planner]:
    async with planner(tmp_path) as made:
        yield made


async def outcomes(book: Planner, schedule: Schedule) -> list[str]:
    return [one.fire.outcome for one in await book.past(schedule)]


class Away:
    """A timetable whose database is away."""

    async def change(self, schedule: Schedule, fires: Sequence[Fire] = ()) -> bool:
        raise LogUnavailable("The database went away.")


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


@pytest.mark.parametrize(
    "when",
    [
        "every 6 hours from 0001-01-01",
        "every third day from 0001-01-01 at 09:00",
        "every 6 hours from 9999-12-31",
        "every second Friday from 31 December 9999 at 09:00",
    ],
)
async def test_a_day_at_the_end_of_time_is_refused_in_a_sentence(book: Planner, when: str) -> None:
    form = (await book.type(f"/schedule report team: Acme when: {when} zone: Europe/Berlin")).form
    assert form
    [error] = [field.error for field in form.fields if field.error]
    assert error.endswith("is too far away; name a day within 50 years.")


async def test_a_zone_that_only_a_platform_knows_keeps_nobody_from_their_schedules(
    book: Planner,
) -> None:
    book.people.zones[ANA] = "America/Coyhaique_2"
    await book.made(DAILY)
    assert (await book.type("/schedule list")).notice == "1 schedule"


async def test_a_file_for_which_the_playbook_asks_no_more_keeps_nobody_from_an_edit(
    book: Planner,
) -> None:
    book.write("report.yaml", REPORT.replace("inputs:", "inputs:\n  notes: {type: files}"))
    files = {"notes": (Document(name="a.txt", source="a file", text="Old."),)}
    line = f"/schedule {DAILY}"
    asked = await book.reception.typed(line, files=files, who=ANA, place=PLACE)
    await book.button(asked, "Save")
    [schedule] = await book.database.timetable.all(book.now)
    book.write("report.yaml", REPORT + "\n")
    form = (await book.press(f"schedule:edit:{schedule.id}")).form
    assert form
    shown = await book.fill(form.action, {field.name: field.value for field in form.fields})
    await book.button(shown, "Save")
    await book.tick(NOON)
    assert await outcomes(book, schedule) == ["started"]


async def test_a_platform_that_does_not_answer_holds_up_no_other_schedule_and_not_the_clock(
    book: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.recurring._PATIENCE_S", 0)
    silent, answered, started = await book.made(DAILY), asyncio.Event(), asyncio.Event()
    book.now += timedelta(seconds=1)
    other = await book.made(DAILY.replace("Acme", "Beta"), BO)
    book.live.listen(lambda news: started.set())

    async def left(identity: str) -> bool:
        return identity == ANA and await answered.wait() and False

    monkeypatch.setattr(book.people, "left", left)
    book.now = NOON
    await book.recurring.tick()
    await book.recurring.tick()
    await started.wait()
    assert (await outcomes(book, other), await outcomes(book, silent)) == (["started"], [])
    answered.set()
    await book.recurring.quiet()
    assert await outcomes(book, silent) == ["started"]


async def test_a_schedule_of_a_newer_podium_stops_no_other(book: Planner) -> None:
    newer = await book.made(DAILY)
    book.now += timedelta(seconds=1)
    other = await book.made(DAILY.replace("Acme", "Beta"))
    await book.press(f"schedule:run:{newer.id}")
    await book.recurring.quiet()
    [run] = await book.past(newer)
    rows = sqlite3.connect(book.folder.parent / "podium.db")
    rows.execute(
        "UPDATE schedules SET body = replace(body, 'days', 'moons') WHERE id = ?", [newer.id]
    )
    rows.commit()
    rows.close()
    await book.fail(run.fire.run)
    await book.recurring.recover()
    await book.tick(NOON)
    assert await outcomes(book, other) == ["started"]
    assert (await book.type("/schedule list")).notice == "1 schedule"


async def test_what_waits_starts_although_the_database_was_away_as_it_could(book: Planner) -> None:
    schedule = await book.made(DAILY)
    await book.options(schedule, waiting="wait")
    await book.tick(NOON)
    [first] = await book.past(schedule)
    await book.draft(first.fire.run)
    await book.tick(NOON + timedelta(days=1))
    kept = book.recurring.timetable
    book.recurring.timetable = cast("Timetable", Away())
    await book.approve(first.fire.run)
    book.recurring.timetable = kept
    await book.tick(seconds=1)
    assert await outcomes(book, schedule) == ["started", "started"]


@pytest.mark.parametrize(
    ("waiting", "became"), [("skip", ["started", *["skipped"] * 4]), ("wait", ["started"])]
)
async def test_of_many_missed_times_one_starts_where_the_next_waits_for_it(
    book: Planner, waiting: str, became: list[str]
) -> None:
    schedule = await book.made(OFTEN)
    await book.options(schedule, missed="all", waiting=waiting)
    for _ in range(5):
        await book.tick(NINE + timedelta(minutes=5, seconds=1))
    assert (await outcomes(book, schedule))[: len(became)] == became
    assert "started" not in (await outcomes(book, schedule))[1:]


async def test_of_many_missed_times_as_many_start_as_the_months_money_is_sure_to_reach_for(
    book: Planner,
) -> None:
    book.write("report.yaml", f"{REPORT}budget: {{usd: 1}}\n")
    schedule = await book.made(OFTEN)
    await book.options(schedule, missed="all", waiting="start", month_usd=1.5)
    for _ in range(5):
        await book.tick(NINE + timedelta(minutes=5, seconds=1))
    assert await outcomes(book, schedule) == ["started", "started", *["skipped"] * 3]


async def test_a_long_outage_is_told_in_few_messages(book: Planner) -> None:
    schedule = await book.made(OFTEN)
    await book.options(schedule, missed="latest")
    for _ in range(3):
        await book.tick(NINE + timedelta(days=1, seconds=1))
    past = await book.database.fires.past(schedule.id, 2_000)
    assert [one.fire.outcome for one in past] == ["started", *["skipped"] * 1_439]
    assert sum(one.place == PLACE for one in book.chat.messages.values()) == 3


async def test_what_is_told_of_a_fire_is_never_as_long_as_what_was_given(book: Planner) -> None:
    book.write("report.yaml", REPORT.replace("{type: text}", "{type: long}"))
    schedule = await book.made(DAILY.replace("Acme", "long" * 5_000))
    book.write("report.yaml", REPORT.replace("{type: text}", "{type: choice, options: [short]}"))
    await book.tick(NOON)
    [past] = await book.past(schedule)
    assert past.fire.outcome == "failed"
    assert len(past.fire.why) < 600


async def test_a_day_that_the_team_is_given_free_meanwhile_starts_nothing(book: Planner) -> None:
    schedule = await book.made("report team: Acme when: every working day at 12:00 zone: UTC")
    free = frozenset({NOON.date()})
    book.desk.team = replace(book.desk.team, calendar=Calendar(free=free))
    for day in range(2):
        await book.tick(NOON + timedelta(days=day))
    assert await book.became(schedule) == ["Tue 12:00 started"]


async def test_what_was_shown_can_be_saved_although_a_time_came_meanwhile(book: Planner) -> None:
    schedule = await book.made(OFTEN)
    form = (await book.press(f"schedule:edit:{schedule.id}")).form
    assert form
    values = {field.name: field.value for field in form.fields} | {"team": "Beta"}
    shown = await book.fill(form.action, values)
    await book.tick(minutes=1)
    for told in ("is saved.", "is saved already."):
        assert (await book.button(shown, "Save")).notice.endswith(told)
        await book.tick(minutes=1)
    assert (await book.get(schedule)).terms.inputs["team"] == "Beta"


async def test_no_schedule_goes_by_a_zone_that_means_another_on_another_machine(
    book: Planner,
) -> None:
    form = (await book.type(f"/schedule {DAILY.replace('UTC', 'localtime')}")).form
    assert form
    [error] = [field.error for field in form.fields if field.error]
    assert error.startswith('There is no time zone "localtime"')


async def test_a_start_stays_in_the_history_when_the_clock_goes_back(book: Planner) -> None:
    schedule = await book.made(DAILY)
    await book.tick(NOON)
    [before] = await book.past(schedule)
    book.now = NOON - timedelta(hours=1)
    for verb in ("pause", "resume"):
        await book.press(f"schedule:{verb}:{schedule.id}")
    await book.tick(NOON)
    assert await book.past(schedule) == [before]
