"""The durable graph on LangGraph with its SQLite checkpointer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypedDict

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, interrupt

from bench.durable import SPECIALISTS, measure, said
from bench.figure import Figure


def merge(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    return old | new


class State(TypedDict, total=False):
    found: Annotated[dict[str, str], merge]
    draft: str


class LangGraph:
    def __init__(self, graph: CompiledStateGraph[Any, Any, Any, Any]) -> None:
        self._graph = graph

    async def start(self, run: str) -> None:
        await self._graph.ainvoke({"found": {}}, _thread(run))

    async def revise(self, run: str) -> None:
        await self._graph.ainvoke(Command(resume="revise"), _thread(run))

    async def approve(self, run: str) -> None:
        await self._graph.ainvoke(Command(resume="approve"), _thread(run))


def _thread(run: str) -> RunnableConfig:
    return {"configurable": {"thread_id": run}}


def build(call_s: float, saver: AsyncSqliteSaver) -> CompiledStateGraph[Any, Any, Any, Any]:
    async def judge(state: State) -> State:
        await asyncio.sleep(call_s)
        return {"draft": said("the judge")}

    def gate(state: State) -> Command[str]:
        answer = interrupt({"draft": state.get("draft")})
        return Command(goto=SPECIALISTS[0] if answer == "revise" else END)

    graph = StateGraph(State)
    for name in SPECIALISTS:
        graph.add_node(name, _specialist(name, call_s))
        graph.add_edge(START, name)
        graph.add_edge(name, "judge")
    graph.add_node("judge", judge)
    graph.add_node("gate", gate, destinations=(SPECIALISTS[0], END))
    graph.add_edge("judge", "gate")
    return graph.compile(checkpointer=saver)


def _specialist(name: str, call_s: float) -> Any:
    async def work(state: State) -> State:
        await asyncio.sleep(call_s)
        return {"found": {name: said(name)}}

    return work


@asynccontextmanager
async def open_graph(folder: Path, call_s: float) -> AsyncIterator[LangGraph]:
    """The saver on a connection as durable as Podium's own: WAL, synchronous=NORMAL."""
    async with aiosqlite.connect(folder / "checkpoints.db") as connection:
        await connection.execute("PRAGMA synchronous=NORMAL")
        saver = AsyncSqliteSaver(connection)
        await saver.setup()
        yield LangGraph(build(call_s, saver))


async def run(quick: bool) -> list[Figure]:
    return await measure("langgraph", open_graph, quick)
