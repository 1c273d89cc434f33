"""The durable graph on DBOS, with a workflow for each task.

One workflow that gathers steps would be shorter, but steps are numbered in the order they start,
so a replay can give one branch the output of another. No workflow waits for a person: a waiting
workflow polls the database, and is stranded by the next change of the code.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID, WorkflowHandleAsync
from sqlalchemy import create_engine, event

from bench.durable import SPECIALISTS, measure, said
from bench.figure import Figure


class Json(Serializer):
    def name(self) -> str:
        return "json"

    def serialize(self, data: Any) -> str:
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)


class Dbos:
    """A run is a workflow that starts one for each task; each decision is a workflow too."""

    def __init__(self, call_s: float) -> None:
        self._call_s = call_s

    async def start(self, run: str) -> None:
        await _finished(f"{run}/draft", draft, run, self._call_s)

    async def revise(self, run: str) -> None:
        await _finished(f"{run}/redraft", redraft, run, self._call_s)

    async def approve(self, run: str) -> None:
        await _finished(f"{run}/approve", approve)


@DBOS.workflow()
async def draft(run: str, call_s: float) -> str:
    handles = [
        await _started(f"{run}/{name}/1", task, name, call_s)
        for name in SPECIALISTS  # one after the other: the order must be the same in a replay
    ]
    for handle in handles:
        await handle.get_result()
    return await _finished(f"{run}/judge/1", task, "judge", call_s)


@DBOS.workflow()
async def redraft(run: str, call_s: float) -> str:
    await _finished(f"{run}/{SPECIALISTS[0]}/2", task, SPECIALISTS[0], call_s)
    return await _finished(f"{run}/judge/2", task, "judge", call_s)


@DBOS.workflow()
async def approve() -> str:
    return "approved"


@DBOS.workflow()
async def task(name: str, call_s: float) -> str:
    await asyncio.sleep(call_s)
    return said(name)


async def _started(key: str, workflow: Any, *given: Any) -> WorkflowHandleAsync[str]:
    with SetWorkflowID(key):
        return await DBOS.start_workflow_async(workflow, *given)


async def _finished(key: str, workflow: Any, *given: Any) -> str:
    return await (await _started(key, workflow, *given)).get_result()


@asynccontextmanager
async def open_graph(folder: Path, call_s: float) -> AsyncIterator[Dbos]:
    engine = create_engine(f"sqlite:///{folder / 'dbos.db'}")
    event.listen(engine, "connect", _tune)
    config: DBOSConfig = {
        "name": "bench",
        "system_database_engine": engine,
        "application_version": "1",
        "log_level": "ERROR",
        "serializer": Json(),
    }
    DBOS(config=config)
    DBOS.launch()
    try:
        yield Dbos(call_s)
    finally:
        DBOS.destroy()
        engine.dispose()


def _tune(connection: Any, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


async def run(quick: bool) -> list[Figure]:
    return await measure("dbos", open_graph, quick)
