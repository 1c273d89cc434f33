"""People at work in a chat on this machine, on whichever platform."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from bench.server import Server

PEOPLE = 49  # so that each of them comes to do everything
CHANNELS = 4


class Crowd(Protocol):
    """The people; each has a number below PEOPLE, and a channel that they share with some."""

    @property
    def told_of_starts(self) -> bool:
        """Whether who starts a run is answered alone too, beside what all can see."""
        ...

    async def type(self, person: int, line: str) -> float | None:
        """Seconds until the command was confirmed; None when it never was."""
        ...

    async def approve(self, person: int, topic: str) -> float | None:
        """Press Approve on the draft about a topic, as soon as it is there; the same seconds."""
        ...

    def answers(self, person: int) -> Sequence[str]:
        """Each message and form for this person alone that came since they were last asked for."""
        ...

    def threads(self, topic: str) -> Sequence[Sequence[str]]:
        """Every thread whose first message names the topic, its messages oldest first."""
        ...

    async def refresh(self) -> None:
        """Have Podium connect anew."""
        ...


Opened = Callable[[Path], AbstractAsyncContextManager[tuple[Crowd, Server]]]
"""Serves Podium on a folder, and has people at hand."""


def channel(person: int) -> str:
    """The name of the channel that a person is in."""
    return f"team{person % CHANNELS}"
