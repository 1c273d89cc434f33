"""Claude, over the anthropic SDK: one streamed call at a time, reserved, priced and explained."""

import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager

import anthropic
from anthropic import AsyncAnthropic, omit
from anthropic.types import RawMessageStreamEvent

from adapters.claude.answer import Answer
from adapters.claude.failures import RAISED, Place
from adapters.claude.layout import cache_key, lay_out
from adapters.claude.names import full_name
from adapters.claude.prices import Prices
from adapters.claude.tokens import Counter
from adapters.claude.warmup import Going, Warmup
from bot.ports import Meter, ModelReply, Request, Reserve

log = logging.getLogger(__name__)

ANTHROPIC = "https://api.anthropic.com"
CONNECT_S = 10
_COUNTS = {"message_start", "message_delta"}


class Claude:
    """A Model. Nothing is retried here, as each attempt is reserved, priced and logged above.

    `model_override` answers for every model name, and `price` (dollars per million tokens, input
    and output) stands for models without a listed price; both are for local servers, which may
    need no `api_key` either. A stream that is silent for `stall_s` has failed. Without `counts`,
    `reserve` sends nothing and estimates all.
    """

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str = "",
        model_override: str = "",
        price: tuple[float, float] | None = None,
        stall_s: float = 120,
        counts: bool = True,
    ) -> None:
        self._api_key = api_key
        self._base_url = base_url or ANTHROPIC
        self._override = model_override
        self._sdk = AsyncAnthropic(
            # Without any key the SDK would look for credentials on this machine.
            api_key=api_key or "none",
            base_url=self._base_url,
            max_retries=0,
            timeout=anthropic.Timeout(stall_s, connect=CONNECT_S),
        )
        self._prices = Prices(price)
        self._counter = Counter(self._sdk if counts else None)
        self._warmup = Warmup()

    async def close(self) -> None:
        await self._sdk.close()

    async def reserve(self, request: Request) -> Reserve:
        """`tokens` are the prompt's; `usd` is for them and for all of `max_tokens`."""
        model = self._full_name(request.model)
        prompt = await self._counter.prompt(request, model)
        usd = self._prices.most_usd(
            model, prompt=prompt, output=request.max_tokens, keep_s=request.keep_s
        )
        return Reserve(tokens=prompt, usd=usd)

    async def reply(self, request: Request, meter: Meter) -> ModelReply:
        model = self._full_name(request.model)
        answer = Answer(keep_s=request.keep_s, max_tokens=request.max_tokens)
        async with self._warmup.turn(cache_key(request, model), request.keep_s) as going:
            try:
                async with aclosing(self._events(request, model)) as events:
                    async for event in events:
                        text = self._take(event, model, answer, going)
                        if event.type in _COUNTS:
                            self._settle(meter, model, answer)
                        if text:
                            meter.on_text(text)
                with self._in_words(model):
                    turn = answer.turn()
            finally:
                self._settle(meter, model, answer)
        return ModelReply(
            turn=turn, usage=meter.usage, cost_usd=meter.cost_usd, model=answer.model or model
        )

    async def _events(
        self, request: Request, model: str
    ) -> AsyncGenerator[RawMessageStreamEvent, None]:
        parts = lay_out(request)
        with self._in_words(model):
            stream = await self._sdk.messages.create(
                model=model,
                max_tokens=request.max_tokens,
                tools=parts.tools or omit,
                system=parts.system or omit,
                messages=parts.messages,
                # The provider's own default differs between models.
                output_config={"effort": request.effort},
                stream=True,
            )
            async with stream:
                async for event in stream:
                    yield event

    def _take(self, event: RawMessageStreamEvent, model: str, answer: Answer, going: Going) -> str:
        with self._in_words(model):
            text = answer.take(event)
        if event.type == "message_start":
            usage = answer.usage
            if going.expected and not usage.cache_read:
                log.warning("cache.missed model=%s prompt_tokens=%d", model, usage.input)
            going.answered(
                cached=usage.cache_read + usage.cache_write_5m + usage.cache_write_1h > 0
            )
        return text

    def _settle(self, meter: Meter, model: str, answer: Answer) -> None:
        meter.usage = answer.usage
        meter.cost_usd = self._prices.cost_usd(model, meter.usage) or 0

    @contextmanager
    def _in_words(self, model: str) -> Iterator[None]:
        place = Place(base_url=self._base_url, api_key=self._api_key, model=model)
        try:
            yield
        except RAISED as error:
            # Not chained: the SDK's errors hold the request, and with it the key.
            raise place.failure(error) from None

    def _full_name(self, model: str) -> str:
        return self._override or full_name(model)
