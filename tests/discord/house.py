"""Podium in this process, in a Discord on this machine, with the understudy for its model."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.database import Database
from adapters.discord.app import Access, Discord
from adapters.discord.endpoints import point
from adapters.documents import UnreadableFile, read_document
from adapters.understudy import Understudy
from bot.live import Live
from bot.ports import Model
from bot.settings import Settings
from bot.threads import Threads
from bot.wiring import Book, House, now, open_house
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_layout import controls
from tests.servers.discord_person import Person
from tests.servers.discord_things import DM, LOADING, Channel, Json
from tests.stories.discord_words import read, title_of
from tests.stories.served import PLAYBOOKS

WEB = "http://podium.example"


@dataclass(kw_only=True)
class Office:
    """Podium at work in Discord."""

    api: DiscordApi
    discord: Discord
    house: House
    threads: Threads
    database: Database
    trouble: str = ""

    def ana(self) -> Person:
        return self.api.person("Ana")


@asynccontextmanager
async def office(
    api: DiscordApi,
    folder: Path,
    *,
    token: str = "",
    in_guild: bool = True,
    player: Model | None = None,
) -> AsyncIterator[Office]:
    """As `podium serve` puts it together, without the page; `in_guild` as for development."""
    env = Settings(_env_file=None, data=folder, playbooks=PLAYBOOKS, team=None)  # pyright: ignore[reportCallIssue]
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    discord = Discord(
        Access(
            token=token or api.token,
            guild=api.guild.id if in_guild else "",
            api_url=api.api_url,
            gateway_url=api.gateway_url,
        ),
        posts=database.posts,
        inbox=database.inbox,
        read_document=read_document,
        unreadable=UnreadableFile,
        now=now,
    )
    live, chats = Live(), {"discord": discord.chat}
    try:
        async with open_house(
            env,
            log=database.log,
            chats=chats,
            live=live,
            player=player or Understudy(pace_s=0),
            sights={"discord": discord.sight},
            people={"discord": discord},
            views=database.views,
            book=Book(timetable=database.timetable, fires=database.fires),
        ) as house:
            threads = Threads(
                desk=house.desk,
                live=live,
                views=database.views,
                chats=chats,
                calm_s=0.1,
                again_s=0.2,
            )
            await threads.recover()
            await house.desk.recover()
            async with discord.serve(house.reception, web=WEB) as trouble:
                yield Office(
                    api=api,
                    discord=discord,
                    house=house,
                    threads=threads,
                    database=database,
                    trouble=trouble,
                )
            await threads.close()
    finally:
        await database.close()
        point(base, str(gateway))


async def until(look: Callable[[], Awaitable[object]]) -> None:
    """For what nobody tells: look until it is so."""
    async with asyncio.timeout(20):
        while True:
            if await look():
                return
            await asyncio.sleep(0.01)


def card(
    person: Person, *words: str, button: str = "", where: Channel | None = None
) -> Json | None:
    """The latest message that says the words: in the channel, a thread or the person's own talk."""
    found: Json | None = None
    for place in [where] if where else _places(person):
        for one in person.sees(place):
            fits = all(word in text_of(one, person) for word in words)
            labels = [control.get("label") for control in controls(one["components"])]
            if fits and not one["flags"] & LOADING and (not button or button in labels):
                found = one
    return found


def _places(person: Person) -> list[Channel]:
    talks = [one for one in person.world.channels.values() if one.json["type"] == DM]
    mine = [one for one in talks if one.json["recipients"][0]["id"] == person.id]
    return [person.channel, *person.threads, *mine]


def text_of(message: Json, person: Person) -> str:
    return f"{title_of(message)}\n{read(message, person.world)}"


async def sees(person: Person, *words: str, button: str = "", where: Channel | None = None) -> Json:
    """That message, as soon as it stands there."""
    try:
        return await person.world.until(lambda: card(person, *words, button=button, where=where))
    except TimeoutError:
        raise AssertionError(f"Nobody said {words}: {told(person)}") from None


def told(person: Person) -> list[str]:
    """All that this person can read, each message once."""
    found = {
        one["id"]: text_of(one, person) for place in _places(person) for one in person.sees(place)
    }
    return list(found.values())


def count(person: Person, *words: str) -> int:
    return sum(all(word in text for word in words) for text in told(person))


async def a_draft(person: Person, topic: str) -> Json:
    """Delegate, and wait for what is to be judged."""
    person.command(f"/delegate quick topic: {topic}")
    return await sees(person, "Draft 1", button="Approve")
