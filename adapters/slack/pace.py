"""Slack's rates: a budget for each method and channel, in which progress goes last."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rate:
    """`burst` calls at once, `per_s` more each second; `kept` of them never go to progress."""

    per_s: float
    burst: float
    kept: float = 0


POST = Rate(per_s=1.0, burst=8)
EDIT = Rate(per_s=50 / 60, burst=40, kept=20)
TIER_2 = Rate(per_s=20 / 60, burst=20)
TIER_3 = Rate(per_s=50 / 60, burst=50)
TIER_4 = Rate(per_s=100 / 60, burst=100)


@dataclass(order=True)
class _Waiter:
    rank: int
    number: int
    turn: asyncio.Future[None] = field(compare=False)


class _Lane:
    """The calls of one budget: who waits longest goes first, but progress after all others."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._left = rate.burst
        self._at = now()
        self._closed_until = 0.0
        self._numbers = itertools.count()
        self._waiting: list[_Waiter] = []
        self._pump: asyncio.Task[None] | None = None

    def hold(self, seconds: float) -> None:
        self._closed_until = max(self._closed_until, self._now() + seconds)

    def wait_s(self, progress: bool) -> float:
        """How long until a call may go out; takes nothing."""
        now = self._now()
        self._left = min(self._rate.burst, self._left + (now - self._at) * self._rate.per_s)
        self._at = now
        needed = 1 + (self._rate.kept if progress else 0)
        return max(self._closed_until - now, (needed - self._left) / self._rate.per_s, 0)

    def take(self, progress: bool) -> bool:
        """Go at once, if it may and nobody waits."""
        if self._waiting or self.wait_s(progress) > 0:
            return False
        self._left -= 1
        return True

    async def turn(self, progress: bool) -> None:
        if self.take(progress):
            return
        waiter = _Waiter(int(progress), next(self._numbers), asyncio.Future())
        heapq.heappush(self._waiting, waiter)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run(), name="slack pace")
        await waiter.turn

    async def _run(self) -> None:
        while self._waiting:
            if self._waiting[0].turn.cancelled():
                heapq.heappop(self._waiting)
            elif (wait := self.wait_s(bool(self._waiting[0].rank))) > 0:
                # Short, so that whoever comes meanwhile and matters more goes first.
                await asyncio.sleep(min(wait, 0.25))
            else:
                self._left -= 1
                heapq.heappop(self._waiting).turn.set_result(None)


class Pace:
    """All budgets of this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lanes: dict[str, _Lane] = {}

    async def turn(self, team: str, method: str, channel: str, *, progress: bool = False) -> None:
        """Wait until a call may go out."""
        await self._lane(team, method, channel).turn(progress)

    def may_now(self, team: str, method: str, channel: str) -> bool:
        """Whether progress may go out at once."""
        return self._lane(team, method, channel).wait_s(True) <= 0

    def hold(self, team: str, method: str, channel: str, seconds: float) -> None:
        """Slack asked for a pause."""
        self._lane(team, method, channel).hold(seconds)

    def _lane(self, team: str, method: str, channel: str) -> _Lane:
        post = method == "chat.postMessage"
        name = f"{team} {method} {channel}" if post else f"{team} {method}"
        if name not in self._lanes:
            self._lanes[name] = _Lane(_rate(method), self._now)
        return self._lanes[name]


def _rate(method: str) -> Rate:
    match method:
        case "chat.postMessage":
            return POST
        case "chat.update":
            return EDIT
        case "conversations.list" | "chat.startStream" | "chat.stopStream":
            return TIER_2
        case "users.info" | "chat.postEphemeral":
            return TIER_4
        case _ if method.startswith("conversations."):
            return TIER_3
        case _:
            return TIER_4
