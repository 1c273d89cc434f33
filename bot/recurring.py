"""Schedules at work: what the clock, the ends of runs and a start after a crash bring about."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.agenda import told_card, unstarted_card
from bot.asker import new_id
from bot.cards import Card
from bot.cards.run import OUTCOMES
from bot.desk import Desk, summarize
from bot.intake import Incomplete, Intake
from bot.live import Changed, News
from bot.names import Names
from bot.places import chat_of
from bot.policy import PODIUM
from bot.ports import (
    Chat,
    Duplicate,
    Fires,
    LogUnavailable,
    Past,
    People,
    PlaceGone,
    Query,
    Sight,
    Summary,
    Timetable,
    Views,
)
from bot.run.commands import Start
from bot.run.decide import Refused
from bot.run.events import Last
from bot.schedule.decide import Decided, abandoned, due, ran, told
from bot.schedule.model import Fire, Schedule
from bot.schedule.words import there_words

log = logging.getLogger("podium.recurring")

_AT_ONCE = 40
_PATIENCE_S = 0.5
_STARTS = 16
_LOOKED_BACK = 50
_LONGEST_WHY = 500
_MOST_BEGUN = 20_000
"""Fires that are under way while more are looked for: an outage of days comes to millions."""
_AGAIN_S = 30.0
"""After so long what did not come off is tried again."""
_TRIED = timedelta(minutes=10)
"""For so long a start is tried while a platform does not answer, or does not say who may read."""
_STUCK = timedelta(minutes=1)
"""After so long an open fire is taken up by whichever process sees it."""


@dataclass(kw_only=True)
class Recurring:
    """Decides what is due, starts the runs, and tells people what did not start.

    Every process may do so beside others: whoever changes the schedule first has decided, and a
    fire's run has an id and a delivery of its own, so beginning it again changes nothing.
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
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _begun: set[str] = field(default_factory=set[str])
    _looking: set[str] = field(default_factory=set[str])
    _unsure: bool = False
    _counted: set[str] = field(default_factory=set[str])
    _rooms: dict[str, asyncio.Semaphore] = field(default_factory=dict[str, asyncio.Semaphore])

    async def tick(self) -> None:
        """Decide what is due, each schedule once, and take up what was left half done.

        Where a platform does not answer that goes on by itself, and the clock waits no longer.
        """
        if self._unsure:
            await self.recover()
        now, looked = self.desk.now(), set(self._looking)
        while len(self._begun) < _MOST_BEGUN and (
            found := await self.timetable.due(now, _AT_ONCE, looked)
        ):
            looked |= {one.id for one in found}
            looks = [self._go(self._look_once(one)) for one in found]
            await asyncio.wait(looks, timeout=_PATIENCE_S)
        self._take_up(await self.fires.open(now - _STUCK))

    async def recover(self) -> None:
        """Take up what was under way when the last process ended or the database went away."""
        now = self.desk.now()
        self._take_up(await self.fires.open(now + _STUCK))  # clocks may differ
        for past in await self.fires.uncounted():
            if past.run:
                self._go(self._heard(past.fire.schedule, past.run))
        for schedule in await self.timetable.all(now):
            if schedule.held:
                self._go(self._look_once(schedule))
        self._unsure = False

    async def quiet(self) -> None:
        """Wait until everything that was begun has ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop; what is half done stays open, and is taken up later."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def heard(self, news: News) -> None:
        """Count a run of a schedule as soon as it is known whether it failed; a listener."""
        if not isinstance(news, Changed) or not (schedule := news.run.started.schedule):
            return
        summary = summarize(news.run)
        is_new = _fate(summary) is not None and summary.run not in self._counted
        if is_new or summary.outcome:
            self._counted.add(summary.run)
            self._go(self._heard(schedule, summary))
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
            loop.call_later(_AGAIN_S, self._looking.discard, schedule.id)
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
            waits, spent = await self._last_waits(schedule), await self.spent(schedule)
            decided = due(schedule, now, calendar, last_waits=waits, spent_usd=spent)
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
        self._take_up(fires)
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
        past = await self.fires.starts(schedule.id, _LOOKED_BACK)
        runs = [one.run for one in past if one.fire.outcome == "started"]
        working = [
            run.spent_usd if run else 0 for run in runs if not run or run.status == "working"
        ]
        return sum(max(budget - spent, 0) for spent in working)

    async def _last_waits(self, schedule: Schedule) -> bool:
        if schedule.terms.waiting == "start":
            return False
        return any(map(_waits, await self.fires.starts(schedule.id, _LOOKED_BACK)))

    async def _has_left(self, owner: str) -> bool:
        known = [
            (self.people.get(one.partition(":")[0]), one) for one in self.desk.team.same(owner)
        ]
        asked = [await people.left(one) for people, one in known if people]
        return bool(asked) and all(asked)

    # --- fires -----------------------------------------------------------------------

    def _take_up(self, fires: Sequence[Fire]) -> None:
        """Begin the runs of open fires, each by itself, and tell of the others schedule-wise."""
        new = [fire for fire in fires if fire.key not in self._begun]
        self._begun |= {fire.key for fire in new}
        for fire in new:
            if fire.outcome == "started":
                self._go(self._begin(fire))
        others = (fire for fire in new if fire.outcome != "started")
        # As they were decided, so that whoever tells of them again does so under the same key.
        for (schedule, _), some in groupby(others, key=lambda fire: (fire.schedule, fire.at)):
            self._go(self._say(schedule, list(some)))

    async def _begin(self, fire: Fire) -> None:
        again_s = 0.0
        try:
            schedule = await self._existing(fire.schedule)
            platform = schedule.terms.place.partition(":")[0]
            async with self._rooms.setdefault(platform, asyncio.Semaphore(_STARTS)):
                start = await self._start(schedule, fire)
                by = start.requester
                await self.desk.handle(fire.run, start, by=by, delivery=fire.key)
        except (Duplicate, Refused):
            log.info("fire_begun_before fire=%s", fire.key)
            self.heard(Changed(await self.desk.load(fire.run)))
        except LogUnavailable as unavailable:  # it stays open
            log.warning("fire_not_begun fire=%s why=%s", fire.key, unavailable)
            again_s = _AGAIN_S
            return
        except (Incomplete, PlaceGone, NotThere) as problem:
            await self._failed(fire, str(problem))
            return
        except Exception as fault:
            if self.desk.now() - fire.at < _TRIED:
                log.warning("fire_not_begun fire=%s", fire.key, exc_info=fault)
                again_s = _AGAIN_S
                return
            log.exception("fire_broke fire=%s", fire.key)
            why = f"Podium itself failed here ({type(fault).__name__}); its log says more."
            await self._failed(fire, str(fault) if isinstance(fault, NotLet) else why)
            return
        finally:
            self._leave([fire], again_s)
        await self.fires.done(fire)

    async def _start(self, schedule: Schedule, fire: Fire) -> Start:
        terms = schedule.terms
        playbook = self.intake.shelf.library.playbooks.get(terms.playbook)
        if playbook is None:
            raise NotThere(
                f'There is no playbook "{terms.playbook}" any more, or its file is broken: put '
                "it right, or edit the schedule."
            )
        who = schedule.owner if fire.by == PODIUM else fire.by
        await self._let(who, terms.place)
        zone = ZoneInfo(terms.zone)
        past = await self.fires.starts(schedule.id, _LOOKED_BACK)
        before = (one.fire.at for one in past if one.fire.due < fire.due and one.run)
        return await self.intake.start(
            playbook,
            terms.inputs,
            terms.documents,
            who=who,
            place=terms.place,
            now=self.desk.now(),
            last=await self._last(past, zone),
            since=next(before, None),
            zone=zone,
            schedule=schedule.id,
        )

    async def _let(self, who: str, place: str) -> None:
        """Raises NotLet unless this person can read where a run begins: it may read there too."""
        sight = self.sights.get(place.partition(":")[0])
        if sight and not await sight.readable(self.desk.team.same(who), [place]):
            raise NotLet(
                f"{self.names.of(who)} cannot read where it begins any more, or the platform does "
                "not say so: let them in again, or edit the schedule."
            )

    async def _last(self, past: Sequence[Past], zone: ZoneInfo) -> Last:
        """The last approved result."""
        approved = (one.run.run for one in past if one.run and one.run.outcome == "approved")
        run_id = next(approved, "")
        run = await self.desk.load(run_id) if run_id else None
        if run is None or run.ended_at is None or not run.drafts:
            return Last()
        at = there_words(run.ended_at, zone)
        return Last(result=run.drafts[-1].value, approved_at=at)

    async def _failed(self, fire: Fire, why: str) -> None:
        """Record that a fire's run could not start, and tell; another process may have done it."""
        if await self.desk.find(Query(run=fire.run)):
            await self.fires.done(fire)
            return
        why = why if len(why) <= _LONGEST_WHY else f"{why[:_LONGEST_WHY]}…"
        failed = {"outcome": "failed", "run": "", "why": why}
        await self._count(fire.schedule, fire.run, why, failed)
        await self._say(fire.schedule, [fire.model_copy(update=failed)])

    async def _say(self, schedule_id: str, fires: Sequence[Fire]) -> None:
        """Tell in the place of a schedule why nothing started."""
        try:
            schedule = await self._existing(schedule_id)
            waiting = await self._waiting(schedule_id)
            card = unstarted_card(schedule, fires, waiting)
            await self._post((schedule.terms.place, schedule.owner), card, fires[-1].key)
            for fire in fires:
                await self.fires.done(fire)
        except Exception as fault:  # they stay open
            log.warning("fires_not_told schedule=%s", schedule_id, exc_info=fault)
            self._leave(fires, _AGAIN_S)
        else:
            self._leave(fires)

    def _leave(self, fires: Sequence[Fire], again_s: float = 0) -> None:
        """They may be taken up again, soon or later."""
        keys = {fire.key for fire in fires}
        if again_s:
            asyncio.get_running_loop().call_later(again_s, self._begun.difference_update, keys)
        else:
            self._begun -= keys

    async def _waiting(self, schedule: str) -> str:
        """The message that a result which still waits is to be judged at; empty if none is."""
        waiting = [
            one.run.run
            for one in await self.fires.starts(schedule, _LOOKED_BACK)
            if one.run and _waits(one)
        ]
        if not waiting or not self.views:
            return ""
        shown = await self.views.shown(waiting[0])
        return shown["root"].message if "root" in shown else ""

    # --- runs --------------------------------------------------------------------------

    async def _heard(self, schedule_id: str, summary: Summary) -> None:
        try:
            await self._ended(schedule_id, summary)
        except LogUnavailable as unavailable:
            log.warning("run_not_counted run=%s why=%s", summary.run, unavailable)
            self._unsure = True

    async def _ended(self, schedule_id: str, summary: Summary) -> None:
        """Count a run of a schedule, and start what waited for it. Raises LogUnavailable."""
        failed = _fate(summary)
        if failed is not None:
            await self._count(schedule_id, summary.run, failed, {"stage": "counted"})
        schedule = await self._existing(schedule_id)
        if schedule.held:
            await self.look(schedule)

    async def _count(
        self, schedule_id: str, run: str, failed: str, became: Mapping[str, str]
    ) -> None:
        """Keep what the fire of a run became, and what follows; another process may have."""
        while True:
            schedule = await self._existing(schedule_id)
            fire = await self.fires.of(schedule_id, run)
            if fire is None or fire.stage == "counted":
                return
            decided = ran(schedule, failed, self.desk.now())
            if await self.timetable.change(decided.schedule, (fire.model_copy(update=became),)):
                return

    # --- people ------------------------------------------------------------------------

    async def _tell(self, schedule: Schedule) -> None:
        """Tell its owner, once, what the schedule has come to."""
        [mark] = filter(None, (schedule.paused, schedule.ended))
        key = f"told:{schedule.id}:{mark.at:%Y%m%dT%H%M%S%f}"
        own = sorted(self.desk.team.same(schedule.owner) - {schedule.owner})
        await self._post((schedule.owner, *own, schedule.terms.place), told_card(schedule), key)
        await self.timetable.change(told(schedule))

    async def _post(self, places: Sequence[str], card: Card, key: str) -> None:
        """Post in the first of the places that is there; a person is where they read in private."""
        for place in places:
            try:
                await chat_of(self.chats, place).post(place, card, key)
            except PlaceGone as gone:
                log.warning("place_gone place=%s why=%s", place, gone)
            else:
                return

    async def _existing(self, schedule_id: str) -> Schedule:
        schedule = await self.timetable.get(schedule_id)
        if schedule is None:
            raise LookupError(f"schedule {schedule_id} has gone")
        return schedule

    def _go(self, work: Coroutine[object, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            # What it was about stays open, and is taken up again.
            log.error("recurring_failed", exc_info=fault)


class NotThere(Exception):
    """What a schedule starts is not there; the text says what to do."""


class NotLet(Exception):
    """Whose run it would be cannot read there, as far as is known; the text says what to do."""


def _waits(past: Past) -> bool:
    """Whether the fire's result is still to come or to be judged; what failed has none."""
    if past.fire.outcome != "started":
        return False
    return past.run is None or (past.run.status != "ended" and not _fate(past.run))


def _fate(run: Summary) -> str | None:
    """Why a run failed, empty if it did not; None while that is not known."""
    if stuck := next((gate.ask for gate in run.gates if gate.kind == "retry"), ""):
        return stuck
    if run.outcome in ("ended", "empty"):
        return OUTCOMES[run.outcome][0]
    judged = run.outcome or any(gate.kind == "review" for gate in run.gates)
    return "" if judged else None
