"""The list of schedules: when, whose, where to, how each stands, and what it costs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from adapters.web.address import playbook_path, run_path, schedule_path
from adapters.web.places import WORKSPACE, place_of
from adapters.web.prose import harmless
from adapters.web.render import ShownButton, name_of
from adapters.web.views.calendar import Facts
from adapters.web.views.runs_list import standing
from adapters.web.views.wording import counted
from bot.cards import Button
from bot.cards.run import money
from bot.policy import PODIUM
from bot.ports import Past
from bot.schedule.decide import UNDO
from bot.schedule.model import Mark, Schedule
from bot.schedule.words import MONTHS, WEEKDAYS, day_words, words

_NOT_STARTED = {"skipped": ("Skipped", "warn"), "failed": ("Did not start", "bad")}


@dataclass(frozen=True, kw_only=True)
class Known:
    """A schedule, what became of its latest time, and what it has spent in this month."""

    schedule: Schedule
    last: Past | None
    spent_usd: float
    buttons: Sequence[Button]


class ShownLast(TypedDict):
    """What became of the latest time; `path` leads to its run, and is empty where none is."""

    state: str
    tone: str
    why: str
    at: str
    path: str


class ShownFact(TypedDict):
    """`path` leads to what it names; `share` is how much of a budget is spent, up to 1."""

    label: str
    text: str
    path: str
    share: float | None


class ShownSchedule(TypedDict):
    """A schedule in the list; all is plain text, empty where there is nothing to say."""

    id: str
    path: str
    hue: int
    title: str
    state: str
    tone: str
    why: str
    rule: str
    next: str
    facts: list[ShownFact]
    last: ShownLast | None
    buttons: list[ShownButton]


def row(one: Known, facts: Facts, runs: int) -> ShownSchedule:
    """A schedule that starts so many runs in the next 30 days."""
    schedule = one.schedule
    state, tone, why = _state(schedule, facts)
    return ShownSchedule(
        id=schedule.id,
        path=schedule_path(schedule.id),
        hue=facts.hues.get(schedule.id, 0),
        title=harmless(schedule.terms.title),
        state=state,
        tone=tone,
        why=harmless(why),
        rule=_rule(schedule),
        next=_when(schedule.next_due, facts.zone) if schedule.next_due else "",
        facts=_facts(one, facts, runs),
        last=_last(one.last, facts) if one.last else None,
        buttons=[
            ShownButton(label=button.label, action=button.action, style=button.style)
            for button in one.buttons
        ],
    )


def summed(schedules: Sequence[Schedule]) -> str:
    """How many there are, and how many of them go on."""
    active = sum(one.state == "active" for one in schedules)
    rest = f", {active} active" if active < len(schedules) else ""
    return counted(len(schedules), "schedule") + rest


def _state(schedule: Schedule, facts: Facts) -> tuple[str, str, str]:
    """How a schedule stands, its tone, and why."""
    match schedule:
        case Schedule(deleted=Mark() as mark):
            until = _when(mark.at + UNDO, facts.zone)
            return f"Deleted{_by(mark, facts)}", "plain", f"It can be undone until {until}."
        case Schedule(paused=Mark() as mark):
            return f"Paused{_by(mark, facts)}", "warn", mark.why
        case Schedule(ended=Mark() as mark):
            return "Ended", "plain", mark.why
        case Schedule(held=datetime()):
            return "Waits", "warn", "It starts as soon as the last result is judged."
        case _:
            return "Active", "good", ""


def _by(mark: Mark, facts: Facts) -> str:
    return "" if mark.by == PODIUM else f" by {name_of(mark.by, facts.names)}"


def _rule(schedule: Schedule) -> str:
    terms = schedule.terms
    said = words(terms.rule, ZoneInfo(terms.zone))
    until = f", until {day_words(terms.until)}" if terms.until else ""
    left = f", {counted(schedule.left, 'run')} left" if schedule.left is not None else ""
    return f"{said[0].upper()}{said[1:]}, {terms.zone}{until}{left}"


def _when(moment: datetime, zone: ZoneInfo) -> str:
    at = moment.astimezone(zone)
    return f"{WEEKDAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]}, {at:%H:%M}"


def _facts(one: Known, facts: Facts, runs: int) -> list[ShownFact]:
    terms, owner = one.schedule.terms, name_of(one.schedule.owner, facts.names)
    usd = facts.costs.get(one.schedule.id)
    place = place_of(terms.place) if terms.place.startswith(f"{WORKSPACE}:") else None
    where = terms.place.partition(":")[0].title()
    if place:
        where = f"a thread of {place.channel}" if place.thread else place.channel
    found = [
        _fact("Owner", f"{owner}, who has left" if one.schedule.orphan else owner),
        _fact("Posts in", where, place.path if place else ""),
        _fact("Playbook", harmless(terms.playbook), playbook_path(terms.playbook)),
        _fact("A run costs", "not known yet" if usd is None else f"about {money(usd)}"),
    ]
    if usd is not None and one.schedule.state == "active":
        found.append(_fact("Next 30 days", f"{counted(runs, 'run')}, about {money(usd * runs)}"))
    if terms.month_usd:
        said = f"{money(one.spent_usd)} of {money(terms.month_usd)} spent"
        share = min(one.spent_usd / terms.month_usd, 1)
        found.append(ShownFact(label="This month", text=said, path="", share=share))
    return found


def _fact(label: str, text: str, path: str = "") -> ShownFact:
    return ShownFact(label=label, text=text, path=path, share=None)


def _last(past: Past, facts: Facts) -> ShownLast:
    fire = past.fire
    state, tone = _NOT_STARTED.get(fire.outcome) or ("Starts", "work")
    if past.run:
        state, tone = standing(past.run)
    by = "" if fire.by == PODIUM else f"Run now by {name_of(fire.by, facts.names)}."
    return ShownLast(
        state=state,
        tone=tone,
        why=harmless(fire.why or by),
        at=_when(fire.due, facts.zone),
        path=run_path(past.run.run) if past.run else "",
    )
