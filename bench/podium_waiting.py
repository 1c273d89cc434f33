"""10,000 runs that wait for people: what they cost a process that is started with them.

The same process is started beside it with none, and the difference is theirs.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.figure import Figure, at_most
from bench.podium_core import Core, open_core
from bot.playbook.model import Playbook
from bot.ports import Query
from bot.run.commands import Approve
from bot.run.events import Recorded

TICK_S = 1.0
PLAYBOOK = Playbook.model_validate(
    {
        "name": "note",
        "about": "One step and a review.",
        "inputs": {"product": {"type": "text"}},
        "budget": {"usd": 1},
        "steps": {"note": {"by": "clerk", "do": "Note {{ product }}."}},
        "deliver": {"from": "note", "review": {"remind": "4h", "expire": "3d"}},
    }
)


@dataclass(frozen=True, kw_only=True)
class Served:
    """A process that was started on a folder: seconds to ready, bytes, seconds of CPU a second."""

    ready_s: float
    memory: int
    cpu: float


async def run(quick: bool) -> list[Figure]:
    runs = 1_000 if quick else 10_000
    with TemporaryDirectory() as empty, TemporaryDirectory() as full:
        async with open_core(Path(full), 0.0, PLAYBOOK) as core:
            await _fill(core, runs)
        without = await _serve(empty, quick)
        with_them = await _serve(full, quick)
    more = with_them.memory - without.memory
    rows = [
        ("ready", "ready after a restart", with_them.ready_s, "s", (at_most(2),)),
        ("ready_none", "ready after a restart with none", without.ready_s, "s", ()),
        ("memory", "memory beside the same with none", more / 1e6, "MB", (at_most(20),)),
        ("cpu", "idle CPU of one core", with_them.cpu * 100, "%", (at_most(1),)),
    ]
    what = f"podium: {runs:,} waiting runs"
    return [
        Figure(name=f"waiting.{key}", what=f"{what}, {of}", value=value, unit=unit, goals=goals)
        for key, of, value, unit, goals in rows
    ]


async def _fill(core: Core, runs: int) -> None:
    """One real run, and as many of the same under other names."""
    await core.start("run-original")
    records = await core.database.log.read("run-original")
    texts = [record.model_dump_json() for record in records]
    (summary,) = await core.desk.find(Query(run="run-original"))

    async def copy(name: str) -> None:
        named = [Recorded.model_validate_json(t.replace("run-original", name)) for t in texts]
        await core.database.log.append(named, summary.model_copy(update={"run": name}))
        await core.database.views.record(name, summary.version)

    for first in range(0, runs, 100):
        await asyncio.gather(*(copy(f"run-{n}") for n in range(first, first + 100)))


async def _serve(folder: str, quick: bool) -> Served:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, folder, "2" if quick else "10"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    await process.stdout.readuntil(b"ready\n")
    ready_s = time.perf_counter() - began
    memory, cpu = json.loads(await process.stdout.read())
    if code := await process.wait():
        raise RuntimeError(f"the served process ended with {code}")
    return Served(ready_s=ready_s, memory=memory, cpu=cpu)


async def serve(folder: Path, idle_s: float) -> None:
    """Recovers, says `ready`, idles as a server does, then says its memory and share of a core."""
    async with open_core(folder, 0.0, PLAYBOOK) as core:
        await core.desk.recover()
        print("ready", flush=True)
        ends, cpu_s = time.monotonic() + idle_s, time.process_time()
        while time.monotonic() < ends:
            await core.desk.tick()
            await asyncio.sleep(TICK_S)
        cpu = (time.process_time() - cpu_s) / idle_s
        print(json.dumps([psutil.Process().memory_info().rss, cpu]))
        if waiting := await core.desk.find(Query(run="run-1")):
            approved = await core.decide(waiting[0].run, Approve("review-1"))
            assert approved.outcome == "approved"


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))
