"""The elements of a run's page; each is sent anew only when what it shows has changed."""

from collections.abc import Awaitable, Callable

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from adapters.web.views.head import Head
from adapters.web.views.timeline import Timeline

Heard = Callable[[object], Awaitable[None]]


class _Part(Element):
    def _show(self, **shown: object) -> None:
        for name, value in shown.items():
            if self._props.get(name) != value:
                self._props[name] = value


class RunHead(_Part, component="static/standing.js", dependencies=["static/delivery.js"]):
    """How a run stands, and what can be done with the whole of it."""

    def __init__(self, on_press: Heard) -> None:
        super().__init__()

        async def press(event: GenericEventArguments) -> None:
            await on_press(event.args)

        self.on("press", press)

    def show(self, head: Head | None) -> None:
        self._show(head=head)

    def tell(self, note: str | None) -> bool:
        """Say something beside the button to who pressed it; False if the head is gone."""
        if not self.is_deleted:
            self._show(note=note)
        return not self.is_deleted

    def answered(self, delivery: str) -> None:
        """The press is dealt with: the button can be used again."""
        self._show(answered=delivery)


class Sheet(_Part, component="static/sheet.js"):
    """A part of the page under a heading; it is not seen while it has nothing to show."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._props["heading"] = heading
        self._props["html"] = ""

    def show(self, html: str) -> None:
        """Show HTML in which all that others wrote is escaped."""
        self._show(html=html)


class TimelineChart(_Part, component="static/timeline.js"):
    """Who worked when on what."""

    def __init__(self) -> None:
        super().__init__()
        self._props["timeline"] = None

    def show(self, timeline: Timeline | None) -> None:
        self._show(timeline=timeline)


class Calls(_Part, component="static/calls.js"):
    """Every prompt and answer, fetched when somebody opens them."""

    def __init__(self) -> None:
        super().__init__()
        self._props["count"] = 0

    def show(self, run: str, count: int, version: int) -> None:
        """The run has made so many calls; what was fetched before its version is old."""
        self._show(run=run, count=count, version=version)
