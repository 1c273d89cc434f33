"""Schedules: what will start in the next weeks, and each schedule with its buttons."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nicegui import background_tasks, html, ui
from nicegui.elements.mixins.text_element import TextElement

from adapters.web.address import Address
from adapters.web.chat import Moved, Named, Planned, Told, Zoned
from adapters.web.elements.part import Pressable
from adapters.web.elements.schedules import Agenda, ScheduleRow
from adapters.web.sections.section import Corner, Frame, away
from adapters.web.sections.soon import Soon
from adapters.web.views.ahead import ahead
from adapters.web.views.calendar import Facts, ShownCalendar, calendar, hue
from adapters.web.views.schedules import Known, ShownSchedule, row, summed
from adapters.web.visitor import Visitor
from bot.agenda import buttons
from bot.cards import Card
from bot.ports import LogUnavailable
from bot.schedule.model import Schedule
from bot.scheduling import Scheduling

log = logging.getLogger("podium.web")

_PAGE = 50
_CALM_S = 1.0  # between two looks at what has changed
_EVERY_S = 60.0  # between two looks at what time has changed
_FIRST = 2
"""The place of the body that is read first: the calendar's, or of one schedule its own."""
_MISSING = (
    "There is no such schedule: its address may be cut short or mistyped, it was deleted more "
    "than a day ago, or it posts where you cannot read."
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a person sees at an address; `alone` where that names one schedule."""

    calendar: ShownCalendar | None
    rows: Sequence[ShownSchedule]
    more: bool
    summed: str
    alone: bool


async def look(visitor: Visitor, at: Address, limit: int) -> Seen:
    """The schedules that this person may see, of which so many are listed."""
    scheduling = visitor.house.reception.schedules
    everything = await scheduling.seen(visitor.who) if scheduling else []
    chosen = [one for one in everything if one.id in (at.rest or (one.id,))]
    if not scheduling or not chosen:
        return Seen(calendar=None, rows=(), more=False, summed="", alone=bool(at.rest))
    costs = {one.id: await scheduling.expected_usd(one) for one in chosen}
    facts = Facts(
        team=visitor.house.reception.desk.team.calendar,
        zone=await scheduling.zone(visitor.who),
        costs={id: usd for id, usd in costs.items() if usd is not None},
        hues={one.id: hue(n) for n, one in enumerate(everything)},
        names=visitor.house.names,
    )
    known = [await _known(scheduling, one, visitor.who) for one in chosen[:limit]]
    now, day = visitor.house.now(), _day(at.asked.get("day", ""))

    def shown() -> Seen:
        found = ahead(chosen, facts.team, facts.zone, now)
        runs = found.numbers()
        return Seen(
            calendar=calendar(found, facts, day),
            rows=[row(one, facts, runs.get(one.schedule.id, 0)) for one in known],
            more=len(chosen) > limit,
            summed=summed(chosen),
            alone=bool(at.rest),
        )

    # Beside the loop, since a month of many schedules takes a while.
    return await asyncio.to_thread(shown)


async def _known(scheduling: Scheduling, one: Schedule, who: str) -> Known:
    past = await scheduling.recurring.fires.past(one.id, 1)
    return Known(
        schedule=one,
        last=past[0] if past else None,
        spent_usd=await scheduling.recurring.spent(one),
        buttons=buttons(one, may_change=scheduling.may_change(one, who)),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Schedules:
    """Section; while it is seen, it looks again now and then, since time changes it too."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._house = visitor.house
        self._at: Address | None = None
        self._limit = _PAGE
        self._rows: dict[str, ScheduleRow] = {}
        self._looking = asyncio.Lock()
        self._soon = Soon(self._look_again, _CALM_S)
        self._frame = Frame("schedules", visitor, corner=Beside)
        with self._frame.body:
            self._back = html.a("All schedules").classes("quiet away")
            self._back.props("href=/schedules data-go")
            self._missing = html.p(_MISSING).classes("away")
            self._agenda = Agenda(self._new)
            with html.section().classes("schedule-list away") as self._listing:
                self._listing.props("aria-labelledby=schedules-heading")
                self._heading = TextElement(tag="h2", text="")
                self._heading.props("id=schedules-heading tabindex=-1")
                self._list = html.div().classes("schedules-rows")
            self._more = html.button("Show more").classes("more away").props("type=button")
            self._more.on("click", self._show_more, args=[])
            self._timer = ui.timer(_EVERY_S, self._look, active=False, immediate=False)

    @property
    def spot(self) -> Corner:
        return self._frame.corner()

    async def open(self, at: Address) -> str:
        self._at, self._limit = at, _PAGE
        self._frame.show("Schedules")
        title = await self._show()
        self._timer.activate()
        return self._frame.show(title)

    def leave(self) -> None:
        self._at = None
        self._timer.deactivate()
        self._soon.drop()
        self._put([])
        self._frame.hide()

    def told(self, told: Told) -> None:
        if self._at is None:
            return
        match told:
            case Moved(run) if run.started.schedule:
                self._soon.ask()
            case Named():
                self._soon.ask()
            case Planned():
                self._soon.ask_now()
            case Zoned(who) if who == self._visitor.who:
                self._soon.ask_now()
            case _:
                pass

    # --- what is seen --------------------------------------------------------------------

    def _look_again(self) -> None:
        background_tasks.create(self._look(), name="show schedules")

    async def _look(self) -> None:
        if self._at is None:
            return
        try:
            await self._show()
        except LogUnavailable as why:
            log.warning("schedules_unread why=%s", why)  # it looks again soon

    async def _show(self) -> str:
        """Show what there is now, and give its title."""
        async with self._looking:  # or what was seen earlier could be shown later
            at = self._at
            if at is None:
                return ""
            found = await look(self._visitor, at, self._limit)
        if self._at is not at or self._list.is_deleted:
            return ""  # the person has gone on meanwhile
        away(self._back, not found.alone)
        away(self._missing, not (found.alone and not found.rows))
        away(self._agenda, found.alone and not found.rows)
        self._agenda.show(found.calendar, found.summed, alone=found.alone)
        self._put(found.rows)
        away(self._listing, not found.rows)
        self._heading.text = "This schedule" if found.alone else "All schedules"
        seen = {"add" if found.alone else "remove": "unseen"}
        self._heading.classes(**seen)
        first = self._listing if found.alone else self._agenda
        if self._frame.body.default_slot.children[_FIRST] is not first:
            first.move(target_index=_FIRST)
        away(self._more, not found.more)
        return found.rows[0]["title"] if found.alone and found.rows else "Schedules"

    def _put(self, rows: Sequence[ShownSchedule]) -> None:
        """Make the list show these; an answer stays where it is as long as its row does."""
        for gone in self._rows.keys() - {one["id"] for one in rows}:
            self._frame.put_away()
            self._rows.pop(gone).delete()
        for n, one in enumerate(rows):
            if shown := self._rows.get(one["id"]):
                shown.show(one)
            else:
                with self._list:
                    self._rows[one["id"]] = shown = ScheduleRow(one, self._pressed)
            if self._list.default_slot.children[n] is not shown:
                shown.move(target_index=n)

    async def _show_more(self) -> None:
        self._limit += _PAGE
        await self._visitor.safely(self.spot, self._look())

    # --- what this person does --------------------------------------------------------------

    async def _new(self, _: object) -> None:
        await self._visitor.safely(self.spot, self._visitor.command(self.spot, "/schedule"))

    async def _pressed(self, what: Pressable, raw: object) -> None:
        await self._visitor.pressed(self._frame.corner(what.tell, what), what, raw)


class Beside(Corner):
    """Spot of the list, which itself shows what a schedule has become."""

    def begin(self) -> None:
        self._frame.put_away()
        super().begin()

    def renew(self, cards: Sequence[Card]) -> Sequence[Card]:
        return [card for card in cards if not card.key.startswith("schedule-")]

    async def moved(self, run: str, begun: bool) -> None:
        pass  # the list leads to it
