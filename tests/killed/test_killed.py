"""kill -9 at any moment loses nothing, repeats no finished call and posts nothing twice."""

import random
from pathlib import Path

import pytest

from tests.killed.killing import check, kill_until_done


@pytest.mark.parametrize("seed", range(4))
async def test_a_run_survives_being_killed_again_and_again(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kills = 0
    for n in range(8):
        if kills >= 5:
            break
        folder = tmp_path / str(n)
        folder.mkdir()
        kills += await kill_until_done(folder, 5 - kills, chance)
        await check(folder)
    assert kills >= 5
