"""Plain words become rules, rules become words, and what is not understood is told with its fix."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule.reading import PRESETS, Unclear, read, zone_named
from bot.schedule.rule import Days, Interval, Rule
from bot.schedule.words import words

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = datetime(2026, 11, 22, 18, tzinfo=UTC)


def told(said: str) -> str:
    with pytest.raises(Unclear) as caught:
        read(said, BERLIN, SUNDAY)
    return str(caught.value)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("every weekday at 9", "every weekday at 09:00"),
        ("at 9 every weekday.", "every weekday at 09:00"),
        ("Every working day, at 9 o'clock", "every working day at 09:00"),
        ("daily at 8", "every day at 08:00"),
        ("every Monday at 09:00", "every Monday at 09:00"),
        ("Mondays and Thursdays at 9am", "every Monday and Thursday at 09:00"),
        ("weekly on Tues at 12.30 p.m.", "every Tuesday at 12:30"),
        ("mon-fri 9:30, 12 pm and 17:00", "every Monday to Friday at 09:30, 12:00 and 17:00"),
        ("from Friday to Monday at midnight", "every Monday, Friday, Saturday and Sunday at 00:00"),
        ("every Monday at 9, not on free days", "every Monday at 09:00, not on free days"),
        ("every weekday except public holidays at 9", "every weekday at 09:00, not on free days"),
        ("every Monday in January and July at 8", "every Monday in January and July at 08:00"),
        ("every second Friday at 16:30", "every second Friday from 27 November 2026 at 16:30"),
        (
            "every other Friday from 4 December at 9",
            "every second Friday from 4 December 2026 at 09:00",
        ),
        ("every other Friday from 5 March at 9", "every second Friday from 5 March 2027 at 09:00"),
        ("fortnightly on Sundays at 18", "every second Sunday from 29 November 2026 at 18:00"),
        (
            "every three weeks on Tue and Thu at 9",
            "every third week on Tuesday and Thursday from 24 November 2026 at 09:00",
        ),
        ("every 3 days at noon", "every third day from 23 November 2026 at 12:00"),
        ("first working day of the month at 8:30", "first working day of the month at 08:30"),
        ("second to last working day at 9", "second last working day of the month at 09:00"),
        ("the last working day of every quarter at 9", "last working day of the quarter at 09:00"),
        ("last Friday of the month at 17:00", "last Friday of the month at 17:00"),
        ("every first and third Monday at 9", "first and third Monday of the month at 09:00"),
        ("on the 1st and 15th at 10:00", "on the 1st and 15th of the month at 10:00"),
        ("monthly on the last day at 23:59", "on the last day of the month at 23:59"),
        ("every year on March 1st at 9", "on the 1st of March at 09:00"),
        ("every 6 hours", "every 6 hours from 22 November 2026 at 00:00"),
        ("every 90 minutes from 9:00", "every 90 minutes from 22 November 2026 at 09:00"),
        ("hourly from 2026-12-01", "every hour from 1 December 2026 at 00:00"),
        ("every half hour", "every 30 minutes from 22 November 2026 at 00:00"),
        ("0 9 * * mon-fri", "cron: 0 9 * * mon-fri (at 09:00 on Monday through Friday)"),
        ("Cron: 0  9 * * friL", "cron: 0 9 * * friL (at 09:00 on the last Friday of the month)"),
    ],
)
def test_plain_words_are_read_and_read_well_again(said: str, meant: str):
    rule = read(said, BERLIN, SUNDAY)
    assert words(rule, BERLIN) == meant
    assert read(meant, BERLIN, SUNDAY) == rule


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_words_too(preset: str):
    assert words(read(preset, BERLIN, SUNDAY), BERLIN).startswith(preset)


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("every Mondey at 9", '"mondey" is not understood; did you mean "monday"?'),
        ("whenever", '"whenever" is not understood; write, for example, "every weekday at 09:00".'),
        ("every morning at 9", '"morning" is not understood; write, for example, "every'),
        ("every Monday", 'Say at what time, as in "every Monday at 09:00".'),
        ("every day at 25:00", '"25:00" is no time of day; write one such as 09:00 or 4:30 pm.'),
        ("every day at 13pm", '"13pm" is no time of day; write one such as 09:00 or 4:30 pm.'),
        ("every 30 seconds", 'once a minute at most; write "every minute" or longer.'),
        ("every 0 minutes", 'once a minute at most; write "every minute" or longer.'),
        (
            "second Friday at 9",
            '"every second Friday at 09:00" or "second Friday of the month at 09:00".',
        ),
        ("every second working day at 9", '"second working day of the month at 09:00"'),
        ("every 2 weeks at 9", '"every second Friday at 16:30"'),
        ("in 2 weeks on Monday at 9", '"every second Friday at 16:30"'),
        ("every 2 and 3 weeks on Monday at 9", '"every second Friday at 16:30"'),
        ("every 2 weeks on Friday in March at 9", '"every second Friday at 16:30"'),
        ("every Monday of the month at 9", "is not understood; write, for example, "),
        ("every month at 9", "is not understood; write, for example, "),
        ("first Monday and last Friday of the month at 9", "is not understood; write, for example"),
        ("15th day and Monday at 9", "is not understood; write, for example, "),
        ("on 15 at 9", "is not understood; write, for example, "),
        ("every 6 hours at 9 and 10", 'write, for example, "every 6 hours from 09:00".'),
        ("on 30 February at 9", "it names an impossible date, which no year has; name another."),
        ("every day from 31 November at 9", '"from 31 november" names an impossible date'),
        ("every day from 2026-02-30 at 9", '"from 2026-02-30" names an impossible date'),
        ("0 9 * * 1", "1 means Monday to some programs and Tuesday to others."),
        ("0 9 * * 1 *", "cron has five fields"),
        ("", '"" is not understood; write, for example, "every weekday at 09:00".'),
    ],
)
def test_what_is_not_understood_is_told_with_its_fix(said: str, fix: str):
    assert fix in told(said)


WORDS = (
    "every second third last to on the and of at from 9 9:30 15th 31 monday fri day weekday month "
    "working quarter march year 2 hours weeks not free days"
)


@given(st.text() | st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join))
@settings(max_examples=200)
def test_any_words_make_a_rule_that_is_read_back_or_a_sentence(said: str):
    try:
        rule = read(said, BERLIN, SUNDAY)
    except Unclear:
        return
    assert read(words(rule, BERLIN), BERLIN, SUNDAY) == rule


def some(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(numbers, min_size=1, max_size=3).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))
    at = tuple(draw(st.lists(minutes, min_size=1, max_size=3)))
    months = draw(
        st.just(()) | st.sampled_from([(1, 4, 7, 10), (3, 6, 9, 12)]) | some(st.integers(1, 12))
    )
    weekdays = draw(st.just(()) | some(st.integers(0, 6)))
    most = 4 if weekdays else 20
    nth = draw(st.just(()) | some(st.integers(1, most) | st.integers(-most, -1)))
    among = "days" if weekdays else draw(st.sampled_from(["days", "weekdays", "working days"]))
    since = draw(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
    every = draw(st.integers(2, 30))
    counted = {"every": every, "since": since, "not_free": draw(st.booleans())}
    start = datetime.combine(since, at[0], tzinfo=BERLIN).astimezone(UTC)
    kind = draw(st.sampled_from(["nth", "weeks", "days", "interval"]))
    match kind:
        case "nth":
            fields = {"at": at, "among": among, "weekdays": weekdays, "nth": nth, "months": months}
            return Days.model_validate(fields | counted | {"every": 1})
        case "weeks":
            return Days(at=at, weekdays=(*weekdays, since.weekday()), **counted)
        case "days":
            return Days(at=at, unit="days", **counted)
        case _:
            return Interval(minutes=every * 7, since=start)


@given(rules())
@settings(max_examples=100)
def test_a_rule_in_words_is_read_back_as_itself(rule: Rule):
    assert read(words(rule, BERLIN), BERLIN, SUNDAY) == rule


def test_zones_are_known_by_name_and_the_nearest_is_offered():
    assert zone_named("europe/berlin") == BERLIN
    assert zone_named("America/New York").key == "America/New_York"
    for name, near in {"Berlin": "Europe/Berlin", "Europe/Berln": "Europe/Berlin"}.items():
        with pytest.raises(
            Unclear, match=f'There is no time zone "{name}"; did you mean "{near}"?'
        ):
            zone_named(name)
    with pytest.raises(Unclear, match="zones have names such as Europe/Berlin"):
        zone_named("../../etc/passwd-and-more")
