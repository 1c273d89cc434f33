"""What holds Podium up in Discord: deliveries that come again, races, calls that go wrong."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.discord.pace import REFUSED, Pace, identify_wait_s
from tests.discord.house import Office, a_draft, card, count, office, sees, told, until
from tests.fakes_model import HeldModel
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_limits import Fault

SEND = "POST /channels/{channel_id}/messages"
ANSWER = "POST /interactions"


def runs(office: Office) -> list[str]:
    return [one.json["name"] for one in office.ana().threads]


async def never(*_: object, **__: object) -> None:
    await asyncio.Event().wait()


async def is_told(office: Office, words: str) -> bool:
    return words in await office.discord.health()


async def any_told(offices: Sequence[Office], words: str) -> bool:
    return any([await is_told(one, words) for one in offices])


async def nothing_left(office: Office) -> bool:
    return await office.database.inbox.left() == []


# --- the same again, and at once --------------------------------------------------------


async def test_a_command_that_is_delivered_three_times_starts_one_run(at_work: Office):
    ana = at_work.ana()
    ana.command("/delegate quick topic: Once", times=3)
    await sees(ana, "Draft 1", button="Approve")
    assert runs(at_work) == ["Quick: Once"]


async def test_a_press_that_is_delivered_three_times_counts_once(at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Thrice")
    ana.press(draft, "Approve", times=3)
    await sees(ana, "Draft 1", "Approved by ana")
    await at_work.threads.quiet()
    assert count(ana, "was approved") == 0


async def test_a_double_click_decides_once_and_the_second_is_told(at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Twice")
    ana.press(draft, "Approve")
    ana.press(draft, "Approve")
    await sees(ana, "Draft 1 was approved by ana")
    await sees(ana, "Draft 1", "Approved by ana")
    assert card(ana, "Draft 1", button="Approve") is None


async def test_a_form_that_is_sent_twice_gives_one_run(at_work: Office):
    ana = at_work.ana()
    await ana.answered(ana.command("/delegate quick"))
    ana.submit({"Topic": "One form"}, times=2)
    await sees(ana, "Draft 1", button="Approve")
    assert runs(at_work) == ["Quick: One form"]


async def test_two_people_in_the_same_form_both_get_through(api: DiscordApi, at_work: Office):
    ana, ben = at_work.ana(), api.person("Ben")
    for one in (ana, ben):
        await one.answered(one.command("/delegate quick"))
    for one in (ana, ben):
        one.submit({"Topic": f"By {one.name}"})
    for one in (ana, ben):
        await sees(one, f"Delegated: Quick: By {one.name}")
    assert sorted(runs(at_work)) == ["Quick: By Ana", "Quick: By Ben"]


# --- calls that go wrong ----------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault(about=SEND, kind="drop", accepted=True, times=2),
        Fault(about=SEND, kind="drop", times=2),
        Fault(about=SEND, status=502, accepted=True),
        Fault(about=SEND, status=429, times=2),
        Fault(about=SEND, status=429, via=False, times=2),
    ],
    ids=["lost after", "lost before", "5xx", "429", "429 without Via"],
)
async def test_a_post_that_goes_wrong_stands_there_once(
    api: DiscordApi, at_work: Office, fault: Fault
):
    ana, wrong = at_work.ana(), Fault(**vars(fault))
    api.faults.append(wrong)
    draft = await a_draft(ana, "Dropped")
    ana.press(draft, "Approve")
    await sees(ana, "Closed by ana")
    assert wrong.times == 0
    titles = [text.partition("\n")[0] for text in told(ana)]
    assert [titles.count(one) for one in ("Quick: Dropped", "Draft 1")] == [1, 1]


@pytest.mark.parametrize("accepted", [True, False])
async def test_an_answer_that_goes_wrong_loses_nothing(
    api: DiscordApi, at_work: Office, accepted: bool
):
    ana = at_work.ana()
    api.faults.append(Fault(about=ANSWER, kind="drop", accepted=accepted))
    ana.command("/playbooks")
    await sees(ana, "quick")
    assert count(ana, "quick") == 1


async def test_an_interaction_that_discord_forgot_is_done_all_the_same(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    api.faults.append(Fault(about=ANSWER, status=404, code=10062))
    ana.command("/delegate quick topic: Forgotten")
    await sees(ana, "Draft 1", button="Approve")
    await sees(ana, "Quick: Forgotten", where=api.world.conversation(ana.id))


async def test_work_that_lasts_longer_than_an_interaction_ends_in_the_thread(
    api: DiscordApi, tmp_path: Path
):
    ana, model = api.person("Ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        ana.command("/delegate quick topic: Long")
        (call,) = await model.held()
        await sees(ana, "Delegated: Quick: Long")
        api.world.move(60 * 60)
        call.answer("Written an hour later.")
        await sees(ana, "Written an hour later.", button="Approve", where=ana.threads[0])


async def test_an_answer_that_takes_longer_than_its_token_lives_is_told_in_private(
    api: DiscordApi, at_work: Office
):
    ana, held = at_work.ana(), asyncio.Event()
    intake = at_work.house.reception.intake
    start = intake.start

    async def slowly(*given: object, **more: object) -> object:
        await held.wait()
        return await start(*given, **more)  # pyright: ignore[reportArgumentType, reportCallIssue]

    object.__setattr__(intake, "start", slowly)
    await ana.answered(ana.command("/delegate quick topic: Slow"))
    api.world.move(16 * 60)
    held.set()
    await sees(ana, "Delegated: Quick: Slow", where=api.world.conversation(ana.id))


# --- kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize("deferred", [True, False])
async def test_what_was_cut_short_is_taken_up_at_the_next_start_and_once(
    api: DiscordApi, tmp_path: Path, deferred: bool
):
    ana = api.person("Ana")
    async with office(api, tmp_path) as first:
        object.__setattr__(first.house.reception.intake, "start", never)
        sent = ana.command("/delegate quick topic: Cut short")
        if deferred:
            await ana.answered(sent)
        await until(first.database.inbox.left)
    for _ in range(2):
        async with office(api, tmp_path) as again:
            await sees(ana, "Draft 1", button="Approve")
            where = ana.channel if deferred else api.world.conversation(ana.id)
            await sees(ana, "Delegated: Quick: Cut short", where=where)
            await until(lambda at=again: nothing_left(at))
            assert runs(again) == ["Quick: Cut short"]
    assert count(ana, "Delegated: Quick: Cut short") == 1


async def test_a_mention_that_was_cut_short_is_taken_up_too(api: DiscordApi, tmp_path: Path):
    ana = api.person("Ana")
    async with office(api, tmp_path) as first:
        object.__setattr__(first.house.reception.intake, "start", never)
        ana.mention("delegate quick topic: Said")
        await until(first.database.inbox.left)
    async with office(api, tmp_path):
        await sees(ana, "Draft 1", button="Approve")


async def test_a_database_that_is_busy_holds_no_answer_up(at_work: Office, tmp_path: Path):
    ana = at_work.ana()
    draft = await a_draft(ana, "First")
    busy = sqlite3.connect(tmp_path / "podium.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    for done in (
        ana.command("/delegate quick topic: Busy"),
        ana.mention("delegate quick topic: Said"),
        ana.press(draft, "Approve"),
        ana.command("/needs-me"),
    ):
        if not isinstance(done, dict):
            await ana.answered(done)
    assert ana.failed == []
    busy.execute("COMMIT")
    busy.close()
    await sees(ana, "Draft 1", "Approved by ana")
    for topic in ("Busy", "Said"):
        await sees(ana, "Draft 1", button="Approve", where=await thread(at_work, topic))
    assert sorted(runs(at_work)) == ["Quick: Busy", "Quick: First", "Quick: Said"]


async def thread(office: Office, topic: str):
    return await office.api.world.until(
        lambda: next((t for t in office.ana().threads if t.json["name"].endswith(topic)), None)
    )


# --- restarts -------------------------------------------------------------------------------


async def test_buttons_that_are_weeks_old_work_after_a_restart(api: DiscordApi, tmp_path: Path):
    ana = api.person("Ana")
    async with office(api, tmp_path):
        draft = await a_draft(ana, "Asleep")
    api.world.move(60 * 60 * 24 * 40)
    api.world.archive(ana.threads[0], archived=True)
    async with office(api, tmp_path):
        ana.press(draft, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")
    assert card(ana, "Draft 1", button="Approve") is None


# --- the gateway ------------------------------------------------------------------------------


async def test_a_gateway_that_is_down_at_first_is_tried_again(api: DiscordApi, tmp_path: Path):
    api.gateway.refusing = 1
    async with office(api, tmp_path) as at_work:
        assert at_work.trouble == ""
        await a_draft(at_work.ana(), "After all")


async def test_a_discord_that_is_down_at_first_is_tried_again(api: DiscordApi, tmp_path: Path):
    api.faults.append(Fault(about="GET /users/{user_id}", status=404))
    async with office(api, tmp_path) as at_work:
        assert "Discord cannot be reached" in at_work.trouble
        await api.gateway.ready()
        await a_draft(at_work.ana(), "After all")
        assert await at_work.discord.health() == "ok"


async def test_whatever_breaks_while_it_connects_it_is_tried_again(api: DiscordApi, tmp_path: Path):
    api.commands.shards = "many"  # pyright: ignore[reportAttributeAccessIssue]
    async with office(api, tmp_path) as at_work:
        assert "gateway did not answer" in at_work.trouble
        api.commands.shards = 1
        await api.gateway.ready()
        await a_draft(at_work.ana(), "After all")
    api.violations.clear()


async def test_what_happened_while_the_socket_was_cut_is_not_missed(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    api.gateway.drop()
    ana.command("/delegate quick topic: Missed")
    await sees(ana, "Draft 1", button="Approve")
    assert (api.gateway.resumed, len(api.gateway.identified)) == (1, 1)
    await api.gateway.reconnect()
    await api.world.until(lambda: api.gateway.resumed == 2)
    await until(lambda: is_told(at_work, "ok"))


async def test_a_session_that_is_lost_is_begun_anew(api: DiscordApi, at_work: Office):
    await api.gateway.invalidate()
    await until(lambda: is_told(at_work, "the connection is lost"))
    await api.world.until(lambda: len(api.gateway.identified) == 2)
    await a_draft(at_work.ana(), "Anew")
    assert await at_work.discord.health() == "ok"


async def test_many_guilds_are_served_by_several_shards(api: DiscordApi, tmp_path: Path):
    api.commands.shards = 2
    other = api.world.guild("Other", own=str(int(api.guild.id) + (1 << 22)))
    async with office(api, tmp_path):
        await api.gateway.ready(2)
        assert sorted(api.gateway.identified) == [(0, 2), (1, 2)]
        ana = api.person("Ana")
        for guild in (api.guild, other):
            places = api.world.channels.values()
            ana.channel = next(one for one in places if one.guild_id == guild.id)
            ana.mention(f"delegate quick topic: {guild.name}")
            await sees(ana, f"Quick: {guild.name}", where=ana.channel)


def test_a_session_that_is_lost_again_and_again_keeps_within_a_thousand_a_day():
    at: list[float] = []
    now = 0.0
    while now < 86_400:
        now += identify_wait_s(at, now, shards=1)
        at.append(now)
    assert 800 < len(at) < 950
    assert at[1] - at[0] == 5
    assert identify_wait_s((), 0, shards=1) == 0


def test_who_is_refused_all_the_time_stays_far_from_the_ban():
    now = 0.0
    pace = Pace(lambda: now)
    refused = 0
    while now < 600:
        now += pace.wait_s("1", progress=False)
        now += 0.025  # as fast as the budget lets
        pace.refused()
        refused += 1
    assert REFUSED < refused < 7_000


# --- two of them ------------------------------------------------------------------------------


async def test_two_processes_with_one_database_do_a_thing_once(api: DiscordApi, tmp_path: Path):
    ana = api.person("Ana")
    async with office(api, tmp_path) as one, office(api, tmp_path):
        await api.gateway.ready(2)
        await a_draft(ana, "Shared")
        await one.threads.quiet()
    assert [t.json["name"] for t in ana.threads] == ["Quick: Shared"]


async def test_two_processes_with_one_token_are_told_of_each_other(api: DiscordApi, tmp_path: Path):
    ana = api.person("Ana")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    async with office(api, tmp_path / "a") as one, office(api, tmp_path / "b") as other:
        await api.gateway.ready(2)
        ana.command("/runs")
        both = (one, other)
        await until(lambda: any_told(both, "Stop one of them"))
        assert await any_told(both, "ok")
    assert len([text for text in told(ana) if "No runs yet." in text]) == 1
