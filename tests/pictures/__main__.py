"""The pictures of the README, taken anew: Podium on its own samples, its page, a local Slack
and a local Discord.

What the specialists say in them is scripted; everything else is as it runs.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page, ViewportSize, async_playwright

from tests.pictures import discord, slack
from tests.pictures.script import Script
from tests.servers.messages_api import MessagesApi
from tests.stories.browser import launch
from tests.stories.served import TOKEN, Served

ROOT = Path(__file__).parents[2]
WIDE = ViewportSize(width=1440, height=900)
TALL = ViewportSize(width=1440, height=1340)
NOTE = "Say what Brook End saved, and do not hide the two leaks."
SCHEDULES = (
    'weekly-report team: "Growers" when: every Friday at 16:00',
    'weekly-report team: "Works" when: first working day of the month at 09:00',
    'reply message: "What was asked most this week" sender: "Growers" when: every Tuesday at 8:30',
)
PATIENCE_MS = 60_000


async def main() -> None:
    env = {"PODIUM_PLAYBOOKS": str(ROOT / "playbooks"), "PODIUM_TEAM": ""}
    with (
        TemporaryDirectory() as folder,
        TemporaryDirectory() as other,
        TemporaryDirectory() as third,
    ):
        async with MessagesApi(handler=Script().answer) as model, async_playwright() as playwright:
            served = Served(Path(folder), model.url, env)
            await served.start()
            browser = await launch(playwright)
            page = await browser.new_page(
                viewport=WIDE, color_scheme="light", timezone_id="Europe/Berlin"
            )
            page.set_default_timeout(PATIENCE_MS)
            await page.goto(f"{served.url}/enter?token={TOKEN}")
            await page.get_by_role("button", name="Enter").click()
            await _take(page, served.url)
            await served.stop()
            await slack.picture(browser, Path(other), Script().answer, ROOT)
            sys.stdout.write("docs/slack.png\n")
            await discord.picture(browser, Path(third), Script().answer, ROOT)
            sys.stdout.write("docs/discord.png\n")
            await browser.close()


async def _take(page: Page, url: str) -> None:
    launch_brief = await _tried(page, url, "launch-brief")
    await _press(page, launch_brief, "choose:")
    await _press(page, launch_brief, "revise:")
    await page.locator("dialog[open] textarea").fill(NOTE)
    for box in await page.locator("dialog[open] [type=checkbox]").all():
        await box.set_checked(await box.get_attribute("value") == "draft")
    await page.locator("dialog[open] button[type=submit]").click()
    await page.get_by_text("Draft 2", exact=False).first.wait_for()
    await _tried(page, url, "reply")
    await _tried(page, url, "weekly-report")
    await page.goto(url)
    await _taken(page, "home", "[data-action^='approve:']")
    await page.set_viewport_size(TALL)
    await page.goto(launch_brief)
    await page.get_by_text("Sluice gives growers").first.wait_for()
    await _taken(page, "run", ".timeline")
    await page.set_viewport_size(WIDE)
    await page.get_by_role("button", name="Changes", exact=True).click()
    await _taken(page, "drafts", "ins")
    for line in SCHEDULES:
        await page.goto(f"{url}/c/general")
        await page.locator(".pane.channel .composer textarea").fill(f"/schedule {line}")
        await page.locator(".pane.channel .composer textarea").press("Enter")
        await page.get_by_role("button", name="Save").click()
        await page.get_by_role("button", name="Pause").wait_for()
    await page.set_viewport_size(TALL)
    await page.goto(f"{url}/schedules")
    await _taken(page, "schedules", "[data-action^='schedule:pause:']")


async def _tried(page: Page, url: str, playbook: str) -> str:
    """Try a playbook with its sample; gives the address of the run."""
    await page.goto(f"{url}/playbooks/{playbook}")
    await page.get_by_role("button", name="Try it with the sample").first.click()
    await page.wait_for_url("**/runs/*")
    return page.url


async def _press(page: Page, run: str, action: str) -> None:
    if page.url != run:
        await page.goto(run)
    await page.locator(f"[data-action^='{action}']").first.click()


async def _taken(page: Page, name: str, shown: str) -> None:
    await page.locator(shown).first.wait_for()
    await page.evaluate("document.fonts.ready")
    file = ROOT / "docs" / f"{name}.png"
    await page.screenshot(path=file, animations="disabled")
    sys.stdout.write(f"{file.relative_to(ROOT)}\n")


if __name__ == "__main__":
    asyncio.run(main())
