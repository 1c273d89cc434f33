"""Put it in Discord: every step of the README holds, by the settings and the code."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord

from adapters.discord import api, app, commands
from bot.playbook.inputs import is_identity
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.split("## Put it in Discord\n")[1].split("\n## ")[0]
STEPS = re.split(r"\n\d+\. ", SECTION.split("\n\nCommands appear")[0])[1:]
IN_CODE = re.findall(r"`([^`]+)`", SECTION)


def test_it_takes_ten_steps_at_most():
    assert 5 <= len(STEPS) <= 10
    assert (ROOT / "docs" / "discord.png").is_file()


def test_every_setting_exists_and_is_described():
    fields = {
        str(one.validation_alias or name).upper() for name, one in Settings.model_fields.items()
    }
    described = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", SECTION))
    assert "DISCORD_TOKEN" in named
    assert named <= fields & {*described}


def test_2_no_intent_is_privileged():
    privileged = ("message_content", "members", "presences")
    assert not any(getattr(app.INTENTS, name) for name in privileged)


def test_3_the_link_asks_for_just_what_podium_uses():
    (link,) = (word for word in IN_CODE if word.startswith("https:"))
    asked = parse_qs(urlsplit(link).query)
    assert asked["scope"] == ["bot applications.commands"]
    wanted = discord.Permissions(**dict.fromkeys(api.WANTED, True))
    assert int(asked["permissions"][0]) == wanted.value
    said = " ".join(STEPS[2].split())
    assert all(name in said for name in api.WANTED.values())


def test_every_command_is_offered():
    named = {word.removeprefix("/") for word in IN_CODE if word.startswith("/")}
    offered = {one["name"] for one in commands.commands({})}
    assert named == {"delegate", "schedule", "needs-me", "runs", "playbooks"}
    assert named < offered
    assert f"**{commands.MENU}**" in SECTION


def test_7_the_identities_are_such():
    held = re.findall(r'"((?:discord|web):[^"]+)"', STEPS[6])
    assert len(held) == 2
    assert all(map(is_identity, held))
