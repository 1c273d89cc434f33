"""The gateway of the local Discord: hello, identify, heartbeats, events, resume, and its ends."""

import asyncio
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord_things import Json
from tests.servers.discord_world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT = 0, 1, 2, 3, 6, 7
MEMBERS, INVALID, HELLO, ACK = 8, 9, 10, 11
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
_HEARTBEAT_MS = 41_250


@dataclass(eq=False)
class Line:
    """One socket, with the stream that it is packed into."""

    socket: web.WebSocketResponse
    request: web.Request
    packed: Any = None
    silent: bool = False

    async def send(self, op: int, data: Any = None, seq: int | None = None, name: str = "") -> None:
        text = json.dumps({"op": op, "d": data, "s": seq, "t": name or None})
        try:
            if self.packed:
                whole = self.packed.compress(text.encode()) + self.packed.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(whole)
            else:
                await self.socket.send_str(text)
        except ConnectionError:
            pass  # The bot is gone: what it missed is kept for when it resumes.


@dataclass(eq=False, kw_only=True)
class Session:
    """A shard that identified; its events are kept for as long as it may come back."""

    id: str
    shard: tuple[int, int]
    intents: int
    events: list[tuple[str, Json]] = field(default_factory=list)
    line: Line | None = None
    sent: int = 0
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def catch_up(self) -> None:
        """Send what the socket has not had, in order."""
        async with self.sending:
            while self.line and not self.line.socket.closed and self.sent < len(self.events):
                name, data = self.events[self.sent]
                self.sent += 1
                await self.line.send(DISPATCH, data, self.sent, name)


