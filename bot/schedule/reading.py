"""Plain words read as rules, and zones by their names."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError

from bot.calendar import Calendar
from bot.playbook.wording import hint, nearest
from bot.schedule.rule import IMPOSSIBLE, Cron, Days, Interval, Rule, following
from bot.schedule.words import MONTHS, ORDINALS, WEEKDAYS, ordinal, quarters

PRESETS = (
    "every weekday at 09:00",
    "every Monday at 09:00",
    "first working day of the month at 09:00",
    "every 6 hours",
)
_EXAMPLES = (
    *PRESETS,
    "every day at 08:00",
    "every working day at 09:00",
    "every Monday and Thursday at 09:00",
    "every Monday at 09:00, not on free days",
    "every second Friday at 16:30",
    "every third day at 09:00",
    "on the 1st and 15th at 10:00",
    "last Friday of the month at 17:00",
    "last working day of the quarter at 09:00",
    "on 1 March at 09:00",
    "cron: 0 9 * * mon-fri",
)


_LONGEST = 200
_FARTHEST = 50
"""Years from today's in which something may begin; no rule looks further ahead."""


class Unclear(ValueError):
    """Words that name no rule, zone or end. The text says what to write; it may be shown."""


_Token: TypeAlias = tuple[str, int]
"""What kind of word it is, as a letter, and its number."""

_NOUNS = {
    **{"day": "D", "weekday": "K", "workday": "G", "week": "X", "month": "H", "quarter": "Q"},
    **{"year": "Y", "hour": "T", "minute": "T", "second": "T"},
}
_MINUTES = {"hour": 60, "minute": 1}
_NUMBERS = {"two": 2, "three": 3, "four": 4, "six": 6, "eight": 8, "ten": 10, "twelve": 12}
_WEEKDAYS = [day.lower() for day in WEEKDAYS]
_MONTHS = [month.lower() for month in MONTHS]
_TOKENS: Mapping[str, _Token] = {
    **{f"{noun}{s}": (_NOUNS[noun], _MINUTES.get(noun, 0)) for noun in _NOUNS for s in ("", "s")},
    **{word: ("E", 0) for word in ("every", "each", "a", "an", "per")},
    **{word: ("O", n) for n, word in enumerate(ORDINALS, 1)},
    **{word: ("N", n) for word, n in _NUMBERS.items()},
    **{"other": ("O", 2), "last": ("O", -1)},
    **{word: ("W", n) for n, day in enumerate(_WEEKDAYS) for word in (day, f"{day}s", day[:3])},
    **{word: ("M", n) for n, month in enumerate(_MONTHS, 1) for word in (month, month[:3])},
    **{word: ("-", 0) for word in ("to", "through", "until")},
}
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time()}
_FILLERS = frozenset({"on", "the", "of", "in", "and", "once", "at", "from", "starting"})
_ALIASES = (
    (r",", " and "),
    (r"\b([ap])\.m\b\.?", r"\1m"),
    (r" ?o['’]clock\b", ""),
    (r"\b(working|business|work) day", "workday"),
    (r"\bdaily\b", "every day"),
    (r"\b(hour|week|month|quarter|year)ly\b", r"every \1"),
    (r"\bannually\b", "every year"),
    (r"\bfortnightly\b|\bevery fortnight\b", "every 2 weeks"),
    (r"\bmins?\b", "minutes"),
    (r"\bhalf an? hour\b|\bhalf[ -]hour\b", "30 minutes"),
    (r"\b(tue|thu|wed)(?:s|rs?)\b", r"\1"),
    (r"(?<=[a-z])\s*[-–]\s*(?=[a-z])", " to "),
    (rf"\b({'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)) (?:to )?last\b", r"-\1"),
    (r"\band(?: and)+\b", "and"),
    (r"\s+", " "),
)
_CRON = re.compile(
    r"cron:?\s*([^(]*?)\s*(?:\(.*\))?|(@\w+|[\d*]\S*\s+[\d*]\S*(?:\s+\S+){2,4})", re.I
)
_CLOCK = r"(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?|noon|midday|midnight)(?![\w:])"
_CLOCKS = re.compile(
    rf"\bat ({_CLOCK}(?: and (?:at )?{_CLOCK})*)"
    r"|\b(\d{1,2}:\d\d(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midday|midnight)(?![\w:])"
)
_FROM = re.compile(
    r"\b(?:from|starting|since|beginning)(?: on)?(?: the)? (?:(?P<iso>\d{4}-\d\d-\d\d)|"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{'|'.join(_MONTHS)})"
    r"(?: (?P<year>\d{4}))?)\b"
)
_NOT_FREE = re.compile(
    r"\b(?:and |but )*(?:not|except|but)(?: (?:on|at|for))?(?: the)? "
    r"(?:free days?|(?:public |bank )?holidays?|days off)\b"
)
_SHAPE = re.compile(
    r"(?:E?[HQYX])?(?:E?M+)?(?P<every>E?)[NO]*(?P<weeks>X?)(?P<what>W+|[DKG])?(?:E?[HQY]|M+)?"
)
_AMONG: Mapping[str, Literal["weekdays", "working days"]] = {"K": "weekdays", "G": "working days"}


