"""Slack as a Chat: cards are messages, posted once, edited calmly."""

import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp

from adapters.slack import parse, render
from adapters.slack.api import Answer, Api
from adapters.slack.parse import FileRef
from adapters.slack.places import Place, person, place_of
from adapters.slack.render import Drawn, Reader
from adapters.slack.trouble import FateUnknown, SlackTrouble
from adapters.slack.writing import Writing
from bot.cards import Card
from bot.ports import PlaceGone, Posts, Said

log = logging.getLogger("podium.slack")

_EVENT = "podium_card"
_PAGE = 200
_PAGES = 10
_TRIES = 3


class SlackChat:
    """Chat of bot.ports."""

    def __init__(
        self, api: Api, posts: Posts, now: Callable[[], datetime], prefix: str = ""
    ) -> None:
        """Commands begin with `prefix` in this workspace."""
        self._api = api
        self._posts = posts
        self._now = now
        self.web = ""
        self._prefix = prefix
        self.writing = Writing(api, posts, now)

    async def post(self, place: str, card: Card, key: str) -> str:
        """Raises PlaceGone, SlackTrouble."""
        where = place_of(place)
        known = await self._posts.begin(key, self._now())
        if known and known.message:
            return known.message
        where = replace(where, channel=await self._api.channel(where.team, where.channel))
        whole = render.card(card, await self.reader(where.team, render.users_in(card, where.team)))
        there = await self._look(where, key) if known else {}
        if whole.file:
            await self._attach(where, whole.file, f"{card.key}.md", perhaps=bool(known))
        stamps: list[str] = []
        for number, drawn in enumerate(whole.parts):
            channel, stamp = there.get(number) or await self._send(where, drawn, key, number)
            where = replace(where, channel=channel)
            stamps.append(stamp)
        message = where.message(*stamps).id
        await self._posts.posted(key, message)
        if card.key.startswith("draft-"):
            self.writing.stands(key.partition("/")[0])
        return message

    async def edit(self, message: str, card: Card) -> None:
        """Raises PlaceGone, SlackTrouble."""
        where = place_of(message)
        if not where.stamps:
            raise PlaceGone(f"{message} is no message in Slack.")
        reader = await self.reader(where.team, render.users_in(card, where.team))
        whole = render.edited(card, reader, len(where.stamps))
        for stamp, drawn in zip(where.stamps, whole.parts, strict=False):
            await self._api.call(
                where.team,
                "chat.update",
                channel=where.channel,
                ts=stamp,
                text=drawn.text,
                blocks=drawn.blocks,
            )
        for stamp in where.stamps[len(whole.parts) :]:
            await self._api.call(where.team, "chat.delete", channel=where.channel, ts=stamp)

    async def room(self, message: str) -> None:
        where = place_of(message)
        await self._api.pace.room(where.team, "chat.update", where.channel)

    async def history(
        self, place: str, limit: int, since: datetime | None = None
    ) -> tuple[Said, ...]:
        """Of a thread, or of a channel; what bots wrote is left out."""
        where = place_of(place)
        after = since.timestamp() if since else 0.0
        said: list[Answer] = []
        cursor = ""
        # A channel is told from its latest on, a thread from its first.
        while where.answers or len(said) < limit:
            page = await self._page(where, cursor, after=after)
            # The message that began a thread comes whenever it was.
            said += [m for m in page["messages"] if _by_people(m) and float(m["ts"]) > after]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        latest = sorted(said, key=lambda one: float(one["ts"]))[-limit:]
        users = [found for one in latest for found in render.users_named(one.get("text", ""))]
        names = await self._api.names(where.team, [*users, *(str(one["user"]) for one in latest)])
        return tuple(
            Said(
                author=person(where.team, names.get(str(one["user"]), str(one["user"]))),
                text=parse.readable(one.get("text", ""), names),
                at=datetime.fromtimestamp(float(one["ts"]), UTC),
            )
            for one in latest
        )

    async def files_in(self, place: str) -> tuple[FileRef, ...]:
        """What people put into a thread, oldest first; nothing for what is no thread."""
        where = place_of(place)
        if not where.thread:
            return ()
        said = [one async for one in self._latest(where, metadata=False) if _by_people(one)]
        return tuple(file for one in said for file in parse.files(one, where.team))

    async def reader(self, team: str, users: frozenset[str] = frozenset()) -> Reader:
        """For whom things are rendered in a workspace, with the names of these people."""
        return Reader(team, await self._api.names(team, users), self.web, self._prefix)

    # --- posting ------------------------------------------------------------------------

    async def _send(self, where: Place, drawn: Drawn, key: str, number: int) -> tuple[str, str]:
        """Post one message; when its fate is unknown it is looked for before it is sent again."""
        payload = {"key": key, "part": number}
        for _ in range(_TRIES):
            thread: dict[str, Any] = {"thread_ts": where.answers} if where.answers else {}
            try:
                answer = await self._api.call(
                    where.team,
                    "chat.postMessage",
                    channel=where.channel,
                    text=drawn.text,
                    blocks=drawn.blocks,
                    metadata={"event_type": _EVENT, "event_payload": payload},
                    unfurl_links=False,
                    unfurl_media=False,
                    **thread,
                )
                return str(answer["channel"]), str(answer["ts"])
            except FateUnknown:
                log.warning("slack_fate_unknown key=%s", key)
                if found := (await self._look(where, key)).get(number):
                    return found
        raise FateUnknown("chat.postMessage")

    async def _look(self, where: Place, key: str) -> dict[int, tuple[str, str]]:
        """The parts of a card that stand there, by number: each its channel and time stamp."""
        found: dict[int, tuple[str, str]] = {}
        channel = await self._api.talk(where.team, where.channel)
        async for one in self._own(where):
            told = one.get("metadata") or {}
            payload = told.get("event_payload") or {}
            if told.get("event_type") == _EVENT and payload.get("key") == key:
                found[int(payload.get("part") or 0)] = (channel, one["ts"])
        return found

    async def _own(self, where: Place) -> AsyncIterator[Answer]:
        """Podium's own messages there: anybody's app may give a message the same metadata."""
        me = (await self._api.lately(where.team, "auth.test"))["user_id"]
        async for one in self._latest(where, metadata=True):
            if one.get("user") == me:
                yield one

    async def _latest(self, where: Place, *, metadata: bool) -> AsyncIterator[Answer]:
        """A whole thread, or the latest of a channel: by number, as clocks differ."""
        cursor = ""
        for _ in range(_PAGES):
            page = await self._page(where, cursor, metadata=metadata)
            for one in page["messages"]:
                yield one
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _page(
        self, where: Place, cursor: str, *, metadata: bool = False, after: float = 0.0
    ) -> Answer:
        channel = await self._api.talk(where.team, where.channel)
        if not channel:
            return {"messages": []}
        given: dict[str, Any] = {"channel": channel, "limit": _PAGE}
        given |= {"oldest": f"{after:.6f}"} if after else {}
        given |= {"cursor": cursor} if cursor else {}
        given |= {"include_all_metadata": True} if metadata else {}
        if where.answers:
            return await self._api.call(
                where.team, "conversations.replies", ts=where.answers, **given
            )
        return await self._api.call(where.team, "conversations.history", **given)

    async def _attach(self, where: Place, text: str, name: str, *, perhaps: bool) -> None:
        """Put a file before what follows, unless it stands there, as `perhaps` it does.

        Without the right to, a sentence says where the whole can be read.
        """
        if perhaps and await self._is_attached(where, name):
            return
        data = text.encode()
        thread: dict[str, Any] = {"thread_ts": where.answers} if where.answers else {}
        try:
            ticket = await self._api.call(
                where.team, "files.getUploadURLExternal", filename=name, length=len(data)
            )
            await _upload(ticket["upload_url"], data)
            await self._api.call(
                where.team,
                "files.completeUploadExternal",
                files=[{"id": ticket["file_id"], "title": name}],
                channel_id=where.channel,
                **thread,
            )
        except FateUnknown:
            if not await self._is_attached(where, name):
                raise
        except SlackTrouble as trouble:
            await self._without_file(where, name, trouble, perhaps=perhaps)

    async def _without_file(
        self, where: Place, name: str, trouble: SlackTrouble, *, perhaps: bool
    ) -> None:
        log.warning("slack_file_refused why=%s", trouble)
        key = f"{where.id}/{name}/refused"
        if perhaps and await self._look(where, key):
            return
        words = f"The file {name} could not be put here. {trouble}"
        words += f" The whole text is on Podium's page: {self.web}" if self.web else ""
        drawn = render.note(words, Reader(where.team))
        await self._send(where, drawn, key, 0)

    async def _is_attached(self, where: Place, name: str) -> bool:
        async for said in self._own(where):
            files = said.get("files") or []
            if any(name in (one.get("name"), one.get("title")) for one in files):
                return True
        return False


def _by_people(message: Mapping[str, Any]) -> bool:
    plain = message.get("subtype") in (None, "", "file_share", "thread_broadcast")
    return plain and not message.get("bot_id") and bool(message.get("user"))


async def _upload(url: str, data: bytes) -> None:
    """Raises SlackTrouble."""
    try:
        async with aiohttp.ClientSession() as session, session.post(url, data=data) as answer:
            if answer.status >= 400:
                raise SlackTrouble("upload", f"status {answer.status}")
    except aiohttp.ClientError as error:
        raise SlackTrouble("upload", re.sub(r"\W+", "_", type(error).__name__)) from error
