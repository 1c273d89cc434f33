"""auth, oauth, team, conversations, users, usergroups, reactions: who and what there is."""

from collections.abc import Sequence
from typing import Any

from tests.servers import slack_specs, slack_wire
from tests.servers.slack_ask import Ask
from tests.servers.slack_world import Channel, Json, Message, Refused


def auth_test(ask: Ask) -> Json:
    team, slack = ask.team, ask.slack
    if ask.token.kind == "app":
        return {"app_id": slack.app.id, "app_name": team.bot.real_name}
    return {
        "url": f"{slack.url}/",
        "team": team.name,
        "user": team.bot.name,
        "team_id": team.id,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(ask: Ask) -> Json:
    if ask.token.kind != "app":
        raise Refused("not_allowed_token_type")
    if ask.slack.app.request_url:
        raise Refused("forbidden_team")
    return {"url": ask.slack.socket.address()}


def export_manifest(ask: Ask) -> Json:
    if ask.text("app_id") != ask.slack.app.id:
        raise Refused("invalid_app_id")
    return {"manifest": ask.slack.app.manifest}


def validate_manifest(ask: Ask) -> Json:
    if problems := slack_specs.manifest_problems(ask.json("manifest", "invalid_manifest")):
        errors = [{"message": message, "pointer": where} for where, message in problems]
        raise Refused("invalid_manifest", errors=errors)
    return {}


def oauth_access(ask: Ask) -> Json:
    app = ask.slack.app
    if ask.text("client_id") != app.client_id:
        raise Refused("invalid_client_id")
    if ask.text("client_secret") != app.client_secret:
        raise Refused("bad_client_secret")
    team_id, user = ask.slack.codes.pop(ask.text("code"), ("", ""))
    if not team_id:
        raise Refused("invalid_code")
    team = ask.slack.workspaces[team_id]
    token = ask.slack.new_token(team)
    return {
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(sorted(token.scopes)),
        "bot_user_id": team.bot.id,
        "app_id": app.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": user},
    }


def revoke(ask: Ask) -> Json:
    if not ask.flag("test"):
        ask.token.refused = "token_revoked"
    return {"revoked": True}


def team_info(ask: Ask) -> Json:
    name = ask.team.name
    return {"team": {"id": ask.team.id, "name": name, "domain": name.lower().replace(" ", "-")}}


def bots_info(ask: Ask) -> Json:
    team = ask.team
    if ask.text("bot") not in {"", team.bot_id}:
        raise Refused("bot_not_found")
    bot = {"id": team.bot_id, "deleted": False, "name": team.bot.real_name}
    return {"bot": bot | {"app_id": ask.slack.app.id, "user_id": team.bot.id}}


def info(ask: Ask) -> Json:
    return {"channel": slack_wire.channel(ask.place(), ask.team)}


def history(ask: Ask) -> Json:
    place = _readable(ask)
    return _window(ask, place, [one for one in reversed(place.messages) if not one.in_thread])


def replies(ask: Ask) -> Json:
    place = _readable(ask)
    named = place.message(ask.text("ts"))
    root = (named.thread_ts or named.ts) if named else ask.text("ts")
    thread = place.thread(root)
    if not thread:
        raise Refused("thread_not_found")
    return _window(ask, place, thread, always=root)


def _readable(ask: Ask) -> Channel:
    place = ask.place()
    if ask.team.bot.id not in place.members:
        # Slack lets a bot read a public channel only once it is in it.
        raise Refused("not_in_channel")
    return place


def _window(ask: Ask, place: Channel, said: Sequence[Message], always: str = "") -> Json:
    """Of a thread, Slack gives the message that began it `always`."""
    oldest, latest = ask.text("oldest"), ask.text("latest")
    inclusive = ask.flag("inclusive")

    def within(ts: str) -> bool:
        if ts == always or (inclusive and ts in (oldest, latest)):
            return True
        after = not oldest or float(ts) > float(oldest)
        return after and (not latest or float(ts) < float(latest))

    found, more = _page(ask, [one for one in said if within(one.ts)])
    metadata = ask.flag("include_all_metadata")
    slack = ask.slack
    messages = [
        slack_wire.message(one, ask.team, slack.app, slack.url, metadata=metadata) for one in found
    ]
    return {"messages": messages, "has_more": bool(more)} | _cursor(more)


def _page(ask: Ask, whole: Sequence[Any]) -> tuple[Sequence[Any], str]:
    """One page of a list, and the cursor of the next. Raises Refused."""
    cursor = ask.text("cursor") or "page:0"
    if not cursor.startswith("page:"):
        raise Refused("invalid_cursor")
    start = int(cursor.removeprefix("page:"))
    end = start + min(ask.number("limit", 100), 999)
    return whole[start:end], f"page:{end}" if end < len(whole) else ""


def _cursor(more: str) -> Json:
    return {"response_metadata": {"next_cursor": more}}


def list_channels(ask: Ask) -> Json:
    """Those that the bot may know of, of the types asked for."""
    types = set((ask.text("types") or "public_channel").replace(" ", "").split(","))
    names = {"channel": "public_channel", "group": "private_channel", "im": "im"}
    team = ask.team
    only_own = ask.name == "users.conversations"
    member = ask.text("user") or team.bot.id
    places = [
        place
        for place in team.channels.values()
        if not place.deleted
        and names[place.kind] in types
        and not (place.archived and ask.flag("exclude_archived"))
        and (place.kind == "channel" or team.bot.id in place.members)
        and (not only_own or member in place.members)
    ]
    found, more = _page(ask, places)
    return {"channels": [slack_wire.channel(one, team) for one in found]} | _cursor(more)


def members(ask: Ask) -> Json:
    found, more = _page(ask, sorted(ask.place().members))
    return {"members": list(found)} | _cursor(more)


def join(ask: Ask) -> Json:
    place = ask.place()
    if place.archived:
        raise Refused("is_archived")
    if place.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    place.members.add(ask.team.bot.id)
    return {"channel": slack_wire.channel(place, ask.team)}


def create(ask: Ask) -> Json:
    name = ask.text("name")
    if any(place.name == name and not place.deleted for place in ask.team.channels.values()):
        raise Refused("name_taken")
    place = ask.team.add_channel(name, private=ask.flag("is_private"))
    return {"channel": slack_wire.channel(place, ask.team)}


def invite(ask: Ask) -> Json:
    place = ask.place()
    place.members |= {ask.team.user(one).id for one in ask.text("users").split(",")}
    return {"channel": slack_wire.channel(place, ask.team)}


def open_direct(ask: Ask) -> Json:
    users = [one for one in ask.text("users").split(",") if one]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("invalid_user_combination", "this server opens no group messages")
    place = ask.team.direct(ask.team.user(users[0]).id)
    more = slack_wire.channel(place, ask.team) if ask.flag("return_im") else {"id": place.id}
    return {"channel": more}


def user_info(ask: Ask) -> Json:
    return {"user": slack_wire.user(ask.team.user(ask.text("user")), ask.team)}


def list_users(ask: Ask) -> Json:
    found, more = _page(ask, list(ask.team.users.values()))
    return {"members": [slack_wire.user(one, ask.team) for one in found]} | _cursor(more)


def group_users(ask: Ask) -> Json:
    users = ask.team.groups.get(ask.text("usergroup"))
    if users is None:
        raise Refused("no_such_subteam")
    return {"users": users}


def list_groups(ask: Ask) -> Json:
    groups = [
        {"id": own, "handle": own.lower(), "name": own, "users": users, "user_count": len(users)}
        for own, users in ask.team.groups.items()
    ]
    return {"usergroups": groups}


def react(ask: Ask) -> Json:
    said = ask.place().message(ask.text("timestamp"))
    if said is None:
        raise Refused("message_not_found")
    users = said.reactions.setdefault(ask.text("name"), [])
    if ask.team.bot.id in users:
        raise Refused("already_reacted")
    users.append(ask.team.bot.id)
    return {}


def unreact(ask: Ask) -> Json:
    said = ask.place().message(ask.text("timestamp"))
    if said is None:
        raise Refused("message_not_found")
    if ask.team.bot.id not in said.reactions.get(ask.text("name"), []):
        raise Refused("no_reaction")
    said.reactions[ask.text("name")].remove(ask.team.bot.id)
    return {}


def set_status(ask: Ask) -> Json:
    place = ask.place("channel_id")
    if place.message(ask.text("thread_ts")) is None:
        raise Refused("invalid_thread_ts")
    ask.slack.statuses[place.id, ask.text("thread_ts")] = ask.text("status")
    return {}


def validate_blocks(ask: Ask) -> Json:
    ask.blocks()
    return {}
