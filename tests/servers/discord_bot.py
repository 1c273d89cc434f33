"""A small bot on the real discord.py, made of all that Podium needs of Discord."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import discord
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.endpoints import point
from tests.servers.discord_api import DiscordApi

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class Launch(ui.Modal, title="Launch brief"):
    product = ui.Label(text="Product", component=ui.TextInput(max_length=100))
    tone = ui.Label(
        text="Tone",
        component=ui.Select(options=[discord.SelectOption(label=one) for one in ("warm", "dry")]),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.product.component, ui.TextInput)
        assert isinstance(self.tone.component, ui.Select)
        said = f"{self.product.component.value}, {self.tone.component.values[0]}"
        await interaction.response.send_message(said)


class Judge(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        approve: ui.Button[Any] = ui.Button(label="Approve", custom_id="approve")
        revise: ui.Button[Any] = ui.Button(label="Revise", custom_id="revise")
        approve.callback = self.approve
        revise.callback = self.revise
        card = ui.Container(
            ui.TextDisplay("### Draft 1\nThe draft."), ui.Separator(), ui.ActionRow(approve, revise)
        )
        self.add_item(card)

    async def approve(self, interaction: discord.Interaction) -> None:
        done = ui.LayoutView()
        done.add_item(ui.Container(ui.TextDisplay("### Draft 1\nApproved")))
        await interaction.response.edit_message(view=done)

    async def revise(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Launch())


class SmallBot(discord.Client):
    """The bot; it keeps what it heard."""

    def __init__(self, guild: int) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
        )
        self.place = discord.Object(guild)
        self.tree = app_commands.CommandTree(self)
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        delegate = app_commands.Group(name="delegate", description="Delegate work")
        delegate.command(name="brief", description="A brief")(brief)
        delegate.command(name="long", description="Long work")(long)
        delegate.command(name="typed", description="Typed options")(typed)
        self.tree.add_command(delegate)
        self.tree.add_command(app_commands.ContextMenu(name="Delegate this", callback=this))

    async def setup_hook(self) -> None:
        self.tree.copy_global_to(guild=self.place)
        await self.tree.sync(guild=self.place)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without discord.py's five seconds before it comes back."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.put_nowait(message.content)


async def brief(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Launch())


async def long(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    assert isinstance(interaction.channel, discord.TextChannel)
    root = await interaction.channel.send(view=Judge())
    thread = await root.create_thread(name="Long work")
    await thread.send("A step is done")
    await interaction.followup.send(f"It began: {thread.mention}")
    await interaction.followup.send("And goes on", ephemeral=True)


async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{current} 1", value="one")]


@app_commands.choices(tone=[app_commands.Choice(name="Dry", value="dry")])
@app_commands.autocomplete(topic=complete)
async def typed(
    interaction: discord.Interaction,
    topic: str,
    words: app_commands.Range[int, 10, 100],
    tone: str,
    owner: discord.Member,
    notes: discord.Attachment,
) -> None:
    read = (await notes.read()).decode()
    said = f"{topic} {words} {tone} {owner.display_name} {read}"
    await interaction.response.send_message(
        said, file=discord.File(BytesIO(b"# Draft"), "draft.md")
    )


async def this(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"This: {message.id}", ephemeral=True)


@asynccontextmanager
async def run(bot: discord.Client, api: DiscordApi) -> AsyncIterator[None]:
    """The bot at this server, ready. Raises what its start raises."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    point(api.api_url, api.gateway_url)
    task = asyncio.create_task(bot.start(api.token))
    ready = asyncio.create_task(api.gateway.ready())
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        await bot.wait_until_ready()
        yield
    finally:
        ready.cancel()
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)
        point(base, str(gateway))
