"""Who may read what in Slack, as Slack said within the last minute."""

import asyncio
import logging
from collections.abc import Callable, Collection

from adapters.slack.api import Api
from adapters.slack.places import place_of, user_in
from adapters.slack.trouble import SlackTrouble
from bot.ports import PlaceGone

log = logging.getLogger("podium.slack")

_PATIENCE_S = 0.8  # a page that opens does not wait longer for Slack
_ROOMS = "public_channel,private_channel,mpim,im"


class SlackSight:
    """Sight of bot.ports: an open channel is for its workspace, all else for who is in it.

    Whoever is let in to the page counts as of the workspace whose token Podium was given, but of
    none that installed it.
    """

    def __init__(self, api: Api, home: Callable[[], str]) -> None:
        """`home` gives the workspace of Podium's own token; empty when there is none."""
        self._api = api
        self._home = home

    async def readable(
        self, identities: frozenset[str], places: Collection[str]
    ) -> Collection[str]:
        wanted: dict[tuple[str, str], list[str]] = {}
        for one in places:
            try:
                where = place_of(one)
            except PlaceGone:
                continue
            wanted.setdefault((where.team, where.channel), []).append(one)
        if not wanted:
            return ()
        looks = {
            asyncio.create_task(self._may_read(*where, identities)): found
            for where, found in wanted.items()
        }
        done, late = await asyncio.wait(looks, timeout=_PATIENCE_S)
        for look in late:
            look.cancel()
        return [place for look in done if look.result() for place in looks[look]]

    async def _may_read(self, team: str, channel: str, identities: frozenset[str]) -> bool:
        users = {user for one in identities if (user := user_in(team, one))}
        if channel in users:  # a person's own talk with Podium
            return True
        try:
            if await self._is_open(team, channel) and await self._is_of(team, users):
                return True
            found = [await self._rooms(team, user) for user in users]
            return any(channel in rooms for rooms in found)
        except (PlaceGone, SlackTrouble) as trouble:
            log.warning("slack_sight_unknown channel=%s why=%s", channel, trouble)
            return False

    async def _is_of(self, team: str, users: Collection[str]) -> bool:
        """Whether a person is of the workspace; a guest is of their channels alone."""
        if not users:
            return team == self._home()
        found = [(await self._api.lately(team, "users.info", user=user))["user"] for user in users]
        guest = ("is_restricted", "is_ultra_restricted")
        return not any(one.get(kind) for one in found for kind in guest)

    async def _is_open(self, team: str, channel: str) -> bool:
        try:
            found = (await self._api.lately(team, "conversations.info", channel=channel))["channel"]
        except PlaceGone:
            return False
        return not (found.get("is_private") or found.get("is_im") or found.get("is_mpim"))

    async def _rooms(self, team: str, user: str) -> set[str]:
        """The channels that a person is in together with Podium."""
        rooms: set[str] = set()
        cursor: dict[str, str] = {}
        while True:
            page = await self._api.lately(
                team, "users.conversations", user=user, types=_ROOMS, limit=999, **cursor
            )
            rooms |= {one["id"] for one in page["channels"]}
            further = (page.get("response_metadata") or {}).get("next_cursor")
            if not further:
                return rooms
            cursor = {"cursor": further}
