"""What a run read in one place is not shown to people elsewhere who could not read it there.

Podium is served with its page beside Slack. Ana begins a run in a private channel that Ben is not
in; whatever Ben opens, asks for or is told, there and here, may not hold a word of it.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.servers.slack_sight import Shown
from tests.slack.firm import Firm, open_firm
from tests.slack.house import card, sees, whispered

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Swordfish at midnight"
BOARD = "#board"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    async with open_firm(tmp_path_factory.mktemp("podium")) as firm:
        firm.api.team.add_channel("board", private=True)
        for person in (firm.ana, firm.cleo):
            person.join(BOARD)
        yield firm


@pytest_asyncio.fixture(loop_scope="module")
async def firm(opened: Firm) -> AsyncIterator[Firm]:
    yield opened
    await opened.clear()


async def a_secret(firm: Firm, channel: str = BOARD, topic: str = SECRET) -> tuple[str, Shown]:
    """A run of Ana's whose draft waits for the leads, Ben and Cleo."""
    await firm.ana.type(f"/delegate pair topic: {topic}", channel)
    draft = await sees(firm.ana, "Draft 1", button="Approve", channel=channel)
    return draft.controls[0].value.split(":")[1], draft


# --- on the page ------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/runs", "/runs?text=Swordfish", "/playbooks/pair"])
async def test_no_part_of_the_page_shows_it_nor_is_sent_it(firm: Firm, path: str):
    await a_secret(firm)
    ben, cleo = await firm.witness("Ben", path), await firm.witness("Cleo", path)
    assert cleo.was_sent(SECRET)
    assert not ben.was_sent(SECRET)
    later = f"{SECRET}, later"  # what happens while the page is open
    await a_secret(firm, topic=later)
    await a_secret(firm, "#general", "Swordfish for all")
    await ben.until(lambda _: ben.was_sent("Swordfish for all"))
    await cleo.until(lambda _: cleo.was_sent(later))
    assert not ben.was_sent(SECRET)


async def test_what_waits_is_counted_without_it(firm: Firm):
    ben, cleo = await firm.witness("Ben", "/"), await firm.witness("Cleo", "/")
    before = ben.waits, cleo.waits
    await a_secret(firm)
    await cleo.until(lambda _: cleo.waits == before[1] + 1)
    later = await firm.witness("Ben", "/")
    assert (ben.waits, later.waits) == (before[0], before[0])


async def test_the_address_of_a_run_gives_nothing_of_it(firm: Firm):
    run, _ = await a_secret(firm)
    ben, cleo = (
        await firm.witness("Ben", f"/runs/{run}"),
        await firm.witness("Cleo", f"/runs/{run}"),
    )
    assert ben.was_sent("There is no such run")
    for export in ("export.md", "export.json", "draft-1.md", "calls"):
        assert await ben.fetched(f"/runs/{run}/{export}") == (404, f"There is no run {run}.")
        assert (await cleo.fetched(f"/runs/{run}/{export}"))[0] == 200
    assert cleo.was_sent(SECRET)
    assert not ben.was_sent(SECRET)


async def test_a_forged_button_gives_and_does_nothing_even_to_who_may_decide(firm: Firm):
    run, _ = await a_secret(firm)
    ben = await firm.witness("Ben", "/c/general")
    await ben.type("/playbooks")
    for action in (f"revise:{run}:review-1", f"approve:{run}:review-1", f"cancel:{run}"):
        await ben.forges(action)
        await ben.until(lambda _: ben.was_sent(f"There is no run {run}."))
        ben.sent.clear()
    assert card(firm.ana, "Draft 1", button="Approve", channel=BOARD)


# --- in Slack ---------------------------------------------------------------------------


async def test_in_slack_neither_lists_nor_the_home_show_it(firm: Firm):
    await a_secret(firm)
    await a_secret(firm, "#general", "Open to all")
    await firm.ben.type("/runs")
    await whispered(firm.ben, "Runs", "Open to all")
    await firm.ben.type("/needs-me")
    await whispered(firm.ben, "Pair: Open to all", "Draft 1")
    assert not any(SECRET in told.text for told in firm.ben.whispers())
    firm.ben.open_home()
    home = await firm.ben.until(lambda ben: ben.home())
    assert "Open to all" in home
    assert SECRET not in home


async def test_who_is_in_it_asks_elsewhere_and_is_answered_alone(firm: Firm):
    await a_secret(firm)
    before = len(firm.ben.sees())
    await firm.cleo.type("/runs")
    await whispered(firm.cleo, "Runs", SECRET)
    firm.cleo.mention("needs-me")
    await whispered(firm.cleo, "Draft 1", SECRET)
    mention, *others = firm.ben.sees()[before:]
    assert (mention.by, others) == ("Cleo", [])


async def test_a_talk_in_private_is_for_its_one_person(firm: Firm):
    await firm.ana.type(f"/delegate pair topic: {SECRET} alone", "")
    await sees(firm.ana, "Draft 1", button="Approve", channel="")
    await firm.cleo.type(f"/runs {SECRET} alone")
    await whispered(firm.cleo, f"No run matches {SECRET} alone.")
    assert not (await firm.witness("Cleo", "/runs")).was_sent(f"{SECRET} alone")


async def test_a_guest_sees_the_channels_that_they_are_in_alone(firm: Firm):
    await a_secret(firm, "#general", "Not for guests")
    guest = firm.api.person("gus")
    guest.user.guest = True
    firm.api.team.add_channel("lobby")
    firm.api.team.channel("general").members.discard(guest.id)
    await firm.ana.type("/delegate quick topic: In the lobby", "#lobby")
    await sees(firm.ana, "Draft 1", button="Approve", channel="#lobby")
    await guest.type("/runs", "#lobby")
    told = await whispered(guest, "In the lobby")
    assert "Not for guests" not in told.text


async def test_a_look_up_that_fails_hides(firm: Firm):
    firm.api.team.add_channel("attic")
    await firm.ana.type("/delegate quick topic: In the attic", "#attic")
    await sees(firm.ana, "Draft 1", button="Approve", channel="#attic")
    dora = firm.api.person("dora")
    firm.api.fail("users.info", error="internal_error", times=40)
    firm.api.fail("users.conversations", error="internal_error", times=40)
    await dora.type("/runs attic")
    await whispered(dora, "No run matches attic.")
    firm.api.faults.clear()
    await dora.type("/runs attic")
    await whispered(dora, "In the attic")
