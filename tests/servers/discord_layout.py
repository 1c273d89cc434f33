"""Components of messages and modals: as Discord shows them, and what can be found in them."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from tests.servers.discord_things import Json

ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, UPLOAD, RADIO, CHECKS, CHECK = 18, 19, 21, 22, 23
_MENTION = re.compile(r"<@!?(\d+)>")

_SHOWN: Mapping[int, Json] = {
    CONTAINER: {"accent_color": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    SELECT: {"min_values": 1, "max_values": 1},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False, "name": "", "size": 0},
}


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Every component, those inside others too, in the order in which people see them."""
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        for inside in ("accessory", "component"):
            if one.get(inside):
                yield from walk([one[inside]])


def shown(components: Sequence[Json], attachments: Sequence[Json]) -> list[Json]:
    """The components as answers and events have them: numbered, with what was left out."""
    taken = {one["id"] for one in walk(components) if one.get("id")}
    numbers = iter(number for number in range(1, 1000) if number not in taken)
    files = {f"attachment://{one['filename']}": one for one in attachments}
    return [_shown(one, numbers, files) for one in components]


def _shown(one: Json, numbers: Iterator[int], files: Mapping[str, Json]) -> Json:
    made: Json = {**_SHOWN.get(one["type"], {}), **one}
    made["id"] = one.get("id") or next(numbers)
    if "components" in one:
        made["components"] = [_shown(each, numbers, files) for each in one["components"]]
    for inside in ("accessory", "component"):
        if one.get(inside):
            made[inside] = _shown(one[inside], numbers, files)
    for inside in ("media", "file"):
        if inside in one:
            made[inside] = _media(one[inside], files)
    if one["type"] == FILE and (file := files.get(one["file"]["url"])):
        made |= {"name": file["filename"], "size": file["size"]}
    if one["type"] == GALLERY:
        made["items"] = [
            {"description": None, "spoiler": False, **item, "media": _media(item["media"], files)}
            for item in one["items"]
        ]
    return made


def _media(media: Json, files: Mapping[str, Json]) -> Json:
    file = files.get(media["url"])
    if file is None:
        return {"id": "1", "proxy_url": media["url"], **media}
    kept = {name: file[name] for name in ("id", "url", "proxy_url", "content_type")}
    return {**kept, "attachment_id": file["id"]}


def texts(message: Json) -> list[str]:
    """All that a message says, block by block."""
    said = [message.get("content") or ""]
    for embed in message.get("embeds") or []:
        fields = [part for field in embed.get("fields") or [] for part in field.values()]
        said += [embed.get("title") or "", embed.get("description") or ""]
        said += [part for part in fields if isinstance(part, str)]
        said.append((embed.get("footer") or {}).get("text", ""))
    said += [one["content"] for one in walk(message.get("components") or []) if one["type"] == TEXT]
    said += [one["filename"] for one in message.get("attachments") or []]
    return [text for text in said if text]


def controls(components: Iterable[Json]) -> list[Json]:
    """The buttons and menus that can be used."""
    return [
        one
        for one in walk(components)
        if one["type"] in (BUTTON, *SELECTS) and not one.get("disabled")
    ]


def users_mentioned(body: Json, *, everyone: Container[str]) -> list[str]:
    """Whom a message pings, by its texts and what its `allowed_mentions` let through."""
    found = [own for text in texts(body) for own in _MENTION.findall(text) if own in everyone]
    allowed = body.get("allowed_mentions")
    if allowed is not None and "users" not in (allowed.get("parse") or []):
        named = {str(own) for own in allowed.get("users") or []}
        found = [own for own in found if own in named]
    return list(dict.fromkeys(found))
