"""The port Views: what of each run is already in chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, text, update

from adapters.database.log import lock
from adapters.database.prepared import Prepared
from adapters.database.reader import Reader
from adapters.database.tables import RUNS, SHOWN
from adapters.database.writer import Writer
from bot.ports import Shown

# The same words on SQLite and Postgres, for which SQLAlchemy has two statements.
_KEEP = Prepared(
    text(
        "INSERT INTO shown (run, key, message, digest) VALUES (:run, :key, :message, :digest) "
        "ON CONFLICT (run, key) DO UPDATE SET message = excluded.message, digest = excluded.digest"
    )
)
_ADVANCE = Prepared(
    update(RUNS)
    .where(RUNS.c.run == bindparam("run_"), RUNS.c.shown < bindparam("version_"))
    .values(shown=bindparam("version_"))
)


@dataclass(frozen=True, kw_only=True)
class _View:
    run: str
    version: int
    shown: Sequence[Shown]


class SqlViews:
    """Views of bot.ports."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def shown(self, run: str) -> Mapping[str, Shown]:
        statement = select(SHOWN.c.key, SHOWN.c.message, SHOWN.c.digest).where(SHOWN.c.run == run)
        return await self._reader.read(
            lambda connection: {
                key: Shown(key=key, message=message, digest=digest)
                for key, message, digest in connection.execute(statement).all()
            }
        )

    async def record(self, run: str, version: int, shown: Sequence[Shown] = ()) -> None:
        await self._writer.write(_record, _View(run=run, version=version, shown=shown))

    async def behind(self) -> list[str]:
        statement = (
            select(RUNS.c.run)
            .where(RUNS.c.version > RUNS.c.shown)
            .order_by(RUNS.c.changed_at, RUNS.c.run)
        )
        return await self._reader.read(lambda connection: [*connection.scalars(statement).all()])


def _record(connection: Connection, values: Sequence[_View]) -> list[None]:
    lock(connection, {value.run for value in values})
    _ADVANCE.run(connection, [{"run_": value.run, "version_": value.version} for value in values])
    cards = [
        {"run": value.run, "key": card.key, "message": card.message, "digest": card.digest}
        for value in values
        for card in value.shown
    ]
    if cards:
        _KEEP.run(connection, cards)
    return [None] * len(values)
