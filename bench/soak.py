"""People at work in a chat for ten minutes, Podium connecting anew each minute: is all of it right?

Each command must be confirmed, and answered once; each start must make one run, with one message
for its root, one for its draft and one for its end; and Podium may log no error, which is what an
answer that something went wrong comes with. A platform takes part by being a `Crowd`.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.database import Database
from bench.crowd import PEOPLE, Crowd, Opened
from bench.figure import Figure, at_most, percentile
from bench.server import Server
from bot.ports import Query

A_SECOND = 5
APPROVED_AFTER = 30  # commands
PATIENCE_S = 60
MINUTES = 10


@dataclass
class Toll:
    """What was lost or came twice, in words, and what was measured on the way."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    confirmed_s: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def expect_one(self, what: str, there: int) -> None:
        if there < 1:
            self.lost.append(f"{what} is missing")
        if there > 1:
            self.doubled.append(f"{what} is there {there} times")


async def measure(platform: str, opened: Opened, quick: bool) -> list[Figure]:
    """Every figure of the soak; a quick one has minutes of six seconds."""
    minute_s, toll = 6 if quick else 60, Toll()
    with TemporaryDirectory() as folder:
        async with opened(Path(folder)) as (crowd, server):
            shift = _Shift(crowd, toll)
            async with asyncio.TaskGroup() as group:
                meanwhile = [
                    group.create_task(_watch(server, toll)),
                    group.create_task(_refresh(crowd, minute_s)),
                ]
                await shift.work(A_SECOND * MINUTES * minute_s)
                for task in meanwhile:
                    task.cancel()
            await shift.end()
            toll.lost += [line.strip() for line in server.said if " ERROR " in line]
        await _look_at_log(Path(folder), shift.topics, toll)
    sys.stderr.writelines(f"{line}\n" for line in (*toll.lost, *toll.doubled))
    return _figures(platform, toll, minute_s)


def _figures(platform: str, toll: Toll, minute_s: int) -> list[Figure]:
    second, last = toll.memory[minute_s : 2 * minute_s], toll.memory[-minute_s:]
    grown = statistics.median(last) / statistics.median(second)
    what = f"{platform}: {A_SECOND} commands a second for {MINUTES * minute_s} s"
    late_ms = percentile(toll.confirmed_s, 99) * 1000
    rows = [
        ("lost", "lost", len(toll.lost), "", (at_most(0),)),
        ("doubled", "doubled", len(toll.doubled), "", (at_most(0),)),
        ("grown", "memory in the last tenth over the second", grown, "x", (at_most(1.05),)),
        ("memory", "memory in the last tenth", statistics.median(last) / 1e6, "MB", ()),
        ("p99", "confirmed after, p99", late_ms, "ms", (at_most(150),)),
    ]
    return [
        Figure(name=f"soak.{platform}.{n}", what=f"{what}, {of}", value=v, unit=unit, goals=goals)
        for n, of, v, unit, goals in rows
    ]


async def _watch(server: Server, toll: Toll) -> None:
    while True:
        toll.memory.append(server.memory)
        await asyncio.sleep(1)


async def _refresh(crowd: Crowd, minute_s: float) -> None:
    while True:
        await asyncio.sleep(minute_s)
        await crowd.refresh()


async def _look_at_log(folder: Path, topics: Sequence[str], toll: Toll) -> None:
    database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
    try:
        found = await database.log.find(Query(outcome="approved", limit=2 * len(topics)))
        left = await database.inbox.left()
    finally:
        await database.close()
    titles = Counter(summary.title.split()[-1] for summary in found)
    for topic in topics:
        toll.expect_one(f"{topic}: its run", titles[topic])
    toll.lost += [f"{delivery}: kept and never done" for delivery, _ in left]


class _Shift:
    """What the people do, and what comes of it."""

    def __init__(self, crowd: Crowd, toll: Toll) -> None:
        self._crowd = crowd
        self._toll = toll
        self._asked: dict[int, str] = {}
        """What each person did last, if it has an answer for them alone."""
        self._started: dict[int, str] = {}

    @property
    def topics(self) -> list[str]:
        return [*self._started.values()]

    async def work(self, commands: int) -> None:
        began = time.monotonic()
        doing: list[asyncio.Task[None]] = []
        for n in range(commands):
            await asyncio.sleep(began + n / A_SECOND - time.monotonic())
            doing.append(asyncio.create_task(self._do(n)))
        await asyncio.gather(*doing)
        left = range(commands - APPROVED_AFTER, commands)
        await asyncio.gather(*map(self._approve, left))

    async def _do(self, n: int) -> None:
        """One in twenty starts a run, one in twenty approves one, one in five opens a form.

        Of more, no platform would take all that is to be shown: Slack lets an app edit 50 messages
        a minute.
        """
        person = n % PEOPLE
        if n % 20 == 0:
            self._look_at_answers(person)
            self._started[n] = f"topic{n:05}"
            line = f'/delegate quick topic: "{self._started[n]}"'
            if self._crowd.told_of_starts:
                self._asked[person] = line
            self._count(line, await self._crowd.type(person, line))
        elif n - APPROVED_AFTER in self._started:
            await self._approve(n - APPROVED_AFTER)
        else:
            self._look_at_answers(person)
            line = "/delegate brief" if n % 5 == 2 else ("/needs-me", "/runs")[n % 2]
            self._asked[person] = line
            self._count(line, await self._crowd.type(person, line))

    async def _approve(self, started: int) -> None:
        """By whoever started it, since nobody else may."""
        if topic := self._started.get(started):
            try:
                async with asyncio.timeout(PATIENCE_S):
                    taken_s = await self._crowd.approve(started % PEOPLE, topic)
            except TimeoutError:
                taken_s = None
            self._count(f"approve {topic}", taken_s)

    def _count(self, what: str, confirmed_s: float | None) -> None:
        if confirmed_s is None:
            self._toll.lost.append(f"{what}: not confirmed")
        else:
            self._toll.confirmed_s.append(confirmed_s)

    def _look_at_answers(self, person: int) -> None:
        """Whoever acts again has had the answer by now; a deed has none but what all can see."""
        new = self._crowd.answers(person)
        asked = self._asked.pop(person, "")
        if asked and not new:
            self._toll.lost.append(f"{asked} of {person}: no answer")
        if (new and not asked) or len(set(new)) < len(new):
            self._toll.doubled.append(f"{asked or 'a deed'} of {person}: {new}")

    async def end(self) -> None:
        """Wait until every run stands there as ended, or long enough, and look at all of it."""
        for _ in range(PATIENCE_S):
            if all(map(self._ended, self.topics)):
                break
            await asyncio.sleep(1)
        for person in range(PEOPLE):
            self._look_at_answers(person)
        for topic in self.topics:
            threads = self._crowd.threads(topic)
            self._toll.expect_one(f"{topic}: its message", len(threads))
            for card in ("Draft 1", "Approved"):
                cards = [said for thread in threads for said in thread[1:] if _is(said, card)]
                self._toll.expect_one(f"{topic}: {card}", len(cards))

    def _ended(self, topic: str) -> bool:
        threads = self._crowd.threads(topic)
        return any(_is(said, "Approved") for thread in threads for said in thread)


def _is(said: str, card: str) -> bool:
    return said.partition("\n")[0] == card
