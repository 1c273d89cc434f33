from collections.abc import AsyncIterator

import pytest

from tests.servers.messages_api import MessagesApi


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as server:
        yield server
