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
PEOPLE = _tier(100, kept=10)
TIER_2, TIER_3, TIER_4 = _tier(20), _tier(50), _tier(100)


class _Lane:
    """The calls of one budget, in the order in which they came; progress finds what they leave."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._left = rate.burst
        self._at = now()
        self._closed_until = 0.0
        self._calls, self._progress = asyncio.Lock(), asyncio.Lock()

    def hold(self, seconds: float) -> None:
        """Slack counted more than was counted here: begin again slowly when it opens."""
        self._left = 0.0
        self._closed_until = max(self._closed_until, self._now() + seconds)

    def wait_s(self, needed: float) -> float:
        """How long until so many calls may go out."""
        now = self._now()
        self._left = min(self._rate.burst, self._left + (now - self._at) * self._rate.per_s)
        self._at = now
        return max(self._closed_until - now, (needed - self._left) / self._rate.per_s, 0)

    async def turn(self) -> None:
        async with self._calls:
            await self._until(1)
            self._left -= 1

    async def room(self) -> None:
        async with self._progress:
            await self._until(1 + self._rate.kept)

    def has_room(self) -> bool:
        return self.wait_s(1 + self._rate.kept) <= 0

    async def _until(self, needed: float) -> None:
        while (wait := self.wait_s(needed)) > 0:  # noqa: ASYNC110 - time passes, nothing happens
            await asyncio.sleep(wait)


class Pace:
    """All budgets of this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lanes: dict[str, _Lane] = {}

    async def turn(self, team: str, method: str, channel: str) -> None:
        """Wait until a call may go out."""
        await self._lane(team, method, channel).turn()

    async def room(self, team: str, method: str, channel: str) -> None:
        """Wait until progress may go out: until there is enough left for whoever comes then."""
        await self._lane(team, method, channel).room()

    def may_now(self, team: str, method: str, channel: str) -> bool:
        """Whether progress may go out at once."""
        return self._lane(team, method, channel).has_room()

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
        case "users.info":
            return PEOPLE
        case "conversations.list" | "users.conversations" | "chat.startStream" | "chat.stopStream":
            return TIER_2
        case (
            "chat.delete" | "conversations.history" | "conversations.info" | "conversations.replies"
        ):
            return TIER_3
        case _:
            return TIER_4
