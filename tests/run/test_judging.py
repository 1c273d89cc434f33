"""Drafts and what people say to them."""

import pytest

from bot.run import commands as c
from bot.run import events as e
from tests.run.director import (
    ANA,
    BO,
    BO_IN_SLACK,
    CY,
    EVE,
    Directed,
    Steps,
    drafted,
    playbook,
)

GRAPH: Steps = {
    "notes": {"by": "writer", "do": "N"},
    "plot": {"by": "writer", "do": "From {{ notes }}"},
    "words": {"by": "writer", "do": "From {{ notes }}", "variants": 2},
    "best": {"judge": "words", "by": "critic", "rubric": ["short"]},
    "draft": {"by": "writer", "do": "{{ plot }} in {{ best }}"},
    "side": {"by": "writer", "do": "S"},
    "end": {"by": "writer", "do": "{{ draft }}"},
}


def reviewed(**review: object) -> Directed:
    return drafted(playbook(deliver={"from": "draft", "review": review}))  # type: ignore[dict-item]


def whole() -> Directed:
    """A run of the graph whose first draft waits; `side` and `end` are still at work."""
    told = Directed(playbook(GRAPH, deliver={"from": "draft"}))
    told.finish("notes", "n")
    told.finish("plot", "p")
    told.finish("words", "w1", "w2")
    told.judge("best", 0)
    told.finish("draft", "d")
    return told


def test_a_draft_opens_its_review() -> None:
    told = drafted()
    gate = told.run.gates["review-1"]
    assert (gate.kind, gate.by, gate.approvals) == ("review", ("requester",), 1)
    assert [draft.value for draft in told.run.drafts] == ["The first draft."]


def test_an_approved_run_is_over() -> None:
    told = drafted()
    events = told.give(c.Approve("review-1", "Good."))
    assert events == [e.Approved(gate="review-1", note="Good."), e.Ended(outcome="approved")]
    assert told.gates == []


def test_a_rejected_run_is_over_and_says_why() -> None:
    told = drafted()
    told.give(c.Reject("review-1", "Not for us."))
    assert (told.run.outcome, told.run.reason, told.run.ended_by) == (
        "rejected",
        "Not for us.",
        ANA,
    )


# --- who may ------------------------------------------------------------------------------


def test_a_stranger_may_not_decide() -> None:
    told = drafted()
    for command in (c.Approve("review-1"), c.Revise("review-1", "x"), c.Reject("review-1")):
        assert str(told.refused(command, EVE)) == "This is for ana to decide."


def test_who_a_group_names_may_decide_by_any_identity() -> None:
    told = reviewed(by=["leads"])
    assert str(told.refused(c.Approve("review-1"), ANA)) == "This is for bo, cy to decide."
    told.give(c.Approve("review-1"), by=BO_IN_SLACK)
    assert told.run.outcome == "approved"


def test_nobody_may_decide_what_is_for_people_that_podium_does_not_know() -> None:
    told = reviewed(by=["nobody", "somebody"])
    refused = told.refused(c.Approve("review-1"))
    assert str(refused) == (
        "This is for nobody, somebody, and Podium knows nobody there: see the team file."
    )


def test_own_work_may_be_kept_from_its_requester() -> None:
    told = reviewed(by=["requester", "leads"], own_work=False)
    assert str(told.refused(c.Approve("review-1"), ANA)) == "This is for bo, cy to decide."
    told.give(c.Approve("review-1"), by=CY)
    assert told.run.outcome == "approved"


def test_a_person_is_meant_by_an_identity_written_out() -> None:
    told = reviewed(by=[BO_IN_SLACK])
    told.give(c.Approve("review-1"), by=BO)
    assert told.run.outcome == "approved"


# --- several approvals ----------------------------------------------------------------------


def test_a_draft_may_need_several_people() -> None:
    told = reviewed(by=["requester", "leads"], approvals=2)
    told.give(c.Approve("review-1"))
    assert told.run.outcome is None
    assert told.run.gates["review-1"].approved_by == (ANA,)
    told.give(c.Approve("review-1"), by=BO)
    assert told.run.outcome == "approved"
    assert told.run.taken["review-1"].gate.approved_by == (ANA, BO)


