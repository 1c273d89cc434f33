"""Calls of Discord's API through discord.py: paced, and told in words."""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord.pace import Pace
from adapters.discord.places import Place
from adapters.discord.render import Json
from adapters.discord.trouble import ARCHIVED, SHUT, DiscordTrouble, FateUnknown, told
from bot.ports import PlaceGone

log = logging.getLogger("podium.discord")

_TRIES = 4
_NAMES = 5_000
_PAUSE_S = 5.0
_ENTERS_S = 20.0
"""How long a call waits for Discord to be connected: at the start, cards come before it is."""
_COUNTED = (401, 403, 429)
_SHUT_S = 30.0
_NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
}
WANTED = {
    **_NEEDED,
    "create_public_threads": "Create Public Threads",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}


class Api:
    """Discord's API for every guild."""

    def __init__(self, pace: Pace) -> None:
        self._client: discord.Client | None = None
        self._entered = asyncio.Event()
        self.pace = pace
        self._names: OrderedDict[str, str] = OrderedDict()
        self._shut: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self.doubled = False
        """Somebody else answered what was delivered here."""

    def enter(self, client: discord.Client | None) -> None:
        """The client that is logged in now; None while there is none."""
        self._client = client
        if client:
            self._entered.set()
        else:
            self._entered.clear()

    @property
    def client(self) -> discord.Client:
        """Raises DiscordTrouble."""
        if self._client is None:
            raise DiscordTrouble("Discord is not connected; Podium tries again all the time.")
        return self._client

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        file: tuple[str, bytes] | None = None,
        query: Json | None = None,
        **given: str,
    ) -> Any:
        """The answer. Raises PlaceGone, FateUnknown, DiscordTrouble.

        What is sent with a nonce may be sent again: Discord takes it once.
        """
        channel = given.get("channel_id", "")
        until, why = self._shut.get(channel, (0.0, ""))
        if time.monotonic() < until:
            raise PlaceGone(why)
        for tries in range(1, _TRIES + 1):
            try:
                async with self.pace.turn(channel):
                    return await self._send(method, path, body, file, query, given)
            except discord.HTTPException as error:
                if error.status == 429 and tries < _TRIES:
                    # Not Discord itself but what stands before it: all of it has to rest.
                    self.pace.hold(_wait_s(error))
                elif error.code == ARCHIVED and tries < _TRIES:
                    await self._wake(channel)
                else:
                    raise self._refused(error, channel) from error
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if tries == _TRIES:
                    raise FateUnknown(f"{method} {path}") from error
                await asyncio.sleep(0.2 * 2**tries)
        raise FateUnknown(f"{method} {path}")

    async def answer(
        self, path: str, body: Json | None, *, method: str = "POST", **given: str
    ) -> None:
        """An answer to an interaction, which counts in no budget. Raises HTTPException."""
        try:
            await self._send(method, path, body, None, None, given)
        except (aiohttp.ClientError, TimeoutError, OSError):
            # If Discord has it already it says so, and that is as well.
            await self._send(method, path, body, None, None, given)

    def _refused(self, error: discord.HTTPException, channel: str) -> PlaceGone | DiscordTrouble:
        """What a refusal means; who is refused too often is banned, so what is no use rests."""
        if error.status in _COUNTED:
            self.pace.refused()
        trouble = told(error, self.missing(channel))
        if channel and error.code in SHUT:
            self._shut[channel] = time.monotonic() + _SHUT_S, str(trouble)
            while len(self._shut) > _NAMES:
                self._shut.popitem(last=False)
        return trouble

    def opened(self, channel: str) -> None:
        """Something was done there, so it may be there after all."""
        self._shut.pop(channel, None)

    async def _send(
        self,
        method: str,
        path: str,
        body: Any,
        file: tuple[str, bytes] | None,
        query: Json | None,
        given: dict[str, str],
    ) -> Any:
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENTERS_S):
                await self._entered.wait()
        http, route = self.client.http, Route(method, path, **given)
        more: dict[str, Any] = {"params": query} if query else {}
        if file is None:
            return await http.request(route, **more, **({} if body is None else {"json": body}))
        attached = discord.File(BytesIO(file[1]), file[0])
        kind = {"filename": file[0], "content_type": "application/octet-stream"}
        form = [
            {"name": "payload_json", "value": json.dumps(body)},
            {"name": "files[0]", "value": attached.fp, **kind},
        ]
        return await http.request(route, files=[attached], form=form)

    async def _wake(self, thread: str) -> None:
        """A thread at rest takes no edits. Raises PlaceGone, DiscordTrouble."""
        try:
            route = Route("PATCH", "/channels/{channel_id}", channel_id=thread)
            await self.client.http.request(route, json={"archived": False})
        except discord.HTTPException as error:
            raise self._refused(error, thread) from error

    async def talk(self, user: str) -> str:
        """The channel of a person's talk with Podium. Raises PlaceGone, DiscordTrouble."""
        made = await self.call("POST", "/users/@me/channels", {"recipient_id": user})
        return str(made["id"])

    async def channel(self, where: Place) -> discord.abc.GuildChannel:
        """A channel of a server, by its id or #name. Raises PlaceGone, DiscordTrouble."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENTERS_S):
                await self._entered.wait()
                await self.client.wait_until_ready()
        known = self.client.is_ready() and where.guild.isdecimal()
        guild = self.client.get_guild(int(where.guild)) if known else None
        if not self.client.is_ready() or (guild and guild.unavailable):
            raise DiscordTrouble("Discord does not show this server just now; Podium looks again.")
        for one in guild.channels if guild else ():
            if where.channel in (str(one.id), f"#{one.name}"):
                return one
        raise PlaceGone(f"There is no channel {where.channel} in this server that Podium can see.")

    # --- what is known ------------------------------------------------------------------

    def learn(self, user: str, name: str) -> None:
        self._names[user] = name
        self._names.move_to_end(user)
        while len(self._names) > _NAMES:
            self._names.popitem(last=False)

    async def named(self, users: Iterable[str]) -> dict[str, str]:
        """The names of those of them who are known."""
        wanted = set(users)
        unknown = sorted(wanted - self._names.keys())
        await asyncio.gather(*(self._look_up(user) for user in unknown))
        return {user: self._names[user] for user in wanted if self._names.get(user)}

    async def _look_up(self, user: str) -> None:
        try:
            found = await self.call("GET", "/users/{user_id}", user_id=user)
            self.learn(user, str(found["username"]))
        except (PlaceGone, DiscordTrouble) as trouble:
            if self._client and not isinstance(trouble, FateUnknown):
                # A number in a text may be nobody's; it is not asked for again.
                self.learn(user, "")
            log.info("discord_name_unknown why=%s", trouble)

    def missing(self, channel: str, *wanted: str) -> str:
        """Which permissions Podium lacks in a channel, in Discord's own words."""
        place = self.client.get_channel(int(channel or 0))
        if not isinstance(place, discord.abc.GuildChannel | discord.Thread):
            return ""
        try:
            may = place.permissions_for(place.guild.me)
        except discord.ClientException:  # the thread's channel is not known
            return ""
        # Who may not write may not attach either, which is nothing to be told of besides.
        first = () if wanted else lacking(may, thread=isinstance(place, discord.Thread))
        lacks = (WANTED[key] for key in wanted or WANTED if not getattr(may, key))
        return ", ".join(first or lacks)


def lacking(may: discord.Permissions, *, thread: bool) -> tuple[str, ...]:
    """What is not allowed of that without which nothing can be shown."""
    apart = "send_messages" if thread else "send_messages_in_threads"
    return tuple(name for key, name in _NEEDED.items() if key != apart and not getattr(may, key))


def _wait_s(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After") or _PAUSE_S)
    except ValueError:
        return _PAUSE_S
