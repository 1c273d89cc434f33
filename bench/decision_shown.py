"""How soon a person who approves sees it counted on the page, while 200 other runs wait, too."""

import asyncio
import statistics
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from adapters.database.database import Database
from adapters.workers import InProcess
from bench.browser import entered, timed
from bench.figure import Figure, at_most, p95
from bench.podium_waiting import PLAYBOOK
from bench.server import PATIENCE_S, PLAYBOOKS, serving
from bot.desk import PODIUM, Desk
from bot.live import Live
from bot.playbook.model import Specialist
from bot.policy import Team
from bot.run.commands import Finish, Start
from bot.run.events import Brief, Task

WAITING = 200
SAMPLES, A_FEW = 40, 20
OWNER = "web:podium:owner"
READ_S = 0.3
DRAFT = (PLAYBOOKS / "context" / "house-style.md").read_text("utf-8")
BUTTON = "[data-action^='approve:']"
APPROVE = f".pane.thread {BUTTON}"
APPROVED = f".pane.thread article:not(:has({BUTTON})) .stamp"


async def run(quick: bool) -> list[Figure]:
    samples = A_FEW if quick else SAMPLES
    with TemporaryDirectory() as name:
        folder = Path(name)
        database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
        await fill(database, WAITING + 1 + samples)
        async with serving(folder) as server:
            await until_shown(database)
            async with entered(server.link) as page:
                await _approved(page)  # the first warms what every later one finds warm
                taken_ms = [await _approved(page) for _ in range(samples)]
        await database.close()
    told = f"page: click to approval in view, {WAITING} gates open"
    middle = statistics.median(taken_ms)
    return [
        Figure(
            name="click.approve",
            what=f"{told}, p95 of {samples}",
            value=p95(taken_ms),
            unit="ms",
            goals=(at_most(150),),
        ),
        Figure(name="click.approve50", what=f"{told}, median", value=middle, unit="ms"),
    ]


async def fill(database: Database, runs: int) -> None:
    """Runs in #general that wait for their review; no worker is open, so each is handed a draft."""
    desk = Desk(log=database.log, workers=InProcess(), live=Live(), team=Team(), now=_now)

    async def wait_for_review(number: int) -> None:
        start = Start(
            playbook=PLAYBOOK,
            specialists={"clerk": Specialist(name="clerk", instructions="Be brief.")},
            brief=Brief(inputs={"product": f"Lamp {number}"}, today="2026-11-02"),
            place="web:podium:#general",
            requester=OWNER,
        )
        run_id = f"run-{number}"
        await desk.handle(run_id, start, by=OWNER)
        task = Task(run=run_id, step="note")
        await desk.handle(run_id, Finish(task=task, value=DRAFT), by=PODIUM)

    await asyncio.gather(*(wait_for_review(number) for number in range(runs)))


async def until_shown(database: Database) -> None:
    """Waits until the server has posted every card."""
    async with asyncio.timeout(PATIENCE_S):
        while await database.views.behind():  # noqa: ASYNC110 - another process posts them
            await asyncio.sleep(0.05)


async def _approved(page: Page) -> float:
    """Open the newest thread that waits, read, and approve."""
    waiting = page.locator(".pane.channel article:has([data-action^='cancel:'])")
    await waiting.last.get_by_role("link", name="Open thread").click()
    button = page.locator(APPROVE)
    await button.scroll_into_view_if_needed()
    await asyncio.sleep(READ_S)
    taken_ms = await timed(page, "click", button.click(), APPROVED)
    assert "Approved by" in await page.locator(APPROVED).first.inner_text()
    await page.locator(".pane.thread").get_by_role("link", name="Close").click()
    await button.wait_for(state="detached")
    return taken_ms


def _now() -> datetime:
    return datetime.now(UTC)
