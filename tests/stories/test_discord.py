"""`podium serve` as its own process at a Discord: the main path, through kill -9 and restart."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.servers.messages_api import MessagesApi
from tests.stories.cast import Cast
from tests.stories.discord import DiscordHouse
from tests.stories.driver import Screen, SeenForm, delegates, sees

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(
    model: MessagesApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DiscordHouse]:
    house = DiscordHouse(tmp_path_factory.mktemp("podium"), model.url)
    await house.start()
    yield house
    await house.close()


def a_form(screen: Screen) -> SeenForm | None:
    return screen.form


async def test_a_form_a_choice_and_an_approval(office: DiscordHouse, cast: Cast):
    ana = await office.seat("Ana")
    cast.says("leading with", "The approved brief.")
    await ana.type("/delegate brief")
    form = await ana.until(a_form)
    assert list(form.fields) == ["Product", "Audience"]
    await ana.fill({"Product": "Acme 1", "Audience": "press"})
    root = await sees(ana, "Brief: Acme 1", where="thread")
    assert all(step in root.text for step in ("Angles", "Facts", "Lead", "Draft", "Review"))
    choice = await sees(ana, "Which angle", where="thread", button="1 · Lead with the price")
    await ana.press(choice, "1 · Lead with the price")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await ana.press(draft, "Approve", times=2)
    decided = await sees(ana, "Draft 1", "Approved by ana", where="thread")
    assert not decided.buttons


async def test_killed_at_a_gate_the_old_button_works_and_nothing_is_doubled(
    office: DiscordHouse, cast: Cast
):
    ana = await office.seat("Ana")
    await delegates(ana, "quick topic: Killed", "Quick: Killed")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await office.kill()
    await office.start()
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana", where="thread")
    assert len((await ana.screen()).all("Quick: Killed", where="channel")) == 1


async def test_sent_back_by_a_form_that_was_open_over_a_restart(office: DiscordHouse, cast: Cast):
    ana = await office.seat("Ana")
    await delegates(ana, "quick topic: Form", "Quick: Form")
    draft = await sees(ana, "Draft 1", where="thread", button="Revise")
    await ana.press(draft, "Revise")
    await ana.until(a_form)
    await office.kill()
    await office.start()
    await ana.fill({"Note": "Shorter"})
    await sees(ana, "Draft 2", where="thread", button="Approve")
    await sees(ana, "Draft 1", "Sent back by ana", "Shorter", no_button=True)


async def test_words_to_the_bot_are_read_like_commands_and_answered_there(office: DiscordHouse):
    ana = await office.seat("Ana")
    await ana.type("/delegate breif product: Acme")
    await sees(ana, 'did you mean "brief"?', where="channel")
    await ana.type("/delegate brief prodct: Acme audience: press")
    offer = await sees(ana, "more to fill in", where="channel", button="Open the form")
    await ana.press(offer, "Open the form")
    form = await ana.until(a_form)
    assert 'no input "prodct"; did you mean "product"?' in form.about
    assert form.fields["Audience"].value == "press"
    await ana.fill({"Product": "Acme spoken"})
    await sees(ana, "Brief: Acme spoken", where="thread")
