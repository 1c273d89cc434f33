"""What workers report, and which of it counts."""

import pytest

from bot.run import commands as c
from bot.run import events as e
from bot.run.decide import Asked, NotNow, Refused, Stale, decide
from tests.run.director import ANA, NINE, TEAM, Directed, drafted, playbook

TWO = playbook(
    {"notes": {"by": "writer", "do": "N"}, "draft": {"by": "writer", "do": "From {{ notes }}"}}
)


def test_a_run_begins_with_its_start() -> None:
    told = Directed()
    assert told.kinds([record.event for record in told.records]) == ["started", "step_opened"]
    assert [record.seq for record in told.records] == [1, 2]


def test_a_run_is_known_by_its_playbook_and_its_first_text() -> None:
    assert Directed(product="  Acme\n 2 ").run.started.title == "Launch brief: Acme 2"
    assert Directed(product="").run.started.title == "Launch brief"
    assert Directed(product="x" * 99).run.started.title == "Launch brief: " + "x" * 80


def test_a_run_keeps_just_the_specialists_that_it_uses() -> None:
    assert list(Directed().run.started.specialists) == ["writer"]


def test_a_run_starts_once() -> None:
    told = Directed()
    start = told.run.started
    again = c.Start(
        playbook=start.playbook,
        specialists={},
        brief=start.brief,
        place=start.place,
        requester=ANA,
    )
    refused = told.refused(again)
    assert (str(refused), refused.by, refused.at) == (
        "This run has started already.",
        ANA,
        told.now,
    )


def test_a_run_that_is_not_there_is_not_to_be_decided() -> None:
    asked = Asked(run="r9", by=ANA, at=NINE, team=TEAM)
    with pytest.raises(Refused, match=r"There is no run r9\."):
        decide(None, c.Tick(), asked)


def test_a_result_opens_what_waited_for_it() -> None:
    told = Directed(TWO)
    events = told.finish("notes", "these")
    assert told.kinds(events) == ["task_finished", "step_opened"]


def test_a_result_that_came_before_is_not_taken_again() -> None:
    told = Directed(TWO)
    task = told.task("notes")
    told.finish("notes", "these")
    assert told.give(c.Finish(task=task, value="others")) == []
    assert told.give(c.Fail(task=task, why="late")) == []
    assert told.run.value("notes") == "these"


def test_a_result_after_its_failure_is_not_taken_before_somebody_tries_again() -> None:
    told = Directed()
    told.fail("draft")
    assert told.finish("draft", "late") == []
    assert told.fail("draft") == []
    assert told.gates == ["retry-3"]


def test_a_late_result_of_an_earlier_attempt_is_ignored() -> None:
    told = drafted()
    told.give(c.Revise("review-1", "shorter"))
    late = told.task("draft", attempt=1)
    assert told.give(c.Finish(task=late, value="late")) == []
    assert told.give(c.EndTools(task=late, turn=e.ToolTurn(results=()))) == []
    assert told.planned == ["draft"]


def test_a_result_of_a_part_that_is_not_there_is_ignored() -> None:
    told = Directed()
    assert told.give(c.Finish(task=told.task("draft", 1), value="?")) == []
    assert told.give(c.Finish(task=told.task("other"), value="?")) == []


def test_a_run_that_is_over_takes_no_result() -> None:
    told = Directed()
    told.give(c.Cancel())
    assert told.give(c.Finish(task=told.task("draft"), value="late")) == []
    with pytest.raises(Stale):
        told.begin("draft")


def test_a_result_that_is_what_was_said_last_is_written_once() -> None:
    told = Directed()
    told.begin("draft")
    told.end("draft", text=" The text. ")
    (finished, _) = told.finish("draft", "The text.")
    assert finished == e.TaskFinished(task=told.task("draft"), as_said=True)
    assert told.run.value("draft") == "The text."


