from collections.abc import AsyncIterator

import pytest

from adapters.claude.model import Claude
from tests.servers.messages_api import KEY, MessagesApi


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as server:
        yield server


@pytest.fixture
async def claude(api: MessagesApi) -> AsyncIterator[Claude]:
    model = Claude(api_key=KEY, base_url=api.url, stall_s=30)
    yield model
    await model.close()
