"""Rate limits of the local Discord, and what a test lets go wrong."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic
from typing import Literal

from tests.servers.discord_call import Call

_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with the next calls whose `METHOD /template` starts with `about`.

    `accepted` does what was asked first. `hold` is waited for before anything is done.
    """

    about: str
    kind: Literal["status", "drop", "wait"] = "status"
    status: int = 500
    code: int = 0
    accepted: bool = False
    times: int = 1
    retry_after_s: float = 0.05
    via: bool = True
    everywhere: bool = False
    hold: asyncio.Event | None = None


@dataclass(frozen=True)
class Limited:
    """A call that came too soon."""

    retry_after_s: float
    everywhere: bool
    headers: Mapping[str, str]


@dataclass(kw_only=True)
class Limits:
    """Buckets by route and major parameter, and the limit over all of a bot's calls.

    `pace` divides the windows: with 10, what takes five seconds at Discord takes half of one.
    """

    pace: float = 1.0
    on: bool = True
    buckets: Mapping[str, tuple[int, float]] = field(
        default_factory=lambda: {
            "POST /channels/{channel_id}/messages": (5, 5.0),
            "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
            "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
            "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
        }
    )
    usual: tuple[int, float] = (50, 1.0)
    in_all: int = 50
    _used: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, call: Call) -> Limited | Mapping[str, str]:
        """The headers of the answer; or, when there is nothing left, how long to wait."""
        if not self.on or call.template.startswith("/interactions/"):
            return {}
        if "{webhook_token}" not in call.template and (wait := self._wait("", self.in_all, 1.0)):
            return Limited(wait, True, {"X-RateLimit-Global": "true", "Retry-After": f"{wait:.3f}"})
        most, window_s = self.buckets.get(call.about, self.usual)
        major = ":".join(call.path.get(name, "") for name in _MAJOR)
        key = f"{call.about}:{major}"
        wait = self._wait(key, most, window_s)
        used = self._used[key]
        after = max(0.0, used[0] + window_s / self.pace - monotonic()) if used else 0.0
        headers = {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(0 if wait else most - len(used)),
            "X-RateLimit-Reset": "0",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": sha256(call.about.encode()).hexdigest()[:32],
        }
        if wait:
            more = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": "user"}
            return Limited(wait, False, {**headers, **more})
        return headers

    def _wait(self, key: str, most: int, window_s: float) -> float:
        """Seconds until there is room; 0 takes a place."""
        used, now, window_s = self._used[key], monotonic(), window_s / self.pace
        while used and used[0] <= now - window_s:
            used.popleft()
        if len(used) >= most:
            return used[0] + window_s - now
        used.append(now)
        return 0.0
