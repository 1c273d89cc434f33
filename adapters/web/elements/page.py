"""What every section shares: where one is, where one can go, and the form over the page."""

from collections.abc import Mapping, Sequence

from adapters.web.address import SectionName
from adapters.web.elements.part import BRING, Heard, Part, arguments
from adapters.web.forms import ShownForm
from adapters.web.guard import MAX_UPLOAD
from adapters.web.places import Place
from adapters.web.uploads import ShownFile
from bot.playbook.inputs import MAX_LONG

_SECTIONS = (
    ("Home", "/", "home"),
    ("Runs", "/runs", "runs"),
    ("Schedules", "/schedules", "schedules"),
    ("Playbooks", "/playbooks", "playbooks"),
    ("Health", "/health", "health"),
)


class Navigator(Part, component="../static/navigator.js", dependencies=BRING):
    """Keeps the browser's address and title; tells when a person goes somewhere, or is out,
    and what zone the browser's clock is in.
    """

    def __init__(self, path: str, owner: str, on_go: Heard, on_zone: Heard) -> None:
        super().__init__()
        self._props["path"] = path
        self._props["owner"] = owner
        self.on("go", arguments(on_go))
        self.on("zone", arguments(on_zone))

    def show(self, path: str, title: str) -> None:
        self._show(title=title, path=path)


class Side(Part, component="../static/side.js"):
    """Where one can go, and the button that delegates from anywhere."""

    def __init__(self, you: str, on_ask: Heard) -> None:
        super().__init__()
        self._channels: list[str] = []
        self._unread: set[str] = set()
        self._props["you"] = you
        self._props["sections"] = [list(section) for section in _SECTIONS]
        self._props["needs"] = 0
        self.on("ask", arguments(on_ask))

    def channels(self, names: Sequence[str]) -> None:
        self._channels = sorted({*names, *self._channels})
        self._show(channels=[[name, Place(name).path] for name in self._channels])

    def add(self, channel: str) -> None:
        self.channels([channel])

    def show(self, section: SectionName, channel: str) -> None:
        """What is seen: a section, and in the chat a channel, whose news are seen with it."""
        self._show(section="runs" if section == "run" else section, here=channel)
        if channel:
            self.add(channel)
            self._unread.discard(channel)
            self._show(unread=sorted(self._unread))

    def is_new(self, channel: str) -> None:
        """There is something new in a channel, which matters where it is not seen."""
        if channel not in self._unread and channel != self._props.get("here"):
            self._unread.add(channel)
            self._show(unread=sorted(self._unread))

    def needs(self, count: int) -> None:
        """How many gates wait for this person."""
        self._show(needs=count)


class Dialog(Part, component="../static/form.js", dependencies=BRING):
    """A form over the page."""

    def __init__(self, owner: str, on_submit: Heard, on_close: Heard) -> None:
        super().__init__()
        self._opened = 0
        self._props["owner"] = owner
        self._props["most"] = MAX_LONG
        self._props["largest"] = MAX_UPLOAD
        self._props["errors"] = {}
        self.on("submit", arguments(on_submit))
        self.on("close", arguments(on_close), args=[])

    def open(self, form: ShownForm, files: Mapping[str, Sequence[ShownFile]]) -> None:
        """Open the form with what it says itself, and `files` by the names of its fields."""
        self._opened += 1
        self._props["brought"] = {name: list(held) for name, held in files.items()}
        self._props["errors"] = {}
        self._props["form"] = form
        self._props["opened"] = str(self._opened)

    def refuse(self, form: ShownForm | None, errors: Mapping[str, str]) -> None:
        """Show what is wrong with what was sent; what was typed stays."""
        self._props["errors"] = dict(errors)
        if form:
            self._props["form"] = form

    def close(self) -> None:
        self._opened += 1
        self._props["form"] = None
        self._props["opened"] = str(self._opened)

    def answered(self, delivery: str) -> None:
        self._show(answered=delivery)
