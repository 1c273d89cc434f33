"""What a bench reports: figures, and the goals they are held to."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A limit: `value` itself, or `value` times the figure named by `times`."""

    kind: Literal["at least", "at most"]
    value: float
    times: str = ""

    def limit(self, known: Mapping[str, "Figure"]) -> float | None:
        """The limit as a number, or None when the figure it rests on was not measured."""
        if not self.times:
            return self.value
        other = known.get(self.times)
        return None if other is None else self.value * other.value

    def met(self, value: float, known: Mapping[str, "Figure"]) -> bool | None:
        limit = self.limit(known)
        if limit is None:
            return None
        return value >= limit if self.kind == "at least" else value <= limit


def at_least(value: float, times: str = "") -> Goal:
    return Goal(kind="at least", value=value, times=times)


def at_most(value: float, times: str = "") -> Goal:
    return Goal(kind="at most", value=value, times=times)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number; `name` is stable and unique, `rounds` are the values it came from."""

    name: str
    what: str
    value: float
    unit: str
    goals: tuple[Goal, ...] = ()
    rounds: tuple[float, ...] = ()


FIGURES = TypeAdapter(list[Figure])


def medians(rounds: Sequence[Sequence[Figure]]) -> list[Figure]:
    """One figure for each name of the rounds: the median, with every round's value kept."""
    values: dict[str, list[float]] = {}
    first: dict[str, Figure] = {}
    for figure in (figure for one in rounds for figure in one):
        values.setdefault(figure.name, []).append(figure.value)
        first.setdefault(figure.name, figure)
    return [
        replace(first[name], value=statistics.median(seen), rounds=tuple(seen))
        for name, seen in values.items()
    ]


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not pass."""
    return percentile(values, 95)


def percentile(values: Sequence[float], of_100: int) -> float:
    """The value that so many of 100 do not pass (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * of_100 // 100) - 1)]
