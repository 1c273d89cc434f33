"""A house that starts what is due, by a fast clock, in a process that may be killed at any moment.

`python -m tests.recurring.child URL BEGIN`: it says `ready`, and ticks once stdin has a line. Its
clock stands at BEGIN until a second line says when, by the machine's own clock, it set out; from
then on it is SPEED times as fast. It says on stdout what it does (`starting KEY`, `started KEY`,
and `ticked N` with N fires open), and ends once stdin is closed and nothing that it began is open.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from adapters.clock import Clock
from adapters.database import Database
from adapters.understudy import Understudy
from adapters.web.chat import Hub, WebChat
from bot.live import Live
from bot.ports import Query, Summary
from bot.run.events import Recorded
from bot.settings import Settings
from bot.wiring import Book, open_house

SPEED = 60
PLAYBOOKS = Path("tests/recurring/playbooks")


class FastClock:
    """Stands at `begin` until it sets out."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self.set_out: float | None = None

    def __call__(self) -> datetime:
        passed_s = 0 if self.set_out is None else time.time() - self.set_out
        return self._begin + timedelta(seconds=passed_s * SPEED)


class TellingLog:
    """The log, which says of every start that it is about to be kept, and that it is."""

    def __init__(self, database: Database) -> None:
        self._log = database.log

    async def read(self, run: str) -> list[Recorded]:
        return await self._log.read(run)

    async def append(
        self, records: Sequence[Recorded], summary: Summary, delivery: str = ""
    ) -> None:
        say("starting", delivery)
        await self._log.append(records, summary, delivery)
        say("started", delivery)

    async def find(self, query: Query) -> list[Summary]:
        return await self._log.find(query)


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - it is how the test is told


async def main(url: str, begin: datetime) -> None:
    now, stopping, ended = FastClock(begin), asyncio.Event(), asyncio.Event()
    database = await Database.open(url)
    book = Book(timetable=database.timetable, fires=database.fires)
    async with open_house(
        Settings(playbooks=PLAYBOOKS),
        log=TellingLog(database),
        chats={"web": WebChat(database.board, Hub(), now)},
        live=Live(),
        player=Understudy(),
        views=database.views,
        book=book,
    ) as house:
        house.desk.now = now

        async def tick() -> None:
            if not stopping.is_set():
                await house.tick()
            left = await database.fires.open(now() + timedelta(seconds=1))
            say("ticked", len(left))
            if stopping.is_set() and not left:
                ended.set()

        await house.recur()
        clock = Clock(tick)
        say("ready")
        await asyncio.to_thread(sys.stdin.readline)
        clock.start()
        if line := await asyncio.to_thread(sys.stdin.readline):
            now.set_out = float(line)
            await asyncio.to_thread(sys.stdin.read)
        stopping.set()
        await ended.wait()
        clock.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], datetime.fromisoformat(sys.argv[2])))
