"""What people gave for the inputs of a playbook, from a form or typed in a line, read as values."""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import assert_never

from pydantic import JsonValue

from bot.playbook.model import (
    Choice,
    Date,
    Files,
    Input,
    Long,
    Many,
    Number,
    Person,
    Text,
    YesNo,
)
from bot.playbook.templates import text
from bot.playbook.wording import hint

MAX_TEXT = 500
MAX_LONG = 100_000

_IDENTITY = re.compile(r"[a-z][a-z0-9_-]*:[^\s:]+:\S+")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NEAR = {"today": 0, "tomorrow": 1}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_NEEDED = "This is needed."
_A_DATE = "A date such as 2026-11-30, today or tomorrow is expected"
_A_PERSON = "A person is written platform:workspace:user, or requester."
_YES_OR_NO = "Yes or no is expected."
_YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "on", "1"), True),
    **dict.fromkeys(("no", "n", "false", "off", "0"), False),
}


def read_inputs(
    specs: Mapping[str, Input], raw: Mapping[str, JsonValue], *, today: date, requester: str
) -> tuple[dict[str, JsonValue], dict[str, str]]:
    """Every input's value, and by name what is wrong; what was left out is its default or None."""
    values: dict[str, JsonValue] = {}
    errors: dict[str, str] = {}
    for name, spec in specs.items():
        try:
            values[name] = read_input(spec, raw.get(name), today=today, requester=requester)
        except ValueError as error:
            errors[name] = str(error)
    for name in raw:
        if name not in specs:
            known = f"; the inputs are {', '.join(specs)}" if specs else ""
            near = hint(name, specs) or f": leave it out{known}."
            errors[name] = f'There is no input "{name}"{near}'
    return values, errors


def read_input(spec: Input, raw: JsonValue, *, today: date, requester: str) -> JsonValue:
    """The value of one input. Raises ValueError with the sentence a form shows beside the field."""
    given = raw if _is_given(raw) else default(spec)
    if _is_given(given):
        return _read(spec, given, today, requester)
    if spec.required:
        raise ValueError(_NEEDED)
    return [] if isinstance(spec, Many | Files) else None


def _read(spec: Input, given: JsonValue, today: date, requester: str) -> JsonValue:
    match spec:
        case Text() | Long():
            return _one_line(given) if spec.type == "text" else _long(given)
        case Choice():
            return _choice(given, spec.options)
        case Many():
            return _many(given, spec.options)
        case Number():
            return _number(given, spec)
        case Date():
            return _date(given, today)
        case YesNo():
            return _yes_no(given)
        case Person():
            return _person(given, requester)
        case Files():
            return _files(given)
        case _:
            assert_never(spec)


def _is_given(raw: JsonValue) -> bool:
    match raw:
        case None:
            return False
        case str():
            return any(_is_visible(character) for character in raw)
        case list():
            return any(_is_given(part) for part in raw)
        case _:
            return True


def default(spec: Input) -> JsonValue:
    """What an input is when nothing is given for it."""
    if isinstance(spec, Files):
        return None
    return list(spec.default) if isinstance(spec, Many) else spec.default


# --- text --------------------------------------------------------------------------


def _is_visible(character: str) -> bool:
    # Spaces, control and format characters, and halves of characters show nothing.
    return unicodedata.category(character) not in {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"}


def _is_kept(character: str) -> bool:
    # Format characters stay: emoji and several scripts are joined by them.
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}


def _clean(raw: JsonValue, wanted: str = "Text is expected here.") -> str:
    match raw:
        case str():
            lines = raw.replace("\r\n", "\n").replace("\r", "\n")
            return "".join(filter(_is_kept, lines))
        case int() | float() if not isinstance(raw, bool):
            return str(raw)
        case _:
            raise ValueError(wanted)


def _one_line(raw: JsonValue) -> str:
    return _within(" ".join(_clean(raw).split()), MAX_TEXT)


def _long(raw: JsonValue) -> str:
    return _within(_clean(raw).lstrip("\n").rstrip(), MAX_LONG)


