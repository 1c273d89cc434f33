"""Choices, questions, failures, cancelling, time and what follows approval."""

from datetime import timedelta

import pytest
from pydantic import JsonValue

from bot.run import commands as c
from bot.run import events as e
from bot.run.plan import due_at
from tests.run.director import ANA, BO, EVE, NINE, Directed, drafted, playbook

POSTS: JsonValue = {"from": "draft", "then": [{"post": "#launches"}, {"post": "#sales"}]}


def choosing() -> Directed:
    told = Directed(
        playbook(
            {
                "words": {"by": "writer", "do": "W", "variants": 2},
                "lead": {"human": "choose", "from": "words", "ask": "Which?"},
            }
        )
    )
    told.finish("words", "a", "b")
    return told


def asking(**step: JsonValue) -> Directed:
    return Directed(playbook({"when": {"human": "answer", "ask": "When?", **step}}))


# --- choices and answers -------------------------------------------------------------------


def test_a_choice_is_one_of_what_was_offered() -> None:
    told = choosing()
    told.give(c.Choose("lead.1", 1))
    assert told.run.value("lead") == "b"
    taken = told.run.taken["lead.1"]
    assert (taken.verb, taken.by, taken.at, taken.said) == ("answered", ANA, NINE, "b")


@pytest.mark.parametrize("option", [-1, 2])
def test_no_other_choice_is_taken(option: int) -> None:
    refused = choosing().refused(c.Choose("lead.1", option))
    assert str(refused) == "There are 2 to choose from."


def test_an_answer_is_the_steps_result() -> None:
    told = asking()
    told.give(c.Answer("when.1", "On Monday"))
    assert told.run.drafts[0].value == "On Monday"


@pytest.mark.parametrize("value", ["", "  ", None, 3, {"date": "x"}])
def test_an_answer_is_a_text_that_says_something(value: JsonValue) -> None:
    assert str(asking().refused(c.Answer("when.1", value))) == "The answer is empty."


def test_a_small_form_gives_an_object() -> None:
    told = asking(inputs={"date": {"type": "date"}})
    told.give(c.Answer("when.1", {"date": "2026-11-30"}))
    assert told.run.value("when") == {"date": "2026-11-30"}


def test_a_question_is_for_those_it_names() -> None:
    told = asking(by="leads")
    assert str(told.refused(c.Answer("when.1", "x"))) == "This is for bo, cy to decide."
    told.give(c.Answer("when.1", "x"), by=BO)
    assert told.run.value("when") == "x"


# --- failures -------------------------------------------------------------------------------


def variants() -> Directed:
    return Directed(playbook({"draft": {"by": "writer", "do": "D", "variants": 3}}))


def test_a_failure_asks_a_person_and_keeps_what_is_finished() -> None:
    told = variants()
    told.finish("draft", "a")
    told.fail("draft", 1)
    assert told.planned == ["draft/2"]
    (gate,) = told.gates
    told.give(c.Retry(gate))
    assert told.planned == ["draft/1", "draft/2"]
    assert told.run.steps["draft"].results == {0: "a"}


def test_one_question_is_asked_about_all_failures() -> None:
    told = variants()
    told.fail("draft", 0)
    told.fail("draft", 1)
    (gate,) = told.gates
    told.give(c.Retry(gate))
    assert told.planned == ["draft", "draft/1", "draft/2"]


def test_a_failure_after_trying_again_is_a_new_question() -> None:
    told = variants()
    told.fail("draft")
    (first,) = told.gates
    told.give(c.Retry(first))
    told.fail("draft")
    (second,) = told.gates
    assert first != second
    assert str(told.refused(c.Retry(first))) == "This was tried again by ana."


def test_trying_again_goes_on_from_the_turns_so_far() -> None:
    told = Directed()
    told.begin("draft")
    told.end("draft", text="half")
    told.fail("draft")
    told.give(c.Retry(told.gates[0]))
    assert len(told.run.turns[told.task("draft").key]) == 1


def test_what_failed_for_its_own_words_forgets_them() -> None:
    told = variants()
    for part in (0, 1):
        told.begin("draft", part)
        told.end("draft", part, text="wrong")
    told.fail("draft", 0, fresh=True)
    told.fail("draft", 1)
    told.give(c.Retry(told.gates[0]))
    assert list(told.run.turns) == ["r1/draft/1/1"]


def test_to_end_at_a_failure_says_what_failed() -> None:
    told = Directed()
    told.fail("draft", why="The model is away")
    told.give(c.End(told.gates[0]))
    assert (told.run.outcome, told.run.reason) == ("ended", "The model is away")


# --- cancelling --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [ANA, BO])
def test_the_requester_and_the_judges_may_cancel(who: str) -> None:
    told = Directed(playbook(deliver={"from": "draft", "review": {"by": "leads"}}))
    told.give(c.Cancel("enough"), by=who)
    assert (told.run.outcome, told.run.reason, told.run.ended_by) == ("cancelled", "enough", who)
    assert told.planned == []


def test_a_requester_who_may_not_judge_may_cancel() -> None:
    review: JsonValue = {"by": ["requester", "leads"], "own_work": False}
    told = Directed(playbook(deliver={"from": "draft", "review": review}))
    told.give(c.Cancel())
    assert told.run.outcome == "cancelled"


def test_a_stranger_may_not_cancel() -> None:
    assert str(Directed().refused(c.Cancel(), EVE)) == "Only ana can cancel this run."


def test_a_run_is_over_once() -> None:
    told = drafted()
    told.give(c.Approve("review-1"))
    refused = told.refused(c.Cancel())
    assert (str(refused), refused.by, refused.at) == ("This run is over: approved.", ANA, NINE)


