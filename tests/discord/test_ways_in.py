"""The ways in: commands, forms, menus, words to the bot; and what stands where people look."""

from pathlib import Path

from adapters.discord.places import Place
from bot.cards import Card
from tests.discord.house import Office, a_draft, count, office, sees
from tests.fakes_model import HeldModel
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_layout import controls
from tests.servers.discord_things import File, Json
from tests.stories.discord_words import read

LONG = b"\n\nIt goes on and on." * 20_000  # more than one piece of a download
NOTES = File("notes.md", b"# Tides" + LONG + b"\n\nThey rise twice a day.")


def labels(message: Json) -> list[str]:
    return [one["label"] for one in controls(message["components"]) if one.get("label")]


async def test_commands_are_offered_once_and_again_only_when_they_changed(
    api: DiscordApi, tmp_path: Path
):
    ana = api.person("Ana")
    put = "PUT /applications/{application_id}/guilds/{guild_id}/commands"
    async with office(api, tmp_path):
        assert len(api.called(put)) == 1
        assert ana.can_type("/delegate quick topic: x")
        words = ("needs-me", "runs", "playbooks", "schedule", "help")
        assert all(ana.can_type(f"/{word}") for word in words)
    async with office(api, tmp_path):
        await a_draft(ana, "Again")
    assert len(api.called(put)) == 1


async def test_commands_are_offered_everywhere_where_no_guild_is_named(
    api: DiscordApi, tmp_path: Path
):
    async with office(api, tmp_path, in_guild=False):
        assert len(api.called("PUT /applications/{application_id}/commands")) == 1
        assert len(api.called("PUT")) == 1
        assert api.person("Ana").can_type("/delegate quick topic: x")


async def test_a_subcommand_takes_options_of_every_kind(api: DiscordApi, tmp_path: Path):
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        ana = at_work.ana()
        given = {"words": 50.0, "owner": "Ana", "short": True, "parts": "news, limits"}
        line = 'name: "Tides: a \\"primer\\"" story: Long tone: dry day: tomorrow'
        ana.command(f"/delegate every {line}", given)
        (call,) = await model.held()
        asked = call.request.brief + call.request.instructions
        for said in ("Tides: a", "primer", "dry", "limits", "50", f"discord:global:{ana.id}"):
            assert said in asked


async def test_a_file_in_an_option_becomes_an_input(api: DiscordApi, tmp_path: Path):
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        at_work.ana().command("/delegate paper topic: Tides", {"notes": NOTES})
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief


async def test_files_of_a_message_and_of_its_thread_become_inputs(api: DiscordApi, tmp_path: Path):
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        ana = at_work.ana()
        root = ana.say("We should write about tides.")
        thread = api.world.thread(ana.channel, "Tides", root["id"])
        ana.mention("look at this", [File("moon.md", b"The moon pulls.")], where=thread)
        ana.mention("delegate paper topic: Tides", [NOTES], where=thread)
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief
        assert "The moon pulls." in call.request.brief


async def test_a_form_takes_files_and_says_what_is_wrong_with_one(api: DiscordApi, tmp_path: Path):
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        ana = at_work.ana()
        await ana.answered(ana.command("/delegate paper"))
        song = File("song.mp3", b"ID3" + bytes(100))
        ana.submit({"Topic": "Tides"}, {"Notes": [song, NOTES]})
        told = await sees(ana, "song.mp3 is a .mp3 file", button="Open the form again")
        await ana.answered(ana.press(told, "Open the form again"))
        notes = next(one for one in ana.fields if one.label == "Notes")
        assert notes.about.startswith("⚠ song.mp3 is a .mp3 file")
        ana.submit({}, {"Notes": [File("moon.md", b"The moon pulls.")]})
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief
        assert "The moon pulls." in call.request.brief


async def test_a_message_is_delegated_with_its_thread_and_its_files(
    api: DiscordApi, tmp_path: Path
):
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        ana = at_work.ana()
        root = ana.say("The launch moved to June 3.", [NOTES])
        thread = api.world.thread(ana.channel, "Launch", root["id"])
        ana.mention("the price is 40.", where=thread)
        await ana.world.until(lambda: count(ana, "What you can say") or None)
        ana.menu("Delegate this", root)
        menu = await sees(ana, "What should the team do about this message?")
        await ana.answered(ana.select(menu, "A playbook", ["paper"]))
        notes = next(one for one in ana.fields if one.label == "Notes")
        assert "Here already: notes.md" in notes.about
        topic = next(one for one in ana.fields if one.label == "Topic")
        assert topic.value == "The launch moved to June 3."
        ana.submit({"Topic": "The launch"})
        (call,) = await model.held()
        for said in ("The launch moved to June 3.", "the price is 40.", "They rise twice a day."):
            assert said in call.request.brief


