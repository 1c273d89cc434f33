"""Slack that is away for a while: what people did then counts, and all is shown afterwards."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes_model import HeldModel
from tests.servers.slack_api import SlackApi
from tests.slack.house import Office, a_draft, office, sees, tokens, until
from tests.stories.served import PLAYBOOKS


async def test_an_error_page_at_the_start_keeps_podium_away_no_longer_than_it_lasts(
    api: SlackApi, tmp_path: Path
):
    away = api.fail("auth.test", status=503, times=1)
    async with office(api, tmp_path) as at_work:
        await until(lambda: is_well(at_work))
    assert away.met == 1


async def is_well(at_work: Office) -> bool:
    return await at_work.slack.health() == "ok"


async def test_a_command_that_comes_while_slack_takes_nothing_is_carried_out(
    api: SlackApi, at_work: Office
):
    down = api.fail("*", status=503, times=12)
    ana = at_work.ana()
    await ana.type("/delegate quick topic: Down")
    await sees(ana, "Draft 1", button="Approve")
    assert down.met == 12
    assert sum("Quick: Down" in said.text for said in ana.sees()) == 1


async def test_a_checklist_that_slack_did_not_take_is_shown_when_it_does(
    api: SlackApi, tmp_path: Path
):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        await ana.type("/delegate quick topic: Break")
        (call,) = await model.held()
        await sees(ana, "Quick: Break", "at work")
        down = api.fail("chat.update", status=503, times=4)
        call.answer("Written while no message could be edited.")
        await sees(ana, "Draft 1", button="Approve")
        await sees(ana, "Quick: Break", "Waits for ana")
    assert down.met == 4


async def test_who_presses_in_a_channel_can_read_it_though_slack_does_not_say_so(
    api: SlackApi, tmp_path: Path
):
    ana, dan, held = api.person("ana"), api.person("dan"), asyncio.Event()
    playbooks, team = tmp_path / "playbooks", tmp_path / "team.yaml"
    (playbooks / "specialists").mkdir(parents=True)
    for name in ("quick.yaml", "specialists/writer.md"):
        (playbooks / name).write_bytes((PLAYBOOKS / name).read_bytes())
    with (playbooks / "quick.yaml").open("a") as file:
        file.write("  review: {by: [leads]}\n")
    team.write_text(f"groups:\n  leads: ['slack:{api.team.id}:{dan.id}']\n")
    async with office(api, tmp_path, playbooks=playbooks, team=team):
        draft = await a_draft(ana, "Silent")
        api.fail("users.conversations", hold=held, times=99)
        await dan.press(draft, "Approve")
        await sees(dan, "Draft 1", "Approved by dan")
        held.set()


async def test_that_a_file_could_not_be_put_is_said_once(api: SlackApi, tmp_path: Path):
    api.tokens[api.bot_token].scopes.discard("files:write")
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        await ana.type("/delegate quick topic: Long")
        (call,) = await model.held()

        def is_draft(given: Mapping[str, Any]) -> bool:
            return "/draft-1" in str(given) and "/refused" not in str(given)

        lost = api.fail("chat.postMessage", status=503, times=3, only=is_draft)
        call.answer("A long sentence it is. " * 2_000)
        draft = await sees(ana, "Draft 1", button="Approve")
    thread = ana.sees(thread_ts=draft.message.thread_ts)
    assert sum("could not be put here" in said.text for said in thread) == 1
    assert lost.met == 3


async def test_what_is_no_request_of_slacks_is_refused_without_a_word_more(
    api: SlackApi, tmp_path: Path
):
    settings = tokens(api, app="", signing_secret=api.app.signing_secret)
    bodies = (b"{", b"[1]", b"\xff", b"payload={", b"payload=[1]")
    async with (
        office(api, tmp_path, settings=settings) as at_work,
        aiohttp.ClientSession(f"{at_work.slack.url}/") as session,
    ):
        for body in bodies:
            kind = "application/x-www-form-urlencoded" if b"=" in body else "application/json"
            headers = {"Content-Type": kind}
            async with session.post("slack/events", data=body, headers=headers) as answer:
                assert (answer.status, await answer.text()) == (400, "")
