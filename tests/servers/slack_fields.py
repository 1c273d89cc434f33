"""Fields of a modal: what they hold at first, what a person puts in, what Slack itself refuses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.servers import slack_rules
from tests.servers.slack_world import Channel, Json

Value = str | bool | Sequence[str]

_STATES: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", "initial_files"),
}
NEEDED = "Please complete this required field."


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block with each of its elements that hold something."""
    for block in blocks:
        for part in slack_rules.parts(block):
            if part.get("type") in _STATES and "action_id" in part:
                yield block, dict(part)


def key(element: Json) -> str:
    """Under which name the state of an element says what it holds."""
    return _STATES[element["type"]][0]


def at_first(element: Json, here: Channel | None = None) -> Json:
    """The state of an element that nobody touched, of a person who looks at the channel `here`."""
    name, initial = _STATES[element["type"]]
    empty: Any = [] if name.endswith("s") else None
    if name == "selected_conversation" and element.get("default_to_current_conversation"):
        empty = here.id if here and is_offered(element, here) else None
    return {"type": element["type"], name: element.get(initial, empty)}


def is_offered(element: Json, place: Channel) -> bool:
    """Whether a select of conversations has this one."""
    kinds = (element.get("filter") or {}).get("include")
    own = {"channel": "public", "group": "private", "im": "im"}[place.kind]
    return not place.archived and not place.deleted and (not kinds or own in kinds)


def options(element: Json) -> list[Json]:
    grouped = [one for group in element.get("option_groups") or [] for one in group["options"]]
    return [*(element.get("options") or []), *grouped]


def filled(element: Json, value: Value) -> Json:
    """The state of an element after a person put `value` in; options by what they say, or value."""
    name = key(element)
    held: Any = value
    match name:
        case "selected_option":
            held = _option(element, str(value)) if value else None
        case "selected_options" if value is True:
            held = options(element)
        case "selected_options":
            names = _list(value)
            held = [_option(element, one) for one in names]
        case "selected_date_time":
            held = int(str(value))
        case "rich_text_value":
            held = _rich(str(value))
        case _ if name.endswith("s"):
            held = _list(value)
        case _:
            held = str(value) if value != "" else None
    return {"type": element["type"], name: held}


def _list(value: Value) -> list[str]:
    """Of a bare text, the one of which it consists."""
    if isinstance(value, str):
        return [value] if value else []
    return [] if isinstance(value, bool) else list(value)


def _rich(text: str) -> Json:
    words = [{"type": "text", "text": text}]
    section = {"type": "rich_text_section", "elements": words}
    return {"type": "rich_text", "elements": [section]}


def _option(element: Json, name: str) -> Json:
    for option in options(element):
        if name in (option["text"]["text"], option.get("value")):
            return option
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": name}, "value": name}
    offered = [option["text"]["text"] for option in options(element)]
    raise AssertionError(f"there is no option {name!r} among {offered}")


def shown(state: Json, element: Json) -> str | tuple[str, ...] | None:
    """What a person sees in the field; options by what they say."""
    held = state.get(key(element))
    match held:
        case {"text": {"text": said}}:
            return said
        case list():
            return tuple(
                one["text"]["text"]
                if "text" in one
                else one.get("name", "")
                if isinstance(one, dict)
                else str(one)
                for one in held
            )
        case {"type": "rich_text"}:
            return held["elements"][0]["elements"][0]["text"]
        case None:
            return None
        case _:
            return str(held)


def problem(block: Json, element: Json, state: Json) -> str:
    """What Slack itself says of a field before it sends a form; "" for nothing."""
    held = state.get(key(element))
    if held in (None, "", []):
        return "" if block.get("optional") or block["type"] != "input" else NEEDED
    match element["type"]:
        case "plain_text_input":
            return _length(element, str(held))
        case "number_input":
            return _number(element, str(held))
        case "email_text_input" if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(held)):
            return "Please enter a valid email address."
        case "url_text_input" if not re.match(r"[a-z]+://\S+$", str(held)):
            return "Please enter a valid URL."
        case "file_input" if len(held) > element.get("max_files", 10):
            return f"You can upload up to {element.get('max_files', 10)} files."
        case "file_input" if element.get("filetypes"):
            kinds = element["filetypes"]
            wrong = [one["name"] for one in held if one["filetype"] not in kinds]
            return f"{wrong[0]} is not of an accepted file type." if wrong else ""
        case _:
            return ""


def _length(element: Json, held: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(held) < least:
        return f"Please enter at least {least} characters."
    return f"Please enter no more than {most} characters." if len(held) > most else ""


def _number(element: Json, held: str) -> str:
    try:
        number = float(held)
    except ValueError:
        return "Please enter a valid number."
    if not element.get("is_decimal_allowed") and number != int(number):
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""
