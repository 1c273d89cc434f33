"""Calls of Slack's Web API: paced, tried again where that is harmless, and told in words."""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.pace import Pace
from adapters.slack.trouble import GONE, SHUT_OUT, WORDS, FateUnknown, SlackTrouble, gone
from bot.ports import PlaceGone

log = logging.getLogger("podium.slack")

_TRIES = 4
_TIMEOUT_S = 20
_NAMES = 5_000
NAMES_AT_ONCE = 30
_LATELY_S = 60
_PASSING = frozenset(
    {
        "external_channel_migrating",
        "fatal_error",
        "internal_error",
        "org_login_required",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "update_failed",
    }
)
_NOT_TWICE = frozenset(
    {
        "chat.appendStream",
        "chat.postMessage",
        "chat.startStream",
        "files.completeUploadExternal",
    }
)
"""What would be there twice: whoever calls looks whether it is there before calling again."""

Answer = Mapping[str, Any]
Client = Callable[[str], Awaitable[AsyncWebClient]]


class Api:
    """The Web API for every workspace."""

    def __init__(self, client: Client, pace: Pace) -> None:
        """`client` gives a workspace's client, or raises SlackTrouble."""
        self._client = client
        self.pace = pace
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._channels: dict[tuple[str, str], str] = {}
        self._lately: dict[str, tuple[float, asyncio.Task[Answer]]] = {}
        self.trouble: dict[tuple[str, str], str] = {}
        """What is wrong now, in words: with a workspace, or with a method there."""

    async def call(self, team: str, method: str, **given: Any) -> Answer:
        """The answer. Raises PlaceGone, FateUnknown, SlackTrouble."""
        channel = str(given.get("channel") or given.get("channel_id") or "")
        client = await self._client(team)
        for tries in range(1, _TRIES + 1):
            await self.pace.turn(team, method, channel)
            try:
                answer = await getattr(client, method.replace(".", "_"))(**given)
            except SlackApiError as error:
                after = self._refused(error, team, method, channel)
                if tries == _TRIES:
                    raise SlackTrouble(method, "no_answer" if after else "ratelimited") from error
                await asyncio.sleep(0 if after is None else after)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if method in _NOT_TWICE or tries == _TRIES:
                    raise FateUnknown(method) from error
                await asyncio.sleep(0.2 * 2**tries)
            else:
                self.trouble.pop((team, ""), None)
                self.trouble.pop((team, method), None)
                data: Answer = answer.data
                return data
        raise FateUnknown(method)

    async def lately(self, team: str, method: str, **given: Any) -> Answer:
        """An answer of the last minute, asked for once however many want it. Raises as `call`."""
        key = json.dumps([team, method, given])
        until, asked = self._lately.get(key, (0.0, None))
        if asked is None or time.monotonic() > until:
            asked = asyncio.create_task(self.call(team, method, **given), name=f"slack {method}")
            asked.add_done_callback(_seen)
            now = time.monotonic()
            self._lately = {k: held for k, held in self._lately.items() if held[0] > now}
            self._lately[key] = (now + _LATELY_S, asked)
        try:
            return await asyncio.shield(asked)
        except (PlaceGone, SlackTrouble):
            self._lately.pop(key, None)
            raise

    def _refused(self, error: SlackApiError, team: str, method: str, channel: str) -> float | None:
        """How long to wait before it is tried again; raises when that would not help."""
        code = code_of(error)
        if code in ("ratelimited", "rate_limited"):
            seconds = float(error.response.headers.get("Retry-After") or 1)
            log.warning("slack_ratelimited method=%s wait_s=%s", method, seconds)
            self.pace.hold(team, method, channel, seconds)
            return None  # the budget waits
        if code in _PASSING:
            if method in _NOT_TWICE:
                raise FateUnknown(method) from error
            return 0.5
        if code in GONE or (method.startswith("chat.") and code not in WORDS):
            raise PlaceGone(gone(code, channel or "This")) from error
        trouble = SlackTrouble(method, code, str(error.response.get("needed") or ""))
        if code in SHUT_OUT:
            self.trouble[team, ""] = str(trouble)
        elif code == "missing_scope":
            self.trouble[team, method] = str(trouble)
        raise trouble from error

    async def token(self, team: str) -> str:
        return (await self._client(team)).token or ""

    # --- names ------------------------------------------------------------------------

    async def names(self, team: str, users: Iterable[str]) -> dict[str, str]:
        """The names of those of them who are known; what is no person is left out."""
        wanted = sorted(set(users))
        unknown = [user for user in wanted if (team, user) not in self._names]
        # Anybody may type what looks like hundreds of people, and nothing waits for a name.
        await asyncio.gather(*(self._look_up(team, user) for user in unknown[:NAMES_AT_ONCE]))
        known = {user: self._names.get((team, user), "") for user in wanted}
        return {user: name for user, name in known.items() if name}

    async def _look_up(self, team: str, user: str) -> None:
        if not self.pace.may_now(team, "users.info", ""):
            return
        try:
            person = (await self.call(team, "users.info", user=user))["user"]
        except PlaceGone:
            person = {}
        except SlackTrouble as trouble:
            log.warning("slack_name_unknown why=%s", trouble)
            return
        profile = person.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or person.get("name")
        self._names[team, user] = str(name or "")
        while len(self._names) > _NAMES:
            self._names.popitem(last=False)

    # --- channels ---------------------------------------------------------------------

    async def channel(self, team: str, name: str) -> str:
        """The id of a channel, given its id or its name such as #launches. Raises PlaceGone."""
        if not name.startswith("#"):
            return name
        if (team, name) not in self._channels:
            await self._list_channels(team)
        if (team, name) not in self._channels:
            raise PlaceGone(gone("channel_not_found", name))
        return self._channels[team, name]

    async def talk(self, team: str, channel: str) -> str:
        """The channel to read, which for a person is their talk with Podium; empty without one."""
        if not channel.startswith(("U", "W")):
            return channel
        if (team, channel) not in self._channels:
            async for one in self._each(team, "users.conversations", types="im"):
                self._channels[team, str(one.get("user"))] = one["id"]
        return self._channels.get((team, channel), "")

    async def _list_channels(self, team: str) -> None:
        types = "public_channel,private_channel"
        listed = self._each(team, "conversations.list", types=types, exclude_archived=True)
        async for one in listed:
            self._channels[team, f"#{one['name']}"] = one["id"]

    async def _each(self, team: str, method: str, **given: Any) -> AsyncIterator[Answer]:
        """All channels that a method lists."""
        cursor = ""
        while True:
            found = await self.call(team, method, limit=999, cursor=cursor, **given)
            for one in found["channels"]:
                yield one
            cursor = (found.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _seen(asked: asyncio.Task[Answer]) -> None:
    """Nobody may be left to be told that it failed."""
    if not asked.cancelled():
        asked.exception()


def code_of(error: SlackApiError) -> str:
    """Slack's name for it; when something before Slack answered in its place, one that passes."""
    answer = error.response
    if not isinstance(answer, AsyncSlackResponse) or answer.status_code >= 500:
        return "internal_error"
    if answer.status_code == 429:
        return "ratelimited"
    said = answer.data
    return str((isinstance(said, dict) and said.get("error")) or "internal_error")


def client(token: str, url: str) -> AsyncWebClient:
    """A client that tries nothing again by itself: it would post twice."""
    return AsyncWebClient(token=token, base_url=url, timeout=_TIMEOUT_S, retry_handlers=[])
