"""What happens now, told to whoever listens inside this process. Nothing here is kept."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.run.events import Task
from bot.run.state import Run

log = logging.getLogger("podium.live")


@dataclass(frozen=True)
class Words:
    """A task's answer so far, while it streams in."""

    task: Task
    text: str


@dataclass(frozen=True)
class Changed:
    """A run after events were added to it."""

    run: Run


News = Words | Changed
Listener = Callable[[News], None]


class Live:
    """Tells listeners at once and in order; one that fails is logged and stops nobody."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told from now on; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, news: News) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(news)
            except Exception:  # a broken view must not stop the run it shows
                log.exception("listener_failed news=%s", type(news).__name__)
