"""A run directed by hand: no log, no workers, only what decide makes of each command."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from bot.playbook.model import Playbook, Specialist
from bot.policy import Team
from bot.run import commands as c
from bot.run import events as e
from bot.run.decide import Asked, Refused, decide
from bot.run.evolve import fold
from bot.run.plan import plan
from bot.run.state import Run

ANA, BO, CY, EVE = "web:w:ana", "web:w:bo", "web:w:cy", "web:w:eve"
BO_IN_SLACK = "slack:T1:U2"
TEAM = Team(
    people={"bo": (BO, BO_IN_SLACK), "cy": (CY,)},
    groups={"leads": ("bo", "cy"), "nobody": ()},
)
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROLES = {
    "writer": Specialist(name="writer", instructions="Write short sentences."),
    "critic": Specialist(name="critic", model="opus", tools=("find",)),
    "idle": Specialist(name="idle"),
}
Steps = Mapping[str, Mapping[str, JsonValue]]

DRAFT: Steps = {"draft": {"by": "writer", "do": "Write about {{ product }}."}}


def playbook(steps: Steps = DRAFT, *, deliver: JsonValue = None, **more: JsonValue) -> Playbook:
    """A playbook that delivers its last step, unless `deliver` says otherwise."""
    given: dict[str, JsonValue] = {
        "name": "launch-brief",
        "about": "A brief.",
        "inputs": {"product": {"type": "text"}},
        "steps": {name: dict(step) for name, step in steps.items()},
        "deliver": deliver or {"from": list(steps)[-1]},
    }
    return Playbook.model_validate(given | more)


class Directed:
    """A run and its events; time stands still but for `later`."""

    def __init__(
        self,
        book: Playbook | None = None,
        *,
        product: str = "Acme",
        last: e.Last | None = None,
        since: str = "",
    ) -> None:
        self.now = NINE
        self.records: list[e.Recorded] = []
        start = c.Start(
            playbook=book or playbook(),
            specialists=ROLES,
            brief=e.Brief(
                inputs={"product": product},
                today="Monday, 2026-11-02",
                last=last or e.Last(),
                since=since,
            ),
            place="web:w:general",
            requester=ANA,
        )
        self._run: Run | None = None
        self.give(start)

    @property
    def run(self) -> Run:
        assert self._run is not None
        return self._run

    def give(self, command: c.Command, by: str = ANA) -> list[e.Event]:
        """The events that the command adds."""
        asked = Asked(run="r1", by=by, at=self.now, team=TEAM)
        new = decide(self._run, command, asked)
        self.records += new
        self._run = fold(new, self._run)
        return [record.event for record in new]

    def refused(self, command: c.Command, by: str = ANA) -> Refused:
        """What the person is told who may not; nothing has changed."""
        before = self._run
        with pytest.raises(Refused) as told:
            self.give(command, by)
        assert self._run is before
        return told.value

    def later(self, **passed: float) -> list[e.Event]:
        """Time passes, and what is due happens."""
        self.now += timedelta(**passed)
        return self.give(c.Tick(), by="podium")

    # --- workers -------------------------------------------------------------------------

    def task(self, step: str, part: int = 0, attempt: int = 0) -> e.Task:
        """A task of a step as it is open now, or of another attempt."""
        now = self.run.attempts.get(step, 1)
        return e.Task(run="r1", step=step, part=part, attempt=attempt or now)

    def begin(self, step: str, part: int = 0, usd: float = 0.1) -> list[e.Event]:
        begin = c.BeginCall(task=self.task(step, part), model="sonnet", reserve_usd=usd)
        return self.give(begin, by="podium")

    def end(self, step: str, part: int = 0, text: str = "said", usd: float = 0.01) -> list[e.Event]:
        turn = e.ModelTurn(text=text)
        end = c.EndCall(task=self.task(step, part), turn=turn, cost_usd=usd, model="sonnet")
        return self.give(end, by="podium")

    def finish(self, step: str, *values: JsonValue) -> list[e.Event]:
        """The results of a step's first parts."""
        return [
            event
            for part, value in enumerate(values)
            for event in self.give(c.Finish(task=self.task(step, part), value=value), by="podium")
        ]

    def judge(self, step: str, best: int) -> list[e.Event]:
        verdict = e.Verdict(best=best, why="It is clear.")
        return self.give(c.Finish(task=self.task(step), verdict=verdict), by="podium")

    def fail(
        self, step: str, part: int = 0, why: str = "It broke", *, fresh: bool = False
    ) -> list[e.Event]:
        return self.give(c.Fail(task=self.task(step, part), why=why, fresh=fresh), by="podium")

    # --- what is seen ---------------------------------------------------------------------

    @property
    def planned(self) -> list[str]:
        """What workers should be doing, as `step` or `step/part`."""
        tasks = plan(self.run)
        return [f"{task.step}/{task.part}" if task.part else task.step for task in tasks]

    @property
    def gates(self) -> list[str]:
        return list(self.run.gates)

    def kinds(self, events: Sequence[e.Event]) -> list[str]:
        return [event.kind for event in events]


def drafted(book: Playbook | None = None) -> Directed:
    """A run whose first draft waits to be judged."""
    told = Directed(book)
    told.finish("draft", "The first draft.")
    return told
