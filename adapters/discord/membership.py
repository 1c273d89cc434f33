"""Who has left, as Discord said within the last hour."""

import asyncio
import logging
import time
from collections import OrderedDict

from adapters.discord.api import Api
from adapters.discord.trouble import NO_MEMBER, NO_USER, DiscordTrouble
from bot.ports import PlaceGone

log = logging.getLogger("podium.discord")

HERE_S = 3_600.0
ELSE_S = 60.0  # who is gone may come back, and who is not known of is asked for again
_MOST = 5_000
_MEMBER = "/guilds/{guild_id}/members/{user_id}"


class Membership:
    """Whether people are in a server that Podium is in."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: OrderedDict[str, tuple[float, bool]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def left(self, user: str) -> bool:
        """Whether Discord says that they are in none; asked once however many want to know."""
        until, gone = self._known.get(user, (0.0, False))
        if time.monotonic() < until:
            return gone
        if user not in self._asking:
            self._asking[user] = asyncio.create_task(self._ask(user), name="discord membership")
        return await asyncio.shield(self._asking[user])

    async def _ask(self, user: str) -> bool:
        gone, lasts = False, ELSE_S
        try:
            gone = not await self._is_somewhere(user)
            lasts = ELSE_S if gone else HERE_S
        except (PlaceGone, DiscordTrouble) as trouble:
            log.warning("discord_member_unknown user=%s why=%s", user, trouble)
        finally:
            del self._asking[user]
        self._known[user] = time.monotonic() + lasts, gone
        self._known.move_to_end(user)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return gone

    async def _is_somewhere(self, user: str) -> bool:
        """Raises PlaceGone, DiscordTrouble where it is not known."""
        client = self._api.client
        if not (client.is_ready() and client.guilds):
            raise DiscordTrouble("Discord shows Podium no server.")
        for guild in client.guilds:
            try:
                await self._api.call("GET", _MEMBER, guild_id=str(guild.id), user_id=user)
            except DiscordTrouble as trouble:
                if getattr(trouble.__cause__, "code", 0) not in (NO_MEMBER, NO_USER):
                    raise
            else:
                return True
        return False
