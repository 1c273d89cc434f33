from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord import app
from tests.discord.house import Office, office
from tests.servers.discord_api import DiscordApi


@pytest.fixture(autouse=True)
def _ready_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "READY_S", 0.05)  # no further guild comes later


@pytest.fixture
async def api() -> AsyncIterator[DiscordApi]:
    """In the end nothing may have been sent that Discord would not take."""
    async with DiscordApi() as server:
        server.limits.pace = 50
        yield server
        assert not server.violations, "\n".join(server.violations)


@pytest.fixture
async def at_work(api: DiscordApi, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(api, tmp_path) as found:
        assert found.trouble == ""
        yield found
