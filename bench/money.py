"""What the cache saves: a real run over the real SDK, on a server that bills as the provider does.

Five specialists work on one brief of 20,000 tokens, a small model judges, and people send the draft
back twice, more than five minutes later each time. The same run is billed again by a server
without a cache.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from adapters.claude.model import Claude
from adapters.database.database import Database
from adapters.workers import InProcess
from bench.durable import SPECIALISTS
from bench.figure import Figure, at_most
from bot.desk import PODIUM, Desk
from bot.live import Live
from bot.playbook.model import Playbook
from bot.playbook.model import Specialist as Role
from bot.policy import Team
from bot.ports import Model
from bot.run.commands import Command, Fail, Revise, Start
from bot.run.events import Brief, Document, Task
from bot.run.state import Run
from bot.specialist import Specialist
from tests.servers.messages_api import MessagesApi, Reply, plausible
from tests.servers.messages_cache import count

BRIEF_TOKENS = 20_000
ANSWER_TOKENS = 1_500
ROUNDS_APART_S = 360
NOTES = ("Shorter, and lead with the price.", "Now say what it is not.")
REQUESTER = "web:bench:ana"
SENTENCE = "The kettle sings when the water is ready, so nobody has to mind it. "

PLAYBOOK = Playbook.model_validate(
    {
        "name": "money",
        "about": "Five specialists on one long brief, and a judge.",
        "inputs": {"product": {"type": "text"}},
        "budget": {"usd": 20},
        "steps": {name: {"by": name, "do": "Look at {{ product }}."} for name in SPECIALISTS}
        | {"best": {"judge": SPECIALISTS, "by": "critic", "rubric": ["True", "Short"]}},
        "deliver": {"from": "best"},
    }
)
ROLES = {name: Role(name=name, instructions="Be brief.") for name in SPECIALISTS} | {
    "critic": Role(name="critic", model="haiku", effort="low", instructions="Be strict.")
}


async def run(quick: bool) -> list[Figure]:
    """One round is enough, quick or not: nothing in it is left to chance."""
    cached_usd, plain_usd = await _spent_usd(caching=True), await _spent_usd(caching=False)
    rows = [
        (
            "ratio",
            "cost of that run over the same without a cache",
            100 * cached_usd / plain_usd,
            "%",
        ),
        ("cached", "5 specialists on 20,000 tokens, 2 revise rounds", cached_usd, "$"),
        ("plain", "the same on a server without a cache", plain_usd, "$"),
    ]
    return [
        Figure(
            name=f"money.{key}",
            what=f"podium: {what}",
            value=value,
            unit=unit,
            goals=(at_most(50),) if key == "ratio" else (),
        )
        for key, what, value, unit in rows
    ]


async def _spent_usd(*, caching: bool) -> float:
    """What the run says that it has spent when its third draft is there."""
    async with MessagesApi(handler=_answer, caching=caching) as api:
        claude = Claude(api_key=api.key or "", base_url=api.url)
        async with _desk(claude) as desk:
            run = await _settled(desk, _start())
            for number, note in enumerate(NOTES, 1):
                api.now += ROUNDS_APART_S
                run = await _settled(desk, Revise(f"review-{number}", note, steps=SPECIALISTS))
        await claude.close()
        calls = (len(SPECIALISTS) + 1) * (len(NOTES) + 1)
        if len(api.calls) != calls or len(run.drafts) != len(NOTES) + 1:
            raise RuntimeError(f"{len(api.calls)} calls were made where {calls} were planned")
        return run.spent_usd


def _answer(body: Mapping[str, Any]) -> Reply:
    """A page from each specialist, a verdict from the judge."""
    if "haiku" in body["model"]:
        return plausible(body)
    return Reply(text=_prose(ANSWER_TOKENS))


def _prose(tokens: int) -> str:
    return SENTENCE * (tokens // count(SENTENCE))


def _start() -> Start:
    notes = Document(name="notes.md", source="a file", text=_prose(BRIEF_TOKENS))
    return Start(
        playbook=PLAYBOOK,
        specialists=ROLES,
        brief=Brief(inputs={"product": "a kettle"}, documents=(notes,), today="2026-11-02"),
        place="web:bench:general",
        requester=REQUESTER,
    )


@asynccontextmanager
async def _desk(model: Model) -> AsyncIterator[Desk]:
    live, workers = Live(), InProcess()
    with TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite:///{Path(folder) / 'podium.db'}")
        desk = Desk(log=database.log, workers=workers, live=live, team=Team(), now=_now)
        specialist = Specialist(desk=desk, live=live, model=model, tools={})

        async def broke(task: Task, fault: Exception) -> None:
            await desk.handle(task.run, Fail(task=task, why=repr(fault)), by=PODIUM)

        workers.begin(work=specialist.work, broke=broke, wake=desk.wake)
        try:
            yield desk
        finally:
            await workers.close()
            await database.close()


async def _settled(desk: Desk, command: Command) -> Run:
    """The run once it waits for a review again."""
    run = await desk.handle("money", command, by=REQUESTER)
    while not run.gates:
        await desk.moved(run.id, run.version)
        run = await desk.load(run.id)
    if any(gate.kind != "review" for gate in run.gates.values()):
        raise RuntimeError(f"the run asks for more than a review: {run.gates}")
    return run


def _now() -> datetime:
    return datetime.now(UTC)
