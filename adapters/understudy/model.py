"""The understudy as the core's Model."""

import asyncio
import json

from adapters.understudy.assignment import read
from adapters.understudy.filling import Filler
from adapters.understudy.judging import verdict
from adapters.understudy.material import source_of
from adapters.understudy.replying import is_reply, is_to_be_made_ready, made_ready, reply
from adapters.understudy.revising import revise, revise_value
from adapters.understudy.writing import Writer
from bot.ports import Meter, ModelReply, Request, Reserve
from bot.run.events import ModelTurn, Usage

NAME = "understudy"

_CHUNKS = 40
"""Pieces in which an answer is shown."""


class Understudy:
    """Answers out of the brief and the instructions alone: the same request, the same answer.

    `pace_s` is about how long an answer takes to be shown, so that a person can watch it come.
    """

    def __init__(self, pace_s: float = 1.2) -> None:
        self._pace_s = pace_s

    async def reserve(self, request: Request) -> Reserve:
        """Nothing is paid for."""
        return Reserve(tokens=0, usd=0)

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        """The answer, shown piece by piece."""
        text = await asyncio.to_thread(answer, request)
        size = max(1, -(-len(text) // _CHUNKS))
        for start in range(0, len(text), size):
            await asyncio.sleep(self._pace_s / _CHUNKS)
            meter.on_text(text[start : start + size])
        return ModelReply(turn=ModelTurn(text=text), usage=Usage(), cost_usd=0, model=NAME)


def answer(request: Request) -> str:
    """What the understudy makes of a request."""
    assignment = read(request)
    if assignment.rubric and assignment.candidates:
        return verdict(assignment).model_dump_json()
    if request.shape is not None:
        value = Filler(assignment, source_of(assignment)).fill(request.shape)
        return json.dumps(revise_value(value, assignment.notes), ensure_ascii=False, indent=1)
    source = source_of(assignment)
    if assignment.notes and assignment.previous:
        return revise(assignment, source)
    if is_to_be_made_ready(assignment):
        return made_ready(assignment)
    if is_reply(assignment):
        return reply(assignment, source)
    return Writer(assignment, source).write()
