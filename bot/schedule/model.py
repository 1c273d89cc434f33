"""Schedule: what people decided about a recurring start, and how far it has come. Stored."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue

from bot.calendar import Calendar
from bot.playbook.model import Duration, Frozen
from bot.policy import PODIUM
from bot.run.events import Document
from bot.schedule.rule import Rule, moments

DRAFT_KEPT = timedelta(days=1)
"""How long a schedule that was never saved is kept."""


class Kept(Frozen):
    """A value that is stored whole: a later or an earlier Podium reads what it knows of it."""

    model_config = ConfigDict(extra="ignore")


class Terms(Kept):
    """What people decide about a schedule; `inputs` and `documents` are as they were given.

    It ends after the day `until` in its zone, or after as many starts as `times`. A `missed` time
    starts if it is at most `late` ago, or only the latest does, or all do, or none does. While
    the last result is `waiting` to be judged, the next starts, waits for that, or is skipped.
    """

    title: str = Field(min_length=1)
    playbook: str
    inputs: dict[str, JsonValue] = {}
    documents: dict[str, tuple[Document, ...]] = {}
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
        for moment in moments(self.rule, zone, calendar, after):
            if self.until and moment.astimezone(zone).date() > self.until:
                return
            yield moment


class Mark(Kept):
    """Who did something, when and why; `podium` where nobody asked for it just then."""

    by: str
    at: AwareDatetime
    why: str = ""


class Schedule(Kept):
    """A recurring start; `version` grows by one with each change.

    `proposed` are terms that its maker has seen in words and not saved, as they were `shown` at a
    version; while it has never been saved it is a draft. `held` is a due time that waits until the
    last result is judged. `fired` counts starts at due times, `failures` the runs that failed since
    one did not. An `orphan`'s owner has left the team. `untold` is what its owner is still to be
    told.
    """

    id: str
    version: int = 1
    owner: str
    made_at: AwareDatetime
    terms: Terms
    saved: bool = False
    proposed: Terms | None = None
    shown: int = 1
    paused: Mark | None = None
    ended: Mark | None = None
    deleted: Mark | None = None
    next_due: AwareDatetime | None = None
    held: AwareDatetime | None = None
    fired: int = 0
    failures: int = 0
    orphan: bool = False
    untold: str = ""

    @property
    def state(self) -> Literal["draft", "active", "paused", "ended", "deleted"]:
        if not self.saved:
            return "draft"
        if self.deleted:
            return "deleted"
        return "paused" if self.paused else "ended" if self.ended else "active"

    @property
    def wakes_at(self) -> datetime | None:
        """When the clock has to look at it; None if nothing happens by time alone."""
        if not self.saved:
            return self.made_at + DRAFT_KEPT
        return self.made_at if self.untold else self.next_due

    @property
    def left(self) -> int | None:
        """How often it will still start; None if that has no end."""
        return None if self.terms.times is None else max(self.terms.times - self.fired, 0)


class Fire(Frozen):
    """What became of one due time; (`schedule`, `due`) names it. `run` is the run it starts.

    It is `open` until what follows is carried out: the run begun, or people told why none is; a
    run that was begun is `counted` once it is known whether it failed.
    """

    schedule: str
    due: AwareDatetime
    at: AwareDatetime
    by: str = PODIUM
    outcome: Literal["started", "skipped", "failed"]
    run: str = ""
    why: str = ""
    stage: Literal["open", "done", "counted"] = "open"

    @property
    def key(self) -> str:
        """Names it in deliveries and posts."""
        return f"fire:{self.schedule}:{self.due.astimezone(UTC):%Y%m%dT%H%M%S%f}"
