"""Schedules in Discord: asked for in a form, looked at, saved, and changed where they stand."""

from collections.abc import Mapping
from pathlib import Path

from bot.agenda import unstarted_card
from bot.schedule.model import Fire
from tests.discord.house import Office, card, count, office, sees, told
from tests.discord.test_render import NOON
from tests.discord.test_ways_in import labels
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_limits import Fault
from tests.servers.discord_person import Person
from tests.servers.discord_things import EPHEMERAL, TEXT, Json

LISTED = ["Run now", "Pause", "Edit", "History", "Delete"]


async def filled_in(who: Person, given: Mapping[str, str]) -> None:
    """Fill in both pages of the open form."""
    left = dict(given)
    who.submit({one.label: left.pop(one.label) for one in who.fields if one.label in left})
    await next_page(who)
    who.submit(left)


async def next_page(who: Person) -> None:
    note = await sees(who, "is filled in.", button="Next")
    await who.answered(who.press(note, "Next"))


async def proposed(who: Person, when: str, **more: str) -> Json:
    """A schedule of the playbook quick, to be looked at before it is saved."""
    await who.answered(who.command(f"/schedule quick when: {when}"))
    await filled_in(who, {"Topic": "Tides", "Post in": "#general", **more})
    return await sees(who, "Not saved yet", button="Save")


async def scheduled(who: Person, when: str = "every Monday at 9", **more: str) -> Json:
    """It, once it is saved."""
    shown = await proposed(who, when, **more)
    who.press(shown, "Save")
    return await becomes(who, shown, "Pause")


async def becomes(who: Person, message: Json, button: str) -> Json:
    """The message as soon as it has that button."""

    def look() -> Json | None:
        return next(
            (m for m in who.sees() if m["id"] == message["id"] and button in labels(m)), None
        )

    return await who.world.until(look)


async def test_a_schedule_is_looked_at_by_its_maker_alone_and_saved_in_its_place(
    api: DiscordApi, at_work: Office
):
    ana, ben = at_work.ana(), api.person("Ben")
    api.world.channel(api.guild, "launches", TEXT)
    await ana.answered(ana.command("/schedule quick when: every Monday at 9"))
    fields = {one.label: one for one in ana.fields}
    assert fields["Topic"].about == "What it is about"
    assert fields["Or say when"].value == "every Monday at 9"
    ana.submit({"Topic": "Tides"})
    await next_page(ana)
    where = next(one for one in ana.fields if one.label == "Post in")
    assert (where.kind, where.value) == ("place", ana.channel.id)
    ana.submit({"Post in": "#launches"})
    shown = await sees(ana, "Every Monday at 09:00", "Posts in #launches", button="Save")
    assert shown["flags"] & EPHEMERAL
    assert labels(shown) == ["Save", "Change", "Options"]
    await ana.answered(ana.press(shown, "Save"))
    saved = await sees(ana, "Every Monday at 09:00", "Next: Monday", button="Pause")
    assert saved["id"] == shown["id"]
    assert labels(saved) == LISTED
    await sees(ana, "is saved.")
    assert count(ana, "Not saved yet") == count(ana, "is filled in.") == 0
    assert told(ben) == []


async def test_what_is_changed_before_it_is_saved_takes_the_place_of_what_it_was(at_work: Office):
    ana = at_work.ana()
    first = await proposed(ana, "every Monday at 9")
    await ana.answered(ana.press(first, "Options"))
    ana.submit({ana.fields[0].label: "Weekly tides"})
    second = await sees(ana, "Weekly tides", "Not saved yet", button="Save")
    assert second["id"] == first["id"]
    await ana.answered(ana.press(second, "Change"))
    await filled_in(ana, {"Or say when": "every second Friday at 16:30", "Ends": "3 times"})
    third = await sees(ana, "Every second Friday", "3 times", button="Save")
    ana.press(third, "Save")
    await sees(ana, "Weekly tides", "Every second Friday", button="Pause")
    assert count(ana, "is filled in.") == 0
    ana.press(second, "Save")  # of the terms before the change
    await sees(ana, "It was changed meanwhile")


async def test_a_time_that_is_not_understood_is_asked_for_again(at_work: Office):
    ana = at_work.ana()
    await ana.answered(ana.command("/schedule quick when: every blue moon"))
    await filled_in(ana, {"Topic": "Tides", "Post in": "#general"})
    wrong = await sees(ana, '"blue" is not understood', button="Open the form again")
    await ana.answered(ana.press(wrong, "Open the form again"))
    when = next(one for one in ana.fields if one.label == "Or say when")
    assert when.about.startswith('⚠ "blue" is not understood')
    await filled_in(ana, {"Or say when": "every day at 8", "Post in": "#general"})
    await sees(ana, "Every day at 08:00", button="Save")


async def test_a_listed_schedule_is_changed_where_it_stands(at_work: Office):
    ana = at_work.ana()
    await scheduled(ana)
    await scheduled(ana, "every day at 8")
    ana.command("/schedule list")
    await ana.world.until(lambda: len(told(ana)) == 2 * 2 + 3 or None)
    await sees(ana, "2 schedules")
    daily = await sees(ana, "Every day at 08:00", button="Pause")
    weekly = await sees(ana, "Every Monday at 09:00", button="Pause")
    for label, notice, button in (
        ("Pause", "is paused.", "Resume"),
        ("Resume", "goes on.", "Pause"),
        ("Delete", "is deleted.", "Undo"),
        ("Undo", "is back.", "Pause"),
    ):
        ana.press(weekly, label)
        await becomes(ana, weekly, button)
        await sees(ana, notice)
    assert len(told(ana)) == 2 * 2 + 3 + 4  # no more than a notice each
    assert labels(await sees(ana, "Every day at 08:00", button="Pause")) == LISTED
    ana.press(daily, "History")
    await sees(ana, "has not started yet.")


