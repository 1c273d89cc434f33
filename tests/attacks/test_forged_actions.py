"""Actions that no button and no form of ours sends: none decides anything, each is answered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.documents import read_document
from bot.forms import pressed
from bot.intake import Intake
from bot.playbook.catalog import Catalog
from bot.playbook.model import Playbook, Specialist
from bot.reception import Reception
from bot.run import commands as c
from bot.run.events import Brief
from bot.shelf import Shelf
from tests.core.world import ANA, RUN, Process, World
from tests.fakes_chat import FakeChat

STEPS = {"draft": {"by": "writer", "do": "Write about {{ product }}."}}
BOOK = Playbook.model_validate(
    {
        "name": "brief",
        "about": "A brief.",
        "inputs": {"product": {"type": "text"}},
        "steps": STEPS,
        "deliver": {"from": "draft"},
    }
)


@pytest.fixture
async def desk() -> AsyncIterator[Process]:
    """A process whose one run waits with draft 1."""
    world = World()
    process = await world.open()
    start = c.Start(
        playbook=BOOK,
        specialists={"writer": Specialist(name="writer")},
        brief=Brief(inputs={"product": "Acme"}, today="Monday"),
        place="web:w:general",
        requester=ANA,
    )
    await process.desk.handle(RUN, start, by=ANA)
    await world.rest()
    world.model.waiting[0].answer("A draft.")
    await world.rest()
    yield process
    await world.close()


@pytest.fixture
def reception(desk: Process, tmp_path: Path) -> Reception:
    catalog = Catalog(models=frozenset(), tools=frozenset(), reviewers=frozenset())
    intake = Intake(shelf=Shelf(tmp_path, catalog), chats={}, read_file=read_document)
    return Reception(desk=desk.desk, intake=intake, sights={"web": FakeChat()})


@pytest.mark.parametrize("verb", ["approve", "say", "hold", "", "APPROVE"])
async def test_a_form_that_is_none_of_ours_approves_nothing(
    verb: str, desk: Process, reception: Reception
):
    told = await reception.submitted(f"{verb}:{RUN}:review-1", {}, who=ANA, place="web:w:general")
    assert "does not know this form" in told.notice
    assert not (await desk.desk.load(RUN)).approved


@pytest.mark.parametrize("option", ["99", "-1", "²", "9" * 5_000, ""])
async def test_an_option_that_is_not_there_is_chosen_by_nobody(
    option: str, desk: Process, reception: Reception
):
    told = await reception.pressed(f"choose:{RUN}:review-1:{option}", who=ANA, place="web:w:x")
    assert told.tone == "warn"
    run = await desk.desk.load(RUN)
    assert "review-1" in run.gates
    assert pressed(run, "review-1", "say", option) == c.Answer("review-1", "")
