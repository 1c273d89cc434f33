"""What stands between Podium and a workspace, and how to mend it."""

import json
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import client
from adapters.slack.app import Tokens
from adapters.slack.manifest import SCOPES
from adapters.slack.trouble import SlackTrouble

_GOOD, _BAD = "✓", "✗"
_MEND_SCOPE = "add it under OAuth & Permissions and install the app again"
_SAMPLE = [{"type": "markdown", "text": "A draft."}]


async def examine(tokens: Tokens, manifest: dict[str, Any], *, live: bool = False) -> list[str]:
    """A line for each thing looked at; what has to be mended begins with ✗."""
    if tokens.missing:
        return [f"{_BAD} {tokens.missing}"]
    found: list[str] = []
    if tokens.bot:
        found += await _bot(client(tokens.bot, tokens.api_url), live=live)
    if tokens.app and not tokens.signing_secret:
        found += await _socket(client(tokens.app, tokens.api_url), tokens.app)
    if tokens.signing_secret:
        found.append(f"{_GOOD} HTTP mode: requests have to be signed")
    if live and tokens.app:
        found += await _validated(client(tokens.app, tokens.api_url), manifest)
    words = ", ".join(one["command"] for one in manifest["features"]["slash_commands"])
    # Slack tells nobody which commands are registered.
    found.append(f"{_GOOD} The app needs these commands (podium manifest slack): {words}")
    return found


async def _bot(slack: AsyncWebClient, *, live: bool) -> list[str]:
    try:
        who = await slack.auth_test()
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        return [f"{_BAD} SLACK_BOT_TOKEN: {_words('auth.test', error)}"]
    found = [f"{_GOOD} The bot is {who['user']} in the workspace {who['team']}"]
    granted = str(who.headers.get("x-oauth-scopes") or "")
    lacking = [scope for scope in SCOPES if scope not in granted.split(",")] if granted else []
    found += [f"{_BAD} The scope {scope} is missing: {_MEND_SCOPE}" for scope in lacking]
    if granted and not lacking:
        found.append(f"{_GOOD} All {len(SCOPES)} scopes are granted")
    if live:
        found.append(await _tried("blocks.validate", slack, blocks=json.dumps(_SAMPLE)))
    return found


async def _socket(slack: AsyncWebClient, token: str) -> list[str]:
    try:
        await slack.apps_connections_open(app_token=token)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        return [f"{_BAD} SLACK_APP_TOKEN: {_words('apps.connections.open', error)}"]
    return [f"{_GOOD} Socket Mode opens"]


async def _validated(slack: AsyncWebClient, manifest: dict[str, Any]) -> list[str]:
    return [await _tried("apps.manifest.validate", slack, manifest=json.dumps(manifest))]


async def _tried(method: str, slack: AsyncWebClient, **given: str) -> str:
    try:
        await slack.api_call(method, params=given)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        return f"{_BAD} {method}: {_words(method, error)}"
    return f"{_GOOD} {method} finds nothing wrong"


def _words(method: str, error: Exception) -> str:
    if not isinstance(error, SlackApiError):
        return "Slack does not answer: is the network there?"
    code = str(error.response.get("error") or "unknown")
    return str(SlackTrouble(method, code, str(error.response.get("needed") or "")))
