"""What every view of the page is built on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from adapters.web.chat import Hub, WebChat
from adapters.web.entrance import Entrance
from adapters.web.uploads import Uploads
from bot.ports import Member, Members
from bot.reception import Reception


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
    now: Callable[[], datetime]
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Everyone's name by their id; known to all views as soon as somebody new is seen."""
