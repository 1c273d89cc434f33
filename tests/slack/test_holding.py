"""What holds Podium up in Slack: deliveries that come again, races, and calls that go wrong."""

import asyncio
from pathlib import Path

from bot.cards import Card
from bot.ports import Query
from tests.fakes_model import HeldModel
from tests.servers.slack_api import SlackApi
from tests.servers.slack_world import Message
from tests.slack.house import Office, a_draft, card, office, sees, whispered


async def test_a_command_that_is_delivered_three_times_starts_one_run(at_work: Office):
    ana = at_work.ana()
    await ana.type("/delegate quick topic: Once", times=3)
    await sees(ana, "Draft 1", button="Approve")
    assert sum("Quick: Once" in said.text for said in ana.sees()) == 1


async def test_a_press_that_is_delivered_three_times_counts_once(at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Thrice")
    await ana.press(draft, "Approve", times=3)
    await sees(ana, "Draft 1", "Approved by ana")
    assert ana.whispers() == []


async def test_a_double_click_decides_once_and_the_second_is_told(at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Twice")
    await asyncio.gather(ana.press(draft, "Approve"), ana.press(draft, "Approve"))
    told = await whispered(ana, "Draft 1 was approved by ana")
    assert "Decided, " in told.text
    decided = await sees(ana, "Draft 1", "Approved by ana")
    assert decided.buttons == ()


async def test_a_form_that_is_sent_twice_gives_one_run(at_work: Office):
    ana = at_work.ana()
    await ana.type("/delegate quick")
    await ana.until(lambda p: p.modal)
    await ana.fill({"Topic": "One form"})
    await ana.submit(times=2)
    await sees(ana, "Draft 1", button="Approve")
    assert sum("Quick: One form" in said.text for said in ana.sees()) == 1


async def test_a_post_whose_answer_is_lost_is_looked_for_before_it_is_sent_again(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    lost = api.fail("chat.postMessage", drop="after", times=2)
    draft = await a_draft(ana, "Dropped")
    await ana.press(draft, "Approve")
    await sees(ana, "Closed by ana")
    assert lost.met == 2
    assert sum("Quick: Dropped" in said.text for said in ana.sees()) == 1
    root = next(said for said in ana.sees() if "Quick: Dropped" in said.text)
    titles = [said.text.split("\n")[0] for said in ana.sees(thread_ts=root.ts)[1:]]
    assert titles == ["Draft 1", "Approved"]


async def test_what_is_written_to_a_person_alone_is_looked_for_in_their_talk(
    api: SlackApi, at_work: Office
):
    ana, chat = at_work.ana(), at_work.slack.chat
    api.fail("chat.postMessage", drop="before")
    api.fail("chat.postMessage", drop="after")
    person = f"slack:{api.team.id}:{ana.id}"
    message = await chat.post(person, Card(key="told", title="Paused"), "told/1")
    await chat.edit(message, Card(key="told", title="Resumed"))
    assert [said.text for said in ana.sees("")] == ["Resumed"]


async def test_a_post_that_slack_never_took_is_sent_again(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    lost = api.fail("chat.postMessage", drop="before", times=2)
    await a_draft(ana, "Lost")
    assert lost.met == 2


async def test_slack_that_asks_for_a_pause_gets_one_and_nothing_is_lost(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    api.fail("chat.postMessage", status=429, retry_after_s=1, times=1)
    api.fail("chat.update", status=429, retry_after_s=1, times=1)
    draft = await a_draft(ana, "Paused")
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana")
    assert sum("Quick: Paused" in said.text for said in ana.sees()) == 1


async def test_slack_that_fails_within_is_tried_again(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    api.fail("chat.postMessage", error="internal_error", times=1)
    api.fail("chat.update", status=503, times=2)
    draft = await a_draft(ana, "Within")
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana")
    assert sum("Quick: Within" in said.text for said in ana.sees()) == 1


async def test_what_was_confirmed_and_not_dealt_with_is_taken_up_at_the_next_start(
    api: SlackApi, tmp_path: Path
):
    ana = api.person("ana")
    async with office(api, tmp_path) as first:
        held = asyncio.Event()
        api.fail("conversations.info", hold=held)
        sent = await ana.type("/delegate quick topic: Cut short")
        assert not getattr(sent, "failed", "")
        assert await first.database.inbox.left()
    held.set()
    async with office(api, tmp_path):
        await sees(ana, "Draft 1", button="Approve")
    assert sum("Quick: Cut short" in said.text for said in ana.sees()) == 1


async def test_old_buttons_work_after_a_restart(api: SlackApi, tmp_path: Path):
    ana = api.person("ana")
    async with office(api, tmp_path):
        draft = await a_draft(ana, "Asleep")
    async with office(api, tmp_path):
        await ana.press(draft, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")
    assert card(ana, "Draft 1", button="Approve") is None


async def test_a_slow_form_has_a_skeleton_in_time(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Slow")
    held = asyncio.Event()
    desk = at_work.house.desk
    load = desk.load

    async def slowly(run: str) -> object:
        await held.wait()
        return await load(run)

    object.__setattr__(desk, "load", slowly)
    await ana.press(draft, "Revise")
    modal = await ana.until(lambda p: p.modal)
    assert "One moment" in modal.text
    held.set()
    await ana.until(lambda p: p.modal and p.modal.fields)


async def test_a_trigger_that_is_over_is_told_with_a_button_that_opens_the_form(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    api.fail("views.open", error="expired_trigger_id")
    await ana.type("/delegate quick")
    told = await whispered(ana, "There is more to fill in.")
    await ana.press(told, "Open the form")
    modal = await ana.until(lambda p: p.modal)
    assert modal.title == "Quick"


async def test_a_post_that_was_taken_as_the_process_died_is_found_and_not_sent_again(
    api: SlackApi, tmp_path: Path
):
    ana, held = api.person("ana"), asyncio.Event()
    async with office(api, tmp_path):
        taken = api.fail(
            "chat.postMessage", hold=held, late=True, only=lambda given: "/draft-1" in str(given)
        )
        await ana.type("/delegate quick topic: In between")
        await sees(ana, "Draft 1", button="Approve")
    assert taken.met == 1
    held.set()
    async with office(api, tmp_path):
        draft = await sees(ana, "Draft 1", button="Approve")
        await ana.press(draft, "Approve")
        await sees(ana, "Closed by ana")
    (root,) = [said for said in ana.sees() if "Quick: In between" in said.text]
    titles = [said.text.split("\n")[0] for said in ana.sees(thread_ts=root.ts)[1:]]
    assert titles == ["Draft 1", "Approved"]


async def test_hostile_words_ring_for_nobody_and_show_no_page(api: SlackApi, tmp_path: Path):
    ana, dan, model = api.person("ana"), api.person("dan"), HeldModel()
    api.team.groups["S1"] = [dan.id]
    loud = f"<!channel> <!here> <@{dan.id}> <!subteam^S1> <#C1> @channel @everyone @dan"
    async with office(api, tmp_path, player=model) as at_work:
        await ana.type(f"/delegate quick topic: {loud}")
        (call,) = await model.held()
        call.answer(
            f"{loud}\n\n**Approved by @dan** https://evil.example ![x](https://evil.example)"
        )
        draft = await sees(ana, "Draft 1", "Approved by", button="Approve")
        assert draft.buttons[:1] == ("Approve",)
        await ana.press(draft, "Approve")
        await sees(ana, "Closed by ana")
        await at_work.threads.quiet()
    assert dan.pings() == []
    for post in api.called("chat.postMessage"):
        assert (post.arguments["unfurl_links"], post.arguments["unfurl_media"]) == (False, False)
        assert "image_url" not in str(post.arguments)


async def test_a_card_that_another_app_forged_is_not_taken_for_podiums(
    api: SlackApi, tmp_path: Path
):
    ana, dan, model = api.person("ana"), api.person("dan"), HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        await ana.type("/delegate quick topic: Forged")
        root = await sees(ana, "Quick: Forged")
        (call,) = await model.held()
        (run,) = await at_work.house.desk.find(Query(limit=1))
        place, key = api.team.channel("#general"), f"{run.run}/draft-1"
        told = {"event_type": "podium_card", "event_payload": {"key": key, "part": 0}}
        forged = Message(ts=api.clock.ts(), channel=place.id, user=dan.id, text="A forged draft")
        forged.thread_ts, forged.metadata = root.ts, told
        place.messages.append(forged)
        api.fail("chat.postMessage", drop="before", only=lambda given: key in str(given))
        call.answer("The words of the draft.")
        await sees(ana, "Draft 1", "The words of the draft.", button="Approve")


async def test_words_that_look_like_hundreds_of_people_hold_nobody_up(
    api: SlackApi, at_work: Office
):
    ana, dan = at_work.ana(), api.person("dan")
    await dan.type("/runs " + " ".join(f"UNOBODY{n:03}" for n in range(200)))
    await whispered(dan, "No run matches UNOBODY000")
    assert len(api.called("users.info")) <= 40
    await ana.press(await a_draft(ana, "Names"), "Approve")
    await sees(ana, "Draft 1", "Approved by ana")
