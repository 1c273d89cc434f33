"""Places, rights and tokens that are gone: nothing is lost, and a person is told in words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.ports import Query
from tests.fakes_model import HeldModel
from tests.servers.slack_api import SlackApi
from tests.servers.slack_person import Person
from tests.slack.house import Office, a_draft, card, office, sees, tokens, whispered


async def told_alone(person: Person, *words: str) -> str:
    """What stands in the person's talk with Podium."""

    def look(p: Person) -> str | None:
        texts = [said.text for said in p.sees("")]
        return next((text for text in texts if all(word in text for word in words)), None)

    return await person.until(look)


async def test_a_channel_that_is_deleted_leaves_the_run_and_the_requester_is_told(
    api: SlackApi, tmp_path: Path
):
    ana = api.person("ana")
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        await ana.type("/delegate quick topic: Deleted")
        await sees(ana, "Quick: Deleted")
        await model.held()
        api.admin.delete_channel("#general")
        model.waiting[0].answer("The draft of a channel that is gone.")
        told = await told_alone(ana, "Quick: Deleted")
        assert "the channel is not there" in told
        assert "/needs-me" in told
        ana.say("needs-me", "")
        listed = await whispered(ana, "Quick: Deleted · Draft 1")
        await ana.press(listed, "Approve")
        over = await told_alone(ana, "The run is over: approved.")
        assert "The draft of a channel that is gone." in over
        await at_work.threads.quiet()
    assert sum("/needs-me" in said.text for said in ana.sees("")) == 1


@pytest.mark.parametrize("what", ["archive", "remove_bot"])
async def test_a_channel_that_is_closed_to_podium_is_told_the_requester(
    api: SlackApi, at_work: Office, what: str
):
    ana = at_work.ana()
    draft = await a_draft(ana, "Closed")
    getattr(api.admin, what)("#general")
    await ana.press(draft, "Approve")
    await told_alone(ana, "Quick: Closed", "The run is over: approved.")


