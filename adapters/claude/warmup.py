"""One call first, then the rest: a prefix is read from the cache only once it is written."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache


class _Prefix:
    """What is known of one prefix; the lock is held by the call that warms it."""

    def __init__(self, _key: str) -> None:
        self.lock = asyncio.Lock()
        self.warm_until = float("-inf")
        self.cached = False


class Going:
    """A call that may go now; `expected` says that it should find its prefix in the cache."""

    def __init__(self, prefix: _Prefix, began: float, keep_s: float) -> None:
        self._prefix = prefix
        self._until = began + keep_s
        self._first = began >= prefix.warm_until
        self.expected = prefix.cached and not self._first
        if not self._first:
            prefix.lock.release()

    def answered(self, *, cached: bool) -> None:
        """The answer began, so that others may go; the provider says whether it `cached`."""
        self._prefix.warm_until = max(self._prefix.warm_until, self._until)
        self._prefix.cached = cached
        self.gone()

    def gone(self) -> None:
        """The call is over; when it never was answered, the next one goes first."""
        if self._first:
            self._first = False
            self._prefix.lock.release()


class Warmup:
    """Lets the first of several calls with one prefix go alone until its answer begins."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._prefix = lru_cache(maxsize=256)(_Prefix)

    @asynccontextmanager
    async def turn(self, key: str | None, keep_s: float) -> AsyncIterator[Going]:
        """Waits while another call warms the prefix; no key, no waiting."""
        prefix = _Prefix("") if key is None else self._prefix(key)
        await prefix.lock.acquire()
        going = Going(prefix, self._now(), keep_s)
        try:
            yield going
        finally:
            going.gone()
