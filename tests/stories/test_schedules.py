"""Stories of recurring work."""

from collections.abc import Mapping

import pytest

from tests.stories.driver import House, Screen, Seat, Seen, SeenForm, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAILY = {"Or say when": "every day at 04:00", "Time zone": "Europe/Berlin"}


def a_form(screen: Screen) -> SeenForm | None:
    """A form that was not refused; another one may have been left open."""
    return screen.form if screen.form and not screen.form.errors else None


def refused(screen: Screen) -> SeenForm | None:
    return screen.form if screen.form and screen.form.errors else None


async def fills(seat: Seat, values: Mapping[str, str]) -> None:
    """Fill the open form in, page by page where it has several."""
    form = await seat.until(a_form)
    before = {seen.id for seen in (await seat.screen()).all(button="Next")}
    await seat.fill({label: value for label, value in values.items() if label in form.fields})
    left = {label: value for label, value in values.items() if label not in form.fields}
    if left:

        def page(screen: Screen) -> Seen | None:
            return next((one for one in screen.all(button="Next") if one.id not in before), None)

        await seat.press(await seat.until(page), "Next")
        await fills(seat, left)


async def scheduled(seat: Seat, topic: str) -> str:
    """Fill in a schedule of every day, look at it and save it; gives its title."""
    title = f"Quick: {topic}"
    await seat.type("/schedule quick")
    await fills(seat, {"Topic": topic, **DAILY, "Post in": "#general"})
    preview = await sees(seat, title, "It starts next", button="Save", where="private")
    assert preview.text.count(", 04:00") == 5
    await seat.press(preview, "Save")
    await sees(seat, title, "Every day at 04:00 (Europe/Berlin)", button="Pause", where="private")
    return title


async def test_what_is_wrong_is_said_beside_its_field(house: House):
    ana = await house.seat("Ana")
    await ana.type("/schedule quick")
    wrong = {"Or say when": "every 30 seconds", "Time zone": "Mars/Base", "Post in": "#general"}
    await fills(ana, {"Topic": "Acme", **wrong})
    errors = (await ana.until(refused)).errors
    assert "once a minute at most" in errors["Or say when"]
    assert "no time zone" in errors["Time zone"]


async def test_a_schedule_outlasts_a_restart_and_its_runs_are_like_any_other(house: House):
    ana = await house.seat("Ana")
    title = await scheduled(ana, "Lamp")
    await house.kill()
    await house.start()
    await ana.type("/schedule run lamp")
    root = await sees(ana, title, "Scheduled by", "Waits for", where="channel")
    await ana.open(root)
    draft = await sees(ana, "Draft 1", button="Approve", where="thread")
    await ana.press(draft, "Approve")
    await sees(ana, "Approved", where="thread")


async def test_a_schedule_rests_goes_on_and_comes_back_from_deletion(house: House):
    ana = await house.seat("Ana")
    title = await scheduled(ana, "Chair")
    await ana.type("/schedule pause chair")
    paused = await sees(ana, title, "Paused by", button="Resume", where="private")
    await ana.press(paused, "Resume")
    # An older card of it may still stand there and say what was before.
    await ana.until(lambda screen: not screen.find(title, "Paused by") or None)
    going = await sees(ana, title, "Next:", button="Delete", where="private")
    await ana.press(going, "Delete")
    gone = await sees(ana, title, button="Undo", where="private")
    await ana.press(gone, "Undo")
    await sees(ana, title, "Next:", button="History", where="private")


async def test_others_see_a_schedule_and_cannot_change_it(house: House):
    ana, ben = await house.seat("Ana"), await house.seat("Ben")
    title = await scheduled(ana, "Table")
    await ben.type("/schedule list")
    seen = await sees(ben, title, "Owned by", button="History", where="private")
    assert seen.buttons == ("History",)
    await ben.type("/schedule delete table")
    told = "may change"
    await ben.until(
        lambda screen: screen.find(told) or any(told in one for one in screen.notices) or None
    )
