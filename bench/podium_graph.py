"""The durable graph on Podium's core, held to the goals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bench.durable import SPECIALISTS, measure
from bench.figure import Figure, Goal, at_least, at_most
from bench.podium_core import Core, open_core
from bot.playbook.model import Playbook
from bot.run.commands import Approve, Revise

PLAYBOOK = Playbook.model_validate(
    {
        "name": "durable-graph",
        "about": "Five specialists in parallel and a judge.",
        "inputs": {"product": {"type": "text"}},
        "budget": {"usd": 1},
        "steps": {name: {"by": name, "do": "Look at {{ product }}."} for name in SPECIALISTS}
        | {"best": {"judge": SPECIALISTS, "by": "critic", "rubric": ["It is true"]}},
        "deliver": {"from": "best"},
    }
)
GOALS: dict[str, tuple[Goal, ...]] = {
    "runs_0": (at_least(1.5, "langgraph.runs_0"), at_least(3, "dbos.runs_0")),
    "runs_50": (at_least(1.5, "langgraph.runs_50"), at_least(3, "dbos.runs_50")),
    "wall": (at_most(1.08),),
    "cpu": (at_most(1, "langgraph.cpu"),),
    "bytes": (at_most(40),),
    "revise": (at_most(12),),
    "approve": (at_most(12),),
    "approvals": (at_most(200),),
}


class Podium:
    def __init__(self, core: Core) -> None:
        self._core = core

    async def start(self, run: str) -> None:
        await self._core.start(run)

    async def revise(self, run: str) -> None:
        revise = Revise("review-1", "Lead with the price.", steps=(SPECIALISTS[0],))
        await self._core.decide(run, revise)

    async def approve(self, run: str) -> None:
        newest = (await self._core.desk.load(run)).drafts[-1].number
        await self._core.decide(run, Approve(f"review-{newest}"))


@asynccontextmanager
async def open_graph(folder: Path, call_s: float) -> AsyncIterator[Podium]:
    async with open_core(folder, call_s, PLAYBOOK) as core:
        yield Podium(core)


async def run(quick: bool) -> list[Figure]:
    figures = await measure("podium", open_graph, quick)
    return [replace(figure, goals=GOALS[figure.name.removeprefix("podium.")]) for figure in figures]
