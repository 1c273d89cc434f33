"""Rules that say when something is due. They are stored, and stay readable for ever."""

import heapq
import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count, groupby
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from bot.calendar import Calendar
from bot.playbook.model import Frozen

IMPOSSIBLE = "an impossible date, which no year has; name another"

_CRON_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_CRON_DAY = "|".join(_CRON_DAYS)
_CRON_TERM = re.compile(rf"\*|({_CRON_DAY})(?:-({_CRON_DAY})|#[1-5]|(L))?", re.IGNORECASE)
_CRON_FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
_MONTHS_AHEAD = 12 * 50  # 29 February falls on a given weekday every 40 years at the rarest
_MINUTE = timedelta(minutes=1)
_PAST = date(2000, 1, 1)
_SOME_DAY = datetime.combine(_PAST, time())
_LONGEST_REPEAT = timedelta(hours=3)  # clocks go back by two hours at most (Antarctica/Troll)


def _in_order(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))


def _whole_minutes(times: tuple[time, ...]) -> tuple[time, ...]:
    if any(at.second or at.microsecond or at.tzinfo for at in times):
        raise ValueError("a time on the clock has hours and minutes only")
    return tuple(sorted(set(times)))


_N = TypeVar("_N", bound=int)
Numbers = Annotated[tuple[_N, ...], AfterValidator(_in_order)]


class Days(Frozen):
    """Some days, at times on the clock there.

    Days of the calendar, or those of them `among` which it looks, on any or these weekdays; each of
    them or the `nth` of each month (1 is the first, -1 the last), for several weekdays the nth of
    each. `every` counts weeks, which begin on Monday, or days, from the one of `since`, before
    which nothing is due. `not_free` leaves out what is no working day in the end.
    """

    kind: Literal["days"] = "days"
    at: Annotated[tuple[time, ...], Field(min_length=1), AfterValidator(_whole_minutes)]
    among: Literal["days", "weekdays", "working days"] = "days"
    weekdays: Numbers[Annotated[int, Field(ge=0, le=6)]] = ()
    nth: Numbers[Annotated[int, Field(ge=-31, le=31)]] = ()
    months: Numbers[Annotated[int, Field(ge=1, le=12)]] = ()
    every: int = Field(default=1, ge=1)
    unit: Literal["weeks", "days"] = "weeks"
    since: date = date.min
    not_free: bool = False

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.weekdays and self.among != "days":
            raise ValueError("weekdays by name take no other choice of days beside them")
        counts_days = bool(self.weekdays) == (self.unit == "days")
        others = self.nth or self.months or self.among != "days"
        if self.every > 1 and (others or counts_days):
            raise ValueError("every so many weeks takes weekdays beside it; so many days, nothing")
        if 0 in self.nth:
            raise ValueError("the days of a month count from 1, or from its end as -1")
        _check(self)
        return self


class Interval(Frozen):
    """Every so many minutes of real time, whatever the clocks do, counted from `since`."""

    kind: Literal["interval"] = "interval"
    minutes: int = Field(ge=1)
    since: AwareDatetime


