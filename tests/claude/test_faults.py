"""Everything that goes wrong on the way becomes a ModelFailed that says what to do."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from llmock.pytest_plugin import LLMock

from adapters.claude.model import Claude
from adapters.claude.prices import Prices
from bot.ports import Meter, ModelFailed
from tests.claude.asking import SEARCH, asking
from tests.servers.messages_api import KEY, Fault, MessagesApi, Reply

LONG = "The kettle sings when the water is ready, and nobody has to mind it. " * 4


@pytest.fixture
async def hasty(api: MessagesApi) -> AsyncIterator[Claude]:
    """An adapter that takes a short silence for a stall."""
    model = Claude(api_key=KEY, base_url=api.url, stall_s=0.2)
    yield model
    await model.close()


async def failure(claude: Claude, meter: Meter | None = None, **changes: object) -> ModelFailed:
    with pytest.raises(ModelFailed) as failed:
        await claude.reply(asking(**changes), meter or Meter())
    return failed.value


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_a_passing_trouble_may_be_retried(
    api: MessagesApi, claude: Claude, status: int
) -> None:
    api.script.append(Reply(status=status))
    meter = Meter()
    failed = await failure(claude, meter)
    assert failed.retry
    assert failed.after_s is None
    assert meter.cost_usd == 0
    assert len(api.calls) == 1


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
async def test_a_lasting_trouble_may_not(api: MessagesApi, claude: Claude, status: int) -> None:
    api.script.append(Reply(status=status))
    assert not (await failure(claude)).retry


@pytest.mark.parametrize(
    ("headers", "after_s"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
    ],
)
async def test_the_pause_that_the_provider_asks_for_is_passed_on(
    api: MessagesApi, claude: Claude, headers: dict[str, str], after_s: float | None
) -> None:
    api.script.append(Reply(status=429, headers=headers))
    assert (await failure(claude)).after_s == after_s


async def test_the_providers_own_advice_on_retrying_is_taken(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(status=429, headers={"x-should-retry": "false"}))
    api.script.append(Reply(status=400, headers={"x-should-retry": "true"}))
    assert not (await failure(claude)).retry
    assert (await failure(claude)).retry


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cut", "broke off before its end"),
        ("disconnect", "connection to 127.0.0.1"),
        ("corrupt", "cannot be read"),
        ("error", "gave up while it answered"),
        ("stall", "stopped answering"),
    ],
)
@pytest.mark.parametrize("after", [1, 5])
async def test_a_stream_that_does_not_end_well_may_be_retried_and_is_paid_for(
    api: MessagesApi, hasty: Claude, fault: Fault, words: str, after: int
) -> None:
    api.script.append(Reply(text=LONG, fault=fault, after=after))
    meter = Meter()
    failed = await failure(hasty, meter)
    assert words in str(failed)
    assert failed.retry
    assert meter.usage.cache_write_5m == api.calls[0].bill.cache_write_5m > 0
    assert meter.cost_usd == Prices().cost_usd("claude-sonnet-5-5", meter.usage)
    # Three of the five events brought text, which is worth some tokens.
    assert meter.usage.output > (10 if after == 5 else 0)


async def test_an_overload_inside_a_stream_may_be_retried_but_bad_requests_may_not(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(text=LONG, fault="error", error="overloaded_error"))
    api.script.append(Reply(text=LONG, fault="error", error="invalid_request_error"))
    assert (await failure(claude)).retry
    assert not (await failure(claude)).retry


async def test_a_bad_key_says_what_to_mend_and_shows_no_key(
    api: MessagesApi, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "sk-ant-a-secret-that-stays-one"
    caplog.set_level(logging.DEBUG)
    stranger = Claude(api_key=secret, base_url=api.url)
    assert (await stranger.reserve(asking())).tokens > 0
    failed = await failure(stranger)
    await stranger.close()
    assert not failed.retry
    assert "ANTHROPIC_API_KEY" in str(failed)
    assert failed.__cause__ is None
    assert failed.__suppress_context__
    assert secret not in caplog.text


@pytest.mark.parametrize("status", [400, 402, 403, 429, 500])
async def test_a_key_that_a_server_repeats_is_not_shown(
    api: MessagesApi, claude: Claude, status: int
) -> None:
    api.script.append(Reply(status=status, message=f"no luck with {KEY} nor with sk-ant-0815***zz"))
    failed = await failure(claude)
    assert "no luck with … nor with …" in str(failed)


async def test_an_unknown_model_is_named(api: MessagesApi, claude: Claude) -> None:
    failed = await failure(claude, model="claude-sonnet-55")
    assert not failed.retry
    assert '"claude-sonnet-55"' in str(failed)


async def test_a_prompt_too_long_says_to_shorten_it(api: MessagesApi, claude: Claude) -> None:
    failed = await failure(claude, brief="word " * 1_000_001)
    assert not failed.retry
    assert "shorten the documents" in str(failed)


async def test_no_server_at_all_is_a_failed_connection() -> None:
    async with MessagesApi() as gone:
        url = gone.url
    claude = Claude(api_key=KEY, base_url=url.replace("//", "//user:word@"))
    failed = await failure(claude)
    await claude.close()
    assert failed.retry
    assert str(failed) == f"The connection to {url.removeprefix('http://')} failed."


async def test_an_address_without_a_messages_api_is_told() -> None:
    async with MessagesApi() as api:
        claude = Claude(api_key=KEY, base_url=f"{api.url}/elsewhere")
        failed = await failure(claude)
        await claude.close()
    assert not failed.retry
    assert "ANTHROPIC_BASE_URL" in str(failed)


async def test_an_error_of_the_one_who_listens_is_not_taken_for_the_providers(
    claude: Claude,
) -> None:
    def listen(_: str) -> None:
        raise ValueError("the page is full")

    with pytest.raises(ValueError, match="the page is full"):
        await claude.reply(asking(), Meter(on_text=listen))


async def test_cancelling_closes_the_connection_at_once_and_prices_what_came(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(text=LONG, fault="stall", after=6))
    came, meter = asyncio.Event(), Meter()
    meter.on_text = lambda _: came.set()
    task = asyncio.create_task(claude.reply(asking(), meter))
    await came.wait()
    task.cancel()
    async with asyncio.timeout(1):
        await api.calls[0].gone.wait()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert meter.usage.cache_write_5m > 0
    assert meter.usage.output > 0
    assert meter.cost_usd == Prices().cost_usd("claude-sonnet-5-5", meter.usage)


async def test_cancelling_before_the_answer_begins_closes_the_connection_too(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(hold=asyncio.Event()))
    task = asyncio.create_task(claude.reply(asking(), Meter()))
    await api.arrived(1)
    task.cancel()
    async with asyncio.timeout(1):
        await api.calls[0].gone.wait()


class TestLlmock:
    """The same against faults that someone else thought of."""

    @pytest.fixture
    async def claude(self, llmock: LLMock) -> AsyncIterator[Claude]:
        model = Claude(api_key="llmock", base_url=llmock.base_url("anthropic"), stall_s=0.3)
        yield model
        await model.close()

    async def test_an_answer(self, llmock: LLMock, claude: Claude) -> None:
        llmock.reply("It sings.")
        reply = await claude.reply(asking(), Meter())
        assert reply.turn.text == "It sings."
        assert reply.cost_usd > 0
        assert (await claude.reserve(asking())).usd

    async def test_a_tool_call(self, llmock: LLMock, claude: Claude) -> None:
        llmock.call_tool("search", {"word": "kettle"})
        reply = await claude.reply(asking(tools=(SEARCH,)), Meter())
        assert reply.turn.calls[0].arguments == {"word": "kettle"}

    async def test_a_rate_limit(self, llmock: LLMock, claude: Claude) -> None:
        llmock.rate_limit(retry_after=2)
        failed = await failure(claude)
        assert failed.retry
        assert failed.after_s == 2

    @pytest.mark.parametrize(
        ("status", "retry"), [(400, False), (401, False), (503, True), (529, True)]
    )
    async def test_a_status(self, llmock: LLMock, claude: Claude, status: int, retry: bool) -> None:
        llmock.fail(status)
        assert (await failure(claude)).retry is retry
        assert len(llmock.requests) == 1

    async def test_a_context_overflow(self, llmock: LLMock, claude: Claude) -> None:
        llmock.context_overflow()
        failed = await failure(claude)
        assert not failed.retry
        assert "shorten the documents" in str(failed)

    @pytest.mark.parametrize("fault", ["truncate", "disconnect", "corrupt", "stall"])
    async def test_a_broken_stream(self, llmock: LLMock, claude: Claude, fault: str) -> None:
        getattr(llmock.reply(LONG), fault)(after_chunks=4)
        meter = Meter()
        failed = await failure(claude, meter)
        assert failed.retry
        assert meter.cost_usd > 0
        await claude.reply(asking(), meter)  # as the core does; half an answer was not taken
        llmock.assert_resilient()

    async def test_a_bad_tool_call(self, llmock: LLMock, claude: Claude) -> None:
        llmock.call_tool("search", {"word": "kettle"}).break_tool_call("malformed_arguments")
        failed = await failure(claude, tools=(SEARCH,))
        assert failed.retry
        assert '"search"' in str(failed)
