"""Answers to one interaction: the first at once, the rest for a quarter of an hour."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import discord

from adapters.discord.api import Api
from adapters.discord.parse import COMPONENT, Came
from adapters.discord.render import PRIVATE, Drawn, Json
from adapters.discord.trouble import ANSWERED, LATE
from bot.ports import PlaceGone

log = logging.getLogger("podium.discord")

_FIRST = "/interactions/{webhook_id}/{webhook_token}/callback"
_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = f"{_HOOK}/messages/@original"
_SAY, _DEFER, _DEFER_UPDATE, _CHOICES, _MODAL = 4, 5, 6, 8, 9


class Answers:
    """What one person is told about one thing that they did.

    An interaction that Discord no longer knows loses the answer, never the work: what has to be
    said goes to the person's own talk with Podium. A message has no token; it is answered openly.
    """

    def __init__(self, api: Api, came: Came) -> None:
        self._api = api
        self._came = came
        self._deferred = False
        self._answered = not came.token
        self._lost = False

    async def modal(self, form: Json) -> bool:
        """Open a form; False when Discord does not let it open here."""
        return not self._answered and await self._first(_MODAL, form)

    async def choices(self, found: Sequence[Json]) -> None:
        await self._first(_CHOICES, {"choices": [*found]})

    async def defer(self) -> None:
        """Take it up within the three seconds that Discord gives."""
        if self._answered:
            return
        if self._came.kind == COMPONENT:
            await self._first(_DEFER_UPDATE, None)
        else:
            self._deferred = await self._first(_DEFER, {"flags": PRIVATE})

    async def tell(self, *drawn: Drawn, secret: bool = False) -> None:
        """Show messages to this person alone; what is no secret answers a message openly."""
        for one in drawn:
            if not self._came.token:
                await (self._in_private(one) if secret else self._reply(one))
                continue
            body = _private(one)
            if not self._answered:
                await self._first(_SAY, body)
            elif self._deferred:
                self._deferred = False
                await self._hook("PATCH", _ORIGINAL, body)
            elif not self._lost:
                await self._hook("POST", _HOOK, body)
            if self._lost:
                await self._in_private(one)

    async def nothing(self) -> None:
        """There is nothing to say: what was taken up is put away."""
        await self.defer()
        if self._deferred and not self._lost:
            self._deferred = False
            await self._hook("DELETE", _ORIGINAL, None)

    async def show_anew(self, drawn: Drawn) -> None:
        """Change the message that only this person sees, at which they pressed."""
        await self.defer()
        if not self._lost:
            await self._hook("PATCH", _ORIGINAL, _private(drawn))

    async def _first(self, kind: int, data: Json | None) -> bool:
        body = {"type": kind, **({} if data is None else {"data": data})}
        self._answered = True
        own, token = self._came.id, self._came.token
        try:
            await self._api.answer(_FIRST, body, webhook_id=own, webhook_token=token)
        except discord.HTTPException as error:
            if error.code not in LATE:
                raise
            log.warning("discord_answer_late code=%s", error.code)
            # Where it was answered already, more can be said.
            self._lost = error.code != ANSWERED
            return False
        return True

    async def _hook(self, method: str, path: str, body: Json | None) -> None:
        own, token = str(self._api.client.application_id), self._came.token
        try:
            await self._api.answer(path, body, method=method, webhook_id=own, webhook_token=token)
        except discord.HTTPException as error:
            if error.code not in LATE and error.status != 404:
                raise
            log.warning("discord_answer_late code=%s", error.code)
            self._lost = True

    async def _reply(self, drawn: Drawn) -> None:
        said = {"message_id": self._came.message, "fail_if_not_exists": False}
        body = replace(drawn, pings=()).body() | {"message_reference": said}
        path = "/channels/{channel_id}/messages"
        await self._api.call("POST", path, body, channel_id=self._came.channel)

    async def _in_private(self, drawn: Drawn) -> None:
        try:
            await self._api.write_to(self._came.user, replace(drawn, pings=()).body())
        except PlaceGone as gone:
            log.warning("discord_not_told who=%s why=%s", self._came.user, gone)


def _private(drawn: Drawn) -> Json:
    body = replace(drawn, pings=()).body()
    return body | {"flags": body["flags"] | PRIVATE}
