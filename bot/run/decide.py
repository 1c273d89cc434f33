"""decide: what a command makes happen. Pure: time, person, team and id are arguments."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from pydantic import JsonValue

from bot.playbook.graph import dependencies, downstream
from bot.playbook.model import Answer as AnswerStep
from bot.playbook.model import Judge, Playbook, Work
from bot.policy import Team, called, deciders
from bot.run import commands as c
from bot.run import events as e
from bot.run.advance import advance
from bot.run.evolve import fold, last_said
from bot.run.plan import is_open, time_up
from bot.run.state import CLOSED, EXPIRED, Call, Draft, Gate, GateKind, Run, Taken

_ROUNDING = 1e-9  # of sums of floats
_DECIDES: dict[type[c.Decision], tuple[GateKind, ...]] = {
    c.Approve: ("review",),
    c.Revise: ("review",),
    c.Reject: ("review",),
    c.Choose: ("choose",),
    c.Answer: ("answer",),
    c.Done: ("do",),
    c.Retry: ("retry",),
    c.Extend: ("usd", "minutes"),
    c.End: ("retry", "usd", "minutes"),
}


class Refused(Exception):
    """A command that may not be carried out; the text is for the person who gave it.

    `at` says when somebody decided what they wanted to decide, and `by` who, if the text does not.
    """

    def __init__(self, text: str, by: str = "", at: datetime | None = None) -> None:
        super().__init__(text)
        self.by = by
        self.at = at


class Stale(Exception):
    """The run no longer wants this task: its worker stops and says nothing."""


class NotNow(Exception):
    """The money left is reserved by calls in flight: ask again when one of them has ended."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The circumstances of a command: for which run, by whom (`podium` for itself), when."""

    run: str
    by: str
    at: datetime
    team: Team

    def record(self, run: Run | None, events: Sequence[e.Event]) -> list[e.Recorded]:
        after = run.version if run else 0
        return [
            e.Recorded(run=self.run, seq=after + n, at=self.at, by=self.by, event=event)
            for n, event in enumerate(events, 1)
        ]


def decide(run: Run | None, command: c.Command, asked: Asked) -> list[e.Recorded]:
    """The events that the command adds, with all that follows from them; none if it is moot.

    Raises Refused, and for workers Stale and NotNow.
    """
    return respond(run, command, asked)[1]


def respond(
    run: Run | None, command: c.Command, asked: Asked
) -> tuple[Run | None, list[e.Recorded]]:
    """The run after the command, and the events that `decide` gives for it."""
    if isinstance(command, c.Start):
        if run is not None:
            raise Refused("This run has started already.", run.started.requester, run.started_at)
        events: list[e.Event] = [_started(command)]
    elif run is None:
        raise Refused(f"There is no run {asked.run}.")
    else:
        events = _events(run, command, asked)
    records: list[e.Recorded] = []
    while events:
        new = asked.record(run, events)
        records += new
        run = fold(new, run)
        events = advance(run) if run else []
    return run, records


def _started(command: c.Start) -> e.Started:
    playbook = command.playbook
    used = {s.by for s in playbook.steps.values() if isinstance(s, Work | Judge)}
    return e.Started(
        playbook=playbook,
        specialists={name: command.specialists[name] for name in sorted(used)},
        brief=command.brief,
        place=command.place,
        requester=command.requester,
        title=title_of(playbook, command.brief.inputs),
        schedule=command.schedule,
    )


def title_of(playbook: Playbook, inputs: Mapping[str, JsonValue]) -> str:
    """What people will know the run by: the playbook's words and the first short input."""
    words = playbook.name.replace("-", " ").capitalize()
    texts = (inputs.get(n) for n, i in playbook.inputs.items() if i.type == "text")
    first = next((text for text in texts if isinstance(text, str) and text.strip()), "")
    return f"{words}: {' '.join(first.split())[:80]}" if first else words


def _events(run: Run, command: c.Command, asked: Asked) -> list[e.Event]:
    match command:
        case c.Start():
            return []
        case c.BeginCall():
            return _begin(run, command)
        case c.EndCall() | c.FailCall():
            return _end(run, command)
        case c.EndTools(task=task, turn=turn):
            return [e.ToolsFinished(task=task, turn=turn)] if is_open(run, task) else []
        case c.Finish(task=task):
            return [_finished(run, command)] if is_open(run, task) else []
        case c.Fail(task=task, why=why, fresh=fresh):
            failed = e.TaskFailed(task=task, why=why, fresh=fresh)
            return [failed] if is_open(run, task) else []
        case c.Tick():
            return _tick(run, asked.at)
        case c.Cancel(reason=reason):
            return _cancel(run, reason, asked)
        case _:
            return _decision(run, command, asked)


