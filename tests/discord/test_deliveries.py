"""What Discord delivers: nothing is done for bots or strangers, and what is forged is told so."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.discord.house import Office, a_draft, card, count, sees, told, until
from tests.servers import discord_interactions as acts
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_limits import Fault
from tests.servers.discord_things import PRIVATE_THREAD

FORGED = (
    "",
    "x",
    "approve",
    "approve:",
    "approve:no-run:review-1",
    "cost:no-run",
    "form:no-such-playbook",
    "start:quick",
    "revise:::::",
    "more:x",
    "pick:nothing:0",
    "open:nothing:0:start:quick:more",
    "open:nothing:99:start:quick",
    "open:nothing:0:revise:no-run:review-1",
    "f:nothing:0:revise:no-run:review-1",
    "approve:" + "0" * 90,
)
FORMS = (
    "",
    "x",
    "f:",
    "f:nothing:0:",
    "f:nothing:99:start:quick",
    "f:nothing:0:start:no-such-playbook",
    "f:nothing:0:revise:no-run:review-1",
    "f:nothing:0:approve:no-run",
    "f:nothing:0:nonsense",
)


async def quiet(api: DiscordApi, office: Office) -> None:
    """When this is answered, all that came before it was dealt with."""
    ana = office.ana()
    await ana.answered(ana.command("/needs-me"))
    await sees(ana, "Nothing waits for you.")

    async def is_done() -> bool:
        return await office.database.inbox.left() == []

    await until(is_done)
    await office.threads.quiet()


async def test_who_is_no_person_is_not_answered(api: DiscordApi, at_work: Office):
    ana, me = at_work.ana(), api.world.me["id"]
    robot = api.world.person("Robot", bot=True)["id"]
    line = f"<@{me}> delegate quick topic: Loop"
    api.world.post(ana.channel, robot, {"content": line})
    api.world.post(ana.channel, me, {"content": line})
    hook = api.world.message(ana.channel, ana.id, {"content": line})
    api.world.put(ana.channel, {**hook, "webhook_id": "77"})
    pinned = api.world.message(ana.channel, ana.id, {"content": line, "type": 6})
    api.world.put(ana.channel, pinned)
    said = ana.say("Nothing for a bot")
    api.world.edit(said, {"content": line})
    api.world.delete(ana.channel, said["id"])
    ana.say("@everyone delegate quick topic: Loop")
    await quiet(api, at_work)
    assert ana.threads == []
    assert api.called("POST /channels/{channel_id}/messages") == []


def press(api: DiscordApi, office: Office, custom_id: str, message: Any) -> acts.Interaction:
    ana = office.ana()
    data = {"component_type": 2, "custom_id": custom_id, "id": 7}
    one = api.interactions.begin(acts.COMPONENT, ana.id, ana.channel, data, message)
    api.interactions.send(one)
    return one


def send_form(api: DiscordApi, office: Office, custom_id: str, message: Any) -> acts.Interaction:
    ana = office.ana()
    field = {"type": 4, "id": 2, "custom_id": "no-such-field", "value": "forged"}
    data = {"custom_id": custom_id, "components": [{"type": 18, "id": 1, "component": field}]}
    one = api.interactions.begin(acts.MODAL, ana.id, ana.channel, data, message)
    api.interactions.send(one)
    return one


Send = Callable[[DiscordApi, Office, str, Any], acts.Interaction]


@pytest.mark.parametrize(("send", "forged"), [(press, FORGED), (send_form, FORMS)])
async def test_what_is_forged_is_answered_and_changes_nothing(
    api: DiscordApi, at_work: Office, send: Send, forged: tuple[str, ...]
):
    ana = at_work.ana()
    draft = await a_draft(ana, "Real")
    before = api.specification
    api.specification = None  # Discord itself would not let some of these through
    for custom_id in forged:
        await ana.answered(send(api, at_work, custom_id, draft))
    api.specification = before
    await at_work.threads.quiet()
    assert count(ana, "Podium itself failed") == 0, told(ana)
    assert len(ana.threads) == 1
    assert card(ana, "Draft 1", button="Approve")


async def test_who_may_not_decide_is_told_who_may(api: DiscordApi, at_work: Office):
    ana, ben = at_work.ana(), api.person("Ben")
    draft = await a_draft(ana, "Hers")
    ben.press(draft, "Approve")
    await sees(ben, "for ana to decide")
    await ben.answered(ben.press(draft, "Revise"))
    assert ben.opened is None
    assert card(ana, "Draft 1", button="Approve")


async def test_who_presses_in_a_channel_can_read_it_whatever_discord_says_of_members(
    api: DiscordApi, at_work: Office
):
    ana, ben = at_work.ana(), api.person("Ben")
    draft = await a_draft(ana, "Seen")
    api.faults.append(Fault(about="GET /guilds/{guild_id}/members", times=20))
    ben.press(draft, "Approve")
    await sees(ben, "for ana to decide")


async def test_an_option_is_completed_while_the_database_is_busy(
    api: DiscordApi, at_work: Office, tmp_path: Path
):
    ana = at_work.ana()
    busy = sqlite3.connect(tmp_path / "podium.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    data: dict[str, Any] = {"id": "1", "name": "delegate", "type": 1}
    option = {"name": "playbook", "type": 3, "value": "qui", "focused": True}
    one = api.interactions.begin(
        acts.AUTOCOMPLETE, ana.id, ana.channel, {**data, "options": [option]}
    )
    api.interactions.send(one)
    await ana.answered(one)
    assert one.choices[0]["value"] == "quick"
    bare = api.interactions.begin(acts.AUTOCOMPLETE, ana.id, ana.channel, data)
    api.interactions.send(bare)
    await ana.answered(bare)
    busy.execute("COMMIT")
    busy.close()


async def test_what_a_private_thread_holds_is_shown_to_who_is_in_it(
    api: DiscordApi, at_work: Office
):
    ana, ben = at_work.ana(), api.person("Ben")
    room = api.world.thread(ana.channel, "Board", type=PRIVATE_THREAD)
    room.members.add(ana.id)
    ana.command("/delegate quick topic: Takeover", where=room)
    await sees(ana, "Draft 1", button="Approve", where=room)
    ben.command("/runs")
    await sees(ben, "No runs yet.")
    cleo = api.person("Cleo")
    room.members.add(cleo.id)
    cleo.command("/runs")
    await sees(cleo, "Quick: Takeover", where=cleo.channel)


async def test_who_left_the_server_sees_nothing_of_it(api: DiscordApi, at_work: Office):
    ana, ben = at_work.ana(), api.person("Ben")
    await a_draft(ana, "Ours")
    ben.command("/runs")
    await sees(ben, "Quick: Ours", where=ben.channel)
    cleo = api.person("Cleo")
    api.guild.members.remove(cleo.id)
    talk = cleo.channel = api.world.conversation(cleo.id)
    cleo.say("runs", where=talk)
    await sees(cleo, "No runs yet.", where=talk)
