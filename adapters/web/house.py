"""What every view of the page is built on."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.web.chat import Hub, WebChat
from adapters.web.entrance import Entrance
from adapters.web.people import WebPeople
from adapters.web.uploads import Uploads
from bot.names import Names
from bot.ports import Condition, Member, Members
from bot.reception import Reception

Health = Callable[[], Awaitable[Sequence[Condition]]]
"""How every part of the house is now."""


@dataclass(frozen=True, kw_only=True)
class House:
    """The services behind the page, one for all who are here."""

    chat: WebChat
    hub: Hub
    reception: Reception
    members: Members
    entrance: Entrance
    uploads: Uploads
    owner: Member
    clocks: WebPeople
    health: Health
    now: Callable[[], datetime]
    people: dict[str, str] = field(default_factory=dict[str, str])
    """The members' names by their ids; known to all views as soon as somebody new is seen."""

    @property
    def names(self) -> Names:
        """What people are called, of whatever platform they are."""
        return self.reception.names
