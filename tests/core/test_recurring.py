"""Schedules at work: what the clock, the ends of runs and a start after a crash bring about."""

from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from pathlib import Path

import pytest

from bot.asker import new_id
from bot.playbook.templates import render
from bot.ports import Said
from bot.run import commands as c
from bot.schedule.decide import due
from tests.core.planner import PLACE, REPORT, Planner, berlin, planner
from tests.run.director import ANA, BO, NINE, TEAM
from tests.run.sketch import sketch

DAILY = "report team: Acme when: every day at 12:00 zone: UTC"
NOON = NINE + timedelta(hours=3)
DAY = timedelta(days=1)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Planner]:
    async with planner(tmp_path) as made:
        yield made


def told(book: Planner, place: str = PLACE) -> list[str]:
    """What stands in a place, as text."""
    return [sketch(one.card) for one in book.chat.messages.values() if one.place == place]


async def test_a_run_starts_at_its_time_as_its_owners(book: Planner) -> None:
    schedule = await book.made(DAILY)
    await book.tick(NOON - timedelta(seconds=1))
    assert await book.became(schedule) == []
    await book.tick(NOON)
    assert await book.became(schedule) == ["Mon 12:00 started"]
    run = await book.desk.load(await book.run_of(schedule))
    assert (run.started.requester, run.started.place) == (ANA, PLACE)
    assert run.started.schedule == schedule.id
    await book.tick(seconds=1)
    assert len(await book.past(schedule)) == 1


async def test_run_now_starts_one_beside_its_times(book: Planner) -> None:
    schedule = await book.made(DAILY)
    assert (await book.type("/schedule run now acme", BO)).notice.startswith("Only ana may")
    assert (await book.type("/schedule run now acme")).notice == '"Report: Acme" starts now.'
    await book.recurring.quiet()
    assert (await book.desk.load(await book.run_of(schedule))).started.requester == ANA
    assert (await book.get(schedule)).next_due == NOON


async def test_a_report_knows_its_predecessors(book: Planner) -> None:
    schedule = await book.made(DAILY)
    book.chat.said = [Said(author=ANA, text="old", at=NOON - timedelta(hours=1))]
    await book.tick(NOON)
    first = await book.run_of(schedule)
    started = (await book.desk.load(first)).brief
    assert (started.last.result, started.since) == ("", "")
    await book.draft(first, "All was well.")
    await book.approve(first)
    book.chat.said.append(Said(author=BO, text="new", at=NOON + timedelta(hours=1)))
    await book.tick(NOON + DAY)
    run = await book.desk.load(await book.run_of(schedule))
    said = render("{{ since }} | {{ last.result }} | {{ last.approved_at }}", run.values())
    assert said == (
        "Monday 2 November 2026, 12:00 (UTC) | All was well. | Monday 2 November 2026, 12:00 (UTC)"
    )
    [channel] = run.brief.documents
    assert "new" in channel.text
    assert "old" not in channel.text


async def test_a_time_is_skipped_while_the_last_result_waits_and_that_is_said(
    book: Planner,
) -> None:
    schedule = await book.made(DAILY)
    await book.tick(NOON)
    await book.draft(await book.run_of(schedule))
    await book.tick(NOON + DAY)
    why = "The last result still waits to be judged; once it is, the next one starts as planned."
    assert (await book.became(schedule))[1:] == [f"Tue 12:00 skipped {why}"]
    [said] = told(book)
    assert said.startswith("== Report: Acme · not started")
    assert f"Tuesday 3 November 2026, 12:00: {why}" in said
    await book.approve(await book.run_of(schedule, 0))
    await book.tick(NOON + 2 * DAY)
    assert (await book.became(schedule))[2:] == ["Wed 12:00 started"]


async def test_a_time_waits_until_the_last_result_is_judged(book: Planner) -> None:
    schedule = await book.options(await book.made(DAILY), waiting="wait")
    await book.tick(NOON)
    first = await book.run_of(schedule)
    await book.draft(first)
    await book.tick(NOON + DAY)
    assert len(await book.past(schedule)) == 1
    assert (await book.get(schedule)).held == NOON + DAY
    await book.approve(first)
    assert (await book.became(schedule))[1:] == ["Tue 12:00 started"]


