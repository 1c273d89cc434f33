"""Agenda: schedules as people see them: in lists, before they are saved, and what came of them.

Pure.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.cards import Button, Card, Prose, Spot, Table, Times, Tone, Words
from bot.cards.run import money
from bot.cards.steps import plain
from bot.playbook.templates import text
from bot.policy import PODIUM, called
from bot.ports import Past
from bot.schedule.model import Fire, Mark, Schedule, Terms
from bot.schedule.words import day_words, there_words, time_words, words

_SHOWN = 200  # characters of an input
_NAMED = 3
"""Times that are named one by one."""


def unstarted_card(schedule: Schedule, fires: Sequence[Fire], waiting: str) -> Card:
    """Why these fires started nothing; `waiting` is the message of a result that is not judged.

    Who made it is called only where something failed.
    """
    failed = any(fire.outcome == "failed" for fire in fires)
    zone = ZoneInfo(schedule.terms.zone)
    grouped = [(why, list(some)) for why, some in groupby(fires, key=lambda fire: fire.why)]
    lines = [_line(some, why, zone) for why, some in grouped]
    if len(lines) > _NAMED:
        lines = [_line(fires, f"the last because: {fires[-1].why}", zone)]
    return Card(
        key=f"unstarted-{fires[-1].key}",
        title=f"{schedule.terms.title} · not started",
        blocks=tuple(map(Words, lines)),
        buttons=(button("Run now", "run", schedule), button("History", "history", schedule)),
        tone="bad" if failed else "warn",
        mentions=(schedule.owner,) if failed else (),
        thread=waiting,
    )


def told_card(schedule: Schedule) -> Card:
    """What its owner is told of what the schedule has come to."""
    buttons = [button("History", "history", schedule)]
    if schedule.state == "paused" and not schedule.orphan:
        buttons.insert(0, button("Resume", "resume", schedule))
    return Card(
        key=f"told-{schedule.id}-{schedule.version}",
        title=schedule.terms.title,
        blocks=(Words(schedule.untold),),
        buttons=tuple(buttons),
        tone="warn",
    )


def button(label: str, verb: str, schedule: Schedule) -> Button:
    """A button that does something to a schedule."""
    return Button(label=label, action=f"schedule:{verb}:{schedule.id}")


def _line(fires: Sequence[Fire], why: str, zone: ZoneInfo) -> str:
    times = [time_words(fire.due.astimezone(zone)) for fire in fires]
    if len(times) > _NAMED:
        return f"{len(times)} times from {times[0]} to {times[-1]}: {why}"
    return f"{'; '.join(times)}: {why}"


def preview_card(schedule: Schedule, times: tuple[tuple[str, datetime], ...], options: str) -> Card:
    """A schedule as it would be, before it is saved."""
    terms = schedule.proposed or schedule.terms
    return Card(
        key=f"preview-{schedule.id}-{schedule.shown}",
        title=terms.title,
        blocks=(
            Words(f"Not saved yet. {_rule(terms)}"),
            Spot("Posts in", terms.place),
            *_given(terms),
            Times("It starts next:", times),
            Words(options),
        ),
        buttons=(
            Button(
                label="Save",
                action=f"schedule:save:{schedule.id}:{schedule.shown}",
                style="primary",
            ),
            button("Change", "change", schedule),
            button("Options", "options", schedule),
        ),
    )


def schedule_card(
    schedule: Schedule,
    reader: ZoneInfo,
    *,
    owner: str,
    expected: float | None,
    past: Sequence[Past],
    may_change: bool,
) -> Card:
    """A schedule in a list; `expected` is what a run of it costs, in US dollars."""
    terms = schedule.terms
    state, tone = _state(schedule, reader)
    parts = [f"Owned by {owner}", *_costs(terms, expected), *_last(past, reader)]
    return Card(
        key=f"schedule-{schedule.id}",
        title=terms.title,
        blocks=(
            Words(_rule(terms)),
            Words(state, tone),
            Spot("Posts in", terms.place),
            Words(" · ".join(parts)),
        ),
        buttons=buttons(schedule, may_change=may_change),
        tone=tone,
    )


def deleted_card(schedule: Schedule, *, may_change: bool) -> Card:
    """A deleted schedule, as long as that can be undone."""
    return Card(
        key=f"schedule-{schedule.id}",
        title=f"{schedule.terms.title} · deleted",
        blocks=(Words("For a day after it was deleted it can be brought back."),),
        buttons=buttons(schedule, may_change=may_change),
    )


def history_card(schedule: Schedule, past: Sequence[Past], reader: ZoneInfo) -> Card:
    """What became of its latest times."""
    rows = tuple(_row(one, reader) for one in past)
    return Card(
        key=f"history-{schedule.id}",
        title=f"{schedule.terms.title} · history",
        blocks=(
            Words(f"Times in {reader.key}."),
            Table(("Time", "What became of it", "Cost"), rows),
        ),
    )


def buttons(schedule: Schedule, *, may_change: bool) -> tuple[Button, ...]:
    """Those of a schedule in a list that a person may press."""
    if schedule.state == "deleted":
        return (button("Undo", "undo", schedule),) if may_change else ()
    if not may_change:
        return (button("History", "history", schedule),)
    rests = schedule.state == "paused"
    goes_on = button("Resume", "resume", schedule) if rests else button("Pause", "pause", schedule)
    return (
        button("Run now", "run", schedule),
        *((goes_on,) if schedule.state != "ended" else ()),
        button("Edit", "edit", schedule),
        button("History", "history", schedule),
        replace(button("Delete", "delete", schedule), style="danger"),
    )


def _given(terms: Terms) -> tuple[Prose, ...]:
    """What each of its runs is given, shortened."""
    files = {name: ", ".join(one.name for one in some) for name, some in terms.documents.items()}
    said = {name: " ".join(text(value).split()) for name, value in terms.inputs.items()} | files
    lines = [f"- {plain(name)}: {one[:_SHOWN]}" for name, one in said.items() if one]
    return (Prose("\n".join(lines), label=f"{terms.playbook} with"),) if lines else ()


def _rule(terms: Terms) -> str:
    said = words(terms.rule, ZoneInfo(terms.zone))
    ends = f", until {day_words(terms.until)}" if terms.until else ""
    ends = f", {terms.times} times" if terms.times else ends
    return f"{said[0].upper()}{said[1:]} ({terms.zone}){ends}."


def _state(schedule: Schedule, reader: ZoneInfo) -> tuple[str, Tone]:
    match schedule.state:
        case "paused" if schedule.paused:
            return _paused(schedule.paused), "warn"
        case "ended" if schedule.ended:
            return schedule.ended.why, "plain"
        case _ if schedule.held:
            return "Waits until the last result is judged.", "warn"
        case _ if schedule.next_due:
            return f"Next: {there_words(schedule.next_due, reader)}.", "plain"
        case _:
            return "Not saved yet.", "warn"


def _paused(mark: Mark) -> str:
    by = "" if mark.by == PODIUM else f" by {called(mark.by)}"
    return f"Paused{by}. {mark.why[:1].upper()}{mark.why[1:]}".strip()


def _costs(terms: Terms, expected: float | None) -> list[str]:
    cost = [
        "what a run costs is not known yet"
        if expected is None
        else f"about {money(expected)} a run"
    ]
    return cost + ([f"at most {money(terms.month_usd)} a month"] if terms.month_usd else [])


def _last(past: Sequence[Past], reader: ZoneInfo) -> list[str]:
    return [
        f"last: {_became(one).partition(':')[0]}, {time_words(one.fire.due.astimezone(reader))}"
        for one in past[:1]
    ]


def _row(past: Past, reader: ZoneInfo) -> tuple[str, ...]:
    cost = money(past.run.spent_usd) if past.run else ""
    return (time_words(past.fire.due.astimezone(reader)), _became(past), cost)


def _became(past: Past) -> str:
    """What became of a due time, in a few words."""
    if past.fire.outcome != "started":
        return f"{past.fire.outcome}: {past.fire.why}"
    by = "" if past.fire.by == PODIUM else f" (run now by {called(past.fire.by)})"
    if past.run is None:
        return f"about to start{by}"
    told = {"working": "at work", "waiting": "waits for people", "ended": past.run.outcome}
    return f"{told[past.run.status]}{by}"
