"""The elements of the playbooks section."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from nicegui.element import Element

from adapters.web.parse import Sent, sent
from adapters.web.views.gallery import ShownCard, ShownFile
from adapters.web.views.playbook import ShownPlaybook, ShownRun

_SHARED: list[str | Path] = ["static/delivery.js"]


class PlaybookCard(Element, component="static/playbooks.js", dependencies=_SHARED):
    """A playbook in short, with its buttons; what is put in it is shown as its graph."""

    def __init__(
        self,
        card: ShownCard,
        on_press: Callable[["PlaybookCard", Sent], Awaitable[None]],
        *,
        alone: bool = False,
    ) -> None:
        """`alone` where it is the head of the playbook's own page."""
        super().__init__()
        self._props["card"] = card
        self._props["alone"] = alone

        async def press(raw: object) -> None:
            if found := sent(raw):
                await on_press(self, found)
                if not self.is_deleted:
                    self._props["answered"] = found.delivery

        self.on("press", lambda event: press(event.args))

    def tell(self, note: str | None) -> bool:
        """Say something beside the buttons; False when the card is not there any more."""
        if not self.is_deleted:
            self._props["note"] = note
        return not self.is_deleted


class Problems(Element, component="static/problems.js"):
    """What is wrong with files; `links` leads to the playbooks that they stand for."""

    def __init__(self, files: Sequence[ShownFile], *, links: bool) -> None:
        super().__init__()
        self._props["files"] = list(files)
        self._props["links"] = links


class Whole(Element, component="static/playbook.js"):
    """All that a playbook's file says."""

    def __init__(self, shown: ShownPlaybook) -> None:
        super().__init__()
        self._props["shown"] = shown


class Latest(Element, component="static/latest.js"):
    """The latest runs of a playbook."""

    def __init__(self) -> None:
        super().__init__()
        self._props["runs"] = []

    def show(self, runs: Sequence[ShownRun]) -> None:
        if self._props["runs"] != runs:
            self._props["runs"] = list(runs)
