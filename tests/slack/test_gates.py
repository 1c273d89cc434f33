"""Every kind of gate is decided in its thread, and what stands there says who decided it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers.slack_api import SlackApi
from tests.servers.slack_person import Person
from tests.servers.slack_sight import Shown
from tests.slack.house import WEB, Office, a_draft, office, sees, whispered

WALK = """\
about: A gate of every kind.
inputs:
  topic: {type: text}
steps:
  call:
    human: do
    ask: Call the press about {{ topic }}.
  numbers:
    human: answer
    after: [call]
    ask: What may it cost?
    inputs:
      price: {type: number, min: 1}
      sure: {type: yes_no}
  draft:
    by: writer
    variants: 2
    do: Write on {{ topic }} for {{ numbers.price }}, {{ call }}.
  pick:
    human: choose
    from: draft
    ask: Which one?
deliver:
  from: pick
"""


@pytest.fixture
async def walk(api: SlackApi, tmp_path: Path) -> AsyncIterator[Office]:
    books = tmp_path / "playbooks"
    (books / "specialists").mkdir(parents=True)
    (books / "specialists" / "writer.md").write_text("---\nname: writer\n---\nYou write.", "utf-8")
    (books / "walk.yaml").write_text(WALK, "utf-8")
    async with office(api, tmp_path, playbooks=books) as found:
        yield found


async def filled(person: Person, shown: Shown, button: str, **values: str | bool) -> None:
    await person.press(shown, button)
    await person.until(lambda p: p.modal and p.modal.fields)
    await person.fill(values)
    await person.submit()


async def test_a_deed_a_question_with_inputs_and_a_choice_between_variants(walk: Office):
    ana = walk.ana()
    await ana.type("/delegate walk topic: Tides")
    deed = await sees(ana, "Call the press about Tides.", button="Done")
    await filled(ana, deed, "Done, with a note", Note="They want Friday.")
    done = await sees(ana, "Call the press", "Done by ana", "They want Friday.")
    assert not done.buttons
    question = await sees(ana, "What may it cost?", button="Answer")
    await filled(ana, question, "Answer", Price="40", Sure=True)
    answered = await sees(ana, "What may it cost?", "Answered by ana", "40")
    assert not answered.buttons
    choice = await sees(ana, "Which one?")
    second = next(label for label in choice.buttons if label.startswith("2 · "))
    await ana.press(choice, second)
    await sees(ana, "Which one?", "Chosen by ana")
    await ana.press(await sees(ana, "Draft 1", button="Approve"), "Approve")
    await sees(ana, "Draft 1", "Approved by ana")


async def test_the_menu_leads_to_podium_tells_the_cost_and_asks_before_it_cancels(
    api: SlackApi, at_work: Office
):
    ana = at_work.ana()
    draft = await a_draft(ana, "Menu")
    urls = [one.option.get("url", "") for one in draft.controls if one.option]
    assert urls[0].startswith(f"{WEB}/runs/r")
    await ana.press(draft, "What it cost")
    await whispered(ana, "$0.00 spent")
    await ana.press(draft, "Cancel the run")
    asked = await whispered(ana, "What is at work stops now")
    await sees(ana, "Draft 1", button="Approve")
    await ana.press(asked, "Cancel the run")
    await sees(ana, "Cancelled", "Closed by ana")
    await ana.until(lambda p: not any("at work stops" in one.text for one in p.whispers()))