def test_one_person_approves_once_whoever_they_are_here() -> None:
    told = reviewed(by=["leads"], approvals=2)
    told.give(c.Approve("review-1"), by=BO)
    for who in (BO, BO_IN_SLACK):
        refused = told.refused(c.Approve("review-1"), who)
        assert str(refused) == "You approved this draft already; it needs 1 more."


def test_one_of_several_may_still_send_it_back_and_all_begins_anew() -> None:
    told = reviewed(by=["requester", "leads"], approvals=2)
    told.give(c.Approve("review-1"))
    told.give(c.Revise("review-1", "shorter"), by=BO)
    told.finish("draft", "The second draft.")
    assert told.run.gates["review-2"].approved_by == ()


# --- revise -----------------------------------------------------------------------------------


def test_a_note_is_for_who_wrote_the_draft() -> None:
    told = whole()
    told.give(c.Revise("review-1", "shorter"))
    (note,) = told.run.notes["draft"]
    assert (note.text, note.by, note.previous) == ("shorter", ANA, "d")


def test_a_note_on_what_a_judge_chose_is_for_who_wrote_it() -> None:
    told = Directed(
        playbook(
            {
                "words": {"by": "writer", "do": "W", "variants": 2},
                "best": {"judge": "words", "by": "critic", "rubric": ["short"]},
            }
        )
    )
    told.finish("words", "a", "b")
    told.judge("best", 1)
    told.give(c.Revise("review-1", "shorter"))
    assert list(told.run.notes) == ["words"]
    assert told.planned == ["words", "words/1"]


def test_a_note_on_what_a_person_chose_is_for_who_offered_it() -> None:
    told = Directed(
        playbook(
            {
                "words": {"by": "writer", "do": "W", "variants": 2},
                "lead": {"human": "choose", "from": "words", "ask": "?"},
            }
        )
    )
    told.finish("words", "a", "b")
    told.give(c.Choose("lead.1", 0))
    told.give(c.Revise("review-1", "shorter"))
    assert list(told.run.notes) == ["words"]


def test_a_note_on_a_persons_own_work_is_for_that_person() -> None:
    told = Directed(playbook({"draft": {"human": "answer", "ask": "Write it."}}))
    told.give(c.Answer("draft.1", "My text."))
    told.give(c.Revise("review-1", "shorter"))
    assert list(told.run.notes) == ["draft"]
    assert told.gates == ["draft.2"]


def test_revise_reopens_what_it_touches_and_all_that_follows() -> None:
    told = whole()
    (revised, opened) = told.give(c.Revise("review-1", "another plot", ("plot",)))
    assert isinstance(revised, e.Revised)
    assert revised.reopened == ("plot", "draft", "end")
    assert opened == e.StepOpened(step="plot", attempt=2)
    assert told.planned == ["side", "plot"]
    assert told.run.value("words") == ["w1", "w2"]


def test_what_is_done_again_is_made_from_what_stands() -> None:
    told = whole()
    told.give(c.Revise("review-1", "another plot", ("plot",)))
    told.finish("plot", "p2")
    assert told.run.attempts["draft"] == 2
    told.finish("draft", "d2")
    assert [draft.value for draft in told.run.drafts] == ["d", "d2"]
    assert told.gates == ["review-2"]


def test_notes_add_up() -> None:
    told = whole()
    told.give(c.Revise("review-1", "shorter"))
    told.finish("draft", "d2")
    told.give(c.Revise("review-2", "and louder"))
    assert [(note.text, note.previous) for note in told.run.notes["draft"]] == [
        ("shorter", "d"),
        ("and louder", "d2"),
    ]


def test_revise_asks_a_person_again_whose_choice_it_touches() -> None:
    told = Directed(
        playbook(
            {
                "words": {"by": "writer", "do": "W", "variants": 2},
                "lead": {"human": "choose", "from": "words", "ask": "?"},
                "draft": {"by": "writer", "do": "{{ lead }}"},
            }
        )
    )
    told.finish("words", "a", "b")
    told.give(c.Choose("lead.1", 0))
    told.finish("draft", "d")
    told.give(c.Revise("review-1", "others", ("words",)))
    told.finish("words", "c", "d")
    assert told.gates == ["lead.2"]
    assert told.run.gates["lead.2"].items == ("c", "d")


