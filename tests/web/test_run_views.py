"""What the page says of a run beside its timeline: calls, costs, decisions, exports."""

import json
from datetime import timedelta

from adapters.web.views import sheets
from adapters.web.views.calls import Passage, call_lines, passages
from adapters.web.views.decisions import decisions
from adapters.web.views.export import as_json, as_markdown, file_name
from adapters.web.views.head import head
from adapters.web.views.spending import spending
from bot.policy import Team
from bot.prompts import request
from bot.run import commands as c
from bot.run import events as e
from bot.run.evolve import fold
from bot.specialist import Ask, next_move
from tests.run.director import ANA, BO, DRAFT, NINE, Directed, playbook

HOSTILE = "<img src=x onerror=alert(1)> <script>alert(2)</script> </pre>"


def said(found: list[Passage] | None) -> dict[str, str]:
    assert found
    return {passage["label"]: passage["text"] for passage in found}


def handed_in(told: Directed, step: str, text: str, usd: float = 0.01) -> None:
    told.begin(step)
    told.now += timedelta(seconds=4)
    told.end(step, text=text, usd=usd)
    told.finish(step, text)


def revised() -> Directed:
    told = Directed()
    handed_in(told, "draft", "The first draft.")
    told.give(c.Revise("review-1", note="Name the price"), by=ANA)
    handed_in(told, "draft", "The second draft.", usd=0.02)
    return told


# --- calls ------------------------------------------------------------------------


def test_each_call_is_a_line_with_who_answered_what_it_took_and_cost():
    first, second = call_lines(revised().records, revised().run)
    assert (first["label"], first["who"], first["model"]) == ("Draft", "writer", "sonnet")
    assert (first["took"], first["cost"], first["state"]) == ("4.0 s", "$0.0100", "answered")
    assert second["label"] == "Draft, attempt 2"


def test_a_prompt_is_the_one_that_was_sent():
    told = Directed()
    asked = request(told.run, told.task("draft"), {})
    handed_in(told, "draft", "The first draft.")
    told.give(c.Revise("review-1", note="Name the price"), by=ANA)
    line = call_lines(told.records, told.run)[0]
    shown = said(passages(told.records, line["seq"]))
    assert shown == {
        "System": asked.system,
        "Brief": asked.brief,
        "Instructions": asked.instructions,
        "Answer": "The first draft.",
    }


def test_the_prompt_of_a_revision_holds_the_note_and_the_draft_before():
    told = revised()
    line = call_lines(told.records, told.run)[1]
    shown = said(passages(told.records, line["seq"]))
    assert "Name the price" in shown["Instructions"]
    assert "The first draft." in shown["Instructions"]
    assert shown["Answer"] == "The second draft."


def test_a_correction_is_shown_as_it_was_said():
    told = Directed(playbook({"draft": {**DRAFT["draft"], "returns": {"title": "text"}}}))
    told.begin("draft")
    told.end("draft", text="No JSON")
    before = fold(told.records)
    told.begin("draft")
    told.end("draft", text='{"title": "Yes"}')
    assert before
    task = told.task("draft")
    move = next_move(before, task, before.turns[task.key])
    assert isinstance(move, Ask)
    correction = move.turns[-1]
    assert isinstance(correction, e.PersonTurn)
    shown = said(passages(told.records, call_lines(told.records, told.run)[1]["seq"]))
    assert shown["Answered before"] == "No JSON"
    assert shown["Podium said"] == correction.text
    assert shown["Answer"] == '{"title": "Yes"}'


def test_a_call_that_failed_or_is_under_way_says_so():
    told = Directed()
    told.begin("draft")
    under_way = said(passages(told.records, told.records[-1].seq))
    assert under_way["Answer"] == "It has not come yet."
    seq = told.records[-1].seq
    told.give(c.FailCall(task=told.task("draft"), why="overloaded"), by="podium")
    assert said(passages(told.records, seq))["It failed"] == "overloaded"
    assert call_lines(told.records, told.run)[0]["state"] == "failed"


def test_what_is_no_call_has_no_prompt():
    told = revised()
    assert passages(told.records, 1) is None
    assert passages(told.records, 10_000) is None


# --- costs ------------------------------------------------------------------------


