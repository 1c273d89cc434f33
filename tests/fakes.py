"""In-memory twins of the ports that keep things; the contract suites hold them to the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.cards import Card
from bot.ports import Conflict, Duplicate, Line, Member, Query, Shown, Summary
from bot.run.events import Recorded


class FakeLog:
    """Log of bot.ports."""

    def __init__(self) -> None:
        self.events: dict[str, list[Recorded]] = {}
        self.summaries: dict[str, Summary] = {}
        self.deliveries: dict[str, str] = {}

    async def read(self, run: str) -> list[Recorded]:
        return list(self.events.get(run, []))

    async def append(
        self, records: Sequence[Recorded], summary: Summary, delivery: str = ""
    ) -> None:
        run = summary.run
        starts = {(record.run, record.seq - place) for place, record in enumerate(records)}
        if starts != {(run, record.seq) for record in records[:1]} or not records:
            raise ValueError(f"these are not events of {run} in their order")
        if delivery in self.deliveries:
            raise Duplicate(self.deliveries[delivery])
        version = len(self.events.get(run, []))
        if records[0].seq != version + 1:
            raise Conflict(f"{run} is at event {version}, not at {records[0].seq - 1}")
        self.events.setdefault(run, []).extend(records)
        self.summaries[run] = summary
        if delivery:
            self.deliveries[delivery] = run

    async def find(self, query: Query) -> list[Summary]:
        found = [one for one in self.summaries.values() if _matches(one, query)]
        found.sort(key=lambda one: (one.changed_at, one.run), reverse=True)
        return found[: query.limit]


def _matches(summary: Summary, query: Query) -> bool:
    return (
        query.run in ("", summary.run)
        and query.status in (None, summary.status)
        and query.outcome in ("", summary.outcome)
        and query.playbook in ("", summary.playbook)
        and query.requester in ("", summary.requester)
        and query.place in ("", summary.place)
        and (query.due_by is None or _is_due(summary, query.due_by))
        and (not query.gates_open or bool(summary.gates))
        and query.text.casefold() in f"{summary.title}\n{summary.playbook}".casefold()
    )


def _is_due(summary: Summary, by: datetime) -> bool:
    return summary.due_at is not None and summary.due_at <= by


class FakeViews:
    """Views of bot.ports, beside the log whose runs it shows."""

    def __init__(self, log: FakeLog) -> None:
        self.log = log
        self.cards: dict[str, dict[str, Shown]] = {}
        self.versions: dict[str, int] = {}

    async def shown(self, run: str) -> Mapping[str, Shown]:
        return dict(self.cards.get(run, {}))

    async def record(self, run: str, version: int, shown: Sequence[Shown] = ()) -> None:
        self.cards.setdefault(run, {}).update({card.key: card for card in shown})
        self.versions[run] = max(version, self.versions.get(run, 0))

    async def behind(self) -> list[str]:
        behind = [
            (self.log.summaries[run].changed_at, run)
            for run, events in self.log.events.items()
            if len(events) > self.versions.get(run, 0)
        ]
        return [run for _, run in sorted(behind)]


class FakeBoard:
    """Board of bot.ports."""

    def __init__(self) -> None:
        self.kept: dict[str, Line] = {}

    async def add(self, line: Line) -> bool:
        if line.id in self.kept:
            return False
        self.kept[line.id] = line
        return True

    async def change(self, line: str, card: Card) -> None:
        if line not in self.kept:
            raise LookupError(f"there is no line {line} on the page")
        self.kept[line] = self.kept[line].model_copy(update={"card": card})

    async def lines(
        self, place: str, thread: str = "", limit: int = 200, around: str = ""
    ) -> list[Line]:
        of_thread = (place, thread)
        found = [line for line in self.kept.values() if (line.place, line.thread) == of_thread]
        if around:
            at = next((n for n, line in enumerate(found, 1) if line.id == around), 0)
            half = limit // 2
            return found[max(0, at - limit + half) : at + half] if at else []
        return found[max(0, len(found) - limit) :]

    async def said(self, place: str, thread: str, limit: int) -> list[Line]:
        found = await self.lines(place, thread, len(self.kept))
        return [line for line in found if line.card is None][-limit:]


class FakeMembers:
    """Members of bot.ports."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.passes: dict[str, tuple[str, datetime]] = {}

    async def all(self) -> list[Member]:
        return sorted(self.members.values(), key=lambda member: member.id)

    async def invite(self, member: Member, pass_hash: str, until: datetime) -> None:
        self.members[member.id] = member
        self.passes[pass_hash] = (member.id, until)

    async def enter(self, pass_hash: str, now: datetime) -> Member | None:
        member, until = self.passes.get(pass_hash, ("", now))
        if until <= now:
            return None
        del self.passes[pass_hash]
        return self.members[member]