async def test_a_locked_thread_is_told_the_requester(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Locked")
    api.admin.lock(draft.message)
    await ana.press(draft, "Approve")
    assert "the thread is locked" in await told_alone(ana, "The run is over: approved.")


async def test_a_deleted_draft_stays_away_and_is_decided_from_the_list(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    draft = await a_draft(ana, "Away")
    api.admin.delete_message(draft.message)
    await ana.type("/needs-me")
    listed = await whispered(ana, "Quick: Away · Draft 1")
    await ana.press(listed, "Approve")
    await sees(ana, "Closed by ana")
    shown = await whispered(ana, "Quick: Away · Draft 1", "Approved by ana")
    assert shown.buttons == ()


async def test_a_revoked_token_is_told_to_machines_and_nothing_is_lost(
    api: SlackApi, tmp_path: Path
):
    ana = api.person("ana")
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        await ana.type("/delegate quick topic: Revoked")
        await sees(ana, "Quick: Revoked")
        await model.held()
        api.admin.revoke()
        model.waiting[0].answer("Written while nobody was let in.")
        health = ""
        while "token_revoked" not in health:
            await api.news.wait()
            health = await at_work.slack.health()
        assert "install the app again" in health
        api.tokens[api.bot_token].refused = ""
        await sees(ana, "Written while nobody was let in.", button="Approve")
        assert await at_work.slack.health() == "ok"


async def test_a_token_that_was_revoked_is_told_to_whoever_would_delegate(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    api.admin.revoke()
    await ana.type("/delegate quick topic: Shut out")
    await whispered(ana, "Slack no longer accepts the bot token (token_revoked): install the app")
    assert "token_revoked" in await at_work.slack.health()


async def test_a_scope_that_lacks_is_told_and_nothing_is_begun_unseen(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    scopes, reading = api.tokens[api.bot_token].scopes, {"channels:read", "groups:read"}
    reading |= {"im:read", "mpim:read"}
    scopes -= reading
    await ana.type("/delegate quick topic: No scope")
    await whispered(ana, "lacks the scope", "channels:read")
    assert "channels:read" in await at_work.slack.health()
    scopes |= reading
    await ana.type("/delegate quick topic: With scope")
    await sees(ana, "Quick: With scope")
    assert not any("No scope" in said.text for said in ana.sees())
    assert await at_work.slack.health() == "ok"


async def test_a_refusal_that_nobody_foresaw_is_told_the_requester_once(
    api: SlackApi, at_work: Office
):
    ana, place = at_work.ana(), api.team.channel("#general").id

    def in_the_thread(given: Mapping[str, Any]) -> bool:
        return given.get("channel") == place and "thread_ts" in given

    refused = api.fail(
        "chat.postMessage", error="message_limit_exceeded", times=99, only=in_the_thread
    )
    await ana.type("/delegate quick topic: Refused")
    told = await told_alone(ana, "Quick: Refused", "/needs-me")
    assert "message_limit_exceeded" in told
    await at_work.threads.quiet()
    assert refused.met == 1
    assert await at_work.slack.health() == "ok"


async def test_a_requester_whose_account_is_closed_holds_nothing_up(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Left the company")
    api.admin.delete_channel("#general")
    closed = api.fail(
        "chat.postMessage", error="user_disabled", only=lambda given: given["channel"] == ana.id
    )
    await ana.press(draft, "Approve")
    await api.until(lambda: closed.met)
    await at_work.threads.quiet()
    (run,) = await at_work.house.desk.find(Query(limit=5))
    assert run.outcome == "approved"


async def test_a_bad_bot_token_is_told_at_the_start(api: SlackApi, tmp_path: Path):
    async with office(api, tmp_path, settings=tokens(api, bot="xoxb-wrong")) as at_work:
        assert "bot token (invalid_auth)" in at_work.trouble
        assert await at_work.slack.health() == at_work.trouble


async def test_a_bad_app_token_is_told_at_the_start(api: SlackApi, tmp_path: Path):
    async with office(api, tmp_path, settings=tokens(api, app="xapp-wrong")) as at_work:
        assert "SLACK_APP_TOKEN" in at_work.trouble


async def test_a_file_that_may_not_be_posted_is_told_with_the_scope_that_lacks(
    api: SlackApi, tmp_path: Path
):
    api.tokens[api.bot_token].scopes.discard("files:write")
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        await ana.type("/delegate quick topic: Long")
        (call,) = await model.held()
        call.answer("A long sentence it is. " * 2_000)
        refused = await sees(ana, "could not be put here")
        assert "files:write" in refused.text
        draft = await sees(ana, "Draft 1", button="Approve")
        assert "A long sentence it is." in draft.text


async def test_a_click_on_an_old_draft_is_told_what_happened(at_work: Office):
    ana = at_work.ana()
    first = await a_draft(ana, "Old")
    await ana.press(first, "Revise")
    await ana.until(lambda p: p.modal)
    await ana.fill({"Note": "Again"})
    await ana.submit()
    await sees(ana, "Draft 2", button="Approve")
    await ana.press(first, "Approve")
    told = await whispered(ana, "Draft 1 was sent back by ana")
    assert "Draft 2 is waiting" in told.text


async def test_a_form_of_a_gate_that_was_decided_meanwhile_says_so(at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Meanwhile")
    await ana.press(draft, "Reject")
    await ana.until(lambda p: p.modal)
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana")
    await ana.submit()
    modal = await ana.until(lambda p: p.modal)
    assert "Draft 1 was approved by ana" in modal.text
    assert card(ana, "Rejected") is None


async def test_who_may_not_decide_is_told_who_may_by_name(api: SlackApi, at_work: Office):
    ana, dan = at_work.ana(), api.person("dan")
    draft = await a_draft(ana, "Hers")
    await dan.press(draft, "Approve")
    await whispered(dan, "This is for ana to decide.")
    await dan.press(draft, "Revise")
    assert dan.modal is None
    await sees(ana, "Draft 1", button="Approve")


async def test_a_conversation_that_podium_is_not_in_begins_nothing(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    place = api.team.add_channel("secret", private=True, bot=False)
    place.members.add(ana.id)
    await ana.type("/delegate quick topic: Nowhere", "#secret")
    await whispered(ana, "nothing was begun")
    assert ana.sees("#general") == []


async def test_what_was_read_in_a_private_channel_is_shown_to_nobody_else(
    api: SlackApi, at_work: Office
):
    ana, dan = at_work.ana(), api.person("dan")
    place = api.team.add_channel("board", private=True)
    place.members.add(ana.id)
    await ana.type("/delegate quick topic: Takeover", "#board")
    await sees(ana, "Draft 1", button="Approve", channel="#board")
    await dan.type("/runs")
    await whispered(dan, "No runs yet.")
    dan.open_home()
    home = await dan.until(lambda p: p.home())
    assert "Takeover" not in home
    await ana.type("/runs")
    await whispered(ana, "Quick: Takeover")


async def test_a_draft_too_long_for_messages_is_a_file_and_its_buttons_work(
    api: SlackApi, tmp_path: Path
):
    ana, model = api.person("ana"), HeldModel()
    text = "\n\n".join(f"## Part {n}\n\n{'A sentence. ' * 100}" for n in range(28))
    async with office(api, tmp_path, player=model):
        await ana.type("/delegate quick topic: Whole")
        (call,) = await model.held()
        call.answer(text)
        draft = await sees(ana, "Draft 1", "the whole text is in the file", button="Approve")
        thread = ana.sees(thread_ts=draft.message.thread_ts)
        (file,) = [file for said in thread for file in said.message.files]
        assert text.strip() in file.data.decode()
        assert [bool(said.message.files) for said in thread].index(True) < thread.index(draft)
        await ana.press(draft, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")
        assert sum(bool(said.message.files) for said in ana.sees(thread_ts=thread[0].ts)) == 1
