"""What will fire: for a calendar of the next weeks, and in words before a schedule is saved."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from bot.calendar import Calendar
from bot.schedule.model import Schedule, Terms
from bot.schedule.words import span_words, time_words


@dataclass(frozen=True)
class Coming:
    due: datetime
    schedule: Schedule


def coming(
    schedules: Iterable[Schedule], calendar: Calendar, start: datetime, until: datetime
) -> Iterator[Coming]:
    """The fires of active schedules after `start` up to `until`, in order, found as they are taken.

    One every minute makes 40,000 in four weeks: take no more than can be shown.
    """
    active = (schedule for schedule in schedules if schedule.state == "active")
    return heapq.merge(
        *(_coming(one, calendar, start, until) for one in active), key=lambda fire: fire.due
    )


def _coming(
    schedule: Schedule, calendar: Calendar, start: datetime, until: datetime
) -> Iterator[Coming]:
    moments = islice(schedule.terms.moments(calendar, start), schedule.left)
    return (Coming(due, schedule) for due in takewhile(lambda due: due <= until, moments))


def next_five(
    terms: Terms, reader: ZoneInfo, calendar: Calendar, after: datetime
) -> tuple[tuple[str, datetime], ...]:
    """The next times, at most five, also in words: on the schedule's clocks and on the reader's.

    Each says which clocks were changed since the one before it.
    """
    zone = ZoneInfo(terms.zone)
    moments = [after, *islice(terms.moments(calendar, after), min(5, terms.times or 5))]
    zones = dict.fromkeys((zone, reader))
    return tuple(
        (_told(moment, zone, reader) + "".join(_shift(of, before, moment) for of in zones), moment)
        for before, moment in pairwise(moments)
    )


def _told(moment: datetime, zone: ZoneInfo, reader: ZoneInfo) -> str:
    there, here = moment.astimezone(zone), moment.astimezone(reader)
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return time_words(there)
    own = f"{here:%H:%M}" if there.date() == here.date() else time_words(here)
    return f"{time_words(there)} in {zone.key} ({own} for you)"


def _shift(zone: ZoneInfo, before: datetime, after: datetime) -> str:
    offsets = [moment.astimezone(zone).utcoffset() or timedelta() for moment in (before, after)]
    shift = offsets[1] - offsets[0]
    if not shift:
        return ""
    way = "forward" if shift > timedelta() else "back"
    return f"; by then the clocks in {zone.key} have gone {way} by {span_words(abs(shift))}"
