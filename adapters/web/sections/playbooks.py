"""Playbooks: the gallery, and the page of each."""

from nicegui import background_tasks, html
from nicegui.elements.mixins.text_element import TextElement

from adapters.web import render
from adapters.web.address import Address
from adapters.web.chat import Moved, Named, Told
from adapters.web.elements.graph import Graph
from adapters.web.elements.playbooks import Latest, PlaybookCard, Problems, Whole
from adapters.web.sections.section import Corner, Frame
from adapters.web.sections.soon import Soon
from adapters.web.views import gallery, playbook
from adapters.web.views.runs_list import row
from adapters.web.visitor import Visitor
from bot.playbook.files import Unreadable, read_text
from bot.playbook.library import Library
from bot.playbook.model import Playbook
from bot.playbook.wording import hint
from bot.ports import Query

_CALM_S = 0.5
_LATEST = 8
_NONE = (
    "There are no playbooks yet. A playbook is a YAML file in the playbooks folder; write one, "
    "and it is here when you come back."
)


class Playbooks:
    """Section."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._house = visitor.house
        self._frame = Frame("playbooks", visitor)
        self._shown: Playbook | None = None
        self._latest: Latest | None = None
        self._latest_soon = Soon(self._look_again, _CALM_S)

    @property
    def spot(self) -> Corner:
        return self._frame.corner()

    async def open(self, at: Address) -> str:
        name = at.rest[0] if at.rest else ""
        title = self._frame.show(name or "Playbooks")
        self._clear()
        library = self._house.reception.intake.shelf.library
        with self._frame.body:
            if not name:
                self._gallery(library)
            elif found := library.playbooks.get(name):
                self._shown = found
                self._whole(found, library)
                await self._show_latest()
            else:
                self._unknown(name, library)
        return title

    def leave(self) -> None:
        self._frame.hide()
        self._clear()

    def told(self, told: Told) -> None:
        shown = self._shown
        moved = isinstance(told, Moved) and shown and told.run.playbook.name == shown.name
        if moved or isinstance(told, Named):
            self._latest_soon.ask()

    # --- what is seen -------------------------------------------------------------------

    def _clear(self) -> None:
        self._frame.body.clear()
        self._shown = self._latest = None
        self._latest_soon.drop()

    def _gallery(self, library: Library) -> None:
        files = gallery.files(library.problems, self._read)
        if broken := [file for file in files if file["broken"]]:
            Problems(broken, links=True)
        if not library.playbooks:
            TextElement(tag="p", text=_NONE).classes("muted")
        with html.div().classes("gallery"):
            for name, card in zip(library.playbooks, gallery.cards(library), strict=True):
                with PlaybookCard(card, self._frame.pressed):
                    Graph(small=True).show(library.playbooks[name], {}, self._house.names)
        if odd := [file for file in files if not file["broken"]]:
            Problems(odd, links=True)

    def _whole(self, found: Playbook, library: Library) -> None:
        with PlaybookCard(gallery.card(found, library), self._frame.pressed, alone=True):
            Graph().show(found, {}, self._house.names)
        self._problems(found.name, library)
        source = self._read(f"{found.name}.yaml") or ""
        with Whole(playbook.whole(found, library, source, self._house.names)):
            self._latest = Latest()

    def _unknown(self, name: str, library: Library) -> None:
        if not self._problems(name, library):
            words = f'There is no playbook "{name}"{hint(name, library.playbooks) or "."}'
            TextElement(tag="p", text=render.harmless(words))
        html.a("All playbooks").props('href="/playbooks" data-go')

    def _problems(self, name: str, library: Library) -> bool:
        found = gallery.of_playbook(library.problems, name)
        if found:
            Problems(gallery.files(found, self._read), links=False)
        return bool(found)

    def _read(self, file: str) -> str | None:
        folder = self._house.reception.intake.shelf.folder
        try:
            return read_text(folder / file, folder)
        except Unreadable:
            return None

    # --- its latest runs -----------------------------------------------------------------

    def _look_again(self) -> None:
        background_tasks.create(self._show_latest(), name="latest runs")

    async def _show_latest(self) -> None:
        shown, latest = self._shown, self._latest
        if shown and latest:
            query = Query(playbook=shown.name, limit=_LATEST)
            found = await self._visitor.onlooker.find(query)
            if latest is self._latest:
                latest.show([row(one, self._house.names) for one in found])
