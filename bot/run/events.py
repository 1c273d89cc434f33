"""What happens to a run: the append-only truth. Past tense, versioned, readable for ever."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from bot.playbook.model import Frozen, Playbook, Specialist


class Document(Frozen):
    """Text that people handed over: a file, a page of context, a channel's messages."""

    name: str
    source: str = Field(description="where it came from, in words: a file, a channel, a person")
    text: str


class Last(Frozen):
    """The last approved result of the same schedule; empty while there is none."""

    result: JsonValue = ""
    approved_at: str = ""


class Brief(Frozen):
    """What the director asked for, frozen when the run starts.

    `last` and `since`, the time of the last fire, are what a schedule adds.
    """

    inputs: dict[str, JsonValue] = {}
    documents: tuple[Document, ...] = ()
    today: str = ""
    last: Last = Last()
    since: str = ""


class Score(Frozen):
    """One candidate against one line of the rubric."""

    candidate: int
    line: int
    score: int = Field(ge=0, le=10)
    reason: str = ""


class Verdict(Frozen):
    """A judge's evidence: which candidate is best, and why."""

    best: int
    why: str = ""
    scores: tuple[Score, ...] = ()


class Usage(Frozen):
    """Tokens of one model call."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0


class ToolCall(Frozen):
    id: str
    name: str
    arguments: JsonValue


class ToolResult(Frozen):
    id: str
    text: str
    is_error: bool = False


class ModelTurn(Frozen):
    """A finished model call; `content` is the provider's own blocks, echoed back as they came."""

    role: Literal["model"] = "model"
    text: str
    calls: tuple[ToolCall, ...] = ()
    stop: str = "end_turn"
    content: JsonValue = None


class ToolTurn(Frozen):
    """The results of the tools that one model turn called."""

    role: Literal["tools"] = "tools"
    results: tuple[ToolResult, ...]


class PersonTurn(Frozen):
    """What Podium says to the model between calls: a correction, a request to go on."""

    role: Literal["person"] = "person"
    text: str


Turn = Annotated[ModelTurn | ToolTurn | PersonTurn, Field(discriminator="role")]


class Task(Frozen):
    """One piece of work that a run wants done; `key` is the same however often it is started."""

    run: str
    step: str
    part: int = 0
    attempt: int = 1

    @property
    def key(self) -> str:
        return f"{self.run}/{self.step}/{self.part}/{self.attempt}"


# --- the events ---------------------------------------------------------------


class Started(Frozen):
    kind: Literal["started"] = "started"
    playbook: Playbook
    specialists: dict[str, Specialist]
    brief: Brief
    place: str
    requester: str
    title: str
    schedule: str = ""


class StepOpened(Frozen):
    """A step's dependencies stand; `items` are what `each` gave or what a person may choose.

    No parts and no items: the step could not be opened, and a TaskFailed says why.
    """

    kind: Literal["step_opened"] = "step_opened"
    step: str
    attempt: int
    parts: int = 1
    items: tuple[JsonValue, ...] | None = None
    ask: str = ""


class StepSkipped(Frozen):
    kind: Literal["step_skipped"] = "step_skipped"
    step: str
    attempt: int


class CallStarted(Frozen):
    """Money is reserved and a model call begins. Its prompt follows from the run as it stood."""

    kind: Literal["call_started"] = "call_started"
    task: Task
    call: int
    model: str
    reserved_usd: float = 0


class CallFinished(Frozen):
    kind: Literal["call_finished"] = "call_finished"
    task: Task
    call: int
    turn: ModelTurn
    usage: Usage = Usage()
    cost_usd: float = 0
    model: str = Field("", description="who answered; `understudy` where no model was called")


class CallFailed(Frozen):
    """A call that gave nothing; `cost_usd` is what is known or, after a crash, the reserve."""

    kind: Literal["call_failed"] = "call_failed"
    task: Task
    call: int
    why: str
    usage: Usage = Usage()
    cost_usd: float = 0


class ToolsFinished(Frozen):
    kind: Literal["tools_finished"] = "tools_finished"
    task: Task
    turn: ToolTurn


class TaskFinished(Frozen):
    """A result; a judge's is its verdict, and its value is then the best candidate's.

    `as_said`: the value is the text of the task's last turn, which is not written twice.
    """

    kind: Literal["task_finished"] = "task_finished"
    task: Task
    value: JsonValue = None
    as_said: bool = False
    verdict: Verdict | None = None


class TaskFailed(Frozen):
    """A task that gave up; `fresh` says that trying again must forget its turns."""

    kind: Literal["task_failed"] = "task_failed"
    task: Task
    why: str
    fresh: bool = False


class BudgetReached(Frozen):
    """The run would pass its budget of `usd` or of `minutes`; a person is asked."""

    kind: Literal["budget_reached"] = "budget_reached"
    of: Literal["usd", "minutes"]
    needed_usd: float = 0


class Drafted(Frozen):
    """The deliverable's step has a new result: a draft, and its review opens."""

    kind: Literal["drafted"] = "drafted"
    number: int


class Approved(Frozen):
    kind: Literal["approved"] = "approved"
    gate: str
    note: str = ""


class Revised(Frozen):
    """A person sent the draft back: `steps` they touched and `reopened`, all that runs again."""

    kind: Literal["revised"] = "revised"
    gate: str
    note: str
    steps: tuple[str, ...]
    reopened: tuple[str, ...]


class Rejected(Frozen):
    kind: Literal["rejected"] = "rejected"
    gate: str
    reason: str = ""


class Answered(Frozen):
    """A choice, an answer or a human step's done: `value` is the step's result."""

    kind: Literal["answered"] = "answered"
    gate: str
    value: JsonValue


class Retried(Frozen):
    kind: Literal["retried"] = "retried"
    gate: str


class BudgetRaised(Frozen):
    kind: Literal["budget_raised"] = "budget_raised"
    gate: str
    usd: float = 0
    minutes: float = 0


class Reminded(Frozen):
    kind: Literal["reminded"] = "reminded"
    gate: str


class Expired(Frozen):
    kind: Literal["expired"] = "expired"
    gate: str


Outcome = Literal["approved", "rejected", "cancelled", "ended", "expired", "empty"]


class Ended(Frozen):
    kind: Literal["ended"] = "ended"
    outcome: Outcome
    reason: str = ""


Event = Annotated[
    Started
    | StepOpened
    | StepSkipped
    | CallStarted
    | CallFinished
    | CallFailed
    | ToolsFinished
    | TaskFinished
    | TaskFailed
    | BudgetReached
    | Drafted
    | Approved
    | Revised
    | Rejected
    | Answered
    | Retried
    | BudgetRaised
    | Reminded
    | Expired
    | Ended,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Recorded(Frozen):
    """An event in its place: the run's `seq`-th, at `at` (UTC), by a person or `podium`."""

    run: str
    seq: int
    at: datetime
    by: str
    event: Event
