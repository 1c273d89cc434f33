"""Brings a database to the tables of this Podium, whoever else is starting at the same time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

FOLDER = Path(__file__).parent / "migrations"
# Any number that nothing else in the same Postgres database locks.
LOCK = 0x706F6469756D


class DatabaseTooNew(Exception):
    """The database was written by a newer Podium; the text is for the person who started this."""


def migrate(connection: Connection, place: str) -> None:
    """Runs what is missing, in the connection's transaction.

    Raises DatabaseTooNew when the database has seen a migration that this Podium does not know.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise DatabaseTooNew(
            f"The database {place} was written by a newer Podium (its tables are at {current}; "
            f"this Podium knows them up to {scripts.get_current_head()}). Start the newer Podium, "
            "or name another database in DATABASE_URL."
        )
    if current != scripts.get_current_head():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
