"""What is at the local Discord: people, guilds, channels, threads, messages; and who may what."""

import asyncio
import mimetypes
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from tests.servers import discord_things as things
from tests.servers.discord_layout import shown, users_mentioned
from tests.servers.discord_things import (
    DM,
    EPHEMERAL,
    EPOCH_MS,
    EVERYONE,
    PERMISSIONS,
    Channel,
    File,
    Guild,
    Json,
    Refused,
)

T = TypeVar("T")

# The flags that an edit may set: Components V2, and embeds suppressed.
_EDITED = things.V2 | 1 << 2


class Tell(Protocol):
    """Tells the bot's sockets of an event."""

    def __call__(self, event: str, data: Json, guild_id: str | None) -> None: ...


@dataclass(kw_only=True)
class Private:
    """A message that one person alone sees."""

    who: str
    message: Json


@dataclass(kw_only=True)
class World:
    """All that there is. `move` puts its clock forward."""

    tell: Tell
    url: str = ""
    users: dict[str, Json] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    private: list[Private] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    """People who take no direct messages."""
    versions: dict[str, list[Json]] = field(default_factory=dict)
    """Every state of each message, oldest first."""
    most_threads: int = 1000
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
            [one.json for one in inside if one.is_thread and not _archived(one)],
        )

    def kick(self, guild: Guild) -> None:
        """The bot is put out of the guild."""
        del self.guilds[guild.id]
        self.tell("GUILD_DELETE", {"id": guild.id}, guild.id)
        self.changed()

    # --- who may what ---------------------------------------------------------------------

    def deny(self, channel: Channel, *permissions: str) -> None:
        """Take permissions from the bot in a channel; none given, give all back."""
        channel.denied = set(permissions)
        denied = sum(PERMISSIONS[name] for name in permissions)
        overwrite = {"id": self.me["id"], "type": 1, "allow": "0", "deny": str(denied)}
        channel.json["permission_overwrites"] = [overwrite] if denied else []
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

    # --- messages and threads -------------------------------------------------------------

    def post(self, channel: Channel, author: str, body: Json, files: Iterable[File] = ()) -> Json:
        """A new message, told to everyone who is there."""
        message = self.message(channel, author, body, files)
        self.put(channel, message)
        return message

    def put(self, channel: Channel, message: Json) -> None:
        channel.messages[message["id"]] = message
        channel.json["last_message_id"] = message["id"]
        if channel.is_thread:
            channel.json["message_count"] += 1
            channel.json["total_message_sent"] += 1
            if _archived(channel):
                self.archive(channel, archived=False)
        self.note(message)
        self.tell_message("MESSAGE_CREATE", channel, message)

    def note(self, message: Json) -> None:
        """Keep what a message says now."""
        self.versions.setdefault(message["id"], []).append({**message})
        self.changed()

    def message(
        self, channel: Channel, author: str, body: Json, files: Iterable[File] = ()
    ) -> Json:
        own = self.new_id()
        content = body.get("content") or ""
        mentioned = users_mentioned(body, everyone=self.users)
        message: Json = {
            "id": own,
            "channel_id": channel.id,
            "type": body.get("type", 0),
            "author": self.users[author],
            "content": content,
            "timestamp": things.stamp(self.now_s),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [self.users[one] for one in mentioned if one in self.users],
            "mention_roles": [],
            "attachments": self.attach(channel, own, body, files),
            "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or []],
            "flags": body.get("flags") or 0,
            "pinned": False,
        }
        message["components"] = shown(body.get("components") or [], message["attachments"])
        if body.get("nonce") is not None:
            message["nonce"] = body["nonce"]
        if reference := body.get("message_reference"):
            message["type"] = 19
            message["message_reference"] = {"type": 0, "channel_id": channel.id, **reference}
        return message

    def attach(
        self, channel: Channel, message: str, body: Json, files: Iterable[File]
    ) -> list[Json]:
        described = {str(one.get("id")): one for one in body.get("attachments") or []}
        found: list[Json] = []
        for number, file in enumerate(files):
            found.append(self.upload(file, f"{channel.id}/{message}"))
            if text := described.get(str(number), {}).get("description"):
                found[-1]["description"] = text
        return found

    def upload(self, file: File, where: str) -> Json:
        own = self.new_id()
        path = f"cdn/{where}/{own}/{file.name}"
        self.files[path] = file
        url = f"{self.url}/{path}"
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return {
            "id": own,
            "filename": file.name,
            "size": len(file.data),
            "url": url,
            "proxy_url": url,
            "content_type": kind,
        }

    def edit(self, message: Json, body: Json, files: Iterable[File] = ()) -> None:
        channel = self.channels[message["channel_id"]]
        if "attachments" in body or files:
            kept = {str(one["id"]) for one in body.get("attachments") or []}
            old = [one for one in message["attachments"] if one["id"] in kept]
            message["attachments"] = [*old, *self.attach(channel, message["id"], body, files)]
        if body.get("content") is not None or "content" in body:
            message["content"] = body["content"] or ""
        if "embeds" in body:
            message["embeds"] = [{"type": "rich", **embed} for embed in body["embeds"] or []]
        if "flags" in body and body["flags"] is not None:
            message["flags"] |= body["flags"] & _EDITED
        if "components" in body:
            message["components"] = shown(body["components"] or [], message["attachments"])
        message["edited_timestamp"] = things.stamp(self.now_s)
        self.note(message)
        if not message["flags"] & EPHEMERAL:
            self.tell_message("MESSAGE_UPDATE", channel, message)

    def delete(self, channel: Channel, own: str) -> None:
        del channel.messages[own]
        data = {"id": own, "channel_id": channel.id}
        if channel.guild_id:
            data["guild_id"] = channel.guild_id
        self.tell("MESSAGE_DELETE", data, channel.guild_id)
        self.changed()

    def thread(self, parent: Channel, name: str, own: str = "", **more: Any) -> Channel:
        """A thread, made by the bot."""
        open_ones = [one for one in self.threads_of(parent.guild_id) if not _archived(one)]
        if len(open_ones) >= self.most_threads:
            raise Refused(400, 160006, "Maximum number of active threads reached")
        json = things.thread(
            own or self.new_id(), parent, name, self.me["id"], now_s=self.now_s, **more
        )
        made = Channel(json=json)
        self.channels[made.id] = made
        if own and own in parent.messages:
            parent.messages[own]["thread"] = json
        self.tell("THREAD_CREATE", {**json, "newly_created": True}, parent.guild_id)
        self.changed()
        return made

    def threads_of(self, guild_id: str | None) -> list[Channel]:
        return [one for one in self.channels.values() if one.is_thread and one.guild_id == guild_id]

    def archive(self, thread: Channel, *, archived: bool, locked: bool | None = None) -> None:
        meta = thread.json["thread_metadata"]
        meta["archived"] = archived
        meta["archive_timestamp"] = things.stamp(self.now_s)
        if locked is not None:
            meta["locked"] = locked
        self.tell("THREAD_UPDATE", thread.json, thread.guild_id)
        self.changed()

    def remove(self, channel: Channel) -> None:
        """Delete a channel or thread."""
        del self.channels[channel.id]
        event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        whole = channel.json
        if channel.is_thread:
            whole = {name: whole[name] for name in ("id", "guild_id", "parent_id", "type")}
        self.tell(event, whole, channel.guild_id)
        for one in [
            one for one in self.channels.values() if one.json.get("parent_id") == channel.id
        ]:
            del self.channels[one.id]
        self.changed()

    def tell_message(self, event: str, channel: Channel, message: Json) -> None:
        """Tell the bot of a message; a second time is a redelivery."""
        data = {**message, "channel_type": channel.json["type"]}
        if channel.guild_id:
            data["guild_id"] = channel.guild_id
            someone = things.member(message["author"])
            del someone["user"]
            data["member"] = someone
        self.tell(event, data, channel.guild_id)


def _archived(thread: Channel) -> bool:
    return thread.json["thread_metadata"]["archived"]
