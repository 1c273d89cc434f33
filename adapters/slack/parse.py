"""What Slack sends, as what it means. Pure."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import JsonValue

from adapters.slack.buttons import ASK, PRESS
from adapters.slack.places import Place, person, place_of
from adapters.slack.views import MORE_OF, Origin, origin

Json = Mapping[str, Any]

_PLAIN = (None, "", "file_share", "thread_broadcast")
_BOT = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>")
_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who did something and where; `answer` is where Slack takes an answer for a while,
    `trigger` lets one view be opened, `delivery` is the same when it comes again.
    """

    team: str
    user: str
    who: str
    place: str
    delivery: str
    trigger: str = ""
    answer: str = ""
    channel: str = ""
    thread: str = ""


@dataclass(frozen=True)
class FileRef:
    """A file at Slack."""

    name: str
    size: int
    url: str
    team: str


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A command, or words for Podium in a channel, a thread or a private talk."""

    sender: Sender
    line: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A button. `again` is whether it stands in a message that can be shown anew to its one
    reader, `home` whether it stands in the App Home, `asks` whether it types a line.
    """

    sender: Sender
    action: str
    asks: bool = False
    again: bool = False
    home: bool = False


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A form's page that was sent off."""

    sender: Sender
    origin: Origin
    view: str
    root: str
    title: str
    values: Mapping[str, JsonValue]
    files: Mapping[str, Sequence[FileRef]] = field(default_factory=dict[str, Sequence[FileRef]])
    goes_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """ "Delegate this" on a message; the place is the message's thread."""

    sender: Sender
    stamp: str


# --- commands, mentions, shortcuts --------------------------------------------------


def command(body: Json, prefix: str = "") -> Typed:
    """A slash command."""
    word = str(body["command"]).removeprefix("/").removeprefix(prefix)
    place = Place(body["team_id"], body["channel_id"]).id
    sender = Sender(
        team=body["team_id"],
        user=body["user_id"],
        who=person(body["team_id"], body["user_id"]),
        place=place,
        delivery=_delivery(body),
        trigger=body.get("trigger_id", ""),
        answer=body.get("response_url", ""),
        channel=body["channel_id"],
        thread=body.get("thread_ts", ""),
    )
    return Typed(sender=sender, line=f"/{word} {html.unescape(body.get('text') or '')}".strip())


def said(body: Json) -> Typed | None:
    """A mention of Podium, or words to it alone; None for what is no person's message to it."""
    if body["event"]["type"] not in ("app_mention", "message"):
        return None
    event = body["event"]
    user, text = event.get("user", ""), event.get("text", "")
    other = event.get("bot_id") or event.get("subtype") not in _PLAIN
    direct = event["type"] == "message" and event.get("channel_type") == "im"
    # A mention in a private talk comes as a message too, and is counted there.
    mention = event["type"] == "app_mention" and not str(event.get("channel", "")).startswith("D")
    if other or not user or not (direct or mention):
        return None
    team = event.get("user_team") or event.get("team") or body["team_id"]
    thread = event.get("thread_ts", "")
    sender = Sender(
        team=body["team_id"],
        user=user,
        who=person(team, user),
        place=Place(body["team_id"], event["channel"], thread).id,
        delivery=f"slack:{body['team_id']}:{event['channel']}:{event['ts']}",
        channel=event["channel"],
        thread=thread,
    )
    line = readable(_BOT.sub(" ", text, count=1), {}).strip()
    return Typed(sender=sender, line=line, files=files(event, body["team_id"]))


def shortcut(body: Json) -> Shortcut:
    """The message shortcut."""
    message = body["message"]
    thread = message.get("thread_ts") or message["ts"]
    return Shortcut(sender=_sender(body, thread), stamp=message["ts"])


def readable(text: str, names: Mapping[str, str]) -> str:
    """A message's text as people read it."""

    def plain(found: re.Match[str]) -> str:
        sign, what, label = found[1], found[2], found[3]
        match sign:
            case "@":
                return f"@{names.get(what) or label or what}"
            case "#":
                return f"#{label or what}"
            case "!":
                return label or f"@{what.partition('^')[0]}"
            case _:
                what = what.removeprefix("mailto:").removeprefix("tel:")
                same = not label or label in (what, what.partition("://")[2].rstrip("/"))
                return what if same else f"{label} ({what})"

    return html.unescape(_MARKUP.sub(plain, text))


