"""Chat of bot.ports, in memory."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cards import Card
from bot.ports import PlaceGone, Said


@dataclass(frozen=True, kw_only=True)
class Message:
    """A card that stands in a place; `edits` counts how often it was changed."""

    id: str
    place: str
    key: str
    card: Card
    edits: int = 0


class FakeChat:
    """Keeps one message for each key, as it was first posted, in the order of posting.

    `gone` are places and messages that are no more, `closed` those that nobody can read. While
    `has_room` is not set, progress waits. `before` is told what is about to happen (`post` or
    `edit`, and the key), and may raise.
    """

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.said: list[Said] = []
        self.gone: set[str] = set()
        self.closed: set[str] = set()
        self.has_room = asyncio.Event()
        self.has_room.set()
        self.before: Callable[[str, str], None] = lambda what, key: None

    async def post(self, place: str, card: Card, key: str) -> str:
        self._there(place)
        self.before("post", key)
        message = f"{place}:{key}"
        new = Message(id=message, place=place, key=key, card=card)
        return self.messages.setdefault(message, new).id

    async def edit(self, message: str, card: Card) -> None:
        self._there(message)
        old = self.messages[message]
        self.before("edit", old.key)
        self.messages[message] = replace(old, card=card, edits=old.edits + 1)

    async def room(self, message: str) -> None:
        await self.has_room.wait()

    async def history(
        self, place: str, limit: int, since: datetime | None = None
    ) -> tuple[Said, ...]:
        self._there(place)
        said = [one for one in self.said if since is None or one.at > since]
        return tuple(said[-limit:])

    async def writable(self, identities: frozenset[str], place: str) -> bool:
        return place not in self.closed

    async def readable(
        self, identities: frozenset[str], places: Collection[str]
    ) -> Collection[str]:
        return [place for place in places if place not in self.closed]

    def keys(self, run: str) -> list[str]:
        """The keys of a run's cards as they stand in the chat."""
        own = (m.key.partition("/") for m in self.messages.values())
        return [key for of, _, key in own if of == run]

    def card(self, key: str) -> Card:
        """The card that was posted under a key."""
        return next(m.card for m in self.messages.values() if m.key == key)

    def _there(self, place: str) -> None:
        if place in self.gone:
            raise PlaceGone(f"{place} is gone")