def test_turns_are_kept_in_order_until_the_result() -> None:
    told = Directed()
    told.begin("draft")
    told.end("draft", text="one")
    tools = e.ToolTurn(results=(e.ToolResult(id="1", text="found"),))
    told.give(c.EndTools(task=told.task("draft"), turn=tools))
    told.begin("draft")
    told.end("draft", text="two")
    key = told.task("draft").key
    assert [turn.role for turn in told.run.turns[key]] == ["model", "tools", "model"]
    told.finish("draft", "done")
    assert key not in told.run.turns


def test_turns_that_nobody_can_use_any_more_are_not_kept() -> None:
    told = Directed(playbook({"draft": {"by": "writer", "do": "D", "variants": 2}}))
    told.begin("draft", 1)
    told.end("draft", 1, text="half")
    told.give(c.Cancel())
    assert told.run.turns == {}
    told = Directed(
        playbook(
            {"draft": {"by": "writer", "do": "D"}, "side": {"by": "writer", "do": "{{ draft }}"}},
            deliver={"from": "draft"},
        )
    )
    told.finish("draft", "text")
    told.begin("side")
    told.end("side", text="half")
    told.give(c.Revise("review-1", "shorter"))
    assert told.run.turns == {}


def test_calls_of_a_task_are_numbered() -> None:
    told = Directed()
    for number in (1, 2):
        (begun,) = told.begin("draft")
        (ended,) = told.end("draft")
        assert isinstance(begun, e.CallStarted)
        assert isinstance(ended, e.CallFinished)
        assert begun.call == ended.call == number


def test_an_end_without_a_beginning_is_stale() -> None:
    told = Directed()
    with pytest.raises(Stale):
        told.end("draft")
    with pytest.raises(Stale):
        told.give(c.FailCall(task=told.task("draft"), why="?"))


def test_money_of_a_task_that_is_not_wanted_any_more_is_settled() -> None:
    told = Directed()
    told.begin("draft")
    told.give(c.Cancel())
    told.end("draft", usd=0.07)
    assert (told.run.spent_usd, told.run.reserved_usd) == (0.07, 0)
    assert told.run.turns == {}


def test_the_end_of_a_run_does_not_move_with_what_is_settled_later() -> None:
    told = Directed()
    told.begin("draft")
    ended = told.now
    told.give(c.Cancel())
    told.later(minutes=5)
    told.end("draft")
    assert told.run.ended_at == ended
    assert told.refused(c.Cancel()).at == ended


def test_the_answer_of_an_attempt_that_was_sent_back_is_paid_and_not_used() -> None:
    told = Directed(
        playbook(
            {"draft": {"by": "writer", "do": "D"}, "side": {"by": "writer", "do": "{{ draft }}"}},
            deliver={"from": "draft"},
        )
    )
    told.finish("draft", "text")
    told.begin("side")
    late = told.task("side")
    told.give(c.Revise("review-1", "shorter"))
    told.give(c.EndCall(task=late, turn=e.ModelTurn(text="old"), cost_usd=0.05, model="sonnet"))
    assert told.run.spent_usd == 0.05
    assert told.run.turns == {}


def test_who_answered_is_remembered() -> None:
    told = Directed()
    told.begin("draft")
    told.end("draft")
    assert told.run.models == {"sonnet"}


def test_a_call_needs_no_budget_where_there_is_none() -> None:
    told = Directed()
    assert told.kinds(told.begin("draft", usd=1_000)) == ["call_started"]


# --- budgets -----------------------------------------------------------------------------


def paid(usd: float) -> Directed:
    """A run of three drafts side by side."""
    variants = {"draft": {"by": "writer", "do": "D", "variants": 3}}
    return Directed(playbook(variants, budget={"usd": usd}))


def test_money_is_reserved_before_a_call_and_given_back_after_it() -> None:
    told = paid(1)
    told.begin("draft", usd=0.4)
    assert (told.run.reserved_usd, told.run.spent_usd) == (0.4, 0)
    told.end("draft", usd=0.1)
    assert (told.run.reserved_usd, told.run.spent_usd) == (0, 0.1)


