"""The soak in Slack, by Socket Mode."""

from functools import partial

from bench import soak
from bench.figure import Figure
from bench.slack import in_slack
from tests.stories.served import PLAYBOOKS


async def run(quick: bool) -> list[Figure]:
    opened = partial(in_slack, env={"PODIUM_PLAYBOOKS": str(PLAYBOOKS)}, paced=True)
    return await soak.measure("slack", opened, quick)
