"""Users, channels, threads and messages in the shapes in which Discord shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
HAS_THREAD, EPHEMERAL, LOADING, V2 = 1 << 5, 1 << 6, 1 << 7, 1 << 15
TEXT, DM, FORUM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 15, 11, 12
THREADS = (10, PUBLIC_THREAD, PRIVATE_THREAD)

PERMISSIONS = {
    "VIEW_CHANNEL": 1 << 10,
    "SEND_MESSAGES": 1 << 11,
    "MANAGE_MESSAGES": 1 << 13,
    "EMBED_LINKS": 1 << 14,
    "ATTACH_FILES": 1 << 15,
    "READ_MESSAGE_HISTORY": 1 << 16,
    "USE_APPLICATION_COMMANDS": 1 << 31,
    "MANAGE_THREADS": 1 << 34,
    "CREATE_PUBLIC_THREADS": 1 << 35,
    "CREATE_PRIVATE_THREADS": 1 << 36,
    "SEND_MESSAGES_IN_THREADS": 1 << 38,
}
EVERYONE = sum(PERMISSIONS.values()) & ~PERMISSIONS["MANAGE_THREADS"]


@dataclass(frozen=True)
class File:
    name: str
    data: bytes


class Refused(Exception):
    """Discord's own error: a status, a code and a message, with details by field."""

    def __init__(
        self, status: int, code: int, message: str, errors: Json | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "code": code, **more}
        if errors:
            self.body["errors"] = errors


def invalid(place: str, code: str, message: str) -> Refused:
    """A form that is refused at one place, such as `data.components`."""
    errors: Json = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(place.split(".")):
        errors = {part: errors}
    return Refused(400, 50035, "Invalid Form Body", errors)


@dataclass(kw_only=True)
class Channel:
    """A channel, thread or conversation with the messages in it, oldest first."""

    json: Json
    messages: dict[str, Json] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    """Who is in it, of a private thread."""

    @property
    def id(self) -> str:
        return self.json["id"]

    @property
    def guild_id(self) -> str | None:
        return self.json.get("guild_id")

    @property
    def is_thread(self) -> bool:
        return self.json["type"] in THREADS


@dataclass(kw_only=True)
class Guild:
    id: str
    name: str
    owner_id: str
    members: list[str] = field(default_factory=list)


def stamp(now_s: float) -> str:
    return datetime.fromtimestamp(now_s, UTC).isoformat()


def user(own: str, name: str, *, bot: bool = False) -> Json:
    return {
        "id": own,
        "username": name.casefold().replace(" ", "_"),
        "discriminator": "0001" if bot else "0",
        "global_name": name,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        **({"bot": True} if bot else {}),
    }


def member(someone: Json, *, permissions: int | None = None) -> Json:
    shown: Json = {
        "user": someone,
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [],
        "joined_at": stamp(EPOCH_MS / 1000),
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }
    return shown if permissions is None else {**shown, "permissions": str(permissions)}


def channel(own: str, guild: str, name: str, kind: int, position: int) -> Json:
    shown: Json = {
        "id": own,
        "type": kind,
        "flags": 0,
        "guild_id": guild,
        "name": name,
        "position": position,
        "permission_overwrites": [],
        "topic": None,
        "nsfw": False,
        "last_message_id": None,
        "parent_id": None,
        "rate_limit_per_user": 0,
    }
    if kind == FORUM:
        shown |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return shown


def thread(own: str, parent: Channel, name: str, owner: str, *, now_s: float, **more: Any) -> Json:
    return {
        "id": own,
        "type": more.get("type", PUBLIC_THREAD),
        "flags": 0,
        "guild_id": parent.guild_id,
        "name": name,
        "parent_id": parent.id,
        "owner_id": owner,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": stamp(now_s),
            "auto_archive_duration": more.get("auto_archive_duration", 4320),
            "locked": False,
            "create_timestamp": stamp(now_s),
        },
        "member": {"id": own, "user_id": owner, "join_timestamp": stamp(now_s), "flags": 0},
    }


def role(own: str) -> Json:
    return {
        "id": own,
        "name": "@everyone",
        "permissions": str(EVERYONE),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def guild_created(
    guild: Guild, me: Json, channels: Sequence[Json], threads: Sequence[Json]
) -> Json:
    """What GUILD_CREATE says of it."""
    nothing = (
        *("afk_channel_id", "application_id", "banner", "description", "discovery_splash"),
        *("hub_type", "icon", "incidents_data", "public_updates_channel_id", "rules_channel_id"),
        *("safety_alerts_channel_id", "splash", "system_channel_id", "vanity_url_code"),
    )
    lists = (
        *("emojis", "features", "guild_scheduled_events", "presences", "soundboard_sounds"),
        *("stage_instances", "stickers", "voice_states"),
    )
    zeros = (
        *("default_message_notifications", "explicit_content_filter", "mfa_level", "nsfw_level"),
        *("premium_tier", "system_channel_flags", "verification_level"),
    )
    return {
        **dict.fromkeys(nothing),
        **{name: [] for name in lists},
        **dict.fromkeys(zeros, 0),
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "afk_timeout": 300,
        "joined_at": stamp(EPOCH_MS / 1000),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members) + 1,
        "members": [member(me)],
        "preferred_locale": "en-US",
        "premium_progress_bar_enabled": False,
        "roles": [role(guild.id)],
        "channels": list(channels),
        "threads": list(threads),
    }


def application(own: str, name: str, owner: Json) -> Json:
    return {
        "id": own,
        "name": name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": owner,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "bot_public": False,
        "bot_require_code_grant": False,
    }
