"""The page as a Chat: messages kept on the Board, and open pages told as they come."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.web import render
from adapters.web.places import GENERAL, WORKSPACE, Place, place_of, thread_at
from adapters.web.prose import prose
from bot.cards import Card
from bot.live import Changed, News, Words
from bot.ports import Board, Line, PlaceGone, Said
from bot.run.state import Run

log = logging.getLogger("podium.web")

_MOST_CHANNELS = 1_000
_SLOW_TEXT = 1_000
"""Characters of Markdown from which laying out can take so long that others would notice."""


@dataclass(frozen=True)
class Posted:
    """A new line; `run` is the run it is of, empty for what a person wrote."""

    line: Line
    run: str = ""


@dataclass(frozen=True)
class Edited:
    """The card of a line has changed."""

    line: str
    card: Card


@dataclass(frozen=True)
class Streaming:
    """There is something new in what specialists are writing for a run, which has this thread."""

    run: str
    thread: Place | None


@dataclass(frozen=True)
class Moved:
    """A run has changed, wherever its thread is."""

    run: Run


@dataclass(frozen=True)
class Named:
    """Names of people have come who were shown without."""


@dataclass(frozen=True)
class Planned:
    """Schedules may have changed."""


@dataclass(frozen=True)
class Zoned:
    """A member's clock is known to be in another zone than before."""

    who: str


Told = Posted | Edited | Streaming | Moved | Named | Planned | Zoned


class Hub:
    """Tells the open pages of this process what happens, and knows what is being written now."""

    def __init__(self) -> None:
        self._views: list[Callable[[Told], None]] = []
        self._threads: dict[str, Place] = {}
        self._words: dict[str, dict[str, tuple[str, str]]] = {}

    def join(self, view: Callable[[Told], None]) -> Callable[[], None]:
        """Be told from now on; call what is returned to stop."""
        self._views.append(view)
        return lambda: self._views.remove(view)

    @property
    def pages(self) -> int:
        """How many are told."""
        return len(self._views)

    def tell(self, told: Told) -> None:
        for view in tuple(self._views):
            try:
                view(told)
            except Exception:  # a broken page must not stop the others, nor what it shows
                log.exception("view_failed told=%s", type(told).__name__)

    def heard(self, news: News) -> None:
        """Take what Live tells."""
        match news:
            case Words(task, text):
                label = task.step.replace("_", " ").capitalize()
                label += f" {task.part + 1}" if task.part else ""
                self._words.setdefault(task.run, {})[task.key] = (label, text)
                self._tell_of(task.run)
            case Changed(run):
                self._note(run)
                self.tell(Moved(run))

    def words(self, thread: Place) -> tuple[tuple[str, str], ...]:
        """What is being written for a thread: the step and its text so far."""
        runs = [run for run, place in self._threads.items() if place == thread]
        return tuple(words for run in runs for words in self.words_of(run))

    def words_of(self, run: str) -> tuple[tuple[str, str], ...]:
        """What is being written for a run."""
        return tuple(self._words.get(run, {}).values())

    def _note(self, run: Run) -> None:
        before = self._words.pop(run.id, {})
        now = {task: words for task, words in before.items() if task in run.calls}
        if now:
            self._words[run.id] = now
        if run.id not in self._threads and (thread := thread_at(run.started.place, run.id)):
            self._threads[run.id] = thread
        if now != before:
            self._tell_of(run.id)
        if run.outcome:
            self._threads.pop(run.id, None)

    def _tell_of(self, run: str) -> None:
        self.tell(Streaming(run, self._threads.get(run)))


