"""The local Messages API keeps the provider's rules: what it refuses, and what it bills."""

import asyncio
import json
import signal
import sys
from typing import Any

import httpx2
import pytest

from adapters.claude.model import Claude
from bot.playbook.returns import to_schema, validate
from bot.ports import Meter
from bot.run.events import Verdict
from tests.claude.asking import asking
from tests.servers.messages_api import KEY, MessagesApi, Reply
from tests.servers.messages_cache import Bill, Cache, count
from tests.servers.messages_rules import VERSION
from tests.servers.stand_in import answer

HEADERS = {"authorization": f"Bearer {KEY}", "anthropic-version": VERSION}
LONG = "kettle " * 2_000
SMALL = "kettle " * 100


def body(*blocks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "model": "claude-sonnet-5-5",
        "max_tokens": 100,
        "stream": True,
        "messages": [{"role": "user", "content": list(blocks)}],
        **changes,
    }


def text(said: str, ttl: str = "") -> dict[str, Any]:
    keep = {"cache_control": {"type": "ephemeral", "ttl": ttl}} if ttl else {}
    return {"type": "text", "text": said, **keep}


def after(*asked: dict[str, Any], asks: dict[str, Any], now: float = 1) -> Bill:
    """The bill for `asks` at `now`, once the others were answered at 0."""
    cache = Cache()
    for one in asked:
        cache.write(one, 0)
    return cache.bill(asks, now)


WARM = body(text(LONG, "5m"), text("One."))


def test_a_prefix_is_written_once_and_then_read() -> None:
    cold = after(asks=WARM)
    assert cold.cache_write_5m > 1_024 > cold.input > 0
    warm = after(WARM, asks=body(text(LONG, "5m"), text("Another.")))
    assert warm.cache_read == cold.cache_write_5m
    assert warm.cache_write_5m == 0


@pytest.mark.parametrize(
    "change",
    [
        {"model": "claude-opus-5-5"},
        {"output_config": {"effort": "low"}},
        {"output_config": {"format": {"type": "json_schema", "schema": {}}}},
        {"tools": [{"name": "search", "input_schema": {}}]},
        {"system": "Be brief."},
        {"thinking": {"type": "adaptive"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_part_before_it_loses_the_cache(change: dict[str, Any]) -> None:
    assert after(WARM, asks=WARM | change).cache_read == 0


def test_a_changed_word_before_the_breakpoint_loses_the_cache() -> None:
    assert after(WARM, asks=body(text(f"A {LONG}", "5m"), text("One."))).cache_read == 0


def test_the_cache_forgets_when_its_time_is_over_and_remembers_what_is_used() -> None:
    assert after(WARM, asks=WARM, now=299).cache_read > 0
    assert after(WARM, asks=WARM, now=300).cache_read == 0
    hour = body(text(LONG, "1h"), text("One."))
    assert after(asks=hour).cache_write_1h > 1_024
    assert after(hour, asks=hour, now=3_599).cache_read > 0
    cache = Cache()
    for now in (0, 200, 400):
        cache.write(WARM, now)
    assert cache.bill(WARM, 699).cache_read > 0


def test_a_short_prefix_is_not_cached() -> None:
    small = body(text(SMALL, "5m"))
    assert after(small, asks=small) == Bill(input=after(asks=small).total)


def test_two_breakpoints_are_billed_apart() -> None:
    both = body(text(LONG, "1h"), text(LONG, "5m"), text("End."))
    bill = after(asks=both)
    assert bill.cache_write_1h == bill.cache_write_5m
    grown = after(WARM, asks=body(text(LONG, "5m"), text(LONG, "5m")))
    assert grown.cache_read > 1_024
    assert grown.cache_write_5m > 1_024


def test_a_breakpoint_looks_back_twenty_blocks() -> None:
    def then(blocks: int) -> Bill:
        return after(WARM, asks=body(text(LONG), *[text("More.")] * (blocks - 1), text("E", "5m")))

    assert then(19).cache_read > 0
    assert then(20).cache_read == 0


async def test_a_prefix_is_readable_only_when_the_first_answer_began(api: MessagesApi) -> None:
    hold = asyncio.Event()
    api.script.append(Reply(text="One.", hold=hold))
    async with httpx2.AsyncClient(base_url=api.url, headers=HEADERS) as client:
        first = asyncio.create_task(client.post("/v1/messages", json=WARM))
        await api.arrived(1)
        await client.post("/v1/messages", json=WARM)
        hold.set()
        await first
        await client.post("/v1/messages", json=WARM)
    assert [call.bill.cache_read > 0 for call in api.calls] == [False, False, True]


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"model": "gpt"}, 404, "model: gpt"),
        ({"temperature": 0}, 400, "temperature"),
        ({"top_k": 5}, 400, "top_k"),
        ({"max_tokens": None}, 400, "max_tokens"),
        ({"messages": []}, 400, "messages"),
        ({"tool_choice": {"type": "any"}}, 400, "tool_choice"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2_000}}, 400, "thinking"),
        ({"thinking": {"type": "disabled"}}, 400, "thinking"),
        ({"messages": [{"role": "assistant", "content": "Hm"}]}, 400, "first message"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "non-whitespace"),
        (
            {
                "messages": [
                    {"role": "user", "content": "Say it"},
                    {"role": "assistant", "content": "It"},
                ]
            },
            400,
            "prefill",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": "Look"},
                    {
                        "role": "assistant",
                        "content": [{"type": "tool_use", "id": "1", "name": "a", "input": {}}],
                    },
                    {"role": "user", "content": "And?"},
                ]
            },
            400,
            "tool_result",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": "Think"},
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "thinking", "thinking": "changed", "signature": "x"},
                            {"type": "text", "text": "So."},
                        ],
                    },
                    {"role": "user", "content": "And?"},
                ]
            },
            400,
            "signature",
        ),
        ({"messages": [{"role": "user", "content": [text("a", "5m")] * 5}]}, 400, "at most 4"),
        (
            {"messages": [{"role": "user", "content": [text("a", "5m"), text("b", "1h")]}]},
            400,
            "1h breakpoint",
        ),
        ({"messages": [{"role": "user", "content": "word " * 1_000_001}]}, 400, "too long"),
    ],
)
async def test_what_the_provider_refuses_is_refused(
    api: MessagesApi, change: dict[str, Any], status: int, message: str
) -> None:
    async with httpx2.AsyncClient(base_url=api.url, headers=HEADERS) as client:
        refused = await client.post("/v1/messages", json=body(text("Hello")) | change)
    assert refused.status_code == status
    assert message in refused.json()["error"]["message"]
    assert api.calls == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer other"}, 401),
        ({"authorization": f"Bearer {KEY}"}, 400),
    ],
)
async def test_the_headers_are_required(
    api: MessagesApi, headers: dict[str, str], status: int
) -> None:
    async with httpx2.AsyncClient(base_url=api.url, headers=headers) as client:
        refused = await client.post("/v1/messages", json=body(text("Hello")))
    assert refused.status_code == status


