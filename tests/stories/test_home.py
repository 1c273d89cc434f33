"""Home in a real browser: what waits is decided there, and goes when anybody decides it."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, expect

from tests.stories.browser import PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.driver import delegates, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]


async def goes_home(seat: BrowserSeat) -> None:
    link = seat.page.locator('.side a[href="/"]')
    if not await link.is_visible():
        await seat.page.get_by_role("button", name="Menu").click()
    await link.click()
    await seat.page.get_by_role("heading", name="Home", exact=True).wait_for()


def entry(seat: BrowserSeat, title: str) -> Locator:
    link = seat.page.get_by_role("link", name=title, exact=True)
    return seat.page.locator("[data-need]").filter(has=link)


async def waits(seat: BrowserSeat, topic: str) -> None:
    """Delegate, and leave when the draft is there."""
    await seat.go("#general")
    await delegates(seat, f"quick topic: {topic}", f"Quick: {topic}")
    await sees(seat, "Draft 1", where="thread", button="Approve")


async def badge_of(seat: BrowserSeat, count: int) -> None:
    badge = seat.page.locator(".side .badge")
    if count:
        await expect(badge).to_have_text(f"{count} waiting for you")
    else:
        await expect(badge).to_have_count(0)


async def test_what_waits_is_decided_with_keys_alone(sits: Sits, cast: Cast):
    ana = await sits("Kim")
    for topic in ("First", "Second", "Third"):
        await waits(ana, topic)
    await badge_of(ana, 3)
    await goes_home(ana)
    first, second, third = (entry(ana, f"Quick: {n}") for n in ("First", "Second", "Third"))
    await expect(first).to_have_attribute("aria-current", "true")
    await ana.page.keyboard.press("j")
    await expect(second).to_be_focused()
    await ana.page.keyboard.press("r")
    await ana.page.locator("dialog[open] textarea").press_sequentially("aj: shorter")
    await expect(second).to_have_attribute("aria-current", "true")
    await ana.fill({})
    again = second.filter(has_text="Draft 2")
    await expect(again).to_contain_text("What changed since draft 1")
    await expect(third).to_be_focused()
    await ana.page.keyboard.press("k")
    await expect(first).to_be_focused()
    await ana.page.keyboard.press("?")
    await ana.page.get_by_role("dialog", name="Keys").wait_for()
    await ana.page.keyboard.press("a")
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.press("a")
    await expect(first).to_have_count(0)
    await expect(third).to_be_focused()
    await badge_of(ana, 2)
    await ana.page.keyboard.press("Enter")
    await ana.page.wait_for_url("**/runs/*")


async def test_what_another_decides_goes_from_every_page(sits: Sits, cast: Cast):
    ana, ben = await sits("Ana"), await sits("Ben", PHONE)
    await ana.type("/delegate pair topic: Shared")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    await goes_home(ana)
    await goes_home(ben)
    for seat in (ana, ben):
        await expect(entry(seat, "Pair: Shared")).to_contain_text("blocks the result")
    await ana.page.locator('.side a[href="/playbooks"]').click()
    await badge_of(ana, 1)
    await entry(ben, "Pair: Shared").get_by_role("button", name="Approve").click()
    await expect(entry(ben, "Pair: Shared")).to_have_count(0)
    await (
        ben.page.get_by_text("Nothing waits for you.")
        .or_(ben.page.get_by_text("Welcome. You direct"))
        .wait_for()
    )
    await badge_of(ana, 0)


async def test_a_decision_that_comes_too_late_is_told_who_was_first(sits: Sits, cast: Cast):
    ana, ben = await sits("Ana"), await sits("Ben", PHONE)
    await ana.type("/delegate pair topic: Late")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    await goes_home(ana)
    await goes_home(ben)
    late = entry(ana, "Pair: Late")
    await late.get_by_role("button", name="Reject").click()
    await ana.until(lambda screen: screen.form)
    await entry(ben, "Pair: Late").get_by_role("button", name="Approve").click()
    await expect(late).to_have_count(0)
    await ana.fill({"Reason": "Not this one"})
    answers = ana.page.locator(".home .answers")
    await expect(answers).to_contain_text("by ben")
    await expect(answers).to_contain_text("Not this one")


async def test_home_says_who_is_at_work_and_what_to_do_first(sits: Sits, cast: Cast):
    go_on = cast.holds("Write on Slowly")
    eve = await sits("Newcomer", PHONE)
    await goes_home(eve)
    await eve.page.get_by_text("Welcome. You direct, and specialists do the work.").wait_for()
    await eve.page.locator(".offers-list").get_by_role("button", name="Quick").click()
    await eve.until(lambda screen: screen.form)
    await eve.fill({"Topic": "Slowly"})
    await eve.page.wait_for_url("**/runs/*")
    await goes_home(eve)
    working = eve.page.locator(".works li").filter(has_text="Quick: Slowly")
    await expect(working).to_contain_text("Draft · writer")
    wide = await eve.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    go_on.set()
    await expect(working).to_have_count(0)
    await expect(entry(eve, "Quick: Slowly")).to_contain_text("Draft 1")
