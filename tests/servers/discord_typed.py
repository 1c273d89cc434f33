"""What a person types after a slash, as Discord's client understands it: a command and options."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.servers.discord_things import File, Json

SUB, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, NUMBER, ATTACHMENT = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    10,
    11,
)
Value = str | int | float | bool | File
Resolve = Callable[[int, Value], str]

_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)


class NotTyped(Exception):
    """Discord's client would not let a person send this; the text says why."""


def split(line: str, names: Sequence[str]) -> tuple[str, dict[str, str]]:
    """`/delegate brief product: Acme` as the words of the command and its options by name."""
    name = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"\w+"
    starts = re.compile(rf"(?:(?<=\s)|^)({name}):(?=\s|\")")
    quoted = [found.span() for found in _QUOTED.finditer(line)]
    marks = [
        found
        for found in starts.finditer(line)
        if not any(start < found.start() < end for start, end in quoted)
    ]
    if not marks:
        return line.strip().lstrip("/"), {}
    ends = [*(mark.start() for mark in marks[1:]), len(line)]
    options = {
        mark[1]: _unquoted(line[mark.end() : end].strip())
        for mark, end in zip(marks, ends, strict=True)
    }
    return line[: marks[0].start()].strip().lstrip("/"), options


def _unquoted(text: str) -> str:
    found = _QUOTED.fullmatch(text)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else text


def find(commands: Sequence[Json], path: str) -> tuple[Json, list[Json], list[Json]]:
    """The command, the subcommands on the way, and its options. Raises NotTyped."""
    words = path.split()
    command = next(
        (one for one in commands if words and one["type"] == 1 and one["name"] == words[0]), None
    )
    if command is None:
        raise NotTyped(f"there is no command /{path}")
    way: list[Json] = []
    options: list[Json] = command.get("options") or []
    for word in words[1:]:
        inside = next(
            (one for one in options if one["type"] in (SUB, GROUP) and one["name"] == word), None
        )
        if inside is None:
            raise NotTyped(f"/{path} has no subcommand {word}")
        way.append(inside)
        options = inside.get("options") or []
    if any(one["type"] in (SUB, GROUP) for one in options):
        raise NotTyped(f"/{path} needs a subcommand")
    return command, way, options


def typed(line: str, way: Sequence[Json], options: Sequence[Json]) -> dict[str, str]:
    """The options of a line by name; words before the first go to the first option there is,
    if there are no subcommands. Raises NotTyped.
    """
    path, named = split(line, [one["name"] for one in options])
    rest = path.split()[1 + len(way) :]
    if rest and (way or not options):
        raise NotTyped(f"there is nothing to type {' '.join(rest)} in")
    return {options[0]["name"]: " ".join(rest), **named} if rest else named


def filled(
    options: Sequence[Json], values: Mapping[str, Value], resolve: Resolve, *, focused: str = ""
) -> list[Json]:
    """The options as an interaction has them. Raises NotTyped."""
    known = {one["name"]: one for one in options}
    for name in values:
        if name not in known:
            raise NotTyped(f"there is no option {name}")
    for name, option in known.items():
        if option.get("required") and name not in values and not focused:
            raise NotTyped(f"the option {name} is required")
    return [
        {
            "name": name,
            "type": known[name]["type"],
            "value": str(value) if name == focused else _value(known[name], value, resolve),
            **({"focused": True} if name == focused else {}),
        }
        for name, value in values.items()
    ]


def _value(option: Json, value: Value, resolve: Resolve) -> Any:
    kind, name = option["type"], option["name"]
    if choices := option.get("choices"):
        chosen = [one["value"] for one in choices if value in (one["name"], one["value"])]
        if not chosen:
            raise NotTyped(f"{value} is no choice of {name}")
        return chosen[0]
    match kind:
        case 3:
            text = str(value)
            if not option.get("min_length", 0) <= len(text) <= option.get("max_length", 6000):
                raise NotTyped(f"{name} is too short or too long")
            return text
        case 4 | 10:
            number = int(str(value)) if kind == INTEGER else float(str(value))
            if not option.get("min_value", number) <= number <= option.get("max_value", number):
                raise NotTyped(f"{name} is too small or too large")
            return number
        case 5:
            return value if isinstance(value, bool) else str(value).casefold() in ("true", "yes")
        case _:
            return resolve(kind, value)
