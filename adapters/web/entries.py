"""Home's elements: the entries of what waits, the runs at work, the playbooks to delegate."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from adapters.web.needs import ShownNeed, ShownOffer, ShownWork

Heard = Callable[[object], Awaitable[None]]


def _arguments(handler: Heard) -> Callable[[GenericEventArguments], Awaitable[None]]:
    return lambda event: handler(event.args)


class Entries(Element, component="static/home.js"):
    """The list of what waits, its keys, and what is said when it is empty."""

    def __init__(self, on_more: Heard, on_try: Heard) -> None:
        super().__init__()
        self._props["order"] = []
        self._props["hidden"] = 0
        self._props["samples"] = None
        self.on("more", _arguments(on_more), args=[])
        self.on("try", _arguments(on_try))

    def show(self, order: Sequence[str], hidden: int) -> None:
        """The entries' ids in order, and how many more there are."""
        if self._props["order"] != order:
            self._props["order"] = [*order]
        if self._props["hidden"] != hidden:
            self._props["hidden"] = hidden

    def welcome(self, samples: Sequence[ShownOffer] | None) -> None:
        """Who never delegated is shown these to try; None for all others."""
        if self._props["samples"] != samples:
            self._props["samples"] = None if samples is None else [*samples]


class Entry(Element, component="static/entry.js", dependencies=["static/delivery.js"]):
    """An open gate, decided in place."""

    def __init__(self, need: ShownNeed, on_press: Heard, on_whole: Heard, on_close: Heard) -> None:
        super().__init__()
        self.need = need
        self.pressed = 0
        """How many presses are being dealt with: until then it is not taken away."""
        self._props["need"] = need
        self._props["whole"] = []
        self._props["over"] = False
        self.on("press", _arguments(on_press))
        self.on("whole", _arguments(on_whole), args=[])
        self.on("close", _arguments(on_close), args=[])

    @property
    def noted(self) -> bool:
        """Whether something is said here that its reader may not have read yet."""
        return bool(self._props.get("note"))

    def show(self, need: ShownNeed) -> None:
        if need != self.need:
            self.need = need
            self._props["need"] = need

    def show_whole(self, blocks: Sequence[str]) -> None:
        """What the entry left out is asked for: all of it as HTML."""
        self._props["whole"] = [*blocks]

    def tell(self, note: str | None) -> bool:
        """Say something beside the buttons to who pressed one; False if the entry is gone."""
        if not self.is_deleted:
            self._props["note"] = note
        return not self.is_deleted

    def answered(self, delivery: str) -> None:
        """The press is dealt with: the buttons can be used again."""
        self._props["answered"] = delivery

    def close(self) -> None:
        """It waits no longer, but what is said here has still to be read."""
        if not self._props["over"]:
            self._props["over"] = True


class Works(Element, component="static/works.js"):
    """The runs at work."""

    def __init__(self) -> None:
        super().__init__()
        self._props["works"] = []
        self._props["more"] = False

    def show(self, works: Sequence[ShownWork], more: bool) -> None:
        if self._props["works"] != works:
            self._props["works"] = [*works]
        if self._props["more"] != more:
            self._props["more"] = more


class Offers(Element, component="static/offers.js"):
    """The playbooks, each to be delegated."""

    def __init__(self, on_ask: Heard) -> None:
        super().__init__()
        self._props["offers"] = []
        self.on("ask", _arguments(on_ask))

    def show(self, offers: Sequence[ShownOffer]) -> None:
        if self._props["offers"] != offers:
            self._props["offers"] = [*offers]
