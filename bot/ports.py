"""What the core needs from the world: Protocols, and what crosses them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from bot.cards import Card
from bot.playbook.model import Effort, Frozen
from bot.run.events import Brief, ModelTurn, Recorded, Task, Turn, Usage
from bot.schedule.model import Fire, Schedule

# --- the log ------------------------------------------------------------------


class Conflict(Exception):
    """Somebody else appended to the run first: load it and decide again."""


class LogUnavailable(Exception):
    """The database did not answer; whether the last write stands is not known: read before it
    is tried again. The text may be shown to people.
    """


class Duplicate(Exception):
    """This delivery was counted before; `run` is what it went to."""

    def __init__(self, run: str) -> None:
        super().__init__(f"this delivery was counted before, in run {run}")
        self.run = run


Status = Literal["working", "waiting", "ended"]


class OpenGate(Frozen):
    """A line of what needs people."""

    gate: str
    kind: str
    ask: str
    by: tuple[str, ...]
    own_work: bool = True
    approved_by: tuple[str, ...] = ()
    opened_at: datetime


class Summary(Frozen):
    """A run as lists show it; written with its events, in the same transaction."""

    run: str
    version: int
    playbook: str
    title: str
    place: str
    requester: str
    status: Status
    outcome: str = ""
    gates: tuple[OpenGate, ...] = ()
    spent_usd: float = 0
    started_at: datetime
    changed_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Query:
    """Which runs; every part left out matches all. Newest change first."""

    run: str = ""
    status: Status | None = None
    outcome: str = ""
    playbook: str = ""
    requester: str = ""
    place: str = ""
    due_by: datetime | None = None
    gates_open: bool = False
    text: str = ""
    limit: int = 50


class Log(Protocol):
    async def read(self, run: str) -> list[Recorded]:
        """All events of a run in order; empty when there is no such run."""
        ...

    async def append(
        self, records: Sequence[Recorded], summary: Summary, delivery: str = ""
    ) -> None:
        """Add events of one run, its summary and the delivery's id, all or nothing.

        Raises Conflict when a seq is taken, Duplicate when the delivery was counted.
        """
        ...

    async def find(self, query: Query) -> list[Summary]: ...


# --- chat ---------------------------------------------------------------------


class PlaceGone(Exception):
    """The channel, thread or message is not there or not ours to write in; the text says why."""


class Said(Frozen):
    """A message that people wrote."""

    author: str
    text: str
    at: datetime


class Chat(Protocol):
    """A platform. Places and messages are opaque; a message is also the place of its thread."""

    async def post(self, place: str, card: Card, key: str) -> str:
        """Show a new card, once for each key however often it is asked; gives the message."""
        ...

    async def edit(self, message: str, card: Card) -> None: ...

    async def room(self, message: str) -> None:
        """Wait until progress may be shown in a message without others' posts having to wait."""
        ...

    async def history(
        self, place: str, limit: int, since: datetime | None = None
    ) -> tuple[Said, ...]:
        """The latest messages that people wrote in a place, or after a time, oldest first."""
        ...


class Sight(Protocol):
    """Who may read and write what on a platform."""

    async def readable(
        self, identities: frozenset[str], places: Collection[str]
    ) -> Collection[str]:
        """In which of the places the person who has these identities can read; not if unsure."""
        ...

    async def writable(self, identities: frozenset[str], place: str) -> bool:
        """Whether both this person and Podium can post in the place; not if unsure."""
        ...


class People(Protocol):
    """Who the people of a platform are."""

    async def names(self, identities: Collection[str]) -> Mapping[str, str]:
        """What those of them are called who are known there just now, by their identities."""
        ...

    async def zone(self, identity: str) -> str:
        """The time zone of a person's profile, as in Europe/Berlin; empty if it is not known."""
        ...

    async def left(self, identity: str) -> bool:
        """Whether a person is known to be there no more; not if unsure."""
        ...


