"""The contract of Log, kept by the fake and by both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.ports import Conflict, Duplicate, Log, Query, Summary
from bot.run.events import Answered
from tests.database.conftest import Kept
from tests.database.samples import MINUTE, NOON, gate, recorded, records, summary

Doors = tuple[Kept, Kept]


@pytest.fixture
def log(kept: Kept) -> Log:
    return kept.log


async def attempt(log: Log, run: str, first: int, delivery: str = "") -> str:
    """Appends one event; gives the name of what came of it."""
    try:
        await log.append(records(run, first), summary(run, first), delivery)
    except (Conflict, Duplicate) as refusal:
        return type(refusal).__name__
    return "kept"


async def test_a_run_that_is_not_there_has_no_events(log: Log):
    assert await log.read("nobody") == []
    assert await log.find(Query(run="nobody")) == []


async def test_events_are_read_as_they_were_appended_and_in_order(log: Log):
    told = records("a", count=3)
    await log.append(told[:1], summary("a"))
    await log.append(told[1:], summary("a", 3))
    assert await log.read("a") == told


async def test_text_of_any_kind_survives(log: Log):
    said = {"«ä»\U0001f600": ["\0", '"\\', "\u2028", 1e-320, -(2**53), None, True, {}], "": ""}
    event = recorded("a", 1).model_copy(update={"event": Answered(gate="g", value=said)})
    title = "50 % _off\\ 'now'; --\n\0ÄÖ"
    await log.append([event], summary("a", title=title))
    assert await log.read("a") == [event]
    (found,) = await log.find(Query(text="% _OFF\\ 'now'; --"))
    assert found.title == title


async def test_times_are_utc_whatever_zone_they_came_in(log: Log):
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    await log.append([recorded("a", 1, elsewhere)], summary("a", changed_at=elsewhere))
    (event,) = await log.read("a")
    assert event.at == NOON
    (found,) = await log.find(Query())
    assert found.changed_at == NOON
    assert found.changed_at.utcoffset() is not None


async def test_a_taken_place_is_a_conflict_and_changes_nothing(log: Log):
    await log.append(records("a"), summary("a", title="first"))
    with pytest.raises(Conflict):
        await log.append(records("a"), summary("a", title="second"), "delivery")
    assert len(await log.read("a")) == 1
    assert [one.title for one in await log.find(Query())] == ["first"]
    await log.append(records("b"), summary("b"), "delivery")


async def test_a_gap_is_a_conflict(log: Log):
    with pytest.raises(Conflict):
        await log.append(records("a", 2), summary("a", 2))
    await log.append(records("a"), summary("a"))
    with pytest.raises(Conflict):
        await log.append(records("a", 3), summary("a", 3))
    assert len(await log.read("a")) == 1


async def test_an_append_that_is_not_of_one_run_in_order_is_refused(log: Log):
    for told in ([], [recorded("a", 1), recorded("b", 2)], [recorded("a", 1), recorded("a", 3)]):
        with pytest.raises(ValueError, match="event"):
            await log.append(told, summary("a"))
    assert await log.find(Query()) == []


async def test_a_delivery_counts_once_and_says_where_it_went(log: Log):
    await log.append(records("a"), summary("a"), "delivery")
    for run, first in (("b", 1), ("a", 2), ("a", 1)):
        with pytest.raises(Duplicate) as refusal:
            await log.append(records(run, first), summary(run, first), "delivery")
        assert refusal.value.run == "a"
    assert await log.read("b") == []
    assert len(await log.read("a")) == 1


async def test_appends_without_a_delivery_are_no_duplicates(log: Log):
    assert [await attempt(log, run, 1) for run in "ab"] == ["kept", "kept"]


async def test_many_runs_at_once_are_all_kept(log: Log):
    async def write(run: str) -> None:
        for seq in range(1, 6):
            await log.append(records(run, seq), summary(run, seq), f"{run}/{seq}")

    runs = [f"run{n}" for n in range(40)]
    await asyncio.gather(*map(write, runs))
    assert {one.run: one.version for one in await log.find(Query())} == dict.fromkeys(runs, 5)
    for run in runs:
        assert [event.seq for event in await log.read(run)] == [1, 2, 3, 4, 5]


async def test_one_of_many_at_once_wins_and_the_others_alone_fail(doors: Doors):
    raced = [attempt(door.log, "raced", 1) for door in doors for _ in range(10)]
    calm = [attempt(doors[0].log, f"calm{n}", 1) for n in range(10)]
    outcomes = await asyncio.gather(*raced, *calm)
    assert sorted(outcomes[:20]) == ["Conflict"] * 19 + ["kept"]
    assert outcomes[20:] == ["kept"] * 10
    assert len(await doors[0].log.read("raced")) == 1


async def test_a_delivery_that_comes_twice_at_once_counts_once(doors: Doors):
    appends = [attempt(doors[n % 2].log, f"run{n}", 1, "delivery") for n in range(10)]
    outcomes = await asyncio.gather(*appends)
    assert sorted(outcomes) == ["Duplicate"] * 9 + ["kept"]
    (kept,) = await doors[1].log.find(Query())
    assert kept.run == f"run{outcomes.index('kept')}"


async def test_two_who_load_and_append_again_after_a_conflict_lose_nothing(doors: Doors):
    async def write(log: Log) -> None:
        left = 10
        while left:
            left -= await attempt(log, "a", len(await log.read("a")) + 1) == "kept"

    await asyncio.gather(*(write(door.log) for door in (*doors, *doors)))
    assert [event.seq for event in await doors[0].log.read("a")] == list(range(1, 41))


async def test_what_one_appended_the_other_reads(doors: Doors):
    here, there = doors
    for seq in range(1, 20):
        await here.log.append(records("a", seq), summary("a", seq))
        assert len(await there.log.read("a")) == seq
        assert [one.version for one in await there.log.find(Query(run="a"))] == [seq]


# --- find ---------------------------------------------------------------------

RUNS = (
    summary("a", title="Lamp for everyone", changed_at=NOON + 4 * MINUTE),
    summary("b", title="Die GRÖSSE", status="waiting", changed_at=NOON + 3 * MINUTE),
    summary("c", playbook="weekly-report", requester="web:main:bo", changed_at=NOON + 2 * MINUTE),
    summary("d", place="web:main:launches", due_at=NOON + MINUTE, changed_at=NOON + MINUTE),
    summary("e", status="ended", outcome="ended", due_at=NOON + 2 * MINUTE, gates=(gate(),)),
)


async def found(log: Log, query: Query) -> str:
    return "".join(one.run for one in await log.find(query))


@pytest.mark.parametrize(
    ("query", "runs"),
    [
        (Query(), "abcde"),
        (Query(run="c"), "c"),
        (Query(status="working"), "acd"),
        (Query(status="ended"), "e"),
        (Query(outcome="ended"), "e"),
        (Query(outcome="approved"), ""),
        (Query(playbook="launch-brief"), "abde"),
        (Query(playbook="weekly-report", status="ended"), ""),
        (Query(playbook="launch"), ""),
        (Query(requester="web:main:bo"), "c"),
        (Query(requester="web:main"), ""),
        (Query(place="web:main:launches"), "d"),
        (Query(due_by=NOON), ""),
        (Query(due_by=NOON + MINUTE), "d"),
        (Query(due_by=NOON + 9 * MINUTE), "de"),
        (Query(gates_open=True), "e"),
        (Query(text="lamp F"), "a"),
        (Query(text="größe"), "b"),
        (Query(text="WEEKLY"), "c"),
        (Query(text="LAUNCH-"), "abde"),
        (Query(text="%"), ""),
        (Query(text="_"), ""),
        (Query(status="working", requester="web:main:ana"), "ad"),
        (Query(status="working", due_by=NOON + 9 * MINUTE, place="web:main:launches"), "d"),
        (Query(limit=2), "ab"),
        (Query(status="working", limit=2), "ac"),
    ],
)
async def test_runs_are_found_newest_change_first(log: Log, query: Query, runs: str):
    for one in reversed(RUNS):
        await log.append(records(one.run), one)
    assert await found(log, query) == runs


async def test_a_summary_is_found_whole_and_as_it_is_now(log: Log):
    now = Summary(
        run="a",
        version=2,
        playbook="launch-brief",
        title="Lamp",
        place="web:main:general",
        requester="web:main:ana",
        status="waiting",
        outcome="approved",
        gates=(gate("Which?"), gate("Why «so»?")),
        spent_usd=0.1 + 0.2,
        started_at=NOON,
        changed_at=datetime(2027, 1, 1, tzinfo=UTC),
        due_at=NOON + MINUTE,
    )
    before = summary("a", due_at=NOON, place="elsewhere", playbook="weekly-report")
    await log.append(records("a"), before)
    await log.append(records("a", 2), now)
    assert await log.find(Query(outcome="approved", playbook="launch-brief")) == [now]
    gone = (Query(place="elsewhere"), Query(due_by=NOON), Query(status="working"))
    for query in (*gone, Query(playbook="weekly-report")):
        assert await log.find(query) == []
        assert await log.find(replace(query, run="a")) == []
