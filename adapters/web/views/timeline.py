"""Who worked when on what: rows of bars over a time whose long idle stretches are cut out. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypedDict

from adapters.web.hues import hues
from adapters.web.prose import harmless
from adapters.web.views.wording import part_label, span, who_of
from bot.cards.steps import plain
from bot.policy import PODIUM, called
from bot.run.events import CallFailed, CallFinished, CallStarted, Recorded, Task
from bot.run.state import CLOSED, Gate, Run, Taken

_IDLE_S = 30.0
_IDLE_PART = 0.25
"""Of the time in which somebody worked: a longer rest is cut short."""
_BREAK_PART = 0.09
_TICKS = 6
_APART = 0.13
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAY_S = 86_400

Kind = Literal["done", "failed", "now", "waited", "waits"]


class Bar(TypedDict):
    """`x` and `width` are in the units of the timeline's `total`; `took` and `came` are words."""

    x: float
    width: float
    kind: Kind
    at: str
    took: str
    came: str


class Row(TypedDict):
    """What one specialist did on one part of a step, or what people were waited for."""

    label: str
    who: str
    hue: int
    bars: list[Bar]


class Tick(TypedDict):
    x: float
    at: str


class Break(TypedDict):
    """A long rest that takes less room than its time."""

    x: float
    width: float
    took: str


class Timeline(TypedDict):
    """`moving` says that its end is now; `seconds` that its ticks are told with seconds."""

    rows: list[Row]
    ticks: list[Tick]
    breaks: list[Break]
    total: float
    moving: bool
    seconds: bool


@dataclass(frozen=True)
class Stretch:
    """A piece of time and the room it has; `cut` when that is less than its time."""

    begin: float
    end: float
    x: float
    width: float
    cut: bool


@dataclass(frozen=True)
class _Work:
    """A call from its start to its end; `end` is None while it is under way."""

    task: Task
    model: str
    begin: datetime
    end: datetime | None
    failed: str = ""


def timeline(records: Sequence[Recorded], run: Run, now: datetime) -> Timeline:
    """The rows in the order in which their work began."""
    work = [*_work(records)]
    latest = max((record.at for record in records), default=run.started_at)
    moving = any(one.end is None for one in work)
    end = max(now, latest) if run.outcome is None or moving else latest
    busy = [(one.begin.timestamp(), (one.end or end).timestamp()) for one in work]
    stretches = scale(busy, run.started_at.timestamp(), end.timestamp())
    total = stretches[-1].x + stretches[-1].width
    rows = [*_rows(run, work, stretches, end), *_waits(run, stretches, end)]
    rows.sort(key=lambda row: row["bars"][0]["x"])
    step = _step(stretches)
    return Timeline(
        rows=rows,
        ticks=[*_ticks(stretches, step, total)],
        breaks=[
            Break(x=round(s.x, 3), width=round(s.width, 3), took=span(s.end - s.begin))
            for s in stretches
            if s.cut
        ],
        total=round(total, 3),
        moving=moving,
        seconds=step < 60,
    )


# --- time and room ------------------------------------------------------------------


def scale(busy: Sequence[tuple[float, float]], begin: float, end: float) -> list[Stretch]:
    """The time from `begin` to `end` in pieces: where nobody worked for long it is cut short."""
    merged = _merged(busy)
    worked = sum(to - since for since, to in merged)
    edges = [begin, *(edge for piece in merged for edge in piece), max(end, begin)]
    longest = max(_IDLE_S, worked * _IDLE_PART)
    rests = [*zip(edges[::2], edges[1::2], strict=True)] if merged else []
    cuts = [(since, to) for since, to in rests if to - since > longest]
    whole = max(end - begin - sum(to - since for since, to in cuts), 1.0)
    stretches: list[Stretch] = []
    at, x = begin, 0.0
    for since, to in [*cuts, (end, end)]:
        if since > at:
            stretches.append(Stretch(at, since, x, since - at, cut=False))
            x += since - at
        if to > since:
            stretches.append(Stretch(since, to, x, whole * _BREAK_PART, cut=True))
            x += whole * _BREAK_PART
        at = to
    return stretches or [Stretch(begin, begin + 1, 0, 1, cut=False)]


