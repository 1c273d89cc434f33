"""A run's page in a real browser: all of its parts, what others decide, and what is taken away."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect

from tests.stories.browser import PHONE, BrowserSeat
from tests.stories.cast import ANGLES, Cast
from tests.stories.driver import delegates, sees
from tests.stories.page import PageHouse
from tests.stories.test_watching import HOSTILE

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]


async def run_of(seat: BrowserSeat) -> str:
    """The run whose thread is open."""
    cancel = seat.page.locator(".pane.thread [data-action^='cancel:']").first
    return (await cancel.get_attribute("data-action") or "").removeprefix("cancel:")


async def opens(seat: BrowserSeat, house: PageHouse, run: str) -> Page:
    await seat.page.goto(f"{house.served.url}/runs/{run}")
    await expect(seat.page.locator(".run-state .state")).to_be_visible()
    return seat.page


def panel(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


async def taken(page: Page, link: str) -> tuple[str, str]:
    """The name and the text of what a link downloads."""
    async with page.expect_download() as download:
        await page.get_by_role("link", name=link).click()
    file = await download.value
    path = await file.path()
    return file.suggested_filename, await asyncio.to_thread(path.read_text, "utf-8")


async def test_a_runs_page_shows_what_it_needs_who_works_and_all_the_evidence(
    sits: Sits, house: PageHouse, cast: Cast
):
    ana = await sits("Ana")
    await delegates(ana, "brief product: Parts", "Brief: Parts")
    await sees(ana, "Which angle do we lead with?", where="thread")
    page = await opens(ana, house, await run_of(ana))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Brief: Parts")
    await expect(page.locator(".run-state .state")).to_have_text("Waits for a person")
    await expect(page.locator(".run-head")).to_contain_text("Asked for by ana")
    await expect(panel(page, "The brief")).to_contain_text("Parts")
    await page.locator(".gates").get_by_role("button", name=f"1 · {ANGLES[0]}").click()
    await expect(page.locator(".gates")).to_contain_text("Draft 1 waits to be judged.")
    await expect(panel(page, "Steps")).to_contain_text("Review")
    decided = panel(page, "Decisions")
    await expect(decided).to_contain_text("Chosen by ana")
    await expect(decided).to_contain_text(ANGLES[0])
    await expect(panel(page, "Cost")).to_contain_text("researcher")
    bars = panel(page, "Timeline").locator(".bar")
    await expect(bars.filter(has_text="researcher worked: Facts")).to_have_count(1)
    await expect(bars.filter(has_text="ana was waited for: Lead")).to_have_count(1)
    await expect(bars.filter(has_text="writer worked: Draft")).to_have_count(1)


async def test_every_prompt_and_answer_can_be_read(sits: Sits, house: PageHouse, cast: Cast):
    ana = await sits("Ana")
    cast.says("Write on Prompts", HOSTILE)
    await delegates(ana, "quick topic: Prompts", "Quick: Prompts")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    page = await opens(ana, house, await run_of(ana))
    calls = panel(page, "Prompts and answers")
    await calls.get_by_text("1 call of a model").click()
    await calls.get_by_text("Draft, call 1").click()
    await expect(calls.get_by_label("Instructions")).to_contain_text("Write on Prompts.")
    await expect(calls.get_by_label("System")).to_contain_text("You are one specialist of a team.")
    # Tags, and what would reorder the letters of a name, are seen as they are.
    await expect(calls.get_by_label("Answer")).to_contain_text("<script>alert(1)</script>")
    await expect(calls.get_by_label("Answer")).to_contain_text("name\ufffdgnp.exe")
    await expect(page.locator(".run script, .run img")).to_have_count(0)


async def test_a_decision_by_another_is_seen_at_once(sits: Sits, house: PageHouse, cast: Cast):
    ana, ben = await sits("Ana"), await sits("Ben", PHONE)
    await delegates(ana, "pair topic: Two", "Pair: Two")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    run = await run_of(ana)
    seen, other = await opens(ana, house, run), await opens(ben, house, run)
    await other.locator(".gates").get_by_role("button", name="Revise").click()
    await other.get_by_label("Note").fill("**Shorter** <script>alert(1)</script>")
    await other.locator("dialog[open] button[type=submit]").click()
    await expect(seen.locator(".run-head")).to_contain_text("Sent back by ben")
    await expect(seen.locator(".gates")).to_contain_text("Draft 2 waits to be judged.")
    said = panel(seen, "Decisions").locator("li", has_text="Draft 1")
    await expect(said).to_contain_text("Shorter <script>alert(1)</script>")
    # Nothing but its own frames is wider than a phone.
    frame = other.locator(".run .scroll")
    assert await frame.evaluate("(node) => node.scrollWidth <= node.clientWidth")


async def test_a_page_left_open_over_a_restart_goes_on(sits: Sits, house: PageHouse, cast: Cast):
    ana = await sits("Ana")
    await delegates(ana, "quick topic: Restart", "Quick: Restart")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    page = await opens(ana, house, await run_of(ana))
    async with page.expect_navigation():
        await house.kill()
        await house.start()
    await page.locator(".gates").get_by_role("button", name="Approve").click()
    await expect(page.locator(".run-state .state")).to_have_text("Approved")
    await expect(panel(page, "Decisions")).to_contain_text("Approved by ana")
    await expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


async def test_cancel_asks_before_it_ends_a_run(sits: Sits, house: PageHouse, cast: Cast):
    ana = await sits("Ana")
    await delegates(ana, "quick topic: Stopped", "Quick: Stopped")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    page = await opens(ana, house, await run_of(ana))
    head = page.locator(".run-head")
    await head.get_by_role("button", name="Cancel", exact=True).click()
    await head.get_by_role("button", name="No", exact=True).press("Enter")
    await expect(head.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    await head.get_by_role("button", name="Cancel", exact=True).press("Enter")
    await head.get_by_role("button", name="Yes, cancel it").click()
    await expect(head.locator(".state")).to_have_text("Cancelled")


async def test_a_run_can_be_taken_away(sits: Sits, house: PageHouse, cast: Cast):
    ana = await sits("Ana")
    cast.says("Write on Export", "# A title\n\nThe draft itself.")
    await delegates(ana, "quick topic: Export", "Quick: Export")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    run = await run_of(ana)
    page = await opens(ana, house, run)
    name, text = await taken(page, "Export as Markdown")
    assert name == f"quick-{run}.md"
    assert text.startswith("# Quick: Export\n")
    assert "The draft itself." in text
    name, events = await taken(page, "Export as JSON")
    kept = json.loads(events)["events"]
    assert [event["event"]["kind"] for event in kept][:2] == ["started", "step_opened"]
    draft = await page.request.get(f"{house.served.url}/runs/{run}/draft-1.md")
    assert await draft.text() == "# A title\n\nThe draft itself.\n"
    endless = "9" * 5_000
    for name in ("draft-2.md", "calls/1", "calls/-1", f"draft-{endless}.md", f"calls/{endless}"):
        gone = await page.request.get(f"{house.served.url}/runs/{run}/{name}")
        assert (gone.status, (await gone.text())[:12]) == (404, "There is no ")


async def test_an_unknown_run_leads_to_those_that_are(sits: Sits, house: PageHouse):
    ana = await sits("Ana")
    gone = await ana.page.request.get(f"{house.served.url}/runs/rnone/export.md")
    assert (gone.status, await gone.text()) == (404, "There is no run rnone.")
    await ana.page.goto(f"{house.served.url}/runs/rnone")
    await expect(ana.page.get_by_text("There is no such run")).to_be_visible()
    await ana.page.get_by_role("link", name="To all runs").click()
    await expect(ana.page).to_have_url(re.compile("/runs$"))
