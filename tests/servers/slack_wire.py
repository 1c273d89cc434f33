"""The world's things as Slack writes them on the wire."""

import mimetypes
from pathlib import PurePath
from typing import Any

from tests.servers.slack_world import App, Channel, File, Json, Message, User, Workspace


def message(said: Message, team: Workspace, app: App, base: str, *, metadata: bool = False) -> Json:
    wire: Json = {"type": "message", "user": said.user, "ts": said.ts, "text": said.text}
    wire["team"] = team.id
    if said.bot_id:
        wire |= {"bot_id": said.bot_id, "app_id": app.id, "blocks": said.blocks}
        wire["bot_profile"] = {"id": said.bot_id, "app_id": app.id, "name": team.bot.real_name}
    if said.only_for:
        wire["is_ephemeral"] = True
    wire |= _thread(said, team)
    if said.files:
        wire["files"] = [file(one, base, team) for one in said.files]
        if not said.bot_id:
            wire["subtype"] = "file_share"
    if said.reactions:
        wire["reactions"] = [
            {"name": name, "users": users, "count": len(users)}
            for name, users in said.reactions.items()
        ]
    if said.edited:
        wire["edited"] = {"user": said.user, "ts": said.edited}
    if metadata and said.metadata is not None:
        wire["metadata"] = said.metadata
    return wire


def _thread(said: Message, team: Workspace) -> Json:
    """Where a message stands in its thread; one that began none stands in none."""
    if said.only_for:
        return {"thread_ts": said.thread_ts} if said.thread_ts else {}
    root, *replies = team.channels[said.channel].thread(said.thread_ts or said.ts) or [said]
    if said.in_thread:
        return {"thread_ts": said.thread_ts, "parent_user_id": root.user}
    if not replies:
        return {}
    return {
        "thread_ts": said.ts,
        "reply_count": len(replies),
        "reply_users": sorted({one.user for one in replies}),
        "latest_reply": replies[-1].ts,
    }


def channel(place: Channel, team: Workspace) -> Json:
    return {
        "id": place.id,
        "name": place.name,
        "name_normalized": place.name,
        "is_channel": place.kind == "channel",
        "is_group": place.kind == "group",
        "is_im": place.im,
        "is_mpim": False,
        "is_private": place.private or place.im,
        "is_archived": place.archived,
        "is_member": team.bot.id in place.members,
        "is_general": place.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "context_team_id": team.id,
        "num_members": len(place.members),
    } | ({"user": next(iter(place.members - {team.bot.id}), "")} if place.im else {})


def user(person: User, team: Workspace) -> Json:
    profile = {"real_name": person.real_name, "display_name": person.name, "team": team.id}
    return {
        "id": person.id,
        "team_id": team.id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": 0,
        "locale": person.locale,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_admin": False,
        "is_owner": False,
        "updated": 0,
    }


def file(kept: File, base: str, team: Workspace) -> Json:
    if kept.deleted:
        return {"id": kept.id, "mode": "tombstone"}
    kind = PurePath(kept.name).suffix.removeprefix(".").lower()
    address = f"{base}/files-pri/{team.id}-{kept.id}"
    return {
        "id": kept.id,
        "created": int(team.clock.now()),
        "timestamp": int(team.clock.now()),
        "name": kept.name,
        "title": kept.title or kept.name,
        "mimetype": mimetypes.guess_type(kept.name)[0] or "application/octet-stream",
        "filetype": kind or "binary",
        "pretty_type": kind.upper(),
        "user": kept.user,
        "mode": "hosted",
        "is_external": False,
        "size": len(kept.data),
        "url_private": f"{address}/{kept.name}",
        "url_private_download": f"{address}/download/{kept.name}",
        "permalink": f"{base}/files/{kept.user}/{kept.id}/{kept.name}",
        "channels": sorted(kept.channels),
        "is_public": False,
    }


def with_ids(blocks: list[Json], team: Workspace) -> list[Json]:
    """The blocks with the block_ids and action_ids that Slack makes up where they are missing."""
    return [{"block_id": team.new_id("b")} | _with_action_ids(block, team) for block in blocks]


def _with_action_ids(part: Any, team: Workspace) -> Any:
    match part:
        case dict():
            whole = {key: _with_action_ids(held, team) for key, held in part.items()}
            if part.get("type") in INTERACTIVE:
                whole.setdefault("action_id", team.new_id("a"))
            return whole
        case list():
            return [_with_action_ids(held, team) for held in part]
        case _:
            return part


_INTERACTIVE_WORDS = """
button channels_select checkboxes conversations_select datepicker datetimepicker
email_text_input external_select feedback_buttons file_input icon_button
multi_channels_select multi_conversations_select multi_external_select multi_static_select
multi_users_select number_input overflow plain_text_input radio_buttons rich_text_input
static_select timepicker url_text_input users_select workflow_button
"""
INTERACTIVE = frozenset(_INTERACTIVE_WORDS.split())
