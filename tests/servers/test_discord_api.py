"""The local Discord, driven by the real discord.py: what it does must be what Discord does."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui
from discord.http import Route

from tests.servers.discord_api import DiscordApi
from tests.servers.discord_bot import INTENTS, SmallBot, run
from tests.servers.discord_layout import controls, texts
from tests.servers.discord_limits import Fault
from tests.servers.discord_person import Person
from tests.servers.discord_things import FORUM, File
from tests.servers.discord_typed import NotTyped
from tests.stories.discord import DiscordSeat
from tests.stories.driver import sees


@pytest.fixture
async def api() -> AsyncIterator[DiscordApi]:
    async with DiscordApi() as server:
        server.limits.pace = 50
        yield server
        assert not server.violations, "\n".join(server.violations)


@pytest.fixture
async def bot(api: DiscordApi) -> AsyncIterator[SmallBot]:
    bot = SmallBot(int(api.guild.id))
    async with run(bot, api):
        yield bot


@pytest.fixture
def ana(api: DiscordApi, bot: SmallBot) -> Person:
    return api.person("Ana")


async def said(api: DiscordApi, person: Person, words: str, place: Any = None) -> dict[str, Any]:
    """The message that says the words, as soon as the person sees it."""

    def look() -> dict[str, Any] | None:
        found = [one for one in person.sees(place) if words in "\n".join(texts(one))]
        return found[-1] if found else None

    return await api.world.until(look)


async def test_a_command_opens_a_form_and_its_answer_is_seen(api: DiscordApi, ana: Person):
    await ana.answered(ana.command("/delegate brief"))
    assert [(one.label, one.kind) for one in ana.fields] == [
        ("Product", "text"),
        ("Tone", "choice"),
    ]
    with pytest.raises(NotTyped, match="This is not offered"):
        ana.submit({"Product": "Acme", "Tone": "loud"})
    await ana.answered(ana.submit({"Product": "Acme", "Tone": "dry"}))
    assert (await said(api, ana, "Acme, dry"))["author"]["global_name"] == "Podium"
    assert ana.opened is None


async def test_a_deferred_answer_is_followed_by_a_thread_with_a_card(api: DiscordApi, ana: Person):
    ben = api.person("Ben")
    ana.command("/delegate long")
    await said(api, ana, "And goes on")
    thread = ana.threads[0]
    await said(api, ana, "A step is done", thread)
    card = await said(api, ben, "The draft.")
    assert ana.sees(thread)[0] is card
    assert [one["label"] for one in controls(card["components"])] == ["Approve", "Revise"]
    assert not [one for one in ben.sees() if "It began" in "".join(texts(one))]


async def test_buttons_of_a_card_edit_it_and_open_forms(api: DiscordApi, ana: Person):
    ana.command("/delegate long")
    card = await said(api, ana, "The draft.")
    await ana.answered(ana.press(card, "Revise"))
    assert ana.opened
    ana.close_form()
    await ana.answered(ana.press(card, "Approve"))
    assert texts(await said(api, ana, "Approved")) == ["### Draft 1\nApproved"]
    # The button is gone; a late click still arrives, as at Discord.
    await ana.answered(ana.press(card, "Approve"))


async def test_options_of_every_kind_are_typed_completed_and_held_to(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    one = await ana.answered(ana.typing("/delegate typed", "topic", "Ac"))
    assert one.choices == [{"name": "Ac 1", "value": "one"}]
    options = {"owner": "Ana", "notes": File("notes.md", b"Notes.")}
    with pytest.raises(NotTyped, match="words is too"):
        ana.command("/delegate typed topic: x words: 5 tone: Dry", options)
    with pytest.raises(NotTyped, match="required"):
        ana.command("/delegate typed topic: x")
    ana.command('/delegate typed topic: "two words" words: 50 tone: Dry', options)
    seen = await said(api, ana, "two words 50 dry Ana Notes.")
    assert seen["attachments"][0]["filename"] == "draft.md"


async def test_the_bot_hears_its_name_and_the_menu_of_a_message(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    secret = ana.say("Nobody but people reads this")
    ana.mention("needs me")
    await ana.answered(ana.menu("Delegate this", secret))
    await said(api, ana, f"This: {secret['id']}")
    assert [await bot.heard.get() for _ in range(2)] == ["", f"<@{api.world.me['id']}> needs me"]


async def test_a_cut_socket_is_resumed_and_nothing_is_missed(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    api.gateway.drop()
    ana.command("/delegate long")
    await said(api, ana, "The draft.")
    assert api.gateway.resumed == 1
    assert len(api.gateway.identified) == 1


async def test_a_shard_that_is_asked_to_come_back_resumes(api: DiscordApi, bot: SmallBot):
    await api.gateway.reconnect()
    await api.world.until(lambda: api.gateway.resumed == 1)
    await api.gateway.close(4000)
    await api.world.until(lambda: api.gateway.resumed == 2)
    await api.gateway.invalidate(resumable=True)
    await api.world.until(lambda: api.gateway.resumed == 3)


async def test_a_lost_session_is_identified_anew(api: DiscordApi, ana: Person, bot: SmallBot):
    await api.gateway.invalidate()
    await api.world.until(lambda: len(api.gateway.identified) == 2)
    await api.gateway.ready()
    await ana.answered(ana.command("/delegate brief"))


async def test_who_may_not_come_in_is_told_by_the_code_of_the_close(api: DiscordApi):
    curious = discord.Client(intents=discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with run(curious, api):
            pass


async def test_a_gateway_that_is_down_at_first_lets_in_whoever_comes_again(api: DiscordApi):
    api.gateway.refusing = 1
    # A defect of discord.py 2.7: its start ends with an error of its own, and does not try again.
    with pytest.raises(AttributeError, match="sequence"):
        async with run(SmallBot(int(api.guild.id)), api):
            pass
    async with run(SmallBot(int(api.guild.id)), api):
        assert len(api.gateway.identified) == 1


async def test_a_bot_put_out_of_a_guild_is_told_and_may_do_nothing_there(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    channel = bot.get_channel(int(ana.channel.id))
    assert isinstance(channel, discord.TextChannel)
    gone = asyncio.create_task(bot.wait_for("guild_remove"))
    await asyncio.sleep(0)
    api.world.kick(api.guild)
    await gone
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("still here?")
    assert refused.value.code == 50001


async def test_an_answer_has_its_time(api: DiscordApi, ana: Person, bot: SmallBot):
    held: list[discord.Interaction] = []

    async def keep(interaction: discord.Interaction) -> None:
        held.append(interaction)
        api.world.changed()

    bot.on_interaction = keep  # pyright: ignore[reportAttributeAccessIssue]
    late = ana.press(a_card(api), "Go")
    await api.world.until(lambda: held)
    api.world.move(4)
    assert ana.failed == [late]
    with pytest.raises(discord.NotFound) as unknown:
        await held[0].response.defer()
    assert unknown.value.code == 10062
    ana.press(a_card(api), "Go", times=2)
    await api.world.until(lambda: len(held) == 3)
    await held[1].response.defer(thinking=True)
    with pytest.raises(discord.HTTPException) as twice:
        await held[2].response.defer()
    assert twice.value.code == 40060
    api.world.move(16 * 60)
    with pytest.raises(discord.HTTPException) as over:
        await held[1].followup.send("too late")
    assert over.value.code == 50027


def a_card(api: DiscordApi) -> dict[str, Any]:
    """A message of the bot's with one button."""
    place = next(iter(api.world.channels.values()))
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
    body = {"content": "seen", "components": [{"type": 1, "components": [button]}]}
    return api.world.post(place, api.world.me["id"], body)


