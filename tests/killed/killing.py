"""Kills the child at random moments until a run has ended, and checks what is left."""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

from adapters.database import Database
from bot.ports import Line
from bot.run.events import CallFinished, CallStarted, Recorded, TaskFinished
from bot.run.evolve import fold
from bot.run.state import Run
from tests.killed.child import RUN

LONGEST_LIFE_S = 4.0
"""A child needs about a second to start, and two more for the whole run."""


async def kill_until_done(folder: Path, kills: int, chance: random.Random) -> int:
    """Starts children and kills them, `kills` times at most; the last may end. Gives the kills."""
    for killed in range(kills):
        child = await _start(folder)
        try:
            async with asyncio.timeout(chance.uniform(0.8, LONGEST_LIFE_S)):
                await _ended_well(child)
            return killed
        except TimeoutError:
            child.kill()
            await child.wait()
    await _ended_well(await _start(folder))
    return kills


async def _start(folder: Path) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "tests.killed.child", str(folder))
    return await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)


async def _ended_well(child: asyncio.subprocess.Process) -> None:
    _, errors = await child.communicate()
    assert child.returncode == 0, errors.decode()


async def check(folder: Path) -> None:
    """Everything that must hold after any number of kills."""
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    try:
        records = await database.log.read(RUN)
        root = await database.board.lines("web:podium:#general")
        thread = [line for r in root for line in await database.board.lines(r.place, r.id)]
        posts = [
            line
            for channel in ("#launches", "#sales")
            for line in await database.board.lines(f"web:podium:{channel}")
        ]
        behind = await database.views.behind()
    finally:
        await database.close()
    run = fold(records)
    assert run is not None
    assert run.outcome == "approved"
    _check_calls(records, run, (folder / "calls.log").read_text().split("\n"))
    _check_seen(run, root, thread, posts)
    assert not behind


def _check_calls(records: list[Recorded], run: Run, noted: list[str]) -> None:
    """A finished call is never made again: only calls in flight at a kill were begun twice."""
    events = [record.event for record in records]
    finished = Counter(event.task.key for event in events if isinstance(event, CallFinished))
    results = Counter(event.task.key for event in events if isinstance(event, TaskFinished))
    started = [event for event in events if isinstance(event, CallStarted)]
    assert set(finished.values()) == {1}
    assert set(results.values()) == {1}
    assert len(finished) == 12, "3 angles, 3 facts, twice 2 drafts, twice a judge"
    began = [line for line in noted if line.startswith("began")]
    # What begins is reserved in the log before, so nothing was called that the log does not know.
    assert len(began) <= len(started)
    assert not run.calls
    assert run.spent_usd <= (run.budget_usd or 0)
    lost = len(started) - len(finished)
    assert abs(run.spent_usd - (0.0005 * len(finished) + 0.001 * lost)) < 1e-9


def _check_seen(run: Run, root: list[Line], thread: list[Line], posts: list[Line]) -> None:
    """Every card stands once, and says how it ended."""
    assert [line.card.key for line in root if line.card] == ["root"]
    keys = [line.card.key for line in thread if line.card]
    assert sorted(keys) == ["draft-1", "draft-2", "gate-lead.1", "outcome"]
    assert not any(line.card.buttons for line in (*root, *thread) if line.card)
    assert len(posts) == 2
    assert len(run.drafts) == 2
