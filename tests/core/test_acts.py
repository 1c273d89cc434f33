"""Steps that do something in the world."""

import asyncio

import pytest

from bot.acts import Acts
from bot.cards import Card, Prose
from bot.places import channel, chat_of
from bot.ports import PlaceGone
from bot.run import commands as c
from bot.run.events import Task
from tests.core.rig import Rig
from tests.fakes_chat import FakeChat
from tests.run.director import ANA, Steps, playbook

POST = playbook(deliver={"from": "draft", "then": [{"post": "#launches"}]})
FIRST = Task(run="r1", step="deliver.1")


async def approved(text: str = "text") -> tuple[Rig, FakeChat, Acts]:
    rig, chat = Rig(), FakeChat()
    await rig.start(POST)
    finish = c.Finish(task=Task(run="r1", step="draft"), value=text)
    await rig.desk.handle("r1", finish, by="podium")
    await rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    return rig, chat, Acts(rig.desk, {"web": chat})


async def test_a_post_says_the_deliverable_in_its_channel() -> None:
    rig, chat, acts = await approved("The draft.")
    await acts.work(FIRST)
    (message,) = chat.messages.values()
    assert (message.place, message.key) == ("web:w:#launches", FIRST.key)
    assert message.card.blocks == (Prose("The draft."),)
    run = await rig.desk.load("r1")
    assert (run.outcome, run.value("deliver.1")) == ("approved", message.id)


async def test_a_post_whose_report_was_lost_is_not_posted_again() -> None:
    rig, chat, acts = await approved()

    def lost(what: str, key: str) -> None:
        chat.before = lambda what, key: None
        raise asyncio.CancelledError

    await chat.post("web:w:#launches", Card(key="deliver.1", title="Acme"), FIRST.key)
    chat.before = lost
    with pytest.raises(asyncio.CancelledError):
        await acts.work(FIRST)
    await acts.work(FIRST)
    assert len(chat.messages) == 1
    assert (await rig.desk.load("r1")).outcome == "approved"


async def test_a_channel_that_is_gone_is_asked_about() -> None:
    rig, chat, acts = await approved()
    chat.gone.add("web:w:#launches")
    await acts.work(FIRST)
    failure = (await rig.desk.load("r1")).steps["deliver.1"].failures[0]
    assert failure.why == "Posting to #launches: web:w:#launches is gone"


async def test_words_that_cannot_be_made_are_asked_about() -> None:
    steps: Steps = {"draft": {"act": {"post": "#a"}, "say": "{{ product * 2 }}"}}
    rig = Rig()
    await rig.start(playbook(steps))
    await Acts(rig.desk, {"web": FakeChat()}).work(Task(run="r1", step="draft"))
    failure = (await rig.desk.load("r1")).steps["draft"].failures[0]
    assert failure.why == 'Posting to #a: "*" works on numbers only'


async def test_other_steps_are_no_acts() -> None:
    _, _, acts = await approved()
    with pytest.raises(TypeError, match="draft is not an act"):
        await acts.work(Task(run="r1", step="draft"))


def test_a_channel_is_near_the_run_that_posts_to_it() -> None:
    assert channel("#sales", "slack:T1:C2:123.45") == "slack:T1:#sales"


def test_a_platform_that_is_not_there_is_gone() -> None:
    with pytest.raises(PlaceGone, match="slack is not connected to this Podium"):
        chat_of({}, "slack:T1:C2")
