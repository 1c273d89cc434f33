"""While the database is away, wherever a person goes they are told so, and what they see is it."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from tests.stories.page import PageHouse
from tests.stories.served import TOKEN
from tests.stories.wire import WireSeat, entered

pytestmark = pytest.mark.asyncio(loop_scope="module")
TABLES = ("runs", "events")


@pytest_asyncio.fixture(loop_scope="module")
async def house(tmp_path: Path) -> AsyncIterator[PageHouse]:
    house = PageHouse(tmp_path, "http://127.0.0.1:9")
    await house.start()
    yield house
    await house.close()


class Wanderer(WireSeat):
    """Goes from section to section."""

    async def to(self, path: str) -> None:
        await self._go(path)

    def seen(self) -> str:
        """The one section that is seen, and what it tells this person alone."""
        held = self._elements.values()
        (section,) = (
            one
            for one in held
            if {"section", "chat"} & set(one.get("class", ())) and "away" not in one["class"]
        )
        return " ".join([*section["class"], *self._below(section)])

    def _below(self, element: dict[str, object]) -> list[str]:
        children = element.get("children")
        below = [self._elements[str(key)] for key in children] if isinstance(children, list) else []
        line = [str(one["props"]["line"]) for one in below if one["tag"] == "nicegui-message"]
        return [*line, *(word for one in below for word in self._below(one))]


async def test_each_section_says_that_the_database_is_away(house: PageHouse, tmp_path: Path):
    seat = Wanderer(await entered(house.served.url, f"/enter?token={TOKEN}"))
    await seat.load()
    await seat.to("/health")
    with closing(sqlite3.connect(tmp_path / "data" / "podium.db")) as database:
        for table in TABLES:
            database.execute(f"ALTER TABLE {table} RENAME TO away_{table}")
        database.commit()
        for path, section in [("/runs/x", "run"), ("/", "home"), ("/runs", "runs")]:
            await seat.to(path)
            words = ("does not answer", section)
            await seat.until(lambda _, words=words: all(word in seat.seen() for word in words))
        for table in TABLES:
            database.execute(f"ALTER TABLE away_{table} RENAME TO {table}")
        database.commit()
    await seat.to("/runs/x")
    assert "does not answer" not in seat.seen()
    await seat.leave()
