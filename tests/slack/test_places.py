"""What Slack says of places and people: what was said since, who may post where, who has left."""

import asyncio
from datetime import UTC, datetime

import pytest

from adapters.slack import people
from adapters.slack.places import Place
from tests.servers.slack_api import SlackApi
from tests.servers.slack_person import Person
from tests.servers.slack_world import Channel
from tests.slack.house import Office


def place(api: SlackApi, channel: str = "#general", thread: str = "") -> str:
    return Place(api.team.id, api.team.channel(channel).id, thread).id


def identity(person: Person) -> str:
    return Place(person.team.id, person.id).id


def at(stamp: str) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)


# --- what was said ----------------------------------------------------------------------


async def test_of_more_than_is_wanted_since_a_time_the_latest_count(api: SlackApi, at_work: Office):
    ana = api.person("ana")
    said = [ana.say(f"Line {n}") for n in range(450)]
    history = at_work.slack.chat.history
    assert [one.text for one in await history(place(api), 2, at(said[-2].ts))] == ["Line 449"]
    wanted = [f"Line {n}" for n in range(201, 450)]
    assert [one.text for one in await history(place(api), 300, at(said[200].ts))] == wanted
    assert [one.text for one in await history(place(api), 30, at(said[200].ts))] == wanted[-30:]
    assert await history(place(api), 30, at(said[-1].ts)) == ()


async def test_a_long_thread_is_read_to_its_end(api: SlackApi, at_work: Office):
    ana = api.person("ana")
    root = ana.say("The beginning")
    said = [ana.say(f"Line {n}", thread_ts=root.ts) for n in range(450)]
    history, thread = at_work.slack.chat.history, place(api, thread=root.ts)
    assert [one.text for one in await history(thread, 2)] == ["Line 448", "Line 449"]
    since = await history(thread, 500, at(said[100].ts))
    assert [one.text for one in since] == [f"Line {n}" for n in range(101, 450)]
    assert await history(thread, 2, at(said[-1].ts)) == ()


# --- who may post -------------------------------------------------------------------------


async def may(at_work: Office, person: Person, channel: Channel) -> bool:
    where = place(person.slack, channel.id)
    return await at_work.slack.sight.writable(frozenset({identity(person)}), where)


async def test_who_can_read_a_place_may_post_there_while_podium_can(api: SlackApi, at_work: Office):
    ana = api.person("ana")
    joined = api.team.add_channel("joined")
    open_to_all = api.team.add_channel("open", bot=False)
    board = api.team.add_channel("board", private=True)
    board.members.add(ana.id)
    closed = api.team.add_channel("closed")
    closed.archived = True
    without_podium = api.team.add_channel("without", private=True, bot=False)
    without_podium.members.add(ana.id)
    of_others = api.team.add_channel("others", private=True)
    alone = api.team.direct(ana.id)
    fine = (joined, open_to_all, board, alone)
    assert [await may(at_work, ana, one) for one in fine] == [True] * 4
    not_so = (closed, without_podium, of_others, api.team.direct(api.person("ben").id))
    assert [await may(at_work, ana, one) for one in not_so] == [False] * 4
    assert await at_work.slack.sight.writable(frozenset({identity(ana)}), "slack:T9:C9") is False


async def test_a_guest_may_post_in_their_own_channels_alone(api: SlackApi, at_work: Office):
    guest = api.person("gus")
    guest.user.guest = True
    general, lobby = api.team.channel("general"), api.team.add_channel("lobby")
    general.members.discard(guest.id)
    assert [await may(at_work, guest, one) for one in (general, lobby)] == [False, True]


async def test_where_slack_does_not_say_nobody_may_post(api: SlackApi, at_work: Office):
    ana, general = api.person("ana"), api.team.channel("general")
    for unknown in ("conversations.info", "users.info"):
        api.fail(unknown, error="of_a_new_kind")
        assert await may(at_work, ana, general) is False
    assert await may(at_work, ana, general) is True


# --- people -------------------------------------------------------------------------------


async def test_the_zone_is_the_one_of_the_profile_and_is_asked_for_once(
    api: SlackApi, at_work: Office
):
    ana = api.person("ana")
    ana.user.tz = "Asia/Kathmandu"
    zones = [at_work.slack.zone(identity(ana)) for _ in range(50)]
    assert {*await asyncio.gather(*zones)} == {"Asia/Kathmandu"}
    assert await at_work.slack.left(identity(ana)) is False
    assert len(api.called("users.info")) == 1
    assert await at_work.slack.zone("web:podium:ana") == ""


async def test_who_is_deleted_or_unknown_at_slack_has_left(api: SlackApi, at_work: Office):
    ana, ben = api.person("ana"), api.person("ben")
    ben.user.deleted = True
    slack, team = at_work.slack, api.team.id
    people = (identity(ana), identity(ben), f"slack:{team}:U0NOBODY", "web:podium:ana", "ana")
    assert [await slack.left(one) for one in people] == [False, True, True, False, False]
    # Podium's own token finds nobody of a workspace that it is not in.
    assert await slack.left("slack:T0ELSEWHERE:U0NOBODY") is False


async def test_while_slack_does_not_say_nobody_has_left(
    api: SlackApi, at_work: Office, monkeypatch: pytest.MonkeyPatch
):
    ben, cleo = api.person("ben"), api.person("cleo")
    ben.user.deleted = cleo.user.deleted = True
    monkeypatch.setattr(people, "_PATIENCE_S", 0.05)
    held = api.fail("users.info", hold=asyncio.Event())
    assert await at_work.slack.left(identity(ben)) is False
    assert held.hold
    held.hold.set()
    api.fail("users.info", error="fatal_error_of_another_kind")
    assert await at_work.slack.left(identity(cleo)) is False
    while not await at_work.slack.left(identity(ben)):
        await api.news.wait()
    assert await at_work.slack.left(identity(cleo)) is False  # not asked again at once
    assert len(api.called("users.info")) == 2


async def test_a_thousand_owners_at_once_cost_few_calls(api: SlackApi, at_work: Office):
    owners = [f"slack:{api.team.id}:U{n:06d}" for n in range(1_000)]
    left = await asyncio.gather(*(at_work.slack.left(one) for one in owners * 2))
    assert 0 < len(api.called("users.info")) <= 20
    assert left.count(True) == 2 * len(api.called("users.info"))
