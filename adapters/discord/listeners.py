"""What Discord delivers: kept first, dealt with, and taken up after a restart."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import discord
from pydantic import TypeAdapter

from adapters.discord import parse
from adapters.discord.api import Api, lacking
from adapters.discord.parse import Came
from adapters.discord.places import PLATFORM
from adapters.discord.visitor import Visitor
from bot.ports import Inbox, LogUnavailable

log = logging.getLogger("podium.discord")

_SEEN = 20_000
_AGAIN_S = 5.0
_KEEP_S = 0.8
"""How long keeping may hold an answer up: a slow database must not cost it its three seconds."""
_BODY = TypeAdapter(Came)


class Listeners:
    """All that people do comes here, however it was done."""

    def __init__(
        self,
        api: Api,
        visitor: Visitor,
        inbox: Inbox,
        now: Callable[[], datetime],
        saw: Callable[[str, Collection[str]], None],
    ) -> None:
        """`saw` is told who did something in which channels."""
        self._api = api
        self._visitor = visitor
        self._inbox = inbox
        self._now = now
        self._saw = saw
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._jobs: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Stop; what is cut short here is taken up at the next start."""
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    async def interacted(self, interaction: discord.Interaction[Any]) -> None:
        """A command, a press or a form; what is completed while it is typed changes nothing."""
        self._api.learn(str(interaction.user.id), interaction.user.name)
        came = _came(interaction)
        self._api.opened(came.channel)
        self._saw(came.user, {came.channel, came.parent})
        if came.kind == parse.AUTOCOMPLETE:
            await self._visitor.typing(came)
        else:
            await self._deal(came)

    async def said(self, message: discord.Message, me: int) -> bool:
        """A message that names Podium, or is to it alone; False when it is not for Podium."""
        named = any(one.id == me for one in message.mentions)
        place = message.channel
        if message.author.id != me and isinstance(place, discord.Thread) and place.owner_id == me:
            self._visitor.overheard(str(place.guild.id), str(place.id))
        by_a_person = not (message.author.bot or message.webhook_id or message.is_system())
        if not by_a_person or not (named or message.guild is None):
            return False
        self._api.learn(str(message.author.id), message.author.name)
        await self._deal(_spoken(message, me))
        return True

    async def take_up(self) -> None:
        """Deal with what was kept before the process ended, and not dealt with."""
        try:
            left = await self._inbox.left()
        except LogUnavailable as unavailable:
            log.warning("discord_not_taken_up why=%s again_s=%s", unavailable, _AGAIN_S)
            await asyncio.sleep(_AGAIN_S)
            await self.take_up()
            return
        for delivery, body in left:
            if delivery.startswith(f"{PLATFORM}:") and self._is_unseen(delivery):
                log.info("discord_taken_up delivery=%s", delivery)
                await self._did(_BODY.validate_json(body), again=True)

    async def _deal(self, came: Came) -> None:
        if await self._is_new(came):
            await self._did(came)
        else:
            log.info("discord_came_again delivery=%s", came.delivery)

    async def _did(self, came: Came, *, again: bool = False) -> None:
        job = asyncio.create_task(self._visitor.came(came, again=again))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        await job
        try:
            await self._inbox.done(came.delivery)
        except LogUnavailable as unavailable:
            log.warning("discord_done_not_kept why=%s", unavailable)

    async def _is_new(self, came: Came) -> bool:
        """Keep it; what came before, here or in a process beside this one, is not new."""
        if not self._is_unseen(came.delivery):
            return False
        body = _BODY.dump_json(came).decode()
        keeping = asyncio.ensure_future(self._inbox.keep(came.delivery, body, self._now()))
        try:
            return await asyncio.wait_for(asyncio.shield(keeping), _KEEP_S)
        except (TimeoutError, LogUnavailable) as slow:
            # The desk knows every delivery that it counted, so nothing is done twice even so.
            log.warning("discord_kept_late why=%s", type(slow).__name__)
            keeping.add_done_callback(_unless_failed)
            return True

    def _is_unseen(self, delivery: str) -> bool:
        if delivery in self._seen:
            return False
        self._seen[delivery] = None
        while len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        return True


def _unless_failed(keeping: asyncio.Future[bool]) -> None:
    if not keeping.cancelled() and (error := keeping.exception()):
        log.warning("discord_not_kept why=%s", error)


def _came(interaction: discord.Interaction[Any]) -> Came:
    channel, message = interaction.channel, interaction.message
    thread = isinstance(channel, discord.Thread)
    data: Any = interaction.data or {}
    return Came(
        id=str(interaction.id),
        user=str(interaction.user.id),
        name=interaction.user.name,
        guild=str(interaction.guild_id or ""),
        channel=str(interaction.channel_id or ""),
        parent=_parent(channel),
        token=interaction.token,
        kind=interaction.type.value,
        data=data,
        message=str(message.id) if message else "",
        private=bool(message and message.flags.ephemeral),
        missing=lacking(interaction.app_permissions, thread=thread) if interaction.guild_id else (),
    )


def _spoken(message: discord.Message, me: int) -> Came:
    files = [
        {"filename": one.filename, "size": one.size, "url": one.url} for one in message.attachments
    ]
    return Came(
        id=str(message.id),
        user=str(message.author.id),
        name=message.author.name,
        guild=str(message.guild.id) if message.guild else "",
        channel=str(message.channel.id),
        parent=_parent(message.channel),
        kind=parse.MESSAGE,
        data={"content": message.content, "to": str(me), "attachments": files},
        message=str(message.id),
    )


def _parent(channel: object) -> str:
    return str(channel.parent_id) if isinstance(channel, discord.Thread) else ""
