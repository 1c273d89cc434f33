"""Podium in this process, in a Slack on this machine, with the understudy for its model."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.database import Database
from adapters.documents import UnreadableFile, read_document
from adapters.slack.app import Slack, Tokens
from adapters.understudy import Understudy
from bot.live import Live
from bot.ports import Model
from bot.settings import Settings
from bot.threads import Threads
from bot.wiring import Book, House, now, open_house
from tests.servers.slack_api import SlackApi
from tests.servers.slack_person import Person
from tests.servers.slack_sight import Shown
from tests.stories.served import PLAYBOOKS

WEB = "http://podium.example"


@dataclass(kw_only=True)
class Office:
    """Podium at work in Slack."""

    api: SlackApi
    slack: Slack
    house: House
    threads: Threads
    database: Database
    trouble: str = ""

    def ana(self) -> Person:
        return self.api.person("ana")


def tokens(api: SlackApi, **other: str) -> Tokens:
    given = {"bot": api.bot_token, "app": api.app_token, "api_url": api.api_url}
    return Tokens(**{**given, **other})


@asynccontextmanager
async def office(
    api: SlackApi,
    folder: Path,
    *,
    settings: Tokens | None = None,
    player: Model | None = None,
    playbooks: Path = PLAYBOOKS,
    team: Path | None = None,
) -> AsyncIterator[Office]:
    """As `podium serve` puts it together, without the page."""
    env = Settings(_env_file=None, data=folder, playbooks=playbooks, team=team)  # pyright: ignore[reportCallIssue]
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    slack = Slack(
        settings or tokens(api),
        posts=database.posts,
        host="127.0.0.1",
        port=0,
        inbox=database.inbox,
        installs=database.installs,
        key=b"k" * 32,
        read_document=read_document,
        unreadable=UnreadableFile,
        now=now,
    )
    live, chats = Live(), {"slack": slack.chat}
    live.listen(slack.chat.writing.heard)
    try:
        async with open_house(
            env,
            log=database.log,
            chats=chats,
            live=live,
            player=player or Understudy(),
            sights={"slack": slack.sight},
            people={"slack": slack},
            views=database.views,
            book=Book(timetable=database.timetable, fires=database.fires),
        ) as house:
            threads = Threads(
                desk=house.desk, live=live, views=database.views, chats=chats, again_s=0.2
            )
            await threads.recover()
            await house.desk.recover()
            await house.recur()
            serving = slack.serve(house.reception, web=WEB)
            async with serving as trouble:
                yield Office(
                    api=api,
                    slack=slack,
                    house=house,
                    threads=threads,
                    database=database,
                    trouble=trouble,
                )
            await threads.close()
    finally:
        await database.close()


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    """For what nobody tells: look until it is so."""
    async with asyncio.timeout(10):
        while True:
            if await look():
                return
            await asyncio.sleep(0.02)


def card(person: Person, *words: str, button: str = "", channel: str = "#general") -> Shown | None:
    """The latest message, in the channel or any thread of it, that says the words."""
    found: Shown | None = None
    for said in person.sees(channel):
        for one in (said, *person.sees(channel, thread_ts=said.ts)[1:]):
            fits = all(word in one.text for word in words)
            if fits and (not button or button in one.buttons):
                found = one
    return found


async def sees(person: Person, *words: str, button: str = "", channel: str = "#general") -> Shown:
    """That message, as soon as it stands there."""
    async with asyncio.timeout(20):
        return await person.until(lambda p: card(p, *words, button=button, channel=channel))


async def whispered(person: Person, *words: str) -> Shown:
    """What this person alone is told."""

    def look(p: Person) -> Shown | None:
        return next((w for w in p.whispers() if all(word in w.text for word in words)), None)

    async with asyncio.timeout(20):
        return await person.until(look)


async def a_draft(person: Person, topic: str) -> Shown:
    """Delegate, and wait for what is to be judged."""
    await person.type(f"/delegate quick topic: {topic}")
    return await sees(person, "Draft 1", button="Approve")
