"""Every decision of a run: who, when and what they said, in order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from adapters.web.views.timeline import gate_label
from bot.cards.run import verdict
from bot.cards.steps import plain
from bot.playbook.templates import text as readable
from bot.policy import PODIUM
from bot.run.events import (
    Answered,
    Approved,
    BudgetRaised,
    Ended,
    Expired,
    Recorded,
    Rejected,
    Retried,
    Revised,
)
from bot.run.state import Run

_ENDS = {"cancelled": "Cancelled", "ended": "Ended early", "expired": "Expired"}
_Decided = Approved | Revised | Rejected | Answered | Retried | BudgetRaised | Expired


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`about` is what was decided, `ask` what was asked, `said` is somebody's own Markdown."""

    about: str
    ask: str
    verb: str
    by: str
    at: datetime
    said: str = ""
    redone: tuple[str, ...] = ()


def decisions(records: Sequence[Recorded], run: Run) -> list[Decision]:
    """What people decided, and what expired because nobody did; the first one first."""
    found = (_decision(record, run) for record in records)
    return [decision for decision in found if decision]


def _decision(record: Recorded, run: Run) -> Decision | None:
    event = record.event
    if isinstance(event, Ended) and event.outcome in _ENDS and record.by != PODIUM:
        verb = _ENDS[event.outcome]
        return Decision(
            about="The run", ask="", verb=verb, by=record.by, at=record.at, said=event.reason
        )
    if not isinstance(event, _Decided):
        return None
    taken = run.taken.get(event.gate)
    gate = taken.gate if taken else run.gates[event.gate]
    # An approval that was not yet the last one leaves its gate open.
    verb = verdict(taken) if taken and not isinstance(event, Approved) else "Approved"
    return Decision(
        about=gate_label(gate),
        ask=gate.ask,
        verb=verb,
        by="" if record.by == PODIUM else record.by,
        at=record.at,
        said=_said(event),
        redone=tuple(map(plain, event.reopened)) if isinstance(event, Revised) else (),
    )


def _said(event: _Decided) -> str:
    match event:
        case Approved(note=said) | Revised(note=said) | Rejected(reason=said):
            return said
        case Answered(value=value):
            return readable(_given(value))
        case BudgetRaised(usd=usd, minutes=minutes):
            return f"${usd:g} more" if usd else f"{minutes:g} minutes more"
        case Retried() | Expired():
            return ""


def _given(value: JsonValue) -> JsonValue:
    """An answer without the fields that were left empty."""
    if isinstance(value, dict):
        return {name: given for name, given in value.items() if given not in (None, "", [])}
    return value
