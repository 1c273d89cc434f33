"""How often schedules are due, counted without finding every time."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import assert_never
from zoneinfo import ZoneInfo

from cronsim import CronSim

from bot.calendar import Calendar
from bot.schedule.model import Terms
from bot.schedule.rule import Cron, Days, Interval, Rule

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def most_a_day(rule: Rule) -> int:
    """How often a rule is due on one day at the most."""
    match rule:
        case Days(at=at):
            return len(at)
        case Interval(minutes=minutes):
            return -(-_DAY // (minutes * _MINUTE))
        case Cron():
            return len(_clock(*rule.fields[:2]))
        case _:
            assert_never(rule)


def times(terms: Terms, calendar: Calendar, after: datetime, until: datetime) -> int:
    """How often it is due after a time and up to another."""
    zone = ZoneInfo(terms.zone)
    if terms.until:
        end = datetime.combine(terms.until, time.max, zone)
        until = max(min(until, end), after)
    match terms.rule:
        case Interval(minutes=minutes, since=since):
            first, last = (max((at - since) // (minutes * _MINUTE) + 1, 0) for at in (after, until))
            return last - first
        case Cron() if after.astimezone(zone).utcoffset() == until.astimezone(zone).utcoffset():
            walls = (at.astimezone(zone).replace(tzinfo=None) for at in (after, until))
            return _on_clock(terms.rule, *walls)
        case _:
            return sum(1 for _ in takewhile(lambda at: at <= until, terms.moments(calendar, after)))


def _on_clock(rule: Cron, after: datetime, until: datetime) -> int:
    """How often, on clocks that are not changed meanwhile."""
    clock = _clock(*rule.fields[:2])
    before = after.replace(hour=0, minute=0, second=0, microsecond=0) - _MINUTE
    days = CronSim(" ".join(("0", "0", *rule.fields[2:])), before)
    return sum(
        bisect_right(clock, until - day) - bisect_right(clock, after - day)
        for day in takewhile(lambda day: day <= until, days)
    )


@lru_cache
def _clock(minute: str, hour: str) -> Sequence[timedelta]:
    """When these fields of a cron are due on a day, from midnight."""
    found = CronSim(f"{minute} {hour} * * *", datetime.combine(date.min, time()))
    return sorted(timedelta(hours=h, minutes=m) for h in found.hours for m in found.minutes)