def _merged(busy: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(busy):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _x(stretches: Sequence[Stretch], at: float) -> float:
    for piece in stretches:
        if at <= piece.end:
            part = (at - piece.begin) / (piece.end - piece.begin)
            return piece.x + max(part, 0.0) * piece.width
    return stretches[-1].x + stretches[-1].width


def _step(stretches: Sequence[Stretch]) -> int:
    """Seconds between two ticks."""
    least = sum(piece.width for piece in stretches if not piece.cut) / _TICKS
    days = max(1, round(least / _DAY_S)) * _DAY_S
    return next((step for step in _STEPS_S if step >= least), days)


def _ticks(stretches: Sequence[Stretch], step: int, total: float) -> Iterator[Tick]:
    """One where each stretch of work begins, and then at round times, none too near another."""
    last = -total
    for piece in stretches:
        if piece.cut:
            continue
        first = (piece.begin // step + 1) * step
        count = int(max(piece.end - first, -1) // step) + 1
        for at in (piece.begin, *(first + n * step for n in range(count))):
            x = _x([piece], at)
            if x - last >= total * _APART:
                yield Tick(x=round(x, 3), at=datetime.fromtimestamp(at, UTC).isoformat())
                last = x


# --- rows ---------------------------------------------------------------------------


def _work(records: Sequence[Recorded]) -> Iterator[_Work]:
    ends = {
        (record.event.task.key, record.event.call): record
        for record in records
        if isinstance(record.event, CallFinished | CallFailed)
    }
    for record in records:
        if not isinstance(record.event, CallStarted):
            continue
        task = record.event.task
        ended = ends.get((task.key, record.event.call))
        failed = ended.event.why if ended and isinstance(ended.event, CallFailed) else ""
        yield _Work(task, record.event.model, record.at, ended.at if ended else None, failed)


def _rows(
    run: Run, work: Sequence[_Work], stretches: Sequence[Stretch], end: datetime
) -> Iterator[Row]:
    colours = hues(run.playbook)
    by_task: dict[str, list[_Work]] = {}
    for one in work:
        by_task.setdefault(one.task.key, []).append(one)
    for calls in by_task.values():
        who = who_of(run, calls[0].task.step)
        yield Row(
            label=harmless(part_label(run, calls[0].task)),
            who=harmless(who),
            hue=colours.get(who, 0),
            bars=[_call(one, stretches, end) for one in calls],
        )


def _call(one: _Work, stretches: Sequence[Stretch], end: datetime) -> Bar:
    if one.end is None:
        return _bar(stretches, one.begin, end, "now", "under way")
    came = f"failed: {harmless(one.failed)}" if one.failed else "answered"
    return _bar(stretches, one.begin, one.end, "failed" if one.failed else "done", came)


def _waits(run: Run, stretches: Sequence[Stretch], end: datetime) -> Iterator[Row]:
    """One row for each opening of a gate."""
    for taken in run.taken.values():
        bar = _bar(stretches, taken.gate.opened_at, taken.at, "waited", _came(taken))
        yield _wait(taken.gate, _decider(run, taken), bar)
    for gate in run.gates.values():
        people = ", ".join(
            called(run.started.requester if name == "requester" else name) for name in gate.by
        )
        yield _wait(gate, people, _bar(stretches, gate.opened_at, end, "waits", "waits"))


def _came(taken: Taken) -> str:
    return "closed" if taken.verb == CLOSED else taken.verb


def _decider(run: Run, taken: Taken) -> str:
    names = (called(run.started.requester if n == "requester" else n) for n in taken.gate.by)
    return ", ".join(names) if taken.by == PODIUM else called(taken.by)


def _wait(gate: Gate, who: str, bar: Bar) -> Row:
    return Row(label=harmless(gate_label(gate)), who=harmless(who), hue=0, bars=[bar])


def gate_label(gate: Gate) -> str:
    """What is decided at the gate, in a word or two."""
    match gate.kind:
        case "review":
            return f"Draft {gate.id.rpartition('-')[2]}"
        case "choose" | "answer" | "do":
            return plain(gate.step)
        case "retry":
            return "Try again?"
        case "usd":
            return "The budget"
        case "minutes":
            return "The time"


def _bar(
    stretches: Sequence[Stretch], begin: datetime, end: datetime, kind: Kind, came: str
) -> Bar:
    x = _x(stretches, begin.timestamp())
    return Bar(
        x=round(x, 3),
        width=round(_x(stretches, end.timestamp()) - x, 3),
        kind=kind,
        at=begin.isoformat(),
        took=span(max(end - begin, timedelta()).total_seconds()),
        came=came,
    )
