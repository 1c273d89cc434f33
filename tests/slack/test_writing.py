"""A short answer streams into the thread, and is there once when its draft stands."""

from pathlib import Path

import pytest

from adapters.slack import writing
from tests.fakes_model import Held, HeldModel
from tests.servers.slack_api import SlackApi
from tests.servers.slack_faults import Fault
from tests.servers.slack_person import Person
from tests.servers.slack_sight import Shown
from tests.slack.house import card, office, sees

WORDS = "The tide rises twice a day, and <!channel> "


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "CALM_S", 0.05)


async def begun(ana: Person, model: HeldModel, topic: str, words: str = WORDS) -> Held:
    """A call that has said some words."""
    await ana.type(f"/delegate quick topic: {topic}")
    await sees(ana, f"Quick: {topic}", "at work")
    call = (await model.held())[-1]
    call.say(words)
    return call


def streamed(ana: Person) -> Shown | None:
    found = card(ana, "The tide rises")
    return found if found and found.message.stream else None


async def test_words_stream_and_give_way_to_the_draft(api: SlackApi, tmp_path: Path):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        call = await begun(ana, model, "Tides")
        seen = await ana.until(streamed)
        assert seen.message.thread_ts
        call.say("and falls as often, as ")
        await sees(ana, "falls as often, as")
        call.answer(f"{WORDS}and falls as often.")
        await sees(ana, "Draft 1", "falls as often.", button="Approve")
        root = seen.message.thread_ts
        await ana.until(lambda p: len(p.sees(thread_ts=root)) == 2)
        assert len(ana.pings()) == 1


async def test_an_answer_goes_on_unseen_where_slack_takes_no_stream(api: SlackApi, tmp_path: Path):
    api.faults.add(Fault(method="chat.startStream", error="channel_type_not_supported"))
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        call = await begun(ana, model, "Unseen")
        await ana.until(lambda p: any(c.method == "chat.startStream" for c in api.calls))
        call.answer(WORDS)
        await sees(ana, "Draft 1", "The tide rises", button="Approve")


async def test_what_a_killed_process_left_half_written_is_deleted(api: SlackApi, tmp_path: Path):
    ana, model = api.person("ana"), HeldModel()
    async with office(api, tmp_path, player=model):
        await begun(ana, model, "Killed")
        await ana.until(streamed)
    left = await ana.until(streamed)
    model = HeldModel()
    async with office(api, tmp_path, player=model):
        await ana.until(lambda p: not card(p, "The tide rises"))
        (call,) = await model.held()
        call.answer(WORDS)
        draft = await sees(ana, "Draft 1", "The tide rises", button="Approve")
        assert draft.ts != left.ts