SHAPE = {
    "$defs": {"risk": {"type": "object", "properties": {"name": {"type": "string"}}}},
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 20},
        "tone": {"enum": ["calm", "loud"]},
        "risks": {"type": "array", "items": {"$ref": "#/$defs/risk"}, "minItems": 2},
        "score": {"type": "integer", "minimum": 0, "maximum": 10},
        "due": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "ready": {"type": ["boolean", "null"]},
    },
}
BRIEF = "The kettle sings when the water is ready. Nobody has to mind it any longer."


def test_the_stand_in_fills_the_last_shape_it_was_shown() -> None:
    asks = f"Do this.\n```json\n{json.dumps(SHAPE)}\n```\nAnswer with JSON like this."
    filled = json.loads(answer(body(text(BRIEF), text(asks))))
    assert filled.keys() == SHAPE["properties"].keys()
    assert filled["title"] in BRIEF
    assert (filled["tone"], filled["score"], filled["due"]) == ("calm", 5, "2026-11-30")
    assert [risk["name"] in BRIEF for risk in filled["risks"]] == [True, True]
    assert filled["ready"] is True


@pytest.mark.parametrize(
    "returns",
    [
        "text",
        {"angles": ["text"], "lead?": "text"},
        [{"what": "text", "by": "date", "sure": "yes_no", "size": "small | large"}],
        {"count": "integer", "share": "number"},
    ],
)
def test_the_stand_in_hands_in_what_a_playbook_wants(returns: Any) -> None:
    asks = f"Do this.\n```json schema\n{json.dumps(to_schema(returns))}\n```"
    filled = json.loads(answer(body(text(BRIEF), text(asks))))
    assert validate(filled, returns)[1] == ()


def test_the_stand_in_judges_every_candidate_by_every_line() -> None:
    asks = (
        "Judge them.\n\n# Rubric\n0. It is true\n1. It is short\n\n"
        "## Candidate 0\nA\n\n## Candidate 1\nB\n\n"
        f"```json schema\n{json.dumps(Verdict.model_json_schema())}\n```"
    )
    verdict = Verdict.model_validate_json(answer(body(text(BRIEF), text(asks))))
    assert [(score.candidate, score.line) for score in verdict.scores] == [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ]


def test_without_a_shape_the_stand_in_writes_from_the_brief() -> None:
    written = answer(body(text(BRIEF), text("Write about it. ```json\n{no json}\n```")))
    assert "The kettle sings" in written
    assert written == answer(body(text(BRIEF), text("Write about it. ```json\n{no json}\n```")))
    assert count(written) > 20


async def test_it_runs_as_a_program_and_answers() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.servers.messages_api", stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout
    try:
        url = (await program.stdout.readline()).decode().strip()
        claude = Claude(api_key="any", base_url=url)
        reply = await claude.reply(asking(), Meter())
        await claude.close()
    finally:
        program.send_signal(signal.SIGTERM)
        await program.wait()
    assert "kettle" in reply.turn.text
