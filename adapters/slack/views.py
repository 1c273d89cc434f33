"""Forms as modals, and the App Home. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from pydantic import JsonValue

from adapters.slack import render
from adapters.slack.buttons import Json, plain
from adapters.slack.places import channel_in, user_in
from adapters.slack.render import Reader
from bot.cards import Field, Form, Where
from bot.cards.long import harmless, pieces
from bot.playbook.inputs import default
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

FORM = "form"
MORE_OF = "#"
"""Stands between a long text's name and the number of its continuation."""

_FIELDS = 45  # a view; each may need an error beside it
_TYPED = 3_000
_CONTINUED = 12
_EMPTY = "none"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a form came from, which it carries along: `place` is where a run would begin, `page`
    which of its fields it shows, `about` the message that is to be the run's context.
    """

    action: str
    place: str
    page: int = 0
    about: str = ""

    @property
    def text(self) -> str:
        return json.dumps([self.action, self.place, self.page, self.about])


def origin(text: str) -> Origin | None:
    """What a form carried; None when it is none of ours."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    match found:
        case [str(action), str(place), int(page), str(about)]:
            return Origin(action=action, place=place, page=page, about=about)
        case _:
            return None


@dataclass(frozen=True)
class Here:
    """For whom a form is: `viewer` fills it in, `beside` names files that come along anyhow."""

    to: Reader
    viewer: str
    today: date
    beside: tuple[str, ...] = ()


def modal(form: Form, of: Origin, here: Here) -> Json:
    """The form's page as a modal."""
    of = replace(of, action=form.action)
    start = of.page * _FIELDS
    fields = form.fields[start : start + _FIELDS]
    blocks = said(here.to.told(form.about)) if of.page == 0 else []
    for one in fields:
        blocks += _field(one, here)
    more = len(form.fields) > start + _FIELDS
    return {
        **_view(form.title, blocks, of.text),
        "submit": plain("Next" if more else cut(form.submit, 24)),
    }


