"""Podium's own client in simcord, a Discord that is nothing but memory: small things, quickly."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from adapters.database import Database
from adapters.discord import pace
from adapters.discord.app import Access, Client, Discord
from adapters.documents import UnreadableFile, read_document
from adapters.understudy import Understudy
from bot.live import Live
from bot.settings import Settings
from bot.threads import Threads
from bot.wiring import Book, House, now, open_house
from tests.stories.served import PLAYBOOKS


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "CALM_S", 0)  # in simcord's own time nothing else would happen


@dataclass
class Simulated:
    """Podium in a guild with one channel."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    ana: simcord.MemberActor
    ben: simcord.MemberActor
    house: House
    client: Callable[[], Client]

    async def restart(self) -> None:
        await self.env.restart_bot(self.client())

    async def card(self, *words: str) -> discord.Message:
        """The latest message in the run's thread that says the words."""
        (thread,) = self.env.bot.guilds[0].threads
        found = [m async for m in thread.history() if all(word in texts(m) for word in words)]
        assert found, words
        return found[0]


def texts(message: discord.Message) -> str:
    return str([one.to_dict() for one in message.components])


def said(result: simcord.InteractionResult) -> str:
    messages = [result.response, *result.followups]
    return str([one.components for one in messages if one])


@asynccontextmanager
async def simulated(tmp_path: Path) -> AsyncIterator[Simulated]:
    env = Settings(_env_file=None, data=tmp_path, playbooks=PLAYBOOKS, team=None)  # pyright: ignore[reportCallIssue]
    database = await Database.open(f"sqlite:///{tmp_path / 'podium.db'}")
    place = Discord(
        Access(token="simulated"),
        posts=database.posts,
        inbox=database.inbox,
        read_document=read_document,
        unreadable=UnreadableFile,
        now=now,
    )
    live, chats = Live(), {"discord": place.chat}
    async with open_house(
        env,
        log=database.log,
        chats=chats,
        live=live,
        player=Understudy(pace_s=0),
        sights={"discord": place.sight},
        people={"discord": place},
        book=Book(timetable=database.timetable, fires=database.fires),
    ) as house:
        threads = Threads(desk=house.desk, live=live, views=database.views, chats=chats, calm_s=0)
        reception = house.reception

        def client() -> Client:
            return Client(place, place.listeners(reception), reception)

        async with simcord.run(client(), shard_count=1) as world:
            guild = world.create_guild()
            channel = guild.create_text_channel("general")
            ana, ben = (guild.add_member(world.create_user(name)) for name in ("ana", "ben"))
            yield Simulated(world, guild, channel, ana, ben, house, client)
        await threads.close()
    await database.close()


async def test_a_form_begins_a_run(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        shown = await at_work.ana.slash(at_work.channel, "delegate quick")
        assert shown.modal
        sent = await at_work.ana.submit_modal(shown, {"topic": "Formed"})
        assert "Delegated: Quick: Formed" in said(sent)
        assert "Approve" in texts(await at_work.card("Draft 1"))


async def test_old_buttons_and_open_forms_work_after_a_restart(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        await at_work.ana.slash(at_work.channel, "delegate quick", topic="Asleep")
        draft = await at_work.card("Draft 1")
        shown = await at_work.ana.click(draft, label="Revise")
        await at_work.restart()
        await at_work.ana.submit_modal(shown, {"note": "Shorter"})
        second = await at_work.card("Draft 2")
        await at_work.restart()
        clicked = await at_work.ana.click(second, label="Approve")
        assert clicked.acknowledged
        assert "Approved by" in texts(await at_work.card("Draft 2"))


async def test_who_may_not_decide_is_told_alone(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        await at_work.ana.slash(at_work.channel, "delegate quick", topic="Hers")
        clicked = await at_work.ben.click(await at_work.card("Draft 1"), label="Approve")
        assert "for ana to decide" in said(clicked)
        assert clicked.followups[0].ephemeral


async def test_work_that_is_slow_is_taken_up_before_discord_gives_up(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        find = at_work.house.desk.find

        async def slowly(*given: Any, **more: Any) -> Any:
            await asyncio.sleep(2.5)  # of simcord's own time
            return await find(*given, **more)

        object.__setattr__(at_work.house.desk, "find", slowly)
        result = await at_work.ana.slash(at_work.channel, "needs-me")
        assert "callback {'type': 5" in at_work.env.transcript()
        assert "Nothing waits for you." in said(result)


async def test_a_message_can_be_handed_over(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        message = await at_work.ben.send(at_work.channel, "Write about this.")
        picked = await at_work.ana.context_menu(at_work.channel, "Delegate this", message)
        assert "quick" in said(picked)


async def test_a_form_about_a_message_that_is_lost_by_a_restart_begins_nothing(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        message = await at_work.ben.send(at_work.channel, "Write about this.")
        picked = await at_work.ana.context_menu(at_work.channel, "Delegate this", message)
        assert picked.response
        shown = await at_work.ana.select(picked.response, ["quick"])
        await at_work.restart()
        sent = await at_work.ana.submit_modal(shown, {"topic": "Lost"})
        assert "Begin again; nothing was sent" in said(sent)
        assert list(at_work.env.bot.guilds[0].threads) == []


async def test_a_schedule_is_typed_filled_in_and_saved_where_it_was_looked_at(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        ana, channel = at_work.ana, at_work.channel
        offered = await ana.autocomplete(channel, "schedule", "when", "every M")
        assert offered[0]["value"] == "every M"
        shown = await ana.slash(channel, "schedule", playbook="quick", when="every Monday at 9")
        given = {"topic": "Tides", "_when": "every Monday at 9", "_zone": "UTC"}
        first = await ana.submit_modal(shown, given)
        assert first.response
        shown = await ana.click(first.response, label="Next")
        launches = at_work.guild.create_text_channel("launches")
        second = await ana.submit_modal(shown, {"_where": [launches]})
        assert f"Posts in <#{launches.id}>" in said(second)
        assert second.response
        assert (second.response.id, second.response.ephemeral) == (first.response.id, True)
        saved = await ana.click(second.response, label="Save")
        assert "is saved." in said(saved)
        assert "Pause" in str(second.response.components)


async def test_a_webhook_that_names_podium_is_not_answered(tmp_path: Path):
    async with simulated(tmp_path) as at_work:
        hook = at_work.guild.create_webhook(at_work.channel)
        me = at_work.env.bot.user
        assert me
        await hook.send(f"{me.mention} delegate quick topic: Loop")
        assert list(at_work.env.bot.guilds[0].threads) == []
        await at_work.ana.send(at_work.channel, f"{me.mention} delegate quick topic: Person")
        await at_work.card("Draft 1")
