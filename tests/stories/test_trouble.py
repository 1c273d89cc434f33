"""Stories of trouble: models that fail, money that ends, a process that is killed."""

import asyncio

import pytest

from tests.servers.messages_api import Reply
from tests.stories.cast import Cast
from tests.stories.driver import House, delegates, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")

OVERLOADED = Reply(status=529, error="overloaded_error", message="Overloaded")
REFUSED = Reply(status=400, error="invalid_request_error", message="This is down for good")


async def test_12_an_overloaded_model_is_asked_again(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Write on Patience", OVERLOADED, "It was worth the wait.")
    await delegates(ana, "quick topic: Patience", "Quick: Patience")
    await sees(ana, "It was worth the wait.", where="thread", button="Approve")
    assert cast.calls("Write on Patience") == 2


async def test_12_a_model_that_is_down_opens_a_gate_and_nothing_finished_is_lost(
    house: House, cast: Cast
):
    ana = await house.seat("Ana")
    cast.says("Gather facts on Down", "The facts.")
    cast.says("leading with", REFUSED, "Written after all.")
    await delegates(ana, "brief product: Down", "Brief: Down")
    choice = await sees(ana, "Which angle", where="thread", button="1 · Lead with the price")
    await ana.press(choice, "1 · Lead with the price")
    failed = await sees(ana, "Draft failed.", "This is down for good", button="Try again")
    assert failed.buttons == ("Try again", "End here")
    await ana.press(failed, "Try again")
    await sees(ana, "Written after all.", where="thread", button="Approve")
    assert cast.calls("Gather facts on Down") == 1
    await sees(ana, "Something failed", "Tried again by ana", where="thread", no_button=True)


async def test_12_a_run_can_be_ended_where_it_failed(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Write on End", REFUSED)
    await delegates(ana, "quick topic: End", "Quick: End")
    failed = await sees(ana, "Draft failed.", where="thread", button="End here")
    await ana.press(failed, "End here")
    await sees(ana, "Ended early", "Closed by ana", where="thread")


async def test_13_a_run_that_would_pass_its_budget_asks_for_more(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Write on Money", "Worth every cent.")
    await delegates(ana, "dear topic: Money", "Dear: Money")
    gate = await sees(ana, "The budget", where="thread", button="Another amount")
    assert cast.calls("Write on Money") == 0
    await ana.press(gate, "Another amount")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"More": "2.50"})
    await sees(ana, "Worth every cent.", where="thread", button="Approve")


async def test_13_a_run_that_would_pass_its_budget_can_be_ended(house: House, cast: Cast):
    ana = await house.seat("Ana")
    await delegates(ana, "dear topic: Saved", "Dear: Saved")
    gate = await sees(ana, "The budget", where="thread", button="End here")
    await ana.press(gate, "End here")
    await sees(ana, "Ended early", "The budget was used up", where="thread")
    assert cast.calls("Write on Saved") == 0


# --- killed at every point -----------------------------------------------------------------


async def killed(house: House) -> None:
    """kill -9 and start again."""
    await house.kill()
    await house.start()


async def test_14_killed_at_work_only_the_call_in_flight_is_made_again(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Propose angles on Kill", '{"angles": ["One", "Two"]}')
    cast.holds("Gather facts on Kill")
    await delegates(ana, "brief product: Kill", "Brief: Kill")
    choice = await sees(ana, "Which angle", where="thread", button="2 · Two")
    cast.says("Gather facts on Kill", "The facts.")
    await killed(house)
    await ana.press(choice, "2 · Two")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    assert cast.calls("Propose angles on Kill") == 1
    assert cast.calls("Gather facts on Kill") == 2
    assert cast.calls("leading with Two") == 1
    screen = await ana.screen()
    assert len(screen.all("Draft 1", where="thread")) == 1
    assert len(screen.all("Which angle", where="thread")) == 1
    assert draft.buttons == ("Approve", "Revise", "Reject")


async def test_14_killed_while_a_question_waits_old_buttons_work(house: House, cast: Cast):
    ana = await house.seat("Ana")
    await delegates(ana, "question topic: Asleep", "Question: Asleep")
    asked = await sees(ana, "On which day is Asleep?", where="thread", button="Monday")
    await killed(house)
    await ana.press(asked, "Monday")
    await sees(ana, "On which day is Asleep?", "by ana", no_button=True)
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert len((await ana.screen()).all("On which day is Asleep?", where="thread")) == 1


async def test_14_killed_while_a_draft_waits_it_is_revised_and_approved(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Write on Restart", "Before.", "After.")
    await delegates(ana, "quick topic: Restart", "Quick: Restart")
    draft = await sees(ana, "Before.", where="thread", button="Approve")
    await killed(house)
    await ana.press(draft, "Revise")
    await ana.until(lambda screen: screen.form)
    await killed(house)
    await ana.press(draft, "Revise")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Note": "Later, please"})
    second = await sees(ana, "After.", where="thread", button="Approve")
    await killed(house)
    await ana.press(second, "Approve")
    await sees(ana, "After.", "Approved by ana", where="thread")
    await killed(house)
    await sees(ana, "Closed by ana", where="thread")
    screen = await ana.screen()
    assert len(screen.all("Draft 1", where="thread")) == 1
    assert len(screen.all("Draft 2", where="thread")) == 1
    assert len(screen.all("Closed by ana", where="thread")) == 1
    assert cast.calls("Write on Restart") == 2


async def test_14_killed_at_a_failure_and_at_a_budget_the_gates_stay(house: House, cast: Cast):
    ana, ben = await house.seat("Ana"), await house.seat("Ben")
    cast.says("Write on Broken", REFUSED, "Mended.")
    await delegates(ana, "quick topic: Broken", "Quick: Broken")
    failed = await sees(ana, "Draft failed.", where="thread", button="Try again")
    await delegates(ben, "dear topic: Poor", "Dear: Poor")
    poor = await sees(ben, "The budget", where="thread", button="End here")
    await killed(house)
    await ana.press(failed, "Try again")
    await sees(ana, "Mended.", where="thread", button="Approve")
    await ben.press(poor, "End here")
    await sees(ben, "Ended early", where="thread")


async def test_14_killed_right_after_a_decision_it_stands(house: House, cast: Cast):
    ana = await house.seat("Ana")
    await delegates(ana, "quick topic: Instant", "Quick: Instant")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana", where="thread")
    await killed(house)
    await sees(ana, "Draft 1", "Approved by ana", where="thread")
    await sees(ana, "Closed by ana", where="thread")
    assert len((await ana.screen()).all("Closed by ana", where="thread")) == 1


@pytest.mark.page
async def test_14_what_people_wrote_and_who_they_are_outlives_the_process(house: House, cast: Cast):
    ana = await house.seat("Ana")
    await ana.type("Remember this")
    await sees(ana, "Remember this")
    await killed(house)
    assert (await sees(ana, "Remember this")).by == "ana"
    await asyncio.gather(*(ana.type(f"And this {n}") for n in range(3)))
    for n in range(3):
        await sees(ana, f"And this {n}")
