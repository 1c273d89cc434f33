"""A whole house in a process that may be killed at any moment, with a director who never tires.

`python -m tests.killed.child FOLDER` takes up what FOLDER holds, directs one run to its end and
exits with 0. Every model call writes to FOLDER/calls.log, synced, when it begins and when it has an
answer.
"""

import asyncio
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from adapters.database import Database
from adapters.understudy import Understudy
from adapters.web.chat import Hub, WebChat
from bot.live import Live
from bot.ports import Board, Log, Meter, Model, ModelReply, Request, Reserve
from bot.run import commands as c
from bot.run.decide import Refused
from bot.run.state import Run
from bot.settings import Settings
from bot.threads import Threads
from bot.wiring import House, now, open_house

RUN = "r0000000000000001"
ANA = "web:podium:ana"
PLACE = "web:podium:#general"


class Watched:
    """A model whose calls are written down outside the database."""

    def __init__(self, model: Model, path: Path) -> None:
        self._model = model
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def reserve(self, request: Request) -> Reserve:
        return Reserve(tokens=100, usd=0.001)

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        asked = hashlib.blake2b(request.model_dump_json().encode(), digest_size=8).hexdigest()
        self._note("began", asked)
        reply = await self._model.reply(request, meter)
        self._note("answered", asked)
        return reply.__class__(turn=reply.turn, usage=reply.usage, cost_usd=0.0005, model="m")

    def _note(self, what: str, asked: str) -> None:
        os.write(self._file, f"{what} {asked}\n".encode())
        os.fsync(self._file)


def _as_it_is(database: Database) -> tuple[Log, Board]:
    return database.log, database.board


async def main(folder: Path, through: Callable[[Database], tuple[Log, Board]] = _as_it_is) -> None:
    """Direct the run to its end, with the database's log and board `through` something else."""
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    log, board = through(database)
    live = Live()
    chats = {"web": WebChat(board, Hub(), now)}
    player = Watched(Understudy(pace_s=0.3), folder / "calls.log")
    settings = Settings(data=folder, playbooks=Path("tests/killed/playbooks"))
    async with open_house(settings, log=log, chats=chats, live=live, player=player) as house:
        threads = Threads(
            desk=house.desk, live=live, views=database.views, chats=chats, calm_s=0.01
        )
        await threads.recover()
        await house.desk.recover()
        await _direct(house)
        await threads.quiet()
        await threads.close()
    await database.close()


async def _direct(house: House) -> None:
    """Start the run if it has not been, and decide whatever waits until it is over."""
    playbook = house.shelf.library.playbooks["whole"]
    start = await house.intake.start(
        playbook, {"product": "Lamp"}, {}, who=ANA, place=PLACE, now=now()
    )
    try:
        run = await house.desk.handle(RUN, start, by=ANA, delivery="start")
    except Refused:
        run = await house.desk.load(RUN)
    while not run.outcome:
        if decision := _decision(run):
            run = await house.desk.handle(RUN, decision, by=ANA)
        else:
            await house.desk.moved(RUN, run.version)
            run = await house.desk.load(RUN)


def _decision(run: Run) -> c.Decision | None:
    gate = next(iter(run.gates.values()), None)
    match gate.kind if gate else "":
        case "choose":
            return c.Choose(gate.id if gate else "", 1)
        case "review" if len(run.drafts) == 1:
            return c.Revise("review-1", "Lead with the price.", ("draft",))
        case "review":
            return c.Approve("review-2")
        case "":
            return None
        case other:
            raise RuntimeError(f"nothing should ask for {other}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
