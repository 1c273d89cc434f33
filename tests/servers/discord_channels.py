"""REST of the local Discord: channels, messages, threads, people and guilds."""

from tests.servers import discord_rules as rules
from tests.servers.discord_call import Answer, Call, Handler
from tests.servers.discord_things import (
    DM,
    FORUM,
    PUBLIC_THREAD,
    TEXT,
    Channel,
    Json,
    Refused,
    guild_created,
    member,
)
from tests.servers.discord_world import World

_NONCE_S = 300
_BY_GUILD_CREATE = ("members", "channels", "threads", "presences", "voice_states")


class Channels:
    """Answers what is asked about places and the messages in them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._nonces: dict[tuple[str, str], str] = {}

    def table(self) -> dict[str, Handler]:
        message = "/channels/{channel_id}/messages/{message_id}"
        return {
            "GET /channels/{channel_id}": self._channel,
            "PATCH /channels/{channel_id}": self._change,
            "DELETE /channels/{channel_id}": self._remove,
            "GET /channels/{channel_id}/messages": self._messages,
            "POST /channels/{channel_id}/messages": self._post,
            f"GET {message}": self._message,
            f"PATCH {message}": self._edit,
            f"DELETE {message}": self._delete,
            f"POST {message}/threads": self._thread_under,
            "POST /channels/{channel_id}/threads": self._thread,
            "GET /channels/{channel_id}/thread-members/{user_id}": self._thread_member,
            "PUT /channels/{channel_id}/thread-members/{user_id}": self._join,
            "PUT /channels/{channel_id}/thread-members/@me": self._join,
            "POST /channels/{channel_id}/typing": self._typing,
            "GET /guilds/{guild_id}/threads/active": self._active,
            "GET /guilds/{guild_id}/channels": self._channels,
            "GET /guilds/{guild_id}": self._guild,
            "GET /guilds/{guild_id}/members/{user_id}": self._member,
            "GET /users/{user_id}": self._user,
            "POST /users/@me/channels": self._conversation,
        }

    def _place(self, call: Call, *needed: str) -> Channel:
        return self.world.place(call.path["channel_id"], *needed)

    async def _channel(self, call: Call) -> Answer:
        return Answer(self._place(call).json)

    async def _change(self, call: Call) -> Answer:
        place, body = self._place(call), call.body
        if not place.is_thread:
            raise Refused(403, 50013, "Missing Permissions")
        rules.check_thread(body.get("name"), body.get("auto_archive_duration"))
        meta = place.json["thread_metadata"]
        mine = place.json["owner_id"] == self.world.me["id"]
        only_opens = body.get("archived") is False and len(body) == 1
        if meta["locked"] or body.get("locked") is not None or not (mine or only_opens):
            # That is for those who manage threads, which our bot never asks to be.
            raise Refused(403, 50013, "Missing Permissions")
        if meta["archived"] and body.get("archived") is not False:
            raise Refused(400, 50083, "Thread is archived")
        if "name" in body:
            place.json["name"] = body["name"]
        if "auto_archive_duration" in body:
            meta["auto_archive_duration"] = body["auto_archive_duration"]
        archived = body.get("archived", meta["archived"])
        self.world.archive(place, archived=archived, locked=body.get("locked"))
        return Answer(place.json)

    async def _remove(self, call: Call) -> Answer:
        place = self._place(call)
        if not place.is_thread or place.json["owner_id"] != self.world.me["id"]:
            raise Refused(403, 50013, "Missing Permissions")
        self.world.remove(place)
        return Answer(place.json)

    # --- messages -------------------------------------------------------------------------

    async def _messages(self, call: Call) -> Answer:
        place = self._place(call, "READ_MESSAGE_HISTORY")
        found = sorted(place.messages.values(), key=lambda one: int(one["id"]), reverse=True)
        most = int(call.query.get("limit", 50))
        if before := call.query.get("before"):
            found = [one for one in found if int(one["id"]) < int(before)]
        if after := call.query.get("after"):
            found = [one for one in found if int(one["id"]) > int(after)]
            return Answer([self._shown(one) for one in found[-most:]])
        return Answer([self._shown(one) for one in found[:most]])

    def _shown(self, message: Json) -> Json:
        """As a bot without the message content intent sees it."""
        me = self.world.me["id"]
        if (
            message["author"]["id"] == me
            or any(one["id"] == me for one in message["mentions"])
            or self.world.channels[message["channel_id"]].json["type"] == DM
        ):
            return message
        return {**message, "content": "", "embeds": [], "attachments": [], "components": []}

    def _found(self, place: Channel, own: str) -> Json:
        if own not in place.messages:
            raise Refused(404, 10008, "Unknown Message")
        return place.messages[own]

    async def _message(self, call: Call) -> Answer:
        place = self._place(call, "READ_MESSAGE_HISTORY")
        return Answer(self._shown(self._found(place, call.path["message_id"])))

    def _may_post(self, place: Channel, call: Call) -> None:
        if place.json["type"] not in (TEXT, DM) and not place.is_thread:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        if place.json["type"] == DM and place.json["recipients"][0]["id"] in self.world.closed:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if place.is_thread and place.json["thread_metadata"]["locked"]:
            raise Refused(400, 160005, "Thread is locked")
        needed = "SEND_MESSAGES_IN_THREADS" if place.is_thread else "SEND_MESSAGES"
        self.world.place(place.id, needed, *(["ATTACH_FILES"] if call.files else []))

    async def _post(self, call: Call) -> Answer:
        place, body = self._place(call), call.body or {}
        self._may_post(place, call)
        rules.check_message(body, call.files, limit=self.world.file_limit)
        key = (place.id, str(body.get("nonce")))
        if body.get("nonce") is not None and body.get("enforce_nonce"):
            before = place.messages.get(self._nonces.get(key, ""))
            if before and self._age_s(before) < _NONCE_S:
                return Answer(before)
        reference = body.get("message_reference") or {}
        own = str(reference.get("message_id", ""))
        if own and own not in place.messages and reference.get("fail_if_not_exists", True):
            raise Refused(
                400,
                50035,
                "Invalid Form Body",
                {"message_reference": {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE"}]}},
            )
        message = self.world.post(place, self.world.me["id"], body, call.files)
        if body.get("nonce") is not None:
            self._nonces[key] = message["id"]
        return Answer(message)

    def _age_s(self, message: Json) -> float:
        made_ms = (int(message["id"]) >> 22) + 1_420_070_400_000
        return self.world.now_s - made_ms / 1000

    def _own(self, call: Call, code: int, words: str) -> tuple[Channel, Json]:
        place = self._place(call)
        message = self._found(place, call.path["message_id"])
        if message["author"]["id"] != self.world.me["id"]:
            raise Refused(403, code, words)
        return place, message

    async def _edit(self, call: Call) -> Answer:
        place, message = self._own(call, 50005, "Cannot edit a message authored by another user")
        if place.is_thread and place.json["thread_metadata"]["archived"]:
            raise Refused(400, 50083, "Thread is archived")
        rules.check_message(call.body, call.files, limit=self.world.file_limit, before=message)
        self.world.edit(message, call.body, call.files)
        return Answer(message)

    async def _delete(self, call: Call) -> Answer:
        place, message = self._own(call, 50013, "Missing Permissions")
        self.world.delete(place, message["id"])
        return Answer()

    async def _typing(self, call: Call) -> Answer:
        self._place(call)
        return Answer()

    # --- threads --------------------------------------------------------------------------

    async def _thread_under(self, call: Call) -> Answer:
        place = self._place(call, "CREATE_PUBLIC_THREADS")
        message = self._found(place, call.path["message_id"])
        if message["id"] in self.world.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        if place.is_thread or place.json["type"] == DM:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        return self._made(place, call.body, message["id"])

    async def _thread(self, call: Call) -> Answer:
        place, body = self._place(call), call.body
        if place.json["type"] == FORUM:
            self._place(call, "SEND_MESSAGES")
            return self._forum_post(place, call)
        if place.is_thread or place.json["type"] == DM:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        private = body.get("type", 12) == 12
        self._place(call, "CREATE_PRIVATE_THREADS" if private else "CREATE_PUBLIC_THREADS")
        return self._made(place, body, "", type=12 if private else PUBLIC_THREAD)

    def _made(self, place: Channel, body: Json, own: str, **more: int) -> Answer:
        rules.check_thread(body.get("name"), body.get("auto_archive_duration"))
        if body.get("auto_archive_duration") is not None:
            more["auto_archive_duration"] = body["auto_archive_duration"]
        return Answer(self.world.thread(place, body["name"], own, **more).json, 201)

    def _forum_post(self, place: Channel, call: Call) -> Answer:
        first = call.body["message"]
        rules.check_message(first, call.files, limit=self.world.file_limit)
        made = self._made(place, call.body, "")
        thread = self.world.channels[made.body["id"]]
        message = self.world.message(thread, self.world.me["id"], first, call.files)
        # The first message of a forum's post has the id of its thread.
        message["id"] = thread.id
        self.world.put(thread, message)
        return Answer({**thread.json, "message": message}, 201)

    async def _join(self, call: Call) -> Answer:
        self._place(call)
        return Answer()

    async def _thread_member(self, call: Call) -> Answer:
        place, own = self._place(call), call.path["user_id"]
        if own not in place.members:
            raise Refused(404, 10007, "Unknown Member")
        made = place.json["thread_metadata"]["archive_timestamp"]
        return Answer({"id": place.id, "user_id": own, "join_timestamp": made, "flags": 0})

    async def _active(self, call: Call) -> Answer:
        threads = [
            one.json
            for one in self.world.threads_of(call.path["guild_id"])
            if not one.json["thread_metadata"]["archived"]
        ]
        return Answer({"threads": threads, "members": [], "has_more": False})

    # --- people and guilds ------------------------------------------------------------------

    async def _guild(self, call: Call) -> Answer:
        guild = self.world.guilds.get(call.path["guild_id"])
        if guild is None:
            raise Refused(404, 10004, "Unknown Guild")
        whole = guild_created(guild, self.world.me, [], [])
        more: Json = {
            "home_header": None,
            "region": "deprecated",
            "widget_enabled": False,
            "widget_channel_id": None,
            "max_presences": None,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "premium_subscription_count": 0,
            "nsfw": False,
        }
        return Answer(
            {name: value for name, value in whole.items() if name not in _BY_GUILD_CREATE} | more
        )

    async def _channels(self, call: Call) -> Answer:
        guild = call.path["guild_id"]
        if guild not in self.world.guilds:
            raise Refused(403, 50001, "Missing Access")
        places = self.world.channels.values()
        return Answer([one.json for one in places if one.guild_id == guild and not one.is_thread])

    async def _member(self, call: Call) -> Answer:
        guild = self.world.guilds.get(call.path["guild_id"])
        own = call.path["user_id"]
        if guild is None:
            raise Refused(404, 10004, "Unknown Guild")
        if own != self.world.me["id"] and own not in guild.members:
            raise Refused(404, 10007, "Unknown Member")
        return Answer(member(self.world.users[own]))

    async def _user(self, call: Call) -> Answer:
        if call.path["user_id"] == "@me":
            return Answer({**self.world.me, "mfa_enabled": False, "locale": "en-US"})
        if call.path["user_id"] not in self.world.users:
            raise Refused(404, 10013, "Unknown User")
        return Answer(self.world.users[call.path["user_id"]])

    async def _conversation(self, call: Call) -> Answer:
        own = str(call.body["recipient_id"])
        if own not in self.world.users:
            raise Refused(404, 10013, "Unknown User")
        return Answer(self.world.conversation(own).json)