class Gateway:
    """Lets shards in and tells them what happens. `told` sees each event before it is sent."""

    def __init__(self, token: str, told: Callable[[str, Json], None]) -> None:
        self.url = ""
        self.world: World
        self.sessions: dict[str, Session] = {}
        self.identified: list[tuple[int, int]] = []
        self.resumed = 0
        self.refusing = 0
        """So many of the next sockets are refused before they open."""
        self.invalid_next = 0
        """So many of the next identifies and resumes are answered with an invalid session."""
        self.silent = False
        """Heartbeats are not acknowledged."""
        self.most_shards: int | None = None
        self.token = token
        self._told = told
        self._lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    # --- what happens -----------------------------------------------------------------------

    def tell(self, event: str, data: Json, guild_id: str | None) -> None:
        if guild_id and guild_id not in self.world.guilds and event != "GUILD_DELETE":
            return
        for session in self.sessions.values():
            index, count = session.shard
            if (int(guild_id or 0) >> 22) % count != index:
                continue
            seen = _seen(event, data, guild_id, session.intents, self.world.me["id"])
            if seen is not None:
                self._tell(session, event, seen)

    def _tell(self, session: Session, event: str, data: Json) -> None:
        # What happens to a thing later must not change what was told of it before.
        data = json.loads(json.dumps(data))
        self._told(event, data)
        session.events.append((event, data))
        self._start(self._catch_up(session))

    async def _catch_up(self, session: Session) -> None:
        await session.catch_up()
        self.world.changed()

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- what a test does to it -----------------------------------------------------------------

    @property
    def connected(self) -> list[Session]:
        return [one for one in self.sessions.values() if one.line and not one.line.socket.closed]

    async def ready(self, shards: int = 1) -> None:
        """Wait until so many shards are connected and have had all that there is."""

        def look() -> bool:
            here = self.connected
            return len(here) >= shards and all(one.sent == len(one.events) for one in here)

        await self.world.until(look, patience_s=60)

    def drop(self) -> None:
        """Cut every socket without a word."""
        for line in self._lines:
            if line.request.transport:
                line.request.transport.abort()

    async def close(self, code: int) -> None:
        for line in list(self._lines):
            await line.socket.close(code=code)

    async def reconnect(self) -> None:
        """Ask every shard to come back and resume."""
        for line in list(self._lines):
            await line.send(RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        if not resumable:
            self.sessions.clear()
        for line in list(self._lines):
            await line.send(INVALID, resumable)

    # --- a socket -------------------------------------------------------------------------------

    async def open(self, request: web.Request) -> web.StreamResponse:
        if self.refusing:
            self.refusing -= 1
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(max_msg_size=4096)
        await socket.prepare(request)
        packed = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        line = Line(socket, request, packed)
        self._lines.add(line)
        session: Session | None = None
        try:
            await line.send(HELLO, {"heartbeat_interval": _HEARTBEAT_MS, "_trace": ["local"]})
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    await socket.close(code=4002)
                    break
                said = json.loads(frame.data)
                session = await self._heard(line, session, said["op"], said.get("d"))
        finally:
            self._lines.discard(line)
            if session and session.line is line:
                session.line = None
            self.world.changed()
        return socket

    async def _heard(
        self, line: Line, session: Session | None, op: int, data: Any
    ) -> Session | None:
        match op:
            case 1:
                if not self.silent:
                    await line.send(ACK)
            case 2 if session is None:
                return await self._identify(line, data)
            case 6 if session is None:
                return await self._resume(line, data)
            case 2 | 6:
                await line.socket.close(code=4005)
            case 3 | 4 | 8 if session is None:
                await line.socket.close(code=4003)
            case 3 | 4 | 8:
                pass
            case _:
                await line.socket.close(code=4001)
        return session

    def _refused(self, data: Json) -> int:
        if data["token"] != self.token:
            return 4004
        index, count = data.get("shard") or (0, 1)
        if not 0 <= index < count:
            return 4010
        if self.most_shards and count < self.most_shards:
            return 4011
        return 4014 if data.get("intents", 0) & PRIVILEGED else 0

    async def _identify(self, line: Line, data: Json) -> Session | None:
        if code := self._refused(data):
            await line.socket.close(code=code)
            return None
        if self._is_invalid():
            await line.send(INVALID, False)
            return None
        self._count += 1
        index, count = data.get("shard") or (0, 1)
        session = Session(
            id=f"session-{self._count}", shard=(index, count), intents=data["intents"], line=line
        )
        self.sessions[session.id] = session
        self.identified.append(session.shard)
        for event, told in self._first(session, "shard" in data):
            self._tell(session, event, told)
        await session.catch_up()
        self.world.changed()
        return session

    def _first(self, session: Session, sharded: bool) -> Iterator[tuple[str, Json]]:
        index, count = session.shard
        guilds = [one for one in self.world.guilds.values() if (int(one.id) >> 22) % count == index]
        ready: Json = {
            "v": 10,
            "user": {**self.world.me, "email": None, "verified": True, "mfa_enabled": False},
            "guilds": [{"id": one.id, "unavailable": True} for one in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": self.world.application["id"], "flags": 0, "flags_new": "0"},
        }
        yield "READY", {**ready, "shard": [index, count]} if sharded else ready
        for guild in guilds:
            yield "GUILD_CREATE", self.world.created(guild)

    async def _resume(self, line: Line, data: Json) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None or self._is_invalid():
            self.sessions.pop(data["session_id"], None)
            await line.send(INVALID, False)
            return None
        if data["token"] != self.token or data["seq"] > len(session.events):
            await line.socket.close(code=4004 if data["token"] != self.token else 4007)
            return None
        self.resumed += 1
        session.line, session.sent = line, data["seq"]
        await session.catch_up()
        self._tell(session, "RESUMED", {"_trace": ["local"]})
        self.world.changed()
        return session

    def _is_invalid(self) -> bool:
        if not self.invalid_next:
            return False
        self.invalid_next -= 1
        return True


def _seen(event: str, data: Json, guild_id: str | None, intents: int, me: str) -> Json | None:
    """What a bot with these intents is told; None is nothing."""
    if event == "INTERACTION_CREATE":
        return data
    if not event.startswith("MESSAGE_"):
        return data if intents & GUILDS or guild_id is None else None
    if not intents & (GUILD_MESSAGES if guild_id else DIRECT_MESSAGES):
        return None
    mine = data.get("author", {}).get("id") == me
    named = any(one["id"] == me for one in data.get("mentions", []))
    if event == "MESSAGE_DELETE" or mine or named or guild_id is None:
        return data
    return {**data, "content": "", "embeds": [], "attachments": [], "components": []}
