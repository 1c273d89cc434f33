"""Who can read in which channel of Discord."""

import time

import discord

from adapters.discord.api import Api
from adapters.discord.places import PRIVATE, Place
from bot.ports import PlaceGone

_LASTS_S = 60


class Sight:
    """As of the last minute."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[tuple[str, str], tuple[float, bool]] = {}

    async def of(self, where: Place, users: set[str]) -> bool:
        """Whether one of these users can read there. Raises PlaceGone, DiscordTrouble."""
        for user in users:
            key = (where.stands, user)
            at, may = self._known.get(key, (0.0, False))
            if not at or time.monotonic() - at > _LASTS_S:
                may = await self._look(where, user)
                self._known[key] = (time.monotonic(), may)
            if may:
                return True
        return False

    async def _look(self, where: Place, user: str) -> bool:
        if where.guild == PRIVATE:
            found = await self._api.call("GET", "/channels/{channel_id}", channel_id=where.channel)
            return any(one["id"] == user for one in found.get("recipients") or [])
        guild = self._api.client.get_guild(int(where.guild))
        channel = guild.get_channel(int(where.channel)) if guild else None
        if guild is None or channel is None:
            raise PlaceGone("This channel is not in Discord any more.")
        try:
            member = guild.get_member(int(user)) or await guild.fetch_member(int(user))
        except discord.HTTPException:
            return False
        sees = channel.permissions_for(member).view_channel
        thread = guild.get_thread(int(where.thread)) if where.thread else None
        if sees and thread and thread.is_private():
            return await _is_in(thread, int(user))
        return sees


async def _is_in(thread: discord.Thread, user: int) -> bool:
    try:
        await thread.fetch_member(user)
    except discord.HTTPException:
        return False
    return True
