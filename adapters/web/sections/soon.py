"""Soon: what happens often is shown now and then."""

import asyncio
from collections.abc import Callable


class Soon:
    """Does something once for all that asks for it within a moment."""

    def __init__(self, act: Callable[[], None], within_s: float) -> None:
        self._act = act
        self._within_s = within_s
        self._timer: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Do it within the moment that began when it was first asked for."""
        if self._timer is None:
            self._wait(self._within_s)

    def ask_now(self) -> None:
        """Do it as soon as what happens now is over."""
        self.drop()
        self._wait(0)

    def drop(self) -> None:
        """What was asked for is not done."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _wait(self, after_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(after_s, self._do)

    def _do(self) -> None:
        self._timer = None  # first, since doing it may ask for it again
        self._act()
