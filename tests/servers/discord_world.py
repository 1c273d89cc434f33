"""What is said at the local Discord: messages in channels, and the threads under them."""

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.servers import discord_things as things
from tests.servers.discord_layout import shown, users_mentioned
from tests.servers.discord_places import Places, archived
from tests.servers.discord_things import EPHEMERAL, Channel, File, Json, Refused

# The flags that an edit may set: Components V2, and embeds suppressed.
_EDITED = things.V2 | 1 << 2


@dataclass(kw_only=True)
class Private:
    """A message that one person alone sees."""

    who: str
    message: Json


@dataclass(kw_only=True)
class World(Places):
    """All that there is: places, and what is said in them."""

    private: list[Private] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    versions: dict[str, list[Json]] = field(default_factory=dict)
    """Every state of each message, oldest first."""
    most_threads: int = 1000

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
            if archived(channel):
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
        open_ones = [one for one in self.threads_of(parent.guild_id) if not archived(one)]
        if len(open_ones) >= self.most_threads:
            raise Refused(400, 160006, "Maximum number of active threads reached")
        json = things.thread(
            own or self.new_id(), parent, name, self.me["id"], now_s=self.now_s, **more
        )
        made = Channel(json=json)
        self.channels[made.id] = made
        if own and own in parent.messages:
            parent.messages[own]["thread"] = json
            parent.messages[own]["flags"] |= things.HAS_THREAD
        self.tell("THREAD_CREATE", {**json, "newly_created": True}, parent.guild_id)
        self.changed()
        return made

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
