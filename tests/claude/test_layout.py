"""The order of a request: what is shared comes first, to the byte."""

import json
from typing import Any, cast

import pytest

from adapters.claude.layout import lay_out
from adapters.claude.model import Claude
from bot.ports import Meter, Request
from bot.run.events import ModelTurn, PersonTurn, ToolCall, ToolResult, ToolTurn
from tests.claude.asking import BRIEF, SEARCH, asking
from tests.servers.messages_api import MessagesApi


def called(call: str) -> ModelTurn:
    return ModelTurn(
        text="",
        calls=(ToolCall(id=call, name="search", arguments={}),),
        stop="tool_use",
        content=[{"type": "tool_use", "id": call, "name": "search", "input": {}}],
    )


def result(call: str) -> ToolTurn:
    return ToolTurn(results=(ToolResult(id=call, text="It sings. " * 300),))


CALLED, RESULT = called("t1"), result("t1")


def breakpoints(request: Request) -> list[tuple[str, str]]:
    """Each breakpoint's block, by its first words, and its time to live."""
    blocks = [
        cast("dict[str, Any]", block)
        for message in lay_out(request).messages
        for block in message["content"]
    ]
    return [
        (str(block.get("text", block.get("content")))[:9], block["cache_control"]["ttl"])
        for block in blocks
        if "cache_control" in block
    ]


async def test_the_steps_of_a_run_send_the_same_bytes_up_to_the_breakpoint(
    api: MessagesApi, claude: Claude
) -> None:
    steps = [
        asking(tools=(SEARCH,), instructions="Find angles."),
        asking(tools=(SEARCH,), instructions="Find facts.", shape={"type": "object"}),
        asking(tools=(SEARCH,), instructions="Judge.", turns=(CALLED, RESULT), max_tokens=9),
    ]
    sent: set[str] = set()
    for step in steps:
        await claude.reply(step, Meter())
        body = api.calls[-1].body
        head = [body["model"], body["output_config"], body["tools"], body["system"]]
        sent.add(json.dumps([*head, body["messages"][0]["content"][0]]))
        assert "cache_control" in body["messages"][0]["content"][0]
        assert body["messages"][0]["content"][1]["text"] == step.instructions
        assert body["output_config"] == {"effort": "medium"}
    assert len(sent) == 1


@pytest.mark.parametrize(("keep_s", "ttl"), [(300, "5m"), (3600, "1h")])
def test_the_brief_is_kept_as_long_as_asked(keep_s: int, ttl: str) -> None:
    assert breakpoints(asking(keep_s=keep_s)) == [(BRIEF[:9], ttl)]


def test_a_tool_loop_keeps_what_the_next_call_will_read_again() -> None:
    loop = asking(turns=(CALLED, RESULT), keep_s=3600)
    assert breakpoints(loop) == [(BRIEF[:9], "1h"), ("It sings.", "5m")]


def test_a_short_tool_loop_or_a_correction_is_not_worth_a_second_breakpoint() -> None:
    short = ToolTurn(results=(ToolResult(id="t1", text="No."),))
    assert len(breakpoints(asking(turns=(CALLED, short)))) == 1
    assert len(breakpoints(asking(turns=(CALLED, RESULT, PersonTurn(text="Again."))))) == 1


async def test_the_second_call_of_a_tool_loop_is_read_by_the_third(
    api: MessagesApi, claude: Claude
) -> None:
    turns = (called("t1"), result("t1"))
    more = (called("t2"), result("t2"))
    for request in (asking(), asking(turns=turns), asking(turns=(*turns, *more))):
        await claude.reply(request, Meter())
    first, second, third = (call.bill for call in api.calls)
    assert second.cache_read == first.cache_write_5m
    assert third.cache_read == second.cache_read + second.cache_write_5m


def test_one_side_never_speaks_twice_in_a_row() -> None:
    silent = ModelTurn(text="", stop="max_tokens", content=[])
    request = asking(turns=(silent, PersonTurn(text="Go on."), CALLED, RESULT))
    messages = lay_out(request).messages
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]


def test_a_turn_of_another_model_is_sent_as_its_text() -> None:
    other = ModelTurn(text="It sings.")
    messages = lay_out(asking(turns=(other, PersonTurn(text="More.")))).messages
    assert messages[1]["content"] == [{"type": "text", "text": "It sings."}]


def test_empty_parts_are_left_out() -> None:
    parts = lay_out(asking(system="", brief=" "))
    assert parts.system == parts.tools == []
    assert parts.messages == [
        {"role": "user", "content": [{"type": "text", "text": asking().instructions}]}
    ]
