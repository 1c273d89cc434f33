"""What platforms of others need kept: posts, deliveries, and the workspaces that let Podium in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "posts",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("delivery", sa.String, primary_key=True),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    left = sa.text("body != ''")
    op.create_index("inbox_left", "inbox", ["at"], sqlite_where=left, postgresql_where=left)
    op.create_table(
        "installs",
        sa.Column("team", sa.String, primary_key=True),
        sa.Column("sealed", sa.String, nullable=False),
    )
