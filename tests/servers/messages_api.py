"""A Messages API on this machine: real HTTP, streamed, with the provider's rules and bills.

In a test: `async with MessagesApi() as api:` and `api.url`. As a program: `python -m
tests.servers.messages_api --port 0` prints the address that ANTHROPIC_BASE_URL wants.
"""

import argparse
import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import web

from tests.servers import stand_in
from tests.servers.messages_cache import Bill, Cache, count, prompt_parts
from tests.servers.messages_rules import (
    MODELS,
    Refusal,
    refusal_of_body,
    refusal_of_headers,
    signature,
)

KEY = "sk-local-0123456789"
_DELTA = 24

Body = Mapping[str, Any]
Event = dict[str, Any]
Fault = Literal["cut", "disconnect", "stall", "corrupt", "error"]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server does with one call: an answer, how it is sent, or an error.

    `after` events the answer goes wrong as `fault` says; `hold` is waited for before the first,
    and `pause_s` after each.
    Arguments of a tool call that are a string are sent as they are, JSON or not.
    """

    text: str = ""
    thinking: str = ""
    calls: tuple[tuple[str, object], ...] = ()
    stop: str = ""
    why: str = ""
    hold: asyncio.Event | None = None
    pause_s: float = 0
    after: int = 3
    fault: Fault | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = "api_error"
    message: str = "scripted"


@dataclass(kw_only=True)
class Call:
    """A call that arrived, what it cost in tokens, and how far it went."""

    body: Body
    bill: Bill
    output_tokens: int = 0
    began: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


Handler = Callable[[Body], Reply]


def plausible(body: Body) -> Reply:
    """The answer of a call for which nothing was scripted."""
    return Reply(text=stand_in.answer(body))


class MessagesApi:
    """The server. Calls are answered by `script` first, then by `handler`.

    `now` is its clock: tests and benches move it. `order` tells what happened in which order.
    """

    def __init__(
        self,
        *,
        handler: Handler = plausible,
        key: str | None = KEY,
        caching: bool = True,
        counting: bool = True,
    ) -> None:
        self.handler = handler
        self.script: deque[Reply] = deque()
        self.now = 0.0
        self.calls: list[Call] = []
        self.counted: list[Body] = []
        self.order: list[str] = []
        self.url = ""
        self.key = key
        self.models = set(MODELS)
        self._cache = Cache() if caching else None
        self.counting = counting
        self._news = asyncio.Condition()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_post("/v1/messages/count_tokens", self._count_tokens)
        # Its handlers are cancelled when the client goes away: that is how a test sees it.
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=0, access_log=None
        )

    async def start(self, port: int = 0) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def arrived(self, calls: int) -> None:
        """Waits until so many calls came in."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.calls) >= calls)

    async def _count_tokens(self, request: web.Request) -> web.StreamResponse:
        if not self.counting:
            return web.Response(status=404, text="404 page not found")
        body = await request.json()
        if refusal := self._refusal(request, body):
            return _refused(refusal)
        self.counted.append(body)
        return web.json_response({"input_tokens": sum(part.tokens for part in prompt_parts(body))})

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if refusal := self._refusal(request, body) or _options(body):
            return _refused(refusal)
        call = await self._note(body)
        try:
            return await self._reply(request, call, f"call {len(self.calls)}")
        except asyncio.CancelledError:
            call.gone.set()
            raise

    def _refusal(self, request: web.Request, body: Body) -> Refusal | None:
        key = self.key
        if key is None:
            key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return refusal_of_headers(request.headers, key) or refusal_of_body(body, self.models)

    async def _note(self, body: Body) -> Call:
        if self._cache:
            bill = self._cache.bill(body, self.now)
        else:
            bill = Bill(input=sum(part.tokens for part in prompt_parts(body)))
        async with self._news:
            self.calls.append(Call(body=body, bill=bill))
            self.order.append(f"call {len(self.calls)} arrived")
            self._news.notify_all()
        return self.calls[-1]

    async def _reply(self, request: web.Request, call: Call, name: str) -> web.StreamResponse:
        reply = self.script.popleft() if self.script else self.handler(call.body)
        if reply.hold:
            await reply.hold.wait()
        if reply.status != 200:
            return _refused((reply.status, reply.error, reply.message), reply.headers)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number, event in enumerate(_events(call, reply)):
            if reply.fault and number == reply.after:
                return await _go_wrong(request, response, reply)
            await response.write(_sse(event))
            if reply.pause_s:
                await asyncio.sleep(reply.pause_s)
            if number == 0:
                self.order.append(f"{name} began")
                call.began.set()
                if self._cache:
                    self._cache.write(call.body, self.now)
        return response


