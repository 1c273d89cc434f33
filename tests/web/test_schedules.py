"""The list of schedules as the page shows it."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from adapters.web.views.calendar import Facts
from adapters.web.views.schedules import Known, ShownSchedule, row, summed
from bot.calendar import Calendar
from bot.cards import Button
from bot.ports import Past
from bot.schedule.model import Fire, Mark, Schedule, Terms
from bot.schedule.rule import Days
from tests.database.samples import gate, summary

NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
ANA, BEN = "web:podium:ana", "web:podium:ben"
TERMS = Terms(
    title="Weekly <report>",
    playbook="weekly-report",
    place="web:podium:#launches:ab12",
    rule=Days(at=(time(9),), weekdays=(0,)),
    zone="America/New_York",
)
ACTIVE = Schedule(
    id="s1",
    owner=ANA,
    made_at=NOW,
    saved=True,
    terms=TERMS,
    next_due=datetime(2026, 11, 30, 14, tzinfo=UTC),
)
FIRE = Fire(schedule="s1", due=NOW, at=NOW, outcome="started", run="r1")
FACTS = Facts(
    team=Calendar(),
    zone=ZoneInfo("Europe/Berlin"),
    costs={"s1": 0.25},
    hues={"s1": 3},
    names={ANA: "Ana Ruiz", BEN: "Ben"},
)


def shown(
    schedule: Schedule = ACTIVE,
    *,
    last: Past | None = None,
    spent_usd: float = 0,
    facts: Facts = FACTS,
) -> ShownSchedule:
    button = Button(label="Run now", action="schedule:run:s1")
    known = Known(schedule=schedule, last=last, spent_usd=spent_usd, buttons=[button])
    return row(known, facts, runs=5)


def facts_of(one: ShownSchedule) -> dict[str, str]:
    return {fact["label"]: fact["text"] for fact in one["facts"]}


def with_terms(**changes: object) -> Schedule:
    return ACTIVE.model_copy(update={"terms": TERMS.model_copy(update=changes)})


def test_a_schedule_says_when_by_whose_clock_and_when_next_by_the_readers():
    one = shown()
    assert one["rule"] == "Every Monday at 09:00, America/New_York"
    assert (one["state"], one["next"]) == ("Active", "Monday 30 November, 15:00")
    assert one["title"] == "Weekly <report>"
    assert [button["action"] for button in one["buttons"]] == ["schedule:run:s1"]


def test_a_schedule_says_whose_it_is_where_it_posts_and_what_it_costs():
    assert facts_of(shown()) == {
        "Owner": "Ana Ruiz",
        "Posts in": "a thread of #launches",
        "Playbook": "weekly-report",
        "A run costs": "about $0.25",
        "Next 30 days": "5 runs, about $1.25",
    }
    paths = [fact["path"] for fact in shown()["facts"] if fact["path"]]
    assert paths == ["/c/launches/ab12", "/playbooks/weekly-report"]


def test_a_place_of_another_platform_is_named_and_leads_nowhere():
    one = shown(with_terms(place="slack:T1:C2"))
    (place,) = (fact for fact in one["facts"] if fact["label"] == "Posts in")
    assert (place["text"], place["path"]) == ("Slack", "")


def test_a_cost_that_nobody_knows_is_not_made_up():
    facts = facts_of(
        shown(facts=Facts(team=Calendar(), zone=FACTS.zone, costs={}, hues={}, names={}))
    )
    assert facts["A run costs"] == "not known yet"
    assert "Next 30 days" not in facts


def test_the_months_budget_is_shown_with_what_is_spent():
    one = shown(with_terms(month_usd=5), spent_usd=2.5)
    (budget,) = (fact for fact in one["facts"] if fact["label"] == "This month")
    assert (budget["text"], budget["share"]) == ("$2.50 of $5.00 spent", 0.5)
    assert shown(with_terms(month_usd=5), spent_usd=9)["facts"][-1]["share"] == 1


@pytest.mark.parametrize(
    ("changes", "state", "why"),
    [
        ({"paused": Mark(by=BEN, at=NOW)}, "Paused by Ben", ""),
        ({"paused": Mark(by="podium", at=NOW, why="3 failed.")}, "Paused", "3 failed."),
        ({"ended": Mark(by="podium", at=NOW, why="It has ended.")}, "Ended", "It has ended."),
        ({"held": NOW}, "Waits", "It starts as soon as the last result is judged."),
        (
            {"deleted": Mark(by=ANA, at=NOW), "paused": Mark(by=BEN, at=NOW)},
            "Deleted by Ana Ruiz",
            "It can be undone until Thursday 26 November, 12:00.",
        ),
    ],
)
def test_a_schedule_that_rests_says_why(changes: dict[str, object], state: str, why: str):
    one = shown(ACTIVE.model_copy(update=changes))
    assert (one["state"], one["why"]) == (state, why)


def test_a_schedule_whose_owner_has_left_says_so():
    orphan = ACTIVE.model_copy(update={"orphan": True})
    assert facts_of(shown(orphan))["Owner"] == "Ana Ruiz, who has left"


@pytest.mark.parametrize(
    ("last", "state", "why", "path"),
    [
        (Past(fire=FIRE), "Starts", "", ""),
        (Past(fire=FIRE, run=summary("r1", gates=(gate(),))), "Needs a person", "", "/runs/r1"),
        (
            Past(
                fire=FIRE.model_copy(update={"by": BEN}),
                run=summary("r1", status="ended", outcome="approved"),
            ),
            "Approved",
            "Run now by Ben.",
            "/runs/r1",
        ),
        (
            Past(fire=FIRE.model_copy(update={"outcome": "skipped", "why": "It was late."})),
            "Skipped",
            "It was late.",
            "",
        ),
        (
            Past(fire=FIRE.model_copy(update={"outcome": "failed", "why": "No playbook."})),
            "Did not start",
            "No playbook.",
            "",
        ),
    ],
)
def test_the_latest_time_says_what_became_of_it(last: Past, state: str, why: str, path: str):
    one = shown(last=last)["last"]
    assert one
    assert (one["state"], one["why"], one["path"]) == (state, why, path)
    assert one["at"] == "Wednesday 25 November, 12:00"


def test_an_end_is_told_with_the_rule():
    one = shown(with_terms(until=datetime(2026, 12, 31, tzinfo=UTC).date()))
    assert one["rule"].endswith("America/New_York, until 31 December 2026")
    one = shown(with_terms(times=10).model_copy(update={"fired": 9}))
    assert one["rule"].endswith("America/New_York, 1 run left")


def test_all_of_them_are_counted():
    paused = ACTIVE.model_copy(update={"paused": Mark(by=ANA, at=NOW)})
    assert summed([ACTIVE]) == "1 schedule"
    assert summed([ACTIVE, paused]) == "2 schedules, 1 active"