async def test_it_starts_although_the_last_result_waits(book: Planner) -> None:
    schedule = await book.options(await book.made(DAILY), waiting="start")
    await book.tick(NOON)
    await book.tick(NOON + DAY)
    assert await book.became(schedule) == ["Mon 12:00 started", "Tue 12:00 started"]


@pytest.mark.parametrize(
    ("terms", "outcomes"),
    [
        ({"missed": "late"}, ["skipped", "skipped", "started"]),
        ({"missed": "late", "late": timedelta(days=1, hours=2)}, ["skipped", "started", "started"]),
        ({"missed": "latest"}, ["skipped", "skipped", "started"]),
        ({"missed": "all"}, ["started", "started", "started"]),
        ({"missed": "skip"}, ["skipped", "skipped", "skipped"]),
    ],
    ids=["late", "later", "latest", "all", "skip"],
)
async def test_what_was_missed_goes_as_is_wanted(
    book: Planner, terms: dict[str, object], outcomes: list[str]
) -> None:
    schedule = await book.options(await book.made(DAILY), waiting="start", **terms)
    await book.tick(NOON + 2 * DAY + timedelta(hours=1))
    assert [one.fire.outcome for one in await book.past(schedule)] == outcomes
    assert len(told(book)) == ("skipped" in outcomes)


async def test_three_failures_in_a_row_pause_it_and_its_owner_is_told_once(book: Planner) -> None:
    schedule = await book.made(DAILY)
    for day in range(3):
        await book.tick(NOON + day * DAY)
        await book.fail(await book.run_of(schedule))
    assert (await book.get(schedule)).state == "paused"
    for _ in range(3):
        await book.tick(seconds=1)
    [said] = told(book, ANA)
    assert '"Report: Acme" is paused: 3 runs in a row failed' in said
    assert "It broke." in said
    await book.tick(NOON + 5 * DAY)
    assert len(await book.past(schedule)) == 3


async def test_a_good_run_between_begins_the_count_anew(book: Planner) -> None:
    schedule = await book.made(DAILY)
    for day, ends in enumerate((book.fail, book.fail, book.draft, book.fail)):
        await book.tick(NOON + day * DAY)
        run = await book.run_of(schedule)
        await ends(run)
        if ends == book.draft:
            await book.approve(run)
    assert (await book.get(schedule)).failures == 1


async def test_what_cannot_start_is_told_in_its_place_and_in_its_history(book: Planner) -> None:
    schedule = await book.made(DAILY)
    book.write("report.yaml", REPORT.replace("[all, none]", "[some]").replace("all}", "some}"))
    await book.press(f"schedule:edit:{schedule.id}")
    now = await book.get(schedule)
    inputs = {**now.terms.inputs, "parts": "all"}
    await book.options(schedule, inputs=inputs)
    await book.tick(NOON)
    (book.folder / "report.yaml").unlink()
    await book.tick(NOON + DAY)
    [invalid, gone] = told(book)
    assert '"all" is not among some' in invalid
    assert 'There is no playbook "report" any more' in gone
    history = sketch(*(await book.type("/schedule history acme")).cards)
    assert history.count("failed: ") == 2
    assert [one.fire.stage for one in await book.past(schedule)] == ["done", "done"]


async def test_where_the_place_is_gone_its_owner_is_told(book: Planner) -> None:
    schedule = await book.made(DAILY)
    book.chat.gone.add(PLACE)
    await book.tick(NOON)
    [fire] = await book.became(schedule)
    assert fire.startswith("Mon 12:00 failed")
    assert "not started" in told(book, ANA)[0]


async def test_a_schedule_whose_owner_left_rests_and_says_so(book: Planner) -> None:
    schedule = await book.made(DAILY)
    book.people.gone.add(ANA)
    book.chat.gone.add(ANA)
    await book.tick(NOON)
    await book.tick(seconds=1)
    assert (await book.get(schedule)).state == "paused"
    [said] = told(book)
    assert "its owner, ana, has left the team" in said


