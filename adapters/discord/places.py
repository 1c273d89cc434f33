"""Places and people of Discord: what their ids are made of. Pure."""

import re
from dataclasses import dataclass, replace

from bot.ports import PlaceGone

PLATFORM = "discord"
PEOPLE = "global"
"""A person is the same in every guild, so people have one workspace of their own."""
PRIVATE = "dm"
_OWN = re.compile(r"\d{1,20}")


@dataclass(frozen=True)
class Place:
    """A channel of a guild, a thread in it, or the message of `stamps` in either.

    A long card is several messages, so it has several stamps, the last with its buttons. What
    answers a message stands in the channel `below`: its own thread, where it could have one.
    """

    guild: str
    channel: str
    thread: str = ""
    stamps: tuple[str, ...] = ()
    below: str = ""

    @property
    def id(self) -> str:
        """The id that the core knows the place by."""
        whole = f"{PLATFORM}:{self.guild}:{self.channel}"
        if not self.stamps:
            return f"{whole}:{self.thread}" if self.thread else whole
        return f"{whole}:{self.thread}:{','.join(self.stamps)}:{self.below}"

    @property
    def stands(self) -> str:
        """The channel that its messages stand in, as Discord counts channels."""
        return self.thread or self.channel

    @property
    def takes(self) -> str:
        """The channel that what is posted here goes to."""
        return self.below or self.stands

    def message(self, stamps: tuple[str, ...], below: str = "") -> "Place":
        """The message that was posted here."""
        thread = self.takes if self.takes != self.channel else ""
        return replace(self, thread=thread, stamps=stamps, below=below)


def place_of(text: str) -> Place:
    """The place or message that an id names; a channel may be named #launches. Raises PlaceGone."""
    platform, _, rest = text.partition(":")
    guild, channel, thread, stamps, below = [*rest.split(":", 4), "", "", "", "", ""][:5]
    named = tuple(filter(None, stamps.split(",")))
    numbers = all(_OWN.fullmatch(one) for one in (*filter(None, (thread, below)), *named))
    known = channel.startswith("#") or _OWN.fullmatch(channel)
    if platform != PLATFORM or not guild or not known or not numbers:
        raise PlaceGone(f"{text} is no place in Discord.")
    return Place(guild, channel, thread, named, below)


def link(message: str) -> str:
    """The address of a message, or of the thread that it begins; empty for none of Discord's."""
    if not message.startswith(f"{PLATFORM}:") or not (where := place_of(message)).stamps:
        return ""
    guild = "@me" if where.guild == PRIVATE else where.guild
    at = where.below or f"{where.stands}/{where.stamps[0]}"
    return f"https://discord.com/channels/{guild}/{at}"


def is_below(place: str, message: str) -> bool:
    """Whether a place is the thread that a message begins or stands in."""
    return bool(link(message)) and place_of(message).takes == place_of(place).stands


def person(user: str) -> str:
    """The identity of a person."""
    return f"{PLATFORM}:{PEOPLE}:{user}"


def user_of(identity: str) -> str:
    """The user of an identity; empty when it is of elsewhere."""
    platform, _, rest = identity.partition(":")
    workspace, _, user = rest.partition(":")
    return user if (platform, workspace) == (PLATFORM, PEOPLE) else ""
