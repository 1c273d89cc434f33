"""The main path, and what only a browser can show, in real Chromium on a desk and on a phone."""

from collections.abc import Awaitable, Callable

import pytest

from tests.stories.browser import PHONE, BrowserSeat
from tests.stories.cast import Cast
from tests.stories.driver import Seat, sees
from tests.stories.page import PageHouse

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sits = Callable[..., Awaitable[BrowserSeat]]


async def main_path(ana: Seat, cast: Cast, product: str) -> None:
    """From the form to the approved draft."""
    cast.says("leading with", f"# {product}\n\nIt is long.", f"# {product}\n\nIt is short.")
    await ana.type("/delegate brief")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Audience": "press"})
    form = await ana.until(
        lambda screen: screen.form if screen.form and screen.form.errors else None
    )
    assert form.errors == {"Product": "This is needed."}
    await ana.fill({"Product": product})
    await sees(ana, f"Brief: {product}", "Angles", "Review", where="thread", button="Cancel")
    choice = await sees(ana, "Which angle", where="thread", button="2 · Lead with the speed")
    await ana.press(choice, "2 · Lead with the speed")
    draft = await sees(ana, "Draft 1", "It is long.", where="thread", button="Approve")
    await ana.press(draft, "Revise")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Note": "Shorter: lead with the price"})
    second = await sees(ana, "Draft 2", "It is short.", where="thread", button="Approve")
    await sees(ana, "Draft 1", "Sent back by ana", "Shorter: lead with the price", no_button=True)
    await ana.press(second, "Approve")
    await sees(ana, "Draft 2", "Approved by ana", where="thread", no_button=True)
    await sees(ana, f"Brief: {product}", "Approved", where="thread", no_button=True)


async def test_the_main_path_over_the_wire(house: PageHouse, cast: Cast):
    await main_path(await house.seat("Ana"), cast, "Acme wire")


async def test_the_main_path_at_a_desk(sits: Sits, cast: Cast):
    await main_path(await sits("Ana"), cast, "Acme desk")


async def test_the_main_path_on_a_phone_in_the_dark(sits: Sits, cast: Cast):
    ana = await sits("Ana", PHONE, has_touch=True, color_scheme="dark")
    await main_path(ana, cast, "Acme phone")
    width = await ana.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


async def test_5_a_question_is_answered_in_the_browser(sits: Sits, cast: Cast):
    ana = await sits("Ana")
    await ana.type("/delegate question topic: Browser")
    asked = await sees(ana, "On which day is Browser?", where="thread", button="Another answer")
    await ana.press(asked, "Another answer")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Answer": "some day"})
    await sees(ana, "On which day is Browser?", "some day", no_button=True)