def read(said: str, zone: ZoneInfo, now: datetime) -> Rule:
    """The rule that plain words or a cron name, as the clocks of a zone go. Raises Unclear."""
    said = " ".join(said.split())[:_LONGEST]
    try:
        if found := _CRON.fullmatch(said):
            return Cron(text=found[1] or found[2] or "")
        line = _line(said, zone, now)
        return _interval(line) if re.fullmatch("E?[NO]?T", line.kinds) else _days(line)
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Unclear(f'"{said}" cannot be a schedule: {why}.') from None


@dataclass(frozen=True, kw_only=True)
class _Line:
    """A line with its times, beginning and free days taken out; `tokens` are the rest."""

    said: str
    zone: ZoneInfo
    now: datetime
    at: tuple[time, ...]
    since: date | None
    not_free: bool
    tokens: tuple[_Token, ...]

    @property
    def kinds(self) -> str:
        return "".join(kind for kind, _ in self.tokens)

    def values(self, kinds: str) -> tuple[int, ...]:
        return tuple(value for kind, value in self.tokens if kind in kinds)

    def unclear(self, *instead: str) -> Unclear:
        meant = " or ".join(f'"{one}"' for one in instead or [_example(self.said)])
        return Unclear(f'"{self.said}" is not understood; write, for example, {meant}.')


def _example(said: str) -> str:
    return nearest(said, _EXAMPLES) or PRESETS[0]


def _line(said: str, zone: ZoneInfo, now: datetime) -> _Line:
    text = said.casefold().strip(" .")
    for pattern, instead in _ALIASES:
        text = re.sub(pattern, instead, text)
    clocks = [clock for found in _CLOCKS.finditer(text) for clock in re.findall(_CLOCK, found[0])]
    text = _CLOCKS.sub(" ", text)
    since = _FROM.search(text)
    text = _FROM.sub(" ", text)
    words = (word for word in _NOT_FREE.sub(" ", text).split() if word not in _FILLERS)
    return _Line(
        said=said,
        zone=zone,
        now=now,
        at=tuple(map(_time, clocks)),
        since=_date(since, now.astimezone(zone).date()) if since else None,
        not_free=_NOT_FREE.search(text) is not None,
        tokens=_spread([_token(word, said) for word in words]),
    )


def _time(word: str) -> time:
    if word in _NAMED_TIMES:
        return _NAMED_TIMES[word]
    hour, minute = (int(figures) for figures in (*re.findall(r"\d+", word), "0")[:2])
    half = word[-2:] if word.endswith("m") else ""
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise Unclear(f'"{word}" is no time of day; write one such as 09:00 or 4:30 pm.')
    return time(hour % 12 + 12 * (half == "pm") if half else hour, minute)


def _date(found: re.Match[str], today: date) -> date:
    """The date that a line begins with; one without a year is the next there is."""
    said_year = found["year"] or (found["iso"] or "")[:4]
    if said_year and abs(int(said_year) - today.year) > _FARTHEST:
        raise Unclear(f'"{found[0]}" is too far away; name a day within {_FARTHEST} years.')
    with suppress(ValueError):
        if found["iso"]:
            return date.fromisoformat(found["iso"])
    years = [int(found["year"])] if found["year"] else range(today.year, today.year + 9)
    for year in years if found["month"] else ():
        with suppress(ValueError):
            day = date(year, _MONTHS.index(found["month"]) + 1, int(found["day"]))
            if found["year"] or day >= today:
                return day
    raise Unclear(f'"{found[0]}" names {IMPOSSIBLE}.')


def _token(word: str, said: str) -> _Token:
    if found := re.fullmatch(r"(-?\d{1,4})(st|nd|rd|th)?", word):
        return "O" if found[2] else "N", int(found[1])
    if word not in _TOKENS and word[1:] not in ORDINALS:
        more = hint(word, _TOKENS) or f'; write, for example, "{_example(said)}".'
        raise Unclear(f'"{word}" is not understood{more}')
    return _TOKENS.get(word) or ("O", -1 - ORDINALS.index(word[1:]))


