"""The soak in Discord."""

from functools import partial

from bench import soak
from bench.discord import in_discord
from bench.figure import Figure
from tests.stories.served import PLAYBOOKS


async def run(quick: bool) -> list[Figure]:
    opened = partial(in_discord, env={"PODIUM_PLAYBOOKS": str(PLAYBOOKS)})
    return await soak.measure("discord", opened, quick)
