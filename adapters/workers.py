"""Workers inside the process: an asyncio task for each task that a run wants."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.ports import LogUnavailable
from bot.run.decide import Stale
from bot.run.events import Task

log = logging.getLogger("podium.workers")

AGAIN_S = 5.0  # after the log did not answer

Work = Callable[[Task], Awaitable[None]]
Wake = Callable[[str], Awaitable[None]]
Report = Callable[[Task, Exception], Awaitable[None]]


class InProcess:
    """The `Workers` port. Limits on model calls are the specialist's; here everything may start.

    `work` does a task, `broke` reports one that ended in a fault of our own, and `wake` asks for
    what the run wants now: a task may be wanted again while its last start was still ending.
    """

    def __init__(self, again_s: float = AGAIN_S) -> None:
        self._again_s = again_s
        self._running: dict[str, dict[str, asyncio.Task[None]]] = {}
        self._waking: set[asyncio.Task[None]] = set()
        self._open = False

    def begin(self, *, work: Work, broke: Report, wake: Wake) -> None:
        self._work = work
        self._broke = broke
        self._wake = wake
        self._open = True

    async def want(self, run: str, tasks: Sequence[Task]) -> None:
        if not self._open:
            return
        wanted = {task.key: task for task in tasks}
        running = self._running.setdefault(run, {})
        for key, job in running.items():
            if key not in wanted:
                job.cancel()
        for key, task in wanted.items():
            if key not in running:
                running[key] = self._start(task)
        if not running:
            del self._running[run]

    async def close(self) -> None:
        """Stop all work; what was in flight is settled by its own worker and wanted again later."""
        self._open = False
        jobs = [job for running in self._running.values() for job in running.values()]
        jobs += self._waking
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    def _start(self, task: Task) -> asyncio.Task[None]:
        job = asyncio.create_task(self._do(task), name=task.key)
        # Not in the job itself: one that is cancelled before it begins runs no line of it.
        job.add_done_callback(lambda _: self._ended(task))
        return job

    async def _do(self, task: Task) -> None:
        log.debug("task_started run=%s task=%s attempt=%s", task.run, task.key, task.attempt)
        try:
            await self._tried(task)
        except LogUnavailable as away:
            log.warning("task_waits run=%s task=%s why=%s", task.run, task.key, away)
            await asyncio.sleep(self._again_s)

    async def _tried(self, task: Task) -> None:
        try:
            await self._work(task)
        except Stale:
            log.debug("task_stale run=%s task=%s", task.run, task.key)
        except LogUnavailable:
            raise
        except Exception as fault:
            log.exception("task_broke run=%s task=%s", task.run, task.key)
            await self._broke(task, fault)

    def _ended(self, task: Task) -> None:
        running = self._running[task.run]
        del running[task.key]
        if not running:
            del self._running[task.run]
        if self._open:
            waking = asyncio.create_task(self._woken(task.run))
            self._waking.add(waking)
            waking.add_done_callback(self._waking.discard)

    async def _woken(self, run: str) -> None:
        while True:
            try:
                return await self._wake(run)
            except LogUnavailable:
                await asyncio.sleep(self._again_s)
