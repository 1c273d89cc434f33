"""The contracts of Timetable and Fires, kept by both databases."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from adapters.database import Database
from bot.ports import Past, Summary
from bot.schedule.model import DRAFT_KEPT, Fire, Schedule
from tests.database.samples import MINUTE, NOON, fire, records, schedule, summary


@pytest.fixture
async def other(url: str, database: Database) -> AsyncIterator[Database]:
    """The same database, as a second process has it."""
    other = await Database.open(url)
    yield other
    await other.close()


async def keep(database: Database, kept: Schedule, *fires: Fire) -> None:
    assert await database.timetable.change(kept, fires)


async def begin(database: Database, about: Summary) -> None:
    await database.log.append(records(about.run), about)


def ids(found: Sequence[Schedule]) -> list[str]:
    return [one.id for one in found]


# --- the timetable ----------------------------------------------------------------


async def test_a_schedule_is_kept_whole_and_changed(database: Database):
    told = schedule("a", title="«ä»\U0001f600\0' --", next_due=NOON)
    await keep(database, told)
    assert await database.timetable.get("a") == told
    later = told.model_copy(update={"version": 2, "next_due": NOON + MINUTE})
    await keep(database, later)
    assert await database.timetable.get("a") == later
    assert await database.timetable.get("b") is None


@pytest.mark.parametrize("version", [1, 2, 4])
async def test_only_what_follows_the_latest_version_is_kept(database: Database, version: int):
    await keep(database, schedule("a"))
    await keep(database, schedule("a", 2), fire("a"))
    late = schedule("a", version, title="Late")
    assert not await database.timetable.change(late, [fire("a", run="x"), fire("a", 60)])
    assert await database.timetable.get("a") == schedule("a", 2)
    assert await database.fires.past("a", 9) == [Past(fire=fire("a"))]


async def test_what_is_not_there_cannot_be_changed(database: Database):
    assert not await database.timetable.change(schedule("a", 2), [fire("a")])
    assert await database.timetable.get("a") is None
    assert await database.fires.open(NOON + 60 * MINUTE) == []


async def test_what_cannot_be_kept_spoils_nothing_beside_it(database: Database):
    changes = [
        database.timetable.change(schedule("a"), [fire("a")]),
        database.timetable.change(schedule("b"), [fire("b"), fire("b", 60, run="\ud800")]),
        database.timetable.change(schedule("c"), [fire("c", why="it broke\0")]),
    ]
    first, spoilt, last = await asyncio.gather(*changes, return_exceptions=True)
    assert (first, last) == (True, True)
    assert isinstance(spoilt, Exception)
    assert await database.timetable.get("b") is None
    assert await database.fires.open(NOON + 60 * MINUTE) == [fire("a"), fire("c", why="it broke")]


async def test_of_two_who_change_the_same_version_one_wins(database: Database, other: Database):
    names = [f"s{n}" for n in range(40)]
    for version in range(1, 4):
        tasks = [
            door.timetable.change(
                schedule(name, version, title=title),
                [fire(name, version, why=title), fire(name, 60 + version, why=title)],
            )
            for door, title, order in ((database, "one", names), (other, "two", names[::-1]))
            for name in order
            for _ in range(2)
        ]
        won = await asyncio.gather(*tasks)
        assert won.count(True) == len(names)
    for name in names:
        kept = await other.timetable.get(name)
        assert kept
        assert kept.version == 3
        past = await database.fires.past(name, 9)
        assert [one.fire.why for one in past[::3]] == [kept.terms.title] * 2
        assert len(past) == 6


async def test_all_are_listed_by_title_but_drafts_and_what_was_long_deleted(database: Database):
    for one in (
        schedule("1", title="b"),
        schedule("2", title="Ä"),
        schedule("3", title="B"),
        schedule("4", title="A", saved=False),
        schedule("5", title="A", deleted=NOON),
        schedule("6", title="A", deleted=NOON - MINUTE),
    ):
        await keep(database, one)
    assert ids(await database.timetable.all(NOON)) == ["5", "1", "3", "2"]


async def test_those_are_due_whose_time_has_come_the_longest_waiting_first(database: Database):
    for one in (
        schedule("later", next_due=NOON + 1.5 * MINUTE),
        schedule("now", next_due=NOON + MINUTE),
        schedule("before", next_due=NOON - MINUTE),
        schedule("paused"),
        schedule("to tell", untold="It is paused."),
        schedule("draft", saved=False),
    ):
        await keep(database, one)
    due = database.timetable.due
    assert ids(await due(NOON + MINUTE, 9)) == ["before", "to tell", "now"]
    assert ids(await due(NOON + MINUTE, 1)) == ["before"]
    assert ids(await due(NOON + DRAFT_KEPT, 9))[-1] == "draft"
    await keep(database, schedule("before", 2, next_due=NOON + 9 * MINUTE))
    assert ids(await due(NOON, 9)) == ["to tell"]


async def test_only_what_was_never_saved_is_forgotten_and_wholly(database: Database):
    await keep(database, schedule("draft", saved=False), fire("draft"))
    await keep(database, schedule("saved", saved=False), fire("saved"))
    await keep(database, schedule("saved", 2))
    for name in ("draft", "saved", "unknown"):
        await database.timetable.forget(name)
    assert await database.timetable.get("draft") is None
    assert await database.fires.past("draft", 9) == []
    assert await database.timetable.get("saved") == schedule("saved", 2)
    assert await database.fires.past("saved", 9) == [Past(fire=fire("saved"))]


# --- fires ------------------------------------------------------------------------


async def test_open_fires_from_before_a_time_come_oldest_first(database: Database):
    fires = [fire("a", 10), fire("a", 0), fire("a", 20), fire("a", 5, stage="done")]
    await keep(database, schedule("a"), *fires)
    await keep(database, schedule("b"), fire("b", 10, outcome="skipped", why="It was late."))
    found = await database.fires.open(fires[2].at)
    assert [(one.schedule, one.due) for one in found] == [
        ("a", NOON),
        ("a", NOON + 10 * MINUTE),
        ("b", NOON + 10 * MINUTE),
    ]
    assert found[2] == fire("b", 10, outcome="skipped", why="It was late.")


async def test_a_fire_stays_open_until_it_is_done_whoever_decided_it(
    database: Database, other: Database
):
    await keep(database, schedule("a"), fire("a", run="r1"), fire("a", 60))
    await database.close()  # before it was carried out
    assert await other.fires.open(NOON + 9 * MINUTE) == [fire("a", run="r1")]
    await other.fires.done(fire("a", run="r1"))
    assert await other.fires.open(NOON + 9 * MINUTE) == []
    assert await other.fires.past("a", 9) == [
        Past(fire=fire("a", 60)),
        Past(fire=fire("a", run="r1", stage="done")),
    ]


async def test_what_is_counted_or_unknown_is_not_made_done(database: Database):
    await keep(database, schedule("a"), fire("a"), fire("a", 60, stage="counted"))
    await keep(database, schedule("a", 2), fire("a", stage="counted"))
    await asyncio.gather(*(database.fires.done(fire("a", minutes)) for minutes in (60, 0, 120)))
    assert {one.fire.stage for one in await database.fires.past("a", 9)} == {"counted"}


async def test_a_fire_is_uncounted_once_its_run_works_no_longer(database: Database):
    runs = ("working", "waiting", "ended")
    for name in (*runs, "counted", "opened"):
        status = name if name in runs else "ended"
        await begin(database, summary(name).model_copy(update={"status": status}))
    await keep(
        database,
        schedule("a"),
        fire("a", 4, run="ended", stage="done"),
        fire("a", 3, run="waiting", stage="done"),
        fire("a", 2, run="working", stage="done"),
        fire("a", 1, run="not begun", stage="done"),
        fire("a", 5, run="counted", stage="counted"),
        fire("a", 6, run="opened"),
        fire("a", 7, outcome="failed", stage="done"),
    )
    assert [one.run and one.run.run for one in await database.fires.uncounted()] == [
        *("waiting", "ended")
    ]


async def test_the_latest_fires_of_a_schedule_come_first_with_their_runs(database: Database):
    begun = summary("r1", title="A report")
    await begin(database, begun)
    fires = [fire("a", 0, run="r1"), fire("a", 60, run="r2"), fire("a", 30, outcome="failed")]
    await keep(database, schedule("a"), *fires)
    await keep(database, schedule("b"), fire("b"))
    assert await database.fires.past("a", 2) == [Past(fire=fires[1]), Past(fire=fires[2])]
    assert (await database.fires.past("a", 3))[2] == Past(fire=fires[0], run=begun)
    assert await database.fires.past("c", 3) == []


async def test_those_that_start_runs_are_found_beside_what_was_skipped(database: Database):
    first, second = fire("a", 0, run="r1"), fire("a", 60, run="r2")
    others = [fire("a", 90, outcome="skipped"), fire("a", 30, outcome="failed")]
    await keep(database, schedule("a"), first, second, *others)
    await keep(database, schedule("b"), fire("b", run="r3"))
    assert await database.fires.starts("a", 9) == [Past(fire=second), Past(fire=first)]
    assert await database.fires.starts("a", 1) == [Past(fire=second)]
    assert await database.fires.of("a", "r1") == first
    assert [await database.fires.of("a", run) for run in ("", "r3")] == [None, None]


async def test_spent_is_what_the_runs_since_a_time_have_cost(database: Database):
    for name, spent in (("old", 8), ("r1", 0.5), ("r2", 1), ("other", 16)):
        await begin(database, summary(name, title="\0", spent_usd=spent))
    await database.log.append(records("r2", 2), summary("r2", 2, spent_usd=4))
    await keep(
        database,
        schedule("a"),
        fire("a", -6, run="old"),
        fire("a", 0, run="r1"),
        fire("a", 60, run="r2"),
        fire("a", 90, run="not begun"),
        fire("a", 120, outcome="skipped"),
    )
    await keep(database, schedule("b"), fire("b", run="other"))
    assert await database.fires.spent("a", NOON) == 4.5
    assert await database.fires.spent("a", fire("a", 60).at) == 4
    assert await database.fires.spent("c", NOON) == 0
