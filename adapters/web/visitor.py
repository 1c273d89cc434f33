"""The visitor: what one member asks for at an open page, and how they are answered."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from nicegui import Client, ui

from adapters.web import forms, parse, render
from adapters.web.chat import Planned
from adapters.web.elements.page import Dialog
from adapters.web.elements.part import Pressable
from adapters.web.house import House
from adapters.web.invite import with_invite
from adapters.web.places import Place
from adapters.web.uploads import Lost, ShownFile
from bot.cards import Card, Form, Prose, Reply, Tone, Words
from bot.ports import LogUnavailable

log = logging.getLogger("podium.web")

_SHORT = 120
_AWAY = (
    "Podium’s database does not answer. Nothing that was decided is lost: try again in a moment."
)
_BROKEN = "Something went wrong on Podium’s side. Nothing that was decided is lost: try again."


Files = Mapping[str, Sequence[ShownFile]]
NO_FILES: Files = {}


class Spot(Protocol):
    """Where on the page something is asked for, and answered."""

    @property
    def place(self) -> Place:
        """Where a run that is begun from here has its thread."""
        ...

    def begin(self) -> None:
        """Something is asked for here now: what was said before is over."""
        ...

    def note(self, html: str) -> bool:
        """Say something beside what was pressed; False when there is no such place."""
        ...

    def whisper(self, cards: Sequence[Card]) -> None:
        """Show something to this person alone."""
        ...

    def renew(self, cards: Sequence[Card]) -> Sequence[Card]:
        """Show those of the cards anew that are shown here already, and give the others."""
        ...

    async def moved(self, run: str, begun: bool) -> None:
        """This person began the run from here, or moved it."""
        ...


class Visitor:
    """Hands what a person does in to the reception, and shows them the reply where they asked."""

    def __init__(
        self,
        house: House,
        client: Client,
        who: str,
        *,
        here: Callable[[], Spot],
        go: Callable[[str], Awaitable[None]],
    ) -> None:
        """`here` is where the person is, for what outlived the place it was opened from;
        `go` leads them to an address of the page.
        """
        self.house = house
        self.who = who
        self.onlooker = house.reception.onlooker(who)
        self.go = go
        self._client = client
        self._here = here
        self._form_from: Spot | None = None
        self._heard: set[str] = set()
        self._dialog = Dialog(who, self._submitted, self._closed)

    async def command(
        self, spot: Spot, line: str, delivery: str = "", files: Sequence[str] = ()
    ) -> None:
        """What a typed line gives; `files` are the ids of those that came with it.

        Raises Lost, and Refused for files that nothing takes.
        """
        spot.begin()
        into = self.house.reception.files_for(line) if files else ""
        documents = self.house.uploads.documents(self.who, files)
        reply = await self.house.reception.typed(
            line,
            files={into: documents} if into else {},
            who=self.who,
            place=spot.place.id,
            delivery=self._own(delivery),
        )
        brought = {into: self.house.uploads.shown(self.who, files)} if into else {}
        await self._show(reply, spot, begun=True, files=brought)
        self._planned(line.lstrip("/"))

    async def press(self, spot: Spot, action: str, delivery: str = "") -> None:
        """What a button of a card gives."""
        spot.begin()
        reply = await self.house.reception.pressed(
            action, who=self.who, place=spot.place.id, delivery=self._own(delivery)
        )
        await self._show(reply, spot, begun=action.startswith("try:"))
        self._planned(action)

    async def pressed(self, spot: Spot, what: Pressable, raw: object) -> None:
        """What a button gives, as a browser tells it."""
        if (sent := parse.sent(raw)) and self.is_new(sent.delivery):
            await self.safely(spot, self.press(spot, sent.what, sent.delivery))
            what.answered(sent.delivery)

    def is_new(self, delivery: str) -> bool:
        """Whether it comes for the first time: a page sends again what was not confirmed to it."""
        new = delivery not in self._heard
        self._heard.add(delivery)
        return new

    async def safely(self, spot: Spot | None, work: Awaitable[None]) -> bool:
        """Do it; what fails is logged and told to the person, without a spot wherever they are."""
        try:
            await work
        except LogUnavailable as away:
            log.warning("page_failed who=%s why=%s", self.who, away)
            self.say(spot or self._here(), _AWAY, tone="bad")
            return False
        except Exception:  # the page's edge: nobody is left without an answer
            log.exception("page_failed who=%s", self.who)
            self.say(spot or self._here(), _BROKEN, tone="bad")
            return False
        return True

    def say(self, spot: Spot, text: str, *, tone: Tone = "plain") -> None:
        """Tell this person something of the page's own."""
        spot.whisper([Card(key="", title="", blocks=(Words(text, tone),))])

    def toast(self, text: str) -> None:
        """Say something good that needs no answer."""
        with self._client:
            ui.notify(render.harmless(text), position="top", timeout=4000, classes="toast")

    # --- forms ------------------------------------------------------------------------

    async def _submitted(self, raw: object) -> None:
        if (filled := parse.filled(raw)) and self.is_new(filled.delivery):
            spot = self._form_from or self._here()
            await self.safely(spot, self._submit(filled, spot))
            self._dialog.answered(filled.delivery)

    async def _submit(self, filled: parse.Filled, spot: Spot) -> None:
        try:
            files = {
                name: self.house.uploads.documents(self.who, ids)
                for name, ids in filled.files.items()
            }
        except Lost as lost:
            self._dialog.refuse(None, {name: str(lost) for name in filled.files})
            return
        spot.begin()
        reply = await self.house.reception.submitted(
            filled.action,
            filled.values,
            files=files,
            who=self.who,
            place=spot.place.id,
            delivery=self._own(filled.delivery),
        )
        if reply.form and reply.form.action == filled.action:
            self._dialog.refuse(await self._form(reply.form), {})
        else:
            self._dialog.close()
            reply = replace(reply, cards=(*reply.cards, *_unheard(reply, filled)))
            await self._show(reply, spot, begun=filled.action.startswith("start:"))
            self._planned(filled.action)

    def _planned(self, asked: str) -> None:
        """Let open pages look again after something was asked about schedules."""
        if asked.startswith("schedule"):
            self.house.hub.tell(Planned())

    async def _closed(self, _: object) -> None:
        self._form_from = None

    async def _form(self, form: Form) -> forms.ShownForm:
        return forms.form(
            form,
            people=self.house.people,
            channels=await self.house.chat.channels(),
            viewer=self.who,
            today=self.house.now().date(),
        )

    # --- answers ----------------------------------------------------------------------

    async def _show(
        self, reply: Reply, spot: Spot, *, begun: bool, files: Files = NO_FILES
    ) -> None:
        """Show a reply to this person alone, beside what they pressed where there is such.

        `begun` says whether a run that it names is a new one; `files` stand in a form from the
        start.
        """
        reply = replace(reply, cards=tuple(spot.renew(reply.cards)))
        cards: list[Card] = []
        if reply.form:
            self._form_from = spot
            self._dialog.open(await self._form(reply.form), files)
        if note := render.note(reply, self.house.names):
            if reply.tone == "good" and len(reply.notice) <= _SHORT and not reply.cards:
                if not reply.run:  # else what it moved is shown, which says as much
                    self.toast(reply.notice)
            elif (reply.tone == "good" and reply.cards) or not spot.note(note):
                blocks = (Words(reply.notice, reply.tone), *([reply.stamp] if reply.stamp else []))
                cards = [Card(key="", title="", blocks=blocks)]
        cards += [with_invite(card) for card in reply.cards]
        if cards:
            spot.whisper(cards)
        if reply.run and not reply.form:
            await spot.moved(reply.run, begun)

    def _own(self, delivery: str) -> str:
        """The delivery's id among those of everyone; empty when there was none."""
        return f"{self.who} {delivery}" if delivery else ""


def _unheard(reply: Reply, filled: parse.Filled) -> Iterator[Card]:
    """What was typed into a form that came too late, so that it can be said elsewhere."""
    texts = [value for value in filled.values.values() if isinstance(value, str) and value.strip()]
    if reply.tone == "warn" and texts:
        yield Card(key="", title="What you wrote", blocks=(Prose("\n\n".join(texts)),))
