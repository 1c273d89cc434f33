"""Health: what is connected, what is missing, and how to mend it."""

from nicegui import ui

from adapters.web.address import Address
from adapters.web.chat import Told
from adapters.web.elements.health import Conditions
from adapters.web.sections.section import Corner, Frame
from adapters.web.views.health import health
from adapters.web.visitor import Visitor

_EVERY_S = 5.0


class Health:
    """Section; while it is seen, it looks again and again."""

    def __init__(self, visitor: Visitor) -> None:
        self._house = visitor.house
        self._frame = Frame("health", visitor)
        with self._frame.body:
            self._conditions = Conditions()
            self._timer = ui.timer(_EVERY_S, self._look, active=False, immediate=False)

    @property
    def spot(self) -> Corner:
        return self._frame.corner()

    async def open(self, at: Address) -> str:
        title = self._frame.show("Health")
        await self._look()
        self._timer.activate()
        return title

    def leave(self) -> None:
        self._timer.deactivate()
        self._frame.hide()

    def told(self, told: Told) -> None:
        pass  # nothing that happens in runs is told here

    async def _look(self) -> None:
        self._conditions.show(health(await self._house.health()))
