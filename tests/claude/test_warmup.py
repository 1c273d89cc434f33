"""A fan-out's first call goes alone until its answer begins; then the rest find the cache."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from adapters.claude.model import Claude
from adapters.claude.warmup import Warmup
from bot.ports import Meter, ModelFailed, ModelReply, Request
from tests.claude.asking import SEARCH, asking
from tests.servers.messages_api import MessagesApi, Reply

STEPS = [asking(instructions=f"Look at it as person {n} would.") for n in range(5)]


def together(claude: Claude, requests: Sequence[Request]) -> list[asyncio.Task[ModelReply]]:
    return [asyncio.create_task(claude.reply(request, Meter())) for request in requests]


async def test_the_first_call_warms_the_cache_for_the_rest(
    api: MessagesApi, claude: Claude
) -> None:
    hold = asyncio.Event()
    api.script.append(Reply(text="First.", hold=hold))
    calls = together(claude, STEPS)
    await api.arrived(1)
    hold.set()
    replies = await asyncio.gather(*calls)
    assert api.order[:2] == ["call 1 arrived", "call 1 began"]
    written = replies[0].usage.cache_write_5m
    assert written > 1024
    assert [reply.usage.cache_read for reply in replies] == [0, *[written] * 4]


async def test_the_rest_do_not_wait_for_the_end_of_the_first(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(text="A long answer that hangs.", fault="stall", after=3))
    first, *rest = together(claude, STEPS)
    await asyncio.gather(*rest)
    assert not first.done()
    first.cancel()


async def test_a_first_call_that_fails_leaves_its_place_to_the_next(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(status=529))
    calls = together(claude, STEPS)
    replies = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(replies[0], ModelFailed)
    assert api.order[:3] == ["call 1 arrived", "call 2 arrived", "call 2 began"]
    assert [call.bill.cache_read > 0 for call in api.calls] == [False, False, True, True, True]


async def test_a_first_call_that_is_cancelled_leaves_its_place_to_the_next(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(hold=asyncio.Event()))
    first, *rest = together(claude, STEPS)
    await api.arrived(1)
    first.cancel()
    await asyncio.gather(*rest)
    assert [call.bill.cache_read > 0 for call in api.calls] == [False, False, True, True, True]


async def test_a_waiting_call_that_is_cancelled_was_never_sent(
    api: MessagesApi, claude: Claude
) -> None:
    hold = asyncio.Event()
    api.script.append(Reply(text="First.", hold=hold))
    first, second, *rest = together(claude, STEPS)
    await api.arrived(1)
    second.cancel()
    hold.set()
    await asyncio.gather(first, *rest)
    assert len(api.calls) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"model": "opus"},
        {"effort": "high"},
        {"system": "Other words."},
        {"tools": (SEARCH,)},
        {"brief": asking().brief + "And it whistles."},
        {"keep_s": 3600},
        {"brief": "Short."},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_calls_that_share_no_cache_do_not_wait_for_each_other(
    api: MessagesApi, claude: Claude, change: dict[str, object]
) -> None:
    hold = asyncio.Event()
    api.script.append(Reply(text="First.", hold=hold))
    first = asyncio.create_task(claude.reply(asking(), Meter()))
    await api.arrived(1)
    await claude.reply(asking(**change), Meter())
    hold.set()
    await first


async def test_a_prefix_is_warmed_again_when_its_time_is_over() -> None:
    now = 0.0
    warmup = Warmup(lambda: now)
    async with warmup.turn("prefix", 300) as first:
        assert not first.expected
        first.answered(cached=True)
        async with warmup.turn("prefix", 300) as second:
            assert second.expected
            now = 100
            second.answered(cached=True)
    now = 299
    async with warmup.turn("prefix", 300) as third:
        assert third.expected
        third.answered(cached=True)
    now = 600
    async with warmup.turn("prefix", 300) as fourth:
        assert not fourth.expected


async def test_a_missed_cache_is_told_in_the_log(
    api: MessagesApi, claude: Claude, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await claude.reply(STEPS[0], Meter())
    await claude.reply(STEPS[1], Meter())
    assert not caplog.messages
    api.now = 301  # the provider forgot sooner than its word
    await claude.reply(STEPS[2], Meter())
    assert [message.split()[0] for message in caplog.messages] == ["cache.missed"]


async def test_a_server_without_a_cache_is_not_accused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with MessagesApi(caching=False) as api:
        claude = Claude(api_key=api.key or "", base_url=api.url)
        for request in STEPS[:2]:
            await claude.reply(request, Meter())
        await claude.close()
    assert not caplog.messages
