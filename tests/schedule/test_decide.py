"""What schedules do at due times, after their runs, and when people ask."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import Calendar
from bot.policy import PODIUM, Team
from bot.run.decide import Refused
from bot.schedule import decide as d
from bot.schedule.model import Schedule, Terms
from bot.schedule.rule import Days, Interval

ANA, BO, CY = "web:w:ana", "slack:T:B", "web:w:cy"
TEAM = Team(
    people={"ana": (ANA, "slack:T:A"), "bo": ("web:w:bo", BO)},
    groups={"leads": ("bo",)},
    managers=("leads",),
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
HOURLY = Interval(minutes=60, since=NOON)
DAILY = Days(at=(time(12),))


def terms(**changes: object) -> Terms:
    base = {
        "title": "Weekly",
        "playbook": "report",
        "place": "web:w:p",
        "rule": HOURLY,
        "zone": "UTC",
    }
    return Terms.model_validate(base | changes)


def asked(by: str = ANA, at: datetime = NOON - HOUR / 2, **more: float) -> d.Asked:
    return d.Asked(by=by, at=at, team=TEAM, **more)


def made(**changes: object) -> Schedule:
    """A schedule that is due at noon, and then every hour."""
    draft = d.draft("s1", terms(**changes), asked())
    return d.order(draft, d.Save(draft.version), asked()).schedule


def edited(schedule: Schedule, new: Terms, by: d.Asked) -> Schedule:
    proposed = d.order(schedule, d.Propose(new), by).schedule
    return d.order(proposed, d.Save(proposed.version), by).schedule


def at(now: datetime, schedule: Schedule, *, waits: bool = False, spent: float = 0) -> d.Decided:
    return d.due(schedule, now, Calendar(), last_waits=waits, spent_usd=spent)


def said(decided: d.Decided) -> list[str]:
    """Each fire: the hour at which it was due, and why it is skipped, if it is."""
    return [f"{fire.due:%H} {fire.why or 'started'}" for fire in decided.fires]


# --- due times ---------------------------------------------------------------------


def test_a_time_that_has_come_starts_once_and_the_next_is_awaited():
    schedule = made()
    assert at(NOON - HOUR / 60, schedule).schedule is schedule
    first = at(NOON, schedule)
    assert said(first) == ["12 started"]
    assert first.schedule.next_due == NOON + HOUR
    assert first.schedule.fired == 1
    assert first.schedule.version == schedule.version + 1
    assert at(NOON, first.schedule) == d.Decided(schedule=first.schedule)


@pytest.mark.parametrize(
    ("policy", "outcomes"),
    [
        (
            {"missed": "late"},
            [
                "12 It was 3 hours and 5 minutes late, and starts at most 2 hours late.",
                "13 It was 2 hours and 5 minutes late, and starts at most 2 hours late.",
                "14 started",
                "15 started",
            ],
        ),
        (
            {"missed": "latest"},
            [
                *(
                    f"{n} A later time had come by then, and only the latest starts."
                    for n in (12, 13, 14)
                ),
                "15 started",
            ],
        ),
        ({"missed": "all"}, ["12 started", "13 started", "14 started", "15 started"]),
        (
            {"missed": "skip"},
            [
                "12 It was 3 hours and 5 minutes late, and starts at most 1 minute late.",
                "13 It was 2 hours and 5 minutes late, and starts at most 1 minute late.",
                "14 It was 1 hour and 5 minutes late, and starts at most 1 minute late.",
                "15 It was 5 minutes late, and starts at most 1 minute late.",
            ],
        ),
    ],
    ids=["late", "latest", "all", "skip"],
)
def test_what_was_missed_follows_the_policy(policy: Mapping[str, object], outcomes: list[str]):
    decided = at(NOON + 3 * HOUR + HOUR / 12, made(waiting="start", **policy))
    assert said(decided) == outcomes
    assert decided.schedule.next_due == NOON + 4 * HOUR


def test_the_next_time_is_skipped_while_the_last_result_waits():
    decided = at(NOON, made(), waits=True)
    assert said(decided) == [
        "12 The last result still waits to be judged; once it is, the next one starts as planned."
    ]
    assert said(at(NOON, made(waiting="start"), waits=True)) == ["12 started"]


def test_the_next_time_waits_for_the_last_result_and_only_the_newest_starts_then():
    held = at(NOON, made(waiting="wait"), waits=True)
    assert (held.fires, held.schedule.held) == ((), NOON)
    assert at(NOON + HOUR / 2, held.schedule, waits=True).schedule is held.schedule
    later = at(NOON + HOUR, held.schedule, waits=True)
    assert said(later) == ["12 A later time came before the last result was judged."]
    judged = at(NOON + 1.5 * HOUR, later.schedule)
    assert said(judged) == ["13 started"]
    assert (judged.schedule.held, judged.schedule.next_due) == (None, NOON + 2 * HOUR)


def test_nothing_starts_when_the_months_money_is_spent():
    schedule = made(month_usd=20)
    assert said(at(NOON, schedule, spent=19.99)) == ["12 started"]
    assert said(at(NOON, schedule, spent=20)) == [
        "12 $20.00 of this month's $20.00 is spent or reserved; allow it more, or it goes on next "
        "month."
    ]


def test_a_schedule_ends_after_so_many_starts():
    first = at(NOON, made(times=2, missed="all", waiting="start"))
    assert first.schedule.state == "active"
    last = at(NOON + 5 * HOUR, first.schedule)
    assert said(last) == ["13 started"]
    assert (last.schedule.state, last.schedule.next_due) == ("ended", None)
    assert last.schedule.untold == '"Weekly" has ended: it has started 2 times, as was wanted.'


def test_what_was_skipped_does_not_count_as_a_start():
    skipped = at(NOON, made(times=1), waits=True).schedule
    assert (skipped.state, skipped.fired) == ("active", 0)


def test_a_schedule_ends_with_its_last_day_there():
    auckland = made(until=date(2026, 11, 24), zone="Pacific/Auckland", rule=DAILY)
    last = at(NOON + 12 * HOUR, auckland)
    assert [fire.due for fire in last.fires] == [NOON + 11 * HOUR]
    assert last.schedule.state == "ended"
    assert last.schedule.untold == '"Weekly" has ended: no time at which it would start is left.'


def test_after_a_long_time_away_no_decision_is_endless():
    schedule = made(rule=Interval(minutes=1, since=NOON), missed="latest")
    decided = at(NOON + 10 * HOUR, schedule)
    assert len(decided.fires) == d.MOST_PASSED
    decided = at(NOON + 10 * HOUR, decided.schedule)
    assert said(decided)[-1] == "22 started"
    assert {fire.outcome for fire in decided.fires[:-1]} == {"skipped"}


@given(
    st.lists(st.tuples(st.integers(1, 300), st.booleans()), max_size=12),
    st.sampled_from(["late", "latest", "all", "skip"]),
    st.sampled_from(["start", "wait", "skip"]),
)
@settings(max_examples=60)
def test_every_due_time_gets_one_outcome(looks: list[tuple[int, bool]], missed: str, waiting: str):
    schedule, now, seen = made(missed=missed, waiting=waiting), NOON, list[datetime]()
    for minutes, waits in looks:
        now += timedelta(minutes=minutes)
        decided = at(now, schedule, waits=waits)
        schedule = decided.schedule
        seen += [fire.due for fire in decided.fires]
    seen = sorted([*seen, *filter(None, [schedule.held]), schedule.next_due or now])
    assert seen[0] == NOON
    assert all(later - due == HOUR for due, later in pairwise(seen))


# --- runs --------------------------------------------------------------------------


def test_three_failures_in_a_row_pause_it_and_its_owner_is_told_once():
    schedule, told = made(), list[str]()
    for why in ("a", "", "b", "c", "the file is gone.", "e"):
        decided = d.ran(schedule, why, NOON)
        schedule = decided.schedule
        told += [schedule.untold] if schedule.untold else []
        schedule = d.told(schedule)
    assert told == [
        '"Weekly" is paused: 3 runs in a row failed, the last because: the file is gone. '
        "Put that right, then resume it."
    ]
    assert (schedule.state, schedule.next_due) == ("paused", None)
    assert schedule.paused
    assert schedule.paused.by == PODIUM
    resumed = d.order(schedule, d.Resume(), asked(at=NOON)).schedule
    assert (resumed.state, resumed.failures, resumed.next_due) == ("active", 0, NOON + HOUR)


def test_a_run_that_did_well_takes_nothing_away():
    schedule = made()
    after = d.ran(schedule, "", NOON).schedule
    assert after == schedule.model_copy(update={"version": schedule.version + 1})


# --- people ------------------------------------------------------------------------


def test_its_owner_on_any_platform_and_the_teams_managers_may_change_it():
    schedule = made()
    assert all(d.may_change(schedule, who, TEAM) for who in (ANA, "slack:T:A", BO))
    told = 'Only ana or leads may change "Weekly". Ask them, or be listed in the team file'
    with pytest.raises(Refused, match=told):
        d.order(schedule, d.Pause(), asked(CY))
    with pytest.raises(Refused, match='Only ana may change "Weekly"'):
        d.order(schedule, d.Pause(), replace(asked(CY), team=Team()))


def test_a_pause_passes_times_over():
    paused = d.order(made(), d.Pause("holidays"), asked(BO)).schedule
    assert paused.paused
    assert (paused.paused.by, paused.paused.why) == (BO, "holidays")
    assert at(NOON, paused).fires == ()
    resumed = d.order(paused, d.Resume(), asked(at=NOON + HOUR)).schedule
    assert resumed.next_due == NOON + 2 * HOUR


def test_what_cannot_be_done_is_refused_in_a_sentence():
    schedule = made()
    paused = d.order(schedule, d.Pause(), asked()).schedule
    gone = d.order(schedule, d.Delete(), asked()).schedule
    ended = at(NOON, made(times=1)).schedule
    late = asked(at=NOON + 25 * HOUR)
    for before, command, circumstances, told in (
        (paused, d.Pause(), asked(), '"Weekly" is paused already.'),
        (ended, d.Pause(), asked(), '"Weekly" is ended already.'),
        (schedule, d.Resume(), asked(), "is not paused but active: it starts at its next time."),
        (ended, d.Resume(), asked(), "is not paused but ended: give it a later end."),
        (schedule, d.Restore(), asked(), '"Weekly" is not deleted.'),
        (gone, d.RunNow(), asked(), 'ana deleted "Weekly"; undo that first'),
        (gone, d.Restore(), late, "was deleted more than a day ago; make it anew."),
        (ended, d.Propose(terms(times=1)), asked(), "It has started once already: allow more."),
        (made(month_usd=1), d.RunNow(), asked(spent_usd=1), r"\$1.00 of this month's \$1.00"),
    ):
        with pytest.raises(Refused, match=told):
            d.order(before, command, circumstances)


def test_what_would_never_start_is_not_made():
    with pytest.raises(Refused, match="No day up to its last day, 22 November 2026, fits"):
        made(until=date(2026, 11, 22))
    with pytest.raises(Refused, match="No day fits this in the team's calendar"):
        made(rule=Days(at=(time(9),), weekdays=(6,), not_free=True))


def test_a_deletion_can_be_undone_for_a_day():
    paused = d.order(made(), d.Pause(), asked()).schedule
    for before, state, next_due in ((made(), "active", NOON + HOUR), (paused, "paused", None)):
        gone = d.order(before, d.Delete(), asked()).schedule
        assert (gone.state, gone.next_due) == ("deleted", None)
        back = d.order(gone, d.Restore(), asked(at=NOON)).schedule
        assert (back.state, back.next_due) == (state, next_due)


def test_an_edit_moves_the_next_time_only_when_the_times_change():
    schedule = made()
    renamed = edited(schedule, terms(title="Daily"), asked(at=NOON + HOUR))
    assert (renamed.terms.title, renamed.next_due) == ("Daily", NOON)
    later = edited(schedule, terms(rule=DAILY), asked(at=NOON))
    assert later.next_due == NOON + 24 * HOUR
    paused = d.order(schedule, d.Pause(), asked()).schedule
    assert edited(paused, terms(rule=DAILY), asked()).next_due is None


def test_an_edit_can_give_what_has_ended_a_later_end():
    ended = at(NOON, made(times=1)).schedule
    longer = edited(ended, terms(times=2), asked(at=NOON))
    assert (longer.state, longer.next_due) == ("active", NOON + HOUR)


def test_run_now_starts_beside_the_due_times():
    schedule = made()
    decided = d.order(schedule, d.RunNow(), asked(BO))
    [fire] = decided.fires
    assert (fire.due, fire.by, fire.outcome) == (NOON - HOUR / 2, BO, "started")
    assert decided.schedule.fired == schedule.fired


def test_stored_schedules_stay_readable():
    stored = (
        '{"id":"s1","owner":"web:w:ana","made_at":"2026-11-23T11:30:00Z","terms":{"title":"Weekly","playbook":"report",'
        '"place":"web:w:p","rule":{"kind":"cron","text":"0 9 * * mon"},"zone":"Europe/Berlin"}}'
    )
    schedule = Schedule.model_validate_json(stored)
    assert schedule.terms.late == timedelta(hours=2)
    assert Schedule.model_validate_json(schedule.model_dump_json()) == schedule


def test_a_draft_starts_nothing_until_it_is_saved_as_it_was_shown():
    draft = d.draft("s1", terms(), asked())
    assert (draft.state, draft.next_due) == ("draft", None)
    assert draft.wakes_at == NOON - HOUR / 2 + timedelta(days=1)
    assert not at(NOON + HOUR, draft).fires
    shown = d.order(draft, d.Propose(terms(rule=DAILY)), asked()).schedule
    with pytest.raises(Refused, match="changed meanwhile"):
        d.order(shown, d.Save(draft.version), asked())
    with pytest.raises(Refused, match="not saved yet"):
        d.order(shown, d.RunNow(), asked())
    saved = d.order(shown, d.Save(shown.version), asked()).schedule
    assert (saved.state, saved.terms.rule, saved.next_due) == ("active", DAILY, NOON)


def test_who_resumes_what_an_owner_left_behind_owns_it():
    left = d.abandoned(made(), "Ana", NOON).schedule
    assert (left.state, left.wakes_at) == ("paused", left.made_at)
    assert "its owner, Ana, has left the team" in left.untold
    taken = d.order(d.told(left), d.Resume(), asked(BO, NOON)).schedule
    assert (taken.owner, taken.state, taken.orphan) == (BO, "active", False)
    paused = d.order(made(), d.Pause(), asked(BO)).schedule
    assert d.order(paused, d.Resume(), asked(BO)).schedule.owner == ANA
