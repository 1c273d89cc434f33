"""Forms as what the page's dialog shows. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

from pydantic import JsonValue

from adapters.web.places import WORKSPACE, Place, place_of
from adapters.web.prose import harmless
from adapters.web.render import words
from bot.cards import Field, Form, Where
from bot.playbook.model import Choice, Date, Files, Many, Person
from bot.ports import PlaceGone


class ShownField(TypedDict):
    name: str
    label: str
    about: str
    type: str
    required: bool
    options: list[list[str]]
    value: JsonValue
    error: str


class ShownForm(TypedDict):
    """A form for the dialog; `about` is HTML, all else is plain text."""

    action: str
    title: str
    about: str
    submit: str
    fields: list[ShownField]


def form(
    form: Form,
    *,
    people: Mapping[str, str],
    channels: Sequence[str] = (),
    viewer: str,
    today: date,
) -> ShownForm:
    """The form with each field's start value; `people` are names by their ids."""
    return ShownForm(
        action=form.action,
        title=harmless(form.title),
        about=words(form.about),
        submit=harmless(form.submit),
        fields=[_field(field, people, channels, viewer, today) for field in form.fields],
    )


def _field(
    field: Field, people: Mapping[str, str], channels: Sequence[str], viewer: str, today: date
) -> ShownField:
    spec = field.input
    return ShownField(
        name=field.name,
        label=harmless(field.label),
        about=harmless(spec.about),
        type="where" if isinstance(spec, Where) else spec.type,
        required=spec.required,
        options=_options(field, people, channels),
        value=_value(field, viewer, today),
        error=harmless(field.error),
    )


def _options(field: Field, people: Mapping[str, str], channels: Sequence[str]) -> list[list[str]]:
    """What can be chosen: each the value and what is shown for it."""
    spec = field.input
    if isinstance(spec, Choice | Many):
        return [[option, harmless(option)] for option in spec.options]
    if isinstance(spec, Person):
        return [[person, harmless(name)] for person, name in people.items()]
    if isinstance(spec, Where):
        named = {Place(channel).id: channel for channel in channels}
        held = _channel(field.value)
        platform = held.partition(":")[0].title()
        elsewhere = {} if held in ("", *named) else {held: f"Where it was, in {platform}"}
        return [[place, harmless(name)] for place, name in {**elsewhere, **named}.items()]
    return []


def _channel(place: JsonValue) -> str:
    """The channel of a place of the page; a place of another platform as it is."""
    held = place if isinstance(place, str) else ""
    if not held.startswith(f"{WORKSPACE}:"):
        return held
    try:
        return place_of(held).channel_id
    except PlaceGone:
        return ""


def _value(field: Field, viewer: str, today: date) -> JsonValue:
    spec = field.input
    value: JsonValue = field.value
    if isinstance(spec, Where):
        return _channel(value)
    if value is None and not isinstance(spec, Files):
        value = [*spec.default] if isinstance(spec, Many) else spec.default
    if isinstance(spec, Date) and value == "today":
        return today.isoformat()
    if isinstance(spec, Person) and value == "requester":
        return viewer
    return value
