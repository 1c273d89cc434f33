"""The understudy as a model: it streams, costs nothing and is known by its name."""

import asyncio

import pytest

from adapters.understudy import Understudy
from adapters.understudy.model import answer
from bot.ports import Meter, Model, Reserve
from bot.run.events import Usage
from tests.understudy.asking import ask, brief
from tests.understudy.test_texts import CALL, SPEC

REQUEST = ask("Write a report on the valve.", brief(spec_md=SPEC, call_txt=CALL))


async def test_an_answer_streams_in_pieces_and_costs_nothing() -> None:
    model: Model = Understudy(pace_s=0)
    pieces: list[str] = []
    meter = Meter(on_text=pieces.append)
    reply = await model.reply(REQUEST, meter)
    assert "".join(pieces) == reply.turn.text == answer(REQUEST)
    assert len(pieces) > 10
    assert (reply.model, reply.cost_usd, reply.usage) == ("understudy", 0, Usage())
    assert (reply.turn.stop, reply.turn.calls, meter.cost_usd) == ("end_turn", (), 0)


async def test_nothing_is_reserved() -> None:
    assert await Understudy().reserve(REQUEST) == Reserve(tokens=0, usd=0)


async def test_a_call_that_is_cancelled_says_no_more() -> None:
    said = asyncio.Event()
    pieces: list[str] = []

    def hear(piece: str) -> None:
        pieces.append(piece)
        said.set()

    call = asyncio.create_task(Understudy(pace_s=3600).reply(REQUEST, Meter(on_text=hear)))
    fast = asyncio.create_task(Understudy(pace_s=0).reply(REQUEST, Meter(on_text=hear)))
    await said.wait()
    await fast
    heard = len(pieces)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(pieces) == heard


def test_a_brief_laid_out_in_another_way_is_read_as_one_document() -> None:
    request = REQUEST.model_copy(update={"brief": "The valve costs 89 euros a piece, as said."})
    assert "The valve costs 89 euros a piece, as said. [brief]" in answer(request)