def _spread(tokens: list[_Token]) -> tuple[_Token, ...]:
    """The tokens with every weekday of a span such as Monday to Friday."""
    spread: list[_Token] = []
    for kind, value in tokens:
        if kind == "W" and [k for k, _ in spread[-2:]] == ["W", "-"]:
            first = spread[-2][1]
            spread[-1:] = [("W", (first + n) % 7) for n in range(1, (value - first) % 7)]
        spread.append((kind, value))
    return tuple(spread)


def _interval(line: _Line) -> Interval:
    number, unit = (*line.values("NO"), 1)[0], line.values("T")[0]
    if number * unit < 1:  # seconds have no minutes
        raise Unclear('A schedule starts once a minute at most; write "every minute" or longer.')
    if len(line.at) > 1 or line.not_free:
        raise line.unclear("every 6 hours from 09:00")
    day = line.since or line.now.astimezone(line.zone).date()
    since = datetime.combine(day, (*line.at, time())[0], tzinfo=line.zone)
    return Interval(minutes=number * unit, since=since.astimezone(UTC))


def _days(line: _Line) -> Days:
    shape = _SHAPE.fullmatch(line.kinds)
    if not shape or line.kinds == "EO" or not re.search("[WDKGNO]", line.kinds):
        raise line.unclear()
    if not line.at:
        raise Unclear(f'Say at what time, as in "{line.said} at 09:00".')
    what = shape["what"] or ""
    days = Days(
        at=line.at,
        among=_AMONG.get(what, "days"),
        weekdays=line.values("W"),
        months=line.values("M"),
        since=line.since or date.min,
        not_free=line.not_free,
    )
    counts = line.values("NO")
    if not counts:
        if not what or shape["weeks"] or re.search("[HQY]", line.kinds):
            raise line.unclear()
        return days
    is_of = re.search("[HQYM]", line.kinds)
    is_counted = shape["every"] and what and len(counts) == 1 and counts[0] > 1 and not is_of
    if shape["weeks"] and not (is_counted and days.weekdays):
        raise line.unclear("every second Friday at 16:30")
    return _counted(line, days, counts[0]) if is_counted else _nth(line, days, counts)


def _counted(line: _Line, days: Days, every: int) -> Days:
    """Every so many weeks or days, from the first that fits."""
    if days.among != "days":
        raise line.unclear(f"{ordinal(every)} {days.among.removesuffix('s')} of the month at 09:00")
    midnight = datetime.combine(line.since, time(), tzinfo=line.zone) if line.since else None
    after = midnight - timedelta(minutes=1) if midnight else line.now
    first = following(days.model_copy(update={"not_free": False}), line.zone, Calendar(), after)
    since = first.astimezone(line.zone).date() if first else date.min
    unit = "weeks" if days.weekdays else "days"
    return Days.model_validate({**dict(days), "every": every, "unit": unit, "since": since})


def _nth(line: _Line, days: Days, nth: tuple[int, ...]) -> Days:
    """The nth of each month, of some months or of each quarter."""
    if days.weekdays and len(nth) == 1 and nth[0] > 1 and not re.search("[HQYM]", line.kinds):
        which, at = f"{ordinal(nth[0])} {WEEKDAYS[days.weekdays[0]]}", f"at {line.at[0]:%H:%M}"
        raise line.unclear(f"every {which} {at}", f"{which} of the month {at}")
    months = quarters(nth) if "Q" in line.kinds else days.months
    without_month = "N" in line.kinds or re.search("[QY]", line.kinds)
    if without_month and not months:
        raise line.unclear()
    return Days.model_validate({**dict(days), "nth": nth, "months": months})


def zone_named(name: str) -> ZoneInfo:
    """The time zone of a name such as Europe/Berlin. Raises Unclear."""
    zones, wanted = _zones(), "_".join(name.split()).casefold()
    if wanted in zones:
        return ZoneInfo(zones[wanted])
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(zones.values())}
    near = cities.get(wanted) or nearest(wanted, zones.values())
    near = near or cities.get(nearest(wanted, cities) or "")
    more = f'did you mean "{near}"?' if near else "zones have names such as Europe/Berlin."
    raise Unclear(f'There is no time zone "{name[:50]}"; {more}')


@cache
def _zones() -> Mapping[str, str]:
    own = {"Factory", "localtime"}  # what these mean is another machine's business
    return {name.casefold(): name for name in available_timezones() - own}
