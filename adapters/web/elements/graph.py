"""The element that shows a playbook as a graph."""

from collections.abc import Mapping

from adapters.web.elements.part import Part
from adapters.web.views.graph import plan
from bot.cards import ItemState
from bot.playbook.model import Playbook


class Graph(Part, component="../static/graph.js"):
    """The graph of a playbook; a small one is a picture without words."""

    def __init__(self, *, small: bool = False) -> None:
        super().__init__()
        self._playbook: Playbook | None = None
        self._props["small"] = small

    def show(self, playbook: Playbook, states: Mapping[str, ItemState]) -> None:
        """Show a playbook, and how far each step is: by its name, or REVIEW; none at rest."""
        if playbook != self._playbook:
            self._playbook = playbook
            self._show(plan=plan(playbook))
        self._show(states=dict(states))