class Shown(Frozen):
    """A card of a run that stands in chat, and the digest of what it says."""

    key: str
    message: str
    digest: str


class Views(Protocol):
    """What of each run is already in chat."""

    async def shown(self, run: str) -> Mapping[str, Shown]: ...

    async def record(self, run: str, version: int, shown: Sequence[Shown] = ()) -> None:
        """These cards stand in chat; the run is shown up to `version`."""
        ...

    async def behind(self) -> list[str]:
        """Runs whose log is ahead of what was shown."""
        ...


# --- what a platform of our own has to keep -------------------------------------


class Line(Frozen):
    """A message on the page: what a person wrote, or a card. `thread` is the line it answers."""

    id: str
    place: str
    thread: str = ""
    author: str
    text: str = ""
    card: Card | None = None
    at: datetime


class Board(Protocol):
    """The page's messages."""

    async def add(self, line: Line) -> bool:
        """Keep a new line; False, and nothing changed, when its id is taken."""
        ...

    async def change(self, line: str, card: Card) -> None: ...

    async def lines(
        self, place: str, thread: str = "", limit: int = 200, around: str = ""
    ) -> list[Line]:
        """The latest lines of a channel (`thread` empty) or of one thread, oldest first.

        With `around` those before and after that line, half each; none when it is not there.
        """
        ...

    async def said(self, place: str, thread: str, limit: int) -> list[Line]:
        """The latest of those lines that people wrote, oldest first."""
        ...


class Member(Frozen):
    """Someone who may enter the page; `id` is `web:<workspace>:<user>`."""

    id: str
    name: str


class Members(Protocol):
    async def all(self) -> list[Member]: ...

    async def invite(self, member: Member, pass_hash: str, until: datetime) -> None:
        """Remember the member and a one-time pass for them."""
        ...

    async def enter(self, pass_hash: str, now: datetime) -> Member | None:
        """Use up a pass: whose it was, or None when it is unknown, used or too old."""
        ...


# --- what a platform of somebody else's needs kept ------------------------------


class Post(Frozen):
    """A card that was to be posted; `message` is empty while it is not known to stand there."""

    message: str
    at: datetime


class Posts(Protocol):
    """What was posted where people's own platforms keep the messages."""

    async def begin(self, key: str, at: datetime) -> Post | None:
        """Note that a card is about to be posted; gives what was noted of it before."""
        ...

    async def posted(self, key: str, message: str) -> None: ...


class Inbox(Protocol):
    """What a platform delivered, kept before it is confirmed and until it is done."""

    async def keep(self, delivery: str, body: str, at: datetime) -> bool:
        """Keep it; False, and nothing changed, when it came before."""
        ...

    async def done(self, delivery: str) -> None: ...

    async def left(self) -> list[tuple[str, str]]:
        """What was kept and is not done, oldest first: delivery and body."""
        ...


class Installs(Protocol):
    """The workspaces that Podium was installed in; `sealed` is what only its adapter can read."""

    async def install(self, team: str, sealed: str) -> None: ...

    async def installed(self, team: str) -> str:
        """What was kept for the workspace; empty when there is nothing."""
        ...

    async def forget(self, team: str) -> None: ...


# --- schedules ----------------------------------------------------------------


class Past(Frozen):
    """A fire, and its run as lists show it once there is one."""

    fire: Fire
    run: Summary | None = None


class Timetable(Protocol):
    """The schedules, each changed by whoever saw its latest version."""

    async def get(self, schedule: str) -> Schedule | None: ...

    async def all(self, deleted_since: datetime) -> list[Schedule]:
        """Those that were saved and are not deleted, or were since a time, by title."""
        ...

    async def due(self, by: datetime, limit: int, besides: Collection[str] = ()) -> list[Schedule]:
        """Those whose `wakes_at` has come but the ones `besides`, the longest waiting first."""
        ...

    async def change(self, schedule: Schedule, fires: Sequence[Fire] = ()) -> bool:
        """Keep a schedule and fires, all or nothing; False, and nothing kept, when somebody else
        changed the one before it first. A fire that was kept before is replaced, but by none that
        is skipped, as where clocks went back.
        """
        ...

    async def forget(self, schedule: str) -> None:
        """Remove a schedule that was never saved."""
        ...


