"""What happens in a world, one thing after the other, as a test draws it."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.ports import Duplicate, LogUnavailable, ModelFailed
from bot.run import commands as c
from bot.run.decide import NotNow, Refused, Stale
from bot.run.events import StepOpened, Task, ToolCall
from bot.run.plan import open_tasks
from bot.run.state import Gate
from bot.specialist import MOST_CORRECTIONS
from tests.core.promises import hold
from tests.core.world import ANA, BO, CY, EVE, RUN, Exploded, Fault, Process, World
from tests.fakes_model import COST_USD, Held, answered, verdict

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
Happening = Callable[[], Awaitable[None]]

TIMES = (timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=5), timedelta(days=4))
FAULTS: tuple[Fault, ...] = ("killed before", "killed after", "away before", "away after")
LONGEST = 400


@contextmanager
def dying(process: Process) -> Iterator[None]:
    """What is asked of a process that dies meanwhile is never answered."""
    try:
        yield
    except asyncio.CancelledError:
        if process.alive:
            raise


class Story:
    """Draws what happens next; `hold` is asked after each happening."""

    def __init__(self, world: World, data: st.DataObject) -> None:
        self.world = world
        self._data = data
        self._numbers = itertools.count()
        self._delivered: list[tuple[c.Command, str, str]] = []
        self._past: list[str] = []

    def draw(self, strategy: st.SearchStrategy[T], label: str) -> T:
        return self._data.draw(strategy, label)

    @property
    def process(self) -> Process:
        """The process that is there, or one of them."""
        alive = [process for process in self.world.processes if process.alive]
        if len(alive) < 2:
            return self.world.processes[-1]
        return alive[self.draw(st.integers(0, len(alive) - 1), "process")]

    async def go_on(self, happenings: int) -> None:
        """So many things happen."""
        for _ in range(happenings):
            possible = self._possible()
            names = [name for name, (weight, _) in possible.items() for _ in range(weight)]
            await possible[self.draw(st.sampled_from(names), "next")][1]()
            await self._settle()

    async def finish(self) -> None:
        """From here all goes well: every call is answered and every gate decided, to the end."""
        for process in self.world.processes:
            process.chat.fatal, process.log.fault = False, None
        for _ in range(LONGEST):
            for process in self.world.processes:
                if process.alive:
                    await process.desk.tick()
            await self._settle()
            run = self.world.run()
            if run.outcome and not run.calls:
                return
            before = len(self.world.events)
            for call in self.world.model.waiting:
                self._good(call, 2)
            for gate in list(run.gates.values()):
                await self._yes(gate)
            await self._settle()
            assert len(self.world.events) > before, self._stuck()
        raise AssertionError(f"the run never ends: {self._stuck()}")

    def _stuck(self) -> str:
        run = self.world.run()
        return f"stuck at {run.version}: calls {list(run.calls)}, gates {list(run.gates)}"

    async def _settle(self) -> None:
        await self.world.rest()
        while not (last := self.world.processes[-1]).alive:
            await last.buried()
            await self.world.open()
            await self.world.rest()
        hold(self.world)
        self._past += [gate for gate in self.world.run().gates if gate not in self._past]

    def _possible(self) -> dict[str, tuple[int, Happening]]:
        """What may happen, and how likely."""
        run = self.world.run()
        found: dict[str, tuple[int, Happening]] = {}
        if self.world.model.waiting:
            found["all answer well"] = (8, self._all_answer)
            found["a good answer"] = (6, self._answer)
            found["an odd answer"] = (3, self._odd)
            found["wrong to the end"] = (1, self._wrong)
            found["a tool call"] = (2, self._tools)
        if run.gates:
            found["a decision"] = (10, self._decision)
            found["two at once"] = (4, self._two)
        if len(self.world.processes) < 2 or not self.world.processes[-2].alive:
            found["fault"] = (3, self._fault)
            found["kill"] = (2, self._kill)
            found["dies as it decides"] = (2, self._last_decision)
        found["time"] = (4, self._time)
        found["forged report"] = (1, self._forged)
        found["a stranger"] = (1, self._stranger)
        if self._past:
            found["an old button"] = (1, self._old)
        if self._delivered:
            found["delivered again"] = (1, self._again)
        if not run.outcome:
            found["cancel"] = (1, self._cancel)
        return found

    # --- the model ---------------------------------------------------------------------

    def _held(self) -> Held:
        return self.draw(st.sampled_from(self.world.model.waiting), "call")

    async def _answer(self) -> None:
        self._good(self._held(), self.draw(st.integers(0, 3), "parts"))

    async def _all_answer(self) -> None:
        for call in self.world.model.waiting:
            self._good(call, 2)

    def _good(self, call: Held, parts: int) -> None:
        shape = call.request.shape
        if shape is None:
            call.answer(self._token(call.task))
        elif "best" in str(shape["properties"]):
            count = call.request.instructions.count("## Candidate ")
            call.answer(verdict(next(self._numbers) % count, count))
        else:
            call.answer(json.dumps({"parts": [self._token(call.task) for _ in range(parts)]}))

    def _token(self, of: str) -> str:
        return f"[[{of}#{next(self._numbers)}]]"

    async def _odd(self) -> None:
        call = self._held()
        kinds = ("wrong", "cut", "again", "never", "explodes")
        kind = self.draw(st.sampled_from(kinds), "how")
        call.say("some words", COST_USD / 2)
        match kind:
            case "wrong":
                call.answer("  ")
            case "cut":
                call.answer("half", stop="max_tokens")
            case "explodes":
                call.fail(Exploded("by the test"))
            case _:
                call.fail(ModelFailed("It did not work.", retry=kind == "again"))

    async def _wrong(self) -> None:
        """One task gets nothing right, however often it is told."""
        task = self._held().task
        for _ in range(MOST_CORRECTIONS + 1):
            for call in self.world.model.waiting:
                if call.task == task:
                    call.answer("  ")
            await self.world.rest()

    async def _tools(self) -> None:
        name = self.draw(st.sampled_from(["look", "guess"]), "tool")
        wanted = ToolCall(id="t1", name=name, arguments={})
        self._held().reply(answered(calls=(wanted,)))

    # --- people ------------------------------------------------------------------------

    async def _give(self, command: c.Command, who: str, process: Process | None = None) -> bool:
        """Whether the desk took it."""
        delivery = f"d{next(self._numbers)}"
        try:
            await self._deliver(command, who, delivery, process or self.process)
        except (Refused, LogUnavailable):
            return False
        took = delivery in self.world.log.deliveries
        if took:
            self._delivered.append((command, who, delivery))
        return took

    async def _deliver(self, command: c.Command, who: str, delivery: str, to: Process) -> None:
        with dying(to):
            await to.desk.handle(RUN, command, by=who, delivery=delivery)

    async def _decision(self) -> None:
        gate = self.draw(st.sampled_from(list(self.world.run().gates.values())), "gate")
        who = self.draw(st.sampled_from([ANA, BO, CY]), "who")
        await self._give(self._command(gate), who)

    def _command(self, gate: Gate) -> c.Decision:
        id_ = gate.id
        options: list[c.Decision]
        match gate.kind:
            case "review":
                options = [c.Approve(id_), *[self._revise(gate)] * 4, c.Reject(id_)]
            case "choose":
                options = [c.Choose(id_, n) for n in range(-1, len(gate.items) + 1)]
            case "answer":
                options = [c.Answer(id_, self._token(id_)), c.Answer(id_, " ")]
            case "do":
                options = [c.Done(id_), c.Done(id_, self._token(id_))]
            case "retry":
                options = [c.Retry(id_), c.Retry(id_), c.End(id_)]
            case "usd" | "minutes":
                more = self.draw(st.sampled_from([0.0, 0.05, 0.3]), "more")
                options = [c.Extend(id_, usd=more, minutes=more), c.End(id_)]
        return self.draw(st.sampled_from(options), "decision")

    def _revise(self, gate: Gate) -> c.Revise:
        names = list(self.world.run().playbook.steps)
        steps = self.draw(st.lists(st.sampled_from(names), max_size=2, unique=True), "steps")
        return c.Revise(gate.id, f"shorter {next(self._numbers)}", tuple(steps))

    async def _sends_back(self, gate: Gate) -> bool:
        enough = len(self.world.run().drafts) == 3
        if enough or not self.draw(st.booleans(), "another draft"):
            return False
        return await self._give(self._revise(gate), CY)

    async def _yes(self, gate: Gate) -> None:
        """What brings the run to its end."""
        match gate.kind:
            case "review":
                if await self._sends_back(gate):
                    return
                for who in (CY, BO):
                    await self._give(c.Approve(gate.id), who)
                return
            case "choose":
                command: c.Decision = c.Choose(gate.id, 0)
            case "answer":
                command = c.Answer(gate.id, self._token(gate.id))
            case "do":
                command = c.Done(gate.id, self._token(gate.id))
            case "retry":
                again = sum(
                    taken.verb == "tried again" for taken in self.world.run().taken.values()
                )
                command = c.Retry(gate.id) if again < 3 else c.End(gate.id)
            case "usd" | "minutes":
                command = c.Extend(gate.id, usd=10, minutes=100)
        for who in (ANA, BO):
            await self._give(command, who)

    async def _two(self) -> None:
        """Two people decide at the same gate in the same moment; one of them is told so."""
        gate = self.draw(st.sampled_from(list(self.world.run().gates.values())), "gate")
        desks = [self.world.processes[-1], self.world.processes[-2:][0]]
        first, second = self._command(gate), self._command(gate)
        took = await asyncio.gather(
            *(
                self._give(command, who, to if to.alive else None)
                for command, who, to in zip((first, second), (BO, CY), desks, strict=True)
            )
        )
        closed = gate.id not in self.world.run().gates
        both = gate.approvals > 1 or not closed
        assert sum(took) < 2 or both, f"{gate.id} was decided twice"

    async def _cancel(self) -> None:
        await self._give(c.Cancel("enough"), self.draw(st.sampled_from([ANA, BO]), "who"))

    # --- what must change nothing ------------------------------------------------------

    async def _changes_nothing(self, happening: Awaitable[object]) -> None:
        before = len(self.world.events)
        with suppress(Refused, Stale, NotNow, Duplicate):
            await happening
        assert len(self.world.events) == before, "something changed"

    async def _stranger(self) -> None:
        gates = list(self.world.run().gates.values())
        command = self._command(gates[0]) if gates else c.Cancel()
        with pytest.raises(Refused):
            await self.process.desk.handle(RUN, command, by=EVE)

    async def _old(self) -> None:
        run = self.world.run()
        gate = self.draw(st.sampled_from(self._past), "gate")
        if gate in run.gates:
            return
        for command in (c.Approve(gate), c.Choose(gate, 0), c.Retry(gate)):
            with pytest.raises(Refused) as told:
                await self.process.desk.handle(RUN, command, by=ANA)
            known = gate in run.taken or run.outcome
            assert told.value.at or not known, "nobody is told who decided and when"

    async def _again(self) -> None:
        command, who, delivery = self.draw(st.sampled_from(self._delivered), "delivery")
        await self._changes_nothing(self._deliver(command, who, delivery, self.process))

    async def _forged(self) -> None:
        """A report from an attempt that is over, or from nobody knows where."""
        opened = [r.event for r in self.world.events if isinstance(r.event, StepOpened)]
        if not opened:
            return
        event = self.draw(st.sampled_from(opened), "step")
        part = self.draw(st.integers(0, event.parts), "part")
        task = Task(run=RUN, step=event.step, part=part, attempt=event.attempt)
        state = self.world.run().steps.get(event.step)
        if state and state.attempt == event.attempt and part in range(state.parts):
            task = task.model_copy(update={"attempt": event.attempt + 1})
        value: JsonValue = "forged"
        for report in (c.Finish(task=task, value=value), c.Fail(task=task, why="forged")):
            await self._changes_nothing(self.process.desk.handle(RUN, report, by="podium"))
        await self._begins_nothing(task)
        if self.world.run().halted:
            for wanted in open_tasks(self.world.run()):
                if wanted.key not in self.world.run().calls:
                    await self._begins_nothing(wanted)

    async def _begins_nothing(self, task: Task) -> None:
        begin = c.BeginCall(task=task, model="m", reserve_usd=0.0)
        await self._changes_nothing(self.process.desk.handle(RUN, begin, by="podium"))

    # --- time and faults ---------------------------------------------------------------

    async def _time(self) -> None:
        self.world.now += self.draw(st.sampled_from(TIMES), "passes")
        process = self.process
        with dying(process), suppress(LogUnavailable):
            await process.desk.tick()

    async def _kill(self) -> None:
        self.process.die()

    async def _last_decision(self) -> None:
        self.process.log.fault = "killed after"
        if self.world.run().gates and self.draw(st.booleans(), "a decision"):
            await self._decision()
        elif not self.world.run().outcome:
            await self._cancel()

    async def _fault(self) -> None:
        process = self.process
        if self.draw(st.integers(0, 3), "where") == 0:
            process.chat.fatal = True
        else:
            process.log.fault = self.draw(st.sampled_from(FAULTS), "fault")
