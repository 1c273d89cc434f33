"""A section: one part of the page, seen by itself at addresses of its own."""

from collections.abc import Callable, Sequence
from typing import Protocol

from nicegui import html
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from adapters.web import render
from adapters.web.address import Address, run_path
from adapters.web.chat import Told
from adapters.web.elements.messages import Message
from adapters.web.elements.part import Pressable
from adapters.web.places import GENERAL, Place
from adapters.web.visitor import Spot, Visitor
from bot.cards import Card


class Section(Protocol):
    """Built once for each open page; it is seen between `open` and `leave`."""

    @property
    def spot(self) -> Spot:
        """Where things are asked for when nothing more exact is known."""
        ...

    async def open(self, at: Address) -> str:
        """Show what the address names, and gives its title."""
        ...

    def leave(self) -> None:
        """It is not seen any more: let go of what it shows."""
        ...

    def told(self, told: Told) -> None:
        """Something has happened; told whether or not the section is seen."""
        ...


class Frame:
    """What every section but the chat is drawn in: a heading, private answers, and the body."""

    def __init__(
        self, name: str, visitor: Visitor, *, corner: "type[Corner] | None" = None
    ) -> None:
        """`corner` is what kind of spot it has."""
        self._visitor = visitor
        self._answer: Message | None = None
        self._answers = 0
        self._corner = corner or Corner
        with html.div().classes(f"section {name} away") as self.root:
            with html.header():
                menu_button()
                self._heading = TextElement(tag="h1", text="")
            with html.div().classes("scroll").props("tabindex=-1"):
                self._private = html.div().classes("answers")
                self.body = html.div().classes("body")

    def show(self, title: str) -> str:
        """It is seen under this title."""
        self._heading.text = render.harmless(title)
        away(self.root, False)
        return title

    def hide(self) -> None:
        away(self.root, True)
        self.put_away()

    def answer(self, cards: Sequence[Card], into: Element | None = None) -> None:
        """Show something to this person alone, in place of what was shown so before.

        It stands above everything, or else in what it answers.
        """
        self.put_away()
        self._answers += 1
        who, now = self._visitor.who, self._visitor.house.now()
        names = self._visitor.house.names
        line = render.whisper(cards, now, id=f"answer {self._answers}", viewer=who, names=names)

        async def dismiss(_: object) -> None:
            self.put_away()

        async def pressed(what: Pressable, raw: object) -> None:
            await self._visitor.pressed(self.corner(what.tell, into), what, raw)

        with into or self._private:
            self._answer = Message(line, pressed, dismiss)

    def put_away(self) -> None:
        if self._answer and not self._answer.is_deleted:
            self._answer.delete()
        self._answer = None

    async def pressed(self, what: Pressable, raw: object) -> None:
        """A button of something in this section; what is said of it is said beside it."""
        await self._visitor.pressed(self.corner(what.tell), what, raw)

    def corner(
        self, tell: Callable[[str | None], bool] | None = None, into: Element | None = None
    ) -> "Corner":
        """A spot of this section; `tell` says something beside what is pressed there."""
        return self._corner(self, self._visitor, tell, into)


class Corner:
    """Spot of a section: what is begun from here has its thread in #general, and is gone to."""

    def __init__(
        self,
        frame: Frame,
        visitor: Visitor,
        tell: Callable[[str | None], bool] | None = None,
        into: Element | None = None,
    ) -> None:
        """`tell` says something beside what is pressed; answers are put `into` an element."""
        self._frame = frame
        self._visitor = visitor
        self._tell = tell
        self._into = into

    @property
    def place(self) -> Place:
        return Place(GENERAL)

    def begin(self) -> None:
        if self._tell:
            self._tell(None)

    def note(self, html: str) -> bool:
        return bool(self._tell) and self._tell(html)

    def whisper(self, cards: Sequence[Card]) -> None:
        self._frame.answer(cards, self._into)

    def renew(self, cards: Sequence[Card]) -> Sequence[Card]:
        return cards

    async def moved(self, run: str, begun: bool) -> None:
        self._frame.put_away()
        if begun:
            await self._visitor.go(run_path(run))


def menu_button() -> None:
    """Opens the side where the page is too narrow for it."""
    html.button("☰").classes("menu").props("type=button data-menu aria-label=Menu")


def away(element: Element, when: bool) -> None:
    """It is not seen while this holds."""
    element.classes(add="away" if when else None, remove=None if when else "away")