def test_a_call_that_fits_the_budget_to_the_cent_may_begin() -> None:
    told = paid(0.3)
    for part in range(3):
        assert told.kinds(told.begin("draft", part)) == ["call_started"]


def test_a_call_waits_while_calls_in_flight_hold_the_money() -> None:
    told = paid(0.25)
    told.begin("draft", 0)
    told.begin("draft", 1)
    with pytest.raises(NotNow):
        told.begin("draft", 2)
    assert told.gates == []


def test_calls_in_flight_settle_before_a_person_is_asked() -> None:
    told = paid(0.15)
    told.begin("draft", 0)
    with pytest.raises(NotNow):
        told.begin("draft", 1)
    told.end("draft", 0, usd=0.1)
    (reached,) = told.begin("draft", 1)
    assert isinstance(reached, e.BudgetReached)
    assert (reached.of, reached.needed_usd) == ("usd", pytest.approx(0.05))
    assert [gate.kind for gate in told.run.gates.values()] == ["usd"]


def test_cheap_calls_make_room_for_others() -> None:
    told = paid(0.15)
    told.begin("draft", 0)
    told.end("draft", 0, usd=0.01)
    assert told.kinds(told.begin("draft", 1)) == ["call_started"]


def test_nothing_begins_while_a_person_is_asked_for_money() -> None:
    told = paid(0.05)
    told.begin("draft")
    assert told.planned == []
    with pytest.raises(Stale):
        told.begin("draft", 1, usd=0.01)


def test_more_money_lets_work_go_on() -> None:
    told = paid(0.05)
    told.begin("draft")
    (gate,) = told.gates
    assert told.give(c.Extend(gate, usd=0.1)) == [e.BudgetRaised(gate=gate, usd=0.1)]
    assert told.planned == ["draft", "draft/1", "draft/2"]
    assert told.kinds(told.begin("draft")) == ["call_started"]


def test_too_little_more_asks_again() -> None:
    told = paid(0.05)
    told.begin("draft")
    told.give(c.Extend(told.gates[0], usd=0.01))
    assert told.kinds(told.begin("draft")) == ["budget_reached"]


@pytest.mark.parametrize("more", [0, -1, float("nan"), float("inf")])
def test_more_is_a_number_above_zero(more: float) -> None:
    told = paid(0.05)
    told.begin("draft")
    extend = c.Extend(told.gates[0], usd=more, minutes=5)
    assert str(told.refused(extend)) == "Say how much more: a number above zero."


def test_to_end_at_the_budget_ends_the_run() -> None:
    told = paid(0.05)
    told.begin("draft")
    told.give(c.End(told.gates[0]))
    assert (told.run.outcome, told.run.reason) == ("ended", "the budget was used up")


# --- calls that were lost -----------------------------------------------------------------


def test_a_lost_call_counts_as_its_reserve_before_the_task_asks_again() -> None:
    told = paid(1)
    told.begin("draft", usd=0.4)
    (lost,) = told.begin("draft", usd=0.4)
    assert lost == e.CallFailed(
        task=told.task("draft"),
        call=1,
        why="Podium stopped while this call was under way",
        cost_usd=0.4,
    )
    assert (told.run.spent_usd, told.run.calls) == (0.4, {})
    (begun,) = told.begin("draft", usd=0.4)
    assert isinstance(begun, e.CallStarted)
    assert begun.call == 2


def test_lost_calls_do_not_wait_for_each_other() -> None:
    told = paid(0.2)
    told.begin("draft", 0)
    told.begin("draft", 1)
    assert told.kinds(told.begin("draft", 0)) == ["call_failed"]
    assert told.kinds(told.begin("draft", 1)) == ["call_failed"]
    assert told.kinds(told.begin("draft", 0)) == ["budget_reached"]


def test_a_lost_call_is_settled_while_a_person_is_asked() -> None:
    told = Directed(playbook(budget={"minutes": 10}))
    told.begin("draft", usd=0.3)
    told.later(minutes=10)
    assert told.planned == ["draft"]
    assert told.kinds(told.begin("draft")) == ["call_failed"]
    assert told.planned == []
