"""A picture of a thread: Podium served in a Discord on this machine, and what then stands there."""

from pathlib import Path

from playwright.async_api import Browser

from tests.discord.house import sees
from tests.pictures.discord_look import drawn
from tests.servers.discord_api import DiscordApi
from tests.servers.discord_person import Person
from tests.servers.discord_things import TEXT, Channel, File
from tests.servers.messages_api import Handler, MessagesApi
from tests.stories.served import Served

_WIDTH = 916


async def picture(browser: Browser, folder: Path, answer: Handler, root: Path) -> None:
    """Delegate a launch brief, choose its angle, and draw the thread when its draft is there."""
    files = _files(root / "playbooks" / "samples" / "launch-brief")
    async with DiscordApi() as api, MessagesApi(handler=answer) as model:
        place = api.world.channel(api.guild, "launches", TEXT)
        ana = api.person("Ana")
        ana.channel = place
        served = Served(folder, model.url, _settings(api, root))
        await served.start()
        await api.gateway.ready()
        thread = await _work(ana, files)
        await served.stop()
        page = await browser.new_page(viewport={"width": _WIDTH, "height": 600})
        await page.set_content(drawn(api.world, thread))
        await page.screenshot(path=root / "docs" / "discord.png", full_page=True)
        assert api.violations == []


def _settings(api: DiscordApi, root: Path) -> dict[str, str]:
    return {
        "PODIUM_PLAYBOOKS": str(root / "playbooks"),
        "PODIUM_TEAM": "",
        "PODIUM_PUBLIC_URL": "https://podium.example",
        "DISCORD_TOKEN": api.token,
        "DISCORD_API_URL": api.api_url,
        "DISCORD_GATEWAY_URL": api.gateway_url,
        "PODIUM_DISCORD_GUILD": api.guild.id,
    }


def _files(notes: Path) -> list[File]:
    return [File(file.name, file.read_bytes()) for file in sorted(notes.iterdir())]


async def _work(ana: Person, files: list[File]) -> Channel:
    names = ("notes", *(f"notes_{n}" for n in range(2, len(files) + 1)))
    given = dict(zip(names, files, strict=True))
    ana.command("/delegate launch-brief product: Sluice", given)
    choice = await sees(ana, "Which angle does")
    await sees(ana, "Facts · done")
    ana.press(choice, choice["components"][0]["components"][-2]["components"][0]["custom_id"])
    await sees(ana, "Draft 1", button="Approve")
    await sees(ana, "Review · waits for")
    return ana.threads[0]
