"""Rehearsal: a playbook gone through with placeholders, so that people see what it would do."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import JsonValue

from bot import prompts
from bot.cards.run import gate_text
from bot.playbook.model import Act, Answer, Judge, Playbook, Work
from bot.playbook.templates import render
from bot.policy import Team, deciders
from bot.ports import Model, Request, ToolSpec
from bot.run import commands as c
from bot.run.decide import Asked, decide
from bot.run.events import Brief, Last, Task, Verdict
from bot.run.evolve import fold
from bot.run.plan import plan
from bot.run.state import Gate, Run

_ITEMS = 3
_SHORT_ANSWER = 400


@dataclass(frozen=True, kw_only=True)
class RehearsedCall:
    """One model call: its request and what it may cost, with a short answer and with the longest.

    Costs are NaN where the model has no known price.
    """

    task: Task
    specialist: str
    request: Request
    tokens: int
    usd_low: float
    usd_high: float


@dataclass(frozen=True, kw_only=True)
class RehearsedGate:
    step: str
    kind: str
    ask: str
    who: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RehearsedPost:
    to: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RehearsedFault:
    """A step that cannot be opened with what came before it."""

    step: str
    why: str


Rehearsed = RehearsedCall | RehearsedGate | RehearsedPost | RehearsedFault


async def rehearse(
    start: c.Start, *, model: Model, tools: Mapping[str, ToolSpec], team: Team, now: datetime
) -> list[Rehearsed]:
    """Everything a run would do, in order. Nothing is called, posted or kept.

    What a schedule adds is there in placeholders, where the start has none.
    """
    asked = Asked(run="rehearsal", by=start.requester, at=now, team=team)
    run = _next(None, replace(start, brief=_recurring(start)), asked)
    acts: list[Rehearsed] = []
    while not run.outcome:
        if tasks := plan(run):
            for task in tasks:
                acts.append(await _task(run, task, model, tools))
                run = _next(run, _finished(run, task), asked)
            continue
        gate = next(iter(run.gates.values()))
        people = deciders(gate.by, run.started.requester, team, gate.own_work)
        if gate.kind == "retry":
            return [*acts, *_faults(run)]
        acts.append(
            RehearsedGate(
                step=gate.step, kind=gate.kind, ask=gate_text(run, gate), who=tuple(sorted(people))
            )
        )
        run = _next(run, _decision(run, gate), _somebody(asked, people))
    return acts


def _recurring(start: c.Start) -> Brief:
    """The brief as it is from the second time on."""
    if start.brief.last != Last():
        return start.brief
    result = _made(start.playbook, start.playbook.deliver.from_)
    last = Last(result=result, approved_at="«last.approved_at»")
    since = start.brief.since or "«since»"
    return start.brief.model_copy(update={"last": last, "since": since})


def _made(playbook: Playbook, name: str) -> JsonValue:
    """A placeholder for a draft that a step made."""
    step = playbook.steps[name]
    if isinstance(step, Judge):
        return _made(playbook, step.judge[0])
    form = prompts.shape(step) if isinstance(step, Work) else None
    return _placeholder(form or {}, "last.result")


def _next(run: Run | None, command: c.Command, asked: Asked) -> Run:
    now = fold(decide(run, command, asked), run)
    if now is None:
        raise ValueError("a run begins with its start")
    return now


def _somebody(asked: Asked, people: frozenset[str]) -> Asked:
    by = min(people, default=asked.by)
    return Asked(run=asked.run, by=by, at=asked.at, team=asked.team)


def _faults(run: Run) -> list[Rehearsed]:
    return [
        RehearsedFault(step=name, why=failure.why)
        for name, state in run.steps.items()
        for failure in state.failures.values()
    ]


async def _task(run: Run, task: Task, model: Model, tools: Mapping[str, ToolSpec]) -> Rehearsed:
    step = run.step(task.step)
    if isinstance(step, Act):
        return RehearsedPost(to=step.act.post, text=render(step.say, run.values()))
    request = prompts.request(run, task, tools)
    most = await model.reserve(request)
    least = await model.reserve(request.model_copy(update={"max_tokens": _SHORT_ANSWER}))
    return RehearsedCall(
        task=task,
        specialist=step.by if isinstance(step, Work | Judge) else "",
        request=request,
        tokens=most.tokens,
        usd_low=math.nan if least.usd is None else least.usd,
        usd_high=math.nan if most.usd is None else most.usd,
    )


def _finished(run: Run, task: Task) -> c.Finish:
    step = run.step(task.step)
    if isinstance(step, Judge):
        return c.Finish(task=task, verdict=Verdict(best=0))
    form = prompts.shape(step) if isinstance(step, Work) else None
    return c.Finish(task=task, value=_placeholder(form or {"type": "string"}, task.step))


def _decision(run: Run, gate: Gate) -> c.Decision:
    match gate.kind:
        case "choose":
            return c.Choose(gate.id, 0)
        case "answer":
            step = run.step(gate.step)
            fields = step.inputs if isinstance(step, Answer) else {}
            form: JsonValue = {name: f"«{gate.step}.{name}»" for name in fields}
            return c.Answer(gate.id, form or f"«the answer to {gate.step}»")
        case "do":
            return c.Done(gate.id)
        case _:
            return c.Approve(gate.id)


def _placeholder(form: Mapping[str, JsonValue], name: str) -> JsonValue:
    """A value of the shape that says where it would come from."""
    options = form.get("enum")
    if isinstance(options, list) and options:
        return options[0]
    match form.get("type"):
        case "object":
            fields = form.get("properties")
            named = fields.items() if isinstance(fields, dict) else ()
            return {key: _placeholder(_as_form(part), f"{name}.{key}") for key, part in named}
        case "array":
            items = _as_form(form.get("items"))
            return [_placeholder(items, f"{name} {n}") for n in range(1, _ITEMS + 1)]
        case "number" | "integer":
            return 1
        case "boolean":
            return True
        case "string" if form.get("format") == "date":
            return "2026-01-01"
        case _:
            return f"«{name}»"


def _as_form(part: JsonValue) -> Mapping[str, JsonValue]:
    return part if isinstance(part, dict) else {"type": "string"}
