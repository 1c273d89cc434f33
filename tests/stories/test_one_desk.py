"""One Podium at a Slack, a Discord and the page: whoever is linked decides wherever they are."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.servers.messages_api import MessagesApi
from tests.servers.slack_api import SlackApi
from tests.stories.cast import Cast
from tests.stories.discord import DiscordHouse
from tests.stories.driver import Seat, Seen, delegates, sees
from tests.stories.page import PageHouse
from tests.stories.slack import SlackSeat

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Ana:
    """One person, at three screens."""

    slack: Seat
    discord: Seat
    page: Seat


@pytest_asyncio.fixture(loop_scope="module")
async def ana(model: MessagesApi, tmp_path: Path) -> AsyncIterator[Ana]:
    slack = SlackApi()
    await slack.start()
    env = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "PODIUM_TEAM": str(tmp_path / "linked.yaml"),
    }
    discord, page = DiscordHouse(tmp_path, model.url, env), PageHouse(tmp_path, model.url)
    identities = [
        f"slack:{slack.team.id}:{slack.person('Ana').id}",
        f"discord:global:{discord.api.person('Ana').id}",
        "web:podium:ana",
    ]
    linked = "".join(f"    - {one}\n" for one in identities)
    (tmp_path / "linked.yaml").write_text(f"people:\n  ana:\n{linked}", "utf-8")
    await discord.start()
    page.served = discord.served
    await slack.socket.connected()
    yield Ana(
        slack=SlackSeat(slack, slack.person("Ana")),
        discord=await discord.seat("Ana"),
        page=await page.seat("Ana"),
    )
    await page.close()
    await discord.close()
    await slack.close()
    assert slack.violations == []


async def test_19_a_run_is_decided_from_any_platform_and_shown_on_all(ana: Ana, cast: Cast):
    await delegates(ana.slack, "quick topic: From Slack", "Quick: From Slack")
    await delegates(ana.discord, "quick topic: From Discord", "Quick: From Discord")
    for seat in (ana.slack, ana.discord):
        await sees(seat, "Draft 1", where="thread", button="Approve")
    await ana.page.type("/runs")
    await sees(ana.page, "Runs", "Quick: From Slack", "Quick: From Discord", where="private")

    await ana.discord.press(await _waiting(ana.discord, "From Slack"), "Approve")
    await sees(ana.slack, "Draft 1", "Approved by ana", where="thread", no_button=True)
    await ana.slack.press(await _waiting(ana.slack, "From Discord"), "Reject")
    await ana.slack.until(lambda screen: screen.form)
    await ana.slack.fill({"Reason": "Not for us"})
    await sees(ana.discord, "Draft 1", "Rejected by ana", where="thread", no_button=True)

    await ana.page.type("/runs")
    await sees(ana.page, "Quick: From Slack", "approved", "rejected", where="private")
    await ana.page.type("/needs-me")
    await ana.page.until(lambda screen: "Nothing waits for you." in screen.notices)


async def _waiting(seat: Seat, topic: str) -> Seen:
    """The draft of a run that was begun elsewhere."""
    await seat.type("/needs-me")
    return await sees(seat, f"Quick: {topic} · Draft 1", where="private", button="Approve")
