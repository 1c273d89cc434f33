"""Schedules at work: what the clock, the ends of runs and a start after a crash bring about."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.agenda import told_card
from bot.asker import new_id
from bot.desk import Desk, summarize
from bot.firing import AGAIN_S, LOOKED_BACK, Firing, fate, waits
from bot.intake import Intake
from bot.live import Changed, News
from bot.names import Names
from bot.ports import (
    Chat,
    Fires,
    LogUnavailable,
    People,
    Sight,
    Summary,
    Timetable,
    Views,
)
from bot.schedule.decide import Decided, abandoned, due, told
from bot.schedule.model import Schedule

log = logging.getLogger("podium.recurring")

_AT_ONCE = 40
_PATIENCE_S = 0.5
_MOST_BEGUN = 20_000
"""Fires that are under way while more are looked for: an outage of days comes to millions."""
_STUCK = timedelta(minutes=1)
"""After so long an open fire is taken up by whichever process sees it."""


@dataclass(kw_only=True)
class Recurring:
    """Decides what is due, and hears what became of the runs.

    Every process may do so beside others: whoever changes the schedule first has decided.
    """

    desk: Desk
    intake: Intake
    timetable: Timetable
    fires: Fires
    chats: Mapping[str, Chat]
    people: Mapping[str, People]
    sights: Mapping[str, Sight]
    names: Names
    views: Views | None
    _firing: Firing = field(init=False)
    _looking: set[str] = field(default_factory=set[str])
    _unsure: bool = False
    _counted: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._firing = Firing(
            desk=self.desk,
            intake=self.intake,
            timetable=self.timetable,
            fires=self.fires,
            chats=self.chats,
            sights=self.sights,
            names=self.names,
            views=self.views,
            heard=self.heard,
        )

    async def tick(self) -> None:
        """Decide what is due, each schedule once, and take up what was left half done.

        Where a platform does not answer that goes on by itself, and the clock waits no longer.
        """
        if self._unsure:
            await self.recover()
        now, looked = self.desk.now(), set(self._looking)
        while self._firing.under_way < _MOST_BEGUN and (
            found := await self.timetable.due(now, _AT_ONCE, looked)
        ):
            looked |= {one.id for one in found}
            looks = [self._firing.go(self._look_once(one)) for one in found]
            await asyncio.wait(looks, timeout=_PATIENCE_S)
        self._firing.take_up(await self.fires.open(now - _STUCK))

    async def recover(self) -> None:
        """Take up what was under way when the last process ended or the database went away."""
        now = self.desk.now()
        self._firing.take_up(await self.fires.open(now + _STUCK))  # clocks may differ
        for past in await self.fires.uncounted():
            if past.run:
                self._firing.go(self._heard(past.fire.schedule, past.run))
        for schedule in await self.timetable.all(now):
            if schedule.held:
                self._firing.go(self._look_once(schedule))
        self._unsure = False

    async def quiet(self) -> None:
        """Wait until everything that was begun has ended."""
        await self._firing.quiet()

    async def close(self) -> None:
        """Stop; what is half done stays open, and is taken up later."""
        await self._firing.close()

    def heard(self, news: News) -> None:
        """Count a run of a schedule as soon as it is known whether it failed; a listener."""
        if not isinstance(news, Changed) or not (schedule := news.run.started.schedule):
            return
        summary = summarize(news.run)
        is_new = fate(summary) is not None and summary.run not in self._counted
        if is_new or summary.outcome:
            self._counted.add(summary.run)
            self._firing.go(self._heard(schedule, summary))
        if summary.outcome:
            self._counted.discard(summary.run)

    # --- due times -----------------------------------------------------------------

    async def _look_once(self, schedule: Schedule) -> None:
        self._looking.add(schedule.id)
        try:
            await self.look(schedule)
        except Exception as fault:
            log.warning("schedule_failed schedule=%s", schedule.id, exc_info=fault)
            loop = asyncio.get_running_loop()
            loop.call_later(AGAIN_S, self._looking.discard, schedule.id)
        else:
            self._looking.discard(schedule.id)

    async def look(self, schedule: Schedule) -> None:
        """Do what is to be done about a schedule now."""
        now = self.desk.now()
        if schedule.state == "draft":
            await self.timetable.forget(schedule.id)
        elif schedule.untold:
            await self._tell(schedule)
        elif await self._has_left(schedule.owner):
            await self.carry_out(abandoned(schedule, self.names.of(schedule.owner), now))
        else:
            calendar = self.desk.team.calendar
            last_waits, spent = await self._last_waits(schedule), await self.spent(schedule)
            decided = due(schedule, now, calendar, last_waits=last_waits, spent_usd=spent)
            if decided.schedule is not schedule:
                await self.carry_out(decided)

    async def carry_out(self, decided: Decided) -> bool:
        """Keep what was decided, then begin it; False when somebody else changed it first."""
        fires = [
            fire.model_copy(update={"run": fire.run or new_id("r", fire.key)})
            if fire.outcome == "started"
            else fire
            for fire in decided.fires
        ]
        if not await self.timetable.change(decided.schedule, fires):
            return False
        self._firing.take_up(fires)
        return True

    async def spent(self, schedule: Schedule) -> float:
        """What its runs have cost in this month of its zone, and those at work may still cost; 0
        where nobody wants to know.
        """
        if schedule.terms.month_usd is None:
            return 0
        now = self.desk.now().astimezone(ZoneInfo(schedule.terms.zone))
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return await self.fires.spent(schedule.id, month) + await self._reserved(schedule)

    async def _reserved(self, schedule: Schedule) -> float:
        """What runs at work may still cost by the playbook's budget, where it has one."""
        playbook = self.intake.shelf.library.playbooks.get(schedule.terms.playbook)
        budget = (playbook and playbook.budget.usd) or 0
        past = await self.fires.starts(schedule.id, LOOKED_BACK)
        runs = [one.run for one in past if one.fire.outcome == "started"]
        working = [
            run.spent_usd if run else 0 for run in runs if not run or run.status == "working"
        ]
        return sum(max(budget - spent, 0) for spent in working)

    async def _last_waits(self, schedule: Schedule) -> bool:
        if schedule.terms.waiting == "start":
            return False
        return any(map(waits, await self.fires.starts(schedule.id, LOOKED_BACK)))

    async def _has_left(self, owner: str) -> bool:
        known = [
            (self.people.get(one.partition(":")[0]), one) for one in self.desk.team.same(owner)
        ]
        asked = [await people.left(one) for people, one in known if people]
        return bool(asked) and all(asked)

    # --- runs --------------------------------------------------------------------------

    async def _heard(self, schedule_id: str, summary: Summary) -> None:
        try:
            await self._ended(schedule_id, summary)
        except LogUnavailable as unavailable:
            log.warning("run_not_counted run=%s why=%s", summary.run, unavailable)
            self._unsure = True

    async def _ended(self, schedule_id: str, summary: Summary) -> None:
        """Count a run of a schedule, and start what waited for it. Raises LogUnavailable."""
        failed = fate(summary)
        if failed is not None:
            await self._firing.count(schedule_id, summary.run, failed, {"stage": "counted"})
        schedule = await self._firing.existing(schedule_id)
        if schedule.held:
            await self.look(schedule)

    # --- people ------------------------------------------------------------------------

    async def _tell(self, schedule: Schedule) -> None:
        """Tell its owner, once, what the schedule has come to."""
        [mark] = filter(None, (schedule.paused, schedule.ended))
        key = f"told:{schedule.id}:{mark.at:%Y%m%dT%H%M%S%f}"
        own = sorted(self.desk.team.same(schedule.owner) - {schedule.owner})
        await self._firing.post(
            (schedule.owner, *own, schedule.terms.place), told_card(schedule), key
        )
        await self.timetable.change(told(schedule))
