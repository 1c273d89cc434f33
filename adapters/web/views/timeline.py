"""Who worked when on what: rows of bars over a time whose long idle stretches are cut out. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypedDict

from adapters.web.prose import harmless
from adapters.web.render import name_of
from adapters.web.views.hues import hues
from adapters.web.views.wording import part_label, span, who_of
from bot.cards.steps import plain
from bot.policy import PODIUM
from bot.run.events import CallFailed, CallFinished, CallStarted, Recorded, Task
from bot.run.state import Gate, Run

_IDLE_S = 30.0
_IDLE_PART = 0.25
"""Of the time in which somebody worked: a longer rest is cut short."""
_BREAK_PART = 0.09
_BREAKS_PART = 0.4
"""Of the same: the room of one rest, and of all of them together."""
_SAME = 0.002  # what rounding makes of the same moment
_TICKS = 6
_APART = 0.13
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAY_S = 86_400

Kind = Literal["done", "failed", "now", "waited", "waits"]


class Bar(TypedDict):
    """`x` and `width` are in the units of the timeline's `total`; `what`, `took` and `came` are
    words. Bars of one row that overlap stand in lanes, one under the other.
    """

    what: str
    lane: int
    x: float
    width: float
    kind: Kind
    at: str
    took: str
    came: str


class Row(TypedDict):
    """All work on one step, or all waiting for people at one kind of gate."""

    label: str
    who: str
    hue: int
    lanes: int
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


def timeline(
    records: Sequence[Recorded], run: Run, now: datetime, names: Mapping[str, str]
) -> Timeline:
    """The rows in the order in which their work began."""
    work = [*_work(records)]
    latest = max((record.at for record in records), default=run.started_at)
    moving = any(one.end is None for one in work)
    end = max(now, latest) if run.outcome is None or moving else latest
    busy = [(one.begin.timestamp(), (one.end or end).timestamp()) for one in work]
    stretches = scale(busy, run.started_at.timestamp(), end.timestamp())
    total = stretches[-1].x + stretches[-1].width
    rows = _rows([*_calls(run, work, stretches, end), *_waits(run, stretches, end, names)])
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
    room = whole * min(_BREAK_PART, _BREAKS_PART / max(len(cuts), 1))
    stretches: list[Stretch] = []
    at, x = begin, 0.0
    for since, to in [*cuts, (end, end)]:
        if since > at:
            stretches.append(Stretch(at, since, x, since - at, cut=False))
            x += since - at
        if to > since:
            stretches.append(Stretch(since, to, x, room, cut=True))
            x += room
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


def _rows(bars: Sequence[tuple[str, str, int, Bar]]) -> list[Row]:
    """Rows by what they are of, in the order in which they begin."""
    rows: dict[tuple[str, str], Row] = {}
    lanes: dict[tuple[str, str], list[float]] = {}
    for label, who, hue, bar in sorted(bars, key=lambda one: one[3]["x"]):
        new = Row(label=label, who=who, hue=hue, lanes=1, bars=[])
        row, free = rows.setdefault((label, who), new), lanes.setdefault((label, who), [])
        lane = next((n for n, until in enumerate(free) if until <= bar["x"] + _SAME), len(free))
        free[lane : lane + 1] = [bar["x"] + bar["width"]]
        bar["lane"], row["lanes"] = lane, len(free)
        row["bars"].append(bar)
    return [*rows.values()]


def _calls(
    run: Run, work: Sequence[_Work], stretches: Sequence[Stretch], end: datetime
) -> Iterator[tuple[str, str, int, Bar]]:
    colours = hues(run.playbook)
    for one in work:
        who, what = who_of(run, one.task.step), harmless(part_label(run, one.task))
        bar = _call(one, what, stretches, end)
        yield harmless(plain(one.task.step)), harmless(who), colours.get(who, 0), bar


def _call(one: _Work, what: str, stretches: Sequence[Stretch], end: datetime) -> Bar:
    if one.end is None:
        return _bar(stretches, (one.begin, end), what, "now", "under way")
    came = f"failed: {harmless(one.failed)}" if one.failed else "answered"
    kind = "failed" if one.failed else "done"
    return _bar(stretches, (one.begin, one.end), what, kind, came)


def _waits(
    run: Run, stretches: Sequence[Stretch], end: datetime, names: Mapping[str, str]
) -> Iterator[tuple[str, str, int, Bar]]:
    """A bar for each opening of a gate."""
    for taken in run.taken.values():
        gate = taken.gate
        came = taken.verb if taken.by == PODIUM else f"{taken.verb} by {name_of(taken.by, names)}"
        bar = _bar(stretches, (gate.opened_at, taken.at), gate_label(gate), "waited", came)
        yield _waited_at(gate), _people(run, gate, names), 0, bar
    for gate in run.gates.values():
        bar = _bar(stretches, (gate.opened_at, end), gate_label(gate), "waits", "waits")
        yield _waited_at(gate), _people(run, gate, names), 0, bar


def _people(run: Run, gate: Gate, names: Mapping[str, str]) -> str:
    asked = (run.started.requester if name == "requester" else name for name in gate.by)
    return ", ".join(name_of(one, names) for one in asked)


def _waited_at(gate: Gate) -> str:
    return "Review" if gate.kind == "review" else harmless(gate_label(gate))


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
    stretches: Sequence[Stretch],
    time: tuple[datetime, datetime],
    what: str,
    kind: Kind,
    came: str,
) -> Bar:
    begin, end = time
    x = _x(stretches, begin.timestamp())
    return Bar(
        what=harmless(what),
        lane=0,
        x=round(x, 3),
        width=round(_x(stretches, end.timestamp()) - x, 3),
        kind=kind,
        at=begin.isoformat(),
        took=span(max((end - begin).total_seconds(), 0)),
        came=came,
    )
