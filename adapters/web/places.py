"""Places of the page: what their ids and addresses are made of. Pure."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote

from bot.ports import Member, PlaceGone

WORKSPACE = "web:podium"
GENERAL = "#general"

_CHANNEL = re.compile(r"#\w[\w.-]{0,79}")
_MESSAGE = re.compile(r"(?P<root>[0-9a-z]+)(\.(?P<reply>[0-9a-z]+))?")
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
# Control characters, and marks that show nothing or reorder what stands around them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True)
class Place:
    """A channel, or the thread under its message `root`."""

    channel: str
    root: str = ""

    @property
    def id(self) -> str:
        """The id that the core knows the place by."""
        return f"{self.channel_id}:{self.root}" if self.root else self.channel_id

    @property
    def channel_id(self) -> str:
        return f"{WORKSPACE}:{self.channel}"

    @property
    def thread(self) -> str:
        """The id of the line that the thread answers; empty in a channel itself."""
        return self.id if self.root else ""

    @property
    def path(self) -> str:
        """The place's address on the page."""
        channel = f"/c/{quote(self.channel[1:], safe='')}"
        return f"{channel}/{self.root}" if self.root else channel

    def message(self, key: str) -> str:
        """The id of the message that is posted here under `key`: always the same one."""
        short = hashlib.sha256(f"{self.id}\n{key}".encode()).hexdigest()[:16]
        return f"{self.id}.{short}" if self.root else f"{self.id}:{short}"

    def line(self, at: str) -> str:
        """The id of the message here that an address calls `at`; empty for what can be none."""
        if not re.fullmatch(r"[0-9a-z]+", at):
            return ""
        if not self.root:
            return f"{self.id}:{at}"
        return self.id if at == self.root else f"{self.id}.{at}"

    def thread_of(self, run: str) -> "Place":
        """The thread of a run that was started here; its first card is posted under this key."""
        return place_of(self.message(f"{run}/root"))


def channel_name(text: str) -> str:
    """`#name` as channels are written, or an empty text when nothing can be called so."""
    name = unicodedata.normalize("NFKC", text.strip()).casefold().removeprefix("#")
    name = f"#{name}"
    return name if _CHANNEL.fullmatch(name) else ""


def place_of(text: str) -> Place:
    """The place that an id names; a message is the place of the thread it stands in.

    A channel's bare name, as playbooks write it, will do. Raises PlaceGone.
    """
    if text.startswith("#") and (name := channel_name(text)):
        return Place(name)
    ours = text.startswith(f"{WORKSPACE}:")
    channel, _, message = text.removeprefix(f"{WORKSPACE}:").partition(":")
    name = channel_name(channel) if ours and channel.startswith("#") else ""
    found = _MESSAGE.fullmatch(message)
    if not name or (message and not found):
        raise PlaceGone(f"{text} is no channel of this page: a channel is written like {GENERAL}.")
    return Place(name, found["root"] if found else "")


def thread_at(place: str, run: str) -> Place | None:
    """The thread of a run that was started at a place; None when that is not on this page."""
    return place_of(place).thread_of(run) if place.startswith(f"{WORKSPACE}:") else None


def line_path(line: str) -> str:
    """The address that shows a message where it stands, and marks it."""
    thread = place_of(line)
    _, _, reply = line.removeprefix(f"{WORKSPACE}:{thread.channel}").partition(".")
    place = thread if reply else Place(thread.channel)
    return f"{place.path}?at={reply or thread.root}"


def place_at(path: str) -> Place:
    """The place that an address of the page shows; #general for every other address."""
    match [unquote(part) for part in path.partition("?")[0].strip("/").split("/")]:
        case ["c", channel, *rest] if name := channel_name(channel):
            root = rest[0] if rest and _MESSAGE.fullmatch(rest[0]) else ""
            return Place(name, root)
        case _:
            return Place(GENERAL)


def member(name: str) -> Member | None:
    """A person of that name; None when nothing is left that could be one, or it is Podium's own."""
    shown = " ".join(_UNSEEN.sub(" ", unicodedata.normalize("NFKC", name)).split())[:60].strip()
    short = _NOT_IN_NAMES.sub("-", shown.casefold()).strip("-.")
    return Member(id=f"{WORKSPACE}:{short}", name=shown) if short not in ("", "podium") else None
