"""The elements of a place: its messages, what is being written there, and where people type."""

from collections.abc import Sequence

from adapters.web import parse, render
from adapters.web.elements.part import BRING, PRESS, Heard, Part, Press, Pressable, arguments
from adapters.web.guard import MAX_UPLOAD
from bot.commands import Offer

_TAIL = 600
"""Characters of a text being written that are shown."""
_SETTLED = 20
"""Lines whose fate a browser is told together: it may have missed some of the times before."""


class Feed(Part, component="../static/feed.js"):
    """The messages of a place."""

    def __init__(self, on_earlier: Heard, on_newest: Heard) -> None:
        super().__init__()
        self._turns = 0
        self.on("earlier", arguments(on_earlier), args=[])
        self.on("newest", arguments(on_newest), args=[])

    def show(self, place: str, name: str) -> None:
        self._show(place=place, name=name)

    def reveal(self, line: str) -> None:
        """Scroll to a line that is shown or about to be, wherever its reader is."""
        self._turns += 1
        # One text, since an object would be another one whenever the element is sent anew.
        self._props["sought"] = f"{self._turns} {line}"

    def point_out(self, line: str) -> None:
        """Scroll to a line that a link led to, and mark it for a moment."""
        self._turns += 1
        self._props["marked"] = f"{self._turns} {line}"

    def later(self, later: bool) -> None:
        """Say whether there are later messages than those shown."""
        self._show(later=later)

    def more(self, more: bool) -> None:
        """Say whether there are earlier messages than those shown."""
        self._show(more=more)


class Message(Pressable, component="../static/message.js", dependencies=PRESS):
    """A line; a secret one is seen by one person alone and can be put away."""

    def __init__(
        self, line: render.ShownLine, on_press: Press, on_dismiss: Heard | None = None
    ) -> None:
        super().__init__(on_press)
        self.line = line
        self._props["line"] = line
        self._props["secret"] = on_dismiss is not None
        if on_dismiss:
            self.on("dismiss", arguments(on_dismiss), args=[])

    def show(self, line: render.ShownLine) -> None:
        self.line = line
        self._show(line=line)


class Streams(Part, component="../static/words.js"):
    """What specialists are writing just now: the last lines of each."""

    def __init__(self) -> None:
        super().__init__()
        self._props["words"] = []

    def show(self, words: Sequence[tuple[str, str]]) -> None:
        """Show the texts so far under their labels."""
        self._show(words=[[label, render.tail(text, _TAIL)] for label, text in words if text])


class Composer(Part, component="../static/composer.js", dependencies=BRING):
    """Where people type, and hand files over."""

    def __init__(self, owner: str, on_send: Heard, on_complete: Heard) -> None:
        super().__init__()
        self._props["owner"] = owner
        self._props["label"] = ""
        self._props["most"] = parse.MAX_TYPED
        self._props["largest"] = MAX_UPLOAD
        self._props["offers"] = {"text": "", "items": []}
        self._props["settled"] = []
        self.on("send", arguments(on_send))
        self.on("complete", arguments(on_complete))

    def show(self, place: str, label: str) -> None:
        self._show(label=label, place=place)

    def offer(self, text: str, offers: Sequence[Offer]) -> None:
        """What the text so far could become."""
        items = [[one.line, one.shown, one.about] for one in offers]
        self._show(offers={"text": text, "items": items})

    def settle(self, delivery: str, refusal: str | None) -> None:
        """What was sent has arrived, or comes back with what is wrong with it."""
        self._show(settled=[*self._props["settled"], [delivery, refusal]][-_SETTLED:])
