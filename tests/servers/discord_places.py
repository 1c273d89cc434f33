"""Who and what is at the local Discord: its time, its people, their places; and who may what."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from tests.servers import discord_things as things
from tests.servers.discord_things import (
    DM,
    EPOCH_MS,
    EVERYONE,
    PERMISSIONS,
    Channel,
    Guild,
    Json,
    Refused,
)

T = TypeVar("T")


class Tell(Protocol):
    """Tells the bot's sockets of an event."""

    def __call__(self, event: str, data: Json, guild_id: str | None) -> None: ...


@dataclass(kw_only=True)
class Places:
    """People, guilds and channels. `move` puts the clock forward."""

    tell: Tell
    url: str = ""
    users: dict[str, Json] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    """People who take no direct messages."""
    file_limit: int = 10 * 1024 * 1024
    _moved_s: float = 0
    _last_id: int = 0
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.me = self.person("Podium", bot=True)
        self.owner = self.person("Olga Owner")
        self.application = things.application(self.me["id"], "Podium", self.owner)

    # --- time and news ------------------------------------------------------------------

    @property
    def now_s(self) -> float:
        return time.time() + self._moved_s

    def move(self, seconds: float) -> None:
        self._moved_s += seconds
        self.changed()

    def new_id(self) -> str:
        self._last_id = max(self._last_id + 1, (int(self.now_s * 1000) - EPOCH_MS) << 22)
        return str(self._last_id)

    def changed(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def until(self, look: Callable[[], T | None], *, patience_s: float = 20) -> T:
        """What `look` finds, as soon as it does. Raises TimeoutError."""
        async with asyncio.timeout(patience_s):
            while not (found := look()):
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                try:
                    await waiting
                finally:
                    self._waiting.discard(waiting)
            return found

    # --- people and places --------------------------------------------------------------

    def person(self, name: str, *, bot: bool = False) -> Json:
        own = self.new_id()
        self.users[own] = things.user(own, name, bot=bot)
        for guild in self.guilds.values():
            guild.members.append(own)
        return self.users[own]

    def guild(self, name: str, channels: Sequence[str] = ("general",), own: str = "") -> Guild:
        """A guild that the bot is in, with text channels of these names."""
        people = [each["id"] for each in self.users.values() if not each.get("bot")]
        guild = Guild(id=own or self.new_id(), name=name, owner_id=self.owner["id"], members=people)
        self.guilds[guild.id] = guild
        for channel in channels:
            self.channel(guild, channel, quietly=True)
        self.tell("GUILD_CREATE", self.created(guild), guild.id)
        return guild

    def channel(self, guild: Guild, name: str, kind: int = 0, *, quietly: bool = False) -> Channel:
        own = self.new_id()
        made = Channel(json=things.channel(own, guild.id, name, kind, len(self.channels)))
        self.channels[own] = made
        if not quietly:
            self.tell("CHANNEL_CREATE", made.json, guild.id)
        return made

    def conversation(self, who: str) -> Channel:
        """The direct messages between the bot and a person."""
        for known in self.channels.values():
            if known.json["type"] == DM and known.json["recipients"][0]["id"] == who:
                return known
        json = {"id": self.new_id(), "type": DM, "flags": 0, "last_message_id": None}
        made = Channel(json={**json, "recipients": [self.users[who]]})
        self.channels[made.id] = made
        return made

    def created(self, guild: Guild) -> Json:
        inside = [one for one in self.channels.values() if one.guild_id == guild.id]
        return things.guild_created(
            guild,
            self.me,
            [one.json for one in inside if not one.is_thread],
            [one.json for one in inside if one.is_thread and not archived(one)],
        )

    def kick(self, guild: Guild) -> None:
        """The bot is put out of the guild."""
        del self.guilds[guild.id]
        self.tell("GUILD_DELETE", {"id": guild.id}, guild.id)
        self.changed()

    def threads_of(self, guild_id: str | None) -> list[Channel]:
        return [one for one in self.channels.values() if one.is_thread and one.guild_id == guild_id]

    # --- who may what ---------------------------------------------------------------------

    def deny(self, channel: Channel, *permissions: str, who: str = "") -> None:
        """Take permissions in a channel from the bot, or a person; none given, give all back."""
        own = who or self.me["id"]
        if own == self.me["id"]:
            channel.denied = set(permissions)
        denied = sum(PERMISSIONS[name] for name in permissions)
        overwrite = {"id": own, "type": 1, "allow": "0", "deny": str(denied)}
        others = [one for one in channel.json["permission_overwrites"] if one["id"] != own]
        channel.json["permission_overwrites"] = [*others, *([overwrite] if denied else [])]
        self.tell("CHANNEL_UPDATE", channel.json, channel.guild_id)

    def permissions(self, channel: Channel) -> int:
        """What the bot may do there."""
        top = self.channels.get(channel.json.get("parent_id") or "", channel)
        return EVERYONE & ~sum(PERMISSIONS[name] for name in top.denied)

    def place(self, own: str, *needed: str) -> Channel:
        """The channel, if the bot may do there what is needed. Raises Refused."""
        channel = self.channels.get(own)
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if channel.guild_id and channel.guild_id not in self.guilds:
            raise Refused(403, 50001, "Missing Access")
        top = self.channels.get(channel.json.get("parent_id") or "", channel)
        if "VIEW_CHANNEL" in top.denied:
            raise Refused(403, 50001, "Missing Access")
        if top.denied & set(needed):
            raise Refused(403, 50013, "Missing Permissions")
        return channel


def archived(thread: Channel) -> bool:
    return thread.json["thread_metadata"]["archived"]
