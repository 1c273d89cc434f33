"""Threads: keeps what stands in chat true to the runs, calmly."""

import asyncio
import hashlib
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress

from pydantic import TypeAdapter

from bot.cards import Card
from bot.cards.gone import gone_card
from bot.cards.run import cards
from bot.desk import Desk
from bot.live import Changed, Live, News
from bot.places import chat_of
from bot.ports import Chat, PlaceGone, Shown, Views
from bot.run.state import Run

log = logging.getLogger("podium.threads")

_CARD = TypeAdapter(Card)
CALM_S = 1.5  # between two edits of a checklist
AGAIN_S = 5.0  # after a platform failed


class Threads:
    """Posts what is new and edits what changed, run by run, in the order of the thread.

    What people wait for goes out at once; the checklist of a run at work when its platform has room
    for it, at most every `calm_s`, and always as it then is.
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
        self._open = True
        self._dirty: dict[str, asyncio.Event] = {}
        self._jobs: dict[str, asyncio.Task[None]] = {}
        live.listen(self._heard)

    async def recover(self) -> None:
        """Show what was appended and not shown before the process ended."""
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
                    run = await self._desk.load(run_id)
                    await self._show(run, shown)
                    await self._progress(run, shown)
                except PlaceGone as gone:
                    log.warning("place_gone run=%s why=%s", run_id, gone)
                    run = await self._desk.load(run_id)
                    await self._elsewhere(run, str(gone))
                    await self._views.record(run_id, run.version)
                    return
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

    async def _show(self, run: Run, shown: dict[str, Shown]) -> None:
        """One pass over the thread, which leaves a checklist that moves to `_progress`."""
        moving = self._checklist(run, shown)
        for card in cards(run, self._desk.team):
            if not _stands(card, shown) and card != moving:
                await self._put(run, card, shown)
        if moving is None:
            await self._views.record(run.id, run.version)
            self._doubtful.discard(run.id)

    async def _progress(self, run: Run, shown: dict[str, Shown]) -> None:
        """Show how far it is as soon as there is room, and let what comes then gather a while.

        `run` is as it was shown last.
        """
        if not self._checklist(run, shown):
            return
        room = chat_of(self._chats, run.started.place).room(shown["root"].message)
        if not await self._undisturbed(run, room):
            return
        if card := self._checklist(await self._desk.load(run.id), shown):
            await self._put(run, card, shown)
        await self._undisturbed(run, asyncio.sleep(self._calm_s))

    def _checklist(self, run: Run, shown: Mapping[str, Shown]) -> Card | None:
        """The checklist of a run at work, where it stands as it was before."""
        root = next(iter(cards(run, self._desk.team)))
        moves = run.outcome is None and root.key in shown and not _stands(root, shown)
        return root if moves else None

    async def _undisturbed(self, run: Run, wait: Coroutine[None, None, None]) -> bool:
        """Wait, unless there is more for people to see than in `run`; whether the wait is over.

        Either way there may be something new to show.
        """
        dirty, before = self._dirty[run.id], _urgent(run)
        waited = asyncio.create_task(wait)
        try:
            while not waited.done() and _urgent(await self._desk.load(run.id)) == before:
                news = asyncio.create_task(dirty.wait())
                try:
                    await asyncio.wait({waited, news}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                dirty.clear()
            dirty.set()
            if done := waited.done():
                await waited
            return done
        finally:
            waited.cancel()

    async def _put(self, run: Run, card: Card, shown: dict[str, Shown]) -> None:
        """Post a card, or edit it where it stands, and remember that."""
        place = run.started.place
        chat = chat_of(self._chats, place)
        if known := shown.get(card.key):
            message = await self._edit(chat, run.id, known.message, card)
        else:
            where = shown["root"].message if "root" in shown else place
            message = await chat.post(where, card, f"{run.id}/{card.key}")
            if run.id in self._doubtful:
                # It may have stood there since before a crash, with older words.
                await self._edit(chat, run.id, message, card)
        shown[card.key] = Shown(key=card.key, message=message, digest=_digest(card))
        await self._views.record(run.id, 0, [shown[card.key]])

    async def _edit(self, chat: Chat, run_id: str, message: str, card: Card) -> str:
        """A message that somebody deleted stays away, and holds no other up."""
        try:
            await chat.edit(message, card)
        except PlaceGone as gone:
            log.warning("message_gone run=%s card=%s why=%s", run_id, card.key, gone)
        return message


def _digest(card: Card) -> str:
    return hashlib.blake2b(_CARD.dump_json(card), digest_size=12).hexdigest()


def _stands(card: Card, shown: Mapping[str, Shown]) -> bool:
    """Whether it is shown just so."""
    return card.key in shown and shown[card.key].digest == _digest(card)


def _urgent(run: Run) -> object:
    """What people wait for: when it changes, progress gives way."""
    return (tuple(run.gates), len(run.taken), run.outcome, len(run.drafts))
