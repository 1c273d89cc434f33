"""Places and people of Slack: what their ids are made of. Pure."""

import re
from dataclasses import dataclass, replace

from bot.ports import PlaceGone

PLATFORM = "slack"
_TS = re.compile(r"\d+\.\d+")


@dataclass(frozen=True)
class Place:
    """A channel, a thread under its message `thread`, or the message of `stamps` in either.

    A long card is several messages, so it has several stamps, the last with its buttons.
    """

    team: str
    channel: str
    thread: str = ""
    stamps: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id that the core knows the place by."""
        whole = f"{PLATFORM}:{self.team}:{self.channel}"
        if not self.stamps:
            return f"{whole}:{self.thread}" if self.thread else whole
        return f"{whole}:{self.thread}:{','.join(self.stamps)}"

    @property
    def answers(self) -> str:
        """The time stamp of the message that posts to this place answer; empty in a channel."""
        return self.thread or (self.stamps[0] if self.stamps else "")

    def message(self, *stamps: str) -> "Place":
        return replace(self, thread=self.answers, stamps=stamps)


def place_of(text: str) -> Place:
    """The place or message that an id names. Raises PlaceGone."""
    platform, _, rest = text.partition(":")
    team, channel, thread, stamps = [*rest.split(":", 3), "", "", ""][:4]
    named = tuple(filter(None, stamps.split(",")))
    stamped = all(_TS.fullmatch(one) for one in (*filter(None, [thread]), *named))
    if platform != PLATFORM or not team or not channel or not stamped:
        raise PlaceGone(f"{text} is no place in Slack.")
    return Place(team, channel, thread, named)


def link(message: str) -> str:
    """The address of a message; empty for what is none of Slack's."""
    if not message.startswith(f"{PLATFORM}:") or not (where := place_of(message)).stamps:
        return ""
    url = f"https://slack.com/archives/{where.channel}/p{where.stamps[0].replace('.', '')}"
    return f"{url}?thread_ts={where.thread}&cid={where.channel}" if where.thread else url


def is_below(place: str, message: str) -> bool:
    """Whether a place is the thread that a message begins or stands in."""
    where = place_of(place)
    return bool(link(message)) and where == replace(
        place_of(message), thread=place_of(message).answers, stamps=()
    )


def channel_in(team: str, place: str) -> str:
    """The channel of a place in this workspace; empty when it is of elsewhere, or is none."""
    try:
        where = place_of(place)
    except PlaceGone:
        return ""
    return where.channel if where.team == team and where.channel[0] in "CG" else ""


def person(team: str, user: str) -> str:
    """The identity of a person."""
    return f"{PLATFORM}:{team}:{user}"


def user_in(team: str, identity: str) -> str:
    """The user of an identity in this workspace; empty when it is of elsewhere."""
    platform, _, rest = identity.partition(":")
    home, _, user = rest.partition(":")
    return user if (platform, home) == (PLATFORM, team) else ""
