"""The ports Posts, Inbox and Installs: what is kept for platforms of others."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text

from adapters.database.reader import Reader
from adapters.database.tables import INBOX, INSTALLS, POSTS, micros, moment
from adapters.database.writer import Writer
from bot.ports import Post

_KNOWN_FOR = timedelta(days=2)
"""How long a delivery is known again; no platform delivers later."""

_BEGIN = text(
    "INSERT INTO posts (key, message, at) VALUES (:key, '', :at) ON CONFLICT (key) DO NOTHING"
)
_POSTED = text("UPDATE posts SET message = :message WHERE key = :key")
_KEEP = text(
    "INSERT INTO inbox (delivery, body, at) VALUES (:delivery, :body, :at) "
    "ON CONFLICT (delivery) DO NOTHING"
)
_DONE = text("UPDATE inbox SET body = '' WHERE delivery = :delivery")
_TOO_OLD = text("DELETE FROM inbox WHERE body = '' AND at < :before")
_INSTALL = text(
    "INSERT INTO installs (team, sealed) VALUES (:team, :sealed) "
    "ON CONFLICT (team) DO UPDATE SET sealed = excluded.sealed"
)
_FORGET = text("DELETE FROM installs WHERE team = :team")

_Row = dict[str, object]


class SqlPosts:
    """Posts of bot.ports."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def begin(self, key: str, at: datetime) -> Post | None:
        return await self._writer.write(_begin, {"key": key, "at": micros(at)})

    async def posted(self, key: str, message: str) -> None:
        await self._writer.write(_posted, {"key": key, "message": message})


class SqlInbox:
    """Inbox of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._kept = 0

    async def keep(self, delivery: str, body: str, at: datetime) -> bool:
        row: _Row = {"delivery": delivery, "body": body.replace("\0", ""), "at": micros(at)}
        self._kept += 1
        if self._kept % 1_000 == 1:
            await self._writer.write(_forget_old, {"before": micros(at - _KNOWN_FOR)})
        return await self._writer.write(_keep, row)

    async def done(self, delivery: str) -> None:
        await self._writer.write(_done, {"delivery": delivery})

    async def left(self) -> list[tuple[str, str]]:
        statement = (
            select(INBOX.c.delivery, INBOX.c.body).where(INBOX.c.body != "").order_by(INBOX.c.at)
        )
        return await self._reader.read(
            lambda connection: [(row.delivery, row.body) for row in connection.execute(statement)]
        )


class SqlInstalls:
    """Installs of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def install(self, team: str, sealed: str) -> None:
        await self._writer.write(_install, {"team": team, "sealed": sealed})

    async def installed(self, team: str) -> str:
        statement = select(INSTALLS.c.sealed).where(INSTALLS.c.team == team)
        return await self._reader.read(lambda connection: connection.scalar(statement) or "")

    async def forget(self, team: str) -> None:
        await self._writer.write(_forget, {"team": team})


def _begin(connection: Connection, rows: Sequence[_Row]) -> list[Post | None]:
    return [_begun(connection, row) for row in rows]


def _begun(connection: Connection, row: _Row) -> Post | None:
    if connection.execute(_BEGIN, row).rowcount:
        return None
    found = connection.execute(
        select(POSTS.c.message, POSTS.c.at).where(POSTS.c.key == row["key"])
    ).one()
    return Post(message=found.message, at=moment(found.at))


def _posted(connection: Connection, rows: Sequence[_Row]) -> list[None]:
    connection.execute(_POSTED, rows)
    return [None] * len(rows)


def _keep(connection: Connection, rows: Sequence[_Row]) -> list[bool]:
    return [connection.execute(_KEEP, row).rowcount == 1 for row in rows]


def _done(connection: Connection, rows: Sequence[_Row]) -> list[None]:
    connection.execute(_DONE, rows)
    return [None] * len(rows)


def _forget_old(connection: Connection, rows: Sequence[_Row]) -> list[None]:
    connection.execute(_TOO_OLD, rows)
    return [None] * len(rows)


def _install(connection: Connection, rows: Sequence[_Row]) -> list[None]:
    connection.execute(_INSTALL, rows)
    return [None] * len(rows)


def _forget(connection: Connection, rows: Sequence[_Row]) -> list[None]:
    connection.execute(_FORGET, rows)
    return [None] * len(rows)
