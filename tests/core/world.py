"""A small world around the core: a log, a chat, people, a model, and processes that may die.

Nothing in it takes time. `rest` waits until every process has done what it can do by itself, and
what happens next is the test's choice.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from adapters.workers import InProcess
from bot.acts import Acts
from bot.cards import Card
from bot.desk import PODIUM, Desk
from bot.live import Live
from bot.playbook.model import Act, Playbook
from bot.policy import Team
from bot.ports import (
    LogUnavailable,
    Meter,
    ModelReply,
    Query,
    Request,
    Reserve,
    Said,
    Shown,
    Summary,
    ToolSpec,
)
from bot.run.commands import Fail, Start
from bot.run.events import (
    EVENT,
    Brief,
    BudgetReached,
    CallFailed,
    CallFinished,
    CallStarted,
    Event,
    ModelTurn,
    Recorded,
    Retried,
    Task,
    TaskFailed,
)
from bot.run.evolve import evolve
from bot.run.plan import is_open, plan
from bot.run.state import Run
from bot.specialist import Specialist
from bot.threads import Threads
from tests.core.plays import ROLES
from tests.fakes import FakeLog, FakeViews
from tests.fakes_chat import FakeChat
from tests.fakes_model import HeldModel

ANA, BO, CY, EVE = "web:w:ana", "web:w:bo", "web:w:cy", "web:w:eve"
TEAM = Team(people={"bo": (BO, "slack:T1:U2"), "cy": (CY,)}, groups={"leads": ("bo", "cy")})
BEGINNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
RUN = "r1"
MOST_TURNS_OF_THE_LOOP = 20_000

Fault = Literal["killed before", "killed after", "away before", "away after"]


class World:
    """What outlives a process, and the processes."""

    def __init__(self, *, slots: int = 8) -> None:
        self.now = BEGINNING
        self.log = FakeLog()
        self.views = FakeViews(self.log)
        self.chat = FakeChat()
        self.model = HeldModel()
        self.slots = slots
        self.processes: list[Process] = []
        self.known: Run | None = None
        self.faults: list[str] = []

    async def open(self) -> "Process":
        """Start a process, which takes up what an earlier one left."""
        process = self.join()
        await process.threads.recover()
        await process.desk.recover()
        return process

    def join(self) -> "Process":
        """Start a process beside those that live."""
        self.now += timedelta(milliseconds=1)
        self.processes.append(Process(self))
        return self.processes[-1]

    async def close(self) -> None:
        for process in self.processes:
            await (process.stop() if process.alive else process.buried())

    async def rest(self) -> None:
        """Wait until nothing moves but by somebody's doing."""
        loop = asyncio.get_running_loop()
        for _ in range(MOST_TURNS_OF_THE_LOOP):
            await asyncio.sleep(0)
            if not getattr(loop, "_ready"):  # noqa: B009 - asyncio tells it in no other way
                return
        raise AssertionError("the processes never come to rest")

    @property
    def events(self) -> list[Recorded]:
        return self.log.events.get(RUN, [])

    def run(self) -> Run:
        """The run as the log tells it."""
        assert self.known is not None
        return self.known

    def appended(self, records: Sequence[Recorded]) -> None:
        """Hold what must be true at every event, and after every append."""
        for record in records:
            if self.known:
                self.faults += _flaws(self.known, record.event)
            self.known = evolve(self.known, record)
        run = self.run()
        used = run.spent_usd + run.reserved_usd
        if run.budget_usd is not None and used > run.budget_usd + 1e-9:
            self.faults.append(f"{used} of {run.budget_usd} is spent or reserved at {run.version}")
        if not (run.outcome or run.gates or plan(run)):
            self.faults.append(f"nothing is planned and nobody is asked at {run.version}")

    def asked(self, key: str, request: Request) -> None:
        """Hold that a model is asked for nothing that it has answered already.

        Two processes at work on one run take each other's calls for lost, and may pay twice.
        """
        if sum(process.alive for process in self.processes) > 1:
            return
        given = [turn for turn in request.turns if isinstance(turn, ModelTurn)]
        if given != finished_calls(self.events, key):
            self.faults.append(f"{key} is asked again for what it has answered")


class Process:
    """Podium, wired as it is when it serves."""

    def __init__(self, world: World) -> None:
        self.alive = True
        self.world = world
        self.log = _Log(self)
        self.live = Live()
        self.workers = InProcess(again_s=0)
        self.desk = Desk(
            log=self.log, workers=self.workers, live=self.live, team=TEAM, now=lambda: world.now
        )
        self.specialist = Specialist(
            desk=self.desk,
            live=self.live,
            model=_Model(self),
            tools={"look": Look()},
            calls_at_once=world.slots,
            pauses_s=(0.0, 0.0),
            again_s=0,
        )
        self.chat = _Chat(self)
        chats = {"web": self.chat}
        self.acts = Acts(self.desk, chats)
        self.threads = Threads(
            desk=self.desk, live=self.live, views=_Views(self), chats=chats, calm_s=0, again_s=0
        )
        self.workers.begin(work=self._work, broke=self._broke, wake=self.desk.wake)

    async def _work(self, task: Task) -> None:
        run = await self.desk.load(task.run)
        doer = self.acts if isinstance(run.step(task.step), Act) else self.specialist
        await doer.work(task)

    async def _broke(self, task: Task, fault: Exception) -> None:
        if not isinstance(fault, Exploded):
            self.world.faults.append(f"{task.key} broke: {fault!r}")
        await self.desk.handle(task.run, Fail(task=task, why=repr(fault)), by=PODIUM)

    def die(self) -> None:
        """From now on nothing that this process tries has any effect."""
        self.alive = False
        self._last_breath = asyncio.gather(self.workers.close(), self.threads.close())

    async def buried(self) -> None:
        """Wait until nothing is left of a process that died."""
        await self._last_breath

    async def stop(self) -> None:
        """End in peace."""
        await self.workers.close()
        await self.threads.close()

    def breathe(self) -> None:
        if not self.alive:
            raise asyncio.CancelledError


