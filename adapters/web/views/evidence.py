"""What only the events of a run say of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.web.views import sheets
from adapters.web.views.decisions import decisions
from adapters.web.views.spending import spending
from adapters.web.views.timeline import Timeline, timeline
from bot.run.events import CallStarted, Recorded
from bot.run.evolve import fold
from bot.run.state import Run


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The run as its events tell it; `spending` and `decisions` are HTML."""

    run: Run
    timeline: Timeline | None
    spending: str
    decisions: str
    calls: int


def evidence(
    records: Sequence[Recorded], now: datetime, names: Mapping[str, str]
) -> Evidence | None:
    """All of it; None when there is no run. Takes time when there are many events."""
    run = fold(records)
    if run is None:
        return None
    return Evidence(
        run=run,
        timeline=timeline(records, run, now, names),
        spending=sheets.spent(spending(records, run)),
        decisions=sheets.decided(decisions(records, run), names),
        calls=sum(isinstance(record.event, CallStarted) for record in records),
    )
