"""Small values to keep."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.ports import OpenGate, Status, Summary
from bot.run.events import Recorded, StepSkipped
from bot.schedule.model import Fire, Mark, Schedule, Terms
from bot.schedule.rule import Interval

NOON = datetime(2026, 11, 2, 12, 0, 0, 123456, UTC)
MINUTE = timedelta(minutes=1)


def recorded(run: str, seq: int, at: datetime = NOON) -> Recorded:
    event = StepSkipped(step="facts", attempt=seq)
    return Recorded(run=run, seq=seq, at=at, by="web:main:ana", event=event)


def records(run: str, first: int = 1, count: int = 1) -> list[Recorded]:
    return [recorded(run, first + place) for place in range(count)]


def gate(ask: str = "Approve?") -> OpenGate:
    return OpenGate(gate="review-1", kind="review", ask=ask, by=("requester",), opened_at=NOON)


def summary(
    run: str,
    version: int = 1,
    *,
    playbook: str = "launch-brief",
    title: str = "Lamp",
    place: str = "web:main:general",
    requester: str = "web:main:ana",
    status: Status = "working",
    outcome: str = "",
    gates: tuple[OpenGate, ...] = (),
    changed_at: datetime = NOON,
    due_at: datetime | None = None,
    spent_usd: float = 0,
) -> Summary:
    return Summary(
        run=run,
        version=version,
        playbook=playbook,
        title=title,
        place=place,
        requester=requester,
        status=status,
        outcome=outcome,
        gates=gates,
        started_at=NOON,
        changed_at=changed_at,
        due_at=due_at,
        spent_usd=spent_usd,
    )


TERMS = Terms(
    title="Weekly report",
    playbook="weekly-report",
    place="web:main:general",
    rule=Interval(minutes=60, since=NOON),
    zone="Europe/Berlin",
)


def schedule(
    id_: str,
    version: int = 1,
    *,
    title: str = TERMS.title,
    saved: bool = True,
    deleted: datetime | None = None,
    next_due: datetime | None = None,
    untold: str = "",
) -> Schedule:
    return Schedule(
        id=id_,
        version=version,
        owner="web:main:ana",
        made_at=NOON,
        terms=TERMS.model_copy(update={"title": title}),
        saved=saved,
        deleted=Mark(by="web:main:ana", at=deleted) if deleted else None,
        next_due=next_due,
        untold=untold,
    )


def fire(
    schedule: str,
    minutes: int = 0,
    *,
    outcome: Literal["started", "skipped", "failed"] = "started",
    run: str = "",
    why: str = "",
    stage: Literal["open", "done", "counted"] = "open",
) -> Fire:
    """Decided five minutes late."""
    due = NOON + minutes * MINUTE
    at = due + 5 * MINUTE
    return Fire(schedule=schedule, due=due, at=at, outcome=outcome, run=run, why=why, stage=stage)
