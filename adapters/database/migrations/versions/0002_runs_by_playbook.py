"""Runs are found by their playbook and by how they ended."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BATCH = 1_000
_NEXT = sa.text("SELECT run, body FROM runs WHERE run > :last ORDER BY run LIMIT :batch")
_FILL = sa.text("UPDATE runs SET outcome = :outcome, playbook = :playbook WHERE run = :run")


def upgrade() -> None:
    for name in ("outcome", "playbook"):
        op.add_column(
            "runs", sa.Column(name, sa.String, nullable=False, server_default=sa.text("''"))
        )
    _fill(op.get_bind())
    op.create_index("runs_by_playbook", "runs", ["playbook", "changed_at"])


def _fill(connection: sa.Connection) -> None:
    """Take both from the summaries; here, since Postgres reads no JSON that holds a NUL."""
    last = ""
    while rows := connection.execute(_NEXT, {"last": last, "batch": _BATCH}).all():
        last = rows[-1].run
        connection.execute(_FILL, [_columns(row.run, json.loads(row.body)) for row in rows])


def _columns(run: str, summary: dict[str, str]) -> dict[str, str]:
    return {
        "run": run,
        "outcome": summary.get("outcome", ""),
        "playbook": summary["playbook"],
    }