async def test_a_month_costs_no_more_than_it_may(book: Planner) -> None:
    schedule = await book.options(await book.made(DAILY), month_usd=0.01)
    await book.tick(NOON)
    run = await book.run_of(schedule)
    await book.desk.handle(run, c.Cancel(), by=ANA)
    await book.recurring.quiet()
    summary = (await book.past(schedule))[0].run
    assert summary
    spent = summary.model_copy(update={"spent_usd": 0.02, "version": summary.version + 1})
    records = await book.database.log.read(run)
    last = records[-1].model_copy(update={"seq": records[-1].seq + 1})
    await book.database.log.append([last], spent)
    await book.tick(NOON + DAY)
    why = (
        "$0.02 of this month's $0.01 is spent or reserved; allow it more, or it goes on next month."
    )
    assert (await book.became(schedule))[1:] == [f"Tue 12:00 skipped {why}"]
    await book.tick(berlin("2026-12-01T13:00"))
    assert (await book.became(schedule))[-1] == "Tue 12:00 started"


async def test_what_a_dead_process_left_open_is_taken_up(book: Planner) -> None:
    schedule = await book.made(DAILY)
    decided = due(schedule, NOON, TEAM.calendar, last_waits=False, spent_usd=0)
    [fire] = decided.fires
    fire = fire.model_copy(update={"run": new_id("r", fire.key)})
    assert await book.database.timetable.change(decided.schedule, [fire])
    other = Planner(book.folder, book.database, book.chat)
    other.now = NOON
    await other.recurring.recover()
    await other.recurring.quiet()
    [past] = await book.past(schedule)
    assert past.fire.stage == "done"
    assert past.run


async def test_two_processes_start_each_time_once(book: Planner) -> None:
    schedule = await book.options(await book.made(DAILY), waiting="start", missed="all")
    other = Planner(book.folder, book.database, book.chat)
    for day in range(5):
        book.now = other.now = NOON + day * DAY
        await book.recurring.tick()
        await other.recurring.tick()
        await book.recurring.quiet()
        await other.recurring.quiet()
    past = await book.past(schedule)
    assert [one.fire.due for one in past] == [NOON + day * DAY for day in range(5)]
    assert len({one.fire.run for one in past}) == 5
    await other.recurring.close()


async def test_who_cannot_read_there_any_more_starts_nothing_there(book: Planner) -> None:
    schedule = await book.made(DAILY)
    book.chat.closed.add(PLACE)
    await book.tick(NOON)
    [past] = await book.past(schedule)
    assert (past.fire.stage, past.run) == ("open", None)
    other = Planner(book.folder, book.database, book.chat)
    other.now = NOON + timedelta(minutes=11)
    await other.tick()
    [said] = told(book)
    assert "ana cannot read where it begins any more" in said
    assert (await book.past(schedule))[0].fire.outcome == "failed"


async def test_a_platform_that_is_away_for_a_moment_fails_nothing(book: Planner) -> None:
    schedule = await book.made(DAILY)
    look, book.chat.readable = book.chat.readable, away
    await book.tick(NOON)
    book.chat.readable = look
    other = Planner(book.folder, book.database, book.chat)
    other.now = NOON + timedelta(minutes=2)
    await other.tick()
    assert await book.became(schedule) == ["Mon 12:00 started"]
    assert (await book.past(schedule))[0].run


async def away(identities: frozenset[str], places: Collection[str]) -> Collection[str]:
    raise TimeoutError


async def test_times_skipped_while_one_result_waits_are_told_in_one_message(
    book: Planner,
) -> None:
    schedule = await book.made(DAILY)
    await book.tick(NOON)
    await book.draft(await book.run_of(schedule))
    for day in range(1, 6):
        await book.tick(NOON + day * DAY)
    [said] = told(book)
    assert "5 times from Tuesday 3 November 2026, 12:00 to Saturday 7" in said
    await book.approve(await book.run_of(schedule, 0))
    await book.tick(NOON + 6 * DAY)
    await book.draft(await book.run_of(schedule))
    await book.tick(NOON + 7 * DAY)
    assert len(told(book)) == 2
