"""Run: what a run's events add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import JsonValue

from bot.playbook.model import HumanStep, Judge, Playbook, Specialist, Work
from bot.run.events import Brief, Outcome, Started, Task, Turn, Verdict

NOTHING: Mapping[str, object] = MappingProxyType({})

GateKind = Literal["review", "choose", "answer", "do", "retry", "usd", "minutes"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    why: str
    fresh: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StepState:
    """An opened step. `results` and `failures` are by part; `value` once all parts are there."""

    attempt: int
    opened_at: datetime
    parts: int = 1
    items: tuple[JsonValue, ...] | None = None
    results: Mapping[int, JsonValue] = field(default_factory=dict[int, JsonValue])
    failures: Mapping[int, Failure] = field(default_factory=dict[int, Failure])
    status: Literal["open", "done", "skipped"] = "open"
    value: JsonValue = None
    verdict: Verdict | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A place where the run waits for a person; `id` names this opening of it and no other."""

    id: str
    kind: GateKind
    step: str = ""
    by: tuple[str, ...] = ("requester",)
    own_work: bool = True
    approvals: int = 1
    approved_by: tuple[str, ...] = ()
    ask: str = ""
    items: tuple[JsonValue, ...] = ()
    needed_usd: float = 0
    opened_at: datetime
    remind_at: datetime | None = None
    expire_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A gate's decision, kept so that a late click is told who decided what, when."""

    gate: str
    verb: str
    by: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    number: int
    value: JsonValue
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Note:
    """A reviewer's note for a step, and the step's result that it speaks of."""

    text: str
    by: str
    previous: JsonValue


@dataclass(frozen=True, kw_only=True)
class Call:
    """A model call in flight."""

    model: str
    reserved_usd: float
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Run:
    id: str
    version: int
    started: Started
    started_at: datetime
    changed_at: datetime
    working_since: datetime
    steps: Mapping[str, StepState] = field(default_factory=dict[str, StepState])
    attempts: Mapping[str, int] = field(default_factory=dict[str, int])
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict[str, tuple[Note, ...]])
    turns: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict[str, tuple[Turn, ...]])
    calls: Mapping[str, Call] = field(default_factory=dict[str, Call])
    calls_made: Mapping[str, int] = field(default_factory=dict[str, int])
    models: frozenset[str] = frozenset()
    spent_usd: float = 0
    budget_usd: float | None = None
    budget_minutes: float | None = None
    gates: Mapping[str, Gate] = field(default_factory=dict[str, Gate])
    taken: Mapping[str, Taken] = field(default_factory=dict[str, Taken])
    drafts: tuple[Draft, ...] = ()
    approved: bool = False
    outcome: Outcome | None = None
    reason: str = ""
    ended_by: str = ""

    @property
    def playbook(self) -> Playbook:
        return self.started.playbook

    @property
    def brief(self) -> Brief:
        return self.started.brief

    @property
    def reserved_usd(self) -> float:
        return sum(call.reserved_usd for call in self.calls.values())

    @property
    def halted(self) -> bool:
        """Whether the run wants nothing done until a person allows more money or time."""
        return any(gate.kind in ("usd", "minutes") for gate in self.gates.values())

    def specialist(self, step: Work | Judge) -> Specialist:
        return self.started.specialists[step.by]

    def values(self) -> dict[str, JsonValue]:
        """What templates may name: inputs, finished steps, `today`, `requester`."""
        named: dict[str, JsonValue] = dict(self.brief.inputs)
        named |= {name: state.value for name, state in self.steps.items() if state.status != "open"}
        return named | {"today": self.brief.today, "requester": self.started.requester}


__all__ = [
    "Call",
    "Draft",
    "Failure",
    "Gate",
    "GateKind",
    "HumanStep",
    "Note",
    "Run",
    "StepState",
    "Taken",
    "Task",
]
