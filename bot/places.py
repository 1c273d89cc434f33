"""Places: opaque but for the platform and workspace that they begin with."""

from collections.abc import Mapping

from bot.ports import Chat, PlaceGone


def channel(name: str, near: str) -> str:
    """A channel's place on the platform and workspace of another place."""
    platform, workspace, *_ = near.split(":", 2)
    return f"{platform}:{workspace}:{name}"


def chat_of(chats: Mapping[str, Chat], place: str) -> Chat:
    """The platform that a place is on. Raises PlaceGone when it is not connected."""
    platform = place.partition(":")[0]
    if platform not in chats:
        raise PlaceGone(f"{platform} is not connected to this Podium.")
    return chats[platform]
