"""Which gates wait for one person: read once from the log, then kept by what is told."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.policy import Team, waits_for
from bot.ports import OpenGate, Query, Summary
from bot.run.state import Gate, Run

_EVERY_GATE = 5_000

Find = Callable[[Query], Awaitable[list[Summary]]]


@dataclass(frozen=True, order=True)
class Wait:
    """An open gate that this person may decide; sorted by how long it has waited."""

    since: datetime
    run: str
    gate: str

    @property
    def id(self) -> str:
        return f"{self.run}/{self.gate}"


class Waiting:
    """All that waits for one person, run by run."""

    def __init__(self, who: str, team: Team) -> None:
        self._who = who
        self._team = team
        self._runs: dict[str, tuple[Wait, ...]] = {}
        self._reads = 0
        self._meanwhile: dict[str, Run] = {}

    def __contains__(self, run: str) -> bool:
        return run in self._runs

    @property
    def count(self) -> int:
        return sum(map(len, self._runs.values()))

    def all(self) -> list[Wait]:
        """What waits, the oldest first."""
        return sorted(wait for waits in self._runs.values() for wait in waits)

    async def read(self, find: Find) -> None:
        """Take what the log says; what is told while it is read is newer and stands."""
        self._reads += 1
        try:
            found = await find(Query(gates_open=True, limit=_EVERY_GATE))
            self._runs.clear()
            for run in found:
                self._keep(run.run, self._mine(run.run, run.requester, run.gates))
            for run in self._meanwhile.values():
                self._take(run)
        finally:
            self._reads -= 1
            if not self._reads:
                self._meanwhile.clear()

    def told(self, run: Run) -> bool:
        """A run has changed; gives whether what waits has changed with it."""
        if self._reads:
            self._meanwhile[run.id] = run
        if not run.gates and run.id not in self._runs:
            return False
        return self._take(run)

    def _take(self, run: Run) -> bool:
        now = self._mine(run.id, run.started.requester, run.gates.values())
        if now == self._runs.get(run.id, ()):
            return False
        self._keep(run.id, now)
        return True

    def _keep(self, run: str, waits: tuple[Wait, ...]) -> None:
        if waits:
            self._runs[run] = waits
        else:
            self._runs.pop(run, None)

    def _mine(self, run: str, requester: str, gates: Iterable[OpenGate | Gate]) -> tuple[Wait, ...]:
        return tuple(
            Wait(gate.opened_at, run, gate.gate if isinstance(gate, OpenGate) else gate.id)
            for gate in gates
            if waits_for(self._who, gate, requester, self._team)
        )
