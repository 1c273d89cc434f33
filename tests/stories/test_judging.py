"""Stories of judging: approve, revise, reject, by whom, and only once."""

import asyncio

import pytest

from tests.stories.cast import Cast
from tests.stories.driver import House, Screen, Seat, Seen, delegates, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def a_draft(seat: Seat, line: str, title: str) -> Seen:
    """Delegate, and wait for what is to be judged."""
    await delegates(seat, line, title)
    return await sees(seat, "Draft 1", where="thread", button="Approve")


async def revises(seat: Seat, draft: Seen, note: str, *steps: str) -> None:
    await seat.press(draft, "Revise")
    await seat.until(lambda screen: screen.form)
    await seat.fill({"Note": note, **({"Steps": steps} if steps else {})})


async def told(seat: Seat, *words: str) -> str:
    """What this person alone is told, beside the button or at the end of the feed."""

    def look(screen: Screen) -> str | None:
        texts = [*screen.notices, *(seen.text for seen in screen.messages)]
        return next((text for text in texts if all(word in text for word in words)), None)

    return await seat.until(look)


async def test_6_approved_says_who_and_posts_the_result_once(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("leading with", "The approved brief on posting.")
    await delegates(ana, "brief product: Posting", "Brief: Posting")
    choice = await sees(ana, "Which angle", where="thread", button="1 · Lead with the price")
    await ana.press(choice, "1 · Lead with the price")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.press(draft, "Approve")
    decided = await sees(ana, "Draft 1", "Approved by ana", where="thread")
    assert not decided.buttons
    await sees(ana, "Posted to #launches.", where="thread")
    await ana.until(lambda screen: "#launches" in screen.channels)
    await ana.go("#launches")
    await sees(ana, "The approved brief on posting.", where="channel")
    assert len((await ana.screen()).all("The approved brief on posting.")) == 1


async def test_7_revised_twice_and_then_rejected(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Gather facts on Rounds", "The facts on rounds.")
    cast.says("leading with", "It is long. It is red.", "It is short. It is red.", "It is blue.")
    await delegates(ana, "brief product: Rounds", "Brief: Rounds")
    choice = await sees(ana, "Which angle", where="thread", button="2 · Lead with the speed")
    await ana.press(choice, "2 · Lead with the speed")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    facts = cast.calls("Gather facts on Rounds")

    await revises(ana, draft, "Shorter, please")
    second = await sees(ana, "Draft 2", "It is short.", where="thread", button="Approve")
    assert "What changed since draft 1" in second.text
    first = await sees(ana, "Draft 1", "Sent back by ana", "Shorter, please", where="thread")
    assert not first.buttons
    assert cast.calls("Gather facts on Rounds") == facts

    await revises(ana, second, "Check the facts again", "Facts")
    third = await sees(ana, "Draft 3", "It is blue.", where="thread", button="Approve")
    assert cast.calls("Gather facts on Rounds") == facts + 1
    assert cast.calls("Check the facts again") > 0

    await ana.press(third, "Reject")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Reason": "We do not launch"})
    rejected = await sees(ana, "Draft 3", "Rejected by ana", "We do not launch", where="thread")
    assert not rejected.buttons
    await sees(ana, "Rejected", "Closed by ana", where="thread")


async def test_8_a_click_on_an_old_draft_or_after_the_decision_changes_nothing(
    house: House, cast: Cast
):
    ana = await house.seat("Ana")
    cast.says("Write on Late", "One.", "Two.")
    first = await a_draft(ana, "quick topic: Late", "Quick: Late")
    await revises(ana, first, "Again")
    second = await sees(ana, "Draft 2", where="thread", button="Approve")
    await ana.press(first, "Approve")
    assert "Draft 2 is waiting" in await told(ana, "Draft 1 was sent back by ana")
    await ana.press(second, "Approve")
    await sees(ana, "Draft 2", "Approved by ana", where="thread")
    await ana.press(second, "Reject")
    await told(ana, "Draft 2 was approved by ana")
    assert (await ana.screen()).form is None
    assert not (await ana.screen()).all("Draft 3")


async def test_9_two_decisions_at_one_moment_are_one_and_both_are_told(house: House, cast: Cast):
    ana, ben = await house.seat("Ana"), await house.seat("Ben")
    draft = await a_draft(ana, "pair topic: Race", "Pair: Race")
    root = await sees(ben, "Pair: Race", where="channel")
    await ben.open(root)
    seen_by_ben = await sees(ben, "Draft 1", where="thread", button="Approve")
    await ben.press(seen_by_ben, "Revise")
    await ben.until(lambda screen: screen.form)
    await asyncio.gather(ana.press(draft, "Approve"), ben.fill({"Note": "No, again"}))
    for seat in (ana, ben):
        await seat.until(
            lambda screen: (
                screen.find("Draft 1", "Approved by ana")
                or screen.find("Draft 1", "Sent back by ben")
            )
        )
    approved = (await ana.screen()).find("Draft 1", "Approved by ana", where="thread")
    if approved:
        await told(ben, "Draft 1 was approved by ana")
    else:
        await told(ana, "Draft 1 was sent back by ben")


async def test_9_a_double_click_decides_once(house: House, cast: Cast):
    ana = await house.seat("Ana")
    draft = await a_draft(ana, "quick topic: Twice", "Quick: Twice")
    await ana.press(draft, "Approve")
    await ana.press(draft, "Approve")
    await told(ana, "Draft 1 was approved by ana")
    await sees(ana, "Approved", "Closed by ana", where="thread")
    assert len((await ana.screen()).all("Closed by ana", where="thread")) == 1


async def test_15_a_press_delivered_twice_counts_once(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Write on Redelivery", "One.", "Two.", "Three.")
    draft = await a_draft(ana, "quick topic: Redelivery", "Quick: Redelivery")
    await ana.press(draft, "Approve", times=3)
    await sees(ana, "Draft 1", "Approved by ana", where="thread")
    await sees(ana, "Closed by ana", where="thread")


async def test_10_who_may_not_decide_is_told_who_may(house: House, cast: Cast):
    ana, dan = await house.seat("Ana"), await house.seat("Dan")
    await a_draft(ana, "pair topic: Leads", "Pair: Leads")
    await dan.open(await sees(dan, "Pair: Leads", where="channel"))
    draft = await sees(dan, "Draft 1", where="thread", button="Approve")
    for button in ("Approve", "Revise", "Reject"):
        await dan.press(draft, button)
        await told(dan, "This is for ana, ben to decide.")
    assert (await dan.screen()).form is None
    assert (await sees(ana, "Draft 1", where="thread")).buttons


async def test_10_a_requester_may_not_judge_what_is_for_somebody_else(house: House, cast: Cast):
    ana = await house.seat("Ana")
    draft = await a_draft(ana, "lost topic: Others", "Lost: Others")
    await ana.press(draft, "Approve")
    await told(ana, "This is for cleo to decide.")


async def test_10_nobody_else_may_cancel_a_run(house: House, cast: Cast):
    ana, dan = await house.seat("Ana"), await house.seat("Dan")
    cast.holds("Write on Stay")
    await delegates(ana, "quick topic: Stay", "Quick: Stay")
    root = await sees(dan, "Quick: Stay", where="channel")
    await dan.press(root, "Cancel")
    await told(dan, "Only ana can cancel this run.")


async def test_19_what_needs_me_is_decided_from_the_list(house: House, cast: Cast):
    nia, ana = await house.seat("Nia"), await house.seat("Ana")
    await a_draft(ana, "quick topic: Not hers", "Quick: Not hers")
    await a_draft(nia, "quick topic: Hers", "Quick: Hers")
    await delegates(nia, "question topic: Hers too", "Question: Hers too")
    await sees(nia, "On which day is Hers too?", where="thread")
    await nia.go("#launches")
    await nia.type("/needs-me")
    await sees(nia, "2 waiting for you", where="private")
    assert not (await nia.screen()).all("Not hers", where="private")
    draft = await sees(nia, "Quick: Hers · Draft 1", where="private", button="Approve")
    await nia.press(draft, "Approve")
    await sees(nia, "Quick: Hers · Draft 1", "Approved by", where="private", no_button=True)
    question = await sees(nia, "On which day is Hers too?", where="private", button="Monday")
    await nia.press(question, "Monday")
    await sees(nia, "On which day is Hers too?", "Monday", where="private", no_button=True)


async def test_19_nothing_that_needs_me_is_said(house: House):
    omar = await house.seat("Omar")
    await omar.type("/needs-me")
    await told(omar, "Nothing waits for you.")