class Cron(Frozen):
    """Debian's cron in five fields, days of the week by name; `friL` is a month's last Friday."""

    kind: Literal["cron"] = "cron"
    text: str = Field(max_length=200)

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        fields = self.text.split()
        if len(fields) != len(_CRON_FIELDS):
            raise ValueError(
                "cron has five fields here: minute, hour, day of the month, month, day of the "
                "week, as in 0 9 * * mon-fri"
            )
        for n, (name, field) in enumerate(zip(_CRON_FIELDS, self.fields, strict=True)):
            try:
                CronSim(" ".join(field if n == m else "*" for m in range(5)), _SOME_DAY)
            except CronSimError:
                raise ValueError(f'the {name} of a cron cannot be "{fields[n]}"') from None
        try:
            _check(self)
        except CronSimError:
            raise ValueError(f"it names {IMPOSSIBLE}") from None
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields as CronSim reads them. Raises ValueError."""
        *others, days = self.text.split()
        return (*others, ",".join(_cron_day(term) for term in days.split(",")))

    @property
    def explained(self) -> str:
        """What it says, in words."""
        said = CronSim(" ".join(self.fields), _SOME_DAY).explain()
        return said[:1].lower() + said[1:]

    @property
    def repeats(self) -> bool:
        """Whether it goes by steps, and so goes on while clocks show an hour again."""
        return any(field.startswith("*") for field in self.fields[:2])


def _cron_day(term: str) -> str:
    """A day or days of the week for CronSim, which knows no `friL` and no `sat-sun`."""
    found = _CRON_TERM.fullmatch(term)
    if not found:
        raise ValueError(
            f'name the days of the week in a cron, as in mon-fri or sat,sun; "{term}" names none, '
            "and of bare numbers 1 means Monday to some programs and Tuesday to others"
        )
    first, last, is_last = (part.upper() if part else "" for part in found.groups())
    if is_last:
        return f"{_CRON_DAYS.index(first)}L"
    if last and (start := _CRON_DAYS.index(first)) > (end := _CRON_DAYS.index(last)):
        return ",".join(_CRON_DAYS[start:] + _CRON_DAYS[: end + 1])
    return term


def _check(rule: "Days | Cron") -> None:
    """Raises ValueError unless some day fits the rule in some team."""
    start = datetime.combine(max(rule.since, _PAST) if isinstance(rule, Days) else _PAST, time())
    teams = (Calendar(), Calendar(weekend=frozenset()))
    if all(next(_walls(rule, team, start), None) is None for team in teams):
        raise ValueError(f"it names {IMPOSSIBLE}")


Rule = Annotated[Days | Interval | Cron, Field(discriminator="kind")]


def following(rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime) -> datetime | None:
    """The first of `moments`; None if there is none."""
    return next(moments(rule, zone, calendar, after), None)


def moments(rule: Rule, zone: ZoneInfo, calendar: Calendar, after: datetime) -> Iterator[datetime]:
    """The times strictly after `after` at which it is due, in UTC, in order, found as taken.

    A time that clocks skip in spring is due at the first moment after the gap; a time that they
    show twice in autumn is due the first time only, but for a cron of steps such as */15.
    """
    if isinstance(rule, Interval):
        step = rule.minutes * _MINUTE
        first = max((after - rule.since) // step + 1, 0)
        yield from ((rule.since + n * step).astimezone(UTC) for n in count(first))
        return
    start = after.astimezone(zone).replace(tzinfo=None)
    around = (after - _LONGEST_REPEAT, after + _LONGEST_REPEAT)
    if len({at.astimezone(zone).utcoffset() for at in around}) > 1:
        start -= _LONGEST_REPEAT  # what the clocks showed before may be due yet
    folds = (0, 1) if isinstance(rule, Cron) and rule.repeats else (0,)
    each = (map(partial(_moment, zone, fold), _walls(rule, calendar, start)) for fold in folds)
    for moment, _ in groupby(heapq.merge(*each)):
        if moment > after:
            yield moment


def stands(rule: Rule, zone: ZoneInfo, calendar: Calendar, moment: datetime) -> bool:
    """Whether a moment that was due by one calendar is on no free day by this one."""
    if not isinstance(rule, Days):
        return True
    day = moment.astimezone(zone).date()
    return _fits(rule, calendar, day) and (calendar.is_working(day) or not rule.not_free)


def _moment(zone: ZoneInfo, fold: int, wall: datetime) -> datetime:
    """When the clocks of a zone show a time, or, if they skip it, the first moment after."""
    while True:
        moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
            return moment
        wall += _MINUTE


def _walls(rule: Days | Cron, calendar: Calendar, start: datetime) -> Iterator[datetime]:
    """The times on the clock at which it is due, in order, from one day's on."""
    if isinstance(rule, Cron):
        return CronSim(" ".join(rule.fields), start)
    days = _days(rule, calendar, start.date())
    return (datetime.combine(day, at) for day in days for at in rule.at)


def _days(rule: Days, calendar: Calendar, start: date) -> Iterator[date]:
    first = start.year * 12 + start.month - 1
    for year, month in (divmod(n, 12) for n in range(first, first + _MONTHS_AHEAD)):
        if rule.months and month + 1 not in rule.months:
            continue
        numbers = range(1, monthrange(year, month + 1)[1] + 1)
        days = [d for d in (date(year, month + 1, n) for n in numbers) if _fits(rule, calendar, d)]
        if rule.nth:
            groups = [[d for d in days if d.weekday() == n] for n in rule.weekdays] or [days]
            days = sorted({day for group in groups for day in _picked(group, rule.nth)})
        yield from (d for d in days if d >= start and _is_due(rule, calendar, d))


def _picked(days: list[date], nth: tuple[int, ...]) -> list[date]:
    return [days[n - (n > 0)] for n in nth if -len(days) <= n <= len(days)]


def _fits(rule: Days, calendar: Calendar, day: date) -> bool:
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return False
    if rule.among == "days":
        return True
    return calendar.is_weekday(day) if rule.among == "weekdays" else calendar.is_working(day)


def _is_due(rule: Days, calendar: Calendar, day: date) -> bool:
    size = 7 if rule.unit == "weeks" else 1  # the first day of all was a Monday
    passed = (day.toordinal() - 1) // size - (rule.since.toordinal() - 1) // size
    if passed % rule.every or day < rule.since:
        return False
    return calendar.is_working(day) if rule.not_free else True
