"""The durable graph, and how any engine that can run it is measured.

Five specialists in parallel, a judge, a wait for a person, one revise (the first specialist and
the judge again), a wait, approve. A model call is a sleep. Everything is in one process, on a
SQLite file of its own, and every engine is driven by the code below.
"""

import asyncio
import resource
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from bench.figure import Figure, p95

SPECIALISTS = ("angles", "facts", "risks", "prices", "words")
CALL_S = 0.05
LONGEST_PATH_S = 4 * CALL_S
IN_FLIGHT = 20
TEXT_BYTES = 2_000
TEXTS_BYTES = 8 * TEXT_BYTES


def said(task: str) -> str:
    """What the stand-in for a model answers: the length of a short answer of a real one."""
    return f"{task}: a finding. ".ljust(TEXT_BYTES, ".")


class Graph(Protocol):
    """An engine with the durable graph on it; `run` is a name never used before."""

    async def start(self, run: str) -> None:
        """Starts the run and returns when it waits for a person."""
        ...

    async def revise(self, run: str) -> None:
        """Sends the waiting run back, and returns when it waits again."""
        ...

    async def approve(self, run: str) -> None:
        """Approves the waiting run, and returns when that is durable."""
        ...


Open = Callable[[Path, float], AbstractAsyncContextManager[Graph]]
"""Opens an engine on a folder of its own, with the length of a model call in seconds."""


async def measure(engine: str, open_graph: Open, quick: bool) -> list[Figure]:
    """Every figure of the durable graph for one engine."""
    runs = 60 if quick else 200
    instant = await _under_load(open_graph, 0.0, runs)
    slow = await _under_load(open_graph, CALL_S, runs)
    wall_s = await _alone(open_graph, 3 if quick else 9)
    revise_s, approve_s, crowd_s = await _gates(open_graph, 20 if quick else 100)
    beside_texts = instant.size - TEXTS_BYTES
    rows = [
        ("runs_0", "runs a second, instant calls, 20 in flight", instant.runs_per_s, "/s"),
        ("runs_50", "runs a second, 50 ms calls, 20 in flight", slow.runs_per_s, "/s"),
        ("wall", "one run, wall over longest path", wall_s / LONGEST_PATH_S, "x"),
        ("cpu", "process CPU a run", instant.cpu_s * 1000, "ms"),
        ("bytes", "database bytes a run, beside its texts", beside_texts / 1000, "KB"),
        ("revise", "revise to waiting, p95", p95(revise_s) * 1000, "ms"),
        ("approve", "approve to done, p95", p95(approve_s) * 1000, "ms"),
        ("approvals", "100 approvals at once, p95", p95(crowd_s) * 1000, "ms"),
    ]
    return [
        Figure(name=f"{engine}.{key}", what=f"{engine}: {what}", value=value, unit=unit)
        for key, what, value, unit in rows
    ]


class _Load:
    """What a crowd of runs cost, for one run: rate, process CPU in seconds, bytes."""

    def __init__(self, runs: int, wall_s: float, cpu_s: float, size: int) -> None:
        self.runs_per_s = runs / wall_s
        self.cpu_s = cpu_s / runs
        self.size = size / runs


async def _under_load(open_graph: Open, call_s: float, runs: int) -> _Load:
    with TemporaryDirectory() as folder:
        async with open_graph(Path(folder), call_s) as graph:
            await _all(graph, [f"warm{n}" for n in range(IN_FLIGHT)])
            size, cpu_s, began = _size(Path(folder)), _cpu_s(), time.perf_counter()
            await _all(graph, [f"run{n}" for n in range(runs)])
            wall_s = time.perf_counter() - began
            return _Load(runs, wall_s, _cpu_s() - cpu_s, _size(Path(folder)) - size)


async def _all(graph: Graph, names: list[str]) -> None:
    """Carries the runs through, `IN_FLIGHT` of them at a time."""
    waiting = iter(names)

    async def lane() -> None:
        for name in waiting:
            await _through(graph, name)

    await asyncio.gather(*(lane() for _ in range(IN_FLIGHT)))


async def _through(graph: Graph, name: str) -> None:
    await graph.start(name)
    await graph.revise(name)
    await graph.approve(name)


async def _alone(open_graph: Open, repeats: int) -> float:
    """The median wall time of a run that has the engine to itself."""
    with TemporaryDirectory() as folder:
        async with open_graph(Path(folder), CALL_S) as graph:
            await _through(graph, "warm")
            return statistics.median(
                [await _timed(_through(graph, f"run{n}")) for n in range(repeats)]
            )


async def _gates(open_graph: Open, repeats: int) -> tuple[list[float], list[float], list[float]]:
    """How long revise and approve take one at a time, and approve for 100 runs at once."""
    with TemporaryDirectory() as folder:
        async with open_graph(Path(folder), 0.0) as graph:
            await _through(graph, "warm")
            revise_s: list[float] = []
            approve_s: list[float] = []
            for name in (f"run{n}" for n in range(repeats)):
                await graph.start(name)
                revise_s.append(await _timed(graph.revise(name)))
                approve_s.append(await _timed(graph.approve(name)))
            crowd = [f"crowd{n}" for n in range(100)]
            for name in crowd:
                await graph.start(name)
            crowd_s = await asyncio.gather(*(_timed(graph.approve(name)) for name in crowd))
            return revise_s, approve_s, crowd_s


async def _timed(awaitable: Awaitable[None]) -> float:
    began = time.perf_counter()
    await awaitable
    return time.perf_counter() - began


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _size(folder: Path) -> int:
    """Bytes of every SQLite database in the folder, whether or not its pages left the WAL."""
    total = 0
    for file in folder.glob("**/*.db"):
        with closing(sqlite3.connect(file)) as db:
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            (page_size,) = db.execute("PRAGMA page_size").fetchone()
            total += pages * page_size
    return total
