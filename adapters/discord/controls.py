"""Keeps what is to be decided at the end of its thread, whatever is written below it."""

import asyncio
import logging
from collections.abc import Sequence
from weakref import WeakValueDictionary

from adapters.discord.api import Api
from adapters.discord.render import (
    BUTTON,
    MORE,
    SELECT,
    TEXT,
    Drawn,
    Json,
    a_box,
    a_text,
    inside,
    mark,
    rows,
)
from adapters.discord.trouble import DiscordTrouble
from bot.ports import PlaceGone

log = logging.getLogger("podium.discord")

_CALM_S = 30.0
"""How long people have to be silent: nobody is interrupted."""
_LOOKED_AT = 100
_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"


class Controls:
    """Below people's talk stands a short card with the buttons of what waits above it.

    All that it knows stands in the thread itself, so it outlasts restarts. It pings nobody.
    """

    def __init__(self, api: Api) -> None:
        self.calm_s = _CALM_S
        self._api = api
        self._talks: dict[str, asyncio.TimerHandle] = {}
        self._jobs: set[asyncio.Task[None]] = set()
        self._turns = WeakValueDictionary[str, asyncio.Lock]()

    def talked(self, guild: str, thread: str) -> None:
        """Something was written in a thread of Podium's."""
        if thread in self._talks:
            self._talks[thread].cancel()
        loop = asyncio.get_running_loop()
        self._talks[thread] = loop.call_later(self.calm_s, self._begin, guild, thread)

    def _begin(self, guild: str, thread: str) -> None:
        del self._talks[thread]
        job = asyncio.create_task(self._follow(guild, thread), name="discord controls")
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def close(self) -> None:
        for talk in self._talks.values():
            talk.cancel()
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    async def _follow(self, guild: str, thread: str) -> None:
        """Put the controls of what waits below what was said."""
        try:
            async with self._turn(thread):
                await self._move(guild, thread)
        except (PlaceGone, DiscordTrouble) as trouble:
            log.warning("discord_controls_not_moved why=%s", trouble)

    def _turn(self, thread: str) -> asyncio.Lock:
        """What is decided while its controls move must find them where they come to stand."""
        return self._turns.setdefault(thread, asyncio.Lock())

    async def _move(self, guild: str, thread: str) -> None:
        latest = await self._latest(thread)
        told = (one for one in latest if not (self._is_own(one) and _buttons(one)))
        said = max((int(one["id"]) for one in told), default=0)
        for one in filter(self._waits, latest):
            own = mark(one["id"], 0)
            copies = [each for each in latest if _mark(each) == own]
            if said > max(int(each["id"]) for each in (one, *copies)):
                link = f"https://discord.com/channels/{guild}/{thread}/{one['id']}"
                said_there = f"⬆️ [{_title(one)}](<{link}>) waits to be decided"
                drawn = Drawn((a_box([a_text(said_there), *rows(_buttons(one))], "warn"),))
                await self._api.call("POST", _MESSAGES, drawn.body(own), channel_id=thread)
                await self._remove(thread, copies)

    async def decided(self, thread: str, stamp: str) -> None:
        """What waited in the message waits no more: take its controls away below it."""
        try:
            async with self._turn(thread):
                latest = await self._latest(thread)
                await self._remove(thread, [one for one in latest if _mark(one) == mark(stamp, 0)])
        except (PlaceGone, DiscordTrouble) as trouble:
            log.warning("discord_controls_not_removed why=%s", trouble)

    async def _latest(self, thread: str) -> list[Json]:
        query = {"limit": str(_LOOKED_AT)}
        return list(await self._api.call("GET", _MESSAGES, query=query, channel_id=thread))

    async def _remove(self, thread: str, messages: Sequence[Json]) -> None:
        for one in messages:
            await self._api.call("DELETE", _MESSAGE, channel_id=thread, message_id=one["id"])

    def _is_own(self, message: Json) -> bool:
        me = self._api.client.user
        return bool(me) and message["author"]["id"] == str(me.id)

    def _waits(self, message: Json) -> bool:
        """Whether something is decided at this message: it has the menu that no copy has."""
        parts = inside(message["components"])
        menus = (one for one in parts if one["type"] == SELECT)
        return self._is_own(message) and any(
            one["custom_id"].startswith(f"{MORE}:") for one in menus
        )


def _mark(message: Json) -> int:
    """What a message of Podium's is known by."""
    return next((one.get("id", 0) for one in message["components"]), 0)


def _buttons(message: Json) -> list[Json]:
    """Those that decide, without what Discord added to them."""
    kept = ("type", "style", "label", "custom_id")
    buttons = (one for one in inside(message["components"]) if one["type"] == BUTTON)
    return [{key: one[key] for key in kept} for one in buttons if "custom_id" in one]


def _title(message: Json) -> str:
    said = (one["content"] for one in inside(message["components"]) if one["type"] == TEXT)
    first = next(said, "")
    return first.removeprefix("## ") if first.startswith("## ") else "What is to be decided"
