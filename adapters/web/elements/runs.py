"""The elements of the list of runs."""

from collections.abc import Sequence

from adapters.web.elements.part import Heard, Part, arguments
from adapters.web.views.runs_list import ShownFilters, ShownRow


class RunFilters(Part, component="../static/runs.js"):
    """The search and the filters; tells the address of the list that they ask for."""

    def __init__(self, on_filter: Heard) -> None:
        super().__init__()
        self._props["answered"] = 0
        self.on("filter", arguments(on_filter))

    def show(self, shown: ShownFilters) -> None:
        self._show(shown=shown)

    def answered(self, number: int) -> None:
        self._show(answered=number)


class RunRows(Part, component="../static/rows.js"):
    """Some rows of the list, which change without the others being sent again."""

    def __init__(self, rows: Sequence[ShownRow], *, first: bool) -> None:
        super().__init__()
        self.rows = list(rows)
        self._props["rows"] = list(rows)
        self._props["first"] = first

    def put(self, new: ShownRow) -> bool:
        """Show the row in place of that of the same run; False when there is none."""
        at = next((n for n, old in enumerate(self.rows) if old["run"] == new["run"]), None)
        if at is not None and self.rows[at] != new:
            self._put([*self.rows[:at], new, *self.rows[at + 1 :]])
        return at is not None

    def put_first(self, new: ShownRow) -> None:
        self._put([new, *self.rows])

    def drop(self, run: str) -> None:
        self._put([one for one in self.rows if one["run"] != run])

    def _put(self, rows: list[ShownRow]) -> None:
        self.rows = rows
        self._show(rows=rows)
