"""podium doctor at Discord: what is missing, and how to mend it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from adapters.discord.app import Access
from adapters.discord.commands import commands
from adapters.discord.doctor import examine
from tests.servers.discord_api import DiscordApi


async def found(api: DiscordApi, token: str = "", guild: str = "") -> str:
    access = Access(
        token=token or api.token, guild=guild, api_url=api.api_url, gateway_url=api.gateway_url
    )
    return "\n".join(await examine(access, {}))


async def test_nothing_is_wrong_where_all_is_there(api: DiscordApi):
    api.commands.keep(commands({}))
    said = await found(api)
    assert "✗" not in said
    assert "The bot is podium" in said
    assert "with 1 shard(s); 999 of 1000 connects are left today" in said
    assert "in the server Acme with all that it needs" in said
    assert "All 7 commands are offered" in said


async def test_a_token_that_is_wrong_is_told(api: DiscordApi):
    assert "✗ DISCORD_TOKEN: Discord does not accept it: reset it" in await found(api, "wrong")


async def test_a_gateway_that_lets_nobody_in_is_told(api: DiscordApi):
    api.gateway.most_shards = 7
    said = await found(api)
    assert "✗ The gateway does not let Podium in" in said
    assert "4011" in said


async def test_a_permission_that_is_missing_is_named_with_its_channel(api: DiscordApi):
    (channel,) = api.world.channels.values()
    api.world.deny(channel, "ATTACH_FILES", "CREATE_PUBLIC_THREADS")
    said = await found(api)
    assert "✗ In #general of Acme Podium lacks Create Public Threads, Attach Files: allow" in said


async def test_a_bot_that_is_in_no_server_is_told_the_way_in(api: DiscordApi):
    api.world.kick(api.guild)
    said = await found(api, guild=api.guild.id)
    assert "✗ The bot is in no server: open https://discord.com/oauth2/authorize?" in said
    assert f"✗ The bot is not in the server PODIUM_DISCORD_GUILD={api.guild.id}" in said
    assert "✗ The commands cannot be read" in said


async def test_commands_that_are_not_offered_are_told(api: DiscordApi):
    assert "✗ The commands are not those of the playbooks" in await found(api)


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_podium_doctor_asks_discord_and_exits_by_what_it_finds(
    api: DiscordApi, tmp_path: Path, token: str
):
    env = {name: value for name, value in os.environ.items() if "SLACK" not in name} | {
        "DISCORD_TOKEN": token or api.token,
        "DISCORD_API_URL": api.api_url,
        "DISCORD_GATEWAY_URL": api.gateway_url,
        "PODIUM_DATA": str(tmp_path),
        "PODIUM_PLAYBOOKS": str(tmp_path),
    }
    api.commands.keep(commands({}))
    doctor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor"), env=env, stdout=asyncio.subprocess.PIPE
    )
    said = (await doctor.communicate())[0].decode()
    assert ("✗ DISCORD_TOKEN" in said) == bool(token)
    assert doctor.returncode == bool(token), said
