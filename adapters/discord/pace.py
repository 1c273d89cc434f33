"""One budget for all that is sent: progress gives way to what people wait for."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

IN_ALL_PER_S = 40.0  # of the 50 that a bot has
KEPT = 20.0  # never go to progress
CALM_S = 1.2  # between two edits of progress in one channel: Discord takes 5 in 5 s
# Discord bans an address for a while that was refused 10,000 times in ten minutes.
REFUSED = 2_000.0
REFUSED_PER_S = 8.0
_HOUR_S = 3_600


class Pace:
    """What may go out now. Discord's own buckets are kept by discord.py; this says who is first."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._left = IN_ALL_PER_S
        self._at = now()
        self._shown: dict[str, float] = {}
        self._urgent: Counter[str] = Counter()
        self._closed_until = 0.0
        self._refused = 0.0

    def refused(self) -> None:
        """Discord refused a call in a way that it counts."""
        self._refused += 1

    def hold(self, seconds: float) -> None:
        """Discord, or what stands before it, asked for a pause."""
        self._closed_until = max(self._closed_until, self._now() + seconds)

    async def progress(self, channel: str) -> None:
        """Wait until nobody waits for anything else in the channel, and it was calm for a while."""
        await self._until(channel, progress=True)
        self._shown[channel] = self._now()

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait until a call about a channel may go out."""
        self._urgent[channel] += 1
        try:
            await self._until(channel, progress=False)
            self._left -= 1
            yield
        finally:
            self._urgent[channel] -= 1
            if not self._urgent[channel]:
                del self._urgent[channel]

    async def _until(self, channel: str, *, progress: bool) -> None:
        wait = self.wait_s(channel, progress=progress)
        while wait > 0:
            # Short, so that whoever comes meanwhile and matters more goes first.
            await asyncio.sleep(min(wait, 0.25))
            wait = self.wait_s(channel, progress=progress)

    def wait_s(self, channel: str, *, progress: bool) -> float:
        """How long until a call may go out; takes nothing."""
        now = self._now()
        self._left = min(IN_ALL_PER_S, self._left + (now - self._at) * IN_ALL_PER_S)
        self._refused = max(0.0, self._refused - (now - self._at) * REFUSED_PER_S)
        self._at = now
        needed = 1 + (KEPT if progress else 0)
        banned = (self._refused - REFUSED) / REFUSED_PER_S
        wait = max(self._closed_until - now, (needed - self._left) / IN_ALL_PER_S, banned, 0.0)
        if not progress:
            return wait
        calm = self._shown.get(channel, now - CALM_S) + CALM_S - now
        return max(wait, calm, 0.05 if self._urgent[channel] else 0.0)


def identify_wait_s(before: Sequence[float], now: float, shards: int) -> float:
    """How long until a shard may identify: Discord takes one in 5 s, and 1,000 a day."""
    lately = [at for at in before if now - at < _HOUR_S]
    again = max(0, len(lately) - shards)
    return max(0.0, lately[-1] + min(5 * 1.3**again, 100) - now) if lately else 0.0
