"""Schedule: what people decided about a recurring start, and how far it has come. Stored."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, JsonValue

from bot.calendar import Calendar
from bot.playbook.model import Duration, Frozen
from bot.policy import PODIUM
from bot.schedule.rule import Rule, following


class Terms(Frozen):
    """What people decide about a schedule; `inputs` are as they were given.

    It ends after the day `until` in its zone, or after as many starts as `times`. A `missed` time
    starts if it is at most `late` ago, or only the latest does, or all do, or none does. While
    the last result is `waiting` to be judged, the next starts, waits for that, or is skipped.
    """

    title: str = Field(min_length=1)
    playbook: str
    inputs: dict[str, JsonValue] = {}
    place: str
    rule: Rule
    zone: str
    until: date | None = None
    times: int | None = Field(default=None, ge=1)
    missed: Literal["late", "latest", "all", "skip"] = "late"
    late: Duration = timedelta(hours=2)
    waiting: Literal["start", "wait", "skip"] = "skip"
    month_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    def moments(self, calendar: Calendar, after: datetime) -> Iterator[datetime]:
        """The times strictly after one at which it is due, until its last day."""
        zone = ZoneInfo(self.zone)
        while moment := following(self.rule, zone, calendar, after):
            if self.until and moment.astimezone(zone).date() > self.until:
                return
            yield (after := moment)


class Mark(Frozen):
    """Who did something, when and why; `podium` where nobody asked for it just then."""

    by: str
    at: AwareDatetime
    why: str = ""


class Schedule(Frozen):
    """A recurring start; `version` grows by one with each change.

    `last_due` is the due time at which it last started, `held` one that waits until the last
    result is judged. `fired` counts starts at due times, `failures` the runs that failed since one
    did not.
    """

    id: str
    version: int = 1
    owner: str
    terms: Terms
    paused: Mark | None = None
    ended: Mark | None = None
    deleted: Mark | None = None
    next_due: AwareDatetime | None = None
    last_due: AwareDatetime | None = None
    held: AwareDatetime | None = None
    fired: int = 0
    failures: int = 0

    @property
    def state(self) -> Literal["active", "paused", "ended", "deleted"]:
        if self.deleted:
            return "deleted"
        return "paused" if self.paused else "ended" if self.ended else "active"

    @property
    def left(self) -> int | None:
        """How often it will still start; None if that has no end."""
        return None if self.terms.times is None else max(self.terms.times - self.fired, 0)


class Fire(Frozen):
    """What became of one due time; (`schedule`, `due`) names it. `run` is the run it started."""

    schedule: str
    due: AwareDatetime
    at: AwareDatetime
    by: str = PODIUM
    outcome: Literal["started", "skipped", "failed"]
    run: str = ""
    why: str = ""
