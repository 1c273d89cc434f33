"""The checklist of a run: each step, who does it, how far it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.cards.model import Item, ItemState
from bot.playbook.model import Act, Answer, Choose, Do, HumanStep, Judge, Work
from bot.policy import Team, called
from bot.run.events import Task
from bot.run.state import Run, StepState

_NO_TEAM = Team()


def items(run: Run, team: Team = _NO_TEAM) -> tuple[Item, ...]:
    """A line for each step, the review, and what follows it."""
    before = [_item(run, name, team) for name in run.playbook.steps]
    after = [_item(run, name, team) for name in run.afterwards]
    lines = (*before, _review(run, team), *after)
    if not run.outcome:
        return lines
    return tuple(replace(i, word="not done") if i.state == "waiting" else i for i in lines)


def plain(name: str) -> str:
    """A step's name as people read it."""
    return name.replace("_", " ").capitalize()


def _item(run: Run, name: str, team: Team) -> Item:
    state = run.steps.get(name)
    return Item(
        label=_label(run, name),
        state=_state(run, name, state),
        who=_who(run, name, team),
        detail=_detail(run, name, state),
        since=_since(run, name, state),
    )


def _label(run: Run, name: str) -> str:
    step = run.step(name)
    return f"Post to {step.act.post}" if isinstance(step, Act) else plain(name)


def _who(run: Run, name: str, team: Team) -> str:
    step = run.step(name)
    match step:
        case Work() | Judge():
            return step.by
        case Choose() | Answer() | Do():
            return people(run, step.by, team)
        case Act():
            return ""


def people(run: Run, names: tuple[str, ...], team: Team) -> str:
    """Whoever is meant by names, groups and `requester`, as people call them."""
    requester = team.name(run.started.requester)
    return ", ".join(called(requester if name == "requester" else name) for name in names)


def _state(run: Run, name: str, state: StepState | None) -> ItemState:
    if state is None:
        return "waiting"
    if state.status != "open":
        return "done" if state.status == "done" else "skipped"
    if state.failures:
        return "failed"
    if run.outcome:
        return "waiting"
    return "asking" if isinstance(run.step(name), HumanStep) else "working"


def _detail(run: Run, name: str, state: StepState | None) -> str:
    parts: list[str] = []
    if state and state.status == "open" and state.parts > 1:
        parts.append(f"{len(state.results)} of {state.parts}")
    elif state and state.status == "done" and state.parts > 1:
        parts.append(f"{state.parts} of {state.parts}")
    if state and state.attempt > 1:
        parts.append(f"attempt {state.attempt}")
    return ", ".join(parts)


def _calls(run: Run, name: str, state: StepState) -> Iterator[Task]:
    for part in range(state.parts):
        task = Task(run=run.id, step=name, part=part, attempt=state.attempt)
        if task.key in run.calls:
            yield task


def _since(run: Run, name: str, state: StepState | None) -> datetime | None:
    if state is None or state.status != "open" or run.outcome:
        return None
    begun = [run.calls[task.key].at for task in _calls(run, name, state)]
    return min(begun, default=state.opened_at)


def _review(run: Run, team: Team) -> Item:
    review = run.playbook.deliver.review
    state: ItemState = "waiting"
    if run.approved:
        state = "done"
    elif run.outcome == "rejected":
        state = "failed"
    elif any(gate.kind == "review" for gate in run.gates.values()):
        state = "asking"
    detail = f"draft {len(run.drafts)}" if run.drafts else ""
    word = "rejected" if state == "failed" else ""
    return Item(
        label="Review", state=state, who=people(run, review.by, team), detail=detail, word=word
    )
