"""Who may read and write what in Discord, as Discord said within the last minute."""

import asyncio
import logging
import time
from collections.abc import Collection

import aiohttp
import discord
from discord.abc import GuildChannel

from adapters.discord.api import Api, lacking
from adapters.discord.places import PEOPLE, PRIVATE, Place, place_of, user_of
from adapters.discord.trouble import DiscordTrouble
from bot.ports import PlaceGone

log = logging.getLogger("podium.discord")

_LATELY_S = 60
_CAME_S = 5.0  # for how long who did something in a channel is known to read there
_PATIENCE_S = 0.8  # a page that opens does not wait longer for Discord
_WRITING_S = 5.0  # what is asked once, before something is kept, may take longer
_UNSURE = (PlaceGone, DiscordTrouble, discord.HTTPException, aiohttp.ClientError, OSError)


class DiscordSight:
    """Sight of bot.ports: a channel is for whom its permissions let see it.

    Whoever is let in to the page and is nobody in Discord sees what everyone in a server does.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._members: dict[tuple[int, str], tuple[float, asyncio.Task[discord.Member]]] = {}
        self._came: dict[tuple[str, str], float] = {}

    def saw(self, user: str, channels: Collection[str]) -> None:
        """Discord delivered what they did there, so they can read it: nothing needs to be asked."""
        now = time.monotonic()
        self._came = {key: until for key, until in self._came.items() if until > now}
        self._came |= dict.fromkeys(((user, channel) for channel in channels), now + _CAME_S)

    async def readable(
        self, identities: frozenset[str], places: Collection[str]
    ) -> Collection[str]:
        users = {user for one in identities if (user := user_of(one))}
        looks = {one: asyncio.create_task(self._may_read(one, users)) for one in places}
        if looks:
            _, late = await asyncio.wait(looks.values(), timeout=_PATIENCE_S)
            for look in late:
                look.cancel()
        return [one for one, look in looks.items() if look.done() and look.result()]

    async def _may_read(self, place: str, users: Collection[str]) -> bool:
        try:
            where = place_of(place)
            if where.guild == PEOPLE:
                return where.channel in users
            now = time.monotonic()
            if any(self._came.get((user, where.stands), 0) > now for user in users):
                return True
            if where.guild == PRIVATE:
                talk = await self._api.call(
                    "GET", "/channels/{channel_id}", channel_id=where.channel
                )
                return any(one["id"] in users for one in talk.get("recipients") or [])
            return await self._sees(where, users)
        except _UNSURE as trouble:
            log.warning("discord_sight_unknown place=%s why=%s", place, trouble)
            return False

    async def writable(self, identities: frozenset[str], place: str) -> bool:
        """Sight of bot.ports; a channel has to take threads, as a run has its own."""
        users = {user for one in identities if (user := user_of(one))}
        try:
            async with asyncio.timeout(_WRITING_S):
                where = place_of(place)
                if where.guild in (PEOPLE, PRIVATE):  # whoever reads there is the only other one
                    return await self._may_read(place, users)
                return await self._takes_both(where, users)
        except _UNSURE as trouble:
            log.warning("discord_sight_unknown place=%s why=%s", place, trouble)
            return False

    async def _takes_both(self, where: Place, users: Collection[str]) -> bool:
        """Whether one of them and Podium may post there. Raises as `_sees` does."""
        channel = await self._api.channel(where)
        thread = await self._thread(channel.guild, where.thread) if where.thread else None
        me = channel.guild.me
        may = channel.permissions_for(me)
        begins = may.create_public_threads and may.send_messages_in_threads
        takes = thread or (isinstance(channel, discord.TextChannel) and begins)
        if not takes or not _may_post(me, channel, thread):
            return False
        found = await asyncio.gather(*(self._member(channel.guild, user) for user in users))
        for one in filter(None, found):
            if _may_post(one, channel, thread) and await _may_see(one, channel, thread):
                return True
        return False

    async def _sees(self, where: Place, users: Collection[str]) -> bool:
        """Raises PlaceGone, DiscordTrouble, HTTPException."""
        channel = await self._api.channel(where)
        seers: list[discord.Member | discord.Role] = [channel.guild.default_role]
        if users:
            found = (self._member(channel.guild, user) for user in users)
            seers = [one for one in await asyncio.gather(*found) if one]
        thread = await self._thread(channel.guild, where.thread) if where.thread else None
        for one in seers:
            if await _may_see(one, channel, thread):
                return True
        return False

    async def _thread(self, guild: discord.Guild, own: str) -> discord.Thread:
        """Raises PlaceGone; HTTPException where Podium may not see it either."""
        found = guild.get_thread(int(own)) or await guild.fetch_channel(int(own))
        if not isinstance(found, discord.Thread):
            raise PlaceGone(f"{own} is no thread.")
        return found

    async def _member(self, guild: discord.Guild, user: str) -> discord.Member | None:
        """Asked for once however many want it at a time; None is nobody here."""
        key = guild.id, user
        until, asked = self._members.get(key, (0.0, None))
        if asked is None or time.monotonic() > until:
            asked = asyncio.create_task(guild.fetch_member(int(user)), name="discord sight")
            self._members[key] = time.monotonic() + _LATELY_S, asked
        try:
            return await asyncio.shield(asked)
        except discord.NotFound:
            return None
        except discord.HTTPException:
            self._members.pop(key, None)
            raise


async def _may_see(
    one: discord.Member | discord.Role, channel: GuildChannel, thread: discord.Thread | None
) -> bool:
    """Raises HTTPException."""
    may = channel.permissions_for(one)
    apart = thread and thread.is_private() and not may.manage_threads
    return may.view_channel and (not apart or await _is_in(thread, one))


def _may_post(one: discord.Member, channel: GuildChannel, thread: discord.Thread | None) -> bool:
    may = channel.permissions_for(one)
    is_shut = thread and thread.locked and not may.manage_threads
    return not is_shut and not lacking(may, thread=thread is not None)


async def _is_in(thread: discord.Thread | None, one: discord.Member | discord.Role) -> bool:
    if thread is None or isinstance(one, discord.Role):
        return False
    try:
        await thread.fetch_member(one.id)
    except discord.NotFound:
        return False
    return True
