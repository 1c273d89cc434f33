"""What must hold in a world at rest, whatever happened in it."""

import re
from collections import Counter

from bot import prompts
from bot.cards import Prose
from bot.cards.run import cards
from bot.playbook.model import Act, Choose, Judge, Work
from bot.playbook.templates import evaluate, render, text
from bot.run import events as e
from bot.run.evolve import fold
from bot.run.state import Run, StepState
from tests.core.world import ANA, EVE, RUN, TEAM, World

_FINAL = (e.Revised, e.Rejected, e.Answered, e.Retried, e.BudgetRaised, e.Expired)
_AFTER_THE_END = (e.CallFinished, e.CallFailed)


def hold(world: World) -> None:
    """Every promise that can be held to at any rest."""
    assert not world.faults, world.faults[0]
    run = world.run()
    assert fold(world.events) == run, "the log does not fold to the live state"
    _gates_are_decided_once(world.events)
    _ended_is_the_end(world.events)
    _money_adds_up(world, run)
    _tasks_finish_once(world.events)
    _answers_are_kept(world)
    _people_are_asked_to_try_again(run)
    for name, state in run.steps.items():
        if state.status == "done":
            _stands_on_what_stands(world, run, name, state)


async def hold_at_the_end(world: World) -> None:
    """And what holds when the run is over and everybody has been told."""
    run = world.run()
    assert run.outcome
    assert not run.calls, f"never settled: {list(run.calls)}"
    _approved_by_enough(world.events, run)
    if sum(process.alive for process in world.processes) == 1:
        # What another process did, one is not told until it asks.
        assert await world.processes[-1].desk.load(RUN) == run
        _chat_shows(world, run)


def _gates_are_decided_once(events: list[e.Recorded]) -> None:
    final = Counter(r.event.gate for r in events if isinstance(r.event, _FINAL))
    assert not final or max(final.values()) == 1, f"decided twice: {final}"
    approvals = Counter(
        (r.event.gate, TEAM.same(r.by)) for r in events if isinstance(r.event, e.Approved)
    )
    assert not approvals or max(approvals.values()) == 1, f"approved twice: {approvals}"
    started = events[0].event
    assert isinstance(started, e.Started)
    review = started.playbook.deliver.review
    if not review.own_work:
        assert all(by != frozenset({ANA}) for _, by in approvals)
    assert all(record.by != EVE for record in events)


def _ended_is_the_end(events: list[e.Recorded]) -> None:
    ends = [n for n, record in enumerate(events) if isinstance(record.event, e.Ended)]
    assert len(ends) <= 1
    for record in events[ends[0] + 1 :] if ends else []:
        assert isinstance(record.event, _AFTER_THE_END), f"{record.event.kind} after the end"


def _answers_are_kept(world: World) -> None:
    """As long as nothing is killed, every answer that a model gave is in the log."""
    if len(world.processes) > 1:
        return
    kept = Counter(r.event.task.key for r in world.events if isinstance(r.event, e.CallFinished))
    given = Counter(call.task for call in world.model.calls if call.answered)
    assert kept == given, "an answer that is paid for was thrown away"


def _people_are_asked_to_try_again(run: Run) -> None:
    """Just as long as something failed."""
    failed = any(state.failures for state in run.steps.values())
    asked = any(gate.kind == "retry" for gate in run.gates.values())
    assert asked == (failed and not run.outcome)


def _money_adds_up(world: World, run: Run) -> None:
    settled = sum(
        r.event.cost_usd for r in world.events if isinstance(r.event, e.CallFinished | e.CallFailed)
    )
    assert abs(settled - run.spent_usd) < 1e-9
    cost = sum(call.meter.cost_usd for call in world.model.calls)
    assert cost <= run.spent_usd + run.reserved_usd + 1e-9, "money was spent that nobody counts"


def _tasks_finish_once(events: list[e.Recorded]) -> None:
    finished = Counter(r.event.task.key for r in events if isinstance(r.event, e.TaskFinished))
    assert not finished or max(finished.values()) == 1, f"finished twice: {finished}"


def _stands_on_what_stands(world: World, run: Run, name: str, state: StepState) -> None:
    """A result was made from the results that stand now."""
    step = run.step(name)
    match step:
        case Work() | Judge():
            if isinstance(step, Work) and step.each:
                assert list(state.items or ()) == (evaluate(step.each, run.values()) or [])
            for part, result in state.results.items():
                task = e.Task(run=RUN, step=name, part=part, attempt=state.attempt)
                _was_asked_with(world, run, task)
                if isinstance(step, Judge):
                    assert result in run.candidates(step), f"{task.key} chose what is gone"
                else:
                    tokens = re.findall(r"\[\[(.*?)#", text(result))
                    assert set(tokens) <= {task.key}, f"{task.key} stands on another's answer"
        case Choose():
            items = evaluate(step.from_, run.values())
            assert list(state.items or ()) == items, f"{name} offered what is gone"
            assert state.value in (state.items or ())
        case Act():
            said = render(step.say, run.values())
            card = world.chat.card(f"{RUN}/{name}/0/{state.attempt}")
            assert card.blocks == (Prose(said),), f"{name} posted what is gone"
        case _:
            pass


def _was_asked_with(world: World, run: Run, task: e.Task) -> None:
    now = prompts.request(run, task, {}).instructions
    asked = [call for call in world.model.calls if call.task == task.key]
    assert asked, f"{task.key} has a result that nobody gave"
    revised = [r.event for r in world.events if isinstance(r.event, e.Revised)]
    for call in asked:
        then = call.request.instructions
        assert then == now, f"{task.key} was made from what is gone"
        for event in revised:
            assert task.step not in event.steps or event.note in then, f"{event.note} is forgotten"


def _approved_by_enough(events: list[e.Recorded], run: Run) -> None:
    """And everything was done that was to follow."""
    last = f"review-{len(run.drafts)}"
    given = [r.event for r in events if isinstance(r.event, e.Approved) and r.event.gate == last]
    needed = run.playbook.deliver.review.approvals
    assert run.approved == (len(given) == needed)
    if run.outcome == "approved" and not run.reason:
        assert run.approved
        assert all(run.steps[name].status == "done" for name in run.afterwards)
        assert run.playbook.steps.keys() <= run.steps.keys()


def _chat_shows(world: World, run: Run) -> None:
    """Every card once, as it is now, the root in the channel and the rest in its thread."""
    wanted = {f"{RUN}/{card.key}": card for card in cards(run, TEAM)}
    mine = [m for m in world.chat.messages.values() if m.place.startswith(run.started.place)]
    assert Counter(m.key for m in mine) == Counter(wanted.keys())
    for message in mine:
        assert message.card == wanted[message.key], f"{message.key} is out of date"
    root, *thread = mine
    assert root.key == f"{RUN}/root"
    assert all(message.place == root.id for message in thread)
    posts = [m for m in world.chat.messages.values() if m not in mine]
    acts = [r.event.task.key for r in world.events if isinstance(r.event, e.TaskFinished)]
    assert Counter(m.key for m in posts) >= Counter(
        key for key in acts if isinstance(run.step(key.split("/")[1]), Act)
    )
