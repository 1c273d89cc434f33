"""The members as People: their names, and where their clocks are."""

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from bot.ports import LogUnavailable, Member, Members


class WebPeople:
    """People of bot.ports. Time zones are those of members' browsers, and not kept."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._zones: dict[str, str] = {}

    async def names(self, identities: Collection[str]) -> Mapping[str, str]:
        return {one.id: one.name for one in await self._all() if one.id in identities}

    async def zone(self, identity: str) -> str:
        return self._zones.get(identity, "")

    async def left(self, identity: str) -> bool:
        everyone = await self._all()
        return bool(everyone) and all(one.id != identity for one in everyone)

    def is_in(self, identity: str, zone: object) -> bool:
        """A member's browser names their zone, or anything; gives whether that is news."""
        if not isinstance(zone, str) or self._zones.get(identity) == zone:
            return False
        try:
            ZoneInfo(zone)
        except (KeyError, OSError, ValueError):
            return False
        self._zones[identity] = zone
        return True

    async def _all(self) -> list[Member]:
        """Nobody while the database does not say."""
        try:
            return await self._members.all()
        except LogUnavailable:
            return []
