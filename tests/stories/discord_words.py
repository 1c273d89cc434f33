"""What a person reads in a message at Discord: its marks gone, its mentions as names."""

import re

from tests.servers.discord_layout import texts
from tests.servers.discord_things import Json
from tests.servers.discord_world import World

_TITLE = re.compile(r"\A#{1,3} (.+)$", re.MULTILINE)
_PIECES = re.compile(r"```\w*\n?(.*?)```|`([^`\n]+)`|\\([^\w\s])", re.DOTALL)
_MARKS = re.compile(r"^(?:#{1,3} |-# |> )|\*\*|__|~~", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]+)\]\(<?https?://[^)\s]+?>?\)")
_READ = (".md", ".txt", ".csv")


def title_of(message: Json) -> str:
    """The heading that a message begins with, or the title of its first embed."""
    said = texts({**message, "attachments": []})
    if not said:
        return ""
    if found := _TITLE.match(said[0]):
        return _plain(found[1], None)
    embeds = message.get("embeds") or [{}]
    return embeds[0].get("title") or ""


def read(message: Json, world: World | None) -> str:
    """All that a message says; with the world, mentions are names and files of text are read.

    The heading that is its title is not said again.
    """
    said = texts({**message, "attachments": []})
    if said and world and _TITLE.match(said[0]):
        said[0] = said[0].partition("\n")[2]
    for attachment in message.get("attachments") or []:
        said.append(attachment["filename"])
        file = world.files.get(attachment["url"].removeprefix(f"{world.url}/")) if world else None
        if file and file.name.endswith(_READ):
            said.append(file.data.decode("utf-8", "replace"))
    whole = "\n".join(filter(None, said))
    return _plain(whole, world) if world else whole


def _plain(text: str, world: World | None) -> str:
    """Without the marks of Discord's Markdown; what is code, or escaped, stays as it is."""
    shown, end = "", 0
    for found in _PIECES.finditer(text):
        shown += _marked(text[end : found.start()], world)
        shown += next(filter(None, found.groups()), "")
        end = found.end()
    return shown + _marked(text[end:], world)


def _marked(text: str, world: World | None) -> str:
    text = _LINK.sub(r"\1", _MARKS.sub("", text))
    if world is None:
        return text

    def person(found: re.Match[str]) -> str:
        someone = world.users.get(found[1])
        return f"@{someone['global_name']}" if someone else found[0]

    def place(found: re.Match[str]) -> str:
        channel = world.channels.get(found[1])
        return f"#{channel.json['name']}" if channel else found[0]

    return re.sub(r"<#(\d+)>", place, re.sub(r"<@!?(\d+)>", person, text))
