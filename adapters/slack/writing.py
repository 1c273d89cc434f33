"""A short answer as it is written: streamed into its run's thread until the draft stands there.

The draft is a message of its own, as it has to ring for whoever judges it, which no edit does.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.slack import prose
from adapters.slack.api import Api
from adapters.slack.places import PLATFORM, Place, place_of, user_in
from adapters.slack.trouble import SlackTrouble
from bot.live import Changed, News, Words
from bot.playbook.model import Work
from bot.ports import PlaceGone, Posts
from bot.run.state import Run

log = logging.getLogger("podium.slack")

CALM_S = 1.5  # before the first words and between the next: an answer that is quick is not streamed
_LIFE_S = 240  # Slack ends a stream after some 306
_MOST = 8_000
_UNTIL_DRAFT_S = 10


@dataclass
class _Answer:
    """What one call has said so far; `over` when it has ended, `stands` when its draft is seen."""

    task: str
    reader: str
    text: str = ""
    sent: str = ""
    place: Place | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    stands: asyncio.Event = field(default_factory=asyncio.Event)

    def more(self) -> str:
        """Whole words that can be added to what was sent without changing it."""
        shown = prose.markdown(self.text[: self.text.rfind(" ", 0, _MOST) + 1])
        return shown.removeprefix(self.sent) if shown.startswith(self.sent) else ""


class Writing:
    """Streams where there is room for it; all that matters goes first, and nothing waits for it."""

    def __init__(self, api: Api, posts: Posts, now: Callable[[], datetime]) -> None:
        self._api = api
        self._posts = posts
        self._now = now
        self._short: dict[str, tuple[str, str]] = {}  # by run: the step that answers, and for whom
        self._answers: dict[str, _Answer] = {}
        self._jobs: set[asyncio.Task[None]] = set()
        self._open = True

    def heard(self, news: News) -> None:
        """Take what Live tells."""
        match news:
            case Changed(run):
                self._changed(run)
            case Words(task, text) if task.run in self._short:
                step, reader = self._short[task.run]
                if task.step == step and task.run not in self._answers and self._open:
                    self._answers[task.run] = answer = _Answer(task.key, reader)
                    self._go(self._write(task.run, answer))
                if (answer := self._answers.get(task.run)) and answer.task == task.key:
                    answer.text = text
            case _:
                pass

    def stands(self, run: str) -> None:
        """The run's draft is seen, or will never be."""
        if answer := self._answers.get(run):
            answer.stands.set()

    async def close(self) -> None:
        """What is left half written is deleted when its run is next heard of."""
        self._open = False
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    def _changed(self, run: Run) -> None:
        if run.id not in self._short and not run.outcome and _is_short(run) and self._open:
            self._short[run.id] = run.playbook.deliver.from_, run.started.requester
            self._go(self._sweep(run.id))
        if (answer := self._answers.get(run.id)) and answer.task not in run.calls:
            answer.over.set()
        if run.outcome:
            self._short.pop(run.id, None)
            self.stands(run.id)

    def _go(self, work: Coroutine[None, None, None]) -> None:
        job = asyncio.create_task(work, name="slack writing")
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _write(self, run: str, answer: _Answer) -> None:
        try:
            await self._stream(run, answer)
        except (PlaceGone, SlackTrouble) as trouble:
            log.warning("slack_not_streamed run=%s why=%s", run, trouble)
        await answer.over.wait()
        if answer.place:
            await _within(answer.stands, _UNTIL_DRAFT_S)
            await self._delete(answer.place)
        del self._answers[run]

    async def _stream(self, run: str, answer: _Answer) -> None:
        """Show the answer until it is over, or too long to be a short one."""
        until = time.monotonic() + _LIFE_S
        while not await _within(answer.over, CALM_S) and time.monotonic() < until:
            if not (more := answer.more()):
                continue
            place = answer.place
            if place is None:
                answer.place = await self._begin(run, answer.reader, more)
                if answer.place is None:
                    return
            elif self._api.pace.may_now(place.team, "chat.appendStream", place.channel):
                await self._call("appendStream", place, markdown_text=more)
            else:
                continue
            answer.sent += more
        if answer.place:
            await self._call("stopStream", answer.place)

    async def _begin(self, run: str, reader: str, words: str) -> Place | None:
        """Start the stream below the run's first message, when that stands and there is room."""
        root = await self._posts.begin(f"{run}/root", self._now())
        if not root or not root.message:
            return None
        where = place_of(root.message)
        user = user_in(where.team, reader)
        if not user or not self._api.pace.may_now(where.team, "chat.startStream", where.channel):
            return None
        begun = await self._api.call(
            where.team,
            "chat.startStream",
            channel=where.channel,
            thread_ts=where.answers,
            recipient_team_id=where.team,
            recipient_user_id=user,
            markdown_text=words,
        )
        place = where.message(str(begun["ts"]))
        await self._posts.posted(_key(run), place.id)
        return place

    async def _sweep(self, run: str) -> None:
        """Delete what a process that was killed left half written."""
        left = await self._posts.begin(_key(run), self._now())
        if left and left.message:
            await self._delete(place_of(left.message))

    async def _delete(self, place: Place) -> None:
        try:
            await self._call("delete", place)
        except (PlaceGone, SlackTrouble) as trouble:
            log.warning("slack_stays_half_written place=%s why=%s", place.id, trouble)

    async def _call(self, verb: str, place: Place, **words: str) -> None:
        given: dict[str, Any] = {"channel": place.channel, "ts": place.stamps[0], **words}
        await self._api.call(place.team, f"chat.{verb}", **given)


def _key(run: str) -> str:
    return f"{run}/writing"


def _is_short(run: Run) -> bool:
    """Whether what is delivered here is written in one go, by one specialist."""
    step = run.playbook.steps[run.playbook.deliver.from_]
    if not run.started.place.startswith(f"{PLATFORM}:") or not isinstance(step, Work):
        return False
    alone = step.each is None and step.variants == 1 and step.returns is None
    return alone and not run.started.specialists[step.by].tools


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Whether it is set by then."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
