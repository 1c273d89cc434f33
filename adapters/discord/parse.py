"""What Discord sends, as what it means. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from adapters.discord import views
from adapters.discord.commands import LINE, WHEN, Typing
from adapters.discord.places import PLATFORM, PRIVATE, Place, person
from adapters.discord.render import MORE

Json = Mapping[str, Any]

MESSAGE, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 0, 2, 3, 4, 5
_MENU, _SUB, _USER, _FILE = 3, 1, 6, 11
_HAS_THREAD = 1 << 5
_EXTRA = re.compile(r"_[2-9]$")


@dataclass(frozen=True, kw_only=True)
class Came:
    """An interaction, or a message to Podium, as it came; `token` lets it be answered for a while.

    `channel` is where it was done, `parent` the channel of that thread, `message` the one that
    it was done at, `private` whether only this person sees that one; `missing` is what Podium
    would need to be allowed there, and is not.
    """

    id: str
    user: str
    name: str
    guild: str = ""
    channel: str
    parent: str = ""
    token: str = ""
    kind: int = 0
    data: Json = field(default_factory=dict[str, Any])
    message: str = ""
    private: bool = False
    missing: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        return person(self.user)

    @property
    def place(self) -> str:
        guild = self.guild or PRIVATE
        if self.parent:
            return Place(guild, self.parent, self.channel).id
        return Place(guild, self.channel).id

    @property
    def is_theirs(self) -> bool:
        """Whether it was done at a message that nobody else sees."""
        return bool(self.message) and (self.private or not self.guild)

    @property
    def delivery(self) -> str:
        """The same when it comes again."""
        return f"{PLATFORM}:{self.id}"


@dataclass(frozen=True)
class FileRef:
    """A file at Discord."""

    name: str
    size: int
    url: str

    def is_same(self, other: "FileRef") -> bool:
        """Discord signs an address anew each time that it gives it."""
        return (self.name, self.size) == (other.name, other.size)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A command, or words to Podium; files of a message are for no input in particular."""

    line: str
    files: Mapping[str, Sequence[FileRef]] = field(default_factory=dict[str, Sequence[FileRef]])


@dataclass(frozen=True, kw_only=True)
class Pressed:
    action: str


@dataclass(frozen=True, kw_only=True)
class Picked:
    """A playbook was chosen from a menu, and `action` opens its form; `key` is what is kept of
    where that came from.
    """

    action: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """A form is to be opened by a press."""

    origin: views.Origin


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A form's page that was sent off."""

    origin: views.Origin
    values: Mapping[str, JsonValue]
    files: Mapping[str, Sequence[FileRef]]


@dataclass(frozen=True, kw_only=True)
class Pointed:
    """ "Delegate this" on a message; `thread` is the one under it, or around it."""

    author: str
    text: str
    files: Sequence[FileRef]
    thread: str


Deed = Typed | Pressed | Picked | Reopened | Submitted | Pointed


def is_at_message(came: Came) -> bool:
    """Whether an answer may change the message that it was done at: at a form's, only where that
    is about schedules, or used up, as Discord shows nobody that such an answer takes long.
    """
    if came.kind != MODAL:
        return came.kind == COMPONENT
    of = views.origin(str(came.data["custom_id"]))
    about_schedules = of is not None and of.action.startswith("schedule:")
    return came.is_theirs and (about_schedules or is_used_up(came))


def is_used_up(came: Came) -> bool:
    """Whether the message that it was done at only led on to it: to a form's further page."""
    of = views.origin(str(came.data["custom_id"])) if came.kind == MODAL else None
    return came.is_theirs and of is not None and of.page > 0


def deed(came: Came) -> Deed | None:
    """What a person did; None for a form that is none of Podium's."""
    if came.kind == MESSAGE:
        return _said(came)
    if came.kind == COMMAND:
        return _pointed(came) if came.data.get("type") == _MENU else _command(came)
    if came.kind == COMPONENT:
        return _component(came)
    return _submitted(came) if came.kind == MODAL else None


# --- commands -------------------------------------------------------------------------