def _within(said: str, most: int) -> str:
    if len(said) > most:
        raise ValueError(f"At most {most:,} characters fit here; this has {len(said):,}.")
    return said


# --- options -----------------------------------------------------------------------


def _key(said: str) -> str:
    return unicodedata.normalize("NFC", " ".join(said.split())).casefold()


def _choice(raw: JsonValue, options: tuple[str, ...]) -> str:
    said = _clean("yes" if raw is True else "no" if raw is False else raw)
    found = _option(said, options)
    if found is None:
        raise ValueError(_no_option(said, options))
    return found


def _option(said: str, options: tuple[str, ...]) -> str | None:
    """The option as it is written, else the one that differs in case or spaces only."""
    alike = (option for option in options if _key(option) == _key(said))
    return said if said in options else next(alike, None)


def _no_option(said: str, options: tuple[str, ...]) -> str:
    near = hint(said, options) or ": choose one of these."
    return f'"{said}" is not among {", ".join(options)}{near}'


def _many(raw: JsonValue, options: tuple[str, ...]) -> JsonValue:
    parts = [_choice(part, options) for part in _listed(raw)] if isinstance(raw, list) else None
    chosen = set(parts if parts is not None else _split(_clean(raw), options))
    return [option for option in options if option in chosen]


def _listed(raw: list[JsonValue]) -> list[JsonValue]:
    return [part for part in raw if _is_given(part)]


def _split(said: str, options: tuple[str, ...]) -> list[str]:
    """The options in "a, b"; an option may hold commas itself, so the longest that fits is it."""
    parts = [part for part in re.split(r"[,\n]", said) if _is_given(part)]
    found: list[str] = []
    while parts:
        for size in range(len(parts), 0, -1):
            if option := _option(",".join(parts[:size]), options):
                found.append(option)
                parts = parts[size:]
                break
        else:
            raise ValueError(_no_option(parts[0].strip(), options))
    return found


# --- the rest ----------------------------------------------------------------------


def _number(raw: JsonValue, spec: Number) -> int | float:
    said = _clean(raw, "A number is expected here.").strip()
    if not _NUMBER.fullmatch(said) or len(said) > 50 or not math.isfinite(float(said)):
        raise ValueError(f'A number such as 3 or 3.5 is expected, not "{said[:50]}".')
    value = float(said)
    if spec.min is not None and value < spec.min:
        raise ValueError(f"At least {text(spec.min)} is expected.")
    if spec.max is not None and value > spec.max:
        raise ValueError(f"At most {text(spec.max)} is expected.")
    return int(said) if said.lstrip("+-").isdecimal() else value


def _date(raw: JsonValue, today: date) -> str:
    said = _clean(raw, f"{_A_DATE}.").strip()
    try:
        if (days := _NEAR.get(said.casefold())) is not None:
            return (today + timedelta(days=days)).isoformat()
        if found := _DATE.fullmatch(said):
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except (ValueError, OverflowError):
        raise ValueError(f"There is no day {said}.") from None
    raise ValueError(f'{_A_DATE}, not "{said[:50]}".')


def _yes_no(raw: JsonValue) -> bool:
    if isinstance(raw, bool):
        return raw
    found = _YES_NO.get(_clean(raw, _YES_OR_NO).strip().casefold())
    if found is None:
        raise ValueError(_YES_OR_NO)
    return found


def _person(raw: JsonValue, requester: str) -> str:
    said = _clean(raw, _A_PERSON).strip()
    if said.casefold() == "requester":
        return requester
    if not is_identity(said):
        raise ValueError(_A_PERSON)
    return said


def is_identity(word: str) -> bool:
    """Whether a word is a full identity, platform:workspace:user."""
    return _IDENTITY.fullmatch(word) is not None


def _files(raw: JsonValue) -> JsonValue:
    parts = _listed(raw) if isinstance(raw, list) else _clean(raw).split(",")
    named = [" ".join(_clean(part).split()) for part in parts]
    return [_within(name, MAX_TEXT) for name in dict.fromkeys(named) if name]
