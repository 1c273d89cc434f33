"""evolve: one more event folded into a run. It evaluates and decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

from pydantic import JsonValue

from bot.playbook.model import Answer, Choose, Do, Judge, Work
from bot.run import events as e
from bot.run.state import CLOSED, EXPIRED, Call, Draft, Failure, Gate, Note, Run, StepState, Taken

V = TypeVar("V")


def fold(records: Iterable[e.Recorded], run: Run | None = None) -> Run | None:
    """What all these events, in order, make of a run."""
    for record in records:
        run = evolve(run, record)
    return run


def evolve(run: Run | None, record: e.Recorded) -> Run:
    """The run after the event. Raises ValueError when the log does not begin with Started."""
    event = record.event
    if isinstance(event, e.Started):
        return _started(record.run, event, record.at)
    if run is None:
        raise ValueError(f"the log of run {record.run} does not begin with its start")
    run = run.but(version=record.seq, changed_at=record.at)
    match event:
        case e.StepOpened() | e.StepSkipped() | e.TaskFinished() | e.TaskFailed():
            return _step(run, event, record.at)
        case e.CallStarted() | e.CallFinished() | e.CallFailed() | e.ToolsFinished():
            return _call(run, event, record.at)
        case e.BudgetReached() | e.Drafted() | e.Reminded():
            return _waits(run, event, record.at)
        case e.Approved() | e.Revised() | e.Rejected() | e.Answered():
            return _decided(run, event, record)
        case e.Retried() | e.BudgetRaised() | e.Expired():
            return _decided(run, event, record)
        case e.Ended(outcome=outcome, reason=reason):
            run = run.but(turns={}, outcome=outcome, reason=reason)
            run = run.but(ended_by=record.by, ended_at=record.at)
            return _closed(run, run.gates.values(), record)
        case _:
            assert_never(event)


def _started(run_id: str, event: e.Started, at: datetime) -> Run:
    budget = event.playbook.budget
    return Run(
        id=run_id,
        version=1,
        started=event,
        started_at=at,
        changed_at=at,
        working_since=at,
        budget_usd=budget.usd,
        budget_minutes=budget.minutes,
    )


# --- steps ---------------------------------------------------------------------


def _step(
    run: Run,
    event: e.StepOpened | e.StepSkipped | e.TaskFinished | e.TaskFailed,
    at: datetime,
) -> Run:
    match event:
        case e.StepOpened():
            return _opened(run, event, at)
        case e.StepSkipped(step=name, attempt=attempt):
            skipped = StepState(attempt=attempt, opened_at=at, status="skipped", ended_at=at)
            return _with_step(run, name, skipped)
        case e.TaskFinished():
            return _finished(run, event, at)
        case e.TaskFailed(task=task):
            failure = Failure(why=event.why, fresh=event.fresh, at=at)
            state = run.steps[task.step]
            failed = replace(state, failures={**state.failures, task.part: failure})
            return _ask_to_retry(_with_step(run, task.step, failed), at)
        case _:
            assert_never(event)


def _opened(run: Run, event: e.StepOpened, at: datetime) -> Run:
    step = run.step(event.step)
    empty = event.items is not None and not event.items
    state = StepState(
        attempt=event.attempt,
        opened_at=at,
        parts=event.parts,
        items=event.items,
        status="done" if empty else "open",
        value=[] if empty else None,
        ended_at=at if empty else None,
    )
    run = _with_step(run, event.step, state)
    if isinstance(step, Choose | Answer | Do) and event.parts:
        return _with_gate(
            run,
            Gate(
                id=f"{event.step}.{event.attempt}",
                kind=step.human,
                step=event.step,
                by=step.by,
                ask=event.ask,
                items=event.items or (),
                opened_at=at,
                remind_at=_later(at, step.remind),
                expire_at=_later(at, step.expire),
            ),
        )
    return run


def _finished(run: Run, event: e.TaskFinished, at: datetime) -> Run:
    task, state, step = event.task, run.steps[event.task.step], run.step(event.task.step)
    value = last_said(run, task) if event.as_said else event.value
    if isinstance(step, Judge) and event.verdict:
        value = run.candidates(step)[event.verdict.best]
    results = {**state.results, task.part: value}
    failures = {part: f for part, f in state.failures.items() if part != task.part}
    state = replace(state, results=results, failures=failures, verdict=event.verdict)
    if len(results) == state.parts:
        state = replace(state, status="done", ended_at=at, value=_value(step, results))
    run = _with_step(run, task.step, state)
    return run.but(turns=_without(run.turns, [task.key]))


def last_said(run: Run, task: e.Task) -> str | None:
    """The text of the task's last turn, as a result has it."""
    turns = run.turns.get(task.key, ())
    last = turns[-1] if turns else None
    return last.text.strip() if isinstance(last, e.ModelTurn) else None


