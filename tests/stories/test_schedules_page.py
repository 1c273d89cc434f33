"""Schedules in a real browser: what will start, whose it is and what it costs; made and changed."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.stories.browser import DESKTOP, PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.driver import Seat, sees
from tests.stories.page import PageHouse

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]


async def looks(seat: BrowserSeat, house: PageHouse) -> Page:
    await seat.page.goto(f"{house.served.url}/schedules")
    await expect(seat.page.get_by_role("button", name="New schedule")).to_be_visible()
    return seat.page


async def schedules(seat: Seat, topic: str, when: str) -> None:
    """Make a schedule with a line in the chat."""
    await seat.type(f"/schedule quick topic: {topic} when: {when}")
    await seat.press(await sees(seat, topic, button="Save"), "Save")
    await sees(seat, topic, button="Pause")


def listed(page: Page, topic: str) -> Locator:
    title = page.get_by_role("heading", name=f"Quick: {topic}", exact=True)
    return page.locator(".schedule").filter(has=title)


def starts(page: Page, topic: str) -> Locator:
    return page.locator(".calendar .start").filter(has_text=topic)


async def fits(page: Page) -> None:
    widths = await page.locator(".schedules > .scroll").evaluate(
        "(node) => [node.scrollWidth, node.clientWidth]"
    )
    assert widths[0] == widths[1]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_schedule_is_made_run_paused_and_changed(
    sits: Sits, house: PageHouse, cast: Cast, viewport: ViewportSize
):
    topic = f"Tides {viewport['width']}"
    ana = await sits("Ana", viewport, timezone_id="Asia/Tokyo")
    page = await looks(ana, house)
    await page.get_by_role("button", name="New schedule").click()
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Playbook": "quick: One step, and a draft to judge."})
    await expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    await ana.fill({"Topic": topic, "Or say when": "every Monday at 9", "Post in": "#general"})
    await page.get_by_role("button", name="Save").click()
    one = listed(page, topic)
    await expect(one).to_contain_text("Every Monday at 09:00, Asia/Tokyo")
    await expect(starts(page, topic).nth(2)).to_contain_text("09:00")
    for day in await page.locator(".day:has(.start)").filter(has_text=topic).all():
        await expect(day.locator("h3 .long")).to_contain_text("Monday")
    await one.get_by_role("button", name="Run now").click()
    await expect(one.locator(".last")).to_contain_text("Needs a person. Run now by ana.")
    await expect(starts(page, topic).first).to_contain_text(re.compile(r"ana about \$0\.\d"))
    await fits(page)
    await one.get_by_role("button", name="Pause").click()
    await expect(one.locator(".state")).to_have_text("Paused by ana")
    await expect(starts(page, topic)).to_have_count(0)
    await one.get_by_role("button", name="Resume").click()
    await expect(starts(page, topic).first).to_be_visible()
    await one.get_by_role("button", name="Edit").click()
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Or say when": "every Monday at 10"})
    await one.get_by_role("button", name="Save").click()
    await expect(starts(page, topic).first).to_contain_text("10:00")
    await one.get_by_role("link", name="Needs a person").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Quick: {topic}")
    await page.get_by_role("link", name="a schedule").click()
    await expect(page).to_have_url(re.compile("/schedules/s"))
    await expect(page.locator(".schedule")).to_have_count(1)
    await expect(one).to_contain_text("Active")


async def test_another_persons_schedule_is_seen_and_left_to_them(
    sits: Sits, house: PageHouse, cast: Cast
):
    ben, ana = await house.seat("Ben"), await sits("Ana", timezone_id="Asia/Tokyo")
    page = await looks(ana, house)
    await schedules(ben, "Owls", "every day at 9")
    await expect(listed(page, "Owls").get_by_role("button")).to_have_text(["History"])
    await expect(starts(page, "Owls").nth(20)).to_contain_text("18:00 Quick: Owls")
    await schedules(ben, "Bees", "every 5 minutes")
    bees = starts(page, "Bees")
    await expect(bees.nth(1).get_by_role("link")).to_have_text("every 5 minutes Quick: Bees")
    await expect(bees.nth(1)).to_contain_text("288 times ben")
    await ben.press(await sees(ben, "Bees", button="Delete"), "Delete")
    await expect(bees).to_have_count(0)
    await expect(listed(page, "Bees")).to_contain_text("Deleted by ben")
