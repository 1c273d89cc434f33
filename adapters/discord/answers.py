"""Answers to one interaction: the first at once, the rest for a quarter of an hour."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import discord

from adapters.discord.api import Api
from adapters.discord.parse import Came, is_at_message, is_used_up
from adapters.discord.render import PRIVATE, Drawn, Json, nonce
from adapters.discord.trouble import ANSWERED, LATE
from bot.ports import PlaceGone

log = logging.getLogger("podium.discord")

_FIRST = "/interactions/{webhook_id}/{webhook_token}/callback"
_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_MESSAGES = "/channels/{channel_id}/messages"
_ORIGINAL = f"{_HOOK}/messages/@original"
_WAITS_S = 1.0  # of the three seconds; keeping what came may have taken most of another
_SAY, _DEFER, _DEFER_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9


class Answers:
    """What one person is told about one thing that they did.

    An interaction that Discord no longer knows loses the answer, never the work: what has to be
    said goes to the person's own talk with Podium. A message has no token; it is answered openly.
    """

    def __init__(self, api: Api, came: Came, *, again: bool = False) -> None:
        """`again` when a process that is gone has answered it first."""
        self._api = api
        self.came = came
        self._answered = again or not came.token
        self._is_used_up = is_used_up(came)
        self._deferred = again and (self._is_used_up or not is_at_message(came))
        self._lost = False
        self._posted = 0
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """What is done within may take as long as it likes: Discord is told in time."""
        late = asyncio.create_task(self._in_time())
        try:
            yield
        finally:
            if not self._turn.locked():
                late.cancel()
            await asyncio.gather(late, return_exceptions=True)

    async def _in_time(self) -> None:
        await asyncio.sleep(_WAITS_S)
        await self.defer()

    async def modal(self, form: Json) -> bool:
        """Open a form; False when Discord does not let it open here."""
        async with self._turn:
            return not self._answered and await self._first(_MODAL, form)

    async def choices(self, found: Sequence[Json]) -> None:
        await self._first(_CHOICES, {"choices": [*found]})

    async def defer(self) -> None:
        """Take it up within the three seconds that Discord gives."""
        async with self._turn:
            await self._defer()

    async def _defer(self) -> None:
        if self._answered:
            return
        if is_at_message(self.came):
            self._deferred = await self._first(_DEFER_UPDATE, None) and self._is_used_up
        else:
            self._deferred = await self._first(_DEFER, {"flags": PRIVATE})

    async def tell(self, *drawn: Drawn, secret: bool = False) -> None:
        """Show messages to this person alone; what is no secret answers a message openly."""
        async with self._turn:
            for one in drawn:
                if self.came.token:
                    await self._tell(one)
                else:
                    await (self._in_private(one) if secret else self._reply(one))

    async def _tell(self, drawn: Drawn) -> None:
        body = replace(drawn, pings=()).body()
        private = body | {"flags": body["flags"] | PRIVATE}
        if not self._answered and self._is_used_up:
            await self._first(_UPDATE, body)
        elif not self._answered:
            await self._first(_SAY, private)
        elif self._deferred:
            self._deferred = False
            await self._hook("PATCH", _ORIGINAL, body)
        elif not self._lost:
            await self._hook("POST", _HOOK, private)
        if self._lost:
            await self._in_private(drawn)

    async def nothing(self) -> None:
        """There is nothing to say: what was taken up is put away."""
        async with self._turn:
            await self._defer()
            if self._deferred and not self._lost:
                self._deferred = False
                await self._hook("DELETE", _ORIGINAL, None)

    async def show_anew(self, drawn: Drawn) -> bool:
        """Change the message that only this person sees, at which they did something; False when
        it is there no more.
        """
        async with self._turn:
            await self._defer()
            self._deferred = False
            if not self._lost:
                await self._hook("PATCH", _ORIGINAL, replace(drawn, pings=()).body())
            return not self._lost

    async def _first(self, kind: int, data: Json | None) -> bool:
        body = {"type": kind, **({} if data is None else {"data": data})}
        self._answered = True
        own, token = self.came.id, self.came.token
        try:
            await self._api.answer(_FIRST, body, webhook_id=own, webhook_token=token)
        except discord.HTTPException as error:
            if error.code not in LATE:
                raise
            log.warning("discord_answer_late code=%s", error.code)
            # Where it was answered already, more can be said.
            self._lost = error.code != ANSWERED
            self._api.doubled = error.code == ANSWERED
            return False
        self._api.doubled = False
        return True

    async def _hook(self, method: str, path: str, body: Json | None) -> None:
        own, token = str(self._api.client.application_id), self.came.token
        try:
            await self._api.answer(path, body, method=method, webhook_id=own, webhook_token=token)
        except discord.HTTPException as error:
            if error.code not in LATE and error.status != 404:
                raise
            log.warning("discord_answer_late code=%s", error.code)
            self._lost = True

    async def _reply(self, drawn: Drawn) -> None:
        """Say it below the message that it answers; where Podium may not, to the person alone."""
        said = {"message_id": self.came.message, "fail_if_not_exists": False}
        try:
            await self._post(self.came.channel, drawn, {"message_reference": said})
        except PlaceGone as gone:
            log.warning("discord_no_reply why=%s", gone)
            await self._in_private(drawn)

    async def _in_private(self, drawn: Drawn) -> None:
        try:
            await self._post(await self._api.talk(self.came.user), drawn, {})
        except PlaceGone as gone:
            log.warning("discord_not_told who=%s why=%s", self.came.user, gone)

    async def _post(self, channel: str, drawn: Drawn, more: Json) -> None:
        """The nonce lets Discord take it once, however often it is sent."""
        self._posted += 1
        once = {"nonce": nonce(self.came.delivery, self._posted), "enforce_nonce": True}
        body = replace(drawn, pings=()).body() | once | more
        await self._api.call("POST", _MESSAGES, body, channel_id=channel)
