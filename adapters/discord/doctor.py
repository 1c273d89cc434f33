"""What stands between Podium and its servers in Discord, and how to mend it."""

import asyncio
from collections.abc import Iterator, Mapping

import aiohttp
import discord
from discord.http import Route

from adapters.discord.api import WANTED
from adapters.discord.app import INTENTS, READY_S, Access
from adapters.discord.commands import commands, same
from adapters.discord.endpoints import point
from bot.playbook.model import Playbook

_GOOD, _BAD = "✓", "✗"
_CONNECTS_S = 20
_FAILURES = (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError, AttributeError)
"""AttributeError is what discord.py 2.7 raises where its first connection fails."""
_NOBODY = discord.MemberCacheFlags.none()
_PERMISSIONS = discord.Permissions(**dict.fromkeys(WANTED, True))


async def examine(access: Access, playbooks: Mapping[str, Playbook]) -> list[str]:
    """A line for each thing looked at; what has to be mended begins with ✗."""
    point(access.api_url, access.gateway_url)
    async with discord.AutoShardedClient(
        intents=INTENTS,
        chunk_guilds_at_startup=False,
        member_cache_flags=_NOBODY,
        guild_ready_timeout=READY_S,
    ) as client:
        try:
            await client.login(access.token)
        except discord.LoginFailure:
            mend = "reset it on the app's page Bot, and put the new one into .env"
            return [f"{_BAD} DISCORD_TOKEN: Discord does not accept it: {mend}"]
        except _FAILURES as error:
            return [f"{_BAD} Discord does not answer ({error}): is the network there?"]
        found = [f"{_GOOD} The bot is {client.user}"]
        found.append(await _offered(client, access.guild, playbooks))
        found.append(await _gateway(client))
        return [*found, *(_guilds(client, access.guild) if client.is_ready() else ())]


async def _gateway(client: discord.AutoShardedClient) -> str:
    """Connects; the client stays so until it is closed."""
    connecting = asyncio.create_task(client.connect())
    ready = asyncio.create_task(client.wait_until_ready())
    try:
        shards, _, starts = await client.http.get_bot_gateway()
        both = {connecting, ready}
        await asyncio.wait(both, timeout=_CONNECTS_S, return_when=asyncio.FIRST_COMPLETED)
        if connecting.done():
            await connecting
        if not client.is_ready():
            raise TimeoutError(f"no answer in {_CONNECTS_S} seconds")
    except _FAILURES as error:
        return f"{_BAD} The gateway does not let Podium in ({error}): try again in a while"
    finally:
        ready.cancel()
    left = f"{starts['remaining']} of {starts['total']} connects are left today"
    return f"{_GOOD} The gateway lets Podium in, with {shards} shard(s); {left}"


def _guilds(client: discord.AutoShardedClient, wanted: str) -> Iterator[str]:
    """The servers, and which permission is missing where."""
    link = discord.utils.oauth_url(client.application_id or 0, permissions=_PERMISSIONS)
    if not client.guilds:
        yield f"{_BAD} The bot is in no server: open {link}"
    if wanted and wanted not in {str(one.id) for one in client.guilds}:
        yield f"{_BAD} The bot is not in the server PODIUM_DISCORD_GUILD={wanted}: open {link}"
    for guild in client.guilds:
        if lacks := _lacks(guild.me.guild_permissions):
            yield f"{_BAD} In the server {guild} Podium lacks {lacks}: open {link}"
            continue
        yield f"{_GOOD} It is in the server {guild} with all that it needs"
        for channel in guild.text_channels:
            may = channel.permissions_for(guild.me)
            if may.view_channel and (lacks := _lacks(may)):
                mend = "allow it under Edit Channel, Permissions"
                yield f"{_BAD} In #{channel} of {guild} Podium lacks {lacks}: {mend}"


def _lacks(may: discord.Permissions) -> str:
    return ", ".join(name for key, name in WANTED.items() if not getattr(may, key))


async def _offered(
    client: discord.AutoShardedClient, guild: str, playbooks: Mapping[str, Playbook]
) -> str:
    where = f"/guilds/{guild}" if guild else ""
    path = f"/applications/{client.application_id}{where}/commands"
    try:
        found = await client.http.request(Route("GET", path))
    except _FAILURES as error:
        mend = "invite the bot again, with the scope applications.commands"
        return f"{_BAD} The commands cannot be read ({error}): {mend}"
    if not same(commands(playbooks), found):
        return f"{_BAD} The commands are not those of the playbooks: podium serve offers them"
    return f"{_GOOD} All {len(found)} commands are offered"
