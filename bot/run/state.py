"""Run: what a run's events add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self

from pydantic import JsonValue

from bot.playbook.graph import LAST
from bot.playbook.model import Act, Judge, Playbook, Specialist, Step, Work
from bot.run.events import Brief, Last, Outcome, Started, Task, Turn, Verdict

AFTERWARDS = "deliver."
CLOSED = "closed"
EXPIRED = "expired"

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
    reminders: int = 0


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A gate's decision, kept so that a late click is told who decided what, when.

    `verb` is CLOSED where nobody decided and nobody has to any more. `said` is what the person
    gave: a note, a reason, an answer.
    """

    gate: Gate
    verb: str
    by: str
    at: datetime
    said: JsonValue = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A numbered version of the deliverable: the result of `attempt` of its step."""

    number: int
    attempt: int
    value: JsonValue
    verdict: Verdict | None
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

    task: Task
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
    ended_at: datetime | None = None

    def but(self, **changes: object) -> Self:
        """This run with other values in these fields. `replace` takes seven times as long."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, **changes)
        return other

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
        """Whether no call may begin until a person allows more money or time."""
        return any(gate.kind in ("usd", "minutes") for gate in self.gates.values())

    def step(self, name: str) -> Step:
        """A step by name; `deliver.1` and so on are what happens after approval."""
        if name in self.playbook.steps:
            return self.playbook.steps[name]
        deliver = self.playbook.deliver
        post = deliver.then[int(name.removeprefix(AFTERWARDS)) - 1]
        return Act(act=post, say=f"{{{{ {deliver.from_} }}}}")

    @property
    def afterwards(self) -> tuple[str, ...]:
        """The names of the steps that follow approval."""
        return tuple(f"{AFTERWARDS}{n + 1}" for n in range(len(self.playbook.deliver.then)))

    def specialist(self, step: Work | Judge) -> Specialist:
        return self.started.specialists[step.by]

    def value(self, name: str) -> JsonValue:
        """A finished step's result; None for one that was skipped or is not there yet."""
        state = self.steps.get(name)
        return state.value if state else None

    def values(self) -> dict[str, JsonValue]:
        """What templates may name: inputs, finished steps and what is always known.

        `last` and `since` were not always reserved, so a playbook's own of that name go first.
        """
        last = self.brief.last
        before = None if last == Last() else last.model_dump()
        named: dict[str, JsonValue] = {LAST: before, "since": self.brief.since}
        named |= self.brief.inputs
        named |= {name: self.value(name) for name in self.playbook.steps}
        return named | {"today": self.brief.today, "requester": self.started.requester}

    def candidates(self, judge: Judge) -> tuple[JsonValue, ...]:
        """What a judge weighs: the results of the judged steps, part by part."""
        states = [self.steps[name] for name in judge.judge if name in self.steps]
        return tuple(state.results[part] for state in states for part in sorted(state.results))
