"""What the health section shows. Pure."""

from collections.abc import Sequence
from typing import TypedDict

from adapters.web.prose import harmless
from bot.ports import Condition

_STATES = {"good": "good", "missing": "to be looked at", "bad": "broken"}
_PATHS = {"playbooks": "/playbooks"}


class ShownCondition(TypedDict):
    """A part of the house; `told` is its state in words."""

    name: str
    state: str
    told: str
    says: str
    mend: str
    path: str


class ShownHealth(TypedDict):
    state: str
    says: str
    parts: list[ShownCondition]


def health(found: Sequence[Condition]) -> ShownHealth:
    """All of it, what needs a person first."""
    bad = sum(one.state == "bad" for one in found)
    missing = sum(one.state == "missing" for one in found)
    order = ["bad", "missing", "good"]
    return ShownHealth(
        state="bad" if bad else "missing" if missing else "good",
        says=_summed(bad, missing),
        parts=[_part(one) for one in sorted(found, key=lambda one: order.index(one.state))],
    )


def _part(one: Condition) -> ShownCondition:
    return ShownCondition(
        name=one.name.capitalize(),
        state=one.state,
        told=_STATES[one.state],
        says=harmless(one.says),
        mend=harmless(one.mend),
        path=_PATHS.get(one.name, ""),
    )


def _summed(bad: int, missing: int) -> str:
    if bad:
        return f"{_things(bad)} broken: mend this first."
    if missing:
        return f"Podium works. {_things(missing)} worth a look."
    return "Everything is well."


def _things(count: int) -> str:
    return "One thing is" if count == 1 else f"{count} things are"
