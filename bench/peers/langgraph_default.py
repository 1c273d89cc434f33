"""The durable graph on LangGraph as its own documentation opens the saver: an fsync a commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from bench.durable import measure
from bench.figure import Figure
from bench.peers.langgraph_graph import LangGraph, build


@asynccontextmanager
async def open_graph(folder: Path, call_s: float) -> AsyncIterator[LangGraph]:
    async with AsyncSqliteSaver.from_conn_string(str(folder / "checkpoints.db")) as saver:
        yield LangGraph(build(call_s, saver))


async def run(quick: bool) -> list[Figure]:
    return await measure("langgraph-default", open_graph, quick)
