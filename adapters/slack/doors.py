"""How Slack reaches Podium: sockets that Podium opens, or signed requests to an address."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.api import code_of
from adapters.slack.installs import INSTALL, REDIRECT
from adapters.slack.trouble import SlackTrouble

log = logging.getLogger("podium.slack")

EVENTS = "/slack/events"
_CONNECTIONS = 2
_PING_S = 5.0
_PATIENCE = 4  # pings in a row that find a connection down before it is made anew
_CONNECT_S = 20
_ACK_S = 3.0  # for so long Slack waits for a confirmation
_BAD_TOKEN = ("invalid_auth", "not_authed", "token_revoked", "account_inactive")


class _Handler(AsyncSocketModeHandler):
    """Confirms by the next socket what came by one that was closed meanwhile.

    The SDK tries once more and gives up while the next is still being opened.
    """

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        came = time.time()
        answer = await run_async_bolt_app(self.app, req)
        while True:
            try:
                return await send_async_response(client, req, answer, came)
            except ConnectionError:
                if time.time() - came > _ACK_S:
                    raise
                await asyncio.sleep(0.02)


class Sockets:
    """Two connections, so that one is open while Slack has the other made anew."""

    def __init__(self, app: AsyncApp, app_token: str, ping_s: float = _PING_S) -> None:
        self._app = app
        self._token = app_token
        self._ping_s = ping_s
        self._handlers: list[AsyncSocketModeHandler] = []
        self._why = ""

    async def open(self) -> None:
        """Open what is not open yet. Raises SlackTrouble."""
        while len(self._handlers) < _CONNECTIONS:
            self._handlers.append(await self._connected())

    async def trouble(self) -> str:
        """What is wrong, in words; empty as long as one connection stands."""
        for handler in self._handlers:
            if await handler.client.is_connected():
                return ""
        return self._why or "Slack's socket is down; Podium connects again"

    async def watch(self) -> None:
        """Put a new connection in the place of one that the SDK does not bring back.

        Its own reconnecting tries a used address for ever when the first try at it failed.
        """
        down = [0] * len(self._handlers)
        while True:
            await asyncio.sleep(self._ping_s)
            for number, handler in enumerate(self._handlers):
                down[number] = 0 if await handler.client.is_connected() else down[number] + 1
                if down[number] >= _PATIENCE:
                    await self._replace(number)

    async def close(self) -> None:
        for handler in self._handlers:
            await handler.close_async()

    async def _replace(self, number: int) -> None:
        log.warning("slack_socket_silent socket=%d", number)
        old = self._handlers[number]
        try:
            self._handlers[number] = await self._connected()
        except SlackTrouble as trouble:  # the watch looks again
            self._why = str(trouble)
            log.warning("slack_socket_not_opened why=%s", trouble)
        else:
            await old.close_async()

    async def _connected(self) -> AsyncSocketModeHandler:
        """A new connection. Raises SlackTrouble: Bolt would try a bad token for ever, unheard."""
        handler = _Handler(self._app, self._token, ping_interval=self._ping_s)
        async with AsyncExitStack() as unless_open:
            unless_open.push_async_callback(handler.close_async)
            try:
                async with asyncio.timeout(_CONNECT_S):
                    handler.client.wss_uri = await handler.client.issue_new_wss_url()
                    await handler.connect_async()
            except SlackApiError as error:
                code = code_of(error)
                code = "bad_app_token" if code in _BAD_TOKEN else code
                raise SlackTrouble("apps.connections.open", code) from error
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                raise SlackTrouble("apps.connections.open", "no_answer") from error
            unless_open.pop_all()
        return handler


@asynccontextmanager
async def listen(
    app: AsyncApp | None, flow: AsyncOAuthFlow | None, host: str, port: int
) -> AsyncIterator[str]:
    """Serve signed requests to `app`, and the install page of `flow`; gives the address.

    Raises OSError when it cannot listen.
    """
    site = web.Application()
    if app is not None:
        site.router.add_post(EVENTS, _door(app.async_dispatch))
    if flow is not None:
        site.router.add_get(INSTALL, _door(flow.handle_installation))
        site.router.add_get(REDIRECT, _door(flow.handle_callback))
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        taken = runner.addresses[0][1] if runner.addresses else port
        yield f"http://{host}:{taken}"
    finally:
        await runner.cleanup()


def _door(bolt: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        try:
            asked = await to_bolt_request(request)
        except web.HTTPException:
            raise
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as strange:
            log.info("slack_request_unreadable why=%s", type(strange).__name__)
            return web.Response(status=400)
        return await to_aiohttp_response(await bolt(asked))

    return answer
