"""The port Members: who may enter the page, and the one-time passes that let them in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from adapters.database.reader import Reader
from adapters.database.tables import MEMBERS, PASSES, micros
from adapters.database.writer import Writer
from bot.ports import Member

_WELCOME = text(
    "INSERT INTO members (id, name) VALUES (:id, :name) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name"
)
_PASS = text(
    "INSERT INTO passes (hash, member, until) VALUES (:hash, :id, :until) "
    "ON CONFLICT (hash) DO UPDATE "
    "SET member = excluded.member, until = excluded.until, used_at = NULL"
)


class SqlMembers:
    """Members of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def all(self) -> list[Member]:
        statement = select(MEMBERS.c.id, MEMBERS.c.name).order_by(MEMBERS.c.id)
        return await self._reader.read(
            lambda connection: [
                Member(id=id_, name=name) for id_, name in connection.execute(statement).all()
            ]
        )

    async def invite(self, member: Member, pass_hash: str, until: datetime) -> None:
        """A pass of the same hash is made good again."""
        row = {"id": member.id, "name": member.name, "hash": pass_hash, "until": micros(until)}
        await self._writer.write(_invite, row)

    async def enter(self, pass_hash: str, now: datetime) -> Member | None:
        return await self._writer.write(_enter, (pass_hash, micros(now)))


def _invite(connection: Connection, rows: Sequence[dict[str, object]]) -> list[None]:
    connection.execute(_WELCOME, rows)
    connection.execute(_PASS, rows)
    return [None] * len(rows)


def _enter(connection: Connection, values: Sequence[tuple[str, int]]) -> list[Member | None]:
    return [_one_enters(connection, pass_hash, now) for pass_hash, now in values]


def _one_enters(connection: Connection, pass_hash: str, now: int) -> Member | None:
    used = connection.scalar(
        update(PASSES)
        .where(PASSES.c.hash == pass_hash, PASSES.c.used_at.is_(None), PASSES.c.until > now)
        .values(used_at=now)
        .returning(PASSES.c.member)
    )
    found = select(MEMBERS.c.id, MEMBERS.c.name).where(MEMBERS.c.id == used)
    row = connection.execute(found).first()
    return None if row is None else Member(id=row.id, name=row.name)
