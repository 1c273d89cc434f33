"""Threads: keeps what stands in chat true to the runs, calmly."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from contextlib import suppress

from pydantic import TypeAdapter

from bot.cards import Card
from bot.cards.gone import gone_card
from bot.cards.run import cards
from bot.desk import Desk
from bot.live import Changed, Live, News
from bot.places import chat_of
from bot.ports import Chat, PlaceGone, Query, Shown, Views
from bot.run.state import Run

log = logging.getLogger("podium.threads")

_CARD = TypeAdapter(Card)
CALM_S = 1.0  # between two edits of a checklist
AGAIN_S = 5.0  # after a platform failed
_LATELY = 50


class Threads:
    """Posts what is new and edits what changed, run by run, in the order of the thread.

    A card whose buttons or text changed goes out at once; a checklist at most every `calm_s`.
    """

    def __init__(
        self,
        *,
        desk: Desk,
        live: Live,
        views: Views,
        chats: Mapping[str, Chat],
        calm_s: float = CALM_S,
        again_s: float = AGAIN_S,
    ) -> None:
        self._desk = desk
        self._views = views
        self._chats = chats
        self._calm_s = calm_s
        self._again_s = again_s
        self._doubtful: set[str] = set()
        self._cut_short: set[str] = set()
        self._open = True
        self._dirty: dict[str, asyncio.Event] = {}
        self._jobs: dict[str, asyncio.Task[None]] = {}
        live.listen(self._heard)

    async def recover(self) -> None:
        """Show what was appended and not shown before the process ended.

        A platform that edits calmly may have kept the latest checklists back: they go out again.
        """
        latest = await self._desk.find(Query(limit=_LATELY))
        self._cut_short = {run.run for run in latest if not run.outcome}
        for run in self._cut_short:
            self._mark(run)
        for run in await self._views.behind():
            self._doubtful.add(run)
            self._mark(run)

    async def close(self) -> None:
        """Stop showing; what is behind then is shown at the next start."""
        self._open = False
        jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def quiet(self) -> None:
        """Wait until everything known so far is shown."""
        while self._jobs:
            await asyncio.gather(*self._jobs.values(), return_exceptions=True)

    def _heard(self, news: News) -> None:
        if isinstance(news, Changed):
            self._mark(news.run.id)

    def _mark(self, run: str) -> None:
        if not self._open:
            return
        self._dirty.setdefault(run, asyncio.Event()).set()
        if run not in self._jobs:
            self._jobs[run] = asyncio.create_task(self._follow(run), name=f"thread {run}")

    async def _follow(self, run_id: str) -> None:
        """Show one run until there is nothing new about it."""
        shown: dict[str, Shown] = {}
        try:
            shown = dict(await self._views.shown(run_id))
            while self._dirty[run_id].is_set():
                self._dirty[run_id].clear()
                try:
                    calm = await self._show(await self._desk.load(run_id), shown)
                except PlaceGone as gone:
                    log.warning("place_gone run=%s why=%s", run_id, gone)
                    run = await self._desk.load(run_id)
                    await self._elsewhere(run, str(gone))
                    await self._views.record(run_id, run.version)
                    return
                if calm:
                    await self._pause(run_id, self._calm_s)
        except Exception:
            log.exception("thread_failed run=%s again_s=%s", run_id, self._again_s)
            self._doubtful.add(run_id)
            await asyncio.sleep(self._again_s)
            self._dirty[run_id].set()
        finally:
            self._jobs.pop(run_id, None)
            if self._dirty[run_id].is_set():
                self._mark(run_id)
            else:
                del self._dirty[run_id]

    async def _elsewhere(self, run: Run, why: str) -> None:
        """Tell the requester in private, once, and once more when the run is over."""
        card, place = gone_card(run, why), run.started.requester
        with suppress(PlaceGone):
            await chat_of(self._chats, place).post(place, card, f"{run.id}/{card.key}")

    async def _pause(self, run_id: str, seconds: float) -> None:
        """Let progress gather; a decision or a new gate ends the pause."""
        dirty, before = self._dirty[run_id], _urgent(await self._desk.load(run_id))
        gathered = False
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while _urgent(await self._desk.load(run_id)) == before:
                    await dirty.wait()
                    dirty.clear()
                    gathered = True
        if gathered:
            dirty.set()

    async def _show(self, run: Run, shown: dict[str, Shown]) -> bool:
        """One pass over the thread; True when the next may wait a moment."""
        place = run.started.place
        chat = chat_of(self._chats, place)
        for card in cards(run, self._desk.team):
            digest = hashlib.blake2b(_CARD.dump_json(card), digest_size=12).hexdigest()
            known = shown.get(card.key)
            late = card.key == "root" and run.id in self._cut_short
            if known and known.digest == digest and not late:
                continue
            self._cut_short.discard(run.id)
            if known:
                message = await self._edit(chat, run.id, known.message, card)
            else:
                where = shown["root"].message if "root" in shown else place
                message = await chat.post(where, card, f"{run.id}/{card.key}")
                if run.id in self._doubtful:
                    # It may have stood there since before a crash, with older words.
                    await self._edit(chat, run.id, message, card)
            shown[card.key] = Shown(key=card.key, message=message, digest=digest)
            await self._views.record(run.id, 0, [shown[card.key]])
        await self._views.record(run.id, run.version)
        self._doubtful.discard(run.id)
        return run.outcome is None

    async def _edit(self, chat: Chat, run_id: str, message: str, card: Card) -> str:
        """A message that somebody deleted stays away, and holds no other up."""
        try:
            await chat.edit(message, card)
        except PlaceGone as gone:
            log.warning("message_gone run=%s card=%s why=%s", run_id, card.key, gone)
        return message


def _urgent(run: Run) -> object:
    """What people wait for: when it changes, progress gives way."""
    return (tuple(run.gates), len(run.taken), run.outcome, len(run.drafts))
