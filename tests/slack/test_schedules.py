"""Recurring work in Slack: a form, a preview to be saved, a list whose buttons change it."""

import asyncio
from pathlib import Path

import pytest

from adapters.slack import forms
from tests.fakes_model import HeldModel
from tests.servers.slack_api import SlackApi
from tests.servers.slack_modal import SeenModal
from tests.servers.slack_person import Person
from tests.servers.slack_sight import Shown
from tests.slack.house import Office, office, sees, whispered

TYPED = "/schedule quick topic: The sea when: every Monday at 9"


async def form(person: Person, title: str = "Schedule", *, field: str = "") -> SeenModal:
    """The form that is open, once it has its fields."""

    def look(p: Person) -> SeenModal | None:
        modal = p.modal
        if not modal or modal.title != title or not modal.fields:
            return None
        return modal if not field or field in held(modal) else None

    async with asyncio.timeout(20):
        return await person.until(look)


def held(modal: SeenModal) -> dict[str, object]:
    return {field.label: field.value for field in modal.fields}


async def saved(person: Person, line: str = TYPED) -> Shown:
    """A schedule that was typed, looked at and saved."""
    await person.type(line)
    await person.press(await whispered(person, "Not saved yet."), "Save")
    return await whispered(person, "is saved.")


async def test_from_the_command_to_the_saved_schedule(api: SlackApi, at_work: Office):
    ana = api.person("ana")
    await ana.type("/schedule")
    picking = await form(ana, field="Playbook")
    quick = next(one for one in picking.fields[0].options if one.startswith("quick"))
    await ana.fill({"Playbook": quick})
    await ana.submit()
    asked = await form(ana, field="Post in")
    assert held(asked)["Post in"] == "#general"
    assert held(asked)["Time zone"] == "Europe/Berlin"
    await ana.fill({"Topic": "The sea", "Or say when": "every Monday at 9"})
    await ana.submit()
    preview = await whispered(ana, "Not saved yet.", "Every Monday at 09:00", "#general")
    assert ana.modal is None
    assert preview.buttons == ("Save", "Change", "Options")
    await ana.press(preview, "Save")
    told = await whispered(ana, "is saved.", "Owned by ana")
    assert told.ts == preview.ts
    assert "Not saved yet." not in told.text
    assert api.person("ben").whispers() == []
    assert [one.by for one in ana.sees() if not one.private] == []


async def test_a_schedule_posts_in_the_channel_that_was_picked(api: SlackApi, at_work: Office):
    api.team.add_channel("launches")
    api.team.add_channel("board", private=True, bot=False)
    ana = api.person("ana")
    ana.join("#board")
    await ana.type("/schedule quick topic: The sea")
    await form(ana, field="Post in")
    await ana.fill({"Or say when": "every Monday at 9", "Post in": "#board"})
    await ana.submit()
    modal = await ana.until(lambda p: p.modal if p.modal and p.modal.errors else None)
    assert "cannot post there" in modal.errors["Post in"]
    await ana.fill({"Post in": "#launches"})
    await ana.submit()
    await ana.press(await whispered(ana, "Not saved yet.", "#launches"), "Save")
    await ana.press(await whispered(ana, "is saved.", "#launches"), "Run now")
    await sees(ana, "Draft 1", button="Approve", channel="#launches")


async def test_a_list_changes_where_it_is_pressed(api: SlackApi, at_work: Office):
    ana, ben = api.person("ana"), api.person("ben")
    await saved(ana)
    await saved(ana, "/schedule two topic: Hills when: every day at 8")
    done = len(ana.whispers())
    await ana.type("/schedule list")
    *_, two = listed = await ana.until(lambda p: (found := p.whispers()[done:])[2:] and found)
    begins = [one.text.splitlines()[0].partition(":")[0] for one in listed]
    assert begins == ["2 schedules", "Quick", "Two"]
    await ana.press(two, "Pause")
    paused = await whispered(ana, "is paused.")
    assert (paused.ts, "Resume" in paused.buttons) == (two.ts, True)
    await ana.press(paused, "Delete")
    await ana.press(await whispered(ana, "is deleted."), "Undo")
    assert (await whispered(ana, "is back.")).ts == two.ts
    assert len(ana.whispers()) == done + 3
    await ana.press(await whispered(ana, "is back."), "History")
    await whispered(ana, "has not started yet.")
    await ben.type("/schedule list")
    theirs = await whispered(ben, "Two", "Owned by ana")
    assert theirs.buttons == ("History",)


async def test_change_and_options_open_forms_and_lead_to_another_preview(
    api: SlackApi, at_work: Office
):
    ana = api.person("ana")
    await ana.type(TYPED)
    first = await whispered(ana, "Not saved yet.")
    await ana.press(first, "Change")
    asked = await form(ana, field="Post in")
    assert (held(asked)["Topic"], held(asked)["Post in"]) == ("The sea", "#general")
    await ana.fill({"Or say when": "every Tuesday at 10"})
    await ana.submit()
    second = await whispered(ana, "Not saved yet.", "Every Tuesday at 10:00")
    await ana.press(second, "Options")
    await form(ana, "Options")
    await ana.fill({"Called": "Sea news"})
    await ana.submit()
    third = await whispered(ana, "Sea news", "Not saved yet.")
    await ana.press(first, "Save")
    await whispered(ana, "It was changed meanwhile")
    await ana.press(third, "Save")
    await whispered(ana, '"Sea news" is saved.')


