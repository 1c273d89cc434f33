"""Home: what waits for its reader, what is at work, and a way to delegate."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from nicegui import background_tasks, html

from adapters.web.address import Address
from adapters.web.chat import Moved, Named, Told
from adapters.web.elements.home import Entries, Entry, Offers, Works
from adapters.web.elements.part import Pressable
from adapters.web.sections.section import Corner, Frame
from adapters.web.sections.soon import Soon
from adapters.web.sections.waiting import Wait, Waiting
from adapters.web.views import needs
from adapters.web.visitor import Visitor
from bot.ports import Query
from bot.run.decide import Refused
from bot.run.state import Run

log = logging.getLogger("podium.web")

_FIRST = 50
_MORE = 50
_AT_WORK = 12
_SAMPLES = 3
_CALM_S = 0.15  # between two looks at what waits
_SLOW_S = 0.5  # between two looks at what is at work


class Home:
    """Section of what needs its reader."""

    def __init__(self, visitor: Visitor, count: Callable[[int], None]) -> None:
        """`count` is told how many gates wait, whether or not Home is seen."""
        self._visitor = visitor
        self._house = visitor.house
        self._desk = visitor.house.reception.desk
        self._count = count
        self._waiting = Waiting(visitor.who, self._desk.team)
        self._fresh = self._seen = self._newcomer = False
        self._limit = _FIRST
        self._entries: dict[Wait, Entry] = {}
        self._runs: dict[str, Run] = {}
        self._working: dict[str, Run] = {}
        self._more_work = False
        self._filling = asyncio.Lock()
        self._fill_soon = Soon(self._refill, _CALM_S)
        self._work_soon = Soon(self._show_work, _SLOW_S)
        self._frame = Frame("home", visitor)
        with self._frame.body:
            with html.section().classes("needs").props("aria-labelledby=needs-heading"):
                self._list = Entries(self._show_more, self._try)
            with html.aside().classes("beside").props('aria-label="The team"'):
                self._works = Works()
                self._offers = Offers(self._ask)

    @property
    def spot(self) -> Corner:
        return self._frame.corner()

    async def begin(self) -> None:
        """Learn what waits, before anything is seen."""
        await self._waiting.read(self._visitor.onlooker.find)
        self._count(self._waiting.count)
        self._fresh = True

    async def open(self, at: Address) -> str:
        self._seen = True
        try:
            if not self._fresh:
                await self.begin()
            self._fresh = False
            await asyncio.gather(self._fill(), self._read_work(), self._greet())
        except Exception:  # is told here, so that this must be seen
            self._frame.show("Home")
            raise
        self._offers.show(needs.offers(self._house.reception.intake.shelf.library))
        return self._frame.show("Home")

    def leave(self) -> None:
        self._seen, self._limit = False, _FIRST
        self._fill_soon.drop()
        self._work_soon.drop()
        self._list.clear()
        self._entries.clear()
        self._runs.clear()
        self._working.clear()
        self._frame.hide()

    def told(self, told: Told) -> None:
        if isinstance(told, Moved):
            self._moved(told.run)
        elif isinstance(told, Named) and self._seen:
            self._fill_soon.ask()
            self._work_soon.ask()

    def _moved(self, run: Run) -> None:
        changed = self._waiting.told(run)
        if changed:
            self._count(self._waiting.count)
        if not self._seen:
            return
        if changed or run.id in self._waiting:
            self._runs[run.id] = run
            self._fill_soon.ask()
        self._working[run.id] = run
        self._work_soon.ask()

    # --- what waits -------------------------------------------------------------------

    def _refill(self) -> None:
        background_tasks.create(self._fill(), name="show what waits")

    async def _fill(self) -> None:
        """Make the list show what waits now."""
        async with self._filling:
            await self._load(wait.run for wait in self._waiting.all()[: self._limit])
            if not self._seen:
                return
            waits = self._waiting.all()
            shown = [wait for wait in waits[: self._limit] if self._has(wait)]
            for gone in self._entries.keys() - set(shown):
                self._take_away(gone)
            for wait in shown:
                self._put(wait)
            order = sorted(self._entries)
            for at, wait in enumerate(order):
                if self._list.default_slot.children[at] is not self._entries[wait]:
                    self._entries[wait].move(target_index=at)
            self._list.show([wait.id for wait in order], len(waits[self._limit :]))
            self._runs = {wait.run: self._runs[wait.run] for wait in shown}

    async def _load(self, runs: Iterable[str]) -> None:
        """Bring the runs that are not here; what is told meanwhile is newer and stands."""
        missing = list(dict.fromkeys(run for run in runs if run not in self._runs))
        for run in await asyncio.gather(*map(self._loaded, missing)):
            if run:
                self._runs.setdefault(run.id, run)

    async def _loaded(self, run: str) -> Run | None:
        try:
            return await self._visitor.onlooker.load(run)
        except (Refused, ValueError) as unreadable:  # the others can be decided all the same
            log.error("run_unreadable run=%s why=%s", run, type(unreadable).__name__)
            return None

    def _has(self, wait: Wait) -> bool:
        return wait.run in self._runs and wait.gate in self._runs[wait.run].gates

    def _put(self, wait: Wait) -> None:
        run = self._runs[wait.run]
        gate, team, names = run.gates[wait.gate], self._desk.team, self._house.names
        need = needs.need(run, gate, team, names, self._visitor.who)
        if entry := self._entries.get(wait):
            entry.show(need)
        else:
            with self._list:
                self._entries[wait] = self._entry(wait, need)

    def _entry(self, wait: Wait, need: needs.ShownNeed) -> Entry:
        async def press(what: Pressable, raw: object) -> None:
            entry.pressed += 1
            try:
                await self._frame.pressed(what, raw)
            finally:
                entry.pressed -= 1
                if self._seen:
                    self._fill_soon.ask()

        async def whole(_: object) -> None:
            await self._visitor.safely(self.spot, self._show_whole(wait, entry))

        async def close(_: object) -> None:
            entry.tell(None)
            self._refill()

        entry = Entry(need, press, whole, close)
        return entry

    def _take_away(self, wait: Wait) -> None:
        """An entry whose gate is decided goes, but not before its reader has their answer."""
        entry = self._entries[wait]
        if entry.pressed:
            return
        if entry.noted:
            entry.close()
        else:
            del self._entries[wait]
            entry.delete()

    async def _show_whole(self, wait: Wait, entry: Entry) -> None:
        if self._has(wait):
            run = self._runs[wait.run]
            gate, team, names = run.gates[wait.gate], self._desk.team, self._house.names
            # Beside the loop, since laying out a long text takes long.
            entry.show_whole(await asyncio.to_thread(needs.whole, run, gate, team, names))

    async def _show_more(self, _: object) -> None:
        self._limit += _MORE
        await self._visitor.safely(self.spot, self._fill())

    # --- beside it --------------------------------------------------------------------

    async def _read_work(self) -> None:
        found = await self._visitor.onlooker.find(Query(status="working", limit=_AT_WORK + 1))
        runs = await asyncio.gather(*(self._loaded(one.run) for one in found[:_AT_WORK]))
        for run in runs:
            if run:
                self._working.setdefault(run.id, run)
        self._more_work = len(found) > _AT_WORK
        self._show_work()

    def _show_work(self) -> None:
        self._working = {id: run for id, run in self._working.items() if needs.at_work(run)}
        newest = needs.newest(self._working.values(), _AT_WORK)
        more = len(self._working) > len(newest) or (self._more_work and len(newest) == _AT_WORK)
        self._works.show([needs.work(run, self._house.names) for run in newest], more)

    async def _greet(self) -> None:
        """Show who never delegated what to do first."""
        begun = await self._visitor.onlooker.find(Query(requester=self._visitor.who, limit=1))
        offers = needs.offers(self._house.reception.intake.shelf.library)
        samples = [offer for offer in offers if offer["sample"]]
        self._list.welcome(None if begun else samples[:_SAMPLES])

    async def _ask(self, name: object) -> None:
        if isinstance(name, str):
            line = f"/delegate {name}".strip()
            await self._visitor.safely(self.spot, self._visitor.command(self.spot, line))

    async def _try(self, name: object) -> None:
        if isinstance(name, str):
            await self._visitor.safely(self.spot, self._visitor.press(self.spot, f"try:{name}"))
