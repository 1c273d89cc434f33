"""Places, rights and tokens that are gone: nothing is lost, and a person is told in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cards import Card
from bot.ports import PlaceGone
from tests.discord.house import Office, a_draft, card, count, office, sees, until
from tests.fakes_model import HeldModel
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_limits import Fault
from tests.servers.discord_person import Person
from tests.servers.discord_things import FORUM, Channel, Json

LONG = "\n\n".join(f"## Part {n}\n\n{'A sentence. ' * 100}" for n in range(28))


async def told_alone(api: DiscordApi, person: Person, *words: str) -> Json:
    """What stands in the person's talk with Podium."""
    return await sees(person, *words, where=api.world.conversation(person.id))


def delete_channel(api: DiscordApi, office: Office) -> None:
    api.world.remove(office.ana().channel)


def delete_thread(api: DiscordApi, office: Office) -> None:
    api.world.remove(office.ana().threads[0])


def lock(api: DiscordApi, office: Office) -> None:
    api.world.archive(office.ana().threads[0], archived=True, locked=True)


def hide(api: DiscordApi, office: Office) -> None:
    api.world.deny(office.ana().channel, "VIEW_CHANNEL")


def kick(api: DiscordApi, office: Office) -> None:
    api.world.kick(api.guild)


Happens = Callable[[DiscordApi, Office], None]


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (delete_channel, "not in Discord any more"),
        (delete_thread, "not in Discord any more"),
        (lock, "The thread is locked: a moderator can unlock it"),
        (hide, "View Channel"),
        (kick, "invite it again"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
async def test_a_place_that_is_gone_leaves_the_run_and_the_requester_is_told(
    api: DiscordApi, tmp_path: Path, happens: Happens, why: str
):
    ana, model = api.person("Ana"), HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        ana.command("/delegate quick topic: Gone")
        await sees(ana, "Quick: Gone", where=await a_thread(ana))
        (call,) = await model.held()
        happens(api, at_work)
        call.answer("The draft of a place that is gone.")
        told = await told_alone(api, ana, "Quick: Gone", why)
        assert "/needs-me" in str(told)
        talk = ana.channel = api.world.conversation(ana.id)
        ana.say("needs-me", where=talk)
        listed = await sees(ana, "Quick: Gone · Draft 1", button="Approve", where=talk)
        ana.press(listed, "Approve")
        over = await told_alone(api, ana, "The run is over: approved.")
        assert "The draft of a place that is gone." in str(over)
        await at_work.threads.quiet()
        assert api.invalid_requests < 10
    assert count(ana, "/needs-me", "Quick: Gone") == 1


async def a_thread(person: Person) -> Channel:
    return await person.world.until(lambda: next(iter(person.threads), None))


async def test_a_thread_at_rest_is_woken(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Rest")
    api.world.archive(ana.threads[0], archived=True)
    ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana", where=ana.threads[0])


async def test_a_deleted_draft_stays_away_and_is_decided_from_the_list(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    draft = await a_draft(ana, "Away")
    api.world.delete(ana.threads[0], draft["id"])
    ana.command("/needs-me")
    listed = await sees(ana, "Quick: Away · Draft 1", button="Approve", where=ana.channel)
    ana.press(listed, "Approve")
    await sees(ana, "Closed by ana")
    await sees(ana, "Quick: Away · Draft 1", "Approved by ana", where=ana.channel)
    assert card(ana, "Draft 1", button="Approve") is None


async def test_a_requester_who_takes_no_messages_holds_nothing_up(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Closed")
    api.world.closed.add(ana.id)
    api.world.remove(ana.threads[0])
    ana.channel.messages.clear()
    ana.command("/needs-me")
    listed = await sees(ana, "Quick: Closed · Draft 1", button="Approve")
    assert draft["id"] != listed["id"]
    ana.press(listed, "Approve")
    await sees(ana, "Quick: Closed · Draft 1", "Approved by ana")


# --- permissions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        ("CREATE_PUBLIC_THREADS", "Create Public Threads"),
        ("SEND_MESSAGES_IN_THREADS", "Send Messages in Threads"),
    ],
)
async def test_where_there_can_be_no_thread_the_run_goes_on_in_the_channel(
    api: DiscordApi, at_work: Office, denied: str, named: str
):
    ana = at_work.ana()
    api.world.deny(ana.channel, denied)
    draft = await a_draft(ana, "Flat")
    assert draft["channel_id"] == ana.channel.id
    await sees(ana, "goes on in the channel", named, where=ana.channel)
    ana.press(draft, "Approve")
    await sees(ana, "Closed by ana", where=ana.channel)


async def test_too_many_open_threads_are_told_and_the_run_goes_on_in_the_channel(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    api.world.most_threads = 0
    await a_draft(ana, "Crowded")
    await sees(ana, "Too many threads are open here.", where=ana.channel)


async def test_a_file_that_may_not_be_attached_is_told_with_where_its_text_is(
    api: DiscordApi, tmp_path: Path
):
    ana, model = api.person("Ana"), HeldModel()
    api.world.deny(ana.channel, "ATTACH_FILES")
    async with office(api, tmp_path, player=model):
        ana.command("/delegate quick topic: Whole")
        (call,) = await model.held()
        call.answer(LONG)
        draft = await sees(ana, "Draft 1", button="Approve")
        await sees(ana, "could not be put here", "Attach Files", "http://podium.example")
        ana.press(draft, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")


@pytest.mark.parametrize("denied", ["SEND_MESSAGES", "VIEW_CHANNEL"])
async def test_a_run_is_not_begun_where_nothing_could_be_shown(
    api: DiscordApi, at_work: Office, denied: str
):
    ana = at_work.ana()
    api.world.deny(ana.channel, denied)
    ana.command("/delegate quick topic: Nowhere")
    await sees(ana, "nothing was begun", denied.replace("_", " ").title())
    assert ana.threads == []


async def test_words_that_may_not_be_answered_here_are_answered_in_private(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    api.world.deny(ana.channel, "SEND_MESSAGES")
    ana.mention("playbooks")
    await told_alone(api, ana, "quick")


async def test_a_run_begins_in_a_post_of_a_forum(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    forum = api.world.channel(api.guild, "ideas", FORUM)
    post = api.world.thread(forum, "An idea")
    api.world.post(post, ana.id, {"content": "The first words"})
    ana.command("/delegate quick topic: Forum", where=post)
    draft = await sees(ana, "Draft 1", button="Approve", where=post)
    ana.press(draft, "Approve")
    await sees(ana, "Closed by ana", where=post)


async def test_a_run_begins_in_a_talk_with_podium(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    talk = ana.channel = api.world.conversation(ana.id)
    ana.say("delegate quick topic: Alone", where=talk)
    draft = await sees(ana, "Draft 1", button="Approve", where=talk)
    ana.press(draft, "Approve")
    await sees(ana, "Closed by ana", where=talk)


# --- Discord itself ---------------------------------------------------------------------------


async def test_a_guild_that_is_not_available_loses_nothing(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Outage")
    api.world.tell("GUILD_DELETE", {"id": api.guild.id, "unavailable": True}, api.guild.id)
    ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana")
    api.world.tell("GUILD_CREATE", api.world.created(api.guild), api.guild.id)
    await a_draft(ana, "Back")


async def test_a_place_that_refuses_is_left_alone_until_something_is_done_there(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    place = f"discord:{api.guild.id}:{ana.channel.id}"
    api.world.deny(ana.channel, "VIEW_CHANNEL")
    for number in range(20):
        with pytest.raises(PlaceGone, match="View Channel"):
            await at_work.discord.chat.post(place, Card(key="x", title="X"), f"key {number}")
    assert api.invalid_requests == 1
    api.world.deny(ana.channel)
    await a_draft(ana, "Again")


async def test_a_bad_token_is_told_at_the_start(api: DiscordApi, tmp_path: Path):
    async with office(api, tmp_path, token="a.wrong.token") as at_work:
        assert "Discord refuses DISCORD_TOKEN" in at_work.trouble
        assert await at_work.discord.health() == at_work.trouble
        assert api.invalid_requests == 1


async def test_a_token_that_is_reset_while_podium_runs_is_told_and_calls_rest(
    api: DiscordApi, tmp_path: Path
):
    ana, model = api.person("Ana"), HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        for number in range(4):
            ana.mention(f"delegate quick topic: Run {number}")
        calls = await model.held(4)
        await api.reset_token()
        for call in calls:
            call.answer("Written while nobody was let in.")
        await until(lambda: is_told(at_work, "Discord refuses DISCORD_TOKEN"))
        assert api.invalid_requests < 20


async def is_told(office: Office, words: str) -> bool:
    return words in await office.discord.health()


async def test_commands_that_discord_refuses_are_told_to_machines(api: DiscordApi, tmp_path: Path):
    api.faults.append(Fault(about="PUT /applications", status=403, code=50001))
    async with office(api, tmp_path) as at_work:
        assert "Discord does not take the commands" in await at_work.discord.health()
        api.person("Ana").mention("playbooks")
        await until(lambda: is_told(at_work, "ok"))
