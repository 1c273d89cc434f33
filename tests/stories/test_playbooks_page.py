"""Playbooks and Health in a real browser: what there is, what is wrong with it, and starting."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from tests.servers.messages_api import MessagesApi
from tests.stories.browser import DESKTOP, PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.page import PageHouse
from tests.stories.served import PLAYBOOKS, Served

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]
SAMPLE = "product: Acme\naudience: press\n"


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of playbooks that a story may change."""
    folder = tmp_path_factory.mktemp("books") / "playbooks"
    shutil.copytree(PLAYBOOKS, folder)
    (folder / "samples").mkdir()
    (folder / "samples" / "brief.yaml").write_text(SAMPLE)
    return folder


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def open_house(
    model: MessagesApi, books: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PageHouse]:
    folder = tmp_path_factory.mktemp("podium")
    house = PageHouse(folder, model.url)
    house.served = Served(folder, model.url, {"PODIUM_PLAYBOOKS": str(books)})
    await house.start()
    yield house
    await house.close()


async def goes(page: Page, house: PageHouse, path: str, title: str) -> None:
    await page.goto(house.served.url + path)
    await expect(page.locator(".section:not(.away) h1")).to_have_text(title)


async def is_as_wide_as_its_window(page: Page) -> None:
    widths = await page.locator(".section:not(.away) > .scroll").evaluate(
        "(node) => [node.scrollWidth, node.clientWidth]"
    )
    assert widths[0] == widths[1]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_playbook_is_found_understood_and_tried(
    house: PageHouse, sits: Sits, cast: Cast, viewport: ViewportSize
):
    page = (await sits("Ana", viewport)).page
    await goes(page, house, "/playbooks", "Playbooks")
    await page.get_by_role("link", name="brief", exact=True).click()
    await expect(page.locator(".section:not(.away) h1")).to_have_text("brief")
    steps = page.get_by_role("list", name="Steps").get_by_role("listitem")
    await expect(steps).to_have_count(6)
    await expect(steps.nth(3)).to_contain_text("Draft, by writer, after Facts and Lead")
    draft = page.locator(".step").filter(has_text="Draft")
    await draft.locator("summary").press("Enter")
    await expect(draft).to_contain_text("Write to {{ audience }} leading with {{ lead }}")
    await is_as_wide_as_its_window(page)
    await page.get_by_role("button", name="Try it with the sample").click()
    await page.wait_for_url("**/runs/*")


async def test_a_brief_is_filled_in_from_the_gallery(house: PageHouse, sits: Sits, cast: Cast):
    ana = await sits("Ana")
    await goes(ana.page, house, "/playbooks", "Playbooks")
    await ana.page.get_by_role("button", name="Delegate: quick").click()
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Topic": "Gallery"})
    await ana.page.wait_for_url("**/runs/*")
    await goes(ana.page, house, "/playbooks/quick", "quick")
    await expect(ana.page.get_by_role("link", name="Quick: Gallery")).to_be_visible()


async def test_a_broken_file_is_shown_at_its_place_and_is_good_once_it_is_mended(
    house: PageHouse, sits: Sits, books: Path
):
    page = (await sits("Ana", PHONE)).page
    text = (books / "quick.yaml").read_text()
    (books / "newer.yaml").write_text(text.replace("by: writer", "bye: writer"))
    await goes(page, house, "/playbooks", "Playbooks")
    faults = page.locator(".faults")
    await expect(faults.locator(".told").first).to_contain_text('error: unknown key "bye"')
    await expect(faults.locator("mark").first).to_have_text("bye")
    await is_as_wide_as_its_window(page)
    await page.get_by_role("link", name="newer.yaml").click()
    await expect(page.locator(".section:not(.away) h1")).to_have_text("newer")
    await expect(faults.locator("mark").first).to_have_text("bye")
    (books / "newer.yaml").write_text(text)
    await page.get_by_role("link", name="All playbooks").click()
    await expect(page.get_by_role("link", name="newer", exact=True)).to_be_visible()
    await expect(faults).to_have_count(0)


async def test_health_says_what_to_mend_and_sees_it_mended(
    house: PageHouse, sits: Sits, books: Path
):
    page = (await sits("Ana", PHONE)).page
    (books / "odd.yaml").write_text("about: Odd\n")
    await goes(page, house, "/health", "Health")
    part = page.locator(".condition").filter(has=page.get_by_role("link", name="Playbooks"))
    await expect(part).to_contain_text("1 file cannot be used")
    await expect(page.locator(".condition").filter(has_text="Database")).to_contain_text("answers")
    await is_as_wide_as_its_window(page)
    (books / "odd.yaml").unlink()
    await expect(part).to_contain_text("are sound.", timeout=20_000)
    await expect(part.locator(".sign")).to_have_attribute("aria-label", "good")
