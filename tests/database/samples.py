"""Small values to keep."""

from datetime import UTC, datetime, timedelta

from bot.ports import OpenGate, Status, Summary
from bot.run.events import Recorded, StepSkipped

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
    )
