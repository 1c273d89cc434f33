"""The clock: a platform with no face, which asks the desk now and then what is due."""

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger("podium.clock")

EVERY_S = 1


class Clock:
    """Calls `tick` every second, one at a time; a tick that fails is logged, and the next comes."""

    def __init__(self, tick: Callable[[], Awaitable[None]]) -> None:
        self._tick = tick
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        self._scheduler.add_job(
            self._beat, "interval", seconds=EVERY_S, max_instances=1, coalesce=True
        )
        self._scheduler.start()

    def close(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def _beat(self) -> None:
        try:
            await self._tick()
        except Exception:
            log.exception("tick_failed")
