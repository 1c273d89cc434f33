"""response_url: five answers within half an hour to one thing that a person did."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from tests.servers import slack_rules, slack_wire
from tests.servers.slack_world import Channel, Json, Message, Workspace

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi

USES, LIFE_S = 5, 30 * 60


@dataclass(kw_only=True)
class _Address:
    team: Workspace
    place: Channel
    user: str
    original: Message | None
    made: float
    left: int = USES


class ResponseUrls:
    """The addresses given out so far."""

    def __init__(self, slack: "SlackApi") -> None:
        self._slack = slack
        self._given: dict[str, _Address] = {}

    def give(
        self, team: Workspace, place: Channel, user: str, original: Message | None = None
    ) -> str:
        own = secrets.token_hex(8)
        now = self._slack.clock.now()
        self._given[own] = _Address(team=team, place=place, user=user, original=original, made=now)
        return f"{self._slack.url}/response/{own}"

    async def receive(self, request: web.Request) -> web.Response:
        address = self._given.get(request.match_info["id"])
        if address is None:
            return web.Response(status=404, text="no_service")
        if address.left == 0 or self._slack.clock.now() - address.made > LIFE_S:
            return web.Response(status=404, text="used_url" if address.left == 0 else "expired_url")
        if fault := self._slack.faults.take("response_url", {}):
            return web.Response(status=fault.status, text=fault.error)
        address.left -= 1
        body = await request.json()
        if wrong := slack_rules.of_message(body.get("blocks") or []):
            self._slack.violations += [f"response_url: {problem}" for problem in wrong]
            return web.Response(status=400, text="invalid_blocks")
        self._answer(address, body)
        self._slack.news.tell()
        return web.Response(text="ok")

    def _answer(self, address: _Address, body: Json) -> None:
        original, place = address.original, address.place
        if original and body.get("delete_original"):
            for kept in (place.messages, place.ephemeral):
                if original in kept:
                    kept.remove(original)
        elif original and body.get("replace_original"):
            original.text = body.get("text", "")
            original.blocks = slack_wire.with_ids(body.get("blocks") or [], address.team)
            original.edited = address.team.clock.ts()
            original.edits += 1
        else:
            answer(address.team, place, address.user, body)


def answer(team: Workspace, place: Channel, user: str, body: Json) -> Message:
    """What an app answers to one person, or to all if it says so."""
    for_all = body.get("response_type") == "in_channel"
    said = Message(
        ts=team.clock.ts(),
        channel=place.id,
        user=team.bot.id,
        bot_id=team.bot_id,
        text=body.get("text", ""),
        blocks=slack_wire.with_ids(body.get("blocks") or [], team),
        thread_ts=body.get("thread_ts", ""),
        only_for="" if for_all else user,
        unfurls=False,
    )
    (place.messages if for_all else place.ephemeral).append(said)
    return said
