"""One specialist at work on one task: ask, use tools, correct, hand in."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot import prompts
from bot.answers import read_answer
from bot.desk import PODIUM, Desk
from bot.live import Live, Words
from bot.playbook.model import Judge, Work
from bot.ports import LogUnavailable, Meter, Model, ModelFailed, Request, Tool
from bot.run.commands import BeginCall, EndCall, EndTools, Fail, FailCall, Finish
from bot.run.decide import NotNow, Stale
from bot.run.events import (
    ModelTurn,
    PersonTurn,
    Task,
    ToolCall,
    ToolResult,
    ToolTurn,
    Turn,
)
from bot.run.plan import is_open
from bot.run.state import Run

log = logging.getLogger("podium.specialist")

MOST_CORRECTIONS = 2
MOST_CALLS = 16
PAUSES_S = (1.0, 2.0, 4.0, 8.0)  # between tries of a call that may succeed later
LONGEST_PAUSE_S = 60.0
AGAIN_S = 5.0  # after the log did not answer
TOOL_TIME_S = 60.0


@dataclass(frozen=True)
class Ask:
    """Call the model with these turns."""

    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Use:
    """Carry out the tools it called."""

    calls: tuple[ToolCall, ...]


Result = Finish | Fail
Move = Ask | Use | Result


def next_move(run: Run, task: Task, turns: Sequence[Turn]) -> Move:
    """What comes after the turns so far. Pure: after a crash it goes on where the log stops."""
    said: list[Turn] = []
    corrections = 0
    for turn in turns:
        said.append(turn)
        if not isinstance(turn, ModelTurn) or turn.calls or turn.stop == "pause_turn":
            continue
        result, problems = read_answer(run, task, turn)
        if result:
            return result
        corrections += 1
        if corrections > MOST_CORRECTIONS:
            why = f"The answer was wrong {corrections} times; the last time: {problems[0]}"
            return Fail(task=task, why=why, fresh=True)
        said.append(PersonTurn(text=prompts.correction(problems)))
    last = said[-1] if said else None
    if isinstance(last, ModelTurn) and last.calls:
        return Use(last.calls)
    if sum(isinstance(turn, ModelTurn) for turn in turns) >= MOST_CALLS:
        why = f"No result after {MOST_CALLS} calls of the model; the task may be too wide."
        return Fail(task=task, why=why, fresh=True)
    return Ask(tuple(said))


def _why(cut: BaseException) -> str:
    match cut:
        case ModelFailed():
            return str(cut)
        case asyncio.CancelledError():
            return "it was stopped"
        case _:
            return f"Podium itself failed here: {type(cut).__name__}"


@dataclass(frozen=True, kw_only=True)
class Specialist:
    """Does tasks of work and judge steps; everything it does goes through the desk."""

    desk: Desk
    live: Live
    model: Model
    tools: Mapping[str, Tool]
    calls_at_once: int = 8
    pauses_s: tuple[float, ...] = PAUSES_S
    again_s: float = AGAIN_S
    _slots: dict[str, asyncio.Semaphore] = field(default_factory=dict[str, asyncio.Semaphore])

    async def work(self, task: Task) -> None:
        """Work until the task has a result or has failed. Raises Stale when it is not wanted."""
        run = await self.desk.load(task.run)
        if not is_open(run, task):
            raise Stale
        opening = prompts.request(run, task, {name: t.spec for name, t in self.tools.items()})
        turns = run.turns.get(task.key, ())
        while True:
            move = next_move(run, task, turns)
            match move:
                case Ask(turns=said):
                    request = opening.model_copy(update={"turns": said})
                    turn = await self._call(run, task, request, turns)
                case Use(calls=calls):
                    turn = await self._use(run, task, calls)
                case _:
                    await self.desk.handle(task.run, move, by=PODIUM)
                    return
            if turn is None:
                return
            turns = (*turns, turn)

    async def _call(
        self, run: Run, task: Task, request: Request, turns: tuple[Turn, ...]
    ) -> ModelTurn | None:
        """A finished call, tried again while that may help; None when the task is settled.

        An answer that is the task's result is handed in together with the call that gave it.
        """
        slot = self._slots.setdefault(request.model, asyncio.Semaphore(self.calls_at_once))
        for pause_s in (*self.pauses_s, None):
            async with slot:
                try:
                    if not await self._begin(run, task, request):
                        return None
                    return await self._reply(run, task, request, turns)
                except ModelFailed as failed:
                    if not failed.retry or pause_s is None:
                        fail = Fail(task=task, why=str(failed))
                        await self.desk.handle(task.run, fail, by=PODIUM)
                        return None
                    wait_s = max(pause_s, min(failed.after_s or 0, LONGEST_PAUSE_S))
            log.info("call_retried run=%s task=%s pause_s=%s", task.run, task.key, wait_s)
            await asyncio.sleep(wait_s)
        return None

    async def _begin(self, run: Run, task: Task, request: Request) -> bool:
        """Reserve the money; False when it cannot be priced. Raises Stale when it is not wanted."""
        reserve = await self.model.reserve(request)
        if reserve.usd is None and run.budget_usd is not None:
            why = (
                f"The price of the model {request.model} is not known, so the budget could not be "
                "kept. Set PODIUM_MODEL_PRICE, or take `usd` out of the playbook's budget."
            )
            await self.desk.handle(task.run, Fail(task=task, why=why), by=PODIUM)
            return False
        begin = BeginCall(
            task=task,
            model=request.model,
            reserve_usd=reserve.usd or 0,
        )
        while True:
            seen = (await self.desk.load(task.run)).version
            beginning = asyncio.create_task(self.desk.handle(task.run, begin, by=PODIUM))
            try:
                now = await asyncio.shield(beginning)
            except asyncio.CancelledError:
                # What was appended together may have ended the run that this call is of.
                await asyncio.shield(self._take_back(beginning, task))
                raise
            except NotNow:
                await self.desk.moved(task.run, seen)
                continue
            if task.key in now.calls:
                return True

    async def _take_back(self, beginning: asyncio.Task[Run], task: Task) -> None:
        """Settle a call that was stopped while its beginning was still being written down."""
        await asyncio.wait([beginning])
        if beginning.exception() is None and task.key in beginning.result().calls:
            await self._settled(FailCall(task=task, why=_why(asyncio.CancelledError())))

    async def _reply(
        self, run: Run, task: Task, request: Request, turns: tuple[Turn, ...]
    ) -> ModelTurn | None:
        """One call, settled whatever comes of it; None when it gave the task's result."""
        words: list[str] = []

        def show(delta: str) -> None:
            words.append(delta)
            self.live.tell(Words(task, "".join(words)))

        meter = Meter(on_text=show)
        try:
            reply = await self.model.reply(request, meter)
        except BaseException as cut:
            spent = FailCall(task=task, why=_why(cut), usage=meter.usage, cost_usd=meter.cost_usd)
            await self._settle(spent)
            raise
        move = next_move(run, task, (*turns, reply.turn))
        # The provider's blocks are needed to go on from; what ends the task keeps its text alone.
        ends = isinstance(move, Finish | Fail)
        end = EndCall(
            task=task,
            turn=reply.turn.model_copy(update={"content": None}) if ends else reply.turn,
            usage=reply.usage,
            cost_usd=reply.cost_usd,
            model=reply.model,
        )
        if isinstance(move, Finish | Fail):
            await self._settle(end, move)
            return None
        await self._settle(end)
        return reply.turn

    async def _settle(self, end: EndCall | FailCall, *results: Result) -> None:
        """Report what is paid for, however long the log is away and whoever cancels meanwhile."""
        await asyncio.shield(self._settled(end, *results))

    async def _settled(self, end: EndCall | FailCall, *results: Result) -> None:
        while True:
            try:
                await self.desk.handle(end.task.run, end, *results, by=PODIUM)
            except LogUnavailable as away:
                log.warning("report_waits task=%s why=%s", end.task.key, away)
                await asyncio.sleep(self.again_s)
            else:
                return

    async def _use(self, run: Run, task: Task, calls: Sequence[ToolCall]) -> ToolTurn:
        step = run.step(task.step)
        allowed = run.specialist(step).tools if isinstance(step, Work | Judge) else ()
        results = [await self._result(run, call, allowed) for call in calls]
        turn = ToolTurn(results=tuple(results))
        await self.desk.handle(task.run, EndTools(task=task, turn=turn), by=PODIUM)
        return turn

    async def _result(self, run: Run, call: ToolCall, allowed: Sequence[str]) -> ToolResult:
        tool = self.tools.get(call.name) if call.name in allowed else None
        if tool is None:
            yours = ", ".join(allowed) or "none"
            text = f"The tool {call.name} is not for you; yours are: {yours}."
            return ToolResult(id=call.id, text=text, is_error=True)
        try:
            async with asyncio.timeout(TOOL_TIME_S):
                return ToolResult(id=call.id, text=await tool.call(call.arguments, run.brief))
        except Exception as error:  # noqa: BLE001 - what a tool says goes to the model to act on
            kind = type(error).__name__
            log.warning("tool_failed run=%s tool=%s why=%s", run.id, call.name, kind)
            return ToolResult(id=call.id, text=str(error) or kind, is_error=True)
