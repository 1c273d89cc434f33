"""What a person does while the page's connection is dead and nobody has noticed yet."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.stories.browser import BrowserSeat
from tests.stories.cable import Cable
from tests.stories.cast import Cast
from tests.stories.driver import delegates, sees
from tests.stories.page import PageHouse

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]


@pytest_asyncio.fixture(loop_scope="module")
async def cable(house: PageHouse) -> AsyncIterator[Cable]:
    async with Cable(house.served.url) as cable:
        yield cable


async def over(cable: Cable, seat: BrowserSeat) -> None:
    """Let a person come over the cable, and nothing but what they do be on it from now on."""
    await seat.page.goto(f"{cable.url}/c/general")
    await seat.page.evaluate("ackedMessageId = Infinity")
    await seat.type("Hello")
    await seat.page.wait_for_function(
        "() => !Object.keys(sessionStorage).some((key) => key.startsWith('podium text'))"
    )


async def test_what_was_sent_over_a_dead_connection_arrives_once_and_in_order(
    cable: Cable, sits: Sits, cast: Cast
):
    ana, ben = await sits("Ana"), await sits("Ben")
    await over(cable, ana)
    await delegates(ana, "quick topic: Dead", "Quick: Dead")
    draft = await sees(ana, "Draft 1", where="thread", button="Revise")
    cable.loses = "asked"
    await ana.type("The first line")
    await ana.type("The second line")
    await ana.press(draft, "Revise")
    cable.cut()
    await ana.until(lambda screen: screen.form)
    cable.loses = "asked"
    await ana.fill({"Note": "Shorter"})
    cable.cut()
    draft = await sees(ana, "Draft 2", where="thread", button="Approve")
    cable.loses = "answered"
    await ana.press(draft, "Approve")
    await ana.type("The third line")
    await sees(ben, "Quick: Dead", "Approved")
    cable.cut()
    await sees(ana, "Draft 2", "Approved by ana", where="thread", no_button=True)
    await sees(ana, "The third line")
    assert not await ana.page.locator(".note:not(:empty)").count()
    screen = await ana.screen()
    lines = [seen.text.strip() for seen in screen.all("line", where="channel")]
    assert lines == ["The first line", "The second line", "The third line"]


async def test_lines_come_back_after_a_restart_and_what_had_arrived_counts_once(
    house: PageHouse, cable: Cable, sits: Sits
):
    ana, ben = await sits("Ana"), await sits("Ben")
    await over(cable, ana)
    area = ana.page.locator(".pane.channel .composer textarea")
    cable.loses = "answered"
    await ana.type("Heard, and not confirmed")
    await sees(ben, "Heard, and not confirmed")
    async with ana.page.expect_navigation():
        await house.kill()
        cable.cut()
        await house.start()
    await expect(area).to_have_value("Heard, and not confirmed")
    await area.press("Enter")
    await ana.type("Said next")
    screen = await ana.until(lambda screen: screen if screen.all("Said next") else None)
    assert len(screen.all("Heard, and not confirmed")) == 1
    async with ana.page.expect_navigation():
        await house.kill()
        await ana.type("One")
        await ana.type("Two")
        await house.start()
    await expect(area).to_have_value("One\nTwo")
