"""Schedules, what became of their due times, and what the runs of those have cost."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("wakes_at", sa.BigInteger),
        sa.Column("saved", sa.Boolean, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sa.Column("body", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    _index_of_some("schedules_waking", "schedules", ["wakes_at"], "wakes_at IS NOT NULL")
    op.create_table(
        "fires",
        sa.Column("schedule", sa.String, primary_key=True),
        sa.Column("due", sa.BigInteger, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    _index_of_some("fires_open", "fires", ["at"], "stage = 'open'")
    _index_of_some("fires_uncounted", "fires", ["at"], "stage = 'done' AND outcome = 'started'")
    _index_of_some("fires_with_runs", "fires", ["schedule", "at"], "run != ''")
    # Not filled: a run from before has no fire, and the next event of one at work fills it.
    op.add_column("runs", sa.Column("spent_usd", sa.Float))


def _index_of_some(name: str, table: str, columns: list[str], which: str) -> None:
    where = sa.text(which)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
