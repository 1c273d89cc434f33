"""Podium in Discord: the connection to the gateway, kept up, and what comes through it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import discord

from adapters.discord import commands
from adapters.discord.api import Api
from adapters.discord.chat import DiscordChat
from adapters.discord.endpoints import point
from adapters.discord.files import Files
from adapters.discord.listeners import Listeners
from adapters.discord.membership import Membership
from adapters.discord.pace import Pace, identify_wait_s
from adapters.discord.places import person, user_of
from adapters.discord.sight import DiscordSight
from adapters.discord.trouble import DiscordTrouble
from adapters.discord.visitor import Visitor
from bot.ports import Inbox, PlaceGone, Posts
from bot.reception import Reception
from bot.run.events import Document

log = logging.getLogger("podium.discord")

_FIRST_S = 10
_LONGEST_WAIT_S = 60.0
READY_S = 1.0
_LOST = "Discord: the connection is lost; Podium connects again by itself."
_DOUBLED = (
    "Somebody else answers for this bot too: another Podium runs with the same DISCORD_TOKEN. "
    "Stop one of them, or give each a bot of its own."
)
# Nothing privileged: of messages, the text comes only where Podium is named or written to.
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


@dataclass(frozen=True, kw_only=True)
class Access:
    """How Podium gets in; `guild` is the one where commands appear at once, for development."""

    token: str
    guild: str = ""
    api_url: str = ""
    gateway_url: str = ""


class Discord:
    """Discord as a platform: `chat` takes cards, `serve` lets people in."""

    def __init__(
        self,
        access: Access,
        *,
        posts: Posts,
        inbox: Inbox,
        read_document: Callable[[str, bytes, str], Document],
        unreadable: type[Exception],
        now: Callable[[], datetime],
    ) -> None:
        """`read_document` may raise `unreadable`."""
        point(access.api_url, access.gateway_url)
        self._access = access
        self._inbox = inbox
        self._now = now
        self._api = Api(Pace())
        self._files = Files(read_document, unreadable)
        self._membership = Membership(self._api)
        self._trouble = "Discord is not connected yet"
        self._tried = asyncio.Event()
        self._commands = ""
        self._identified: list[float] = []
        self._lost: set[int] = set()
        self.chat = DiscordChat(self._api, posts, now)
        self.sight = DiscordSight(self._api)

    @asynccontextmanager
    async def serve(self, reception: Reception, *, web: str) -> AsyncIterator[str]:
        """Serve until left; gives what is wrong, in words, empty when all is well.

        A Discord that cannot be reached is tried again all the time.
        """
        self.chat.web = web
        listeners = self.listeners(reception)
        connecting = asyncio.create_task(self._connect(listeners, reception), name="discord")
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_FIRST_S):
                    await self._tried.wait()
            yield self._trouble
        finally:
            await listeners.close()
            await self.chat.controls.close()
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)

    def listeners(self, reception: Reception) -> Listeners:
        visitor = Visitor(self._api, self.chat, reception, self._files, self._now)
        return Listeners(self._api, visitor, self._inbox, self._now, saw=self.sight.saw)

    async def health(self) -> str:
        """What is wrong with Discord now; "ok" when nothing is."""
        lost = _LOST if self._lost else ""
        doubled = _DOUBLED if self._api.doubled else ""
        return self._trouble or lost or doubled or self._commands or "ok"

    async def names(self, identities: Collection[str]) -> Mapping[str, str]:
        """People of bot.ports."""
        known = await self._api.named({user_of(one) for one in identities} - {""})
        return {person(user): name for user, name in known.items()}

    async def zone(self, identity: str) -> str:
        """People of bot.ports; Discord's profiles say nothing of it."""
        return ""

    async def left(self, identity: str) -> bool:
        """People of bot.ports."""
        user = user_of(identity)
        return bool(user) and await self._membership.left(user)

    def told(self, trouble: str) -> None:
        """What is wrong with the connection; empty when nothing is."""
        self._trouble = trouble
        self._tried.set()

    def found(self, shard: int) -> None:
        """A shard is connected."""
        self._lost.discard(shard)
        self.told("")

    def lost(self, shard: int) -> None:
        """A shard is connected no longer."""
        self._lost.add(shard)

    async def turn_to_identify(self, shards: int) -> None:
        """Wait until a shard may; Discord takes the token away from who does it too often."""
        await asyncio.sleep(identify_wait_s(self._identified, time.monotonic(), shards))
        self._identified = [*self._identified[-1_000:], time.monotonic()]

    async def _connect(self, listeners: Listeners, reception: Reception) -> None:
        """Be connected: where discord.py gives up, it is begun again."""
        wait = 1.0
        while True:
            client, began = Client(self, listeners, reception), time.monotonic()
            try:
                async with client:
                    await client.start(self._access.token)
                self.told(_LOST)
            except discord.LoginFailure:
                self.told("Discord refuses DISCORD_TOKEN: reset it on the app's page Bot.")
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                self.told(f"Discord cannot be reached ({error or type(error).__name__}).")
            except Exception as error:  # the edge: whatever breaks there, Podium comes back
                log.exception("discord_broke")
                self.told(f"Discord's gateway did not answer ({error}).")
            self._api.enter(None)
            self._lost.clear()
            wait = 1.0 if time.monotonic() - began > _LONGEST_WAIT_S else wait
            log.error("discord_not_connected why=%s again_s=%s", self._trouble, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)

    def enter(self, client: discord.Client) -> None:
        """It is logged in, so that calls may go out."""
        self._api.enter(client)

    async def offer(self, client: discord.Client, reception: Reception) -> bool:
        """Offer the commands, if they are not offered just so already; False when refused."""
        offered = commands.commands(reception.intake.shelf.library.playbooks)
        where = f"/guilds/{self._access.guild}" if self._access.guild else ""
        path = f"/applications/{client.application_id}{where}/commands"
        try:
            if not commands.same(offered, await self._api.call("GET", path)):
                await self._api.call("PUT", path, offered)
                log.info("discord_commands_offered")
            self._commands = ""
        except (PlaceGone, DiscordTrouble) as trouble:
            self._commands = f"Discord does not take the commands. {trouble}"
            log.error("discord_commands_refused why=%s", trouble)
        return not self._commands


class Client(discord.AutoShardedClient):
    """discord.py's client: whatever people do goes to the listeners."""

    def __init__(self, house: Discord, listeners: Listeners, reception: Reception) -> None:
        # Podium has no voice, so a warning that its libraries are missing would only mislead.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=READY_S,
        )
        self._house = house
        self._people = listeners
        self._reception = reception
        self._offered: object = None

    async def setup_hook(self) -> None:
        self._house.enter(self)
        await self._offer()

    async def _offer(self) -> None:
        """Once for each state of the playbooks, and again where it was refused."""
        library = self._reception.intake.shelf.library
        if self._offered is not library:
            self._offered = library
            if not await self._house.offer(self, self._reception):
                self._offered = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await self._house.turn_to_identify(self.shard_count or 1)

    async def on_ready(self) -> None:
        await self._people.take_up()

    async def on_shard_connect(self, shard_id: int) -> None:
        self._house.found(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._house.found(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._house.lost(shard_id)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await self._people.interacted(interaction)
        await self._offer()

    async def on_message(self, message: discord.Message) -> None:
        if self.user and await self._people.said(message, self.user.id):
            await self._offer()
