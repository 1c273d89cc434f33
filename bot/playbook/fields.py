"""The keys and values of a playbook file held against the model, with what is wrong in words."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from bot.playbook.model import (
    HUMAN_KINDS,
    Act,
    Answer,
    Budget,
    Choice,
    Choose,
    Date,
    Deliver,
    Do,
    Files,
    Frozen,
    Judge,
    Long,
    Many,
    Messages,
    Number,
    Person,
    Playbook,
    Post,
    Review,
    Text,
    Work,
    YesNo,
)
from bot.playbook.source import Page, Trail, mapping
from bot.playbook.wording import nearest, told

_Model: TypeAlias = type[Frozen]

STEPS: Mapping[str, _Model] = {
    "work": Work,
    "judge": Judge,
    "choose": Choose,
    "answer": Answer,
    "do": Do,
    "act": Act,
}
INPUTS: Mapping[str, _Model] = {
    str(model.model_fields["type"].default): model
    for model in (Text, Long, Choice, Many, Number, Date, YesNo, Person, Files)
}
_KIND_KEYS = ("judge", "human", "act")
_CONTEXT_KEYS = ("channel", "file")
_A_NAME = "small letters, digits and _, a letter first, 40 at most"
_WANTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
}


def keys_of(model: _Model) -> tuple[str, ...]:
    """The keys that a file may use for a model, in its order."""
    keys = (field.alias or name for name, field in model.model_fields.items())
    return tuple(key for key in keys if not (model is Playbook and key == "name"))


def read_fields(page: Page) -> Playbook | None:
    """The playbook that a file spells out; None, with findings, when it does not fit the model."""
    if "name" in mapping(page.value):
        what = 'unknown key "name"; a playbook has the name of its file'
        page.wrong(what, ("name",), on_key=True, allowed=keys_of(Playbook))
    try:
        text = json.dumps(page.value)
        return Playbook.model_validate_json(text, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        faults = [_Fault(detail) for detail in error.errors(include_url=False)]
    meant = {pair for fault in faults for pair in fault.meant()}
    for fault in faults:
        if not fault.is_noise(page, meant):
            fault.tell(page)
    return None


_Meant: TypeAlias = tuple[Trail, str]
"""The mapping in which an unknown key stands, and the key that was meant by it."""


@dataclass(frozen=True)
class _Fault:
    """One thing that pydantic says of a playbook file."""

    detail: ErrorDetails

    @property
    def kind(self) -> str:
        return self.detail["type"]

    @property
    def key(self) -> str:
        return str(self.detail["loc"][-1]) if self.detail["loc"] else ""

    @property
    def trail(self) -> Trail:
        """The trail in the file: pydantic's, without the kinds it puts behind places of unions."""
        match self.detail["loc"]:
            case (part, name, "[key]"):
                return part, name
            case ("steps", name, _, "inputs", inner, "[key]"):
                return "steps", name, "inputs", inner
            case ("steps", name, _, "inputs", inner, _, *rest):
                return "steps", name, "inputs", inner, *rest
            case ("steps" | "inputs" | "context" as part, name, _, *rest):
                return part, name, *rest
            case trail:
                return trail

    def meant(self) -> Iterable[_Meant]:
        near = nearest(self.key, self.allowed()) if self.kind == "extra_forbidden" else None
        return [(self.trail[:-1], near)] if near else []

    def is_noise(self, page: Page, meant: set[_Meant]) -> bool:
        """Whether it only follows from another fault, such as a key that was misspelt."""
        around = self.trail[:-1]
        kind_key_meant = any((around, key) in meant for key in (*_KIND_KEYS, *_CONTEXT_KEYS))
        if self.kind == "missing":
            unclear = kind_key_meant or _has_odd_human_kind(page, around)
            return unclear or (around, self.key) in meant
        if self.kind == "extra_forbidden" and _has_odd_human_kind(page, around):
            return any(self.key in keys_of(STEPS[kind]) for kind in HUMAN_KINDS)
        return self.trail == ("name",)

    def tell(self, page: Page) -> None:
        found = cast("JsonValue", self.detail["input"])
        match self.kind:
            case "missing":
                page.wrong(f'"{self.key}" is missing', self.trail[:-1], on_key=True)
            case "extra_forbidden" if self.key == "rubric" and self.trail[0] == "steps":
                page.wrong('"rubric" needs "judge" beside it', self.trail, on_key=True)
            case "extra_forbidden":
                what, known = f'unknown key "{self.key}"', self.allowed()
                page.wrong(what, self.trail, on_key=True, allowed=known, word=self.key)
            case "string_pattern_mismatch" | "string_too_long":
                page.wrong(f'"{found}" is not a name', self.trail, on_key=True, allowed=(_A_NAME,))
            case "literal_error":
                self._tell_choice(page, self.trail, found)
            case "union_tag_invalid":
                self._tell_choice(page, (*self.trail, "type"), mapping(found).get("type"))
            case "union_tag_not_found":
                page.wrong('"type" is missing', self.trail, on_key=True, allowed=INPUTS)
            case _:
                page.wrong(self._sentence(found), self.trail)

    def _tell_choice(self, page: Page, trail: Trail, found: JsonValue) -> None:
        match trail[-1]:
            case "type":
                allowed = tuple(INPUTS)
            case "human":
                allowed = HUMAN_KINDS
            case _:
                expected = str(self.detail.get("ctx", {}).get("expected"))
                allowed = tuple(re.findall(r"'([^']*)'", expected))
        word = found if isinstance(found, str) else ""
        page.wrong(f'"{trail[-1]}" cannot be {told(found)}', trail, allowed=allowed, word=word)

    def _sentence(self, found: JsonValue) -> str:
        context = self.detail.get("ctx", {})
        if bound := _BOUNDS.get(self.kind):
            return f"{bound[0]} {context[bound[1]]:g} is expected, {told(found)} was found"
        if self.kind == "too_short":
            return f'"{self.trail[-1]}" is empty'
        if wanted := _WANTED.get(self.kind):
            quote = wanted == "text" and isinstance(found, int | float | dict)
            advice = "; put the text in quotes" if quote else ""
            return f"{wanted} is expected, {told(found)} was found{advice}"
        return self.detail["msg"].removeprefix("Value error, ")

    def allowed(self) -> tuple[str, ...]:
        """The keys that may stand where this one does."""
        match self.detail["loc"][:-1]:
            case ("inputs", _, str(kind)) | ("steps", _, _, "inputs", _, str(kind)):
                return keys_of(INPUTS[kind])
            case ("steps", _, str(kind)):
                return keys_of(STEPS[kind]) + (_KIND_KEYS if kind == "work" else ())
            case ("steps", _, "act", "act") | ("deliver", "then", _):
                return keys_of(Post)
            case ("context", _, "channel", "channel"):
                return keys_of(Messages)
            case ("context", _, _):
                return _CONTEXT_KEYS
            case ("deliver", "review"):
                return keys_of(Review)
            case (part,):
                return keys_of({"deliver": Deliver, "budget": Budget}[str(part)])
            case _:
                return keys_of(Playbook)


def _has_odd_human_kind(page: Page, trail: Trail) -> bool:
    step = mapping(page.get(trail)) if trail[:-1] == ("steps",) else {}
    return "human" in step and step["human"] not in HUMAN_KINDS