def _value(step: object, results: Mapping[int, JsonValue]) -> JsonValue:
    if isinstance(step, Work) and (step.each is not None or step.variants > 1):
        return [results[part] for part in sorted(results)]
    return results[0]


# --- calls ---------------------------------------------------------------------


def _call(
    run: Run,
    event: e.CallStarted | e.CallFinished | e.CallFailed | e.ToolsFinished,
    at: datetime,
) -> Run:
    key = event.task.key
    match event:
        case e.CallStarted(task=task, model=model, reserved_usd=usd):
            call = Call(task=task, model=model, reserved_usd=usd, at=at)
            run = run.but(calls={**run.calls, key: call})
            return run.but(calls_made={**run.calls_made, key: event.call})
        case e.CallFinished(turn=turn, cost_usd=usd, model=model):
            run = _settled(run, key, usd).but(models=run.models | {model})
            return _with_turn(run, event.task, turn)
        case e.CallFailed(cost_usd=usd):
            return _settled(run, key, usd)
        case e.ToolsFinished(turn=turn):
            return _with_turn(run, event.task, turn)
        case _:
            assert_never(event)


def _settled(run: Run, key: str, usd: float) -> Run:
    return run.but(calls=_without(run.calls, [key]), spent_usd=run.spent_usd + usd)


def _with_turn(run: Run, task: e.Task, turn: e.Turn) -> Run:
    state = run.steps.get(task.step)
    if run.outcome or not state or state.attempt != task.attempt or task.part in state.results:
        return run  # paid for, but no work is left that could use it
    return run.but(turns={**run.turns, task.key: (*run.turns.get(task.key, ()), turn)})


# --- gates ---------------------------------------------------------------------


def _waits(run: Run, event: e.BudgetReached | e.Drafted | e.Reminded, at: datetime) -> Run:
    match event:
        case e.BudgetReached(of=of, needed_usd=usd):
            gate = Gate(id=f"budget-{run.version}", kind=of, needed_usd=usd, opened_at=at)
            return _with_gate(run, gate)
        case e.Drafted(number=number):
            return _drafted(run, number, at)
        case e.Reminded(gate=gate_id):
            gate = run.gates[gate_id]
            again = _later(at, _every(run, gate))
            return _with_gate(run, replace(gate, remind_at=again, reminders=gate.reminders + 1))
        case _:
            assert_never(event)


def _drafted(run: Run, number: int, at: datetime) -> Run:
    deliver = run.playbook.deliver
    state, review = run.steps[deliver.from_], deliver.review
    draft = Draft(
        number=number, attempt=state.attempt, value=state.value, verdict=state.verdict, at=at
    )
    gate = Gate(
        id=f"review-{number}",
        kind="review",
        step=deliver.from_,
        by=review.by,
        own_work=review.own_work,
        approvals=review.approvals,
        opened_at=at,
        remind_at=_later(at, review.remind),
        expire_at=_later(at, review.expire),
    )
    return _with_gate(run.but(drafts=(*run.drafts, draft)), gate)


def _every(run: Run, gate: Gate) -> timedelta | None:
    """How often the people of a gate want to be reminded."""
    if gate.kind == "review":
        return run.playbook.deliver.review.remind
    step = run.playbook.steps.get(gate.step)
    return step.remind if isinstance(step, Choose | Answer | Do) else None


def _ask_to_retry(run: Run, at: datetime) -> Run:
    if any(gate.kind == "retry" for gate in run.gates.values()):
        return run
    return _with_gate(run, Gate(id=f"retry-{run.version}", kind="retry", opened_at=at))


# --- decisions -----------------------------------------------------------------

Decided = e.Approved | e.Revised | e.Rejected | e.Answered | e.Retried | e.BudgetRaised | e.Expired
_VERBS = {
    "approved": "approved",
    "revised": "sent back",
    "rejected": "rejected",
    "answered": "answered",
    "retried": "tried again",
    "budget_raised": "extended",
    "expired": EXPIRED,
}