async def test_a_long_text_goes_on_in_a_second_view(api: SlackApi, tmp_path: Path):
    ana, model = api.person("ana"), HeldModel()
    story = "".join(f"word{n} " for n in range(500)).strip()
    async with office(api, tmp_path, player=model):
        await ana.type("/schedule every")
        await form(ana, field="Story")
        rest = {"Name": "Long", "Tone": "dry", "Words": "50", "Day": "2026-11-30", "Owner": ana.id}
        await ana.fill({"Story": story[:3_000], "Or say when": "every Monday at 9", **rest})
        await ana.submit()
        await ana.until(lambda p: p.depth == 2)
        await ana.fill({"Story, part 2": story[3_000:]})
        await ana.submit()
        await ana.press(await whispered(ana, "Not saved yet."), "Save")
        assert ana.modal is None
        await ana.press(await whispered(ana, "is saved."), "Run now")
        (call,) = await model.held()
        assert story in call.request.brief + call.request.instructions


async def test_a_change_in_a_thread_keeps_the_files_that_were_given(api: SlackApi, tmp_path: Path):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        root = ana.say("Tides", files=[("tides.md", b"They rise twice a day.")])
        ana.mention("schedule paper topic: Tides when: every Monday at 9", thread_ts=root.ts)
        await whispered(ana, "Not saved yet.", "Posts in a thread of #general")
        ana.say("By the way", thread_ts=root.ts, files=[("other.md", b"Of something else.")])
        await ana.press(await whispered(ana, "Not saved yet."), "Change")
        await form(ana, field="Notes")
        await ana.fill({"Or say when": "every Tuesday at 9"})
        await ana.submit()
        await ana.press(await whispered(ana, "Not saved yet.", "Every Tuesday"), "Save")
        await ana.press(await whispered(ana, "is saved."), "Run now")
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief
        assert "Of something else." not in call.request.brief


async def test_in_a_thread_a_mention_schedules_and_is_answered_there(
    api: SlackApi, at_work: Office
):
    ana = api.person("ana")
    root = ana.say("Shall we?")
    ana.mention("schedule quick", thread_ts=root.ts)
    button = await whispered(ana, "There is more to fill in.")
    await ana.press(button, "Open the form")
    asked = await form(ana, field="Post in")
    assert held(asked)["Post in"] == "#general"
    await ana.fill({"Topic": "The sea", "Or say when": "every Monday at 9"})
    await ana.submit()
    preview = await whispered(ana, "Not saved yet.", "Posts in #general")
    assert preview.message.thread_ts == root.ts
    await ana.press(preview, "Save")
    assert (await whispered(ana, "is saved.")).message.thread_ts == root.ts


async def test_where_podium_cannot_whisper_the_preview_comes_in_private(
    api: SlackApi, at_work: Office
):
    ana = api.person("ana")
    api.fail("chat.postEphemeral", error="not_in_channel", times=9)
    await ana.type("/schedule quick topic: The sea")
    await form(ana, field="Post in")
    await ana.fill({"Or say when": "every Monday at 9"})
    await ana.submit()
    preview = await sees(ana, "Not saved yet.", button="Save", channel="")
    await ana.press(preview, "Save")
    await whispered(ana, "is saved.")


async def test_a_preview_that_takes_long_is_not_lost(
    api: SlackApi, at_work: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(forms, "_SUBMIT_S", 0.05)
    ana = api.person("ana")
    await ana.type("/schedule quick topic: The sea")
    await form(ana, field="Post in")
    slow = api.fail("chat.postEphemeral", hold=asyncio.Event())
    await ana.fill({"Or say when": "every Monday at 9"})
    await ana.submit()
    await ana.until(lambda p: p.modal and "One moment" in p.modal.text)
    assert slow.hold
    slow.hold.set()
    await whispered(ana, "Not saved yet.")
    await ana.until(lambda p: p.modal and "stands in the conversation" in p.modal.text)


async def test_in_the_talk_with_podium_it_stays_there_unless_a_channel_is_picked(
    api: SlackApi, at_work: Office
):
    ana = api.person("ana")
    await ana.type("/schedule quick topic: The sea", "")
    asked = await form(ana, field="Post in")
    assert held(asked)["Post in"] is None
    await ana.fill({"Or say when": "every Monday at 9"})
    await ana.submit()
    await ana.press(await whispered(ana, "Posts in a talk with Podium"), "Save")
    await ana.press(await whispered(ana, "is saved."), "Run now")
    await sees(ana, "Draft 1", button="Approve", channel="")
