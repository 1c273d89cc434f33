"""40 trivial steps, one after the other, on Podium's core: what the machinery costs a step."""

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure, at_most
from bench.podium_core import open_core
from bot.playbook.model import Playbook

NAMES = [f"step{n}" for n in range(40)]
PLAYBOOK = Playbook.model_validate(
    {
        "name": "sequence",
        "about": "Trivial steps in a row.",
        "inputs": {"product": {"type": "text"}},
        "budget": {"usd": 10},
        "steps": {
            name: {"by": "clerk", "do": "Note {{ product }}.", "after": NAMES[:n][-1:]}
            for n, name in enumerate(NAMES)
        },
        "deliver": {"from": NAMES[-1]},
    }
)


async def run(quick: bool) -> list[Figure]:
    times_s: list[float] = []
    with TemporaryDirectory() as folder:
        async with open_core(Path(folder), 0.0, PLAYBOOK) as core:
            for n in range(3 if quick else 10):
                began = time.perf_counter()
                await core.start(f"run{n}")
                times_s.append(time.perf_counter() - began)
    return [
        Figure(
            name="sequence.wall",
            what=f"podium: {len(NAMES)} trivial steps in sequence",
            value=statistics.median(times_s),
            unit="s",
            goals=(at_most(0.4),),
        )
    ]
