"""The soak in Slack, by Socket Mode."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench import soak
from bench.figure import Figure
from bench.server import Server
from bench.slack import in_slack
from tests.servers.slack_api import SlackApi
from tests.servers.slack_delivery import Delivery
from tests.servers.slack_sight import Shown
from tests.stories.served import PLAYBOOKS

CHANNELS = 4


async def run(quick: bool) -> list[Figure]:
    return await soak.measure("slack", _opened, quick)


@asynccontextmanager
async def _opened(folder: Path) -> AsyncIterator[tuple[soak.Crowd, Server]]:
    async with in_slack(folder, {"PODIUM_PLAYBOOKS": str(PLAYBOOKS)}) as (slack, server):
        slack.limits.on = True
        yield People(slack), server
        if slack.violations:
            raise RuntimeError(f"Slack would not have taken this: {slack.violations[:3]}")


class People:
    """Crowd of the soak. Everyone has a channel that they share with some."""

    def __init__(self, slack: SlackApi) -> None:
        self._slack = slack
        self._people = [slack.person(f"person{n}") for n in range(soak.PEOPLE)]
        for n in range(CHANNELS):
            slack.team.add_channel(f"team{n}")
        self._had = [0] * soak.PEOPLE

    async def type(self, person: int, line: str) -> float | None:
        return _seconds(await self._people[person].command(line, _channel(person)))

    async def approve(self, person: int, topic: str) -> float | None:
        draft = await self._slack.until(lambda: self._draft(person, topic))
        return _seconds(await self._people[person].press(draft, "Approve"))

    def _draft(self, person: int, topic: str) -> Shown | None:
        for root in self._roots(person, topic):
            for shown in self._people[person].sees(_channel(person), root.ts):
                if "Approve" in shown.buttons:
                    return shown
        return None

    def _roots(self, person: int, topic: str) -> list[Shown]:
        seen = self._people[person].sees(_channel(person))
        return [one for one in seen if not one.private and topic in one.text]

    def answers(self, person: int) -> Sequence[str]:
        """Forms are put away when they are seen, as people do before they go on."""
        who = self._people[person]
        stack = self._slack.stack(who.team, who.id)
        forms = [view.body["title"]["text"] for view in stack]
        stack.clear()
        new = who.whispers()[self._had[person] :]
        self._had[person] += len(new)
        return [*(one.text for one in new), *forms]

    def threads(self, topic: str) -> Sequence[Sequence[str]]:
        return [
            [one.text for one in self._people[n].sees(_channel(n), root.ts)]
            for n in range(CHANNELS)
            for root in self._roots(n, topic)
        ]

    async def refresh(self) -> None:
        await self._slack.socket.disconnect("refresh_requested")


def _channel(person: int) -> str:
    return f"#team{person % CHANNELS}"


def _seconds(sent: Delivery) -> float | None:
    return None if sent.failed else sent.acked_after_s
