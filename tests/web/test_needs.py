"""What Home shows: what waits for whom, what it blocks, and what is at work."""

import asyncio

from adapters.web.sections.waiting import Waiting
from adapters.web.views.needs import (
    OPTION_GLANCE,
    ShownNeed,
    at_work,
    excerpt,
    held,
    need,
    whole,
    work,
)
from bot.desk import summarize
from bot.ports import Query, Summary
from bot.run import commands as c
from bot.run.state import Run
from tests.run.director import ANA, BO, CY, TEAM, Directed, Steps, drafted, playbook

STEPS: Steps = {
    "angles": {"by": "writer", "do": "A", "returns": {"angles": ["text"]}},
    "facts": {"by": "writer", "do": "{{ angles }}"},
    "lead": {"human": "choose", "from": "angles.angles", "ask": "Which leads?"},
    "draft": {"by": "writer", "do": "{{ lead }} {{ facts }}"},
}
BY_LEADS = {"from": "draft", "review": {"by": ["leads"], "approvals": 2}}


def shown(run: Run, viewer: str = ANA) -> ShownNeed:
    gate = next(iter(run.gates.values()))
    return need(run, gate, TEAM, {ANA: "Ana Ruiz"}, viewer)


def choosing(*angles: str) -> Directed:
    told = Directed(playbook(STEPS, budget={"usd": 0.6}))
    told.finish("angles", {"angles": [*angles]})
    return told


def test_a_choice_shows_each_option_with_the_button_that_chooses_it():
    shows = shown(choosing("red", "blue").run, viewer=BO)
    assert (shows["kind"], shows["requester"]) == ("A choice", "Ana Ruiz")
    assert shows["cost"] == "$0.00 of $0.60 spent"
    assert "Which leads?" in shows["blocks"][0]
    assert [one["button"]["label"] for one in shows["options"]] == ["Choose 1", "Choose 2"]
    assert "blue" in shows["options"][1]["html"]
    assert shows["options"][1]["button"]["action"] == "choose:r1:lead.1:1"
    assert (shows["buttons"], shows["yes"], shows["more"], shows["whole"]) == ([], "", "", "")


def test_a_choice_blocks_what_waits_for_it_and_no_step_beside_it():
    assert held(choosing("red").run, choosing("red").run.gates["lead.1"]) == ("Draft", "the result")


def test_a_review_blocks_the_result_and_what_follows_approval():
    book = playbook(deliver={"from": "draft", "then": [{"post": "#launches"}]})
    shows = shown(drafted(book).run)
    assert shows["held"] == "the result and Post to #launches"
    assert shows["requester"] == "you"
    assert shows["yes"].startswith("approve:")
    assert shows["more"].startswith("revise:")


def test_a_step_that_failed_blocks_itself_and_no_key_ends_the_run():
    told = Directed(playbook(STEPS))
    told.fail("angles")
    shows = shown(told.run)
    assert shows["held"] == "Angles, Facts, Lead and 2 more"
    assert shows["yes"].startswith("retry:")
    assert shows["more"] == ""


def test_a_long_draft_is_cut_at_a_paragraph_and_whole_when_it_is_asked_for():
    parts = [f"Part {n}. {'It says something. ' * 12}" for n in range(9)]
    told = Directed()
    told.finish("draft", "\n\n".join(parts))
    shows = shown(told.run)
    assert shows["whole"] == "Show the whole draft"
    assert "Part 1" in shows["blocks"][0]
    assert "Part 8" not in shows["blocks"][0]
    assert "Part 8" in whole(told.run, told.run.gates["review-1"], TEAM, {})[0]


def test_long_options_are_cut_and_whole_when_they_are_asked_for():
    told = choosing("word " * OPTION_GLANCE, "blue")
    assert shown(told.run)["whole"]
    first, second = whole(told.run, told.run.gates["lead.1"], TEAM, {})
    assert first.count("word") == OPTION_GLANCE
    assert "blue" in second


def test_an_excerpt_does_not_end_with_a_heading():
    assert excerpt("Said. " * 14 + "\n\n## Next\n\n" + "More. " * 50, 100) == "Said. " * 14


def test_what_changed_since_the_last_draft_is_shown():
    told = drafted()
    told.give(c.Revise(gate="review-1", note="Shorter", steps=("draft",)))
    told.finish("draft", "Another text.")
    assert "What changed since draft 1" in shown(told.run)["blocks"][0]


def test_what_is_at_work_says_which_step_and_since_when():
    told = choosing("red")
    told.begin("facts")
    shows = work(told.run, {ANA: "Ana Ruiz"})
    assert (shows["step"], shows["requester"]) == ("Facts · writer", "Ana Ruiz")
    assert shows["since"] == told.now.isoformat()
    assert at_work(told.run)
    told.end("facts")
    told.finish("facts", "It is red.")
    assert not at_work(told.run), "only a person is waited for"


# --- for whom it waits -------------------------------------------------------------


def found(*runs: Run):
    async def find(query: Query) -> list[Summary]:
        return [summarize(run) for run in runs]

    return find


async def test_a_gate_waits_for_those_who_may_decide_it_until_they_have():
    told = drafted(playbook(deliver=BY_LEADS))
    ana, bo, cy = (Waiting(who, TEAM) for who in (ANA, BO, CY))
    for waiting in (ana, bo, cy):
        await waiting.read(found(told.run))
    assert [waiting.count for waiting in (ana, bo, cy)] == [0, 1, 1]
    told.give(c.Approve(gate="review-1"), by=BO)
    assert [waiting.told(told.run) for waiting in (ana, bo, cy)] == [False, True, False]
    assert [waiting.count for waiting in (ana, bo, cy)] == [0, 0, 1]
    await bo.read(found(told.run))
    assert bo.count == 0, "the log says who has approved already"
    told.give(c.Approve(gate="review-1"), by=CY)
    assert cy.told(told.run)
    assert cy.all() == []


async def test_what_is_told_while_the_log_is_read_stands():
    told = drafted()
    before, go_on = told.run, asyncio.Event()
    waiting = Waiting(ANA, TEAM)

    async def slow(query: Query) -> list[Summary]:
        await go_on.wait()
        return [summarize(before)]

    reading = asyncio.create_task(waiting.read(slow))
    await asyncio.sleep(0)
    told.give(c.Approve(gate="review-1"))
    waiting.told(told.run)
    go_on.set()
    await reading
    assert waiting.count == 0


async def test_the_oldest_comes_first():
    early = drafted()
    late = drafted()
    late.later(hours=1)
    late.give(c.Revise(gate="review-1", note="Again", steps=("draft",)))
    late.finish("draft", "Once more.")
    waiting = Waiting(ANA, TEAM)
    await waiting.read(found(late.run.but(id="r0"), early.run))
    assert [wait.id for wait in waiting.all()] == ["r1/review-1", "r0/review-2"]
