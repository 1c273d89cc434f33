"""What will start in the next weeks, day by day on its reader's clock. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar import Calendar
from bot.schedule.coming import coming
from bot.schedule.model import Schedule
from bot.schedule.often import most_a_day, times

MONTH = 30
"""Days that are looked ahead."""
FEW = 4
"""What starts more often on a day stands in one line there."""
DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What of a schedule stands in one line of a day: one start, or all of that day."""

    schedule: Schedule
    at: datetime
    number: int = 1


@dataclass(frozen=True)
class Ahead:
    """The lines of each day from today on, in order."""

    today: date
    lines: Mapping[date, Sequence[Line]]

    def of(self, first: date, days: int = 1) -> list[Line]:
        """The lines of so many days."""
        return [line for n in range(days) for line in self.lines.get(first + n * DAY, ())]

    def numbers(self) -> Mapping[str, int]:
        """How often each schedule starts within the month."""
        numbers = Counter[str]()
        for line in self.of(self.today, MONTH):
            numbers[line.schedule.id] += line.number
        return numbers


def ahead(schedules: Sequence[Schedule], team: Calendar, zone: ZoneInfo, now: datetime) -> Ahead:
    """What starts after now, within a month of days on the clock of a zone."""
    today = now.astimezone(zone).date()
    often = [one for one in schedules if most_a_day(one.terms.rule) > FEW]
    seldom = [one for one in schedules if most_a_day(one.terms.rule) <= FEW]
    days = defaultdict[date, list[Line]](list)
    for fire in coming(seldom, team, now, _end(today + (MONTH - 1) * DAY, zone)):
        at = fire.due.astimezone(zone)
        days[at.date()].append(Line(schedule=fire.schedule, at=at))
    for one in often:
        for line in _daily(one, team, zone, now):
            days[line.at.date()].append(line)
    return Ahead(today, {day: sorted(some, key=lambda line: line.at) for day, some in days.items()})


def _daily(schedule: Schedule, team: Calendar, zone: ZoneInfo, now: datetime) -> Iterator[Line]:
    """One line for each day, without finding each time."""
    if schedule.state != "active":
        return
    left, after, today = schedule.left, now, now.astimezone(zone).date()
    for n in range(MONTH):
        until = _end(today + n * DAY, zone)
        number = times(schedule.terms, team, after, until)
        number = number if left is None else min(number, left)
        if number:
            first = next(schedule.terms.moments(team, after))
            yield Line(schedule=schedule, at=first.astimezone(zone), number=number)
        left = None if left is None else left - number
        after = until


def _end(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day + DAY, time(), zone) - _TICK
