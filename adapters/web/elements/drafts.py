"""The element that shows a run's drafts."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Self, TypeVar

from nicegui import background_tasks
from nicegui.events import GenericEventArguments

from adapters.web.elements.part import Part
from adapters.web.views import choices
from adapters.web.views import drafts as view
from bot.run.state import Draft, Run

T = TypeVar("T")

_SLOW_TEXT = 1_000
"""Characters of Markdown from which laying out can take so long that others would notice."""


class Drafts(Part, component="../static/drafts.js"):
    """The drafts of one run: each to read, what changed in it, and what was weighed for it."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` are everyone's by their ids."""
        super().__init__()
        self._names = names
        self._run: Run | None = None
        self._picked: Draft | None = None
        self.clear()
        self.on("pick", self._on_pick)
        self.on("compare", self._on_compare)
        self.on("weigh", self._on_weigh)

    def show(self, run: Run) -> None:
        """Show a run as it is now; a draft that is being read stays, the newest gives way."""
        before = self._run
        if before is None or before.id != run.id:
            self.clear()
            before = None
        self._run = run
        self._show(drafts=view.drafts(run, self._names))
        reads_newest = before is None or self._picked in (None, *before.drafts[-1:])
        if reads_newest and run.drafts and self._picked != run.drafts[-1]:
            self._pick(run.drafts[-1])
        elif before is None or before.steps != run.steps:
            self._weigh()

    def clear(self) -> Self:
        """Show nothing."""
        self._run = self._picked = None
        self._show(drafts=[])
        self._show(open=None)
        self._forget()
        return super().clear()

    def _forget(self) -> None:
        """What was asked for of another draft."""
        self._show(changes=None)
        self._show(choices=[])
        self._show(texts={})

    def _pick(self, draft: Draft) -> None:
        self._picked = draft
        self._forget()
        self._weigh()
        background_tasks.create(self._read(draft), name="read a draft")

    def _weigh(self) -> None:
        found = choices.choices(self._run, self._picked) if self._run else []
        if found != self._props["choices"]:
            self._show(texts={})
        self._show(choices=found)

    # --- what takes time ----------------------------------------------------------------

    async def _read(self, draft: Draft) -> None:
        if run := self._run:
            shown = await _beside(lambda: view.read(run, draft), len(view.markdown(draft)))
            if self._picked == draft and not self.is_deleted:
                self._show(open=shown)

    async def _on_pick(self, event: GenericEventArguments) -> None:
        if (draft := self._draft(event.args)) and draft != self._picked:
            self._pick(draft)

    async def _on_compare(self, event: GenericEventArguments) -> None:
        draft, before = self._draft(event.args), self._draft(event.args, back=1)
        if draft is None or before is None or draft != self._picked:
            return
        size = len(view.markdown(draft)) + len(view.markdown(before))
        changes = await _beside(lambda: view.changed(before, draft), size)
        if draft == self._picked and not self.is_deleted:
            self._show(changes=changes)

    async def _on_weigh(self, event: GenericEventArguments) -> None:
        run, key = self._run, event.args
        if run is None or not isinstance(key, str):
            return
        texts = await asyncio.to_thread(choices.alternatives, run, key)
        if self._run and self._run.steps == run.steps and not self.is_deleted:
            self._show(texts={**self._props["texts"], key: texts})

    def _draft(self, number: object, back: int = 0) -> Draft | None:
        drafts = self._run.drafts if self._run else ()
        wanted = number - back if isinstance(number, int) else 0
        return next((draft for draft in drafts if draft.number == wanted), None)


async def _beside(work: Callable[[], T], size: int) -> T:
    """What the work gives; beside the loop when it may take long."""
    return await asyncio.to_thread(work) if size > _SLOW_TEXT else work()
