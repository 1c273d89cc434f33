"""Names: what people are called, on whatever platform they are."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping

from bot.policy import Team, called
from bot.ports import People

_MOST = 10_000
_LONGEST = 80
_PATIENCE_S = 0.8
_AGAIN_S = 60.0
"""After so long a person whom their platform did not know is asked for again."""
_NOBODY = Team()
_NOWHERE: Mapping[str, People] = {}


class Names(Mapping[str, str]):
    """Names by identity: the team file's, else the one that a person's platform knows.

    Where neither is here the platform is asked in the background, once however many views want
    the name, so that none of them waits; who listens is told as soon as it has come. Podium's own
    words hold the last part of an identity, which leads to the name too. May be read beside the
    loop that it was made in.
    """

    def __init__(self, team: Team = _NOBODY, people: Mapping[str, People] = _NOWHERE) -> None:
        """`people` are by platform."""
        self._linked = {one: name for name, ids in team.people.items() for one in ids}
        self._people = people
        self._known: OrderedDict[str, str] = OrderedDict()
        self._wanted: set[str] = set()
        self._asked: dict[str, float] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._listeners: list[Callable[[], None]] = []
        self._loop = asyncio.get_running_loop() if people else None

    def __getitem__(self, identity: str) -> str:
        if name := self._linked.get(identity) or self._known.get(identity):
            return name
        if self._loop and identity.partition(":")[0] in self._people:
            self._wanted.add(identity)
            self._loop.call_soon_threadsafe(self._ask)
        raise KeyError(identity)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._linked})

    def __len__(self) -> int:
        return len({**self._known, **self._linked})

    def of(self, identity: str) -> str:
        """The name; as long as nobody knows it, the short form of the identity."""
        return self.get(identity) or called(identity)

    async def come(self, identities: Collection[str]) -> None:
        """Wait a moment for these names where they have to be asked for: for what is kept."""
        for identity in identities:
            self.get(identity)
        await asyncio.sleep(0)  # by then they are asked for
        if self._asking:
            await asyncio.wait(self._asking, timeout=_PATIENCE_S)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told whenever names have come; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def learn(self, names: Mapping[str, str]) -> None:
        """Know these people by these names, in which whoever has one may have written anything."""
        for identity, name in names.items():
            self._known[identity] = " ".join(name.split())[:_LONGEST]
            self._known.move_to_end(identity)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)

    def _ask(self) -> None:
        now = time.monotonic()
        self._asked = {one: at for one, at in self._asked.items() if now - at < _AGAIN_S}
        new, self._wanted = self._wanted - self._asked.keys(), set()
        self._asked |= dict.fromkeys(new, now)
        for platform in {one.partition(":")[0] for one in new}:
            there = frozenset(one for one in new if one.startswith(f"{platform}:"))
            asking = asyncio.create_task(self._look_up(platform, there), name="look up names")
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def _look_up(self, platform: str, identities: frozenset[str]) -> None:
        found = await self._people[platform].names(identities)
        if found:
            self.learn({**found, **{called(one): name for one, name in found.items()}})
            for listener in tuple(self._listeners):
                listener()
