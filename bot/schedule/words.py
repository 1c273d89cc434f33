"""Rules and times in words that people read, and that are read back as the same rule."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.schedule.rule import Cron, Days, Interval, Rule

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
ORDINALS = ("first", "second", "third", "fourth", "fifth")


def words(rule: Rule, zone: ZoneInfo) -> str:
    """What a rule says; `read` in the same zone gives the rule back."""
    match rule:
        case Days():
            since = f" from {day_words(rule.since)}" if rule.since != date.min else ""
            free = ", not on free days" if rule.not_free else ""
            return f"{_days(rule)}{since} at {_listed([_clock(at) for at in rule.at])}{free}"
        case Interval(minutes=minutes):
            number, unit = (minutes, "minute") if minutes % 60 else (minutes // 60, "hour")
            every = f"every {unit}" if number == 1 else f"every {number} {unit}s"
            since = rule.since.astimezone(zone)
            return f"{every} from {day_words(since.date())} at {_clock(since.time())}"
        case Cron(text=text):
            return f"cron: {text} ({rule.explained})"
        case _:
            assert_never(rule)


def quarters(nth: Sequence[int]) -> tuple[int, ...]:
    """The months in which the nth days of quarters lie; none where they are not all in one."""
    if all(n > 0 for n in nth):
        return (1, 4, 7, 10)
    return (3, 6, 9, 12) if all(n < 0 for n in nth) else ()


def day_words(day: date) -> str:
    """A date in words, such as 1 December 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def time_words(moment: datetime) -> str:
    """A time in words, as the clocks of its own zone show it."""
    return f"{WEEKDAYS[moment.weekday()]} {day_words(moment.date())}, {_clock(moment.time())}"


def there_words(moment: datetime, zone: ZoneInfo) -> str:
    """A time in words, as the clocks of a zone show it, which is named."""
    return f"{time_words(moment.astimezone(zone))} ({zone.key})"


def span_words(span: timedelta) -> str:
    """How long something takes, in its two largest units, such as 1 hour and 30 minutes."""
    left, parts = int(span.total_seconds()), list[str]()
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        number, left = divmod(left, seconds)
        if number:
            parts.append(f"{number} {unit}{'s' if number > 1 else ''}")
    return " and ".join(parts[:2])


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _days(rule: Days) -> str:
    weekdays = _weekdays(rule.weekdays)
    which = weekdays or rule.among.removesuffix("s")
    if rule.every > 1:
        several = len(rule.weekdays) > 1
        return f"every {ordinal(rule.every)} {f'week on {weekdays}' if several else which}"
    if not rule.nth:
        within = f" in {_listed([MONTHS[n - 1] for n in rule.months])}" if rule.months else ""
        return f"every {which}{within}"
    nth = sorted(rule.nth, key=lambda n: (n < 0, n))
    in_figures = which == "day"
    ordinals = _listed([ordinal(n, in_figures=in_figures) for n in nth])
    if not in_figures:
        return f"{ordinals} {which} of {_months(rule)}"
    return f"on the {ordinals}{' day' if nth[-1] < 0 else ''} of {_months(rule)}"


def _weekdays(days: Sequence[int]) -> str:
    names = [WEEKDAYS[n] for n in days]
    is_span = len(names) > 2 and days[-1] - days[0] == len(days) - 1
    return f"{names[0]} to {names[-1]}" if is_span else _listed(names)


def _months(rule: Days) -> str:
    if not rule.months:
        return "the month"
    if rule.months == quarters(rule.nth):
        return "the quarter"
    return _listed([MONTHS[n - 1] for n in rule.months])


def ordinal(n: int, *, in_figures: bool = False) -> str:
    """A place in a row, such as first, 15th or second last."""
    if n < 0:
        return f"{ordinal(-n)} last" if n < -1 else "last"
    if n <= len(ORDINALS) and not in_figures:
        return ORDINALS[n - 1]
    teens = 10 < n % 100 < 20
    return f"{n}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
