"""The list of all runs, and the drafts of one, in a real browser."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.stories.browser import DESKTOP, PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.driver import delegates, sees
from tests.stories.page import PageHouse

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]
FIRST = "# Lamp\n\nThe lamp costs 199 € and ships in May.\n\nIt is the brightest of all."
SECOND = "# Lamp\n\nThe lamp costs 149 € and ships in May.\n\nIt is the brightest of all."


async def lists(seat: BrowserSeat, house: PageHouse, query: str = "") -> Page:
    await seat.page.goto(f"{house.served.url}/runs{query}")
    await expect(seat.page.get_by_role("searchbox")).to_be_visible()
    return seat.page


async def fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_run_is_found_and_its_list_has_an_address(sits: Sits, house: PageHouse, cast: Cast):
    ben = await house.seat("Ben")
    await delegates(ben, "quick topic: Needle", "Quick: Needle")
    await delegates(ben, "quick topic: Hay", "Quick: Hay")
    ana = await sits("Ana")
    page = await lists(ana, house)
    rows, search = page.locator(".run-row"), page.get_by_role("searchbox")
    steps = await page.evaluate("history.length")
    await search.press_sequentially("quick: needle")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Quick: Needle")
    await expect(page).to_have_url(f"{house.served.url}/runs?text=quick%3A+needle")
    assert await page.evaluate("history.length") == steps
    await page.get_by_label("Who asked").select_option("Me")
    await expect(page.get_by_text("No run matches “quick: needle” with these")).to_be_visible()
    await page.go_back()
    await expect(rows).to_have_count(1)
    await page.reload()
    await expect(search).to_have_value("quick: needle")
    await expect(rows).to_have_count(1)
    await rows.get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Quick: Needle")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_list_shows_runs_as_they_move(
    sits: Sits, house: PageHouse, cast: Cast, viewport: dict[str, int]
):
    ana, ben = await sits("Ana", viewport), await house.seat("Ben")
    topic = f"Moving {viewport['width']}"
    wait = cast.holds(f"Write on {topic}", "Done.")
    page = await lists(ana, house, f"?text={topic}")
    await expect(page.get_by_text(f"No run matches “{topic}”.")).to_be_visible()
    await delegates(ben, f"quick topic: {topic}", f"Quick: {topic}")
    state = page.locator(".run-row .state")
    await expect(state).to_have_text("At work")
    wait.set()
    await expect(state).to_have_text("Needs a person")
    await expect(page.locator(".run-row")).to_contain_text("Draft 1 waits to be judged.")
    await fits(page)
    await page.get_by_label("State").select_option("Needs a person")
    await expect(state).to_have_count(1)
    draft = await sees(ben, "Draft 1", where="thread", button="Approve")
    await ben.press(draft, "Approve")
    await expect(page.get_by_text("No run matches")).to_be_visible()
    await page.get_by_role("link", name="Clear the filters").click()
    await expect(state.first).to_have_text("Approved")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_what_changed_in_a_draft_is_seen_by_words(
    sits: Sits, house: PageHouse, cast: Cast, viewport: dict[str, int]
):
    ana, ben = await sits("Ana", viewport), await house.seat("Ben")
    topic = f"Words {viewport['width']}"
    cast.says(f"Write on {topic}", FIRST, SECOND)
    await delegates(ben, f"quick topic: {topic}", f"Quick: {topic}")
    await ben.press(await sees(ben, "Draft 1", where="thread", button="Revise"), "Revise")
    await ben.until(lambda screen: screen.form)
    await ben.fill({"Note": "It is cheaper now."})
    await sees(ben, "Draft 2", where="thread", button="Approve")
    page = await lists(ana, house, f"?text={topic}")
    await page.locator(".run-row").get_by_role("link").click()
    drafts = page.locator(".drafts")
    await expect(drafts.get_by_role("article", name="Draft 2")).to_contain_text("costs 149 €")
    await drafts.get_by_role("button", name="Changes").click()
    await expect(drafts.get_by_text("1 word added and 1 word removed")).to_be_visible()
    await expect(drafts.locator("del")).to_have_text("removed: 199")
    await expect(drafts.locator("ins")).to_have_text("added: 149")
    both = drafts.get_by_role("button", name="Side by side")
    if viewport == PHONE:
        await expect(both).to_have_count(0)
    else:
        await both.click()
        await expect(drafts.get_by_role("columnheader")).to_have_text(["Draft 1", "Draft 2"])
    await fits(page)
    await drafts.get_by_role("button", name="Draft 1", exact=True).click()
    await expect(drafts.locator(".about-draft")).to_contain_text("It is cheaper now.")
    await drafts.get_by_role("button", name="Copy Markdown").click()
    await expect(drafts.get_by_text("Copied")).to_be_visible()
