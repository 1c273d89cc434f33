"""What stands between Podium and a workspace, and how to mend it."""

from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import render
from adapters.slack.api import client
from adapters.slack.app import Tokens
from adapters.slack.home import home
from adapters.slack.manifest import SCOPES
from adapters.slack.places import person
from adapters.slack.trouble import SHUT_OUT, SlackTrouble
from bot.cards import Button, Card, Checklist, Item, Prose, Table

Json = Mapping[str, Any]

_GOOD, _BAD = "✓", "✗"
_MEND_SCOPE = "add it under OAuth & Permissions and install the app again"
_MEND_BOT = "copy what begins with xoxb- from the app's page OAuth & Permissions"
_MEND_SOCKET = (
    "make one with the scope connections:write on the app's page Basic Information; it begins with "
    "xapp-"
)
_MEND_APP = "paste what podium manifest slack prints into the app's page App Manifest"
_SAMPLE = Card(
    key="draft-1",
    title="Draft 1",
    blocks=(
        Checklist((Item(label="Draft", state="done"), Item(label="Review", state="waiting"))),
        Prose("**A draft** that says *something*."),
        Table(("What", "How much"), (("Price", "89 €"),)),
    ),
    buttons=(Button(label="Approve", action="approve:r1:review-1"),),
)


async def examine(tokens: Tokens, manifest: dict[str, Any], *, live: bool = False) -> list[str]:
    """A line for each thing looked at; what has to be mended begins with ✗."""
    if tokens.missing:
        return [f"{_BAD} {tokens.missing}"]
    found: list[str] = []
    app_id = ""
    if tokens.bot and not tokens.bot.startswith("xoxb-"):
        found.append(f"{_BAD} SLACK_BOT_TOKEN holds no bot token: {_MEND_BOT}")
    elif tokens.bot:
        bot = client(tokens.bot, tokens.api_url)
        said, app_id = await _bot(bot)
        found += said
        if live and app_id:
            found += await _blocks(bot)
    if tokens.signing_secret:
        found.append(f"{_GOOD} HTTP mode: requests have to be signed")
    elif not tokens.app.startswith("xapp-"):
        found.append(f"{_BAD} SLACK_APP_TOKEN holds no app-level token: {_MEND_SOCKET}")
    else:
        found += await _socket(client(tokens.app, tokens.api_url), tokens.app)
    if live and tokens.config:
        found += await _app(client(tokens.config, tokens.api_url), app_id, manifest)
    else:
        # Slack shows the app's settings to nobody but who configures it.
        words = ", ".join(_commands(manifest))
        found.append(
            f"{_GOOD} The app needs these commands: {words}. With SLACK_CONFIG_TOKEN set, podium "
            "doctor --live says which are not registered"
        )
    return found


async def _bot(slack: AsyncWebClient) -> tuple[list[str], str]:
    """What was found, and the app's id; empty when the token is of no use."""
    try:
        who = await slack.auth_test()
        bot = (await slack.bots_info(bot=who["bot_id"])).get("bot") or {}
    except _FAILS as error:
        why = (
            f"Slack does not accept it: {_MEND_BOT}"
            if _refused(error)
            else _words("auth.test", error)
        )
        return [f"{_BAD} SLACK_BOT_TOKEN: {why}"], ""
    found = [
        f"{_GOOD} The bot is {who['user']} in the workspace {who['team']}; in the team file its "
        f"people are {person(str(who['team_id']), '<member ID>')}"
    ]
    granted = str(who.headers.get("x-oauth-scopes") or "").split(",")
    lacking = [scope for scope in SCOPES if scope not in granted]
    found += [f"{_BAD} The scope {scope} is missing: {_MEND_SCOPE}" for scope in lacking]
    return found if lacking else [*found, f"{_GOOD} All {len(SCOPES)} scopes are granted"], str(
        bot.get("app_id") or ""
    )


async def _socket(slack: AsyncWebClient, token: str) -> list[str]:
    try:
        await slack.apps_connections_open(app_token=token)
    except _FAILS as error:
        words = _words("apps.connections.open", error)
        why = f"Slack does not accept it: {_MEND_SOCKET}" if _refused(error) else words
        return [f"{_BAD} SLACK_APP_TOKEN: {why}"]
    return [f"{_GOOD} Socket Mode opens"]


async def _blocks(slack: AsyncWebClient) -> list[str]:
    """What Slack says of a card with everything on it, and of the App Home."""
    to = render.Reader("T1")
    drawn = [
        *render.card(_SAMPLE, to).parts[0].blocks,
        *home([_SAMPLE], [], [], to)["blocks"],
    ]
    try:
        await slack.blocks_validate(blocks=drawn)
    except _FAILS as error:
        return [f"{_BAD} blocks.validate: {_words('blocks.validate', error)}"]
    return [f"{_GOOD} Slack finds nothing wrong with Podium's cards"]


async def _app(slack: AsyncWebClient, app_id: str, manifest: Json) -> list[str]:
    """What Slack says of the manifest, and in what the app is not as it says."""
    try:
        await slack.apps_manifest_validate(manifest=dict(manifest))
        found = [f"{_GOOD} Slack finds nothing wrong with the manifest"]
        if not app_id:
            return found
        now = (await slack.apps_manifest_export(app_id=app_id))["manifest"]
    except _FAILS as error:
        return [f"{_BAD} SLACK_CONFIG_TOKEN: {_words('apps.manifest.validate', error)}"]
    wanted = {"command": _commands, "event": _events}
    lacking = [
        f"{_BAD} The {kind} {one} is not registered: {_MEND_APP}"
        for kind, named in wanted.items()
        for one in named(manifest)
        if one not in named(now)
    ]
    return [*found, *(lacking or [f"{_GOOD} All commands and events are registered"])]


def _commands(manifest: Json) -> list[str]:
    return [str(one["command"]) for one in manifest.get("features", {}).get("slash_commands", [])]


def _events(manifest: Json) -> Iterable[str]:
    events = manifest.get("settings", {}).get("event_subscriptions", {})
    return [str(one) for one in events.get("bot_events", [])]


_FAILS = (SlackApiError, aiohttp.ClientError, TimeoutError)


def _refused(error: Exception) -> bool:
    return isinstance(error, SlackApiError) and error.response.get("error") in SHUT_OUT


def _words(method: str, error: Exception) -> str:
    if not isinstance(error, SlackApiError):
        return "Slack does not answer: is the network there?"
    code = str(error.response.get("error") or "unknown")
    why = [
        f"{one.get('pointer')}: {one.get('message')}" for one in error.response.get("errors") or []
    ]
    words = str(SlackTrouble(method, code, str(error.response.get("needed") or "")))
    return "; ".join([words, *why[:3]])
