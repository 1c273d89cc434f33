from collections.abc import AsyncIterator

import pytest

from tests.servers.messages_api import MessagesApi
from tests.servers.slack_api import SlackApi


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as server:
        yield server


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    """In the end nothing may have been sent that Slack would not take."""
    async with SlackApi() as server:
        yield server
        assert server.violations == []
