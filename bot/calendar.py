"""The days on which a team works."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Every day but the weekend (Monday is 0), free dates and the public holidays of a country.

    `country` is as `countries` names it, such as `DE` or, for a part of one, `DE-BY`; or nothing.
    """

    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    free: frozenset[date] = frozenset()
    country: str = ""

    def is_weekday(self, day: date) -> bool:
        return day.weekday() not in self.weekend

    def is_working(self, day: date) -> bool:
        if day in self.free or not self.is_weekday(day):
            return False
        return not self.country or day not in _public(self.country)


def countries() -> frozenset[str]:
    """Countries and their parts whose public holidays are known."""
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=False)
    return frozenset(known) | {f"{name}-{part}" for name, parts in known.items() for part in parts}


@cache
def _public(country: str) -> "HolidayBase":
    # Imported when a team names a country: most never do, and it takes a while.
    from holidays import country_holidays

    name, _, part = country.partition("-")
    return country_holidays(name, subdiv=part or None)
