"""Health: what is connected, what is missing, and how to mend it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.health import Health, Pulse
from bot.playbook.catalog import Catalog
from bot.policy import Team
from bot.ports import Condition, LogUnavailable
from bot.settings import Settings
from bot.shelf import Shelf
from bot.wiring import pricer
from tests.playbook.folder import SPECIALIST

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
PLAYBOOK = "about: A text\nsteps:\n  draft: {by: writer, do: Write.}\ndeliver: {from: draft}\n"
SECRETS = {
    "anthropic_api_key": "sk-hidden",
    "web_token": "token-hidden",
    "anthropic_base_url": "http://me:url-hidden@127.0.0.1:9000/v1?key=hidden",
}


async def nothing() -> None:
    pass


async def away() -> None:
    raise LogUnavailable("The database postgresql://podium@db does not answer: refused")


class House:
    """A served house as far as health sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NINE
        self.unread = 0
        self.pulse = Pulse(nothing, lambda: self.now)
        (folder / "specialists").mkdir()
        role = SPECIALIST.format(name="writer")
        (folder / "specialists" / "writer.md").write_text(role)
        self.write(PLAYBOOK)

    def write(self, text: str) -> None:
        (self.folder / "text.yaml").write_text(text)

    async def look(
        self,
        given: Mapping[str, Any] | None = None,
        *,
        ping: Callable[[], Awaitable[None]] = nothing,
        team: Team | None = None,
    ) -> dict[str, Condition]:
        """The conditions by name, with these settings."""
        settings = Settings(data=self.folder, playbooks=self.folder, **(given or {}))
        health = Health(
            settings=settings,
            kept_in="SQLite file podium.db",
            ping=ping,
            shelf=Shelf(self.folder, Catalog(models=frozenset({"sonnet"}))),
            team=team or Team(),
            tools=("find", "calculate"),
            pricer=pricer(settings) if settings.has_model else None,
            pulse=self.pulse,
            pages=lambda: ("http://127.0.0.1:8321", 1),
            unread=lambda: self.unread,
        )
        return {one.name: one for one in await health.conditions()}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.chdir(tmp_path)  # away from an .env file
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "PODIUM_MODEL", "PODIUM_TEAM"):
        monkeypatch.delenv(name, raising=False)
    return House(tmp_path)


async def test_what_can_be_done_without_is_missing_and_says_how_to_mend_it(house: House):
    found = await house.look()
    without = {"discord", "model", "slack", "team"}
    assert {name for name, one in found.items() if one.state == "missing"} == without
    assert "understudy" in found["model"].says
    assert "Set ANTHROPIC_API_KEY" in found["model"].mend
    assert "PODIUM_TEAM" in found["team"].mend
    assert all(one.state == "good" for name, one in found.items() if name not in without)
    assert found["playbooks"].says == "1 playbook and 1 specialist are sound."
    assert found["tools"].says == "Specialists may be given calculate and find."


async def test_a_database_that_does_not_answer_is_bad(house: House):
    found = await house.look(ping=away)
    assert found["database"].state == "bad"
    assert "does not answer" in found["database"].says
    assert found["database"].mend


async def test_a_full_disk_is_bad_before_it_refuses(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.health.DISK_BYTES", 10**18)
    disk = (await house.look())["disk"]
    assert (disk.state, disk.mend) == ("bad", "Make room there.")
    assert disk.says.startswith("Only ")


async def test_a_broken_playbook_is_told_and_a_mended_one_is_seen(house: House):
    house.write("about: A text\n")
    books = (await house.look())["playbooks"]
    assert (books.state, books.says) == (
        "missing",
        "1 file cannot be used; 0 playbooks and 1 specialist are sound.",
    )
    house.write(PLAYBOOK)
    assert (await house.look())["playbooks"].state == "good"


async def test_an_empty_folder_is_told(house: House):
    (house.folder / "text.yaml").unlink()
    books = (await house.look())["playbooks"]
    assert (books.state, books.says) == ("missing", "There are no playbooks.")
    assert str(house.folder) in books.mend


async def test_a_key_is_enough_for_claude_and_its_prices_are_known(house: House):
    found = await house.look({"anthropic_api_key": "sk-key"})
    assert (found["model"].state, found["prices"].state) == ("good", "good")
    assert found["model"].says.startswith("Claude")


async def test_a_server_of_ones_own_needs_a_price(house: House):
    server = {"anthropic_base_url": "http://127.0.0.1:9000", "model": "local-7b"}
    found = await house.look(server)
    assert "127.0.0.1:9000" in found["model"].says
    assert "local-7b" in found["model"].says
    assert found["prices"].state == "missing"
    assert "PODIUM_MODEL_PRICE" in found["prices"].mend
    assert (await house.look({**server, "model_price": "0 0"}))["prices"].state == "good"


async def test_a_team_is_counted(house: House):
    team = Team(people={"ana": ("web:w:ana",), "bo": ("web:w:bo",)}, groups={"leads": ("ana",)})
    found = await house.look({"team": Path("team.yaml")}, team=team)
    assert found["team"].says == "team.yaml names 2 people and 1 group."


async def test_schedules_that_cannot_be_read_are_bad(house: House):
    assert (await house.look())["schedules"].state == "good"
    house.unread = 2
    found = (await house.look())["schedules"]
    assert (found.state, found.says) == ("bad", "2 schedules cannot be read, and start nothing.")


async def test_a_clock_that_stopped_is_bad(house: House):
    house.now += timedelta(minutes=5)
    assert (await house.look())["clock"].state == "bad"
    await house.pulse.beat()
    assert (await house.look())["clock"].state == "good"


async def test_no_secret_is_told(house: House):
    said = " ".join(f"{one.says} {one.mend}" for one in (await house.look(SECRETS)).values())
    assert "A token is set." in said
    assert "The server at 127.0.0.1:9000 is called" in said
    assert "hidden" not in said
