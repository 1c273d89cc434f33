"""Podium served with its page beside Slack, and people who are in both."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.servers.messages_api import MessagesApi
from tests.servers.slack_api import SlackApi
from tests.stories.page import PageHouse
from tests.stories.served import Served
from tests.stories.wire import WireSeat, entered


class Witness(WireSeat):
    """Remembers everything that the page was ever sent."""

    def __init__(self, client: httpx.AsyncClient, path: str) -> None:
        super().__init__(client, path)
        self.sent: list[str] = []

    async def load(self) -> None:
        self._client.event_hooks["response"] = [self._received]
        await super().load()

    async def _received(self, answer: httpx.Response) -> None:
        self.sent.append((await answer.aread()).decode())

    async def fetched(self, path: str) -> tuple[int, str]:
        answer = await self._client.get(path)
        return answer.status_code, answer.text

    async def forges(self, action: str) -> None:
        """Press a button that no page shows to this person."""
        message = await self.until(lambda _: next(iter(self._all("message")), None))
        await self._emit(message, "press", {"what": action, "delivery": action})

    async def _updated(self, message: dict[str, Any]) -> None:
        self.sent.append(json.dumps(message))
        await super()._updated(message)

    @property
    def waits(self) -> int:
        """How many gates the side says wait for this person."""
        return self._one("side")["props"]["needs"]

    def parts(self, component: str) -> list[dict[str, Any]]:
        """What the elements of a kind show."""
        return [part["props"] for part in self._all(component)]

    def was_sent(self, words: str) -> bool:
        return any(words in one for one in self.sent)


class Firm:
    """Podium in a Slack and on its page."""

    def __init__(self, api: SlackApi, page: PageHouse) -> None:
        self.api = api
        self.page = page
        self.witnesses: list[Witness] = []
        self.ana, self.ben, self.cleo = map(api.person, ("ana", "ben", "cleo"))

    async def witness(self, name: str, path: str) -> Witness:
        link = await self.page.link(name)
        self.witnesses.append(Witness(await entered(self.page.served.url, link), path))
        await self.witnesses[-1].load()
        return self.witnesses[-1]

    async def clear(self) -> None:
        while self.witnesses:
            await self.witnesses.pop().leave()


@asynccontextmanager
async def open_firm(folder: Path) -> AsyncIterator[Firm]:
    """Ben and Cleo are the leads, and linked by the team file; Ana is in Slack alone."""
    async with MessagesApi() as model, SlackApi() as api:
        api.clock.ticking = True
        people = {name: f"slack:{api.team.id}:{api.person(name).id}" for name in ("ben", "cleo")}
        team = folder / "team.yaml"
        team.write_text(
            "people:\n"
            + "".join(f"  {name}: [{one}, 'web:podium:{name}']\n" for name, one in people.items())
            + "groups:\n  leads: [ben, cleo]\n",
            "utf-8",
        )
        page = PageHouse(folder, model.url)
        page.served = Served(
            folder,
            model.url,
            {
                "PODIUM_TEAM": str(team),
                "SLACK_BOT_TOKEN": api.bot_token,
                "SLACK_APP_TOKEN": api.app_token,
                "SLACK_API_URL": api.api_url,
            },
        )
        await page.start()
        await api.socket.connected()
        firm = Firm(api, page)
        yield firm
        await firm.clear()
        await page.close()
        assert api.violations == []
