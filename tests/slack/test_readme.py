"""Put it in Slack: every step of the README holds, by the manifest, the settings and the code."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.slack.doors import EVENTS
from adapters.slack.installs import INSTALL
from adapters.slack.manifest import COMMANDS, SCOPES, manifest
from bot.__main__ import app
from bot.playbook.inputs import is_identity
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
SECTION = (ROOT / "README.md").read_text("utf-8").split("## Put it in Slack\n")[1].split("\n## ")[0]
STEPS = [
    " ".join(step.split()) for step in re.split(r"\n\d+\. ", SECTION.split("\n\nWhere")[0])[1:]
]
MANIFEST = manifest(playbooks={"launch-brief": "A brief."})


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_it_takes_ten_steps_at_most():
    assert 5 <= len(STEPS) <= 10
    assert (ROOT / "docs" / "slack.png").is_file()


def test_1_the_manifest_is_printed_with_all_that_the_step_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    assert "`podium manifest slack`" in STEPS[0]
    printed = json.loads(CliRunner().invoke(app, ["manifest", "slack"]).stdout)
    assert printed["features"]["slash_commands"]
    assert printed["settings"]["event_subscriptions"]["bot_events"]
    assert printed["oauth_config"]["scopes"]["bot"] == [*SCOPES]
    assert printed["settings"]["socket_mode_enabled"]


def test_every_setting_exists_and_is_described():
    fields = {
        str(one.validation_alias or name).upper() for name, one in Settings.model_fields.items()
    }
    described = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", SECTION))
    assert {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"} <= named
    assert named <= fields & {*described}


def test_every_command_is_one_of_the_manifest_or_of_slack():
    named = {word.split()[0] for word in in_code(SECTION) if word.startswith("/")}
    commands = {one["command"] for one in MANIFEST["features"]["slash_commands"]}
    assert commands == {f"/{word}" for word in COMMANDS}
    assert named - commands == {"/invite", "/podium-delegate", INSTALL}
    prefixed = manifest(prefix="podium-", playbooks={})["features"]["slash_commands"]
    assert "/podium-delegate" in [one["command"] for one in prefixed]


def test_every_other_name_is_as_the_manifest_has_it():
    assert f"`@{MANIFEST['features']['bot_user']['display_name']}`" in SECTION
    assert f"**{MANIFEST['features']['shortcuts'][0]['name']}**" in SECTION
    scopes = {word for word in in_code(SECTION) if re.fullmatch(r"[a-z_.]+:[a-z_.]+", word)}
    assert scopes <= {*SCOPES, "connections:write"}
    called = manifest(playbooks={}, url="https://your.host")["settings"]["interactivity"]
    assert f"`{called['request_url']}`" in SECTION
    assert called["request_url"].endswith(EVENTS)


def test_every_word_of_podium_itself_is_a_command_of_it():
    words = {code.split()[1] for code in in_code(SECTION) if code.startswith("podium ")}
    assert words == {"manifest", "doctor"}
    for word in words:
        assert CliRunner().invoke(app, [word, "--help"]).exit_code == 0


def test_9_the_identities_are_such():
    held = re.findall(r'"((?:slack|web):[^"]+)"', STEPS[8])
    assert len(held) == 2
    assert all(map(is_identity, held))
