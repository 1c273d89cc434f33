"""What the Messages API refuses, as (status, type, message)."""

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

from tests.servers.messages_cache import blocks_of, prompt_parts

VERSION = "2026-10-21"
MODELS = {"claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"}
STRICT = {"claude-sonnet-5-5", "claude-opus-5-5"}
CONTEXT_WINDOW = 1_000_000
FORGOTTEN = ("temperature", "top_p", "top_k", "output_format")

Refusal = tuple[int, str, str]
Body = Mapping[str, Any]


def signature(thinking: str) -> str:
    """What this server signs its thoughts with, so that a changed one is noticed."""
    return hashlib.sha256(thinking.encode()).hexdigest()


def refusal_of_headers(headers: Mapping[str, str], key: str) -> Refusal | None:
    if headers.get("Authorization") != f"Bearer {key}":
        return 401, "authentication_error", "invalid bearer token"
    if headers.get("anthropic-version") != VERSION:
        return _bad(f"anthropic-version: {VERSION} is required")
    if not headers.get("Content-Type", "").startswith("application/json"):
        return _bad("content-type: application/json is required")
    return None


def refusal_of_body(body: Body, models: set[str]) -> Refusal | None:
    """The first thing wrong with a request, or None."""
    if missing := [key for key in ("model", "messages") if not body.get(key)]:
        return _bad(f"{missing[0]}: Field required")
    if body["model"] not in models:
        return 404, "not_found_error", f"model: {body['model']}"
    if unknown := [key for key in FORGOTTEN if key in body]:
        return _bad(f"{unknown[0]}: Extra inputs are not permitted")
    for wrong in (_options(body), _blocks(body), _order(body), _breakpoints(body)):
        if wrong:
            return _bad(wrong)
    if sum(part.tokens for part in prompt_parts(body)) > CONTEXT_WINDOW:
        return _bad(f"prompt is too long: more than {CONTEXT_WINDOW} tokens maximum")
    return None


def _bad(message: str) -> Refusal:
    return 400, "invalid_request_error", message


def _options(body: Body) -> str:
    thinking = (body.get("thinking") or {}).get("type")
    if body["model"] in STRICT:
        if (body.get("tool_choice") or {}).get("type") in {"any", "tool"}:
            return "tool_choice: this model cannot be forced to call a tool"
        if thinking in {"enabled", "disabled"}:
            return f"thinking.type: {thinking} is not supported by this model"
    return ""


def _blocks(body: Body) -> str:
    for message in body["messages"]:
        blocks = blocks_of(message["content"])
        if not blocks:
            return "messages: content must not be empty"
        for block in blocks:
            if wrong := _block(message["role"], block):
                return wrong
    return ""


def _block(role: str, block: Mapping[str, Any]) -> str:
    kind = block["type"]
    if kind == "text" and not block["text"].strip():
        return "messages: text content blocks must contain non-whitespace text"
    if role == "user" and kind == "text" and block.get("citations"):
        return "messages: citations are not permitted in user text"
    if role == "assistant" and kind == "document":
        return "messages: document blocks are not permitted in assistant messages"
    if kind == "thinking" and block.get("signature") != signature(block["thinking"]):
        return "messages: invalid signature in thinking block"
    return ""


def _order(body: Body) -> str:
    """Sides in turn, tool results right behind their calls, and no words put in its mouth."""
    asked: set[str] = set()
    for message in body["messages"]:
        blocks = blocks_of(message["content"])
        results = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if message["role"] == "user" and results != asked:
            return "messages: each tool_use block must have one tool_result in the next message"
        asked = {block["id"] for block in blocks if block["type"] == "tool_use"}
        if message["role"] == "assistant" and blocks[-1]["type"] == "thinking":
            return "messages: the final block of an assistant message cannot be thinking"
    if body["messages"][0]["role"] != "user":
        return "messages: the first message must use the user role"
    if body["messages"][-1]["role"] == "assistant" and body["model"] in STRICT:
        return "messages: this model does not support prefill"
    return ""


def _breakpoints(body: Body) -> str:
    ttls = [part.ttl for part in prompt_parts(body) if part.ttl]
    if len(ttls) > 4:
        return "cache_control: at most 4 breakpoints are allowed"
    if any(before == "5m" and after == "1h" for before, after in itertools.pairwise(ttls)):
        return "cache_control: a 1h breakpoint must come before every 5m breakpoint"
    return ""
