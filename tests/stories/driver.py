"""What the stories ask of a platform: one person at one screen, and what they see there.

A platform of Podium has a Seat of its own; the stories are written once, against this.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

Where = Literal["channel", "thread", "private"]
Value = str | bool | Sequence[str]
Upload = tuple[str, bytes]
T = TypeVar("T")

PATIENCE_S = 20.0


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message or card on the screen; `text` is everything it says, `id` is the platform's own."""

    id: str
    where: Where
    by: str
    title: str
    text: str
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeenField:
    kind: str
    value: Value | None
    error: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeenForm:
    """An open form; its fields by their labels, in order."""

    title: str
    about: str
    fields: Mapping[str, SeenField]

    @property
    def errors(self) -> dict[str, str]:
        return {label: field.error for label, field in self.fields.items() if field.error}


@dataclass(frozen=True, kw_only=True)
class Screen:
    """Everything one person sees at a moment, oldest first."""

    messages: tuple[Seen, ...] = ()
    form: SeenForm | None = None
    notices: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    writing: str = ""
    """Words as they stream in."""

    def all(self, *words: str, where: Where | None = None, button: str = "") -> list[Seen]:
        """The messages that say all the words and offer the button."""
        return [
            seen
            for seen in self.messages
            if all(word in f"{seen.title}\n{seen.text}" for word in words)
            and where in (None, seen.where)
            and (not button or button in seen.buttons)
        ]

    def find(self, *words: str, where: Where | None = None, button: str = "") -> Seen | None:
        """The latest such message."""
        return next(reversed(self.all(*words, where=where, button=button)), None)


class Seat(Protocol):
    """One person at one screen of a platform."""

    async def screen(self) -> Screen: ...

    async def until(self, look: Callable[[Screen], T | None]) -> T:
        """What `look` finds as soon as the screen shows it. Raises AssertionError in the end."""
        ...

    async def type(self, text: str, *, thread: bool = False, times: int = 1) -> None:
        """Type a line and send it, in the channel or in the thread that is open.

        `times` is how often the platform delivers it, here and with a press.
        """
        ...

    async def press(self, seen: Seen, label: str, *, times: int = 1) -> None:
        """Press a button, also one that was seen and is gone by now."""
        ...

    async def fill(
        self, values: Mapping[str, Value], files: Mapping[str, Sequence[Upload]] | None = None
    ) -> None:
        """Fill in fields of the open form, by their labels, and send it."""
        ...

    async def open(self, seen: Seen) -> None:
        """Open the thread under a message of the channel."""
        ...

    async def go(self, channel: str) -> None: ...

    async def leave(self) -> None: ...


class House(Protocol):
    """A Podium that is served, and the people who come to it."""

    async def seat(self, name: str) -> Seat:
        """A person of that name at a screen of their own."""
        ...

    async def kill(self) -> None:
        """kill -9, at whatever it is doing."""
        ...

    async def start(self) -> None:
        """Start again on the same data; everyone finds the way back by themselves."""
        ...


async def sees(
    seat: Seat, *words: str, button: str = "", where: Where | None = None, no_button: bool = False
) -> Seen:
    """The latest message that says all the words, as soon as it is on the screen."""

    def look(screen: Screen) -> Seen | None:
        found = screen.find(*words, button=button, where=where)
        return None if found and no_button and found.buttons else found

    return await seat.until(look)


async def delegates(seat: Seat, line: str, title: str) -> Seen:
    """Delegate with one line; gives the run's first card, in the thread that opens."""
    await seat.type(f"/delegate {line}")
    return await sees(seat, title, where="thread")
