"""podium doctor and podium manifest: what is missing, and what the app has to be."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.slack import manifest as manifest_module
from adapters.slack.app import Tokens
from adapters.slack.doctor import examine
from adapters.slack.manifest import COMMANDS, EVENTS, SCOPES, manifest
from bot.settings import Settings
from tests.servers import slack_specs
from tests.servers.slack_api import SlackApi
from tests.servers.slack_methods import METHODS
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


def named_methods() -> set[str]:
    """The methods of the Web API that the adapter's source names."""
    folder = Path(manifest_module.__file__).parent
    texts = "".join(file.read_text("utf-8") for file in folder.glob("*.py"))
    return set(re.findall(r'"([a-z]+(?:\.[A-Za-z]+)+)"', texts)) & METHODS.keys()


@pytest.mark.skipif(not slack_specs.folder(), reason=slack_specs.missing())
def test_the_scopes_are_those_of_the_methods_called_and_of_what_is_subscribed_to():
    of_methods = {scope for name in named_methods() for scope in slack_specs.method(name).scopes}
    of_events = {"app_mention": "app_mentions:read", "message.im": "im:history"}
    of_the_rest = {
        "commands",  # slash commands and the shortcut
        "chat:write.public",  # posting in open channels that Podium is not in
        "files:read",  # fetching what people attach
    }
    needed = of_methods | of_the_rest | {of_events[one] for one in EVENTS if one in of_events}
    assert set(SCOPES) == needed


@pytest.mark.skipif(not slack_specs.folder(), reason=slack_specs.missing())
@pytest.mark.parametrize("url", ["", "https://podium.example"])
def test_the_manifest_is_as_slack_wants_it(url: str):
    assert slack_specs.manifest_problems(whole(url=url, prefix="podium-")) == []
    assert slack_specs.manifest_problems({"display_information": {"name": ""}}) != []


async def test_nothing_is_wrong_where_all_is_there(api: SlackApi):
    found = await examine(tokens(api), whole())
    assert [line for line in found if line.startswith("✗")] == []
    assert "Socket Mode opens" in "\n".join(found)
    assert f"its people are slack:{api.team.id}:<member ID>" in "\n".join(found)
    assert f"All {len(SCOPES)} scopes are granted" in "\n".join(found)


async def test_a_scope_that_is_missing_is_named_with_what_to_do(api: SlackApi):
    api.tokens[api.bot_token].scopes.discard("files:write")
    found = "\n".join(await examine(tokens(api), whole()))
    assert "✗ The scope files:write is missing: add it" in found


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bot": "xoxb-wrong"}, "✗ SLACK_BOT_TOKEN: Slack does not accept it: copy what begins"),
        ({"app": "xapp-wrong"}, "✗ SLACK_APP_TOKEN: Slack does not accept it: make one with"),
        ({"bot": "xapp-1"}, "✗ SLACK_BOT_TOKEN holds no bot token: copy what begins with xoxb-"),
        ({"app": "xoxb-1"}, "✗ SLACK_APP_TOKEN holds no app-level token: make one with"),
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


# --- with Slack's own validators ----------------------------------------------------------


async def live(api: SlackApi, manifest: dict[str, Any], **given: str) -> str:
    wanted = tokens(api, **{"config": api.config_token, **given})
    return "\n".join(await examine(wanted, manifest, live=True))


async def test_live_slack_itself_looks_at_cards_manifest_and_app(api: SlackApi):
    api.app.manifest = whole()
    found = await live(api, whole())
    assert "✗" not in found
    assert "✓ Slack finds nothing wrong with Podium's cards" in found
    assert "✓ Slack finds nothing wrong with the manifest" in found
    assert "✓ All commands and events are registered" in found
    assert len(api.called("blocks.validate")) == 1


async def test_live_a_command_or_event_that_is_not_registered_is_named(api: SlackApi):
    api.app.manifest = whole()
    api.app.manifest["features"]["slash_commands"].pop(0)
    api.app.manifest["settings"]["event_subscriptions"]["bot_events"].remove("app_mention")
    found = await live(api, whole())
    assert f"✗ The command /{COMMANDS[0]} is not registered: paste what podium manifest" in found
    assert "✗ The event app_mention is not registered" in found


async def test_live_what_slack_has_against_the_manifest_is_told(api: SlackApi):
    broken = whole()
    broken["display_information"]["name"] = ""
    found = await live(api, broken)
    assert "✗ SLACK_CONFIG_TOKEN: Slack refused apps.manifest.validate: invalid_manifest" in found
    assert "$.display_information.name" in found


async def test_a_configuration_token_is_good_for_nothing_else(api: SlackApi):
    assert "✗ SLACK_BOT_TOKEN" in await live(api, whole(), bot=api.config_token)
    assert "✗ SLACK_CONFIG_TOKEN" in await live(api, whole(), config=api.app_token)


async def test_the_command_itself_asks_slack_and_says_what_is_wrong_by_its_exit(api: SlackApi):
    api.app.manifest = whole()
    api.tokens[api.bot_token].scopes.discard("commands")
    env = {
        **os.environ,
        "SLACK_BOT_TOKEN": api.bot_token,
        "SLACK_APP_TOKEN": api.app_token,
        "SLACK_CONFIG_TOKEN": api.config_token,
        "SLACK_API_URL": api.api_url,
    }
    doctor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", "--live"), env=env, stdout=asyncio.subprocess.PIPE
    )
    said = (await doctor.communicate())[0].decode()
    wrong = [line for line in said.splitlines() if line.startswith("✗")]
    assert len(wrong) == 1, said
    assert "The scope commands is missing" in wrong[0]
    assert "✓ All commands and events are registered" in said
    assert doctor.returncode == 1


@pytest.mark.parametrize("prefix", ["/Podium", "Podium", "po dium"])
def test_a_prefix_that_no_command_can_have_is_refused(prefix: str) -> None:
    with pytest.raises(ValidationError, match="lower case letters, digits, - and _, not"):
        Settings(_env_file=None, slack_prefix=prefix)  # pyright: ignore[reportCallIssue]


def test_the_hint_of_delegate_says_that_there_are_more_playbooks() -> None:
    told = str(manifest(playbooks=dict.fromkeys("abcdef", "")))
    assert "[a|b|c|d|e|…] [input: value …]" in told
