"""Forms as modals. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from pydantic import JsonValue

from adapters.discord.places import place_of, user_of
from adapters.discord.prose import harmless
from adapters.discord.render import ROW, SELECT, TEXT, Json, Reader, button
from bot.cards import Field, Form, Where
from bot.playbook.inputs import default
from bot.playbook.model import Choice, Date, Files, Input, Long, Many, Number, Person, Text, YesNo

INPUT, PEOPLE, CHANNELS = 4, 5, 8
LABEL, UPLOAD, RADIO, CHECKS, CHECK = 18, 19, 21, 22, 23
PICK = "pick"
OPEN = "open"
_FORM = "f"
_ITEMS = 5
_TYPED = 4_000
_OPTIONS = 25
_ROUND = 10  # boxes to tick
_OPTION = 100
_POSTED_IN = [0, 5]  # channels of text and of announcements: they take threads


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a form carries along: its action, which of its pages it is, and under which key what
    it cannot carry is kept in memory.
    """

    action: str
    key: str
    page: int = 0

    @property
    def text(self) -> str:
        return f"{_FORM}:{self.key}:{self.page}:{self.action}"


def origin(text: str) -> Origin | None:
    """What a form carried; None when it is none of ours."""
    kind, _, rest = text.partition(":")
    key, _, rest = rest.partition(":")
    page, _, action = rest.partition(":")
    if kind != _FORM or not page.isdecimal() or len(page) > 2 or not action:
        return None
    return Origin(action=action, key=key, page=int(page))


def pages(form: Form) -> list[tuple[Field, ...]]:
    """The fields of each modal: Discord takes five things in one."""
    fields = [one for one in form.fields if not is_kept_back(one)]
    first = _ITEMS - bool(_about(form))
    out = [tuple(fields[:first])]
    out += [tuple(fields[at : at + _ITEMS]) for at in range(first, len(fields), _ITEMS)]
    return out


def _about(form: Form) -> str:
    """What stands above the fields; five fields without an error leave it no room."""
    if len(form.fields) == _ITEMS and not any(field.error for field in form.fields):
        return ""
    return form.about.strip()


def is_kept_back(field: Field) -> bool:
    """Whether what was typed is too long to be shown again, and nothing is wrong with it."""
    return not field.error and len(str(field.value or "")) > _TYPED


def modal(form: Form, of: Origin, to: Reader, *, viewer: str, today: date) -> Json:
    """The form's page as a modal."""
    fields = pages(form)[of.page]
    about = _about(form) if of.page == 0 else ""
    said = [{"type": TEXT, "content": _cut(to.told(about), _TYPED)}] if about else []
    labels = [_field(one, to, viewer, today) for one in fields]
    nothing = [{"type": TEXT, "content": "Nothing more is needed."}]
    return {
        "title": _cut(form.title, 45) or "Podium",
        "custom_id": of.text,
        "components": [*said, *labels] or nothing,
    }


def _field(one: Field, to: Reader, viewer: str, today: date) -> Json:
    wrong = f"⚠ {to.told(one.error)}" if one.error else ""
    said = _cut(wrong or _hint(one.input), 100)
    shown: Json = {"type": LABEL, "label": _cut(one.label, 45) or one.name}
    shown |= {"description": said} if said else {}
    return shown | {"component": _control(one, viewer, today)}


def _hint(spec: Input | Where) -> str:
    match spec:
        case Date():
            return spec.about or "A date such as 2026-11-30, today or tomorrow"
        case Many() if not _fit(spec.options):
            return f"{spec.about} Some of: {', '.join(spec.options)}".strip()
        case Choice() if not _fit(spec.options):
            return f"{spec.about} One of: {', '.join(spec.options)}".strip()
        case _:
            return spec.about


