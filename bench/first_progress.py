"""How soon a person who delegates sees the run's card, with its checklist, on the page."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from bench.browser import entered, timed
from bench.figure import Figure, at_most, p95
from bench.server import serving

SAMPLES, A_FEW = 20, 8
ASKED = (
    "This is my second letter. On Monday one of your valves started to leak in row 14, and today "
    "another one in row 9. When do I get new valves, and who pays for the trees?"
)
CHECKLIST = "article:has(ul.checklist li)"
GATE = ".pane.thread [data-action^='choose:'] >> nth=0"


async def run(quick: bool) -> list[Figure]:
    samples = range(A_FEW if quick else SAMPLES)
    with TemporaryDirectory() as folder:
        async with serving(Path(folder)) as server, entered(server.link) as page:
            await _by_line(page)  # a first run of each also warms what every later one finds warm
            await _by_form(page)
            lines = [await _by_line(page) for _ in samples]
            forms = [await _by_form(page) for _ in samples]
    return [
        *_figures("line", "a typed line", lines),
        *_figures("form", "a sent form", forms),
    ]


def _figures(key: str, what: str, taken_ms: list[float]) -> list[Figure]:
    told = f"page: {what} to its run's checklist in view"
    middle = statistics.median(taken_ms)
    return [
        Figure(
            name=f"start.{key}",
            what=f"{told}, p95 of {len(taken_ms)}",
            value=p95(taken_ms),
            unit="ms",
            goals=(at_most(300),),
        ),
        Figure(name=f"start.{key}50", what=f"{told}, median", value=middle, unit="ms"),
    ]


async def _by_line(page: Page) -> float:
    await _typed(page, f'/delegate reply message: "{ASKED}"')
    taken_ms = await timed(page, "keydown", page.keyboard.press("Enter"), CHECKLIST)
    await _until_it_waits(page)
    return taken_ms


async def _by_form(page: Page) -> float:
    await _typed(page, "/delegate reply")
    await page.keyboard.press("Enter")
    await page.locator("#field-message").fill(ASKED)
    send = page.locator("dialog").get_by_role("button", name="Delegate")
    taken_ms = await timed(page, "click", send.click(), CHECKLIST)
    await _until_it_waits(page)
    return taken_ms


async def _typed(page: Page, line: str) -> None:
    await page.locator(".pane.channel textarea").fill(line)


async def _until_it_waits(page: Page) -> None:
    """Lets the understudy finish, so that each sample finds the same quiet house."""
    await page.locator(GATE).wait_for()
    await page.locator(".pane.thread").get_by_role("link", name="Close").click()
    await page.locator(GATE).wait_for(state="detached")
