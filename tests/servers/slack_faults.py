"""What a test switches on to go wrong: errors, dropped connections, slow answers, limits."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.servers import slack_specs


@dataclass(kw_only=True)
class Fault:
    """What becomes of the next calls of `method` ("*": of any) whose arguments pass `only`.

    `drop` cuts the connection "before" the call is done or "after": what was posted stays, and
    the answer never comes. `hold` and `slow_s` are waited for before the call is done, or if
    it is `late`, only before the answer to it.
    """

    method: str
    times: int = 1
    error: str = ""
    status: int = 200
    retry_after_s: int = 0
    drop: Literal["", "before", "after"] = ""
    hold: asyncio.Event | None = None
    slow_s: float = 0
    late: bool = False
    only: Callable[[Mapping[str, Any]], bool] = lambda _: True
    met: int = 0

    def meets(self, method: str, arguments: Mapping[str, Any]) -> bool:
        return self.times > 0 and self.method in (method, "*") and self.only(arguments)


class Faults:
    """The faults that are switched on, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The fault that this call meets, counted down."""
        for fault in self._waiting:
            if fault.meets(method, arguments):
                fault.times -= 1
                fault.met += 1
                return fault
        return None


class Limits:
    """Slack's rates: each method's tier in any minute, and about a post a second a channel."""

    BURST = 5

    def __init__(self) -> None:
        self.on = False
        self._calls: dict[tuple[str, ...], deque[float]] = {}

    def wait_s(self, team: str, method: str, channel: str, now: float) -> int:
        """After how many seconds the call may come again; 0 lets it pass."""
        if not self.on or method == "apps.connections.open":
            return 0  # that one Slack counts by its own rule: an app may open ten at once
        if method == "chat.postMessage":
            return self._count((team, method, channel), self.BURST, float(self.BURST), now)
        return self._count((team, method), slack_specs.per_minute(method), 60.0, now)

    def _count(self, key: tuple[str, ...], most: int, window_s: float, now: float) -> int:
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - window_s:
            calls.popleft()
        if len(calls) >= most:
            return max(1, round(calls[0] + window_s - now + 0.5))
        calls.append(now)
        return 0
