"""Discord as a Chat: cards are messages, posted once, edited calmly; each run has its thread."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord import render
from adapters.discord.api import Api
from adapters.discord.controls import Controls
from adapters.discord.parse import FileRef, file_of
from adapters.discord.places import PEOPLE, PRIVATE, Place, person, place_of
from adapters.discord.render import Drawn, Json, Reader
from adapters.discord.trouble import (
    HAS_THREAD,
    TOO_LARGE,
    TOO_MANY_THREADS,
    DiscordTrouble,
    FateUnknown,
)
from bot.cards import Card
from bot.ports import PlaceGone, Posts, Said

log = logging.getLogger("podium.discord")

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_PAGE = 100
_PAGES = 50  # a channel may go back for years, and show Podium nothing of it
_LOOKED_BACK = timedelta(seconds=60)
_THREAD_MINUTES = 10_080  # a week at rest, the longest there is
_NONCE_LASTS = timedelta(minutes=2)
_FILE = 99  # the number of a card's file, beside those of its parts


class DiscordChat:
    """Chat of bot.ports."""

    def __init__(self, api: Api, posts: Posts, now: Callable[[], datetime], web: str = "") -> None:
        self._api = api
        self._posts = posts
        self._now = now
        self.web = web
        self.controls = Controls(api)
        self._roots: dict[str, asyncio.Future[str]] = {}

    async def post(self, place: str, card: Card, key: str) -> str:
        """Raises PlaceGone, DiscordTrouble."""
        where = place_of(place)
        known = await self._posts.begin(key, self._now())
        if known and known.message:
            return known.message
        where = await self._found(where)
        whole = render.card(card, await self.reader(render.users_in(card)))
        there = await self._look(where, key, len(whole.parts), known.at) if known else {}
        if whole.file and _FILE not in there:
            await self._attach(where, whole.file, f"{card.key}.md", key)
        stamps: list[str] = []
        for number, drawn in enumerate(whole.parts):
            stamps.append(there.get(number) or await self._send(where, drawn, key, number))
        below = await self._thread(where, card, stamps[0], key) if card.key == "root" else ""
        message = where.message(tuple(stamps), below).id
        await self._posts.posted(key, message)
        self._is_begun(key, below or where.takes)
        if card.key.startswith("reminder-"):
            self.controls.talked(where.guild, where.takes)
        return message

    async def edit(self, message: str, card: Card) -> None:
        """Raises PlaceGone, DiscordTrouble."""
        where = place_of(message)
        if not where.stamps:
            raise PlaceGone(f"{message} is no message in Discord.")
        whole = render.edited(card, await self.reader(render.users_in(card)), len(where.stamps))
        for stamp, drawn in zip(where.stamps, whole.parts, strict=False):
            body = replace(drawn, pings=()).body()
            await self._api.call("PATCH", _MESSAGE, body, channel_id=where.stands, message_id=stamp)
        for stamp in where.stamps[len(whole.parts) :]:
            await self._api.call("DELETE", _MESSAGE, channel_id=where.stands, message_id=stamp)
        if card.key.startswith(("draft-", "gate-")) and not card.buttons:
            await self.controls.decided(where.stands, where.stamps[-1])

    async def room(self, message: str) -> None:
        await self._api.pace.progress(place_of(message).stands)

    async def history(
        self, place: str, limit: int, since: datetime | None = None
    ) -> tuple[Said, ...]:
        """Of a thread or a channel: Discord shows Podium only what names it, or is to it alone."""
        where = await self._found(place_of(place))
        said: list[Said] = []
        before: Json = {}
        for _ in range(_PAGES):
            page = await self._page(where, before)
            said += [_said(one) for one in page if _is_said(one, since)]
            if len(said) >= limit or len(page) < _PAGE or not _is_after(page[-1], since):
                break
            before = {"before": page[-1]["id"]}
        return tuple(reversed(said[:limit]))

    async def said_in(self, thread: str) -> tuple[Said, ...]:
        """What people said in a thread, as far as Discord shows it to Podium."""
        try:
            return await self.history(thread, _PAGE) if place_of(thread).thread else ()
        except (PlaceGone, DiscordTrouble) as trouble:
            log.info("discord_thread_not_read why=%s", trouble)
            return ()

    async def files_in(self, thread: str) -> list[FileRef]:
        """The files that people put into a thread, as far as Discord shows them to Podium."""
        where = place_of(thread)
        try:
            page = await self._page(where, {}) if where.thread else []
        except (PlaceGone, DiscordTrouble) as trouble:
            log.info("discord_thread_not_read why=%s", trouble)
            return []
        said = (one for one in reversed(page) if not one["author"].get("bot"))
        return [file_of(each) for one in said for each in one.get("attachments") or ()]

    async def begun(self, run: str) -> str:
        """The channel that a run's cards go to, as soon as its first one stands there."""
        return await asyncio.shield(self._root(f"{run}/root"))

    async def reader(self, users: frozenset[str] = frozenset()) -> Reader:
        """For whom things are rendered, with the names of these people."""
        return Reader(await self._api.named(users), self.web)

    # --- places -------------------------------------------------------------------------

    async def _found(self, where: Place) -> Place:
        """With the ids of a channel that was named, or of a person's talk with Podium."""
        if where.guild == PEOPLE:
            return Place(PRIVATE, await self._api.talk(where.channel))
        if not where.channel.startswith("#"):
            return where
        return replace(where, channel=str((await self._api.channel(where)).id))

    def _root(self, key: str) -> asyncio.Future[str]:
        if key not in self._roots:
            self._roots[key] = asyncio.get_running_loop().create_future()
        return self._roots[key]

    def _is_begun(self, key: str, channel: str) -> None:
        if key.endswith("/root"):
            if not self._root(key).done():
                self._root(key).set_result(channel)
            while len(self._roots) > _PAGE:
                self._roots.pop(next(iter(self._roots)))

    async def _thread(self, where: Place, card: Card, stamp: str, key: str) -> str:
        """The thread of a run; where there can be none, the channel itself."""
        if where.takes != where.channel or where.guild == PRIVATE:
            return where.takes
        name = " ".join(render.harmless(card.title).split())[:100] or "A run"
        body = {"name": name, "auto_archive_duration": _THREAD_MINUTES}
        try:
            if lacks := self._api.missing(where.channel, "send_messages_in_threads"):
                raise PlaceGone(f"Podium lacks a permission in this channel: {lacks}.")
            path = f"{_MESSAGE}/threads"
            await self._api.call("POST", path, body, channel_id=where.channel, message_id=stamp)
        except FateUnknown:
            raise
        except (PlaceGone, DiscordTrouble) as refused:
            code = getattr(refused.__cause__, "code", 0)
            if code == HAS_THREAD:
                return stamp
            log.warning("discord_no_thread place=%s why=%s", where.id, refused)
            why = "Too many threads are open here." if code == TOO_MANY_THREADS else str(refused)
            said = f"This run goes on in the channel, as Podium could open no thread. {why}"
            await self._send(where, render.note(said, Reader()), f"{key}/no thread", 0)
            return where.channel
        return stamp

    # --- posting ------------------------------------------------------------------------

    async def _send(self, where: Place, drawn: Drawn, key: str, number: int) -> str:
        """Post one message; the nonce lets Discord take it once, however often it is sent."""
        body = drawn.body(render.mark(key, number))
        body |= {"nonce": render.nonce(key, number), "enforce_nonce": True}
        return str((await self._api.call("POST", _MESSAGES, body, channel_id=where.takes))["id"])

    async def _look(self, where: Place, key: str, parts: int, since: datetime) -> dict[int, str]:
        """The parts of a card that stand there, by number: a nonce is forgotten after a while."""
        if self._now() - since < _NONCE_LASTS:
            return {}
        marks = {render.mark(key, number): number for number in (*range(parts), _FILE)}
        found: dict[int, str] = {}
        after: Json = {"after": str(discord.utils.time_snowflake(since - _LOOKED_BACK))}
        while True:
            page = await self._page(where, after)
            for one in page:
                number = marks.get((one["components"] or [{}])[0].get("id", 0))
                if number is not None and one["author"].get("bot"):
                    found[number] = one["id"]
            if len(page) < _PAGE:
                return found
            after = {"after": max((one["id"] for one in page), key=int)}

    async def _page(self, where: Place, query: Json) -> list[Any]:
        asked = {"limit": str(_PAGE), **query}
        return list(await self._api.call("GET", _MESSAGES, query=asked, channel_id=where.takes))

    async def _attach(self, where: Place, text: str, name: str, key: str) -> None:
        """Put a file before what follows; without the right to, say where the text can be read."""
        body = render.attached(name).body(render.mark(key, _FILE))
        body |= {"nonce": render.nonce(key, _FILE), "enforce_nonce": True}
        body |= {"attachments": [{"id": "0", "filename": name}]}
        file = (name, text.encode())
        try:
            await self._api.call("POST", _MESSAGES, body, file=file, channel_id=where.takes)
        except (PlaceGone, DiscordTrouble) as refused:
            log.warning("discord_file_refused place=%s why=%s", where.id, refused)
            too_large = getattr(refused.__cause__, "code", 0) == TOO_LARGE
            why = "It is larger than this server takes." if too_large else str(refused)
            words = f"The file {name} could not be put here. {why}"
            page = f"{self.web}/runs/{key.partition('/')[0]}"
            words += f" The whole text is on Podium's page: {page}" if self.web else ""
            await self._send(where, render.note(words, Reader()), f"{key}/{name}", 0)


def _is_after(message: Json, since: datetime | None) -> bool:
    return since is None or datetime.fromisoformat(message["timestamp"]) > since


def _is_said(message: Json, since: datetime | None) -> bool:
    """Whether people wrote it after that time, as far as Discord shows it to Podium."""
    by_a_person = bool(message.get("content")) and not message["author"].get("bot")
    return by_a_person and _is_after(message, since)


def _said(message: Json) -> Said:
    return Said(
        author=person(str(message["author"]["username"])),
        text=str(message["content"]),
        at=datetime.fromisoformat(message["timestamp"]),
    )
