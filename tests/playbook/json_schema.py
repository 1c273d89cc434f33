"""As much of JSON Schema 2020-12 as our schemas use, read independently of what makes them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: _TYPES["number"](value) and value == value // 1,
}
_SAY_NOTHING = {"$defs", "$schema", "default", "description", "title", "properties"}


def fits(value: Any, schema: dict[str, Any], whole: dict[str, Any] | None = None) -> bool:
    """Whether a value is valid; a keyword that is not read here is an error."""
    root = whole or schema
    rules = schema.keys() - _SAY_NOTHING
    named = schema.get("properties", {})
    parts = value.keys() & named.keys() if isinstance(value, dict) else ()
    return all(fits(value[name], named[name], root) for name in parts) and all(
        _KEYWORDS[rule](value, schema[rule], schema, root) for rule in rules
    )


def _types(value: Any, want: str | list[str]) -> bool:
    return any(_TYPES[name](value) for name in ([want] if isinstance(want, str) else want))


def _additional(value: dict[str, Any], want: Any, schema: Any, root: Any) -> bool:
    extra = value.keys() - schema.get("properties", {}).keys()
    return not extra if want is False else all(fits(value[name], want, root) for name in extra)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _only(kind: str, rule: Callable[..., bool]) -> Callable[..., bool]:
    """A rule that speaks of one type only, and holds for every other."""
    return lambda value, *rest: not _TYPES[kind](value) or rule(value, *rest)


_KEYWORDS: dict[str, Callable[..., bool]] = {
    "$ref": lambda v, want, _, root: fits(v, root["$defs"][want.removeprefix("#/$defs/")], root),
    "additionalProperties": _only("object", _additional),
    "anyOf": lambda v, want, _, root: any(fits(v, option, root) for option in want),
    "const": lambda v, want, *_: v == want,
    "enum": lambda v, want, *_: v in want,
    "exclusiveMinimum": _only("number", lambda v, want, *_: v > want),
    "format": _only("string", lambda v, want, *_: want == "date" and _is_date(v)),
    "items": _only("array", lambda v, want, _, root: all(fits(item, want, root) for item in v)),
    "maxItems": _only("array", lambda v, want, *_: len(v) <= want),
    "maxLength": _only("string", lambda v, want, *_: len(v) <= want),
    "maximum": _only("number", lambda v, want, *_: v <= want),
    "minItems": _only("array", lambda v, want, *_: len(v) >= want),
    "minProperties": _only("object", lambda v, want, *_: len(v) >= want),
    "minimum": _only("number", lambda v, want, *_: v >= want),
    "oneOf": lambda v, want, _, root: sum(fits(v, option, root) for option in want) == 1,
    "pattern": _only("string", lambda v, want, *_: re.search(want, v) is not None),
    "propertyNames": _only(
        "object", lambda v, want, _, root: all(fits(name, want, root) for name in v)
    ),
    "required": _only("object", lambda v, want, *_: all(name in v for name in want)),
    "type": lambda v, want, *_: _types(v, want),
}