def _finished(run: Run, command: c.Finish) -> e.TaskFinished:
    task, verdict = command.task, command.verdict
    if command.value is not None and command.value == last_said(run, task):
        return e.TaskFinished(task=task, as_said=True, verdict=verdict)
    return e.TaskFinished(task=task, value=command.value, verdict=verdict)


# --- workers ---------------------------------------------------------------------


def _begin(run: Run, command: c.BeginCall) -> list[e.Event]:
    """A call begins; or one that was lost is settled first, and the worker asks again."""
    task = command.task
    if not is_open(run, task):
        raise Stale
    if task.key in run.calls:
        return _end(run, lost(run.calls[task.key]))
    if run.halted:
        raise Stale
    needed = run.spent_usd + run.reserved_usd + command.reserve_usd - (run.budget_usd or 0)
    if run.budget_usd is None or needed <= _ROUNDING:
        begun = e.CallStarted(
            task=task,
            call=run.calls_made.get(task.key, 0) + 1,
            model=command.model,
            reserved_usd=command.reserve_usd,
        )
        return [begun]
    if run.calls:
        raise NotNow
    return [e.BudgetReached(of="usd", needed_usd=needed)]


def lost(call: Call) -> c.FailCall:
    """A call whose worker is gone. What it cost is unknown, so the reserve counts as spent."""
    why = "Podium stopped while this call was under way"
    return c.FailCall(task=call.task, why=why, cost_usd=call.reserved_usd)


def _end(run: Run, command: c.EndCall | c.FailCall) -> list[e.Event]:
    """Money is settled whether or not the run still wants the result."""
    task = command.task
    if task.key not in run.calls:
        raise Stale
    call = run.calls_made[task.key]
    match command:
        case c.EndCall(turn=turn, usage=usage, cost_usd=usd, model=model):
            return [
                e.CallFinished(
                    task=task, call=call, turn=turn, usage=usage, cost_usd=usd, model=model
                )
            ]
        case c.FailCall(why=why, usage=usage, cost_usd=usd):
            return [e.CallFailed(task=task, call=call, why=why, usage=usage, cost_usd=usd)]
        case _:
            assert_never(command)


def _tick(run: Run, at: datetime) -> list[e.Event]:
    if run.outcome:
        return []
    for gate in run.gates.values():
        if gate.expire_at and gate.expire_at <= at:
            why = f"nobody decided by {gate.expire_at:%d %B %Y, %H:%M} UTC"
            return [e.Expired(gate=gate.id), e.Ended(outcome="expired", reason=why)]
    events: list[e.Event] = [
        e.Reminded(gate=gate.id)
        for gate in run.gates.values()
        if gate.remind_at and gate.remind_at <= at
    ]
    if (end := time_up(run)) and end <= at:
        events.append(e.BudgetReached(of="minutes"))
    return events


# --- people ------------------------------------------------------------------------


def _cancel(run: Run, reason: str, asked: Asked) -> list[e.Event]:
    if run.outcome:
        raise _over(run)
    names = ("requester", *run.playbook.deliver.review.by)
    _permitted(names, run, asked, own_work=True, refusal="Only {} can cancel this run.")
    return [e.Ended(outcome="cancelled", reason=reason)]


def _decision(  # noqa: C901 - one arm for each decision
    run: Run, command: c.Decision, asked: Asked
) -> list[e.Event]:
    gate = run.gates.get(command.gate)
    if gate is None:
        raise _too_late(run, command.gate, asked.team)
    _permitted(gate.by, run, asked, own_work=gate.own_work)
    if gate.kind not in _DECIDES[type(command)]:
        raise Refused("This cannot be decided that way; look at the newest card.")
    match command:
        case c.Approve(note=note):
            return _approve(gate, note, asked)
        case c.Revise():
            return _revise(run, command)
        case c.Reject(gate=id_, reason=reason):
            return [e.Rejected(gate=id_, reason=reason), e.Ended(outcome="rejected", reason=reason)]
        case c.Choose(option=option):
            return _choose(gate, option)
        case c.Answer():
            return _answer(run, gate, command)
        case c.Done(note=note):
            return [e.Answered(gate=gate.id, value=note)]
        case c.Retry():
            return [e.Retried(gate=gate.id)]
        case c.Extend():
            return _extend(gate, command)
        case c.End():
            return [_end_of(run)]
        case _:
            assert_never(command)


