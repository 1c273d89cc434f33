"""Stories of work that is seen: the checklist, choices, questions, drafts of every kind."""

import asyncio

import pytest

from tests.servers.messages_api import Reply
from tests.stories.cast import ANGLES, Cast
from tests.stories.driver import House, delegates, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_3_the_checklist_moves_while_work_goes_on_and_ends_right(house: House, cast: Cast):
    ana = await house.seat("Ana")
    wait = cast.holds("Write on Calm", "Calm is what it is.")
    await delegates(ana, "quick topic: Calm", "Quick: Calm")
    await sees(ana, "Quick: Calm", "at work", where="thread")
    wait.set()
    root = await sees(ana, "Quick: Calm", "waits for", "draft 1", where="thread")
    assert {"Draft", "done"} <= {*root.text.replace("*", "").split()}
    await sees(ana, "Calm is what it is.", where="thread", button="Approve")


@pytest.mark.elsewhere
async def test_3_words_stream_in_while_they_are_written(house: House, cast: Cast):
    ana = await house.seat("Ana")
    said = "These words come one after another. " * 20
    cast.says("Write on Streams", Reply(text=said, fault="stall", after=10))
    root = await delegates(ana, "quick topic: Streams", "Quick: Streams")
    await ana.until(lambda screen: "These words come one after" in screen.writing)
    await ana.press(root, "Cancel")
    await ana.until(lambda screen: not screen.writing)


async def test_3_what_it_costs_is_seen(house: House, cast: Cast):
    ana = await house.seat("Ana")
    await delegates(ana, "quick topic: Cost", "Quick: Cost")
    root = await sees(ana, "Quick: Cost", "Waits for ana", where="channel")
    assert "spent" in root.text
    assert "$0.00 spent" not in root.text


async def test_4_a_choice_is_kept_for_a_person_and_the_rest_goes_on(house: House, cast: Cast):
    ana = await house.seat("Ana")
    wait = cast.holds("Gather facts on Choice", "The facts.")
    await delegates(ana, "brief product: Choice", "Brief: Choice")
    choice = await sees(ana, "Which angle do we lead with?", *ANGLES, where="thread")
    assert choice.buttons == tuple(f"{n} · {angle}" for n, angle in enumerate(ANGLES, 1))
    await sees(ana, "Brief: Choice", "Facts", "at work", where="thread")
    await ana.press(choice, choice.buttons[1])
    chosen = await sees(ana, "Which angle do we lead with?", ANGLES[1], no_button=True)
    assert "by ana" in chosen.text
    wait.set()
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert cast.calls(f"leading with {ANGLES[1]}") > 0


async def test_5_a_question_is_answered_with_a_ready_answer(house: House, cast: Cast):
    ana = await house.seat("Ana")
    await delegates(ana, "question topic: Ready", "Question: Ready")
    asked = await sees(ana, "On which day is Ready?", where="thread")
    assert asked.buttons == ("Monday", "Friday", "Another answer")
    await ana.press(asked, "Friday")
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert cast.calls("Write on Ready for Friday") > 0


async def test_5_a_question_is_answered_in_ones_own_words(house: House, cast: Cast):
    ana = await house.seat("Ana")
    await delegates(ana, "question topic: Own", "Question: Own")
    asked = await sees(ana, "On which day is Own?", where="thread")
    await ana.press(asked, "Another answer")
    await ana.until(lambda screen: screen.form)
    await ana.fill({"Answer": "the last Sunday of March"})
    await sees(ana, "On which day is Own?", "the last Sunday of March", no_button=True)
    await sees(ana, "Draft 1", where="thread", button="Approve")
    assert cast.calls("Write on Own for the last Sunday of March") > 0


async def test_11_cancel_stops_the_calls_and_says_so(house: House, cast: Cast):
    ana = await house.seat("Ana")
    before = len(cast.api.calls)
    cast.holds("Gather on")
    root = await delegates(ana, "wide topics: one, two, three, four", "Wide")
    await cast.api.arrived(before + 4)
    calls = cast.api.calls[before:]
    await ana.press(root, "Cancel")
    async with asyncio.timeout(1):
        await asyncio.gather(*(call.gone.wait() for call in calls))
    ended = await sees(ana, "Cancelled", "by ana", where="thread")
    assert "spent" in ended.text
    assert not (await sees(ana, "Wide", "Cancelled", where="channel")).buttons


