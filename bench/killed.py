"""kill -9 at random moments, again and again, and what was lost, repeated or posted twice."""

import asyncio
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.figure import Figure, at_least, at_most
from tests.killed.killing import check, kill_until_done

KILLS = 200
SIDE_BY_SIDE = 2


@dataclass
class Toll:
    kills: int = 0
    runs: int = 0
    broken: int = 0
    lost: int = 0


async def run(quick: bool) -> list[Figure]:
    goal = 10 if quick else KILLS
    toll = Toll()
    with tempfile.TemporaryDirectory(prefix="podium-") as folder:
        lanes = (_lane(Path(folder) / str(n), n, goal, toll) for n in range(SIDE_BY_SIDE))
        await asyncio.gather(*lanes)
    return [
        Figure(
            name="killed.kills",
            what=f"processes killed (-9) at random moments, in {toll.runs} runs",
            value=toll.kills,
            unit="",
            goals=(at_least(goal),),
        ),
        Figure(
            name="killed.broken",
            what="runs that lost, repeated or doubled anything",
            value=toll.broken,
            unit="",
            goals=(at_most(0),),
        ),
        Figure(
            name="killed.lost",
            what="calls that were in flight at a kill, and were made again",
            value=toll.lost,
            unit="",
        ),
    ]


async def _lane(folder: Path, seed: int, goal: int, toll: Toll) -> None:
    chance = random.Random(seed)
    while toll.kills < goal:
        home = folder / str(toll.runs)
        home.mkdir(parents=True)
        toll.runs += 1
        toll.kills += await kill_until_done(home, 8, chance)
        try:
            await check(home)
        except AssertionError as broken:
            toll.broken += 1
            print(f"seed {seed}, run {home.name}: {broken!r}")
        noted = (home / "calls.log").read_text()
        toll.lost += noted.count("began") - noted.count("answered")