def _decided(run: Run, event: Decided, record: e.Recorded) -> Run:
    gate = run.gates[event.gate]
    if isinstance(event, e.Approved):
        gate = replace(gate, approved_by=(*gate.approved_by, record.by))
        if len(gate.approved_by) < gate.approvals:
            return _with_gate(run, gate)
    taken = Taken(
        gate=gate, verb=_VERBS[event.kind], by=record.by, at=record.at, said=_said(run, event)
    )
    run = run.but(
        gates=_without(run.gates, [gate.id]),
        taken={**run.taken, gate.id: taken},
        working_since=record.at,
    )
    match event:
        case e.Approved():
            return run.but(approved=True)
        case e.Revised():
            return _revised(run, event, record)
        case e.Answered(value=value):
            state = replace(run.steps[gate.step], status="done", results={0: value}, value=value)
            return _with_step(run, gate.step, replace(state, ended_at=record.at))
        case e.Retried():
            return _retried(run)
        case e.BudgetRaised(usd=usd, minutes=minutes):
            if minutes and run.budget_minutes is not None:
                # What was allowed is used up: the minutes more count from now.
                since = record.at - timedelta(minutes=run.budget_minutes)
                run = run.but(working_since=since)
            run = run.but(budget_usd=_plus(run.budget_usd, usd))
            return run.but(budget_minutes=_plus(run.budget_minutes, minutes))
        case e.Rejected() | e.Expired():
            return run
        case _:
            assert_never(event)


def _said(run: Run, event: Decided) -> JsonValue:
    """What the person gave, or what it was about when they gave nothing but a yes."""
    match event:
        case e.Approved(note=text) | e.Revised(note=text) | e.Rejected(reason=text):
            return text
        case e.Answered(value=value):
            return value
        case e.Retried():
            failures = (f.why for state in run.steps.values() for f in state.failures.values())
            return "\n".join(dict.fromkeys(failures))
        case e.BudgetRaised(usd=usd, minutes=minutes):
            return f"${usd:g} more" if usd else f"{minutes:g} minutes more"
        case e.Expired():
            return None
        case _:
            assert_never(event)


def _revised(run: Run, event: e.Revised, record: e.Recorded) -> Run:
    """Forget what the reopened steps made, but for what the note speaks of."""
    notes = dict(run.notes)
    for name in event.steps:
        note = Note(text=event.note, by=record.by, previous=run.value(name))
        notes[name] = (*notes.get(name, ()), note)
    steps = _without(run.steps, event.reopened)
    failing = any(state.failures for state in steps.values())
    stale = tuple(f"{run.id}/{name}/" for name in event.reopened)
    turns = {key: turns for key, turns in run.turns.items() if not key.startswith(stale)}
    moot = [
        gate
        for gate in run.gates.values()
        if gate.step in event.reopened or (gate.kind == "retry" and not failing)
    ]
    return _closed(run.but(notes=notes, steps=steps, turns=turns), moot, record)


def _retried(run: Run) -> Run:
    """Failed parts are wanted again; what failed for its own words forgets them."""
    forgotten: list[str] = []
    steps: dict[str, StepState] = {}
    for name, state in run.steps.items():
        if state.failures and not state.parts:
            continue  # it could not even be opened: open it anew
        forgotten += [
            e.Task(run=run.id, step=name, part=part, attempt=state.attempt).key
            for part, failure in state.failures.items()
            if failure.fresh
        ]
        steps[name] = replace(state, failures={}) if state.failures else state
    return run.but(steps=steps, turns=_without(run.turns, forgotten))


# --- small things ----------------------------------------------------------------


def _with_step(run: Run, name: str, state: StepState) -> Run:
    attempts = {**run.attempts, name: state.attempt}
    return run.but(steps={**run.steps, name: state}, attempts=attempts)


def _closed(run: Run, gates: Iterable[Gate], record: e.Recorded) -> Run:
    """Gates that nobody has to decide any more; who comes late is told by whom, and when."""
    closed = {g.id: Taken(gate=g, verb=CLOSED, by=record.by, at=record.at) for g in gates}
    return run.but(gates=_without(run.gates, closed), taken={**run.taken, **closed})


def _with_gate(run: Run, gate: Gate) -> Run:
    return run.but(gates={**run.gates, gate.id: gate})


def _without(mapping: Mapping[str, V], keys: Iterable[str]) -> dict[str, V]:
    gone = set(keys)
    return {key: value for key, value in mapping.items() if key not in gone}


def _later(at: datetime, after: timedelta | None) -> datetime | None:
    return at + after if after else None


def _plus(limit: float | None, more: float) -> float | None:
    return None if limit is None else limit + more
