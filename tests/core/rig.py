"""A desk on a fake log, and what else a test wires to it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.desk import Desk
from bot.live import Changed, Live, News
from bot.playbook.model import Playbook
from bot.ports import Log, LogUnavailable, Summary
from bot.run import commands as c
from bot.run.events import Brief, Recorded, Task
from bot.run.state import Run
from tests.fakes import FakeLog
from tests.run.director import ANA, NINE, ROLES, TEAM, playbook


class Noted:
    """Workers that only note what was wanted last."""

    def __init__(self) -> None:
        self.wanted: dict[str, list[str]] = {}

    async def want(self, run: str, tasks: Sequence[Task]) -> None:
        self.wanted[run] = [task.key for task in tasks]


class HeldLog(FakeLog):
    """A log whose appends can be held up, or fail before or after they have effect."""

    def __init__(self) -> None:
        super().__init__()
        self.may_append = asyncio.Event()
        self.may_append.set()
        self.reached = asyncio.Event()
        self.away = ""

    async def append(
        self, records: Sequence[Recorded], summary: Summary, delivery: str = ""
    ) -> None:
        self.reached.set()
        await self.may_append.wait()
        away, self.away = self.away, ""
        if away != "before":
            await super().append(records, summary, delivery)
        if away:
            raise LogUnavailable("The database went away.")


class Rig:
    """A desk, its workers' notes, and the news it told."""

    def __init__(self, log: Log | None = None) -> None:
        self.log = log or FakeLog()
        self.now = NINE
        self.workers = Noted()
        self.live = Live()
        self.news: list[News] = []
        self.live.listen(self.news.append)
        self.desk = self.another_desk()

    def another_desk(self) -> Desk:
        return Desk(
            log=self.log, workers=self.workers, live=self.live, team=TEAM, now=lambda: self.now
        )

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    async def start(self, book: Playbook | None = None, run: str = "r1") -> Run:
        return await self.desk.handle(run, starting(book), by=ANA)

    async def drafted(self, book: Playbook | None = None, run: str = "r1") -> Run:
        """A run whose first draft waits to be judged."""
        started = await self.start(book, run)
        task = Task(run=run, step=next(iter(started.steps)))
        return await self.desk.handle(run, c.Finish(task=task, value="text"), by="podium")

    @property
    def changed(self) -> list[int]:
        """The versions that were told."""
        return [news.run.version for news in self.news if isinstance(news, Changed)]


def starting(book: Playbook | None = None) -> c.Start:
    return c.Start(
        playbook=book or playbook(),
        specialists=ROLES,
        brief=Brief(inputs={"product": "Acme"}, today="Monday, 2026-11-02"),
        place="web:w:general",
        requester=ANA,
    )


async def until(true: Callable[[], bool]) -> None:
    """Let others go on until something is true; a test that waits in vain is timed out."""
    while not true():  # noqa: ASYNC110 - nobody tells when
        await asyncio.sleep(0)
