"""The one database of an installation."""

import asyncio
from dataclasses import dataclass
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.database.board import SqlBoard
from adapters.database.connection import Engines, engines
from adapters.database.log import SqlLog
from adapters.database.members import SqlMembers
from adapters.database.migrate import migrate
from adapters.database.platforms import SqlInbox, SqlInstalls, SqlPosts
from adapters.database.reader import Reader
from adapters.database.timetable import SqlFires, SqlTimetable
from adapters.database.views import SqlViews
from adapters.database.writer import Writer
from bot.ports import LogUnavailable


@dataclass(frozen=True, kw_only=True)
class Database:
    """The ports that keep things; everything they raise is in bot.ports."""

    log: SqlLog
    views: SqlViews
    board: SqlBoard
    members: SqlMembers
    posts: SqlPosts
    inbox: SqlInbox
    installs: SqlInstalls
    timetable: SqlTimetable
    fires: SqlFires
    _engines: Engines
    _writer: Writer
    _reader: Reader

    @classmethod
    async def open(cls, url: str, *, patience_s: float = 10) -> Self:
        """Brings the tables up to date and serves; `patience_s` is how long a lock is waited for.

        Raises ValueError for a URL that is neither SQLite's nor Postgres's, DatabaseTooNew for a
        database of a newer Podium, LogUnavailable when it cannot be reached.
        """
        opened = engines(url, patience_s)
        try:
            await asyncio.to_thread(_prepare, opened)
        except DBAPIError as error:
            opened.dispose()
            raise LogUnavailable(
                f"The database {opened.place} cannot be opened: {error.orig}"
            ) from error
        except BaseException:
            opened.dispose()
            raise
        writer, reader = Writer(opened), Reader(opened)
        return cls(
            log=SqlLog(writer, reader),
            views=SqlViews(writer, reader),
            board=SqlBoard(writer, reader),
            members=SqlMembers(writer, reader),
            posts=SqlPosts(writer),
            inbox=SqlInbox(writer, reader),
            installs=SqlInstalls(writer, reader),
            timetable=SqlTimetable(writer, reader),
            fires=SqlFires(writer, reader),
            _engines=opened,
            _writer=writer,
            _reader=reader,
        )

    @property
    def place(self) -> str:
        """What people call it, without a password."""
        file = self._engines.file
        return f"SQLite file {file}" if file else f"database {self._engines.place}"

    async def ping(self) -> None:
        """Raises LogUnavailable when the database does not answer."""
        await self._reader.read(lambda connection: connection.execute(text("SELECT 1")))

    async def close(self) -> None:
        """Waits for what is being written, then lets go of every connection."""
        await self._writer.close()
        await self._reader.close()
        self._engines.dispose()


def _prepare(opened: Engines) -> None:
    opened.prepare()
    with opened.write.begin() as connection:
        migrate(connection, opened.place)
