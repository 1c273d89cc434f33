"""The element of the health section."""

from adapters.web.elements.part import Part
from adapters.web.views.health import ShownHealth


class Conditions(Part, component="../static/health.js"):
    """How every part is."""

    def show(self, shown: ShownHealth) -> None:
        self._show(shown=shown)