def test_costs_are_summed_by_specialist_and_step_and_failed_calls_count():
    told = Directed(playbook({**DRAFT, "polish": {"by": "writer", "do": "Polish {{ draft }}."}}))
    told.begin("draft")
    failed = c.FailCall(task=told.task("draft"), why="cut off", cost_usd=0.5)
    told.give(failed, by="podium")
    handed_in(told, "draft", "One.", usd=0.25)
    handed_in(told, "polish", "Two.", usd=0.25)
    costs = spending(told.records, told.run)
    assert costs.total_usd == told.run.spent_usd == 1
    assert [(one.name, one.usd, one.calls, one.failed) for one in costs.by_specialist] == [
        ("writer", 1.0, 3, 1)
    ]
    assert [(one.name, one.usd) for one in costs.by_step] == [("Draft", 0.75), ("Polish", 0.25)]


# --- decisions --------------------------------------------------------------------


def test_every_decision_says_who_when_and_what():
    told = revised()
    told.give(c.Approve("review-2", note="Good"), by=ANA)
    sent_back, approved = decisions(told.records, told.run)
    assert (sent_back.about, sent_back.verb, sent_back.by) == ("Draft 1", "Sent back", ANA)
    assert (sent_back.said, sent_back.redone) == ("Name the price", ("Draft",))
    assert sent_back.at == NINE + timedelta(seconds=4)
    assert (approved.about, approved.verb, approved.said) == ("Draft 2", "Approved", "Good")


def test_an_approval_that_needs_another_is_a_decision_of_its_own():
    review = {"by": ["bo", "cy"], "approvals": 2}
    told = Directed(playbook(deliver={"from": "draft", "review": review}))
    handed_in(told, "draft", "The draft.")
    told.give(c.Approve("review-1"), by=BO)
    assert [(one.verb, one.by) for one in decisions(told.records, told.run)] == [("Approved", BO)]


def test_who_cancelled_a_run_is_told():
    told = Directed()
    told.give(c.Cancel(), by=ANA)
    assert [(one.about, one.verb, one.by) for one in decisions(told.records, told.run)] == [
        ("The run", "Cancelled", ANA)
    ]
    shown = head(told.run, {})
    assert shown["state"] == "Cancelled"
    assert shown["stamp"].startswith("by <strong>ana</strong>")


# --- the rest ---------------------------------------------------------------------


def test_what_others_wrote_stays_text():
    told = Directed(product=HOSTILE)
    handed_in(told, "draft", HOSTILE)
    told.give(c.Revise("review-1", note=HOSTILE), by=ANA)
    listed = sheets.decided(decisions(told.records, told.run), {})
    for html in (sheets.brief(told.run, {}), listed):
        assert "<img" not in html
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_a_finished_step_says_how_long_it_took():
    assert "attempt 2, 4.0 s" in sheets.checklist(revised().run, Team(), {})


def test_the_markdown_holds_brief_result_drafts_decisions_and_costs():
    told = revised()
    told.give(c.Approve("review-2"), by=ANA)
    text = as_markdown(told.records, told.run, {})
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Launch brief: Acme",
        "## The brief",
        "## The result",
        "## Draft 1",
        "## Decisions",
        "## Costs",
    ]
    assert "**Product**: Acme" in text
    assert "- **Draft 1**: Sent back by ana, 2026-11-02 09:00 UTC\n  > Name the price" in text
    assert "| Draft | 2 | 0 | $0.0300 |" in text


def test_the_json_is_the_log():
    told = revised()
    events = json.loads(json.dumps(as_json(told.records, told.run)))["events"]
    assert [e.Recorded.model_validate({"run": "r1", **one}) for one in events] == told.records


def test_a_file_is_named_so_that_every_system_takes_it():
    assert file_name(Directed().run, ".md") == "launch-brief-r1.md"


def test_a_recurring_runs_brief_says_what_its_schedule_added():
    last = e.Last(result="<b>All</b> was well.", approved_at="Monday")
    told = Directed(last=last, since="Friday")
    shown = sheets.brief(told.run, {})
    assert "<dt>Last start</dt>" in shown
    assert "<dt>Last result, approved Monday</dt>" in shown
    assert "&lt;b&gt;All&lt;/b&gt; was well." in shown
    assert "**Last start**: Friday" in as_markdown(told.records, told.run, {})
