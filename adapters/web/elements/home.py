"""Home's elements: the entries of what waits, the runs at work, the playbooks to delegate."""

from collections.abc import Sequence

from adapters.web.elements.part import PRESS, Heard, Part, Press, Pressable, arguments
from adapters.web.views.needs import ShownNeed, ShownOffer, ShownWork


class Entries(Part, component="../static/home.js"):
    """The list of what waits, its keys, and what is said when it is empty."""

    def __init__(self, on_more: Heard, on_try: Heard) -> None:
        super().__init__()
        self._props["order"] = []
        self._props["hidden"] = 0
        self._props["samples"] = None
        self.on("more", arguments(on_more), args=[])
        self.on("try", arguments(on_try))

    def show(self, order: Sequence[str], hidden: int) -> None:
        """The entries' ids in order, and how many more there are."""
        self._show(order=[*order], hidden=hidden)

    def welcome(self, samples: Sequence[ShownOffer] | None) -> None:
        """Who never delegated is shown these to try; None for all others."""
        self._show(samples=None if samples is None else [*samples])


class Entry(Pressable, component="../static/entry.js", dependencies=PRESS):
    """An open gate, decided in place."""

    def __init__(self, need: ShownNeed, on_press: Press, on_whole: Heard, on_close: Heard) -> None:
        super().__init__(on_press)
        self.pressed = 0
        """How many presses are being dealt with: until then it is not taken away."""
        self._props["need"] = need
        self._props["whole"] = []
        self._props["over"] = False
        self.on("whole", arguments(on_whole), args=[])
        self.on("close", arguments(on_close), args=[])

    @property
    def noted(self) -> bool:
        """Whether something is said here that its reader may not have read yet."""
        return bool(self._props.get("note"))

    def show(self, need: ShownNeed) -> None:
        self._show(need=need)

    def show_whole(self, blocks: Sequence[str]) -> None:
        """What the entry left out is asked for: all of it as HTML."""
        self._show(whole=[*blocks])

    def close(self) -> None:
        """It waits no longer, but what is said here has still to be read."""
        self._show(over=True)


class Works(Part, component="../static/works.js"):
    """The runs at work."""

    def __init__(self) -> None:
        super().__init__()
        self._props["works"] = []
        self._props["more"] = False

    def show(self, works: Sequence[ShownWork], more: bool) -> None:
        self._show(works=[*works], more=more)


class Offers(Part, component="../static/offers.js"):
    """The playbooks, each to be delegated."""

    def __init__(self, on_ask: Heard) -> None:
        super().__init__()
        self._props["offers"] = []
        self.on("ask", arguments(on_ask))

    def show(self, offers: Sequence[ShownOffer]) -> None:
        self._show(offers=[*offers])
