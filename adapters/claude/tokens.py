"""How many tokens a request can have at most, known before it is sent."""

import asyncio
import math
import re
from functools import lru_cache

import anthropic
from anthropic import AsyncAnthropic, omit

from adapters.claude.layout import Layout, cache_key, shared, tail
from bot.ports import Request

COUNT_TIMEOUT_S = 10
_PIECE = re.compile(r" ?[a-z]{1,2}| {1,4}|[^ ]", re.DOTALL)
_BLOCK = 16
_TOOLS = 1_000


def at_most(text: str) -> int:
    """An estimate of a text's tokens that real tokenizers stay below.

    A token for every two lowercase letters (and the space before them), every four spaces, every
    other ASCII character, and every UTF-8 byte of the rest. English comes out near two characters
    a token, where current models need about three.
    """
    beyond_ascii = len(text.encode("utf-8", "surrogatepass")) - len(text)
    return len(_PIECE.findall(text)) + beyond_ascii


class _Counted:
    """The count of one prefix, and the lock under which it is made."""

    def __init__(self, _key: str) -> None:
        self.lock = asyncio.Lock()
        self.tokens: int | None = None


class Counter:
    """Counts prompts. The provider counts what a run's steps share, once; the rest is estimated.

    A round trip before each call would be felt, and the shared part is most of a prompt. What is
    estimated is reserved too high, never too low, and settled when the call is over.
    """

    def __init__(self, sdk: AsyncAnthropic | None) -> None:
        """Without an `sdk` everything is estimated."""
        self._sdk = sdk
        self._counted = lru_cache(maxsize=256)(_Counted)
        self._uncountable: set[str] = set()

    async def prompt(self, request: Request, model: str) -> int:
        own = sum(at_most(text) + _BLOCK for text in tail(request))
        return own + await self._shared(request, model)

    async def _shared(self, request: Request, model: str) -> int:
        key = cache_key(request, model)
        if key is None:
            return _estimate(shared(request))
        counted = self._counted(key)
        async with counted.lock:
            if counted.tokens is None:
                counted.tokens = await self._count(shared(request), model)
            return counted.tokens

    async def _count(self, parts: Layout, model: str) -> int:
        """The provider's count, with a margin as it calls it an estimate; ours when it has none."""
        if self._sdk and model not in self._uncountable:
            try:
                count = await self._sdk.messages.count_tokens(
                    model=model,
                    tools=parts.tools or omit,
                    system=parts.system or omit,
                    messages=parts.messages,
                    timeout=COUNT_TIMEOUT_S,
                )
                return math.ceil(count.input_tokens * 1.02) + 2 * _BLOCK
            except anthropic.APIStatusError as error:
                # Local servers often lack this call. What else is wrong, the call itself will say.
                if error.status_code in {404, 405, 501}:
                    self._uncountable.add(model)
            except (anthropic.APIError, AttributeError, TypeError, ValueError):
                pass
        return _estimate(parts)


def _estimate(parts: Layout) -> int:
    blocks = [
        *parts.tools,
        *parts.system,
        *(block for message in parts.messages for block in message["content"]),
    ]
    return sum(at_most(str(block)) + _BLOCK for block in blocks) + (_TOOLS if parts.tools else 0)
