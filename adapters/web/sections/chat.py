"""The chat: a channel, and one of its threads beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from nicegui import background_tasks, html
from nicegui.elements.mixins.text_element import TextElement

from adapters.web import parse, render
from adapters.web.address import Address, run_path
from adapters.web.chat import (
    Edited,
    Moved,
    Named,
    Planned,
    Posted,
    Streaming,
    Told,
    Zoned,
)
from adapters.web.elements.part import Pressable
from adapters.web.invite import invitation
from adapters.web.places import WORKSPACE, Place, place_at, place_of
from adapters.web.sections.pane import Pane
from adapters.web.sections.section import away, menu_button
from adapters.web.sections.soon import Soon
from adapters.web.uploads import Lost
from adapters.web.visitor import Visitor
from bot.cards import Card
from bot.ports import Query
from bot.run.decide import Refused

_CALM_S = 0.15  # between two looks at what is being written
_COMPLETED = 1_000
_OFFERED = 20
_RUNS = 1_000
_NOT_THERE = "The message that this link leads to is not here: the link is broken."


class Chat:
    """Section of the chat."""

    def __init__(self, visitor: Visitor, site: str) -> None:
        """`site` is the address that invitations lead to."""
        self._visitor = visitor
        self._house = visitor.house
        self._site = site
        self._posted_lately: dict[str, str] = {}
        self._awaits_post_of = ""
        self._opens_when_posted = ""
        self._streams_soon = Soon(self._show_streams, _CALM_S)
        with html.div().classes("chat away") as self._root:
            with html.div().classes("pane channel"):
                with html.header():
                    menu_button()
                    self._heading = TextElement(tag="h1", text="")
                self._channel = self._pane()
            with html.aside().classes("pane thread").props('aria-label="Thread"'):
                with html.header():
                    self._thread_heading = TextElement(tag="h2", text="")
                    self._run_link = html.a("Open the run").classes("quiet").props("data-go")
                    self._close = html.a("Close").classes("quiet close").props("data-go")
                self._thread = self._pane()

    def _pane(self) -> Pane:
        return Pane(
            self._house.chat,
            self._house.names,
            self._visitor.who,
            now=self._house.now,
            on_press=self._pressed,
            on_send=self._sent,
            on_complete=self._complete,
        )

    @property
    def spot(self) -> "Bench":
        return Bench(self, self._channel, self._channel.place or place_at("/"))

    # --- going somewhere --------------------------------------------------------------

    async def open(self, at: Address) -> str:
        where = place_at(at.path)
        channel = Place(where.channel)
        sought = where.line(at.asked.get("at", ""))
        seen_in = self._thread if where.root else self._channel
        away(self._root, False)
        self._heading.text = where.channel
        self._close.props["href"] = channel.path
        self._root.classes(
            add="with-thread" if where.root else None, remove=None if where.root else "with-thread"
        )
        if self._channel.place != channel:
            await self._channel.show(channel, "" if where.root else sought)
        if not where.root:
            self._thread.leave()
        elif self._thread.place != where:
            if title := await self._thread.show(where, sought):
                self._thread_heading.text = render.harmless(title)
            await self._link_to_run(where)
            self._show_streams()
        if sought and not await seen_in.mark(sought):
            self._visitor.say(Bench(self, seen_in, where), _NOT_THERE, tone="warn")
        return where.channel

    async def _link_to_run(self, thread: Place) -> None:
        """Lead from a thread to the page of its run, the latest when it has several."""
        self._run_link.set_visibility(False)
        for place in (thread.channel_id, thread.id):
            runs = await self._house.reception.desk.find(Query(place=place, limit=_RUNS))
            for run in runs:
                if place_of(run.place).thread_of(run.run) == thread == self._thread.place:
                    self._run_link.props["href"] = run_path(run.run)
                    self._run_link.set_visibility(True)
                    return

    def leave(self) -> None:
        away(self._root, True)
        self._channel.leave()
        self._thread.leave()

    # --- what the hub tells -------------------------------------------------------------

    def told(self, told: Told) -> None:
        match told:
            case Posted():
                self._posted(told)
            case Edited():
                self._channel.edited(told)
                self._thread.edited(told)
            case Streaming(thread=thread):
                if thread == self._thread.place:
                    self._streams_soon.ask()
            case Moved() | Planned() | Zoned():
                pass  # its cards tell it here
            case Named():
                self._channel.named()
                self._thread.named()
            case _:
                assert_never(told)

    def _posted(self, told: Posted) -> None:
        line = told.line
        if line.place == WORKSPACE:
            return
        self._channel.posted(told)
        self._thread.posted(told)
        if not line.thread:
            self._posted_lately[line.id] = told.run
            if told.run and told.run == self._awaits_post_of:
                self._awaits_post_of = ""
                self._channel.reveal(line.id)
        if line.id == self._opens_when_posted:
            self._opens_when_posted = ""
            going = self._visitor.go(place_of(line.id).path)
            background_tasks.create(going, name="open a thread")

    def _show_streams(self) -> None:
        if place := self._thread.place:
            self._thread.stream(self._house.hub.words(place))

    # --- what this person does ----------------------------------------------------------

    async def _complete(self, pane: Pane, text: object) -> None:
        if isinstance(text, str):
            offers = self._house.reception.completions(text[:_COMPLETED])
            pane.composer.offer(text, [*offers[:_OFFERED], *parse.completions(text)])

    async def _sent(self, pane: Pane, raw: object) -> None:
        sent = parse.sent(raw)
        if sent is None or (place := pane.place) is None or not self._visitor.is_new(sent.delivery):
            return
        bench = Bench(self, pane, place)
        wrong = self._unfit(sent)
        if wrong or not await self._visitor.safely(bench, self._take(bench, sent)):
            pane.composer.settle(sent.delivery, render.harmless(wrong))
        else:
            pane.composer.settle(sent.delivery, None)

    def _unfit(self, sent: parse.Sent) -> str:
        """Why what was sent goes back to where it was typed; empty when it can be taken."""
        if len(sent.what) > parse.MAX_TYPED:
            return f"At most {parse.MAX_TYPED:,} characters fit; use a file."
        try:
            if sent.files:
                self._house.reception.files_for(sent.what)
            self._house.uploads.documents(self._visitor.who, sent.files)
        except (Refused, Lost) as error:
            return str(error)
        return ""

    async def _take(self, bench: "Bench", sent: parse.Sent) -> None:
        match parse.typed(sent.what):
            case None:
                pass
            case parse.Message(text):
                line = await self._house.chat.say(
                    bench.place, text, who=self._visitor.who, delivery=sent.delivery
                )
                await bench.pane.said(line)
            case parse.Invite(name):
                card = await invitation(
                    name,
                    who=self._visitor.who,
                    owner=self._house.owner,
                    members=self._house.members,
                    entrance=self._house.entrance,
                    site=self._site,
                    team=self._house.reception.desk.team,
                    playbooks=self._house.reception.intake.shelf.library.playbooks.values(),
                )
                bench.whisper([card])
            case parse.Command(text):
                await self._visitor.command(bench, text, sent.delivery, sent.files)

    async def _pressed(self, pane: Pane, what: Pressable, raw: object) -> None:
        if place := pane.place:
            await self._visitor.pressed(Bench(self, pane, place, what), what, raw)

    # --- what this person gets back ------------------------------------------------------

    def asking(self) -> None:
        """Something is asked for: what is posted from now on may be its answer."""
        self._posted_lately.clear()

    async def follow(self, run: str, thread: Place) -> None:
        """Show what a run that this person moved posts next; open its thread if it is new."""
        self._awaits_post_of = run
        for line in [line for line, of in self._posted_lately.items() if of == run]:
            self._awaits_post_of = ""
            self._channel.reveal(line)
        if thread.thread in self._posted_lately:
            await self._visitor.go(thread.path)
        else:
            self._opens_when_posted = thread.thread


@dataclass(frozen=True)
class Bench:
    """Spot of the chat: a pane, and what in it was pressed."""

    chat: Chat
    pane: Pane
    place: Place
    what: Pressable | None = None

    def begin(self) -> None:
        self.chat.asking()
        if self.what:
            self.what.tell(None)

    def note(self, html: str) -> bool:
        return self.what is not None and self.what.tell(html)

    def whisper(self, cards: Sequence[Card]) -> None:
        self.pane.whisper(cards)

    def renew(self, cards: Sequence[Card]) -> Sequence[Card]:
        return self.pane.renew(cards)

    async def moved(self, run: str, begun: bool) -> None:
        self.pane.moved(run, self.what)
        await self.chat.follow(run, self.place.thread_of(run))
