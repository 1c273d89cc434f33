"""kill -9 just before or just after a write, write after write, loses and doubles nothing."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from tests.killed.killing import check

MOST_LIVES = 40


@pytest.mark.parametrize("seed", range(2))
async def test_a_run_survives_being_killed_at_its_writes(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kills = 0
    for _ in range(MOST_LIVES):
        if not await _is_killed(tmp_path, chance):
            break
        kills += 1
    await check(tmp_path)
    assert kills >= 2


async def _is_killed(folder: Path, chance: random.Random) -> bool:
    """One life: whether it met its end before the run did."""
    what = chance.choice(("append", "append", "line"))
    fate = (what, str(chance.randint(1, 12)), chance.choice(("before", "after")))
    command = (sys.executable, "-m", "tests.killed.fated", str(folder), *fate)
    child = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, errors = await child.communicate()
    assert child.returncode in (0, -9), errors.decode()
    return child.returncode != 0
