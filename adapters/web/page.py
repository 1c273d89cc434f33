"""The page: one open view of one member, and what they do in it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from nicegui import Client, background_tasks, html, ui
from nicegui.elements.mixins.text_element import TextElement

from adapters.web import parse, render
from adapters.web.chat import Edited, Hub, Posted, Streaming, Told, WebChat
from adapters.web.elements import Dialog, Message, Navigator, Side
from adapters.web.entrance import Entrance
from adapters.web.invite import invitation, with_invite
from adapters.web.pane import Pane
from adapters.web.places import WORKSPACE, Place, place_at, place_of
from adapters.web.uploads import Lost, Uploads
from bot.cards import Card, Form, Reply, Tone, Words
from bot.policy import called
from bot.ports import Member, Members
from bot.reception import Reception

log = logging.getLogger("podium.web")

_CALM_S = 0.15  # between two looks at what is being written
_SHORT = 120
_COMPLETED = 1_000
_OFFERED = 20
_BROKEN = "Something went wrong on Podium’s side. Nothing that was decided is lost: try again."


@dataclass(frozen=True, kw_only=True)
class House:
    """What every view of the page is built on."""

    chat: WebChat
    hub: Hub
    reception: Reception
    members: Members
    entrance: Entrance
    uploads: Uploads
    owner: Member
    now: Callable[[], datetime]
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Everyone's name by their id; known to all views as soon as somebody new is seen."""


