"""The shape of a step's result: typed shorthand, its JSON Schema, and results held against it."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, assert_never

from pydantic import JsonValue

from bot.playbook.wording import hint, nearest, told

JsonSchema: TypeAlias = dict[str, JsonValue]
Path: TypeAlias = tuple[str | int, ...]
_WordName = Literal["text", "number", "integer", "yes_no", "date"]

WORDS: Mapping[str, _WordName] = {
    "text": "text",
    "number": "number",
    "integer": "integer",
    "yes_no": "yes_no",
    "date": "date",
}
ALLOWED = 'text, number, integer, yes_no, date, "a | b | c", [a shape] or {key: a shape}'
MAX_PROBLEMS = 20
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\??")
_SCHEMAS: dict[_WordName, JsonSchema] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


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


@dataclass(frozen=True)
class _Word:
    word: _WordName


@dataclass(frozen=True)
class _OneOf:
    options: tuple[str, ...]


@dataclass(frozen=True)
class _List:
    item: "_Shape"


@dataclass(frozen=True)
class _Object:
    """`parts` holds for each key whether it is required, and its shape."""

    parts: Mapping[str, tuple[bool, "_Shape"]]


_Shape: TypeAlias = _Word | _OneOf | _List | _Object


def flaws(shorthand: JsonValue) -> tuple[ShorthandError, ...]:
    """Everything wrong with a shape, each with the path to it."""
    found: list[ShorthandError] = []
    _read(shorthand, (), found)
    return tuple(found)


def to_schema(shorthand: JsonValue) -> JsonSchema:
    """The JSON Schema of a shape. Raises ShorthandError."""
    return _schema(_shape(shorthand))


def validate(value: JsonValue, shorthand: JsonValue) -> tuple[JsonValue, tuple[str, ...]]:
    """The value tidied, with None for each optional key left out, and what is wrong with it.

    Raises ShorthandError. With problems the value is as it came.
    """
    problems: list[str] = []
    tidy = _check(value, _shape(shorthand), (), problems)
    if not problems:
        return tidy, ()
    told, more = problems[:MAX_PROBLEMS], len(problems) - MAX_PROBLEMS
    return value, (*told, f"and {more} problems more") if more > 0 else tuple(told)


# --- shorthand to shape ------------------------------------------------------------


def _shape(shorthand: JsonValue) -> _Shape:
    found: list[ShorthandError] = []
    shape = _read(shorthand, (), found)
    if shape is None or found:
        raise found[0]
    return shape


def _read(shorthand: JsonValue, path: Path, flaws: list[ShorthandError]) -> _Shape | None:
    match shorthand:
        case str() if "|" in shorthand:
            return _read_options(shorthand, path, flaws)
        case str() if word := WORDS.get(shorthand.strip()):
            return _Word(word)
        case str():
            what = f'"{shorthand}" is not a shape'
            flaws.append(ShorthandError(what, path=path, near=nearest(shorthand, WORDS)))
        case [one]:
            item = _read(one, (*path, 0), flaws)
            return item and _List(item)
        case list():
            what = f"a list of {len(shorthand)} shapes was found"
            flaws.append(ShorthandError(what, path=path, allowed="[a shape], one for all items"))
        case dict() if shorthand:
            return _read_object(shorthand, path, flaws)
        case _:
            flaws.append(ShorthandError(f"{told(shorthand)} is not a shape", path=path))
    return None


def _read_options(text: str, path: Path, flaws: list[ShorthandError]) -> _Shape | None:
    options = tuple(option.strip() for option in text.split("|"))
    if all(options) and len({option.casefold() for option in options}) == len(options):
        return _OneOf(options)
    what = f'"{text}" has an option that is empty or stands twice'
    flaws.append(ShorthandError(what, path=path, allowed='"a | b | c"'))
    return None


def _read_object(
    mapping: Mapping[str, JsonValue], path: Path, flaws: list[ShorthandError]
) -> _Shape | None:
    parts: dict[str, tuple[bool, _Shape]] = {}
    for key, shorthand in mapping.items():
        name = key.removesuffix("?")
        if not _KEY.fullmatch(key):
            allowed = "a letter, then letters, digits and _, with ? at the end when optional"
            flaws.append(
                ShorthandError(f'"{key}" is not a key', path=(*path, key), allowed=allowed)
            )
        elif name in parts:
            what = f'"{name}" stands twice, once with ?'
            flaws.append(ShorthandError(what, path=(*path, key), allowed="each key once"))
        elif shape := _read(shorthand, (*path, key), flaws):
            parts[name] = (name == key, shape)
    return _Object(parts)


# --- shape to JSON Schema ------------------------------------------------------------


def _schema(shape: _Shape) -> JsonSchema:
    match shape:
        case _Word(word):
            return dict(_SCHEMAS[word])
        case _OneOf(options):
            return {"type": "string", "enum": list(options)}
        case _List(item):
            return {"type": "array", "items": _schema(item)}
        case _Object(parts):
            properties: JsonSchema = {
                key: _schema(part) if required else {"anyOf": [_schema(part), {"type": "null"}]}
                for key, (required, part) in parts.items()
            }
            return {
                "type": "object",
                "properties": properties,
                "required": [key for key, (required, _) in parts.items() if required],
                "additionalProperties": False,
            }
        case _:
            assert_never(shape)


# --- a value against a shape ----------------------------------------------------------


def _check(value: JsonValue, shape: _Shape, path: Path, problems: list[str]) -> JsonValue:
    match shape:
        case _Word(word):
            fitting = _fitting(value, word)
        case _OneOf(options):
            fitting = _option(value, options)
        case _List(item):
            if isinstance(value, list):
                return [
                    _check(part, item, (*path, place), problems) for place, part in enumerate(value)
                ]
            fitting = None
        case _Object(parts):
            if isinstance(value, dict):
                return _check_object(value, parts, path, problems)
            fitting = None
        case _:
            assert_never(shape)
    if fitting is None:
        problems.append(f"{_at(path)}{_wanted(shape)} is expected, {told(value)} was found")
    return fitting


def _fitting(value: JsonValue, word: _WordName) -> JsonValue:
    """The value when it is what the word says, else None."""
    match word, value:
        case "text", str():
            return value
        case "yes_no", bool():
            return value
        case (("number" | "integer"), bool()):
            return None
        case (("number" | "integer"), int()):
            return value
        case "number", float() if math.isfinite(value):
            return value
        case "integer", float() if value.is_integer():
            return int(value)
        case "date", str() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
            return _real_date(value.strip())
        case _:
            return None


def _real_date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _option(value: JsonValue, options: tuple[str, ...]) -> str | None:
    """The option that is meant, whatever its case and the spaces around it."""
    if not isinstance(value, str):
        return None
    meant = value.strip().casefold()
    return next((option for option in options if option.casefold() == meant), None)


def _check_object(
    value: Mapping[str, JsonValue],
    parts: Mapping[str, tuple[bool, _Shape]],
    path: Path,
    problems: list[str],
) -> JsonValue:
    tidy: dict[str, JsonValue] = {}
    for key, (required, part) in parts.items():
        if value.get(key) is not None:
            tidy[key] = _check(value[key], part, (*path, key), problems)
        elif required:
            what = "is missing" if key not in value else f"is null, {_wanted(part)} is expected"
            problems.append(f'{_at(path)}"{key}" {what}')
        else:
            tidy[key] = None
    extra = [key for key in value if key not in parts]
    problems += (f'{_at(path)}"{key}" was not asked for{hint(key, parts)}' for key in extra)
    return tidy


def _wanted(shape: _Shape) -> str:
    match shape:
        case _Word("yes_no"):
            return "true or false"
        case _Word("date"):
            return "a date such as 2026-11-30"
        case _Word("number" | "integer" as word):
            return "a number" if word == "number" else "a whole number"
        case _Word():
            return "text"
        case _OneOf(options):
            return "one of " + ", ".join(f'"{option}"' for option in options)
        case _List():
            return "a list"
        case _Object():
            return "an object"
        case _:
            assert_never(shape)


def _at(path: Path) -> str:
    where = "".join(_trail(path)).removeprefix(".")
    return f"{where}: " if where else ""


def _trail(path: Path) -> Iterator[str]:
    for part in path:
        yield f"[{part}]" if isinstance(part, int) else f".{part}"