async def test_limits_are_told_and_waited_for(api: DiscordApi, ana: Person, bot: SmallBot):
    channel = bot.get_channel(int(ana.channel.id))
    assert isinstance(channel, discord.TextChannel)
    api.faults.append(Fault(about="POST /channels", status=429))
    await channel.send("after the wait")
    api.faults.append(Fault(about="POST /channels", status=429, via=False))
    with pytest.raises(discord.HTTPException, match="429"):
        await channel.send("refused")
    await asyncio.gather(*(channel.send(f"message {number}") for number in range(12)))
    assert len(ana.sees()) == 13


async def test_a_send_that_was_accepted_and_lost_is_not_doubled(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    channel = bot.get_channel(int(ana.channel.id))
    assert isinstance(channel, discord.TextChannel)
    api.faults.append(Fault(about="POST /channels", status=502, accepted=True))
    await channel.send("once")
    assert len(ana.sees()) == 1


async def test_a_send_whose_answer_is_cut_can_be_said_again(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    channel = bot.get_channel(int(ana.channel.id))
    assert isinstance(channel, discord.TextChannel)
    api.faults.append(Fault(about="POST /channels", kind="drop", accepted=True))
    # On Linux discord.py does not try again by itself.
    with pytest.raises(aiohttp.ClientError):
        await channel.send("once", nonce="run-1-card-1")
    again = await channel.send("once", nonce="run-1-card-1")
    assert [one["id"] for one in ana.sees()] == [str(again.id)]
    api.world.move(10 * 60)
    await channel.send("once", nonce="run-1-card-1")
    assert len(ana.sees()) == 2


async def test_a_thread_of_the_bots_is_archived_opened_and_deleted(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    channel = bot.get_channel(int(ana.channel.id))
    assert isinstance(channel, discord.TextChannel)
    thread = await (await channel.send("root")).create_thread(name="A run")
    message = await thread.send("a card")
    await thread.edit(archived=True)
    with pytest.raises(discord.HTTPException) as archived:
        await message.edit(content="an edited card")
    assert archived.value.code == 50083
    await thread.send("which opens it")
    await message.edit(content="an edited card")
    assert [texts(one) for one in ana.sees(ana.threads[0])] == [
        ["root"],
        ["an edited card"],
        ["which opens it"],
    ]
    with pytest.raises(discord.Forbidden):
        await thread.edit(locked=True)
    await thread.delete()
    with pytest.raises(discord.NotFound) as gone:
        await message.edit(content="too late")
    assert gone.value.code == 10003
    assert ana.threads == []


async def test_what_may_not_be_done_is_refused_with_discords_own_codes(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    channel = bot.get_channel(int(ana.channel.id))
    assert isinstance(channel, discord.TextChannel)

    async def code(work: Any) -> int:
        with pytest.raises(discord.HTTPException) as refused:
            await work
        return refused.value.code

    root = await channel.send("root")
    api.world.deny(ana.channel, "CREATE_PUBLIC_THREADS")
    assert await code(root.create_thread(name="no")) == 50013
    api.world.deny(ana.channel, "VIEW_CHANNEL")
    assert await code(channel.send("no")) == 50001
    api.world.deny(ana.channel)
    assert await code(root.create_thread(name="n" * 101)) == 50035
    thread = await root.create_thread(name="yes")
    assert await code(root.create_thread(name="again")) == 160004
    api.world.archive(api.world.channels[str(thread.id)], archived=True, locked=True)
    assert await code(thread.send("no")) == 160005
    assert await code(channel.send("x" * 2001)) == 50035
    api.world.remove(ana.channel)
    assert await code(channel.send("gone")) == 10003
    # What is never right, whatever the place, fails the test of a bot that asks for it.
    assert any("Must be 2000 or fewer" in one for one in api.violations)
    api.violations.clear()


async def test_forums_and_direct_messages_are_places_too(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    appeared = asyncio.create_task(bot.wait_for("guild_channel_create"))
    await asyncio.sleep(0)
    api.world.channel(api.guild, "ideas", FORUM)
    seen = await appeared
    assert isinstance(seen, discord.ForumChannel)
    post = await seen.create_thread(name="An idea", content="The first words")
    assert post.message.id == post.thread.id
    someone = await bot.fetch_user(int(ana.id))
    await someone.send("Only you")
    await said(api, ana, "Only you", api.world.conversation(ana.id))


class Sharded(discord.AutoShardedClient):
    before_identify_hook = SmallBot.before_identify_hook


async def test_every_shard_has_its_own_guilds(api: DiscordApi):
    api.commands.shards = 2
    other = api.world.guild("Other", own=str(int(api.guild.id) + (1 << 22)))
    bot = Sharded(intents=INTENTS, guild_ready_timeout=0.05)
    async with run(bot, api):
        await api.gateway.ready(2)
        assert {one.id for one in bot.guilds} == {int(api.guild.id), int(other.id)}
    assert sorted(api.gateway.identified) == [(0, 2), (1, 2)]


async def test_a_seat_of_the_stories_follows_what_its_person_began(api: DiscordApi, bot: SmallBot):
    ana, ben = DiscordSeat(api, "Ana"), DiscordSeat(api, "Ben")
    await ana.type("/delegate long")
    seen = await sees(ana, "Draft 1", button="Approve", where="thread")
    assert (seen.title, seen.text, seen.by) == ("Draft 1", "The draft.", "Podium")
    await sees(ana, "It began", where="private")
    await sees(ana, "A step is done", where="thread")
    assert not (await ben.screen()).all(where="thread")
    assert not (await ben.screen()).all(where="private")
    await ben.open(await sees(ben, "Draft 1", where="channel"))
    await sees(ben, "A step is done", where="thread")
    await ana.press(seen, "Revise")
    form = await ana.until(lambda screen: screen.form)
    assert form.fields["Tone"].options == ("warm", "dry")
    await ana.fill({"Tone": "dry"})
    again = await ana.until(lambda screen: screen.form)
    assert again.errors == {"Product": "This is needed."}
    assert again.fields["Tone"].value == "dry"
    await ana.fill({"Product": "Acme"})
    await sees(ben, "Acme, dry", where="channel")
    await ana.type("/delegte brief")
    await ana.type("Good morning", times=2)
    heard = [await bot.heard.get() for _ in range(3)]
    assert heard == [f"<@{api.world.me['id']}> /delegte brief", "", ""]


async def test_what_breaks_the_specification_is_recorded(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    if api.specification is None:
        pytest.skip("shared/specs is not beside the repository: nothing is held to it")
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=int(ana.channel.id))
    await bot.http.request(route, json={"content": "words", "contents": "a slip"})
    with pytest.raises(discord.HTTPException):
        await bot.http.request(route, json={"content": "", "components": [{"type": 1}]})
    assert "'contents' is not known here" in api.violations[0]
    assert "$.components[0]" in api.violations[1]
    api.violations.clear()


async def test_every_component_of_a_message_is_shown_and_used(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    channel = bot.get_channel(int(ana.channel.id))
    assert isinstance(channel, discord.TextChannel)
    view: ui.LayoutView = ui.LayoutView(timeout=None)
    link: ui.Button[ui.LayoutView] = ui.Button(label="Open", url="https://podium.example/")
    more: ui.Select[ui.LayoutView] = ui.Select(
        placeholder="More",
        custom_id="more",
        options=[discord.SelectOption(label="Cancel", value="cancel", description="End it")],
    )
    people: ui.UserSelect[ui.LayoutView] = ui.UserSelect(placeholder="Whom", custom_id="whom")
    heard: asyncio.Queue[Any] = asyncio.Queue()

    async def chosen(interaction: discord.Interaction) -> None:
        assert interaction.data
        heard.put_nowait(interaction.data.get("values"))
        await interaction.response.defer()

    more.callback = people.callback = chosen
    card: ui.Container[ui.LayoutView] = ui.Container(
        ui.Section("A section", accessory=ui.Thumbnail("attachment://one.png")),
        ui.Separator(spacing=discord.SeparatorSpacing.large),
        ui.MediaGallery(discord.MediaGalleryItem("attachment://one.png", description="A picture")),
        ui.File("attachment://draft.md"),
        ui.ActionRow(more),
        ui.ActionRow(people),
        accent_colour=0x00AA00,
    )
    view.add_item(card).add_item(ui.ActionRow(link))
    files = [discord.File(BytesIO(b"x"), "one.png"), discord.File(BytesIO(b"# D"), "draft.md")]
    sent = await channel.send(view=view, files=files)
    message = ana.sees()[-1]
    await ana.answered(ana.select(message, "More", ["Cancel"]))
    await ana.answered(ana.select(message, "whom", ["Ana"]))
    assert [await heard.get() for _ in range(2)] == [["cancel"], [ana.id]]
    assert [one.filename for one in sent.attachments] == ["one.png", "draft.md"]
    await sent.edit(view=ui.LayoutView().add_item(ui.TextDisplay("Over")), attachments=[])
    assert texts(ana.sees()[-1]) == ["Over"]
    embed = discord.Embed(title="Old", description="style", colour=1).add_field(name="a", value="b")
    await channel.send(embed=embed.set_footer(text="by us"), silent=True)
    assert texts(ana.sees()[-1]) == ["Old", "style", "a", "b", "by us"]


async def test_every_field_of_a_form_is_filled_and_sent(
    api: DiscordApi, ana: Person, bot: SmallBot
):
    form = ui.Modal(title="Everything", custom_id="all")
    tones = [discord.RadioGroupOption(label=one, value=one) for one in ("warm", "dry")]
    parts = [discord.CheckboxGroupOption(label=one, value=one) for one in ("news", "limits")]
    for label, control in {
        "Story": ui.TextInput[ui.Modal](
            style=discord.TextStyle.long, default="Once", required=False
        ),
        "Tone": ui.RadioGroup[ui.Modal](options=tones),
        "Parts": ui.CheckboxGroup[ui.Modal](options=parts, max_values=2),
        "Owner": ui.UserSelect[ui.Modal](),
        "Notes": ui.FileUpload[ui.Modal](max_values=2),
    }.items():
        form.add_item(ui.Label(text=label, description=f"About {label}", component=control))
    sent: asyncio.Queue[Any] = asyncio.Queue()

    async def answer(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(form)
        else:
            assert interaction.data
            sent.put_nowait(interaction.data.get("components"))
            await interaction.response.send_message("Thanks", ephemeral=True)

    bot.on_interaction = answer  # pyright: ignore[reportAttributeAccessIssue]
    await ana.answered(ana.press(a_card(api), "Go"))
    kinds = [one.kind for one in ana.fields]
    assert kinds == ["long", "choice", "many", "person", "files"]
    values = {"Tone": "dry", "Parts": ["news", "limits"], "Owner": "Ana"}
    await ana.answered(ana.submit(values, {"Notes": [File("a.md", b"A"), File("b.md", b"B")]}))
    given = [one["component"] for one in await sent.get()]
    assert [one.get("value", one.get("values")) for one in given[:4]] == [
        "Once",
        "dry",
        ["news", "limits"],
        [ana.id],
    ]
    assert len(given[4]["values"]) == 2
    await said(api, ana, "Thanks")
