"""What one person may see: the runs of places where they can read, and their own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.desk import Desk
from bot.ports import Query, Sight, Summary
from bot.run.decide import Refused
from bot.run.events import Recorded
from bot.run.state import Run

_MORE = 16
"""How many times as many runs are looked through when too few of them may be seen."""


@dataclass(frozen=True)
class Onlooker:
    """The desk as one person may see it; what they may not see is refused as if it were not there.

    `sights` are by platform; where a platform has none, nobody sees more than their own.
    """

    desk: Desk
    sights: Mapping[str, Sight]
    who: str

    async def find(self, query: Query) -> list[Summary]:
        """The runs of a query which this person may see, as many as it asks for."""
        most = query.limit
        while True:
            found = await self.desk.find(replace(query, limit=most))
            others = {run.place for run in found if not self._is_own(run.requester)}
            open_to = await self.readable(others)
            seen = [run for run in found if run.place in open_to or self._is_own(run.requester)]
            if len(seen) >= query.limit or len(found) < most:
                return seen[: query.limit]
            most *= _MORE

    async def sees(self, run: Run) -> bool:
        place = run.started.place
        return self._is_own(run.started.requester) or place in await self.readable({place})

    async def load(self, run_id: str) -> Run:
        """The run as it stands. Raises Refused."""
        run = await self.desk.load(run_id)
        if not await self.sees(run):
            raise Refused(f"There is no run {run_id}.")
        return run

    async def history(self, run_id: str) -> list[Recorded]:
        """All events of the run, in order. Raises Refused."""
        if not await self.find(Query(run=run_id, limit=1)):
            raise Refused(f"There is no run {run_id}.")
        return await self.desk.history(run_id)

    def _is_own(self, requester: str) -> bool:
        return requester in self.desk.team.same(self.who)

    async def readable(self, places: Collection[str]) -> set[str]:
        """Those of the places in which this person can read."""
        identities = self.desk.team.same(self.who)
        found: set[str] = set()
        for platform in {place.partition(":")[0] for place in places}:
            if sight := self.sights.get(platform):
                there = [place for place in places if place.startswith(f"{platform}:")]
                found.update(await sight.readable(identities, there))
        return found
