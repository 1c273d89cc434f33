"""Slack's rates: a budget for each method and channel, in which progress goes last."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """`burst` calls at once, `per_s` more each second; `kept` of them never go to progress."""

    per_s: float
    burst: float
    kept: float = 1


def _tier(a_minute: int, kept: float = 1) -> Rate:
    """A rate that passes `a_minute` in no minute, not even in one that begins with the burst."""
    burst = a_minute * 0.4
    return Rate(per_s=(a_minute - burst) / 60, burst=burst, kept=kept)


POST = Rate(per_s=1.0, burst=4)
EDIT = _tier(50, kept=10)
TIER_2, TIER_3, TIER_4 = _tier(20), _tier(50), _tier(100)


class _Lane:
    """The calls of one budget, in the order in which they came, but progress after all others."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._left = rate.burst
        self._at = now()
        self._closed_until = 0.0
        self._turns = {True: asyncio.Lock(), False: asyncio.Lock()}

    def hold(self, seconds: float) -> None:
        """Slack counted more than was counted here: begin again slowly when it opens."""
        self._wait_s(progress=False)
        self._left = min(self._left, 0)
        self._closed_until = max(self._closed_until, self._now() + seconds)

    def _wait_s(self, *, progress: bool) -> float:
        """How long until a call may go out. What is kept from progress lets all others pass it."""
        now = self._now()
        self._left = min(self._rate.burst, self._left + (now - self._at) * self._rate.per_s)
        self._at = now
        needed = 1 + (self._rate.kept if progress else 0)
        return max(self._closed_until - now, (needed - self._left) / self._rate.per_s, 0)

    def may_now(self) -> bool:
        return not self._turns[True].locked() and self._wait_s(progress=True) <= 0

    async def turn(self, *, progress: bool) -> None:
        async with self._turns[progress]:
            while (wait := self._wait_s(progress=progress)) > 0:
                await asyncio.sleep(wait)
            self._left -= 1


class Pace:
    """All budgets of this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lanes: dict[str, _Lane] = {}

    async def turn(self, team: str, method: str, channel: str, *, progress: bool = False) -> None:
        """Wait until a call may go out."""
        await self._lane(team, method, channel).turn(progress=progress)

    def may_now(self, team: str, method: str, channel: str) -> bool:
        """Whether progress may go out at once."""
        return self._lane(team, method, channel).may_now()

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
        case (
            "chat.delete" | "conversations.history" | "conversations.info" | "conversations.replies"
        ):
            return TIER_3
        case _:
            return TIER_4
