"""When a rule is due, held against other people's arithmetic and against the clocks themselves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from croniter import croniter
from dateutil import rrule
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bot.calendar import Calendar
from bot.schedule.rule import Cron, Days, Interval, Rule, following, moments

ZONES = sorted(name for name in available_timezones() if "/" in name)
BERLIN, LORD_HOWE = "Europe/Berlin", "Australia/Lord_Howe"
TEAM = Calendar()
MINUTE = timedelta(minutes=1)
STARTS = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)).map(lambda d: d.replace(second=0))  # noqa: DTZ001
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
QUICK = settings(max_examples=60)


def fires(
    rule: Rule, after: datetime, zone: str = "UTC", calendar: Calendar = TEAM
) -> Iterator[datetime]:
    for moment in moments(rule, ZoneInfo(zone), calendar, after):
        assert moment == following(rule, ZoneInfo(zone), calendar, after)
        yield (after := moment)


def shown(
    rule: Rule, start: str, many: int, zone: str = BERLIN, calendar: Calendar = TEAM
) -> list[str]:
    """The next fires after local midnight of a day, as the clocks there show them."""
    after = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - MINUTE
    found = islice(fires(rule, after, zone, calendar), many)
    return [f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M %z}" for moment in found]


# --- against croniter and dateutil -------------------------------------------------


def field(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    listed = st.lists(numbers, min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))
    # Croniter takes 0-0 for every number.
    spans = (
        st.tuples(numbers, numbers).filter(lambda two: two[0] < two[1]).map("{0[0]}-{0[1]}".format)
    )
    steps = st.integers(1, high).map(lambda step: f"*/{step}")
    return st.just("*") | listed | spans | steps


DAYS = st.sampled_from(["*", "mon-fri", "sun", "tue,thu", "sat,sun", "wed-sat"])
OF_MONTH = st.just("*") | st.lists(st.integers(1, 31), min_size=1, max_size=3).map(
    lambda found: ",".join(map(str, found))
)


@given(st.tuples(field(0, 59), field(0, 23), OF_MONTH, field(1, 12), DAYS).map(" ".join), STARTS)
@settings(max_examples=100)
def test_a_cron_fires_as_croniter_says(text: str, start: datetime):
    try:
        rule = Cron(text=text)
    except ValidationError:
        assert "30" in text or "31" in text  # of months that have none
        return
    after = start.replace(tzinfo=UTC)
    theirs = croniter(text, after)
    assert list(islice(fires(rule, after), 20)) == [theirs.get_next(datetime) for _ in range(20)]


@st.composite
def days_and_rrules(draw: st.DrawFn) -> tuple[Days, rrule.rrule]:
    at, start = draw(TIMES), draw(STARTS)
    weekdays = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True))
    nth = draw(st.integers(1, 4) | st.integers(-4, -1))
    numbers = draw(st.lists(st.integers(1, 28) | st.integers(-28, -1), min_size=1, max_size=3))
    every = draw(st.integers(2, 5))
    clock = {"dtstart": start, "byhour": at.hour, "byminute": at.minute, "bysecond": 0}
    weekly = {"byweekday": weekdays, "wkst": 0}
    return draw(
        st.sampled_from(
            [
                (Days(at=(at,)), rrule.rrule(rrule.DAILY, **clock)),
                (
                    Days(at=(at,), weekdays=tuple(weekdays)),
                    rrule.rrule(rrule.WEEKLY, **clock, **weekly),
                ),
                (
                    Days(at=(at,), weekdays=tuple(weekdays), every=every, since=start.date()),
                    rrule.rrule(rrule.WEEKLY, interval=every, **clock, **weekly),
                ),
                (
                    Days(at=(at,), every=every, unit="days", since=start.date()),
                    rrule.rrule(rrule.DAILY, interval=every, **clock),
                ),
                (
                    Days(at=(at,), weekdays=tuple(weekdays), nth=(nth,)),
                    rrule.rrule(
                        rrule.MONTHLY, byweekday=[rrule.weekday(n, nth) for n in weekdays], **clock
                    ),
                ),
                (
                    Days(at=(at,), nth=tuple(numbers), months=(2, 5)),
                    rrule.rrule(rrule.MONTHLY, bymonthday=numbers, bymonth=[2, 5], **clock),
                ),
            ]
        )
    )


@given(days_and_rrules())
@settings(max_examples=100)
def test_days_are_those_of_dateutil(pair: tuple[Days, rrule.rrule]):
    rule, theirs = pair
    start = theirs._dtstart  # pyright: ignore[reportAttributeAccessIssue]
    ours = islice(fires(rule, start.replace(tzinfo=UTC)), 30)
    expected = (one for one in theirs if one > start)
    assert [one.replace(tzinfo=None) for one in ours] == list(islice(expected, 30))


# --- against the clocks ------------------------------------------------------------


@cache
def changes(zone: str, year: int) -> tuple[date, ...]:
    """The days of a year on which the clocks of a zone are changed."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    return tuple(noon.date() for n, noon in enumerate(noons) if n and offsets[n] != offsets[n - 1])


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and the start, in UTC, of three days with a change of its clocks, if it has any."""
    zone, year = draw(st.sampled_from(ZONES)), draw(st.integers(2024, 2035))
    day = draw(st.sampled_from(changes(zone, year) or (date(year, 3, 1),)))
    return zone, datetime.combine(day, time(), tzinfo=UTC) - timedelta(days=2)


@given(near_a_change(), TIMES)
@example(("Pacific/Apia", datetime(2011, 12, 28, tzinfo=UTC)), time(9))
@example(("Antarctica/Troll", datetime(2026, 3, 27, tzinfo=UTC)), time(2, 30))
@example(("Africa/Cairo", datetime(2026, 4, 22, tzinfo=UTC)), time(0, 15))
@QUICK
def test_a_daily_time_is_due_as_soon_as_clocks_show_it_or_a_later_one(
    near: tuple[str, datetime], at: time
):
    zone, start = near
    clock = ZoneInfo(zone)
    moments = [start + n * MINUTE for n in range(1, 5 * 24 * 60)]
    walls = [moment.astimezone(clock).replace(tzinfo=None) for moment in moments]
    days = (walls[0].date() + timedelta(days=n) for n in range(4))
    wanted = [wall for wall in (datetime.combine(day, at) for day in days) if wall >= walls[0]][:3]
    expected = {
        next(moment for moment, wall in zip(moments, walls, strict=True) if wall >= want)
        for want in wanted
    }
    for rule in (Days(at=(at,)), Cron(text=f"{at.minute} {at.hour} * * *")):
        ours = fires(rule, start, zone)
        assert list(takewhile(lambda moment: moment <= max(expected), ours)) == sorted(expected)


@given(near_a_change())
@example((LORD_HOWE, datetime(2026, 4, 3, tzinfo=UTC)))
@example((LORD_HOWE, datetime(2026, 10, 2, tzinfo=UTC)))
@settings(max_examples=15)
def test_a_cron_of_steps_goes_on_while_clocks_show_an_hour_again(near: tuple[str, datetime]):
    zone, start = near[0], near[1] + timedelta(hours=30)
    moments = (start + n * MINUTE for n in range(1, 36 * 60))
    expected = [one for one in moments if one.astimezone(ZoneInfo(zone)).minute % 15 == 0]
    assert list(islice(fires(Cron(text="*/15 * * * *"), start, zone), len(expected))) == expected


RULES = st.sampled_from(
    [
        Days(at=(time(1, 30), time(2, 30)), weekdays=(6,)),
        Days(at=(time(2, 15),), among="working days", nth=(1, -1)),
        Interval(minutes=90, since=datetime(2026, 1, 1, tzinfo=UTC)),
        Cron(text="30 2 * * *"),
        Cron(text="*/20 1-3 * * sat-mon"),
    ]
)


@given(RULES, near_a_change(), st.integers(0, 4 * 24 * 60), st.floats(0, 1, exclude_max=True))
@QUICK
def test_the_next_time_is_the_same_from_anywhere_before_it(
    rule: Rule, near: tuple[str, datetime], minutes: int, part: float
):
    zone, start = near
    after = start + minutes * MINUTE
    first = next(fires(rule, after, zone))
    assert first > after
    assert next(fires(rule, after + part * (first - after - MINUTE / 60), zone)) == first


def test_in_autumn_a_time_that_is_shown_twice_is_due_once():
    cron, days = Cron(text="30 2 * * *"), Days(at=(time(2, 30),))
    assert (
        shown(cron, "2026-10-24", 3)
        == shown(days, "2026-10-24", 3)
        == [
            "Sat 2026-10-24 02:30 +0200",
            "Sun 2026-10-25 02:30 +0200",
            "Mon 2026-10-26 02:30 +0100",
        ]
    )


def test_in_spring_a_time_that_is_skipped_is_due_right_after():
    cron, days = Cron(text="30 2 * * *"), Days(at=(time(2, 30),))
    assert (
        shown(cron, "2026-03-28", 3)
        == shown(days, "2026-03-28", 3)
        == [
            "Sat 2026-03-28 02:30 +0100",
            "Sun 2026-03-29 03:00 +0200",
            "Mon 2026-03-30 02:30 +0200",
        ]
    )


def test_lord_howe_changes_its_clocks_by_half_an_hour():
    rule = Days(at=(time(2, 10),), weekdays=(6,))
    assert shown(rule, "2026-10-04", 1, LORD_HOWE) == ["Sun 2026-10-04 02:30 +1100"]
    rule = Days(at=(time(1, 45),), weekdays=(6,))
    assert shown(rule, "2026-04-05", 2, LORD_HOWE) == [
        "Sun 2026-04-05 01:45 +1100",
        "Sun 2026-04-12 01:45 +1030",
    ]


def test_hours_are_counted_in_real_time():
    rule = Interval(minutes=360, since=datetime(2026, 10, 24, 22, tzinfo=UTC))
    assert [one[-11:] for one in shown(rule, "2026-10-25", 4)] == [
        *("00:00 +0200", "05:00 +0100", "11:00 +0100", "17:00 +0100")
    ]
    assert next(fires(rule, datetime(2020, 1, 1, tzinfo=UTC))) == rule.since


# --- facts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [Cron(text="0 9 29 2 *"), Days(at=(time(9),), nth=(29,), months=(2,))],
    ids=["cron", "days"],
)
def test_the_29th_of_february_comes_in_leap_years(rule: Rule):
    found = shown(rule, "2096-01-01", 2)
    assert found == ["Wed 2096-02-29 09:00 +0100", "Fri 2104-02-29 09:00 +0100"]


def test_months_without_a_31st_are_passed_over_and_all_have_a_last_day():
    on = [one[4:14] for one in shown(Days(at=(time(9),), nth=(31,)), "2026-02-01", 3)]
    assert on == ["2026-03-31", "2026-05-31", "2026-07-31"]
    on = [one[4:14] for one in shown(Days(at=(time(9),), nth=(-1,)), "2026-02-01", 3)]
    assert on == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_working_days_know_free_days_and_holidays():
    rule = Days(at=(time(8, 30),), among="working days", nth=(1,))
    germany = Calendar(country="DE", free=frozenset({date(2027, 1, 4)}))
    assert shown(rule, "2027-01-01", 1) == ["Fri 2027-01-01 08:30 +0100"]
    assert shown(rule, "2027-01-01", 1, calendar=germany) == ["Tue 2027-01-05 08:30 +0100"]
    mondays = Days(at=(time(9),), weekdays=(0,), not_free=True)
    assert shown(mondays, "2027-01-01", 1, calendar=germany) == ["Mon 2027-01-11 09:00 +0100"]


def test_weekdays_are_what_the_team_does_not_call_its_weekend():
    rule, gulf = Days(at=(time(9),), among="weekdays"), Calendar(weekend=frozenset({4, 5}))
    assert [one[:3] for one in shown(rule, "2026-11-19", 3, calendar=gulf)] == ["Thu", "Sun", "Mon"]


def test_the_last_friday_can_be_said_in_a_cron_too():
    assert shown(Cron(text="0 17 * * friL"), "2026-11-01", 2) == [
        "Fri 2026-11-27 17:00 +0100",
        "Fri 2026-12-25 17:00 +0100",
    ]


@pytest.mark.parametrize(
    "text", ["0 9 * * 1", "0 9 * * 1-5", "0 9 * * 5#2", "0 9 * * */2", "0 9 * * mon,7"]
)
def test_bare_numbers_of_days_are_refused(text: str):
    with pytest.raises(ValidationError, match="1 means Monday to some programs and Tuesday"):
        Cron(text=text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0 9 30 2 *", "an impossible date"),
        ("0 9 31 4,6,9,11 *", "an impossible date"),
        ("0 24 * * *", 'the hour of a cron cannot be "24"'),
        ("0 9 * foo *", 'the month of a cron cannot be "foo"'),
        ("0 0 9 * * mon", "cron has five fields"),
        ("@daily", "cron has five fields"),
    ],
)
def test_a_cron_that_cannot_be_is_refused(text: str, told: str):
    with pytest.raises(ValidationError, match=told):
        Cron(text=text)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"nth": (30,), "months": (2,)}, "an impossible date"),
        ({"weekdays": (4,), "nth": (6,)}, "an impossible date"),
        ({"nth": (0,)}, "count from 1, or from its end as -1"),
        ({"weekdays": (4,), "among": "working days"}, "take no other choice of days"),
        ({"weekdays": (4,), "every": 2, "nth": (1,)}, "every so many weeks takes weekdays"),
        ({"every": 2}, "every so many weeks takes weekdays"),
        ({"at": (time(9, 0, 30),)}, "a time on the clock has hours and minutes only"),
    ],
)
def test_days_that_cannot_be_are_refused(fields: dict[str, object], told: str):
    with pytest.raises(ValidationError, match=told):
        Days.model_validate({"at": (time(9),)} | fields)


def test_an_interval_under_a_minute_is_refused():
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        Interval(minutes=0, since=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_rule_that_will_not_come_again_has_no_next_time():
    sundays = Days(at=(time(9),), weekdays=(6,), not_free=True)
    assert next(fires(sundays, datetime(2026, 1, 1, tzinfo=UTC)), None) is None


@pytest.mark.parametrize(
    "stored",
    [
        '{"kind":"days","at":["09:00:00"]}',
        '{"kind":"days","at":["16:30"],"weekdays":[4],"every":2,"since":"2026-11-27"}',
        '{"kind":"interval","minutes":360,"since":"2026-11-22T00:00:00Z"}',
        '{"kind":"cron","text":"0 9 * * mon-fri"}',
    ],
)
def test_stored_rules_stay_readable(stored: str):
    rules = TypeAdapter[Rule](Rule)
    rule = rules.validate_json(stored)
    assert rules.validate_json(rules.dump_json(rule)) == rule
