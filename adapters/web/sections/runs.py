"""Runs: all of them, found by a word, a state, a playbook, a person."""

from collections.abc import Sequence

from nicegui import html
from nicegui.elements.mixins.text_element import TextElement

from adapters.web.address import Address
from adapters.web.chat import Moved, Named, Told
from adapters.web.elements.runs import RunFilters, RunRows
from adapters.web.sections.section import Corner, Frame, away
from adapters.web.sections.soon import Soon
from adapters.web.views.runs_list import (
    Filters,
    belongs,
    controls,
    filters,
    nothing,
    query,
    row,
)
from adapters.web.visitor import Visitor
from bot.desk import summarize
from bot.ports import Query, Summary
from bot.run.state import Run

_PAGE = 50
_CALM_S = 0.3  # between two looks at what has moved
_LONGEST_ADDRESS = 2_000


class Runs:
    """Section of all runs. A row changes where it stands, so that nobody misses what they aim at;
    a run that was not there comes first.
    """

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._house = visitor.house
        self._chosen = Filters()
        self._seen = False
        self._openings = self._loading = 0
        self._moved: dict[str, Run] = {}
        self._soon = Soon(self._catch_up, _CALM_S)
        self._pages: list[RunRows] = []
        self._found: dict[str, Summary] = {}
        self._frame = Frame("runs", visitor)
        with self._frame.body:
            self._filters = RunFilters(self._filtered)
            self._list = html.div().classes("run-list")
            with html.div().classes("nothing away") as self._nothing:
                self._words = TextElement(tag="p", text="")
                self._clear = html.a("Clear the filters").props("href=/runs data-go")
                self._begin = html.a("See what can be delegated").props("href=/playbooks data-go")
            self._more = html.button("Show more").classes("more away").props("type=button")
            self._more.on("click", self._show_more, args=[])

    @property
    def spot(self) -> Corner:
        return self._frame.corner()

    async def open(self, at: Address) -> str:
        title = self._frame.show("Runs")
        self._seen = True
        self._chosen = filters(at.asked)
        self._filters.show(
            controls(
                self._chosen,
                who=self._visitor.who,
                playbooks=self._house.reception.intake.shelf.library.playbooks,
                people=self._house.people,
                names=self._house.names,
            )
        )
        self._openings += 1
        opening = self._openings
        self._loading += 1
        try:
            found = await self._find(_PAGE)
        finally:
            self._loading -= 1
        if opening == self._openings:
            self._forget()
            self._add(found)
        return title

    def leave(self) -> None:
        self._seen = False
        self._openings += 1
        self._soon.drop()
        self._moved.clear()
        self._forget()
        self._frame.hide()

    def told(self, told: Told) -> None:
        if self._seen and isinstance(told, Moved):
            self._moved[told.run.id] = told.run
            self._soon.ask()
        elif isinstance(told, Named):
            for one in self._found.values():
                self._put(one)

    # --- what is found -----------------------------------------------------------------

    def _query(self, limit: int) -> Query:
        return query(self._chosen, self._visitor.who, limit)

    async def _find(self, shown: int) -> list[Summary]:
        """The runs, with one more than are to be shown if there is one."""
        return await self._visitor.onlooker.find(self._query(shown + 1))

    def _forget(self) -> None:
        self._list.clear()
        self._pages = []
        self._found.clear()

    def _add(self, found: Sequence[Summary]) -> None:
        rows = [row(one, self._house.names) for one in found[:_PAGE]]
        self._found |= {one.run: one for one in found[:_PAGE]}
        with self._list:
            self._pages.append(RunRows(rows, first=not self._pages))
        away(self._more, len(found) <= _PAGE)
        self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        empty = not any(page.rows for page in self._pages)
        away(self._nothing, not empty)
        away(self._list, empty)
        if empty:
            self._words.text = nothing(self._chosen)
            away(self._clear, not self._chosen)
            away(self._begin, bool(self._chosen))

    async def _show_more(self) -> None:
        opening, pages = self._openings, len(self._pages)
        found = await self._find(sum(len(page.rows) for page in self._pages) + _PAGE)
        # It may be pressed twice, and is answered once.
        if (opening, pages) == (self._openings, len(self._pages)):
            shown = {one["run"] for page in self._pages for one in page.rows}
            self._add([one for one in found if one.run not in shown])

    async def _filtered(self, raw: object) -> None:
        """Go to the list that the filters ask for, and say that it is there."""
        match raw:
            case {"path": str(path), "number": int(number)} if len(path) < _LONGEST_ADDRESS:
                if self._seen and (path == "/runs" or path.startswith("/runs?")):
                    await self._visitor.safely(self.spot, self._visitor.go(path))
                self._filters.answered(number)
            case _:
                pass

    # --- what moves --------------------------------------------------------------------

    def _catch_up(self) -> None:
        if self._loading:  # what is found may be older than what has moved since
            self._soon.ask()
            return
        moved, self._moved = self._moved, {}
        if not self._pages:
            return
        asked = self._query(0)
        for run in moved.values():
            summary = summarize(run)
            if not belongs(summary, asked):
                self._found.pop(run.id, None)
                for page in self._pages:
                    page.drop(run.id)
                continue
            self._found[run.id] = summary
            if not self._put(summary):
                self._pages[0].put_first(row(summary, self._house.names))
        self._tell_if_empty()

    def _put(self, one: Summary) -> bool:
        """Show the run as it is now; False when it is not shown yet."""
        new = row(one, self._house.names)
        return any(page.put(new) for page in self._pages)
