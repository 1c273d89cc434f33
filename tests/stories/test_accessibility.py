"""Every view of the page under axe, wide and narrow, light and dark: no serious problem."""

from collections.abc import Awaitable, Callable
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ViewportSize

from tests.stories.browser import DESKTOP, PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.driver import delegates, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]
Scheme = Literal["light", "dark"]

SERIOUS = ("serious", "critical")
VIEWS = {
    "home": "/",
    "channel": "/c/general",
    "runs": "/runs",
    "no runs": "/runs?text=nothing-is-called-so",
    "no such schedule": "/schedules/nothing",
    "schedules": "/schedules",
    "playbooks": "/playbooks",
    "a playbook": "/playbooks/pair",
    "health": "/health",
}


async def problems(seat: BrowserSeat, view: str) -> list[str]:
    """What axe finds serious, each with the place of its first node."""
    # It would copy the page's styles into elements of its own, which the content policy refuses.
    found = await Axe().run(seat.page, options={"preload": False})
    return [
        f"{view}: {one['id']} ({one['help']}) at {one['nodes'][0]['html'][:160]}"
        for one in found.response["violations"]
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["wide-light", "wide-dark", "narrow-light", "narrow-dark"],
)
async def test_no_view_has_a_serious_problem(
    sits: Sits, cast: Cast, viewport: ViewportSize, scheme: Scheme
):
    # axe itself adds a style, which the content policy would refuse.
    ana = await sits("Ana", viewport, color_scheme=scheme, bypass_csp=True)
    await ana.type("/schedule quick topic: Looked at when: every 5 minutes")
    await ana.press(await sees(ana, "Looked at", button="Save"), "Save")
    await sees(ana, "Looked at", button="Pause")
    await delegates(ana, "pair topic: Looked at", "Pair: Looked at")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    found = await problems(ana, "thread")
    await ana.press(draft, "Revise")
    await ana.until(lambda screen: screen.form)
    found += await problems(ana, "form")
    base = ana.page.url.split("/c/")[0]
    run = await ana.page.locator("[data-action^='approve:']").last.get_attribute("data-action")
    assert run
    for view, path in (VIEWS | {"run": f"/runs/{run.split(':')[1]}"}).items():
        await ana.page.goto(base + path)
        await ana.page.locator("h1:visible").wait_for()
        found += await problems(ana, view)
    assert found == []
