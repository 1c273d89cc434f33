"""The commands that Discord offers, made of the playbooks. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from adapters.discord.prose import harmless
from adapters.discord.render import Json
from bot import commands as grammar
from bot.playbook.model import (
    Choice,
    Date,
    Files,
    Input,
    Long,
    Many,
    Number,
    Person,
    Playbook,
    Text,
    YesNo,
)
from bot.schedule.reading import PRESETS

MENU = "Delegate this"
LINE = "brief"
"""The option that holds the rest of the line where each playbook cannot have a subcommand."""
WHEN = "when"

_TEXT, _BOOL, _USER, _NUMBER, _FILE = 3, 5, 6, 10, 11
_MOST = 25
_CHOICE = 100
_FILES = 3
_SIZE = 7_800  # of the 8,000 characters of one command
_NAME = re.compile(r"[-_'\w]{1,32}")
_DELEGATE = "Give a playbook to the team"


@dataclass(frozen=True, kw_only=True)
class Typing:
    """An option that is being typed; `playbook` is the subcommand, where there is one."""

    command: str
    playbook: str
    option: str
    text: str


def commands(playbooks: Mapping[str, Playbook]) -> list[Json]:
    """Everything that is to be offered."""
    offered = [_delegate(playbooks), _schedule()]
    for name in ("needs-me", "runs", "playbooks", "help"):
        options = [_option(_TEXT, "search", "Only what says this")] if name == "runs" else []
        offered.append(_command(name, grammar.WORDS[name].partition(":")[0], options))
    return [*offered, {"type": 3, "name": MENU}]


def _command(name: str, about: str, options: list[Json]) -> Json:
    return {"type": 1, "name": name, "description": _about(about, name), "options": options}


def _delegate(playbooks: Mapping[str, Playbook]) -> Json:
    """A subcommand for each playbook, or where those are too many, a playbook that is typed."""
    subs = [
        _command(name, one.about, _options(one)) for name, one in playbooks.items() if _fits(name)
    ]
    whole = _command("delegate", _DELEGATE, subs)
    if subs and len(subs) == len(playbooks) <= _MOST and size(whole) <= _SIZE:
        return whole
    typed = _option(_TEXT, "playbook", "What is to be done") | {"autocomplete": True}
    return whole | {"options": [typed, _option(_TEXT, LINE, "Its inputs, as name: value")]}


def _schedule() -> Json:
    """What is typed in its first option may also be a word, and the schedule that it is about."""
    words = f"A playbook; or {', '.join(grammar.SCHEDULE_WORDS)}"
    options = [
        _option(_TEXT, name, about) | {"autocomplete": True}
        for name, about in (("playbook", words), (WHEN, f"Such as {PRESETS[0]}"))
    ]
    return _command("schedule", grammar.WORDS["schedule"].partition(":")[0], options)


def _fits(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name == name.lower()


def _options(playbook: Playbook) -> list[Json]:
    """Options for the inputs; none is required, as what is left out is asked in a form."""
    found: list[Json] = []
    for name, spec in playbook.inputs.items():
        if _fits(name):
            found += _of_input(name, spec)
    return found[:_MOST]


def _of_input(name: str, spec: Input) -> list[Json]:
    about = spec.about or name.replace("_", " ")
    match spec:
        case Text() | Long() | Date():
            return [_option(_TEXT, name, about)]
        case Many():
            return [_option(_TEXT, name, f"{about}: some of {', '.join(spec.options)}")]
        case Choice():
            return [_option(_TEXT, name, about) | _choices(spec)]
        case Number():
            ends = {"min_value": spec.min, "max_value": spec.max}
            known = {key: value for key, value in ends.items() if value is not None}
            return [_option(_NUMBER, name, about) | known]
        case YesNo():
            return [_option(_BOOL, name, about)]
        case Person():
            return [_option(_USER, name, about)]
        case Files():
            names = [name, *(f"{name}_{n}" for n in range(2, _FILES + 1))]
            return [_option(_FILE, one, about) for one in names if _fits(one)]
        case _:
            assert_never(spec)


def _choices(spec: Choice) -> Json:
    if len(spec.options) > _MOST or any(not 0 < len(one) <= _CHOICE for one in spec.options):
        return {"autocomplete": True}
    return {"choices": [{"name": harmless(one), "value": one} for one in spec.options]}


def _option(kind: int, name: str, about: str) -> Json:
    return {"type": kind, "name": name, "description": _about(about, name)}


def _about(text: str, name: str) -> str:
    said = " ".join(harmless(text).split()) or name
    return said if len(said) <= 100 else f"{said[:99]}…"


def size(one: Json) -> int:
    """The characters of a command, as Discord counts them."""
    own = len(one["name"]) + len(one.get("description") or "")
    own += sum(len(part["name"]) + len(str(part["value"])) for part in one.get("choices") or [])
    return own + sum(map(size, one.get("options") or []))


def same(offered: Any, found: Any) -> bool:
    """Whether Discord offers this already; it adds much of its own, and leaves empty lists out."""
    if isinstance(offered, dict) and isinstance(found, dict):
        return all(same(held, found.get(key, [])) for key, held in offered.items())
    if isinstance(offered, list) and isinstance(found, list):
        ordered = sorted(found, key=_name) if found and "type" in found[0] else found
        wanted = sorted(offered, key=_name) if ordered is not found else offered
        pairs = zip(wanted, ordered, strict=False)
        return len(offered) == len(found) and all(same(a, b) for a, b in pairs)
    return offered == found


def _name(one: Json) -> str:
    return f"{one['type']} {one['name']}"


def completed(playbooks: Mapping[str, Playbook], it: Typing) -> list[Json]:
    """What an option could become."""
    begun = it.text.casefold()
    if it.command == "schedule" and it.option == WHEN:
        found = [*filter(str.strip, [it.text]), *(one for one in PRESETS if one != it.text)]
    elif it.option == "playbook":
        words = grammar.SCHEDULE_WORDS if it.command == "schedule" else ()
        found = [name for name in (*playbooks, *words) if begun in name]
    else:
        spec = playbooks[it.playbook].inputs.get(it.option) if it.playbook in playbooks else None
        options = spec.options if isinstance(spec, Choice) else ()
        found = [one for one in options if begun in one.casefold()]
    found = [one for one in found if len(one) <= _CHOICE]
    found.sort(key=lambda one: not one.casefold().startswith(begun))
    return [{"name": harmless(one), "value": one} for one in found[:_MOST]]
