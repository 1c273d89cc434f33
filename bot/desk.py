"""The desk: the one way in for everything that happens to a run."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

from bot.cards.run import gate_text
from bot.live import Changed, Live
from bot.policy import PODIUM, Team
from bot.ports import Conflict, Log, OpenGate, Query, Summary, Workers
from bot.run.commands import Command, Tick
from bot.run.decide import Asked, NotNow, Refused, Stale, lost, respond
from bot.run.events import Recorded
from bot.run.evolve import fold
from bot.run.plan import due_at, plan
from bot.run.state import Run

log = logging.getLogger("podium.desk")

_CACHED_RUNS = 256
_EVERY_RUN = 1_000_000


@dataclass(frozen=True, eq=False)
class _Asking:
    """What one caller wants of a run: all of its commands, or none."""

    commands: tuple[Command, ...]
    by: str
    delivery: str


_Said = Run | Refused | Stale | NotNow


class _Batch:
    """What is asked of a run while the append before is under way: it is appended together."""

    def __init__(self) -> None:
        self.askings: list[_Asking] = []
        self.said: asyncio.Task[dict[_Asking, _Said]]

    def takes(self, asking: _Asking) -> bool:
        # A delivery that was counted before fails the whole append, so it goes alone.
        return not any(one.delivery for one in (asking, *self.askings))


class Desk:
    """Loads a run, decides, appends, and carries out what follows; one append of a run at a time.

    Other processes may append to the same log: whoever comes second decides again.
    """

    def __init__(
        self, *, log: Log, workers: Workers, live: Live, team: Team, now: Callable[[], datetime]
    ) -> None:
        self._log = log
        self._workers = workers
        self._live = live
        self.team = team
        self.now = now
        self._runs: OrderedDict[str, Run] = OrderedDict()
        # As long as somebody holds them or waits for them.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._moved: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
        self._gathering: dict[str, _Batch] = {}
        self._unsure: set[str] = set()

    async def handle(self, run_id: str, *commands: Command, by: str, delivery: str = "") -> Run:
        """The run after these commands, taken together or not at all.

        Raises Refused, Stale or NotNow as `decide` does, Duplicate when the delivery was counted.
        """
        asking = _Asking(commands, by, delivery)
        batch = self._gathering.get(run_id)
        if batch is None or not batch.takes(asking):
            batch = self._gathering[run_id] = _Batch()
            batch.said = asyncio.create_task(self._handle(run_id, batch))
            batch.said.add_done_callback(_seen)
        batch.askings.append(asking)
        # Shielded: a caller that is cancelled must not leave events appended but not carried out.
        said = (await asyncio.shield(batch.said))[asking]
        if isinstance(said, Run):
            return said
        raise said

    async def _handle(self, run_id: str, batch: _Batch) -> dict[_Asking, _Said]:
        async with self._lock(run_id):
            if self._gathering.get(run_id) is batch:
                del self._gathering[run_id]
            run, said = await self._append(run_id, batch.askings)
            if run:
                await self._carry_out(run)
        return said

    async def load(self, run_id: str) -> Run:
        """The run as it stands. Raises Refused when there is none."""
        run = self._runs.get(run_id) or fold(await self._log.read(run_id))
        if run is None:
            raise Refused(f"There is no run {run_id}.")
        return run

    async def history(self, run_id: str) -> list[Recorded]:
        """All events of the run, in order. Raises Refused when there is none."""
        records = await self._log.read(run_id)
        if not records:
            raise Refused(f"There is no run {run_id}.")
        return records

    async def find(self, query: Query) -> list[Summary]:
        return await self._log.find(query)

    async def moved(self, run_id: str, since: int) -> None:
        """Wait until the run's version is beyond `since`."""
        while True:
            # Taken before the look, which may see the log as it was just before an append.
            moved = self._moved.setdefault(run_id, asyncio.Event())
            if (await self.load(run_id)).version > since:
                return
            await moved.wait()

    async def wake(self, run_id: str) -> None:
        """Start what the run wants and is not under way."""
        async with self._lock(run_id):
            run = await self.load(run_id)
            self._keep(run)
            await self._workers.want(run.id, plan(run))

    async def recover(self) -> int:
        """Take up the work of all unfinished runs, after a start; gives how many."""
        working = await self._log.find(Query(status="working", limit=_EVERY_RUN))
        for summary in working:
            try:
                await self.resume(summary.run)
            except ValueError:  # an event that this Podium cannot read: the others go on
                log.exception("run_unreadable run=%s", summary.run)
        return len(working)

    async def resume(self, run_id: str) -> None:
        """Take up a run that no process works on: its calls in flight are lost."""
        run = await self.load(run_id)
        if run.calls:
            await self.handle(run_id, *(lost(call) for call in run.calls.values()), by=PODIUM)
        await self.wake(run_id)

    async def tick(self) -> None:
        """Remind, expire and stop what is due, and carry out what may have been appended unseen."""
        for run_id in tuple(self._unsure):
            await self._look_again(run_id)
        for summary in await self._log.find(Query(due_by=self.now(), limit=_EVERY_RUN)):
            try:
                await self.handle(summary.run, Tick(), by=PODIUM)
            except ValueError as unreadable:  # the others are due all the same
                log.error("run_unreadable run=%s why=%s", summary.run, type(unreadable).__name__)

    async def _look_again(self, run_id: str) -> None:
        async with self._lock(run_id):
            records = await self._log.read(run_id)
            self._unsure.discard(run_id)
            if run := fold(records):
                self._keep(run)
                await self._carry_out(run)

    async def _append(
        self, run_id: str, askings: Sequence[_Asking]
    ) -> tuple[Run | None, dict[_Asking, _Said]]:
        """The run, if it changed, and what each caller gets."""
        delivery = askings[0].delivery
        while True:
            kept = self._runs.get(run_id)
            before = kept or fold(await self._log.read(run_id))
            run, records, said = self._decided(run_id, before, askings)
            refused = any(isinstance(one, Refused) for one in said.values())
            if kept and refused and not await self._is_newest(kept):
                self._runs.pop(run_id, None)
                continue
            if run is None or not records:
                return None, said
            try:
                await self._log.append(records, summarize(run), delivery)
            except Conflict:
                self._runs.pop(run_id, None)
                continue
            except BaseException:
                self._runs.pop(run_id, None)
                self._unsure.add(run_id)  # whether it was kept is not known here
                raise
            self._keep(run)
            return run, said

    def _decided(
        self, run_id: str, run: Run | None, askings: Sequence[_Asking]
    ) -> tuple[Run | None, list[Recorded], dict[_Asking, _Said]]:
        at = self.now()
        records: list[Recorded] = []
        said: dict[_Asking, _Said] = {}
        for asking in askings:
            asked = Asked(run=run_id, by=asking.by, at=at, team=self.team)
            try:
                after, new = _responded(run, asking.commands, asked)
            except (Refused, Stale, NotNow) as no:
                said[asking] = no
            else:
                said[asking] = run = after
                records += new
        return run, records, said

    async def _is_newest(self, run: Run) -> bool:
        """Whether no other process appended to the run since it was kept."""
        found = await self._log.find(Query(run=run.id))
        return all(summary.version <= run.version for summary in found)

    async def _carry_out(self, run: Run) -> None:
        await self._workers.want(run.id, plan(run))
        if waiting := self._moved.pop(run.id, None):
            waiting.set()
        self._live.tell(Changed(run))

    def _keep(self, run: Run) -> None:
        self._runs[run.id] = run
        self._runs.move_to_end(run.id)
        while len(self._runs) > _CACHED_RUNS:
            self._runs.popitem(last=False)

    def _lock(self, run_id: str) -> asyncio.Lock:
        return self._locks.setdefault(run_id, asyncio.Lock())


