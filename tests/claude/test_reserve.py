"""What is reserved before a call is never below what the call then costs."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.claude.model import Claude
from adapters.claude.tokens import at_most
from bot.ports import Meter, Request
from bot.run.events import ModelTurn, PersonTurn, ToolCall, ToolResult, ToolTurn, Turn
from tests.claude.asking import SEARCH, asking
from tests.servers.messages_api import KEY, MessagesApi, Reply
from tests.servers.messages_cache import count

WORDS = st.text(min_size=1, max_size=300).filter(str.strip)
LONG = st.builds(lambda text, times: text * times, WORDS, st.integers(1, 60))


def loop(said: str, result: str, word: str) -> tuple[Turn, ...]:
    call = ToolCall(id="t1", name="search", arguments={"word": word})
    return (
        ModelTurn(text=said, stop="end_turn"),
        PersonTurn(text="Look it up."),
        ModelTurn(
            text="",
            calls=(call,),
            stop="tool_use",
            content=[{"type": "tool_use", "id": "t1", "name": "search", "input": {"word": word}}],
        ),
        ToolTurn(results=(ToolResult(id="t1", text=result),)),
    )


REQUESTS = st.builds(
    asking,
    model=st.sampled_from(["haiku", "sonnet", "opus"]),
    system=WORDS,
    brief=LONG,
    instructions=WORDS,
    turns=st.just(()) | st.builds(loop, WORDS, LONG, WORDS),
    tools=st.sampled_from([(), (SEARCH,)]),
    keep_s=st.sampled_from([300, 3600]),
    max_tokens=st.integers(20, 400),
)


@pytest.mark.parametrize("counting", [True, False], ids=["counted", "estimated"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(requests=st.lists(REQUESTS, min_size=1, max_size=3), text=LONG)
def test_no_call_costs_more_than_its_reserve(
    counting: bool, requests: Sequence[Request], text: str
) -> None:
    async def calls() -> None:
        async with MessagesApi(counting=counting, handler=lambda _: Reply(text=text)) as api:
            claude = Claude(api_key=KEY, base_url=api.url)
            for request in [*requests, *requests]:
                reserve = await claude.reserve(request)
                meter = Meter()
                await claude.reply(request, meter)
                assert reserve.usd is not None
                assert reserve.usd >= meter.cost_usd > 0
                assert reserve.tokens >= api.calls[-1].bill.total
            await claude.close()

    asyncio.run(calls())


@given(st.text())
def test_the_estimate_stays_above_a_tokenizer(text: str) -> None:
    assert at_most(text) >= count(text)


def test_the_estimate_of_prose_is_near_two_characters_a_token() -> None:
    prose = "You hear when the water is ready, and nobody has to mind the kettle. " * 100
    assert 1.8 < len(prose) / at_most(prose) < 2.4


async def test_what_a_runs_steps_share_is_counted_once(api: MessagesApi, claude: Claude) -> None:
    steps = [asking(instructions=f"Step {n}.") for n in range(5)]
    await asyncio.gather(*(claude.reserve(step) for step in steps))
    assert len(api.counted) == 1
    await claude.reserve(asking(brief="Another one. " * 300))
    assert len(api.counted) == 2
    await claude.reserve(asking(brief="A short one."))
    assert len(api.counted) == 2


async def test_a_server_that_cannot_count_is_asked_once(claude: Claude, api: MessagesApi) -> None:
    api.counting = False
    first = await claude.reserve(asking())
    api.counting = True
    await claude.reserve(asking(brief="Another one. " * 300))
    assert api.counted == []
    assert first.tokens > 2_000


async def test_an_estimate_can_be_had_without_asking_anyone() -> None:
    claude = Claude(api_key="", base_url="http://127.0.0.1:1", counts=False)
    reserve = await claude.reserve(asking())
    await claude.close()
    assert reserve.usd
    assert reserve.tokens > len(asking().brief) / 3


async def test_a_model_without_a_price_reserves_no_dollars() -> None:
    async with MessagesApi() as api:
        claude = Claude(api_key=KEY, base_url=api.url, model_override="llama")
        priced = Claude(api_key=KEY, base_url=api.url, model_override="llama", price=(1, 2))
        assert (await claude.reserve(asking())).usd is None
        reserve = await priced.reserve(asking(max_tokens=500))
        assert reserve.usd == pytest.approx((reserve.tokens + 1_000) / 1e6)
        await claude.close()
        await priced.close()