class View:
    """Everything that one open page shows; what happens elsewhere is told to it by the hub."""

    def __init__(self, house: House, client: Client, who: str) -> None:
        self._house = house
        self._client = client
        self._who = who
        self._posted_lately: dict[str, str] = {}
        self._awaits_post_of = ""
        self._opens_when_posted = ""
        self._form_from: tuple[Pane, Place, Message | None] | None = None
        self._stream_timer: asyncio.TimerHandle | None = None

    async def build(self, path: str) -> None:
        """Make the page as it is to be seen at an address."""
        where = place_at(path)
        everyone = await self._house.members.all()
        self._house.names.update({person.id: person.name for person in everyone})
        self._navigator = Navigator(where.path, self._go)
        self._dialog = Dialog(self._who, self._submitted, self._closed)
        with html.div().classes("desk") as self._desk:
            self._side = Side(self._house.names.get(self._who) or called(self._who), self._asked)
            with html.main().classes("pane channel"):
                with html.header():
                    menu = html.button("☰").classes("menu")
                    menu.props("type=button data-menu aria-label=Menu")
                    self._heading = TextElement(tag="h1", text="")
                self._channel = self._pane()
            with html.aside().classes("pane thread").props('aria-label="Thread"'):
                with html.header():
                    self._thread_heading = TextElement(tag="h2", text="")
                    self._close = html.a("Close").classes("quiet").props("data-go")
                self._thread = self._pane()
        self._client.on_delete(self._house.hub.join(self._told))
        self._side.channels(await self._house.chat.channels())
        await self._open(where)

    def _pane(self) -> Pane:
        return Pane(
            self._house.chat,
            self._house.names,
            self._who,
            on_press=self._pressed,
            on_send=self._sent,
            on_complete=self._complete,
        )

    # --- going somewhere --------------------------------------------------------------

    async def _go(self, path: object) -> None:
        where = place_at(path if isinstance(path, str) else "/")
        await self._safely(self._channel, self._open(where))

    async def _open(self, where: Place) -> None:
        channel = Place(where.channel)
        self._side.show(where.channel)
        self._heading.text = where.channel
        self._close.props["href"] = channel.path
        self._navigator.show(where.path, f"{where.channel} · Podium")
        self._desk.classes(
            add="with-thread" if where.root else None, remove=None if where.root else "with-thread"
        )
        if self._channel.place != channel:
            await self._channel.show(channel)
        if not where.root:
            self._thread.leave()
        elif self._thread.place != where:
            if title := await self._thread.show(where):
                self._thread_heading.text = render.harmless(title)
            self._show_streams()

    # --- what the hub tells -------------------------------------------------------------

    def _told(self, told: Told) -> None:
        match told:
            case Posted():
                self._posted(told)
            case Edited():
                self._channel.edited(told)
                self._thread.edited(told)
            case Streaming(thread):
                if thread == self._thread.place and self._stream_timer is None:
                    loop = asyncio.get_running_loop()
                    self._stream_timer = loop.call_later(_CALM_S, self._show_streams)
            case _:
                assert_never(told)

    def _posted(self, told: Posted) -> None:
        line = told.line
        if line.place == WORKSPACE:
            self._side.add(line.text)
            return
        self._channel.posted(told)
        self._thread.posted(told)
        where = place_of(line.id)
        if Place(where.channel) != self._channel.place:
            self._side.is_new(where.channel)
        if not line.thread:
            self._posted_lately[line.id] = told.run
            if told.run and told.run == self._awaits_post_of:
                self._awaits_post_of = ""
                self._channel.reveal(line.id)
        if line.id == self._opens_when_posted:
            self._opens_when_posted = ""
            background_tasks.create(self._open(where), name="open a thread")

    def _show_streams(self) -> None:
        self._stream_timer = None
        if place := self._thread.place:
            self._thread.stream(self._house.hub.words(place))

    # --- what this person does ----------------------------------------------------------

    async def _asked(self, line: object) -> None:
        """A command from the side, as if it were typed into the channel."""
        if isinstance(line, str) and (channel := self._channel.place):
            await self._go(channel.path)
            await self._safely(self._channel, self._command(self._channel, channel, line, ""))

    async def _complete(self, pane: Pane, text: object) -> None:
        if isinstance(text, str):
            offers = self._house.reception.completions(text[:_COMPLETED])
            pane.composer.offer(text, [*offers[:_OFFERED], *parse.completions(text)])

    async def _sent(self, pane: Pane, raw: object) -> None:
        sent = parse.sent(raw)
        if sent is None or (place := pane.place) is None:
            return
        done = await self._safely(pane, self._take(pane, place, sent))
        pane.composer.answered(sent.delivery, kept=done)

    async def _take(self, pane: Pane, place: Place, sent: parse.Sent) -> None:
        match parse.typed(sent.what):
            case None:
                pass
            case parse.Message(text) | parse.Command(text) if len(text) > parse.MAX_TYPED:
                self._whisper(pane, f"At most {parse.MAX_TYPED:,} characters fit; use a file.")
            case parse.Message(text):
                line = await self._house.chat.say(
                    place, text, who=self._who, delivery=sent.delivery
                )
                pane.reveal(line)
            case parse.Invite(name):
                site = str(self._client.request.base_url).rstrip("/")
                card = await invitation(
                    name,
                    who=self._who,
                    owner=self._house.owner,
                    members=self._house.members,
                    entrance=self._house.entrance,
                    site=site,
                    team=self._house.reception.desk.team,
                    playbooks=self._house.reception.intake.shelf.library.playbooks.values(),
                )
                pane.whisper([card], self._house.now())
            case parse.Command(text):
                await self._command(pane, place, text, sent.delivery)

    async def _command(self, pane: Pane, place: Place, line: str, delivery: str) -> None:
        self._posted_lately.clear()
        reply = await self._house.reception.typed(
            line, who=self._who, place=place.id, delivery=self._own(delivery)
        )
        await self._show(reply, pane, place)

    async def _pressed(self, pane: Pane, message: Message, raw: object) -> None:
        sent = parse.sent(raw)
        if sent is None or (place := pane.place) is None:
            return
        message.note(None)
        await self._safely(pane, self._press(pane, place, message, sent))
        message.answered(sent.delivery)

    async def _press(self, pane: Pane, place: Place, message: Message, sent: parse.Sent) -> None:
        self._posted_lately.clear()
        reply = await self._house.reception.pressed(
            sent.what, who=self._who, place=place.id, delivery=self._own(sent.delivery)
        )
        await self._show(reply, pane, place, message)

    async def _submitted(self, raw: object) -> None:
        filled = parse.filled(raw)
        if filled is None:
            return
        # A form that outlived its page does not know any more where it was opened.
        pane, place, message = self._form_from or (self._channel, self._channel.place, None)
        if place:
            await self._safely(pane, self._submit(filled, pane, place, message))
        self._dialog.answered(filled.delivery)

    async def _submit(
        self, filled: parse.Filled, pane: Pane, place: Place, message: Message | None
    ) -> None:
        try:
            files = {
                name: self._house.uploads.documents(self._who, ids)
                for name, ids in filled.files.items()
            }
        except Lost as lost:
            self._dialog.refuse(None, {name: str(lost) for name in filled.files})
            return
        self._posted_lately.clear()
        reply = await self._house.reception.submitted(
            filled.action,
            filled.values,
            files=files,
            who=self._who,
            place=place.id,
            delivery=self._own(filled.delivery),
        )
        if reply.form and reply.form.action == filled.action:
            self._dialog.refuse(self._form(reply.form), {})
        else:
            self._dialog.close()
            await self._show(reply, pane, place, message)

    async def _closed(self, _: object) -> None:
        self._form_from = None

    def _own(self, delivery: str) -> str:
        """The delivery's id among those of everyone; empty when there was none."""
        return f"{self._who} {delivery}" if delivery else ""

    async def _safely(self, pane: Pane, work: Awaitable[None]) -> bool:
        """Do it; what fails is logged and told to the person."""
        try:
            await work
        except Exception:  # the page's edge: nobody is left without an answer
            log.exception("page_failed who=%s", self._who)
            self._whisper(pane, _BROKEN, tone="bad")
            return False
        return True

    # --- what this person gets back ------------------------------------------------------

    async def _show(
        self, reply: Reply, pane: Pane, place: Place, message: Message | None = None
    ) -> None:
        """Show a reply to this person alone, beside what they pressed where there is such."""
        cards: list[Card] = []
        if reply.form:
            self._form_from = (pane, place, message)
            self._dialog.open(self._form(reply.form))
        if note := render.note(reply):
            if reply.tone == "good" and len(reply.notice) <= _SHORT and not reply.cards:
                if not reply.run:  # else its thread opens, which says as much
                    self._toast(reply.notice)
            elif message and not message.is_deleted:
                message.note(note)
            else:
                blocks = (Words(reply.notice, reply.tone), *([reply.stamp] if reply.stamp else []))
                cards = [Card(key="", title="", blocks=blocks)]
        cards += [with_invite(card) for card in reply.cards]
        if cards:
            pane.whisper(cards, self._house.now())
        if reply.run and not reply.form:
            pane.moved(reply.run, message)
            await self._follow(reply.run, place.thread_of(reply.run))

    async def _follow(self, run: str, thread: Place) -> None:
        """Show what a run that this person moved posts next; open its thread if it is new."""
        self._awaits_post_of = run
        for line in [line for line, of in self._posted_lately.items() if of == run]:
            self._awaits_post_of = ""
            self._channel.reveal(line)
        if thread.thread in self._posted_lately:
            await self._open(thread)
        else:
            self._opens_when_posted = thread.thread

    def _form(self, form: Form) -> render.ShownForm:
        today = self._house.now().date()
        return render.form(form, people=self._house.names, viewer=self._who, today=today)

    def _whisper(self, pane: Pane, text: str, *, tone: Tone = "plain") -> None:
        card = Card(key="", title="", blocks=(Words(text, tone),))
        pane.whisper([card], self._house.now())

    def _toast(self, text: str) -> None:
        with self._client:
            ui.notify(render.harmless(text), position="top", timeout=4000, classes="toast")
