from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers.slack_api import SlackApi
from tests.slack.house import Office, office


@pytest.fixture
async def api() -> AsyncIterator[SlackApi]:
    """In the end nothing may have been sent that Slack would not take."""
    async with SlackApi() as server:
        server.clock.ticking = True
        yield server
        assert server.violations == []


@pytest.fixture
async def at_work(api: SlackApi, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(api, tmp_path) as found:
        assert found.trouble == ""
        yield found
