"""The page as a Chat: kept on the board, told to open pages."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.web.chat import Edited, Hub, Posted, Streaming, Told, WebChat
from adapters.web.places import GENERAL, Place, place_of
from adapters.web.prose import prose
from bot.cards import Card, Prose
from bot.live import Changed, Words
from bot.playbook.model import Deliver, Playbook, Work
from bot.ports import PlaceGone
from bot.run.events import Brief, Started, Task
from bot.run.state import Call, Run
from tests.fakes import FakeBoard

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
CHANNEL = "web:podium:#general"
CARD = Card(key="root", title="A run")


class Page:
    """A chat and all that it told an open page."""

    def __init__(self) -> None:
        self.time = AT
        self.hub = Hub()
        self.told: list[Told] = []
        self.leave = self.hub.join(self.told.append)
        self.chat = WebChat(FakeBoard(), self.hub, self._now)

    def _now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def posted(self) -> list[str]:
        """The lines that were told, without those that note a channel."""
        lines = [told.line for told in self.told if isinstance(told, Posted)]
        return [line.id for line in lines if line.place.count(":") == 2]

    def streams(self) -> list[Streaming]:
        return [told for told in self.told if isinstance(told, Streaming)]


@pytest.fixture
def page() -> Page:
    return Page()


async def test_a_card_is_posted_once_for_its_key(page: Page):
    first = await page.chat.post(CHANNEL, CARD, "r1/root")
    again = await page.chat.post(CHANNEL, Card(key="root", title="Otherwise"), "r1/root")
    assert first == again
    lines = await page.chat.lines(Place(GENERAL), 10)
    assert [(line.id, line.card) for line in lines] == [(first, CARD)]
    assert page.posted() == [first]


async def test_a_message_is_the_place_of_its_thread(page: Page):
    root = await page.chat.post(CHANNEL, CARD, "r1/root")
    draft = await page.chat.post(root, CARD, "r1/draft-1")
    beside = await page.chat.post(draft, CARD, "r1/draft-2")
    thread = place_of(root)
    assert [line.id for line in await page.chat.lines(thread, 10)] == [draft, beside]
    assert [line.id for line in await page.chat.lines(Place(GENERAL), 10)] == [root]
    assert thread == Place(GENERAL).thread_of("r1")
    found = await page.chat.root(thread)
    assert found
    assert found.id == root


async def test_the_line_that_an_old_thread_answers_is_found(page: Page):
    root = await page.chat.post(CHANNEL, CARD, "r1/root")
    for n in range(250):
        await page.chat.say(Place(GENERAL), f"line {n}", who="web:podium:ana", delivery=str(n))
    found = await page.chat.root(place_of(root))
    assert found
    assert found.id == root
    assert await page.chat.root(Place(GENERAL, "ab12")) is None


async def test_an_edit_is_kept_and_told(page: Page):
    root = await page.chat.post(CHANNEL, CARD, "r1/root")
    new = Card(key="root", title="A run, further")
    await page.chat.edit(root, new)
    (line,) = await page.chat.lines(Place(GENERAL), 10)
    assert line.card == new
    assert page.told[-1] == Edited(root, new)


async def test_what_is_not_of_this_page_is_gone(page: Page):
    with pytest.raises(PlaceGone):
        await page.chat.post("slack:T1:C2", CARD, "r1/root")
    with pytest.raises(PlaceGone):
        await page.chat.edit(f"{CHANNEL}:ab12", CARD)
    with pytest.raises(PlaceGone):
        await page.chat.history("web:podium:", 5)


async def test_a_channel_is_there_as_soon_as_something_is_posted_to_it(page: Page):
    assert await page.chat.channels() == [GENERAL]
    await page.chat.post("web:podium:#Launches", CARD, "r1/post")
    await page.chat.post("#launches", CARD, "r2/post")
    assert await page.chat.channels() == [GENERAL, "#launches"]
    assert len(await page.chat.lines(Place("#launches"), 10)) == 2


async def test_history_is_what_people_wrote_latest_last(page: Page):
    for n in range(30):
        await page.chat.say(Place(GENERAL), f"said {n}", who="web:podium:ana", delivery=str(n))
        for card in range(5):
            await page.chat.post(CHANNEL, CARD, f"r{n}/{card}")
    said = await page.chat.history(CHANNEL, 10)
    assert [one.text for one in said] == [f"said {n}" for n in range(20, 30)]
    assert {one.author for one in said} == {"web:podium:ana"}
    assert len(await page.chat.history(CHANNEL, 500)) == 30


async def test_a_thread_has_a_history_of_its_own(page: Page):
    root = await page.chat.post(CHANNEL, CARD, "r1/root")
    await page.chat.say(place_of(root), "in the thread", who="web:podium:ana", delivery="1")
    await page.chat.say(Place(GENERAL), "in the channel", who="web:podium:ana", delivery="2")
    assert [one.text for one in await page.chat.history(root, 5)] == ["in the thread"]
    assert [one.text for one in await page.chat.history(CHANNEL, 5)] == ["in the channel"]


async def test_what_a_person_wrote_is_kept_once_for_each_delivery(page: Page):
    for delivery in ("one", "one", "two"):
        await page.chat.say(Place(GENERAL), "Hello", who="web:podium:ana", delivery=delivery)
    await page.chat.say(Place(GENERAL), "Hello", who="web:podium:ben", delivery="one")
    assert len(await page.chat.lines(Place(GENERAL), 10)) == 3


async def test_others_have_their_turn_while_what_a_person_wrote_is_laid_out(page: Page):
    async def take_a_turn() -> str:
        return "taken"

    prose.cache_clear()
    other = asyncio.create_task(take_a_turn())
    await page.chat.say(Place(GENERAL), "word " * 1_000, who="web:podium:ana", delivery="1")
    assert other.done()
    prose.cache_clear()
    other = asyncio.create_task(take_a_turn())
    (line,) = await page.chat.lines(Place(GENERAL), 10)
    assert other.done()
    assert prose.cache_info().misses == 1
    assert "word" in prose(line.text)
    assert prose.cache_info().misses == 1


async def test_a_page_that_left_is_told_nothing_and_a_broken_one_stops_nobody(page: Page):
    def broken(told: Told) -> None:
        raise RuntimeError(str(told))

    other: list[Told] = []
    page.hub.join(broken)
    page.hub.join(other.append)
    page.leave()
    await page.chat.post(CHANNEL, Card(key="k", title="", blocks=(Prose("x" * 6_000),)), "r1/root")
    assert page.told == []
    assert len(other) == 2


# --- words as they stream -------------------------------------------------------------


def running(*tasks: Task, place: str = CHANNEL, over: bool = False) -> Run:
    playbook = Playbook(
        about="",
        steps={"draft": Work(by="w", do="x")},
        deliver=Deliver.model_validate({"from": "draft"}),
    )
    started = Started(
        playbook=playbook, specialists={}, brief=Brief(), place=place, requester="", title=""
    )
    return Run(
        id="r1",
        version=1,
        started=started,
        started_at=AT,
        changed_at=AT,
        working_since=AT,
        calls={task.key: Call(task=task, model="m", reserved_usd=0, at=AT) for task in tasks},
        outcome="approved" if over else None,
    )


def test_words_are_told_to_the_thread_while_their_call_lasts(page: Page):
    first, second = Task(run="r1", step="draft"), Task(run="r1", step="draft", part=1)
    thread = Place(GENERAL).thread_of("r1")
    page.hub.heard(Changed(running(first, second)))
    page.hub.heard(Words(first, "One"))
    page.hub.heard(Words(first, "One two"))
    page.hub.heard(Words(second, "Eins"))
    assert page.hub.words(thread) == (("Draft", "One two"), ("Draft 2", "Eins"))
    assert page.streams() == [Streaming("r1", thread)] * 3
    page.hub.heard(Changed(running(second)))
    assert page.hub.words(thread) == (("Draft 2", "Eins"),)
    page.hub.heard(Changed(running(over=True)))
    assert page.hub.words(thread) == ()


def test_words_of_a_run_elsewhere_are_told_of_no_thread(page: Page):
    task = Task(run="r1", step="draft")
    page.hub.heard(Changed(running(task, place="slack:T1:C2")))
    page.hub.heard(Words(task, "One"))
    assert page.streams() == [Streaming("r1", None)]
    assert page.hub.words_of("r1") == (("Draft", "One"),)


# --- who may post, and whose the clocks are -----------------------------------------------


async def test_history_since_a_time_is_only_what_came_after_it(page: Page):
    for n in range(12):
        await page.chat.say(Place(GENERAL), f"said {n}", who="web:podium:ana", delivery=str(n))
        await page.chat.post(CHANNEL, CARD, f"r{n}/root")
    everything = await page.chat.history(CHANNEL, 50)
    later = await page.chat.history(CHANNEL, 50, everything[7].at)
    assert [one.text for one in later] == ["said 8", "said 9", "said 10", "said 11"]
    assert [one.text for one in await page.chat.history(CHANNEL, 2, everything[7].at)] == [
        "said 10",
        "said 11",
    ]
    assert await page.chat.history(CHANNEL, 50, page.time) == ()


async def test_members_post_in_the_channels_that_there_are(page: Page):
    ana = frozenset({"slack:T1:U1", "web:podium:ana"})
    root = await page.chat.post("#launches", CARD, "r1/root")
    for place in (CHANNEL, "#launches", root):
        assert await page.chat.writable(ana, place)
    for place in ("web:podium:#nowhere", "slack:T1:C2", "nonsense"):
        assert not await page.chat.writable(ana, place)
    assert not await page.chat.writable(frozenset({"slack:T1:U1"}), CHANNEL)
