"""Who may read and write what in Slack, as Slack said within the last minute."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from adapters.slack.api import Api
from adapters.slack.places import Place, place_of, user_in
from adapters.slack.trouble import SlackTrouble
from bot.ports import PlaceGone

log = logging.getLogger("podium.slack")

_AGAIN_S = 5.0  # between two looks at what one person can read
_PATIENCE_S = 0.8  # a page that opens does not wait longer for Slack
_SURE_S = 5.0  # but a form that was filled in does, as it would be refused
K = TypeVar("K")
V = TypeVar("V")
_ROOMS = "public_channel,private_channel,mpim,im"


class SlackSight:
    """Sight of bot.ports: an open channel is for its workspace but its guests, all else for who is
    in it.

    Whoever is let in to the page counts as of the workspace whose token Podium was given, but of
    none that installed it.
    """

    def __init__(self, api: Api, home: Callable[[], str]) -> None:
        """`home` gives the workspace of Podium's own token; empty when there is none."""
        self._api = api
        self._home = home
        self._seen: dict[tuple[str, frozenset[str]], tuple[float, set[str]]] = {}
        self._came: dict[tuple[str, str], tuple[float, str]] = {}

    def saw(self, team: str, user: str, channel: str) -> None:
        """Slack delivered what they did there, so they can read it: nothing needs to be asked."""
        self._came = _current(self._came) | {(team, user): (time.monotonic() + _AGAIN_S, channel)}

    async def readable(
        self, identities: frozenset[str], places: Collection[str]
    ) -> Collection[str]:
        where = {place: found for place in places if (found := _place(place))}
        teams = {one.team for one in where.values()}
        seen = {team: await self._channels(team, identities) for team in teams}
        return [place for place, one in where.items() if one.channel in seen[one.team]]

    async def writable(self, identities: frozenset[str], place: str) -> bool:
        """Podium need not have joined an open channel to post there, nor the person."""
        if not (where := _place(place)):
            return False
        users = {user for one in identities if (user := user_in(where.team, one))}
        try:
            async with asyncio.timeout(_SURE_S):
                return where.channel in users or await self._takes(where, users, identities)
        except (PlaceGone, SlackTrouble, TimeoutError) as trouble:
            log.warning("slack_sight_unknown team=%s why=%s", where.team, trouble)
            return False

    async def _takes(self, where: Place, users: set[str], identities: frozenset[str]) -> bool:
        """Whether a channel takes posts of Podium, asked for by these users of the workspace."""
        info = "conversations.info"
        one = (await self._api.lately(where.team, info, channel=where.channel))["channel"]
        is_open = not one.get("is_private") and not one.get("is_im")
        closed = any(one.get(way) for way in ("is_archived", "is_read_only", "is_thread_only"))
        if closed or not (is_open or one.get("is_im") or one.get("is_member")):
            return False
        if is_open and await self._is_of(where.team, users, identities):
            return True
        rooms = await asyncio.gather(*(self._rooms(where.team, user) for user in users))
        return where.channel in set[str]().union(*rooms)

    async def _channels(self, team: str, identities: frozenset[str]) -> set[str]:
        """What they can read in a workspace; when Slack does not say, their own talks and where
        they were a moment ago.
        """
        users = {user for one in identities if (user := user_in(team, one))}
        came = _current(self._came)
        here = users | {came[team, user][1] for user in users if (team, user) in came}
        self._seen = _current(self._seen)
        if known := self._seen.get((team, identities)):
            return here | known[1]
        try:
            async with asyncio.timeout(_PATIENCE_S):
                rooms = (self._rooms(team, user) for user in users)
                found = await asyncio.gather(self._open(team, users, identities), *rooms)
        except (PlaceGone, SlackTrouble, TimeoutError) as trouble:
            log.warning("slack_sight_unknown team=%s why=%s", team, trouble)
            return here
        seen = users.union(*found)
        self._seen[team, identities] = (time.monotonic() + _AGAIN_S, seen)
        return here | seen

    async def _is_of(self, team: str, users: set[str], identities: frozenset[str]) -> bool:
        """Whether a person is of the workspace; a guest is of their channels alone."""
        if not users:
            return team == self._home() and any(one.startswith("web:") for one in identities)
        found = [(await self._api.lately(team, "users.info", user=user))["user"] for user in users]
        guest = ("is_restricted", "is_ultra_restricted")
        return not any(one.get(kind) for one in found for kind in guest)

    async def _open(self, team: str, users: set[str], identities: frozenset[str]) -> set[str]:
        """The channels that are for all of the workspace, if they are of it."""
        if not await self._is_of(team, users, identities):
            return set()
        return await self._listed(team, "conversations.list", types="public_channel")

    async def _rooms(self, team: str, user: str) -> set[str]:
        """The channels that a person is in together with Podium."""
        return await self._listed(team, "users.conversations", user=user, types=_ROOMS)

    async def _listed(self, team: str, method: str, **given: Any) -> set[str]:
        channels: set[str] = set()
        while True:
            page = await self._api.lately(team, method, limit=999, **given)
            channels |= {one["id"] for one in page["channels"]}
            further = (page.get("response_metadata") or {}).get("next_cursor")
            if not further:
                return channels
            given["cursor"] = further


def _current(held: dict[K, tuple[float, V]]) -> dict[K, tuple[float, V]]:
    """What is not over yet."""
    return {key: one for key, one in held.items() if one[0] > time.monotonic()}


def _place(text: str) -> Place | None:
    try:
        return place_of(text)
    except PlaceGone:
        return None
