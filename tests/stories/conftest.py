"""One served Podium for each file of stories, its model a server on this machine."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.servers.messages_api import MessagesApi
from tests.stories.cast import Cast
from tests.stories.page import PageHouse


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def model() -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def open_house(
    model: MessagesApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PageHouse]:
    house = PageHouse(tmp_path_factory.mktemp("podium"), model.url)
    await house.start()
    yield house
    await house.close()


@pytest_asyncio.fixture(loop_scope="module")
async def house(open_house: PageHouse) -> AsyncIterator[PageHouse]:
    """The house as each story finds it: served, with nobody in it but its owner."""
    await open_house.start()
    yield open_house
    await open_house.clear()


@pytest.fixture
def cast(model: MessagesApi) -> Cast:
    return Cast(model)
