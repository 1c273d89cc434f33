"""`podium serve` in a Discord of our own on this machine: real wire protocol, no network."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path

from bench.crowd import CHANNELS, PEOPLE, channel
from bench.server import Server, serving
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_interactions import FIRST_S, Interaction
from tests.servers.discord_layout import controls
from tests.servers.discord_things import LOADING, TEXT, Channel, Json
from tests.stories.discord_words import read, title_of


@asynccontextmanager
async def in_discord(
    folder: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[tuple["People", Server]]:
    """Podium is at the gateway, and Discord's rates hold."""
    async with DiscordApi() as discord:
        ours = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "PODIUM_DISCORD_GUILD": discord.guild.id,
        }
        async with serving(folder, ours | dict(env or {})) as server:
            await discord.gateway.ready()
            yield People(discord), server
        if discord.violations:
            raise RuntimeError(f"Discord would not have taken this: {discord.violations[:3]}")


class People:
    """Crowd of bench.crowd."""

    told_of_starts = True

    def __init__(self, discord: DiscordApi) -> None:
        self._world, self._gateway = discord.world, discord.gateway
        self._people = [discord.person(f"person{n}") for n in range(PEOPLE)]
        self._places = [
            discord.world.channel(discord.guild, channel(n), TEXT) for n in range(CHANNELS)
        ]
        for n, person in enumerate(self._people):
            person.channel = self._places[n % CHANNELS]
        self._had: set[str] = set()
        self._ways = cycle((self._gateway.reconnect, self._close, self._drop))

    async def type(self, person: int, line: str) -> float | None:
        return await self._confirmed(self._people[person].command(line))

    async def approve(self, person: int, topic: str) -> float | None:
        who = self._people[person]
        draft = await self._world.until(lambda: self._draft(who.channel, topic), patience_s=600)
        return await self._confirmed(who.press(draft, "Approve"))

    async def _confirmed(self, sent: Interaction) -> float | None:
        try:
            await self._world.until(lambda: sent.answer, patience_s=FIRST_S + 1)
        except TimeoutError:
            return None
        return sent.answered_after_s

    def _draft(self, place: Channel, topic: str) -> Json | None:
        for thread in self._threads(place, topic):
            for message in thread.messages.values():
                if any(one.get("label") == "Approve" for one in controls(message["components"])):
                    return message
        return None

    def _threads(self, place: Channel, topic: str) -> list[Channel]:
        """Where what was begun about the topic goes on: in its threads, or beside its message."""
        roots = [own for own, message in place.messages.items() if topic in read(message, None)]
        return [self._world.channels.get(own, place) for own in roots]

    def answers(self, person: int) -> Sequence[str]:
        """Forms are put away when they are seen, as people do before they go on."""
        who = self._people[person]
        forms: list[str] = []
        while who.opened and who.opened.form:
            forms.append(who.opened.form["title"])
            who.close_form()
        to_them = [one.message for one in self._world.private if one.who == who.id]
        to_them += self._world.conversation(who.id).messages.values()
        new = [one for one in to_them if not one["flags"] & LOADING and one["id"] not in self._had]
        self._had.update(one["id"] for one in new)
        return [*map(_text, new), *forms]

    def threads(self, topic: str) -> Sequence[Sequence[str]]:
        return [
            ["", *map(_text, thread.messages.values())]
            for place in self._places
            for thread in self._threads(place, topic)
        ]

    async def refresh(self) -> None:
        """In turn: asked to come back, put out of a session that can be resumed, cut off."""
        await next(self._ways)()

    async def _close(self) -> None:
        await self._gateway.close(4000)

    async def _drop(self) -> None:
        self._gateway.drop()


def _text(message: Json) -> str:
    """As it is read, its title first."""
    return f"{title_of(message)}\n{read(message, None)}"
