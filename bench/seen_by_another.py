"""How soon somebody on the same run's page sees what another person decided there."""

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page, async_playwright

from adapters.database.database import Database
from bench.browser import PATIENCE_S
from bench.decision_shown import fill, until_shown
from bench.figure import Figure, at_most, p95
from bench.server import serving
from tests.chromium import executable

SAMPLES, A_FEW = 20, 8
TOKEN = "the-token-of-this-bench"  # noqa: S105 - it opens nothing else
APPROVE = ".section.run [data-action^='approve:']"
_PRESSED = "addEventListener('click', (event) => (window.pressed = Date.now()), true)"
_SEEN = """(approve) => {
  window.seen = new Promise((done) => {
    const gone = () => document.querySelector(approve) || done(Date.now());
    new MutationObserver(gone).observe(document.body, { childList: true, subtree: true });
  });
}"""


async def run(quick: bool) -> list[Figure]:
    samples = A_FEW if quick else SAMPLES
    with TemporaryDirectory() as name:
        folder = Path(name)
        database = await Database.open(f"sqlite:///{folder / 'podium.db'}")
        await fill(database, samples + 1)
        async with serving(folder, {"PODIUM_WEB_TOKEN": TOKEN}) as server:
            await until_shown(database)
            base = server.link.split("/enter")[0]
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=executable())
                one, other = await _entered(browser, base), await _entered(browser, base)
                taken_ms = [await _seen(one, other, base, n) for n in range(samples + 1)][1:]
                await browser.close()
        await database.close()
    what = "page: a press to its decision in another person's view"
    return [
        Figure(
            name="another.seen",
            what=f"{what}, p95 of {samples}",
            value=p95(taken_ms),
            unit="ms",
            goals=(at_most(300),),
        ),
        Figure(
            name="another.seen50",
            what=f"{what}, median",
            value=statistics.median(taken_ms),
            unit="ms",
        ),
    ]


async def _entered(browser: Browser, base: str) -> Page:
    page = await (await browser.new_context()).new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    await page.goto(f"{base}/enter?token={TOKEN}")
    await page.get_by_role("button", name="Enter").click()
    return page


async def _seen(one: Page, other: Page, base: str, number: int) -> float:
    """Milliseconds by the clock that both browsers share."""
    for page in (one, other):
        await page.goto(f"{base}/runs/run-{number}")
        await page.locator(APPROVE).first.wait_for()
    await one.evaluate(_PRESSED)
    await other.evaluate(_SEEN, APPROVE)
    await one.locator(APPROVE).first.click()
    seen = await other.evaluate("() => window.seen")
    return seen - await one.evaluate("() => window.pressed")
