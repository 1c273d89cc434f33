"""What every element of the page is made of."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from nicegui.element import Element
from nicegui.events import GenericEventArguments

_STATIC = "../static"
DELIVERY: list[str | Path] = [f"{_STATIC}/delivery.js"]
"""What components that send something once are built on."""
PRESS: list[str | Path] = [*DELIVERY, f"{_STATIC}/press.js"]
"""What components with buttons are built on."""
BRING: list[str | Path] = [*DELIVERY, f"{_STATIC}/bring.js"]
"""What components that take files are built on."""

Heard = Callable[[object], Awaitable[None]]
"""Takes what a browser tells, which may be anything."""


def arguments(handler: Heard) -> Callable[[GenericEventArguments], Awaitable[None]]:
    return lambda event: handler(event.args)


class Part(Element):
    """An element that is sent anew only when what it shows has changed."""

    def _show(self, **shown: object) -> None:
        for name, value in shown.items():
            if self._props.get(name) != value:
                self._props[name] = value


Press = Callable[["Pressable", object], Awaitable[None]]
"""Takes what was pressed, and what the browser tells of it."""


class Pressable(Part):
    """An element with buttons; its component says what was pressed, once for each delivery."""

    def __init__(self, on_press: Press) -> None:
        super().__init__()
        self.on("press", lambda event: on_press(self, event.args))

    def tell(self, note: str | None) -> bool:
        """Say something beside the buttons to who pressed one; False if they are gone."""
        if not self.is_deleted:
            self._show(note=note)
        return not self.is_deleted

    def answered(self, delivery: str) -> None:
        """The press is dealt with: the buttons, if they are still there, can be used again."""
        if not self.is_deleted:
            self._show(answered=delivery)
