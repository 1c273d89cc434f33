"""Socket Mode: connections by ticket, envelopes, acks, pings, and reasons to disconnect."""

import asyncio
import itertools
import json
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import WSCloseCode, WSMsgType, web

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi

Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
MOST = 10


class Unreached(Exception):
    """The connection went away, or no ack came in time; the text is Slack's name for it."""


class Connection:
    """One socket of the app. One that is `silent` is dead, and does not tell.

    It is `gone` when it broke off; where it was closed in order, an ack may come by another.
    """

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self._transport = request.transport
        self.silent = False
        self.gone = asyncio.Event()
        self.pings = 0

    async def send(self, message: dict[str, Any]) -> None:
        if not self.silent:
            await self.ws.send_str(json.dumps(message))

    def abort(self) -> None:
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()


class Socket:
    """All connections of the app; each envelope goes to one of them, by turns."""

    def __init__(self, slack: "SlackApi") -> None:
        self._slack = slack
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = itertools.count()
        self.connections: list[Connection] = []
        self.shut, self.turned_away = False, 0
        """Whether nobody is let in, and how often somebody was not."""
        self.opened = 0
        """How many connections there ever were."""
        self.late: list[str] = []
        """Envelopes whose ack came after its time, or twice."""

    def address(self) -> str:
        """A new address, good for one connection."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return f"{self._slack.url.replace('http', 'ws', 1)}/link/?ticket={ticket}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(ticket)
        if self.shut:
            self.turned_away += 1
            self._slack.news.tell()
            return web.Response(status=503)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        connection = Connection(ws, request)
        if len(self.connections) >= MOST:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        self.connections.append(connection)
        self.opened += 1
        await connection.send(self._hello())
        self._slack.news.tell()
        try:
            await self._listen(connection)
        finally:
            self._forget(connection, broken=ws.close_code != WSCloseCode.OK)
        return ws

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._slack.app.id},
        }

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.ws:
            match message.type:
                case WSMsgType.PING if not (connection.silent or connection.ws.closed):
                    connection.pings += 1
                    with suppress(ConnectionError):  # who asked may have gone by now
                        await connection.ws.pong(message.data)
                case WSMsgType.TEXT if not connection.silent:
                    self._acked(json.loads(message.data))
                case _:
                    pass

    def _acked(self, ack: dict[str, Any]) -> None:
        waiting = self._waiting.pop(ack.get("envelope_id", ""), None)
        if waiting is None or waiting.done():
            self.late.append(ack.get("envelope_id", ""))
        else:
            waiting.set_result(ack.get("payload"))

    def _forget(self, connection: Connection, *, broken: bool) -> None:
        """Send nothing there any more."""
        if broken:
            connection.gone.set()
        if connection in self.connections:
            self.connections.remove(connection)
        self._slack.news.tell()

    async def connected(self, count: int = 1) -> None:
        """Waits until the app has so many connections."""
        while len(self.connections) < count:
            await self._slack.news.wait()

    async def deliver(self, kind: str, payload: dict[str, Any], more: dict[str, Any]) -> Any:
        """The payload that came with the ack. Raises Unreached."""
        if not self.connections:
            raise Unreached("dispatch_failed")
        connection = self.connections[next(self._turn) % len(self.connections)]
        envelope = secrets.token_hex(16)
        acked = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        whole = {"type": kind, "envelope_id": envelope, "payload": payload}
        try:
            await connection.send(whole | {"accepts_response_payload": kind != "events_api"} | more)
            return await self._ack(connection, acked)
        except ConnectionError:
            raise Unreached("dispatch_failed") from None
        finally:
            self._waiting.pop(envelope, None)

    async def _ack(self, connection: Connection, acked: asyncio.Future[Any]) -> Any:
        gone = asyncio.ensure_future(connection.gone.wait())
        try:
            await asyncio.wait(
                [acked, gone],
                timeout=self._slack.ack_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            gone.cancel()
        if acked.done():
            return acked.result()
        raise Unreached("dispatch_failed" if connection.gone.is_set() else "operation_timeout")

    async def disconnect(self, reason: Reason, *, count: int = 1, close: bool = True) -> None:
        """Ask `count` connections to go; a warning lets them stay, all else closes them."""
        for connection in list(self.connections[:count]):
            if reason != "warning":
                self._forget(connection, broken=False)
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": {}})
            if close and reason != "warning":
                await connection.ws.close()

    async def cut(self, count: int = MOST) -> None:
        """Drop connections without a word."""
        for connection in list(self.connections[:count]):
            self._forget(connection, broken=True)
            connection.abort()
