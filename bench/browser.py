"""A person at the page: a real Chromium that came in by the link of the terminal."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.chromium import executable

PATIENCE_S = 20
_STOPWATCH = Path(__file__).with_name("stopwatch.js")


@asynccontextmanager
async def entered(link: str) -> AsyncIterator[Page]:
    """The page, in #general."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable())
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_S * 1000)
        await page.add_init_script(path=_STOPWATCH)
        await page.goto(f"{link}&next=/c/general")
        await page.get_by_role("button", name="Enter").click()
        await page.locator(".pane.channel textarea").wait_for()
        yield page
        await browser.close()


async def timed(page: Page, event: str, act: Awaitable[None], shown: str) -> float:
    """Milliseconds from the event of the act to the frame with a new element like `shown`."""
    await page.evaluate("([event, shown]) => stopwatch.set(event, shown)", [event, shown])
    await act
    async with asyncio.timeout(PATIENCE_S):
        return await page.evaluate("() => stopwatch.taken_ms")