def _options(body: Body) -> Refusal | None:
    if not isinstance(body.get("max_tokens"), int):
        return 400, "invalid_request_error", "max_tokens: Field required"
    if not body.get("stream"):
        return 400, "invalid_request_error", "stream: this server only streams"
    return None


def _refused(refusal: Refusal, headers: Mapping[str, str] | None = None) -> web.Response:
    status, kind, message = refusal
    error = {"type": "error", "error": {"type": kind, "message": message}}
    return web.json_response(error, status=status, headers=headers)


def _sse(event: Event) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


async def _go_wrong(
    request: web.Request, response: web.StreamResponse, reply: Reply
) -> web.StreamResponse:
    match reply.fault:
        case "disconnect" if request.transport:
            request.transport.abort()
        case "stall":
            await asyncio.Event().wait()
        case "corrupt":
            await response.write(b"event: content_block_delta\ndata: {not json\n\n")
        case "error":
            error = {"type": reply.error, "message": reply.message}
            await response.write(_sse({"type": "error", "error": error}))
        case _:
            pass
    return response


def _events(call: Call, reply: Reply) -> Iterator[Event]:
    """The stream of an answer, cut where `max_tokens` ends it."""
    left = call.body["max_tokens"]
    call.output_tokens = 1
    yield _start(call)
    stop = reply.stop or ("tool_use" if reply.calls else "end_turn")
    for index, (block, field_name, kind, said) in enumerate(
        _blocks(reply, len(call.body["messages"]))
    ):
        fitting = _fitting(said, left)
        left -= count(fitting)
        call.output_tokens = call.body["max_tokens"] - left
        yield {"type": "content_block_start", "index": index, "content_block": block}
        for start in range(0, len(fitting), _DELTA):
            delta = {"type": kind, field_name: fitting[start : start + _DELTA]}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        if kind == "thinking_delta":
            delta = {"type": "signature_delta", "signature": signature(fitting)}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
        if fitting != said:
            stop = "max_tokens"
            break
    yield _end(call, stop, reply.why)
    yield {"type": "message_stop"}


def _blocks(reply: Reply, seed: int) -> Iterator[tuple[Event, str, str, str]]:
    """Each block as it starts, the field and kind of its deltas, and all that they say."""
    if reply.thinking:
        block = {"type": "thinking", "thinking": "", "signature": ""}
        yield block, "thinking", "thinking_delta", reply.thinking
    if reply.text:
        yield {"type": "text", "text": "", "citations": None}, "text", "text_delta", reply.text
    for number, (name, arguments) in enumerate(reply.calls):
        block = {"type": "tool_use", "id": f"toolu_{seed}_{number}", "name": name, "input": {}}
        said = arguments if isinstance(arguments, str) else json.dumps(arguments)
        yield block, "partial_json", "input_json_delta", said


def _fitting(said: str, tokens: int) -> str:
    while count(said) > tokens:
        said = said[: -max(1, count(said) - tokens)]
    return said


def _start(call: Call) -> Event:
    message = {
        "id": "msg_local",
        "type": "message",
        "role": "assistant",
        "model": call.body["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _usage(call.bill)
        | {
            "output_tokens": 1,
            "cache_creation": {
                "ephemeral_5m_input_tokens": call.bill.cache_write_5m,
                "ephemeral_1h_input_tokens": call.bill.cache_write_1h,
            },
        },
    }
    return {"type": "message_start", "message": message}


def _end(call: Call, stop: str, why: str) -> Event:
    details = {"type": "refusal", "category": None, "explanation": why} if why else None
    return {
        "type": "message_delta",
        "delta": {"stop_reason": stop, "stop_sequence": None, "stop_details": details},
        "usage": _usage(call.bill) | {"output_tokens": call.output_tokens},
    }


def _usage(bill: Bill) -> Event:
    return {
        "input_tokens": bill.input,
        "cache_read_input_tokens": bill.cache_read,
        "cache_creation_input_tokens": bill.cache_write_5m + bill.cache_write_1h,
    }


async def _serve(port: int) -> None:
    api = MessagesApi(key=None)
    await api.start(port)
    print(api.url, flush=True)  # noqa: T201 - the one thing that this program says
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Messages API on 127.0.0.1, for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    asyncio.run(_serve(parser.parse_args().port))