class Fires(Protocol):
    """What became of due times."""

    async def open(self, before: datetime) -> list[Fire]:
        """Open ones from before a time, oldest first."""
        ...

    async def done(self, fire: Fire) -> None:
        """An open fire is open no more."""
        ...

    async def uncounted(self) -> list[Past]:
        """Fires that are done and whose run no longer works, but which are not counted."""
        ...

    async def past(self, schedule: str, limit: int) -> list[Past]:
        """A schedule's latest fires, newest first."""
        ...

    async def starts(self, schedule: str, limit: int) -> list[Past]:
        """Those that start runs, the latest started first."""
        ...

    async def of(self, schedule: str, run: str) -> Fire | None:
        """The one that starts a run; None when there is none, or none any more."""
        ...

    async def spent(self, schedule: str, since: datetime) -> float:
        """US dollars that the runs of its fires since a time have cost."""
        ...


# --- work ---------------------------------------------------------------------


class Workers(Protocol):
    async def want(self, run: str, tasks: Sequence[Task]) -> None:
        """The run wants just these: start what is not running, stop what is not named."""
        ...


class ToolSpec(Frozen):
    name: str
    description: str
    arguments: dict[str, JsonValue] = Field(description="a JSON Schema of type object")


class Tool(Protocol):
    @property
    def spec(self) -> ToolSpec: ...

    async def call(self, arguments: JsonValue, brief: Brief) -> str:
        """Text for the model; raises with a sentence the model can act on."""
        ...


class Request(Frozen):
    """A model call, its parts in the order in which caches want them.

    `system` and `tools` are the same for a whole run, `brief` is shared by all its steps, and
    `instructions` are this step's own. `shape` is the JSON Schema the answer must have; it is said
    in `instructions` too, so a model that knows no structured output can follow it.
    """

    model: str
    system: str
    brief: str
    instructions: str
    turns: tuple[Turn, ...] = ()
    tools: tuple[ToolSpec, ...] = ()
    shape: dict[str, JsonValue] | None = None
    effort: Effort = "medium"
    max_tokens: int = 16_000
    keep_s: Literal[300, 3600] = 300


@dataclass
class Meter:
    """What a call in flight has given and cost so far; read when it is cut short."""

    on_text: Callable[[str], None] = lambda text: None
    usage: Usage = field(default_factory=Usage)
    cost_usd: float = 0


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """The most that a call can cost; None when the model has no known price."""

    tokens: int
    usd: float | None


@dataclass(frozen=True, kw_only=True)
class ModelReply:
    turn: ModelTurn
    usage: Usage
    cost_usd: float
    model: str


class ModelFailed(Exception):
    """A call gave nothing usable; the text may be shown to people.

    `retry` says whether the same call may succeed later, and `after_s` when the provider asked for
    a pause. What it cost stands in the call's Meter.
    """

    def __init__(self, why: str, *, retry: bool, after_s: float | None = None) -> None:
        super().__init__(why)
        self.retry = retry
        self.after_s = after_s


class Model(Protocol):
    async def reserve(self, request: Request) -> Reserve: ...

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        """One call, streamed into the meter. Raises ModelFailed; cancelling stops it at once."""
        ...


# --- health ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Condition:
    """How a part of the house is: "missing" is what can be done without, "bad" what cannot.

    `says` and `mend` are sentences for whoever runs Podium; they hold no secret.
    """

    name: str
    state: Literal["good", "missing", "bad"]
    says: str
    mend: str = ""
