"""What Discord refuses, in words for people."""

from discord import HTTPException

from bot.ports import PlaceGone

NO_CHANNEL, NO_GUILD, NO_MEMBER, NO_MESSAGE, NO_USER = 10003, 10004, 10007, 10008, 10013
NO_INTERACTION, NO_WEBHOOK, ANSWERED, TOKEN_OVER = 10062, 10015, 40060, 50027
NO_ACCESS, NO_PERMISSION, ARCHIVED, LOCKED = 50001, 50013, 50083, 160005
HAS_THREAD, TOO_MANY_THREADS, NO_PRIVATE, TOO_LARGE = 160004, 160006, 50007, 40005

LATE = frozenset({NO_INTERACTION, NO_WEBHOOK, ANSWERED, TOKEN_OVER})
"""An interaction that can no longer be answered."""

SHUT = frozenset({NO_CHANNEL, NO_GUILD, NO_ACCESS})
"""A place where nothing at all can be done."""

BROKEN = "Podium itself failed here. Nothing was decided; its log says more. Try again."

_GONE = {
    NO_CHANNEL: "This channel or thread is not in Discord any more.",
    NO_GUILD: "Podium is not in this server any more: invite it again.",
    NO_MESSAGE: "The message was deleted.",
    NO_ACCESS: "Podium is not in this server any more, or may not see this channel: invite it "
    "again, or give it the permission View Channel.",
    NO_PERMISSION: "Podium lacks a permission in this channel.",
    LOCKED: "The thread is locked: a moderator can unlock it.",
    NO_PRIVATE: "This person takes no direct messages from Podium.",
}


class DiscordTrouble(Exception):
    """Discord did not do what was asked; the text may be shown to people."""


class FateUnknown(DiscordTrouble):
    """Whether Discord did it is not known."""

    def __init__(self, about: str) -> None:
        super().__init__(f"Discord did not answer ({about}); Podium looks again.")


def told(error: HTTPException, missing: str = "") -> PlaceGone | DiscordTrouble:
    """A refusal as what it means here; `missing` names permissions that Podium lacks."""
    if error.code in (NO_ACCESS, NO_PERMISSION) and missing:
        return PlaceGone(f"Podium lacks a permission in this channel: {missing}.")
    if error.code in _GONE:
        return PlaceGone(_GONE[error.code])
    if error.status >= 500:
        return FateUnknown(f"status {error.status}")
    if error.status == 401:
        return DiscordTrouble("Discord no longer accepts DISCORD_TOKEN: podium doctor says more.")
    return DiscordTrouble(f"Discord refused it: {error.text or error.status} ({error.code}).")