def test_the_questions_of_a_run_that_is_over_are_closed() -> None:
    told = drafted()
    told.give(c.Cancel())
    taken = told.run.taken["review-1"]
    assert (told.gates, taken.verb, taken.by) == ([], "closed", ANA)


# --- time ---------------------------------------------------------------------------------------


def test_a_person_is_reminded_as_often_as_the_playbook_says() -> None:
    told = asking(remind="4h")
    assert due_at(told.run) == NINE + timedelta(hours=4)
    assert told.later(hours=3) == []
    assert told.later(hours=1) == [e.Reminded(gate="when.1")]
    assert told.later(hours=3) == []
    assert told.later(hours=1) == [e.Reminded(gate="when.1")]
    assert told.run.gates["when.1"].reminders == 2


def test_reminders_that_were_missed_are_not_made_up_for() -> None:
    told = asking(remind="4h")
    assert told.later(days=2) == [e.Reminded(gate="when.1")]
    assert due_at(told.run) == told.now + timedelta(hours=4)


def test_a_review_reminds_as_its_own_words_say() -> None:
    told = drafted(playbook(deliver={"from": "draft", "review": {"remind": "1d"}}))
    assert told.later(days=1) == [e.Reminded(gate="review-1")]
    assert due_at(told.run) == NINE + timedelta(days=2)


def test_a_question_that_nobody_answers_ends_the_run() -> None:
    told = asking(remind="4h", expire="1d")
    expired, ended = told.later(days=1)
    assert expired == e.Expired(gate="when.1")
    assert ended == e.Ended(
        outcome="expired", reason="nobody decided by 03 November 2026, 09:00 UTC"
    )
    assert told.run.ended_by == "podium"
    assert str(told.refused(c.Answer("when.1", "x"))) == "This run is over: expired."


def test_a_run_that_waits_without_end_is_never_due() -> None:
    assert due_at(drafted().run) is None
    assert drafted().later(weeks=9) == []


def test_a_run_that_is_over_is_never_due() -> None:
    told = asking(remind="4h", expire="1d")
    told.give(c.Cancel())
    assert due_at(told.run) is None
    assert told.later(days=9) == []


def timed() -> Directed:
    return Directed(playbook(budget={"minutes": 10}))


def test_work_without_end_asks_a_person() -> None:
    told = timed()
    assert due_at(told.run) == NINE + timedelta(minutes=10)
    assert told.later(minutes=9) == []
    assert told.later(minutes=1) == [e.BudgetReached(of="minutes")]
    assert (told.planned, due_at(told.run)) == ([], None)
    assert told.later(minutes=30) == []


def test_calls_in_flight_go_on_when_time_is_up() -> None:
    told = Directed(
        playbook({"draft": {"by": "writer", "do": "D", "variants": 2}}, budget={"minutes": 1})
    )
    told.begin("draft", 1)
    told.later(minutes=1)
    assert told.planned == ["draft/1"]


def test_just_the_minutes_that_a_person_gives_are_worked() -> None:
    told = timed()
    told.later(minutes=10)
    told.later(hours=2)
    told.give(c.Extend(told.gates[0], minutes=5))
    assert due_at(told.run) == told.now + timedelta(minutes=5)
    assert told.planned == ["draft"]
    assert told.run.budget_minutes == 15


def test_money_does_not_buy_time() -> None:
    told = timed()
    told.later(minutes=10)
    told.refused(c.Extend(told.gates[0], usd=5))


def test_a_waiting_run_works_no_time() -> None:
    told = drafted(playbook(budget={"minutes": 10}))
    assert told.later(days=3) == []
    told.give(c.Revise("review-1", "shorter"))
    assert due_at(told.run) == told.now + timedelta(minutes=10)


# --- after approval -----------------------------------------------------------------------------


def test_what_follows_approval_is_done_before_the_run_is_over() -> None:
    told = drafted(playbook(deliver=POSTS))
    events = told.give(c.Approve("review-1"))
    assert told.kinds(events) == ["approved", "step_opened", "step_opened"]
    assert told.planned == ["deliver.1", "deliver.2"]
    told.finish("deliver.1", "m1")
    assert told.run.outcome is None
    told.finish("deliver.2", "m2")
    assert (told.run.outcome, told.run.ended_by) == ("approved", "podium")


def test_nothing_is_posted_before_approval() -> None:
    told = drafted(playbook(deliver=POSTS))
    told.give(c.Revise("review-1", "shorter"))
    assert "deliver.1" not in told.run.steps


def test_to_end_after_approval_does_not_take_it_back() -> None:
    told = drafted(playbook(deliver=POSTS))
    told.give(c.Approve("review-1"))
    told.fail("deliver.1", why="#launches is gone")
    told.give(c.End(told.gates[0]))
    assert (told.run.outcome, told.run.reason) == ("approved", "#launches is gone")


def test_a_post_that_failed_is_tried_again() -> None:
    told = drafted(playbook(deliver=POSTS))
    told.give(c.Approve("review-1"))
    told.fail("deliver.1")
    told.give(c.Retry(told.gates[0]))
    assert told.planned == ["deliver.1", "deliver.2"]


def test_posts_say_the_deliverable() -> None:
    told = drafted(playbook(deliver=POSTS))
    told.give(c.Approve("review-1"))
    step = told.run.step("deliver.2")
    assert step.model_dump() == {
        "after": (),
        "when": None,
        "act": {"post": "#sales"},
        "say": "{{ draft }}",
    }
