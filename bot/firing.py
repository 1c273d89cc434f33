"""Firing: what follows from fires: runs that begin, and words where none does."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby, takewhile
from zoneinfo import ZoneInfo

from bot.agenda import unstarted_card
from bot.cards import Card
from bot.cards.run import OUTCOMES
from bot.desk import Desk
from bot.intake import Incomplete, Intake
from bot.live import Changed, Listener
from bot.names import Names
from bot.places import chat_of
from bot.policy import PODIUM
from bot.ports import (
    Chat,
    Duplicate,
    Fires,
    LogUnavailable,
    Past,
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
from bot.schedule.decide import UNJUDGED, ran
from bot.schedule.model import Fire, Schedule
from bot.schedule.words import there_words

log = logging.getLogger("podium.firing")

LOOKED_BACK = 50
AGAIN_S = 30.0
"""After so long what did not come off is tried again."""
_STARTS = 16
_LONGEST_WHY = 500
_MOST_TOLD = 1_000
_TRIED = timedelta(minutes=10)
"""For so long a start is tried while a platform does not answer, or does not say who may read."""


@dataclass(kw_only=True)
class Firing:
    """Begins the runs of fires, and tells people of those that started nothing.

    A fire's run has an id and a delivery of its own, so beginning it again changes nothing. `heard`
    is told of a run that had begun before.
    """

    desk: Desk
    intake: Intake
    timetable: Timetable
    fires: Fires
    chats: Mapping[str, Chat]
    sights: Mapping[str, Sight]
    names: Names
    views: Views | None
    heard: Listener
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _begun: set[str] = field(default_factory=set[str])
    _rooms: dict[str, asyncio.Semaphore] = field(default_factory=dict[str, asyncio.Semaphore])

    @property
    def under_way(self) -> int:
        """How many fires are taken up."""
        return len(self._begun)

    def take_up(self, fires: Sequence[Fire]) -> None:
        """Begin the runs of open fires, each by itself, and tell of the others schedule-wise."""
        new = [fire for fire in fires if fire.key not in self._begun]
        self._begun |= {fire.key for fire in new}
        for fire in new:
            if fire.outcome == "started":
                self.go(self._begin(fire))
        others = (fire for fire in new if fire.outcome != "started")
        # As they were decided, so that whoever tells of them again does so under the same key.
        for (schedule, _), some in groupby(others, key=lambda fire: (fire.schedule, fire.at)):
            self.go(self._say(schedule, list(some)))

    async def _begin(self, fire: Fire) -> None:
        """Begin a fire's run; what may come off later stays open, and what cannot has failed."""
        try:
            await self._attempt(fire)
        except (Incomplete, PlaceGone, NotThere) as problem:
            await self._failed(fire, str(problem))
        except Exception as fault:
            if isinstance(fault, LogUnavailable) or self.desk.now() - fire.at < _TRIED:
                log.warning("fire_not_begun fire=%s", fire.key, exc_info=fault)
                self._leave([fire], AGAIN_S)
                return
            log.exception("fire_broke fire=%s", fire.key)
            why = f"Podium itself failed here ({type(fault).__name__}); its log says more."
            await self._failed(fire, str(fault) if isinstance(fault, NotLet) else why)
        else:
            self._leave([fire])

    async def _attempt(self, fire: Fire) -> None:
        schedule = await self.existing(fire.schedule)
        platform = schedule.terms.place.partition(":")[0]
        try:
            async with self._rooms.setdefault(platform, asyncio.Semaphore(_STARTS)):
                start = await self._start(schedule, fire)
                by = start.requester
                await self.desk.handle(fire.run, start, by=by, delivery=fire.key)
        except (Duplicate, Refused):
            log.info("fire_begun_before fire=%s", fire.key)
            self.heard(Changed(await self.desk.load(fire.run)))
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
        past = await self.fires.starts(schedule.id, LOOKED_BACK)
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
        why = why if len(why) <= _LONGEST_WHY else f"{why[:_LONGEST_WHY]}…"
        failed = {"outcome": "failed", "run": "", "why": why}
        try:
            if await self.desk.find(Query(run=fire.run)):
                await self.fires.done(fire)
                self._leave([fire])
                return
            await self.count(fire.schedule, fire.run, why, failed)
        except LogUnavailable as unavailable:  # it stays open
            log.warning("fire_not_failed fire=%s why=%s", fire.key, unavailable)
            self._leave([fire], AGAIN_S)
            return
        await self._say(fire.schedule, [fire.model_copy(update=failed)])

    async def _say(self, schedule_id: str, fires: Sequence[Fire]) -> None:
        """Tell in the place of a schedule why nothing started."""
        try:
            schedule = await self.existing(schedule_id)
            run = await self._waiting(schedule_id)
            key, told = fires[-1].key, fires
            if run and {fire.why for fire in fires} == {UNJUDGED}:
                key, told = f"unjudged:{schedule_id}:{run}", await self._unjudged(schedule_id)
            card = unstarted_card(schedule, told or fires, await self._root(run))
            again = len(told) > len(fires)
            await self.post((schedule.terms.place, schedule.owner), card, key, again=again)
            for fire in fires:
                await self.fires.done(fire)
        except Exception as fault:  # they stay open
            log.warning("fires_not_told schedule=%s", schedule_id, exc_info=fault)
            self._leave(fires, AGAIN_S)
        else:
            self._leave(fires)

    def _leave(self, fires: Sequence[Fire], again_s: float = 0) -> None:
        """They may be taken up again, soon or later."""
        keys = {fire.key for fire in fires}
        if again_s:
            asyncio.get_running_loop().call_later(again_s, self._begun.difference_update, keys)
        else:
            self._begun -= keys

    async def _unjudged(self, schedule: str) -> list[Fire]:
        """The latest times that were skipped while the same result waited, oldest first."""
        past = (one.fire for one in await self.fires.past(schedule, _MOST_TOLD))
        return [*takewhile(lambda fire: fire.why == UNJUDGED, past)][::-1]

    async def _waiting(self, schedule: str) -> str:
        """The run whose result still waits to be judged; empty if none does."""
        starts = await self.fires.starts(schedule, LOOKED_BACK)
        return next((one.run.run for one in starts if one.run and waits(one)), "")

    async def _root(self, run: str) -> str:
        """The message that a run begins with; empty while it stands nowhere."""
        if not run or not self.views:
            return ""
        shown = await self.views.shown(run)
        return shown["root"].message if "root" in shown else ""

    async def count(
        self, schedule_id: str, run: str, failed: str, became: Mapping[str, str]
    ) -> None:
        """Keep what the fire of a run became, and what follows; another process may have."""
        while True:
            schedule = await self.existing(schedule_id)
            fire = await self.fires.of(schedule_id, run)
            if fire is None or fire.stage == "counted":
                return
            decided = ran(schedule, failed, self.desk.now())
            if await self.timetable.change(decided.schedule, (fire.model_copy(update=became),)):
                return

    async def post(
        self, places: Sequence[str], card: Card, key: str, *, again: bool = False
    ) -> None:
        """Post in the first of the places that is there; a person is where they read in private.

        `again`: it stands there already, and more has come to it.
        """
        for place in places:
            try:
                chat = chat_of(self.chats, place)
                message = await chat.post(place, card, key)
                if again:
                    await chat.edit(message, card)
            except PlaceGone as gone:
                log.warning("place_gone place=%s why=%s", place, gone)
            else:
                return

    async def existing(self, schedule_id: str) -> Schedule:
        schedule = await self.timetable.get(schedule_id)
        if schedule is None:
            raise LookupError(f"schedule {schedule_id} has gone")
        return schedule

    def go(self, work: Coroutine[object, None, None]) -> asyncio.Task[None]:
        """Let something be done beside, which fails alone."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            # What it was about stays open, and is taken up again.
            log.error("recurring_failed", exc_info=fault)

    async def quiet(self) -> None:
        """Wait until everything that was begun has ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Stop; what is half done stays open, and is taken up later."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class NotThere(Exception):
    """What a schedule starts is not there; the text says what to do."""


class NotLet(Exception):
    """Whose run it would be cannot read there, as far as is known; the text says what to do."""


def waits(past: Past) -> bool:
    """Whether the fire's result is still to come or to be judged; what failed has none."""
    if past.fire.outcome != "started":
        return False
    return past.run is None or (past.run.status != "ended" and not fate(past.run))


def fate(run: Summary) -> str | None:
    """Why a run failed, empty if it did not; None while that is not known."""
    if stuck := next((gate.ask for gate in run.gates if gate.kind == "retry"), ""):
        return stuck
    if run.outcome in ("ended", "empty"):
        return OUTCOMES[run.outcome][0]
    judged = run.outcome or any(gate.kind == "review" for gate in run.gates)
    return "" if judged else None
