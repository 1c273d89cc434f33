"""What a Slack keeps: workspaces with their people, channels, messages, files and tokens."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_BOT_SCOPES_WORDS = """
app_mentions:read channels:history channels:join channels:manage channels:read chat:write
chat:write.public commands files:read files:write groups:history groups:read groups:write
im:history im:read im:write mpim:history mpim:read mpim:write reactions:read reactions:write
team:read usergroups:read users:read users:read.email
"""
BOT_SCOPES = frozenset(_BOT_SCOPES_WORDS.split())
_EVENTS_WORDS = """
app_home_opened app_mention app_uninstalled channel_archive channel_deleted file_shared
member_joined_channel member_left_channel message.channels message.groups message.im
message.mpim reaction_added tokens_revoked
"""
EVENTS = frozenset(_EVENTS_WORDS.split())


class Refused(Exception):
    """Slack answers `ok: false` with this error."""

    def __init__(self, error: str, *messages: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.more = more


class Clock:
    """Stands still until a test moves it, unless it is told to tick."""

    def __init__(self) -> None:
        self._began = time.time()
        self._moved = 0.0
        self._last = 0
        self.ticking = False

    def now(self) -> float:
        return self._moved + (time.time() if self.ticking else self._began)

    def skip(self, seconds: float) -> None:
        self._moved += seconds

    def ts(self) -> str:
        """A time stamp as no message has it yet."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


@dataclass(kw_only=True)
class User:
    id: str
    name: str
    real_name: str
    is_bot: bool = False
    deleted: bool = False
    guest: bool = False
    tz: str = "Europe/Berlin"
    locale: str = "en-US"


@dataclass(kw_only=True)
class File:
    id: str
    name: str
    user: str
    data: bytes = b""
    size: int = 0
    title: str = ""
    ready: bool = False
    deleted: bool = False
    channels: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class Message:
    ts: str
    channel: str
    user: str
    bot_id: str = ""
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: str = ""
    edits: int = 0
    only_for: str = ""
    """The user who alone sees it: it is ephemeral."""
    stream: bool = False
    unfurls: bool = True

    @property
    def in_thread(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass(kw_only=True)
class Channel:
    id: str
    name: str
    private: bool = False
    im: bool = False
    archived: bool = False
    deleted: bool = False
    locked: set[str] = field(default_factory=set)
    """Time stamps of threads that nobody may reply to."""
    members: set[str] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    ephemeral: list[Message] = field(default_factory=list)

    def message(self, ts: str) -> Message | None:
        return next((one for one in self.messages if one.ts == ts), None)

    def thread(self, ts: str) -> list[Message]:
        """The message that began the thread, and all replies."""
        return [one for one in self.messages if ts in (one.ts, one.thread_ts)]

    @property
    def kind(self) -> str:
        return "im" if self.im else "group" if self.private else "channel"


@dataclass(kw_only=True)
class Token:
    """`refused` is the error that the token is answered with from now on, as "token_revoked"."""

    value: str
    team: str
    scopes: set[str]
    kind: str = "bot"
    refused: str = ""


@dataclass(kw_only=True)
class App:
    """The app as its settings at Slack say. `commands` is None where every one is registered."""

    id: str = "A0000PODIUM"
    client_id: str = "111.222"
    client_secret: str = "client-secret"
    signing_secret: str = "signing-secret"
    commands: set[str] | None = None
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    manifest: Json = field(default_factory=dict)
    """What the app is, as its owner last pasted it."""
    request_url: str = ""
    """Where HTTP mode sends to; without it Socket Mode is on."""


class Workspace:
    """One team's Slack, with the app's bot in it."""

    def __init__(self, team: str, name: str, clock: Clock) -> None:
        self.id = team
        self.name = name
        self.clock = clock
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.groups: dict[str, list[str]] = {}
        self._numbers = itertools.count(1)
        self.bot = self.add_user("podium", "Podium", is_bot=True)
        self.bot_id = self.new_id("B")
        self.add_channel("general")

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{self.id[1:5]}{next(self._numbers):06d}"

    def add_user(self, name: str, real_name: str = "", *, is_bot: bool = False) -> User:
        user = User(
            id=self.new_id("U"), name=name, real_name=real_name or name.title(), is_bot=is_bot
        )
        self.users[user.id] = user
        for channel in self.channels.values():
            if not channel.private and not channel.im:
                channel.members.add(user.id)
        return user

    def add_channel(self, name: str, *, private: bool = False, bot: bool = True) -> Channel:
        """A public one has everybody in it, a private one nobody yet but the bot."""
        people = set() if private else {user.id for user in self.users.values() if not user.is_bot}
        channel = Channel(
            id=self.new_id("G" if private else "C"),
            name=name,
            private=private,
            members=people | ({self.bot.id} if bot else set()),
        )
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The direct messages between a person and the bot."""
        both = {user, self.bot.id}
        for channel in self.channels.values():
            if channel.im and channel.members == both:
                return channel
        channel = Channel(id=self.new_id("D"), name="", im=True, members=both)
        self.channels[channel.id] = channel
        return channel

    def channel(self, key: str) -> Channel:
        """By id or name. Raises Refused."""
        name = key.removeprefix("#")
        for channel in self.channels.values():
            if key == channel.id or (name == channel.name and not channel.im):
                if channel.deleted:
                    break
                return channel
        raise Refused("channel_not_found")

    def user(self, key: str) -> User:
        """By id. Raises Refused."""
        if found := self.users.get(key):
            return found
        raise Refused("user_not_found")

    def messages(self) -> Iterator[Message]:
        """All that stand in channels, oldest first in each."""
        for channel in self.channels.values():
            yield from channel.messages


class News:
    """Wakes whoever waits for the world to change."""

    def __init__(self) -> None:
        self._changed: asyncio.Event = asyncio.Event()

    def tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self) -> None:
        await self._changed.wait()
