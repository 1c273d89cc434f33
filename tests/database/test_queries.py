"""What is asked often is answered from an index, however much there is."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, create_engine

from adapters.database import Database
from adapters.database.log import finding
from adapters.database.timetable import opened, spent, starts, uncounted, waking
from bot.ports import Query
from tests.database.samples import NOON


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (finding(Query()), "runs_by_change"),
        (finding(Query(status="working", limit=1_000_000)), "runs_by_status"),
        (finding(Query(due_by=NOON, limit=1_000_000)), "runs_due"),
        (finding(Query(gates_open=True)), "runs_with_gates"),
        (finding(Query(playbook="launch-brief")), "runs_by_playbook"),
        (finding(Query(playbook="launch-brief", text="lamp")), "runs_by_playbook"),
        (finding(Query(status="ended", outcome="approved")), "runs_by_status"),
        (finding(Query(requester="web:main:ana")), "runs_by_requester"),
        (finding(Query(requester="web:main:ana", gates_open=True)), "runs_by_requester"),
        (finding(Query(place="web:main:general", status="waiting")), "runs_by_place"),
        (waking(NOON, 9), "schedules_waking"),
        (opened(NOON), "fires_open"),
        (uncounted(), "fires_uncounted"),
        (spent("s", NOON), "fires_with_runs"),
        (starts("s", 9), "fires_with_runs"),
    ],
)
async def test_it_is_found_by_an_index(tmp_path: Path, statement: Select[Any], index: str):
    url = f"sqlite:///{tmp_path / 'podium.db'}"
    await (await Database.open(url)).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        compiled = statement.compile(engine)
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {compiled}",
            tuple(compiled.params[name] for name in compiled.positiontup or ()),
        )
        assert f"USING INDEX {index} " in "".join(f"{step.detail} " for step in plan)
    engine.dispose()
