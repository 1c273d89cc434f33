"""views.*: modals on a person's stack and the App Home, with trigger ids and hashes."""

import json
from dataclasses import dataclass, field

from tests.servers import slack_fields, slack_rules, slack_wire
from tests.servers.slack_ask import Ask
from tests.servers.slack_world import Json, Refused, Workspace

TRIGGER_LIFE_S = 3.0
STACK = 3
LARGEST = 250_000


@dataclass(kw_only=True)
class View:
    """A modal or App Home as a person has it; `held` is what they typed or chose in it."""

    id: str
    body: Json
    user: str
    hash: str
    root: str
    previous: str | None = None
    channel: str = ""
    """The one that the person looked at when the first view was opened."""
    held: dict[tuple[str, str], Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return self.body["blocks"]


@dataclass(kw_only=True)
class Trigger:
    user: str
    team: str
    made: float
    view: str = ""
    channel: str = ""
    used: bool = False


def prepared(body: Json, team: Workspace) -> Json:
    """The view with the ids that Slack makes up."""
    return body | {"blocks": slack_wire.with_ids(body.get("blocks") or [], team)}


def check(ask: Ask, body: object) -> Json:
    """Raises Refused for what is no view."""
    if not isinstance(body, dict):
        raise Refused("invalid_arguments", "view is no object")
    if len(json.dumps(body)) > LARGEST:
        raise Refused("view_too_large")
    if problems := slack_rules.of_view(body):
        ask.violated(*problems)
        raise Refused("invalid_arguments", *problems)
    return body


def spend(ask: Ask) -> Trigger:
    """Use a trigger up. Raises Refused."""
    trigger = ask.slack.triggers.get(ask.text("trigger_id"))
    if trigger is None:
        raise Refused("invalid_trigger_id" if ask.text("trigger_id") else "missing_argument")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if ask.team.clock.now() - trigger.made > TRIGGER_LIFE_S or trigger.team != ask.team.id:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger


def new_view(
    team: Workspace, user: str, body: Json, below: View | None = None, channel: str = ""
) -> View:
    own = team.new_id("V")
    view = View(
        id=own,
        body={},
        user=user,
        hash="",
        root=below.root if below else own,
        previous=below.id if below else None,
        channel=below.channel if below else channel,
    )
    replace(view, body, team)
    return view


def replace(view: View, body: Json, team: Workspace) -> None:
    """Slack keeps what was typed where block_id and action_id stay the same."""
    view.body = prepared(body, team)
    view.hash = f"{team.clock.ts()}.h"
    view.errors = {}
    before, view.held = view.held, {}
    for block, element in slack_fields.elements(view.blocks):
        key = block["block_id"], element["action_id"]
        empty = slack_fields.at_first(element, team.channels.get(view.channel))
        kept = before.get(key, empty)
        view.held[key] = kept if kept["type"] == element["type"] else empty


def open_view(ask: Ask) -> Json:
    body = check(ask, ask.json("view"))
    trigger = spend(ask)
    stack = ask.slack.stack(ask.team, trigger.user)
    _unique(ask, body, None)
    stack[:] = [new_view(ask.team, trigger.user, body, channel=trigger.channel)]
    return {"view": wire(ask, stack[-1])}


def push_view(ask: Ask) -> Json:
    body = check(ask, ask.json("view"))
    trigger = spend(ask)
    stack = ask.slack.stack(ask.team, trigger.user)
    if not stack or trigger.view not in {view.id for view in stack}:
        raise Refused("not_found")
    if len(stack) >= STACK:
        raise Refused("push_limit_reached")
    _unique(ask, body, None)
    stack.append(new_view(ask.team, trigger.user, body, stack[-1]))
    return {"view": wire(ask, stack[-1])}


def update_view(ask: Ask) -> Json:
    body = check(ask, ask.json("view"))
    view = _find(ask)
    if (known := ask.text("hash")) and known != view.hash:
        raise Refused("hash_conflict")
    _unique(ask, body, view)
    replace(view, body, ask.team)
    return {"view": wire(ask, view)}


def publish_view(ask: Ask) -> Json:
    body = check(ask, ask.json("view"))
    user = ask.team.user(ask.text("user_id")).id
    homes = ask.slack.homes
    home = homes.get((ask.team.id, user))
    if (known := ask.text("hash")) and home and known != home.hash:
        raise Refused("hash_conflict")
    if home is None:
        home = homes[ask.team.id, user] = new_view(ask.team, user, body)
    else:
        replace(home, body, ask.team)
    return {"view": wire(ask, home)}


def _unique(ask: Ask, body: Json, own: View | None) -> None:
    external = body.get("external_id")
    for view in ask.slack.views(ask.team):
        if external and view is not own and view.body.get("external_id") == external:
            raise Refused("duplicate_external_id")


def _find(ask: Ask) -> View:
    wanted, external = ask.text("view_id"), ask.text("external_id")
    for view in ask.slack.views(ask.team):
        if view.id == wanted or (external and view.body.get("external_id") == external):
            return view
    raise Refused("not_found")


def wire(ask: Ask, view: View) -> Json:
    return view_on_wire(view, ask.team, ask.slack.app.id)


def view_on_wire(view: View, team: Workspace, app: str) -> Json:
    state: dict[str, dict[str, Json]] = {}
    for (block, action), value in view.held.items():
        state.setdefault(block, {})[action] = value
    empty = {"private_metadata": "", "callback_id": "", "external_id": "", "close": None}
    more = {"submit": None, "clear_on_close": False, "notify_on_close": False}
    return {
        **empty,
        **more,
        **view.body,
        "id": view.id,
        "team_id": team.id,
        "app_id": app,
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "state": {"values": state},
    }
