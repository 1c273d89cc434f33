"""The page's own elements: each is a Vue component under static/, fed through its props."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from adapters.web import parse, render
from adapters.web.address import SectionName
from adapters.web.guard import MAX_UPLOAD
from adapters.web.places import Place
from adapters.web.uploads import ShownFile
from bot.commands import Offer
from bot.playbook.inputs import MAX_LONG

_SHARED: list[str | Path] = ["static/delivery.js"]
_BRINGS: list[str | Path] = [*_SHARED, "static/bring.js"]
_SECTIONS = (
    ("Home", "/", "home"),
    ("Runs", "/runs", "runs"),
    ("Playbooks", "/playbooks", "playbooks"),
    ("Health", "/health", "health"),
)

Heard = Callable[[object], Awaitable[None]]


def _arguments(handler: Heard) -> Callable[[GenericEventArguments], Awaitable[None]]:
    return lambda event: handler(event.args)


class Navigator(Element, component="static/navigator.js", dependencies=_BRINGS):
    """Keeps the browser's address and title; tells when a person goes somewhere, or is out."""

    def __init__(self, path: str, owner: str, on_go: Heard) -> None:
        super().__init__()
        self._props["path"] = path
        self._props["owner"] = owner
        self.on("go", _arguments(on_go))

    def show(self, path: str, title: str) -> None:
        self._props["title"] = title
        self._props["path"] = path


class Side(Element, component="static/side.js"):
    """Where one can go, and the button that delegates from anywhere."""

    def __init__(self, you: str, on_ask: Heard) -> None:
        super().__init__()
        self._channels: list[str] = []
        self._unread: set[str] = set()
        self._props["you"] = you
        self._props["sections"] = [list(section) for section in _SECTIONS]
        self._props["needs"] = 0
        self.on("ask", _arguments(on_ask))

    def channels(self, names: Sequence[str]) -> None:
        self._channels = sorted({*names, *self._channels})
        self._props["channels"] = [[name, Place(name).path] for name in self._channels]

    def add(self, channel: str) -> None:
        self.channels([channel])

    def show(self, section: SectionName, channel: str) -> None:
        """What is seen: a section, and in the chat a channel, whose news are seen with it."""
        self._props["section"] = "runs" if section == "run" else section
        self._props["here"] = channel
        if channel:
            self.add(channel)
            self._unread.discard(channel)
            self._props["unread"] = sorted(self._unread)

    def is_new(self, channel: str) -> None:
        """There is something new in a channel, which matters where it is not seen."""
        if channel not in self._unread and channel != self._props.get("here"):
            self._unread.add(channel)
            self._props["unread"] = sorted(self._unread)

    def needs(self, count: int) -> None:
        """How many gates wait for this person."""
        if self._props["needs"] != count:
            self._props["needs"] = count


class Feed(Element, component="static/feed.js"):
    """The messages of a place."""

    def __init__(self, on_earlier: Heard, on_newest: Heard) -> None:
        super().__init__()
        self._turns = 0
        self.on("earlier", _arguments(on_earlier), args=[])
        self.on("newest", _arguments(on_newest), args=[])

    def show(self, place: str, name: str) -> None:
        self._props["place"] = place
        self._props["name"] = name

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
        self._props["later"] = later

    def more(self, more: bool) -> None:
        """Say whether there are earlier messages than those shown."""
        self._props["more"] = more


class Message(Element, component="static/message.js", dependencies=_SHARED):
    """A line; a secret one is seen by one person alone and can be put away."""

    def __init__(
        self, line: render.ShownLine, on_press: Heard, on_dismiss: Heard | None = None
    ) -> None:
        super().__init__()
        self.line = line
        self._props["line"] = line
        self._props["secret"] = on_dismiss is not None
        self.on("press", _arguments(on_press))
        if on_dismiss:
            self.on("dismiss", _arguments(on_dismiss), args=[])

    def show(self, line: render.ShownLine) -> None:
        self.line = line
        self._props["line"] = line

    def tell(self, note: str | None) -> bool:
        """Say something beside the buttons to who pressed one; False if the message is gone."""
        if not self.is_deleted:
            self._props["note"] = note
        return not self.is_deleted

    def answered(self, delivery: str) -> None:
        """The press is dealt with: its buttons, if they are still there, can be used again."""
        if not self.is_deleted:
            self._props["answered"] = delivery


class Streams(Element, component="static/words.js"):
    """What specialists are writing just now."""

    def __init__(self) -> None:
        super().__init__()
        self._props["words"] = []

    def show(self, words: Sequence[tuple[str, str]]) -> None:
        self._props["words"] = [list(pair) for pair in words]


class Composer(Element, component="static/composer.js", dependencies=_BRINGS):
    """Where people type, and hand files over."""

    def __init__(self, owner: str, on_send: Heard, on_complete: Heard) -> None:
        super().__init__()
        self._props["owner"] = owner
        self._props["label"] = ""
        self._props["most"] = parse.MAX_TYPED
        self._props["largest"] = MAX_UPLOAD
        self._props["offers"] = {"text": "", "items": []}
        self.on("send", _arguments(on_send))
        self.on("complete", _arguments(on_complete))

    def show(self, place: str, label: str) -> None:
        self._props["label"] = label
        self._props["place"] = place

    def offer(self, text: str, offers: Sequence[Offer]) -> None:
        """What the text so far could become."""
        items = [[one.line, one.shown, one.about] for one in offers]
        self._props["offers"] = {"text": text, "items": items}

    def answered(self, delivery: str) -> None:
        """What was sent has arrived."""
        self._props["answered"] = delivery

    def refuse(self, delivery: str, words: str) -> None:
        """What was sent comes back, with what is wrong with it."""
        self._props["refusal"] = words
        self._props["returned"] = delivery


class Dialog(Element, component="static/form.js", dependencies=_BRINGS):
    """A form over the page."""

    def __init__(self, owner: str, on_submit: Heard, on_close: Heard) -> None:
        super().__init__()
        self._opened = 0
        self._props["owner"] = owner
        self._props["most"] = MAX_LONG
        self._props["largest"] = MAX_UPLOAD
        self._props["errors"] = {}
        self.on("submit", _arguments(on_submit))
        self.on("close", _arguments(on_close), args=[])

    def open(self, form: render.ShownForm, files: Mapping[str, Sequence[ShownFile]]) -> None:
        """Open the form with what it says itself, and `files` by the names of its fields."""
        self._opened += 1
        self._props["brought"] = {name: list(held) for name, held in files.items()}
        self._props["errors"] = {}
        self._props["form"] = form
        self._props["opened"] = str(self._opened)

    def refuse(self, form: render.ShownForm | None, errors: Mapping[str, str]) -> None:
        """Show what is wrong with what was sent; what was typed stays."""
        self._props["errors"] = dict(errors)
        if form:
            self._props["form"] = form

    def close(self) -> None:
        self._opened += 1
        self._props["form"] = None
        self._props["opened"] = str(self._opened)

    def answered(self, delivery: str) -> None:
        self._props["answered"] = delivery
