"""What Slack delivers: kept before it is confirmed, done once, and nothing done for strangers."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.servers import slack_payloads
from tests.servers.slack_api import SlackApi
from tests.servers.slack_delivery import Delivery, Kind
from tests.servers.slack_sight import Shown
from tests.slack.house import Office, a_draft, card, office, sees, tokens, until, whispered

_TALK = {"channel_type": "im", "channel": "D1", "ts": "1.5"}
NOT_FOR_PODIUM: tuple[dict[str, Any], ...] = (
    {"type": "app_mention"},
    {"type": "app_mention", "user": "U1", "text": "<@U0> delegate quick"},
    {"type": "app_mention", "bot_id": "B9", "user": "U9", "text": "delegate quick", **_TALK},
    {"type": "message", "text": "No channel, no person"},
    {"type": "message", "bot_id": "B9", "user": "U9", "text": "delegate quick topic: a", **_TALK},
    {"type": "message", "subtype": "bot_message", "text": "delegate quick topic: b", **_TALK},
    {"type": "message", "subtype": "message_deleted", "deleted_ts": "1.4", **_TALK},
    {"type": "app_home_opened"},
    {"type": "app_home_opened", "user": "U1", "tab": "messages"},
    {"type": "a_kind_that_is_not_known_yet"},
)


async def delivered(api: SlackApi, kind: Kind, payload: dict[str, Any]) -> Delivery:
    done = await api.deliveries.send(kind, payload)
    assert done.failed == ""
    return done


def runs(office: Office, title: str) -> int:
    return sum(title in said.text for said in office.ana().sees())


async def test_what_is_not_for_podium_is_confirmed_and_leaves_nothing_behind(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    said = ana.say("Nothing for a bot")
    ana.edit(said, "@podium delegate quick topic: Edited")
    ana.delete(said)
    ana.join("#general")
    api.admin.archive("#general")
    for event in NOT_FOR_PODIUM:
        api.event(api.team, event)
    sent = api.deliveries.all
    await api.until(lambda: len(sent) >= len(NOT_FOR_PODIUM) and all(d.done.is_set() for d in sent))
    assert {(one.attempts, one.failed) for one in sent} == {(1, "")}
    assert await at_work.database.inbox.left() == []
    assert api.called("chat.postMessage") == api.called("chat.postEphemeral") == []


async def test_a_database_that_is_busy_holds_no_confirmation_up(
    api: SlackApi, at_work: Office, tmp_path: Path
):
    ana = at_work.ana()
    busy = sqlite3.connect(tmp_path / "podium.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    sent = await ana.command("/delegate quick topic: Busy")
    assert sent.failed == ""
    busy.execute("COMMIT")
    busy.close()
    await sees(ana, "Draft 1", button="Approve")
    assert runs(at_work, "Quick: Busy") == 1


async def test_what_is_kept_late_is_confirmed_when_it_is_kept(
    api: SlackApi, at_work: Office, tmp_path: Path
):
    ana = at_work.ana()
    busy = sqlite3.connect(tmp_path / "podium.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    typing = asyncio.create_task(ana.command("/delegate quick topic: Late"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(typing), 1.3)
    assert await nothing_left(at_work)
    busy.execute("COMMIT")
    busy.close()
    assert (await typing).failed == ""
    await sees(ana, "Draft 1", button="Approve")


async def test_a_form_that_was_confirmed_and_cut_short_is_done_at_the_next_start(
    api: SlackApi, tmp_path: Path
):
    ana = api.person("ana")
    async with office(api, tmp_path) as first:
        await ana.type("/delegate quick")
        await ana.until(lambda p: p.modal)
        await ana.fill({"Topic": "Half way"})
        held = asyncio.Event()
        intake = first.house.reception.intake

        async def never(*_: object, **__: object) -> None:
            await held.wait()

        object.__setattr__(intake, "start", never)
        await ana.submit()
        assert "One moment" in (await ana.until(lambda p: p.modal)).text
    async with office(api, tmp_path) as second:
        await sees(ana, "Draft 1", button="Approve")
        assert runs(second, "Quick: Half way") == 1
        await until(lambda: nothing_left(second))
    async with office(api, tmp_path) as third:
        assert await nothing_left(third)
        assert runs(third, "Quick: Half way") == 1


def press(at_work: Office, shown: Shown, label: str) -> dict[str, Any]:
    """What Slack sends when Ana presses that."""
    api, ana = at_work.api, at_work.ana()
    place = api.team.channel("#general")
    payload = slack_payloads.press_on_message(api, api.team, ana.user, place, shown)
    (control,) = [one for one in shown.controls if one.label == label]
    return payload | {"actions": [slack_payloads.action(control, api.team)]}


async def nothing_left(at_work: Office) -> bool:
    return await at_work.database.inbox.left() == []


async def test_a_retry_over_http_is_heard_where_the_first_was_not_and_counts_once(
    api: SlackApi, tmp_path: Path
):
    ana = api.person("ana")
    api.app.request_url = "http://127.0.0.1:9/"
    api.deliveries.retry_after_s = (0.0, 0.1, 1.0)
    ana.mention("delegate quick topic: Retried", times=2)
    settings = tokens(api, app="", signing_secret=api.app.signing_secret)
    async with office(api, tmp_path, settings=settings) as at_work:
        api.app.request_url = f"{at_work.slack.url}/slack/events"
        await sees(ana, "Draft 1", button="Approve")
        assert max(one.attempts for one in api.deliveries.all) > 1
        assert runs(at_work, "Quick: Retried") == 1


async def test_what_comes_over_http_before_slack_lets_podium_in_is_not_lost(
    api: SlackApi, tmp_path: Path
):
    ana, away = api.person("ana"), api.fail("auth.test", error="fatal_error", times=1)
    settings = tokens(api, app="", signing_secret=api.app.signing_secret)
    async with office(api, tmp_path, settings=settings) as at_work:
        assert (away.met, bool(at_work.trouble)) == (1, True)
        api.app.request_url = f"{at_work.slack.url}/slack/events"
        ana.mention("delegate quick topic: Early")
        await sees(ana, "Draft 1", button="Approve")
        assert runs(at_work, "Quick: Early") == 1


async def test_a_reply_that_is_shown_in_the_whole_talk_too_is_heard(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    said = ana.say("Hello", "")
    place = api.team.direct(ana.id)
    event = {"type": "message", "subtype": "thread_broadcast", "user": ana.id, "ts": "9.5"}
    event |= {"channel": place.id, "channel_type": "im", "thread_ts": said.ts, "text": "playbooks"}
    api.event(api.team, event)
    await whispered(ana, "One step, and a draft to judge.")


async def test_a_person_of_another_company_decides_nothing(at_work: Office):
    ana = at_work.ana()
    pressed = press(at_work, await a_draft(ana, "Ours"), "Approve")
    pressed["user"]["team_id"] = "T9ELSEWHERE"
    await delivered(at_work.api, "interactive", pressed)
    await whispered(ana, "There is no run")
    assert card(ana, "Draft 1", button="Approve")


async def test_buttons_that_podium_does_not_know_any_more_are_told(at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Known")
    for name, value, told in (
        ("ours:of-long-ago", "approve:1", "Nothing was changed"),
        ("press:approve", "approve:no-such-run:review-1", "There is no run no-such-run."),
    ):
        pressed = press(at_work, draft, "Approve")
        pressed["actions"][0] |= {"action_id": name, "value": value}
        await delivered(at_work.api, "interactive", pressed)
        await whispered(ana, told)
    assert card(ana, "Draft 1", button="Approve")


async def test_a_mention_longer_than_an_input_takes_offers_the_form_and_begins_nothing(
    at_work: Office,
):
    ana = at_work.ana()
    ana.mention(f"delegate quick topic: {'Long words. ' * 3_200}")
    told = await whispered(ana, "There is more to fill in.")
    assert runs(at_work, "Quick:") == 0
    await ana.press(told, "Open the form")
    fields = await ana.until(lambda p: p.modal and p.modal.fields)
    assert "Long words." in str(fields[0].value)
