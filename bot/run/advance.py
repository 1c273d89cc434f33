"""advance: what follows by itself from where a run stands."""

from pydantic import JsonValue

from bot.playbook.graph import names
from bot.playbook.model import Act, Answer, Choose, Do, Judge, Step, Work
from bot.playbook.templates import TemplateError, evaluate, render
from bot.playbook.wording import told
from bot.run import events as e
from bot.run.state import Run, StepState

MOST_PARTS = 50


class _CannotOpen(Exception):
    """A step whose list or question could not be made; the text says why."""


def advance(run: Run) -> list[e.Event]:
    """The next events; none when the run waits for workers, people or nothing."""
    if run.outcome:
        return []
    events = _open_ready(run)
    if events:
        return events
    delivered = run.steps.get(run.playbook.deliver.from_)
    if delivered and delivered.status == "skipped":
        reason = f"the step {run.playbook.deliver.from_} was skipped"
        return [e.Ended(outcome="empty", reason=reason)]
    if delivered and delivered.status == "done" and not _is_drafted(run, delivered):
        return [e.Drafted(number=len(run.drafts) + 1)]
    if not run.approved:
        return []
    if run.afterwards and run.afterwards[0] not in run.steps:
        return [e.StepOpened(step=name, attempt=1) for name in run.afterwards]
    settled = all(_is_settled(run.steps.get(name)) for name in run.playbook.steps)
    if settled and all(_is_settled(run.steps[name]) for name in run.afterwards):
        return [e.Ended(outcome="approved")]
    return []


def _is_drafted(run: Run, delivered: StepState) -> bool:
    return bool(run.drafts) and run.drafts[-1].attempt == delivered.attempt


def _is_settled(state: StepState | None) -> bool:
    return state is not None and state.status != "open"


def _open_ready(run: Run) -> list[e.Event]:
    steps = run.playbook.steps
    ready = [
        name
        for name, step in steps.items()
        if name not in run.steps
        and all(_is_settled(run.steps.get(source)) for source in names(step) & steps.keys())
    ]
    if not ready:
        return []
    values = run.values()
    return [event for name in ready for event in _open(run, name, values)]


def _open(run: Run, name: str, values: dict[str, JsonValue]) -> list[e.Event]:
    step, attempt = run.step(name), run.attempts.get(name, 0) + 1
    try:
        if step.when is not None and not evaluate(step.when, values):
            return [e.StepSkipped(step=name, attempt=attempt)]
        return [_opened(run, name, step, attempt, values)]
    except (TemplateError, _CannotOpen) as problem:
        task = e.Task(run=run.id, step=name, attempt=attempt)
        return [
            e.StepOpened(step=name, attempt=attempt, parts=0),
            e.TaskFailed(task=task, why=str(problem), fresh=True),
        ]


def _opened(
    run: Run, name: str, step: Step, attempt: int, values: dict[str, JsonValue]
) -> e.StepOpened:
    match step:
        case Work(each=None):
            return e.StepOpened(step=name, attempt=attempt, parts=step.variants)
        case Work(each=each):
            items = _list(each or "", values)
            return e.StepOpened(step=name, attempt=attempt, parts=len(items), items=items)
        case Judge():
            if not run.candidates(step):
                raise _CannotOpen(f"{' and '.join(step.judge)} gave nothing to judge")
            return e.StepOpened(step=name, attempt=attempt)
        case Choose():
            items = _list(step.from_, values)
            if not items:
                raise _CannotOpen(f"{step.from_} gave nothing to choose from")
            ask = render(step.ask, values)
            return e.StepOpened(step=name, attempt=attempt, items=items, ask=ask)
        case Answer() | Do():
            return e.StepOpened(step=name, attempt=attempt, ask=render(step.ask, values))
        case Act():
            return e.StepOpened(step=name, attempt=attempt)


def _list(expression: str, values: dict[str, JsonValue]) -> tuple[JsonValue, ...]:
    found = evaluate(expression, values)
    if found is None:
        return ()
    if not isinstance(found, list):
        raise _CannotOpen(f"{expression} is {told(found)}, and a list is needed")
    if len(found) > MOST_PARTS:
        raise _CannotOpen(f"{expression} has {len(found)} items; at most {MOST_PARTS} are done")
    return tuple(found)
