"""A fault is told to those it touches, and the next write works again."""

import asyncio
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from adapters.database import Database
from bot.ports import Conflict, Log, LogUnavailable, Query
from tests.database.conftest import fresh_url
from tests.database.samples import records, summary

END_ALL = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def file_url(request: pytest.FixtureRequest) -> str:
    return fresh_url("sqlite", request)


@pytest.fixture
def server_url(request: pytest.FixtureRequest) -> str:
    return fresh_url("postgres", request)


async def append(log: Log, run: str, first: int = 1, by: str = "web:main:ana") -> None:
    told = [record.model_copy(update={"by": by}) for record in records(run, first)]
    await log.append(told, summary(run, first))


async def test_a_locked_file_fails_those_who_wait_and_no_one_after(file_url: str):
    database = await Database.open(file_url, patience_s=0.05)
    other = sqlite3.connect(file_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for outcome in await asyncio.gather(
        *(append(database.log, run) for run in "abc"), return_exceptions=True
    ):
        assert isinstance(outcome, LogUnavailable)
        assert "locked" in str(outcome)
    assert await database.log.find(Query()) == []
    other.rollback()
    other.close()
    await append(database.log, "a")
    assert len(await database.log.read("a")) == 1
    await database.close()


async def test_a_locked_run_fails_those_who_wait_and_no_one_after(server_url: str):
    database = await Database.open(server_url, patience_s=0.05)
    await append(database.log, "a")
    with psycopg.connect(server_url) as other:
        other.execute("SELECT * FROM runs FOR UPDATE")
        with pytest.raises(LogUnavailable, match="lock timeout"):
            await append(database.log, "a", 2)
    await append(database.log, "a", 2)
    assert len(await database.log.read("a")) == 2
    await database.close()


async def test_connections_that_the_server_ended_are_made_anew(server_url: str):
    database = await Database.open(server_url)
    await append(database.log, "a")
    await database.ping()
    with psycopg.connect(server_url, autocommit=True) as other:
        other.execute(END_ALL)
    await asyncio.gather(append(database.log, "a", 2), append(database.log, "b"))
    assert len(await database.log.read("a")) == 2
    await database.close()


async def test_a_server_that_is_away_is_found_again_when_it_is_back(server_url: str):
    database = await Database.open(server_url)
    await append(database.log, "a")
    elsewhere = make_url(server_url).set(database="template1").render_as_string(False)
    with psycopg.connect(elsewhere, autocommit=True) as other:
        other.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS false")
        other.execute(END_ALL)
        outcomes = await asyncio.gather(
            append(database.log, "a", 2), database.ping(), return_exceptions=True
        )
        assert [type(one) for one in outcomes] == [LogUnavailable, LogUnavailable]
        other.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS true")
    await append(database.log, "a", 2)
    await database.ping()
    await database.close()


@pytest.mark.parametrize("by", ["\ud800", "\0"], ids=["half a character", "a zero byte"])
async def test_what_cannot_be_kept_fails_alone(server_url: str, by: str):
    database = await Database.open(server_url)
    unfit, *others = await asyncio.gather(
        append(database.log, "unfit", by=by),
        append(database.log, "a"),
        append(database.log, "b"),
        append(database.log, "b"),
        return_exceptions=True,
    )
    assert isinstance(unfit, ValueError)
    assert others[:2] == [None, None]
    assert isinstance(others[2], Conflict)
    assert {one.run for one in await database.log.find(Query())} == {"a", "b"}
    await database.close()


async def test_a_cancelled_caller_takes_no_one_along(database: Database):
    tasks = [asyncio.create_task(append(database.log, f"run{n}")) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in outcomes] == [asyncio.CancelledError, type(None)] * 10
    found = {one.run for one in await database.log.find(Query())}
    assert found >= {f"run{n}" for n in range(1, 20, 2)}
    await append(database.log, "afterwards")


async def test_a_closed_database_says_so(url: str):
    database = await Database.open(url)
    await database.ping()
    await database.close()
    with pytest.raises(LogUnavailable, match="closed"):
        await append(database.log, "a")
    with pytest.raises(LogUnavailable, match="closed"):
        await database.log.read("a")
    with pytest.raises(LogUnavailable, match="closed"):
        await database.ping()
    await database.close()


async def test_a_server_that_is_not_there_is_named_without_its_password():
    with pytest.raises(LogUnavailable, match=r"127\.0\.0\.1:1/podium cannot be opened") as error:
        await Database.open("postgresql://ana:secret@127.0.0.1:1/podium")
    assert "secret" not in str(error.value)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("Dear diary, this is no database. " * 100)
    with pytest.raises(LogUnavailable, match=r"notes\.txt cannot be opened: .*not a database"):
        await Database.open(f"sqlite:///{file}")


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "mysql://host/name", "postgres://"])
async def test_a_url_that_names_no_database_is_refused_with_examples(url: str):
    with pytest.raises(ValueError, match=r"sqlite:///data/podium\.db"):
        await Database.open(url)


@pytest.mark.parametrize("name", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
async def test_every_spelling_of_sqlite_is_understood(tmp_path: Path, name: str):
    database = await Database.open(f"{name}:///{tmp_path / 'podium.db'}")
    await database.ping()
    await database.close()
    assert (tmp_path / "podium.db").exists()


@pytest.mark.parametrize("name", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_every_spelling_of_postgres_is_understood(server_url: str, name: str):
    database = await Database.open(server_url.replace("postgresql", name, 1))
    await database.ping()
    await database.close()
