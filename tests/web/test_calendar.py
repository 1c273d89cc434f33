"""The calendar of what schedules will start, as its reader sees it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.web.views.ahead import Ahead, ahead
from adapters.web.views.calendar import Facts, ShownCalendar, ShownDay, calendar
from bot.calendar import Calendar
from bot.schedule.model import Mark, Schedule, Terms
from bot.schedule.rule import Cron, Days, Interval, Rule

NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)  # a Wednesday
BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
ANA = "web:podium:ana"
MONDAYS = Days(at=(time(9),), weekdays=(0,))
NIGHTLY = Days(at=(time(23, 30),))
OFTEN = Interval(minutes=5, since=NOW)


def schedule(
    id: str, rule: Rule, times: int | None = None, until: date | None = None, **changes: Mark
) -> Schedule:
    terms = Terms(
        title=f"Report {id}",
        playbook="weekly-report",
        place="web:podium:#general",
        rule=rule,
        zone="Europe/Berlin",
        times=times,
        until=until,
    )
    plain = Schedule(id=id, owner=ANA, made_at=NOW, saved=True, terms=terms)
    return plain.model_copy(update=changes)


def found(*schedules: Schedule, zone: ZoneInfo = BERLIN, now: datetime = NOW) -> Ahead:
    return ahead(schedules, Calendar(), zone, now)


def shown(
    *schedules: Schedule,
    team: Calendar | None = None,
    zone: ZoneInfo = BERLIN,
    costs: dict[str, float] | None = None,
    whole: date | None = None,
) -> ShownCalendar:
    facts = Facts(
        team=team or Calendar(),
        zone=zone,
        costs=costs or {},
        hues={one.id: n for n, one in enumerate(schedules, 1)},
        names={ANA: "Ana Ruiz"},
    )
    return calendar(found(*schedules, zone=zone), facts, whole)


def days(shown: ShownCalendar) -> dict[str, ShownDay]:
    return {day["date"]: day for week in shown["weeks"] for day in week["days"]}


def test_four_weeks_from_today_stand_in_whole_weeks():
    page = shown(schedule("a", MONDAYS))
    assert page["heads"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    there = [day["date"] for day in days(page).values() if day["there"]]
    assert (len(page["weeks"]), len(there)) == (5, 28)
    assert (there[0], there[-1]) == ("2026-11-25", "2026-12-22")
    assert [day["short"] for day in days(page).values() if day["today"]] == ["25 Nov"]
    assert days(page)["2026-11-28"]["free"]
    assert [one for one, day in days(page).items() if day["lines"]] == [
        *("2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21")
    ]


@pytest.mark.parametrize(
    ("weekend", "first"),
    [({5, 6}, "Mon"), ({4, 5}, "Sun"), ({6}, "Mon"), ({2}, "Thu"), (set[int](), "Mon")],
)
def test_a_week_begins_as_the_team_does(weekend: set[int], first: str):
    page = shown(team=Calendar(weekend=frozenset(weekend)))
    assert page["heads"][0] == first
    start = date.fromisoformat(page["weeks"][0]["days"][0]["date"])
    assert f"{start:%a}" == first
    assert start <= NOW.date() < start + timedelta(days=7)


def test_a_start_says_when_what_whose_and_for_how_much():
    (line,) = days(shown(schedule("a", MONDAYS), costs={"a": 0.125}))["2026-11-30"]["lines"]
    assert line == {
        "schedule": "a",
        "path": "/schedules/a",
        "time": "09:00",
        "many": "",
        "title": "Report a",
        "owner": "Ana Ruiz",
        "cost": "about $0.12",
        "hue": 1,
    }


def test_days_and_times_are_those_of_the_readers_clock():
    page = shown(schedule("a", NIGHTLY), zone=TOKYO)
    assert days(page)["2026-11-25"]["lines"] == []
    (line,) = days(page)["2026-11-26"]["lines"]
    assert (line["time"], page["zone"]) == ("07:30", "Asia/Tokyo")


def test_what_starts_often_is_one_line_that_counts_each_day():
    page = shown(schedule("a", OFTEN), costs={"a": 0.5})
    today, tomorrow = days(page)["2026-11-25"]["lines"], days(page)["2026-11-26"]["lines"]
    # From noon on, where it started at noon, to midnight.
    assert [(line["time"], line["many"]) for line in today] == [("every 5 minutes", "143 times")]
    assert [(line["many"], line["cost"]) for line in tomorrow] == [("288 times", "about $144.00")]
    assert page["sum"] == "7,919 runs, about $3,959.50"


def test_a_cron_that_is_due_often_says_from_when():
    page = shown(schedule("a", Cron(text="*/20 8-9 * * *")))
    (line,) = days(page)["2026-11-26"]["lines"]
    assert (line["time"], line["many"]) == ("from 08:00", "6 times")


def test_what_starts_a_number_of_times_stops_there():
    few, many = schedule("a", MONDAYS, times=2), schedule("b", OFTEN, times=200)
    assert found(few, many).numbers() == {"a": 2, "b": 200}
    assert found(schedule("c", OFTEN, until=date(2026, 11, 25))).numbers() == {"c": 143}


def test_what_rests_starts_nothing():
    mark = Mark(by=ANA, at=NOW)
    resting = [schedule(id, rule, paused=mark) for id, rule in (("a", MONDAYS), ("b", OFTEN))]
    gone = schedule("c", OFTEN, deleted=mark)
    assert shown(*resting, gone)["sum"] == "no runs"


def test_a_full_day_says_how_many_more_there_are_and_is_shown_by_itself_when_asked():
    crowd = [schedule(str(n), Days(at=(time(n // 2),))) for n in range(38)]
    page = shown(*crowd, schedule("often", OFTEN), whole=date(2026, 11, 30))
    day = days(page)["2026-11-30"]
    assert [line["time"] for line in day["lines"]] == ["00:00", "00:00", "every 5 minutes"]
    assert (day["more"], day["path"]) == ("and 36 more", "/schedules?day=2026-11-30")
    assert page["whole"]
    assert len(page["whole"]["lines"]) == 39
    assert (page["whole"]["more"], page["whole"]["sum"][:8]) == ("", "326 runs")
    assert shown(*crowd, whole=date(2027, 1, 1))["whole"] is None


def test_a_sum_does_not_hide_what_is_not_known():
    known, unknown = schedule("a", MONDAYS), schedule("b", NIGHTLY)
    assert shown(known, costs={"a": 3.1})["sum"] == "4 runs, about $12.40"
    assert shown(known, unknown, costs={"a": 3.1})["sum"] == "32 runs, about $12.40 or more"
    assert shown(known)["sum"] == "4 runs, cost not known yet"
    week = shown(known, unknown, costs={"a": 3.1})["weeks"][1]
    assert (week["name"], week["runs"]) == ("Week of 30 November", "8 runs")
    assert week["cost"] == "about $3.10 or more"


def test_the_day_on_which_clocks_change_has_all_its_starts():
    before = datetime(2026, 10, 24, 20, tzinfo=UTC)
    lines = found(schedule("a", Interval(minutes=60, since=before)), now=before).of(
        date(2026, 10, 25)
    )
    assert [line.number for line in lines] == [25]