def _responded(
    run: Run | None, commands: Sequence[Command], asked: Asked
) -> tuple[Run, list[Recorded]]:
    records: list[Recorded] = []
    for command in commands:
        run, new = respond(run, command, asked)
        records += new
    if run is None:
        raise Refused(f"There is no run {asked.run}.")
    return run, records


def _seen(handling: asyncio.Task[dict[_Asking, _Said]]) -> None:
    """Nobody is left to be told what came of it when its caller was cancelled."""
    if not handling.cancelled():
        handling.exception()


def summarize(run: Run) -> Summary:
    """The run as lists show it."""
    # Over or not: the money of calls in flight has to be settled.
    at_work = run.calls or plan(run)
    status = "working" if at_work else "ended" if run.outcome else "waiting"
    return Summary(
        run=run.id,
        version=run.version,
        playbook=run.playbook.name,
        title=run.started.title,
        place=run.started.place,
        requester=run.started.requester,
        status=status,
        outcome=run.outcome or "",
        gates=tuple(
            OpenGate(
                gate=gate.id,
                kind=gate.kind,
                ask=gate_text(run, gate),
                by=gate.by,
                own_work=gate.own_work,
                approved_by=gate.approved_by,
                opened_at=gate.opened_at,
            )
            for gate in run.gates.values()
        ),
        spent_usd=run.spent_usd,
        started_at=run.started_at,
        changed_at=run.changed_at,
        due_at=due_at(run),
    )
