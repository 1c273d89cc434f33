"""Workers inside the process."""

import asyncio
from collections import Counter

from adapters.workers import InProcess
from bot.ports import LogUnavailable
from bot.run.decide import Stale
from bot.run.events import Task
from tests.core.rig import until

A, B = Task(run="r1", step="a"), Task(run="r1", step="b")


class Shop:
    """Workers whose tasks end when the test says so."""

    def __init__(self) -> None:
        self.workers = InProcess(again_s=0)
        self.begun: Counter[str] = Counter()
        self.cut: Counter[str] = Counter()
        self.broken: list[str] = []
        self.ends: dict[str, BaseException | None] = {}
        self.wanted: tuple[Task, ...] = ()
        self.away = 0
        self.workers.begin(work=self.work, broke=self.broke, wake=self.wake)

    async def want(self, *tasks: Task) -> None:
        self.wanted = tasks
        await self.workers.want("r1", tasks)

    async def work(self, task: Task) -> None:
        self.begun[task.step] += 1
        try:
            while task.step not in self.ends:  # noqa: ASYNC110 - the test sets it at any time
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cut[task.step] += 1
            raise
        if error := self.ends.pop(task.step):
            raise error

    async def broke(self, task: Task, fault: Exception) -> None:
        self.broken.append(f"{task.step}: {fault}")
        self.wanted = tuple(other for other in self.wanted if other != task)

    async def wake(self, run: str) -> None:
        if self.away:
            self.away -= 1
            raise LogUnavailable("The database went away.")
        await self.workers.want(run, self.wanted)


async def test_what_is_wanted_is_started_once_however_often_it_is_wanted() -> None:
    shop = Shop()
    for _ in range(3):
        await shop.want(A, B)
        await asyncio.sleep(0)
    assert shop.begun == {"a": 1, "b": 1}
    await shop.workers.close()


async def test_what_is_not_wanted_any_more_is_stopped() -> None:
    shop = Shop()
    await shop.want(A, B)
    await until(lambda: shop.begun.total() == 2)
    await shop.want(B)
    await until(lambda: shop.cut == {"a": 1})
    assert shop.begun == {"a": 1, "b": 1}
    await shop.workers.close()


async def test_a_task_that_is_wanted_again_while_it_ends_is_started_again() -> None:
    shop = Shop()
    await shop.want(A)
    await until(lambda: shop.begun["a"] == 1)
    await shop.want()
    await shop.want(A)
    await until(lambda: shop.begun["a"] == 2)
    await shop.workers.close()


async def test_a_task_that_was_stopped_before_it_began_is_started_again() -> None:
    shop = Shop()
    await shop.want(A)
    await shop.want()
    await shop.want(A)
    await until(lambda: shop.begun["a"] == 1)
    assert shop.cut == {}
    await shop.workers.close()


async def test_a_fault_of_our_own_is_reported() -> None:
    shop = Shop()
    shop.ends["a"] = RuntimeError("oh")
    await shop.want(A)
    await until(lambda: shop.broken == ["a: oh"])
    await until(lambda: not asyncio.all_tasks() - {asyncio.current_task()})
    assert shop.begun == {"a": 1}


async def test_a_task_that_is_stale_says_nothing_and_is_looked_at_again() -> None:
    shop = Shop()
    shop.ends["a"] = Stale()
    await shop.want(A)
    await until(lambda: shop.begun["a"] == 2)
    assert shop.broken == []
    await shop.workers.close()


async def test_a_log_that_is_away_is_waited_for() -> None:
    shop = Shop()
    shop.away = 3
    shop.ends["a"] = LogUnavailable("The database went away.")
    await shop.want(A)
    await until(lambda: shop.begun["a"] == 2)
    assert (shop.broken, shop.away) == ([], 0)
    await shop.workers.close()


async def test_a_fault_that_cannot_be_reported_is_met_again() -> None:
    class Deaf(Shop):
        async def broke(self, task: Task, fault: Exception) -> None:
            raise LogUnavailable("The database went away.")

    shop = Deaf()
    shop.ends["a"] = RuntimeError("oh")
    await shop.want(A)
    await until(lambda: shop.begun["a"] == 2)
    await shop.workers.close()


async def test_closing_stops_all_work_and_takes_no_more() -> None:
    shop = Shop()
    await shop.want(A, B)
    await until(lambda: shop.begun.total() == 2)
    await shop.workers.close()
    assert shop.cut == {"a": 1, "b": 1}
    await shop.want(A)
    await asyncio.sleep(0)
    assert shop.begun.total() == 2


async def test_nothing_is_started_before_the_work_is_known() -> None:
    workers = InProcess()
    await workers.want("r1", [A])
    await workers.close()
