"""What a model might answer: JSON of the asked shape, or a paragraph, in words of the brief."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

from tests.servers.messages_cache import blocks_of

_FENCE = re.compile(r"```json[^\n]*\n(.*?)```", re.DOTALL)
_SENTENCE = re.compile(r"[^\s#`<>|*-][^\n<>]{20,200}?[.!?](?=\s|$)")
_CANDIDATE = re.compile(r"^## Candidate (\d+)$", re.MULTILINE)
_RUBRIC = re.compile(r"^# Rubric\n((?:\d+\. .*\n?)+)", re.MULTILINE)
_SCHEMA_WORDS = {"type", "properties", "anyOf", "oneOf", "$ref", "enum", "const"}

Schema = Mapping[str, Any]


def answer(body: Mapping[str, Any]) -> str:
    """Fills the last JSON Schema that the user's texts show; without one, writes a paragraph."""
    texts = [
        block["text"]
        for message in body["messages"]
        if message["role"] == "user"
        for block in blocks_of(message["content"])
        if block["type"] == "text"
    ]
    sentences = _SENTENCE.findall(texts[0]) or ["Nothing was said about this."]
    start = sum(map(ord, texts[-1])) % len(sentences)
    words = cycle([*sentences[start:], *sentences[:start]])
    schema = _schema(texts)
    if schema is None:
        return "\n\n".join(" ".join(next(words) for _ in range(3)) for _ in range(2))
    if verdict := _verdict(schema, texts, words):
        return json.dumps(verdict)
    return json.dumps(_fill(schema, schema, words), ensure_ascii=False, indent=1)


def _schema(texts: Sequence[str]) -> Schema | None:
    for text in reversed(texts):
        for found in reversed(_FENCE.findall(text)):
            try:
                schema = json.loads(found)
            except ValueError:
                continue
            if isinstance(schema, dict) and schema.keys() & _SCHEMA_WORDS:
                return schema
    return None


def _verdict(schema: Schema, texts: Sequence[str], words: Iterator[str]) -> Schema | None:
    """Scores for each candidate and line of the rubric, where that is what is asked."""
    asked = next((text for text in texts if _CANDIDATE.search(text)), "")
    rubric = _RUBRIC.search(asked)
    if rubric is None or not {"best", "scores"} <= schema.get("properties", {}).keys():
        return None
    candidates = [int(number) for number in _CANDIDATE.findall(asked)]
    scores = [
        {"candidate": number, "line": line, "score": 7, "reason": next(words)}
        for number in candidates
        for line in range(len(rubric[1].splitlines()))
    ]
    return {"best": candidates[0], "why": next(words), "scores": scores}


def _fill(schema: Schema, root: Schema, words: Iterator[str]) -> Any:  # noqa: C901
    """A value that the schema allows, as plain as it may be."""
    match schema:
        case {"$ref": str(place)}:
            found: Any = root
            for key in place.removeprefix("#/").split("/"):
                found = found[key]
            return _fill(found, root, words)
        case {"const": value}:
            return value
        case {"enum": [value, *_]}:
            return value
        case {"anyOf": [first, *_]} | {"oneOf": [first, *_]} | {"allOf": [first, *_]}:
            return _fill(first, root, words)
        case {"type": [kind, *_]}:
            return _fill({**schema, "type": kind}, root, words)
        case {"type": "object"} | {"properties": _}:
            return {
                name: _fill(part, root, words)
                for name, part in schema.get("properties", {}).items()
            }
        case {"type": "array"}:
            size = max(schema.get("minItems", 2), 1)
            size = min(size, schema.get("maxItems", size))
            return [_fill(schema.get("items", {}), root, words) for _ in range(size)]
        case {"type": "integer" | "number"}:
            return _number(schema)
        case {"type": "boolean"}:
            return True
        case {"type": "null"}:
            return None
        case {"format": "date"}:
            return "2026-11-30"
        case _:
            return next(words)[: schema.get("maxLength", 1_000)]


def _number(schema: Schema) -> int:
    low, high = schema.get("minimum", 1), schema.get("maximum")
    return int(low) if high is None else int(low + high) // 2
