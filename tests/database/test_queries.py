"""What is asked often is answered from an index, however many runs there are."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from adapters.database import Database
from adapters.database.log import finding
from bot.ports import Query
from tests.database.samples import NOON


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Query(), "runs_by_change"),
        (Query(status="working", limit=1_000_000), "runs_by_status"),
        (Query(due_by=NOON, limit=1_000_000), "runs_due"),
        (Query(gates_open=True), "runs_with_gates"),
        (Query(playbook="launch-brief"), "runs_by_playbook"),
        (Query(playbook="launch-brief", text="lamp"), "runs_by_playbook"),
        (Query(status="ended", outcome="approved"), "runs_by_status"),
        (Query(requester="web:main:ana"), "runs_by_requester"),
        (Query(requester="web:main:ana", gates_open=True), "runs_by_requester"),
        (Query(place="web:main:general", status="waiting"), "runs_by_place"),
    ],
)
async def test_runs_are_found_by_an_index(tmp_path: Path, query: Query, index: str):
    url = f"sqlite:///{tmp_path / 'podium.db'}"
    await (await Database.open(url)).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        compiled = finding(query).compile(engine)
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {compiled}",
            tuple(compiled.params[name] for name in compiled.positiontup or ()),
        )
        assert f"USING INDEX {index} " in "".join(f"{step.detail} " for step in plan)
    engine.dispose()
