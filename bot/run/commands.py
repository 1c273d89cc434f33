"""What people and workers ask of a run. Imperative; frozen."""

from dataclasses import dataclass, field

from pydantic import JsonValue

from bot.playbook.model import Playbook, Specialist
from bot.run.events import Brief, ModelTurn, Task, ToolTurn, Usage, Verdict


@dataclass(frozen=True, kw_only=True)
class Start:
    playbook: Playbook
    specialists: dict[str, Specialist]
    brief: Brief
    place: str
    requester: str
    schedule: str = ""


# --- decisions: what a person says at a gate, named as the person saw it ---------


@dataclass(frozen=True)
class Approve:
    gate: str
    note: str = ""


@dataclass(frozen=True)
class Revise:
    """Send the draft back; no `steps` means the one that wrote it."""

    gate: str
    note: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reject:
    gate: str
    reason: str = ""


@dataclass(frozen=True)
class Choose:
    """Pick the `option`-th (from 0) of what was offered."""

    gate: str
    option: int


@dataclass(frozen=True)
class Answer:
    gate: str
    value: JsonValue


@dataclass(frozen=True)
class Done:
    gate: str
    note: str = ""


@dataclass(frozen=True)
class Retry:
    gate: str


@dataclass(frozen=True)
class Extend:
    """Allow more money or time than the playbook did."""

    gate: str
    usd: float = 0
    minutes: float = 0


@dataclass(frozen=True)
class End:
    """Stop at a gate that asks whether to go on."""

    gate: str


Decision = Approve | Revise | Reject | Choose | Answer | Done | Retry | Extend | End


@dataclass(frozen=True)
class Cancel:
    reason: str = ""


# --- what workers report -------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BeginCall:
    """Ask for money before a model call; refused when the budget would be passed."""

    task: Task
    model: str
    reserve_usd: float = 0


@dataclass(frozen=True, kw_only=True)
class EndCall:
    task: Task
    turn: ModelTurn
    usage: Usage = field(default_factory=Usage)
    cost_usd: float = 0
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class FailCall:
    task: Task
    why: str
    usage: Usage = field(default_factory=Usage)
    cost_usd: float = 0


@dataclass(frozen=True, kw_only=True)
class EndTools:
    task: Task
    turn: ToolTurn


@dataclass(frozen=True, kw_only=True)
class Finish:
    task: Task
    value: JsonValue = None
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Fail:
    task: Task
    why: str
    fresh: bool = False


@dataclass(frozen=True)
class Tick:
    """Time has come to look at reminders, expiries and the working time."""


Report = BeginCall | EndCall | FailCall | EndTools | Finish | Fail
Command = Start | Decision | Cancel | Report | Tick