async def test_a_long_list_of_schedules_keeps_discords_limits(at_work: Office):
    ana, scheduling = at_work.ana(), at_work.house.reception.schedules
    assert scheduling
    await scheduled(ana)
    (one,) = await scheduling.seen(f"discord:global:{ana.id}")
    for n in range(19):
        more = one.model_copy(update={"id": f"s{n:016}", "version": 1})
        assert await scheduling.recurring.timetable.change(more)
    ana.command("/schedule list")
    await sees(ana, "20 schedules, 5 more are on the page")
    await ana.world.until(lambda: count(ana, "Every Monday at 09:00") == 16 or None)


async def test_a_schedule_is_made_of_a_playbook_that_is_picked(at_work: Office):
    ana = at_work.ana()
    ana.command("/schedule")
    menu = await sees(ana, "What should the team do again and again?")
    await ana.answered(ana.select(menu, "A playbook", ["quick"]))
    await filled_in(ana, {"Topic": "Tides", "How often": "every 6 hours", "Post in": "#general"})
    await sees(ana, "Every 6 hours", button="Save")


async def test_a_form_of_a_schedule_is_sent_after_a_restart(api: DiscordApi, tmp_path: Path):
    ana = api.person("Ana")
    async with office(api, tmp_path):
        saved = await scheduled(ana)
        await ana.answered(ana.press(saved, "Edit"))
        ana.close_form()
        await ana.answered(ana.press(saved, "Edit"))
    async with office(api, tmp_path):
        await filled_in(ana, {"Or say when": "every day at 8"})
        await sees(ana, "Every day at 08:00", button="Save")


async def test_in_a_talk_with_podium_a_schedule_posts_there(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    talk = api.world.conversation(ana.id)
    ana.say("schedule quick when: every Monday at 9 topic: Tides", where=talk)
    shown = await sees(ana, "Every Monday at 09:00", button="Save", where=talk)
    ana.press(shown, "Save")
    saved = await sees(ana, "Next: Monday", button="Pause", where=talk)
    assert saved["id"] == shown["id"]
    await ana.answered(ana.press(saved, "Edit"))
    assert "Post in" not in [one.label for one in ana.fields]
    ana.submit({"Or say when": "every day at 8"})
    changed = await sees(ana, "Every day at 08:00", button="Save", where=talk)
    ana.press(changed, "Save")
    await sees(ana, "Every day at 08:00", "Next:", button="Pause", where=talk)


async def test_a_schedule_whose_message_was_put_away_is_shown_in_the_talk_with_podium(
    api: DiscordApi, at_work: Office
):
    ana = at_work.ana()
    saved = await scheduled(ana)
    api.faults.append(Fault(about="PATCH /webhooks", status=404, code=10008))
    ana.press(saved, "Pause")
    talk = api.world.conversation(ana.id)
    await sees(ana, "is paused.", where=talk)
    await sees(ana, "Paused by", button="Resume", where=talk)


async def test_a_place_of_another_server_stays_as_it_is(api: DiscordApi, at_work: Office):
    ana, scheduling = at_work.ana(), at_work.house.reception.schedules
    assert scheduling
    saved = await scheduled(ana)
    other = api.world.guild("Elsewhere", ["reports"])
    (reports,) = [one for one in api.world.channels.values() if one.guild_id == other.id]
    (one,) = await scheduling.seen(f"discord:global:{ana.id}")
    terms = one.terms.model_copy(update={"place": f"discord:{other.id}:{reports.id}"})
    moved = one.model_copy(update={"terms": terms, "version": one.version + 1})
    assert await scheduling.recurring.timetable.change(moved)
    await ana.answered(ana.press(saved, "Edit"))
    assert "Post in" not in [one.label for one in ana.fields]
    ana.submit({"Or say when": "every day at 8"})
    await sees(ana, "Every day at 08:00", "Posts in #reports", button="Save")


async def test_a_run_of_a_schedule_stands_in_its_place(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    launches = api.world.channel(api.guild, "launches", TEXT)
    saved = await scheduled(ana, **{"Post in": "#launches"})
    ana.press(saved, "Run now")
    await sees(ana, "Draft 1", button="Approve")
    (thread,) = ana.threads
    assert thread.json["parent_id"] == launches.id
    assert card(ana, "Draft 1", where=ana.channel) is None


async def test_what_did_not_start_is_told_in_the_channel_and_stays_there(at_work: Office):
    ana, scheduling = at_work.ana(), at_work.house.reception.schedules
    assert scheduling
    await scheduled(ana)
    (one,) = await scheduling.seen(f"discord:global:{ana.id}")
    fire = Fire(schedule=one.id, due=NOON, at=NOON, outcome="failed", why="Its file is broken.")
    for _ in range(2):
        told_once = unstarted_card(one, [fire], "")
        await at_work.discord.chat.post(one.terms.place, told_once, fire.key)
    assert count(ana, "not started", "Its file is broken.") == 1
    shown = await sees(ana, "not started", button="History")
    assert labels(shown) == ["Run now", "History"]
    assert [one["id"] for one in shown["mentions"]] == [ana.id]
    ana.press(shown, "Run now")
    notice = await sees(ana, "starts now.")
    assert notice["flags"] & EPHEMERAL
    assert labels(await sees(ana, "not started")) == ["Run now", "History"]
