"""What Slack sends the app of what people do: commands, presses, views, events."""

import html
import re
from typing import TYPE_CHECKING

from tests.servers import slack_wire
from tests.servers.slack_sight import Control, Shown
from tests.servers.slack_world import Channel, Json, Message, User, Workspace

if TYPE_CHECKING:
    from tests.servers.slack_api import SlackApi

_NAMES = {"im": "directmessage", "group": "privategroup"}
_SUBSCRIBED = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def composed(text: str, team: Workspace) -> str:
    """A text as the composer sends it: signs escaped, "@name" turned into a mention."""
    people = {user.name: user.id for user in team.users.values()}

    def named(found: re.Match[str]) -> str:
        return f"<@{people[found[1]]}>" if found[1] in people else found[0]

    return re.sub(r"@([\w.-]+)", named, html.escape(text, quote=False))


def person(slack: "SlackApi", team: Workspace, user: User) -> Json:
    return {
        "team": {"id": team.id, "domain": team.name.lower()},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
        "api_app_id": slack.app.id,
        "token": "verification",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(
    slack: "SlackApi", team: Workspace, user: User, place: Channel, name: str, text: str
) -> Json:
    return {
        "token": "verification",
        "team_id": team.id,
        "team_domain": team.name.lower(),
        "channel_id": place.id,
        "channel_name": _NAMES.get(place.kind, place.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": html.escape(text.strip(), quote=False),
        "api_app_id": slack.app.id,
        "is_enterprise_install": "false",
        "response_url": slack.responses.give(team, place, user.id),
        "trigger_id": slack.trigger(team, user.id, channel=place.id),
    }


def press_on_message(
    slack: "SlackApi", team: Workspace, user: User, place: Channel, shown: Shown
) -> Json:
    """All of a press but the action itself."""
    said = shown.message
    container: Json = {
        "type": "message",
        "message_ts": said.ts,
        "channel_id": place.id,
        "is_ephemeral": bool(said.only_for),
    }
    if said.thread_ts:
        container["thread_ts"] = said.thread_ts
    payload = person(slack, team, user) | {
        "type": "block_actions",
        "container": container,
        "trigger_id": slack.trigger(team, user.id, channel=place.id),
        "channel": {"id": place.id, "name": _NAMES.get(place.kind, place.name)},
        "response_url": slack.responses.give(team, place, user.id, said),
        "state": {"values": {}},
    }
    if not said.only_for and said in place.messages:
        payload["message"] = slack_wire.message(said, team, slack.app, slack.url, metadata=True)
    return payload


def on_view(slack: "SlackApi", team: Workspace, user: User, kind: str, view: Json) -> Json:
    """What people do on a modal or the App Home."""
    payload = person(slack, team, user) | {"type": kind, "view": view}
    if kind != "view_closed":
        payload["trigger_id"] = slack.trigger(team, user.id, view["id"])
    if kind == "block_actions":
        payload["container"] = {"type": "view", "view_id": view["id"]}
    return payload


def action(control: Control, team: Workspace) -> Json:
    element = control.element
    told: Json = {
        "type": element["type"],
        "action_id": control.action_id,
        "block_id": control.block_id,
        "action_ts": team.clock.ts(),
    }
    if control.option is not None:
        return told | {"selected_option": control.option}
    return told | {key: element[key] for key in ("text", "value", "style") if key in element}


def event(slack: "SlackApi", team: Workspace, told: Json, place: Channel) -> None:
    """Deliver an event if the app asked for its kind, and the bot is there to hear it."""
    if told["type"] in slack.app.events and team.bot.id in place.members:
        slack.event(team, told)


def tell_of_message(slack: "SlackApi", team: Workspace, said: Message, *, times: int = 1) -> None:
    """A message is told as one, and once more as a mention if it names the bot."""
    place = team.channels[said.channel]
    if team.bot.id not in place.members:
        return
    wire = slack_wire.message(said, team, slack.app, slack.url)
    told = wire | {"channel": place.id, "event_ts": said.ts}
    if not said.bot_id:
        told["client_msg_id"] = f"c-{said.ts}"
    named = f"<@{team.bot.id}>" in said.text and not said.bot_id and not place.im
    if named and "app_mention" in slack.app.events:
        slack.event(team, {**told, "type": "app_mention"}, times=times)
    if _SUBSCRIBED[place.kind] in slack.app.events:
        slack.event(team, {**told, "channel_type": place.kind}, times=times)


def tell_of_change(slack: "SlackApi", team: Workspace, said: Message, subtype: str) -> None:
    """That a message was changed or deleted."""
    place = team.channels[said.channel]
    if team.bot.id not in place.members or _SUBSCRIBED[place.kind] not in slack.app.events:
        return
    wire = slack_wire.message(said, team, slack.app, slack.url) if place.thread(said.ts) else {}
    told = {"message": wire} if subtype == "message_changed" else {"deleted_ts": said.ts}
    slack.event(
        team,
        {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": place.id,
            "channel_type": place.kind,
            "ts": team.clock.ts(),
            "previous_message": {"ts": said.ts, "user": said.user, "text": said.text},
        }
        | told,
    )
