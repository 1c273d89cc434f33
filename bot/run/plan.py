"""plan: what a run now wants done, and when it wants to be looked at again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.playbook.model import Act, Judge, Work
from bot.run.events import Task
from bot.run.state import Run


def plan(run: Run) -> tuple[Task, ...]:
    """The tasks that should be under way. While halted: only those with a call in flight."""
    tasks = open_tasks(run)
    return tuple(task for task in tasks if not run.halted or task.key in run.calls)


def open_tasks(run: Run) -> Iterator[Task]:
    """Every part of an opened step that has no result and has not given up."""
    if run.outcome:
        return
    for name, state in run.steps.items():
        if state.status != "open" or not isinstance(run.step(name), Work | Judge | Act):
            continue
        for part in range(state.parts):
            if part not in state.results and part not in state.failures:
                yield Task(run=run.id, step=name, part=part, attempt=state.attempt)


def is_open(run: Run, task: Task) -> bool:
    """Whether the run still wants this task's result."""
    state = run.steps.get(task.step)
    return (
        run.outcome is None
        and state is not None
        and state.status == "open"
        and state.attempt == task.attempt
        and task.part < state.parts
        and task.part not in state.results
        and task.part not in state.failures
    )


def due_at(run: Run) -> datetime | None:
    """When a Tick has something to say: a reminder, an expiry, the end of the working time."""
    if run.outcome:
        return None
    times = [at for gate in run.gates.values() for at in (gate.remind_at, gate.expire_at) if at]
    times += [end] if (end := time_up(run)) else []
    return min(times, default=None)


def time_up(run: Run) -> datetime | None:
    """When the working time at a stretch ends; None while the run waits or has no limit."""
    if run.budget_minutes is None or run.halted or not any(open_tasks(run)):
        return None
    return run.working_since + timedelta(minutes=run.budget_minutes)