async def test_a_mention_in_a_thread_begins_the_run_there(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    thread = api.world.thread(ana.channel, "Talk", ana.say("We should write.")["id"])
    ana.mention("could you please delegate quick topic: Tides?", where=thread)
    draft = await sees(ana, "Draft 1", button="Approve", where=thread)
    ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana", where=thread)


async def test_plain_sentences_are_understood_or_answered_with_what_can_be_said(at_work: Office):
    ana = at_work.ana()
    for said, answer in (
        ("what needs me?", "Nothing waits for you."),
        ("what are my runs today?", "No runs yet."),
        ("delgate something", "did you mean /delegate?"),
        ("hello there", "What you can say"),
    ):
        ana.mention(said)
        await sees(ana, answer)
    ana.mention("quick topic: By its name")
    await sees(ana, "Quick: By its name")


async def test_what_a_form_cannot_hold_at_once_is_asked_on_further_pages(
    api: DiscordApi, tmp_path: Path
):
    model = HeldModel()
    async with office(api, tmp_path, player=model) as at_work:
        ana = at_work.ana()
        await ana.answered(ana.command("/delegate every"))
        given = {"Name": "Paged", "Story": "It is long. " * 300, "Tone": "dry", "Words": "50"}
        given |= {"Day": "2026-11-30", "Owner": "Ana"}
        asked = [one.label for one in ana.fields]
        ana.submit({name: given[name] for name in asked if name in given})
        more = await sees(ana, "Page 1 of 2 is filled in.", button="Next")
        await ana.answered(ana.press(more, "Next"))
        assert not {one.label for one in ana.fields} & {*asked}
        ana.submit({one.label: given[one.label] for one in ana.fields if one.label in given})
        (call,) = await model.held()
        assert "It is long. It is long." in call.request.brief + call.request.instructions


async def test_needs_me_answers_only_to_the_person_with_working_buttons(at_work: Office):
    ana, ben = at_work.ana(), at_work.api.person("Ben")
    await a_draft(ana, "Listed")
    ana.command("/needs-me")
    listed = await sees(ana, "Quick: Listed · Draft 1", button="Approve")
    assert count(ben, "Quick: Listed · Draft 1") == 0
    ana.press(listed, "Approve")
    shown = await sees(ana, "Quick: Listed · Draft 1", "Approved by ana")
    assert "Approve" not in labels(shown)


async def test_the_menu_of_a_draft_tells_the_cost_and_cancels(at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Menu")
    await ana.answered(ana.select(draft, "More", ["What it cost"]))
    await sees(ana, "spent", "the understudy worked from your material alone")
    assert "Open in Podium" in labels(draft)
    ana.select(draft, "More", ["Cancel the run"])
    await sees(ana, "Cancelled", "Closed by ana")


async def test_each_is_pinged_once_for_what_waits_for_them(api: DiscordApi, at_work: Office):
    ana = at_work.ana()
    draft = await a_draft(ana, "Ping")
    await at_work.threads.quiet()
    pinged = [one for one in bodies(api) if (one.get("allowed_mentions") or {}).get("users")]
    assert [one["allowed_mentions"]["users"] for one in pinged] == [[ana.id]]
    assert "Draft 1" in str(pinged[0])
    ana.press(draft, "Approve")
    decided = await sees(ana, "Draft 1", "Approved by ana, <t:")
    assert labels(decided) == []
    assert len([one for one in bodies(api) if "'users'" in str(one)]) == 1


async def test_controls_come_down_when_people_talked_below_them_and_ping_nobody(
    api: DiscordApi, tmp_path: Path
):
    async with office(api, tmp_path) as at_work:
        ana = at_work.ana()
        await a_draft(ana, "Talked")
    async with office(api, tmp_path) as at_work:
        at_work.discord.chat.controls.calm_s = 0.05
        (thread,) = ana.threads
        ana.say("Is the price right?", where=thread)
        ana.say("I think so.", where=thread)
        below = await sees(ana, "Draft 1", "waits to be decided", button="Approve", where=thread)
        assert ana.sees(thread)[-1]["id"] == below["id"]
        assert labels(below) == ["Approve", "Revise", "Reject"]
        assert below["mentions"] == []
        ana.say("Then let us.", where=thread)
        moved = await api.world.until(lambda: _last(ana.sees(thread), below["id"]))
        await api.world.until(lambda: below["id"] not in thread.messages or None)
        ana.press(moved, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")
        await api.world.until(lambda: moved["id"] not in thread.messages or None)


async def test_controls_come_down_below_a_reminder(api: DiscordApi, at_work: Office):
    chat, ana = at_work.discord.chat, at_work.ana()
    chat.controls.calm_s = 0.01
    await a_draft(ana, "Reminded")
    (thread,) = ana.threads
    place = Place(api.guild.id, ana.channel.id, thread.id).id
    await chat.post(place, Card(key="reminder-review-1-1", title="Reminder"), "a reminder")
    below = await sees(ana, "Draft 1", "waits to be decided", button="Approve", where=thread)
    assert ana.sees(thread)[-1]["id"] == below["id"]


def _last(shown: list[Json], before: str) -> Json | None:
    last = shown[-1]
    return last if last["id"] != before and "Approve" in labels(last) else None


async def test_a_file_that_the_server_does_not_take_is_said_with_a_link_to_the_page(
    api: DiscordApi, tmp_path: Path
):
    model = HeldModel()
    api.world.file_limit = 20_000
    async with office(api, tmp_path, player=model) as at_work:
        ana = at_work.ana()
        ana.command("/delegate quick topic: Long")
        (call,) = await model.held()
        call.answer("\n\n".join(f"Paragraph {n}. {'It says much. ' * 40}" for n in range(60)))
        told = await sees(ana, "The file draft-1.md could not be put here.")
        assert "larger than this server takes" in read(told, None)
        assert "http://podium.example/runs/r" in read(told, None)
        await sees(ana, "Draft 1", "characters: the whole text is in the file", button="Approve")
    assert "Request entity too large" in api.violations.pop()


def bodies(api: DiscordApi) -> list[Json]:
    return [call.body for call in api.calls if call.method in ("POST", "PATCH") and call.body]


async def test_the_list_of_runs_leads_to_their_threads(at_work: Office):
    ana = at_work.ana()
    await a_draft(ana, "Moons")
    await a_draft(ana, "Tides")
    await at_work.threads.quiet()
    ana.mention("runs")
    await sees(ana, "Quick: Moons", "Quick: Tides", "Open the thread")
