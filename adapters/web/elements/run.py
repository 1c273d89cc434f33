"""The elements of a run's page."""

from adapters.web.elements.part import PRESS, Part, Pressable
from adapters.web.views.head import Head
from adapters.web.views.timeline import Timeline


class RunHead(Pressable, component="../static/standing.js", dependencies=PRESS):
    """How a run stands, and what can be done with the whole of it."""

    def show(self, head: Head | None) -> None:
        self._show(head=head)


class Sheet(Part, component="../static/sheet.js"):
    """A part of the page under a heading; it is not seen while it has nothing to show."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._props["heading"] = heading
        self._props["html"] = ""

    def show(self, html: str) -> None:
        """Show HTML in which all that others wrote is escaped."""
        self._show(html=html)


class TimelineChart(Part, component="../static/timeline.js"):
    """Who worked when on what."""

    def __init__(self) -> None:
        super().__init__()
        self._props["timeline"] = None

    def show(self, timeline: Timeline | None) -> None:
        self._show(timeline=timeline)


class Calls(Part, component="../static/calls.js"):
    """Every prompt and answer, fetched when somebody opens them."""

    def __init__(self) -> None:
        super().__init__()
        self._props["count"] = 0

    def show(self, run: str, count: int, version: int) -> None:
        """The run has made so many calls; what was fetched before its version is old."""
        self._show(run=run, count=count, version=version)