def _command(came: Came) -> Typed:
    """A slash command as the line that says the same."""
    words, options = _path(came.data)
    pairs: list[str] = []
    files: dict[str, list[FileRef]] = {}
    bare: dict[str, str] = {}
    for one in options:
        name, value = str(one["name"]), one["value"]
        if one["type"] == _FILE:
            files.setdefault(_EXTRA.sub("", name), []).append(_file(came.data, str(value)))
        elif len(words) == 1 and name != WHEN:
            bare[name] = str(value)
        else:
            pairs.append(f"{name}: {_quoted(_value(one['type'], value))}")
    plain = [bare[name] for name in ("playbook", "search", LINE) if name in bare]
    return Typed(line=f"/{' '.join([*words, *plain, *pairs])}", files=files)


def _path(data: Json) -> tuple[list[str], Sequence[Json]]:
    """The command with its subcommand, and the options."""
    words, options = [str(data["name"])], data.get("options") or []
    while options and options[0]["type"] == _SUB:
        words.append(str(options[0]["name"]))
        options = options[0].get("options") or []
    return words, options


def _value(kind: int, value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return person(str(value)) if kind == _USER else str(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typing(came: Came) -> Typing | None:
    """None where no option is being typed."""
    words, options = _path(came.data)
    now = next((one for one in options if one.get("focused")), None)
    if now is None:
        return None
    playbook = words[1] if len(words) > 1 else ""
    text = str(now["value"])
    return Typing(command=words[0], playbook=playbook, option=now["name"], text=text)


def _pointed(came: Came) -> Pointed:
    held = came.data.get("resolved", {}).get("messages", {})
    message = held.get(came.data.get("target_id"), {})
    # A thread has the number of the message that it is under.
    thread = str(came.data.get("target_id")) if message.get("flags", 0) & _HAS_THREAD else ""
    return Pointed(
        author=str((message.get("author") or {}).get("username", "")),
        text=str(message.get("content") or ""),
        files=tuple(map(file_of, message.get("attachments") or ())),
        thread=Place(came.guild or PRIVATE, came.channel, thread).id if thread else came.place,
    )


def _said(came: Came) -> Typed:
    """A message that names Podium, or is to it alone."""
    plain = re.sub(rf"<@!?{re.escape(came.data['to'])}>", " ", came.data["content"], count=1)
    files = [file_of(one) for one in came.data["attachments"]]
    return Typed(line=plain.strip(), files={"": files} if files else {})


# --- buttons and forms ----------------------------------------------------------------


def _component(came: Came) -> Deed:
    custom_id, values = str(came.data["custom_id"]), came.data.get("values") or []
    if of := views.opened(custom_id):
        return Reopened(origin=of)
    if custom_id.startswith(f"{views.PICK}:") and values:
        _, key, _, verb = [*custom_id.split(":", 3), "form"][:4]
        return Picked(action=f"{verb}:{values[0]}", key=key)
    if custom_id.startswith(f"{MORE}:") and values:
        return Pressed(action=str(values[0]))
    return Pressed(action=custom_id)


def _submitted(came: Came) -> Submitted | None:
    of = views.origin(str(came.data["custom_id"]))
    if of is None:
        return None
    values: dict[str, JsonValue] = {}
    files: dict[str, Sequence[FileRef]] = {}
    for row in came.data.get("components") or []:
        held = row.get("component") or {}
        name = str(held.get("custom_id") or "")
        if held.get("type") == views.UPLOAD:
            given = held.get("values") or []
            files[name] = tuple(_file(came.data, str(one)) for one in given)
        elif name:
            values[name] = _filled(held, came)
    return Submitted(origin=of, values=values, files=files)


def _filled(held: Json, came: Came) -> JsonValue:
    several = [str(one) for one in held.get("values") or []]
    match held["type"]:
        case views.PEOPLE:
            return person(several[0]) if several else None
        case views.CHANNELS:
            return Place(came.guild, several[0]).id if several else None
        case views.SELECT | views.CHECKS:
            # Whether one of them is meant or many, only the form's field says.
            return [*several]
        case _:
            return held.get("value")


def _file(data: Json, own: str) -> FileRef:
    return file_of(data.get("resolved", {}).get("attachments", {}).get(own, {}))


def file_of(one: Json) -> FileRef:
    """An attachment."""
    name, size = str(one.get("filename") or "file"), int(one.get("size") or 0)
    return FileRef(name, size, str(one.get("url", "")))
