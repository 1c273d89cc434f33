"""Podium's core on a SQLite file of its own, wired as the entry point wires it.

Real are the desk, the specialists, the workers inside the process and the log; every model call is
reserved, logged as a turn and settled. Only the model is a stand-in, as on the peers. Nothing is
shown in a chat.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.database.database import Database
from adapters.workers import InProcess
from bench.durable import IN_FLIGHT, SPECIALISTS, TEXT_BYTES, said
from bot.desk import PODIUM, Desk
from bot.live import Live
from bot.playbook.model import Judge, Playbook, Work
from bot.playbook.model import Specialist as Role
from bot.policy import Team
from bot.ports import Meter, ModelReply, Request, Reserve
from bot.run.commands import Decision, Fail, Start
from bot.run.events import Brief, ModelTurn, Score, Task, Usage, Verdict
from bot.run.state import Run
from bot.specialist import Specialist

REQUESTER = "web:bench:ana"
CALLS_AT_ONCE = IN_FLIGHT * len(SPECIALISTS)  # the peers have no limit either


@dataclass(frozen=True)
class Sleeper:
    """A model that takes its time and gives a text, or the verdict that a judge is asked for."""

    call_s: float

    async def reserve(self, request: Request) -> Reserve:
        return Reserve(tokens=len(request.brief + request.instructions) // 4, usd=0.01)

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        await asyncio.sleep(self.call_s)
        text = _verdict() if request.shape else said("the task")
        meter.on_text(text)
        turn = ModelTurn(text=text, content=[{"type": "text", "text": text}])
        usage = Usage(input=500, output=500)
        return ModelReply(turn=turn, usage=usage, cost_usd=0.004, model=request.model)


def _verdict() -> str:
    scores = tuple(Score(candidate=n, line=0, score=n) for n in range(len(SPECIALISTS)))
    bare = Verdict(best=0, scores=scores)
    why = said("the judge")[: TEXT_BYTES - len(bare.model_dump_json())]
    return bare.model_copy(update={"why": why}).model_dump_json()


class Core:
    """Podium without a face: what people do, each returning when the run waits or is over."""

    def __init__(self, desk: Desk, database: Database, playbook: Playbook) -> None:
        self.desk = desk
        self.database = database
        steps = [step for step in playbook.steps.values() if isinstance(step, Work | Judge)]
        self._start = Start(
            playbook=playbook,
            specialists={s.by: Role(name=s.by, instructions="Be brief.") for s in steps},
            brief=Brief(inputs={"product": "a lamp"}, today="2026-11-02"),
            place="web:bench:general",
            requester=REQUESTER,
        )

    async def start(self, run_id: str) -> Run:
        return await self._settled(await self.desk.handle(run_id, self._start, by=REQUESTER))

    async def decide(self, run_id: str, decision: Decision) -> Run:
        return await self._settled(await self.desk.handle(run_id, decision, by=REQUESTER))

    async def _settled(self, run: Run) -> Run:
        while not run.gates and not run.outcome:
            await self.desk.moved(run.id, run.version)
            run = await self.desk.load(run.id)
        if broken := [gate for gate in run.gates.values() if gate.kind != "review"]:
            raise RuntimeError(f"run {run.id} asks for {broken[0].kind}, and nothing should fail")
        return run


@asynccontextmanager
async def open_core(folder: Path, call_s: float, playbook: Playbook) -> AsyncIterator[Core]:
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    live, workers = Live(), InProcess()
    desk = Desk(log=database.log, workers=workers, live=live, team=Team(), now=_now)
    specialist = Specialist(
        desk=desk, live=live, model=Sleeper(call_s), tools={}, calls_at_once=CALLS_AT_ONCE
    )

    async def broke(task: Task, fault: Exception) -> None:
        await desk.handle(task.run, Fail(task=task, why=repr(fault)), by=PODIUM)

    workers.begin(work=specialist.work, broke=broke, wake=desk.wake)
    try:
        yield Core(desk, database, playbook)
    finally:
        await workers.close()
        await database.close()


def _now() -> datetime:
    return datetime.now(UTC)