def test_a_question_whose_step_is_done_again_is_closed() -> None:
    told = Directed(
        playbook(
            {
                "draft": {"by": "writer", "do": "D"},
                "side": {"human": "answer", "ask": "{{ draft }}?"},
            },
            deliver={"from": "draft"},
        )
    )
    told.finish("draft", "d")
    assert told.gates == ["side.1", "review-1"]
    told.give(c.Revise("review-1", "shorter"))
    assert told.gates == []
    assert told.run.taken["side.1"].verb == "closed"
    refused = told.refused(c.Answer("side.1", "yes"))
    assert str(refused) == "This question was asked anew; look at the newest card."
    assert (refused.by, refused.at) == (ANA, told.now)


def test_a_failure_that_is_done_again_is_not_to_be_tried_again() -> None:
    told = whole()
    told.fail("end")
    (retry,) = [gate for gate in told.gates if gate.startswith("retry")]
    told.give(c.Revise("review-1", "shorter"))
    assert told.gates == []
    assert told.run.taken[retry].verb == "closed"


def test_a_failure_elsewhere_is_still_to_be_tried_again() -> None:
    told = whole()
    told.fail("side")
    told.give(c.Revise("review-1", "shorter"))
    assert [gate.kind for gate in told.run.gates.values()] == ["retry"]


@pytest.mark.parametrize("note", ["", "  \n"])
def test_revise_needs_a_note(note: str) -> None:
    refused = whole().refused(c.Revise("review-1", note))
    assert str(refused) == ("Say what should change: the note is what the specialist works from.")


def test_revise_knows_the_steps_of_the_draft() -> None:
    told = whole()
    refused = told.refused(c.Revise("review-1", "x", ("plot", "plott", "deliver.1")))
    assert str(refused) == "This draft has no step plott, deliver.1 to do again."
    refused = told.refused(c.Revise("review-1", "x", ("side",)))
    assert str(refused) == "Nothing in the draft comes from side."


# --- too late -------------------------------------------------------------------------------


def test_who_comes_second_is_told_who_decided_and_when() -> None:
    told = reviewed(by=["requester", "leads"])
    told.give(c.Approve("review-1"), by=BO)
    decided = told.now
    told.later(hours=1)
    refused = told.refused(c.Reject("review-1"))
    assert (str(refused), refused.by, refused.at) == ("Draft 1 was approved by bo.", "", decided)


def test_who_judges_an_old_draft_is_told_of_the_new_one() -> None:
    told = drafted()
    told.give(c.Revise("review-1", "shorter"))
    assert str(told.refused(c.Approve("review-1"))) == "Draft 1 was sent back by ana."
    told.finish("draft", "The second draft.")
    assert str(told.refused(c.Approve("review-1"))) == (
        "Draft 1 was sent back by ana. Draft 2 is waiting."
    )


def test_who_decides_on_a_run_that_is_over_is_told_how_it_ended() -> None:
    told = drafted()
    told.give(c.Cancel("enough"))
    refused = told.refused(c.Approve("review-1"))
    assert (str(refused), refused.by) == ("This run is over: cancelled.", ANA)


def test_a_gate_that_never_was_cannot_be_decided() -> None:
    refused = drafted().refused(c.Approve("review-7"))
    assert str(refused) == "This question was asked anew; look at the newest card."
    assert refused.at is None


def test_a_gate_is_decided_in_its_own_way() -> None:
    told = drafted()
    wrong: list[c.Decision] = [
        c.Choose("review-1", 0),
        c.Answer("review-1", "x"),
        c.Done("review-1"),
        c.Retry("review-1"),
        c.Extend("review-1", usd=1),
        c.End("review-1"),
    ]
    for command in wrong:
        assert str(told.refused(command)) == (
            "This cannot be decided that way; look at the newest card."
        )