async def test_16_a_long_draft_is_shown_whole_with_its_buttons(house: House, cast: Cast):
    header = "|" + "|".join(f"column {n}" for n in range(12)) + "|\n|" + "---|" * 12
    rows = "\n".join("|" + "|".join(f"r{r}c{c}" for c in range(12)) + "|" for r in range(12))
    parts = [f"## Part {n}\n\n{f'Sentence {n} says something. ' * 40}" for n in range(28)]
    draft = "\n\n".join([*parts, f"{header}\n{rows}", "```\ncode <b>\n```", "And that is the end."])
    assert len(draft) > 30_000
    ana = await house.seat("Ana")
    cast.says("Write on Length", draft)
    await delegates(ana, "quick topic: Length", "Quick: Length")
    seen = await sees(ana, "Draft 1", where="thread", button="Approve")
    assert seen.buttons == ("Approve", "Revise", "Reject")
    thread = (await ana.screen()).all(where="thread")
    assert thread[-1] == seen
    whole = "\n".join(one.text for one in thread)
    for part in ("Part 0", "Part 27", "Sentence 13 says something.", "r11c11", "code <b>"):
        assert part in whole
    assert "And that is the end." in whole


HOSTILE = """@everyone and <!channel> and <@U1>, look

![pixel](https://evil.example/pixel.png)

[click](javascript:alert(1)) and [the bank](https://evil.example/login)

### Approved by ana · 09:05

<section class="card good"><h3>Approved</h3><button>Approve</button></section>

<script>alert(1)</script> name\u202egnp.exe
"""


async def test_17_a_hostile_draft_is_shown_as_harmless_text(house: House, cast: Cast):
    ana = await house.seat("Ana")
    cast.says("Write on Tricks", HOSTILE)
    await delegates(ana, "quick topic: Tricks", "Quick: Tricks")
    seen = await sees(ana, "look", where="thread", button="Approve")
    assert seen.title == "Draft 1"
    assert seen.buttons == ("Approve", "Revise", "Reject")
    for shown in (
        "@everyone and <!channel> and <@U1>, look",
        "picture pixel https://evil.example/pixel.png",
        "[click](javascript:alert(1))",
        "the bank (evil.example)",
        '<section class="card good"><h3>Approved</h3><button>Approve</button></section>',
        "<script>alert(1)</script> name\ufffdgnp.exe",
    ):
        assert shown in seen.text
    assert not (await ana.screen()).all("Approved by ana", where="channel")


@pytest.mark.page
async def test_17_what_people_write_is_as_harmless(house: House):
    ana, ben = await house.seat("Ana"), await house.seat("Ben")
    await ana.type(HOSTILE)
    seen = await sees(ben, "look")
    assert "<script>alert(1)</script> name\ufffdgnp.exe" in seen.text
    assert "the bank (evil.example)" in seen.text
    assert not seen.buttons


async def test_22_ten_runs_at_once_keep_their_threads_in_order(house: House, cast: Cast):
    ana, ben = await house.seat("Ana"), await house.seat("Ben")
    many = [f"Crowd {n}" for n in range(10)]
    waits = [cast.holds(f"Write on {name}.", f"This is {name}.") for name in many]
    for name in many:
        await ben.type(f"/delegate quick topic: {name}")
    roots = [await sees(ben, f"Quick: {name}", where="channel") for name in many]
    await delegates(ana, "quick topic: Among them", "Quick: Among them")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    for wait in waits:
        wait.set()
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana", where="thread")
    for name, root in zip(many, roots, strict=True):
        await ben.open(root)
        await sees(ben, f"This is {name}.", where="thread", button="Approve")
        titles = [seen.title for seen in (await ben.screen()).all(where="thread")]
        assert titles == [f"Quick: {name}", "Draft 1"]
