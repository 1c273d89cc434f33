"""The Web API: each call's arguments, token, scope and limits, then the method itself."""

import asyncio
import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers import slack_chat, slack_files, slack_places, slack_specs, slack_views
from tests.servers.slack_ask import Ask
from tests.servers.slack_faults import Fault
from tests.servers.slack_world import Json, Refused, Token

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi

METHODS: Mapping[str, Callable[[Ask], Json]] = {
    "apps.connections.open": slack_places.connections_open,
    "apps.manifest.export": slack_places.export_manifest,
    "apps.manifest.validate": slack_places.validate_manifest,
    "assistant.threads.setStatus": slack_places.set_status,
    "auth.revoke": slack_places.revoke,
    "auth.test": slack_places.auth_test,
    "blocks.validate": slack_places.validate_blocks,
    "bots.info": slack_places.bots_info,
    "chat.appendStream": slack_chat.append_stream,
    "chat.delete": slack_chat.delete,
    "chat.getPermalink": slack_chat.permalink,
    "chat.postEphemeral": slack_chat.post_ephemeral,
    "chat.postMessage": slack_chat.post,
    "chat.startStream": slack_chat.start_stream,
    "chat.stopStream": slack_chat.stop_stream,
    "chat.update": slack_chat.update,
    "conversations.create": slack_places.create,
    "conversations.history": slack_places.history,
    "conversations.info": slack_places.info,
    "conversations.invite": slack_places.invite,
    "conversations.join": slack_places.join,
    "conversations.list": slack_places.list_channels,
    "conversations.members": slack_places.members,
    "conversations.open": slack_places.open_direct,
    "conversations.replies": slack_places.replies,
    "files.completeUploadExternal": slack_files.complete,
    "files.delete": slack_files.delete,
    "files.getUploadURLExternal": slack_files.upload_url,
    "files.info": slack_files.info,
    "oauth.v2.access": slack_places.oauth_access,
    "reactions.add": slack_places.react,
    "reactions.remove": slack_places.unreact,
    "team.info": slack_places.team_info,
    "usergroups.list": slack_places.list_groups,
    "usergroups.users.list": slack_places.group_users,
    "users.conversations": slack_places.list_channels,
    "users.info": slack_places.user_info,
    "users.list": slack_places.list_users,
    "views.open": slack_views.open_view,
    "views.publish": slack_views.publish_view,
    "views.push": slack_views.push_view,
    "views.update": slack_views.update_view,
}
_NO_TOKEN = {"oauth.v2.access"}
_KINDS_OF_TOKEN = {
    "app": {"apps.connections.open", "auth.test"},
    "config": {"apps.manifest.export", "apps.manifest.validate"},
}
_ANYWHERE = {"token", "team_id"}
"""Arguments that Bolt sends with every call."""
_KINDS_OF_PLACE = ("channels:", "groups:", "im:", "mpim:")


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call as it came, when by time.monotonic(), and what it was answered."""

    method: str
    arguments: Mapping[str, Any]
    at: float
    error: str = ""
    answer: Json | None = None


class Methods:
    """Answers /api/<method>."""

    def __init__(self, slack: "SlackApi") -> None:
        self._slack = slack

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments = await _arguments(request)
        token = self._token(request, arguments)
        fault = self._slack.faults.take(name, arguments)
        if fault:
            self._slack.news.tell()
            if not fault.late:
                await _wait(fault)
            if fault.drop == "before":
                return _cut(request)
            if refused := self._faulty(name, arguments, fault):
                return refused
        if wait_s := self._limited(name, arguments, token):
            self._note(name, arguments, "ratelimited", None)
            return _rate_limited(wait_s)
        body = self._done(name, arguments, token, request)
        self._slack.news.tell()
        if fault and fault.late:
            await _wait(fault)
        if fault and fault.drop == "after":
            return _cut(request)
        return web.json_response(body, headers=_scopes(token))

    def _faulty(self, name: str, arguments: Mapping[str, Any], fault: Fault) -> web.Response | None:
        if fault.status == 429:
            self._note(name, arguments, "ratelimited", None)
            return _rate_limited(fault.retry_after_s)
        if fault.status != 200:
            self._note(name, arguments, f"http_{fault.status}", None)
            return web.Response(status=fault.status, text="scripted")
        if fault.error:
            self._note(name, arguments, fault.error, None)
            return web.json_response({"ok": False, "error": fault.error})
        return None

    def _limited(self, name: str, arguments: Mapping[str, Any], token: Token | None) -> int:
        team, channel = token.team if token else "", str(arguments.get("channel", ""))
        return self._slack.limits.wait_s(team, name, channel, self._slack.clock.now())

    def _done(
        self,
        name: str,
        arguments: Mapping[str, Any],
        token: Token | None,
        request: web.Request,
    ) -> Json:
        ask = Ask(self._slack, name, arguments, token)
        try:
            self._check(ask, request, token)
            answer = METHODS[name](ask)
        except Refused as refused:
            if not slack_specs.method(name).allows(refused.error):
                ask.violated(f"this server answers {refused.error}, which Slack never does here")
            self._note(name, arguments, refused.error, None)
            body: Json = {"ok": False, "error": refused.error} | refused.more
            if refused.messages:
                body["response_metadata"] = {"messages": list(refused.messages)}
            return body
        self._note(name, arguments, "", answer)
        return {"ok": True} | answer

    def _check(self, ask: Ask, request: web.Request, token: Token | None) -> None:
        """What Slack looks at before any method. Raises Refused."""
        if ask.name not in METHODS:
            ask.violated("this server knows no such method")
            raise Refused("unknown_method", req_method=ask.name)
        if ask.name not in _NO_TOKEN:
            if token is None:
                given = request.headers.get("Authorization") or ask.text("token")
                raise Refused("invalid_auth" if given else "not_authed")
            if token.refused:
                raise Refused(token.refused)
            of_config = ask.name in _KINDS_OF_TOKEN["config"]
            allowed = _KINDS_OF_TOKEN.get(token.kind, set() if of_config else METHODS)
            if ask.name not in allowed:
                raise Refused("not_allowed_token_type")
        method = slack_specs.method(ask.name)
        if method.known and (strange := ask.arguments.keys() - method.arguments - _ANYWHERE):
            ask.violated(f"unknown arguments {sorted(strange)}")
        self._check_required(ask, method)
        if token and (needed := _missing_scopes(method.scopes, token.scopes)):
            provided = ",".join(sorted(token.scopes))
            raise Refused("missing_scope", needed=",".join(sorted(needed)), provided=provided)

    def _check_required(self, ask: Ask, method: slack_specs.Method) -> None:
        instead = {"markdown_text": "chunks"}
        for argument in method.required:
            given = {argument, instead.get(argument, argument)} & ask.arguments.keys()
            if not given:
                ask.violated(f"{argument} is required")
                raise Refused("invalid_arguments", f"[ERROR] missing required field: {argument}")

    def _token(self, request: web.Request, arguments: Mapping[str, Any]) -> Token | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self._slack.tokens.get(given or str(arguments.get("token", "")))

    def _note(
        self, name: str, arguments: Mapping[str, Any], error: str, answer: Json | None
    ) -> None:
        at = time.monotonic()
        self._slack.calls.append(
            Call(method=name, arguments=arguments, at=at, error=error, answer=answer)
        )
        self._slack.news.tell()


def _missing_scopes(wanted: frozenset[str], held: set[str]) -> set[str]:
    """A method for several kinds of places is content with the scope of one of them."""
    if wanted and all(scope.startswith(_KINDS_OF_PLACE) for scope in wanted):
        return set() if wanted & held else set(wanted)
    return set(wanted - held)


async def _arguments(request: web.Request) -> dict[str, Any]:
    """From query, form and JSON alike: the SDK uses each of them."""
    found: dict[str, Any] = dict(request.query)
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith("Basic "):
        login = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        found["client_id"], _, found["client_secret"] = login.partition(":")
    if request.content_type == "application/json":
        if body := await request.text():
            found |= json.loads(body)
    elif request.can_read_body:
        found |= dict(await request.post())
    return {key: held for key, held in found.items() if held is not None}


async def _wait(fault: Fault) -> None:
    if fault.hold:
        await fault.hold.wait()
    if fault.slow_s:
        await asyncio.sleep(fault.slow_s)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)


def _rate_limited(wait_s: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(wait_s)})


def _scopes(token: Token | None) -> dict[str, str]:
    return {"x-oauth-scopes": ",".join(sorted(token.scopes))} if token else {}
