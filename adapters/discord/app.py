"""Podium in Discord: the connection to the gateway, kept up, and what comes through it."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import discord

from adapters.discord import commands, parse
from adapters.discord.api import Api, lacking
from adapters.discord.chat import DiscordChat
from adapters.discord.endpoints import point
from adapters.discord.files import Files
from adapters.discord.pace import Pace
from adapters.discord.parse import Came, FileRef
from adapters.discord.trouble import DiscordTrouble
from adapters.discord.visitor import Visitor
from bot.ports import PlaceGone, Posts
from bot.reception import Reception
from bot.run.events import Document

log = logging.getLogger("podium.discord")

_FIRST_S = 10
_SEEN = 20_000
_LONGEST_WAIT_S = 60.0
_READY_S = 1.0
_LOST = "Discord: the connection is lost; Podium connects again by itself."
# Nothing privileged: of messages, the text comes only where Podium is named or written to.
_INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


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
        read_document: Callable[[str, bytes, str], Document],
        unreadable: type[Exception],
        now: Callable[[], datetime],
    ) -> None:
        """`read_document` may raise `unreadable`."""
        point(access.api_url, access.gateway_url)
        self._access = access
        self._now = now
        self._api = Api(Pace())
        self._files = Files(read_document, unreadable)
        self._trouble = "Discord is not connected yet"
        self._tried = asyncio.Event()
        self._commands = ""
        self.chat = DiscordChat(self._api, posts, now)
        self.sight = self.chat

    @asynccontextmanager
    async def serve(self, reception: Reception, *, web: str) -> AsyncIterator[str]:
        """Serve until left; gives what is wrong, in words, empty when all is well.

        A Discord that cannot be reached is tried again all the time.
        """
        self.chat.web = web
        visitor = Visitor(self._api, self.chat, reception, self._files, self._now)
        connecting = asyncio.create_task(self._connect(visitor, reception), name="discord")
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_FIRST_S):
                    await self._tried.wait()
            yield self._trouble
        finally:
            await self.chat.close()
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)

    async def health(self) -> str:
        """What is wrong with Discord now; "ok" when nothing is."""
        return self._trouble or self._commands or "ok"

    def told(self, trouble: str) -> None:
        """The connection is well, or not."""
        self._trouble = trouble
        if not trouble:
            self._tried.set()

    def learn(self, user: discord.User | discord.Member) -> None:
        """Remember how somebody who came is called."""
        self._api.learn(str(user.id), user.name)

    async def _connect(self, visitor: Visitor, reception: Reception) -> None:
        """Be connected: discord.py ends where its first connection fails, so it is begun again."""
        wait = 1.0
        while True:
            client = _Client(self, visitor, reception)
            try:
                async with client:
                    await client.start(self._access.token)
            except discord.LoginFailure:
                self.told("Discord refuses DISCORD_TOKEN: reset it on the app's page Bot.")
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                self.told(f"Discord cannot be reached ({error or type(error).__name__}).")
            except AttributeError as error:
                # What discord.py 2.7 raises where its very first connection fails.
                self.told(f"Discord's gateway did not answer ({error}).")
            self._api.enter(None)
            wait = 1.0 if client.was_ready else wait
            log.error("discord_not_connected why=%s again_s=%s", self._trouble, wait)
            self._tried.set()
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)

    def enter(self, client: discord.Client) -> None:
        """It is logged in, so that calls may go out."""
        self._api.enter(client)

    async def offer(self, client: discord.Client, reception: Reception) -> None:
        """Offer the commands, if they are not offered just so already."""
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


class _Client(discord.AutoShardedClient):
    """discord.py's client; all that it hears ends in the visitor."""

    def __init__(self, house: Discord, visitor: Visitor, reception: Reception) -> None:
        super().__init__(
            intents=_INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=_READY_S,
        )
        self._house = house
        self._visitor = visitor
        self._reception = reception
        self._offered: object = None
        self._known: OrderedDict[int, None] = OrderedDict()
        self.was_ready = False

    async def setup_hook(self) -> None:
        self._house.enter(self)
        await self._offer()

    async def _offer(self) -> None:
        self._offered = self._reception.intake.shelf.library
        await self._house.offer(self, self._reception)

    async def on_ready(self) -> None:
        self.was_ready = True
        self._house.told("")

    async def on_resumed(self) -> None:
        self._house.told("")

    async def on_shard_ready(self, _shard: int) -> None:
        if self.was_ready:
            self._house.told("")

    async def on_disconnect(self) -> None:
        self._house.told(_LOST)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if not self._is_new(interaction.id):
            return
        self._house.learn(interaction.user)
        await self._visitor.came(_came(interaction))
        if self._offered is not self._reception.intake.shelf.library:
            await self._offer()

    async def on_message(self, message: discord.Message) -> None:
        user = self.user
        named = user is not None and any(one.id == user.id for one in message.mentions)
        if message.author.bot or user is None or not (named or message.guild is None):
            return
        if not self._is_new(message.id):
            return
        self._house.learn(message.author)
        files = [FileRef(one.filename, one.size, one.url) for one in message.attachments]
        it = parse.said(_spoken(message), message.content, str(user.id), files)
        await self._visitor.said(it)

    def _is_new(self, own: int) -> bool:
        """Discord may deliver a thing twice, as after a lost connection."""
        if own in self._known:
            log.info("discord_came_again id=%s", own)
            return False
        self._known[own] = None
        while len(self._known) > _SEEN:
            self._known.popitem(last=False)
        return True


def _came(interaction: discord.Interaction[Any]) -> Came:
    channel, message = interaction.channel, interaction.message
    data: Any = interaction.data or {}
    thread = isinstance(channel, discord.Thread)
    may, guild = interaction.app_permissions, interaction.guild_id
    return Came(
        id=str(interaction.id),
        user=str(interaction.user.id),
        name=interaction.user.name,
        guild=str(guild or ""),
        channel=str(interaction.channel_id or ""),
        parent=str(channel.parent_id) if isinstance(channel, discord.Thread) else "",
        token=interaction.token,
        kind=interaction.type.value,
        data=data,
        message=str(message.id) if message else "",
        private=bool(message and message.flags.ephemeral),
        missing=lacking(may, thread=thread) if guild else (),
    )


def _spoken(message: discord.Message) -> Came:
    channel = message.channel
    return Came(
        id=str(message.id),
        user=str(message.author.id),
        name=message.author.name,
        guild=str(message.guild.id) if message.guild else "",
        channel=str(channel.id),
        parent=str(channel.parent_id) if isinstance(channel, discord.Thread) else "",
        message=str(message.id),
    )