def _control(one: Field, viewer: str, today: date) -> Json:
    spec, value = one.input, one.value
    base: Json = {"custom_id": one.name, "required": spec.required}
    if isinstance(spec, Where):
        known = _known("channel", place_of(str(value)).channel if value else "")
        least = _least(spec.required) | {"channel_types": _POSTED_IN}
        return {"type": CHANNELS, **base, **least, **known}
    value = value if value is not None else default(spec)
    match spec:
        case Text() | Number() | Date():
            day = isinstance(spec, Date) and value == "today"
            return _typed(base, today.isoformat() if day else value, long=False)
        case Long():
            return _typed(base, value, long=True)
        case Choice():
            return _choice(base, spec.options, value)
        case Many():
            return _many(base, spec.options, value)
        case YesNo():
            # A box that is not ticked says no, so it may be left as it is.
            return {"type": CHECK, "custom_id": one.name, "default": value is True}
        case Person():
            user = user_of(viewer if value == "requester" else str(value or ""))
            return {"type": PEOPLE, **base, **_least(spec.required), **_known("user", user)}
        case Files():
            least = {"min_values": int(spec.required), "max_values": 10}
            return {"type": UPLOAD, **base, **least}
        case _:
            assert_never(spec)


def _least(required: bool) -> Json:
    return {"min_values": int(required), "max_values": 1}


def _known(kind: str, own: str) -> Json:
    """What is chosen already in a menu that Discord fills."""
    return {"default_values": [{"id": own, "type": kind}]} if own else {}


def _typed(base: Json, value: JsonValue, *, long: bool) -> Json:
    shown: Json = {"type": INPUT, **base, "style": 2 if long else 1, "max_length": _TYPED}
    held = ", ".join(map(str, value)) if isinstance(value, list) else value
    held = int(held) if isinstance(held, float) and held.is_integer() else held
    return shown | ({"value": harmless(str(held))[:_TYPED]} if held not in (None, "") else {})


def _choice(base: Json, options: Sequence[str], value: JsonValue) -> Json:
    if not _fit(options):
        return _typed(base, value, long=False)
    shown = _options(options, [value])
    if 2 <= len(options) <= _ITEMS:
        return {"type": RADIO, **base, "options": shown}
    return {"type": SELECT, **base, **_least(bool(base["required"])), "options": shown}


def _many(base: Json, options: Sequence[str], value: JsonValue) -> Json:
    held = value if isinstance(value, list) else []
    if not _fit(options):
        return _typed(base, ", ".join(map(str, held)), long=False)
    shown = _options(options, held)
    least = {"min_values": int(base["required"]), "max_values": len(shown)}
    return {"type": CHECKS if len(shown) <= _ROUND else SELECT, **base, **least, "options": shown}


def _fit(options: Sequence[str]) -> bool:
    """Whether Discord takes these as things to choose from."""
    short = all(one.strip() and len(one) <= _OPTION for one in options)
    return short and 0 < len(set(options)) == len(options) <= _OPTIONS


def _options(options: Sequence[str], chosen: Sequence[JsonValue]) -> list[Json]:
    return [
        {"label": harmless(one), "value": one, **({"default": True} if one in chosen else {})}
        for one in options
    ]


# --- where no modal can be opened at once ---------------------------------------------


def picker(playbooks: Mapping[str, str], key: str, verb: str) -> list[Json]:
    """Menus of playbooks with what each is about; `verb` opens the form of what is chosen."""
    names = sorted(playbooks)[: _ITEMS * _OPTIONS]
    out: list[Json] = []
    for at in range(0, len(names), _OPTIONS):
        part = names[at : at + _OPTIONS]
        options = [
            {"label": _cut(one, _OPTION), "value": one, "description": _cut(playbooks[one], 100)}
            for one in part
        ]
        custom_id = f"{PICK}:{key}:{at}:{verb}"
        menu: Json = {"type": SELECT, "custom_id": custom_id, "options": options}
        whole = len(names) <= _OPTIONS
        menu["placeholder"] = "A playbook" if whole else _cut(f"{part[0]} to {part[-1]}", 150)
        out.append({"type": ROW, "components": [menu]})
    return out


def opener(of: Origin, label: str = "Open the form") -> list[Json]:
    """A button that opens the form, as Discord lets a form open only at a press."""
    return [button(label, f"{OPEN}:{of.key}:{of.page}:{of.action}", "primary")]


def opened(custom_id: str) -> Origin | None:
    """The form that such a button opens."""
    kind, _, rest = custom_id.partition(":")
    return origin(f"{_FORM}:{rest}") if kind == OPEN else None


def wrong(form: Form) -> str:
    """What is wrong with a form, in words."""
    return "\n".join(f"{one.label}: {one.error}" for one in form.fields if one.error)


def _cut(text: str, most: int) -> str:
    text = harmless(text).strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"
