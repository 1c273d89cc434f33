"""A Request as the Messages API wants it, ordered so that the steps of a run share a cache.

Tools, then the system prompt, then the brief with a breakpoint behind it: the same bytes for every
step of a run. Only then the step's own instructions and turns. `shape` goes nowhere: a format of
its own for each step would part the caches, and the instructions say it already.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Literal, assert_never, cast

from anthropic.types import MessageParam, TextBlockParam, ToolParam

from bot.ports import Request
from bot.run.events import ModelTurn, PersonTurn, ToolResult, ToolTurn, Turn

# Below 512 tokens no model caches, and four letters make a token at most times.
WORTH_CACHING_CHARS = 2_000

Block = dict[str, object]
Message = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The parts of a request that carry text, in the order in which they are cached."""

    tools: list[ToolParam]
    system: list[TextBlockParam]
    messages: list[MessageParam]


def lay_out(request: Request) -> Layout:
    """The whole request."""
    messages: list[Message] = []
    _say(messages, "user", [*_brief(request), *_text(request.instructions)])
    for turn in request.turns:
        _say(messages, *_spoken(turn))
    if _will_go_on(request):
        _last_block(messages)["cache_control"] = _keep("5m")
    return _layout(request, messages)


def shared(request: Request) -> Layout:
    """The part of the request that all steps of its run have in common."""
    return _layout(request, [{"role": "user", "content": _brief(request)}])


def tail(request: Request) -> list[str]:
    """The texts of the request that are this step's own, one for each block."""
    blocks = [block for turn in request.turns for block in _spoken(turn)[1]]
    return [request.instructions, *(json.dumps(block, ensure_ascii=False) for block in blocks)]


def cache_key(request: Request, model: str) -> str | None:
    """What calls that read each other's cache have in common; None where caching cannot pay."""
    parts = shared(request)
    texts = json.dumps([parts.tools, parts.system, parts.messages], ensure_ascii=False)
    if not request.brief or len(texts) < WORTH_CACHING_CHARS:
        return None
    return hashlib.sha256(f"{model} {request.effort} {texts}".encode()).hexdigest()


def _layout(request: Request, messages: list[Message]) -> Layout:
    return Layout(
        tools=[
            ToolParam(
                name=tool.name,
                description=tool.description,
                input_schema=cast("dict[str, object]", tool.arguments),
            )
            for tool in request.tools
        ],
        system=[TextBlockParam(type="text", text=request.system)] if request.system else [],
        messages=cast("list[MessageParam]", messages),
    )


def _brief(request: Request) -> list[Block]:
    keep = _keep("1h" if request.keep_s > 300 else "5m")
    return [block | {"cache_control": keep} for block in _text(request.brief)]


def _spoken(turn: Turn) -> tuple[Literal["user", "assistant"], list[Block]]:
    match turn:
        case ModelTurn():
            return "assistant", _echo(turn)
        case ToolTurn():
            return "user", [_result(result) for result in turn.results]
        case PersonTurn():
            return "user", _text(turn.text)
        case _:
            assert_never(turn)


def _echo(turn: ModelTurn) -> list[Block]:
    """The provider's own blocks; the text alone when another model made the turn."""
    if isinstance(turn.content, list):
        return [dict(block) for block in turn.content if isinstance(block, dict)]
    return _text(turn.text)


def _result(result: ToolResult) -> Block:
    block: Block = {"type": "tool_result", "tool_use_id": result.id, "content": result.text}
    return block | {"is_error": True} if result.is_error else block


def _text(text: str) -> list[Block]:
    """A text block, or none: the API refuses empty ones."""
    return [{"type": "text", "text": text}] if text.strip() else []


def _say(messages: list[Message], role: str, blocks: list[Block]) -> None:
    """Adds blocks, to the last message when the same side spoke it: sides take turns."""
    if not blocks:
        return
    if messages and messages[-1]["role"] == role:
        cast("list[Block]", messages[-1]["content"]).extend(blocks)
    else:
        messages.append({"role": role, "content": blocks})


def _will_go_on(request: Request) -> bool:
    """Whether a second breakpoint pays: after tools ran, when the next call rereads much.

    A write costs a quarter more than plain input and a read a tenth or less, so one further call
    pays for it; a first call or a correction is mostly the last one.
    """
    after_tools = bool(request.turns) and isinstance(request.turns[-1], ToolTurn)
    return after_tools and sum(map(len, tail(request))) >= WORTH_CACHING_CHARS


def _last_block(messages: list[Message]) -> Block:
    return cast("list[Block]", messages[-1]["content"])[-1]


def _keep(ttl: Literal["5m", "1h"]) -> Block:
    return {"type": "ephemeral", "ttl": ttl}
