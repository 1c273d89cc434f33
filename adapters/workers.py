"""Workers inside the process: an asyncio task for each task that a run wants."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.run.decide import Stale
from bot.run.events import Task

log = logging.getLogger("podium.workers")

Work = Callable[[Task], Awaitable[None]]
Wake = Callable[[str], Awaitable[None]]
Report = Callable[[Task, Exception], Awaitable[None]]


class InProcess:
    """The `Workers` port. Limits on model calls are the specialist's; here everything may start.

    `work` does a task, `broke` reports one that ended in a fault of our own, and `wake` asks for
    what the run wants now: a task may be wanted again while its last start was still ending.
    """

    def __init__(self) -> None:
        self._running: dict[str, dict[str, asyncio.Task[None]]] = {}
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
                running[key] = asyncio.create_task(self._do(task), name=key)
        if not running:
            del self._running[run]

    async def close(self) -> None:
        """Stop all work; what was in flight is settled by its own worker and wanted again later."""
        self._open = False
        jobs = [job for running in self._running.values() for job in running.values()]
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def _do(self, task: Task) -> None:
        log.debug("task_started run=%s task=%s attempt=%s", task.run, task.key, task.attempt)
        try:
            await self._work(task)
        except Stale:
            log.debug("task_stale run=%s task=%s", task.run, task.key)
        except Exception as fault:
            log.exception("task_broke run=%s task=%s", task.run, task.key)
            await self._broke(task, fault)
        finally:
            running = self._running.get(task.run, {})
            running.pop(task.key, None)
            if not running:
                self._running.pop(task.run, None)
            if self._open:
                await self._wake(task.run)