class WebChat:
    """Chat and Sight of bot.ports."""

    def __init__(self, board: Board, hub: Hub, now: Callable[[], datetime]) -> None:
        self._board = board
        self._hub = hub
        self._now = now
        self._opened: set[str] = set()

    async def post(self, place: str, card: Card, key: str) -> str:
        """Raises PlaceGone when `place` is none of this page's."""
        await _laid_out(card)
        run = key.partition("/")[0]
        return await self._add(place_of(place), key, render.PODIUM, card=card, run=run)

    async def edit(self, message: str, card: Card) -> None:
        await _laid_out(card)
        try:
            await self._board.change(message, card)
        except LookupError as error:
            raise PlaceGone(f"{message} is no message of this page.") from error
        self._hub.tell(Edited(message, card))

    async def room(self, message: str) -> None:
        """There always is: the page is Podium's own."""

    async def history(
        self, place: str, limit: int, since: datetime | None = None
    ) -> tuple[Said, ...]:
        where = place_of(place)
        lines = await self._board.said(where.channel_id, where.thread, limit)
        later = (line for line in lines if since is None or line.at > since)
        return tuple(Said(author=line.author, text=line.text, at=line.at) for line in later)

    async def readable(
        self, identities: frozenset[str], places: Collection[str]
    ) -> Collection[str]:
        """Sight of bot.ports: everything here is for everyone who was let in."""
        return places if _is_member(identities) else ()

    async def writable(self, identities: frozenset[str], place: str) -> bool:
        """Members post in every channel that there is."""
        try:
            channel = place_of(place).channel
        except PlaceGone:
            return False
        return _is_member(identities) and channel in await self.channels()

    async def say(self, where: Place, text: str, *, who: str, delivery: str) -> str:
        """Keep what a person wrote, once for each delivery."""
        if len(text) > _SLOW_TEXT:
            await asyncio.to_thread(prose, text)
        return await self._add(where, f"{who} {delivery}", who, text=text)

    async def lines(self, where: Place, limit: int, around: str = "") -> list[Line]:
        """The latest lines of a channel or a thread, or those around one of them, oldest first."""
        lines = await self._board.lines(where.channel_id, where.thread, limit, around)
        if sum(map(_size, lines)) > _SLOW_TEXT:
            await asyncio.to_thread(_lay_out, lines)
        return lines

    async def root(self, where: Place) -> Line | None:
        """The line that a thread answers; None when there is no such line."""
        limit = 100
        while True:
            lines = await self._board.lines(where.channel_id, limit=limit)
            if found := next((line for line in lines if line.id == where.thread), None):
                return found
            if len(lines) < limit:
                return None
            limit *= 10

    async def channels(self) -> list[str]:
        """All channels that hold a line, by name, and #general."""
        kept = await self._board.lines(WORKSPACE, limit=_MOST_CHANNELS)
        return sorted({GENERAL, *(line.text for line in kept)})

    async def _add(
        self,
        where: Place,
        key: str,
        author: str,
        *,
        text: str = "",
        card: Card | None = None,
        run: str = "",
    ) -> str:
        line = Line(
            id=where.message(key),
            place=where.channel_id,
            thread=where.thread,
            author=author,
            text=text,
            card=card,
            at=self._now(),
        )
        await self._open(where)
        if await self._board.add(line):
            self._hub.tell(Posted(line, run))
        return line.id

    async def _open(self, where: Place) -> None:
        """Note the channel as a line of the workspace, which is how channels are found again."""
        if where.channel in self._opened:
            return
        channel = Line(
            id=where.channel_id,
            place=WORKSPACE,
            author=render.PODIUM,
            text=where.channel,
            at=self._now(),
        )
        if await self._board.add(channel):
            self._hub.tell(Posted(channel))
        self._opened.add(where.channel)


def _is_member(identities: frozenset[str]) -> bool:
    return any(one.startswith(f"{WORKSPACE}:") for one in identities)


def _size(line: Line) -> int:
    return render.size(line.card) if line.card else len(line.text)


def _lay_out(lines: Sequence[Line]) -> None:
    """Fill what `render` and `prose` keep, so that showing these lines takes no time."""
    for line in lines:
        if line.card:
            render.card(line.card)
        else:
            prose(line.text)


async def _laid_out(card: Card) -> None:
    """Lay a long card out beside the loop; `render.card` keeps the result."""
    if render.size(card) > _SLOW_TEXT:
        await asyncio.to_thread(render.card, card)
