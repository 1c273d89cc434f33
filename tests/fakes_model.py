"""Model of bot.ports, played by the test: calls wait for an answer, or get the next of a list."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import JsonValue

from bot.ports import Meter, ModelReply, Request, Reserve
from bot.run.events import ModelTurn, ToolCall, Usage

RESERVE_USD = 0.1
COST_USD = 0.01


def answered(
    text: str = "",
    *,
    calls: tuple[ToolCall, ...] = (),
    stop: str = "end_turn",
    cost_usd: float = COST_USD,
    model: str = "fake",
) -> ModelReply:
    """What a model gives back."""
    turn = ModelTurn(text=text, calls=calls, stop="tool_use" if calls else stop)
    usage = Usage(input=10, output=len(text))
    return ModelReply(turn=turn, usage=usage, cost_usd=cost_usd, model=model)


def verdict(best: int, candidates: int, lines: int = 1) -> str:
    """A judge's answer, every score given."""
    scores: list[JsonValue] = [
        {"candidate": n, "line": line, "score": 9 if n == best else 4, "reason": f"reason {n}"}
        for n in range(candidates)
        for line in range(lines)
    ]
    return json.dumps({"best": best, "why": "it is the best", "scores": scores})


@dataclass(eq=False)
class Held:
    """A call in flight: `answer` or `fail` ends it. `task` is the name of the job that made it."""

    task: str
    request: Request = field(repr=False)
    meter: Meter = field(repr=False)
    done: asyncio.Future[ModelReply] = field(repr=False)

    @property
    def waits(self) -> bool:
        return not self.done.done()

    @property
    def answered(self) -> bool:
        return self.done.done() and not self.done.cancelled() and not self.done.exception()

    def say(self, text: str, cost_usd: float = 0) -> None:
        """Stream some words, which cost something even if the call is cut."""
        self.meter.cost_usd = cost_usd
        self.meter.usage = Usage(output=len(text))
        self.meter.on_text(text)

    def answer(
        self, text: str = "", *, calls: tuple[ToolCall, ...] = (), stop: str = "end_turn"
    ) -> None:
        self.reply(answered(text, calls=calls, stop=stop))

    def reply(self, reply: ModelReply) -> None:
        self.meter.cost_usd = reply.cost_usd
        self.done.set_result(reply)

    def fail(self, error: BaseException) -> None:
        self.done.set_exception(error)


class HeldModel:
    """Every call waits until the test ends it."""

    def __init__(self, reserve_usd: float | None = RESERVE_USD) -> None:
        self.reserve_usd = reserve_usd
        self.calls: list[Held] = []
        self._new = asyncio.Event()

    @property
    def waiting(self) -> list[Held]:
        return [call for call in self.calls if call.waits]

    async def held(self, count: int = 1) -> list[Held]:
        """The calls that wait, as soon as there are so many of them."""
        while len(self.waiting) < count:
            self._new.clear()
            await self._new.wait()
        return self.waiting

    async def reserve(self, request: Request) -> Reserve:
        return Reserve(tokens=10, usd=self.reserve_usd)

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        job = asyncio.current_task()
        call = Held(
            task=job.get_name() if job else "",
            request=request,
            meter=meter,
            done=asyncio.get_running_loop().create_future(),
        )
        self.calls.append(call)
        self._new.set()
        return await call.done


@dataclass
class ScriptedModel:
    """Gives the next of `script` at once; an exception in it is raised."""

    script: Iterable[ModelReply | BaseException]
    reserve_usd: float | None = RESERVE_USD
    requests: list[Request] = field(default_factory=list[Request])

    def __post_init__(self) -> None:
        self._next = iter(self.script)

    async def reserve(self, request: Request) -> Reserve:
        return Reserve(tokens=10, usd=self.reserve_usd)

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        self.requests.append(request)
        given = next(self._next)
        if isinstance(given, BaseException):
            raise given
        meter.on_text(given.turn.text)
        return given
