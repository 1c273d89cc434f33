"""The prompt cache of a Messages API, accounted as the provider bills it.

Blocks in the order tools, system, messages form prefixes; a prefix's name is made of all that comes
before it and of what else parts caches: the model, effort, format, thinking and choice of tools.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TTL_S = {"5m": 300, "1h": 3600}
SMALLEST = 1_024
LOOKBACK = 20
PER_BLOCK = 4
FOR_TOOLS = 346
_TOKEN = re.compile(r" ?[A-Za-z]{1,4}|\d{1,3}|\s+|[^\sA-Za-z\d]")

Body = Mapping[str, Any]


def count(text: str) -> int:
    """The tokens of a text: a stand-in for a tokenizer, near three characters a token."""
    return len(_TOKEN.findall(text))


@dataclass(frozen=True, kw_only=True)
class Part:
    """One block of a prompt: its tokens, and its breakpoint's time to live if it has one."""

    said: str
    tokens: int
    ttl: str | None


@dataclass(frozen=True, kw_only=True)
class Bill:
    """The input tokens of one call by price."""

    input: int
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0

    @property
    def total(self) -> int:
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h


@dataclass(frozen=True, kw_only=True)
class Entry:
    ttl_s: int
    until: float


class Cache:
    """What is cached at which time; `write` is called when the answer begins, not before."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def bill(self, body: Body, now: float) -> Bill:
        """What a call would read and write now."""
        parts = list(prompt_parts(body))
        names, ends = _names(body, parts), _ends(parts)
        read = max((ends[index] for index in self._found(parts, names, now)), default=0)
        done, written = read, {"5m": 0, "1h": 0}
        for index, ttl in _breakpoints(parts):
            if ends[index] > done and ends[index] >= SMALLEST:
                written[ttl] += ends[index] - done
                done = ends[index]
        return Bill(
            input=ends[-1] - done,
            cache_read=read,
            cache_write_5m=written["5m"],
            cache_write_1h=written["1h"],
        )

    def write(self, body: Body, now: float) -> None:
        """Keeps the prefixes that the call marked, and those that it read for as long again."""
        parts = list(prompt_parts(body))
        names, ends = _names(body, parts), _ends(parts)
        for index in self._found(parts, names, now):
            ttl_s = self._entries[names[index]].ttl_s
            self._entries[names[index]] = Entry(ttl_s=ttl_s, until=now + ttl_s)
        for index, ttl in _breakpoints(parts):
            if ends[index] >= SMALLEST and not self._alive(names[index], now):
                self._entries[names[index]] = Entry(ttl_s=TTL_S[ttl], until=now + TTL_S[ttl])

    def _found(self, parts: Sequence[Part], names: Sequence[str], now: float) -> list[int]:
        """For each breakpoint the nearest block behind which the cache knows the prompt."""
        found: list[int] = []
        for index, _ in _breakpoints(parts):
            backwards = range(index, max(-1, index - LOOKBACK), -1)
            found += [back for back in backwards if self._alive(names[back], now)][:1]
        return found

    def _alive(self, name: str, now: float) -> bool:
        entry = self._entries.get(name)
        return entry is not None and entry.until > now


def prompt_parts(body: Body) -> Iterator[Part]:
    """The blocks of a request in the order in which they are cached."""
    tools = body.get("tools") or []
    for index, tool in enumerate(tools):
        yield _part("tool", tool, FOR_TOOLS if index == 0 else 0)
    for block in blocks_of(body.get("system") or []):
        yield _part("system", block)
    for message in body["messages"]:
        for block in blocks_of(message["content"]):
            yield _part(message["role"], block)


def blocks_of(content: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _part(role: str, block: dict[str, Any], more: int = 0) -> Part:
    bare = {key: value for key, value in block.items() if key != "cache_control"}
    said = bare["text"] if bare.get("type") == "text" else json.dumps(bare, ensure_ascii=False)
    keep = block.get("cache_control")
    return Part(
        said=f"{role} {said}",
        tokens=count(said) + PER_BLOCK + more,
        ttl=keep.get("ttl", "5m") if keep else None,
    )


def _names(body: Body, parts: Sequence[Part]) -> list[str]:
    apart = [body.get(key) for key in ("model", "output_config", "thinking", "tool_choice")]
    name, names = json.dumps(apart, sort_keys=True), []
    for part in parts:
        name = hashlib.sha256(f"{name}\n{part.said}".encode()).hexdigest()
        names.append(name)
    return names


def _ends(parts: Sequence[Part]) -> list[int]:
    total, ends = 0, []
    for part in parts:
        total += part.tokens
        ends.append(total)
    return ends


def _breakpoints(parts: Sequence[Part]) -> list[tuple[int, str]]:
    return [(index, part.ttl) for index, part in enumerate(parts) if part.ttl]
