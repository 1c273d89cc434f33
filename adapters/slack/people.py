"""Who the people of Slack are, as Slack said within the last hour."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import inf

from adapters.slack.api import NAMES_AT_ONCE, Api
from adapters.slack.places import PLATFORM, person, user_in
from adapters.slack.trouble import SlackTrouble
from bot.ports import PlaceGone

log = logging.getLogger("podium.slack")

_KEEP_S, _AGAIN_S = 3_600.0, 60.0  # what Slack said, and that it said nothing
_SURE_S, _PATIENCE_S = 2.5, 0.8  # a person waits for the one, many schedules for the other
_AT_ONCE = 20
_KEPT = 5_000


@dataclass(frozen=True)
class _Profile:
    """`left` is whether the account is closed, or not there."""

    zone: str = ""
    left: bool = False


_UNKNOWN = _Profile()


class SlackPeople:
    """People of bot.ports. Of many whom Slack cannot be asked about at once, most are unsure."""

    def __init__(self, api: Api, is_in: Callable[[str], bool]) -> None:
        """`is_in` says whether the token for a workspace, if there is one, is its own: with one
        of elsewhere its people are not found.
        """
        self._api = api
        self._is_in = is_in
        self._known: OrderedDict[str, tuple[float, _Profile]] = OrderedDict()
        self._asked: dict[str, asyncio.Task[_Profile]] = {}

    async def names(self, identities: Collection[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for team in {one.split(":")[1] for one in identities}:
            users = sorted({user_in(team, one) for one in identities} - {""})
            for at in range(0, len(users), NAMES_AT_ONCE):
                known = await self._api.names(team, users[at : at + NAMES_AT_ONCE])
                found |= {person(team, user): name for user, name in known.items()}
        return found

    async def zone(self, identity: str) -> str:
        return (await self._profile(identity, _SURE_S)).zone

    async def left(self, identity: str) -> bool:
        return (await self._profile(identity, _PATIENCE_S, _AT_ONCE)).left

    async def _profile(self, identity: str, patience_s: float, most: float = inf) -> _Profile:
        """What Slack says of a person, if it does in time and not so many are asked about."""
        until, known = self._known.get(identity, (0.0, _UNKNOWN))
        if until > time.monotonic():
            return known
        if identity not in self._asked:
            if len(self._asked) >= most:
                return _UNKNOWN
            asked = asyncio.create_task(self._ask(identity), name="slack users.info")
            self._asked[identity] = asked
        done, _ = await asyncio.wait({self._asked[identity]}, timeout=patience_s)
        return next((one.result() for one in done), _UNKNOWN)

    async def _ask(self, identity: str) -> _Profile:
        """What Slack says, which is remembered for whoever asks later."""
        keep_s, profile = _KEEP_S, _UNKNOWN
        platform, team, user = [*identity.split(":", 2), "", ""][:3]
        try:
            if platform == PLATFORM and user:
                found = (await self._api.call(team, "users.info", user=user))["user"]
                profile = _Profile(str(found.get("tz") or ""), bool(found.get("deleted")))
        except PlaceGone:  # there is nobody of that id
            profile = _Profile(left=self._is_in(team))
        except SlackTrouble as trouble:
            log.warning("slack_person_unknown why=%s", trouble)
            keep_s = _AGAIN_S
        finally:
            del self._asked[identity]
        self._known[identity] = (time.monotonic() + keep_s, profile)
        self._known.move_to_end(identity)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return profile
