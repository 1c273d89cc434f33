"""podium doctor and podium manifest: what is missing, and what the app has to be."""

from typing import Any

import pytest

from adapters.slack.app import Tokens
from adapters.slack.doctor import examine
from adapters.slack.manifest import COMMANDS, SCOPES, manifest
from tests.servers.slack_api import SlackApi
from tests.slack.house import tokens

PLAYBOOKS = {"launch-brief": "A brief.", "reply": "A reply."}


def whole(**other: str) -> dict[str, Any]:
    return manifest(playbooks=PLAYBOOKS, **other)


def test_the_manifest_has_every_command_with_its_prefix():
    commands = [one["command"] for one in whole(prefix="podium-")["features"]["slash_commands"]]
    assert commands == [f"/podium-{word}" for word in COMMANDS]


def test_the_manifest_is_for_sockets_unless_an_address_is_given():
    assert whole()["settings"]["socket_mode_enabled"]
    served = whole(url="https://podium.example")
    assert not served["settings"]["socket_mode_enabled"]
    assert served["features"]["slash_commands"][0]["url"] == "https://podium.example/slack/events"
    assert served["oauth_config"]["redirect_urls"]


async def test_nothing_is_wrong_where_all_is_there(api: SlackApi):
    found = await examine(tokens(api), whole())
    assert [line for line in found if line.startswith("✗")] == []
    assert "Socket Mode opens" in "\n".join(found)
    assert f"All {len(SCOPES)} scopes are granted" in "\n".join(found)


async def test_a_scope_that_is_missing_is_named_with_what_to_do(api: SlackApi):
    api.tokens[api.bot_token].scopes.discard("files:write")
    found = "\n".join(await examine(tokens(api), whole()))
    assert "✗ The scope files:write is missing: add it" in found


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bot": "xoxb-wrong"}, "✗ SLACK_BOT_TOKEN: Slack no longer accepts the bot token"),
        ({"app": "xapp-wrong"}, "✗ SLACK_APP_TOKEN"),
        ({"bot": ""}, "✗ SLACK_BOT_TOKEN is missing"),
        ({"app": ""}, "✗ SLACK_APP_TOKEN is missing"),
    ],
)
async def test_a_token_that_is_wrong_or_missing_is_told(
    api: SlackApi, given: dict[str, str], told: str
):
    assert told in "\n".join(await examine(tokens(api, **given), whole()))


def test_several_workspaces_need_no_bot_token():
    assert Tokens(client_id="1.2", client_secret="s", app="xapp-1").missing == ""
