"""The ways in: mentions, words in private, the shortcut, the App Home, signed HTTP, OAuth."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from adapters.slack.app import Tokens
from tests.fakes_model import HeldModel
from tests.servers.slack_api import SlackApi
from tests.slack.house import Office, a_draft, office, sees, tokens, until, whispered


async def test_a_mention_in_a_thread_begins_the_run_there(api: SlackApi, at_work: Office):
    ana = at_work.ana()
    root = ana.say("We should write about tides.")
    ana.mention("could you please delegate quick topic: Tides?", thread_ts=root.ts)
    draft = await sees(ana, "Draft 1", button="Approve")
    assert draft.message.thread_ts == root.ts
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana")


async def test_a_mention_that_lacks_something_offers_a_button_to_the_form(at_work: Office):
    ana = at_work.ana()
    ana.mention("delegate quick")
    told = await whispered(ana, "There is more to fill in.")
    await ana.press(told, "Open the form")
    await ana.until(lambda p: p.modal and p.modal.fields)
    await ana.fill({"Topic": "Asked for"})
    await ana.submit()
    await sees(ana, "Quick: Asked for")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hello there", "What you can say"),
        ("delgate quick topic: Tides", "did you mean /delegate?"),
        ("what needs me?", "Nothing waits for you."),
        ("What are my runs today?", "No runs yet."),
        ("show me the playbooks, please", "One step, and a draft to judge."),
        ("Quick, before noon", "There is more to fill in."),
    ],
)
async def test_a_plain_sentence_is_understood_or_answered_with_what_can_be_said(
    at_work: Office, said: str, answer: str
):
    ana = at_work.ana()
    ana.mention(said)
    await whispered(ana, answer)


async def test_commands_have_the_prefix_that_was_set(api: SlackApi, tmp_path: Path):
    async with office(api, tmp_path, settings=tokens(api, prefix="podium-")) as at_work:
        ana = at_work.ana()
        await ana.type("/podium-delegate quick topic: Prefixed")
        await sees(ana, "Quick: Prefixed")
        ana.mention("help")
        await whispered(ana, "/podium-delegate", "/podium-needs-me", "@Podium help these words")


async def test_a_playbook_is_picked_filled_in_and_delegated(at_work: Office):
    ana = at_work.ana()
    await ana.type("/delegate")
    modal = await ana.until(lambda p: p.modal)
    await ana.fill({"Playbook": next(o for o in modal.fields[0].options if o.startswith("quick"))})
    await ana.submit()
    await ana.until(lambda p: p.modal and p.modal.title == "Quick")
    await ana.fill({"Topic": "Picked"})
    await ana.submit()
    await sees(ana, "Quick: Picked")


async def test_words_in_private_are_the_same_grammar(at_work: Office):
    ana = at_work.ana()
    ana.say("delegate quick topic: In private", "")
    await sees(ana, "Draft 1", button="Approve", channel="")


async def test_a_message_is_delegated_with_its_thread_as_context(api: SlackApi, tmp_path: Path):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        root = ana.say("The launch moved to June 3.")
        ana.say("And the price is 40.", thread_ts=root.ts)
        await ana.shortcut("delegate_this", root)
        await ana.until(lambda p: p.modal)
        options = (ana.modal.fields[0].options) if ana.modal else ()
        await ana.fill({"Playbook": next(one for one in options if one.startswith("quick"))})
        await ana.submit()
        await ana.until(lambda p: p.modal and p.modal.title == "Quick")
        assert ana.modal
        assert ana.modal.fields[0].value == "The launch moved to June 3."
        await ana.fill({"Topic": "The launch"})
        await ana.submit()
        (call,) = await model.held()
        asked = call.request.brief + call.request.instructions
        assert "The launch moved to June 3." in asked
        assert "And the price is 40." in asked
        shown = await sees(ana, "Quick: The launch")
        assert shown.message.thread_ts == root.ts


async def test_every_list_and_a_decision_in_words_lead_to_the_draft_of_the_thread(
    at_work: Office,
):
    ana = at_work.ana()
    draft = await a_draft(ana, "Tides")
    await a_draft(ana, "Moons")
    assert draft.message.text.startswith("Quick: Tides · Draft 1")  # what a notification says
    assert "Quick: Tides" not in draft.text
    root = str(draft.message.thread_ts)
    await at_work.threads.quiet()
    await ana.type("/runs")
    runs = await whispered(ana, "Quick: Tides", "Quick: Moons")
    assert f"/p{root.replace('.', '')}|Open the thread>" in str(runs.message.blocks)
    ana.mention("approve", thread_ts=root)
    told = await whispered(ana, "Quick: Tides · Draft 1", "Put to you")
    assert f"/p{draft.ts.replace('.', '')}?thread_ts={root}" in str(told.message.blocks)
    assert not [one for one in ana.whispers() if "Quick: Moons · Draft 1" in one.text]
    await ana.press(told, "Approve")
    await sees(ana, "Draft 1", "Approved by ana")


async def test_the_app_home_shows_what_needs_me_and_decides_it(at_work: Office):
    ana = at_work.ana()
    await a_draft(ana, "From home")
    ana.open_home()
    home = await ana.until(lambda p: p.home())
    assert "Quick: From home · Draft 1" in home
    await ana.press_home("Approve")
    await sees(ana, "Draft 1", "Approved by ana")
    await ana.until(lambda p: "Nothing waits for you." in p.home())
    ben = at_work.api.person("ben")
    ben.open_home()
    assert "by ana" in await ben.until(lambda p: p.home())
    await ana.press_home("Delegate")
    await ana.until(lambda p: p.modal)


async def test_a_file_in_a_message_becomes_an_input(api: SlackApi, tmp_path: Path):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        long = b"\n\nIt goes on and on." * 20_000  # more than one piece of a download
        notes = [("notes.md", b"# Tides" + long + b"\n\nThey rise twice a day.")]
        ana.say("@podium delegate paper topic: Tides", files=notes)
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief


async def test_files_that_stand_in_the_thread_become_inputs(api: SlackApi, tmp_path: Path):
    ana, ben, model = api.person("ana"), api.person("ben"), HeldModel()
    async with office(api, tmp_path, player=model):
        root = ben.say("Here are the notes.", files=[("notes.md", b"They rise twice a day.")])
        ben.say("And a song.", thread_ts=root.ts, files=[("song.mp3", b"ID3" + bytes(100))])
        ana.mention("delegate paper topic: Tides", thread_ts=root.ts)
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief
        await whispered(ana, "Left out: song.mp3 is a .mp3 file")


async def test_files_of_the_thread_come_along_with_what_a_form_is_given(
    api: SlackApi, tmp_path: Path
):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        root = ana.say("The tides.", files=[("notes.md", b"They rise twice a day.")])
        await ana.shortcut("delegate_this", root)
        modal = await ana.until(lambda p: p.modal)
        options = modal.fields[0].options
        await ana.fill({"Playbook": next(one for one in options if one.startswith("paper"))})
        await ana.submit()
        modal = await ana.until(lambda p: p.modal if p.modal and p.modal.title == "Paper" else None)
        assert "From this thread: notes.md." in modal.fields[-1].hint
        await ana.fill({"Topic": "Tides"}, {"Notes": [("more.md", b"And fall as often.")]})
        await ana.submit()
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief
        assert "And fall as often." in call.request.brief


async def test_a_form_takes_files_and_says_what_is_wrong_with_one(api: SlackApi, tmp_path: Path):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        await ana.type("/delegate paper")
        await ana.until(lambda p: p.modal)
        await ana.fill({"Topic": "Tides"}, {"Notes": [("song.mp3", b"ID3" + bytes(100))]})
        await ana.submit()
        modal = await ana.until(lambda p: p.modal)
        notes = next(one for one in modal.fields if one.label == "Notes")
        assert "song.mp3 is a .mp3 file" in notes.error
        await ana.fill({}, {"Notes": [("notes.md", b"They rise twice a day.")]})
        await ana.submit()
        (call,) = await model.held()
        assert "They rise twice a day." in call.request.brief


async def test_ten_thousand_characters_go_on_in_a_second_view_and_blanks_are_told(
    api: SlackApi, tmp_path: Path
):
    ana, model = api.person("ana"), HeldModel()
    story = "".join(f"word{n} " for n in range(1_500)).strip()
    assert len(story) > 12_000
    async with office(api, tmp_path, player=model):
        await ana.type("/delegate every")
        await ana.until(lambda p: p.modal)
        rest = {"Name": "Long", "Tone": "dry", "Words": "50", "Day": "2026-11-30", "Owner": ana.id}
        await ana.fill({"Story": "  \n ", **rest})
        await ana.submit()
        blank = await ana.until(lambda p: p.modal if p.modal and p.modal.fields[1].error else None)
        assert blank.fields[1].error == "This is needed."
        await ana.fill({"Story": story[:3_000]})
        await ana.submit()
        await ana.until(lambda p: p.depth == 2)
        parts = {f"Story, part {n + 1}": story[n * 3_000 : (n + 1) * 3_000] for n in range(1, 5)}
        await ana.fill({label: part for label, part in parts.items() if part})
        await ana.submit()
        (call,) = await model.held()
        assert story in call.request.brief + call.request.instructions
        assert ana.modal is None


# --- other doors ------------------------------------------------------------------------


def in_http(api: SlackApi) -> Tokens:
    return tokens(api, app="", signing_secret=api.app.signing_secret)


@asynccontextmanager
async def over_http(api: SlackApi, folder: Path) -> AsyncIterator[Office]:
    async with office(api, folder, settings=in_http(api)) as at_work:
        assert at_work.trouble == ""
        api.app.request_url = f"{at_work.slack.url}/slack/events"
        yield at_work


async def test_signed_requests_are_taken_and_forged_ones_refused(api: SlackApi, tmp_path: Path):
    async with over_http(api, tmp_path) as at_work:
        ana = at_work.ana()
        draft = await a_draft(ana, "Signed")
        await ana.press(draft, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")
        payload = api.deliveries.all[0].payload
        async with aiohttp.ClientSession() as session:
            for secret, age in (("forged", 0.0), ("", 301.0)):
                headers, body = api.deliveries.signed(
                    "slash_commands", payload, secret=secret, age_s=age
                )
                async with session.post(api.app.request_url, data=body, headers=headers) as answer:
                    assert answer.status == 401


# slack-sdk signs in as aiohttp will not like from its next version on.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_a_second_workspace_installs_itself_and_is_forgotten_when_it_leaves(
    api: SlackApi, tmp_path: Path
):
    other = api.workspace("Beta")
    ids = {"client_id": api.app.client_id, "client_secret": api.app.client_secret}
    async with office(api, tmp_path, settings=tokens(api, bot="", **ids)) as at_work:
        assert at_work.trouble == ""
        await installed(api, at_work, other.id)
        cleo = api.person("cleo", other)
        draft = await a_draft(cleo, "Elsewhere")
        await cleo.press(draft, "Approve")
        await sees(cleo, "Draft 1", "Approved by cleo")
        kept = await at_work.database.installs.installed(other.id)
        assert kept
        assert "xoxb" not in kept
        api.admin.uninstall(other)

        async def forgotten() -> bool:
            return await at_work.database.installs.installed(other.id) == ""

        await until(forgotten)


async def installed(api: SlackApi, at_work: Office, team: str) -> None:
    """As a browser does: the install page, Slack's yes, and back with the state."""
    back = f"{at_work.slack.url}/slack/oauth_redirect"
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(f"{at_work.slack.url}/slack/install") as page:
            said = await page.text()
        assert "slack.com/oauth/v2/authorize" in said
        state = said.partition("state=")[2].partition("&")[0].partition('"')[0]
        cookies = {"slack-app-oauth-state": state}
        code = f"code-of-{team}"
        api.codes[code] = (team, next(iter(api.workspaces[team].users)))
        asked = {"code": code, "state": state}
        async with session.get(back, params=asked, cookies=cookies) as done:
            assert done.status == 200, await done.text()
        async with session.get(back, params=asked, cookies=cookies) as again:
            assert again.status != 200
