"""The elements of the playbooks section."""

from collections.abc import Sequence

from adapters.web.elements.part import PRESS, Part, Press, Pressable
from adapters.web.views.gallery import ShownCard, ShownFile
from adapters.web.views.playbook import ShownPlaybook
from adapters.web.views.runs_list import ShownRow


class PlaybookCard(Pressable, component="../static/playbooks.js", dependencies=PRESS):
    """A playbook in short, with its buttons; what is put in it is shown as its graph."""

    def __init__(self, card: ShownCard, on_press: Press, *, alone: bool = False) -> None:
        """`alone` where it is the head of the playbook's own page."""
        super().__init__(on_press)
        self._props["card"] = card
        self._props["alone"] = alone


class Problems(Part, component="../static/problems.js"):
    """What is wrong with files; `links` leads to the playbooks that they stand for."""

    def __init__(self, files: Sequence[ShownFile], *, links: bool) -> None:
        super().__init__()
        self._props["files"] = list(files)
        self._props["links"] = links


class Whole(Part, component="../static/playbook.js"):
    """All that a playbook's file says."""

    def __init__(self, shown: ShownPlaybook) -> None:
        super().__init__()
        self._props["shown"] = shown


class Latest(Part, component="../static/latest.js"):
    """The latest runs of a playbook."""

    def __init__(self) -> None:
        super().__init__()
        self._props["runs"] = []

    def show(self, runs: Sequence[ShownRow]) -> None:
        self._show(runs=list(runs))
