"""What stands in chat, kept true to the runs."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.cards.run import cards
from bot.playbook.model import Playbook
from bot.ports import Shown
from bot.run import commands as c
from bot.run.events import Task
from bot.run.state import Run
from bot.threads import Threads
from tests.core.rig import Rig, until
from tests.fakes import FakeLog, FakeViews
from tests.fakes_chat import FakeChat
from tests.run.director import ANA, TEAM, playbook

VARIANTS = playbook({"draft": {"by": "writer", "do": "D", "variants": 9}})
FOR_EVER_S = 3600.0


class Place:
    """A desk, a chat, and the threads between them."""

    def __init__(self, *, calm_s: float = 0) -> None:
        self.log = FakeLog()
        self.rig = Rig(self.log)
        self.views = FakeViews(self.log)
        self.chat = FakeChat()
        self.calm_s = calm_s
        self.threads = self.open()

    def open(self) -> Threads:
        return Threads(
            desk=self.rig.desk,
            live=self.rig.live,
            views=self.views,
            chats={"web": self.chat},
            calm_s=self.calm_s,
            again_s=0,
        )

    async def reopen(self) -> None:
        """As after a crash: nothing is known but what was recorded."""
        await self.threads.close()
        self.threads = self.open()
        await self.threads.recover()
        await self.threads.quiet()

    async def drafted(self, book: Playbook | None = None) -> None:
        await self.rig.drafted(book)
        await self.threads.quiet()

    async def decide(self, decision: c.Decision) -> None:
        await self.rig.desk.handle("r1", decision, by=ANA)
        await self.threads.quiet()

    async def finish(self, *values: str) -> None:
        for value in values:
            await self.finish_quickly(value)
        await self.threads.quiet()

    async def finish_quickly(self, value: str, part: int = 0) -> Run:
        run = await self.rig.desk.load("r1")
        task = Task(run="r1", step="draft", part=part, attempt=run.attempts["draft"])
        return await self.rig.desk.handle("r1", c.Finish(task=task, value=value), by="podium")

    async def is_true(self) -> None:
        """Hold that the chat shows just what is to be seen."""
        run = await self.rig.desk.load("r1")
        wanted = [(f"r1/{card.key}", card) for card in cards(run, TEAM)]
        shown = [(message.key, message.card) for message in self.chat.messages.values()]
        assert sorted(shown, key=_key) == sorted(wanted, key=_key)


def _key(shown: tuple[str, object]) -> str:
    return shown[0]


async def test_a_run_is_a_root_in_the_channel_and_a_thread_below_it() -> None:
    place = Place()
    await place.drafted()
    root, draft = place.chat.messages.values()
    assert (root.key, root.place) == ("r1/root", "web:w:general")
    assert (draft.key, draft.place) == ("r1/draft-1", root.id)


async def test_what_changed_is_edited_and_what_did_not_is_left_alone() -> None:
    place = Place()
    await place.drafted()
    await place.decide(c.Revise("review-1", "shorter"))
    await place.finish("The second.")
    assert place.chat.keys("r1") == ["root", "draft-1", "draft-2"]
    edits = {message.key: message.edits for message in place.chat.messages.values()}
    assert (edits["r1/draft-1"], edits["r1/draft-2"]) == (1, 0)
    await place.is_true()


async def test_a_run_that_is_over_says_so() -> None:
    place = Place()
    await place.drafted()
    await place.decide(c.Approve("review-1"))
    assert place.chat.keys("r1") == ["root", "draft-1", "outcome"]
    await place.is_true()
    assert await place.views.behind() == []


async def test_each_run_has_a_thread_of_its_own() -> None:
    place = Place()
    await place.drafted()
    await place.rig.drafted(run="r2")
    await place.threads.quiet()
    assert place.chat.keys("r2") == ["root", "draft-1"]


# --- calm --------------------------------------------------------------------------------


async def test_progress_gathers_between_two_edits() -> None:
    place = Place(calm_s=FOR_EVER_S)
    await place.rig.start(VARIANTS)
    await until(lambda: bool(place.views.versions))
    for part in range(8):
        await place.finish_quickly("text", part)
        for _ in range(20):
            await asyncio.sleep(0)
    (root,) = place.chat.messages.values()
    assert root.edits == 1
    await place.threads.close()


async def test_progress_gives_way_to_what_people_wait_for() -> None:
    place = Place(calm_s=FOR_EVER_S)
    await place.rig.start(VARIANTS)
    await until(lambda: bool(place.views.versions))
    for part in range(9):
        await place.finish_quickly("text", part)
    await until(lambda: "draft-1" in place.chat.keys("r1"))
    await place.rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    await place.threads.quiet()
    await place.is_true()


async def test_progress_waits_for_room_and_what_people_wait_for_does_not() -> None:
    place = Place()
    await place.rig.start(VARIANTS)
    await until(lambda: bool(place.views.versions))
    place.chat.has_room.clear()
    for part in range(9):
        await place.finish_quickly("text", part)
    await until(lambda: "draft-1" in place.chat.keys("r1"))
    assert next(iter(place.chat.messages.values())).edits == 0
    place.chat.has_room.set()
    await place.threads.quiet()
    await place.is_true()


# --- crashes ---------------------------------------------------------------------------------


async def test_what_was_not_shown_is_shown_after_a_start() -> None:
    place = Place()
    await place.threads.close()
    await place.rig.drafted()
    assert place.chat.messages == {}
    await place.reopen()
    await place.is_true()


async def test_what_was_shown_is_left_alone_after_a_start() -> None:
    place = Place()
    await place.drafted()
    before = dict(place.chat.messages)
    await place.reopen()
    assert place.chat.messages == before


async def test_progress_that_still_waited_for_room_is_shown_at_the_next_start() -> None:
    place = Place()
    await place.rig.start(VARIANTS)
    await until(lambda: bool(place.views.versions))
    place.chat.has_room.clear()
    await place.finish_quickly("text")
    await place.threads.close()
    place.chat.has_room.set()
    await place.reopen()
    await place.is_true()


async def test_a_card_that_was_posted_and_not_recorded_is_not_posted_again() -> None:
    place = Place()

    async def lost(run: str, version: int, shown: Sequence[Shown] = ()) -> None:
        raise asyncio.CancelledError

    record, place.views.record = place.views.record, lost
    await place.rig.drafted()
    await until(lambda: bool(place.chat.messages))
    await place.threads.close()
    place.views.record = record
    await place.reopen()
    assert place.chat.keys("r1") == ["root", "draft-1"]
    await place.is_true()


async def test_a_card_whose_post_was_in_doubt_says_what_is_true_now() -> None:
    place = Place()
    await place.drafted()
    del place.views.cards["r1"]["draft-1"]
    await place.threads.close()
    await place.rig.desk.handle("r1", c.Approve("review-1"), by=ANA)
    await place.reopen()
    assert place.chat.card("r1/draft-1").buttons == ()
    await place.is_true()


# --- platforms that fail ------------------------------------------------------------------------


async def test_a_platform_that_fails_is_tried_again() -> None:
    place = Place()
    tries: list[str] = []

    def fail_twice(what: str, key: str) -> None:
        tries.append(key)
        if len(tries) < 3:
            raise ConnectionError("The platform is away.")

    place.chat.before = fail_twice
    await place.drafted()
    assert tries[:3] == ["r1/root"] * 3
    await place.is_true()


async def test_a_place_that_is_gone_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    place = Place()
    place.chat.gone.add("web:w:general")
    await place.drafted()
    assert "place_gone run=r1 why=web:w:general is gone" in caplog.text
    assert await place.views.behind() == []


async def test_a_platform_that_is_not_connected_is_given_up() -> None:
    place = Place()
    await place.threads.close()
    place.threads = Threads(
        desk=place.rig.desk, live=place.rig.live, views=place.views, chats={}, calm_s=0
    )
    await place.drafted()
    assert await place.views.behind() == []


async def test_a_message_that_somebody_deleted_holds_up_no_other() -> None:
    place = Place()
    await place.drafted()
    place.chat.gone.add("web:w:general:r1/root:r1/draft-1")
    await place.decide(c.Revise("review-1", "shorter"))
    await place.finish("The second.")
    assert place.chat.keys("r1") == ["root", "draft-1", "draft-2"]
    assert await place.views.behind() == []


async def test_a_closed_thread_stays_closed_whatever_comes() -> None:
    place = Place(calm_s=FOR_EVER_S)
    await place.rig.start(VARIANTS)
    await until(lambda: bool(place.views.versions))
    await place.finish_quickly("text")
    await place.threads.close()
    await place.finish_quickly("text", 1)
    await place.threads.quiet()
    assert asyncio.all_tasks() == {asyncio.current_task()}
