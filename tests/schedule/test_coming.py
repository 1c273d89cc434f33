"""What will fire: on a calendar of the next weeks, and in words for whoever saves a schedule."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendar import Calendar
from bot.schedule.coming import coming, next_five
from bot.schedule.model import Mark, Schedule, Terms
from bot.schedule.rule import Days, Interval

NOW = datetime(2026, 10, 21, 12, tzinfo=UTC)
WEEKS = NOW + timedelta(weeks=4)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
SUNDAYS = Days(at=(time(16, 30),), weekdays=(6,))


def terms(**changes: object) -> Terms:
    base = {"title": "t", "playbook": "p", "place": "c", "rule": SUNDAYS, "zone": "Europe/Berlin"}
    return Terms.model_validate(base | changes)


def schedule(id: str, paused: Mark | None = None, **changes: object) -> Schedule:
    kept = terms(**changes)
    return Schedule(id=id, owner="web:w:ana", made_at=NOW, saved=True, terms=kept, paused=paused)


def test_fires_of_all_active_schedules_come_in_order():
    two = (
        schedule("a", times=2),
        schedule("b", until=date(2026, 10, 26), rule=Days(at=(time(9),), weekdays=(0,))),
    )
    idle = schedule("c", paused=Mark(by="podium", at=NOW))
    found = [
        f"{fire.due:%d %H:%M} {fire.schedule.id}"
        for fire in coming((*two, idle), Calendar(), NOW, WEEKS)
    ]
    assert found == ["25 15:30 a", "26 08:00 b", "01 15:30 a"]


def test_a_schedule_of_every_minute_costs_no_more_than_is_taken():
    busy = schedule("a", rule=Interval(minutes=1, since=NOW))
    fires = coming([busy], Calendar(), NOW, NOW + timedelta(days=3650))
    assert len(list(islice(fires, 3))) == 3


def told(*asked: Any) -> tuple[str, ...]:
    """The words of the next times; each comes with the time that it names."""
    return tuple(words for words, _ in next_five(*asked))


def test_the_next_five_are_told_on_both_clocks_and_across_their_changes():
    assert told(terms(), NEW_YORK, Calendar(), NOW) == (
        "Sunday 25 October 2026, 16:30 in Europe/Berlin (11:30 for you); "
        "by then the clocks in Europe/Berlin have gone back by 1 hour",
        "Sunday 1 November 2026, 16:30 in Europe/Berlin (10:30 for you); "
        "by then the clocks in America/New_York have gone back by 1 hour",
        "Sunday 8 November 2026, 16:30 in Europe/Berlin (10:30 for you)",
        "Sunday 15 November 2026, 16:30 in Europe/Berlin (10:30 for you)",
        "Sunday 22 November 2026, 16:30 in Europe/Berlin (10:30 for you)",
    )


def test_a_reader_on_the_same_clocks_reads_one_time_and_a_far_one_the_day():
    assert told(terms(times=1), BERLIN, Calendar(), NOW) == (
        "Sunday 25 October 2026, 16:30; "
        "by then the clocks in Europe/Berlin have gone back by 1 hour",
    )
    apia = ZoneInfo("Pacific/Apia")
    spring = datetime(2026, 3, 28, tzinfo=UTC)
    assert told(terms(times=1), apia, Calendar(), spring) == (
        "Sunday 29 March 2026, 16:30 in Europe/Berlin (Monday 30 March 2026, 03:30 for you); "
        "by then the clocks in Europe/Berlin have gone forward by 1 hour",
    )
