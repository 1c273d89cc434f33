"""How soon views of the page are there, in a real Chromium: home, a long run, ten thousand runs."""

import asyncio
import statistics
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page
from pydantic import JsonValue

from adapters.database.database import Database
from adapters.workers import InProcess
from bench.browser import entered, timed
from bench.durable import said
from bench.figure import Figure, at_most, p95
from bench.server import serving
from bot.desk import PODIUM, Desk
from bot.live import Live
from bot.playbook.model import Playbook, Specialist
from bot.policy import Team
from bot.ports import Query
from bot.run.commands import BeginCall, Cancel, EndCall, Finish, Revise, Start
from bot.run.events import Brief, ModelTurn, Recorded, Usage
from bot.run.plan import plan

READ_S = 0.5
OWNER = "web:podium:owner"
LONG, EVENTS = "long", 500
LAMPS: list[JsonValue] = [f"lamp {number}" for number in range(40)]
RUNS = 10_000
OPENED, A_FEW = 10, 4
SEARCHES = {  # each with a run that its last key brings into view
    "lamp 123": "short-1239",
    "lamp 771": "short-7719",
    "lamp 310": "short-3109",
    "lamp 50": "short-5099",
    "lamp 91": "short-9199",
    "lamp 642": "short-6429",
}
PLAYBOOK = Playbook.model_validate(
    {
        "name": "long-report",
        "about": "A note on each of many products, and one text of them all.",
        "inputs": {"product": {"type": "text"}, "lamps": {"type": "many", "options": LAMPS}},
        "steps": {
            "notes": {"by": "clerk", "each": "lamps", "do": "Note {{ item }} of {{ product }}."},
            "report": {"by": "writer", "do": "Write it up: {{ notes }}"},
        },
        "deliver": {"from": "report"},
    }
)
ROLES = {name: Specialist(name=name, instructions="Be brief.") for name in ("clerk", "writer")}
SHOWN = {
    "home": ("/", ".section.home:not(.away) [data-action^='approve:']"),
    "run": (f"/runs/{LONG}", ".section.run:not(.away) .timeline"),
    "runs": ("/runs", ".section.runs:not(.away) a[href^='/runs/']"),
}


async def run(quick: bool) -> list[Figure]:
    opened = A_FEW if quick else OPENED
    with TemporaryDirectory() as name:
        folder = Path(name)
        database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
        events = await _fill(database, RUNS)
        await database.close()
        async with serving(folder) as server, entered(server.link) as page:
            home = [await _opened(page, *SHOWN["home"]) for _ in range(opened)]
            paint = await page.evaluate(
                "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            )
            long = [await _opened(page, *SHOWN["run"]) for _ in range(opened)]
            await _opened(page, *SHOWN["runs"])
            typed = [await _filtered(page, words, run) for words, run in SEARCHES.items()]
    rows = [
        ("home", f"home in view, {RUNS:,} runs, p95 of {opened}", p95(home), 1_000),
        ("paint", "first contentful paint of the last of them", paint, 1_000),
        ("run", f"a run of {events} events in view, p95 of {opened}", p95(long), 1_000),
        ("filter", f"{RUNS:,} runs: last key to rows, p95 of {len(typed)}", p95(typed), 200),
        ("filter50", f"{RUNS:,} runs: last key to rows, median", statistics.median(typed), 200),
    ]
    return [
        Figure(
            name=f"page.{key}",
            what=f"page: {what}",
            value=value,
            unit="ms",
            goals=(at_most(goal),),
        )
        for key, what, value, goal in rows
    ]


async def _opened(page: Page, path: str, shown: str) -> float:
    """Milliseconds from the start of a fresh load until the view's content is there."""
    base = page.url.split("/", 3)
    await page.goto("/".join(base[:3]) + path, wait_until="commit")
    await page.locator(shown).first.wait_for()
    return await page.evaluate("performance.now()")


async def _filtered(page: Page, words: str, run: str) -> float:
    """Milliseconds from the last key of a search until the run that it finds is in view."""
    search = page.locator(".section.runs input[type=search]")
    await search.fill("")
    await search.press_sequentially(words[:-1])
    await asyncio.sleep(READ_S)
    row = f".section.runs [data-run='{run}']"
    assert not await page.locator(row).count()
    return await timed(page, "keydown", search.press(words[-1]), row)


async def _fill(database: Database, runs: int) -> int:
    """One run of many events that waits for its review, and many short ones beside it."""
    desk = Desk(log=database.log, workers=InProcess(), live=Live(), team=Team(), now=_now)
    await desk.handle(LONG, _start("everything"), by=OWNER)
    version = 0
    while version < EVENTS:
        version = await _drafted(desk, LONG)
        if version < EVENTS:
            number = len((await desk.load(LONG)).drafts)
            revise = Revise(f"review-{number}", "Again, and shorter.", steps=("notes",))
            await desk.handle(LONG, revise, by=OWNER)
    await database.views.record(LONG, version)
    await desk.handle("short", _start("lamp 0"), by=OWNER)
    await desk.handle("short", Cancel(), by=OWNER)
    records = await database.log.read("short")
    (summary,) = await desk.find(Query(run="short"))
    texts = [record.model_dump_json() for record in records]

    async def copy(number: int) -> None:
        name, title = f"short-{number}", f"Long report: lamp {number}"
        named = [Recorded.model_validate_json(t.replace('"short"', f'"{name}"')) for t in texts]
        changed = {"run": name, "title": title}
        await database.log.append(named, summary.model_copy(update=changed))
        await database.views.record(name, summary.version)

    for first in range(1, runs, 100):
        await asyncio.gather(*(copy(number) for number in range(first, first + 100)))
    return version


async def _drafted(desk: Desk, run_id: str) -> int:
    """Carry out what the run wants, as specialists would, until it waits."""
    while tasks := plan(await desk.load(run_id)):
        for task in tasks:
            begin = BeginCall(task=task, model="sonnet", reserve_usd=0.01)
            await desk.handle(run_id, begin, by=PODIUM)
            turn = ModelTurn(text=said(f"part {task.part}"))
            usage = Usage(input=500, output=500)
            end = EndCall(task=task, turn=turn, usage=usage, cost_usd=0.004, model="sonnet")
            finish = Finish(task=task, value=turn.text)
            await desk.handle(run_id, end, finish, by=PODIUM)
    return (await desk.load(run_id)).version


def _start(product: str) -> Start:
    return Start(
        playbook=PLAYBOOK,
        specialists=ROLES,
        brief=Brief(inputs={"product": product, "lamps": LAMPS}, today="2026-11-02"),
        place="web:podium:#general",
        requester=OWNER,
    )


def _now() -> datetime:
    return datetime.now(UTC)
