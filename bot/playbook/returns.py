"""The shape of a step's result: typed shorthand, its JSON Schema, and results held against it."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from pydantic import JsonValue

from bot.playbook.wording import hint, nearest, told

JsonSchema: TypeAlias = dict[str, JsonValue]
Path: TypeAlias = tuple[str | int, ...]

WORDS: Mapping[str, JsonSchema] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
ALLOWED = 'text, number, integer, yes_no, date, "a | b | c", [a shape] or {key: a shape}'
MAX_PROBLEMS = 20
_KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\??")


class ShorthandError(ValueError):
    """A shape that cannot be read; the text may be shown. `path` leads to what is wrong."""

    def __init__(
        self, what: str, *, path: Path = (), allowed: str = ALLOWED, near: str | None = None
    ) -> None:
        tail = f'; did you mean "{near}"?' if near else ""
        super().__init__(f"{_at(path)}{what}; allowed: {allowed}{tail}")
        self.what = what
        self.path = path
        self.allowed = allowed
        self.near = near


def flaws(shorthand: JsonValue) -> tuple[ShorthandError, ...]:
    """Everything wrong with a shape, each with the path to it."""
    found: list[ShorthandError] = []
    _read(shorthand, (), found)
    return tuple(found)


def to_schema(shorthand: JsonValue) -> JsonSchema:
    """The JSON Schema of a shape. Raises ShorthandError."""
    found: list[ShorthandError] = []
    schema = _read(shorthand, (), found)
    if found:
        raise found[0]
    return schema


def validate(value: JsonValue, shorthand: JsonValue) -> tuple[JsonValue, tuple[str, ...]]:
    """The value tidied, with None for each optional key left out, and what is wrong with it.

    Raises ShorthandError. With problems the value is as it came.
    """
    problems: list[str] = []
    tidy = _check(value, to_schema(shorthand), (), problems)
    if not problems:
        return tidy, ()
    told, more = problems[:MAX_PROBLEMS], len(problems) - MAX_PROBLEMS
    return value, (*told, f"and {more} problems more") if more > 0 else tuple(told)


# --- shorthand to JSON Schema --------------------------------------------------------


def _read(shorthand: JsonValue, path: Path, flaws: list[ShorthandError]) -> JsonSchema:
    """The schema; what cannot be read is told among the flaws, and left empty."""
    match shorthand:
        case str() if "|" in shorthand:
            return _read_options(shorthand, path, flaws)
        case str() if word := WORDS.get(shorthand.strip()):
            return dict(word)
        case str():
            what = f'"{shorthand}" is not a shape'
            flaws.append(ShorthandError(what, path=path, near=nearest(shorthand, WORDS)))
        case [one]:
            return {"type": "array", "items": _read(one, (*path, 0), flaws)}
        case list():
            what = f"a list of {len(shorthand)} shapes was found"
            flaws.append(ShorthandError(what, path=path, allowed="[a shape], one for all items"))
        case dict() if shorthand:
            return _read_object(shorthand, path, flaws)
        case _:
            flaws.append(ShorthandError(f"{told(shorthand)} is not a shape", path=path))
    return {}


def _read_options(text: str, path: Path, flaws: list[ShorthandError]) -> JsonSchema:
    options = [option.strip() for option in text.split("|")]
    if not all(options) or len({option.casefold() for option in options}) < len(options):
        what = f'"{text}" has an option that is empty or stands twice'
        flaws.append(ShorthandError(what, path=path, allowed='"a | b | c"'))
    return {"type": "string", "enum": list[JsonValue](options)}


def _read_object(
    mapping: Mapping[str, JsonValue], path: Path, flaws: list[ShorthandError]
) -> JsonSchema:
    properties: JsonSchema = {}
    for key, shorthand in mapping.items():
        here, name = (*path, key), key.removesuffix("?")
        if not _KEY.fullmatch(key):
            allowed = "a letter, then letters, digits and _, with ? at the end when optional"
            flaws.append(ShorthandError(f'"{key}" is not a key', path=here, allowed=allowed))
        elif name in properties:
            what = f'"{name}" stands twice, once with ?'
            flaws.append(ShorthandError(what, path=here, allowed="each key once"))
        else:
            part = _read(shorthand, here, flaws)
            properties[name] = part if name == key else {"anyOf": [part, {"type": "null"}]}
    return {
        "type": "object",
        "properties": properties,
        "required": [key for key in mapping if not key.endswith("?")],
        "additionalProperties": False,
    }


# --- a value against its schema -------------------------------------------------------


def _check(value: JsonValue, schema: JsonSchema, path: Path, problems: list[str]) -> JsonValue:
    match schema, value:
        case {"anyOf": [dict(part), _]}, _:
            return None if value is None else _check(value, part, path, problems)
        case {"items": dict(item)}, list():
            return [_check(part, item, (*path, at), problems) for at, part in enumerate(value)]
        case {"properties": dict(parts), "required": list(required)}, dict():
            return _check_object(value, parts, required, path, problems)
        case _:
            fitting = _fitting(value, schema)
    if fitting is None:
        problems.append(f"{_at(path)}{_wanted(schema)} is expected, {told(value)} was found")
    return fitting


def _fitting(value: JsonValue, schema: JsonSchema) -> JsonValue:
    """The value when it is what the schema of a word or of options says, else None."""
    match schema, value:
        case {"enum": list(options)}, str():
            return _option(value, options)
        case {"format": "date"}, str():
            return _real_date(value.strip())
        case ({"type": "string"}, str()) | ({"type": "boolean"}, bool()):
            return value
        case {"type": "number" | "integer"}, bool():
            return None
        case {"type": "number" | "integer"}, int():
            return value
        case {"type": "number"}, float() if math.isfinite(value):
            return value
        case {"type": "integer"}, float() if value.is_integer():
            return int(value)
        case _:
            return None


def _real_date(text: str) -> str | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _option(value: str, options: list[JsonValue]) -> JsonValue:
    """The option that is meant, whatever its case and the spaces around it."""
    meant = value.strip().casefold()
    return next((option for option in options if str(option).casefold() == meant), None)


def _check_object(
    value: Mapping[str, JsonValue],
    parts: JsonSchema,
    required: list[JsonValue],
    path: Path,
    problems: list[str],
) -> JsonValue:
    tidy: dict[str, JsonValue] = {}
    for key, part in parts.items():
        schema = part if isinstance(part, dict) else {}
        if key in required and value.get(key) is None:
            what = "is missing" if key not in value else f"is null, {_wanted(schema)} is expected"
            problems.append(f'{_at(path)}"{key}" {what}')
        else:
            tidy[key] = _check(value.get(key), schema, (*path, key), problems)
    extra = [key for key in value if key not in parts]
    problems += (f'{_at(path)}"{key}" was not asked for{hint(key, parts)}' for key in extra)
    return tidy


def _wanted(schema: JsonSchema) -> str:
    match schema:
        case {"enum": list(options)}:
            return "one of " + ", ".join(f'"{option}"' for option in options)
        case {"format": "date"}:
            return "a date such as 2026-11-30"
        case _:
            return _KINDS[str(schema["type"])]


def _at(path: Path) -> str:
    where = "".join(_trail(path)).removeprefix(".")
    return f"{where}: " if where else ""


def _trail(path: Path) -> Iterator[str]:
    for part in path:
        yield f"[{part}]" if isinstance(part, int) else f".{part}"