def pages(form: Form) -> int:
    """How many views the form takes."""
    return max(1, -(-len(form.fields) // _FIELDS))


def full(form: Form, values: Mapping[str, JsonValue]) -> tuple[Field, ...]:
    """The long texts that reached what one field holds, and may go on."""
    return tuple(
        one
        for one in form.fields
        if isinstance(one.input, Long) and len(str(values.get(one.name) or "")) >= _TYPED
    )


def continued(
    form: Form, fields: Sequence[Field], of: Origin, values: Mapping[str, JsonValue]
) -> Json:
    """A pushed view in which long texts go on; `values` are what was typed there before."""
    each = max(1, _CONTINUED // len(fields))
    blocks = said("One field holds 3,000 characters. Go on here, or send it as it is.")
    for one in fields:
        for n in range(2, each + 2):
            element: Json = {"type": "plain_text_input", "multiline": True, "max_length": _TYPED}
            name = f"{one.name}{MORE_OF}{n}"
            label = f"{one.label}, part {n}"
            if typed := values.get(name):
                element["initial_value"] = str(typed)[:_TYPED]
            blocks.append(_input(name, label, element | {"action_id": "text"}, optional=True))
    return {**_view(form.title, blocks, of.text), "submit": plain(cut(form.submit, 24))}


def skeleton(title: str = "Podium", words: str = "One moment …") -> Json:
    """What is shown at once, before it is known what the view will say."""
    return _view(title, said(words), "")


def message(title: str, drawn: render.Drawn) -> Json:
    """A view that only tells something."""
    return _view(title, drawn.blocks[:100], "")


def _view(title: str, blocks: list[Json], metadata: str) -> Json:
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain(cut(title, 24)),
        "close": plain("Close"),
        "private_metadata": metadata,
        "blocks": blocks or said("Nothing more is needed."),
    }


# --- fields -----------------------------------------------------------------------


def _field(one: Field, here: Here) -> list[Json]:
    spec, hint = one.input, one.input.about
    # A box that is not ticked says no, so it may be left as it is.
    optional = not spec.required or isinstance(spec, YesNo)
    if isinstance(spec, Files) and here.beside:
        optional = True
        hint = f"{hint} From this thread: {', '.join(here.beside)}.".strip()
    if isinstance(spec, Where):
        channel = channel_in(here.to.team, str(one.value or ""))
        element = _channel(channel, here=not one.value)
        if one.value and not channel:
            optional, hint = True, "Left empty, it stays where it is."
    else:
        element = _element(spec, one.value, here)
    block = _input(one.name, one.label, element, hint=hint, optional=optional)
    wrong = {"type": "context", "elements": [plain(cut(f"⚠ {here.to.told(one.error)}", 1_000))]}
    return [block, wrong] if one.error else [block]


def _input(name: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    block: Json = {
        "type": "input",
        "block_id": name,
        "label": plain(cut(label, 2_000) or name),
        "element": element,
        "optional": optional,
    }
    return block | ({"hint": plain(cut(hint, 2_000))} if hint.strip() else {})


def _element(spec: Input, value: JsonValue, here: Here) -> Json:
    value = default(spec) if value is None else value
    match spec:
        case Text() | Long():
            long = isinstance(spec, Long)
            typed: Json = {"type": "plain_text_input", "action_id": "text", "multiline": long}
            typed["max_length"] = _TYPED
            return typed | ({"initial_value": str(value)[:_TYPED]} if value else {})
        case Choice():
            chosen = [option for option in spec.options if option == value]
            return _select("static_select", spec.options, chosen)
        case Many():
            held = value if isinstance(value, list) else []
            chosen = [option for option in spec.options if option in held]
            kind = "checkboxes" if len(spec.options) <= 10 else "multi_static_select"
            return _select(kind, spec.options, chosen)
        case Number():
            return _number(spec, value)
        case Date():
            day = here.today.isoformat() if value == "today" else value
            picked = {"initial_date": day} if isinstance(day, str) and _is_day(day) else {}
            return {"type": "datepicker", "action_id": "date", **picked}
        case YesNo():
            yes = _option("Yes", "yes")
            box: Json = {"type": "checkboxes", "action_id": "yes_no", "options": [yes]}
            return box | ({"initial_options": [yes]} if value is True else {})
        case Person():
            identity = here.viewer if value == "requester" else str(value or "")
            user = user_in(here.to.team, identity)
            start = {"initial_user": user} if user else {}
            return {"type": "users_select", "action_id": "person", **start}
        case Files():
            return {"type": "file_input", "action_id": "files", "max_files": 10}
        case _:
            assert_never(spec)


def _channel(chosen: str, *, here: bool) -> Json:
    """The channels that the person sees; `here` is whether they mean the one they are in."""
    element: Json = {"type": "conversations_select", "action_id": "place"}
    element["filter"] = {"include": ["public", "private"], "exclude_bot_users": True}
    if here:
        return element | {"default_to_current_conversation": True}
    return element | ({"initial_conversation": chosen} if chosen else {})


def _number(spec: Number, value: object) -> Json:
    element: Json = {"type": "number_input", "action_id": "number", "is_decimal_allowed": True}
    for key, held in (("min_value", spec.min), ("max_value", spec.max), ("initial_value", value)):
        if isinstance(held, int | float):
            element[key] = f"{held:g}" if abs(held) < 1e6 else str(held)
    return element


def _select(kind: str, options: Sequence[str], chosen: Sequence[str]) -> Json:
    element: Json = {"type": kind, "action_id": "options" if kind != "static_select" else "option"}
    shown = [_option(option, option) for option in dict.fromkeys(options)]
    if len(shown) <= 100:
        element["options"] = shown
    else:
        groups = [shown[at : at + 100] for at in range(0, len(shown), 100)][:100]
        element["option_groups"] = [
            {"label": plain(f"{n * 100 + 1} and on"), "options": group}
            for n, group in enumerate(groups)
        ]
    picked = [_option(option, option) for option in chosen]
    if picked and kind == "static_select":
        element["initial_option"] = picked[0]
    elif picked:
        element["initial_options"] = picked
    return element


def _option(text: str, value: str) -> Json:
    return {"text": plain(cut(text, 75) or "–"), "value": value[:150]}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def said(text: str) -> list[Json]:
    shown = pieces(harmless(text), 2_900)
    return [{"type": "section", "text": plain(piece)} for piece in shown]


def cut(text: str, most: int) -> str:
    text = harmless(text).strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"
