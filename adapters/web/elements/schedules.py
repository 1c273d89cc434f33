"""The elements of the schedules."""

from adapters.web.elements.part import PRESS, Heard, Part, Press, Pressable, arguments
from adapters.web.views.calendar import ShownCalendar
from adapters.web.views.schedules import ShownSchedule


class Agenda(Part, component="../static/agenda.js"):
    """What will start, day by day, and the button that makes a schedule."""

    def __init__(self, on_new: Heard) -> None:
        super().__init__()
        self.on("new", arguments(on_new), args=[])

    def show(self, calendar: ShownCalendar | None, summed: str, *, alone: bool) -> None:
        """No calendar where nothing is scheduled; `alone` where it is of one schedule."""
        self._show(calendar=calendar, summed=summed, alone=alone)


class ScheduleRow(Pressable, component="../static/schedule.js", dependencies=PRESS):
    """A schedule with its buttons; what they give that only one person sees is put in it."""

    def __init__(self, shown: ShownSchedule, on_press: Press) -> None:
        super().__init__(on_press)
        self._props["shown"] = shown

    def show(self, shown: ShownSchedule) -> None:
        self._show(shown=shown)
