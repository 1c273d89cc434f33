"""Rate limits of the local Discord, and what a test lets go wrong."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic, time
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
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)
    """When a bucket is full again, and how much of it was used."""

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
        end, used = self._windows[key]
        headers = {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(most - used),
            "X-RateLimit-Reset": f"{time() + end - monotonic():.3f}",
            "X-RateLimit-Reset-After": f"{max(0.001, end - monotonic()):.3f}",
            "X-RateLimit-Bucket": sha256(call.about.encode()).hexdigest()[:32],
        }
        if wait:
            more = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": "user"}
            return Limited(wait, False, {**headers, **more})
        return headers

    def _wait(self, key: str, most: int, window_s: float) -> float:
        """Seconds until there is room; 0 takes a place."""
        now = monotonic()
        end, used = self._windows.get(key, (0.0, 0))
        if end <= now:
            end, used = now + window_s / self.pace, 0
        wait = 0.0 if used < most else max(0.001, end - now)
        self._windows[key] = (end, used if wait else used + 1)
        return wait
