"""How often schedules are due: counted, not found one by one."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.calendar import Calendar
from bot.schedule.model import Terms
from bot.schedule.often import most_a_day, times
from bot.schedule.rule import Cron, Days, Interval, Rule

TEAM = Calendar()
SINCE = datetime(2026, 10, 20, 7, 3, tzinfo=UTC)
RULES = [
    Interval(minutes=1, since=SINCE),
    Interval(minutes=50, since=SINCE),
    Days(at=(time(9), time(16, 30)), among="working days"),
    Cron(text="*/5 8-18 * * mon-fri"),
    Cron(text="7,37 * 1,25 * *"),
    Cron(text="0 2 * * sun"),
]
STARTS = st.datetimes(datetime(2026, 10, 19), datetime(2026, 11, 3), timezones=st.just(UTC))  # noqa: DTZ001
BACK = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight in Berlin, on the day clocks go back


@given(
    st.sampled_from(RULES),
    st.sampled_from(["Europe/Berlin", "Asia/Kathmandu"]),
    STARTS,
    st.timedeltas(timedelta(), timedelta(days=3)),
    st.sampled_from([None, date(2026, 10, 25)]),
)
@settings(max_examples=80)
@example(RULES[0], "Europe/Berlin", BACK, timedelta(hours=25), None)
@example(RULES[4], "Europe/Berlin", BACK, timedelta(hours=25), None)
def test_as_many_are_counted_as_are_found(
    rule: Rule, zone: str, after: datetime, span: timedelta, until: date | None
):
    terms = Terms(title="t", playbook="p", place="c", rule=rule, zone=zone, until=until)
    found = takewhile(lambda at: at <= after + span, terms.moments(TEAM, after))
    assert times(terms, TEAM, after, after + span) == len(list(found))


@pytest.mark.parametrize(("rule", "most"), list(zip(RULES, (1440, 29, 2, 132, 48, 1), strict=True)))
def test_a_rule_says_how_often_a_day_it_is_due(rule: Rule, most: int):
    assert most_a_day(rule) == most
