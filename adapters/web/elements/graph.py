"""The element that shows a playbook as a graph."""

from collections.abc import Mapping

from adapters.web.elements.part import Part
from adapters.web.views.graph import asked, plan
from bot.cards import ItemState
from bot.playbook.model import Playbook


class Graph(Part, component="../static/graph.js"):
    """The graph of a playbook; a small one is a picture without words."""

    def __init__(self, *, small: bool = False) -> None:
        super().__init__()
        self._drawn: tuple[Playbook, list[str | None]] | None = None
        self._props["small"] = small

    def show(
        self, playbook: Playbook, states: Mapping[str, ItemState], names: Mapping[str, str]
    ) -> None:
        """Show a playbook, and how far each step is: by its name, or REVIEW; none at rest."""
        drawn = playbook, [names.get(person) for person in asked(playbook)]
        if drawn != self._drawn:
            self._drawn = drawn
            self._show(plan=plan(playbook, names))
        self._show(states=dict(states))
