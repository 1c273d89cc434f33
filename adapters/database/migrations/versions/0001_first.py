"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("run", sa.String, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("run", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("requester", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("gates", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("runs_by_change", "runs", ["changed_at"])
    op.create_index("runs_by_status", "runs", ["status", "changed_at"])
    op.create_index("runs_by_requester", "runs", ["requester", "changed_at"])
    op.create_index("runs_by_place", "runs", ["place", "changed_at"])
    _index_of_some("runs_with_gates", "changed_at", "gates > 0")
    _index_of_some("runs_due", "due_at", "due_at IS NOT NULL")
    _index_of_some("runs_behind", "changed_at", "version > shown")
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("run", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shown",
        sa.Column("run", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lines",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("thread", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("card", sa.String),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("lines_by_thread", "lines", ["place", "thread", "number"])
    op.create_table(
        "members",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_table(
        "passes",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("member", sa.String, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )


def _index_of_some(name: str, column: str, which: str) -> None:
    where = sa.text(which)
    op.create_index(name, "runs", [column], sqlite_where=where, postgresql_where=where)