# --- buttons and forms ----------------------------------------------------------------


def pressed(body: Json) -> Pressed | None:
    """A button, or a line of a menu; None for one that only leads somewhere."""
    action = body["actions"][0]
    picked = action.get("selected_option") or {}
    value = str(picked.get("value") or action.get("value") or "")
    name = str(action.get("action_id", ""))
    if value.startswith("open:") or not value:
        return None
    container = body.get("container") or {}
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""
    home = (body.get("view") or {}).get("type") == "home"
    again = bool(container.get("is_ephemeral"))
    asks = name.startswith(ASK)
    known = asks or name.startswith((PRESS, "more:"))
    return Pressed(
        sender=_sender(body, thread),
        action=value if known else f"unknown:{value[:50]}",
        asks=asks,
        again=again,
        home=home,
    )


def submitted(body: Json) -> Submitted | None:
    """A form; None when the view is none of Podium's."""
    view = body["view"]
    of = origin(view.get("private_metadata") or "")
    if of is None:
        return None
    team = body["team"]["id"] if body.get("team") else view["team_id"]
    values: dict[str, JsonValue] = {}
    files: dict[str, Sequence[FileRef]] = {}
    for name, held in (view.get("state") or {}).get("values", {}).items():
        for kind, element in held.items():
            if kind == "files":
                files[name] = tuple(_file(one, team) for one in element.get("files") or [])
            else:
                values[name] = _value(kind, element, team)
    where = place_of(of.place)
    root = view.get("root_view_id") or view["id"]
    # A form is one deed, however often it is sent.
    deed = f"slack:{team}:{root}:{of.action}"
    return Submitted(
        sender=replace(
            _sender(body, where.thread),
            team=team,
            place=of.place,
            delivery=deed,
            channel=where.channel,
        ),
        origin=of,
        view=view["id"],
        root=root,
        title=(view.get("title") or {}).get("text", ""),
        values=values,
        files=files,
        goes_on=(view.get("submit") or {}).get("text") == "Next" and of.action != "pick",
    )


def joined(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The values with each long text's continuations put to its end."""
    whole = {name: value for name, value in values.items() if MORE_OF not in name}
    for name in sorted(values.keys() - whole, key=lambda one: int(one.partition(MORE_OF)[2])):
        first = name.partition(MORE_OF)[0]
        whole[first] = f"{whole.get(first) or ''}{values[name] or ''}"
    return whole


def _value(kind: str, element: Json, team: str) -> JsonValue:
    match kind:
        case "option":
            return (element.get("selected_option") or {}).get("value")
        case "options":
            return [one["value"] for one in element.get("selected_options") or []]
        case "yes_no":
            return bool(element.get("selected_options"))
        case "date":
            return element.get("selected_date")
        case "person":
            user = element.get("selected_user")
            return person(team, user) if user else None
        case "place":
            channel = element.get("selected_conversation")
            return Place(team, channel).id if channel else None
        case _:
            return element.get("value")


# --- parts of payloads ----------------------------------------------------------------


def delivery(body: Json) -> str:
    """The id under which Slack delivers this, however often; empty when it gives none."""
    team = body.get("team_id") or (body.get("team") or {}).get("id") or ""
    if event := body.get("event_id"):
        return f"slack:{team}:{event}"
    return _delivery(body)


def _delivery(body: Json) -> str:
    team = body.get("team_id") or (body.get("team") or {}).get("id") or ""
    trigger = body.get("trigger_id")
    return f"slack:{team}:{trigger}" if trigger else ""


def _sender(body: Json, thread: str) -> Sender:
    user = body["user"]
    team = (body.get("team") or {}).get("id") or user.get("team_id") or ""
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    # From the App Home a run begins in the private talk with Podium.
    return Sender(
        team=team,
        user=user["id"],
        who=person(user.get("team_id") or team, user["id"]),
        place=Place(team, channel or user["id"], thread).id,
        delivery=_delivery(body),
        trigger=body.get("trigger_id", ""),
        answer=body.get("response_url", ""),
        channel=channel,
        thread=thread,
    )


def files(event: Json, team: str) -> tuple[FileRef, ...]:
    return tuple(_file(one, team) for one in event.get("files") or [])


def _file(one: Json, team: str) -> FileRef:
    url = one.get("url_private_download") or one.get("url_private") or ""
    return FileRef(str(one.get("name") or "file"), int(one.get("size") or 0), str(url), team)
