"""`podium serve` in a Slack of our own on this machine: real wire protocol, no network."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.crowd import CHANNELS, PEOPLE, channel
from bench.server import Server, free_port, serving
from tests.servers.slack_api import SlackApi
from tests.servers.slack_delivery import Delivery
from tests.servers.slack_sight import Shown

EVENTS = "/slack/events"
SOCKETS = 2


@asynccontextmanager
async def in_slack(
    folder: Path, env: Mapping[str, str] | None = None, *, signed: bool = False, paced: bool = False
) -> AsyncIterator[tuple["People", Server]]:
    """Podium is connected by its sockets, or if `signed` is sent signed requests.

    Slack's rates hold if `paced`.
    """
    async with SlackApi() as slack:
        slack.clock.ticking, slack.limits.on = True, paced
        ours = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.bot_token}
        if signed:
            port = free_port()
            ours |= {
                "SLACK_SIGNING_SECRET": slack.app.signing_secret,
                "PODIUM_SLACK_PORT": str(port),
            }
            slack.app.request_url = f"http://127.0.0.1:{port}{EVENTS}"
        else:
            ours["SLACK_APP_TOKEN"] = slack.app_token
        async with serving(folder, ours | dict(env or {})) as server:
            if not signed:
                await slack.socket.connected(SOCKETS)
            yield People(slack), server
        if slack.violations:
            raise RuntimeError(f"Slack would not have taken this: {slack.violations[:3]}")


class People:
    """Crowd of bench.crowd."""

    told_of_starts = False

    def __init__(self, slack: SlackApi) -> None:
        self._slack = slack
        self._people = [slack.person(f"person{n}") for n in range(PEOPLE)]
        for n in range(CHANNELS):
            slack.team.add_channel(channel(n))
        self._had = [0] * PEOPLE

    async def type(self, person: int, line: str) -> float | None:
        return _seconds(await self._people[person].command(line, _place(person)))

    async def approve(self, person: int, topic: str) -> float | None:
        draft = await self._slack.until(lambda: self._draft(person, topic))
        return _seconds(await self._people[person].press(draft, "Approve"))

    def _draft(self, person: int, topic: str) -> Shown | None:
        for root in self._roots(person, topic):
            for shown in self._people[person].sees(_place(person), root.ts):
                if "Approve" in shown.buttons:
                    return shown
        return None

    def _roots(self, person: int, topic: str) -> list[Shown]:
        seen = self._people[person].sees(_place(person))
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
            [one.text for one in self._people[n].sees(_place(n), root.ts)]
            for n in range(CHANNELS)
            for root in self._roots(n, topic)
        ]

    async def refresh(self) -> None:
        await self._slack.socket.disconnect("refresh_requested")


def _place(person: int) -> str:
    return f"#{channel(person)}"


def _seconds(sent: Delivery) -> float | None:
    return None if sent.failed else sent.acked_after_s
