"""What holds Podium up in Discord: deliveries that come again, races, calls that go wrong."""

from pathlib import Path

from tests.discord.house import Office, a_draft, card, count, office, sees
from tests.servers.discord_api import DiscordApi


async def test_a_command_that_is_delivered_three_times_starts_one_run(at_work: Office):
    ana = at_work.ana()
    ana.command("/delegate quick topic: Once", times=3)
    await sees(ana, "Draft 1", button="Approve")
    assert [one.json["name"] for one in ana.threads] == ["Quick: Once"]


async def test_old_buttons_work_after_a_restart(api: DiscordApi, tmp_path: Path):
    ana = api.person("Ana")
    async with office(api, tmp_path):
        draft = await a_draft(ana, "Asleep")
    async with office(api, tmp_path):
        ana.press(draft, "Approve")
        await sees(ana, "Draft 1", "Approved by ana")
    assert card(ana, "Draft 1", button="Approve") is None
