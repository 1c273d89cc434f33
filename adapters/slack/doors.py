"""How Slack reaches Podium: sockets that Podium opens, or signed requests to an address."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.errors import SlackApiError

from adapters.slack.api import client
from adapters.slack.installs import INSTALL, REDIRECT
from adapters.slack.trouble import SlackTrouble

log = logging.getLogger("podium.slack")

EVENTS = "/slack/events"
_CONNECTIONS = 2
_LOOK_S = 5.0
_PATIENCE = 4  # looks in a row at which a connection is down before it is made anew
_CONNECT_S = 20


class Sockets:
    """Two connections, so that one is open while Slack has the other made anew."""

    def __init__(self, handlers: list[AsyncSocketModeHandler]) -> None:
        self._handlers = handlers

    @classmethod
    async def open(cls, app: AsyncApp, app_token: str, api_url: str) -> Self:
        """Raises SlackTrouble: Bolt itself would try a bad token for ever and say nothing."""
        try:
            await client(app_token, api_url).apps_connections_open(app_token=app_token)
        except SlackApiError as error:
            code = str(error.response.get("error") or "unknown")
            if code in ("invalid_auth", "not_authed", "token_revoked", "account_inactive"):
                raise SlackTrouble("SLACK_APP_TOKEN", "bad_app_token") from error
            raise SlackTrouble("apps.connections.open", code) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackTrouble("apps.connections.open", "no_answer") from error
        sockets = cls(
            [
                AsyncSocketModeHandler(app, app_token, web_client=app.client, ping_interval=5)
                for _ in range(_CONNECTIONS)
            ]
        )
        for handler in sockets._handlers:
            await sockets._renew(handler, first=True)
        return sockets

    async def trouble(self) -> str:
        """What is wrong, in words; empty as long as one connection stands."""
        for handler in self._handlers:
            if await handler.client.is_connected():
                return ""
        return "Slack's socket is down; Podium connects again"

    async def watch(self) -> None:
        """Make anew whatever has been silent for too long."""
        down = dict.fromkeys(range(len(self._handlers)), 0)
        while True:
            await asyncio.sleep(_LOOK_S)
            for number, handler in enumerate(self._handlers):
                down[number] = 0 if await handler.client.is_connected() else down[number] + 1
                if down[number] >= _PATIENCE:
                    log.warning("slack_socket_silent socket=%d", number)
                    await self._renew(handler)
                    down[number] = 0

    async def close(self) -> None:
        for handler in self._handlers:
            await handler.close_async()

    async def _renew(self, handler: AsyncSocketModeHandler, *, first: bool = False) -> None:
        try:
            async with asyncio.timeout(_CONNECT_S):
                if first:
                    await handler.connect_async()
                else:
                    await handler.client.connect_to_new_endpoint(force=True)
        except (TimeoutError, aiohttp.ClientError, SlackApiError, OSError) as error:
            # The watch looks again.
            log.warning("slack_socket_not_opened why=%s", type(error).__name__)


@asynccontextmanager
async def listen(
    app: AsyncApp | None, flow: AsyncOAuthFlow | None, host: str, port: int
) -> AsyncIterator[str]:
    """Serve signed requests to `app`, and the install page of `flow`; gives the address.

    Raises OSError when it cannot listen.
    """
    site = web.Application()
    if app is not None:

        async def events(request: web.Request) -> web.Response:
            answer = await app.async_dispatch(await to_bolt_request(request))
            return await to_aiohttp_response(answer)

        site.router.add_post(EVENTS, events)
    if flow is not None:

        async def install(request: web.Request) -> web.Response:
            answer = await flow.handle_installation(await to_bolt_request(request))
            return await to_aiohttp_response(answer)

        async def redirected(request: web.Request) -> web.Response:
            answer = await flow.handle_callback(await to_bolt_request(request))
            return await to_aiohttp_response(answer)

        site.router.add_get(INSTALL, install)
        site.router.add_get(REDIRECT, redirected)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        taken = runner.addresses[0][1] if runner.addresses else port
        yield f"http://{host}:{taken}"
    finally:
        await runner.cleanup()
