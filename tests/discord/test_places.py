"""What Discord tells of its places and people: what was said, who may post, who has left."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.discord import membership
from adapters.discord.places import Place, person
from tests.discord.house import Office, office, until
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_limits import Fault
from tests.servers.discord_person import Person
from tests.servers.discord_things import FORUM, PRIVATE_THREAD, Channel

READ = "GET /channels/{channel_id}/messages"
MEMBER = "GET /guilds/{guild_id}/members/{user_id}"


def place(channel: Channel) -> str:
    parent = channel.json.get("parent_id") or ""
    guild = channel.guild_id or "dm"
    return Place(guild, parent or channel.id, channel.id if parent else "").id


# --- what was said ----------------------------------------------------------------------


async def test_what_was_said_since_a_time_is_read_in_pages_and_the_latest_win(
    api: DiscordApi, tmp_path: Path
):
    ana = api.person("Ana")
    ana.mention("long ago")
    api.world.move(60)
    since = datetime.fromtimestamp(api.world.now_s, UTC)
    for n in range(250):
        ana.mention(f"word {n}")
    words = [f"<@{api.world.me['id']}> word {n}" for n in range(250)]
    async with office(api, tmp_path) as at_work:
        chat, where = at_work.discord.chat, place(ana.channel)
        assert [one.text for one in await chat.history(where, 500, since)] == words
        assert len(api.called(READ)) == 3
        assert [one.text for one in await chat.history(where, 120, since)] == words[130:]
        assert len(await chat.history(where, 500)) == 251
        later = datetime.fromtimestamp(api.world.now_s, UTC)
        assert await chat.history(where, 500, later) == ()
        assert len(api.called(READ)) == 3 + 2 + 3 + 1


# --- who may post -----------------------------------------------------------------------


async def may_post(office: Office, who: Person, where: str) -> bool:
    return await office.discord.sight.writable(frozenset({person(who.id)}), where)


async def may_not(office: Office, who: Person, where: str) -> bool:
    return not await may_post(office, who, where)


@pytest.mark.parametrize(
    ("whose", "permission"),
    [
        ("Podium", "VIEW_CHANNEL"),
        ("Podium", "SEND_MESSAGES"),
        ("Podium", "CREATE_PUBLIC_THREADS"),
        ("Podium", "SEND_MESSAGES_IN_THREADS"),
        ("Ana", "VIEW_CHANNEL"),
        ("Ana", "SEND_MESSAGES"),
    ],
)
async def test_a_place_can_be_posted_in_where_both_may(
    api: DiscordApi, at_work: Office, whose: str, permission: str
):
    ana = at_work.ana()
    assert await may_post(at_work, ana, place(ana.channel))
    api.world.deny(ana.channel, permission, who=ana.id if whose == "Ana" else "")
    await until(lambda: may_not(at_work, ana, place(ana.channel)))


async def test_threads_and_posts_of_a_forum_are_posted_in_by_their_own_rules(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    forum = api.world.channel(api.guild, "ideas", FORUM)
    post = api.world.thread(forum, "An idea")
    open_one = api.world.thread(ana.channel, "Open")
    locked = api.world.thread(ana.channel, "Locked")
    api.world.archive(locked, archived=False, locked=True)
    private = api.world.thread(ana.channel, "Private", type=PRIVATE_THREAD)
    api.world.deny(ana.channel, "SEND_MESSAGES", who=ana.id)
    await until(lambda: may_not(at_work, ana, place(ana.channel)))
    assert await may_post(at_work, ana, place(open_one))
    assert await may_post(at_work, ana, place(post))
    for shut in (locked, private, forum):
        assert not await may_post(at_work, ana, place(shut))
    private.members.add(ana.id)
    assert await may_post(at_work, ana, place(private))
    api.world.deny(ana.channel, "SEND_MESSAGES_IN_THREADS", who=ana.id)
    await until(lambda: may_not(at_work, ana, place(open_one)))


async def test_who_is_not_known_to_be_there_may_not_post(api: DiscordApi, at_work: Office):
    ana, ben = at_work.ana(), api.person("Ben")
    talk = place(api.world.conversation(ana.id))
    assert await may_post(at_work, ana, talk)
    assert not await may_post(at_work, ben, talk)
    assert not await at_work.discord.sight.writable(frozenset({"slack:T1:U1"}), place(ana.channel))
    assert not await may_post(at_work, ana, Place(api.guild.id, "4711").id)
    assert not await may_post(at_work, ana, "slack:T1:C1")
    api.guild.members.remove(ben.id)
    assert not await may_post(at_work, ben, place(ana.channel))
    api.faults.append(Fault(about=MEMBER, status=403, code=50001))
    assert not await may_post(at_work, ana, place(ana.channel))


# --- who has left -----------------------------------------------------------------------


async def test_a_thousand_who_ask_at_once_whether_somebody_left_are_one_call(
    api: DiscordApi, at_work: Office
):
    ana = person(at_work.ana().id)
    assert await may_post(at_work, at_work.ana(), place(at_work.ana().channel))
    before = len(api.called(MEMBER))
    asked = (at_work.discord.left(ana) for _ in range(1_000))
    assert not any(await asyncio.gather(*asked))
    assert not await at_work.discord.left(ana)
    assert len(api.called(MEMBER)) - before == 1


async def test_who_left_is_told_from_whom_discord_says_nothing_of(
    api: DiscordApi, at_work: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(membership, "ELSE_S", 0)
    ana, left = at_work.ana(), at_work.discord.left
    assert await may_post(at_work, ana, place(ana.channel))
    api.faults += [
        Fault(about=MEMBER, status=403, code=50001),
        Fault(about=MEMBER, status=404, code=10004),
    ]
    assert [await left(person(ana.id)) for _ in range(2)] == [False, False]
    api.guild.members.remove(ana.id)
    assert await left(person(ana.id))
    other = api.world.guild("Elsewhere")
    await until(lambda: _is_here(at_work, ana))
    other.members.remove(ana.id)
    assert not await left("slack:T1:U1")


async def _is_here(office: Office, who: Person) -> bool:
    return not await office.discord.left(person(who.id))


async def test_a_podium_in_no_server_knows_of_nobody_who_left(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    api.world.kick(api.guild)
    await until(lambda: may_not(at_work, ana, place(ana.channel)))
    assert not await at_work.discord.left(person(ana.id))
    assert await at_work.discord.zone(person(ana.id)) == ""
