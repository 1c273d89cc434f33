"""An open modal as a person sees it and fills it in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.servers.discord_layout import CHECK, CHECKS, LABEL, TEXT
from tests.servers.discord_things import File, Json

Filled = str | bool | Sequence[str]
Upload = Callable[[File], str]
Pick = Callable[[int, str], str]
"""The id of what is called so, in a menu of that type."""

_FILLED = {5: "person", 8: "place"}
"""Menus that Discord fills itself."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One control of a form; `options` are pairs of what is shown and what is sent."""

    label: str
    about: str
    kind: str
    required: bool
    value: Filled | None
    options: tuple[tuple[str, str], ...]
    json: Json


def fields(form: Json) -> list[Field]:
    """The controls of a form, from above."""
    return [_field(label, about, one) for label, about, one in _controls(form)]


def about(form: Json) -> str:
    """What the form says beside its fields."""
    return "\n".join(one["content"] for one in form["components"] if one["type"] == TEXT)


def _controls(form: Json) -> Iterator[tuple[str, str, Json]]:
    for row in form["components"]:
        if row["type"] == LABEL:
            yield row["label"], row.get("description") or "", row["component"]
        elif row["type"] == 1:
            yield row["components"][0].get("label") or "", "", row["components"][0]


def _field(label: str, said: str, one: Json) -> Field:
    options = one.get("options") or []
    chosen = [option["value"] for option in options if option.get("default")]
    several = one["type"] == CHECKS or one.get("max_values", 1) > 1
    value: Filled | None
    match one["type"]:
        case 4:
            kind, value = "long" if one.get("style") == 2 else "text", one.get("value") or ""
        case 23:
            kind, value = "yes_no", bool(one.get("default"))
        case 19:
            kind, value = "files", []
        case 5 | 8:
            chosen = [each["id"] for each in one.get("default_values") or []]
            kind = _FILLED[one["type"]]
            value = chosen if several else next(iter(chosen), None)
        case _:
            kind = "many" if several else "choice"
            value = chosen if several else next(iter(chosen), None)
    return Field(
        label=label,
        about=said,
        kind=kind,
        required=one.get("required", True) if one["type"] != CHECK else False,
        value=value,
        options=tuple((option["label"], option["value"]) for option in options),
        json=one,
    )


def wrong(
    form: Json, values: Mapping[str, Filled], files: Mapping[str, Sequence[File]]
) -> dict[str, str]:
    """What Discord's client says beside the fields, by their labels, before it sends anything."""
    found: dict[str, str] = {}
    for one in fields(form):
        given = files.get(one.label) if one.kind == "files" else values.get(one.label, one.value)
        if error := _wrong(one, given):
            found[one.label] = error
    return found


def _wrong(field: Field, given: Any) -> str:
    if not given:
        return "This is needed." if field.required else ""
    several = [given] if isinstance(given, str) else given
    if field.kind in ("text", "long"):
        if len(given) < field.json.get("min_length", 0):
            return f"Must be at least {field.json['min_length']} characters."
        if len(given) > field.json.get("max_length", 4000):
            return f"Must be {field.json.get('max_length', 4000)} characters or fewer."
    elif field.options:
        known = {name for option in field.options for name in option}
        if not set(several) <= known:
            return "This is not offered."
        if len(several) > field.json.get("max_values", len(known)):
            return "These are too many."
    elif field.kind == "files" and len(several) > field.json.get("max_values", 1):
        return "These are too many."
    return ""


def submission(
    form: Json,
    values: Mapping[str, Filled],
    files: Mapping[str, Sequence[File]],
    *,
    upload: Upload,
    pick: Pick,
) -> Json:
    """What a MODAL_SUBMIT says; labels that the form does not have are an error."""
    known = {one.label: one for one in fields(form)}
    unknown = [label for label in (*values, *files) if label not in known]
    if unknown:
        raise KeyError(f"the form has no field {unknown[0]!r}; it has {list(known)}")
    sent: list[Json] = []
    rest = iter(known.values())
    for row in form["components"]:
        own = {"type": row["type"], "id": row.get("id", len(sent) + 1)}
        if row["type"] == TEXT:
            sent.append(own)
            continue
        field = next(rest)
        given = values.get(field.label, field.value)
        uploads = [upload(one) for one in files.get(field.label, ())]
        control = _sent(field, given, uploads, pick)
        control["id"] = field.json.get("id", 100 + len(sent))
        inside = {"component": control} if row["type"] == LABEL else {"components": [control]}
        sent.append({**own, **inside})
    return {"custom_id": form["custom_id"], "components": sent}


def _sent(field: Field, given: Any, uploads: Sequence[str], pick: Pick) -> Json:
    control: Json = {"type": field.json["type"], "custom_id": field.json["custom_id"]}
    known = {name: value for shown, value in field.options for name in (shown, value)}
    match field.json["type"]:
        case 4:
            return control | {"value": str(given or "")}
        case 23:
            return control | {"value": bool(given)}
        case 19:
            return control | {"values": list(uploads)}
        case 21:
            return control | {"value": known.get(given) if given else None}
        case 5 | 8:
            chosen = [given] if isinstance(given, str) else given or []
            return control | {"values": [pick(control["type"], one) for one in chosen]}
        case _:
            chosen = [given] if isinstance(given, str) else given or []
            return control | {"values": [known[one] for one in chosen]}
