"""What people type, press and fill in about schedules, and what they see at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from bot.cards import Reply
from bot.schedule.rule import Days
from tests.core.planner import PLACE, REPORT, Planner, berlin, planner
from tests.run.director import ANA, BO, EVE
from tests.run.sketch import form_sketch, sketch

WEEKLY = "report team: Acme when: every Monday at 09:00"
NEW = "schedule:new:report"


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[Planner]:
    async with planner(tmp_path) as made:
        yield made


def errors(reply: Reply) -> dict[str, str]:
    assert reply.form
    return {field.name: field.error for field in reply.form.fields if field.error}


async def kept(book: Planner) -> int:
    return len(await book.database.timetable.all(book.now))


async def test_a_schedule_is_picked_filled_in_looked_at_and_saved(book: Planner) -> None:
    picked = await book.type("/schedule")
    assert picked.form
    form = (await book.fill(picked.form.action, {"playbook": "report: A report."})).form
    assert form
    assert form_sketch(form) == snapshot(
        """\
== Schedule (schedule:new:report)
A report.
Team (text)
Parts (choice) = all
How often (choice)
Or say when (text)
Time zone (text) = Europe/Berlin
Post in (where) = web:w:general
Ends (text)
[Look at it]\
"""
    )
    often = {"_often": "every Monday at 09:00", "_zone": "Europe/Berlin", "_ends": "3 times"}
    shown = await book.fill(form.action, {"team": "Acme", "_where": PLACE, **often})
    [card] = shown.cards
    assert sketch(card).splitlines()[1:] == snapshot(
        [
            "Not saved yet. Every Monday at 09:00 (Europe/Berlin), 3 times.",
            "Posts in web:w:general",
            "report with:",
            "| - Team: Acme",
            "It starts next:",
            "- Monday 9 November 2026, 09:00",
            "- Monday 16 November 2026, 09:00",
            "- Monday 23 November 2026, 09:00",
            "A missed time starts if it is at most 2 hours late. "
            "While the last result waits to be judged, times are skipped.",
            "[Save] [Change] [Options]",
        ]
    )
    assert await kept(book) == 0
    saved = await book.button(shown, "Save")
    assert saved.notice == '"Report: Acme" is saved.'
    assert "Next: Monday 9 November 2026, 09:00 (Europe/Berlin)." in sketch(*saved.cards)
    assert (await book.button(shown, "Save")).notice == '"Report: Acme" is saved already.'


async def test_times_are_shown_on_both_clocks_and_across_a_change_of_them(book: Planner) -> None:
    book.now = berlin("2026-10-22T12:00")
    book.people.zones[ANA] = "America/New_York"
    shown = await book.type(f"/schedule {WEEKLY} zone: Europe/Berlin")
    assert sketch(*shown.cards).splitlines()[6:9] == snapshot(
        [
            "- Monday 26 October 2026, 09:00 in Europe/Berlin (04:00 for you); "
            "by then the clocks in Europe/Berlin have gone back by 1 hour",
            "- Monday 2 November 2026, 09:00 in Europe/Berlin (03:00 for you); "
            "by then the clocks in America/New_York have gone back by 1 hour",
            "- Monday 9 November 2026, 09:00 in Europe/Berlin (03:00 for you)",
        ]
    )


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"_when": "every 30 February at 9:00"}, "_when", "impossible date"),
        ({"_when": "every 30 seconds"}, "_when", "once a minute at most"),
        ({"_when": "cron: 0 9 * * 1"}, "_when", "name the days of the week"),
        ({"_when": "every blue moon"}, "_when", 'write, for example, "every'),
        ({"_when": ""}, "_when", 'Say when, as in "every weekday at 09:00".'),
        ({"_zone": "Mars/Base"}, "_zone", 'no time zone "Mars/Base"'),
        ({"_ends": "some day"}, "_ends", "write a day such as 2026-12-31, or 10 times"),
        ({"_ends": "2026-10-01"}, "_ends", "write a later day"),
        ({"_ends": "0 times"}, "_ends", "at least once"),
        ({"team": ""}, "team", "This is needed."),
        ({"parts": "some"}, "parts", "all, none"),
        ({"_where": "web:w:closed"}, "_where", "cannot post there"),
        ({"_where": "slack:T:C"}, "_where", "slack is not connected"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_is_wrong_is_said_at_its_field_before_anything_is_kept(
    book: Planner, wrong: dict[str, str], field: str, said: str
) -> None:
    book.chat.closed.add("web:w:closed")
    right = {"team": "Acme", "_when": "every Monday at 9:00", "_zone": "UTC", "_where": PLACE}
    reply = await book.fill(NEW, {**right, **wrong})
    assert list(errors(reply)) == [field]
    assert said in errors(reply)[field]
    assert await kept(book) == 0


async def test_a_day_that_is_today_is_the_day_of_each_run(book: Planner) -> None:
    dated = REPORT.replace("inputs:", "inputs:\n  until: {type: date, default: today}")
    book.write("dated.yaml", dated)
    form = (await book.type("/schedule dated team: Acme")).form
    assert form
    assert "Until (text) = today" in form_sketch(form)
    values = {field.name: field.value for field in form.fields}
    shown = await book.fill(form.action, {**values, "_when": "every Monday at 9:00"})
    await book.button(shown, "Save")
    (schedule,) = await book.database.timetable.all(book.now)
    await book.tick(days=7)
    (past,) = await book.past(schedule)
    assert (await book.desk.load(past.fire.run)).brief.inputs["until"] == "2026-11-09"
    form = (await book.type("/schedule edit acme")).form
    assert form
    assert "Until (text) = today" in form_sketch(form)


async def test_what_never_starts_is_refused(book: Planner) -> None:
    line = "/schedule report team: Acme when: on 29 February at 09:00 ends: 2027-12-31"
    assert "would never start" in (await book.type(line)).notice
    assert 'no playbook "reprot"; did you mean' in (await book.type("/schedule reprot")).notice


async def test_options_are_shown_in_words_before_they_hold(book: Planner) -> None:
    shown = await book.type(f"/schedule {WEEKLY}")
    form = (await book.button(shown, "Options")).form
    assert form
    values = {
        "called": "Acme's week",
        "missed_times": "Start only the latest of them",
        "while_waiting": "Wait until it is judged",
        "dollars_a_month": "5",
    }
    wrong = await book.fill(form.action, {**values, "dollars_a_month": "-1"})
    assert errors(wrong) == {"dollars_a_month": "At least 0.01 is expected."}
    again = await book.fill(form.action, values)
    assert "Of missed times only the latest starts." in sketch(*again.cards)
    assert "the next waits too. At most $5.00 a month." in sketch(*again.cards)
    stale = await book.button(shown, "Save")
    assert stale.notice == "It was changed meanwhile: look at it again, then save it."
    saved = await book.button(again, "Save")
    assert saved.notice == '"Acme\'s week" is saved.'


async def test_an_edit_holds_once_it_is_saved(book: Planner) -> None:
    schedule = await book.made(WEEKLY)
    form = (await book.type("/schedule edit acme")).form
    assert form
    values = {field.name: field.value for field in form.fields}
    assert values["_often"] == "every Monday at 09:00"
    shown = await book.fill(form.action, {**values, "_when": "every Friday at 10:00"})
    assert (await book.get(schedule)).terms.rule == schedule.terms.rule
    await book.button(shown, "Save")
    rule = (await book.get(schedule)).terms.rule
    assert isinstance(rule, Days)
    assert rule.weekdays == (4,)


async def test_what_somebody_did_not_save_is_not_in_the_next_ones_edit(book: Planner) -> None:
    schedule = await book.made(WEEKLY)
    form = (await book.type("/schedule edit acme")).form
    assert form
    values = {field.name: field.value for field in form.fields}
    shown = await book.fill(form.action, {**values, "team": "Wrong"})
    changed = (await book.button(shown, "Change")).form
    again = (await book.press(f"schedule:edit:{schedule.id}")).form
    assert changed
    assert again
    assert [one.fields[0].value for one in (changed, again)] == ["Wrong", "Acme"]
    assert (await book.button(shown, "Save")).notice.startswith("It was changed meanwhile")


async def test_a_schedule_rests_goes_on_and_comes_back_from_deletion(book: Planner) -> None:
    schedule = await book.made(WEEKLY)
    paused = await book.type("/schedule pause Report: Acme")
    assert "Paused by ana." in sketch(*paused.cards)
    assert (await book.type("/schedule resume acme")).notice == '"Report: Acme" goes on.'
    deleted = await book.type("/schedule delete acme")
    assert deleted.notice == '"Report: Acme" is deleted. For a day that can be undone.'
    listed = await book.type("/schedule list")
    assert sketch(*listed.cards).endswith("[Undo]")
    assert (await book.button(listed, "Undo")).notice == '"Report: Acme" is back.'
    assert (await book.get(schedule)).state == "active"
    await book.type("/schedule delete acme")
    book.now += timedelta(days=1, minutes=1)
    assert (await book.type("/schedule list")).notice.startswith("Nothing is scheduled yet.")
    late = await book.press(f"schedule:undo:{schedule.id}")
    assert late.notice == '"Report: Acme" was deleted more than a day ago; make it anew.'


async def test_only_its_owner_may_change_one_and_only_those_who_may_read_see_it(
    book: Planner,
) -> None:
    schedule = await book.made(WEEKLY)
    for verb in ("pause", "run", "edit", "options", "delete"):
        refused = await book.press(f"schedule:{verb}:{schedule.id}", EVE)
        assert refused.notice.startswith('Only ana may change "Report: Acme".')
    listed = await book.type("/schedule list", EVE)
    assert "[Run now]" not in sketch(*listed.cards)
    book.chat.closed.add(PLACE)
    assert (await book.type("/schedule list", EVE)).notice.startswith("Nothing is scheduled")
    hidden = await book.press(f"schedule:history:{schedule.id}", EVE)
    assert hidden.notice == "This schedule is not there any more; see /schedule list."
    assert (await book.type("/schedule list", ANA)).notice == "1 schedule"


async def test_a_name_that_fits_several_asks_which(book: Planner) -> None:
    nothing = await book.type("/schedule pause thing")
    assert nothing.notice == "Nothing is scheduled yet. Make one with /schedule."
    await book.made(WEEKLY)
    await book.made("report team: Acme two when: every day at 10:00")
    which = await book.type("/schedule pause report")
    assert which.notice == '2 schedules fit "report": press Pause here.'
    assert len(which.cards) == 2
    none = await book.type("/schedule run thing")
    assert none.notice == 'No schedule is called "thing": press Run now here.'
    others = await book.type("/schedule run thing", EVE)
    assert others.notice == 'No schedule is called "thing".'


async def test_the_same_delivery_makes_one_schedule(book: Planner) -> None:
    first = await book.type(f"/schedule {WEEKLY}", delivery="d1")
    again = await book.type(f"/schedule {WEEKLY}", delivery="d1")
    assert first.cards == again.cards


async def test_what_was_never_saved_is_forgotten_after_a_day(book: Planner) -> None:
    shown = await book.type(f"/schedule {WEEKLY}")
    await book.tick(hours=23)
    assert (await book.button(shown, "Options")).form
    await book.tick(hours=2)
    gone = await book.button(shown, "Save")
    assert gone.notice == "This schedule is not there any more; see /schedule list."


async def test_a_reader_whose_zone_nobody_knows_goes_by_their_last_schedule(
    book: Planner,
) -> None:
    book.people.zones[BO] = ""
    first = await book.type("/schedule report", BO)
    assert first.form
    assert "Time zone (text) = UTC" in form_sketch(first.form)
    await book.made(f"{WEEKLY} zone: Asia/Tokyo", BO)
    again = await book.type("/schedule report", BO)
    assert again.form
    assert "Time zone (text) = Asia/Tokyo" in form_sketch(again.form)


async def test_an_edit_leaves_a_schedule_in_its_thread(book: Planner) -> None:
    line = f"/schedule {WEEKLY}"
    shown = await book.reception.typed(line, who=ANA, place=f"{PLACE}:t1")
    await book.button(shown, "Save")
    form = (await book.type("/schedule edit acme")).form
    assert form
    values = {field.name: field.value for field in form.fields}
    again = await book.fill(form.action, {**values, "_where": PLACE, "team": "Bo"})
    assert f"Posts in {PLACE}:t1" in sketch(*again.cards)
