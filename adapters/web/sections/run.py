"""A run's page: what it needs, what it gave, who works on it, and all the evidence."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from nicegui import background_tasks, html

from adapters.web import render
from adapters.web.address import Address
from adapters.web.chat import Moved, Named, Streaming, Told
from adapters.web.elements.drafts import Drafts
from adapters.web.elements.graph import Graph
from adapters.web.elements.messages import Message, Streams
from adapters.web.elements.run import Calls, RunHead, Sheet, TimelineChart
from adapters.web.sections.section import Corner, Frame, away
from adapters.web.sections.soon import Soon
from adapters.web.views import sheets
from adapters.web.views.evidence import Evidence, evidence
from adapters.web.views.graph import states
from adapters.web.views.head import head
from adapters.web.visitor import Visitor
from bot.cards import Prose, Table
from bot.cards.run import gate_card, gate_text
from bot.ports import LogUnavailable
from bot.run.decide import Refused
from bot.run.events import Recorded
from bot.run.plan import plan
from bot.run.state import Gate, Run

log = logging.getLogger("podium.web")

_MISSING = (
    "There is no such run. Its address may be cut short or mistyped, or the run is where you "
    "cannot read: one in a private channel is seen by those in it, if the team file says who they "
    "are there and here."
)
_CALM_S = 0.15
_READ_AGAIN_S = 0.6


class RunPage:
    """Section."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._house = visitor.house
        self._frame = Frame("run", visitor)
        self._id = ""
        self._run: Run | None = None
        self._newer: Run | None = None  # what it became while it was being opened
        self._read_version = 0
        self._reading = False
        self._look_soon = Soon(self._look, _CALM_S)
        self._words_soon = Soon(self._look_at_words, _CALM_S)
        self._gates: dict[str, Message] = {}
        with self._frame.body:
            self._missing = html.div().classes("missing away")
            with self._missing:
                html.p(_MISSING)
                html.a("To all runs").props("href=/runs data-go")
            self._page = html.div().classes("run-page")
            with self._page:
                self._build()

    def _build(self) -> None:
        """The parts in the order in which they are read where there is one column."""
        self._head = RunHead(self._frame.pressed)
        with html.div().classes("run-columns"):
            with html.div().classes("run-main"):
                self._waiting = html.div().classes("gates")
                self._writing = html.section().classes("panel writing away")
                with self._writing.props('aria-label="Being written now"'):
                    html.h2("Being written now")
                    with html.div().classes("frame"):
                        self._streams = Streams()
                self._drafts = Drafts(self._house.names)
            with html.div().classes("run-side"):
                self._checklist = Sheet("Steps")
                with html.section().classes("panel").props('aria-label="Who works after whom"'):
                    html.h2("Playbook")
                    self._graph = Graph()
                self._timeline = TimelineChart()
                self._spending = Sheet("Cost")
            with html.div().classes("run-evidence"):
                self._decisions = Sheet("Decisions")
                self._brief = Sheet("The brief")
                self._calls = Calls()

    @property
    def spot(self) -> Corner:
        return self._frame.corner()

    # --- going somewhere --------------------------------------------------------------

    async def open(self, at: Address) -> str:
        run_id = at.rest[0] if at.rest else ""
        if run_id != self._id:
            self._forget()
            self._id = run_id
        try:
            records = await self._visitor.onlooker.history(run_id)
        except Refused:
            records = []
        except Exception:  # is told here, so that this must be seen
            if self._id == run_id and self._run is None:
                away(self._missing, True)
                away(self._page, True)
            self._frame.show("Run" if self._run is None else self._run.started.title)
            raise
        if self._id != run_id:
            return ""  # the person has gone on meanwhile
        # Beside the loop, since a run and its texts may be long.
        found, brief = await asyncio.to_thread(self._weigh, records)
        if self._id != run_id:
            return ""
        away(self._missing, found is not None)
        away(self._page, found is None)
        if found is None:
            return self._frame.show("No such run")
        newest = max(filter(None, (self._run, self._newer)), key=_version, default=found.run)
        self._run = found.run
        self._show(found.run)
        self._brief.show(brief)
        self._show_evidence(found)
        self._show_words()
        if newest.version > found.run.version:
            self._moved(newest)
        return self._frame.show(found.run.started.title)

    def _weigh(self, records: Sequence[Recorded]) -> tuple[Evidence | None, str]:
        """What the events say, and the brief; lays out what its gates ask, which is kept."""
        found = evidence(records, self._house.now(), self._house.names)
        if found is None:
            return None, ""
        for gate in found.run.gates.values():
            self._gate(found.run, gate)
        return found, sheets.brief(found.run, self._house.names)

    def leave(self) -> None:
        self._forget()
        self._frame.hide()

    def _forget(self) -> None:
        self._id, self._run, self._newer, self._read_version = "", None, None, 0
        self._look_soon.drop()
        self._words_soon.drop()
        for message in self._gates.values():
            message.delete()
        self._gates.clear()
        self._head.show(None)
        self._head.tell(None)
        self._drafts.clear()
        self._timeline.show(None)
        for sheet in (self._checklist, self._spending, self._decisions, self._brief):
            sheet.show("")

    # --- what the hub tells -------------------------------------------------------------

    def told(self, told: Told) -> None:
        match told:
            case Moved(run) if run.id == self._id:
                self._moved(run)
            case Streaming(run=run_id) if run_id == self._id:
                self._words_soon.ask()
            case Named() if self._run:
                self._read_version = 0
                self._look_soon.ask()
                background_tasks.create(self._show_brief(self._run), name="show a brief")
            case _:
                pass

    def _moved(self, run: Run) -> None:
        if self._run is None:
            self._newer = run
            return
        decided = run.gates.keys() != self._run.gates.keys()
        self._run = run
        if decided:  # what people wait for
            self._look_soon.ask_now()
        else:
            self._look_soon.ask()

    def _look(self) -> None:
        """Show what the run itself says now; what only its events say is read after it."""
        if self._run and not self._page.is_deleted:
            self._show(self._run)
            if not self._reading:
                background_tasks.create(self._read(), name="read a run")

    async def _read(self) -> None:
        """Read the events until all are shown, with a pause between, since it reads them all."""
        self._reading = True
        try:
            while self._run and self._read_version < self._run.version:
                records = await self._visitor.onlooker.history(self._id)
                now, names = self._house.now(), self._house.names
                found = await asyncio.to_thread(evidence, records, now, names)
                if self._page.is_deleted:
                    return
                if found and self._run and found.run.id == self._run.id:
                    self._show_evidence(found)
                await asyncio.sleep(_READ_AGAIN_S)
        except (LogUnavailable, Refused) as away:
            log.warning("run_unread run=%s why=%s", self._id, away)  # its next move tries again
        finally:
            self._reading = False

    # --- what is shown ----------------------------------------------------------------

    def _show(self, run: Run) -> None:
        names = self._house.names
        self._head.show(head(run, names))
        self._show_gates(run)
        self._drafts.show(run)
        self._checklist.show(sheets.checklist(run, self._house.reception.desk.team, names))
        self._graph.show(run.playbook, states(run), names)
        away(self._writing, not plan(run))

    def _show_evidence(self, found: Evidence) -> None:
        self._read_version = found.run.version
        self._timeline.show(found.timeline)
        self._spending.show(found.spending)
        self._decisions.show(found.decisions)
        self._calls.show(found.run.id, found.calls, found.run.version)

    async def _show_brief(self, run: Run) -> None:
        brief = await asyncio.to_thread(sheets.brief, run, self._house.names)
        if self._id == run.id and not self._page.is_deleted:
            self._brief.show(brief)

    def _look_at_words(self) -> None:
        background_tasks.create(self._show_words_if_seen(), name="show words")

    async def _show_words_if_seen(self) -> None:
        """Words come without a change of the run, by which it would be asked who may see it."""
        run = self._run
        if run and await self._visitor.onlooker.sees(run) and run.id == self._id:
            self._show_words()

    def _show_words(self) -> None:
        if not self._page.is_deleted:
            self._streams.show(self._house.hub.words_of(self._id))

    def _show_gates(self, run: Run) -> None:
        for gate_id in [one for one in self._gates if one not in run.gates]:
            self._gates.pop(gate_id).delete()
        for gate in run.gates.values():
            line = self._gate(run, gate)
            if (message := self._gates.get(gate.id)) is None:
                with self._waiting:
                    self._gates[gate.id] = Message(line, self._frame.pressed)
            else:
                message.show(line)

    def _gate(self, run: Run, gate: Gate) -> render.ShownLine:
        """The gate's card without what this page shows elsewhere: its draft, and the cost."""
        card = replace(gate_card(run, gate, self._house.reception.desk.team), footer="")
        if gate.kind == "review":
            kept = (block for block in card.blocks if not isinstance(block, Prose | Table))
            card = replace(card, title=gate_text(run, gate), blocks=tuple(kept))
        who, names = self._visitor.who, self._house.names
        return render.whisper([card], gate.opened_at, id=gate.id, viewer=who, names=names)


def _version(run: Run) -> int:
    return run.version
