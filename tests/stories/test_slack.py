"""`podium serve` as its own process at a Slack: the main path, through kill -9 and restart."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.servers.messages_api import MessagesApi
from tests.stories.cast import Cast
from tests.stories.driver import Screen, SeenForm, delegates, sees
from tests.stories.slack import SlackHouse

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(
    model: MessagesApi, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SlackHouse]:
    house = SlackHouse(tmp_path_factory.mktemp("podium"), model.url)
    await house.start()
    yield house
    await house.close()


def a_form(screen: Screen) -> SeenForm | None:
    return screen.form


async def test_a_form_a_choice_and_an_approval(office: SlackHouse, cast: Cast):
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
    office: SlackHouse, cast: Cast
):
    ana = await office.seat("Ana")
    await delegates(ana, "quick topic: Killed", "Quick: Killed")
    draft = await sees(ana, "Draft 1", where="thread", button="Approve")
    await office.kill()
    await ana.press(draft, "Approve")
    assert "dispatch_failed" in (await ana.screen()).notices[-1]
    await office.start()
    await ana.press(draft, "Approve")
    await sees(ana, "Draft 1", "Approved by ana", where="thread")
    assert len((await ana.screen()).all("Quick: Killed", where="channel")) == 1


async def test_said_while_the_process_is_away_is_heard_after_the_restart(
    office: SlackHouse, cast: Cast
):
    ana = await office.seat("Ana")
    await office.kill()
    ana.follow()
    office.api.person("Ana").mention("delegate quick topic: Away", times=2)
    await office.start()
    await sees(ana, "Draft 1", button="Approve")
    assert len((await ana.screen()).all("Quick: Away", where="channel")) == 1
