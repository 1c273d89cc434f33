"""The picture of a thread: Podium served in a Slack on this machine, and what then stands there."""

from pathlib import Path

from playwright.async_api import Browser, ViewportSize

from tests.pictures.messages import drawn
from tests.servers.messages_api import Handler, MessagesApi
from tests.servers.slack_api import SlackApi
from tests.servers.slack_person import Person, Upload
from tests.slack.house import sees
from tests.stories.served import Served

CHANNEL = "#launches"


async def picture(browser: Browser, folder: Path, answer: Handler, root: Path) -> None:
    """Delegate a launch brief, choose its angle, and draw the thread when its draft is there."""
    async with SlackApi() as api, MessagesApi(handler=answer) as model:
        api.clock.ticking = True
        api.team.add_channel(CHANNEL[1:])
        ana = api.person("ana")
        served = Served(folder, model.url, _settings(api, root))
        await served.start()
        await api.socket.connected()
        await _work(ana, _read(root / "playbooks" / "samples" / "launch-brief"))
        await served.stop()
        assert api.violations == []
        page = await browser.new_page(viewport=ViewportSize(width=916, height=600))
        await page.set_content(drawn(api.team, CHANNEL))
        await page.screenshot(path=root / "docs" / "slack.png", full_page=True)


def _settings(api: SlackApi, root: Path) -> dict[str, str]:
    return {
        "PODIUM_PLAYBOOKS": str(root / "playbooks"),
        "PODIUM_TEAM": "",
        "SLACK_BOT_TOKEN": api.bot_token,
        "SLACK_APP_TOKEN": api.app_token,
        "SLACK_API_URL": api.api_url,
    }


def _read(notes: Path) -> list[Upload]:
    return [(file.name, file.read_bytes()) for file in sorted(notes.iterdir())]


async def _work(ana: Person, files: list[Upload]) -> None:
    line = f"@{ana.team.bot.name} delegate launch-brief product: Sluice"
    ana.say(line, CHANNEL, files=files)
    choice = await sees(ana, "Which angle does", channel=CHANNEL)
    await ana.press(choice, choice.buttons[0])
    await sees(ana, button="Approve", channel=CHANNEL)
