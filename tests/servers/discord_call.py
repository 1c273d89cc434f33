"""One REST call to the local Discord, parsed; and the table of who answers which."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.discord_things import File, Json, Refused


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request; `path` holds the ids in it, `template` is its address as the docs write it."""

    method: str
    template: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: tuple[File, ...] = ()

    @property
    def about(self) -> str:
        return f"{self.method} {self.template}"


@dataclass(frozen=True)
class Answer:
    body: Any = None
    status: int = 200


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Routes:
    """Methods and address templates, and who answers them."""

    handlers: dict[tuple[str, str], Handler] = field(default_factory=dict)

    def add(self, table: Mapping[str, Handler]) -> None:
        """`table` maps lines such as `GET /channels/{channel_id}`."""
        for line, handler in table.items():
            method, template = line.split(" ", 1)
            self.handlers[method, template] = handler

    def find(self, method: str, path: str) -> tuple[str, Mapping[str, str], Handler]:
        for (known, template), handler in self.handlers.items():
            if known == method and (found := _pattern(template).fullmatch(path)):
                return template, found.groupdict(), handler
        raise Refused(404, 0, "404: Not Found")


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _pattern(template: str) -> re.Pattern[str]:
    if template not in _PATTERNS:
        _PATTERNS[template] = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
    return _PATTERNS[template]


async def parse(request: web.Request, path: str, routes: Routes) -> tuple[Call, Handler]:
    """The call and its handler. Raises Refused."""
    template, ids, handler = routes.find(request.method, path)
    body: Any = None
    files: list[File] = []
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not hasattr(part, "name"):
                continue
            name, data = getattr(part, "name", ""), await _read(part)
            if name == "payload_json":
                body = json.loads(data)
            else:
                files.append(File(getattr(part, "filename", None) or "file", data))
    elif request.can_read_body:
        raw = await request.read()
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            raise Refused(400, 50109, "The request body contains invalid JSON.") from None
    call = Call(
        method=request.method,
        template=template,
        path=ids,
        query=request.query,
        body=body,
        files=tuple(files),
    )
    return call, handler


async def _read(part: Any) -> bytes:
    return bytes(await part.read(decode=False))


def replied(answer: Answer, headers: Mapping[str, str] | None = None) -> web.Response:
    """As Discord sends it: its content type names no character set, which discord.py needs."""
    if answer.body is None:
        return web.Response(status=204 if answer.status == 200 else answer.status, headers=headers)
    whole = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(answer.body), status=answer.status, headers=whole)


def refused(error: Refused, headers: Mapping[str, str] | None = None) -> web.Response:
    body: Json = error.body
    return replied(Answer(body, error.status), headers)
