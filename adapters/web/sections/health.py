"""Health."""

from adapters.web.address import Address
from adapters.web.chat import Told
from adapters.web.sections.section import Corner, Frame
from adapters.web.visitor import Visitor


class Health:
    """Section."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._frame = Frame("health", visitor)

    @property
    def spot(self) -> Corner:
        return self._frame.corner()

    async def open(self, at: Address) -> str:
        return self._frame.show("Health")

    def leave(self) -> None:
        self._frame.hide()

    def told(self, told: Told) -> None:
        pass
