"""The calendar: what will start in the next four weeks, with owners and costs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict
from zoneinfo import ZoneInfo

from adapters.web.address import schedule_path
from adapters.web.prose import harmless
from adapters.web.render import name_of
from adapters.web.views.ahead import DAY, FEW, Ahead, Line
from adapters.web.views.hues import COLOURS
from adapters.web.views.wording import counted
from bot.calendar import Calendar
from bot.cards.run import money
from bot.schedule.rule import Interval, Rule
from bot.schedule.words import MONTHS, WEEKDAYS, words

_DAYS = 28
_WEEK = 7
_WHOLE = 300
"""Lines of a day that is looked at by itself."""


class ShownLine(TypedDict):
    """A start, or `many` of one schedule; all is plain text, empty where nothing is known."""

    schedule: str
    path: str
    time: str
    many: str
    title: str
    owner: str
    cost: str
    hue: int


class ShownDay(TypedDict):
    """`there` says whether it is one of the four weeks, `more` how many starts have no line."""

    date: str
    path: str
    name: str
    short: str
    today: bool
    free: bool
    there: bool
    lines: list[ShownLine]
    more: str
    sum: str


class ShownWeek(TypedDict):
    name: str
    days: list[ShownDay]
    runs: str
    cost: str


class ShownCalendar(TypedDict):
    """`whole` is the day that is looked at by itself, where one is."""

    heads: list[str]
    weeks: list[ShownWeek]
    sum: str
    zone: str
    whole: ShownDay | None


def hue(place: int) -> int:
    """The number of the colour of the schedule that stands at a place of the list."""
    return place % COLOURS + 1


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known beside the times: `costs` of a run in US dollars, by schedule, where known."""

    team: Calendar
    zone: ZoneInfo
    costs: Mapping[str, float]
    hues: Mapping[str, int]
    names: Mapping[str, str]


def calendar(found: Ahead, facts: Facts, whole: date | None = None) -> ShownCalendar:
    """Four weeks from today, in rows that begin as the team's weeks do."""
    first = _first_weekday(facts.team)
    last = found.today + (_DAYS - 1) * DAY
    start = found.today - (found.today.weekday() - first) % _WEEK * DAY
    starts = [start + n * DAY for n in range(0, (last - start).days + 1, _WEEK)]
    return ShownCalendar(
        heads=[WEEKDAYS[(first + n) % _WEEK][:3] for n in range(_WEEK)],
        weeks=[_week(start, found, facts) for start in starts],
        sum=_sum(found.of(found.today, _DAYS), facts),
        zone=facts.zone.key,
        whole=_day(whole, found, facts, _WHOLE) if whole and _is_there(whole, found) else None,
    )


def _first_weekday(team: Calendar) -> int:
    """The first day after the weekend; Monday, where there is none."""
    days = range(_WEEK)
    return next((n for n in days if n not in team.weekend and (n - 1) % _WEEK in team.weekend), 0)


def _week(start: date, found: Ahead, facts: Facts) -> ShownWeek:
    days = [start + n * DAY for n in range(_WEEK)]
    lines = [line for day in days for line in _lines(day, found)]
    return ShownWeek(
        name=f"Week of {_named(start)}",
        days=[_day(day, found, facts, FEW) for day in days],
        runs=counted(_number(lines), "run"),
        cost=cost(lines, facts.costs),
    )


def _lines(day: date, found: Ahead) -> Sequence[Line]:
    return found.of(day) if _is_there(day, found) else ()


def _is_there(day: date, found: Ahead) -> bool:
    return found.today <= day < found.today + _DAYS * DAY


def _day(day: date, found: Ahead, facts: Facts, most: int) -> ShownDay:
    lines = _lines(day, found)
    kept = lines if len(lines) <= most else lines[: most - 1]
    more = _number(lines[len(kept) :])
    names_month = day.day == 1 or day == found.today
    return ShownDay(
        date=day.isoformat(),
        path=f"/schedules?day={day.isoformat()}",
        name=f"{WEEKDAYS[day.weekday()]} {_named(day)}",
        short=f"{day.day} {MONTHS[day.month - 1][:3]}" if names_month else str(day.day),
        today=day == found.today,
        free=not facts.team.is_working(day),
        there=_is_there(day, found),
        lines=[_line(line, facts) for line in kept],
        more=f"and {more:,} more" if more else "",
        sum=_sum(lines, facts),
    )


def _line(line: Line, facts: Facts) -> ShownLine:
    schedule, at = line.schedule, f"{line.at:%H:%M}"
    return ShownLine(
        schedule=schedule.id,
        path=schedule_path(schedule.id),
        time=at if line.number == 1 else _often(schedule.terms.rule, facts.zone) or f"from {at}",
        many=f"{line.number:,} times" if line.number > 1 else "",
        title=harmless(schedule.terms.title),
        owner=name_of(schedule.owner, facts.names),
        cost=cost([line], facts.costs) if schedule.id in facts.costs else "",
        hue=facts.hues.get(schedule.id, 0),
    )


def _often(rule: Rule, zone: ZoneInfo) -> str:
    return words(rule, zone).partition(" from ")[0] if isinstance(rule, Interval) else ""


def _named(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def _number(lines: Sequence[Line]) -> int:
    return sum(line.number for line in lines)


def _sum(lines: Sequence[Line], facts: Facts) -> str:
    runs = counted(_number(lines), "run")
    return f"{runs}, {cost(lines, facts.costs)}" if lines else runs


def cost(lines: Sequence[Line], costs: Mapping[str, float]) -> str:
    """What the starts will cost at the going rate; "or more" where not all of it is known."""
    known = [costs[line.schedule.id] * line.number for line in lines if line.schedule.id in costs]
    if not known:
        return "cost not known yet" if lines else ""
    return f"about {money(sum(known))}" + (" or more" if len(known) < len(lines) else "")
