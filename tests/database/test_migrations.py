"""Every start brings the tables up to date, also when several start at once."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url
from sqlmodel import SQLModel

from adapters.database import Database, DatabaseTooNew
from adapters.database.connection import engines
from adapters.database.migrate import FOLDER
from bot.ports import Query, Summary
from tests.database.samples import NOON, fire, records, schedule, summary

ROOT = Path(__file__).parent.parent.parent
OLD_RUN = (
    "INSERT INTO runs (run, version, shown, status, requester, place, gates, due_at, changed_at,"
    " words, body) VALUES"
    " ('a', 1, 0, 'ended', 'web:main:ana', 'web:main:general', 0, NULL, 1, 'it', 'BODY')"
)
OPEN = """
import asyncio, sys
from adapters.database import Database
async def main():
    database = await Database.open(sys.argv[1])
    await database.ping()
    await database.close()
asyncio.run(main())
"""


@pytest.fixture
def execute(url: str) -> Callable[[str], None]:
    def on_file(statement: str) -> None:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute(statement)
        connection.close()

    def on_server(statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())

    return on_file if url.startswith("sqlite") else on_server


async def test_the_tables_are_those_of_the_models(url: str, database: Database):
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    engine = create_engine(parsed.set(drivername=driver[parsed.drivername]))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


async def test_three_that_start_at_once_all_serve(url: str):
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", OPEN, url, cwd=ROOT)
        for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    together = await asyncio.gather(*(Database.open(url) for _ in range(3)))
    await together[0].log.append(records("a"), summary("a"))
    assert len(await together[1].log.read("a")) == 1
    for database in together:
        await database.close()


async def test_a_start_without_news_changes_nothing(url: str):
    first = await Database.open(url)
    await first.log.append(records("a"), summary("a"))
    await first.close()
    second = await Database.open(url)
    assert await second.log.find(Query()) == [summary("a")]
    await second.close()


async def test_the_runs_of_the_first_tables_are_found_by_what_came_later(
    url: str, execute: Callable[[str], None]
):
    _old_tables(url, "0001")
    kept = summary("a", title="it's\0", status="ended", outcome="approved")
    execute(_old_run(kept))
    database = await Database.open(url)
    assert await database.log.find(Query(playbook="launch-brief", outcome="approved")) == [kept]
    assert await database.log.find(Query(playbook="weekly-report")) == []
    await database.close()


async def test_what_runs_from_before_schedules_spend_is_known_from_their_next_event_on(
    url: str, execute: Callable[[str], None]
):
    _old_tables(url, "0003")
    execute(_old_run(summary("a", title="it's\0", spent_usd=0.25)))
    database = await Database.open(url)
    assert await database.timetable.change(schedule("s"), [fire("s", run="a")])
    assert await database.fires.spent("s", NOON) == 0
    await database.log.append(records("a", 2), summary("a", 2, title="it's\0", spent_usd=0.5))
    assert await database.fires.spent("s", NOON) == 0.5
    await database.close()


def _old_run(kept: Summary) -> str:
    return OLD_RUN.replace("BODY", kept.model_dump_json().replace("'", "''"))


def _old_tables(url: str, revision: str) -> None:
    opened = engines(url, 1)
    opened.prepare()
    with opened.write.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    opened.dispose()


async def test_a_database_of_a_newer_podium_is_left_alone(url: str, execute: Callable[[str], None]):
    first = await Database.open(url)
    await first.log.append(records("a"), summary("a"))
    await first.close()
    execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match=r"newer Podium .*9999.*DATABASE_URL"):
        await Database.open(url)
    execute("UPDATE alembic_version SET version_num = '0004'")
    again = await Database.open(url)
    assert len(await again.log.read("a")) == 1
    await again.close()
