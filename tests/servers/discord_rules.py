"""What Discord refuses although its specification lets it pass."""

import re
from collections.abc import Iterable, Sequence

from tests.servers import discord_layout as layout
from tests.servers.discord_things import V2, File, Json, Refused, invalid

_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
_ARCHIVES = (60, 1440, 4320, 10080)


def check_message(
    body: Json, files: Sequence[File], *, limit: int, before: Json | None = None
) -> None:
    """A message or an edit of one. Raises Refused."""
    components = body.get("components") or []
    flags = (body.get("flags") or 0) | ((before or {}).get("flags", 0) & V2)
    for file in files:
        if len(file.data) > limit:
            raise Refused(413, 40005, "Request entity too large")
    if len(files) > 10:
        raise invalid("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    if len(body.get("content") or "") > 2000:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    if flags & V2:
        _check_v2(body, components)
    else:
        _check_v1(components)
        whole = {**(before or {}), **body}
        said = (
            *("content", "embeds", "components", "sticker_ids", "poll", "attachments"),
            *("message_reference_forward",),
        )
        if not files and not any(whole.get(name) for name in said):
            raise Refused(400, 50006, "Cannot send an empty message")
    _check_embeds(body.get("embeds") or [])
    _check_each(components)


def _check_v2(body: Json, components: Sequence[Json]) -> None:
    for name in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(name):
            raise invalid(
                name,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
    if "components" not in body:
        return
    if not components:
        raise Refused(400, 50006, "Cannot send an empty message")
    if len(list(layout.walk(components))) > 40:
        raise invalid("components", "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in total.")
    said = [one["content"] for one in layout.walk(components) if one["type"] == layout.TEXT]
    if sum(map(len, said)) > 4000:
        raise invalid(
            "components",
            "COMPONENT_MAX_TOTAL_TEXT_LENGTH",
            "The total text of the components must be 4000 or fewer in length.",
        )
    if not all(text.strip() for text in said):
        raise invalid("components.content", "BASE_TYPE_REQUIRED", "This field is required")


def _check_v1(components: Sequence[Json]) -> None:
    if len(components) > 5:
        raise invalid("components", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
    for one in components:
        if one["type"] != layout.ROW:
            raise invalid(
                "components.type", "UNION_TYPE_CHOICES", "Value of field type must be one of (1,)."
            )


def _check_each(components: Sequence[Json]) -> None:
    found = list(layout.walk(components))
    ids = [one["custom_id"] for one in found if one.get("custom_id")]
    if len(ids) != len(set(ids)):
        raise invalid(
            "components.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        )
    own = [one["id"] for one in found if one.get("id")]
    if len(own) != len(set(own)):
        raise invalid("components.id", "COMPONENT_ID_DUPLICATED", "Component id is duplicated")
    for one in found:
        _check_one(one)


def _check_one(one: Json) -> None:
    most = {"custom_id": 100, "label": 80 if one["type"] == layout.BUTTON else 45}
    most |= {"placeholder": 100 if one["type"] == layout.INPUT else 150}
    for name, limit in most.items():
        if len(one.get(name) or "") > limit:
            raise invalid(
                f"components.{name}", "BASE_TYPE_BAD_LENGTH", f"Must be {limit} or fewer in length."
            )
    match one["type"]:
        case layout.ROW:
            buttons = [each["type"] for each in one["components"]]
            if not 1 <= len(buttons) <= 5 or (len(buttons) > 1 and set(buttons) != {layout.BUTTON}):
                raise invalid(
                    "components.components",
                    "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                    "The specified component exceeds the maximum width",
                )
        case layout.SELECT | layout.RADIO | layout.CHECKS:
            _check_options(one.get("options") or [], 25 if one["type"] == layout.SELECT else 10)
        case layout.BUTTON:
            if not one.get("label") and not one.get("emoji"):
                raise invalid(
                    "components.label", "BUTTON_COMPONENT_INVALID", "A button needs a label"
                )
        case _:
            pass


def _check_options(options: Sequence[Json], most: int) -> None:
    if not 1 <= len(options) <= most:
        raise invalid(
            "components.options", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length."
        )
    values = [one["value"] for one in options]
    if len(values) != len(set(values)):
        raise invalid(
            "components.options.value",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            "The specified option value is already used",
        )
    for one in options:
        for name in ("label", "value", "description"):
            if len(one.get(name) or "") > 100:
                raise invalid(
                    f"components.options.{name}",
                    "BASE_TYPE_MAX_LENGTH",
                    "Must be 100 or fewer in length.",
                )


def _check_embeds(embeds: Sequence[Json]) -> None:
    if len(embeds) > 10:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    if sum(len(text) for text in layout.texts({"embeds": embeds})) > 6000:
        raise invalid(
            "embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000"
        )


def check_modal(data: Json) -> None:
    """An open form. Raises Refused."""
    rows = data.get("components") or []
    if not 1 <= len(rows) <= 5:
        raise invalid(
            "data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
        )
    if not 1 <= len(data["title"]) <= 45:
        raise invalid("data.title", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.")
    if not 1 <= len(data["custom_id"]) <= 100:
        raise invalid("data.custom_id", "BASE_TYPE_BAD_LENGTH", "Must be 100 or fewer in length.")
    for row in rows:
        if row["type"] == layout.LABEL and len(row.get("description") or "") > 100:
            raise invalid(
                "data.components.description", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer."
            )
    _check_each(rows)
    for one in layout.walk(rows):
        if len(one.get("value") or "") > one.get("max_length", 4000):
            raise invalid("data.components.value", "BASE_TYPE_MAX_LENGTH", "The value is too long.")


def check_thread(name: str | None, archive: int | None) -> None:
    """The name of a thread, and after how many minutes it is archived. Raises Refused."""
    if name is not None and not 1 <= len(name.strip()) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if archive is not None and archive not in _ARCHIVES:
        raise invalid(
            "auto_archive_duration",
            "BASE_TYPE_CHOICES",
            "Value must be one of {60, 1440, 4320, 10080}.",
        )


def check_commands(commands: Iterable[Json]) -> None:
    """All the commands of a place. Raises Refused."""
    commands = list(commands)
    kinds = [one.get("type", 1) for one in commands]
    if kinds.count(1) > 100 or kinds.count(2) > 15 or kinds.count(3) > 15:
        raise Refused(400, 30032, "Maximum number of application commands reached (100)")
    names = [(one.get("type", 1), one["name"]) for one in commands]
    if len(names) != len(set(names)):
        raise invalid(
            "name",
            "APPLICATION_COMMANDS_DUPLICATE_NAME",
            "Application command names must be unique",
        )
    for one in commands:
        if one.get("type", 1) == 1:
            _check_command(one)
            if command_size(one) > 8000:
                raise invalid(
                    "options",
                    "APPLICATION_COMMAND_TOO_LARGE",
                    "Command exceeds maximum size (8000)",
                )


def command_size(one: Json) -> int:
    size = len(one["name"]) + len(one.get("description") or "")
    size += sum(len(part["name"]) + len(str(part["value"])) for part in one.get("choices") or [])
    return size + sum(map(command_size, one.get("options") or []))


def _check_command(one: Json) -> None:
    name, options = one["name"], one.get("options") or []
    if not _NAME.fullmatch(name) or name != name.lower():
        raise invalid(
            "name", "APPLICATION_COMMAND_INVALID_NAME", f"Command name is invalid: {name}"
        )
    if not 1 <= len(one.get("description") or "") <= 100:
        raise invalid("description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if len(options) > 25 or len(one.get("choices") or []) > 25:
        raise invalid("options", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    if one.get("choices") and one.get("autocomplete"):
        raise invalid(
            "options.autocomplete",
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
            "Autocomplete cannot be used with choices",
        )
    needed = [bool(each.get("required")) for each in options]
    if needed != sorted(needed, reverse=True):
        raise invalid(
            "options",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            "Required options must be placed before non-required options",
        )
    names = [each["name"] for each in options]
    if len(names) != len(set(names)):
        raise invalid(
            "options",
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
            "Option names must be unique",
        )
    for each in options:
        _check_command(each)


def check_choices(choices: Sequence[Json]) -> None:
    """What is offered while somebody types. Raises Refused."""
    if len(choices) > 25:
        raise invalid("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for one in choices:
        if not 1 <= len(one["name"]) <= 100 or len(str(one["value"])) > 100:
            raise invalid(
                "data.choices.name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."
            )