def _approve(gate: Gate, note: str, asked: Asked) -> list[e.Event]:
    if any(asked.by in asked.team.same(person) for person in gate.approved_by):
        more = gate.approvals - len(gate.approved_by)
        raise Refused(f"You approved this draft already; it needs {more} more.")
    return [e.Approved(gate=gate.id, note=note)]


def _revise(run: Run, command: c.Revise) -> list[e.Event]:
    if not command.note.strip():
        raise Refused("Say what should change: the note is what the specialist works from.")
    steps = command.steps or authors(run.playbook)
    unknown = [name for name in steps if name not in run.steps or name not in run.playbook.steps]
    if unknown:
        raise Refused(f"This draft has no step {', '.join(unknown)} to do again.")
    reopened = downstream(run.playbook, steps)
    if run.playbook.deliver.from_ not in reopened:
        raise Refused(f"Nothing in the draft comes from {', '.join(steps)}.")
    in_order = tuple(name for name in run.playbook.steps if name in reopened)
    return [e.Revised(gate=command.gate, note=command.note, steps=steps, reopened=in_order)]


def _choose(gate: Gate, option: int) -> list[e.Event]:
    if not 0 <= option < len(gate.items):
        raise Refused(f"There are {len(gate.items)} to choose from.")
    return [e.Answered(gate=gate.id, value=gate.items[option])]


def _extend(gate: Gate, command: c.Extend) -> list[e.Event]:
    more = {"usd": command.usd, "minutes": command.minutes}[gate.kind]
    if not math.isfinite(more) or more <= 0:
        raise Refused("Say how much more: a number above zero.")
    only = {gate.kind: more}
    return [e.BudgetRaised(gate=gate.id, usd=only.get("usd", 0), minutes=only.get("minutes", 0))]


def _answer(run: Run, gate: Gate, command: c.Answer) -> list[e.Event]:
    step = run.step(gate.step)
    form = isinstance(step, AnswerStep) and bool(step.inputs)
    if not form and (not isinstance(command.value, str) or not command.value.strip()):
        raise Refused("The answer is empty.")
    return [e.Answered(gate=gate.id, value=command.value)]


def _end_of(run: Run) -> e.Ended:
    """Giving up after approval does not take the approval back."""
    failures = [f.why for state in run.steps.values() for f in state.failures.values()]
    reason = failures[0] if failures else "the budget was used up"
    return e.Ended(outcome="approved" if run.approved else "ended", reason=reason)


def authors(playbook: Playbook) -> tuple[str, ...]:
    """The steps that a note on the draft is for: the nearest specialists' work behind it."""
    graph, found, look = dependencies(playbook), list[str](), [playbook.deliver.from_]
    while look:
        name = look.pop(0)
        if isinstance(playbook.steps[name], Work):
            found.append(name)
        elif isinstance(step := playbook.steps[name], Judge):
            look += step.judge
        else:
            look += sorted(graph[name])
    return tuple(dict.fromkeys(found)) or (playbook.deliver.from_,)


def _permitted(
    names: tuple[str, ...],
    run: Run,
    asked: Asked,
    *,
    own_work: bool,
    refusal: str = "This is for {} to decide.",
) -> None:
    allowed = deciders(names, run.started.requester, asked.team, own_work)
    if asked.by in allowed:
        return
    who = ", ".join(sorted({called(asked.team.name(person)) for person in allowed}))
    if not who:
        listed = ", ".join(names)
        raise Refused(f"This is for {listed}, and Podium knows nobody there: see the team file.")
    raise Refused(refusal.format(who))


def _too_late(run: Run, gate_id: str, team: Team) -> Refused:
    taken = run.taken.get(gate_id)
    if taken and taken.verb not in (CLOSED, EXPIRED):
        return Refused(_told(run, taken, team), at=taken.at)
    if run.outcome:
        return _over(run)
    text = "This question was asked anew; look at the newest card."
    return Refused(text, team.name(taken.by), taken.at) if taken else Refused(text)


def _over(run: Run) -> Refused:
    return Refused(f"This run is over: {run.outcome}.", run.ended_by, run.ended_at)


def _told(run: Run, taken: Taken, team: Team) -> str:
    gate = taken.gate
    what = {"review": f"Draft {gate.id.rpartition('-')[2]}", "usd": "The budget"}
    text = f"{what.get(gate.kind, 'This')} was {taken.verb} by {called(team.name(taken.by))}."
    newest: Draft | None = run.drafts[-1] if run.drafts else None
    waiting = f"review-{newest.number}" if newest else ""
    if gate.kind == "review" and waiting in run.gates:
        text += f" Draft {newest.number if newest else ''} is waiting."
    return text
