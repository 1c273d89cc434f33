"""One served Podium for each file of stories, its model a server on this machine."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.servers.messages_api import MessagesApi
from tests.stories.browser import DESKTOP, BrowserSeat, launch
from tests.stories.cast import Cast
from tests.stories.discord import DiscordHouse
from tests.stories.page import PageHouse
from tests.stories.slack import SlackHouse

House = PageHouse | SlackHouse | DiscordHouse
HOUSES: dict[str, type[House]] = {"page": PageHouse, "slack": SlackHouse, "discord": DiscordHouse}
Sits = Callable[..., Awaitable[BrowserSeat]]
TOLD_EVERYWHERE = (
    "test_judging",
    "test_schedules",
    "test_starting",
    "test_trouble",
    "test_watching",
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def model() -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as server:
        yield server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The stories are told on every platform, but for what only the page has."""
    if "open_house" not in metafunc.fixturenames:
        return
    of_page = metafunc.definition.get_closest_marker("page") is not None
    everywhere = metafunc.definition.path.stem in TOLD_EVERYWHERE and not of_page
    platforms = list(HOUSES) if everywhere else ["page"]
    if metafunc.definition.get_closest_marker("elsewhere") is not None:
        platforms.remove("discord")
    metafunc.parametrize("open_house", platforms, indirect=True, scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def open_house(
    request: pytest.FixtureRequest, model: MessagesApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    house = HOUSES[request.param](tmp_path_factory.mktemp("podium"), model.url)
    await house.start()
    yield house
    await house.close()


@pytest_asyncio.fixture(loop_scope="module")
async def house(open_house: House) -> AsyncIterator[House]:
    """The house as each story finds it: served, with nobody in it but its owner."""
    await open_house.start()
    yield open_house
    await open_house.clear()


@pytest.fixture
def cast(model: MessagesApi) -> Cast:
    return Cast(model)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def sits(browser: Browser, house: PageHouse) -> AsyncIterator[Sits]:
    """Lets a person sit down at a browser; in the end it must not have complained."""
    seats: list[BrowserSeat] = []

    async def sit(name: str, viewport: ViewportSize = DESKTOP, **look: object) -> BrowserSeat:
        link = house.served.url + await house.link(name)
        seats.append(await BrowserSeat.sit(browser, link, viewport=viewport, **look))
        return seats[-1]

    yield sit
    complaints = [complaint for seat in seats for complaint in seat.complaints]
    for seat in seats:
        await seat.leave()
    assert complaints == []
