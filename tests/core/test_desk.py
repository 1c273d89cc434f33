"""The desk: the one way in."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from bot.desk import summarize
from bot.ports import Duplicate, LogUnavailable, Query
from bot.run import commands as c
from bot.run.decide import Refused, Stale
from bot.run.events import CallFailed, Recorded, Task
from bot.run.state import Run
from tests.core.rig import HeldLog, Rig, starting, until
from tests.fakes import FakeLog
from tests.run.director import ANA, BO, NINE, playbook

DRAFT = Task(run="r1", step="draft")
BEGIN = c.BeginCall(task=DRAFT, model="sonnet", reserve_usd=0.1)
LEADS = playbook(deliver={"from": "draft", "review": {"by": ["requester", "leads"]}})


async def test_a_command_is_kept_carried_out_and_told() -> None:
    rig = Rig()
    run = await rig.start()
    assert run.version == 2
    assert rig.workers.wanted == {"r1": ["r1/draft/0/1"]}
    assert rig.changed == [2]
    (summary,) = await rig.log.find(Query(run="r1"))
    assert summary == summarize(run)


async def test_a_refused_command_leaves_no_trace() -> None:
    rig = Rig()
    await rig.drafted()
    with pytest.raises(Refused):
        await rig.desk.handle("r1", c.Approve("review-1"), by=BO)
    assert rig.changed == [2, 4]


async def test_commands_are_taken_together_or_not_at_all() -> None:
    rig = Rig()
    before = await rig.drafted()
    twice = (c.Approve("review-1"), c.Approve("review-1"))
    with pytest.raises(Refused):
        await rig.desk.handle("r1", *twice, by=ANA)
    assert await rig.desk.load("r1") == before


async def test_a_delivery_counts_once() -> None:
    rig = Rig()
    await rig.desk.handle("r1", starting(), by=ANA, delivery="d1")
    with pytest.raises(Duplicate) as counted:
        await rig.desk.handle("r2", starting(), by=ANA, delivery="d1")
    assert counted.value.run == "r1"
    with pytest.raises(Refused, match=r"There is no run r2\."):
        await rig.desk.load("r2")


async def test_what_changes_nothing_is_told_to_nobody() -> None:
    rig = Rig()
    await rig.drafted()
    await rig.desk.handle("r1", c.Finish(task=DRAFT, value="late"), by="podium")
    assert rig.changed == [2, 4]


async def test_a_run_that_is_not_there_is_refused() -> None:
    rig = Rig()
    for commands in ((), (c.Tick(),)):
        with pytest.raises(Refused, match=r"There is no run r9\."):
            await rig.desk.handle("r9", *commands, by="podium")


# --- another desk -----------------------------------------------------------------------


async def test_who_comes_second_decides_again_and_is_told() -> None:
    rig = Rig()
    other = rig.another_desk()
    await rig.drafted(LEADS)
    await other.load("r1")
    await rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    with pytest.raises(Refused, match=r"Draft 1 was approved by ana\.") as refused:
        await other.handle("r1", c.Reject("review-1"), by=BO)
    assert refused.value.at == NINE


async def test_a_conflict_is_decided_anew_on_what_is_there() -> None:
    rig = Rig()
    await rig.start(playbook({"draft": {"by": "writer", "do": "D", "variants": 2}}))
    other = rig.another_desk()
    finish = [c.Finish(task=Task(run="r1", step="draft", part=n), value="x") for n in range(2)]
    await other.handle("r1", finish[0], by="podium")
    await rig.desk.handle("r1", finish[1], by="podium")
    run = await rig.desk.load("r1")
    assert list(run.gates) == ["review-1"]


async def test_a_gate_that_another_process_opened_can_be_decided_here() -> None:
    rig = Rig()
    await rig.start()
    other = rig.another_desk()
    await other.handle("r1", c.Finish(task=DRAFT, value="text"), by="podium")
    run = await rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    assert run.outcome == "approved"


async def test_two_decisions_in_one_moment_are_one() -> None:
    rig = Rig()
    await rig.drafted(LEADS)
    desks = (rig.desk, rig.another_desk(), rig.desk)
    people = (ANA, BO, BO)
    outcomes = await asyncio.gather(
        *(
            desk.handle("r1", c.Approve("review-1"), by=who)
            for desk, who in zip(desks, people, strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True, True]


# --- at one moment ----------------------------------------------------------------------


async def test_what_is_asked_at_one_moment_is_appended_and_told_together() -> None:
    rig = Rig()
    await rig.start(playbook({"draft": {"by": "writer", "do": "D", "variants": 3}}))
    parts = [Task(run="r1", step="draft", part=n) for n in range(3)]
    finish = [c.Finish(task=part, value="text") for part in parts]
    runs = await asyncio.gather(*(rig.desk.handle("r1", one, by="podium") for one in finish))
    assert [run.version for run in runs] == [3, 4, 6]
    assert rig.changed == [2, 6]


async def test_who_is_refused_holds_up_nobody_who_asked_at_the_same_moment() -> None:
    rig = Rig()
    await rig.drafted()
    refused, run = await asyncio.gather(
        rig.desk.handle("r1", c.Approve("review-1"), by=BO),
        rig.desk.handle("r1", c.Approve("review-1"), by=ANA),
        return_exceptions=True,
    )
    assert isinstance(refused, Refused)
    assert isinstance(run, Run)
    assert run.outcome == "approved"


async def test_a_doubled_delivery_holds_up_nobody_who_asked_at_the_same_moment() -> None:
    rig = Rig()
    await rig.drafted(LEADS)
    await rig.desk.handle("r2", starting(), by=ANA, delivery="d1")
    doubled, run = await asyncio.gather(
        rig.desk.handle("r1", c.Approve("review-1"), by=ANA, delivery="d1"),
        rig.desk.handle("r1", c.Reject("review-1"), by=ANA),
        return_exceptions=True,
    )
    assert isinstance(doubled, Duplicate)
    assert isinstance(run, Run)
    assert run.outcome == "rejected"


# --- a caller that goes, a database that goes -------------------------------------------


async def test_a_caller_that_is_cancelled_leaves_nothing_half_done() -> None:
    log = HeldLog()
    rig = Rig(log)
    log.may_append.clear()
    caller = asyncio.create_task(rig.start())
    await log.reached.wait()
    caller.cancel()
    with suppress(asyncio.CancelledError):
        await caller
    log.may_append.set()
    await until(lambda: bool(rig.changed))
    assert rig.workers.wanted == {"r1": ["r1/draft/0/1"]}


async def test_a_command_that_the_log_did_not_take_can_be_given_again() -> None:
    log = HeldLog()
    rig = Rig(log)
    await rig.drafted()
    log.away = "before"
    with pytest.raises(LogUnavailable):
        await rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    run = await rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    assert run.outcome == "approved"


async def test_a_command_whose_answer_was_lost_is_carried_out_by_the_next_tick() -> None:
    log = HeldLog()
    rig = Rig(log)
    await rig.drafted(playbook(deliver={"from": "draft", "then": [{"post": "#launches"}]}))
    log.away = "after"
    with pytest.raises(LogUnavailable):
        await rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    assert rig.workers.wanted["r1"] == []
    await rig.desk.tick()
    assert rig.workers.wanted["r1"] == ["r1/deliver.1/0/1"]
    assert rig.changed[-1] == 6
    told = len(rig.changed)
    await rig.desk.tick()
    assert len(rig.changed) == told


async def test_a_start_that_the_log_did_not_take_is_forgotten() -> None:
    log = HeldLog()
    rig = Rig(log)
    log.away = "before"
    with pytest.raises(LogUnavailable):
        await rig.start()
    await rig.desk.tick()
    assert rig.changed == []


# --- waiting ----------------------------------------------------------------------------


async def test_who_waits_for_a_run_to_move_is_woken() -> None:
    rig = Rig()
    run = await rig.start()
    waiting = asyncio.create_task(rig.desk.moved("r1", run.version))
    await asyncio.sleep(0)
    assert not waiting.done()
    await rig.desk.handle("r1", BEGIN, by="podium")
    await waiting


async def test_a_run_that_moved_before_is_not_waited_for() -> None:
    rig = Rig()
    run = await rig.start()
    await rig.desk.moved("r1", run.version - 1)


async def test_an_append_while_the_log_is_read_is_not_missed() -> None:
    class Slow(FakeLog):
        """Gives what was there when the reading began."""

        slow = False

        async def read(self, run: str) -> list[Recorded]:
            found = await super().read(run)
            if self.slow:
                self.slow = False
                await moved.wait()
            return found

    moved = asyncio.Event()
    log = Slow()
    rig = Rig(log)
    run = await rig.start()
    desk = rig.another_desk()
    log.slow = True
    waiting = asyncio.create_task(desk.moved("r1", run.version))
    await asyncio.sleep(0)
    await desk.handle("r1", BEGIN, by="podium")
    moved.set()
    await waiting


# --- after a start ----------------------------------------------------------------------


async def test_work_is_taken_up_and_lost_calls_are_settled() -> None:
    rig = Rig()
    await rig.start()
    await rig.desk.handle("r1", BEGIN, by="podium")
    await rig.drafted(run="r2")
    rig.workers.wanted.clear()
    desk = rig.another_desk()
    assert await desk.recover() == 1
    run = await desk.load("r1")
    assert (run.calls, run.spent_usd) == ({}, 0.1)
    assert rig.workers.wanted == {"r1": ["r1/draft/0/1"]}


async def test_lost_calls_of_a_run_that_is_over_are_settled_too() -> None:
    rig = Rig()
    await rig.start()
    await rig.desk.handle("r1", BEGIN, by="podium")
    await rig.desk.handle("r1", c.Cancel(), by=ANA)
    (summary,) = await rig.log.find(Query(run="r1"))
    assert (summary.status, summary.outcome) == ("working", "cancelled")
    desk = rig.another_desk()
    await desk.recover()
    assert (await desk.load("r1")).spent_usd == 0.1
    (summary,) = await rig.log.find(Query(run="r1"))
    assert (summary.status, summary.spent_usd) == ("ended", 0.1)


async def test_the_worker_of_a_settled_call_is_told_that_it_is_stale() -> None:
    rig = Rig()
    await rig.start()
    await rig.desk.handle("r1", BEGIN, by="podium")
    await rig.another_desk().recover()
    with pytest.raises(Stale):
        await rig.desk.handle("r1", c.FailCall(task=DRAFT, why="late"), by="podium")


async def test_one_unreadable_run_holds_up_no_other() -> None:
    class Torn(FakeLog):
        async def read(self, run: str) -> list[Recorded]:
            found = await super().read(run)
            return found[1:] if run.startswith("torn") else found

    reminded = playbook({"draft": {"human": "do", "ask": "?", "remind": "1h"}})
    rig = Rig(Torn())
    for name in ("torn", "whole"):
        await rig.start(reminded, name)
        await rig.start(run=f"{name} at work")
    desk = rig.another_desk()
    assert await desk.recover() == 2
    assert rig.workers.wanted["whole at work"] == ["whole at work/draft/0/1"]
    rig.later(hours=1)
    await desk.tick()
    assert (await desk.load("whole")).gates["draft.1"].reminders == 1


async def test_more_runs_than_are_kept_in_mind_go_on_all_the_same() -> None:
    rig = Rig()
    names = [f"r{n}" for n in range(300)]
    for name in names:
        await rig.start(run=name)
    for name in names:
        finish = c.Finish(task=Task(run=name, step="draft"), value="text")
        assert (await rig.desk.handle(name, finish, by="podium")).drafts


# --- time -------------------------------------------------------------------------------


async def test_a_tick_reminds_where_it_is_due_and_nowhere_else() -> None:
    rig = Rig()
    reminded = playbook({"draft": {"human": "do", "ask": "?", "remind": "1h"}})
    await rig.start(reminded)
    await rig.start(run="r2")
    rig.later(hours=1)
    told = len(rig.changed)
    await rig.desk.tick()
    await rig.desk.tick()
    assert len(rig.changed) == told + 1
    assert (await rig.desk.load("r1")).gates["draft.1"].reminders == 1


# --- lists ------------------------------------------------------------------------------


def statuses(log: FakeLog) -> Sequence[str]:
    return [summary.status for summary in log.summaries.values()]


async def test_a_run_is_working_waiting_or_over_in_lists() -> None:
    log = FakeLog()
    rig = Rig(log)
    await rig.start()
    assert statuses(log) == ["working"]
    await rig.desk.handle("r1", c.Finish(task=DRAFT, value="text"), by="podium")
    assert statuses(log) == ["waiting"]
    (gate,) = log.summaries["r1"].gates
    assert (gate.gate, gate.ask) == ("review-1", "Draft 1 waits to be judged.")
    await rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    assert statuses(log) == ["ended"]
    assert log.summaries["r1"].gates == ()


async def test_a_lost_call_says_why_in_the_log() -> None:
    log = FakeLog()
    rig = Rig(log)
    await rig.start()
    await rig.desk.handle("r1", BEGIN, by="podium")
    await rig.another_desk().recover()
    (failed,) = [r.event for r in log.events["r1"] if isinstance(r.event, CallFailed)]
    assert failed.why == "Podium stopped while this call was under way"
