"""From a DATABASE_URL to engines: one whose transactions write, one that only reads."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.ports import LogUnavailable

READERS = 4


@dataclass(frozen=True, kw_only=True)
class Engines:
    """`write` has one connection; `read` commits nothing and sees what is committed."""

    write: Engine
    read: Engine
    place: str
    file: Path | None = None

    def prepare(self) -> None:
        """Makes the SQLite file and puts it in WAL mode, which stays with the file."""
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.read.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def unavailable(self, error: DBAPIError) -> LogUnavailable:
        return LogUnavailable(f"The database {self.place} does not answer: {error.orig}")

    def closed(self) -> LogUnavailable:
        return LogUnavailable(f"The database {self.place} is closed: Podium is stopping.")

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()


def engines(url: str, patience_s: float) -> Engines:
    """Nothing is opened yet; `patience_s` is how long a connection or a lock is waited for.

    Raises ValueError for a URL that names neither a SQLite file nor a Postgres database.
    """
    parsed = _parsed(url)
    # A password may stand in the query, too.
    place = parsed.set(query={}).render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, patience_s, place)
    return _postgres(parsed, patience_s, place)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = URL.create("")
    match parsed.drivername.partition("+")[0]:
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite+pysqlite")
        case "postgres" | "postgresql" if parsed.database:
            return parsed.set(drivername="postgresql+psycopg")
        case _:
            raise ValueError(
                "DATABASE_URL must name a SQLite file, as in sqlite:///data/podium.db, or a "
                "Postgres database, as in postgresql://user:password@host/name"
            )


def _sqlite(url: URL, patience_s: float, place: str) -> Engines:
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # NORMAL: a killed process loses nothing; a power cut can lose the last commits, whole.
        connection.cursor().execute("PRAGMA synchronous=NORMAL")

    def begin(connection: Connection) -> None:
        # At once, so that what was read in the transaction still holds when it writes.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    # No level: the driver begins no transaction by itself.
    arguments = {"timeout": patience_s, "isolation_level": None}
    write = create_engine(
        url, paramstyle="named", pool_size=1, max_overflow=0, connect_args=arguments
    )
    read = create_engine(url, pool_size=READERS, connect_args=arguments, pool_reset_on_return=None)
    event.listen(write, "connect", prepare)
    event.listen(read, "connect", prepare)
    event.listen(write, "begin", begin)
    return Engines(write=write, read=read, place=place, file=Path(url.database or ""))


def _postgres(url: URL, patience_s: float, place: str) -> Engines:
    wait_ms = int(patience_s * 1000)
    arguments = {
        "connect_timeout": max(2, int(patience_s)),
        # A server that went away without a word is noticed.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }
    arguments = {key: value for key, value in arguments.items() if key not in url.query}
    options = f"{url.query.get('options', '')} -c lock_timeout={wait_ms}"
    write = create_engine(
        url, pool_size=1, max_overflow=0, connect_args={**arguments, "options": options}
    )
    read = create_engine(
        url,
        pool_size=READERS,
        connect_args=arguments,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )
    return Engines(write=write, read=read, place=place)