class _Log:
    """The world's log as one process reaches it. `fault` strikes once, at the next append."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._log = process.world.log
        self.fault: Fault | None = None

    async def read(self, run: str) -> list[Recorded]:
        await self._turn()
        return await self._log.read(run)

    async def append(
        self, records: Sequence[Recorded], summary: Summary, delivery: str = ""
    ) -> None:
        await self._turn()
        fault, self.fault = self.fault, None
        written = [
            record.model_copy(
                update={"event": EVENT.validate_json(record.event.model_dump_json(by_alias=True))}
            )
            for record in records
        ]
        if fault is None or fault.endswith("after"):
            await self._log.append(written, summary, delivery)
            self._process.world.appended(written)
        if fault and fault.startswith("killed"):
            self._process.die()
        if fault and fault.startswith("away"):
            raise LogUnavailable("the database went away")
        await self._turn()

    async def find(self, query: Query) -> list[Summary]:
        await self._turn()
        return await self._log.find(query)

    async def _turn(self) -> None:
        """Let others go first, as a real database does."""
        self._process.breathe()
        await asyncio.sleep(0)
        self._process.breathe()


class _Views:
    def __init__(self, process: Process) -> None:
        self._process = process
        self._views = process.world.views

    async def shown(self, run: str) -> Mapping[str, Shown]:
        self._process.breathe()
        return await self._views.shown(run)

    async def record(self, run: str, version: int, shown: Sequence[Shown] = ()) -> None:
        self._process.breathe()
        await self._views.record(run, version, shown)

    async def behind(self) -> list[str]:
        self._process.breathe()
        return await self._views.behind()


class _Chat:
    """The world's chat as one process reaches it; `fatal`: the next post kills, and arrives."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._chat = process.world.chat
        self.fatal = False

    async def post(self, place: str, card: Card, key: str) -> str:
        self._process.breathe()
        await asyncio.sleep(0)
        message = await self._chat.post(place, card, key)
        if self.fatal:
            self._process.die()
        self._process.breathe()
        return message

    async def edit(self, message: str, card: Card) -> None:
        self._process.breathe()
        await asyncio.sleep(0)
        await self._chat.edit(message, card)
        self._process.breathe()

    async def room(self, message: str) -> None:
        self._process.breathe()
        await asyncio.sleep(0)

    async def history(
        self, place: str, limit: int, since: datetime | None = None
    ) -> tuple[Said, ...]:
        return await self._chat.history(place, limit, since)


class _Model:
    def __init__(self, process: Process) -> None:
        self._process = process
        self._model = process.world.model

    async def reserve(self, request: Request) -> Reserve:
        self._process.breathe()
        return await self._model.reserve(request)

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        self._process.breathe()
        job = asyncio.current_task()
        self._process.world.asked(job.get_name() if job else "", request)
        reply = await self._model.reply(request, meter)
        self._process.breathe()
        return reply


class Look:
    """A tool."""

    spec = ToolSpec(name="look", description="Looks.", arguments={"type": "object"})

    async def call(self, arguments: JsonValue, brief: Brief) -> str:
        await asyncio.sleep(0)
        return "seen"


class Exploded(Exception):
    """A fault of our own, made by a test."""


def _flaws(run: Run, event: Event) -> Iterator[str]:
    """What is wrong with an event that comes to a run as it stands."""
    match event:
        case CallStarted(task=task) if run.halted:
            yield f"{task.key} is begun while a person is asked for more"
        case BudgetReached(of="usd") if run.calls:
            yield "a person is asked for money while calls in flight hold some"
        case CallFailed(task=task, why="it was stopped") if is_open(run, task):
            yield f"{task.key} was cut while it was wanted"
        case _:
            pass


def finished_calls(events: Sequence[Recorded], key: str) -> list[ModelTurn]:
    """What a task's finished calls gave, but for those that a retry was to forget."""
    turns: list[ModelTurn] = []
    fresh = False
    for record in events:
        match record.event:
            case CallFinished(task=task, turn=turn) if task.key == key:
                turns.append(turn)
            case TaskFailed(task=task) as failed if task.key == key:
                fresh = failed.fresh
            case Retried() if fresh:
                turns, fresh = [], False
            case _:
                pass
    return turns


def start(playbook: Playbook) -> Start:
    return Start(
        playbook=playbook,
        specialists=dict(ROLES),
        brief=Brief(today="Monday, 2026-11-02"),
        place="web:w:general",
        requester=ANA,
    )
